"""What files of evidence show beside their names: ``{% load evidence %}``."""

from __future__ import annotations

from typing import Any

from django import template

from dossiers.dossier.models import Dossier
from dossiers.results.photo_notes import photo_notes
from storage.documents.models import Document

register = template.Library()


@register.inclusion_tag("results/_photo_notes.html")
def photo_warnings(document: Document, dossier: Dossier) -> dict[str, Any]:
    """Warn of a photo's odd time or place. Costs no query where ``reading`` was selected."""
    reading = getattr(document, "reading", None)
    notes = (
        photo_notes(reading, received_at=document.uploaded_at, dossier=dossier) if reading is not None else []
    )
    return {"notes": notes}
