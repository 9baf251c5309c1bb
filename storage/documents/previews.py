"""Pictures of documents: a thumbnail and a preview, as WebP without the original's metadata."""

from __future__ import annotations

import io
import logging
import shutil
import tempfile
import uuid
from typing import BinaryIO

import pypdfium2
from PIL import Image, ImageOps

from storage.objects import object_store

from .models import Derivative, DerivativeKind, Document, DocumentState
from .sniffing import IMAGES, PDF, UNREADABLE, pdfium_lock

logger = logging.getLogger(__name__)

#: The longer side in pixels.
SIDES = {DerivativeKind.THUMBNAIL: 320, DerivativeKind.PREVIEW: 1600}
PDF_SCALE = 2.0
SPOOL_BYTES = 4 * 1024 * 1024


def has_picture(content_type: str) -> bool:
    """Whether pictures are made of files of this type: of images and of a PDF's first page."""
    return content_type == PDF or content_type in IMAGES.values()


def make_previews(document: Document) -> list[Derivative]:
    """Make what is missing of a document's pictures and set its state. Done twice, it does nothing the second time.

    A file of which no picture can be made becomes «plain» and stays openable. Raises StorageUnavailable when the
    store does not answer; then nothing has changed that another try would not put right.
    """
    made: list[Derivative] = []
    state = DocumentState.PLAIN
    if has_picture(document.content_type):
        have = set(document.derivatives.values_list("kind", flat=True))
        missing = [kind for kind in SIDES if kind not in have]
        picture = _picture(document) if missing else None
        if picture is not None:
            made = [_store(document, kind, picture) for kind in missing]
        if made or not missing:
            state = DocumentState.READY
    Document.objects.filter(pk=document.pk).exclude(state=state).update(state=state)
    document.state = state
    return made


def _picture(document: Document) -> Image.Image | None:
    store = object_store()
    with tempfile.SpooledTemporaryFile(SPOOL_BYTES) as contents:
        with store.open(document.object_key, document.version_id) as stream:
            shutil.copyfileobj(stream, contents)
        contents.seek(0)
        try:
            if document.content_type == PDF:
                return _first_page(contents)  # type: ignore[arg-type]
            return _upright(contents)  # type: ignore[arg-type]
        except UNREADABLE:
            logger.warning("No picture can be made of document %s", document.pk, exc_info=True)
            return None


def _upright(contents: BinaryIO) -> Image.Image:
    with Image.open(contents, formats=list(IMAGES)) as image:
        largest = SIDES[DerivativeKind.PREVIEW]
        # Decodes a JPEG at a fraction of its size: no more pixels than the preview needs.
        image.draft("RGB", (largest, largest))
        profile = image.info.get("icc_profile") if image.mode == "RGB" else None
        upright = ImageOps.exif_transpose(image)
        upright.thumbnail((largest, largest))
        if upright.has_transparency_data:
            # Text on a transparent ground is black as a rule: on black it could not be read.
            paper = Image.new("RGBA", upright.size, "white")
            upright = Image.alpha_composite(paper, upright.convert("RGBA"))
        plain = upright.convert("RGB")
        plain.info = {"icc_profile": profile} if profile else {}
        return plain


def _first_page(contents: BinaryIO) -> Image.Image:
    with pdfium_lock:
        document = pypdfium2.PdfDocument(contents)
        try:
            page = document[0]
            scale = min(PDF_SCALE, SIDES[DerivativeKind.PREVIEW] / max(*page.get_size(), 1))
            return page.render(scale=scale).to_pil().convert("RGB")
        finally:
            document.close()


def _store(document: Document, kind: DerivativeKind, picture: Image.Image) -> Derivative:
    small = picture.copy()
    small.thumbnail((SIDES[kind], SIDES[kind]))
    out = io.BytesIO()
    small.save(out, "WEBP", quality=78, icc_profile=picture.info.get("icc_profile", b""), exif=b"", xmp=b"")
    out.seek(0)
    # A key of its own each time: keys cannot be used twice, and a job killed before the row is written runs again.
    stored = object_store().put(
        f"derivatives/{document.pk}/{kind}-{uuid.uuid4().hex[:12]}", out, "image/webp"
    )
    derivative, _created = Derivative.objects.get_or_create(
        document=document,
        kind=kind,
        defaults={
            "object_key": stored.key,
            "version_id": stored.version_id,
            "content_type": "image/webp",
            "width": small.width,
            "height": small.height,
        },
    )
    return derivative
