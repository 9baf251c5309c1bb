"""Documents: what was uploaded, exactly as it was, with previews made from it."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .links import link, page_link, preview_link, thumbnail_link
    from .models import Derivative, DerivativeKind, Document, DocumentState
    from .receiving import receive
    from .retention import fix
    from .signature_words import signature_lines
    from .tasks import make_derivatives, schedule_derivatives

__all__ = [
    "Derivative",
    "DerivativeKind",
    "Document",
    "DocumentState",
    "fix",
    "link",
    "make_derivatives",
    "page_link",
    "preview_link",
    "receive",
    "schedule_derivatives",
    "signature_lines",
    "thumbnail_link",
]

_HOMES = {
    "links": {"link", "page_link", "preview_link", "thumbnail_link"},
    "models": {"Derivative", "DerivativeKind", "Document", "DocumentState"},
    "receiving": {"receive"},
    "retention": {"fix"},
    "signature_words": {"signature_lines"},
    "tasks": {"make_derivatives", "schedule_derivatives"},
}


def __getattr__(name: str) -> Any:
    """Load models only when asked for: this package is imported before the apps are ready."""
    for home, names in _HOMES.items():
        if name in names:
            return getattr(import_module(f"{__name__}.{home}"), name)
    raise AttributeError(name)
