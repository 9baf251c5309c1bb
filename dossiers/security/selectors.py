"""Reading what the police is asked of a dossier, and what it found."""

from __future__ import annotations

from typing import Any

from dossiers.acts.pages import Summary
from dossiers.confirmations.naming import rule_of
from dossiers.dossier.models import Dossier
from dossiers.policies import Actor
from dossiers.procedures import get_procedure

from .findings import GATE
from .models import SecurityFinding


def security_context(actor: Actor, dossier: Dossier) -> dict[str, Any]:
    """Return what is asked by which day, and all findings, newest first. One query.

    Raises KeyError when the dossier's procedure asks for no confirmation.
    """
    findings = SecurityFinding.objects.filter(dossier=dossier)
    return {
        "rule": rule_of(dossier, GATE),
        "wordings": get_procedure(dossier.procedure).security_wordings,
        "findings": list(findings.select_related("document", "recorded_by", "department")),
    }


SECURITY = Summary("security/summary.html", security_context)
