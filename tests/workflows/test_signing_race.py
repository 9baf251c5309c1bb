"""All departments sign at the same instant, on the real database, with real threads."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.utils import timezone

from dossiers.acts import Busy
from dossiers.appraisal.acts import Consolidate, SignOpinion
from dossiers.appraisal.models import Consolidation, Opinion
from dossiers.dossier.models import State
from dossiers.organisations.models import Role
from storage import ledger
from tests.world import World
from workflows.demonstration.journey import Journey
from workflows.engine import in_step
from workflows.models import Task, WorkItem

ROUNDS = 50


def _sign_at_once(journey: Journey, opinions: list[Opinion]) -> list[BaseException]:
    barrier = threading.Barrier(len(opinions))
    failures: list[BaseException] = []

    def sign(opinion: Opinion) -> None:
        try:
            head = journey.people.at(opinion.department_id, Role.DEPARTMENT_HEAD)
            act = SignOpinion(
                actor=head,
                dossier=journey.dossier,
                number=f"{opinion.pk}/TĐ",
                dated_on=timezone.localdate(),
            )
            barrier.wait(timeout=30)
            act.perform()
        except BaseException as error:
            failures.append(error)
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=len(opinions)) as pool:
        list(pool.map(sign, opinions))
    return failures


@pytest.mark.django_db(transaction=True)
def test_seventeen_simultaneous_signatures_make_one_consolidation_each_round(s3: str) -> None:
    """50 rounds: one dossier, appraised by 17 departments that all sign at once, then brought back for the next."""
    world = World.ensure()
    journey = world.dossier(State.APPRAISING)
    for number in range(1, ROUNDS + 1):
        opinions = journey.waiting_opinions()
        assert len(opinions) == 17
        for opinion in opinions:
            journey.find(opinion, unmet={one.indicator.code for one in journey.results()})
        assert _sign_at_once(journey, opinions) == []
        journey.refresh()
        assert journey.dossier.state == State.CONSOLIDATING, f"round {number} got stuck"
        assert in_step(journey.dossier)
        open_items = WorkItem.objects.filter(dossier=journey.dossier, closed_at__isnull=True)
        open_items = open_items.exclude(node__startswith="check_")  # run beside, until the consolidation
        assert [item.node for item in open_items] == ["consolidate"], f"round {number}"
        joins = Task.objects.filter(process__dossier=journey.dossier, flow_task_type="JOIN")
        assert joins.count() == number + 1, "and that of the district's divisions"
        journey.request_completion()
        assert Consolidation.objects.filter(dossier=journey.dossier).count() == number
        journey.submit_completion()
    checked = ledger.verify(journey.dossier.stream)
    assert checked.ok, checked.reason


@pytest.mark.django_db(transaction=True)
def test_two_people_of_one_office_consolidate_once(s3: str) -> None:
    world = World.ensure()
    journey = world.dossier(State.CONSOLIDATING)
    barrier, outcomes = threading.Barrier(4), []

    def consolidate(_n: int) -> None:
        act = Consolidate(
            actor=journey.office,
            dossier=journey.dossier,
            summary="Đạt",
            expected_revision=journey.dossier.revision,
        )
        barrier.wait(timeout=30)
        try:
            act.perform()
            outcomes.append("done")
        except Exception as error:
            outcomes.append(type(error).__name__)
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=4) as pool:
        list(pool.map(consolidate, range(4)))
    assert outcomes.count("done") == 1, outcomes
    assert journey.refresh().state == State.COUNCIL


@pytest.mark.django_db(transaction=True)
def test_a_dossier_locked_too_long_says_so_and_changes_nothing(s3: str) -> None:
    world = World.ensure()
    journey = world.dossier(State.CONSOLIDATING)
    locked, release = threading.Event(), threading.Event()

    def hold() -> None:
        from django.db import transaction

        from dossiers.dossier.models import Dossier

        with transaction.atomic():
            Dossier.objects.locked(journey.dossier)
            locked.set()
            release.wait(timeout=30)
        connection.close()

    holder = threading.Thread(target=hold)
    holder.start()
    assert locked.wait(timeout=10)
    try:
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '200ms'")
        with pytest.raises(Busy):
            journey.consolidate()
    finally:
        release.set()
        holder.join()
        connection.close()
    assert journey.refresh().state == State.CONSOLIDATING
