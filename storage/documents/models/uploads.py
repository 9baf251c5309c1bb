"""Files on their way to becoming documents."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from .documents import Document


class UploadState(models.TextChoices):
    """How far an upload is. The last three are its ends."""

    OPEN = "open", _("Đang gửi")
    VERIFYING = "verifying", _("Đang kiểm tra")
    RECEIVED = "received", _("Đã nhận")
    REFUSED = "refused", _("Bị từ chối")
    EXPIRED = "expired", _("Đã hủy")


class Upload(models.Model):
    """A file on its way: sent in parts straight to the store, looked into afterwards, and only then a document.

    ``size`` and ``part_bytes`` are in bytes. ``acknowledged_at`` is when the person had read why it was refused.
    ``subject`` («kind:number») and ``context`` belong to the floor above and are never read here, but for the kind.
    ``language`` is the person's, for what is said to them later. The document that comes of it has the same number;
    where the same bytes were known already, it is the one that was there.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=255)
    size = models.BigIntegerField()
    part_bytes = models.BigIntegerField()
    object_key = models.CharField(max_length=200, unique=True)
    multipart_id = models.CharField(max_length=300)
    version_id = models.CharField(max_length=200, blank=True)
    owner_id = models.BigIntegerField()
    subject = models.CharField(max_length=100)
    context = models.JSONField(default=dict)
    language = models.CharField(max_length=10)
    state = models.CharField(max_length=12, choices=UploadState.choices, default=UploadState.OPEN)
    refusal = models.TextField(blank=True)
    document = models.ForeignKey(Document, models.PROTECT, null=True, related_name="uploads")
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    acknowledged_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["created_at", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(size__gt=0, part_bytes__gt=0), name="upload_is_not_empty"
            ),
            models.CheckConstraint(
                condition=~models.Q(state="received") | models.Q(document__isnull=False),
                name="received_upload_has_its_document",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["owner_id", "subject"],
                condition=models.Q(state__in=["open", "verifying"]),
                name="upload_unfinished",
            ),
            models.Index(
                fields=["owner_id", "subject"],
                condition=models.Q(state="refused", acknowledged_at=None),
                name="upload_refusal_unread",
            ),
            models.Index(
                fields=["created_at"],
                condition=models.Q(state__in=["open", "verifying"]),
                name="upload_unfinished_by_age",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def known_document(self) -> Document | None:
        """The document that was there already, instead of one that came of this upload."""
        return self.document if self.document_id != self.pk else None

    @property
    def part_count(self) -> int:
        return -(-self.size // self.part_bytes)

    def bytes_of_part(self, number: int) -> int:
        """Return the length of a part: all are alike but the last. Numbers start at 1."""
        return min(self.part_bytes, self.size - (number - 1) * self.part_bytes)
