"""Create the evidence bucket when it is missing."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from storage.objects import object_store


class Command(BaseCommand):
    help = "Create the evidence bucket, versioned and with object lock, when it is missing."

    def handle(self, *args: Any, **options: Any) -> None:
        store = object_store()
        store.ensure_bucket()
        self.stdout.write(f"bucket {store.bucket} is ready")
