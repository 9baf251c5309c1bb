"""What all confirmations keep of their paper."""

from __future__ import annotations

from django.db import models

from dossiers.consultation.models import Record


class Confirmation(Record):
    """What the agency found, on a numbered paper. A later one takes its place; it stays readable."""

    department = models.ForeignKey("organisations.Agency", models.PROTECT, related_name="+")
    number = models.CharField(max_length=60)
    dated_on = models.DateField()
    remarks = models.TextField(blank=True)
    document = models.ForeignKey("documents.Document", models.PROTECT, related_name="+")

    class Meta(Record.Meta):
        abstract = True

    def __str__(self) -> str:
        return f"{self.dossier_id}: {self.number}"
