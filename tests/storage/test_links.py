"""Links that people's browsers follow, over real HTTP."""

from __future__ import annotations

import time
import urllib.error
import urllib.request
from email.message import Message
from typing import Any
from urllib.parse import parse_qs, quote, unquote, urlsplit

import pytest
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from storage.documents import Document, link, make_derivatives, preview_link, thumbnail_link
from storage.objects import content_disposition

from .conftest import Upload
from .files import closed_port, jpeg, office, pdf
from .hostile_files import ACTIVE
from .hostile_readers import crash

pytestmark = pytest.mark.django_db
NAME = 'Biên bản "nghiệm thu" đường trục thôn 3.jpg'


def fetch(url: str) -> tuple[bytes, Message]:
    with urllib.request.urlopen(url) as answer:
        return answer.read(), answer.headers


def refusal(url: str) -> int:
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(url)
    return refused.value.code


def test_a_link_gives_the_exact_file_with_its_name_and_type(upload: Upload) -> None:
    contents = jpeg()
    body, headers = fetch(link(upload(contents, NAME)))
    assert body == contents
    assert headers["Content-Type"] == "image/jpeg"
    assert headers["Cache-Control"] == "private, no-store"
    disposition = headers["Content-Disposition"]
    assert disposition.startswith('inline; filename="Bien ban nghiem thu duong truc thon 3.jpg"; ')
    assert unquote(disposition.partition("filename*=UTF-8''")[2]) == NAME


@pytest.mark.parametrize(
    ("contents", "name", "download", "expected"),
    [
        (jpeg(), "a.jpg", False, "inline"),
        (pdf(), "a.pdf", False, "inline"),
        (jpeg(), "a.jpg", True, "attachment"),
        (office(), "a.docx", False, "attachment"),
        (office("xl/workbook.xml"), "a.xlsx", False, "attachment"),
    ],
)
def test_only_pictures_and_pdf_open_in_the_browser(
    upload: Upload, contents: bytes, name: str, download: bool, expected: str
) -> None:
    _body, headers = fetch(link(upload(contents, name), download=download))
    assert headers["Content-Disposition"].startswith(f"{expected};")


@pytest.mark.parametrize("called", ["script on opening", "program"])
def test_a_pdf_that_may_run_code_is_downloaded_once_it_was_read(upload: Upload, called: str) -> None:
    document = upload(ACTIVE[called](), "a.pdf")
    make_derivatives(document_id=str(document.pk))
    _body, headers = fetch(link(Document.objects.get(pk=document.pk)))
    assert headers["Content-Disposition"].startswith("attachment;")


def test_a_pdf_that_kills_its_reader_is_downloaded(upload: Upload, monkeypatch: pytest.MonkeyPatch) -> None:
    """Otherwise a script would only need a page beside it that takes too long to draw."""
    document = upload(pdf(), "a.pdf")
    monkeypatch.setattr("storage.documents.reading.read", crash)
    make_derivatives(document_id=str(document.pk))
    assert "attachment" in link(Document.objects.get(pk=document.pk))


def test_a_link_ends(upload: Upload) -> None:
    url = link(upload(jpeg(), "a.jpg"), seconds=1)
    fetch(url)
    time.sleep(2.2)
    assert refusal(url) == 403


def test_a_forged_link_is_refused(upload: Upload) -> None:
    mine, other = upload(jpeg(), "a.jpg"), upload(pdf(), "b.pdf")
    url = link(mine, seconds=60)
    signature = parse_qs(urlsplit(url).query)["X-Amz-Signature"][0]
    forged = {
        "signature": url.replace(signature, signature[::-1]),
        "key": url.replace(mine.object_key, other.object_key),
        "version": url.replace(quote(mine.version_id), quote(other.version_id)),
        "life": url.replace("X-Amz-Expires=60", "X-Amz-Expires=6000"),
        "headers": url.replace("inline", "attachment"),
    }
    assert all(one != url for one in forged.values())
    assert {what: refusal(one) for what, one in forged.items()} == dict.fromkeys(forged, 403)


def test_links_name_the_public_address_and_ask_nobody(upload: Upload, settings: Any) -> None:
    document = upload(jpeg(), "a.jpg")
    settings.S3_PUBLIC_ENDPOINT = "tep.nongthonmoi.example:9000"
    settings.S3_ENDPOINT = f"127.0.0.1:{closed_port()}"
    url = urlsplit(link(document))
    assert url.netloc == "tep.nongthonmoi.example:9000"
    assert parse_qs(url.query)["versionId"] == [document.version_id]


def test_picture_links_of_a_list_cost_no_query_each(upload: Upload) -> None:
    from django.db import connection

    for n in range(3):
        document = upload(jpeg(), f"{n}.jpg")
        assert thumbnail_link(document) == preview_link(document) == ""
        make_derivatives(document_id=str(document.pk))
    documents = list(Document.objects.select_related("scan").prefetch_related("derivatives"))
    with CaptureQueriesContext(connection) as queries:
        links = [thumbnail_link(one) for one in documents] + [preview_link(one) for one in documents]
    assert len(queries) == 0
    assert len(set(links)) == 6
    for url in links:
        assert fetch(url)[1]["Content-Type"] == "image/webp"


@given(st.text(min_size=1))
def test_no_name_can_break_out_of_its_header(name: str) -> None:
    clean = name.encode("utf-8", "ignore").decode()
    header = content_disposition(clean, inline=False)
    assert header.isascii() and header.isprintable()
    assert header.count('"') == 2
    assert unquote(header.partition("filename*=UTF-8''")[2]) == clean
