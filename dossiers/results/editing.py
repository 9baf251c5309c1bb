"""What the commune may change, and when: the base of the acts on figures and evidence."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from dossiers.acts import ActRefused, DossierAct, Refusal
from dossiers.appraisal.sealing import sealed_request
from dossiers.appraisal.supplements.endings import ended_before_saving
from dossiers.appraisal.supplements.models import SupplementRequest
from dossiers.dossier.models import Dossier, State
from dossiers.organisations.models import Role
from dossiers.policies import Actor, AtCommune, HasRole

from .models import IndicatorResult

#: The report that the people are asked about may still be completed with what they say. During the appraisal only
#: what a department asked for is open.
EDITABLE = frozenset(
    {State.IMPLEMENTING, State.CONSULTING, State.RETURNED, State.REVIEWING, State.APPRAISING}
)
#: Where an indicator is locked unless it was opened again.
LOCKED = frozenset({State.RETURNED, State.APPRAISING})


WRITERS = HasRole(Role.COMMUNE_OFFICIAL, Role.COMMUNE_CHAIR) & AtCommune()


class EditingAct(DossierAct):
    """What the commune's officials do on figures and evidence.

    While a department waits for a supplement, only what it asked for is open. What is changed then goes aside until the
    chair sends it (``unsent.py``), and the history keeps it from those who may not know of it: ``subject`` names the
    opinion that waits and the turn of its request.
    """

    authority = WRITERS
    states = EDITABLE
    _asking: SupplementRequest | None = None

    @classmethod
    def is_open_to(cls, actor: Actor, dossier: Dossier) -> bool:
        """Besides authority and state: during the appraisal a department waits for a supplement."""
        if not super().is_open_to(actor, dossier):
            return False
        return dossier.state != State.APPRAISING or SupplementRequest.objects.awaited(dossier).exists()

    def require_open(self, results: Iterable[IndicatorResult]) -> None:
        """Raise ActRefused when one of the results is locked, or when they belong to requests of two departments."""
        opened = list(results)
        for result in opened:
            if is_locked(self.dossier, result):
                raise ActRefused(Refusal("locked", self._why_locked(result)))
        if self.dossier.state != State.APPRAISING:
            return
        asking = SupplementRequest.objects.awaited(self.dossier).filter(items__result__in=opened).distinct()
        requests = list(asking.select_related("opinion"))
        if len(requests) > 1:
            message = _("Các chỉ tiêu này do nhiều cơ quan yêu cầu bổ sung; xin làm riêng cho từng yêu cầu.")
            raise ActRefused(Refusal("several", message))
        self._asking = requests[0]

    def _why_locked(self, result: IndicatorResult) -> str:
        """Return why a result is locked: the request for it that ended last during the appraisal, or no request."""
        ended = SupplementRequest.objects.of_dossier(self.dossier).filter(
            items__result=result, ended_at__isnull=False, opinion__round=self.dossier.appraisal_round
        )
        last = ended.select_related("opinion__department", "ended_by").order_by("-ended_at").first()
        if self.dossier.state == State.APPRAISING and last is not None:
            return ended_before_saving(self.dossier, last)
        message = _("Chỉ tiêu %(code)s không nằm trong phần phải bổ sung nên đang khóa.")
        return message % {"code": result.indicator.code}

    def subject(self) -> dict[str, Any]:
        return {**super().subject(), **(sealed_request(self._asking) if self._asking else {})}


def is_locked(dossier: Dossier, result: IndicatorResult) -> bool:
    """Say whether the state of the dossier keeps the commune from changing this indicator."""
    return dossier.state in LOCKED and not result.is_reopened
