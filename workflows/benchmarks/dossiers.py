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


def whole_dossiers(journeys: Sequence[Journey], *, files: int) -> list[Figure]:
    """Return dossiers per second, alternating one of ours with one bare process."""
    user = journeys[0].chair.user
    pool = DocumentPool(journeys[0], files)
    ours, bare = [], []
    for journey in journeys:
        with pool.installed(journey):
            ours.append(_timed(partial(journey.advance_to, State.PUBLISHED, files=files)))
        bare.append(_timed(partial(_run_bare, user)))
    return [
        Figure(
            "whole dossiers through all acts",
            len(ours) / sum(ours),
            "dossiers/s",
            "bare viewflow flow",
            len(bare) / sum(bare),
            "ratio >= 0.5",
        )
    ]


def _run_bare(user: Any) -> None:
    process = start_bare()
    while tasks := waiting(process):
        for task in tasks:
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
        opinions = journey.waiting_opinions()
        for opinion in opinions:
            journey.find(opinion)
        acts = [
            SignOpinion(
                actor=journey.people.at(opinion.department_id, Role.DEPARTMENT_HEAD),
                dossier=journey.dossier,
                number=f"{opinion.pk}/TĐ",
            )
            for opinion in opinions
        ]
        ours += _at_once([act.perform for act in acts])
        process = start_bare()
        while len(tasks := waiting(process)) == 1:
            finish(tasks[0], user)
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
    communes = AdministrativeUnit.objects.filter(kind=UnitKind.COMMUNE).exclude(dossiers__programme=programme)
    return [
        Journey(people, programme, commune)
        for commune in communes.select_related("parent").order_by("code")[:count]
    ]
