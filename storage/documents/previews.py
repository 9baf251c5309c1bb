"""Pictures of documents: a thumbnail and a preview, as WebP without metadata."""

from __future__ import annotations

import io
from typing import BinaryIO

import pypdfium2
from PIL import Image, ImageOps

from storage.objects import object_store

from .models import Derivative, DerivativeKind, Document
from .sniffing import IMAGES, PDF, pdfium_lock

#: The longer side in pixels.
SIDES = {DerivativeKind.THUMBNAIL: 320, DerivativeKind.PREVIEW: 1600}
PDF_SCALE = 2.0


def make_previews(document: Document) -> list[Derivative]:
    """Make what is missing of a document's pictures. Done twice, it does nothing the second time.

    Office files have none. Raises StorageUnavailable when the store does not answer.
    """
    if document.content_type not in (*IMAGES.values(), PDF):
        return []
    have = set(document.derivatives.values_list("kind", flat=True))
    missing = [kind for kind in SIDES if kind not in have]
    if not missing:
        return []
    picture = _picture(document)
    return [_store(document, kind, picture) for kind in missing]


def _picture(document: Document) -> Image.Image:
    store = object_store()
    with store.open(document.object_key, document.version_id) as stream:
        contents = io.BytesIO(stream.read())
    if document.content_type == PDF:
        return _first_page(contents)
    with Image.open(contents, formats=list(IMAGES)) as image:
        # Decodes a JPEG at a fraction of its size: no more pixels than the preview needs.
        image.draft("RGB", (SIDES[DerivativeKind.PREVIEW], SIDES[DerivativeKind.PREVIEW]))
        upright = ImageOps.exif_transpose(image)
        return upright.convert("RGB")


def _first_page(contents: BinaryIO) -> Image.Image:
    with pdfium_lock:
        document = pypdfium2.PdfDocument(contents)
        try:
            page = document[0]
            width, height = page.get_size()
            scale = min(PDF_SCALE, SIDES[DerivativeKind.PREVIEW] / max(width, height, 1))
            return page.render(scale=scale).to_pil().convert("RGB")
        finally:
            document.close()


def _store(document: Document, kind: DerivativeKind, picture: Image.Image) -> Derivative:
    small = picture.copy()
    small.thumbnail((SIDES[kind], SIDES[kind]))
    out = io.BytesIO()
    small.save(out, "WEBP", quality=78)
    out.seek(0)
    stored = object_store().put(f"derivatives/{document.pk}/{kind}", out, "image/webp")
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
