"""The figures of a dossier's works that a finding on debt rests on, and which agency finds."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from django.utils.translation import gettext_lazy

from dossiers.acts.order import dated
from dossiers.confirmations.naming import named_agency_id, rule_of
from dossiers.dossier.models import Dossier
from dossiers.plans.models import Work
from dossiers.procedures import GateRule
from storage.ledger import canonical_json

from .models import DebtConfirmation

GATE = "construction_debt"


@dataclass(frozen=True)
class DebtFigures:
    """What was accepted and paid of all works, in whole đồng; ``unreported`` works have no figures yet."""

    accepted: int
    paid: int
    unreported: int
    sha256: str

    @property
    def debt(self) -> int:
        return self.accepted - self.paid


def debt_figures(dossier: Dossier) -> DebtFigures:
    """Return the figures of the dossier's works as they are now. One query."""
    rows = list(
        Work.objects.filter(dossier=dossier).order_by("pk").values_list("pk", "name", "accepted", "paid")
    )
    return DebtFigures(
        accepted=sum(accepted or 0 for _pk, _name, accepted, _paid in rows),
        paid=sum(paid or 0 for _pk, _name, _accepted, paid in rows),
        unreported=sum(accepted is None or paid is None for _pk, _name, accepted, paid in rows),
        sha256=hashlib.sha256(canonical_json([[str(cell) for cell in row] for row in rows])).hexdigest(),
    )


def debt_rule(dossier: Dossier) -> GateRule:
    """Return the rule of the dossier's procedure. Raises KeyError when it asks for no confirmation."""
    return rule_of(dossier, GATE)


def debt_agency_id(dossier: Dossier) -> int:
    """Return the agency that checks the debt in the dossier's province. Raises Agency.DoesNotExist."""
    return named_agency_id(dossier, GATE)


def is_debt_check_awaited(dossier: Dossier) -> bool:
    """Say whether there are works and no finding yet on their figures. Three queries."""
    if not Work.objects.filter(dossier=dossier).exists():
        return False
    latest = DebtConfirmation.objects.filter(dossier=dossier).first()
    return latest is None or latest.figures_sha256 != debt_figures(dossier).sha256


dated(
    "debt_confirmation",
    """
    SELECT dated_on, '' FROM debts_debtconfirmation
    WHERE dossier_id = %(dossier)s ORDER BY recorded_at DESC, id DESC LIMIT 1
    """,
    words=gettext_lazy("ngày văn bản xác nhận nợ đọng"),
)
