"""Files are scanned by a real ClamAV: what is infected is refused, and nothing unscanned is ever called clean."""

from __future__ import annotations

import hashlib
import io
import socket
import tracemalloc
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from storage import ledger
from storage.documents import (
    Document,
    integrity,
    link,
    make_derivatives,
    preview_link,
    scanning,
    thumbnail_link,
)
from storage.documents.models import Integrity, Scan, ScanOutcome, UploadState
from storage.documents.tasks import check_some, scan_document, scan_remaining, verify_upload
from storage.errors import StorageUnavailable, UploadRefused, Withheld

from .clamd import NAMED, STREAM_BYTES, Clamd, infected_docx, infected_pdf, infected_png
from .conftest import Upload
from .files import OneWay, breaking_line, closed_port, jpeg, noise, office, pdf, pdf_of, png, saved
from .parts import MIB, sent

pytestmark = pytest.mark.django_db
INFECTED = {
    "a.png": infected_png(),
    "a.pdf": infected_pdf(),
    "a.docx": infected_docx(),
}


def acts() -> list[str]:
    return [entry.act for entry in ledger.entries(scanning.STREAM)]


def jobs() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'documents.scan' AND scheduled_at > now()"
        )
        return int(cursor.fetchone()[0])


def scan(contents: Any) -> scanning.Verdict:
    stream = io.BytesIO(contents) if isinstance(contents, bytes) else contents
    return scanning.scan(stream, seconds=20)


@pytest.fixture
def away(clamd: Clamd) -> Clamd:
    """A scanner that the settings name and that does not run."""
    clamd.kill()
    return clamd


@pytest.mark.parametrize("contents", [jpeg(), png(), pdf(), office()], ids=["jpeg", "png", "pdf", "docx"])
def test_a_clean_file_is_received_with_its_scan(clamd: Clamd, upload: Upload, contents: bytes) -> None:
    name = {b"\xff\xd8": "a.jpg", b"\x89P": "a.png", b"%P": "a.pdf", b"PK": "a.docx"}[contents[:2]]
    document = upload(contents, name)
    found = Scan.objects.get()
    assert (found.document, found.outcome, found.threat) == (document, ScanOutcome.CLEAN, "")
    assert found.engine.startswith("ClamAV ")
    assert timezone.now() - found.scanned_at < timedelta(minutes=1)
    assert document.sha256 == hashlib.sha256(contents).hexdigest(), "it was stored from its start"
    assert link(document) and acts() == [] and jobs() == 0


# With real transactions: the ledger refuses to be written outside of one, and a refusal has none of its own.
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", INFECTED)
def test_an_infected_file_is_refused_before_it_is_stored(
    clamd: Clamd, upload: Upload, keys: Any, name: str
) -> None:
    before, contents = keys(), INFECTED[name]
    with pytest.raises(UploadRefused, match="rồi gửi lại bản sạch") as refused:
        upload(contents, name)
    assert refused.value.code == "infected" and NAMED in str(refused.value)
    assert keys() == before and not Document.objects.exists()
    (entry,) = ledger.entries(scanning.STREAM)
    assert (entry.act, entry.subject, entry.actor["name"]) == ("upload.infected", {"uploaded_by": 7}, "Lúa")
    assert entry.payload["sha256"] == hashlib.sha256(contents).hexdigest()
    assert (entry.payload["name"], entry.payload["threat"]) == (name, NAMED)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", INFECTED)
def test_an_infected_upload_is_refused_by_its_job_and_discarded(
    clamd: Clamd, s3: str, keys: Any, name: str
) -> None:
    before, announced = keys(), sent(INFECTED[name], name)
    verify_upload(str(announced.pk))
    announced.refresh_from_db()
    assert announced.state == UploadState.REFUSED
    assert NAMED in announced.refusal and "rồi gửi lại bản sạch" in announced.refusal
    assert keys() == before and not Document.objects.exists()
    assert acts() == ["upload.infected"]


def test_a_clean_upload_becomes_a_scanned_document(clamd: Clamd, s3: str) -> None:
    announced = sent(jpeg(), "a.jpg")
    verify_upload(str(announced.pk))
    assert Scan.objects.get().document_id == announced.pk and jobs() == 0


def test_where_nothing_scans_files_are_open_and_nothing_is_said(upload: Upload) -> None:
    document = upload(infected_png(), "a.png")
    assert not Scan.objects.exists() and jobs() == 0
    assert scanning.state_of(document) is None and link(document)
    assert scan_remaining(timestamp=0) == 0


def test_while_the_scanner_is_away_files_are_received_closed_and_scanned_later(
    away: Clamd, upload: Upload
) -> None:
    announced = sent(jpeg(), "b.jpg")
    verify_upload(str(announced.pk))
    documents = [upload(png(), "a.png"), Document.objects.get(pk=announced.pk)]
    assert jobs() == 2 and not Scan.objects.exists()
    for document in documents:
        make_derivatives(document_id=str(document.pk))
        with pytest.raises(Withheld, match="Việc quét chạy tự động"):
            link(document)
        assert thumbnail_link(document) == preview_link(document) == ""
        with pytest.raises(scanning.ScannerUnavailable):
            scan_document(document_id=str(document.pk))
    assert scan_remaining(timestamp=0) == 0
    away.start()
    scan_document(document_id=str(documents[0].pk))
    scan_document(document_id=str(documents[0].pk))
    assert Scan.objects.get().document == documents[0]
    assert scan_remaining(timestamp=0) == 1
    for document in Document.objects.all():
        assert link(document) and thumbnail_link(document)


def test_what_was_received_before_is_scanned_a_few_at_a_time(
    upload: Upload, clamd: Clamd, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    address, settings.CLAMAV_SOCKET = settings.CLAMAV_SOCKET, ""
    infected = upload(infected_docx(), "a.docx")
    for n in range(2):
        upload(jpeg(), f"{n}.jpg")
    settings.CLAMAV_SOCKET = address
    monkeypatch.setattr("storage.documents.tasks.REMAINING_AT_ONCE", 2)
    assert [scan_remaining(timestamp=0) for _run in range(3)] == [2, 1, 0]
    assert Scan.objects.get(outcome=ScanOutcome.INFECTED).document == infected
    assert acts() == ["document.infected"]


def test_an_old_file_is_found_infected_when_it_is_read_again(
    clamd: Clamd, upload: Upload, settings: Any
) -> None:
    document = upload(png() + b"-- a later threat --", "a.png")
    make_derivatives(document_id=str(document.pk))
    assert thumbnail_link(document)
    clamd.learn("Lua.Test.Later", b"-- a later threat --")
    clamd.restart()
    try:
        check_some(timestamp=0)
        check_some(timestamp=0)
    finally:
        clamd.forget("Lua.Test.Later")
        clamd.restart()
    document = Document.objects.get()
    assert document.integrity.outcome == Integrity.INTACT
    with pytest.raises(Withheld, match="gửi lại bản sạch"):
        link(document)
    assert scanning.words(document) == "Có mã độc: Lua.Test.Later.UNOFFICIAL"
    assert thumbnail_link(document) == preview_link(document) == ""
    assert acts() == ["document.infected"], "said once"
    entry = ledger.entries(scanning.STREAM)[0]
    assert entry.subject == {"document": str(document.pk)} and entry.payload["sha256"] == document.sha256
    address, settings.CLAMAV_SOCKET = settings.CLAMAV_SOCKET, ""
    with pytest.raises(Withheld):
        link(document)
    settings.CLAMAV_SOCKET = address
    # Its publisher withdraws the signature: the next reading opens the file again.
    integrity.check(document)
    assert link(Document.objects.get())
    assert acts() == ["document.infected", "document.clean"]


def test_the_command_scans_all_at_once_and_names_what_is_infected(
    upload: Upload, clamd: Clamd, settings: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    address, settings.CLAMAV_SOCKET = settings.CLAMAV_SOCKET, ""
    infected = upload(infected_pdf(), "cũ.pdf")
    upload(jpeg(), "a.jpg")
    call_command("verify_evidence")
    assert "infected" not in capsys.readouterr().out
    settings.CLAMAV_SOCKET = address
    with pytest.raises(CommandError):
        call_command("verify_evidence")
    said = capsys.readouterr().out
    assert f"INFECTED: {infected.pk} cũ.pdf {NAMED}" in said
    assert "1 files are infected, 0 wait for their scan" in said


def test_reading_again_goes_on_without_the_scanner(clamd: Clamd, upload: Upload) -> None:
    document = upload(jpeg(), "a.jpg")
    before = Scan.objects.get()
    clamd.kill()
    assert integrity.check(document).outcome == Integrity.INTACT
    assert Scan.objects.get().scanned_at == before.scanned_at


class Killing(io.BytesIO):
    """A file in the middle of which the daemon dies."""

    def __init__(self, contents: bytes, daemon: Clamd) -> None:
        super().__init__(contents)
        self._daemon = daemon

    def read(self, size: int | None = -1, /) -> bytes:
        if self.tell():
            self._daemon.kill()
        return super().read(size)


@pytest.mark.parametrize(
    "contents", [saved(noise(700, 500), "PNG"), infected_png()], ids=["clean", "infected"]
)
def test_a_scanner_killed_in_mid_stream_has_scanned_nothing(clamd: Clamd, contents: bytes) -> None:
    with pytest.raises(scanning.NotScanned):
        scan(Killing(contents, clamd))


def test_what_exceeds_the_daemons_limits_is_not_scanned(
    clamd: Clamd, upload: Upload, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(scanning.NotScanned):
        scan(bytes(STREAM_BYTES + 1))
    packed = office(extra={f"word/media/{n}.txt": b"x" * n for n in range(40)})
    with pytest.raises(scanning.NotScanned, match=r"Limits\.Exceeded"):
        scan(packed)
    document, other = upload(packed, "a.docx"), upload(jpeg(), "a.jpg")
    with pytest.raises(Withheld):
        link(document)
    assert scan_remaining(timestamp=0) == 0
    assert f"Document {document.pk} cannot be scanned: clamd says" in caplog.text
    assert link(other)


def test_half_an_answer_is_no_answer(clamd: Clamd, settings: Any) -> None:
    version = len(scanning.engine()) + 1
    whole = version + len(b"stream: OK\0")
    for octets in (0, 5, version - 1, version, version + 5, whole - 1):
        line = breaking_line(clamd.address, down=octets)
        with line as settings.CLAMAV_SOCKET, pytest.raises(scanning.NotScanned):
            scan(jpeg())
    with breaking_line(clamd.address, down=whole) as settings.CLAMAV_SOCKET:
        assert scan(jpeg()).outcome == ScanOutcome.CLEAN


def test_the_daemon_is_reached_by_host_and_port_too(clamd: Clamd, settings: Any) -> None:
    settings.CLAMAV_SOCKET = clamd.address
    assert scan(jpeg()).outcome == ScanOutcome.CLEAN
    assert scan(infected_pdf()).threat == NAMED


@pytest.mark.parametrize("address", ["/nowhere/clamd.sock", "nonsense", "127.0.0.1:", "closed", "S3"])
def test_an_address_without_a_scanner_scans_nothing(s3: str, settings: Any, address: str) -> None:
    known = {"closed": f"127.0.0.1:{closed_port()}", "S3": settings.S3_ENDPOINT}
    settings.CLAMAV_SOCKET = known.get(address, address)
    with pytest.raises(scanning.ScannerUnavailable):
        scan(jpeg())


def test_a_daemon_that_hangs_is_waited_for_so_long(settings: Any, tmp_path: Path) -> None:
    settings.CLAMAV_SOCKET = str(tmp_path / "hangs.sock")
    with socket.socket(socket.AF_UNIX) as listener, pytest.MonkeyPatch.context() as patch:
        listener.bind(settings.CLAMAV_SOCKET)
        listener.listen()
        patch.setattr(scanning, "CONNECT_SECONDS", 0.2)
        with pytest.raises(scanning.ScannerUnavailable):
            scan(jpeg())
        patch.setattr(scanning, "engine", lambda: "ClamAV")
        with pytest.raises(scanning.ScannerUnavailable, match=r"no answer for 0\.2 s"):
            scanning.scan(io.BytesIO(jpeg()), seconds=0.2)


def test_a_store_that_fails_in_the_middle_is_no_verdict(clamd: Clamd, upload: Upload, settings: Any) -> None:
    document = upload(saved(noise(800, 600), "PNG"), "a.png")
    Scan.objects.all().delete()
    line = breaking_line(settings.S3_ENDPOINT, down=500_000)
    with line as settings.S3_ENDPOINT, pytest.raises(StorageUnavailable):
        scanning.check(document)
    assert not Scan.objects.exists()


def test_a_large_file_does_not_fill_the_memory(clamd: Clamd, tmp_path: Path) -> None:
    path = pdf_of(32 * MIB, tmp_path / "large.pdf")
    with path.open("rb") as stream:
        tracemalloc.start()
        try:
            assert scan(OneWay(stream)).outcome == ScanOutcome.CLEAN
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
    assert peak < 4 * MIB


def test_lists_learn_of_scans_without_a_query_each(
    clamd: Clamd, upload: Upload, django_assert_num_queries: Any
) -> None:
    for n in range(3):
        upload(jpeg(), f"{n}.jpg")
    with django_assert_num_queries(1):
        assert {scanning.withheld(one) for one in Document.objects.select_related("scan")} == {""}


@pytest.mark.parametrize(("outcome", "threat"), [("clean", "X"), ("infected", ""), ("unscanned", "")])
def test_the_database_refuses_a_scan_that_contradicts_itself(
    upload: Upload, outcome: str, threat: str
) -> None:
    document = upload(jpeg(), "a.jpg")
    with pytest.raises(IntegrityError), transaction.atomic():
        Scan.objects.create(
            document=document, outcome=outcome, threat=threat, engine="x", scanned_at=timezone.now()
        )
