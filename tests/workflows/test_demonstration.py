"""Scenes of the demonstration that later ones do not walk through."""

from __future__ import annotations

import pytest

from dossiers.appraisal.models import OpinionState, SupplementRequest
from dossiers.substitutions.models import Substitution
from tests.world import World
from workflows.demonstration.year import SCENES_2023
from workflows.engine import in_step

pytestmark = pytest.mark.django_db


def test_one_department_waits_for_the_commune_and_the_head_of_another_is_away(world: World) -> None:
    scene = next(one for one in SCENES_2023 if one.commune == "Xã Yên Nam")
    journey = world.journey(scene.commune)
    scene.play(journey)
    request = SupplementRequest.objects.awaited(journey.dossier).get()
    assert request.opinion.state == OpinionState.AWAITING_SUPPLEMENT
    substitution = Substitution.objects.get()
    away = substitution.absent.agency_id
    assert away in {one.department_id for one in journey.waiting_opinions()} - {request.opinion.department_id}
    assert in_step(journey.refresh())
