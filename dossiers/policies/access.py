"""Decorators for views: a signed-in person with a current appointment, and the dossier they may see."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render, resolve_url

from dossiers.acts import ActRefused, DossierAct
from dossiers.dossier.models import Dossier, Purpose

from .actor import Actor
from .visibility import handled_transfer, visible_dossier_or_404

P = ParamSpec("P")

#: The parts of a dossier by what it is about: the others would show nothing but gaps, so that they are unknown there.
PARTS: dict[str, frozenset[str]] = {
    Purpose.REVIEW: frozenset({"", "dossier", "results", "titles"}),
    Purpose.REVOCATION: frozenset({"", "dossier", "titles"}),
}


class ActorRequest(HttpRequest):
    """A request after the actor was resolved."""

    actor: Actor


def actor_required(
    view: Callable[Concatenate[ActorRequest, P], HttpResponseBase],
) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """Send strangers to sign in; tell people without a current appointment whom to ask."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return _to_sign_in(request)
        if getattr(request, "actor", None) is None:
            return render(request, "dossier/no_appointment.html", status=403)
        return view(request, *args, **kwargs)  # type: ignore[arg-type]

    guarded.access = "actor"  # type: ignore[attr-defined]
    return guarded


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    """Ask to sign in; of a form that was sent the sign-in page says that it was not saved."""
    address = resolve_url(settings.LOGIN_URL)
    if request.method == "POST":
        address += "?chua-luu=1"
    return redirect_to_login(request.get_full_path(), address)


_readers: list[Callable[[ActorRequest, Dossier], Dossier]] = []


def follow_reading(follower: Callable[[ActorRequest, Dossier], Dossier]) -> None:
    """Register who is told, before anything is shown, that somebody opens a page of a dossier they may see.

    It returns the dossier as it is to be shown. Raises ActRefused where the page must not be shown now.
    """
    if follower not in _readers:
        _readers.append(follower)


def with_dossier(
    view: Callable[Concatenate[ActorRequest, Dossier, P], HttpResponseBase],
) -> Callable[..., HttpResponseBase]:
    """Pass the dossier named by ``pk`` when the actor may see it; otherwise 404, as for one that does not exist.

    Whoever had it until it was moved is sent from its own pages on to what they may still read.
    """

    @actor_required
    @wraps(view)
    def guarded(request: ActorRequest, pk: int, *args: Any, **kwargs: Any) -> HttpResponseBase:
        asked = request.resolver_match.namespace if request.resolver_match else ""
        try:
            dossier = visible_dossier_or_404(request.actor, pk)
        except Http404:
            if asked == "dossier" and request.method == "GET" and handled_transfer(request.actor, pk):
                return redirect("transfers:handled", pk=pk)
            raise
        parts = PARTS.get(dossier.purpose)
        if parts is not None and asked not in parts:
            raise Http404
        if request.method == "GET":
            try:
                for follow in _readers:
                    dossier = follow(request, dossier)
            except ActRefused as refused:
                messages.error(request, str(refused))
                return redirect("dossiers")
        return view(request, dossier, *args, **kwargs)

    guarded.access = "dossier"  # type: ignore[attr-defined]
    return guarded


def require_authority(act: type[DossierAct], request: ActorRequest, dossier: Dossier) -> None:
    """Answer 404 to people who have no authority for the act, whatever the state: the page is not theirs."""
    if act.authority.denial(request.actor, dossier) is not None:
        raise Http404
