"""Communes with titles, and the criteria by which a title falls under revocation."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import pytest

from dossiers.acts import NotPermitted
from dossiers.criteria.models import TitleLevel
from dossiers.dossier.models import State
from dossiers.organisations.models import AdministrativeUnit, Agency, AgencyKind, Level, Role
from dossiers.policies import Actor
from dossiers.titles.acts import ConfirmReview
from dossiers.titles.granting import PaperTitle, enter_title
from dossiers.titles.models import Title
from storage.documents import receive
from tests.world import World
from workflows.demonstration.afterwards import Afterwards
from workflows.demonstration.files import paper
from workflows.demonstration.people import People, appoint_everybody

#: Seven criteria of the advanced set with Thu nhập (10) and Môi trường (17) among them: 36,8 %.
UNMET = (2, 3, 5, 10, 13, 14, 17)


def recognised(world: World, commune: str = "Xã Liêm Tuyền") -> Afterwards:
    """Bring a commune to its title of 2023, given in February 2024; return everybody who deals with it."""
    journey = world.dossier(State.COUNCIL, commune, files=1)
    journey.pass_council(met_on=date(2024, 1, 15))
    journey.recognise(signed_on=date(2024, 2, 1))
    journey.publish(published_on=date(2024, 3, 1))
    title = Title.objects.select_related("commune__parent").get(commune=journey.commune)
    return Afterwards(world.people, title)


def entered(world: World, commune: str = "Xã Liêm Tuyền") -> Afterwards:
    """Enter the same title from its paper, which takes no dossier; return everybody who deals with it."""
    office = world.actor(Role.COORDINATION_OFFICER)
    document = receive(
        stream=io.BytesIO(paper(commune).read()), name="Quyết định.pdf", uploaded_by_id=office.user.pk
    )
    entry = PaperTitle(
        commune=world.commune(commune),
        level=TitleLevel.ADVANCED,
        year=2023,
        number=f"{document.pk}"[:8],
        signed_on=date(2024, 2, 1),
        document=document,
    )
    title = enter_title(actor=office, entry=entry)
    return Afterwards(world.people, Title.objects.select_related("commune__parent").get(pk=title.pk))


@pytest.fixture
def decided(world: World) -> Afterwards:
    """A title decided in the system, with everybody who deals with it."""
    return recognised(world)


@pytest.fixture
def afterwards(world: World) -> Afterwards:
    """A title in the register, with everybody who deals with it."""
    return entered(world)


class WithoutDistrict(Afterwards):
    """What the district does elsewhere is done by the commune; the office confirms reviews."""

    def district(self, role: Role) -> Actor:
        return self.of_commune(Role.COMMUNE_OFFICIAL if role is Role.DISTRICT_OFFICER else Role.COMMUNE_CHAIR)

    def examine_review(self) -> None:
        """Nobody but the office looks at it."""

    def confirm_review(self, *, dated_on: date | None = None) -> None:
        said: dict[str, Any] = {"number": "12/VPĐP", "dated_on": dated_on or date(2025, 12, 20)}
        with pytest.raises(NotPermitted):
            ConfirmReview(actor=self.of_commune(Role.COMMUNE_CHAIR), dossier=self.dossier, **said).perform()
        self.do(ConfirmReview, self.office, **said)


@pytest.fixture
def merged(world: World) -> WithoutDistrict:
    """A commune right under the province, with a title entered for it."""
    commune = AdministrativeUnit.objects.create(
        code="99001",
        name="Xã Mới (minh họa)",
        kind="commune",
        level=Level.COMMUNE,
        parent=world.province,
        valid_from=date(2025, 7, 1),
    )
    for kind, name in (
        (AgencyKind.PEOPLES_COMMITTEE, "UBND"),
        (AgencyKind.FATHERLAND_FRONT, "Ủy ban MTTQ Việt Nam"),
    ):
        Agency.objects.create(
            code=f"moi-{kind}".replace("_", "-"),
            kind=kind,
            unit=commune,
            name=f"{name} {commune.name}",
            short_name=f"{name} {commune.name}",
        )
    appoint_everybody(None)
    people = People()
    office = people.of_kind(world.province, AgencyKind.COORDINATION_OFFICE, Role.COORDINATION_OFFICER)
    document = receive(
        stream=io.BytesIO(paper("merged").read()), name="Quyết định.pdf", uploaded_by_id=office.user.pk
    )
    entry = PaperTitle(
        commune=commune,
        level=TitleLevel.ADVANCED,
        year=2023,
        number="1/QĐ-UBND",
        signed_on=date(2024, 2, 1),
        document=document,
    )
    title = enter_title(actor=office, entry=entry)
    return WithoutDistrict(people, Title.objects.select_related("commune__parent").get(pk=title.pk))
