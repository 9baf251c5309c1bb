"""Pairs of documents that look alike: found by jobs, whatever dies or runs at once."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from PIL import Image

from storage.documents import Derivative, Document, make_derivatives
from storage.documents import likeness as likeness_of_documents
from storage.documents.likeness import alike, not_compared_yet, without_fingerprint
from storage.documents.models import Fingerprint, Integrity, IntegrityCheck, Likeness
from storage.documents.tasks import compare, compare_remaining

from .conftest import Upload
from .files import office, pdf, saved, scene, writing


def photo(seed: int, *, quality: int = 85, cut: int = 0) -> bytes:
    picture = scene(seed)
    return saved(picture.crop((cut, 0, *picture.size)), "JPEG", quality=quality)


def fingerprinted(upload: Upload, contents: bytes, name: str = "a.jpg") -> Document:
    document = upload(contents, name)
    make_derivatives(document_id=str(document.pk))
    return document


def pairs() -> set[tuple[Any, Any]]:
    return set(Likeness.objects.values_list("earlier", "later"))


def jobs(task: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT args->>'document_id' FROM procrastinate_jobs WHERE task_name = %s ORDER BY id", [task]
        )
        return [number for (number,) in cursor.fetchall()]


@pytest.mark.django_db
def test_a_photo_saved_anew_is_paired_with_the_earlier_one(upload: Upload) -> None:
    first, other, again = (
        fingerprinted(upload, contents) for contents in (photo(1), photo(2), photo(1, quality=40, cut=100))
    )
    assert jobs("documents.compare") == [str(one.pk) for one in (first, other, again)]
    for document in (first, other, again, again):
        compare(document_id=str(document.pk))
    assert pairs() == {(first.pk, again.pk)}
    assert Likeness.objects.get().agreement >= 90
    assert alike({first.pk}) == {first.pk: {first.pk: None, again.pk: Likeness.objects.get().agreement}}


@pytest.mark.django_db
def test_it_does_not_matter_which_is_compared_first(upload: Upload) -> None:
    first, again = fingerprinted(upload, photo(1)), fingerprinted(upload, photo(1, quality=40))
    compare(document_id=str(again.pk))
    assert pairs() == {(first.pk, again.pk)}
    compare(document_id=str(first.pk))
    assert pairs() == {(first.pk, again.pk)}


@pytest.mark.django_db
def test_the_first_page_of_a_pdf_is_known_again_as_a_photo(upload: Upload) -> None:
    first = fingerprinted(upload, photo(1))
    scan = fingerprinted(upload, pdf(scene(1, 1200, 900)), "Ảnh.pdf")
    compare(document_id=str(scan.pk))
    assert pairs() == {(first.pk, scan.pk)}


@pytest.mark.django_db
def test_the_same_bytes_are_alike_at_once_without_a_pair(upload: Upload) -> None:
    contents = office()
    first, again = upload(contents, "a.docx"), upload(contents, "Báo cáo.docx")
    assert alike({again.pk}) == {again.pk: {first.pk: None, again.pk: None}}
    one, same = fingerprinted(upload, photo(1)), fingerprinted(upload, photo(1))
    compare(document_id=str(same.pk))
    assert alike({one.pk}) == {one.pk: {one.pk: None, same.pk: None}}
    assert not Likeness.objects.exists()


@pytest.mark.django_db
def test_pages_of_writing_are_not_compared(upload: Upload) -> None:
    pages = [fingerprinted(upload, saved(writing(seed, form=True), "JPEG", quality=85)) for seed in range(2)]
    assert [one.fingerprint.hashes for one in pages] == [[], []]
    assert all(one.fingerprint.compared_at for one in pages)
    assert jobs("documents.compare") == []
    for page in pages:
        compare(document_id=str(page.pk))
    assert not Likeness.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_jobs_at_once_keep_each_pair_once(upload: Upload) -> None:
    copies = [fingerprinted(upload, photo(1, quality=quality)) for quality in (85, 70, 60, 50)]
    start = threading.Barrier(len(copies))

    def job(document: Document) -> None:
        try:
            connection.ensure_connection()
            start.wait(20)
            compare(document_id=str(document.pk))
        finally:
            connection.close()

    with ThreadPoolExecutor(len(copies)) as pool:
        for done in [pool.submit(job, document) for document in copies]:
            done.result(60)
    numbers = [one.pk for one in copies]
    expected = {(numbers[a], numbers[b]) for a in range(4) for b in range(a + 1, 4)}
    assert pairs() == expected and Likeness.objects.count() == len(expected)


@pytest.mark.django_db
def test_what_a_crash_left_uncompared_is_compared_later(upload: Upload, monkeypatch: Any) -> None:
    compared, left = fingerprinted(upload, photo(1)), fingerprinted(upload, photo(2))
    older = fingerprinted(upload, photo(3))
    compare(document_id=str(compared.pk))
    Fingerprint.objects.filter(document=older).delete()
    made = set(Derivative.objects.values_list("pk", flat=True))
    compare_remaining(timestamp=0)
    assert left.fingerprint.compared_at is None, "jobs that are alive are given an hour"
    monkeypatch.setattr(likeness_of_documents, "STUCK_AFTER", timedelta(seconds=-1))
    compare_remaining(timestamp=0)
    assert not not_compared_yet() and not without_fingerprint()
    assert set(Derivative.objects.values_list("pk", flat=True)) == made, "the pictures that are there stay"


@pytest.mark.django_db
def test_a_file_that_is_gone_is_not_asked_for_for_ever(upload: Upload, monkeypatch: Any) -> None:
    monkeypatch.setattr(likeness_of_documents, "STUCK_AFTER", timedelta(seconds=-1))
    gone = upload(photo(1), "a.jpg")
    assert list(without_fingerprint()) == [gone]
    IntegrityCheck.objects.create(document=gone, outcome=Integrity.MISSING, checked_at=gone.uploaded_at)
    assert not without_fingerprint()


@pytest.mark.django_db
def test_a_picture_that_cannot_be_drawn_is_not_tried_again(upload: Upload, monkeypatch: Any) -> None:
    monkeypatch.setattr(likeness_of_documents, "STUCK_AFTER", timedelta(seconds=-1))
    document = fingerprinted(upload, saved(Image.new("RGB", (400, 300), "white"), "PNG"), "a.png")
    assert not without_fingerprint() and not not_compared_yet()
    assert Fingerprint.objects.get(document=document).hashes == []
