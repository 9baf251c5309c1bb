"""The dossier's own pages: overview, acts with legal effect, history."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from dossiers.acts import ActRefused, NotPermitted, Refusal, get_act
from dossiers.acts.pages import (
    ActForm,
    ActPage,
    OpenPage,
    PreviewedForm,
    all_pages,
    get_page,
    in_order,
)
from dossiers.acts.readiness import unmet_before
from dossiers.acts.recommendations import recommendation_for
from dossiers.acts.standing import standing_of
from dossiers.appraisal.supplements.selectors import asked_of_commune
from dossiers.criteria.models import ThresholdKind
from dossiers.gates import Answers, Standing, standings
from dossiers.policies.access import ActorRequest, require_authority, with_dossier
from dossiers.policies.middleware import actor_named
from dossiers.policies.visibility import visible_dossiers
from dossiers.procedures import get_procedure
from dossiers.titles.overviews import overview_of
from storage import ledger

from .filters import HistoryFilter
from .history import Reader, choices_of, history_of
from .models import Dossier
from .selectors import criteria_progress, open_notice, withdrawal_of
from .sentences import sentence
from .signers import exception_in_words, position_in_words
from .soundness import files_read
from .turns import missing, next_step

HISTORY_PAGE = 50


def open_pages(request: ActorRequest, dossier: Dossier, *, known: Answers | None = None) -> list[OpenPage]:
    """Return the act pages that authority and state open to the actor now, in the order in which they are offered.

    With ``known`` each also says what stands against it; these are answers of gates that were asked already.
    """
    actor = request.actor
    return in_order(
        [
            OpenPage(
                page,
                page.act.waiting(actor, dossier) if page.tone == "primary" else None,
                () if known is None else tuple(unmet_before(page.act, actor, dossier, known)),
            )
            for page in all_pages()
            if page.act.is_open_to(actor, dossier)
        ]
    )


@with_dossier
@require_safe
def overview(request: ActorRequest, dossier: Dossier) -> HttpResponse:
    """Where the dossier stands, what is missing, who has it, what the actor can do."""
    template, more = overview_of(request.actor, dossier)
    progress = criteria_progress(dossier)
    known: Answers = {}
    lacking = missing(dossier, known)
    pages = open_pages(request, dossier, known=known)
    return render(
        request,
        template,
        {
            **more,
            "dossier": dossier,
            "active_tab": "overview",
            "progress": progress,
            "met_count": sum(criterion.is_met for criterion in progress),
            "unmet_count": sum(criterion.not_met > 0 for criterion in progress),
            "missing": lacking,
            "notice": open_notice(dossier),
            "withdrawal": _withdrawal(dossier),
            "asked_lines": asked_of_commune(request.actor, dossier),
            "pages": pages,
            "next_step": next_step(request.actor, dossier, lacking),
            "unset_thresholds": dossier.results.filter(
                indicator__threshold_kind=ThresholdKind.UNSET
            ).exists(),
        },
    )


def _withdrawal(dossier: Dossier) -> dict[str, Any] | None:
    """Return who withdrew the dossier, when and why, or None."""
    entry = withdrawal_of(dossier)
    if entry is None:
        return None
    who = ", ".join(filter(None, [entry.actor["name"], position_in_words(entry.actor, entry.payload)]))
    return {"who": who, "agency": entry.actor["agency"], "at": entry.at, "reasons": entry.payload["reasons"]}


@with_dossier
@require_safe
def conditions(request: ActorRequest, dossier: Dossier) -> HttpResponse:
    """Every gate of the procedure: met or not, why, by which article, and where the rule comes from."""
    return render(
        request,
        "dossier/conditions.html",
        {
            "dossier": dossier,
            "active_tab": "overview",
            "groups": _by_last_act(standings(dossier)),
            "pages": open_pages(request, dossier),
        },
    )


def _by_last_act(found: list[Standing]) -> list[tuple[Any, list[Standing]]]:
    """Return the gates under the label of the last act that each stands before, in order."""
    return [
        (get_act(name).label, list(group)) for name, group in groupby(found, lambda one: one.rule.acts[-1])
    ]


@with_dossier
@require_http_methods(["GET", "POST"])
def perform_act(request: ActorRequest, dossier: Dossier, slug: str) -> HttpResponse:
    """Show the page of an act with what has to be read before, and do it.

    An act that locks what it computes shows the outcome first, and is done when the form is sent again. What was typed
    is kept when the act is refused. When what the person read has changed meanwhile, the page shows
    how it is now, and only then can the form be sent again.
    """
    try:
        page = get_page(slug)
    except KeyError:
        raise Http404 from None
    if request.method == "POST":
        # As whom the form was filled in, whatever another tab has chosen since.
        request.actor = actor_named(request, request.POST.get("acting_as", "")) or request.actor
    require_authority(page.act, request, dossier)
    refusals: list[Any] = []
    form: ActForm | None = None
    preview: dict[str, Any] | None = None
    if request.method == "POST":
        form = page.form(request.POST, request.FILES, dossier=dossier, actor=request.actor)
        is_valid = form.is_valid()
        if form.take_in(request.actor) and is_valid:
            act = page.act(
                actor=request.actor,
                dossier=dossier,
                expected_revision=form.cleaned_data["revision"],
                **form.inputs(),
            )
            try:
                if isinstance(form, PreviewedForm) and not act.all_refusals():
                    preview = form.preview()
                if preview is None:
                    act.perform()
            except NotPermitted:
                raise Http404 from None
            except ActRefused as refused:
                form.show_refusal(refused)
                refusals = [reason for reason in refused.reasons if reason.field not in form.fields]
                dossier = act.dossier
            else:
                if preview is None:
                    messages.success(request, _("Đã xong: %(act)s.") % {"act": page.act.label})
                    return _after(request, dossier)
    lawful = page.act.is_lawful_for(dossier)
    standing = standing_of(page.act, request.actor, dossier, timezone.localdate())
    unmet: list[Refusal] = []
    if lawful and not (standing.refusals or refusals or preview):
        is_open = form is not None or page.act.is_open_to(request.actor, dossier)
        unmet = unmet_before(page.act, request.actor, dossier) or ([] if is_open else [_nothing_to_do(page)])
    shown = page.summary.read(request.actor, dossier) if page.summary and lawful else {}
    seen = {"revision": dossier.revision, **shown.get("seen", {})}
    if form is None:
        # What nobody can fill in now is not built either.
        form_class = ActForm if unmet or standing.refusals or not lawful else page.form
        form = form_class(initial={**shown.get("initial", {}), **seen}, dossier=dossier, actor=request.actor)
        if not lawful:
            refusals = [dossier.wrong_state_refusal(page.act.label)]
        elif standing.refusals:
            refusals, lawful = list(standing.refusals), False
    elif shown and any(reason.code == "stale" for reason in refusals):
        form.take_over(seen)
    context = {
        **shown,
        **(preview or {}),
        **(recommendation_for(page.act, dossier) if lawful else {}),
        "dossier": dossier,
        "page": page,
        "basis": page.act.basis_under(dossier.procedure),
        "form": form,
        "refusals": refusals,
        "active_tab": "overview",
        "lawful": lawful,
        # What was typed stays on the page, also when it cannot be done any more.
        "offered": lawful and (form.is_bound or not unmet),
        "before": unmet,
        "ahead": _ahead(page, dossier) if lawful else [],
        "exception": exception_in_words(standing.exception),
        "waiting": page.act.waiting(request.actor, dossier) if lawful else None,
    }
    # An act that was done has redirected.
    status = 409 if request.method == "POST" and preview is None else 200
    return render(request, "dossier/act.html", context, status=status)


def _after(request: ActorRequest, dossier: Dossier) -> HttpResponse:
    """Lead on from an act that was done."""
    if not visible_dossiers(request.actor).filter(pk=dossier.pk).exists():
        return redirect("transfers:handled", pk=dossier.pk)  # it has moved to another province
    return redirect("dossier:overview", pk=dossier.pk)


def _nothing_to_do(page: ActPage) -> Refusal:
    """Return what is said of an act that is not open, although authority and state would allow it."""
    message = _("Hiện hồ sơ này không có gì phải làm ở việc «%(act)s».")
    return Refusal("not_open", message % {"act": page.act.label})


def _ahead(page: ActPage, dossier: Dossier) -> list[Refusal]:
    """Return what the gates of a later act lack that people should know of before they do this one."""
    rules = [rule for rule in get_procedure(dossier.procedure).gates if rule.code in page.foresees]
    return [refusal for one in standings(dossier, rules) for refusal in one.answer.refusals]


@with_dossier
@require_safe
def history(request: ActorRequest, dossier: Dossier) -> HttpResponse:
    """What was done, as sentences, narrowed as asked; and whether its chain of hashes and its files are whole."""
    reader = Reader.of(request.actor, dossier)
    narrowing = HistoryFilter(request.GET.dict(), choices_of(reader))
    page = Paginator(history_of(reader, narrowing.narrowing), HISTORY_PAGE).get_page(request.GET.get("trang"))
    return render(
        request,
        "dossier/history.html",
        {
            "dossier": dossier,
            "active_tab": "history",
            "filter": narrowing,
            "page": page,
            "sentences": [sentence(entry, reader) for entry in page.object_list],
            "verification": ledger.verify(dossier.stream),
            "files": files_read(dossier),
        },
    )
