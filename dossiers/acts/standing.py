"""Whether a person may do an act themselves, beside the authority of the role they act in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from dossiers.policies import Actor
from dossiers.substitutions.models import Substitution

from .errors import Refusal

if TYPE_CHECKING:
    from dossiers.dossier.models import Dossier

    from .base import DossierAct


@dataclass(frozen=True)
class Standing:
    """Why not, if there is anything against it; and the exception by which it passes, if it does by one."""

    refusals: tuple[Refusal, ...] = ()
    exception: str = ""


def standing_of(
    act: type[DossierAct], actor: Actor, dossier: Dossier, today: date, *, is_locked: bool = False
) -> Standing:
    """Return how the actor stands to the act on this day.

    With ``is_locked`` the substitution is read anew and held until the transaction ends: who revokes it meanwhile
    comes either before the act or after it.
    """
    if actor.substitution is not None:
        substitution = actor.substitution
        if is_locked:
            substitution = Substitution.objects.held(substitution.pk)
            substitution.absent = actor.appointment
        if sentence := substitution.why_ended(today):
            return Standing((Refusal("substitution", sentence),))
        if not act.is_within(substitution):
            message = _("Văn bản số %(number)s không giao anh/chị làm việc «%(act)s» thay %(name)s.") % {
                "number": substitution.number,
                "act": act.label,
                "name": actor.on_behalf_of,
            }
            return Standing((Refusal("scope", message),))
    if act.separation is None:
        return Standing()
    denial, exception = act.separation.judge(actor, dossier)
    if denial is not None:
        return Standing((Refusal(denial.code, denial.message),))
    return Standing(exception=exception)
