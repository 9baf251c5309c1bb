"""In which order the papers of a dossier are dated: one table, and the day of each paper read where its matter is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dossiers.dossier.models import Dossier

#: By paper, the papers that the procedure has before it. Those that a dossier does not have stand in nobody's way.
AFTER: dict[str, tuple[str, ...]] = {
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
    "confirmation": ("plan_approval",),
    # That of a department, and its request for a supplement.
    "opinion": ("earlier_vote",),
    "council_vote": (
        *("plan_approval", "commune_vote", "district_vote"),
        *("debt_confirmation", "security_confirmation", "council_vote"),
    ),
    "decision": ("council_vote",),
    "publication": ("decision",),
}


@dataclass(frozen=True)
class Dated:
    """The day of a paper and what a person reads of it, as in «ngày Hội đồng họp»."""

    day: date
    words: str


#: Returns the day of the dossier's latest such paper, None when it has none. At most one query.
Reader = Callable[["Dossier"], Dated | None]

_readers: dict[str, Reader] = {}


def dated(paper: str) -> Callable[[Reader], Reader]:
    """Decorator: make known how the day of a paper is read. Raises ValueError when that is known."""

    def register(function: Reader) -> Reader:
        if paper in _readers:
            raise ValueError(f"the day of {paper} is read twice")
        _readers[paper] = function
        return function

    return register


def readable() -> frozenset[str]:
    """Return the papers whose days can be read."""
    return frozenset(_readers)


def latest_before(paper: str, dossier: Dossier) -> Dated | None:
    """Return the latest of the papers before this one, before whose day it cannot be dated. A query for each."""
    found = [one for name in AFTER[paper] if (one := _readers[name](dossier)) is not None]
    return max(found, key=lambda one: one.day, default=None)
