"""Votes on pages."""

from __future__ import annotations

from django import template

from ..models import Vote
from ..words import arithmetic, attendance

register = template.Library()

register.filter("vote_arithmetic", arithmetic)


@register.filter
def vote_attendance(vote: Vote) -> str:
    return attendance(vote)
