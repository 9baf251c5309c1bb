"""Until when a document must stay as it is."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from .documents import Document


class Retention(models.Model):
    """That a document's stored version must stay as it is until then, and since when the store itself sees to it.

    Written in the transaction of the act that rests on the document; the lock in the store follows as a job.
    """

    document = models.OneToOneField(Document, models.PROTECT, primary_key=True, related_name="retention")
    until = models.DateTimeField()
    locked_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["document"],
                condition=models.Q(locked_at__isnull=True),
                name="retention_not_locked_yet",
            )
        ]

    def __str__(self) -> str:
        return f"{self.document_id} until {self.until:%Y-%m-%d}"
