"""What scanning a document for malware found."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from .documents import Document


class ScanOutcome(models.TextChoices):
    """What is known of a document. ``unscanned`` is never written: it is a document without a ``Scan``."""

    UNSCANNED = "unscanned", _("Chưa quét mã độc")
    CLEAN = "clean", _("Đã quét, không thấy mã độc")
    INFECTED = "infected", _("Có mã độc")


class Scan(models.Model):
    """The last time a document was scanned whole: the threat's name when there is one, and by which signatures.

    ``engine`` is program, version of the signatures and their date as the scanner tells them. ``scanned_at`` in UTC.
    """

    document = models.OneToOneField(Document, models.PROTECT, primary_key=True, related_name="scan")
    outcome = models.CharField(max_length=9, choices=ScanOutcome.choices)
    threat = models.CharField(max_length=200, blank=True)
    engine = models.CharField(max_length=200)
    scanned_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(outcome="clean", threat="")
                | (models.Q(outcome="infected") & ~models.Q(threat="")),
                name="scan_names_the_threat",
            )
        ]

    def __str__(self) -> str:
        return f"{self.document_id}: {self.outcome}"
