"""The coordination office's page of the years' plans: announcing one chooses the title, and with it the procedure."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Count
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from dossiers.acts import ActRefused
from dossiers.acts.fields import WholeNumberField
from dossiers.acts.pages import DateInput
from dossiers.criteria.models import CriteriaSet, TitleLevel
from dossiers.criteria.selectors import current_set
from dossiers.organisations.models import Level, Role
from dossiers.policies.access import ActorRequest, actor_required
from dossiers.procedures import procedures
from dossiers.programmes.acts import ProgrammeTargets, announce_programme
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
            self.add_error("communes_max", _t("Số nhiều nhất không thể nhỏ hơn số ít nhất."))
        return given


@actor_required
@require_http_methods(["GET", "POST"])
def programmes(request: ActorRequest) -> HttpResponse:
    """The province's plans with their procedures; announce one. What was typed is kept when it is refused."""
    actor = request.actor
    if actor.role is not Role.COORDINATION_OFFICER or actor.unit.level != Level.PROVINCE:
        raise Http404
    form = ProgrammeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid() and _announce(request, form):
        return redirect("programmes")
    known = procedures()
    rows = (
        Programme.objects.filter(province=actor.unit)
        .select_related("criteria_set")
        .annotate(dossier_count=Count("dossiers"))
        .order_by("-year", "criteria_set__level")
    )
    context = {"form": form, "rows": [(row, known.get(row.procedure)) for row in rows]}
    status = 409 if request.method == "POST" else 200
    return render(request, "workflows/programmes.html", context, status=status)


def _announce(request: ActorRequest, form: ProgrammeForm) -> bool:
    given = form.cleaned_data
    try:
        criteria_set = current_set(given["level"], request.actor.unit, given["year"])
    except CriteriaSet.DoesNotExist:
        form.add_error("year", _t("Chưa có bộ tiêu chí của danh hiệu này cho năm này."))
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
        for reason in refused.reasons:
            form.add_error(reason.field if reason.field in form.fields else None, reason.message)
        return False
    title = procedures()[programme.procedure].title
    messages.success(request, _t("Đã mở kế hoạch. Quy trình áp dụng: %(title)s.") % {"title": title})
    return True
