"""Short-lived links to stored files. Give them only after a policy check.

No link leads to what scanning closed: infected files, and where files are scanned those that have not been yet.
"""

from __future__ import annotations

from storage.errors import Withheld
from storage.objects import object_store
from storage.readers.kinds import VIDEOS

from .models import Derivative, DerivativeKind, Document, PagePicture
from .scanning import withheld

#: What a browser shows without being able to run anything of it, but for PDFs that were found to want to; the rest is
#: only ever downloaded.
INLINE = frozenset({"image/jpeg", "image/png", "image/webp", "application/pdf", *VIDEOS})


def opens_in_browser(document: Document) -> bool:
    """Whether a link opens in the browser; what does not is downloaded. Lists select ``reading`` beforehand."""
    reading = getattr(document, "reading", None)
    return document.content_type in INLINE and not (reading and reading.may_run_code)


def link(document: Document, *, seconds: int = 300, download: bool = False) -> str:
    """Return a link to the exact stored version. Pictures and PDFs open in the browser unless ``download``.

    A PDF that may run code is downloaded: a browser would run it. Raises Withheld with the sentence for the person.
    """
    if reason := withheld(document):
        raise Withheld(reason)
    return object_store().presigned_get(
        document.object_key,
        version_id=document.version_id,
        seconds=seconds,
        content_type=document.content_type,
        filename=document.name,
        inline=not download and opens_in_browser(document),
    )


def thumbnail_link(document: Document, *, seconds: int = 300) -> str:
    """Return a link to the picture of at most 320 pixels; empty while there is none to show."""
    return _derivative_link(document, DerivativeKind.THUMBNAIL, seconds)


def preview_link(document: Document, *, seconds: int = 300) -> str:
    """Return a link to the picture of at most 1600 pixels; empty while there is none to show."""
    return _derivative_link(document, DerivativeKind.PREVIEW, seconds)


def page_link(page: PagePicture, *, seconds: int = 300) -> str:
    """Return a link to the picture of a page; empty when there is none to show."""
    if withheld(page.document) or not page.is_drawn:
        return ""
    return _picture_link(page, f"{page.document_id}-{page.number}", seconds)


def _derivative_link(document: Document, kind: DerivativeKind, seconds: int) -> str:
    if withheld(document):
        return ""
    # Lists select the scan and prefetch the derivatives: picking here costs no query, filtering would cost one a
    # document.
    for found in document.derivatives.all():
        if found.kind == kind:
            return _picture_link(found, f"{document.pk}-{kind}", seconds)
    return ""


def _picture_link(picture: Derivative | PagePicture, name: str, seconds: int) -> str:
    return object_store().presigned_get(
        picture.object_key,
        version_id=picture.version_id,
        seconds=seconds,
        content_type="image/webp",
        filename=f"{name}.webp",
        inline=True,
    )
