"""What the district's part of the procedure leaves on paper, from the answer on intake to the survey.

Nothing is overwritten: what is recorded again stands beside the earlier row, and the latest counts.
"""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from dossiers.appraisal.models import Verdict
from dossiers.consultation.models import Record, Stance


class IntakeReply(Record):
    """The district's written answer on a submitted dossier: complete, or what is lacking.

    ``again_reason`` says why the commune is guided once more than the procedure foresees; empty otherwise.
    """

    is_complete = models.BooleanField()
    number = models.CharField(max_length=60)
    dated_on = models.DateField()
    document = models.ForeignKey("documents.Document", models.PROTECT, related_name="+")
    again_reason = models.TextField(blank=True)

    class Meta(Record.Meta):
        pass

    def __str__(self) -> str:
        return f"{self.dossier_id}: {self.number}"


class GuidanceItem(models.Model):
    """One point that is lacking: of an indicator, or (``result`` None) of the dossier's papers."""

    reply = models.ForeignKey(IntakeReply, models.PROTECT, related_name="items")
    position = models.PositiveSmallIntegerField()
    result = models.ForeignKey("results.IndicatorResult", models.PROTECT, null=True, related_name="+")
    text = models.TextField()

    class Meta:
        ordering: ClassVar = ["reply", "position"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["reply", "position"], name="one_point_a_line_of_guidance")
        ]

    def __str__(self) -> str:
        return f"{self.reply_id}/{self.position}"


class DivisionReview(models.Model):
    """One division's part of the verification: what it found on its indicators. ``is_current`` within one review.

    It opens when the district has found the submission complete, and is final once it is signed.
    """

    dossier = models.ForeignKey("dossier.Dossier", models.PROTECT, related_name="division_reviews")
    division = models.ForeignKey("organisations.Agency", models.PROTECT, related_name="+")
    is_current = models.BooleanField(default=True)
    summary = models.TextField(blank=True)
    opened_at = models.DateTimeField()
    signed_at = models.DateTimeField(null=True)
    signed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering: ClassVar = ["-opened_at", "division__name"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["dossier", "division"], condition=Q(is_current=True), name="one_division_review"
            )
        ]

    def __str__(self) -> str:
        return f"{self.dossier_id}: {self.division_id}"


class DivisionFinding(models.Model):
    """What a division finds on one indicator; reasons where it is not met."""

    review = models.ForeignKey(DivisionReview, models.PROTECT, related_name="findings")
    result = models.ForeignKey("results.IndicatorResult", models.PROTECT, related_name="+")
    verdict = models.CharField(max_length=16, choices=Verdict.choices)
    reason = models.TextField(blank=True)

    class Meta:
        ordering: ClassVar = ["review", "result__position"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["review", "result"], name="one_division_finding_a_result"),
            models.CheckConstraint(
                condition=~Q(verdict="not_met") | ~Q(reason=""), name="division_not_met_has_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.review_id}/{self.result_id}: {self.verdict}"


class DistrictPublication(Record):
    """The list of communes and the draft verification report before the people of the district.

    ``report`` is a copy of what was published; ``places`` says where, one a line.
    """

    first_day = models.DateField()
    places = models.TextField()
    report = models.ForeignKey("documents.Document", models.PROTECT, related_name="+")

    class Meta(Record.Meta):
        pass

    def __str__(self) -> str:
        return f"{self.dossier_id}: {self.first_day}"


class DistrictOrganisation(models.TextChoices):
    """Who gives an opinion in writing: the Front and the political-social organisations of the district."""

    FATHERLAND_FRONT = "fatherland_front", _("Ủy ban Mặt trận Tổ quốc cấp huyện")
    FARMERS = "farmers", _("Hội Nông dân cấp huyện")
    WOMEN = "women", _("Hội Liên hiệp Phụ nữ cấp huyện")
    YOUTH = "youth", _("Huyện đoàn (Thị đoàn, Thành đoàn)")
    VETERANS = "veterans", _("Hội Cựu chiến binh cấp huyện")
    TRADE_UNION = "trade_union", _("Liên đoàn Lao động cấp huyện")


class DistrictOpinion(Record):
    """What an organisation of the district wrote on the draft. Of the Front's only its own officer makes a row."""

    organisation = models.CharField(max_length=20, choices=DistrictOrganisation.choices)
    number = models.CharField(max_length=60)
    dated_on = models.DateField()
    stance = models.CharField(max_length=14, choices=Stance.choices)
    remarks = models.TextField(blank=True)
    document = models.ForeignKey("documents.Document", models.PROTECT, related_name="+")

    class Meta(Record.Meta):
        pass

    def __str__(self) -> str:
        return f"{self.dossier_id}: {self.organisation} {self.number}"


class DistrictSummary(Record):
    """The district's report on what was said, and what it took up or why not."""

    dated_on = models.DateField()
    summary = models.TextField()
    document = models.ForeignKey("documents.Document", models.PROTECT, related_name="+")

    class Meta(Record.Meta):
        pass

    def __str__(self) -> str:
        return f"{self.dossier_id}: {self.dated_on}"


class SatisfactionSurvey(Record):
    """The result of the Front's survey of households. The database refuses to change or remove a row.

    A corrected result is a new ``version`` with its reason. The rule it is judged by is kept with it. Numbers are
    households: those of the commune, those asked, those that answered, those satisfied on the whole.
    """

    version = models.PositiveSmallIntegerField()
    correction_reason = models.TextField(blank=True)
    number = models.CharField(max_length=60)
    dated_on = models.DateField()
    document = models.ForeignKey("documents.Document", models.PROTECT, related_name="+")
    question_set = models.CharField(max_length=80)
    households = models.PositiveIntegerField()
    asked = models.PositiveIntegerField()
    answered = models.PositiveIntegerField()
    satisfied = models.PositiveIntegerField()
    coverage_percent = models.DecimalField(max_digits=5, decimal_places=2)
    overall_percent = models.DecimalField(max_digits=5, decimal_places=2)
    content_percent = models.DecimalField(max_digits=5, decimal_places=2)
    rule_source = models.TextField()
    rule_verified = models.BooleanField()

    class Meta(Record.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["dossier", "version"], name="one_survey_a_version"),
            models.CheckConstraint(
                condition=Q(asked__lte=F("households"))
                & Q(answered__lte=F("asked"))
                & Q(satisfied__lte=F("answered"))
                & Q(answered__gt=0),
                name="survey_counts",
            ),
            models.CheckConstraint(
                condition=Q(version=1) | ~Q(correction_reason=""), name="corrected_survey_has_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.dossier_id}: survey {self.version}"


class SurveyAnswer(models.Model):
    """How many households are satisfied with one content of the questionnaire."""

    survey = models.ForeignKey(SatisfactionSurvey, models.PROTECT, related_name="answers")
    position = models.PositiveSmallIntegerField()
    content = models.CharField(max_length=300)
    satisfied = models.PositiveIntegerField()

    class Meta:
        ordering: ClassVar = ["survey", "position"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["survey", "position"], name="one_answer_a_content")
        ]

    def __str__(self) -> str:
        return f"{self.survey_id}/{self.position}: {self.satisfied}"
