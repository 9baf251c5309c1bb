"""One dossier and the people who carry it."""

from __future__ import annotations

from typing import Any, Self

from django.db.models import QuerySet

from dossiers.acts import DossierAct
from dossiers.dossier.models import Dossier, State
from dossiers.organisations.models import AdministrativeUnit, AgencyKind, Role
from dossiers.policies import Actor
from dossiers.programmes.models import Programme
from dossiers.results.models import IndicatorResult
from storage.documents.models import Document

from ..people import People


class Carried:
    """A dossier, who acts on it in each place, and how an act is done."""

    def __init__(self, people: People, programme: Programme, commune: AdministrativeUnit) -> None:
        self.people = people
        self.programme = programme
        self.commune = commune
        self.dossier: Dossier
        self._paper: Document | None = None

    @classmethod
    def of(cls, people: People, dossier: Dossier) -> Self:
        """Go on with a dossier that exists."""
        assert dossier.programme is not None, "a journey leads to recognition"
        journey = cls(people, dossier.programme, dossier.commune)
        journey.dossier = dossier
        return journey

    def refresh(self) -> Dossier:
        """Read the dossier as it is now."""
        self.dossier = Dossier.objects.with_places().get(pk=self.dossier.pk)
        return self.dossier

    @property
    def official(self) -> Actor:
        return self.people.committee(self.commune, Role.COMMUNE_OFFICIAL)

    @property
    def chair(self) -> Actor:
        return self.people.committee(self.commune, Role.COMMUNE_CHAIR)

    @property
    def front(self) -> Actor:
        return self.people.of_kind(self.commune, AgencyKind.FATHERLAND_FRONT, Role.FRONT_OFFICER)

    def district(self, role: Role) -> Actor:
        return self.people.committee(self.dossier.district, role)

    @property
    def receives_at_province(self) -> bool:
        """Whether the province receives what the commune submits, because there is no district."""
        return self.dossier.review_state == State.PROVINCIAL_INTAKE

    @property
    def receiving_officer(self) -> Actor:
        return self.office if self.receives_at_province else self.district(Role.DISTRICT_OFFICER)

    @property
    def receiving_chair(self) -> Actor:
        if self.receives_at_province:
            return self.people.committee(self.programme.province, Role.PROVINCIAL_CHAIR)
        return self.district(Role.DISTRICT_CHAIR)

    @property
    def office(self) -> Actor:
        return self.people.of_kind(
            self.programme.province, AgencyKind.COORDINATION_OFFICE, Role.COORDINATION_OFFICER
        )

    def do(self, act: type[Any], actor: Actor, **inputs: Any) -> Any:
        """Perform one act and go on with the dossier as the act left it."""
        done = act(actor=actor, dossier=self.dossier, **inputs)
        self.perform(done)
        self.dossier = done.dossier
        return done

    def perform(self, act: DossierAct) -> None:
        """Perform an act. Whoever measures acts wraps this."""
        act.perform()

    def results(self) -> QuerySet[IndicatorResult]:
        results = IndicatorResult.objects.filter(dossier=self.dossier).select_related("indicator")
        return results.order_by("position")
