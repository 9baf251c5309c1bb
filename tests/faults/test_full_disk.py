"""An upload while the store has no room, and after somebody has made some."""

from __future__ import annotations

import io
from typing import Any

import pytest

from storage.documents import receive
from storage.documents.models import Document, DocumentState, Upload
from storage.documents.uploads import pass_part
from storage.errors import StorageUnavailable
from tests.storage.files import jpeg
from tests.storage.parts import checksum

from .official import Official
from .product import PREVIEWS, Product, eventually, jobs, let_retries_come


def test_a_part_that_finds_no_room_is_sent_again_when_there_is_some(
    product: Product, official: Official, contents: bytes
) -> None:
    upload = official.begin(contents, "a.pdf")
    assert official.send_part(upload, contents, 1) == 200
    product.fill_the_disk()
    assert official.send_part(upload, contents, 2) == 500
    piece = official.part(upload, contents, 2)
    passed: dict[str, Any] = {
        "number": 2,
        "sha256": checksum(piece),
        "stream": io.BytesIO(piece),
        "length": len(piece),
    }
    with pytest.raises(StorageUnavailable):
        pass_part(Upload.objects.get(pk=upload["id"]), **passed)
    status, said = official.state(upload)
    assert (status, said["state"], said["parts"]) == (200, "open", [1])
    status, said = official.finish(upload)
    assert (status, said["code"]) == (409, "missing")
    official.assert_nothing_yet(upload)
    product.make_room()
    official.go_on(upload, contents)
    official.assert_kept(upload, contents)


def test_what_is_there_becomes_evidence_and_its_pictures_follow_when_there_is_room(
    product: Product, official: Official
) -> None:
    contents = jpeg(comment=b"full disk")
    upload = official.sent(contents, "a.jpg")
    product.fill_the_disk()
    assert official.finish(upload)[0] == 200
    official.assert_kept(upload, contents)
    document = Document.objects.get(pk=upload["id"])
    eventually(lambda: jobs(PREVIEWS, "todo"))
    assert (document.state, document.derivatives.count()) == (DocumentState.RECEIVED, 0)
    product.make_room()
    let_retries_come()
    eventually(lambda: Document.objects.get(pk=document.pk).state == DocumentState.READY)


def test_a_file_sent_without_scripts_is_refused_and_leaves_nothing(
    product: Product, official: Official
) -> None:
    before = Document.objects.count()
    product.fill_the_disk()
    with pytest.raises(StorageUnavailable):
        receive(stream=io.BytesIO(jpeg()), name="a.jpg", uploaded_by_id=official.user.pk)
    assert Document.objects.count() == before
