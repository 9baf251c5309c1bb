"""What the overview of a dossier about a title shows besides what every overview shows."""

from __future__ import annotations

from typing import Any

from dossiers.dossier.models import Dossier, Purpose
from dossiers.policies import Actor

from .summaries import review_context, revocation_context

OVERVIEWS = {
    Purpose.REVIEW: ("titles/review.html", review_context),
    Purpose.REVOCATION: ("titles/revocation.html", revocation_context),
}


def overview_of(actor: Actor, dossier: Dossier) -> tuple[str, dict[str, Any]]:
    """Return the template of the dossier's overview and what it needs of its own."""
    if (found := OVERVIEWS.get(Purpose(dossier.purpose))) is None:
        return "dossier/overview.html", {}
    template, read = found
    return template, read(actor, dossier)
