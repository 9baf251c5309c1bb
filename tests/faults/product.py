"""The whole product in processes of its own, each of which a test may kill, freeze and bring back."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import connection, transaction
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from config.embedded import ports
from config.embedded.processes import kill_session
from config.embedded.supervisor import Supervisor, Watched
from config.embedded.temporary import scattered_ports
from storage.errors import StorageUnavailable
from storage.objects import object_store

STORE, WORKER, WEB = "SeaweedFS", "Job worker", "Web server"
VERIFY, PREVIEWS, LOCK = "documents.verify_upload", "documents.make_derivatives", "documents.lock"
#: All of the disk has to stay free: every write is refused, as it is on a full disk.
NO_ROOM = "-volume.minFreeSpace=100"


class Product(Supervisor):
    """Store, worker and web server as the supervisor runs them, on the database that ``DATABASE_URL`` names.

    Nobody watches: a part stays dead until ``revive``, by which the supervisor's own restart is done.
    """

    def __init__(self) -> None:
        super().__init__()
        self.servers.first_ports = scattered_ports()
        self.port = 0

    @property
    def address(self) -> str:
        return f"http://{ports.LOOPBACK}:{self.port}"

    def start(self) -> None:
        self._take_lock()
        self.port = self._start(time.monotonic())

    def stop(self) -> None:
        """End everything at once: what is under way concerns nobody any more."""
        for watched in self.watched:
            self.kill(watched.child.name)
        self._stop()

    def _part(self, name: str) -> Watched:
        return next(watched for watched in self.watched if watched.child.name == name)

    def _signal(self, name: str, signum: signal.Signals) -> None:
        process = self._part(name).child.process
        assert process is not None
        os.killpg(process.pid, signum)

    def kill(self, name: str) -> None:
        """kill -9; of the web server all processes."""
        if (process := self._part(name).child.process) is not None:
            kill_session(process.pid)
            process.wait()

    def revive(self, name: str) -> None:
        """Do what the supervisor does when it sees that a part has died, and wait until the part serves."""
        watched = self._part(name)
        watched.restarts.clear()
        self._restart(watched)
        if name == WEB:
            self._wait_for_page(self._part(WEB).child, self.port)

    def fill_the_disk(self) -> None:
        """Start the store again without room for anything more, and wait until it answers."""
        self.kill(STORE)
        self._part(STORE).child.command.append(NO_ROOM)
        self._part(STORE).part.start()
        eventually(answers)

    def make_room(self) -> None:
        self.kill(STORE)
        self._part(STORE).child.command.remove(NO_ROOM)
        self.revive(STORE)

    def heal(self) -> None:
        """Thaw what is frozen, revive what is dead, and give the store room."""
        self.thaw()
        if NO_ROOM in self._part(STORE).child.command:
            self.make_room()
        for watched in self.watched:
            if watched.child.exit_code is not None:
                self.revive(watched.child.name)

    def freeze(self, name: str) -> None:
        """Let a part accept connections and do nothing, so that whoever asks it hangs in the middle."""
        self._signal(name, signal.SIGSTOP)

    def thaw(self, *names: str) -> None:
        """Let the named parts go on, or all."""
        for watched in self.watched:
            if watched.child.exit_code is None and (not names or watched.child.name in names):
                self._signal(watched.child.name, signal.SIGCONT)


def eventually(condition: Callable[[], object], *, seconds: float = 60) -> None:
    """Wait until the condition holds."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "not in time"
        time.sleep(0.02)


def answers() -> bool:
    """Whether the store knows its bucket."""
    try:
        object_store().ping()
    except StorageUnavailable:
        return False
    return True


def jobs(task: str, status: str) -> int:
    return ProcrastinateJob.objects.filter(task_name=task, status=status).count()


def worker_died() -> None:
    """Let a minute pass for the worker that was just killed: then it counts as dead."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE procrastinate_workers SET last_heartbeat = last_heartbeat - interval '2 minutes'"
        )


def pick_up_stalled_jobs() -> None:
    """Run the periodic job that queues again what a dead worker was doing, without waiting for its minute."""
    app.configure_task("config.retry_stalled_jobs").defer(timestamp=0)


def let_retries_come() -> None:
    """Let the time pass that a failed job waits for its next try."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE procrastinate_jobs SET scheduled_at = now() WHERE status = 'todo' AND scheduled_at > now()"
        )
        cursor.execute(
            'SELECT pg_notify(\'procrastinate_any_queue_v1\', \'{"type": "job_inserted", "job_id": 0}\')'
        )


@contextmanager
def no_writes_to(table: str) -> Iterator[None]:
    """Let everybody who writes to a table wait there."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {table} IN EXCLUSIVE MODE")
        yield


def waits_for(table: str) -> bool:
    """Whether somebody waits to write to a table."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_locks WHERE relation = %s::regclass AND NOT granted", [table])
        return cursor.fetchone() is not None
