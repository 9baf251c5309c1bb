"""Separation of duties: who prepared something does not decide on it, in whichever role and for whomever they act."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from dossiers.organisations.models import Appointment, Role
from dossiers.substitutions.models import Substitution

from .actor import Actor
from .conditions import Condition, Denial

if TYPE_CHECKING:
    from dossiers.dossier.models import Dossier

#: What the ledger keeps where one person was allowed to do both: find and sign, draft and submit.
ALONE = "alone"
DRAFTED_ALONE = "drafted_alone"


# Who did one of the acts for the agency after the latest of others. Acts ask it under the dossier's lock: spelled out,
# it costs a fifth of what building the query does.
DONE = """
SELECT DISTINCT ON (actor -> 'user_id') actor -> 'user_id', act, at
FROM ledger_entry
WHERE stream = %(stream)s AND act = ANY(%(acts)s) AND actor -> 'agency_id' = to_jsonb(%(agency)s::bigint)
  AND sequence > coalesce(
      (SELECT max(sequence) FROM ledger_entry WHERE stream = %(stream)s AND act = ANY(%(since)s)), 0
  )
ORDER BY actor -> 'user_id', sequence DESC
"""


@dataclass(frozen=True)
class Done:
    """An act that somebody did, by its name, and when."""

    act: str
    at: datetime


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
        did = self._did(actor, dossier)
        if actor.user.pk not in did:
            return None, ""
        able = self._able(actor, excluded=did)
        if self.unless_alone is not None and not able:
            return None, self.exception
        return Denial("separation", _sentence(did[actor.user.pk], able)), ""

    def _did(self, actor: Actor, dossier: Dossier) -> dict[int, Done]:
        """Return by the id of each person who has done one of the acts for the agency the latest that they did."""
        values: dict[str, Any] = {
            "stream": dossier.stream,
            "acts": list(self.acts),
            "agency": actor.agency.pk,
            "since": list(self.since),
        }
        with connection.cursor() as cursor:
            cursor.execute(DONE, values)
            return {int(user_id): Done(act, at) for user_id, act, at in cursor.fetchall()}

    def _able(self, actor: Actor, *, excluded: Container[int]) -> list[str]:
        """Return who else at the agency could do it today, in words, those who could at once first. Two queries."""
        today = timezone.localdate()
        role = self.unless_alone or actor.role
        in_office = Appointment.objects.current(today).filter(agency=actor.agency).select_related("user")
        running = Substitution.objects.running(today).filter(absent__agency=actor.agency, absent__role=role)
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


def _sentence(done: Done, able: list[str]) -> str:
    from dossiers.acts.registry import get_act

    at = timezone.localtime(done.at)
    said = _(
        "Anh/chị đã thực hiện «%(act)s» với hồ sơ này lúc %(at)s, nên không đồng thời làm việc này, dù với tư cách nào."
    ) % {"act": get_act(done.act).label, "at": f"{at:%H:%M} {at.day}/{at.month}/{at.year}"}
    if not able:
        return said + " " + _("Xin để người khác của cơ quan thực hiện.")
    names = "; ".join(able[:NAMES]) + ("…" if len(able) > NAMES else "")
    return said + " " + _("Người làm được việc này: %(names)s.") % {"names": names}
