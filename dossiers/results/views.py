"""Pages of the indicators: the list, and one indicator with its evidence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from dossiers.acts import ActRefused
from dossiers.appraisal.supplements.models import SupplementItem
from dossiers.appraisal.supplements.selectors import asked_of, shown_figure
from dossiers.criteria.thresholds import threshold_for
from dossiers.dossier.models import Dossier
from dossiers.dossier.views import open_pages
from dossiers.policies import Actor
from dossiers.policies.access import ActorRequest, require_authority, with_dossier
from dossiers.policies.doors import door
from dossiers.policies.visibility import DEPARTMENTS, is_told_of_reopening, sees_unsent
from storage.documents import scanning

from .acts import RemoveEvidence, ReportFigures, is_locked
from .files import listed_files
from .forms import FigureForm
from .models import Evidence, IndicatorResult
from .selectors import (
    IndicatorRow,
    findings_are_sealed,
    indicator_rows,
    removed_evidence,
    shortfall_of,
    visible_findings,
    visible_results,
)
from .unsent import as_shown_to, listed_for


@with_dossier
@require_safe
def indicators(request: ActorRequest, dossier: Dossier) -> HttpResponse:
    """All visible indicators under their criteria, with figure, threshold, evidence and verdicts."""
    only = request.GET.get("loc", "")
    evidence = listed_for(request.actor).filter(result__in=visible_results(request.actor, dossier))
    evidence = evidence.exclude(scanning.withheld_at("document__"))
    sizes = dict(evidence.values_list("document", "document__size"))
    return render(
        request,
        "results/indicators.html",
        {
            "dossier": dossier,
            "active_tab": "indicators",
            "groups": indicator_rows(request.actor, dossier, only=only),
            "only": only,
            "is_department": request.actor.role in DEPARTMENTS,
            "file_count": len(sizes),
            "file_bytes": sum(sizes.values()),
            "pages": open_pages(request, dossier),
        },
    )


@door("results:indicator")
def indicator_door(actor: Actor, dossier: Dossier, named: Mapping[str, Any]) -> str | None:
    """A department opens its own indicators. One query for all links of a page, for departments only."""
    if actor.role not in DEPARTMENTS:
        return None
    known: dict[int, frozenset[str]] = dossier.__dict__.setdefault("_opened_to", {})
    if actor.agency.pk not in known:
        codes = visible_results(actor, dossier).values_list("indicator__code", flat=True)
        known[actor.agency.pk] = frozenset(codes.order_by())
    return None if named["code"] in known[actor.agency.pk] else ""


def result_or_404(request: ActorRequest, dossier: Dossier, code: str) -> IndicatorResult:
    results = visible_results(request.actor, dossier).select_related("indicator__criterion", "department")
    found = get_object_or_404(results.select_related("dossier"), indicator__code=code)
    return as_shown_to(request.actor, found)


def is_editable(request: ActorRequest, dossier: Dossier, result: IndicatorResult) -> bool:
    return ReportFigures.is_open_to(request.actor, dossier) and not is_locked(dossier, result)


def _indicator_page(
    request: ActorRequest,
    dossier: Dossier,
    result: IndicatorResult,
    *,
    form: FigureForm | None = None,
    refusals: list[Any] | None = None,
    status: int = 200,
) -> HttpResponse:
    threshold = threshold_for(result.indicator)
    writer = ReportFigures.is_open_to(request.actor, dossier)
    editable = writer and not is_locked(dossier, result)
    files = listed_files(
        request.actor,
        result,
        editable=editable,
        writer=writer and RemoveEvidence.opens_locked(dossier),
    )
    codes = list(
        visible_results(request.actor, dossier).order_by("position").values_list("indicator__code", flat=True)
    )
    place = codes.index(result.indicator.code)
    findings = visible_findings(request.actor, dossier).get(result.pk, [])
    asked = asked_of(request.actor, dossier, result)
    context = {
        "dossier": dossier,
        "active_tab": "indicators",
        "result": result,
        "indicator": result.indicator,
        "threshold": threshold.describe(dossier.title_year),
        "figure": threshold.display(result.value),
        "baseline": threshold.display(result.baseline_value),
        "target": threshold.display(result.target_value),
        "evidence": files,
        "removed": off_the_list(request.actor, result),
        "form": form or FigureForm.shown(result),
        "refusals": refusals or [],
        "editable": editable,
        "locked": writer and not editable,
        "asked": asked,
        "prepares": sees_unsent(request.actor),
        "submitted": _submitted(result, asked) if sees_unsent(request.actor) else "",
        "findings": findings,
        "findings_are_sealed": findings_are_sealed(request.actor, dossier, result),
        "row": IndicatorRow(
            result=result,
            threshold=threshold.describe(dossier.title_year),
            figure=threshold.display(result.value),
            shortfall=shortfall_of(result, dossier),
            evidence_count=len(files),
            findings=findings,
            tells_reopened=is_told_of_reopening(request.actor, dossier),
        ),
        "previous_code": codes[place - 1] if place else None,
        "next_code": codes[place + 1] if place + 1 < len(codes) else None,
        "pages": open_pages(request, dossier),
    }
    return render(request, "results/indicator.html", context, status=status)


def _submitted(result: IndicatorResult, asked: list[SupplementItem]) -> str:
    """Return the figure that others see while the commune prepares another; empty when it is the same."""
    if not asked or not result.unsent:
        return ""
    submitted = shown_figure(asked[0], asked[0].before)
    return "" if submitted == shown_figure(asked[0], result.unsent_figure) else submitted


def off_the_list(actor: Actor, result: IndicatorResult) -> list[tuple[str, list[Evidence]]]:
    """Return what is off an indicator's list under its headings: what was removed, and what has a new version."""
    removed = removed_evidence(actor, result)
    groups = (
        (_("Các tệp đã bỏ"), [one for one in removed if one.replaced_by_id is None and not one.put_aside]),
        (_("Các tệp soạn dở, chưa từng gửi"), [one for one in removed if one.put_aside]),
        (_("Các tệp đã có bản mới thay"), [one for one in removed if one.replaced_by_id is not None]),
    )
    return [(heading, rows) for heading, rows in groups if rows]


@with_dossier
@require_http_methods(["GET", "POST"])
def indicator(request: ActorRequest, dossier: Dossier, code: str) -> HttpResponse:
    """One indicator: requirement, figure, evidence, opinions. POST saves the figure."""
    result = result_or_404(request, dossier, code)
    if request.method != "POST":
        return _indicator_page(request, dossier, result)
    require_authority(ReportFigures, request, dossier)
    form = FigureForm(request.POST, result=result)
    if not form.is_valid():
        return _indicator_page(request, dossier, result, form=form, status=400)
    if not form.changes_figure():
        messages.info(request, _("Không có gì thay đổi."))
        return redirect("results:indicator", pk=dossier.pk, code=code)
    try:
        ReportFigures(actor=request.actor, dossier=dossier, rows=[form.row()]).perform()
    except ActRefused as refused:
        others = []
        for reason in refused.reasons:
            name = reason.field.removeprefix(f"r{result.pk}-")
            if name in form.fields:
                form.add_error(name, reason.message)
            else:
                others.append(reason)
        return _indicator_page(request, dossier, result, form=form, refusals=others, status=409)
    messages.success(request, _("Đã lưu số liệu chỉ tiêu %(code)s.") % {"code": code})
    if not form.cleaned_data["value"] and not form.cleaned_data.get("not_applicable"):
        message = _("Chỉ tiêu %(code)s nay chưa có số liệu: chưa trình, chưa gửi trả lời được khi còn thiếu.")
        messages.warning(request, message % {"code": code})
    return redirect("results:indicator", pk=dossier.pk, code=code)
