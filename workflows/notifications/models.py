"""Reminders, the daily mails that told of them, and who wants these mails."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    """Why somebody is reminded, most urgent first."""

    LATE = "late", _("Quá hạn")
    TODAY = "today", _("Đến hạn trong ngày")
    ESCALATED = "escalated", _("Cơ quan quá hạn")
    SOON = "soon", _("Sắp đến hạn")
    RETURNED = "returned", _("Bị trả lại, cần bổ sung")
    SUPPLEMENT = "supplement", _("Sở, ngành yêu cầu bổ sung")
    ANSWERED = "answered", _("Xã đã trả lời bổ sung, thẩm định tiếp")
    EXTENDED = "extended", _("Được gia hạn")
    ENDED = "ended", _("Việc đã kết thúc, không phải làm nữa")
    NEW = "new", _("Việc mới")
    NOT_RECOGNISED = "not_recognised", _("Không được công nhận")
    RECOGNISED = "recognised", _("Đã được công nhận")
    REVOCATION_OPENED = "revoking", _("Bị đề nghị thu hồi danh hiệu")
    REVOKED = "revoked", _("Bị thu hồi danh hiệu")
    TITLE_KEPT = "title_kept", _("Không bị thu hồi danh hiệu")
    REVIEWED = "reviewed", _("Kết quả rà soát đã được xác nhận")
    REVIEW_CANCELLED = "uncalled", _("Lần rà soát đã bị hủy, không phải làm nữa")


class Digest(models.Model):
    """The one mail of a person and a day (in Vietnam). Without ``sent_at`` the mail server has not taken it yet."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="digests")
    day = models.DateField()
    sent_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["day", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "day"], name="one_digest_a_person_and_day")
        ]

    def __str__(self) -> str:
        return f"{self.person_id} / {self.day}"


class Reminder(models.Model):
    """One thing that a person should hear of, in one appointment; each at most once.

    With a ``substitution`` the appointment is that of the absent person for whom they stand in.

    ``item`` is None where the dossier itself is meant, whose procedure has ended. ``threshold`` is how many working
    days the work was late, of an answer the how-manieth it is, of an extension the days of all so far, else 0. Of work
    that ended (``ENDED``) one hears after it was closed; all else of an item is settled with it.
    ``due_on`` is the deadline that was told of. ``settled_at`` is when there was no more to hear: read, done by
    somebody, or overtaken by a later threshold. ``digest`` is the mail that told of it.
    """

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="reminders")
    appointment = models.ForeignKey("organisations.Appointment", models.PROTECT, related_name="+")
    substitution = models.ForeignKey(
        "substitutions.Substitution", models.PROTECT, null=True, related_name="+"
    )
    dossier = models.ForeignKey("dossier.Dossier", models.PROTECT, related_name="+")
    item = models.ForeignKey("workflows.WorkItem", models.CASCADE, null=True, related_name="reminders")
    kind = models.CharField(max_length=16, choices=Kind.choices)
    threshold = models.PositiveSmallIntegerField(default=0)
    due_on = models.DateField(null=True)
    at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    digest = models.ForeignKey(Digest, models.PROTECT, null=True, related_name="reminders")

    class Meta:
        ordering: ClassVar = ["-at", "-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["item", "person", "kind", "threshold"], name="one_reminder_of_a_threshold"
            ),
            models.UniqueConstraint(
                fields=["dossier", "person", "kind"],
                condition=models.Q(item__isnull=True),
                name="one_reminder_of_a_decision",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["person", "-at", "-id"], name="reminders_of_a_person"),
            models.Index(
                fields=["person"], condition=models.Q(settled_at__isnull=True), name="unsettled_reminders"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.threshold} / {self.item_id or self.dossier_id}"


class MailPreference(models.Model):
    """What a person chose about the daily mail. Without a row: they get it, in Vietnamese."""

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.PROTECT, primary_key=True, related_name="mail_preference"
    )
    wants_digest = models.BooleanField(_("Gửi thư tổng hợp mỗi ngày làm việc"), default=True)
    language = models.CharField(
        _("Ngôn ngữ của thư"), max_length=8, choices=settings.LANGUAGES, default=settings.LANGUAGE_CODE
    )

    def __str__(self) -> str:
        return str(self.person_id)
