"""In which order the papers of a dossier are dated: one table, and the day of each paper read where its matter is.

Before all of them lies the day on which others than before came to decide, where the procedure has one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import TYPE_CHECKING

from django.db import connection
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from dossiers.procedures import get_procedure

if TYPE_CHECKING:
    from dossiers.dossier.models import Dossier

#: By paper, the papers that the procedure has before it. Those that a dossier does not have stand in nobody's way.
AFTER: dict[str, tuple[str, ...]] = {
    "plan_approval": (),
    "consultation": ("plan_approval",),
    "broadcast": ("plan_approval",),
    "opinion_summary": ("front_opinion",),
    "commune_vote": ("plan_approval", "opinion_summary", "front_opinion"),
    "district_reply": ("plan_approval", "commune_vote"),
    "district_publication": ("plan_approval", "commune_vote", "district_reply"),
    "satisfaction_survey": ("plan_approval",),
    "district_summary": ("district_front_opinion",),
    "district_vote": (
        *("plan_approval", "commune_vote", "district_reply"),
        *("district_front_opinion", "satisfaction_survey", "district_summary"),
    ),
    # The verification report has no day of its own: it is before the district's vote, which is not held without it.
    "forwarding": (
        *("plan_approval", "commune_vote", "district_reply"),
        *("district_front_opinion", "satisfaction_survey", "district_summary", "district_vote"),
    ),
    "confirmation": ("plan_approval",),
    # That of a department, and its request for a supplement.
    "opinion": ("earlier_vote", "forwarding", "supplement"),
    "council_vote": (
        *("plan_approval", "commune_vote", "district_vote", "forwarding"),
        *("debt_confirmation", "security_confirmation", "council_vote"),
    ),
    "decision": ("council_vote",),
    "publication": ("decision",),
}

#: What is signed by the level that receives what communes submit, which each version of the procedure names anew.
OF_RECEIVING_LEVEL = frozenset(
    {
        *("plan_approval", "district_reply", "district_publication", "district_summary", "district_vote"),
        *("forwarding", "publication"),
    }
)


@dataclass(frozen=True)
class Dated:
    """The day of a paper and what a person reads of it, as in «ngày Hội đồng họp»."""

    day: date
    words: str


#: What a person reads of the day of a paper: the same for all, or by its kind.
Words = str | Promise | Callable[[str], str]


@dataclass(frozen=True)
class _Reading:
    latest: str
    words: Words

    def of(self, day: date, kind: str) -> Dated:
        return Dated(day, str(self.words(kind) if callable(self.words) else self.words))


_readings: dict[str, _Reading] = {}


def dated(paper: str, latest: str, *, words: Words) -> None:
    """Make known how the day of a paper is read. Raises ValueError when that is known.

    ``latest`` is a SELECT of the latest such paper that the dossier ``%(dossier)s`` has, no row when it has none: its
    day, and as text its kind ("" where there are none). What only one agency writes may ask for ``%(agency)s``, the
    agency that is about to sign. In SQL, because acts read all papers before theirs under the dossier's lock: spelled
    out, it costs a tenth of what building the queries does.
    """
    if paper in _readings:
        raise ValueError(f"the day of {paper} is read twice")
    _readings[paper] = _Reading(latest, words)


def readable() -> frozenset[str]:
    """Return the papers whose days can be read."""
    return frozenset(_readings)


def authority_begins(paper: str, dossier: Dossier) -> Dated | None:
    """Return the day before which nobody had the authority to sign such a paper. At most one query.

    Only a version that takes over from another has such a day: with it others receive and decide. Where the same
    levels decided before, what they signed before the version was in force is theirs, and may be entered (None).

    The level that receives what communes submit has its authority by the version that a moved dossier goes by now.
    Commune, Front, departments and council had theirs by the version under which it was begun: what they signed before
    the move is as good as it was then, and may be entered after it. Papers that were accepted are not asked again.
    """
    known = get_procedure(dossier.procedure)
    if known.takes_over and paper not in OF_RECEIVING_LEVEL:
        first = dossier.transfers.order_by("sequence").values_list("from_procedure", flat=True).first()
        known = get_procedure(first or dossier.procedure)
    if known.scope is None or not known.takes_over:
        return None
    words = _(
        "ngày bắt đầu áp dụng quy trình «%(title)s»; trước ngày này không ai có thẩm quyền ký theo quy trình đó"
    )
    return Dated(known.scope.starts_on, words % {"title": known.title})


@cache
def _latest_of(papers: tuple[str, ...]) -> str:
    """Return the SELECT of the name, day and kind of the latest of each of the papers."""
    return " UNION ALL ".join(
        f"SELECT '{name}', latest.* FROM ({_readings[name].latest}) AS latest (day, kind)" for name in papers
    )


def latest_before(paper: str, dossier: Dossier, agency_id: int) -> Dated | None:
    """Return what this paper of an agency cannot be dated before: the latest of those before it, or that of authority.

    One query for all papers, and at most one for the authority.
    """
    found = []
    if AFTER[paper]:
        with connection.cursor() as cursor:
            cursor.execute(_latest_of(AFTER[paper]), {"dossier": dossier.pk, "agency": agency_id})
            found = [_readings[name].of(day, kind) for name, day, kind in cursor.fetchall()]
    if (begins := authority_begins(paper, dossier)) is not None:
        found.append(begins)
    return max(found, key=lambda one: one.day, default=None)
