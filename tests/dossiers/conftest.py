"""What the tests of evidence begin with; modules that need another dossier have a ``journey`` of their own."""

from __future__ import annotations

import pytest
from django.test import Client

from dossiers.dossier.models import State
from tests.world import World
from workflows.demonstration.journey import Journey


@pytest.fixture
def journey(world: World) -> Journey:
    """A dossier that takes evidence, and has none."""
    return world.dossier(State.IMPLEMENTING, files=0)


@pytest.fixture
def official(client: Client, journey: Journey) -> Client:
    """The commune's official, signed in."""
    client.force_login(journey.official.user)
    return client
