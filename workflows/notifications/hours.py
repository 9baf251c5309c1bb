"""When mail may be sent. All hours are those of Vietnam."""

from __future__ import annotations

from datetime import datetime, time

from django.conf import settings
from django.utils import timezone

from ..calendars.working_days import current_calendars


def is_quiet_hour(moment: time) -> bool:
    """Say whether an hour lies in the quiet hours, which may run over midnight."""
    start, end = settings.MAIL_QUIET_FROM, settings.MAIL_QUIET_UNTIL
    return start <= moment < end if start <= end else moment >= start or moment < end


def is_quiet(now: datetime) -> bool:
    """Say whether nothing may be sent now: in the quiet hours and on days off."""
    local = timezone.localtime(now)
    return not current_calendars().country.is_working_day(local.date()) or is_quiet_hour(local.time())


def is_time_for_digests(now: datetime) -> bool:
    """Say whether the day's mails are due: from the hour set for them until the quiet hours begin."""
    return not is_quiet(now) and timezone.localtime(now).time() >= settings.MAIL_DIGEST_AT
