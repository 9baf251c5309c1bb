"""Start a child process that dies with us, stop it, and recognise one left over by a crashed run."""

import contextlib
import json
import os
import signal
import stat
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from config.embedded.progress import Failed

LAUNCHER = Path(__file__).with_name("launch.py")


@dataclass(frozen=True)
class Account:
    """The numeric account a child runs as.

    ``reads_through``: it needs the capability to walk through folders that are closed to it.
    """

    uid: int
    gid: int
    reads_through: bool = False

    def __str__(self) -> str:
        return f"{self.uid}:{self.gid}{':read' if self.reads_through else ''}"

    def can_walk_to(self, path: Path) -> bool:
        """Whether all folders above ``path`` let this account through."""
        for folder in path.absolute().parents:
            status = folder.stat()
            if status.st_uid == self.uid:
                allowed = status.st_mode & stat.S_IXUSR
            elif status.st_gid == self.gid:
                allowed = status.st_mode & stat.S_IXGRP
            else:
                allowed = status.st_mode & stat.S_IXOTH
            if not allowed:
                return False
        return True


def launched(command: list[str], *, account: Account | None, death_signal: int = signal.SIGTERM) -> list[str]:
    """Wrap a command so that it dies with this process and runs as the account (None: as ourselves)."""
    return [
        sys.executable,
        "-I",
        "-S",
        str(LAUNCHER),
        str(os.getpid()),
        str(int(death_signal)),
        str(account or "-"),
        *command,
    ]


def bare_environment() -> dict[str, str]:
    """Return the least a program needs from our environment: where programs and libraries are."""
    return {"PATH": os.defpath} | {
        k: v for k, v in os.environ.items() if k in ("PATH", "LD_LIBRARY_PATH", "TMPDIR")
    }


@dataclass
class Child:
    """One supervised process.

    ``stop_signal`` asks it to end in an orderly way; after ``patience`` seconds it is killed. Where the
    kernel can (Linux), ``death_signal`` reaches it when this process dies without a word.
    """

    name: str
    command: list[str]
    env: dict[str, str]
    cwd: Path
    log: Path
    pid_file: Path
    account: Account | None = None
    stop_signal: int = signal.SIGTERM
    death_signal: int = signal.SIGTERM
    patience: float = 30
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    def start(self) -> None:
        """Start it in a session of its own, so that Ctrl-C reaches only the supervisor."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                launched(self.command, account=self.account, death_signal=self.death_signal),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=self.env,
                cwd=self.cwd,
                start_new_session=True,
            )
        remember(self.pid_file, self.process.pid, Path(self.command[0]).name, self.death_signal)

    @property
    def exit_code(self) -> int | None:
        """The exit code of the ended process; None while it runs."""
        return self.process.poll() if self.process else 0

    def ensure_alive(self) -> None:
        """Raise ``Failed`` with the last line of its log when it has ended."""
        if self.exit_code is not None:
            raise Failed(
                f"{self.name} ended with code {self.exit_code}: {self.last_words()} (see {self.log})"
            )

    def last_words(self) -> str:
        """Return the last line of the log, for one-line messages."""
        try:
            lines = self.log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
        except OSError:
            return ""
        return lines[-1].strip() if lines else ""

    def stop(self, *, patience: float | None = None) -> None:
        """Ask it to end, wait until it has, and kill what remains of its session."""
        if self.process is None:
            return
        if self.process.poll() is None:
            self.process.send_signal(self.stop_signal)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(self.patience if patience is None else patience)
        kill_session(self.process.pid)
        self.process.wait()
        self.pid_file.unlink(missing_ok=True)
        self.process = None


def kill_session(leader: int) -> None:
    """Kill every process still in the group that a child led."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, signal.SIGKILL)


def remember(pid_file: Path, pid: int, program: str, death_signal: int) -> None:
    """Write down a child well enough to recognise it after a crash."""
    pid_file.parent.mkdir(parents=True, exist_ok=True)
    try:
        started = psutil.Process(pid).create_time()
    except psutil.NoSuchProcess:
        started = time.time()
    written = {"pid": pid, "started": started, "program": program, "death_signal": int(death_signal)}
    pid_file.write_text(json.dumps(written), encoding="utf-8")


def clear_left_over(pid_file: Path, *, patience: float = 10) -> int | None:
    """Stop the process that a pid file of an earlier run still names; return its pid if there was one.

    A number alone proves nothing, because numbers are reused: the start time and the program must agree.

    Raises:
        Failed: when it is ours by all signs but may not be stopped by this account.
    """
    try:
        noted = json.loads(pid_file.read_text(encoding="utf-8"))
        process = psutil.Process(int(noted["pid"]))
        command = process.cmdline()
        same = abs(process.create_time() - float(noted["started"])) < 2 and any(
            Path(part).name == noted["program"] for part in command
        )
    except (OSError, ValueError, KeyError, TypeError, psutil.NoSuchProcess, psutil.ZombieProcess):
        same = False
    except psutil.AccessDenied:
        same = False
    if not same:
        pid_file.unlink(missing_ok=True)
        return None
    try:
        process.send_signal(noted.get("death_signal", signal.SIGTERM))
        process.wait(patience)
    except psutil.TimeoutExpired:
        process.kill()
        process.wait(10)
    except psutil.NoSuchProcess:
        pass
    except psutil.AccessDenied as error:
        raise Failed(
            f"A process of an earlier run (pid {process.pid}) is still alive: stop it first."
        ) from error
    kill_session(process.pid)
    pid_file.unlink(missing_ok=True)
    return process.pid
