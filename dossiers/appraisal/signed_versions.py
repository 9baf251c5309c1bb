"""What a signed opinion said before it was corrected or had to be signed anew."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from dossiers.organisations.models import User

    from .models import Opinion


class Ending(models.TextChoices):
    CORRECTED = "corrected", _("Đính chính")
    INPUTS_CHANGED = "inputs_changed", _("Căn cứ đã thay đổi, phải ký lại")


class SignedVersion(models.Model):
    """One signed text of an opinion that another one has taken the place of. Never changes.

    ``findings`` are rows of indicator code, verdict and reason as they were signed.
    """

    opinion = models.ForeignKey("appraisal.Opinion", models.PROTECT, related_name="earlier_versions")
    version = models.PositiveSmallIntegerField()
    number = models.CharField(max_length=60)
    dated_on = models.DateField(null=True)
    summary = models.TextField(blank=True)
    inputs_sha256 = models.CharField(max_length=64)
    findings: models.JSONField[list[dict[str, str]], list[dict[str, str]]] = models.JSONField()
    signed_at = models.DateTimeField()
    signed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    ending = models.CharField(max_length=16, choices=Ending.choices)
    reason = models.TextField()
    ended_at = models.DateTimeField()
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar = ["-version"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["opinion", "version"], name="one_text_a_version")
        ]

    def __str__(self) -> str:
        return f"{self.opinion_id} v{self.version}"

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The findings with the verdict in words."""
        from .models import Verdict

        return [{**row, "word": Verdict(row["verdict"]).label} for row in self.findings]


def keep_version(opinion: Opinion, *, ending: Ending, reason: str, at: datetime, by: User) -> SignedVersion:
    """Keep what a signed opinion says now, before it is changed; the opinion's next text is a version later."""
    findings = opinion.findings.select_related("result__indicator").order_by("result__position")
    assert opinion.signed_at is not None and opinion.signed_by_id is not None
    kept = SignedVersion.objects.create(
        opinion=opinion,
        version=opinion.version,
        number=opinion.number,
        dated_on=opinion.dated_on,
        summary=opinion.summary,
        inputs_sha256=opinion.inputs_sha256,
        findings=[
            {"indicator": one.result.indicator.code, "verdict": one.verdict, "reason": one.reason}
            for one in findings
        ],
        signed_at=opinion.signed_at,
        signed_by_id=opinion.signed_by_id,
        ending=ending,
        reason=reason,
        ended_at=at,
        ended_by=by,
    )
    opinion.version += 1
    return kept
