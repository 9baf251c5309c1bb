"""Pages of the indicators: the list, one indicator with its evidence, and the way to a file."""

from __future__ import annotations

from typing import Any, BinaryIO, cast

import structlog
from django.contrib import messages
from django.db.models import Prefetch
from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dossiers.acts import ActRefused
from dossiers.criteria.thresholds import threshold_for
from dossiers.dossier.models import Dossier
from dossiers.dossier.views import open_pages
from dossiers.policies.access import ActorRequest, require_authority, with_dossier
from dossiers.policies.visibility import DEPARTMENTS
from storage.documents import link, receive, thumbnail_link
from storage.errors import StorageError
from storage.objects import content_disposition
from storage.text import keepable

from .acts import AttachEvidence, RemoveEvidence, ReportFigures
from .archive import archive_name, archive_of
from .forms import FigureForm
from .models import Evidence, IndicatorResult
from .selectors import IndicatorRow, indicator_rows, visible_findings, visible_results

logger = structlog.get_logger(__name__)
MAX_FILES_AT_ONCE = 50


@with_dossier
@require_safe
def indicators(request: ActorRequest, dossier: Dossier) -> HttpResponse:
    """All visible indicators under their criteria, with figure, threshold, evidence and verdicts."""
    only = request.GET.get("loc", "")
    evidence = Evidence.objects.current().filter(result__in=visible_results(request.actor, dossier))
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


def _result_or_404(request: ActorRequest, dossier: Dossier, code: str) -> IndicatorResult:
    results = visible_results(request.actor, dossier).select_related("indicator__criterion", "department")
    return get_object_or_404(results.select_related("dossier"), indicator__code=code)


def _is_editable(request: ActorRequest, dossier: Dossier, result: IndicatorResult) -> bool:
    locked = dossier.state == "returned" and not result.is_reopened
    return ReportFigures.is_open_to(request.actor, dossier) and not locked


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
    evidence = list(
        result.evidence.current()
        .select_related("document__retention", "document__integrity", "added_by")
        .prefetch_related(Prefetch("document__derivatives"))
    )
    codes = list(
        visible_results(request.actor, dossier).order_by("position").values_list("indicator__code", flat=True)
    )
    place = codes.index(result.indicator.code)
    findings = visible_findings(request.actor, dossier).get(result.pk, [])
    context = {
        "dossier": dossier,
        "active_tab": "indicators",
        "result": result,
        "indicator": result.indicator,
        "threshold": threshold.describe(dossier.title_year),
        "figure": threshold.display(result.value),
        "baseline": threshold.display(result.baseline_value),
        "target": threshold.display(result.target_value),
        "evidence": [(one, thumbnail_link(one.document)) for one in evidence],
        "form": form or FigureForm.shown(result),
        "refusals": refusals or [],
        "editable": _is_editable(request, dossier, result),
        "findings": findings,
        "row": IndicatorRow(
            result=result,
            threshold=threshold.describe(dossier.title_year),
            figure=threshold.display(result.value),
            evidence_count=len(evidence),
            findings=findings,
        ),
        "previous_code": codes[place - 1] if place else None,
        "next_code": codes[place + 1] if place + 1 < len(codes) else None,
        "pages": open_pages(request, dossier),
    }
    return render(request, "results/indicator.html", context, status=status)


@with_dossier
@require_http_methods(["GET", "POST"])
def indicator(request: ActorRequest, dossier: Dossier, code: str) -> HttpResponse:
    """One indicator: requirement, figure, evidence, opinions. POST saves the figure."""
    result = _result_or_404(request, dossier, code)
    if request.method != "POST":
        return _indicator_page(request, dossier, result)
    require_authority(ReportFigures, request, dossier)
    form = FigureForm(request.POST, result=result)
    if not form.is_valid():
        return _indicator_page(request, dossier, result, form=form, status=400)
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
    return redirect("results:indicator", pk=dossier.pk, code=code)


@with_dossier
@require_POST
def upload(request: ActorRequest, dossier: Dossier, code: str) -> HttpResponse:
    """Receive files as evidence. Each file is on its own: a refused one does not lose the others."""
    result = _result_or_404(request, dossier, code)
    require_authority(AttachEvidence, request, dossier)
    if not _is_editable(request, dossier, result):
        # Said before the bytes are stored, so that nothing is kept that nobody can attach.
        messages.error(request, _("Chỉ tiêu này đang khóa, không thêm được minh chứng."))
        return redirect("results:indicator", pk=dossier.pk, code=code)
    files = request.FILES.getlist("files")
    if not files:
        messages.error(request, _("Xin chọn ít nhất một tệp."))
    if len(files) > MAX_FILES_AT_ONCE:
        message = _("Mỗi lần gửi tối đa %(n)s tệp; xin chia làm nhiều lần.")
        messages.error(request, message % {"n": MAX_FILES_AT_ONCE})
        files = []
    caption, saved = keepable(request.POST.get("caption", "")).strip()[:300], 0
    for file in files:
        try:
            document = receive(
                stream=cast(BinaryIO, file), name=file.name or "", uploaded_by_id=request.actor.user.pk
            )
            AttachEvidence(
                actor=request.actor, dossier=dossier, results=[result.pk], document=document, caption=caption
            ).perform()
        except (StorageError, ActRefused) as error:
            messages.error(request, f"{file.name}: {error}")
        else:
            saved += 1
    if saved:
        text = ngettext("Đã thêm %(n)s tệp minh chứng.", "Đã thêm %(n)s tệp minh chứng.", saved)
        messages.success(request, text % {"n": saved})
    return redirect("results:indicator", pk=dossier.pk, code=code)


@with_dossier
@require_safe
def archive(request: ActorRequest, dossier: Dossier) -> HttpResponseBase:
    """Send all evidence that the person may see as one ZIP, made while it is sent."""
    try:
        contents = archive_of(request.actor, dossier)
    except StorageError as error:
        messages.error(request, str(error))
        return redirect("results:indicators", pk=dossier.pk)
    logger.info("evidence_taken_out", dossier=dossier.pk, bytes=len(contents))
    answer = StreamingHttpResponse(contents, content_type="application/zip")
    answer["Content-Length"] = str(len(contents))
    answer["Content-Disposition"] = content_disposition(f"{archive_name(dossier)}.zip", inline=False)
    answer["Cache-Control"] = "no-store"
    return answer


def _evidence_or_404(request: ActorRequest, dossier: Dossier, evidence_id: int) -> Evidence:
    results = visible_results(request.actor, dossier)
    evidence = Evidence.objects.select_related("document", "result__indicator")
    return get_object_or_404(evidence, pk=evidence_id, result__in=results)


@with_dossier
@require_safe
def open_evidence(request: ActorRequest, dossier: Dossier, evidence_id: int) -> HttpResponse:
    """Send the person on to a short-lived link of the file, after the policy check."""
    evidence = _evidence_or_404(request, dossier, evidence_id)
    answer = redirect(link(evidence.document, download="tai-ve" in request.GET))
    answer["Cache-Control"] = "no-store"
    answer["Referrer-Policy"] = "no-referrer"
    return answer


@with_dossier
@require_POST
def remove_evidence(request: ActorRequest, dossier: Dossier, evidence_id: int) -> HttpResponse:
    """Take a file off the indicator's list; the file itself is kept for the history."""
    evidence = _evidence_or_404(request, dossier, evidence_id)
    require_authority(RemoveEvidence, request, dossier)
    try:
        RemoveEvidence(actor=request.actor, dossier=dossier, evidence=evidence).perform()
    except ActRefused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("Đã bỏ tệp «%(name)s».") % {"name": evidence.document.name})
    return redirect("results:indicator", pk=dossier.pk, code=evidence.result.indicator.code)
