"""The eight words for states: each has one colour, one icon and one word, the same on every page."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class StateLook:
    """How a state is shown. ``tone`` is the suffix of the style class ``lua-state-…``."""

    tone: str
    icon: str
    word: str | Promise


LOOKS: dict[str, StateLook] = {
    "not_started": StateLook("grey", "circle", _("Chưa thực hiện")),
    "in_progress": StateLook("blue", "half-circle", _("Đang thực hiện")),
    "missing": StateLook("orange", "exclamation", _("Còn thiếu")),
    "ready": StateLook("teal", "check-circle", _("Đủ điều kiện trình")),
    "waiting": StateLook("violet", "hourglass", _("Chờ xử lý")),
    "returned": StateLook("orange", "arrow-back", _("Cần bổ sung")),
    "met": StateLook("green", "check", _("Đạt")),
    "not_met": StateLook("red", "x", _("Chưa đạt")),
}


def look_of(code: object) -> StateLook:
    """Return the look of a state code. An unknown code is a programming error and raises KeyError."""
    return LOOKS[str(code)]


#: Legal states of a dossier → state codes. In progress: the commune works on it; waiting: others do.
DOSSIER_CODES: dict[str, str] = {
    "drafting": "in_progress",
    "plan_submitted": "waiting",
    "implementing": "in_progress",
    "consulting": "in_progress",
    "district_review": "waiting",
    "provincial_intake": "waiting",
    "appraising": "waiting",
    "consolidating": "waiting",
    "council": "waiting",
    "deciding": "waiting",
    "recognised": "met",
    "published": "met",
    "returned": "returned",
    "not_recognised": "not_met",
    "withdrawn": "not_started",
    "reviewing": "in_progress",
    "review_submitted": "waiting",
    "reviewed": "ready",
    "review_cancelled": "not_started",
    "revocation_hearing": "in_progress",
    "revocation_intake": "waiting",
    "revocation_appraising": "waiting",
    "revocation_reporting": "waiting",
    "revocation_deciding": "waiting",
    "revoked": "not_met",
    "revocation_published": "not_met",
    "title_kept": "met",
}


def dossier_code(state: object) -> str:
    """Return the state code of a dossier's legal state. Raises KeyError for an unknown state."""
    return DOSSIER_CODES[str(state)]
