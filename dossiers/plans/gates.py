"""What a Đề án must have before it can be submitted; each missing item is named with its rule."""

from __future__ import annotations

from django.db.models import Sum
from django.urls import reverse
from django.utils.translation import gettext as _

from dossiers.acts import Refusal
from dossiers.criteria.numbers import format_dong
from dossiers.dossier.models import Dossier
from dossiers.gates import Answer, gate, met, not_applicable, not_met
from dossiers.procedures import GateRule
from dossiers.results.models import IndicatorResult

from .models import PlanSection, SectionKind, Work


@gate("plan")
def plan_gate(dossier: Dossier, rule: GateRule) -> Answer:
    """Name exactly what is missing in the Đề án."""
    found = [*_missing_sections(dossier, rule), *_missing_targets(dossier, rule), *_works(dossier, rule)]
    return not_met(*found) if found else met(_("Đề án đã đủ nội dung để trình."))


def _missing_sections(dossier: Dossier, rule: GateRule) -> list[Refusal]:
    link = reverse("plans:sections", args=[dossier.pk])
    empty = PlanSection.objects.filter(dossier=dossier, body="").values_list("kind", flat=True)
    return [
        Refusal(
            "section",
            _("Mục «%(section)s» của Đề án chưa có nội dung.") % {"section": SectionKind(kind).label},
            rule=rule.citation,
            link=f"{link}#{kind}",
        )
        for kind in empty
    ]


def _missing_targets(dossier: Dossier, rule: GateRule) -> list[Refusal]:
    link = reverse("plans:targets", args=[dossier.pk])
    found = []
    results = IndicatorResult.objects.filter(dossier=dossier).select_related("indicator")
    for result in results.order_by("position"):
        missing = []
        if not result.baseline_value and not result.not_applicable:
            missing.append(_("hiện trạng"))
        if not result.target_value and not result.not_applicable:
            missing.append(_("mục tiêu"))
        if not result.due_quarter and not result.not_applicable:
            missing.append(_("quý hoàn thành"))
        if missing:
            message = _("Chỉ tiêu %(code)s chưa có %(missing)s.") % {
                "code": result.indicator.code,
                "missing": ", ".join(missing),
            }
            found.append(
                Refusal(
                    "target", message, rule=rule.citation, link=f"{link}#chi-tieu-{result.indicator.code}"
                )
            )
    return found


def _works(dossier: Dossier, rule: GateRule) -> list[Refusal]:
    link = reverse("plans:works", args=[dossier.pk])
    works = list(Work.objects.filter(dossier=dossier).annotate(capital_sum=Sum("capital__amount")))
    if not works:
        message = _("Đề án chưa có công trình hoặc nhiệm vụ nào kèm nguồn vốn.")
        return [Refusal("works", message, rule=rule.citation, link=link)]
    return [
        Refusal(
            "capital",
            _("Công trình «%(work)s»: tổng các nguồn vốn chưa bằng tổng mức.") % {"work": work.name},
            rule=rule.citation,
            link=link,
        )
        for work in works
        if work.capital_sum != work.total
    ]


@gate("no_debt")
def debt_gate(dossier: Dossier, rule: GateRule) -> Answer:
    """What was built and accepted must have been paid, work by work (Điều 4 khoản 1)."""
    works = list(Work.objects.filter(dossier=dossier))
    if not works:
        return not_applicable(_("Đề án không có công trình nào."))
    link = reverse("plans:works", args=[dossier.pk])
    found = []
    for work in works:
        if work.debt is None:
            message = _("Công trình «%(work)s»: chưa ghi giá trị nghiệm thu và số đã thanh toán.") % {
                "work": work.name
            }
        elif work.debt:
            message = _("Công trình «%(work)s» còn nợ %(debt)s.") % {
                "work": work.name,
                "debt": format_dong(work.debt),
            }
        else:
            continue
        found.append(Refusal("debt", message, rule=rule.citation, link=f"{link}#cong-trinh-{work.pk}"))
    return not_met(*found) if found else met(_("Mọi công trình đã thanh toán hết giá trị nghiệm thu."))
