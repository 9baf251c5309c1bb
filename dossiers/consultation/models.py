"""What a consultation of the people leaves on paper (Quyết định 18/2022/QĐ-TTg, Điều 5).

Nothing is overwritten: what is recorded again stands beside the earlier row, and the latest counts.
"""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Record(models.Model):
    """One paper or fact of a dossier's consultation, with who recorded it when."""

    dossier = models.ForeignKey("dossier.Dossier", models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        abstract = True
        ordering: ClassVar = ["-recorded_at", "-pk"]


class Consultation(Record):
    """The report on results as it was put before the people: since when, and where it hangs (a place a line)."""

    first_day = models.DateField()
    places = models.TextField()
    report = models.ForeignKey("documents.Document", models.PROTECT, related_name="+")

    class Meta(Record.Meta):
        pass

    def __str__(self) -> str:
        return f"{self.dossier_id}: {self.first_day}"


class Broadcast(Record):
    """One broadcast of the report. A wrong one is taken off the list, its row stays."""

    at = models.DateTimeField()
    station = models.CharField(max_length=200)
    document = models.ForeignKey("documents.Document", models.PROTECT, null=True, related_name="+")
    removed_at = models.DateTimeField(null=True, blank=True)
    removed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta(Record.Meta):
        ordering: ClassVar = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.dossier_id}: {self.at:%Y-%m-%d %H:%M}"


class Organisation(models.TextChoices):
    """Who gives an opinion in writing: the Front and the political-social organisations of the commune."""

    FATHERLAND_FRONT = "fatherland_front", _("Ủy ban Mặt trận Tổ quốc xã")
    FARMERS = "farmers", _("Hội Nông dân xã")
    WOMEN = "women", _("Hội Liên hiệp Phụ nữ xã")
    YOUTH = "youth", _("Đoàn Thanh niên Cộng sản Hồ Chí Minh xã")
    VETERANS = "veterans", _("Hội Cựu chiến binh xã")
    TRADE_UNION = "trade_union", _("Công đoàn xã")


class Stance(models.TextChoices):
    FOR = "for", _("Nhất trí")
    WITH_REMARKS = "with_remarks", _("Nhất trí, có góp ý")
    AGAINST = "against", _("Không nhất trí")


class WrittenOpinion(Record):
    """What an organisation wrote on the report. Of the Front's only its own officer makes a row."""

    organisation = models.CharField(max_length=20, choices=Organisation.choices)
    number = models.CharField(max_length=60)
    dated_on = models.DateField()
    stance = models.CharField(max_length=14, choices=Stance.choices)
    remarks = models.TextField(blank=True)
    document = models.ForeignKey("documents.Document", models.PROTECT, related_name="+")

    class Meta(Record.Meta):
        pass

    def __str__(self) -> str:
        return f"{self.dossier_id}: {self.organisation} {self.number}"


class OpinionSummary(Record):
    """The commune's report on what was said, and what it took up or why not."""

    dated_on = models.DateField()
    summary = models.TextField()
    document = models.ForeignKey("documents.Document", models.PROTECT, related_name="+")

    class Meta(Record.Meta):
        pass

    def __str__(self) -> str:
        return f"{self.dossier_id}: {self.dated_on}"
