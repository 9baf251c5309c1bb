"""Check the hash chains of the ledger."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from storage.ledger.chain import verify
from storage.ledger.models import Entry


class Command(BaseCommand):
    """Prints a line a stream; ends with exit code 1 when one is broken or a named one is unknown."""

    help = "Check every stream of the ledger, or the named ones."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("streams", nargs="*", help="for example dossier:42; all when none is named")

    def handle(self, *args: Any, **options: Any) -> None:
        streams = options["streams"] or list(
            Entry.objects.order_by("stream").values_list("stream", flat=True).distinct()
        )
        broken = 0
        for stream in streams:
            found = verify(stream)
            if not found.ok:
                broken += 1
                self.stdout.write(f"{stream}: BROKEN at {found.broken_at}: {found.reason}")
            elif not found.entries:
                broken += 1
                self.stdout.write(f"{stream}: UNKNOWN, it has no entries")
            else:
                self.stdout.write(f"{stream}: ok, {found.entries} entries")
        self.stdout.write(f"{len(streams)} streams checked, {broken} broken")
        if broken:
            raise CommandError("the ledger is broken")
