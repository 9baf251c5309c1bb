"""Which agency confirms: the one that a gate of the dossier's procedure names, in the dossier's province."""

from __future__ import annotations

from django.utils.translation import gettext as _

from dossiers.dossier.models import Dossier
from dossiers.organisations.models import Agency
from dossiers.policies import Actor
from dossiers.policies.conditions import Condition, Denial
from dossiers.procedures import GateRule, get_procedure


def rule_of(dossier: Dossier, gate: str) -> GateRule:
    """Return the gate of the dossier's procedure. Raises KeyError when it asks for no such confirmation."""
    return get_procedure(dossier.procedure).gate(gate)


def named_agency_id(dossier: Dossier, gate: str) -> int:
    """Return the agency that the gate names. Raises KeyError without the gate, Agency.DoesNotExist without it."""
    code = rule_of(dossier, gate).parameters["agency"]
    return Agency.objects.values_list("pk", flat=True).get(code=code, unit_id=dossier.province_id)


class NamedByGate(Condition):
    """The actor's agency is the one that a gate of the dossier's procedure names."""

    def __init__(self, gate: str) -> None:
        self.gate = gate

    def denial(self, actor: Actor, dossier: Dossier) -> Denial | None:
        try:
            named = rule_of(dossier, self.gate).parameters["agency"]
        except KeyError:
            return Denial("procedure", _("Quy trình của hồ sơ này không có việc xác nhận này."))
        if actor.agency.code == named:
            return None
        return Denial("assignment", _("Việc này được giao cho cơ quan khác."))
