"""What a page can show of a document, without the visitor's programmes: a picture, a page, a video, or text."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from storage.documents import link, page_link, preview_link, scanning
from storage.documents.models import DerivativeKind, Document, DocumentState
from storage.documents.pages import page_of
from storage.errors import StorageUnavailable
from storage.readers.kinds import DOCX, IMAGES, PDF, VIDEOS, XLSX

#: A film of an hour is watched in one go, and each step in it asks the store with the same link.
VIDEO_SECONDS = 2 * 60 * 60


@dataclass(frozen=True)
class Shown:
    """One page of a document, or all of what has no pages.

    ``kind`` is picture, paper, video, text, or empty. ``problem`` says why there is nothing to see; ``url`` ends soon.
    """

    kind: str
    number: int = 1
    last: int = 1
    url: str = ""
    width: int = 0
    height: int = 0
    text: str = ""
    problem: str = ""

    @property
    def previous(self) -> int | None:
        return self.number - 1 if self.number > 1 else None

    @property
    def next(self) -> int | None:
        return self.number + 1 if self.number < self.last else None


def shown(document: Document, number: int) -> Shown:
    """Return what to show of a document; of one with pages the page asked for, or the nearest there is.

    What scanning closed, and an outage of the store, become a ``problem``. Prefetch ``derivatives``, select
    ``reading`` and ``scan``.
    """
    if reason := scanning.withheld(document):
        return Shown("", problem=reason)
    if document.content_type in IMAGES.values():
        return _picture(document)
    if document.content_type == PDF:
        return _paper(document, number)
    if document.content_type in VIDEOS:
        return Shown("video", url=link(document, seconds=VIDEO_SECONDS))
    if document.content_type in (DOCX, XLSX):
        return _text(document, number)
    return Shown("", problem=_("Loại tệp này không xem được tại đây. Xin tải tệp về để xem."))


def _picture(document: Document) -> Shown:
    for one in document.derivatives.all():
        if one.kind == DerivativeKind.PREVIEW:
            return Shown("picture", url=preview_link(document), width=one.width, height=one.height)
    return Shown("picture", problem=_missing(document))


def _missing(document: Document) -> str:
    if document.state == DocumentState.RECEIVED:
        return _("Ảnh xem trước đang được tạo. Xin mở lại trang này sau ít phút, hoặc tải tệp về để xem.")
    return _("Không tạo được ảnh xem trước của tệp này. Xin tải tệp về để xem.")


def _paper(document: Document, number: int) -> Shown:
    reading = getattr(document, "reading", None)
    last = max(1, (reading and reading.pages) or 1)
    number = min(max(1, number), last)
    first = _picture(document)
    if reading is None or not reading.pages or (number == 1 and first.url):
        # The first page was drawn when the file came.
        found = first
    else:
        found = _page(document, number, last)
    text = document.texts.filter(number=number).values_list("text", flat=True).first() or ""
    return Shown("paper", number, last, found.url, found.width, found.height, text, found.problem)


def _page(document: Document, number: int, last: int) -> Shown:
    try:
        page = page_of(document, number, last=last)
    except StorageUnavailable:
        problem = _(
            "Kho lưu trữ tạm thời không trả lời nên chưa xem được trang %(number)s. "
            "Xin mở lại trang này sau ít phút, hoặc tải tệp về để xem."
        )
        return Shown("paper", problem=problem % {"number": number})
    if not page.is_drawn:
        problem = _("Không vẽ được trang %(number)s. Xin tải tệp về để xem trang này.") % {"number": number}
        return Shown("paper", problem=problem)
    return Shown("paper", url=page_link(page), width=page.width, height=page.height)


def _text(document: Document, number: int) -> Shown:
    """Return a piece of the text that was read: pieces without words were not kept."""
    pieces = document.texts.filter(number__gt=0).order_by("number")
    last = pieces.count()
    if not last:
        if getattr(document, "reading", None) is None:
            problem = _("Nội dung đang được đọc. Xin mở lại trang này sau ít phút, hoặc tải tệp về để xem.")
        else:
            problem = _("Không đọc được chữ nào trong tệp này. Xin tải tệp về để xem.")
        return Shown("text", problem=problem)
    number = min(max(1, number), last)
    return Shown("text", number, last, text=pieces[number - 1].text)
