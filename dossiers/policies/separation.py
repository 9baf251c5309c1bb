"""Separation of duties: who prepared something does not decide on it, in whichever role and for whomever they act."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Max
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _

from dossiers.organisations.models import Appointment, Role
from dossiers.substitutions.models import Substitution
from storage.ledger.models import Entry, EntryQuerySet

from .actor import Actor
from .conditions import Condition, Denial

if TYPE_CHECKING:
    from dossiers.dossier.models import Dossier

#: What the ledger keeps where one person was allowed to do both: find and sign, draft and submit.
ALONE = "alone"
DRAFTED_ALONE = "drafted_alone"


class InOwnRight(Condition):
    """The actor stands in for nobody."""

    def denial(self, actor: Actor, dossier: Dossier) -> Denial | None:
        if actor.substitution is None:
            return None
        return Denial("on_behalf", _("Việc này không làm thay người khác được."))


class HasNotDone(Condition):
    """The person has not done any of these acts on the dossier for this agency, in whichever role.

    Only what was done after the latest of the acts ``since`` counts; empty: from the beginning. With ``unless_alone``
    it is allowed where nobody else at the agency could do it that day, and is then recorded as an exception: others
    who hold that role and are not away, or stand in for one who does. Whoever stands in themselves is not alone while
    anybody else is in office at the agency, because that one could have been named.
    """

    def __init__(
        self,
        *acts: str,
        since: tuple[str, ...] = (),
        unless_alone: Role | None = None,
        exception: str = ALONE,
    ) -> None:
        self.acts, self.since = acts, since
        self.unless_alone, self.exception = unless_alone, exception

    def denial(self, actor: Actor, dossier: Dossier) -> Denial | None:
        return self.judge(actor, dossier)[0]

    def judge(self, actor: Actor, dossier: Dossier) -> tuple[Denial | None, str]:
        done = self._done(actor, dossier).filter(actor__user_id=actor.user.pk).order_by("-sequence").first()
        if done is None:
            return None, ""
        if self.unless_alone is not None and self._is_alone(actor, dossier):
            return None, self.exception
        return Denial("separation", _sentence(done)), ""

    def _done(self, actor: Actor, dossier: Dossier) -> EntryQuerySet:
        entries = Entry.objects.filter(
            stream=dossier.stream, act__in=self.acts, actor__agency_id=actor.agency.pk
        )
        if self.since:
            begun = Entry.objects.filter(stream=dossier.stream, act__in=self.since).order_by()
            last = begun.values("stream").annotate(last=Max("sequence")).values("last")
            entries = entries.filter(sequence__gt=Coalesce(last, 0))
        return entries

    def _is_alone(self, actor: Actor, dossier: Dossier) -> bool:
        today = timezone.localdate()
        in_office = Appointment.objects.current(today).filter(agency=actor.agency)
        running = Substitution.objects.running(today).filter(absent__agency=actor.agency)
        away = running.filter(acts=[]).values("absent")
        others = in_office.exclude(pk__in=away)
        if actor.substitution is None:
            others = others.filter(role=self.unless_alone)
        able = set(others.values_list("user_id", flat=True))
        able |= set(running.filter(absent__role=self.unless_alone).values_list("substitute_id", flat=True))
        able -= set(self._done(actor, dossier).values_list("actor__user_id", flat=True))
        return not able - {actor.user.pk}


def _sentence(done: Entry) -> str:
    from dossiers.acts.registry import get_act

    at = timezone.localtime(done.at)
    return _(
        "Anh/chị đã thực hiện «%(act)s» với hồ sơ này lúc %(at)s, nên không đồng thời làm việc này, dù với tư cách "
        "nào. Xin để người khác của cơ quan thực hiện."
    ) % {"act": get_act(done.act).label, "at": f"{at:%H:%M} {at.day}/{at.month}/{at.year}"}
