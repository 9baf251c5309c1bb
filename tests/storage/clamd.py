"""A real ClamAV daemon with one signature of the tests' own, and files that carry what it looks for."""

from __future__ import annotations

import time
from pathlib import Path

from config.embedded.processes import Child, bare_environment

from .files import closed_port, office, pdf, png

THREAT = "Lua.Test.Threat"
#: The daemon marks what is not in its publisher's own database.
NAMED = f"{THREAT}.UNOFFICIAL"
MARKER = b"LUA-TEST-THREAT-" + b"b3c0" * 4
STREAM_BYTES = 34 * 1024 * 1024


def infected_png() -> bytes:
    """A valid picture with the marker behind its end."""
    return png() + MARKER


def infected_pdf() -> bytes:
    """A valid PDF with the marker in a comment."""
    return pdf() + b"%" + MARKER + b"\n%%EOF\n"


def infected_docx() -> bytes:
    """A Word file one of whose packed members holds the marker."""
    contents = office(extra={"word/embeddings/oleObject1.bin": bytes(2000) + MARKER * 20})
    assert MARKER not in contents, "it can be seen only unpacked"
    return contents


class Clamd:
    """The daemon in a folder of its own, listening on a socket there and on a loopback port."""

    def __init__(self, home: Path, program: str) -> None:
        self.signatures = home / "signatures"
        self.signatures.mkdir()
        self.learn(THREAT, MARKER)
        self.socket, port = home / "clamd.sock", closed_port()
        self.address = f"127.0.0.1:{port}"
        lines = (
            *(f"LocalSocket {self.socket}", f"TCPSocket {port}", "TCPAddr 127.0.0.1"),
            *(f"DatabaseDirectory {self.signatures}", "Foreground yes", "SelfCheck 0"),
            *(f"StreamMaxLength {STREAM_BYTES}", "MaxFiles 20", "AlertExceedsMax yes"),
        )
        config = home / "clamd.conf"
        config.write_text("".join(f"{line}\n" for line in lines))
        self._child = Child(
            name="clamd",
            command=[program, f"--config-file={config}"],
            env=bare_environment(),
            cwd=home,
            log=home / "clamd.log",
            pid_file=home / "clamd.pid",
            patience=0,
        )

    def learn(self, threat: str, marker: bytes) -> None:
        """Write a signature (extended format, any kind of file, any place in it); read at the next start."""
        (self.signatures / f"{threat}.ndb").write_text(f"{threat}:0:*:{marker.hex()}\n")

    def forget(self, threat: str) -> None:
        (self.signatures / f"{threat}.ndb").unlink()

    def start(self) -> None:
        self._child.start()
        deadline = time.monotonic() + 60
        while not self.socket.exists():
            self._child.ensure_alive()
            assert time.monotonic() < deadline, self._child.last_words()
            time.sleep(0.05)

    @property
    def is_running(self) -> bool:
        return self.socket.exists()

    def kill(self) -> None:
        """End it at once, as a crash would."""
        self._child.stop()
        self.socket.unlink(missing_ok=True)

    def restart(self) -> None:
        self.kill()
        self.start()
