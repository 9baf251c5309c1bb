"""Write docs/permissions.md from the acts."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from dossiers.policies.matrix import matrix_page


class Command(BaseCommand):
    help = "Write the permission matrix (role × state × act) to docs/permissions.md."

    def handle(self, *args: Any, **options: Any) -> None:
        path = settings.BASE_DIR / "docs" / "permissions.md"
        path.parent.mkdir(exist_ok=True)
        path.write_text(matrix_page(), encoding="utf-8")
        self.stdout.write(f"written: {path.relative_to(settings.BASE_DIR)}")
