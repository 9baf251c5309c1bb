"""Two people of one commune who send files for the same indicator at the same time."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from dossiers.results.models import Evidence
from tests.storage.files import jpeg
from workflows.demonstration.journey import Journey

from .official import Official
from .product import Product


@pytest.fixture
def pair(product: Product, journey: Journey) -> list[Official]:
    return [Official(product, actor.user, journey) for actor in (journey.official, journey.chair)]


def send_together(pair: list[Official], files: list[bytes]) -> list[dict[str, Any]]:
    """Let each send a file, finish both in the same moment, and return how the uploads ended."""
    uploads = [one.sent(contents, "Ảnh.jpg") for one, contents in zip(pair, files, strict=True)]
    with ThreadPoolExecutor() as pool:
        finished = [pool.submit(one.finish, upload) for one, upload in zip(pair, uploads, strict=True)]
        assert [done.result()[0] for done in finished] == [200, 200]
    return [one.wait_for_end(upload) for one, upload in zip(pair, uploads, strict=True)]


def test_two_files_are_both_kept(pair: list[Official]) -> None:
    files = [jpeg(comment=b"official"), jpeg(comment=b"chair")]
    for one, upload, contents in zip(pair, send_together(pair, files), files, strict=True):
        one.assert_kept(upload, contents)


def test_the_same_file_is_kept_once_and_the_other_person_is_told(pair: list[Official]) -> None:
    contents = jpeg(comment=b"both")
    ended = send_together(pair, [contents, contents])
    kept, told = sorted(ended, key=lambda upload: upload["state"])
    pair[ended.index(kept)].assert_kept(kept, contents)
    assert told["state"] == "refused"
    assert told["refusal"] == "Tệp «Ảnh.jpg» đã có trong minh chứng của chỉ tiêu 14.2."
    assert not Evidence.objects.filter(document=told["id"]).exists()
