"""Reading documents: their pictures, their text, what cameras wrote, and by what pictures are known again."""

from __future__ import annotations

import io
import logging
import shutil
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import Model, QuerySet
from django.utils import timezone

from storage import sandbox
from storage.objects import object_store
from storage.readers.contents import READABLE, Contents, Picture, has_picture, read
from storage.readers.kinds import PDF
from storage.readers.photos import PhotoFacts

from . import likeness
from .models import Derivative, DerivativeKind, Document, DocumentState, Reading, ReadingOutcome, Text

logger = logging.getLogger(__name__)

Row = TypeVar("Row", bound=Model)

#: The longer side in pixels. Plain text as keys: what goes to a reader must not need Django.
SIDES = {DerivativeKind.THUMBNAIL.value: 320, DerivativeKind.PREVIEW.value: 1600}
READ_SECONDS = 90
UNREAD_AFTER = timedelta(minutes=30)
WEBP = "image/webp"
#: The number of the «page» that a document's name is searched as.
NAME = 0


def first_state(content_type: str) -> DocumentState:
    """Return how a document of this type begins: waiting for its picture, or known to get none."""
    return DocumentState.RECEIVED if has_picture(content_type) else DocumentState.PLAIN


def make_readable(document: Document) -> list[Derivative]:
    """Read what has not been read of a document: pictures, text, facts. Return the pictures made now.

    Done twice, it does nothing the second time. A file that cannot be read, or that kills its reader, is remembered
    as such, becomes «plain» and stays openable. Raises StorageUnavailable when the store does not answer; then nothing
    has changed that another try would not put right.
    """
    made: list[Derivative] = []
    if document.content_type in READABLE:
        have = set(document.derivatives.values_list("kind", flat=True))
        missing = {kind: side for kind, side in SIDES.items() if kind not in have}
        complete = not has_picture(document.content_type) or (not missing and likeness.is_known(document))
        if not (complete and Reading.objects.filter(document=document).exists()):
            made = _read(document, missing)
    state = DocumentState.READY if document.derivatives.exists() else DocumentState.PLAIN
    Document.objects.filter(pk=document.pk).exclude(state=state).update(state=state)
    document.state = state
    return made


def unread() -> QuerySet[Document]:
    """Return documents that should have been read by now, oldest first."""
    before = timezone.now() - UNREAD_AFTER
    readable = Document.objects.filter(content_type__in=READABLE, reading=None, uploaded_at__lt=before)
    return readable.order_by("uploaded_at")


def _read(document: Document, missing: dict[str, int]) -> list[Derivative]:
    outcome = ReadingOutcome.READ
    contents: Contents | None = None
    with fetched(document) as path:
        try:
            contents = sandbox.call(read, path, document.content_type, SIDES, seconds=READ_SECONDS)
            if contents is None:
                outcome = ReadingOutcome.UNREADABLE
        except sandbox.ReaderDied:
            outcome = ReadingOutcome.DIED
    if contents is None:
        logger.warning("Document %s cannot be read (%s)", document.pk, outcome)
        contents = Contents()
    made = [
        keep_picture(Derivative.objects.all(), document, kind, one, kind=kind, content_type=WEBP)
        for kind, one in contents.pictures.items()
        if kind in missing
    ]
    _record(document, outcome, contents)
    return made


@contextmanager
def fetched(document: Document) -> Iterator[str]:
    """Yield the path of a temporary file with the stored version. Raises StorageUnavailable."""
    with tempfile.NamedTemporaryFile(prefix="lua-") as copy:
        with object_store().open(document.object_key, document.version_id) as stream:
            shutil.copyfileobj(stream, copy)
        copy.flush()
        yield copy.name


def _record(document: Document, outcome: ReadingOutcome, contents: Contents) -> None:
    photo = contents.photo
    facts = {
        "outcome": outcome,
        "read_at": timezone.now(),
        "pages": contents.pages,
        # Of a PDF that could not be read nobody can tell.
        "may_run_code": contents.may_run_code
        or (document.content_type == PDF and outcome != ReadingOutcome.READ),
        "is_text_whole": contents.is_text_whole,
        "width": photo and photo.width,
        "height": photo and photo.height,
        "taken_at": _moment(photo),
        "camera": photo.camera if photo else "",
        "latitude": photo and photo.latitude,
        "longitude": photo and photo.longitude,
    }
    texts = [
        Text(document=document, number=number, text=words)
        for number, words in enumerate(contents.texts, 1)
        if words
    ]
    with transaction.atomic():
        Reading.objects.update_or_create(document=document, defaults=facts)
        Text.objects.bulk_create(texts, ignore_conflicts=True, batch_size=200)
        if has_picture(document.content_type):
            likeness.keep(document, contents.fingerprint)


def _moment(photo: PhotoFacts | None) -> object:
    """Return the time of a photo; where the camera names no zone it is taken for that of the country."""
    if photo is None or photo.taken_at is None or photo.taken_at.tzinfo is not None:
        return photo and photo.taken_at
    return timezone.make_aware(photo.taken_at)


def name_text(document: Document) -> Text:
    """Return the row, not yet saved, by which a document is found by its name."""
    return Text(document=document, number=NAME, text=document.name)


def keep_picture(
    rows: QuerySet[Row], document: Document, name: str, picture: Picture, **identity: Any
) -> Row:
    """Store a picture of a document and return its row; of two made at once the first is kept, and one object."""
    # A key of its own each time: keys cannot be used twice, and a job killed before the row is written runs again.
    key = f"derivatives/{document.pk}/{name}-{uuid.uuid4().hex[:12]}"
    stored = object_store().put(key, io.BytesIO(picture.data), WEBP)
    place = {"object_key": stored.key, "version_id": stored.version_id}
    sides = {"width": picture.width, "height": picture.height}
    row, created = rows.get_or_create(document=document, **identity, defaults=place | sides)
    if not created:
        object_store().discard(stored.key, stored.version_id)
    return row
