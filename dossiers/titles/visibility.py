"""Who may see titles. They are public acts: everybody with an appointment reads those of their own place."""

from __future__ import annotations

from django.db.models import Q
from django.http import Http404

from dossiers.organisations.models import Level
from dossiers.policies import Actor

from .models import Title
from .models.titles import TitleQuerySet


def visible_titles(actor: Actor) -> TitleQuerySet:
    """Return the titles of the actor's commune, district or province."""
    unit = actor.unit
    match unit.level:
        case Level.COMMUNE:
            scope = Q(commune_id=unit.pk)
        case Level.DISTRICT:
            scope = Q(commune__parent_id=unit.pk)
        case _:
            scope = Q(commune__parent_id=unit.pk) | Q(commune__parent__parent_id=unit.pk)
    return Title.objects.filter(scope)


def visible_title_or_404(actor: Actor, pk: int) -> Title:
    """Return the title when the actor may see it. Raises Http404 when it is unknown or invisible."""
    title = (
        visible_titles(actor)
        .select_related(
            "commune__parent",
            "criteria_set",
            "assessed_set",
            "decision__dossier",
            "document",
            "predecessor__commune",
        )
        .filter(pk=pk)
        .first()
    )
    if title is None:
        raise Http404
    return title
