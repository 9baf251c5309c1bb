"""A run of the reminders over many open work items, beside reading those items alone, and the memory that it takes."""

from __future__ import annotations

import time
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from dossiers.organisations.models import Agency, AgencyKind, Role
from workflows.demonstration.journey import Journey
from workflows.models import Task, WorkItem
from workflows.notifications.occasions import open_items_after
from workflows.notifications.reminding import BATCH, remind

from .dossiers import refresh_statistics
from .results import Figure

ROWS_AT_ONCE = 5000
MIB = 1024 * 1024


def reminder_runs(journey: Journey, *, items: int) -> list[Figure]:
    """Return items per second of the first run and of one with nothing new, and a first run's memory beside that of a
    tenth of the items. Everything is taken back at the end.
    """
    with taken_back():
        task = WorkItem.objects.get(dossier=journey.dossier, closed_at__isnull=True).task
        now = timezone.now()
        with taken_back():
            open_items(task, items // 10, now)
            few = peak(now)
        open_items(task, items, now)
        refresh_statistics()
        with taken_back():
            many = peak(now)
        first = seconds_of_run(now)
        refresh_statistics()
        again = seconds_of_run(now)
        alone = seconds_of_reading()
    peer = "reading the items alone"
    return [
        Figure(
            f"first reminders of {items} open items",
            round(items / first),
            "items/s",
            peer,
            round(items / alone),
            "-",
        ),
        Figure(
            f"nothing new among {items} open items",
            round(items / again),
            "items/s",
            peer,
            round(items / alone),
            ">= 0.1 x peer",
        ),
        Figure(
            f"memory of a first run over {items} open items",
            round(many, 2),
            "MiB",
            f"over {items // 10}",
            round(few, 2),
            "<= 1.1 x peer",
        ),
    ]


@contextmanager
def taken_back() -> Iterator[None]:
    """Undo in the database what is done inside."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def open_items(like: Task, count: int, now: datetime) -> None:
    """Add open work of all departments with deadlines from forty days ago to forty days ahead."""
    departments = list(Agency.objects.filter(kind=AgencyKind.DEPARTMENT).values_list("pk", flat=True))
    today = timezone.localdate(now)
    for numbers in batched_range(count):
        tasks = Task.objects.bulk_create(
            Task(process=like.process, flow_task=like.flow_task, flow_task_type="HUMAN") for _n in numbers
        )
        WorkItem.objects.bulk_create(
            WorkItem(
                task=task,
                dossier_id=like.process.dossier_id,
                node="appraise",
                agency_id=departments[number % len(departments)],
                role=Role.DEPARTMENT_HEAD,
                opened_at=now,
                due_on=today + timedelta(days=number % 81 - 40),
            )
            for number, task in zip(numbers, tasks, strict=True)
        )


def batched_range(count: int) -> Iterator[range]:
    for start in range(0, count, ROWS_AT_ONCE):
        yield range(start, min(start + ROWS_AT_ONCE, count))


def seconds_of_run(now: datetime) -> float:
    started = time.perf_counter()
    remind(now)
    return time.perf_counter() - started


def seconds_of_reading() -> float:
    started, last = time.perf_counter(), 0
    while found := open_items_after(last, BATCH):
        last = found[-1].pk
    return time.perf_counter() - started


def peak(now: datetime) -> float:
    """Return the most memory (MiB) that a run holds at one time in Python."""
    tracemalloc.start()
    try:
        remind(now)
        return tracemalloc.get_traced_memory()[1] / MIB
    finally:
        tracemalloc.stop()
