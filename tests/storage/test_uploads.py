"""Files that are sent in parts: received exactly as the others, refused in the same words, harmless when repeated."""

from __future__ import annotations

import hashlib
import io
import json
import tracemalloc
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, transaction
from django.utils import timezone, translation

from storage.documents import Document, DocumentState, integrity, uploads
from storage.documents.models import Upload, UploadState
from storage.documents.tasks import RETRY, tend_uploads, verify_upload
from storage.errors import PartsGone, PartsMissing, StorageUnavailable, UploadRefused
from storage.objects import object_store

from .files import jpeg, noise, office, pdf, pdf_of, png, saved
from .parts import MIB, begin, checksum, nowhere, part, put, send, sent

pytestmark = pytest.mark.django_db


def jobs(task: str = "documents.verify_upload") -> list[dict[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT args FROM procrastinate_jobs WHERE task_name = %s", [task])
        return [json.loads(args) for (args,) in cursor.fetchall()]


def run(upload: Upload) -> Upload:
    """Do the job, as the worker does."""
    verify_upload(str(upload.pk))
    return Upload.objects.get(pk=upload.pk)


@pytest.fixture
def large() -> bytes:
    """A JPEG of four parts."""
    return saved(noise(4200, 3000), "JPEG", quality=97)


@pytest.fixture
def purpose() -> Iterator[list[UUID]]:
    """A floor above that takes documents, all but those named «unwanted»."""
    taken: list[UUID] = []

    def take(upload: Upload, document: Document) -> None:
        Document.objects.filter(pk=document.pk).update(state=DocumentState.READY)
        if "unwanted" in document.name:
            raise UploadRefused("unwanted", "Không cần tệp này.")
        taken.append(document.pk)

    uploads.on_received("test", take)
    yield taken
    del uploads._handlers["test"]


def test_a_file_in_parts_becomes_a_document(s3: str, large: bytes, purpose: list[UUID]) -> None:
    upload = begin(large, "thư mục/Ảnh đường.jpg", context={"caption": "x"})
    assert (upload.name, upload.part_bytes, upload.part_count) == ("Ảnh đường.jpg", 5 * MIB, 4)
    send(upload, large)
    upload = uploads.finish(upload)
    assert upload.state == UploadState.VERIFYING and not Document.objects.exists()
    assert jobs() == [{"upload_id": str(upload.pk)}]
    upload = run(upload)
    document = upload.document
    assert document is not None and upload.state == UploadState.RECEIVED and upload.finished_at is not None
    assert (document.pk, document.name, document.uploaded_by_id) == (upload.pk, "Ảnh đường.jpg", 7)
    assert (document.size, document.sha256) == (len(large), hashlib.sha256(large).hexdigest())
    assert (document.content_type, document.version_id) == ("image/jpeg", upload.version_id)
    assert purpose == [document.pk]
    assert jobs("documents.make_derivatives") == [{"document_id": str(document.pk)}]
    with object_store().open(document.object_key, document.version_id) as stored:
        assert stored.read() == large


def test_the_next_day_only_what_is_missing_is_sent(s3: str, large: bytes) -> None:
    upload = begin(large, "a.jpg")
    send(upload, large, [1, 3, 4])
    with pytest.raises(PartsMissing, match="chưa gửi đủ"):
        uploads.finish(upload)
    found = Upload.objects.get()
    assert [one.number for one in uploads.uploaded_parts(found)] == [1, 3, 4]
    send(found, large, [2])
    assert run(uploads.finish(found)).state == UploadState.RECEIVED


def test_an_address_takes_nothing_but_the_announced_bytes(s3: str) -> None:
    contents = jpeg()
    upload = begin(contents, "a.jpg")
    address = uploads.sign_parts(upload, {1: checksum(contents)})[1]
    assert put(address, contents[:-1] + b"x") == 400
    assert uploads.uploaded_parts(upload) == []


@pytest.mark.parametrize(
    "wanted", [{0: checksum(b"")}, {2: checksum(b"")}, {1: "x"}, {1: "AAAA"}, {1: checksum(b"")[:-4]}]
)
def test_what_is_no_part_gets_no_address(s3: str, wanted: dict[int, str]) -> None:
    with pytest.raises(ValueError):
        uploads.sign_parts(begin(jpeg(), "a.jpg"), wanted)


@pytest.mark.parametrize(
    ("name", "size", "code"),
    [
        ("a.jpg", 0, "empty"),
        ("a.jpg", -5, "empty"),
        ("a.jpg", 51 * MIB, "oversized"),
        ("a.exe", 5, "type"),
        ("jpg", 5, "type"),
    ],
)
def test_what_name_and_size_rule_out_is_refused_at_once(s3: str, name: str, size: int, code: str) -> None:
    with nowhere(), pytest.raises(UploadRefused) as refused:
        uploads.begin(name=name, size=size, owner_id=7, subject="test:1", context={})
    assert refused.value.code == code
    assert not Upload.objects.exists()


def test_one_person_keeps_so_many_uploads_open(s3: str, monkeypatch: Any) -> None:
    monkeypatch.setattr(uploads, "OPEN_PER_PERSON", 2)
    first = begin(jpeg(), "a.jpg")
    begin(jpeg(), "b.jpg")
    with pytest.raises(UploadRefused, match="2 tệp gửi dở"):
        begin(jpeg(), "c.jpg")
    begin(jpeg(), "c.jpg", owner_id=8)
    uploads.expire(first)
    begin(jpeg(), "c.jpg")


def test_no_file_has_more_than_a_thousand_parts(s3: str) -> None:
    for size in (1, 5 * MIB, 5000 * MIB, 5000 * MIB + 1, 123_456 * MIB):
        count = -(-size // uploads.part_bytes(size))
        assert 1 <= count <= 1000 and uploads.part_bytes(size) % MIB == 0
    assert uploads.part_bytes(5000 * MIB) == 5 * MIB


@pytest.mark.parametrize(
    ("contents", "name", "words"),
    [
        (b"<html><script>1</script></html>", "a.jpg", "Không nhận loại tệp này"),
        (jpeg()[:3000], "a.jpg", "Ảnh bị hỏng hoặc tải thiếu"),
        (pdf()[:-40], "a.pdf", "thiếu phần cuối"),
        (png(), "a.jpg", r"không đúng với nội dung \(png\)"),
        (office(extra={"word/vbaProject.bin": b"x"}), "a.docx", "có macro"),
        (office("readme.txt"), "a.docx", "Không nhận tệp nén"),
    ],
    ids=["script", "truncated image", "truncated pdf", "renamed", "macros", "zip"],
)
def test_a_bad_file_is_refused_in_a_sentence_and_discarded(
    s3: str, contents: bytes, name: str, words: str, keys: Any, purpose: list[UUID]
) -> None:
    before = keys()
    upload = sent(contents, name)
    assert len(keys() - before) == 1
    upload = run(upload)
    assert upload.state == UploadState.REFUSED
    with pytest.raises(AssertionError, match=words):
        raise AssertionError(upload.refusal)
    assert keys() == before
    assert not Document.objects.exists() and purpose == []
    assert run(upload).state == UploadState.REFUSED
    with pytest.raises(PartsGone):
        uploads.finish(upload)


def test_the_limit_holds_for_what_is_stored_too(s3: str, settings: Any, keys: Any) -> None:
    before, upload = keys(), sent(jpeg(), "a.jpg")
    settings.EVIDENCE_MAX_BYTES = 1000
    assert "lớn hơn" in run(upload).refusal
    assert keys() == before


def test_the_reason_is_said_in_the_language_of_the_person(s3: str) -> None:
    with translation.override("en"):
        upload = sent(b"no picture", "a.jpg")
    with translation.override("vi"):
        assert "Không" not in run(upload).refusal


def test_a_document_that_has_lost_its_purpose_stays_and_the_upload_says_why(
    s3: str, purpose: list[UUID]
) -> None:
    upload = run(sent(jpeg(), "unwanted.jpg"))
    assert (upload.state, upload.refusal) == (UploadState.REFUSED, "Không cần tệp này.")
    document = Document.objects.get(pk=upload.pk)
    assert document.state == DocumentState.RECEIVED, "what the floor above did was undone"
    assert object_store().exists(document.object_key, document.version_id)
    assert run(upload).document == document


@pytest.fixture
def known() -> Iterator[dict[str, Document]]:
    """A floor above that has documents already, by hash; it takes all but those named «unwanted»."""
    had: dict[str, Document] = {}

    def take(upload: Upload, document: Document) -> None:
        if "unwanted" in upload.name:
            raise UploadRefused("unwanted", "Không cần tệp này.")

    uploads.on_received("test", take, known=lambda upload, sha256: had.get(sha256))
    yield had
    del uploads._handlers["test"], uploads._finders["test"]


def test_what_the_floor_above_has_already_is_used_and_what_was_sent_is_discarded(
    s3: str, known: dict[str, Document], keys: Any
) -> None:
    first = run(sent(jpeg(), "a.jpg")).document
    assert first is not None
    known[first.sha256], before = first, keys()
    for name, state in (("b.jpg", UploadState.RECEIVED), ("unwanted.jpg", UploadState.REFUSED)):
        upload = run(sent(jpeg(), name))
        assert (upload.state, upload.document, upload.known_document) == (state, first, first)
        assert keys() == before
    assert list(Document.objects.all()) == [first]
    assert object_store().exists(first.object_key, first.version_id)


def test_a_job_killed_before_it_discarded_what_was_known_does_so_the_next_time(
    s3: str, monkeypatch: Any, known: dict[str, Document], keys: Any
) -> None:
    first = run(sent(jpeg(), "a.jpg")).document
    assert first is not None
    known[first.sha256], before = first, keys()
    upload = sent(jpeg(), "b.jpg")
    with monkeypatch.context() as patch:
        patch.setattr(uploads, "_discard", lambda upload: (_ for _ in ()).throw(StorageUnavailable()))
        with pytest.raises(StorageUnavailable):
            run(upload)
    assert len(keys() - before) == 1
    assert run(upload).document == first
    assert keys() == before


def test_finishing_twice_asks_for_one_job(s3: str, keys: Any) -> None:
    before = keys()
    upload = sent(jpeg(), "a.jpg")
    assert uploads.finish(upload).state == UploadState.VERIFYING
    assert len(jobs()) == 1 and len(keys() - before) == 1
    received = run(upload)
    assert uploads.finish(received).state == UploadState.RECEIVED
    with pytest.raises(PartsGone):
        uploads.sign_parts(received, {1: checksum(b"")})


def test_finishing_survives_a_crash_after_the_store_has_done_it(s3: str) -> None:
    contents = jpeg()
    upload = begin(contents, "a.jpg")
    send(upload, contents)
    object_store().finish_multipart(upload.object_key, upload.multipart_id, size=upload.size)
    assert run(uploads.finish(upload)).state == UploadState.RECEIVED


def test_a_job_killed_in_the_middle_runs_again(s3: str, monkeypatch: Any, purpose: list[UUID]) -> None:
    class Killed(BaseException):
        pass

    def die(*_args: Any, **_kwargs: Any) -> None:
        raise Killed

    upload = sent(jpeg(), "a.jpg")
    for place in ("sniff", "record", "_settle"):
        with monkeypatch.context() as patch:
            patch.setattr(uploads, place, die)
            with pytest.raises(Killed):
                run(upload)
        assert not Document.objects.exists()
        assert Upload.objects.get(pk=upload.pk).state == UploadState.VERIFYING
    purpose.clear()
    assert run(upload).state == UploadState.RECEIVED
    assert run(upload).state == UploadState.RECEIVED
    assert purpose == [upload.pk]
    assert len(jobs("documents.make_derivatives")) == 1


def test_a_job_killed_before_it_discarded_discards_the_next_time(
    s3: str, monkeypatch: Any, keys: Any
) -> None:
    before, upload = keys(), sent(b"no picture", "a.jpg")
    with monkeypatch.context() as patch:
        patch.setattr(uploads, "_discard", lambda upload: (_ for _ in ()).throw(StorageUnavailable()))
        with pytest.raises(StorageUnavailable):
            run(upload)
    assert len(keys() - before) == 1
    assert run(upload).state == UploadState.REFUSED
    assert keys() == before


@pytest.mark.django_db(transaction=True)
def test_two_workers_on_one_upload_make_one_document(s3: str, purpose: list[UUID]) -> None:
    upload = sent(jpeg(), "a.jpg")

    def work() -> None:
        try:
            uploads.verify(upload)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        for done in [pool.submit(work) for _ in range(4)]:
            done.result()
    assert purpose == [upload.pk]
    assert Document.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_who_finds_an_upload_held_for_long_is_told_to_come_back(s3: str) -> None:
    upload = begin(jpeg(), "a.jpg")

    def impatiently(step: Callable[[Upload], Upload]) -> None:
        try:
            with connection.cursor() as cursor:
                cursor.execute("SET lock_timeout = '100ms'")
            step(upload)
        finally:
            connection.close()

    with ThreadPoolExecutor() as pool, transaction.atomic():
        Upload.objects.select_for_update().get()
        for step in (uploads.finish, uploads.expire):
            with pytest.raises(StorageUnavailable):
                pool.submit(impatiently, step).result()


def test_while_the_store_is_down_every_step_waits(s3: str) -> None:
    contents = jpeg()
    with nowhere():
        with pytest.raises(StorageUnavailable):
            begin(contents, "a.jpg")
        assert not Upload.objects.exists()
    upload = begin(contents, "a.jpg")
    with nowhere():
        with pytest.raises(StorageUnavailable):
            uploads.uploaded_parts(upload)
        with pytest.raises(StorageUnavailable):
            uploads.pass_part(
                upload, number=1, sha256=checksum(contents), stream=io.BytesIO(contents), length=len(contents)
            )
        with pytest.raises(StorageUnavailable):
            uploads.expire(upload)
    send(upload, contents)
    with nowhere(), pytest.raises(StorageUnavailable):
        uploads.finish(upload)
    assert Upload.objects.get(pk=upload.pk).state == UploadState.OPEN and jobs() == []
    upload = uploads.finish(upload)
    with nowhere(), pytest.raises(StorageUnavailable):
        run(upload)
    assert Upload.objects.get(pk=upload.pk).state == UploadState.VERIFYING
    assert run(upload).state == UploadState.RECEIVED


def test_a_part_is_passed_on_where_browsers_cannot_reach_the_store(s3: str, large: bytes) -> None:
    upload = begin(large, "a.jpg")
    for number in range(1, upload.part_count + 1):
        piece = part(upload, large, number)
        given: dict[str, Any] = {"number": number, "sha256": checksum(piece), "stream": io.BytesIO(piece)}
        with pytest.raises(ValueError):
            uploads.pass_part(upload, **given, length=len(piece) + 1)
        uploads.pass_part(upload, **given, length=len(piece))
    assert run(uploads.finish(upload)).state == UploadState.RECEIVED


def test_after_a_week_an_open_upload_is_given_up(s3: str, keys: Any) -> None:
    contents, before = jpeg(), keys()
    old, lost, new = (begin(contents, name) for name in ("a.jpg", "b.jpg", "c.jpg"))
    for one in (old, lost, new):
        send(one, contents)
    object_store().finish_multipart(lost.object_key, lost.multipart_id, size=lost.size)
    Upload.objects.exclude(pk=new.pk).update(created_at=timezone.now() - timedelta(days=8))
    tend_uploads(0)
    tend_uploads(0)
    states = {one.name: one.state for one in Upload.objects.all()}
    assert states == {"a.jpg": "expired", "b.jpg": "expired", "c.jpg": "open"}
    assert keys() == before, "also what was finished and never asked for"
    with pytest.raises(PartsGone):
        object_store().parts(old.object_key, old.multipart_id)
    old.refresh_from_db()
    with pytest.raises(PartsGone, match="hết hạn"):
        uploads.uploaded_parts(old)


def test_an_upload_whose_job_died_is_looked_into_after_all(s3: str) -> None:
    upload = sent(jpeg(), "a.jpg")
    for status, count in (("todo", 1), ("doing", 1), ("failed", 2)):
        with connection.cursor() as cursor:
            cursor.execute("UPDATE procrastinate_jobs SET status = %s", [status])
        tend_uploads(0)
        assert len(jobs()) == count, status
    assert uploads.expire(upload).state == UploadState.VERIFYING


def test_after_an_outage_of_hours_a_job_comes_back_within_minutes() -> None:
    job, waited = verify_upload.configure().job, timedelta()
    while decision := RETRY.get_retry_decision(exception=StorageUnavailable(), job=job):
        assert decision.retry_at is not None
        wait = decision.retry_at - timezone.now()
        assert wait < timedelta(minutes=7)
        job, waited = job.evolve(attempts=job.attempts + 1), waited + wait
    assert waited > timedelta(hours=2)


def test_what_is_still_looked_into_is_not_left_over(s3: str) -> None:
    upload, later = sent(b"no picture", "a.jpg"), timezone.now() + timedelta(days=2)
    assert upload.object_key not in {one.key for one in integrity.orphans(before=later)}


def test_a_file_of_64_mib_does_not_fill_the_memory(s3: str, settings: Any, tmp_path: Path) -> None:
    settings.EVIDENCE_MAX_BYTES = 100 * MIB
    contents = pdf_of(64 * MIB, tmp_path / "large.pdf").read_bytes()
    upload = sent(contents, "Bản đồ quy hoạch.pdf")
    tracemalloc.start()
    try:
        upload = run(upload)
        _now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert upload.state == UploadState.RECEIVED
    assert peak < 24 * MIB
