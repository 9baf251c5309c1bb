"""The dossier's own pages: overview, acts with legal effect, history."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from dossiers.acts import ActRefused, NotPermitted
from dossiers.acts.pages import ActPage, all_pages, get_page
from dossiers.appraisal.opinions import RecordFindings
from dossiers.criteria.models import ThresholdKind
from dossiers.plans.acts import WriteSection
from dossiers.plans.gates import plan_gate
from dossiers.policies.access import ActorRequest, require_authority, with_dossier
from dossiers.results.acts import ReportFigures
from dossiers.results.gates import readiness_gate
from storage import ledger

from .models import Dossier, State
from .selectors import criteria_progress, history_of
from .sentences import sentence

HISTORY_PAGE = 50


def open_pages(request: ActorRequest, dossier: Dossier) -> list[ActPage]:
    """Return the act pages that authority and state open to the actor now, in the order of the procedure."""
    return [page for page in all_pages() if page.act.is_open_to(request.actor, dossier)]


def missing(dossier: Dossier) -> list[Any]:
    """Return what the next gate of the commune still lacks."""
    if dossier.state == State.DRAFTING:
        return plan_gate(dossier)
    if dossier.state in (State.IMPLEMENTING, State.RETURNED):
        return readiness_gate(dossier)
    return []


def next_step(request: ActorRequest, dossier: Dossier) -> tuple[str, str] | None:
    """Return (address, label) of the page where the actor goes on working, besides acts with legal effect."""
    if WriteSection.is_open_to(request.actor, dossier):
        return reverse("plans:sections", args=[dossier.pk]), _("Soạn Đề án")
    if ReportFigures.is_open_to(request.actor, dossier):
        only = "reopened" if dossier.state == State.RETURNED else "missing"
        address = reverse("results:indicators", args=[dossier.pk])
        return f"{address}?loc={only}", _("Nhập số liệu và minh chứng")
    if RecordFindings.is_open_to(request.actor, dossier):
        return reverse("appraisal:findings", args=[dossier.pk]), _("Kết luận chỉ tiêu của cơ quan tôi")
    return None


@with_dossier
@require_safe
def overview(request: ActorRequest, dossier: Dossier) -> HttpResponse:
    """Where the dossier stands, what is missing, who has it, what the actor can do."""
    progress = criteria_progress(dossier)
    return render(
        request,
        "dossier/overview.html",
        {
            "dossier": dossier,
            "active_tab": "overview",
            "progress": progress,
            "met_count": sum(criterion.is_met for criterion in progress),
            "missing": missing(dossier),
            "notice": dossier.notices.select_related("by", "agency").first(),
            "pages": open_pages(request, dossier),
            "next_step": next_step(request, dossier),
            "unset_thresholds": dossier.results.filter(
                indicator__threshold_kind=ThresholdKind.UNSET
            ).exists(),
        },
    )


@with_dossier
@require_http_methods(["GET", "POST"])
def perform_act(request: ActorRequest, dossier: Dossier, slug: str) -> HttpResponse:
    """Show the page of an act and do it. What was typed is kept when the act is refused."""
    try:
        page = get_page(slug)
    except KeyError:
        raise Http404 from None
    require_authority(page.act, request, dossier)
    refusals: list[Any] = []
    if request.method == "POST":
        form = page.form(request.POST)
        if form.is_valid():
            act = page.act(
                actor=request.actor,
                dossier=dossier,
                expected_revision=form.cleaned_data["revision"],
                **form.inputs(),
            )
            try:
                act.perform()
            except NotPermitted:
                raise Http404 from None
            except ActRefused as refused:
                form.show_refusal(refused)
                refusals = [reason for reason in refused.reasons if reason.field not in form.fields]
            else:
                messages.success(request, _("Đã xong: %(act)s.") % {"act": page.act.label})
                return redirect("dossier:overview", pk=dossier.pk)
    else:
        form = page.form(initial={"revision": dossier.revision})
        if not page.act.is_lawful_for(dossier):
            refusals = [dossier.wrong_state_refusal(page.act.label)]
    context = {
        "dossier": dossier,
        "page": page,
        "form": form,
        "refusals": refusals,
        "active_tab": "overview",
        "lawful": page.act.is_lawful_for(dossier),
    }
    return render(
        request, "dossier/act.html", context, status=409 if refusals and request.method == "POST" else 200
    )


@with_dossier
@require_safe
def history(request: ActorRequest, dossier: Dossier) -> HttpResponse:
    """Everything that was done, as sentences, and whether the chain of hashes is unbroken."""
    page = Paginator(history_of(dossier), HISTORY_PAGE).get_page(request.GET.get("trang"))
    return render(
        request,
        "dossier/history.html",
        {
            "dossier": dossier,
            "active_tab": "history",
            "page": page,
            "sentences": [sentence(entry) for entry in page.object_list],
            "verification": ledger.verify(dossier.stream),
        },
    )
