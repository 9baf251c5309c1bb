"""Read stored files again now, compare them with their hashes, and have them scanned for malware."""

from __future__ import annotations

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db.models import Sum

from storage.documents import integrity, scanning
from storage.documents.models import Integrity, Scan, ScanOutcome


class Command(BaseCommand):
    """Prints progress every second, then every finding that is not good; ends with exit code 1 when there is one.

    All infected files are named, whenever they were found. Never deletes and never repairs.
    """

    help = "Read all stored files again, or those checked longest ago, and compare them with their hashes."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--limit", type=int, help="only so many, those whose last check is longest ago")
        parser.add_argument(
            "--orphans", action="store_true", help="also list stored objects that nothing refers to"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        documents = integrity.longest_unchecked()
        if options["limit"] is not None:
            documents = documents[: options["limit"]]
        total = documents.count()
        volume = documents.aggregate(bytes=Sum("size"))["bytes"] or 0
        bad = self._check(documents, total, volume)
        self.stdout.write(f"{total} files, {volume} bytes read again: {bad} missing or altered")
        if options["orphans"]:
            found = list(integrity.orphans())
            for orphan in found:
                self.stdout.write(
                    f"orphan: {orphan.key} {orphan.version_id} {orphan.size} bytes {orphan.modified_at:%Y-%m-%d}"
                )
            self.stdout.write(f"{len(found)} objects that nothing refers to")
        infected = Scan.objects.filter(outcome=ScanOutcome.INFECTED).select_related("document")
        for scan in infected:
            self.stdout.write(f"INFECTED: {scan.document_id} {scan.document.name} {scan.threat}")
        if scanning.is_on():
            waiting = scanning.unscanned().count()
            self.stdout.write(f"{len(infected)} files are infected, {waiting} wait for their scan")
        if bad or infected:
            raise CommandError("stored files are missing, altered or infected")

    def _check(self, documents: Any, total: int, volume: int) -> int:
        bad, done, shown = 0, 0, time.monotonic()
        for number, document in enumerate(documents.iterator(chunk_size=500), start=1):
            found = integrity.check(document)
            done += document.size
            if found.outcome != Integrity.INTACT:
                bad += 1
                self.stdout.write(
                    f"{found.outcome.upper()}: {document.pk} {document.name} {document.object_key}"
                )
            if time.monotonic() - shown > 1:
                shown = time.monotonic()
                self.stdout.write(f"{number}/{total} files, {done * 100 // max(volume, 1)} %")
        return bad
