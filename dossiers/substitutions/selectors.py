"""Reading who stands in for whom at an agency."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from dossiers.organisations.models import Appointment, Role
from dossiers.organisations.models.appointments import HEADS
from dossiers.policies import Actor

from .acts import acts_of, may_decide_for
from .models import Substitution, SubstitutionQuerySet


@dataclass(frozen=True)
class Line:
    """A substitution as people read it; ``standing`` is running, ahead, ended or revoked."""

    substitution: Substitution
    standing: str
    words: str
    scope: list[str]
    may_revoke: bool


def of_agency(actor: Actor) -> SubstitutionQuerySet:
    """Return the substitutions at the actor's agency, those that begin last first."""
    found = Substitution.objects.filter(absent__agency=actor.agency).with_places()
    return found.select_related("substitute", "absent__user", "made_by", "revoked_by", "paper")


def lines_of(actor: Actor, substitutions: QuerySet[Substitution]) -> list[Line]:
    """Put substitutions at the actor's agency into lines. One query."""
    today = timezone.localdate()
    lines = []
    for one in substitutions:
        standing, words = _standing(one)
        labels = dict(acts_of(Role(one.absent.role)))
        lines.append(
            Line(
                one,
                standing,
                words,
                [labels.get(name, name) for name in one.acts],
                one.is_open(today) and may_decide_for(actor, one.absent),
            )
        )
    return lines


def _standing(one: Substitution) -> tuple[str, str]:
    today = timezone.localdate()
    if one.revoked_at is not None:
        return "revoked", _("Đã thu hồi")
    if one.ends_on < today:
        return "ended", _("Đã hết hạn")
    if one.starts_on > today:
        return "ahead", _("Chưa bắt đầu")
    return "running", _("Đang thay")


def appointments_to_decide_for(actor: Actor) -> QuerySet[Appointment]:
    """Return the current appointments for which the actor may name a substitute: their own, or a head's agency."""
    current = Appointment.objects.current(timezone.localdate()).filter(agency=actor.agency)
    if actor.substitution is not None:
        return current.none()
    if actor.role not in HEADS:
        current = current.filter(pk=actor.appointment.pk)
    with_acts = [role for role in Role if acts_of(role)]
    return current.filter(role__in=with_acts).select_related("user").order_by("user__full_name", "pk")


def colleagues(actor: Actor) -> QuerySet[Appointment]:
    """Return the current appointments at the actor's agency."""
    current = Appointment.objects.current(timezone.localdate()).filter(agency=actor.agency)
    return current.select_related("user").order_by("user__full_name", "pk")
