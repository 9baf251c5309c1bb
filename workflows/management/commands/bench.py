"""Measure Lúa beside a bare viewflow flow in the same run; print a table and write var/bench/dossiers.json."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from dossiers.dossier.models import Dossier, State
from dossiers.organisations.models import AdministrativeUnit, Level
from workflows.benchmarks.dossiers import free_journeys, simultaneous_signings, whole_dossiers
from workflows.benchmarks.results import table, write
from workflows.demonstration.people import People, appoint_everybody
from workflows.demonstration.year import announce_programmes


class Command(BaseCommand):
    """Runs on a database of its own; refuses one that holds dossiers which are not demonstration."""

    help = "Benchmark whole dossiers and simultaneous signings beside a bare viewflow flow."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dossiers", type=int, default=12)
        parser.add_argument("--rounds", type=int, default=8)
        parser.add_argument("--files", type=int, default=8)

    def handle(self, *args: Any, **options: Any) -> None:
        call_command("migrate", verbosity=0)
        call_command("ensure_bucket", verbosity=0)
        if Dossier.objects.filter(is_demonstration=False).exists():
            raise CommandError("this database holds real dossiers; benchmarks run on a database of their own")
        if settings.DEBUG:
            raise CommandError("DEBUG keeps every query in memory and falsifies the figures")
        if not AdministrativeUnit.objects.exists():
            call_command("load_reference_data", "--with-demo-overlay", verbosity=0)
        appoint_everybody(None)
        people = People()
        province = AdministrativeUnit.objects.get(level=Level.PROVINCE, code="35")
        programme = announce_programmes(people, province)[2023]
        rounds, files = options["rounds"], options["files"]
        journeys = free_journeys(people, programme, options["dossiers"] + rounds + 1)
        if len(journeys) < options["dossiers"] + rounds + 1:
            raise CommandError("not enough communes without a dossier: start from an empty database")
        warm_up, *journeys = journeys
        whole_dossiers([warm_up], files=files)
        figures = whole_dossiers(journeys[rounds:], files=files)
        for journey in journeys[:rounds]:
            journey.advance_to(State.APPRAISING, files=2)
        figures += simultaneous_signings(journeys[:rounds])
        self.stdout.write(table(figures))
        self.stdout.write(f"written: {write('dossiers', figures).relative_to(settings.BASE_DIR)}")
