"""What is wrong with the numbers of a vote, whoever votes."""

from __future__ import annotations

from django.utils.translation import gettext as _

from dossiers.acts import Refusal


def count_refusals(
    *, members: int, present: int, in_favour: int, against: int, invalid: int, most: int
) -> list[Refusal]:
    """Return what cannot be in the numbers of a vote among at most ``most`` members, each at its field."""
    found = []
    if not 0 < members <= most:
        message = _("Số thành viên phải từ 1 đến %(most)s.") % {"most": most}
        found.append(Refusal("members", message, field="members"))
    if not 0 <= present <= members:
        message = _("Số dự họp không thể nhiều hơn số thành viên.")
        found.append(Refusal("present", message, field="present"))
    if not 0 <= in_favour <= present:
        message = _("Số phiếu đồng ý không thể nhiều hơn số dự họp.")
        found.append(Refusal("in_favour", message, field="in_favour"))
    for field, count in (("against", against), ("invalid", invalid)):
        if count < 0:
            found.append(Refusal(field, _("Số phiếu không thể âm."), field=field))
    if not found and in_favour + against + invalid > present:
        message = _("Tổng số phiếu là %(ballots)s, nhiều hơn %(present)s người dự họp.") % {
            "ballots": in_favour + against + invalid,
            "present": present,
        }
        found.append(Refusal("ballots", message, field="against"))
    return found
