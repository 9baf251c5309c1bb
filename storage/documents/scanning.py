"""Scanning for malware by ClamAV, over the socket of its daemon (commands VERSION and INSTREAM, clamd(8)).

A file is clean only when the daemon took all of it and said so. Whatever else happens (no daemon, half an answer, a
limit of the daemon's) leaves the file unscanned: it is kept, closed to everybody, and scanned later.
"""

from __future__ import annotations

import logging
import re
import socket
from dataclasses import dataclass
from typing import BinaryIO, Protocol, cast

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from storage import ledger
from storage.digests import HashingReader
from storage.errors import UploadRefused
from storage.objects import object_store

from .models import Document, Scan, ScanOutcome

logger = logging.getLogger(__name__)

#: Infected files, also those that were refused, are kept here for good.
STREAM = "storage:scanning"
CHUNK = 256 * 1024
CONNECT_SECONDS = 5
#: The daemon gives a file 120 s unless it is told otherwise (MaxScanTime). A person at a form waits no longer than
#: ``FORM_SECONDS``; the file is then received unscanned.
JOB_SECONDS, FORM_SECONDS = 130, 20
ANSWER_BYTES = 4096
FOUND = re.compile(r"stream: (.+) FOUND")
#: A limit of the daemon's own is no threat. It says so only with AlertExceedsMax, without which it calls a file clean
#: of which it read a part.
LIMITS = "Heuristics.Limits.Exceeded"


class NotScanned(Exception):
    """The file was not scanned to its end; says why, for the log."""


class ScannerUnavailable(NotScanned):
    """The daemon does not answer, or not in time; other files would fare no better now."""


class Readable(Protocol):
    def read(self, length: int, /) -> bytes: ...


@dataclass(frozen=True)
class Verdict:
    """What the scanner says of a whole file: clean, or infected by ``threat``."""

    outcome: ScanOutcome
    threat: str
    engine: str


def is_on() -> bool:
    """Whether files are scanned here."""
    return bool(settings.CLAMAV_SOCKET)


def engine() -> str:
    """Return program and signatures as the daemon tells them. Raises ScannerUnavailable."""
    try:
        with _line(CONNECT_SECONDS) as line:
            line.sendall(b"zVERSION\0")
            version = _answer(line)
    except (OSError, ValueError, NotScanned) as error:
        raise ScannerUnavailable(f"clamd at {settings.CLAMAV_SOCKET} does not answer: {error}") from error
    if not version.startswith("ClamAV"):
        raise ScannerUnavailable(f"what answers at {settings.CLAMAV_SOCKET} is no clamd: {version}")
    return version[:200]


def scan(stream: Readable, *, seconds: float) -> Verdict:
    """Send a stream from where it stands to its end and return the verdict. Memory stays bounded.

    ``seconds`` bounds each single wait. Raises NotScanned; what a stream of the store raises passes through.
    """
    version = engine()
    try:
        with _line(seconds) as line:
            complete = _send(line, stream)
            answer = _answer(line)
    except TimeoutError as error:
        raise ScannerUnavailable(f"clamd gave no answer for {seconds} s") from error
    except OSError as error:
        raise NotScanned(f"clamd broke off: {error}") from error
    if complete and answer == "stream: OK":
        return Verdict(ScanOutcome.CLEAN, "", version)
    found = FOUND.fullmatch(answer)
    if complete and found and not found[1].startswith(LIMITS):
        return Verdict(ScanOutcome.INFECTED, found[1][:200], version)
    raise NotScanned(f"clamd says: {answer}")


def _line(seconds: float) -> socket.socket:
    address = settings.CLAMAV_SOCKET
    if address.startswith("/"):
        line = socket.socket(socket.AF_UNIX)
        line.settimeout(CONNECT_SECONDS)
        try:
            line.connect(address)
        except OSError:
            line.close()
            raise
    else:
        host, _colon, port = address.rpartition(":")
        line = socket.create_connection((host.strip("[]"), int(port)), timeout=CONNECT_SECONDS)
    line.settimeout(seconds)
    return line


def _send(line: socket.socket, stream: Readable) -> bool:
    """Send all of the stream; return False when the daemon stopped listening, as it then says why."""
    try:
        line.sendall(b"zINSTREAM\0")
        while chunk := stream.read(CHUNK):
            line.sendall(len(chunk).to_bytes(4, "big") + chunk)
        line.sendall(bytes(4))
    except (BrokenPipeError, ConnectionResetError):
        return False
    return True


def _answer(line: socket.socket) -> str:
    """Return the daemon's answer, which ends with a zero byte. Raises NotScanned for half of one."""
    received = b""
    while not received.endswith(b"\0"):
        got = line.recv(ANSWER_BYTES)
        received += got
        if not got or len(received) > ANSWER_BYTES:
            raise NotScanned(f"clamd gave half an answer: {received[:100]!r}")
    return received[:-1].decode(errors="replace")


def look(stream: Readable, *, seconds: float) -> Verdict | None:
    """Return the verdict on a stream; None when files are not scanned here, or this one could not be."""
    if not is_on():
        return None
    try:
        return scan(stream, seconds=seconds)
    except NotScanned as reason:
        logger.warning("A file was not scanned: %s", reason)
        return None


def admit(stream: BinaryIO, *, name: str, uploaded_by_id: int, seconds: float) -> Verdict | None:
    """Look at a file that is about to be received, and leave the stream at its start.

    Raises UploadRefused for an infected one, which the ledger then keeps; a job killed right after keeps it twice.
    """
    stream.seek(0)
    reader = HashingReader(stream)
    verdict = look(reader, seconds=seconds)
    stream.seek(0)
    if verdict is None or verdict.outcome == ScanOutcome.CLEAN:
        return verdict
    logger.warning("A file of person %s was refused: %s", uploaded_by_id, verdict.threat)
    with transaction.atomic():
        ledger.append(
            stream=STREAM,
            act="upload.infected",
            actor=ledger.SYSTEM,
            subject={"uploaded_by": uploaded_by_id},
            payload={
                "name": name,
                "sha256": reader.digests.sha256,
                "threat": verdict.threat,
                "engine": verdict.engine,
            },
            at=timezone.now(),
        )
    message = _(
        "Tệp có mã độc (%(threat)s) nên không được nhận. Xin quét máy tính bằng phần mềm diệt mã độc, "
        "rồi gửi lại bản sạch; nếu cần, xin nhờ cán bộ công nghệ thông tin."
    )
    raise UploadRefused("infected", message % {"threat": verdict.threat})


def keep(document: Document, verdict: Verdict) -> Scan:
    """Keep the verdict on a document. One that differs from the last, or a bad first one, also goes to the ledger."""
    now = timezone.now()
    with transaction.atomic():
        before = Scan.objects.select_for_update().filter(document=document).first()
        last = before.outcome if before else ScanOutcome.CLEAN
        kept, _created = Scan.objects.update_or_create(
            document=document,
            defaults={
                "outcome": verdict.outcome,
                "threat": verdict.threat,
                "engine": verdict.engine,
                "scanned_at": now,
            },
        )
        if verdict.outcome != last:
            ledger.append(
                stream=STREAM,
                act=f"document.{verdict.outcome}",
                actor=ledger.SYSTEM,
                subject={"document": str(document.pk)},
                payload={
                    "sha256": document.sha256,
                    "version": document.version_id,
                    "threat": verdict.threat,
                    "engine": verdict.engine,
                },
                at=now,
            )
    if verdict.outcome == ScanOutcome.INFECTED:
        logger.error("Document %s (%s) is infected: %s", document.pk, document.object_key, verdict.threat)
    return kept


def check(document: Document) -> Scan:
    """Scan a document's stored version and keep the verdict. Raises NotScanned and StorageUnavailable."""
    with object_store().open(document.object_key, document.version_id) as stream:
        return keep(document, scan(cast(Readable, stream), seconds=JOB_SECONDS))


def unscanned() -> QuerySet[Document]:
    """Return the documents that wait for their scan; none where files are not scanned."""
    return Document.objects.filter(scan__isnull=True) if is_on() else Document.objects.none()


def state_of(document: Document) -> ScanOutcome | None:
    """Return what is known of a document; None when nothing is to be said. Lists select ``scan`` beforehand.

    Where files are not scanned (any more), that leaves those once found infected.
    """
    found = getattr(document, "scan", None)
    outcome = ScanOutcome(found.outcome) if found else ScanOutcome.UNSCANNED
    return outcome if is_on() or outcome == ScanOutcome.INFECTED else None


def words(document: Document) -> str:
    """Return what is known of a document in words for people, the threat's name included; empty as ``state_of``."""
    state = state_of(document)
    if state == ScanOutcome.INFECTED:
        return _("Có mã độc: %(threat)s") % {"threat": document.scan.threat}
    return str(state.label) if state else ""


def withheld(document: Document) -> str:
    """Return what follows for a document that is closed to everybody, and what to do; empty for an open one."""
    match state_of(document):
        case ScanOutcome.INFECTED:
            return _("Tệp không mở và không tải về được. Người gửi cần bỏ tệp này và gửi lại bản sạch.")
        case ScanOutcome.UNSCANNED:
            return _(
                "Tệp chưa mở và chưa tải về được. Việc quét chạy tự động: xin xem lại sau ít phút; nếu vẫn vậy, "
                "xin báo quản trị viên."
            )
    return ""


def withheld_at(path: str = "") -> Q:
    """Return the condition for what ``withheld`` closes; ``path`` leads to the document and ends in «__»."""
    infected = Q(**{f"{path}scan__outcome": ScanOutcome.INFECTED})
    return infected | Q(**{f"{path}scan__isnull": True}) if is_on() else infected
