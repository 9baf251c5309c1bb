"""Reading the debt of a dossier: its works with their figures, and what the department found."""

from __future__ import annotations

from typing import Any

from dossiers.acts.pages import Summary
from dossiers.dossier.models import Dossier
from dossiers.plans.models import Work
from dossiers.policies import Actor

from .figures import debt_figures, debt_rule
from .models import DebtConfirmation


def debt_context(actor: Actor, dossier: Dossier) -> dict[str, Any]:
    """Return the works, their sums and all findings, newest first. Three queries."""
    return {
        "works": list(Work.objects.filter(dossier=dossier)),
        "figures": debt_figures(dossier),
        "rule": debt_rule(dossier),
        "confirmations": list(
            DebtConfirmation.objects.filter(dossier=dossier).select_related(
                "document", "recorded_by", "department"
            )
        ),
    }


DEBT = Summary("debts/summary.html", debt_context)
