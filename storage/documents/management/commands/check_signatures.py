"""Check the digital signatures inside documents now."""

from __future__ import annotations

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from storage.documents import signatures
from storage.documents.models import Signing
from storage.documents.trust import TrustRootsUnreadable, trust_roots


class Command(BaseCommand):
    """Prints progress every second, then how many files came to which outcome."""

    help = "Check the signatures of the documents that are due: never checked, or with other trust roots."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--all", action="store_true", help="check those again that are not due, too")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            roots = trust_roots()
            documents = signatures.signable() if options["all"] else signatures.due()
        except TrustRootsUnreadable as error:
            raise CommandError(f"not a certificate, or no folder: {error.path}") from error
        # A list of numbers: the order of those that are due changes while they are checked.
        numbers, shown = list(documents.values_list("pk", flat=True)), time.monotonic()
        counted = dict.fromkeys(Signing.values, 0)
        for done, number in enumerate(numbers, start=1):
            counted[signatures.check(signatures.signable().get(pk=number)).outcome] += 1
            if time.monotonic() - shown > 1:
                shown = time.monotonic()
                self.stdout.write(f"{done}/{len(numbers)} files")
        outcomes = ", ".join(f"{count} {outcome}" for outcome, count in counted.items())
        self.stdout.write(f"{len(numbers)} files checked against {len(roots.certificates)} roots: {outcomes}")
