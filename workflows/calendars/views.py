"""The administrator's page of the calendar of working days."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from dossiers.acts import ActRefused, Refusal
from dossiers.organisations.models import Role
from dossiers.policies.access import ActorRequest, actor_required
from storage.text import keepable

from ..models import CalendarDay
from .changes import set_day, unset_day
from .forms import DayForm, ReasonForm, YearFilter
from .selectors import changes_of, days_of, law_days_of, law_saturdays_of


@actor_required
@require_http_methods(["GET", "POST"])
def calendar(request: ActorRequest) -> HttpResponse:
    """The days of one year on which the calendar differs from the law's days off; add one."""
    _require_administrator(request)
    if request.method == "GET":
        asked = YearFilter(request.GET.dict()).applied["year"]
        return _page(request, int(asked or timezone.localdate().year), DayForm())
    form = DayForm(request.POST)
    if not form.is_valid():
        return _page(request, timezone.localdate().year, form)
    given = dict(form.cleaned_data)
    try:
        set_day(
            actor=request.actor,
            day=given["day"],
            works=given["works"],
            name=given["name"],
            source=given["source"],
            province=request.actor.unit if given["province_only"] else None,
        )
    except ActRefused as refused:
        for reason in refused.reasons:
            form.add_error(reason.field if reason.field in form.fields else None, reason.message)
        return _page(request, given["day"].year, form)
    messages.success(request, _("Đã ghi ngày vào lịch; thời hạn đang chạy được tính lại."))
    return _to_year(given["day"].year)


@actor_required
@require_POST
def remove_day(request: ActorRequest, day_id: int) -> HttpResponse:
    """Take a day out of the table, for a reason."""
    _require_administrator(request)
    row = get_object_or_404(CalendarDay.objects.select_related("province"), pk=day_id)
    if row.province not in (None, request.actor.unit):
        raise Http404
    try:
        unset_day(actor=request.actor, row=row, reason=keepable(request.POST.get("reason", "")))
    except ActRefused as refused:
        return _page(request, row.date.year, DayForm(), refused_id=row.pk, reasons=refused.reasons)
    messages.success(request, _("Đã bỏ ngày khỏi lịch; thời hạn đang chạy được tính lại."))
    return _to_year(row.date.year)


def _require_administrator(request: ActorRequest) -> None:
    if request.actor.role is not Role.ADMINISTRATOR:
        raise Http404


def _to_year(year: int) -> HttpResponse:
    return redirect(f"{reverse('calendar')}?nam={year}")


def _page(
    request: ActorRequest,
    year: int,
    form: DayForm,
    *,
    refused_id: int = 0,
    reasons: list[Refusal] | None = None,
) -> HttpResponse:
    """Show a year; ``reasons`` are why the day ``refused_id`` was not removed."""

    def reason_form(row: CalendarDay) -> ReasonForm:
        return ReasonForm(auto_id=f"id_{row.pk}_%s", use_required_attribute=False)

    context: dict[str, Any] = {
        "year": year,
        "filter": YearFilter({"nam": str(year)} | request.GET.dict()),
        "form": form,
        "rows": [
            (row, reason_form(row), reasons if row.pk == refused_id else [])
            for row in days_of(request.actor, year)
        ],
        "law_days": law_days_of(year),
        "law_saturdays": law_saturdays_of(year),
        "changes": changes_of(request.actor),
    }
    return render(request, "workflows/calendar.html", context, status=409 if form.errors or reasons else 200)
