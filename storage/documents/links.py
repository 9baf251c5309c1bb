"""Short-lived links to stored files. Give them only after a policy check."""

from __future__ import annotations

from storage.objects import object_store

from .models import DerivativeKind, Document

INLINE = frozenset({"image/jpeg", "image/png", "image/webp", "application/pdf"})


def link(document: Document, *, seconds: int = 300, download: bool = False) -> str:
    """Return a link to the exact stored version. Pictures and PDFs open in the browser unless ``download``."""
    return object_store().presigned_get(
        document.object_key,
        version_id=document.version_id,
        seconds=seconds,
        content_type=document.content_type,
        filename=document.name,
        inline=not download and document.content_type in INLINE,
    )


def thumbnail_link(document: Document, *, seconds: int = 300) -> str:
    """Return a link to the thumbnail; empty while there is none. Uses prefetched derivatives."""
    found = [one for one in document.derivatives.all() if one.kind == DerivativeKind.THUMBNAIL]
    if not found:
        return ""
    return object_store().presigned_get(
        found[0].object_key,
        version_id=found[0].version_id,
        seconds=seconds,
        content_type=found[0].content_type,
        filename=f"{document.pk}.webp",
        inline=True,
    )
