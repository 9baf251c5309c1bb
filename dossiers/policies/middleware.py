"""Puts ``request.actor`` on every request: the signed-in person in the appointment, or for the person, they chose."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from dossiers.organisations.models import Appointment
from dossiers.substitutions.models import Substitution

from .actor import Actor

SESSION_KEY = "appointment"
SUBSTITUTION_KEY = "substitution"
READING = ("GET", "HEAD", "OPTIONS")


class ActorMiddleware:
    """Resolve the actor lazily. It is None for strangers and for people without a current appointment."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.actor = actor_of(request)  # type: ignore[attr-defined]
        return self.get_response(request)


def actor_of(request: HttpRequest) -> Actor | None:
    """Return the actor of the request, as the person chose to act or else in their first current appointment.

    ``request.appointments`` and ``request.substitutions`` are what there is to choose from. A substitution that ended
    while it was chosen is given up by the next page, which says so (``request.ended_substitution``); a form that was
    sent goes on to its act, which refuses it and keeps what was typed.
    """
    user = request.user
    if not user.is_authenticated:
        return None
    today = timezone.localdate()
    current = (
        Appointment.objects.current(on=today)
        .filter(user=user)
        .select_related("agency__unit__parent")
        .order_by("pk")
    )
    appointments = list(current)
    request.appointments = appointments  # type: ignore[attr-defined]
    request.substitutions = []  # type: ignore[attr-defined]
    if not appointments:
        return None
    running = Substitution.objects.running(today).filter(substitute=user).with_places().order_by("pk")
    request.substitutions = list(running)  # type: ignore[attr-defined]
    if (chosen := request.session.get(SUBSTITUTION_KEY)) is not None:
        actor = _standing_in(request, chosen)
        if actor is not None:
            return actor
    chosen = request.session.get(SESSION_KEY)
    appointment = next((one for one in appointments if one.pk == chosen), appointments[0])
    return Actor(user=user, appointment=appointment)


def _standing_in(request: HttpRequest, substitution_id: int) -> Actor | None:
    running = request.substitutions  # type: ignore[attr-defined]
    if found := next((one for one in running if one.pk == substitution_id), None):
        return Actor(user=request.user, appointment=found.absent, substitution=found)  # type: ignore[arg-type]
    ended = _own(request, substitution_id)
    if ended is not None and request.method not in READING:
        return Actor(user=request.user, appointment=ended.absent, substitution=ended)  # type: ignore[arg-type]
    del request.session[SUBSTITUTION_KEY]
    request.ended_substitution = ended  # type: ignore[attr-defined]
    return None


def _own(request: HttpRequest, substitution_id: int) -> Substitution | None:
    """Return a substitution of the person's, running or not; none at an agency which they have left since."""
    agencies = {one.agency_id for one in request.appointments}  # type: ignore[attr-defined]
    mine = Substitution.objects.filter(substitute=request.user, absent__agency__in=agencies)  # type: ignore[misc]
    return mine.with_places().filter(pk=substitution_id).first()


def actor_named(request: HttpRequest, key: str) -> Actor | None:
    """Return the person as the actor that a form was filled in as (``Actor.key``), also when they may no longer be.

    None when the key names nothing of theirs.
    """
    kind, number = key[:1], key[1:]
    if not number.isdecimal() or len(number) > 18:
        return None
    if kind == "s" and (found := _own(request, int(number))):
        return Actor(user=request.user, appointment=found.absent, substitution=found)  # type: ignore[arg-type]
    appointments = request.appointments  # type: ignore[attr-defined]
    if kind == "a" and (held := next((one for one in appointments if one.pk == int(number)), None)):
        return Actor(user=request.user, appointment=held)  # type: ignore[arg-type]
    return None


def choose(request: HttpRequest, actor: Actor) -> None:
    """Let the person act as this actor from the next page on."""
    if actor.substitution is None:
        request.session.pop(SUBSTITUTION_KEY, None)
        request.session[SESSION_KEY] = actor.appointment.pk
    else:
        request.session[SUBSTITUTION_KEY] = actor.substitution.pk
