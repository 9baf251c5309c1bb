"""Make the demonstration year of Hà Nam through the acts themselves. Only under the demonstration mode."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from dossiers.dossier.models import State
from dossiers.organisations.models import AdministrativeUnit, Level
from workflows.demonstration.other_procedures import play_others
from workflows.demonstration.people import People, appoint_everybody
from workflows.demonstration.titles import play_titles
from workflows.demonstration.year import play


class Command(BaseCommand):
    """Idempotent: people and dossiers that are there are left as they are."""

    help = "Make demonstration people and dossiers for Hà Nam (demonstration mode only)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--password", default=None, help="the password all demonstration people share")
        parser.add_argument("--people-only", action="store_true", help="make no dossiers")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.LUA_DEMO:
            raise CommandError("load_demo runs only in demonstration mode (LUA_DEMO).")
        province = AdministrativeUnit.objects.filter(level=Level.PROVINCE, code="35").first()
        if province is None:
            raise CommandError("Hà Nam is not loaded: run load_reference_data --with-demo-overlay first.")
        made = appoint_everybody(options["password"])
        self.stdout.write(f"people: {made} made")
        if options["people_only"]:
            return
        for n, total, dossier in play(People(), province):
            state = State(dossier.state).label
            self.stdout.write(f"dossier {n}/{total}: {dossier.commune.name} {dossier.title_year}: {state}")
        for dossier in play_others(People()):
            state = State(dossier.state).label
            self.stdout.write(f"{dossier.procedure}: {dossier.commune.name} {dossier.title_year}: {state}")
        for commune in play_titles(People(), province):
            self.stdout.write(f"title: {commune}")
