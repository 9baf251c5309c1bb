"""Documents and what was derived from them. A document is never deleted, nor what was received changed."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar, NoReturn

from django.db import models
from django.utils.translation import gettext_lazy as _


class DocumentState(models.TextChoices):
    """How far the pictures of a document are; the document itself is whole in every state."""

    RECEIVED = "received", _("Đang tạo ảnh xem trước")
    READY = "ready", _("Đã có ảnh xem trước")
    PLAIN = "plain", _("Không có ảnh xem trước")


class DocumentQuerySet(models.QuerySet["Document"]):
    def delete(self) -> NoReturn:
        """Refuse: raises TypeError."""
        raise TypeError("documents are never deleted")


class Document(models.Model):
    """One received file: the exact stored version, its SHA-256 (hex), size in bytes and sniffed type.

    ``uploaded_by_id`` is the person's number; this floor does not know people. The object is stored before the row is
    written, so that a row never points to nothing; an object without a row is what a crash in between leaves. The
    database refuses to delete the row and to change anything of it but ``state``.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=255)
    sha256 = models.CharField(max_length=64, db_index=True)
    size = models.BigIntegerField()
    content_type = models.CharField(max_length=100)
    object_key = models.CharField(max_length=200)
    version_id = models.CharField(max_length=200)
    uploaded_by_id = models.BigIntegerField()
    uploaded_at = models.DateTimeField()
    state = models.CharField(max_length=12, choices=DocumentState.choices, default=DocumentState.RECEIVED)

    objects = DocumentQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["uploaded_at"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["object_key", "version_id"], name="one_document_a_stored_version"
            ),
            models.CheckConstraint(condition=models.Q(size__gt=0), name="document_is_not_empty"),
        ]

    def __str__(self) -> str:
        return self.name

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Refuse: raises TypeError."""
        raise TypeError("documents are never deleted")


class DerivativeKind(models.TextChoices):
    THUMBNAIL = "thumbnail", _("Ảnh nhỏ")
    PREVIEW = "preview", _("Ảnh xem trước")


class Derivative(models.Model):
    """A picture made from a document: WebP without the original's metadata."""

    document = models.ForeignKey(Document, models.PROTECT, related_name="derivatives")
    kind = models.CharField(max_length=12, choices=DerivativeKind.choices)
    object_key = models.CharField(max_length=200)
    version_id = models.CharField(max_length=200)
    content_type = models.CharField(max_length=100)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()

    class Meta:
        ordering: ClassVar = ["document", "kind"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["document", "kind"], name="one_derivative_of_a_kind")
        ]

    def __str__(self) -> str:
        return f"{self.document_id}: {self.kind}"


class Retention(models.Model):
    """That a document's stored version must stay as it is until then, and since when the store itself sees to it.

    Written in the transaction of the act that rests on the document; the lock in the store follows as a job.
    """

    document = models.OneToOneField(Document, models.PROTECT, primary_key=True, related_name="retention")
    until = models.DateTimeField()
    locked_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["document"],
                condition=models.Q(locked_at__isnull=True),
                name="retention_not_locked_yet",
            )
        ]

    def __str__(self) -> str:
        return f"{self.document_id} until {self.until:%Y-%m-%d}"


class Integrity(models.TextChoices):
    """What reading a stored file again showed."""

    INTACT = "intact", _("Còn nguyên vẹn")
    MISSING = "missing", _("Không còn trong kho lưu trữ")
    ALTERED = "altered", _("Nội dung đã bị thay đổi")


class IntegrityCheck(models.Model):
    """The last time a document was read again and compared with the hash it was received with."""

    document = models.OneToOneField(Document, models.PROTECT, primary_key=True, related_name="integrity")
    checked_at = models.DateTimeField()
    outcome = models.CharField(max_length=8, choices=Integrity.choices)
    detail = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["checked_at"])]

    def __str__(self) -> str:
        return f"{self.document_id}: {self.outcome}"


class UploadState(models.TextChoices):
    """How far an upload is. The last three are its ends."""

    OPEN = "open", _("Đang gửi")
    VERIFYING = "verifying", _("Đang kiểm tra")
    RECEIVED = "received", _("Đã nhận")
    REFUSED = "refused", _("Bị từ chối")
    EXPIRED = "expired", _("Đã hủy")


class Upload(models.Model):
    """A file on its way: sent in parts straight to the store, looked into afterwards, and only then a document.

    ``size`` and ``part_bytes`` are in bytes. ``subject`` («kind:number») and ``context`` belong to the floor above and
    are never read here, but for the kind. ``language`` is the person's, for what is said to them later. The document
    that comes of it has the same number.
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
    document = models.OneToOneField(Document, models.PROTECT, null=True, related_name="upload")
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

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
                fields=["created_at"],
                condition=models.Q(state__in=["open", "verifying"]),
                name="upload_unfinished_by_age",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def part_count(self) -> int:
        return -(-self.size // self.part_bytes)
