"""Load the days of the yearly notices that differ from the law's own days off."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from workflows.calendars.loading import load_swaps


class Command(BaseCommand):
    """Idempotent: days that the administrator wrote or took out are left as they are."""

    help = "Load the swapped working days of the yearly notices into the calendar. Safe to repeat."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"calendar: {load_swaps()} new days")
