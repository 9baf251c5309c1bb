"""A recognised commune, and the criteria by which its title falls under revocation."""

from __future__ import annotations

from datetime import date

import pytest

from dossiers.dossier.models import State
from dossiers.titles.models import Title
from tests.world import World
from workflows.demonstration.afterwards import Afterwards

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


@pytest.fixture
def afterwards(world: World) -> Afterwards:
    """A title just given, with everybody who deals with it."""
    return recognised(world)
