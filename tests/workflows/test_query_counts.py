"""The number of queries of a page does not grow with the data, and signing stays within its budget."""

from __future__ import annotations

from copy import copy
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from dossiers.appraisal.acts import SignOpinion
from dossiers.batches.models import BatchEntry
from dossiers.dossier.models import Dossier, State
from dossiers.organisations.models import Role
from dossiers.recognition.models import CouncilCondition
from dossiers.votes.models import Vote, VotingBody
from tests.world import World
from workflows.models import Process, Task, WorkItem

pytestmark = pytest.mark.django_db


def _multiply(world: World, template: Dossier, total: int) -> None:
    """Make the number of dossiers with open work for the coordination office up to ``total``."""
    now = timezone.now()
    communes = world.communes()
    have = Dossier.objects.count()
    from dossiers.programmes.models import Programme

    programmes = Programme.objects.bulk_create(
        Programme(
            province=world.province,
            year=1000 + have + n,
            criteria_set=world.programme.criteria_set,
            procedure=world.programme.procedure,
            document="x",
            issued_on=now.date(),
        )
        for n in range(total // len(communes) + 1)
    )
    rows = Dossier.objects.bulk_create(
        Dossier(
            commune=communes[n % len(communes)],
            province=world.province,
            programme=programmes[n // len(communes)],
            criteria_set=template.criteria_set,
            procedure=template.procedure,
            title_year=2023,
            state=State.PROVINCIAL_INTAKE,
            state_since=now,
            registered_at=now,
            registered_by=template.registered_by,
        )
        for n in range(total - have)
    )
    task = Task.objects.filter(process__dossier=template, work_item__node="intake").get()
    processes = Process.objects.bulk_create(
        Process(dossier=row, flow_class=task.process.flow_class) for row in rows
    )
    tasks = Task.objects.bulk_create(
        Task(process=process, flow_task=task.flow_task, flow_task_type="HUMAN") for process in processes
    )
    item = task.work_item
    WorkItem.objects.bulk_create(
        WorkItem(
            task=one,
            dossier=row,
            node="intake",
            agency=item.agency,
            role=item.role,
            opened_at=now,
            days=5,
            day_unit="working",
            due_on=now.date() + timedelta(days=7),
        )
        for one, row in zip(tasks, rows, strict=True)
    )


def _count(client: Client, url: str) -> int:
    client.get(url)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert client.get(url).status_code == 200
    return len(queries)


def test_inbox_dossier_and_lists_cost_the_same_at_10_and_1000_dossiers(world: World, client: Client) -> None:
    journey = world.dossier(State.PROVINCIAL_INTAKE)
    client.force_login(world.actor(Role.COORDINATION_OFFICER).user)
    pages = [
        reverse("home"),
        reverse("work"),
        reverse("dossiers"),
        reverse("board"),
        reverse("notifications:list"),
        reverse("dossier:overview", args=[journey.dossier.pk]),
        reverse("results:indicators", args=[journey.dossier.pk]),
        reverse("appraisal:board", args=[journey.dossier.pk]),
        reverse("dossier:history", args=[journey.dossier.pk]),
    ]
    _multiply(world, journey.dossier, 10)
    few = {page: _count(client, page) for page in pages}
    _multiply(world, journey.dossier, 1000)
    many = {page: _count(client, page) for page in pages}
    assert many == few
    assert max(many.values()) <= 22, many


def _put_beside(world: World, template: Dossier, total: int) -> None:
    """Bring the number of dossiers in the template's batch up to ``total``, each with two open conditions."""
    entry, vote = template.batch_entries.get(), template.votes.get(body=VotingBody.PROVINCIAL_COUNCIL)
    have = BatchEntry.objects.filter(batch=entry.batch).count()
    communes = [one for one in world.communes() if one.pk != template.commune_id]
    rows = [Dossier.objects.get(pk=template.pk) for _n in range(total - have)]
    for row, commune in zip(rows, communes[have:], strict=False):
        row.pk, row.commune = None, commune
    dossiers = Dossier.objects.bulk_create(rows)
    entries = [copy(entry) for _row in dossiers]
    votes = [copy(vote) for _row in dossiers]
    for row, own, cast in zip(dossiers, entries, votes, strict=True):
        own.pk, own.dossier, cast.pk, cast.dossier = None, row, None, row
    BatchEntry.objects.bulk_create(entries)
    conditions = [
        CouncilCondition(vote=cast, position=n, task="Việc", responsible="Chủ tịch", due_on=vote.met_on)
        for cast in Vote.objects.bulk_create(votes)
        for n in (1, 2)
    ]
    CouncilCondition.objects.bulk_create(conditions)


def test_a_batch_and_their_list_cost_the_same_with_2_and_60_dossiers(world: World, client: Client) -> None:
    journey = world.dossier(State.COUNCIL)
    journey.pass_with_conditions("Hoàn thành nước sạch")
    batch = journey.dossier.batch_entries.get().batch
    client.force_login(world.actor(Role.COORDINATION_OFFICER).user)
    pages = [reverse("batches:list"), reverse("batches:batch", args=[batch.pk])]
    _put_beside(world, journey.dossier, 2)
    few = {page: _count(client, page) for page in pages}
    _put_beside(world, journey.dossier, 60)
    many = {page: _count(client, page) for page in pages}
    assert client.get(pages[1]).content.decode().count('<td data-label="Việc cần hoàn thiện">') == 1 + 2 * 59
    assert many == few
    assert max(many.values()) <= 16, many


def test_signing_an_opinion_costs_at_most_15_queries_beside_viewflow(world: World) -> None:
    journey = world.dossier(State.APPRAISING)
    first, second, *_others = journey.waiting_opinions()
    for opinion in (first, second):
        journey.find(opinion)
    journey.sign(first)
    head = world.people.at(second.department_id, Role.DEPARTMENT_HEAD)
    act = SignOpinion(actor=head, dossier=journey.dossier, number="12/TĐ", dated_on=timezone.localdate())
    with CaptureQueriesContext(connection) as queries:
        act.perform()
    sql = [query["sql"] for query in queries if "SAVEPOINT" not in query["sql"]]
    flow = [one for one in sql if '"workflows_process"' in one or '"workflows_task"' in one]
    ours = [one for one in sql if one not in flow]
    assert len(ours) <= 15, "\n".join(ours)
    assert len(flow) <= 12, "\n".join(flow)
