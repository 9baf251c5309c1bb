"""Drafts of forms, as JSON: a page asks for those of its forms, and keeps what is typed meanwhile."""

from __future__ import annotations

from django.http import HttpResponseBadRequest, JsonResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_http_methods, require_POST

from dossiers.json_bodies import json_object
from dossiers.policies.access import ActorRequest, actor_required

from . import keeping


@actor_required
@require_http_methods(["GET", "POST"])
def drafts(request: ActorRequest) -> HttpResponseBase:
    """Return the person's drafts of a page (``?page=``), or keep one: ``{page, form, fields}``."""
    try:
        if request.method == "GET":
            return _drafts_of_page(request, keeping.read_page(request.GET.get("page")))
        given = json_object(request)
        page, form = keeping.read_page(given.get("page")), keeping.read_form(given.get("form"))
        at = keeping.keep(request.actor.user, page, form, keeping.read_fields(given.get("fields")))
    except (ValueError, TypeError):
        return HttpResponseBadRequest()
    return JsonResponse({"saved_at": at})


@actor_required
@require_POST
def forget(request: ActorRequest) -> HttpResponseBase:
    """Forget a draft that its person does not want: ``{page, form}``."""
    try:
        given = json_object(request)
        keeping.forget(
            request.actor.user, keeping.read_page(given.get("page")), keeping.read_form(given.get("form"))
        )
    except (ValueError, TypeError):
        return HttpResponseBadRequest()
    return JsonResponse({})


def _drafts_of_page(request: ActorRequest, page: str) -> JsonResponse:
    found = keeping.drafts_of(request.actor.user).filter(page=page)
    return JsonResponse({"drafts": list(found.values("form", "fields", "saved_at"))})
