"""The page of one file beside what it is to prove."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from dossiers.criteria.thresholds import threshold_for
from dossiers.dossier.models import Dossier
from dossiers.dossier.views import open_pages
from dossiers.policies.access import ActorRequest, with_dossier
from storage.documents import scanning, signature_lines
from storage.documents.links import opens_in_browser

from .evidence import evidence_or_404
from .likeness import comparison_words, resemblances
from .photo_notes import place_of
from .selectors import (
    earlier_versions,
    findings_are_sealed,
    neighbour,
    places_of_document,
    visible_findings,
)
from .showing import shown
from .unsent import listed_for
from .views import is_editable


@with_dossier
@require_safe
def view_evidence(request: ActorRequest, dossier: Dossier, evidence_id: int) -> HttpResponse:
    """One file, page by page, with requirement, figure and findings beside it. Taken off, it is shown all the same."""
    one = evidence_or_404(request, dossier, evidence_id)
    result, document = one.result, one.document
    listed = list(listed_for(request.actor).filter(result=result).values_list("pk", flat=True))
    place = listed.index(one.pk) if one.pk in listed else None
    reading = getattr(document, "reading", None)
    threshold = threshold_for(result.indicator)
    context = {
        "dossier": dossier,
        "active_tab": "indicators",
        "one": one,
        "document": document,
        "reading": reading,
        "place": place_of(reading, dossier.commune) if reading else None,
        "shown": shown(document, _number(request.GET.get("trang", ""))),
        "scan": scanning.words(document),
        "signatures": signature_lines(document),
        "compared": comparison_words(request.actor, document),
        "resembled": resemblances(request.actor, dossier, [one]).get(one.pk),
        "is_closed": bool(scanning.withheld(document)),
        "opens_inline": opens_in_browser(document),
        "result": result,
        "indicator": result.indicator,
        "threshold": threshold.describe(dossier.title_year),
        "figure": threshold.display(result.value),
        "findings_are_sealed": findings_are_sealed(request.actor, dossier, result),
        "before": neighbour(request.actor, dossier, result, back=True),
        "after": neighbour(request.actor, dossier, result),
        "findings": visible_findings(request.actor, dossier).get(result.pk, []),
        "position": None if place is None else place + 1,
        "total": len(listed),
        "previous": listed[place - 1] if place else None,
        "next": listed[place + 1] if place is not None and place + 1 < len(listed) else None,
        "versions": earlier_versions(request.actor, one),
        "elsewhere": places_of_document(request.actor, dossier, document, beside=result),
        "editable": place is not None and is_editable(request, dossier, result),
        "pages": open_pages(request, dossier),
    }
    return render(request, "results/view.html", context)


def _number(typed: str) -> int:
    return int(typed) if typed.isdecimal() and len(typed) < 7 else 1
