"""The register of titles, a title's page, and the files they rest on."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from dossiers.dossier.models import Dossier, Purpose
from dossiers.policies.access import ActorRequest, actor_required, with_dossier
from storage.documents import link
from storage.documents.models import Document
from storage.errors import StorageError

from .cases import lies_in_a_district
from .exports import rows_of_register
from .filters import RegisterFilter
from .models import Title
from .offers import offers_on
from .papers import papers_of_case
from .selectors import (
    CurrentSets,
    Story,
    meets_in_words,
    now_in_words,
    register_of,
)
from .standings import assessment_of, revocation_procedure
from .visibility import visible_title_or_404

PAGE = 50
P = ParamSpec("P")


def with_title(
    view: Callable[Concatenate[ActorRequest, Title, P], HttpResponseBase],
) -> Callable[..., HttpResponseBase]:
    """Pass the title named by ``title_id`` when the actor may see it; otherwise 404, as for an unknown one."""

    @actor_required
    @wraps(view)
    def guarded(request: ActorRequest, title_id: int, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return view(request, visible_title_or_404(request.actor, title_id), *args, **kwargs)

    guarded.access = "title"  # type: ignore[attr-defined]
    return guarded


def current_sets(request: ActorRequest) -> CurrentSets:
    return CurrentSets(request.actor.unit.province())


@actor_required
@require_safe
def register(request: ActorRequest) -> HttpResponse:
    """The titles of the actor's place, narrowed by words, district, level, year, state and the current set."""
    narrowing, sets = RegisterFilter(request.GET.dict(), request.actor), current_sets(request)
    page = Paginator(register_of(request.actor, narrowing.asked, sets), PAGE).get_page(
        request.GET.get("trang")
    )
    context = {
        "page": page,
        "rows": [(one, now_in_words(sets.now(one), sets)) for one in page.object_list],
        "filter": narrowing,
        "query": narrowing.query,
        "offers": offers_on(request.actor, None),
    }
    return render(request, "titles/list.html", context)


@actor_required
@require_safe
def export(request: ActorRequest) -> HttpResponseBase:
    """The same titles as a CSV file, all of them. A file cannot say what it is not narrowed by, so the page does."""
    narrowing, sets = RegisterFilter(request.GET.dict(), request.actor), current_sets(request)
    if narrowing.not_applied:
        return redirect(f"{reverse('titles:list')}?{narrowing.query}")
    rows = rows_of_register(register_of(request.actor, narrowing.asked, sets), sets)
    headers = {"Content-Disposition": 'attachment; filename="danh-hieu.csv"', "Cache-Control": "no-store"}
    return StreamingHttpResponse(rows, content_type="text/csv; charset=utf-8", headers=headers)


@with_title
@require_safe
def title(request: ActorRequest, held: Title) -> HttpResponse:
    """A title's whole story: what it rests on, whether the commune still meets the set, reviews, revocation."""
    story = Story(request.actor, held)
    rule = revocation_procedure(in_district=lies_in_a_district(held)).revocation_rule
    latest = story.latest_confirmed
    context = {
        "held": held,
        "story": story,
        "meets_words": meets_in_words(held, current_sets(request)),
        "latest": latest,
        "assessment": assessment_of(latest, rule) if latest else None,
        "rule": rule,
        "successors": held.successors.select_related("commune"),
        "offers": offers_on(request.actor, held),
    }
    return render(request, "titles/title.html", context)


@with_title
@require_safe
def open_document(request: ActorRequest, held: Title) -> HttpResponse:
    """Send the person on to a short-lived link of the paper that an entered title rests on."""
    if held.document is None:
        raise Http404
    return _to_file(request, held.document, "titles:title", title_id=held.pk)


@with_dossier
@require_safe
def open_paper(request: ActorRequest, dossier: Dossier, document_id: UUID) -> HttpResponse:
    """Send the person on to a short-lived link of a file of a case of revocation."""
    if dossier.purpose != Purpose.REVOCATION:
        raise Http404
    document = get_object_or_404(papers_of_case(dossier), pk=document_id)
    return _to_file(request, document, "dossier:overview", pk=dossier.pk)


def _to_file(request: HttpRequest, document: Document, page: str, **arguments: Any) -> HttpResponse:
    """Redirect to the file, or back to the page with the reason why it is closed."""
    try:
        answer: HttpResponse = redirect(link(document))
    except StorageError as reason:
        messages.error(request, f"{document.name}: {reason}")
        answer = redirect(page, **arguments)
    answer["Cache-Control"] = "no-store"
    answer["Referrer-Policy"] = "no-referrer"
    return answer
