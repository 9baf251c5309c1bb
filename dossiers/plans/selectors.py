"""Reading the Đề án: what it adds up to, and which targets stay below what is required."""

from __future__ import annotations

from typing import Any

from django.db.models import Sum

from dossiers.acts.pages import Summary
from dossiers.criteria.thresholds import threshold_for
from dossiers.dossier.models import Dossier
from dossiers.policies import Actor
from dossiers.procedures import get_procedure
from dossiers.results.models import IndicatorResult

from .models import CapitalLine, CapitalSource


def is_target_below(result: IndicatorResult, year: int) -> bool:
    """Say whether the target, if reached, would not meet the requirement. False where that cannot be said."""
    return threshold_for(result.indicator).evaluate(result.target_value, year=year).met is False


def targets_below(dossier: Dossier) -> list[dict[str, Any]]:
    """Return the indicators whose target does not reach the requirement: a warning, not a gate. One query."""
    results = IndicatorResult.objects.filter(dossier=dossier).exclude(target_value="")
    year = dossier.title_year
    found = []
    for result in results.select_related("indicator").order_by("position"):
        if is_target_below(result, year):
            threshold = threshold_for(result.indicator)
            shown = {"target": threshold.display(result.target_value), "threshold": threshold.describe(year)}
            found.append({"indicator": result.indicator, **shown})
    return found


def capital_sources(dossier: Dossier) -> list[CapitalSource]:
    """Return the sources that works of the dossier may name. At most one query.

    The budget of a district only where there is one, or where the Đề án has named it since there was.
    """
    if (
        get_procedure(dossier.procedure).has_district
        or CapitalLine.objects.filter(work__dossier=dossier, source=CapitalSource.DISTRICT).exists()
    ):
        return list(CapitalSource)
    return [one for one in CapitalSource if one is not CapitalSource.DISTRICT]


def capital_by_source(dossier: Dossier) -> list[dict[str, Any]]:
    """Return label and amount in whole đồng of each source, largest first. One query."""
    lines = CapitalLine.objects.filter(work__dossier=dossier).values("source").annotate(amount=Sum("amount"))
    return [
        {"label": CapitalSource(line["source"]).label, "amount": line["amount"]}
        for line in lines.order_by("-amount")
    ]


def _summary(actor: Actor, dossier: Dossier) -> dict[str, Any]:
    """Return what the Đề án holds and the district's current appraisal of it. Six queries."""
    sections = list(dossier.sections.all())
    by_source = capital_by_source(dossier)
    appraisal = dossier.plan_appraisals.filter(is_current=True).select_related("appraised_by").first()
    context: dict[str, Any] = {
        "sections_total": len(sections),
        "empty_sections": [section for section in sections if not section.body],
        "works_count": dossier.works.count(),
        "by_source": by_source,
        "capital_total": sum(source["amount"] for source in by_source),
        "below": targets_below(dossier),
        "without_target": IndicatorResult.objects.filter(dossier=dossier, target_value="").count(),
        "appraisal": appraisal,
        "is_submitted": dossier.state != "drafting",
    }
    if appraisal is not None:
        recommended = "1" if appraisal.recommends_approval else "0"
        context["initial"] = {"recommends_approval": recommended, "summary": appraisal.summary}
    return context


PLAN = Summary("plans/summary.html", _summary)
