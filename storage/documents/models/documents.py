"""Documents and the pictures made of them. A document is never deleted, nor what was received changed."""

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
    """One received file: the exact stored version, its hashes (hex), size in bytes and sniffed type.

    ``blake3`` is empty for what was received before it was kept, until the file is read again.
    ``uploaded_by_id`` is the person's number; this floor does not know people. The object is stored before the row is
    written, so that a row never points to nothing; an object without a row is what a crash in between leaves. The
    database refuses to delete the row and to change anything of it but ``state`` and an empty ``blake3``.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=255)
    sha256 = models.CharField(max_length=64, db_index=True)
    blake3 = models.CharField(max_length=64, blank=True, default="")
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
