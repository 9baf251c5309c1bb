"""Numbers, money, dates and sizes as Vietnamese officials write them."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from django.utils import timezone
from django.utils.translation import gettext as _

#: Shown where there is no value.
NOTHING = "–"

WEEKDAYS = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")

Number = int | float | Decimal | str | None


def decimal_of(value: Number) -> Decimal | None:
    """Return the value as a Decimal, or None where it is not a finite number."""
    if value is None or value == "" or isinstance(value, bool):
        return None
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def vietnamese_number(value: Number, places: int | None = None) -> str:
    """Write a number with dots between thousands and a decimal comma.

    Without ``places`` the digits are kept as they are and trailing zeros fall away: 58.20 → "58,2".
    """
    number = decimal_of(value)
    if number is None:
        return NOTHING
    if places is None:
        text = f"{number:,f}"
        if "." in text:
            text = text.rstrip("0").rstrip(".")
    else:
        text = f"{number:,.{places}f}"
    if not text.strip("-0.,"):
        text = text.lstrip("-")
    return text.translate(str.maketrans(",.", ".,"))


def money(value: Number) -> str:
    """Write an amount of whole đồng: "1.234.567 đồng"."""
    if decimal_of(value) is None:
        return NOTHING
    return _("%(amount)s đồng") % {"amount": vietnamese_number(value, 0)}


def local_date(value: date | datetime) -> date:
    """Return the calendar day in the office's time zone."""
    if isinstance(value, datetime):
        return timezone.localtime(value).date() if timezone.is_aware(value) else value.date()
    return value


def short_date(value: date | datetime | None) -> str:
    """Write a day without leading zeros: "26/7/2023"."""
    if not value:
        return NOTHING
    day = local_date(value)
    return f"{day.day}/{day.month}/{day.year}"


def weekday_date(value: date | datetime | None) -> str:
    """Write a day with its weekday: "thứ Tư, 26/7/2023"."""
    if not value:
        return NOTHING
    return f"{WEEKDAYS[local_date(value).weekday()]}, {short_date(value)}"


def date_and_time(value: datetime | None) -> str:
    """Write a moment in the office's time zone: "26/7/2023 14:05"."""
    if not value:
        return NOTHING
    moment = timezone.localtime(value) if timezone.is_aware(value) else value
    return f"{short_date(moment)} {moment:%H:%M}"


def file_size(value: Number) -> str:
    """Write a size in bytes with one decimal from a megabyte up: "850 B", "12 KB", "1,2 MB"."""
    number = decimal_of(value)
    if number is None or number < 0:
        return NOTHING
    for unit, places in (("B", 0), ("KB", 0), ("MB", 1)):
        text = f"{number:.{places}f}"
        if Decimal(text) < 1024:
            return f"{vietnamese_number(text)} {unit}"
        number /= 1024
    return f"{vietnamese_number(f'{number:.1f}')} GB"
