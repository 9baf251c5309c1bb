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
    who hold that role, also while somebody stands in for them, or stand in for one who does. Whoever stands in
    themselves is not alone while anybody else is in office at the agency, because that one could have been named. The
    refusal says who could.
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
        able = self._able(actor, dossier)
        if self.unless_alone is not None and not able:
            return None, self.exception
        return Denial("separation", _sentence(done, able)), ""

    def _done(self, actor: Actor, dossier: Dossier) -> EntryQuerySet:
        entries = Entry.objects.filter(
            stream=dossier.stream, act__in=self.acts, actor__agency_id=actor.agency.pk
        )
        if self.since:
            begun = Entry.objects.filter(stream=dossier.stream, act__in=self.since).order_by()
            last = begun.values("stream").annotate(last=Max("sequence")).values("last")
            entries = entries.filter(sequence__gt=Coalesce(last, 0))
        return entries

    def _able(self, actor: Actor, dossier: Dossier) -> list[str]:
        """Return who else at the agency could do it today, in words, those who could at once first. Three queries."""
        today = timezone.localdate()
        role = self.unless_alone or actor.role
        in_office = Appointment.objects.current(today).filter(agency=actor.agency).select_related("user")
        running = Substitution.objects.running(today).filter(absent__agency=actor.agency, absent__role=role)
        excluded = {actor.user.pk, *self._done(actor, dossier).values_list("actor__user_id", flat=True)}
        able: dict[int, str] = {}
        for one in in_office.filter(role=role).order_by("pk"):
            able[one.user_id] = f"{one.user.get_full_name()} ({one.position_title or Role(one.role).label})"
        for standing in running.select_related("substitute").order_by("pk"):
            name = standing.substitute.get_full_name()
            able.setdefault(standing.substitute_id, _("%(name)s (đang được giao thay)") % {"name": name})
        if actor.substitution is not None:
            for one in in_office.order_by("pk"):
                name = one.user.get_full_name()
                able.setdefault(one.user_id, _("%(name)s (khi được giao thay)") % {"name": name})
        return [words for user_id, words in able.items() if user_id not in excluded]


#: As many names have room in the sentence that refuses.
NAMES = 4


def _sentence(done: Entry, able: list[str]) -> str:
    from dossiers.acts.registry import get_act

    at = timezone.localtime(done.at)
    said = _(
        "Anh/chị đã thực hiện «%(act)s» với hồ sơ này lúc %(at)s, nên không đồng thời làm việc này, dù với tư cách nào."
    ) % {"act": get_act(done.act).label, "at": f"{at:%H:%M} {at.day}/{at.month}/{at.year}"}
    if not able:
        return said + " " + _("Xin để người khác của cơ quan thực hiện.")
    names = "; ".join(able[:NAMES]) + ("…" if len(able) > NAMES else "")
    return said + " " + _("Người làm được việc này: %(names)s.") % {"names": names}
