"""Verification and submission by the district, and the opinions of the responsible departments."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, transition

from dossiers.dossier.models import Dossier, ProtectedStateModel

from .signed_versions import SignedVersion
from .supplements.models import SupplementItem, SupplementRequest

__all__ = [
    "Consolidation",
    "Finding",
    "Forwarding",
    "Opinion",
    "OpinionState",
    "SignedVersion",
    "SupplementItem",
    "SupplementRequest",
    "Verdict",
    "Verification",
]


class Verification(models.Model):
    """The district's verification (thẩm tra) of a submitted dossier. ``is_current`` until it is submitted again.

    ``against_reasons`` says why the dossier went on although it recommends to return it.
    """

    dossier = models.ForeignKey("dossier.Dossier", models.PROTECT, related_name="verifications")
    recommends_forwarding = models.BooleanField()
    summary = models.TextField()
    against_reasons = models.TextField(blank=True)
    verified_at = models.DateTimeField()
    verified_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    is_current = models.BooleanField(default=True)

    class Meta:
        ordering: ClassVar = ["-verified_at"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["dossier"], condition=models.Q(is_current=True), name="one_current_verification"
            )
        ]

    def __str__(self) -> str:
        return f"{self.dossier_id}: {self.verified_at:%Y-%m-%d}"


class Forwarding(models.Model):
    """The district's submission (Tờ trình) by which a dossier goes to the province. One a time it is forwarded.

    ``taken_back_at`` is when the district took the dossier back before the province had opened it. Before papers had a
    day and a file of their own, only the number was kept: ``dated_on`` and ``document`` are None then.
    """

    dossier = models.ForeignKey("dossier.Dossier", models.PROTECT, related_name="forwardings")
    number = models.CharField(max_length=60)
    dated_on = models.DateField(null=True)
    document = models.ForeignKey("documents.Document", models.PROTECT, null=True, related_name="+")
    forwarded_at = models.DateTimeField()
    forwarded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    taken_back_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["-forwarded_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.dossier_id}: {self.number}"


class OpinionState(models.TextChoices):
    ASSIGNED = "assigned", _("Chờ thẩm định")
    EXAMINING = "examining", _("Đang thẩm định")
    AWAITING_SUPPLEMENT = "awaiting_supplement", _("Chờ xã bổ sung")
    SIGNED = "signed", _("Đã ký")


# Read at every finding and signature under the dossier's lock; spelled out, it costs half.
OWN_OPINION = """
SELECT own.*, NOT EXISTS (
    SELECT FROM appraisal_opinion AS other
    WHERE other.dossier_id = own.dossier_id AND other.round = own.round
      AND other.id <> own.id AND other.state <> 'signed'
) AS is_last_unsigned
FROM appraisal_opinion AS own
WHERE own.dossier_id = %s AND own.round = %s AND own.department_id = %s
"""


class OpinionQuerySet(models.QuerySet["Opinion"]):
    def of_round(self, dossier: models.Model, number: int) -> OpinionQuerySet:
        return self.filter(dossier=dossier, round=number)

    def own(self, dossier: Dossier, department_id: int) -> Opinion | None:
        """Return a department's opinion in the dossier's current round, or None.

        ``is_last_unsigned`` of it says whether all others have signed; that holds as long as the caller has the lock
        of the dossier's row.
        """
        found = self.raw(OWN_OPINION, [dossier.pk, dossier.appraisal_round, department_id])
        return next(iter(found), None)


class Opinion(ProtectedStateModel):
    """One department's written opinion on a dossier in one round of appraisal.

    ``inputs_sha256`` is the hash over the figures and the exact file versions the department looked at. An opinion
    carried over from an earlier round keeps its signature because those inputs did not change.
    """

    dossier = models.ForeignKey("dossier.Dossier", models.PROTECT, related_name="opinions")
    department = models.ForeignKey("organisations.Agency", models.PROTECT, related_name="opinions")
    round = models.PositiveSmallIntegerField()
    state = FSMField(choices=OpinionState.choices, default=OpinionState.ASSIGNED, protected=True)
    summary = models.TextField(blank=True)
    number = models.CharField(max_length=60, blank=True)
    dated_on = models.DateField(null=True, blank=True)
    version = models.PositiveSmallIntegerField(default=1)
    inputs_sha256 = models.CharField(max_length=64, blank=True)
    revision = models.PositiveIntegerField(default=1)
    assigned_at = models.DateTimeField()
    signed_at = models.DateTimeField(null=True, blank=True)
    signed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    carried_over = models.BooleanField(default=False)

    #: Only of an opinion that ``own`` returned.
    is_last_unsigned: bool

    objects = OpinionQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["department__name"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["dossier", "round", "department"], name="one_opinion_a_round")
        ]
        indexes: ClassVar = [models.Index(fields=["department", "state"])]

    def __str__(self) -> str:
        return f"{self.dossier_id}/{self.round}/{self.department_id}"

    @transition(
        field=state, source=[OpinionState.ASSIGNED, OpinionState.EXAMINING], target=OpinionState.EXAMINING
    )
    def examine(self) -> None:
        """An officer recorded a finding."""

    @transition(field=state, source=OpinionState.EXAMINING, target=OpinionState.SIGNED)
    def sign(self) -> None:
        """The head signed; the opinion is final for the round, unless the commune changes what it rests on."""

    @transition(
        field=state,
        source=[OpinionState.ASSIGNED, OpinionState.EXAMINING],
        target=OpinionState.AWAITING_SUPPLEMENT,
    )
    def await_supplement(self) -> None:
        """The head asked the commune for a supplement."""

    @transition(field=state, source=OpinionState.AWAITING_SUPPLEMENT, target=OpinionState.EXAMINING)
    def go_on(self) -> None:
        """The commune answered, or the department goes on without an answer."""

    @transition(field=state, source=OpinionState.SIGNED, target=OpinionState.EXAMINING)
    def reopen(self) -> None:
        """What the opinion rests on has changed: it must be signed anew."""


class Verdict(models.TextChoices):
    MET = "met", _("Đạt")
    NOT_MET = "not_met", _("Chưa đạt")
    NOT_APPLICABLE = "not_applicable", _("Không áp dụng")


class Finding(models.Model):
    """What a department finds on one indicator: met, not met, not applicable; reasons where not met."""

    opinion = models.ForeignKey(Opinion, models.PROTECT, related_name="findings")
    result = models.ForeignKey("results.IndicatorResult", models.PROTECT, related_name="findings")
    verdict = models.CharField(max_length=16, choices=Verdict.choices)
    reason = models.TextField(blank=True)
    revision = models.PositiveIntegerField(default=1)
    found_at = models.DateTimeField()
    found_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar = ["result__position"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["opinion", "result"], name="one_finding_a_result"),
            models.CheckConstraint(
                condition=~models.Q(verdict="not_met") | ~models.Q(reason=""), name="not_met_has_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.opinion_id}: {self.verdict}"


class Consolidation(models.Model):
    """The coordination office's report over all signed opinions of a round. It never edits an opinion."""

    dossier = models.ForeignKey("dossier.Dossier", models.PROTECT, related_name="consolidations")
    round = models.PositiveSmallIntegerField()
    summary = models.TextField()
    consolidated_at = models.DateTimeField()
    consolidated_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar = ["-round"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["dossier", "round"], name="one_consolidation_a_round")
        ]

    def __str__(self) -> str:
        return f"{self.dossier_id}/{self.round}"
