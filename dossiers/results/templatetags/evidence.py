"""What files of evidence show beside their names: ``{% load evidence %}``."""

from __future__ import annotations

from typing import Any

from django import template
from django.conf import settings
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from dossiers.dossier.models import Dossier
from dossiers.results.photo_notes import photo_notes
from storage.documents.models import Document

register = template.Library()


@register.simple_tag
def largest_files() -> str:
    """Say how large a file and a video may be."""
    sizes = {
        "file": filesizeformat(settings.EVIDENCE_MAX_BYTES),
        "video": filesizeformat(settings.VIDEO_MAX_BYTES),
    }
    return _("Mỗi tệp tối đa %(file)s, video tối đa %(video)s.") % sizes


@register.inclusion_tag("results/_photo_notes.html")
def photo_warnings(document: Document, dossier: Dossier) -> dict[str, Any]:
    """Warn of a photo's odd time or place. Costs no query where ``reading`` was selected."""
    reading = getattr(document, "reading", None)
    notes = (
        photo_notes(reading, received_at=document.uploaded_at, dossier=dossier) if reading is not None else []
    )
    return {"notes": notes}
