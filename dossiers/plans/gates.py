"""What a Đề án must have before it can be submitted; each missing item is named with its rule."""

from __future__ import annotations

from django.db.models import Sum
from django.urls import reverse
from django.utils.translation import gettext as _

from dossiers.acts import Refusal
from dossiers.dossier.models import Dossier
from dossiers.results.models import IndicatorResult

from .models import PlanSection, SectionKind, Work

PLAN_RULE = "Kế hoạch 1465/KH-UBND, mục V.9"
CAPITAL_RULE = "Kế hoạch 1465/KH-UBND, mục IV"


def plan_gate(dossier: Dossier) -> list[Refusal]:
    """Return exactly what is missing in the Đề án; empty when it may be submitted."""
    return [*_missing_sections(dossier), *_missing_targets(dossier), *_works(dossier)]


def _missing_sections(dossier: Dossier) -> list[Refusal]:
    link = reverse("plans:sections", args=[dossier.pk])
    empty = PlanSection.objects.filter(dossier=dossier, body="").values_list("kind", flat=True)
    return [
        Refusal(
            "section",
            _("Mục «%(section)s» của Đề án chưa có nội dung.") % {"section": SectionKind(kind).label},
            rule=PLAN_RULE,
            link=f"{link}#{kind}",
        )
        for kind in empty
    ]


def _missing_targets(dossier: Dossier) -> list[Refusal]:
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
                Refusal("target", message, rule=PLAN_RULE, link=f"{link}#chi-tieu-{result.indicator.code}")
            )
    return found


def _works(dossier: Dossier) -> list[Refusal]:
    link = reverse("plans:works", args=[dossier.pk])
    works = list(Work.objects.filter(dossier=dossier).annotate(capital_sum=Sum("capital__amount")))
    if not works:
        message = _("Đề án chưa có công trình hoặc nhiệm vụ nào kèm nguồn vốn.")
        return [Refusal("works", message, rule=CAPITAL_RULE, link=link)]
    return [
        Refusal(
            "capital",
            _("Công trình «%(work)s»: tổng các nguồn vốn chưa bằng tổng mức.") % {"work": work.name},
            rule=CAPITAL_RULE,
            link=link,
        )
        for work in works
        if work.capital_sum != work.total
    ]
