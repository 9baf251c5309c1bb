"""Communes with titles, and the criteria by which a title falls under revocation."""

from __future__ import annotations

import io
from datetime import date

import pytest

from dossiers.criteria.models import TitleLevel
from dossiers.dossier.models import State
from dossiers.organisations.models import Role
from dossiers.titles.granting import PaperTitle, enter_title
from dossiers.titles.models import Title
from storage.documents import receive
from tests.world import World
from workflows.demonstration.afterwards import Afterwards
from workflows.demonstration.files import paper

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
