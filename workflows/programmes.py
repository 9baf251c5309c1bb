"""The coordination office's page of the years' plans: announcing one chooses the title, and with it the procedure."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Count, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from dossiers.acts import ActRefused
from dossiers.acts.fields import WholeNumberField
from dossiers.acts.pages import DateInput, textarea
from dossiers.criteria.models import CriteriaSet, TitleLevel
from dossiers.criteria.selectors import current_set
from dossiers.organisations.models import Level, Role
from dossiers.policies.access import ActorRequest, actor_required
from dossiers.procedures import procedures
from dossiers.programmes.acts import (
    ProgrammeInput,
    ProgrammeTargets,
    announce_programme,
    correct_programme,
    targets_of,
)
from dossiers.programmes.models import Programme


class ProgrammeForm(forms.Form):
    level = forms.ChoiceField(
        label=_("Danh hiệu"),
        choices=TitleLevel.choices,
        initial=TitleLevel.ADVANCED,
        widget=forms.RadioSelect,
        help_text=_(
            "Bộ tiêu chí, quy trình được chọn theo danh hiệu, năm, ngày ban hành và việc tỉnh có cấp huyện hay không."
        ),
    )
    year = WholeNumberField(label=_("Năm đạt chuẩn"), min_value=2021, max_value=2100)
    document = forms.CharField(
        label=_("Kế hoạch"),
        max_length=200,
        help_text=_("Ví dụ: Kế hoạch 1465/KH-UBND ngày 26/7/2023 của UBND tỉnh"),
    )
    issued_on = forms.DateField(label=_("Ngày ban hành"), widget=DateInput())
    communes_min = WholeNumberField(label=_("Số xã, ít nhất"), min_value=1, required=False)
    communes_max = WholeNumberField(label=_("Số xã, nhiều nhất"), min_value=1, required=False)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        least, most = given.get("communes_min"), given.get("communes_max")
        if least is not None and (most is None or most < least):
            self.add_error("communes_max", gettext("Số nhiều nhất không thể nhỏ hơn số ít nhất."))
        return given


class CorrectionForm(ProgrammeForm):
    reason = textarea(
        _("Lý do sửa"), rows=2, help_text=_("Nội dung trước và sau khi sửa được lưu cùng lý do này.")
    )

    @classmethod
    def filled_from(cls, programme: Programme) -> CorrectionForm:
        return cls(
            initial={
                "level": programme.criteria_set.level,
                "year": programme.year,
                "document": programme.document,
                "issued_on": programme.issued_on,
                "communes_min": programme.communes_min,
                "communes_max": programme.communes_max,
            }
        )


@actor_required
@require_http_methods(["GET", "POST"])
def programmes(request: ActorRequest) -> HttpResponse:
    """The province's plans with their procedures; announce one. What was typed is kept when it is refused."""
    _require_office(request)
    form = ProgrammeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid() and _announce(request, form):
        return redirect("programmes")
    known = procedures()
    rows = _of_province(request).annotate(dossier_count=Count("dossiers"))
    ordered = rows.order_by("-year", "criteria_set__level")
    context = {"form": form, "rows": [(row, known.get(row.procedure)) for row in ordered]}
    status = 409 if request.method == "POST" else 200
    return render(request, "workflows/programmes.html", context, status=status)


@actor_required
@require_http_methods(["GET", "POST"])
def correct(request: ActorRequest, programme_id: int) -> HttpResponse:
    """Correct a plan under which no commune has registered; of any other the page says why it stays."""
    _require_office(request)
    programme = get_object_or_404(_of_province(request), pk=programme_id)
    if request.method == "POST":
        form = CorrectionForm(request.POST)
        if form.is_valid() and _correct(request, programme, form):
            return redirect("programmes")
    else:
        form = CorrectionForm.filled_from(programme)
    context = {"form": form, "programme": programme, "in_use": programme.dossiers.exists()}
    status = 409 if request.method == "POST" else 200
    return render(request, "workflows/correct_programme.html", context, status=status)


def _require_office(request: ActorRequest) -> None:
    actor = request.actor
    if actor.role is not Role.COORDINATION_OFFICER or actor.unit.level != Level.PROVINCE:
        raise Http404


def _of_province(request: ActorRequest) -> QuerySet[Programme]:
    return Programme.objects.filter(province=request.actor.unit).select_related("criteria_set")


def _set_of(request: ActorRequest, form: ProgrammeForm) -> CriteriaSet | None:
    """Return the set that the form's level and year ask for; without one, say so at the year."""
    given = form.cleaned_data
    try:
        return current_set(given["level"], request.actor.unit, given["year"])
    except CriteriaSet.DoesNotExist:
        form.add_error("year", gettext("Chưa có bộ tiêu chí của danh hiệu này cho năm này."))
        return None


def _show(form: ProgrammeForm, refused: ActRefused) -> None:
    for reason in refused.reasons:
        form.add_error(reason.field if reason.field in form.fields else None, reason.message)


def _announce(request: ActorRequest, form: ProgrammeForm) -> bool:
    given, criteria_set = form.cleaned_data, _set_of(request, form)
    if criteria_set is None:
        return False
    try:
        programme = announce_programme(
            actor=request.actor,
            year=given["year"],
            criteria_set=criteria_set,
            document=given["document"],
            issued_on=given["issued_on"],
            targets=ProgrammeTargets(communes_min=given["communes_min"], communes_max=given["communes_max"]),
        )
    except ActRefused as refused:
        _show(form, refused)
        return False
    title = procedures()[programme.procedure].title
    messages.success(request, gettext("Đã mở kế hoạch. Quy trình áp dụng: %(title)s.") % {"title": title})
    return True


def _correct(request: ActorRequest, programme: Programme, form: CorrectionForm) -> bool:
    """Correct what the form shows; targets, source and check that it does not show stay."""
    given, criteria_set = form.cleaned_data, _set_of(request, form)
    if criteria_set is None:
        return False
    targets = replace(
        targets_of(programme), communes_min=given["communes_min"], communes_max=given["communes_max"]
    )
    corrected = ProgrammeInput(
        year=given["year"],
        criteria_set=criteria_set,
        document=given["document"],
        issued_on=given["issued_on"],
        targets=targets,
        source=programme.source,
        verified=programme.verified,
    )
    try:
        done = correct_programme(
            actor=request.actor, programme=programme, given=corrected, reason=given["reason"]
        )
    except ActRefused as refused:
        _show(form, refused)
        return False
    title = procedures()[done.procedure].title
    messages.success(request, gettext("Đã sửa kế hoạch. Quy trình áp dụng: %(title)s.") % {"title": title})
    return True
