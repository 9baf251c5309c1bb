"""Dossiers that were with their district before its review had all its steps go on by the new ones."""

from __future__ import annotations

from importlib import import_module

import pytest
from django.db import connection

from dossiers.district.divisions import close_division_reviews
from dossiers.dossier.models import State
from tests.world import World
from workflows.demonstration.journey import Journey
from workflows.engine import in_step
from workflows.models import Task, WorkItem

pytestmark = pytest.mark.django_db


def _as_before(journey: Journey, now: str, before: str) -> None:
    """Let the open step of the dossier be the one it had before there were the new steps."""
    open_tasks = Task.objects.filter(process=journey.dossier.pk, finished=None)
    WorkItem.objects.filter(task__in=open_tasks, node=now).update(node=before)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE workflows_task SET flow_task = replace(flow_task, %s, %s) WHERE finished IS NULL",
            [f"AdvancedCommuneFlow.{now}", f"AdvancedCommuneFlow.{before}"],
        )


def _move() -> None:
    migration = import_module("workflows.migrations.0004_district_review_in_full")
    with connection.cursor() as cursor:
        cursor.execute(migration.MOVE)


def _open_nodes(journey: Journey) -> set[str]:
    return set(journey.dossier.work_items.filter(closed_at=None).values_list("node", flat=True))


def test_one_that_waits_for_its_verification_is_first_answered(world: World) -> None:
    journey = world.dossier(State.DISTRICT_REVIEW, files=1)
    _as_before(journey, "receive", "verify")
    _move()
    assert _open_nodes(journey) == {"receive"} and in_step(journey.refresh())
    journey.verify()
    journey.forward()
    assert journey.dossier.state == State.PROVINCIAL_INTAKE and in_step(journey.dossier)


def test_one_that_waits_for_the_chair_is_first_put_before_the_people(world: World) -> None:
    journey = world.dossier(State.DISTRICT_REVIEW, files=1)
    journey.verify()
    close_division_reviews(journey.dossier)
    _as_before(journey, "hear_district", "forward")
    _move()
    assert "hear_district" in _open_nodes(journey) and in_step(journey.refresh())
    journey.forward()
    assert journey.dossier.state == State.PROVINCIAL_INTAKE and in_step(journey.dossier)
