"""Who may see which dossiers. Lists are narrowed by the same code that guards single pages.

Unknown and invisible look the same: ``visible_dossier_or_404`` raises Http404 for both.
"""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import F, Q, QuerySet
from django.http import Http404

from dossiers.appraisal.models import Finding, Opinion
from dossiers.dossier.models import Dossier, DossierQuerySet, State
from dossiers.organisations.models import Level, Role
from storage.ledger import Entry

from .actor import Actor

WHOLE_PROVINCE = frozenset({Role.COORDINATION_OFFICER, Role.PROVINCIAL_CHAIR, Role.COUNCIL_SECRETARY})
DEPARTMENTS = frozenset({Role.DEPARTMENT_OFFICER, Role.DEPARTMENT_HEAD})
DISTRICTS = frozenset({Role.DISTRICT_OFFICER, Role.DISTRICT_CHAIR})
NOTHING = Q(pk__in=())
#: The acts whose history entries tell the contents of an opinion, by the beginning of their names.
OPINION_ACTS = "opinion."


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


def comparable_evidence(actor: Actor) -> Q:
    """Return which evidence may be shown beside a file that the actor appraises, as a condition on evidence.

    Departments appraise their own indicators in every commune, the district and the coordination office all of their
    place, whether or not the other dossier has come to them. What was never submitted is the commune's own draft.
    Nobody else is told of other dossiers' files.
    """
    return _within_appraisal(actor) & Q(document__retention__isnull=False)


def _within_appraisal(actor: Actor) -> Q:
    if actor.role in DEPARTMENTS:
        return Q(
            result__department_id=actor.agency.pk,
            result__dossier__province_id=actor.unit.pk,
        )
    if actor.role in DISTRICTS:
        return Q(result__dossier__commune__parent_id=actor.unit.pk)
    if actor.role is Role.COORDINATION_OFFICER:
        return Q(result__dossier__province_id=actor.unit.pk)
    return NOTHING


def may_see_opinion_contents(actor: Actor, dossier: Dossier, opinion: Opinion) -> bool:
    """Say whether the contents of a department's opinion are open to the actor.

    An opinion is sealed from everybody but its own department until all departments of the round have signed. The
    coordination office sees progress, not contents. Inspectors read everything in scope.
    """
    if actor.role is Role.INSPECTOR or opinion.department_id == actor.agency.pk:
        return True
    still_open = dossier.state == State.APPRAISING and opinion.round == dossier.appraisal_round
    return not still_open


def findings_open_to_all() -> QuerySet[Finding]:
    """Return the findings of each dossier's current round that are open to everybody who sees the dossier."""
    current = Finding.objects.filter(opinion__round=F("opinion__dossier__appraisal_round"))
    return current.exclude(opinion__dossier__state=State.APPRAISING)


def open_opinions(actor: Actor, dossier: Dossier) -> frozenset[int]:
    """Return the ids of the dossier's opinions whose contents are open to the actor. One query."""
    opinions = Opinion.objects.filter(dossier=dossier).order_by("pk")
    return frozenset(one.pk for one in opinions if may_see_opinion_contents(actor, dossier, one))


def is_sealed(entry: Entry, opened: Collection[int]) -> bool:
    """Say whether a history entry tells the contents of an opinion that is not among the ``opened``.

    Who, when and which act are open to all who see the dossier; what was found, and on which indicators, is not.
    """
    return entry.act.startswith(OPINION_ACTS) and entry.subject.get("opinion") not in opened


def unsealed_entries(opened: Collection[int]) -> Q:
    """Return ``is_sealed`` turned round, as a condition on ledger entries: a search must not tell what is sealed."""
    return ~Q(act__startswith=OPINION_ACTS) | Q(subject__opinion__in=sorted(opened))
