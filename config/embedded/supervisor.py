"""``make run``: start every part in order, watch them, and stop them all."""

import contextlib
import fcntl
import http.client
import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from types import FrameType
from typing import IO, Any

from config.embedded import ports
from config.embedded.credentials import secret
from config.embedded.postgres import Postgres
from config.embedded.processes import Child, clear_left_over, launched
from config.embedded.progress import Failed, say, step
from config.embedded.seaweedfs import SeaweedFS
from config.embedded.servers import PROJECT, Servers, var_folder

FIRST_WEB_PORT = 8000
RESTARTS = 3
"""How often a part may end by itself within ``RESTART_WINDOW`` seconds before everything is stopped."""
RESTART_WINDOW = 60.0
LOG_LIMIT = 10 * 1024 * 1024


class StopRequested(Exception):
    """Ctrl-C, SIGTERM or a closed terminal."""


@dataclass
class Watched:
    """A running part with the moments at which it had to be started again."""

    part: Child | Postgres | SeaweedFS
    restarts: list[float] = field(default_factory=list)

    @property
    def child(self) -> Child:
        """The process of the part."""
        return self.part if isinstance(self.part, Child) else self.part.child


class Supervisor:
    """Owns database, object storage, worker and web server of one ``var/`` folder."""

    def __init__(self) -> None:
        self.home = var_folder()
        self.run_folder = self.home / "run"
        self.logs = self.home / "log"
        self.servers = Servers(self.home, os.environ.copy())
        self.watched: list[Watched] = []
        self._lock: IO[str] | None = None
        self._stopping = False

    def run(self) -> int:
        """Start, serve until asked to stop, stop. Returns the exit code.

        Raises:
            Failed: when a part does not start; everything started until then has been stopped.
        """
        began = time.monotonic()
        for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(signum, self._on_signal)
        self._take_lock()
        say("Lúa starts; data are in " + os.path.relpath(self.home))
        try:
            web_port = self._start(began)
            self._announce(web_port, time.monotonic() - began)
            self._watch()
        except StopRequested:
            return 0
        finally:
            self._stop()
        return 0

    def _on_signal(self, signum: int, frame: FrameType | None) -> None:
        # A second Ctrl-C while stopping would leave children behind, so it is heard but not obeyed.
        if self._stopping:
            say("  … still stopping")
            return
        self._stopping = True
        raise StopRequested

    def _take_lock(self) -> None:
        self.run_folder.mkdir(parents=True, exist_ok=True)
        self._lock = (self.run_folder / "supervisor.lock").open("a+", encoding="utf-8")
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            self._lock.seek(0)
            pid, _, address = self._lock.read().strip().partition(" ")
            where = f" at {address}" if address else ""
            raise Failed(f"it is already running{where}; to stop it: kill {pid}") from error
        self._note_lock("")

    def _note_lock(self, address: str) -> None:
        assert self._lock is not None
        self._lock.seek(0)
        self._lock.truncate()
        self._lock.write(f"{os.getpid()} {address}")
        self._lock.flush()

    def _start(self, began: float) -> int:
        for name in ("web", "worker"):
            if (pid := clear_left_over(self.run_folder / f"{name}.pid")) is not None:
                say(f"  ! {name} of an earlier run was still there (pid {pid}): stopped")
        self._shorten_logs()
        web_port = self._web_port()
        self.servers.start()
        self.watched += [Watched(part) for part in (self.servers.postgres, self.servers.seaweedfs) if part]
        env = self._env()
        env.setdefault("LUA_BASE_URL", f"http://{ports.LOOPBACK}:{web_port}")
        self.servers.leave_environment()
        prepared = self._prepare(env)
        env["LUA_DEMO"] = str(prepared["demo"]).lower()
        self.accounts: list[dict[str, str]] = prepared["accounts"]
        worker, web = self._worker(env), self._web(env, web_port)
        for child in (worker, web):
            child.start()
            self.watched.append(Watched(child))
        with step(f"Web server on {ports.LOOPBACK}:{web_port}, job worker"):
            self._wait_for_page(web, web_port)
        self._note_lock(f"http://{ports.LOOPBACK}:{web_port}/")
        return web_port

    def _web_port(self) -> int:
        chosen = os.environ.get("LUA_PORT", "")
        if chosen:
            if not chosen.isdigit() or not 0 < int(chosen) < 65536:
                raise Failed(f"LUA_PORT={chosen} is not a port number.")
            if not ports.is_free(int(chosen)):
                raise Failed(
                    f"Port {chosen} is used by {ports.holder(int(chosen))}: choose another LUA_PORT."
                )
            return int(chosen)
        for port in range(FIRST_WEB_PORT, FIRST_WEB_PORT + 20):
            if ports.is_free(port):
                return port
            say(f"  ! Port {port} is used by {ports.holder(port)}; trying {port + 1}")
        raise Failed(f"Ports {FIRST_WEB_PORT} to {FIRST_WEB_PORT + 19} are all in use: set LUA_PORT.")

    def _env(self) -> dict[str, str]:
        demo = os.environ.get("LUA_DEMO", "").lower() not in ("0", "false", "no", "off")
        return {
            **os.environ,
            **self.servers.env(),
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "ALLOWED_HOSTS": f"{ports.LOOPBACK},localhost",
            "DEBUG": "false",
            "LUA_DEMO": str(demo).lower(),
            "LUA_SUPERVISED": "true",
            "LUA_HTTPS": "false",
            "STATIC_ROOT": str(self.home / "static"),
            "PYTHONUTF8": "1",
            "PYTHONUNBUFFERED": "1",
        }

    def _prepare(self, env: dict[str, str]) -> dict[str, Any]:
        result = self.run_folder / "prepared.json"
        result.unlink(missing_ok=True)
        # A migration or the first load may take longer than a request is allowed to.
        env = env | {"DB_LOCK_TIMEOUT": "60000", "DB_STATEMENT_TIMEOUT": "0", "LUA_LOG_LEVEL": "WARNING"}
        command = [sys.executable, "-m", "config.embedded.prepare", str(result)]
        child = subprocess.Popen(
            launched(command, account=None), env=env, cwd=PROJECT, start_new_session=True
        )
        try:
            code = child.wait()
        finally:
            if child.poll() is None:
                child.terminate()
                with contextlib.suppress(subprocess.TimeoutExpired):
                    child.wait(5)
                child.kill()
                child.wait()
        if code != 0:
            raise Failed("Preparing database and storage failed; see above.")
        prepared: dict[str, Any] = json.loads(result.read_text(encoding="utf-8"))
        return prepared

    def _worker(self, env: dict[str, str]) -> Child:
        return Child(
            name="Job worker",
            command=[
                *(sys.executable, "manage.py", "procrastinate", "worker", "--name=lua", "--concurrency=2"),
                "--shutdown-graceful-timeout=10",
            ],
            env=env,
            cwd=PROJECT,
            log=self.logs / "worker.log",
            pid_file=self.run_folder / "worker.pid",
            patience=15,
            # With the supervisor the database dies too, and then an orderly end only waits for it. What
            # was being done is queued again (config.tasks).
            death_signal=signal.SIGKILL,
        )

    def _web(self, env: dict[str, str], port: int) -> Child:
        return Child(
            name="Web server",
            command=[
                *(sys.executable, "-m", "gunicorn", "config.wsgi:application"),
                *(
                    "--bind",
                    f"{ports.LOOPBACK}:{port}",
                    "--worker-class=gthread",
                    "--workers=2",
                    "--threads=4",
                ),
                *("--graceful-timeout=10", "--timeout=60", "--no-control-socket"),
                *("--access-logfile", str(self.logs / "access.log")),
            ],
            env=env,
            cwd=PROJECT,
            log=self.logs / "web.log",
            pid_file=self.run_folder / "web.pid",
            patience=15,
            # gunicorn's quick shutdown.
            death_signal=signal.SIGQUIT,
        )

    def _wait_for_page(self, web: Child, port: int, *, seconds: float = 60) -> None:
        deadline = time.monotonic() + seconds
        while True:
            web.ensure_alive()
            try:
                connection = http.client.HTTPConnection(ports.LOOPBACK, port, timeout=10)
                connection.request("GET", "/dang-nhap/")
                status = connection.getresponse().status
                connection.close()
                if status == 200:
                    return
                problem = f"the sign-in page answers HTTP {status}"
            except (OSError, http.client.HTTPException) as error:
                problem = str(error)
            if time.monotonic() > deadline:
                raise Failed(f"The web server is not ready: {problem} (see {web.log}).")
            time.sleep(0.1)

    def _announce(self, port: int, seconds: float) -> None:
        say(f"\nLúa is ready after {seconds:.1f} s:  http://{ports.LOOPBACK}:{port}/\n")
        if self.accounts:
            password = secret(self.servers.secrets, "demo-password", length=5)
            say("Demo people (one click on the sign-in page; their common password is " + password + "):")
            for one in self.accounts:
                say(f"  {one['username']:<32} {one['role']}, {one['agency']}")
        say(f"\nLogs: {os.path.relpath(self.logs)}.  Ctrl-C stops everything.")

    def _watch(self) -> None:
        while True:
            for watched in self.watched:
                if watched.child.exit_code is not None:
                    self._restart(watched)
            time.sleep(0.3)

    def _restart(self, watched: Watched) -> None:
        child, now = watched.child, time.monotonic()
        said = f"{child.name} ended by itself (code {child.exit_code}): {child.last_words()}"
        watched.restarts = [moment for moment in watched.restarts if now - moment < RESTART_WINDOW] + [now]
        if len(watched.restarts) > RESTARTS:
            raise Failed(f"{said}. It did so {len(watched.restarts)} times in a minute, so all is stopped.")
        say(f"  ! {said}")
        with step(f"{child.name} starts again"):
            child.stop()
            watched.part.start()
            if not isinstance(watched.part, Child):
                watched.part.wait_ready()

    def _stop(self) -> None:
        self._stopping = True
        # From the people's side inwards: nothing writes any more when storage and database end.
        for watched in reversed(self.watched):
            name = watched.child.name
            with contextlib.suppress(ProcessLookupError), step(f"{name} stops"):
                watched.part.stop()
        self.servers.stop()
        for left in ("environment", "prepared.json"):
            (self.run_folder / left).unlink(missing_ok=True)
        if self._lock:
            self._lock.close()

    def _shorten_logs(self) -> None:
        for log in self.logs.glob("*.log"):
            if log.stat().st_size > LOG_LIMIT:
                log.replace(log.with_name(f"{log.name}.1"))
