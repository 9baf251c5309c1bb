"""Who stands in for whom at an agency: from when until when, for which acts, and by which paper."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dossiers.organisations.models import Appointment


class Capacity(models.TextChoices):
    """How a substitute signs, as it is written before the signature (Nghị định 30/2020/NĐ-CP)."""

    DEPUTY = "KT.", gettext_lazy("KT. (ký thay: cấp phó)")
    BY_ORDER = "TL.", gettext_lazy("TL. (thừa lệnh)")
    BY_PROXY = "TUQ.", gettext_lazy("TUQ. (thừa ủy quyền)")


class SubstitutionQuerySet(models.QuerySet["Substitution"]):
    def running(self, on: date) -> SubstitutionQuerySet:
        """Keep those in force on this day: both people hold office at the agency, and nobody revoked it."""
        in_office = Appointment.objects.current(on).filter(
            user=OuterRef("substitute"), agency=OuterRef("absent__agency")
        )
        return self.filter(
            Exists(in_office),
            starts_on__lte=on,
            ends_on__gte=on,
            revoked_at__isnull=True,
            absent__in=Appointment.objects.current(on),
        )

    def with_places(self) -> SubstitutionQuerySet:
        """Fetch both people, the role's agency and its unit with the unit's parent in the same query."""
        return self.select_related("substitute", "absent__user", "absent__agency__unit__parent", "paper")

    def held(self, pk: int) -> Substitution:
        """Return a substitution anew, which nobody can revoke until the transaction ends. Waits for who just does."""
        (found,) = self.raw("SELECT * FROM substitutions_substitution WHERE id = %s FOR SHARE", [pk])
        return found


class Substitution(models.Model):
    """``substitute`` acts in the appointment ``absent`` from ``starts_on`` to ``ends_on``, both days inclusive.

    Days are those of Vietnam. ``acts`` are the names of the acts it is limited to; empty: every act of the role.
    Revoked, it ends at once. Never deleted: what was done under it rests on it.
    """

    absent = models.ForeignKey(Appointment, models.PROTECT, related_name="substitutions")
    substitute = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="substitutions")
    capacity = models.CharField(max_length=4, choices=Capacity.choices)
    starts_on = models.DateField()
    ends_on = models.DateField()
    acts = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    number = models.CharField(max_length=60)
    dated_on = models.DateField()
    paper = models.ForeignKey("documents.Document", models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    revocation_reason = models.TextField(blank=True)

    objects = SubstitutionQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-starts_on", "-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="substitution_period"),
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=True) | ~Q(revocation_reason=""),
                name="revoked_for_a_reason",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["substitute", "ends_on"],
                condition=Q(revoked_at__isnull=True),
                name="standing_substitutions",
            )
        ]

    def __str__(self) -> str:
        return f"{self.substitute_id} → {self.absent_id}: {self.starts_on} – {self.ends_on}"

    def covers(self, act: str) -> bool:
        """Say whether the act is within the scope."""
        return not self.acts or act in self.acts

    def is_open(self, on: date) -> bool:
        """Say whether it runs or is still to come, as far as its own row tells."""
        return self.revoked_at is None and self.ends_on >= on

    def why_ended(self, on: date) -> str:
        """Return the sentence that says since when the substitute may no longer (or not yet) act; empty while in force.

        One query, where dates and revocation leave it open.
        """
        words = {
            "name": self.absent.user.get_full_name(),
            "from": _day(self.starts_on),
            "to": _day(self.ends_on),
        }
        if self.revoked_at is not None:
            moment = timezone.localtime(self.revoked_at)
            words |= {"at": f"{moment:%H:%M} {_day(moment.date())}", "reason": self.revocation_reason}
            return _("Việc anh/chị thay %(name)s đã bị thu hồi lúc %(at)s, lý do: %(reason)s") % words
        if on > self.ends_on:
            return (
                _(
                    "Việc anh/chị thay %(name)s đã hết hạn: ngày cuối là %(to)s. Nội dung vừa nhập vẫn còn trên trang; "
                    "muốn làm tiếp phải có văn bản giao thay mới."
                )
                % words
            )
        if on < self.starts_on:
            return _("Việc anh/chị thay %(name)s chỉ bắt đầu từ ngày %(from)s.") % words
        if not type(self).objects.running(on).filter(pk=self.pk).exists():
            return (
                _(
                    "Việc anh/chị thay %(name)s không còn hiệu lực: một trong hai người không còn giữ nhiệm vụ tại "
                    "cơ quan."
                )
                % words
            )
        return ""

    def stamp(self) -> dict[str, object]:
        """Return what the ledger keeps of it with every act done under it."""
        return {
            "id": self.pk,
            "capacity": self.capacity,
            "absent": self.absent.user_id,
            "number": self.number,
            "dated_on": self.dated_on.isoformat(),
            "ends_on": self.ends_on.isoformat(),
        }


def _day(day: date) -> str:
    return f"{day.day}/{day.month}/{day.year}"
