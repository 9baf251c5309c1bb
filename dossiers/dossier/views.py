"""The dossier's own pages: overview, acts with legal effect, history."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from dossiers.acts import get_act
from dossiers.acts.pages import (
    OpenPage,
    all_pages,
    in_order,
)
from dossiers.acts.readiness import unmet_before
from dossiers.appraisal.supplements.selectors import asked_of_commune
from dossiers.criteria.models import ThresholdKind
from dossiers.gates import Answers, Standing, standings
from dossiers.policies.access import ActorRequest, with_dossier
from dossiers.titles.overviews import overview_of
from storage import ledger

from .filters import HistoryFilter
from .history import Reader, choices_of, history_of
from .models import Dossier
from .selectors import criteria_progress, earlier_return, open_notice, withdrawal_of
from .sentences import sentence
from .signers import position_in_words
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
            "earlier_return": earlier_return(dossier),
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
