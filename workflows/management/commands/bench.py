"""Measure Lúa beside its peers in the same run; print tables and write them to var/bench/ as JSON.

The peers are a bare viewflow flow for the dossiers, the plain SDK for the evidence. What a large file costs the
processes it passes is measured beside limits, the reminders beside reading the work they are about.
"""

from __future__ import annotations

import io
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from dossiers.dossier.models import Dossier, State
from dossiers.organisations.models import AdministrativeUnit, Level
from dossiers.programmes.models import Programme
from storage.documents import receive
from workflows.benchmarks.dossiers import free_journeys, simultaneous_signings, whole_dossiers
from workflows.benchmarks.large_file import GB, large_file
from workflows.benchmarks.pictures import thumbnails
from workflows.benchmarks.reminders import reminder_runs
from workflows.benchmarks.results import Figure, table, write
from workflows.benchmarks.uploads import MIB, archive, payload, signing, throughput
from workflows.demonstration.journey import Journey
from workflows.demonstration.people import People, appoint_everybody
from workflows.demonstration.year import announce_programmes


class Command(BaseCommand):
    """Runs on a database of its own; refuses one that holds dossiers which are not demonstration."""

    help = "Benchmark dossiers beside a bare viewflow flow, and evidence beside the plain S3 SDK."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dossiers", type=int, default=12)
        parser.add_argument("--rounds", type=int, default=8)
        parser.add_argument("--files", type=int, default=8)
        parser.add_argument("--only", choices=["dossiers", "evidence", "reminders"], default="")

    def handle(self, *args: Any, **options: Any) -> None:
        call_command("migrate", verbosity=0)
        call_command("ensure_bucket", verbosity=0)
        if Dossier.objects.filter(is_demonstration=False).exists():
            raise CommandError("this database holds real dossiers; benchmarks run on a database of their own")
        if settings.DEBUG:
            raise CommandError("DEBUG keeps every query in memory and falsifies the figures")
        people, programme = demonstration()
        if options["only"] in ("", "evidence"):
            (journey,) = free_journeys(people, programme, 1)
            self.show("evidence", evidence_figures(journey))
        if options["only"] in ("", "dossiers"):
            self.show("dossiers", self.dossier_figures(people, programme, options))
        if options["only"] in ("", "reminders"):
            (journey,) = free_journeys(people, programme, 1)
            journey.register()
            self.show("reminders", reminder_runs(journey, items=100_000))

    def show(self, name: str, figures: list[Figure]) -> None:
        self.stdout.write(table(figures))
        self.stdout.write(f"written: {write(name, figures).relative_to(settings.BASE_DIR)}")

    def dossier_figures(self, people: People, programme: Programme, options: dict[str, Any]) -> list[Figure]:
        rounds, files = options["rounds"], options["files"]
        journeys = free_journeys(people, programme, options["dossiers"] + rounds + 1)
        if len(journeys) < options["dossiers"] + rounds + 1:
            raise CommandError("not enough communes without a dossier: start from an empty database")
        warm_up, *journeys = journeys
        whole_dossiers([warm_up], files=files)
        figures = whole_dossiers(journeys[rounds:], files=files)
        for journey in journeys[:rounds]:
            journey.advance_to(State.APPRAISING, files=2)
        return figures + simultaneous_signings(journeys[:rounds])


def demonstration() -> tuple[People, Programme]:
    """Return the demonstration people and their programme, loading them into an empty database."""
    if not AdministrativeUnit.objects.exists():
        call_command("load_reference_data", "--with-demo-overlay", verbosity=0)
    appoint_everybody(None)
    people = People()
    province = AdministrativeUnit.objects.get(level=Level.PROVINCE, code="35")
    return people, announce_programmes(people, province)[2023]


def evidence_figures(journey: Journey) -> list[Figure]:
    """Return the figures of uploads, of the archive on files like those that communes send, and of a large file."""
    documents = [
        receive(stream=io.BytesIO(payload(size * MIB, seed)), name=f"{seed}.png", uploaded_by_id=0)
        for seed, size in enumerate([1, 3, 8, 20] * 5)
    ]
    journey.advance_to(State.IMPLEMENTING, files=0)
    return [
        throughput(rounds=5, files=8, size=24 * MIB),
        signing(rounds=7),
        archive(documents, rounds=5),
        thumbnails(photos=8, rounds=3),
        *large_file(journey, size=2 * GB),
    ]
