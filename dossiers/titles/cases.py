"""Acts that open a dossier about a title: a yearly review, or a case of revocation."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import transaction
from django.utils.translation import gettext as _

from dossiers.acts import ActRefused, DossierAct, NotPermitted, Refusal, busy_when_locked
from dossiers.criteria.models import CriteriaSet
from dossiers.dossier.models import Dossier, Purpose, State
from dossiers.organisations.models import Level
from dossiers.policies import Actor
from storage import ledger

from .models import Title


class OpeningAct(DossierAct):
    """Opens a dossier of ``purpose`` about a title in force.

    The title's row serialises openings, so that of two at once the second is judged by what the first has opened.
    """

    states = frozenset[State]()
    purpose: ClassVar[Purpose]
    first_state: ClassVar[State]

    def __init__(
        self, *, actor: Actor, title: Title, year: int, criteria_set: CriteriaSet | None, procedure: str
    ) -> None:
        dossier = Dossier(
            commune=title.commune,
            province=title.commune.province(),
            purpose=self.purpose,
            procedure=procedure,
            criteria_set=criteria_set or title.criteria_set,
            title_year=year,
            state=self.first_state,
            registered_by=actor.user,
            is_demonstration=actor.user.is_demo,
        )
        super().__init__(actor=actor, dossier=dossier)
        self.title = title

    def perform(self) -> ledger.Entry:
        with busy_when_locked(), transaction.atomic():
            self.title = Title.objects.locked(self.title.pk)
            self.check()
            self.dossier.state_since = self.dossier.registered_at = self.at
            self.dossier.save()
            self.change()
            self.entry = self.record()
            self.notify_followers()
        return self.entry

    def check(self) -> None:
        denial = self.authority.denial(self.actor, self.dossier)
        if denial is not None:
            raise NotPermitted(Refusal(denial.code, denial.message))
        if found := self.refusals():
            raise ActRefused(*found)

    def refusals(self) -> list[Refusal]:
        if self.title.is_in_force:
            return []
        return [Refusal("revoked", _("Danh hiệu này đã bị thu hồi, nên không mở rà soát hay thu hồi nữa."))]

    def subject(self) -> dict[str, Any]:
        return {**super().subject(), "title": self.title.pk}


def lies_in_a_district(title: Title) -> bool:
    """Say whether the title's commune lies in a district, that is: whether three levels of government are at work."""
    parent = title.commune.parent
    return parent is not None and parent.level == Level.DISTRICT
