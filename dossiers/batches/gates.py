"""The council considers dossiers in batches of a title year (Quyết định 18/2022/QĐ-TTg, Điều 2)."""

from __future__ import annotations

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from dossiers.acts import Refusal
from dossiers.acts.dates import day_in_words
from dossiers.dossier.models import Dossier, State
from dossiers.gates import Answer, gate, met, not_applicable, not_met
from dossiers.procedures import GateRule

from .entries import current_entry, failed_in

_DECIDED = (State.DECIDING, State.RECOGNISED, State.PUBLISHED, State.NOT_RECOGNISED)


@gate("batch")
def batch_gate(dossier: Dossier, rule: GateRule) -> Answer:
    """The dossier is in a batch in which the council has not rejected it."""
    entry = current_entry(dossier)
    if entry is None:
        if dossier.state in _DECIDED:
            return not_applicable(_("Hội đồng đã xét hồ sơ trước khi phần mềm có đợt xét."))
        return _lacking(rule, _not_in_any(dossier))
    said = {"batch": entry.batch, "day": day_in_words(entry.put_on)}
    failed = failed_in(entry)
    if failed is not None and dossier.state not in _DECIDED:
        message = _("Hội đồng họp ngày %(day)s không thông qua hồ sơ ở đợt «%(batch)s»; xin đưa vào đợt sau.")
        return _lacking(rule, message % {**said, "day": day_in_words(failed.met_on)})
    return met(_("Hồ sơ ở đợt «%(batch)s» từ ngày %(day)s.") % said)


def _not_in_any(dossier: Dossier) -> str:
    moved = dossier.transfers.filter(from_province__batches__entries__dossier=dossier).first()
    if moved is not None and moved.leaves_province:
        message = _(
            "Hồ sơ đã rời đợt xét của %(before)s khi chuyển quy trình ngày %(day)s; Văn phòng Điều phối %(after)s đưa "
            "vào đợt của tỉnh."
        )
        names = {"before": moved.from_province.name, "after": moved.to_province.name}
        return message % {**names, "day": day_in_words(timezone.localdate(moved.at))}
    return _("Hồ sơ chưa được đưa vào đợt xét nào; Văn phòng Điều phối tỉnh đưa vào đợt.")


def _lacking(rule: GateRule, message: str) -> Answer:
    # To the batches, not to the office's page for this dossier, which the council's secretary cannot open.
    return not_met(Refusal(rule.code, message, rule=rule.citation, link=reverse("batches:list")))
