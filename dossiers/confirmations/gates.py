"""What gates say of a confirmation that is not there, or that does not hold."""

from __future__ import annotations

from django.utils.translation import gettext as _

from dossiers.acts import Refusal
from dossiers.dossier.models import Dossier, State
from dossiers.gates import Answer, not_applicable, not_met
from dossiers.procedures import GateRule

#: Where a dossier is that has been consolidated.
_AFTER = (State.COUNCIL, State.DECIDING, State.RECOGNISED, State.PUBLISHED, State.NOT_RECOGNISED)


def nobody_confirmed(dossier: Dossier, rule: GateRule, link: str, message: str) -> Answer:
    """Return the answer as long as there is no finding. What was consolidated without one is not asked for it."""
    if dossier.state in _AFTER:
        return not_applicable(_("Hồ sơ đã qua bước tổng hợp trước khi có điều kiện này."))
    return lacking(rule, link, message)


def lacking(rule: GateRule, link: str, *messages: str) -> Answer:
    """Return the answer of a gate whose confirmation lacks these things."""
    return not_met(*(Refusal(rule.code, message, rule=rule.citation, link=link) for message in messages))
