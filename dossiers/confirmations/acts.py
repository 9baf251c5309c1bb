"""The form of an act by which a named agency confirms something of a dossier."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from dossiers.acts import DossierAct, Refusal
from dossiers.acts.dates import order_refusals
from dossiers.dossier.models import State
from dossiers.organisations.models import Role
from dossiers.policies import AtProvince, HasRole
from dossiers.policies.conditions import Condition
from dossiers.results.acts import document_stamp
from storage.documents import fix
from storage.documents.models import Document

from .naming import NamedByGate


def head_named_by(gate: str) -> Condition:
    """Return the authority of the head of the agency that a gate of the procedure names."""
    return HasRole(Role.DEPARTMENT_HEAD) & AtProvince() & NamedByGate(gate)


class ConfirmingAct(DossierAct):
    """The agency signs what it found, on a numbered paper, beside the appraisal and until the consolidation.

    Guarantees that a finding against the commune says why. Doing it again takes the place of the earlier finding,
    which stays readable.
    """

    states = frozenset({State.APPRAISING, State.CONSOLIDATING})

    def __init__(
        self, *, number: str, dated_on: date, document: Document, remarks: str = "", **base: Any
    ) -> None:
        super().__init__(**base)
        self.number, self.dated_on = number.strip(), dated_on
        self.document, self.remarks = document, remarks.strip()

    def day_refusals(self) -> list[Refusal]:
        """Return what is wrong with the day of the paper."""
        return order_refusals(self, self.dated_on, field="dated_on", paper="confirmation")

    def remarks_wanted(self) -> str:
        """Return what to say when the finding needs remarks and has none, empty when it needs none."""
        return ""

    def refusals(self) -> list[Refusal]:
        found = []
        if not self.number:
            found.append(Refusal("number", _("Xin ghi số, ký hiệu văn bản."), field="number"))
        if not self.remarks and (wanted := self.remarks_wanted()):
            found.append(Refusal("remarks", wanted, field="remarks"))
        return found + self.day_refusals()

    def change(self) -> None:
        fix([self.document.pk], at=self.at)

    def kept(self) -> dict[str, Any]:
        """Return what every confirmation keeps, as the columns of its row."""
        return {
            "dossier": self.dossier,
            "department": self.actor.agency,
            "number": self.number,
            "dated_on": self.dated_on,
            "remarks": self.remarks,
            "document": self.document,
            "recorded_at": self.at,
            "recorded_by": self.actor.user,
        }

    def payload(self) -> dict[str, Any]:
        return {
            "number": self.number,
            "dated_on": self.dated_on.isoformat(),
            "remarks": self.remarks,
            "document": document_stamp(self.document),
        }
