"""Hà Nam for tests: the real reference data, demonstration people, a programme, and journeys on them."""

from __future__ import annotations

from copy import copy

from django.core.management import call_command

from dossiers.dossier.models import Dossier, State
from dossiers.organisations.models import AdministrativeUnit, Agency, AgencyKind, Level, Role
from dossiers.policies import Actor
from dossiers.programmes.models import Programme
from tests.snapshot import Changes, circumstances
from workflows.demonstration.journey import Journey
from workflows.demonstration.people import People, appoint_everybody
from workflows.demonstration.programmes import TWO_TIERS_2025, Plan, announced
from workflows.demonstration.year import announce_programmes

PASSWORD = "mat-khau-cua-bai-thu"


class TwoTiers:
    """Ninh Bình since July 2025: no districts, and a programme of 2025 for advanced communes."""

    def __init__(self) -> None:
        if not AdministrativeUnit.objects.filter(code="37").exists():
            call_command("load_reference_data", "--with-demo-overlay", "--with-two-tier", verbosity=0)
            appoint_everybody(PASSWORD)
        self.province = AdministrativeUnit.objects.get(level=Level.PROVINCE, code="37")
        self.people = People()
        self.programme: Programme = announced(self.people, self.province, TWO_TIERS_2025)

    def journey(self, commune: str = "Xã Liêm Hà") -> Journey:
        unit = self.province.children.select_related("parent").get(name=commune)
        return Journey(self.people, self.programme, unit)

    def dossier(self, state: State, commune: str = "Xã Liêm Hà", *, files: int = 1) -> Journey:
        """Return a journey whose dossier was brought to the state by acts."""
        journey = self.journey(commune)
        journey.advance_to(state, files=files)
        return journey


class Brought:
    """A dossier that acts have brought somewhere, for later tests to begin with."""

    def __init__(self, journey: Journey) -> None:
        self._journey = copy(journey)
        self._changes = Changes()
        self._changes.take()

    def again(self, people: People) -> Journey:
        self._changes.write()
        journey = copy(self._journey)
        journey.people = people
        journey.refresh()
        return journey


_brought: dict[object, Brought] = {}
#: Ninh Bình, for later tests to begin with.
_loaded: dict[object, Changes] = {}


class World:
    """The loaded province. Cheap to ask; everything that changes goes through acts."""

    def __init__(self) -> None:
        self.province = AdministrativeUnit.objects.get(level=Level.PROVINCE, code="35")
        self.people = People()
        self.programme: Programme = announce_programmes(self.people, self.province)[2023]

    def of_level(self, plan: Plan, commune: str = "Xã Liêm Tuyền") -> Journey:
        """Return a journey under another of the province's programmes."""
        return Journey(self.people, announced(self.people, self.province, plan), self.commune(commune))

    def two_tiers(self) -> TwoTiers:
        """Return Ninh Bình since July 2025, loading it when it is not there yet."""
        begun = circumstances()
        if begun and begun in _loaded:
            _loaded[begun].write()
            return TwoTiers()
        two_tiers = TwoTiers()
        if begun:
            _loaded[begun] = Changes()
            _loaded[begun].take()
        return two_tiers

    @classmethod
    def load(cls) -> World:
        """Load reference data and people into an empty database, then return the world."""
        call_command("load_reference_data", "--with-demo-overlay", verbosity=0)
        appoint_everybody(PASSWORD)
        return cls()

    @classmethod
    def ensure(cls) -> World:
        """Return the world, loading it first when the database is empty."""
        return cls() if AdministrativeUnit.objects.exists() else cls.load()

    def commune(self, name: str = "Xã Liêm Tuyền") -> AdministrativeUnit:
        return AdministrativeUnit.objects.select_related("parent").get(level=Level.COMMUNE, name=name)

    def communes(self) -> list[AdministrativeUnit]:
        """Return the 83 communes (xã) in order of code."""
        return list(
            AdministrativeUnit.objects.filter(kind="commune").select_related("parent").order_by("code")
        )

    def journey(self, commune: str = "Xã Liêm Tuyền") -> Journey:
        return Journey(self.people, self.programme, self.commune(commune))

    def dossier(self, state: State, commune: str = "Xã Liêm Tuyền", *, files: int = 2) -> Journey:
        """Return a journey whose dossier was brought to the state by acts, of this test or of an earlier one."""
        begun = circumstances()
        key = (state, commune, files, begun)
        if begun and key in _brought:
            return _brought[key].again(self.people)
        journey = self.journey(commune)
        journey.advance_to(state, files=files)
        if begun:
            _brought[key] = Brought(journey)
        return journey

    def actor(self, role: Role, *, of: Dossier | None = None) -> Actor:
        """Return an actor of the role; for commune and district roles the one the dossier belongs to."""
        match role:
            case Role.COMMUNE_OFFICIAL | Role.COMMUNE_CHAIR:
                return self.people.committee(of.commune if of else self.commune(), role)
            case Role.DISTRICT_OFFICER | Role.DISTRICT_CHAIR:
                unit = (of.commune if of else self.commune()).parent
                assert unit is not None
                return self.people.committee(unit, role)
            case Role.DIVISION_HEAD:
                unit = (of.commune if of else self.commune()).parent
                return self.people.at(Agency.objects.get(unit=unit, name__startswith="Phòng Y tế"), role)
            case Role.PROVINCIAL_CHAIR:
                return self.people.committee(self.province, role)
            case Role.DEPARTMENT_OFFICER | Role.DEPARTMENT_HEAD:
                return self.people.at(Agency.objects.get(short_name="Sở Y tế"), role)
            case Role.FRONT_OFFICER:
                unit = of.commune if of else self.commune()
                return self.people.at(Agency.objects.get(unit=unit, kind=AgencyKind.FATHERLAND_FRONT), role)
            case Role.COORDINATION_OFFICER:
                return self.people.of_kind(self.province, AgencyKind.COORDINATION_OFFICE, role)
            case Role.COUNCIL_SECRETARY:
                return self.people.of_kind(self.province, AgencyKind.APPRAISAL_COUNCIL, role)
            case Role.INSPECTOR:
                return self.people.of_kind(self.province, AgencyKind.INSPECTORATE, role)
            case Role.ADMINISTRATOR:
                return self.people.of_kind(self.province, AgencyKind.ADMINISTRATION, role)
        raise KeyError(role)
