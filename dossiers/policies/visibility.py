"""Who may see which dossiers. Lists are narrowed by the same code that guards single pages.

Unknown and invisible look the same: ``visible_dossier_or_404`` raises Http404 for both.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.http import Http404

from dossiers.appraisal.models import Finding, Opinion, OpinionState
from dossiers.appraisal.supplements.models import SupplementRequest
from dossiers.dossier.models import Dossier, DossierQuerySet, Purpose, State
from dossiers.organisations.models import Level, Role
from dossiers.procedures import procedures
from dossiers.titles.models import RevocationOpinion
from dossiers.transfers.models import Transfer
from storage.ledger import Entry

from .actor import Actor

WHOLE_PROVINCE = frozenset({Role.COORDINATION_OFFICER, Role.PROVINCIAL_CHAIR, Role.COUNCIL_SECRETARY})
DEPARTMENTS = frozenset({Role.DEPARTMENT_OFFICER, Role.DEPARTMENT_HEAD})
DISTRICTS = frozenset({Role.DISTRICT_OFFICER, Role.DISTRICT_CHAIR})
COMMUNE_COMMITTEE = frozenset({Role.COMMUNE_OFFICIAL, Role.COMMUNE_CHAIR})
NOTHING = Q(pk__in=())
#: The acts whose history entries tell the contents of an opinion, by the beginning of their names.
OPINION_ACTS = "opinion."
#: Those that tell what a department and the commune write each other about a supplement.
ABOUT_SUPPLEMENTS = frozenset(
    {
        "opinion.ask_supplement",
        "opinion.withdraw_request",
        "opinion.go_on",
        "supplement.write",
        "supplement.send",
        "deadline.extend_answer",
    }
)
#: Those by which figures and evidence change; of a supplement when they name the opinion that waits for it.
EDITING_ACTS = "result."
#: That by which the commune writes what it is going to answer.
WRITING_ACT = "supplement.write"


def visible_dossiers(actor: Actor) -> DossierQuerySet:
    """Return the dossiers the actor may see. Roles that are not named see none."""
    return Dossier.objects.filter(_scope(actor))


def _scope(actor: Actor) -> Q:
    unit, role = actor.unit, actor.role
    if role is Role.ADMINISTRATOR:
        return NOTHING
    if role in DEPARTMENTS:
        # A subquery, not a join: one dossier appears once however many rounds the department has signed.
        return Q(province_id=unit.pk) & (_asked_for_opinion(actor) | _named_by_procedure(actor))
    if role in WHOLE_PROVINCE:
        return Q(province_id=unit.pk)
    return _within_unit(actor)


def _asked_for_opinion(actor: Actor, path: str = "") -> Q:
    """Return which dossiers, to which rows lead by ``path``, the actor's department was asked about."""
    assigned = Opinion.objects.filter(department_id=actor.agency.pk).values("dossier_id")
    asked = RevocationOpinion.objects.filter(department_id=actor.agency.pk).values("revocation_id")
    return Q(**{f"{path or 'pk'}__in": assigned}) | Q(**{f"{path or 'pk'}__in": asked})


def _named_by_procedure(actor: Actor) -> Q:
    """Return which dossiers the actor's agency has a part in by name, once the province has accepted them."""
    codes = _naming(actor)
    return Q(procedure__in=codes, appraisal_round__gte=1) if codes else NOTHING


def _naming(actor: Actor) -> list[str]:
    """Return the procedures in which the actor's agency has a part by name."""
    return [code for code, one in procedures().items() if one.names_agency(actor.agency.code)]


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


def handled_transfers(actor: Actor) -> QuerySet[Transfer]:
    """Return the moves by which dossiers went away from the actor's place, or from an agency that had a part in them.

    Whoever had a dossier in scope until then goes on reading what was done until then, and nothing of what came
    after: that is another place's. A department had it by its opinion, or named by the procedure.
    """
    unit, role = actor.unit, actor.role
    gone = Transfer.objects.exclude(from_commune=F("to_commune"), from_province=F("to_province"))
    if role is Role.ADMINISTRATOR:
        return gone.none()
    if role in DEPARTMENTS:
        named = Q(from_procedure__in=_naming(actor), appraisal_round__gte=1)
        return gone.filter(named | _asked_for_opinion(actor, "dossier"), from_province_id=unit.pk)
    match unit.level:
        case Level.COMMUNE:
            return gone.filter(from_commune_id=unit.pk)
        case Level.DISTRICT:
            return gone.filter(from_commune__parent_id=unit.pk)
        case Level.PROVINCE:
            return gone.filter(from_province_id=unit.pk).exclude(to_province_id=unit.pk)
        case _:
            return gone.none()


def moved_away(actor: Actor) -> QuerySet[Transfer]:
    """Return the last move of each dossier that the actor's place had and may no longer see, the latest first."""
    gone = handled_transfers(actor).exclude(dossier__in=visible_dossiers(actor))
    latest = gone.filter(dossier=OuterRef("dossier")).order_by("-sequence").values("pk")[:1]
    found = gone.filter(pk=Subquery(latest)).select_related("dossier", "from_commune", "to_commune")
    return found.order_by("-at", "-pk")


def handled_transfer(actor: Actor, pk: int) -> Transfer | None:
    """Return the last move by which this dossier went away from the actor's place, or None. One query."""
    mine = handled_transfers(actor).filter(dossier_id=pk)
    return mine.select_related("dossier", "from_commune", "to_commune", "to_province").first()


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


def sealed_rounds(dossier: Dossier) -> frozenset[int]:
    """Return the rounds of appraisal in which not all departments have signed. One query.

    That of a dossier which was withdrawn meanwhile stays sealed for ever: what was not signed was never said.
    """
    unsigned = Opinion.objects.filter(dossier=dossier).exclude(state=OpinionState.SIGNED)
    return frozenset(unsigned.order_by().values_list("round", flat=True))


def in_sealed_round(path: str) -> Exists:
    """Return the same as a condition on rows that lead to an opinion by ``path``."""
    others = Opinion.objects.filter(dossier=OuterRef(f"{path}dossier"), round=OuterRef(f"{path}round"))
    return Exists(others.exclude(state=OpinionState.SIGNED))


def may_see_opinion_contents(actor: Actor, opinion: Opinion, sealed: Collection[int]) -> bool:
    """Say whether the contents of a department's opinion are open to the actor.

    An opinion is sealed from everybody but its own department until all departments of the round have signed;
    ``sealed`` is what ``sealed_rounds`` returned. The coordination office sees progress, not contents. Inspectors read
    everything in scope.
    """
    if actor.role is Role.INSPECTOR or opinion.department_id == actor.agency.pk:
        return True
    return opinion.round not in sealed


def may_read_supplements(actor: Actor, opinion: Opinion, sealed: Collection[int]) -> bool:
    """Say whether what a department and the commune write each other about a supplement is open to the actor.

    To those two, and to whoever may read the opinion.
    """
    is_asked = actor.role in COMMUNE_COMMITTEE and actor.unit.pk == opinion.dossier.commune_id
    return is_asked or may_see_opinion_contents(actor, opinion, sealed)


def sees_unsent(actor: Actor) -> bool:
    """Say whether the actor sees what the commune of a visible dossier changes while a department waits for it.

    That is the People's Committee's own until its chair sends the answer: no other commune's sees the dossier, and one
    from which it was moved reads the history of its own time only. Everybody else, inspectors too, sees what was
    submitted.
    """
    return actor.role in COMMUNE_COMMITTEE


def is_told_of_reopening(actor: Actor, dossier: Dossier) -> bool:
    """Say whether the actor may know which indicators are open to the commune again.

    During the appraisal that tells what departments asked for; of these each sees its own indicators only.
    """
    told = COMMUNE_COMMITTEE | DEPARTMENTS | {Role.INSPECTOR}
    return dossier.state != State.APPRAISING or actor.role in told


def findings_open_to_all() -> QuerySet[Finding]:
    """Return the findings of each dossier's current round that are open to everybody who sees the dossier."""
    current = Finding.objects.filter(opinion__round=F("opinion__dossier__appraisal_round"))
    never_opened = Q(opinion__dossier__state=State.WITHDRAWN) & Q(in_sealed_round("opinion__"))
    return current.exclude(opinion__dossier__state=State.APPRAISING).exclude(never_opened)


def may_see_revocation_opinion(actor: Actor, dossier: Dossier, opinion: RevocationOpinion) -> bool:
    """Say whether a department's opinion on a revocation is open to the actor: sealed like one on recognition."""
    if actor.role is Role.INSPECTOR or opinion.department_id == actor.agency.pk:
        return True
    return dossier.state != State.REVOCATION_APPRAISING and opinion.signed_at is not None


@dataclass(frozen=True)
class Unsealed:
    """The ids of the opinions whose contents are open to an actor, and of those whose supplements are.

    Opinions on a revocation go by their ``sealed_id``. ``unsent`` has, by opinion, the turns of the requests that it
    got: what the commune's officials tried while they prepared the answer is not the actor's to read.
    """

    opinions: frozenset[int | str]
    supplements: frozenset[int]
    unsent: Mapping[int, frozenset[int]] = field(default_factory=dict)


def unsealed_for(actor: Actor, dossier: Dossier) -> Unsealed:
    """Return what of the dossier's opinions is open to the actor. Two queries."""
    if dossier.purpose == Purpose.REVOCATION:
        asked = RevocationOpinion.objects.filter(revocation=dossier.pk)
        seen = (one.sealed_id for one in asked if may_see_revocation_opinion(actor, dossier, one))
        return Unsealed(frozenset(seen), frozenset())
    opinions = list(Opinion.objects.filter(dossier=dossier).order_by("pk"))
    sealed = frozenset(one.round for one in opinions if one.state != OpinionState.SIGNED)
    for one in opinions:
        one.dossier = dossier
    return Unsealed(
        frozenset(one.pk for one in opinions if may_see_opinion_contents(actor, one, sealed)),
        frozenset(one.pk for one in opinions if may_read_supplements(actor, one, sealed)),
        {} if sees_unsent(actor) else _unsent_turns(dossier),
    )


def _unsent_turns(dossier: Dossier) -> Mapping[int, frozenset[int]]:
    """Return by opinion the turns of its requests. What was sent stands in the answer; the rest was never said."""
    turns: defaultdict[int, set[int]] = defaultdict(set)
    requests = SupplementRequest.objects.of_dossier(dossier)
    for opinion, turn in requests.order_by().values_list("opinion", "turn"):
        turns[opinion].add(turn)
    return {opinion: frozenset(found) for opinion, found in turns.items()}


def is_unsent(entry: Entry, opened: Unsealed) -> bool:
    """Say whether a history entry tells what the commune's officials tried while they prepared an answer.

    Who, when and which act are open; what was written, figures and files are not: what its chair sent is in the entry
    of the answer. Entries from before the turn was among their subject are taken for those of the first.
    """
    if entry.act != WRITING_ACT and not entry.act.startswith(EDITING_ACTS):
        return False
    turns = opened.unsent.get(entry.subject.get("opinion", 0), frozenset())
    return bool(turns) and entry.subject.get("turn", min(turns)) in turns


def is_sealed(entry: Entry, opened: Unsealed) -> bool:
    """Say whether a history entry tells the contents of an opinion or a supplement that is not ``opened``.

    Who, when and which act are open to all who see the dossier; what was found or asked, and on which indicators, is
    not. What the commune changes while it answers a request tells what was asked.
    """
    opinion = entry.subject.get("opinion")
    if entry.act in ABOUT_SUPPLEMENTS or (entry.act.startswith(EDITING_ACTS) and opinion is not None):
        return opinion not in opened.supplements
    return entry.act.startswith(OPINION_ACTS) and opinion not in opened.opinions


def readable_entries(opened: Unsealed) -> Q:
    """Return entries that are neither sealed nor unsent, as a condition: a search must not tell what is in others."""
    about_supplements = Q(act__in=sorted(ABOUT_SUPPLEMENTS)) | Q(
        act__startswith=EDITING_ACTS, subject__has_key="opinion"
    )
    is_opinion = Q(act__startswith=OPINION_ACTS)
    unsealed = (
        (about_supplements & Q(subject__opinion__in=sorted(opened.supplements)))
        | (is_opinion & ~about_supplements & Q(subject__opinion__in=sorted(opened.opinions, key=str)))
        | ~(is_opinion | about_supplements)
    )
    prepares = Q(act=WRITING_ACT) | Q(act__startswith=EDITING_ACTS)
    for opinion, turns in opened.unsent.items():
        of_unsent = Q(subject__turn__in=sorted(turns)) | ~Q(subject__has_key="turn")
        # Asked by its key first: comparing what is not there is neither true nor false.
        unsealed &= ~(prepares & Q(subject__has_key="opinion") & Q(subject__opinion=opinion) & of_unsent)
    return unsealed
