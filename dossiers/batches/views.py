"""The pages of batches: the coordination office opens them, the province follows them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from dossiers.acts import ActRefused
from dossiers.dossier.models import Dossier
from dossiers.organisations.models import Level, Role
from dossiers.policies import Actor
from dossiers.policies.access import ActorRequest, actor_required
from dossiers.policies.doors import door

from .acts import open_batch, set_council_day
from .pages import BatchForm, CouncilDayForm
from .selectors import batch_lines, batches_of, dossiers_awaiting_batch, taken_over

#: Who follows the batches of the province.
READERS = frozenset(
    {Role.COORDINATION_OFFICER, Role.COUNCIL_SECRETARY, Role.PROVINCIAL_CHAIR, Role.INSPECTOR}
)


@actor_required
@require_http_methods(["GET", "POST"])
def batches(request: ActorRequest) -> HttpResponse:
    """The province's batches; the coordination office opens the next one."""
    may_open = _require_reader(request)
    province = request.actor.unit
    form = BatchForm(province=province)
    if request.method == "POST":
        if not may_open:
            raise Http404
        form = BatchForm(request.POST, province=province)
        if form.is_valid():
            try:
                made = open_batch(actor=request.actor, **form.cleaned_data)
            except ActRefused as refused:
                _show(form, refused)
            else:
                messages.success(request, _("Đã mở đợt xét «%(batch)s».") % {"batch": made})
                return redirect("batches:batch", batch_id=made.pk)
    context: dict[str, Any] = {
        "batches": batches_of(province),
        "taken_over": taken_over(request.actor, province),
        "form": form,
        "may_open": may_open,
    }
    return render(request, "batches/list.html", context, status=409 if form.errors else 200)


@actor_required
@require_http_methods(["GET", "POST"])
def batch(request: ActorRequest, batch_id: int) -> HttpResponse:
    """One batch: its dossiers with state, departments' progress, the council's vote and what it wants completed."""
    may_open = _require_reader(request)
    found = get_object_or_404(batches_of(request.actor.unit), pk=batch_id)
    form = CouncilDayForm(initial={"council_on": found.council_on})
    if request.method == "POST":
        if not may_open:
            raise Http404
        form = CouncilDayForm(request.POST)
        if form.is_valid():
            try:
                set_council_day(actor=request.actor, batch=found, **form.cleaned_data)
            except ActRefused as refused:
                _show(form, refused)
            else:
                messages.success(request, _("Đã ghi ngày Hội đồng họp."))
                return redirect("batches:batch", batch_id=found.pk)
    context = {
        "batch": found,
        "lines": batch_lines(request.actor, found),
        "waiting": dossiers_awaiting_batch(request.actor, found) if may_open else [],
        "form": form,
        "may_open": may_open,
    }
    return render(request, "batches/batch.html", context, status=409 if form.errors else 200)


def follows_batches(actor: Actor) -> bool:
    """Say whether the actor's role has the batches of the province."""
    return actor.role in READERS and actor.unit.level == Level.PROVINCE


@door("batches:list", "batches:batch")
def batches_door(actor: Actor, dossier: Dossier, named: Mapping[str, Any]) -> str | None:
    """What a gate says of batches names who puts dossiers into them."""
    return None if follows_batches(actor) else ""


def _require_reader(request: ActorRequest) -> bool:
    """Answer 404 to everybody else; say whether the reader may open batches."""
    if not follows_batches(request.actor):
        raise Http404
    return request.actor.role is Role.COORDINATION_OFFICER


def _show(form: Any, refused: ActRefused) -> None:
    for reason in refused.reasons:
        form.add_error(reason.field if reason.field in form.fields else None, reason.message)
