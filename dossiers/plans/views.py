"""Pages of the Đề án: sections, targets per indicator, works and capital."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dossiers.acts import ActRefused, Refusal
from dossiers.acts.pages import OpenPage
from dossiers.criteria.thresholds import threshold_for
from dossiers.dossier.models import Dossier
from dossiers.dossier.selectors import open_notice
from dossiers.dossier.views import open_pages
from dossiers.policies.access import ActorRequest, require_authority, with_dossier
from dossiers.results.acts import SetTargets, TargetInput
from dossiers.results.models import IndicatorResult
from storage.text import keepable

from .acts import PutWork, RemoveWork, ReportPayments, WriteSection
from .forms import CAPITAL_ROWS, PaymentForm, SectionForm, WorkForm, grouped
from .models import PlanSection, Work
from .selectors import capital_by_source, is_target_below, targets_below


def _context(request: ActorRequest, dossier: Dossier, tab: str, **more: Any) -> dict[str, Any]:
    pages: list[OpenPage] = open_pages(request, dossier)
    return {"dossier": dossier, "active_tab": tab, "pages": pages, "notice": open_notice(dossier), **more}


@with_dossier
@require_http_methods(["GET", "POST"])
def sections(request: ActorRequest, dossier: Dossier) -> HttpResponse:
    """Read the Đề án; write one section. The answer to an autosave is a short fragment."""
    editable = WriteSection.is_open_to(request.actor, dossier)
    refused_kind, refusals, kept = "", [], ""
    if request.method == "POST":
        require_authority(WriteSection, request, dossier)
        kind = request.POST.get("kind", "")
        get_object_or_404(PlanSection, dossier=dossier, kind=kind)
        form = SectionForm(request.POST)
        if form.is_valid() and _is_saved(dossier, kind, form):
            messages.info(request, _("Không có gì thay đổi."))
            return redirect(f"{reverse('plans:sections', args=[dossier.pk])}#{kind}")
        if form.is_valid():
            act = WriteSection(actor=request.actor, dossier=dossier, kind=kind, **form.cleaned_data)
            try:
                act.perform()
            except ActRefused as refused:
                refusals, refused_kind, kept = refused.reasons, kind, form.cleaned_data["body"]
            else:
                messages.success(request, _("Đã lưu mục của Đề án."))
                return redirect(f"{reverse('plans:sections', args=[dossier.pk])}#{kind}")
    rows = list(dossier.sections.select_related("updated_by"))
    context = _context(
        request,
        dossier,
        "plan",
        sections=rows,
        editable=editable,
        refusals=refusals,
        refused_kind=refused_kind,
        kept=kept,
        appraisal=dossier.plan_appraisals.select_related("appraised_by").first(),
        approval=getattr(dossier, "plan_approval", None),
        below=targets_below(dossier),
    )
    return render(request, "plans/sections.html", context, status=409 if refusals else 200)


def _is_saved(dossier: Dossier, kind: str, form: SectionForm) -> bool:
    """Say whether the section says what the form says already: saving that is no change, and not told as one."""
    section = PlanSection.objects.get(dossier=dossier, kind=kind)
    given = form.cleaned_data
    return section.revision == given["section_revision"] and section.body == given["body"].strip()


@with_dossier
@require_http_methods(["GET", "POST"])
def targets(request: ActorRequest, dossier: Dossier) -> HttpResponse:
    """The table of current state, target and due quarter for every indicator; rows are saved one by one or all."""
    results = list(
        IndicatorResult.objects.filter(dossier=dossier).select_related("indicator__criterion", "department")
    )
    rows = [_target_row(result) for result in results]
    refusals: list[Refusal] = []
    if request.method == "POST":
        require_authority(SetTargets, request, dossier)
        changed = [row for row in rows if _take_over(request, row)]
        try:
            inputs = [_target_input(row) for row in changed]
        except ValueError:
            refusals = [Refusal("number", _("Năm và quý phải là số."))]
        else:
            refusals = _save_targets(request, dossier, inputs)
            if not refusals:
                return redirect("plans:targets", pk=dossier.pk)
    wrong = _mark_errors(rows, refusals)
    editable = SetTargets.is_open_to(request.actor, dossier)
    context = _context(
        request,
        dossier,
        "plan",
        rows=rows,
        refusals=[*(reason for reason in refusals if not reason.field), *wrong],
        refused=_rows_with_errors(rows),
        editable=editable,
        years=range(dossier.title_year - 1, dossier.title_year + 3),
    )
    return render(request, "plans/targets.html", context, status=409 if refusals else 200)


def _target_row(result: IndicatorResult) -> dict[str, Any]:
    threshold = threshold_for(result.indicator)
    return {
        "result": result,
        "threshold": threshold.describe(result.dossier.title_year),
        "choices": threshold.choices(),
        "baseline": threshold.display(result.baseline_value),
        "target": threshold.display(result.target_value),
        "baseline_raw": result.baseline_value,
        "target_raw": result.target_value,
        "due_year": result.due_year,
        "due_quarter": result.due_quarter,
        "is_below": is_target_below(result, result.dossier.title_year),
        "errors": {},
    }


def _mark_errors(rows: list[dict[str, Any]], refusals: list[Refusal]) -> list[Refusal]:
    """Put each refusal beside the field it is about; return them as lines that lead to these fields."""
    by_prefix = {f"r{row['result'].pk}": row for row in rows}
    found = []
    for reason in refusals:
        prefix, _dash, name = reason.field.partition("-")
        if row := by_prefix.get(prefix):
            row["errors"].setdefault(name, []).append(reason.message)
            message = _("Chỉ tiêu %(code)s: %(error)s") % {
                "code": row["result"].indicator.code,
                "error": reason.message,
            }
            found.append(Refusal(reason.code, message, link=f"#{reason.field}"))
    return found


def _rows_with_errors(rows: list[dict[str, Any]]) -> str:
    n = sum(bool(row["errors"]) for row in rows)
    if not n:
        return ""
    return _("Chưa lưu được: %(n)s dòng có lỗi. Xin sửa rồi lưu lại.") % {"n": n}


def _take_over(request: ActorRequest, row: dict[str, Any]) -> bool:
    """Put what was typed into the row and say whether it differs from what is stored."""
    result: IndicatorResult = row["result"]
    prefix = f"r{result.pk}-"
    if f"{prefix}revision" not in request.POST:
        return False
    names = ("baseline", "target", "due_year", "due_quarter")
    sent = {name: keepable(request.POST.get(f"{prefix}{name}", "")).strip() for name in names}
    stored = {
        "baseline": {row["baseline"], row["baseline_raw"]},
        "target": {row["target"], row["target_raw"]},
        "due_year": {str(result.due_year or "")},
        "due_quarter": {str(result.due_quarter or "")},
    }
    if all(sent[name] in values for name, values in stored.items()):
        return False
    row.update(
        sent,
        is_below=False,  # said of what is stored
        baseline_raw=sent["baseline"],
        target_raw=sent["target"],
        revision=request.POST[f"{prefix}revision"],
    )
    return True


def _target_input(row: dict[str, Any]) -> TargetInput:
    return TargetInput(
        result_id=row["result"].pk,
        baseline=row["baseline"],
        target=row["target"],
        due_year=int(row["due_year"]) if row["due_year"] else None,
        due_quarter=int(row["due_quarter"]) if row["due_quarter"] else None,
        revision=int(row["revision"]),
    )


def _save_targets(request: ActorRequest, dossier: Dossier, inputs: list[TargetInput]) -> list[Refusal]:
    if not inputs:
        messages.info(request, _("Không có gì thay đổi."))
        return []
    try:
        SetTargets(actor=request.actor, dossier=dossier, rows=inputs).perform()
    except ActRefused as refused:
        return refused.reasons
    messages.success(request, _("Đã lưu %(n)s chỉ tiêu.") % {"n": len(inputs)})
    return []


@with_dossier
@require_safe
def works(request: ActorRequest, dossier: Dossier) -> HttpResponse:
    """The works with their capital, and the sums by source and year in whole đồng."""
    rows = list(dossier.works.select_related("criterion").prefetch_related("capital"))
    context = _context(
        request,
        dossier,
        "works",
        works=rows,
        total=sum(work.total for work in rows),
        by_source=capital_by_source(dossier),
        editable=PutWork.is_open_to(request.actor, dossier),
        payable=bool(rows) and ReportPayments.is_open_to(request.actor, dossier),
    )
    return render(request, "plans/works.html", context)


@with_dossier
@require_http_methods(["GET", "POST"])
def edit_work(request: ActorRequest, dossier: Dossier, work_id: int | None = None) -> HttpResponse:
    """Add a work or change one. Only while the Đề án is being drafted."""
    require_authority(PutWork, request, dossier)
    work = get_object_or_404(Work, pk=work_id, dossier=dossier) if work_id else None
    refusals: list[Any] = []
    if request.method == "POST":
        form = WorkForm(request.POST, dossier=dossier)
        if form.is_valid():
            try:
                PutWork(actor=request.actor, dossier=dossier, work=work, **form.inputs()).perform()
            except ActRefused as refused:
                refusals = refused.reasons
            else:
                messages.success(request, _("Đã lưu công trình."))
                return redirect("plans:works", pk=dossier.pk)
    else:
        form = WorkForm(initial=_initial(dossier, work), dossier=dossier)
    context = _context(request, dossier, "works", form=form, work=work, refusals=refusals)
    return render(request, "plans/edit_work.html", context, status=409 if refusals else 200)


def _initial(dossier: Dossier, work: Work | None) -> dict[str, Any]:
    if work is None:
        return {"due_year": dossier.title_year, "due_quarter": 4}
    initial: dict[str, Any] = {
        "title": work.name,
        "criterion": work.criterion_id,
        "total": grouped(work.total),
        "due_year": work.due_year,
        "due_quarter": work.due_quarter,
        "work_revision": work.revision,
    }
    for n, line in enumerate(work.capital.all()[:CAPITAL_ROWS]):
        initial |= {
            f"source_{n}": line.source,
            f"year_{n}": line.year,
            f"amount_{n}": grouped(line.amount),
        }
    return initial


@with_dossier
@require_http_methods(["GET", "POST"])
def payments(request: ActorRequest, dossier: Dossier) -> HttpResponse:
    """What was accepted and paid of every work; all rows are saved, or none."""
    require_authority(ReportPayments, request, dossier)
    sent = request.POST if request.method == "POST" else None
    forms = [PaymentForm(sent, work=work) for work in dossier.works.all()]
    refusals: list[Refusal] = []
    if sent is not None and all([form.is_valid() for form in forms]):
        try:
            rows = [form.row() for form in forms]
            ReportPayments(actor=request.actor, dossier=dossier, rows=rows).perform()
        except ActRefused as refused:
            refusals = _beside_the_fields(forms, refused)
        else:
            messages.success(request, _("Đã lưu nghiệm thu, thanh toán của các công trình."))
            return redirect("plans:works", pk=dossier.pk)
    context = _context(request, dossier, "works", forms=forms, refusals=refusals)
    return render(request, "plans/payments.html", context, status=200 if sent is None else 409)


def _beside_the_fields(forms: list[PaymentForm], refused: ActRefused) -> list[Refusal]:
    """Put each refusal of a row beside its field; return the others."""
    others = []
    for reason in refused.reasons:
        prefix, _dash, name = reason.field.partition("-")
        form = next((one for one in forms if one.prefix == prefix), None)
        if form is not None:
            form.add_error(name, reason.message)
        else:
            others.append(reason)
    return others


@with_dossier
@require_POST
def remove_work(request: ActorRequest, dossier: Dossier, work_id: int) -> HttpResponse:
    """Take a work out of the draft."""
    require_authority(RemoveWork, request, dossier)
    work = get_object_or_404(Work, pk=work_id, dossier=dossier)
    try:
        RemoveWork(actor=request.actor, dossier=dossier, work=work).perform()
    except ActRefused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("Đã bỏ công trình «%(work)s».") % {"work": work.name})
    return redirect("plans:works", pk=dossier.pk)
