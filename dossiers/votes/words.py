"""A vote in words: its arithmetic, so that nobody has to believe a result."""

from __future__ import annotations

from decimal import ROUND_DOWN, Decimal

from django.utils.translation import gettext as _

from dossiers.criteria.numbers import format_number

from .models import Vote


def percent_of(part: int, whole: int) -> str:
    """Return a share in percent, never rounded up: what misses a threshold does not look as if it reached it."""
    if not whole:
        return "0"
    return format_number((Decimal(part * 100) / whole).quantize(Decimal("0.01"), rounding=ROUND_DOWN))


def arithmetic(vote: Vote) -> str:
    """Return how the vote was counted: «27/30 người dự họp = 90 %, cần ≥ 90 %»."""
    words = (
        _("%(part)s/%(whole)s thành viên = %(percent)s %%, cần ≥ %(threshold)s %%")
        if vote.denominator == "members"
        else _("%(part)s/%(whole)s người dự họp = %(percent)s %%, cần ≥ %(threshold)s %%")
    )
    return words % {
        "part": vote.in_favour,
        "whole": vote.base,
        "percent": percent_of(vote.in_favour, vote.base),
        "threshold": format_number(vote.threshold_percent),
    }


def attendance(vote: Vote) -> str:
    """Return who was there, and what the quorum was where the rule has one."""
    said = {
        "present": vote.present,
        "members": vote.members,
        "percent": percent_of(vote.present, vote.members),
    }
    if not vote.quorum_percent:
        return _("%(present)s/%(members)s thành viên dự họp") % said
    said["quorum"] = format_number(vote.quorum_percent)
    return _("%(present)s/%(members)s thành viên dự họp = %(percent)s %%, cần ≥ %(quorum)s %%") % said
