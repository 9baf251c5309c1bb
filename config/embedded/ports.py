"""Ports on 127.0.0.1: remembered between starts, replaced when somebody else has taken them."""

import json
import socket
from collections.abc import Callable, Iterable
from pathlib import Path

import psutil

LOOPBACK = "127.0.0.1"
# Below the range from which the kernel takes ports for outgoing connections, even 10,000 further on.
FIRST, LAST = 15_000, 22_700


def is_free(port: int) -> bool:
    """Whether a server could listen on this port of 127.0.0.1 now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True


def pick(wanted: int, *, usable: Callable[[int], bool] = is_free, avoid: Iterable[int] = ()) -> int:
    """Return ``wanted`` or the next port after it that is usable."""
    taken = set(avoid)
    span = LAST - FIRST
    for offset in range(span):
        port = FIRST + (wanted - FIRST + offset) % span
        if port not in taken and usable(port):
            return port
    raise OSError(f"no free port between {FIRST} and {LAST}")


def holder(port: int) -> str:
    """Name the program that listens on a port, as far as this account may know."""
    try:
        for connection in psutil.net_connections("tcp"):
            listens = connection.status == psutil.CONN_LISTEN and connection.laddr
            if listens and listens.port == port and connection.pid:
                return f"{psutil.Process(connection.pid).name()} (pid {connection.pid})"
    except (psutil.Error, OSError):
        pass
    return "another program"


class RememberedPorts:
    """Ports kept in a JSON file under a name, so that restarts and bookmarks find the same ones."""

    def __init__(self, file: Path) -> None:
        self._file = file
        try:
            self._ports: dict[str, int] = {k: int(v) for k, v in json.loads(file.read_text("utf-8")).items()}
        except (OSError, ValueError, AttributeError):
            self._ports = {}

    def get(self, name: str, default: int, *, usable: Callable[[int], bool] = is_free) -> int:
        """Return a usable port for ``name``: the one of last time if possible."""
        others = {port for key, port in self._ports.items() if key != name}
        port = pick(self._ports.get(name, default), usable=usable, avoid=others)
        self._ports[name] = port
        self._file.parent.mkdir(parents=True, exist_ok=True)
        self._file.write_text(json.dumps(self._ports, indent=1), encoding="utf-8")
        return port
