"""Pages of papers as pictures, which work on a phone, over a poor line, and can run no script."""

from __future__ import annotations

import logging
import time

from storage import sandbox
from storage.readers.contents import Picture, page_picture
from storage.readers.kinds import PDF

from .models import DerivativeKind, Document, PagePicture
from .reading import SIDES, fetched, keep_picture

logger = logging.getLogger(__name__)

#: The file is fetched once for a page and its neighbours: people read on more often than back.
AROUND = (0, 1, 2, 3, -1)
#: Within so many seconds the asked page must be drawn, and neighbours be begun.
PAGE_SECONDS, AROUND_SECONDS = 15, 2


def page_of(document: Document, number: int, *, last: int) -> PagePicture:
    """Return the picture of a page of a PDF, counted from 1; draw it, and those around it up to ``last``, if need be.

    At most five pages are drawn at once. Two people may ask at the same time: one picture is kept. A page that could
    not be drawn has no object. Raises StorageUnavailable, and ValueError for a page that the document does not have.
    """
    if document.content_type != PDF or not 1 <= number <= last:
        raise ValueError(number)
    wanted = [number + step for step in AROUND if 1 <= number + step <= last]
    known = {page.number: page for page in document.page_pictures.filter(number__in=wanted)}
    if number not in known:
        known |= _draw(document, [one for one in wanted if one not in known])
    return known[number]


def _draw(document: Document, numbers: list[int]) -> dict[int, PagePicture]:
    """Draw pages, the first in any case, the others while there is time and nothing goes wrong."""
    made: dict[int, PagePicture] = {}
    with fetched(document) as path:
        stop = time.monotonic() + AROUND_SECONDS
        for number in numbers:
            if made and time.monotonic() > stop:
                break
            try:
                picture = _picture(document, path, number)
            except sandbox.ReaderDied:
                # Not remembered: another time the machine may be less busy.
                return made or {number: PagePicture(document=document, number=number)}
            if picture is None and made:
                # Its own reader will be told so; this one asked for another page.
                break
            made[number] = _keep(document, number, picture)
    return made


def _picture(document: Document, path: str, number: int) -> Picture | None:
    """Return the picture of a page, None for one that cannot be drawn. Raises ReaderDied when time was too short."""
    side = SIDES[DerivativeKind.PREVIEW.value]
    try:
        picture = sandbox.call(page_picture, path, number, side, seconds=PAGE_SECONDS)
    except sandbox.ReaderDied as died:
        if died.cause == "time":
            raise
        picture = None
    if picture is None:
        logger.warning("Page %s of document %s cannot be drawn", number, document.pk)
    return picture


def _keep(document: Document, number: int, picture: Picture | None) -> PagePicture:
    if picture is None:
        return PagePicture.objects.get_or_create(document=document, number=number)[0]
    return keep_picture(PagePicture.objects.all(), document, f"page-{number}", picture, number=number)
