"""What was found out about the digital signatures inside documents."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from .documents import Document


class Signing(models.TextChoices):
    """What looking for signatures in a document came to."""

    NONE = "none", _("Không có chữ ký số")
    OK = "ok", _("Mọi chữ ký số đều hợp lệ")
    PROBLEM = "problem", _("Có chữ ký số chưa được xác nhận")
    UNREADABLE = "unreadable", _("Không đọc được chữ ký số")


class SignatureCheck(models.Model):
    """The last time a document's signatures were checked, and against which roots.

    ``roots`` is the fingerprint of the trust roots of that time (``storage.documents.trust``), empty when there were
    none: a verdict made with others is made again.
    """

    document = models.OneToOneField(
        Document, models.PROTECT, primary_key=True, related_name="signature_check"
    )
    checked_at = models.DateTimeField()
    roots = models.CharField(max_length=64, blank=True)
    outcome = models.CharField(max_length=10, choices=Signing.choices)

    def __str__(self) -> str:
        return f"{self.document_id}: {self.outcome}"


class Signature(models.Model):
    """One signature as ``storage.readers.signature_facts.SignatureFound`` has it, in the order they were made.

    ``chain`` is the proof: certificates in PEM, the signer's first.
    """

    signature_check = models.ForeignKey(SignatureCheck, models.CASCADE, related_name="signatures")
    position = models.PositiveSmallIntegerField()
    field = models.CharField(max_length=200)
    kind = models.CharField(max_length=9)
    signer = models.CharField(max_length=200, blank=True)
    organisation = models.CharField(max_length=200, blank=True)
    issuer = models.CharField(max_length=200, blank=True)
    serial = models.CharField(max_length=64, blank=True)
    signed_at = models.DateTimeField(null=True)
    time_source = models.CharField(max_length=9, blank=True)
    intact = models.BooleanField()
    coverage = models.CharField(max_length=8)
    changes = models.CharField(max_length=9)
    trust = models.CharField(max_length=14)
    chain = models.TextField(blank=True)

    class Meta:
        ordering: ClassVar = ["signature_check", "position"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["signature_check", "position"], name="one_signature_a_position")
        ]

    def __str__(self) -> str:
        return f"{self.signature_check_id}: {self.signer or self.field}"
