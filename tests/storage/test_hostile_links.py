"""Hostile files that are taken come out of the store as what they were found to be, and can run nothing in Lúa."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

import pytest
import urllib3
from playwright.sync_api import Dialog, Page
from playwright.sync_api import Error as PlaywrightError

from storage.documents import Document, link, make_derivatives
from storage.documents.models import ReadingOutcome

from .conftest import Upload
from .files import jpeg, text_pdf
from .hostile_files import EXIF, OFFICE, PAPERS, PICTURES, SCRIPT, VIDEOS, with_segment

pytestmark = pytest.mark.django_db
TELLING = {
    **{called: PICTURES[called] for called in ("photo with a page in its comment", "photo before a ZIP")},
    **{called: EXIF[called] for called in ("camera's name as a page", "in the year 1, east of Greenwich")},
    **{
        called: PAPERS[called] for called in ("PDF with program", "PDF that is a page", "PDF and ZIP at once")
    },
    **{called: OFFICE[called] for called in ("Word with paths that climb", "Word whose entities multiply")},
    "video that is a page": VIDEOS["video that is a page"],
}
TYPES = {"a.jpg": "image/jpeg", "a.pdf": "application/pdf", "a.mp4": "video/mp4"}


@pytest.mark.parametrize("called", TELLING)
def test_what_is_taken_is_sent_as_what_it_was_found_to_be(upload: Upload, called: str) -> None:
    name, make, verdict = TELLING[called]
    document = upload(make(), name)
    make_derivatives(document_id=str(document.pk))
    document = Document.objects.select_related("reading").get(pk=document.pk)
    if document.content_type in TYPES.values() and name != "a.mp4":
        assert document.derivatives.count() == 2
    if verdict == "unreadable":
        assert document.reading.outcome == ReadingOutcome.UNREADABLE
    headers = urllib3.request("GET", link(document), retries=False).headers
    assert headers["Content-Type"] == TYPES.get(name, document.content_type)
    kind = headers["Content-Disposition"].partition(";")[0]
    assert kind == ("attachment" if name == "a.docx" or called == "PDF with program" else "inline")


#: Files that are two things at once: what a browser makes of them must be the one that was found.
TWO_AT_ONCE: dict[str, tuple[str, Callable[[], bytes]]] = {
    "photo before a page": ("a.jpg", lambda: jpeg() + SCRIPT),
    "page in a photo": ("a.jpg", lambda: with_segment(SCRIPT, 0xFE)),
    "page in a PDF": ("a.pdf", PAPERS["PDF that is a page"][1]),
}


@pytest.mark.browser
@pytest.mark.parametrize("called", TWO_AT_ONCE)
def test_a_link_opened_in_the_browser_runs_nothing(upload: Upload, page: Page, called: str) -> None:
    name, make = TWO_AT_ONCE[called]
    dialogs: list[str] = []

    def close(dialog: Dialog) -> None:
        dialogs.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", close)
    # A browser without a viewer of PDFs downloads them, and stays where it is.
    with suppress(PlaywrightError):
        page.goto(link(upload(make(), name)))
    page.wait_for_timeout(300)
    assert page.evaluate("document.contentType") in (TYPES[name], "text/html" if name == "a.pdf" else "")
    assert page.evaluate("document.scripts.length") == 0
    assert (dialogs, page.title() == "ran") == ([], False)


@pytest.mark.browser
def test_no_page_of_ours_takes_a_stored_file_for_a_script(
    upload: Upload, page: Page, live_server: Any
) -> None:
    """The store is another origin, which the pages' own rules let serve pictures, videos and papers, never scripts."""
    address = link(upload(text_pdf("a"), "a.pdf"))
    assert urlsplit(address).netloc != urlsplit(live_server.url).netloc
    page.goto(f"{live_server.url}/dang-nhap/")
    blocked = page.evaluate(
        """address => new Promise(done => {
            document.addEventListener("securitypolicyviolation", event => done(event.effectiveDirective));
            const script = document.createElement("script");
            script.src = address;
            script.onload = () => done("loaded");
            document.head.append(script);
        })""",
        address,
    )
    assert blocked == "script-src-elem"
