"""How a request ended, in words: for the commune, whose work on it ended too."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext as _

from dossiers.acts.dates import day_in_words
from dossiers.dossier.models import Dossier
from dossiers.dossier.signers import name_at

from .models import Outcome, SupplementRequest


def ending_in_words(dossier: Dossier, ended: SupplementRequest) -> str:
    """Return by whom, when and how a request of the dossier ended, without a full stop.

    Reads the department and the person; at most three queries besides.
    """
    assert ended.ended_at is not None and ended.ended_by is not None, "asked of requests that ended"
    at = timezone.localtime(ended.ended_at)
    said = {
        "agency": ended.opinion.department.name,
        "name": name_at(dossier, ended.ended_by, ended.ended_at),
        "at": f"{at:%H:%M} {day_in_words(at.date())}",
    }
    if ended.outcome == Outcome.WITHDRAWN:
        return _("%(agency)s (%(name)s) đã rút yêu cầu bổ sung lúc %(at)s") % said
    if ended.outcome == Outcome.UNANSWERED:
        return _("%(agency)s (%(name)s) đã thẩm định tiếp khi chưa có trả lời, lúc %(at)s") % said
    return _("%(name)s đã gửi trả lời đến %(agency)s lúc %(at)s") % said


def ended_before_saving(dossier: Dossier, ended: SupplementRequest) -> str:
    """Return what somebody is told whose page was open when the request ended: nothing of it can be saved any more."""
    said = _("%(ending)s; chỉ tiêu khóa lại và nội dung anh/chị vừa nhập chưa lưu, còn ở bên dưới.") % {
        "ending": ending_in_words(dossier, ended)
    }
    if not ended.ending_reason:
        return said
    return _("%(said)s Lý do: %(reasons)s") % {"said": said, "reasons": ended.ending_reason}
