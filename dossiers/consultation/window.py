"""The days during which the people are asked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from dossiers.acts.dates import day_in_words
from dossiers.dossier.models import Dossier
from dossiers.procedures import get_procedure

from .models import Consultation


@dataclass(frozen=True)
class Window:
    """``days`` calendar days from the first day of publication, which itself does not count (as in every period)."""

    first_day: date
    days: int

    @property
    def last_day(self) -> date:
        return self.first_day + timedelta(days=self.days)

    @property
    def day_after(self) -> date:
        return self.last_day + timedelta(days=1)

    def holds(self, at: datetime) -> bool:
        """Say whether a moment lies on one of the days, in Vietnam's time."""
        return self.first_day <= timezone.localdate(at) <= self.last_day

    def is_over(self, today: date) -> bool:
        return today > self.last_day

    def not_over_in_words(self) -> str:
        """Return what is said while the days are not over."""
        return _("Công khai từ %(first)s, chưa đủ %(days)s ngày: phải đến hết %(last)s.") % {
            "days": self.days,
            "first": day_in_words(self.first_day),
            "last": day_in_words(self.last_day),
        }


def window_of(dossier: Dossier) -> Window | None:
    """Return the days of the dossier's latest publication, or None when nothing was published. One query."""
    consultation = Consultation.objects.filter(dossier=dossier).only("first_day").first()
    if consultation is None:
        return None
    days = get_procedure(dossier.procedure).gate("consultation_days").parameters["days"]
    return Window(consultation.first_day, days)
