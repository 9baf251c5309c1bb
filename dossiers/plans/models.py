"""The Đề án: its sections, and the works with their capital by source and year."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _


class SectionKind(models.TextChoices):
    """The sections of a Đề án, in the order in which they are read. Common structure, not a legal form."""

    NECESSITY = "1-necessity", _("Sự cần thiết và căn cứ pháp lý")
    FEATURES = "2-features", _("Đặc điểm tự nhiên, dân số, kinh tế - xã hội")
    ACHIEVEMENTS = "3-achievements", _("Kết quả đã đạt và hiện trạng theo từng tiêu chí")
    OBJECTIVES = "4-objectives", _("Mục tiêu và lộ trình")
    SOLUTIONS = "5-solutions", _("Nội dung, giải pháp thực hiện")
    CAPITAL = "6-capital", _("Nhu cầu vốn và cơ cấu nguồn vốn")
    ORGANISATION = "7-organisation", _("Tổ chức thực hiện, phân công trách nhiệm")
    PROPOSALS = "8-proposals", _("Kiến nghị")


class PlanSection(models.Model):
    """One section of the Đề án. ``revision`` rises with every saved change."""

    dossier = models.ForeignKey("dossier.Dossier", models.PROTECT, related_name="sections")
    kind = models.CharField(max_length=20, choices=SectionKind.choices)
    body = models.TextField(blank=True)
    revision = models.PositiveIntegerField(default=1)
    updated_at = models.DateTimeField(null=True, blank=True)
    updated_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering: ClassVar = ["kind"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["dossier", "kind"], name="one_section_of_a_kind")
        ]

    def __str__(self) -> str:
        return str(SectionKind(self.kind).label)


class CapitalSource(models.TextChoices):
    """Where the money of a work comes from (Kế hoạch 1465, mục IV). Not each of them exists for each dossier."""

    CENTRAL = "central", _("Ngân sách trung ương")
    PROVINCE_INVESTMENT = "province_investment", _("Ngân sách tỉnh: đầu tư công")
    PROVINCE_RECURRENT = "province_recurrent", _("Ngân sách tỉnh: vốn sự nghiệp")
    DISTRICT = "district", _("Ngân sách huyện")
    COMMUNE = "commune", _("Ngân sách xã")
    INTEGRATED = "integrated", _("Lồng ghép chương trình, dự án khác")
    ENTERPRISE = "enterprise", _("Doanh nghiệp, tổ chức, cá nhân")
    PEOPLE = "people", _("Nhân dân đóng góp tự nguyện")
    OTHER = "other", _("Nguồn hợp pháp khác")


class Work(models.Model):
    """A work (công trình) of the Đề án. ``total`` is in whole đồng and equals the sum of its capital lines.

    ``accepted`` is the value of what was built and accepted so far, ``paid`` what was paid of it: whole đồng, None
    until the commune reports them. The difference is the debt.
    """

    dossier = models.ForeignKey("dossier.Dossier", models.PROTECT, related_name="works")
    criterion = models.ForeignKey("criteria.Criterion", models.PROTECT, null=True, related_name="+")
    name = models.CharField(max_length=300)
    total = models.BigIntegerField(validators=[MinValueValidator(1)])
    due_year = models.PositiveSmallIntegerField()
    due_quarter = models.PositiveSmallIntegerField()
    accepted = models.BigIntegerField(null=True, blank=True)
    paid = models.BigIntegerField(null=True, blank=True)
    revision = models.PositiveIntegerField(default=1)
    updated_at = models.DateTimeField()
    updated_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar = ["due_year", "due_quarter", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(total__gt=0), name="work_total_positive"),
            models.CheckConstraint(
                condition=models.Q(due_quarter__gte=1, due_quarter__lte=4), name="work_due_quarter"
            ),
            models.CheckConstraint(
                condition=models.Q(accepted__isnull=True, paid__isnull=True)
                | models.Q(accepted__gte=models.F("paid"), paid__gte=0),
                name="work_paid_of_what_was_accepted",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def debt(self) -> int | None:
        """What was accepted and not paid, in whole đồng; None until it is reported."""
        return None if self.accepted is None or self.paid is None else self.accepted - self.paid


class CapitalLine(models.Model):
    """The capital of a work from one source in one year, in whole đồng."""

    work = models.ForeignKey(Work, models.CASCADE, related_name="capital")
    source = models.CharField(max_length=24, choices=CapitalSource.choices)
    year = models.PositiveSmallIntegerField()
    amount = models.BigIntegerField()

    class Meta:
        ordering: ClassVar = ["year", "source"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["work", "source", "year"], name="one_capital_line"),
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="capital_amount_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.year}: {self.amount}"


class PlanAppraisal(models.Model):
    """The district division's appraisal of a submitted Đề án. ``is_current`` until the commune submits again."""

    dossier = models.ForeignKey("dossier.Dossier", models.PROTECT, related_name="plan_appraisals")
    recommends_approval = models.BooleanField()
    summary = models.TextField()
    appraised_at = models.DateTimeField()
    appraised_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    is_current = models.BooleanField(default=True)

    class Meta:
        ordering: ClassVar = ["-appraised_at"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["dossier"], condition=models.Q(is_current=True), name="one_current_plan_appraisal"
            )
        ]

    def __str__(self) -> str:
        return f"{self.dossier_id}: {self.appraised_at:%Y-%m-%d}"


class PlanApproval(models.Model):
    """The decision that approves the Đề án, by the chair who receives it.

    ``against_reasons`` says why, where the appraisal recommended to return it. Decisions from before files were asked
    for have no ``document``.
    """

    dossier = models.OneToOneField("dossier.Dossier", models.PROTECT, related_name="plan_approval")
    number = models.CharField(max_length=60)
    signed_on = models.DateField()
    against_reasons = models.TextField(blank=True)
    document = models.ForeignKey("documents.Document", models.PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField()
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar = ["-signed_on"]

    def __str__(self) -> str:
        return self.number
