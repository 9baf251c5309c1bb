"""A vote in words: its arithmetic, so that nobody has to believe a result."""

from __future__ import annotations

from django.utils.translation import gettext as _

from dossiers.criteria.numbers import format_number, format_percent

from .models import Vote


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
        "percent": format_percent(vote.in_favour, vote.base, vote.threshold_percent),
        "threshold": format_number(vote.threshold_percent),
    }


def attendance(vote: Vote) -> str:
    """Return who was there, and what the quorum was where the rule has one."""
    quorums = [vote.quorum_percent] if vote.quorum_percent else []
    said = {
        "present": vote.present,
        "members": vote.members,
        "percent": format_percent(vote.present, vote.members, *quorums),
    }
    if not vote.quorum_percent:
        return _("%(present)s/%(members)s thành viên dự họp") % said
    said["quorum"] = format_number(vote.quorum_percent)
    return _("%(present)s/%(members)s thành viên dự họp = %(percent)s %%, cần ≥ %(quorum)s %%") % said
