"""Database and object storage together: embedded, unless the environment names servers of its own."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from config.embedded import ports as port_choice
from config.embedded.credentials import secret, write_private
from config.embedded.postgres import Postgres
from config.embedded.processes import clear_left_over
from config.embedded.progress import say, step
from config.embedded.seaweedfs import SeaweedFS, SeaweedPorts
from config.embedded.seaweedfs import can_use as seaweed_can_use

PROJECT = Path(__file__).resolve().parents[2]
DEFAULT_PORTS = {"postgres": 15432, "s3": 18333, "master": 19333, "volume": 18080, "filer": 18888}


def var_folder() -> Path:
    """Return the folder of data, logs and secrets: ``var/``, or ``LUA_VAR_DIR``."""
    return Path(os.environ.get("LUA_VAR_DIR") or PROJECT / "var").resolve()


@dataclass
class Servers:
    """The servers under one folder; ``durable=False`` only for tests.

    ``environment`` decides what is embedded: with ``DATABASE_URL`` no PostgreSQL is started, with
    ``S3_ENDPOINT`` no SeaweedFS.
    """

    home: Path
    environment: Mapping[str, str]
    durable: bool = True
    first_ports: Mapping[str, int] = field(default_factory=lambda: DEFAULT_PORTS)
    postgres: Postgres | None = field(default=None, init=False)
    seaweedfs: SeaweedFS | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        self.run = self.home / "run"
        self.logs = self.home / "log"
        self.secrets = self.home / "secrets"
        for folder in (self.run, self.logs):
            folder.mkdir(parents=True, exist_ok=True)

    def start(self) -> None:
        """Start what is embedded, both at the same time, and wait until it really works.

        Raises:
            Failed: in one line what went wrong; nothing is stopped by this, call ``stop``.
        """
        for leftover in ("postgres", "seaweedfs"):
            if (pid := clear_left_over(self.run / f"{leftover}.pid")) is not None:
                say(f"  ! {leftover} of an earlier run was still there (pid {pid}): stopped")
        remembered = port_choice.RememberedPorts(self.home / "ports.json")
        if not self.environment.get("DATABASE_URL"):
            self.postgres = self._postgres(remembered)
        if not self.environment.get("S3_ENDPOINT"):
            self.seaweedfs = self._seaweedfs(remembered)
        if self.seaweedfs:
            self.seaweedfs.start()
        if self.postgres:
            with step(f"PostgreSQL on {port_choice.LOOPBACK}:{self.postgres.port}"):
                self.postgres.start()
                self.postgres.wait_ready()
        if self.seaweedfs:
            with step(f"S3 storage (SeaweedFS) on {self.seaweedfs.endpoint}"):
                self.seaweedfs.wait_ready()

    def stop(self) -> None:
        """Stop what was started and wait for it."""
        for server in (self.seaweedfs, self.postgres):
            if server:
                server.stop()

    def env(self) -> dict[str, str]:
        """Return the settings that reach these servers; the caller's own environment comes first."""
        made = {"SECRET_KEY": secret(self.secrets, "django", length=48)}
        if self.postgres:
            made["DATABASE_URL"] = self.postgres.url
        if self.seaweedfs:
            made.update(self.seaweedfs.env())
        return made | {key: value for key, value in self.environment.items() if value}

    def leave_environment(self) -> Path:
        """Write the addresses where ``manage.py`` finds them while the servers run (0600)."""
        keys = ("SECRET_KEY", "DATABASE_URL", *SeaweedFS.SETTINGS)
        env = self.env()
        file = self.run / "environment"
        write_private(file, "".join(f"{key}={env[key]}\n" for key in keys if key in env))
        return file

    def _postgres(self, remembered: port_choice.RememberedPorts) -> Postgres:
        return Postgres(
            home=self.home / "postgres",
            project=PROJECT,
            port=remembered.get("postgres", self.first_ports["postgres"]),
            password=secret(self.secrets, "postgres", length=24),
            run=self.run,
            log=self.logs / "postgres.log",
            durable=self.durable,
        )

    def _seaweedfs(self, remembered: port_choice.RememberedPorts) -> SeaweedFS:
        names = ("s3", "master", "volume", "filer")
        chosen = {
            name: remembered.get(name, self.first_ports[name], usable=seaweed_can_use) for name in names
        }
        return SeaweedFS(
            home=self.home / "seaweedfs",
            ports=SeaweedPorts(**chosen),
            access_key=secret(self.secrets, "s3-access-key", length=10),
            secret_key=secret(self.secrets, "s3-secret-key", length=24),
            run=self.run,
            log=self.logs / "seaweedfs.log",
        )
