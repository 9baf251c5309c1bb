"""Who may see which dossiers. Lists are narrowed by the same code that guards single pages.

Unknown and invisible look the same: ``visible_dossier_or_404`` raises Http404 for both.
"""

from __future__ import annotations

from django.db.models import Q
from django.http import Http404

from dossiers.appraisal.models import Opinion
from dossiers.dossier.models import Dossier, DossierQuerySet, State
from dossiers.organisations.models import Level, Role

from .actor import Actor

WHOLE_PROVINCE = frozenset({Role.COORDINATION_OFFICER, Role.PROVINCIAL_CHAIR, Role.COUNCIL_SECRETARY})
DEPARTMENTS = frozenset({Role.DEPARTMENT_OFFICER, Role.DEPARTMENT_HEAD})
NOTHING = Q(pk__in=())


def visible_dossiers(actor: Actor) -> DossierQuerySet:
    """Return the dossiers the actor may see. Roles that are not named see none."""
    return Dossier.objects.filter(_scope(actor))


def _scope(actor: Actor) -> Q:
    unit, role = actor.unit, actor.role
    if role is Role.ADMINISTRATOR:
        return NOTHING
    if role in DEPARTMENTS:
        # A subquery, not a join: one dossier appears once however many rounds the department has signed.
        assigned = Opinion.objects.filter(department_id=actor.agency.pk).values("dossier_id")
        return Q(pk__in=assigned)
    if role in WHOLE_PROVINCE:
        return Q(province_id=unit.pk)
    return _within_unit(actor)


def _within_unit(actor: Actor) -> Q:
    unit = actor.unit
    match unit.level:
        case Level.COMMUNE:
            return Q(commune_id=unit.pk)
        case Level.DISTRICT:
            return Q(commune__parent_id=unit.pk)
        case Level.PROVINCE:
            return Q(province_id=unit.pk)
        case _:
            return NOTHING


def visible_dossier_or_404(actor: Actor, pk: int) -> Dossier:
    """Return the dossier when the actor may see it. Raises Http404 when it is unknown or invisible."""
    dossier = visible_dossiers(actor).with_places().filter(pk=pk).first()
    if dossier is None:
        raise Http404
    return dossier


def may_see_opinion_contents(actor: Actor, dossier: Dossier, opinion: Opinion) -> bool:
    """Say whether the contents of a department's opinion are open to the actor.

    An opinion is sealed from everybody but its own department until all departments of the round have signed. The
    coordination office sees progress, not contents. Inspectors read everything in scope.
    """
    if actor.role is Role.INSPECTOR or opinion.department_id == actor.agency.pk:
        return True
    still_open = dossier.state == State.APPRAISING and opinion.round == dossier.appraisal_round
    return not still_open
