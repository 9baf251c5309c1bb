"""By what documents are known again, and which of them look alike."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from .documents import Document


class Fingerprint(models.Model):
    """What ``storage.readers.likeness`` made of a document's picture, and when it was compared with all others.

    A picture that shows too little to be known again has no hashes, and nothing to be compared with.
    """

    document = models.OneToOneField(Document, models.PROTECT, primary_key=True, related_name="fingerprint")
    hashes = ArrayField(models.BigIntegerField())
    grey = models.BinaryField()
    compared_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["document"],
                condition=models.Q(compared_at__isnull=True),
                name="fingerprint_not_compared_yet",
            )
        ]

    def __str__(self) -> str:
        return str(self.document_id)


class Likeness(models.Model):
    """Two documents, different in their bytes, whose pictures look alike. A hint for people, never a finding.

    ``agreement`` is in percent. Documents with the same SHA-256 are not listed here: their index finds them.
    """

    earlier = models.ForeignKey(Document, models.PROTECT, related_name="+")
    later = models.ForeignKey(Document, models.PROTECT, related_name="+")
    agreement = models.PositiveSmallIntegerField()
    found_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["earlier", "later"], name="one_likeness_a_pair"),
            models.CheckConstraint(
                condition=~models.Q(earlier=models.F("later")), name="likeness_of_two_documents"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.earlier_id} ~ {self.later_id}"
