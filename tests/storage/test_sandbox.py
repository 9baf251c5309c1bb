"""Readers run in children that may die: whatever happens to one, the process that asked goes on."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import psutil
import pytest
from django.conf import settings

from storage import sandbox
from storage.sandbox import ReaderDied

from . import hostile_readers as readers


@pytest.mark.parametrize(
    ("reader", "cause"),
    [
        (readers.sleep, "time"),
        (readers.fill_memory, "memory"),
        (readers.crash, "crash"),
    ],
)
def test_a_reader_that_dies_is_told_and_the_next_file_is_read(reader, cause: str) -> None:
    with pytest.raises(ReaderDied) as died:
        sandbox.call(reader, seconds=1)
    assert died.value.cause == cause
    assert sandbox.call(readers.double, 21, seconds=10) == 42


def test_what_a_reader_raises_is_raised_here() -> None:
    with pytest.raises(LookupError, match="no such page"):
        sandbox.call(readers.refuse, "no such page", seconds=10)


def test_a_reader_knows_no_secrets_and_no_django(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "DATABASE_URL" in os.environ
    environment, modules = sandbox.call(readers.what_it_knows, seconds=10)
    assert environment == {}
    assert not {"django", "minio", "psycopg"} & set(modules)


def test_a_reader_cannot_fill_the_log() -> None:
    assert sandbox.call(readers.warnings_heard, seconds=10) == 0


def test_a_reader_cannot_fill_the_disk(tmp_path: Path) -> None:
    with pytest.raises((OSError, ReaderDied)):
        sandbox.call(readers.fill_disk, str(tmp_path / "big"), sandbox.FILE_BYTES + 1, seconds=30)
    assert (tmp_path / "big").stat().st_size <= sandbox.FILE_BYTES


def test_many_threads_ask_at_once_and_deaths_harm_only_their_own() -> None:
    def ask(number: int) -> int | str:
        try:
            if number % 7 == 3:
                return sandbox.call(readers.crash, seconds=5)
            return sandbox.call(readers.double, number, seconds=20)
        except ReaderDied as died:
            return died.cause

    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(ask, range(40)))
    assert answers == ["crash" if n % 7 == 3 else 2 * n for n in range(40)]


def test_readers_that_are_killed_between_two_files_harm_no_file() -> None:
    sandbox.call(readers.double, 1, seconds=20)
    for turn in range(5):
        for reader in psutil.Process().children():
            with suppress(psutil.NoSuchProcess):
                if "spawn_main" in " ".join(reader.cmdline()):
                    reader.kill()
        with ThreadPoolExecutor(4) as threads:
            asked = threads.map(lambda n: sandbox.call(readers.double, n, seconds=20), range(turn * 3))
            assert list(asked) == [2 * n for n in range(turn * 3)]


def test_a_process_that_is_killed_leaves_no_readers_behind() -> None:
    code = (
        "import sys, time\n"
        "from storage import sandbox\n"
        "from tests.storage import hostile_readers\n"
        "if __name__ == '__main__':\n"
        "    print(sandbox.call(hostile_readers.own_number, seconds=20), flush=True)\n"
        "    time.sleep(60)\n"
    )
    asker = subprocess.Popen(
        [sys.executable, "-c", code], cwd=settings.BASE_DIR, stdout=subprocess.PIPE, text=True
    )
    assert asker.stdout is not None
    reader = psutil.Process(int(asker.stdout.readline()))
    asker.send_signal(signal.SIGKILL)
    asker.wait()
    asker.stdout.close()
    deadline = time.monotonic() + 10
    while reader.is_running() and reader.status() != psutil.STATUS_ZOMBIE:
        assert time.monotonic() < deadline, "the reader outlived the process that asked"
        time.sleep(0.05)
