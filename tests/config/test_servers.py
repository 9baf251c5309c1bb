"""The embedded servers on their own: awkward folders, busy ports, left-overs. Real processes throughout."""

from __future__ import annotations

import io
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest
from minio import Minio

from config.embedded import ports, processes
from config.embedded.credentials import secret
from config.embedded.postgres import Postgres
from config.embedded.progress import Failed
from config.embedded.servers import PROJECT, Servers

NEAR = {"postgres": 15100, "s3": 15110, "master": 15120, "volume": 15130, "filer": 15140}


@pytest.fixture
def awkward(tmp_path: Path) -> Path:
    """A folder such as people have them: spaces, Vietnamese letters, a comma."""
    folder = tmp_path / "Thư mục có dấu, của xã"
    folder.mkdir()
    return folder


@pytest.fixture
def listener() -> Iterator[int]:
    """A port that some other program is using."""
    with socket.socket() as busy:
        busy.bind((ports.LOOPBACK, ports.pick(15200)))
        busy.listen()
        yield busy.getsockname()[1]


def postgres_in(folder: Path) -> Postgres:
    return Postgres(
        home=folder / "postgres",
        project=PROJECT,
        port=ports.pick(15300),
        password="mật khẩu: 100 % / @",
        run=folder / "run",
        log=folder / "log" / "postgres.log",
        durable=False,
    )


def test_postgres_below_an_awkward_folder_with_an_awkward_password(awkward: Path) -> None:
    postgres = postgres_in(awkward)
    try:
        postgres.start()
        postgres.wait_ready()
        with psycopg.connect(postgres.url.replace("postgres://", "postgresql://")) as connection:
            row = connection.execute("SELECT current_database(), 'Liêm Tuyền' COLLATE \"C\"").fetchone()
        assert row == ("lua", "Liêm Tuyền")
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(
                host=ports.LOOPBACK, port=postgres.port, user="lua", password="guess", dbname="lua"
            )
    finally:
        postgres.stop()
    assert not (awkward / "run" / "postgres.pid").exists()


def test_postgres_starts_over_a_stale_lock_naming_somebody_elses_process(awkward: Path) -> None:
    postgres = postgres_in(awkward)
    try:
        postgres.start()
        postgres.wait_ready()
        lines = (postgres.data / "postmaster.pid").read_text().splitlines()
        postgres.stop()
        # What a power cut leaves, when the number has meanwhile gone to another program.
        (postgres.data / "postmaster.pid").write_text("\n".join([str(os.getpid()), *lines[1:], ""]))
        postgres.start()
        postgres.wait_ready()
    finally:
        postgres.stop()


def test_a_wrong_password_is_said_in_one_line(awkward: Path) -> None:
    postgres = postgres_in(awkward)
    try:
        postgres.start()
        postgres.wait_ready()
        postgres.stop()
        postgres.password = "another"
        postgres.start()
        with pytest.raises(Failed, match="do not belong together"):
            postgres.wait_ready()
    finally:
        postgres.stop()


def test_objects_survive_a_stop_and_a_change_of_ports(awkward: Path) -> None:
    bodies = {f"tệp/{n}": os.urandom(1000 + n) for n in range(20)}
    environment = {"DATABASE_URL": "postgres://elsewhere/db"}
    first = Servers(awkward, environment, first_ports=NEAR)
    busy = socket.socket()
    try:
        first.start()
        assert first.postgres is None
        assert first.seaweedfs is not None
        client = client_of(first)
        client.make_bucket("chung-cu")
        for name, body in bodies.items():
            client.put_object("chung-cu", name, io.BytesIO(body), len(body))
        first.stop()
        busy.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        busy.bind((ports.LOOPBACK, first.seaweedfs.ports.s3))
        busy.listen()
        second = Servers(awkward, environment, first_ports=NEAR)
        try:
            second.start()
            assert second.seaweedfs is not None
            assert second.seaweedfs.ports.s3 != first.seaweedfs.ports.s3
            assert second.seaweedfs.ports.master == first.seaweedfs.ports.master
            client = client_of(second)
            assert {n: client.get_object("chung-cu", n).data for n in bodies} == bodies
        finally:
            second.stop()
    finally:
        busy.close()
        first.stop()


def client_of(servers: Servers) -> Minio:
    env = servers.env()
    return Minio(
        env["S3_ENDPOINT"], env["S3_ACCESS_KEY"], env["S3_SECRET_KEY"], secure=False, region=env["S3_REGION"]
    )


def test_named_servers_replace_the_embedded_ones(tmp_path: Path) -> None:
    environment = {"DATABASE_URL": "postgres://elsewhere/db", "S3_ENDPOINT": "s3.elsewhere:9000"}
    servers = Servers(tmp_path, environment)

    servers.start()

    assert servers.postgres is None
    assert servers.seaweedfs is None
    assert servers.env()["DATABASE_URL"] == "postgres://elsewhere/db"
    assert servers.env()["S3_ENDPOINT"] == "s3.elsewhere:9000"
    assert not (tmp_path / "postgres").exists()
    assert not (tmp_path / "seaweedfs").exists()


def test_a_busy_port_is_passed_over_and_the_new_one_remembered(tmp_path: Path, listener: int) -> None:
    file = tmp_path / "ports.json"

    chosen = ports.RememberedPorts(file).get("postgres", listener)

    assert chosen != listener
    assert ports.RememberedPorts(file).get("postgres", listener) == chosen


def test_a_damaged_note_of_ports_is_made_anew(tmp_path: Path) -> None:
    file = tmp_path / "ports.json"
    file.write_text("{broken")

    assert ports.is_free(ports.RememberedPorts(file).get("postgres", 15400))


def test_a_process_left_over_is_stopped(tmp_path: Path) -> None:
    sleeper = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(300)"], start_new_session=True)
    # The kernel lets the parent go on a moment before the new program has its arguments.
    while not psutil.Process(sleeper.pid).cmdline():
        time.sleep(0.01)
    pid_file = tmp_path / "run" / "sleeper.pid"
    processes.remember(pid_file, sleeper.pid, Path(sys.executable).name, signal.SIGTERM)

    assert processes.clear_left_over(pid_file) == sleeper.pid

    assert not psutil.pid_exists(sleeper.pid)
    assert not pid_file.exists()


@pytest.mark.parametrize(
    "note",
    [
        "",
        "not a note",
        '{"pid": 999999999, "started": 1, "program": "weed"}',
        # The number is alive, but it is this test's: started at another time, another program.
        f'{{"pid": {os.getpid()}, "started": 1, "program": "python"}}',
        f'{{"pid": {os.getpid()}, "started": {psutil.Process().create_time()}, "program": "weed"}}',
    ],
    ids=["empty", "nonsense", "dead", "started at another time", "another program"],
)
def test_a_stale_note_harms_nobody(tmp_path: Path, note: str) -> None:
    pid_file = tmp_path / "weed.pid"
    pid_file.write_text(note)

    assert processes.clear_left_over(pid_file) is None

    assert not pid_file.exists()


def test_secrets_are_made_once_and_private(tmp_path: Path) -> None:
    made = secret(tmp_path / "secrets", "django")

    assert secret(tmp_path / "secrets", "django") == made
    assert len(made) == 64
    assert (tmp_path / "secrets" / "django").stat().st_mode & 0o777 == 0o600
