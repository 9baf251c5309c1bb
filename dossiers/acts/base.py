"""An act is one thing a person can do: checks, change, ledger entry, effects, always in that order.

Nothing else writes a dossier. Views, commands, the API and the flows go through acts, so that each behaves
identically. The order of locks is dossier row, then its flow process, then the ledger stream.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from django.db import OperationalError, connection, transaction
from django.utils import timezone
from django.utils.functional import Promise
from django_fsm import can_proceed

from dossiers.policies import Actor, Condition
from dossiers.procedures import get_procedure
from storage import ledger

from .errors import ActRefused, Busy, NotPermitted, Refusal, StaleForm
from .standing import standing_of

if TYPE_CHECKING:
    from dossiers.dossier.models import Dossier, State
    from dossiers.procedures import ReceivingLevel
    from dossiers.substitutions.models import Substitution

LOCK_NOT_AVAILABLE = "55P03"
DEADLOCK_DETECTED = "40P01"


@contextmanager
def busy_when_locked() -> Iterator[None]:
    """Raise Busy when the database gave up waiting for a lock."""
    try:
        yield
    except OperationalError as error:
        if getattr(error.__cause__, "sqlstate", None) in (LOCK_NOT_AVAILABLE, DEADLOCK_DETECTED):
            raise Busy from error
        raise


@dataclass(frozen=True)
class LegalBasis:
    """The article an act carries out. ``verified`` is False while nobody compared it with the gazette."""

    citation: str
    verified: bool = False


@dataclass(frozen=True)
class Waiting:
    """Why an act that is open to somebody is not the next thing to do.

    ``sentence`` says what is done and who comes next. Where the same person has to do something else first, ``link``
    (a URL path) leads there and ``action`` is the text of the button.
    """

    sentence: str
    link: str = ""
    action: str = ""


class DossierAct:
    """An act on one dossier.

    Subclasses declare who (``authority``), when (``transition`` or ``states``) and what (``change``).
    ``transition`` names the method of the dossier's state machine that the act causes; the states in which the
    act is lawful are then the sources of that transition and are not written twice.

    ``perform`` runs in one database transaction: either the change, the ledger entry and the step of the flow
    are all there, or none is. It raises ``ActRefused`` (or a subclass) and changes nothing otherwise.
    """

    #: Templates show the act's label; without this they would call the class.
    do_not_call_in_templates: ClassVar[bool] = True

    name: ClassVar[str]
    label: ClassVar[str | Promise]
    authority: ClassVar[Condition]
    transition: ClassVar[str] = ""
    states: ClassVar[frozenset[State]] = frozenset()
    basis: ClassVar[LegalBasis] = LegalBasis("")
    #: Which earlier acts of the same person stand against this one. Read under the lock, and refused with a sentence.
    separation: ClassVar[Condition | None] = None
    #: Whether a substitution that names its acts lets the substitute do this one too: it decides nothing.
    is_of_any_scope: ClassVar[bool] = False
    #: Whether an agency puts its signature to a paper by it: an opinion, a request or its answer, a confirmation, a
    #: report, the minutes of a vote, a submission, a decision.
    is_signed: ClassVar[bool] = False

    def __init__(self, *, actor: Actor, dossier: Dossier, expected_revision: int | None = None) -> None:
        self.actor = actor
        self.dossier = dossier
        self.expected_revision = expected_revision
        self.at = timezone.now()
        self.today = timezone.localdate(self.at)
        self.entry: ledger.Entry | None = None
        self.moved_state = False
        #: Set by ``change`` when the act puts right what it said before; the flow has then taken its step already.
        self.is_correction = False
        #: Set by ``change`` when the act was done and its step is not: it has to be done again, with another outcome.
        self.leaves_step_open = False
        #: The code of the exception by which ``separation`` let the act pass, else "".
        self.exception = ""

    @classmethod
    def lawful_states(cls) -> frozenset[State]:
        """Return the states in which this act may be done."""
        from dossiers.dossier.models import Dossier, transition_sources

        return transition_sources(Dossier, cls.transition) if cls.transition else cls.states

    @classmethod
    def lawful_states_under(cls, level: ReceivingLevel) -> frozenset[State]:
        """Return those of them in procedures where this level receives what communes submit."""
        return cls.lawful_states()

    @classmethod
    def basis_under(cls, procedure: str) -> LegalBasis:
        """Return what the act rests on in this version of the procedure: what its data say, else the act's own."""
        given = get_procedure(procedure).bases.get(cls.name)
        return LegalBasis(given.citation, given.verified) if given else cls.basis

    @classmethod
    def is_open_to(cls, actor: Actor, dossier: Dossier) -> bool:
        """Say whether authority and state allow the act now, before any input or gate is looked at."""
        if actor.substitution is not None and not cls.is_within(actor.substitution):
            return False
        return cls.is_lawful_for(dossier) and cls.authority.denial(actor, dossier) is None

    @classmethod
    def is_within(cls, substitution: Substitution) -> bool:
        """Say whether the act is within the scope of a substitution."""
        return cls.is_of_any_scope or substitution.covers(cls.name)

    @classmethod
    def is_lawful_for(cls, dossier: Dossier) -> bool:
        """Say whether the dossier's legal state allows the act, whoever does it."""
        if cls.transition:
            return can_proceed(getattr(dossier, cls.transition))
        return dossier.state in cls.states

    @classmethod
    def waiting(cls, actor: Actor, dossier: Dossier) -> Waiting | None:
        """Return who or what comes before this act, or None when it is the next thing to do.

        Decides what pages offer first, never what is allowed; asked only where the act is open. At most two queries.
        """
        return None

    @classmethod
    def hindrances(cls, actor: Actor, dossier: Dossier) -> list[Refusal]:
        """Return what stands against the act now whatever is typed, besides the gates; empty when nothing does.

        Pages say it before anything is typed, and the act refuses with the same sentences. Reads only, by a fixed
        number of queries; asked only where authority and state allow the act.
        """
        return []

    def perform(self) -> ledger.Entry:
        """Do the act and return its ledger entry. Raises ActRefused, having changed nothing."""
        with busy_when_locked(), transaction.atomic():
            self.dossier = type(self.dossier).objects.locked(self.dossier)
            self.check()
            if self.transition:
                self.advance_state(self.transition)
            self.change()
            if self.moved_state:
                self.dossier.save()
            self.entry = self.record()
            self.notify_followers()
        return self.entry

    def check(self) -> None:
        """Raise unless authority, state, freshness and the act's own gates all allow it."""
        denial = self.authority.denial(self.actor, self.dossier)
        if denial is not None:
            raise NotPermitted(Refusal(denial.code, denial.message))
        self.check_standing()
        if not self.is_lawful_for(self.dossier):
            raise ActRefused(self.dossier.wrong_state_refusal(self.label))
        if self.expected_revision is not None and self.expected_revision != self.dossier.revision:
            raise StaleForm
        if found := self.all_refusals():
            raise ActRefused(*found)

    def check_standing(self) -> None:
        """Raise unless the person may do it themselves: as a substitute in force at this moment, and not twice over."""
        standing = standing_of(type(self), self.actor, self.dossier, self.today, is_locked=True)
        if standing.refusals:
            raise ActRefused(*standing.refusals)
        self.exception = standing.exception

    def all_refusals(self) -> list[Refusal]:
        """Return everything against the act as it was typed; its input is not looked at while something else is."""
        return (self.hindrances_now() or self.refusals()) + self.gate_refusals()

    def hindrances_now(self) -> list[Refusal]:
        """Return ``hindrances``, under the lock."""
        return self.hindrances(self.actor, self.dossier)

    def refusals(self) -> list[Refusal]:
        """Return everything that is wrong with the act's own input."""
        return []

    def gate_refusals(self) -> list[Refusal]:
        """Return what the gates that the dossier's procedure puts before this act still lack."""
        from dossiers.gates import refusals_at

        return refusals_at(self.name, self.dossier)

    def change(self) -> None:
        """Write what the act changes. Runs under the dossier's row lock."""

    def payload(self) -> dict[str, Any]:
        """Return what the ledger keeps of the act, JSON-clean: figures as strings, exact file hashes."""
        return {}

    def subject(self) -> dict[str, Any]:
        """Return what the act was done to."""
        return {"dossier": self.dossier.pk}

    def record(self) -> ledger.Entry:
        payload = {"state": self.dossier.state, **self.payload()}
        if self.actor.substitution is not None:
            payload["substitution"] = self.actor.substitution.stamp()
        if self.exception:
            payload["same_person"] = self.exception
        return ledger.append(
            stream=self.dossier.stream,
            act=self.name,
            actor=self.actor.stamp(),
            subject=self.subject(),
            payload=payload,
            at=self.at,
            is_serialised=True,
        )

    def notify_followers(self) -> None:
        """Let the flows take their step in this transaction, and schedule the effects after commit."""
        for follow in _followers:
            follow(self)
        transaction.on_commit(self.after_commit)

    def after_commit(self) -> None:
        """Effects that must not happen unless the act did (mail, jobs). The default does nothing."""

    def advance_state(self, transition: str) -> None:
        """Take a transition of the dossier's state machine; the database trigger allows it to acts only."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('lua.act', %s, true)", [self.name])
        getattr(self.dossier, transition)()
        self.dossier.state_since = self.at
        self.dossier.revision += 1
        self.moved_state = True

    def outdate_forms(self) -> None:
        """Make the forms stale that others opened before: they decide on what this act has just changed."""
        self.dossier.revision += 1
        type(self.dossier).objects.filter(pk=self.dossier.pk).update(revision=self.dossier.revision)


Foreseer = Callable[[type[DossierAct], Actor, "Dossier"], list[Refusal]]

_foreseers: list[Foreseer] = []


def foresee_refusals(foreseer: Foreseer) -> None:
    """Register who knows beforehand that a follower would refuse an act (the flows of ``workflows``)."""
    if foreseer not in _foreseers:
        _foreseers.append(foreseer)


def foreseen(act: type[DossierAct], actor: Actor, dossier: Dossier) -> list[Refusal]:
    """Return what followers would say against the act now, whatever is typed."""
    return [refusal for foresee in _foreseers for refusal in foresee(act, actor, dossier)]


_followers: list[Callable[[DossierAct], None]] = []


def follow_acts(follower: Callable[[DossierAct], None]) -> None:
    """Register a follower that is called inside the transaction of every act (the flows of ``workflows``).

    A follower that raises undoes the act.
    """
    if follower not in _followers:
        _followers.append(follower)
