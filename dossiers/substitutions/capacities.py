"""Who signs in which capacity: deputies «KT.», others «TL.» or «TUQ.», by the data beside this module."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from dossiers.organisations.models import Appointment
from dossiers.organisations.models.appointments import HEADS
from dossiers.organisations.reading import read_yaml

from .models import Capacity


@dataclass(frozen=True)
class CapacityRule:
    """How deputies sign and how others do. ``verified`` is False until compared with the gazette."""

    citation: str
    source: str
    verified: bool
    deputy_titles: tuple[str, ...]
    deputies: tuple[Capacity, ...]
    others: tuple[Capacity, ...]


@cache
def capacity_rule() -> CapacityRule:
    """Return the rule."""
    data = read_yaml("dossiers.substitutions", "capacities.yaml")
    return CapacityRule(
        citation=data["citation"],
        source=data["source"],
        verified=data["verified"],
        deputy_titles=tuple(data["deputy_titles"]),
        deputies=tuple(Capacity(one) for one in data["signs"]["deputies"]),
        others=tuple(Capacity(one) for one in data["signs"]["others"]),
    )


def is_deputy(held: Iterable[Appointment], absent: Appointment) -> bool:
    """Say whether somebody who holds these appointments at the agency is a deputy of the absent person.

    By the title of the position; who holds the role of the agency's head as well is one in any case.
    """
    return any(
        one.position_title.startswith(capacity_rule().deputy_titles)
        or (one.role == absent.role and absent.role in HEADS)
        for one in held
    )


def capacities_of(held: Iterable[Appointment], absent: Appointment) -> tuple[Capacity, ...]:
    """Return how somebody who holds these appointments signs for the absent person."""
    rule = capacity_rule()
    return rule.deputies if is_deputy(held, absent) else rule.others
