"""Puts ``request.actor`` on every request: the signed-in person in the appointment they chose."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from dossiers.organisations.models import Appointment

from .actor import Actor

SESSION_KEY = "appointment"


class ActorMiddleware:
    """Resolve the actor lazily. It is None for strangers and for people without a current appointment."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.actor = actor_of(request)  # type: ignore[attr-defined]
        return self.get_response(request)


def actor_of(request: HttpRequest) -> Actor | None:
    """Return the actor of the request, in the chosen appointment or else the first current one."""
    user = request.user
    if not user.is_authenticated:
        return None
    current = (
        Appointment.objects.current(on=timezone.localdate())
        .filter(user=user)
        .select_related("agency__unit__parent")
        .order_by("pk")
    )
    appointments = list(current)
    request.appointments = appointments  # type: ignore[attr-defined]
    if not appointments:
        return None
    chosen = request.session.get(SESSION_KEY)
    appointment = next((one for one in appointments if one.pk == chosen), appointments[0])
    return Actor(user=user, appointment=appointment)
