"""What was read in a document: facts, and text to search."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.utils.translation import gettext_lazy as _

from storage.vietnamese import SearchableWords

from .documents import Document


class ReadingOutcome(models.TextChoices):
    READ = "read", _("Đã đọc nội dung")
    UNREADABLE = "unreadable", _("Không đọc được nội dung")
    DIED = "died", _("Không đọc được nội dung trong giới hạn cho phép")


class Reading(models.Model):
    """The facts of a document as a machine read them: sides of a picture in pixels, the camera's words, pages of a PDF.

    A PDF may run code when an action in it runs a script or starts a program, or when it could not be read: browsers
    run scripts when they show it.

    The camera's time and place (degrees of WGS 84) are what anybody can change: hints, never proof.
    """

    document = models.OneToOneField(Document, models.PROTECT, primary_key=True, related_name="reading")
    outcome = models.CharField(max_length=12, choices=ReadingOutcome.choices)
    read_at = models.DateTimeField()
    pages = models.PositiveIntegerField(null=True)
    may_run_code = models.BooleanField(default=False)
    is_text_whole = models.BooleanField(default=True)
    width = models.PositiveIntegerField(null=True)
    height = models.PositiveIntegerField(null=True)
    taken_at = models.DateTimeField(null=True)
    camera = models.CharField(max_length=100, blank=True)
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(latitude__isnull=True, longitude__isnull=True)
                | models.Q(latitude__range=(-90, 90), longitude__range=(-180, 180)),
                name="reading_position_is_on_earth",
            )
        ]

    def __str__(self) -> str:
        return f"{self.document_id}: {self.outcome}"


class Text(models.Model):
    """Text to search: a document's name (number 0), and its pages from 1."""

    document = models.ForeignKey(Document, models.PROTECT, related_name="texts")
    number = models.PositiveIntegerField()
    text = models.TextField()
    words = models.GeneratedField(
        expression=SearchableWords("text"), output_field=SearchVectorField(), db_persist=True
    )

    class Meta:
        ordering: ClassVar = ["document", "number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["document", "number"], name="one_text_a_page")
        ]
        indexes: ClassVar = [GinIndex(fields=["words"], name="document_text_words")]

    def __str__(self) -> str:
        return f"{self.document_id}/{self.number}"
