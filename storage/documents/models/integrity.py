"""What reading documents again showed."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from .documents import Document


class Integrity(models.TextChoices):
    """What reading a stored file again showed."""

    INTACT = "intact", _("Còn nguyên vẹn")
    MISSING = "missing", _("Không còn trong kho lưu trữ")
    ALTERED = "altered", _("Nội dung đã bị thay đổi")


class IntegrityCheck(models.Model):
    """The last time a document was read again and compared with the hash it was received with."""

    document = models.OneToOneField(Document, models.PROTECT, primary_key=True, related_name="integrity")
    checked_at = models.DateTimeField()
    outcome = models.CharField(max_length=8, choices=Integrity.choices)
    detail = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["checked_at"])]

    def __str__(self) -> str:
        return f"{self.document_id}: {self.outcome}"
