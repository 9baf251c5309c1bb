"""``make run`` from outside: ready, survives the death of its parts, and leaves nothing behind."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import psutil
import pytest

from config.embedded import ports
from config.embedded.servers import PROJECT

SETTINGS_OF_THE_TESTS = ("DATABASE_URL", "S3_", "LUA_", "SECRET_KEY", "DEBUG", "DJANGO_")


class Run:
    """One ``python -m config.embedded run`` in a folder of its own, without demonstration data."""

    def __init__(self, var: Path, port: int, *, name: str = "output", **extra: str) -> None:
        own = {k: v for k, v in os.environ.items() if not k.startswith(SETTINGS_OF_THE_TESTS)}
        self.output = var.parent / f"{name}.txt"
        self.address = f"http://{ports.LOOPBACK}:{port}/"
        with self.output.open("wb") as out:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "config.embedded", "run"],
                env=own | {"LUA_VAR_DIR": str(var), "LUA_PORT": str(port), "LUA_DEMO": "0"} | extra,
                cwd=PROJECT,
                stdout=out,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )

    @property
    def said(self) -> str:
        return self.output.read_text(encoding="utf-8", errors="replace")

    def wait_for(self, words: str, *, seconds: float = 60) -> None:
        deadline = time.monotonic() + seconds
        while words not in self.said:
            assert self.process.poll() is None, self.said
            assert time.monotonic() < deadline, self.said
            time.sleep(0.1)

    def family(self) -> list[psutil.Process]:
        return psutil.Process(self.process.pid).children(recursive=True)

    def page(self) -> str:
        with urllib.request.urlopen(self.address + "dang-nhap/", timeout=10) as answer:
            return answer.read().decode()


def survivors(family: list[psutil.Process], *, seconds: float) -> list[psutil.Process]:
    """Return who of the family is still alive after so many seconds."""
    _ended, alive = psutil.wait_procs(family, timeout=seconds)
    return alive


def test_a_life_with_two_violent_deaths(tmp_path: Path) -> None:
    var = tmp_path / "dữ liệu"
    port = ports.pick(15500)

    first = Run(var, port)
    try:
        first.wait_for("Lúa is ready", seconds=300)
        assert "Đăng nhập" in first.page()
        family = first.family()
        assert {"postgres", "weed"} <= {process.name() for process in family}
        assert all(connection_is_local(process) for process in family)
        second = Run(var, port, name="second")
        assert second.process.wait(30) == 1
        assert f"already running at {first.address}; to stop it: kill {first.process.pid}" in second.said
    finally:
        first.process.kill()
        first.process.wait()
    assert survivors(family, seconds=15) == []

    again = Run(var, port, name="again")
    try:
        again.wait_for("Lúa is ready", seconds=120)
        assert "Reference data" in first.said and "Reference data" not in again.said
        database = next(process for process in again.family() if process.name() == "postgres")
        database.kill()
        again.wait_for("✓ PostgreSQL starts again")
        assert "Đăng nhập" in again.page()
        family = again.family()
        again.process.send_signal(signal.SIGTERM)
        assert again.process.wait(30) == 0
    finally:
        again.process.kill()
        again.process.wait()
    assert survivors(family, seconds=1) == []
    assert ports.is_free(port)
    assert not list((var / "run").glob("*.pid"))


def connection_is_local(process: psutil.Process) -> bool:
    """Whether the process listens on loopback only."""
    try:
        listening = [c for c in process.net_connections("inet") if c.status == psutil.CONN_LISTEN]
    except psutil.Error:
        return True
    return all(connection.laddr.ip in ("127.0.0.1", "::1") for connection in listening)


def test_a_busy_port_asked_for_is_named_in_one_line(tmp_path: Path) -> None:
    with socket.socket() as busy:
        busy.bind((ports.LOOPBACK, ports.pick(15700)))
        busy.listen()
        port = busy.getsockname()[1]

        run = Run(tmp_path / "var", port)

        assert run.process.wait(30) == 1
    *_, last = run.said.strip().splitlines()
    assert last.startswith(f"Lúa: Port {port} is used by ")
    assert str(os.getpid()) in last
    assert "LUA_PORT" in last
    assert "Traceback" not in run.said


def test_a_database_that_does_not_answer_is_named_in_one_line(tmp_path: Path) -> None:
    nobody = ports.pick(15800)

    run = Run(
        tmp_path / "var",
        ports.pick(15900),
        DATABASE_URL=f"postgres://lua:x@{ports.LOOPBACK}:{nobody}/lua",
        S3_ENDPOINT=f"{ports.LOOPBACK}:{nobody}",
    )

    assert run.process.wait(60) == 1
    assert "Lúa: The database does not answer" in run.said
    assert "Traceback" not in run.said
    assert not (tmp_path / "var" / "postgres").exists()
    assert not (tmp_path / "var" / "seaweedfs").exists()


@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGHUP])
def test_a_stop_in_the_middle_of_the_start(tmp_path: Path, signum: signal.Signals) -> None:
    run = Run(tmp_path / "var", ports.pick(15950))
    try:
        run.wait_for("… S3 storage")
        family = run.family()
        run.process.send_signal(signum)
        assert run.process.wait(30) == 0, run.said
        assert survivors(family, seconds=1) == []
        assert "Traceback" not in run.said
    finally:
        run.process.kill()
