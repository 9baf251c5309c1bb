"""What a title asks of a commune besides its criteria: the title before it, and for the model title a field."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from dossiers.criteria.models import TitleLevel


class PriorTitleProof(models.TextChoices):
    """By what paper the commune shows that it has what the title before asks for."""

    DECISION = "decision", _("Quyết định công nhận danh hiệu trước")
    ASSESSMENT = "assessment", _("Văn bản đánh giá đạt bộ tiêu chí của danh hiệu trước")


class PriorTitle(models.Model):
    """The paper in the dossier that shows the title before. A later one takes its place; the earlier one is kept."""

    dossier = models.ForeignKey("dossier.Dossier", models.PROTECT, related_name="prior_titles")
    level = models.CharField(max_length=16, choices=TitleLevel.choices)
    proof = models.CharField(max_length=12, choices=PriorTitleProof.choices)
    number = models.CharField(max_length=60)
    signed_on = models.DateField()
    document = models.ForeignKey("documents.Document", models.PROTECT, related_name="+")
    is_current = models.BooleanField(default=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar = ["-recorded_at"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["dossier"], condition=models.Q(is_current=True), name="one_current_prior_title"
            )
        ]

    def __str__(self) -> str:
        return f"{self.dossier_id}: {self.number}"


class ChosenField(models.Model):
    """The outstanding field (lĩnh vực nổi trội) that a commune is to be a model in (Quyết định 319/QĐ-TTg)."""

    dossier = models.OneToOneField("dossier.Dossier", models.PROTECT, related_name="chosen_field")
    key = models.CharField(max_length=40)
    name = models.CharField(max_length=200)
    department = models.ForeignKey("organisations.Agency", models.PROTECT, related_name="+")
    chosen_at = models.DateTimeField()
    chosen_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar = ["-chosen_at"]

    def __str__(self) -> str:
        return self.name
