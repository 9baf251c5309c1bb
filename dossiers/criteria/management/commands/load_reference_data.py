"""Load provinces: units, agencies, criteria sets and who is responsible for each indicator."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction

from dossiers.criteria.loading import (
    ASSIGNMENTS_FILE,
    TWO_TIER_ASSIGNMENTS_FILE,
    load_assignments,
    load_sets,
)
from dossiers.organisations.loading import LoadedUnits, load_ha_nam, load_ninh_binh
from dossiers.organisations.reading import ReferenceDataError


class Command(BaseCommand):
    """Idempotent, and all or nothing: a failure leaves the database as it was."""

    verbosity = 1
    help = "Load Hà Nam's units and agencies, the criteria sets and the responsible agencies. Safe to repeat."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--with-demo-overlay",
            action="store_true",
            help="also load a Hà Nam set with invented levels for the indicators the province has to set",
        )
        parser.add_argument(
            "--with-two-tier",
            action="store_true",
            help="also load Ninh Bình since July 2025, with the communes that took over from those of Hà Nam",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        self.verbosity = int(options["verbosity"])
        try:
            with transaction.atomic():
                self._units(load_ha_nam())
                if options["with_two_tier"]:
                    self._units(load_ninh_binh())
                self._sets(
                    with_demo_overlay=options["with_demo_overlay"], with_two_tier=options["with_two_tier"]
                )
        except ReferenceDataError as error:
            raise CommandError(f"reference data: {error}") from error
        self._say(self.style.SUCCESS("reference data are complete"))

    def _say(self, line: str) -> None:
        if self.verbosity > 0:
            self.stdout.write(line)

    def _units(self, loaded: LoadedUnits) -> None:
        made = ", ".join(f"{count} new {name}" for name, count in loaded.made.items())
        self._say(
            f"{loaded.province.name}: {loaded.districts} districts, {loaded.units} units "
            f"({loaded.communes} communes), {loaded.successions} successions, {loaded.agencies} agencies "
            f"({loaded.departments} departments): {made}"
        )

    def _sets(self, *, with_demo_overlay: bool, with_two_tier: bool) -> None:
        sets = load_sets(with_demo_overlay=with_demo_overlay, with_two_tier=with_two_tier)
        # PostgreSQL looks at its tables once a minute; until then it would plan as if they were still empty. Without
        # their names it would also lock the catalogues that all databases of the server share.
        tables = ", ".join(
            f'"{table}"' for table in connection.introspection.django_table_names(only_existing=True)
        )
        with connection.cursor() as cursor:
            cursor.execute(f"ANALYZE {tables}")
        for loaded in sets:
            assigned, left_open = load_assignments(loaded.criteria_set, ASSIGNMENTS_FILE)
            if with_two_tier:
                assigned += load_assignments(loaded.criteria_set, TWO_TIER_ASSIGNMENTS_FILE)[0]
            state = "new" if loaded.created else "unchanged"
            rest = f", left open: {', '.join(left_open)}" if left_open else ""
            self._say(
                f"{loaded.criteria_set} ({state}): {loaded.criteria} criteria, "
                f"{loaded.indicators} indicators, {assigned} new assignments{rest}"
            )
