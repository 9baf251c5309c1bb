"""Whole dossiers through all acts, and 17 departments that sign at the same instant, beside the bare flow."""

from __future__ import annotations

import statistics
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from typing import Any

from django.db import connection
from django.utils import timezone

from dossiers.acts import DossierAct
from dossiers.appraisal.acts import SignOpinion
from dossiers.dossier.models import State
from dossiers.organisations.models import AdministrativeUnit, Role, UnitKind
from workflows.demonstration.journey import Journey
from workflows.demonstration.people import People

from .bare_flow import finish, start_bare, waiting
from .results import Figure


class DocumentPool:
    """Uploads are storage's work, not an act's: the same stored files are attached to every dossier."""

    def __init__(self, journey: Journey, files: int) -> None:
        self.documents = [journey.upload(n) for n in range(files)]

    @contextmanager
    def installed(self, journey: Journey) -> Iterator[None]:
        journey.upload = lambda n: self.documents[n]  # type: ignore[method-assign]
        yield


class Stopwatch:
    """Adds up the seconds of what is done, and leaves out what the driver reads to know what comes next."""

    def __init__(self) -> None:
        self.seconds = 0.0

    @contextmanager
    def running(self) -> Iterator[None]:
        started = time.perf_counter()
        try:
            yield
        finally:
            self.seconds += time.perf_counter() - started

    def perform(self, act: DossierAct) -> None:
        with self.running():
            act.perform()


def refresh_statistics() -> None:
    """Let PostgreSQL know how large its tables are, as it does by itself every minute.

    A fresh database that fills within seconds would be planned as if it were empty, for either side.
    """
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def whole_dossiers(journeys: Sequence[Journey], *, files: int) -> list[Figure]:
    """Return dossiers per second, alternating one of ours with one bare process.

    Of ours the acts are timed, of the peer the steps; what either driver reads in between is not.
    """
    user = journeys[0].chair.user
    pool = DocumentPool(journeys[0], files)
    ours, bare = Stopwatch(), Stopwatch()
    for journey in journeys:
        refresh_statistics()
        journey.perform = ours.perform  # type: ignore[method-assign]
        with pool.installed(journey):
            journey.advance_to(State.PUBLISHED, files=files)
        _run_bare(user, bare)
    return [
        Figure(
            "whole dossiers through all acts",
            len(journeys) / ours.seconds,
            "dossiers/s",
            "bare viewflow flow",
            len(journeys) / bare.seconds,
            "ratio >= 0.5",
        )
    ]


def _run_bare(user: Any, stopwatch: Stopwatch) -> None:
    with stopwatch.running():
        process = start_bare()
    while tasks := waiting(process):
        for task in tasks:
            with stopwatch.running():
                finish(task, user)


def _timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def simultaneous_signings(journeys: Sequence[Journey]) -> list[Figure]:
    """Return p50 and p95 (seconds) of one signature while 17 are given at once, beside the bare flow's."""
    user = journeys[0].chair.user
    ours: list[float] = []
    bare: list[float] = []
    for journey in journeys:
        refresh_statistics()
        opinions = journey.waiting_opinions()
        for opinion in opinions:
            journey.find(opinion)
        acts = [
            SignOpinion(
                actor=journey.people.at(opinion.department_id, Role.DEPARTMENT_HEAD),
                dossier=journey.dossier,
                number=f"{opinion.pk}/TĐ",
                dated_on=timezone.localdate(),
            )
            for opinion in opinions
        ]
        ours += _at_once([act.perform for act in acts])
        process = start_bare()
        while not (tasks := waiting(process, at="appraise")):
            finish(waiting(process)[0], user)
        bare += _at_once([partial(finish, task, user) for task in tasks])
    return [
        Figure(
            f"simultaneous signing {name}",
            _percentile(ours, percent),
            "s",
            "bare viewflow flow",
            _percentile(bare, percent),
            "ratio <= 1.5" if percent == 95 else "-",
        )
        for name, percent in (("p50", 50), ("p95", 95))
    ]


def _percentile(values: list[float], percent: int) -> float:
    return statistics.quantiles(values, n=100, method="inclusive")[percent - 1]


def _at_once(works: Sequence[Callable[[], object]]) -> list[float]:
    """Run all at the same instant, each in a thread with its own connection; return the seconds each took."""
    barrier = threading.Barrier(len(works))

    def run(work: Callable[[], object]) -> float:
        try:
            connection.ensure_connection()
            barrier.wait(timeout=30)
            return _timed(work)
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=len(works)) as pool:
        return list(pool.map(run, works))


def free_journeys(people: People, programme: Any, count: int) -> list[Journey]:
    """Return journeys for communes that have no dossier in the programme yet."""
    communes = AdministrativeUnit.objects.filter(
        kind=UnitKind.COMMUNE, parent__parent=programme.province
    ).exclude(dossiers__programme=programme)
    return [
        Journey(people, programme, commune)
        for commune in communes.select_related("parent").order_by("code")[:count]
    ]
