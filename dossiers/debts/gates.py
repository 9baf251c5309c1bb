"""No construction debt, confirmed by the department (Quyết định 18/2022/QĐ-TTg, Điều 4 khoản 1)."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from dossiers.acts.dates import day_in_words
from dossiers.confirmations.gates import lacking, nobody_confirmed
from dossiers.criteria.numbers import format_dong
from dossiers.dossier.models import Dossier
from dossiers.gates import Answer, closed_papers, gate, met, not_applicable
from dossiers.plans.models import Work
from dossiers.procedures import GateRule

from .figures import GATE, debt_figures
from .models import DebtConfirmation


@gate(GATE)
def debt_gate(dossier: Dossier, rule: GateRule) -> Answer:
    """Met by the latest finding, if it says «no debt» of the figures that the works have now."""
    if not Work.objects.filter(dossier=dossier).exists():
        return not_applicable(_("Đề án không có công trình nào."))
    link = reverse("debts:debt", args=[dossier.pk])
    latest = DebtConfirmation.objects.filter(dossier=dossier).select_related("document__scan").first()
    if latest is None:
        message = _("Sở Kế hoạch và Đầu tư chưa xác nhận về nợ đọng xây dựng cơ bản.")
        return nobody_confirmed(dossier, rule, link, message)
    said = {"number": latest.number, "day": day_in_words(latest.dated_on), "paid": format_dong(latest.paid)}
    if latest.figures_sha256 != debt_figures(dossier).sha256:
        message = _(
            "Số liệu công trình đã thay đổi sau văn bản số %(number)s ngày %(day)s; xin xác nhận lại."
        )
        return lacking(rule, link, message % said)
    if not latest.is_clear:
        message = _("Văn bản số %(number)s ngày %(day)s: còn nợ đọng. %(remarks)s")
        return lacking(rule, link, message % {**said, "remarks": latest.remarks})
    if closed := closed_papers(latest.document):
        return lacking(rule, link, *closed)
    sentence = _(
        "Văn bản số %(number)s ngày %(day)s: nghiệm thu %(paid)s, thanh toán %(paid)s, không còn nợ."
    )
    return met(sentence % said, link=link)
