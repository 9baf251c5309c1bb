"""Security and order, confirmed by the police (Quyết định 18/2022/QĐ-TTg, Điều 4 khoản 1 điểm d)."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from dossiers.acts.dates import day_in_words
from dossiers.confirmations.gates import lacking, nobody_confirmed
from dossiers.dossier.models import Dossier
from dossiers.gates import Answer, closed_papers, gate, met
from dossiers.procedures import GateRule

from .findings import GATE
from .models import SecurityFinding


@gate(GATE)
def security_gate(dossier: Dossier, rule: GateRule) -> Answer:
    """Met by the latest finding, if it says that the commune meets what was asked on the day of its paper."""
    link = reverse("security:security", args=[dossier.pk])
    latest = SecurityFinding.objects.filter(dossier=dossier).select_related("document__scan").first()
    if latest is None:
        message = _("Công an tỉnh chưa xác nhận điều kiện về an ninh, trật tự.")
        return nobody_confirmed(dossier, rule, link, message)
    said = {"number": latest.number, "day": day_in_words(latest.dated_on), "wording": latest.wording}
    if not latest.is_met:
        message = _("Văn bản số %(number)s ngày %(day)s không xác nhận «%(wording)s»: %(remarks)s")
        return lacking(rule, link, message % {**said, "remarks": latest.remarks})
    if closed := closed_papers(latest.document):
        return lacking(rule, link, *closed)
    return met(_("Văn bản số %(number)s ngày %(day)s xác nhận «%(wording)s».") % said, link=link)
