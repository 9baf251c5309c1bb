"""Pictures of the pages of papers."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from .documents import Document


class PagePicture(models.Model):
    """A page of a PDF, counted from 1, as a WebP without metadata; drawn when somebody first asked for it.

    A page that cannot be drawn has a row too, without an object: it is not tried again at every visit.
    """

    document = models.ForeignKey(Document, models.PROTECT, related_name="page_pictures")
    number = models.PositiveIntegerField()
    object_key = models.CharField(max_length=200, blank=True)
    version_id = models.CharField(max_length=200, blank=True)
    width = models.PositiveIntegerField(default=0)
    height = models.PositiveIntegerField(default=0)

    class Meta:
        ordering: ClassVar = ["document", "number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["document", "number"], name="one_picture_a_page")
        ]

    def __str__(self) -> str:
        return f"{self.document_id}/{self.number}"

    @property
    def is_drawn(self) -> bool:
        return bool(self.object_key)
