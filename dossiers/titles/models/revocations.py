"""Cases of revocation: what is proposed on which review, and what the departments say."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from .reviews import Review
from .titles import Title


class Revocation(models.Model):
    """One case of revoking a title; its dossier carries state, hearing, decision and history.

    ``total``, ``unmet`` and ``critical_unmet`` (names, one a line) are the arithmetic it was opened on. ``is_open``
    until it is decided or withdrawn: a title has one open case at most. The provincial chair's decision is the
    dossier's own.
    """

    dossier = models.OneToOneField(
        "dossier.Dossier", models.PROTECT, primary_key=True, related_name="revocation"
    )
    title = models.ForeignKey(Title, models.PROTECT, related_name="revocations")
    review = models.ForeignKey(Review, models.PROTECT, related_name="revocations")
    total = models.PositiveSmallIntegerField()
    unmet = models.PositiveSmallIntegerField()
    critical_unmet = models.TextField(blank=True)
    is_open = models.BooleanField(default=True)

    grounds = models.TextField()
    number = models.CharField(max_length=60, blank=True)
    dated_on = models.DateField(null=True)
    document = models.ForeignKey("documents.Document", models.PROTECT, null=True, related_name="+")
    proposed_at = models.DateTimeField(null=True)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    report = models.TextField(blank=True)
    reported_at = models.DateTimeField(null=True)
    reported_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    decision_document = models.ForeignKey("documents.Document", models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering: ClassVar = ["-dossier_id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["title"], condition=Q(is_open=True), name="one_open_case_a_title"
            ),
            models.CheckConstraint(
                condition=Q(unmet__lte=F("total")) & Q(total__gt=0), name="revocation_counts"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title_id}: {self.unmet}/{self.total}"


class RevocationOpinion(models.Model):
    """What one department concerned says of a proposal to revoke; sealed from others until all have signed."""

    revocation = models.ForeignKey(Revocation, models.PROTECT, related_name="opinions")
    department = models.ForeignKey("organisations.Agency", models.PROTECT, related_name="+")
    assigned_at = models.DateTimeField()
    agrees = models.BooleanField(null=True)
    reasons = models.TextField(blank=True)
    number = models.CharField(max_length=60, blank=True)
    signed_at = models.DateTimeField(null=True)
    signed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering: ClassVar = ["department__name"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["revocation", "department"], name="one_opinion_a_department_and_case"
            ),
            models.CheckConstraint(
                condition=Q(signed_at__isnull=True) | Q(agrees__isnull=False),
                name="signed_opinion_says_yes_or_no",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.revocation_id}/{self.department_id}"

    @property
    def sealed_id(self) -> str:
        """The number by which the history names it, apart from the numbers of opinions on recognition."""
        return f"revocation-{self.pk}"
