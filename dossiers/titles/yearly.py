"""Opening a whole year's reviews at once."""

from __future__ import annotations

from collections import Counter

from dossiers.acts import ActRefused
from dossiers.policies import Actor

from .acts import OpenReview
from .visibility import visible_titles


def open_yearly_reviews(actor: Actor, year: int) -> tuple[int, Counter[str]]:
    """Open the review of every title in force in the actor's province; each in a transaction of its own.

    Safe to repeat: what is open or done already is refused, and left as it is. Returns how many were opened, and why
    the others were not, in words, with how many.
    """
    opened, left = 0, Counter[str]()
    for title in visible_titles(actor).in_force().select_related("commune__parent").order_by("pk"):
        try:
            OpenReview(actor=actor, title=title, year=year).perform()
        except ActRefused as refused:
            left[refused.reasons[0].message] += 1
        else:
            opened += 1
    return opened, left
