"""Opening a whole year's reviews at once: shown first, then done."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Prefetch
from django.utils import timezone

from dossiers.acts import ActRefused
from dossiers.criteria.models import CriteriaSet
from dossiers.policies import Actor

from .acts import OpenReview
from .acts.opening import reasons_against, sets_in_force
from .models import Review, ReviewKind, Title
from .models.titles import TitleQuerySet
from .visibility import visible_titles


@dataclass(frozen=True)
class Planned:
    """A title in force and the set its review would be made on, or ``why_not`` it would get one, in words."""

    title: Title
    criteria_set: CriteriaSet | None
    why_not: str


def plan_yearly_reviews(actor: Actor, year: int) -> list[Planned]:
    """Return what opening the year's reviews would do with every title in force. A fixed number of queries."""
    reviews = Review.objects.counting().select_related("dossier")
    titles = (
        _in_force(actor)
        .select_related("commune__parent__parent")
        .prefetch_related(Prefetch("reviews", queryset=reviews))
        .order_by("commune__sort_key", "level", "year")
    )
    province, today = actor.unit.province(), timezone.localdate()
    sets: dict[str, list[CriteriaSet]] = {}
    planned = []
    for title in titles:
        if title.level not in sets:
            sets[title.level] = sets_in_force(title.level, province, year)
        mine = sets[title.level]
        reasons = reasons_against(
            title,
            year,
            kind=ReviewKind.YEARLY,
            has_sets=bool(mine),
            reviews=title.reviews.all(),
            today=today,
        )
        planned.append(Planned(title, mine[0] if mine else None, reasons[0].message if reasons else ""))
    return planned


def open_yearly_reviews(actor: Actor, year: int, *, only: Collection[int]) -> tuple[int, Counter[str]]:
    """Open the review of these titles in force in the actor's province; each in a transaction of its own.

    Safe to repeat: what is open or done already is refused, and left as it is. Returns how many were opened, and why
    the others were not, in words, with how many.
    """
    opened, left = 0, Counter[str]()
    for title in _in_force(actor).filter(pk__in=only).select_related("commune__parent").order_by("pk"):
        try:
            OpenReview(actor=actor, title=title, year=year).perform()
        except ActRefused as refused:
            left[refused.reasons[0].message] += 1
        else:
            opened += 1
    return opened, left


def _in_force(actor: Actor) -> TitleQuerySet:
    return visible_titles(actor).in_force()
