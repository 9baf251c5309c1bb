"""Numbers as Vietnamese officials write them: a dot between thousands, a comma before decimals.

Reading, in this order:

- spaces between groups of three digits are dropped;
- a comma is the decimal mark, once: ``58,2``; ``1,234`` is one and a bit;
- a dot before exactly three digits separates thousands (``1.234.567``), unless the first group is ``0``;
- any other single dot is taken as the decimal mark, as calculators write it: ``61.5``, ``0.125``.

What could be meant in two ways (``1,234.5``, ``12.34.567``) is refused, never guessed.
"""

from __future__ import annotations

import re
import unicodedata
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal

from django.utils.translation import gettext as _

MAX_DIGITS = 15
MAX_DONG = 10**MAX_DIGITS

_SPACED = re.compile(r"\d{1,3}(?: \d{3})+(?:,\d+)?")
_GROUPED = re.compile(r"[1-9]\d{0,2}(?:\.\d{3})+(?:,\d+)?")
_COMMA = re.compile(r"\d+,\d+")
_DOT = re.compile(r"\d+\.\d+")
_WHOLE = re.compile(r"\d+")
_CURRENCY = re.compile(r"(?:đồng|đ|vnd|vnđ)\.?$", re.IGNORECASE)


class InvalidNumber(ValueError):
    """The text is not a number that can be used; its message is a Vietnamese sentence for the person."""


def parse_number(raw: str) -> Decimal:
    """Return the number that was written; zero or more. Raises InvalidNumber."""
    text = _tidy(raw)
    if not text:
        raise InvalidNumber(_("Xin ghi một con số."))
    if text[0] in "-−–":
        raise InvalidNumber(_("Số liệu không được âm."))
    plain = _plain(text)
    if plain is None:
        raise InvalidNumber(
            _("«%(raw)s» không phải là một con số. Xin ghi như 95, 58,2 hoặc 1.234.567.")
            % {"raw": raw.strip()[:40]}
        )
    if len(plain.replace(".", "")) > MAX_DIGITS:
        raise InvalidNumber(_("Số liệu dài quá %(n)s chữ số, xin kiểm tra lại.") % {"n": MAX_DIGITS})
    return Decimal(plain)


def format_number(value: Decimal | int) -> str:
    """Return the number in Vietnamese writing, without needless zeros: ``1.234.567,5``."""
    return f"{plain_decimal(Decimal(value)):,f}".translate(str.maketrans(",.", ".,"))


def format_percent(part: int, whole: int, *thresholds: Decimal, places: int = 2) -> str:
    """Return a share in percent as people read it, by one rule for every share: ``20/21`` is ``95,24``.

    It is rounded half up to so many places. But a share that misses one of the ``thresholds`` it is held against, or
    100, is never rounded up to it: ``89,996`` where 90 is asked for is ``89,99``. Of nothing it is ``0``. Whoever
    compares a share does so with the exact numbers, not with this.
    """
    if not whole:
        return "0"
    exact, unit = Decimal(part * 100) / whole, Decimal(1).scaleb(-places)
    rounded = exact.quantize(unit, rounding=ROUND_HALF_UP)
    if any(exact < one <= rounded for one in (*thresholds, Decimal(100))):
        rounded = exact.quantize(unit, rounding=ROUND_DOWN)
    return format_number(rounded)


def plain_decimal(value: Decimal) -> Decimal:
    """Return the same number without trailing zeros and without an exponent."""
    trimmed = value.normalize()
    return Decimal(f"{trimmed:f}")


def parse_whole_dong(raw: str) -> int:
    """Return an amount in whole đồng: ``1.250.000.000``. Raises InvalidNumber."""
    text = _CURRENCY.sub("", _tidy(raw)).rstrip()
    value = parse_number(text)
    if value != value.to_integral_value():
        raise InvalidNumber(_("Xin ghi số đồng nguyên, ví dụ 1.250.000.000."))
    if value >= MAX_DONG:
        raise InvalidNumber(_("Số tiền quá lớn, xin kiểm tra lại."))
    return int(value)


def format_dong(amount: int) -> str:
    """Return an amount in đồng: ``1.250.000.000 đồng``; negative amounts keep their sign."""
    return f"{format_number(amount)} đồng"


def _tidy(raw: str) -> str:
    """Return the text in one spelling: composed characters, single plain spaces, nothing around it."""
    return " ".join(unicodedata.normalize("NFC", raw).split())


def _plain(text: str) -> str | None:
    """Return the digits with a point before the decimals, or None when the writing is not understood."""
    if not text.isascii():
        return None
    if _SPACED.fullmatch(text):
        text = text.replace(" ", "")
    if _GROUPED.fullmatch(text):
        return text.replace(".", "").replace(",", ".")
    if _COMMA.fullmatch(text):
        return text.replace(",", ".")
    if _DOT.fullmatch(text) or _WHOLE.fullmatch(text):
        return text
    return None
