"""Files that are received: stored exactly, described rightly, with bounded memory."""

from __future__ import annotations

import hashlib
import io
import json
import tracemalloc
from datetime import timedelta
from pathlib import Path
from typing import Any, BinaryIO, cast

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.utils import timezone

from storage.documents import Document, DocumentState, receive
from storage.errors import StorageUnavailable, UploadRefused
from storage.objects import PART_BYTES, object_store

from .conftest import Upload
from .files import OneWay, breaking_line, closed_port, jpeg, office, pdf, pdf_of, png, webp

pytestmark = pytest.mark.django_db
MIB = 1024 * 1024


def jobs() -> list[tuple[str, dict[str, str]]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT task_name, args FROM procrastinate_jobs WHERE queue_name = 'previews'")
        return [(name, json.loads(args)) for name, args in cursor.fetchall()]


@pytest.mark.parametrize(
    ("contents", "name", "content_type", "state"),
    [
        (jpeg(), "Ảnh đường.jpg", "image/jpeg", DocumentState.RECEIVED),
        (jpeg(progressive=True), "Ảnh.JPEG", "image/jpeg", DocumentState.RECEIVED),
        (png(), "Ảnh chụp màn hình.png", "image/png", DocumentState.RECEIVED),
        (webp(), "Ảnh.webp", "image/webp", DocumentState.RECEIVED),
        (pdf(), "Quyết định.PDF", "application/pdf", DocumentState.RECEIVED),
        (office(), "Báo cáo.docx", "wordprocessingml.document", DocumentState.PLAIN),
        (office("xl/workbook.xml"), "Số liệu.xlsx", "spreadsheetml.sheet", DocumentState.PLAIN),
    ],
)
def test_a_good_file_is_kept_as_it_is(
    upload: Upload, contents: bytes, name: str, content_type: str, state: str
) -> None:
    document = upload(contents, name)
    document.refresh_from_db()
    assert document.name == name
    assert document.content_type.endswith(content_type)
    assert document.size == len(contents)
    assert document.sha256 == hashlib.sha256(contents).hexdigest()
    assert document.uploaded_by_id == 7
    assert document.uploaded_at - timezone.now() < timedelta(minutes=1)
    assert document.state == state
    with object_store().open(document.object_key, document.version_id) as stored:
        assert stored.read() == contents
    assert jobs() == [("documents.make_derivatives", {"document_id": str(document.pk)})]


def test_the_same_file_twice_is_two_documents(upload: Upload) -> None:
    first, second = upload(jpeg(), "a.jpg"), upload(jpeg(), "a.jpg")
    assert first.sha256 == second.sha256
    assert first.object_key != second.object_key


def test_an_upload_of_django_is_received_from_its_start(s3: str) -> None:
    contents = jpeg()
    file = SimpleUploadedFile("ảnh.jpg", contents)
    file.read(100)
    document = receive(stream=cast(BinaryIO, file), name=str(file.name), uploaded_by_id=1)
    assert document.sha256 == hashlib.sha256(contents).hexdigest()


def test_what_cannot_be_rewound_is_received_too(s3: str) -> None:
    contents = jpeg()
    stream = cast(BinaryIO, OneWay(io.BytesIO(contents)))
    document = receive(stream=stream, name="ảnh.jpg", uploaded_by_id=1)
    assert document.sha256 == hashlib.sha256(contents).hexdigest()


def test_an_endless_stream_is_refused_at_the_limit(s3: str, settings: Any) -> None:
    settings.EVIDENCE_MAX_BYTES = MIB
    read = 0

    class Endless:
        def read(self, length: int) -> bytes:
            nonlocal read
            read += length
            return b"\xff\xd8\xff" + b"x" * (length - 3)

    with pytest.raises(UploadRefused) as refused:
        receive(stream=cast(BinaryIO, OneWay(Endless())), name="a.jpg", uploaded_by_id=1)
    assert refused.value.code == "oversized"
    assert read < 2 * MIB


@pytest.mark.parametrize("rewinds", [True, False])
def test_a_file_of_64_mib_does_not_fill_the_memory(
    s3: str, settings: Any, tmp_path: Path, rewinds: bool
) -> None:
    settings.EVIDENCE_MAX_BYTES = 100 * MIB
    path = pdf_of(64 * MIB, tmp_path / "large.pdf")
    with path.open("rb") as file:
        expected = hashlib.file_digest(file, "sha256").hexdigest()
    with path.open("rb") as file:
        stream = cast(BinaryIO, file if rewinds else OneWay(file))
        tracemalloc.start()
        try:
            document = receive(stream=stream, name="Bản đồ quy hoạch.pdf", uploaded_by_id=1)
            _now, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
    assert peak < 24 * MIB
    assert (document.size, document.sha256) == (path.stat().st_size, expected)


def test_while_the_store_is_down_nothing_is_recorded(s3: str, settings: Any) -> None:
    settings.S3_ENDPOINT = f"127.0.0.1:{closed_port()}"
    with pytest.raises(StorageUnavailable, match="Tệp chưa được lưu; xin gửi lại"):
        receive(stream=io.BytesIO(jpeg()), name="a.jpg", uploaded_by_id=1)
    assert not Document.objects.exists()
    assert jobs() == []


def test_a_store_that_dies_in_the_middle_leaves_nothing_and_a_second_try_succeeds(
    s3: str, settings: Any, tmp_path: Path, keys: Any
) -> None:
    path, endpoint, before = pdf_of(3 * PART_BYTES, tmp_path / "a.pdf"), settings.S3_ENDPOINT, keys()
    with breaking_line(endpoint, up=2 * PART_BYTES) as line, path.open("rb") as file:
        settings.S3_ENDPOINT = line
        with pytest.raises(StorageUnavailable):
            receive(stream=file, name="a.pdf", uploaded_by_id=1)
        assert not Document.objects.exists()
        assert keys() == before
        settings.S3_ENDPOINT = endpoint
        document = receive(stream=file, name="a.pdf", uploaded_by_id=1)
    assert document.size == path.stat().st_size


def test_a_transaction_that_fails_leaves_no_row_and_no_job_only_the_object(upload: Upload, keys: Any) -> None:
    before = keys()
    with pytest.raises(RuntimeError), transaction.atomic():
        upload(jpeg(), "a.jpg")
        raise RuntimeError("the act that wanted the file failed")
    assert not Document.objects.exists()
    assert jobs() == []
    assert len(keys() - before) == 1
