"""Run one command (the tests, a benchmark) against servers of its own, and stop them afterwards."""

import os
import secrets
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import psutil

from config.embedded.ports import FIRST, LAST
from config.embedded.processes import clear_left_over, launched
from config.embedded.progress import say
from config.embedded.servers import DEFAULT_PORTS, PROJECT, Servers, var_folder

PREFIX = "run-"


def remove_abandoned(folder: Path) -> None:
    """Stop and delete what a killed run left: its folder carries the number of its process."""
    for home in folder.glob(f"{PREFIX}*"):
        number = home.name.removeprefix(PREFIX)
        if number.isdigit() and not psutil.pid_exists(int(number)):
            for pid_file in (home / "run").glob("*.pid"):
                clear_left_over(pid_file)
            shutil.rmtree(home, ignore_errors=True)


def scattered_ports() -> dict[str, int]:
    """Return where to look for the servers' ports. Several runs may go on at once: each has a place of its own."""
    shift = secrets.randbelow(LAST - FIRST)
    return {name: FIRST + (port - FIRST + shift) % (LAST - FIRST) for name, port in DEFAULT_PORTS.items()}


def settings_for_tests() -> dict[str, str]:
    """Return the settings of a run over plain HTTP that nobody signs in to without a password."""
    return {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "SECRET_KEY": secrets.token_hex(32),
        "DEBUG": "false",
        "LUA_DEMO": "false",
        "LUA_HTTPS": "false",
        "LUA_STATIC_MANIFEST": "false",
        "CLAMAV_SOCKET": "",
        # Threads of a test server must not keep the database from being dropped.
        "DB_CONN_MAX_AGE": "0",
        "PYTHONUTF8": "1",
    }


def run_with_servers(command: list[str], *, kind: str, durable: bool, **extra: str) -> int:
    """Run the command with fresh servers in ``var/KIND/`` and return its exit code; ``extra`` are settings.

    The folder is deleted afterwards; the servers' logs of a failed run stay in ``var/KIND/last-failure``.

    Raises:
        Failed: when a server does not start.
    """
    folder = var_folder() / kind
    remove_abandoned(folder)
    home = folder / f"{PREFIX}{os.getpid()}"
    servers = Servers(home, os.environ.copy(), durable=durable, first_ports=scattered_ports())
    for signum in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(signum, lambda *_: sys.exit(128 + signal.SIGTERM))
    code = 1
    try:
        servers.start()
        static = home / "static"
        static.mkdir()
        settings = settings_for_tests() | {"STATIC_ROOT": str(static)} | extra
        code = _run(command, {**os.environ, **servers.env(), **settings})
    finally:
        servers.stop()
        if code != 0:
            shutil.rmtree(folder / "last-failure", ignore_errors=True)
            shutil.copytree(servers.logs, folder / "last-failure")
        shutil.rmtree(home, ignore_errors=True)
    return code


def _run(command: list[str], env: dict[str, str]) -> int:
    say(f"  … {' '.join(command[:6])}{' …' if len(command) > 6 else ''}")
    child = subprocess.Popen(launched(command, account=None), env=env, cwd=PROJECT)
    try:
        while True:
            try:
                return child.wait()
            except KeyboardInterrupt:
                # The terminal sent it to the command as well; let that one finish in its own way.
                continue
    finally:
        if child.poll() is None:
            child.terminate()
            try:
                child.wait(20)
            except subprocess.TimeoutExpired:
                child.kill()
