"""Stored files are read again, and what is missing, altered or left over shows."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from blake3 import blake3
from django.core.management import CommandError, call_command
from django.utils import timezone
from minio import Minio

from storage import ledger
from storage.documents import integrity, make_derivatives
from storage.documents.models import Document, Integrity, IntegrityCheck
from storage.documents.pages import page_of
from storage.documents.tasks import check_some
from storage.errors import StorageUnavailable
from storage.objects import object_store
from workflows.demonstration.files import paper, photo

from .conftest import Upload
from .files import text_pdf

pytestmark = pytest.mark.django_db


@pytest.fixture
def document(upload: Upload) -> Document:
    return upload(paper("đọc lại").getvalue(), "đọc lại.pdf")


@pytest.fixture
def altered(witness: Minio, s3: str) -> Document:
    """A row whose stored version holds other bytes than those received, as after a visit to the store's disk."""
    key, contents = f"documents/test/{uuid4()}", b"%PDF-1.4 other bytes"
    written = witness.put_object(s3, key, io.BytesIO(contents), len(contents))
    return Document.objects.create(
        name="sửa.pdf",
        sha256="a" * 64,
        size=len(contents),
        content_type="application/pdf",
        object_key=key,
        version_id=str(written.version_id),
        uploaded_by_id=7,
        uploaded_at=timezone.now(),
    )


def acts() -> list[str]:
    return [entry.act for entry in ledger.entries(integrity.STREAM)]


def test_a_file_as_it_was_received_is_intact_and_nothing_is_said(document: Document) -> None:
    found = integrity.check(document)
    assert (found.outcome, found.detail) == (Integrity.INTACT, "")
    assert timezone.now() - found.checked_at < timedelta(minutes=1)
    assert acts() == []


def test_an_altered_file_is_found_and_kept_in_the_ledger_once(altered: Document) -> None:
    for _again in range(2):
        assert integrity.check(altered).outcome == Integrity.ALTERED
    assert acts() == ["document.altered"]
    entry = ledger.entries(integrity.STREAM)[0]
    assert entry.subject == {"document": str(altered.pk)}
    assert entry.payload["sha256"] == "a" * 64 and "20 bytes" in entry.payload["detail"]


def test_reading_again_gives_a_file_of_before_its_second_hash(upload: Upload) -> None:
    contents = paper("biên bản").getvalue()
    known = upload(contents, "biên bản.pdf")
    values = {field.attname: getattr(known, field.attname) for field in Document._meta.fields}
    copy = object_store().put(f"documents/test/{uuid4()}", io.BytesIO(contents), "application/pdf")
    own = {"id": uuid4(), "object_key": copy.key, "version_id": copy.version_id, "blake3": ""}
    before = Document.objects.create(**values | own)
    assert integrity.check(before).outcome == Integrity.INTACT
    before.refresh_from_db()
    assert before.blake3 == known.blake3 == blake3(contents).hexdigest()


def test_either_hash_tells_an_altered_file(upload: Upload) -> None:
    document = upload(paper("một").getvalue(), "một.pdf")
    document.blake3 = "a" * 64
    assert integrity.check(document).outcome == Integrity.ALTERED


def test_a_removed_file_is_missing(document: Document, witness: Minio, s3: str) -> None:
    assert integrity.check(document).outcome == Integrity.INTACT
    witness.remove_object(s3, document.object_key, document.version_id)
    assert integrity.check(document).outcome == Integrity.MISSING
    assert acts() == ["document.missing"]


def test_an_outage_finds_nothing(document: Document, settings: Any) -> None:
    settings.S3_ENDPOINT = "127.0.0.1:9"
    with pytest.raises(StorageUnavailable):
        integrity.check(document)
    assert not IntegrityCheck.objects.exists()


def test_the_job_takes_those_whose_check_is_longest_ago(upload: Upload, settings: Any) -> None:
    documents = [upload(paper(str(n)).getvalue(), f"{n}.pdf") for n in range(3)]
    settings.INTEGRITY_EVERY_DAYS = 1
    assert integrity.batch_size() == 1
    assert check_some(timestamp=0) == 1
    assert IntegrityCheck.objects.get().document == documents[0]
    for _run in range(3):
        check_some(timestamp=0)
    checked = {one.document_id: one.checked_at for one in IntegrityCheck.objects.all()}
    assert len(checked) == 3
    assert checked[documents[0].pk] == max(checked.values()), "the first one's turn came again"


def test_the_load_is_spread_over_the_period(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.INTEGRITY_EVERY_DAYS = 30
    for files, batch in ((0, 0), (1, 1), (4320, 1), (4321, 2), (43_200, 10)):
        monkeypatch.setattr(Document.objects, "count", lambda files=files: files)
        assert integrity.batch_size() == batch


def test_what_nothing_refers_to_is_listed_and_left_alone(upload: Upload, witness: Minio, s3: str) -> None:
    document = upload(photo("ảnh").getvalue(), "ảnh.jpg")
    make_derivatives(document_id=str(document.pk))
    key = f"documents/left/{uuid4()}"
    left = witness.put_object(s3, key, io.BytesIO(b"left"), 4)
    assert key not in {one.key for one in integrity.orphans()}, "it may belong to an upload that goes on"
    later = list(integrity.orphans(before=timezone.now() + timedelta(hours=1)))
    mine = [(one.version_id, one.size) for one in later if one.key == key]
    assert mine == [(left.version_id, 4)]
    page = page_of(upload(text_pdf("Một"), "Một.pdf"), 1, last=1)
    used = {document.object_key, page.object_key, *document.derivatives.values_list("object_key", flat=True)}
    assert not used & {one.key for one in later}
    assert witness.stat_object(s3, key).size == 4


def test_the_command_tells_every_bad_file_and_fails(
    document: Document, altered: Document, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(CommandError):
        call_command("verify_evidence", "--orphans")
    said = capsys.readouterr().out
    assert f"ALTERED: {altered.pk} sửa.pdf" in said
    assert str(document.pk) not in said
    assert "2 files" in said and "1 missing or altered" in said
    call_command("verify_evidence", "--limit", "0")
