"""The papers a gate rests on: one that nobody can open is not there."""

from __future__ import annotations

from storage.documents import scanning
from storage.documents.models import Document


def closed_papers(*papers: Document) -> list[str]:
    """Return a sentence for each of the papers that is withheld; empty when everybody can open them."""
    return [f"{paper.name}: {reason}" for paper in papers if (reason := scanning.withheld(paper))]
