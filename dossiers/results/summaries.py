"""What the chair reads before submitting the dossier."""

from __future__ import annotations

from typing import Any

from dossiers.acts.pages import Summary
from dossiers.dossier.models import Dossier
from dossiers.gates import standings
from dossiers.policies import Actor
from dossiers.procedures import get_procedure

from .acts import SubmitDossier


def _conditions(actor: Actor, dossier: Dossier) -> dict[str, Any]:
    """Return how the dossier stands before each gate of its submission. At most fifteen queries."""
    return {"standings": standings(dossier, get_procedure(dossier.procedure).gates_at(SubmitDossier.name))}


CONDITIONS = Summary("results/summary_conditions.html", _conditions)
