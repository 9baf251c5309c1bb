"""How a figure is read, kept and shown: a number in a unit, yes or no, or a step of a scale.

A figure has three writings: what the person types, the canonical text that is stored (plain decimals with a
point, ``true``/``false``, or the step), and what is shown.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import ClassVar, Protocol

from django.utils.translation import gettext as _

from .numbers import InvalidNumber, format_number, parse_number, plain_decimal

Value = Decimal | bool | str

PERCENT = "%"
#: Things that are counted: a fraction of one is a mistake.
COUNTED = frozenset({"hợp tác xã", "sản phẩm", "mô hình", "nhà", "sự cố", "lĩnh vực"})
#: Above these a figure is surely in another unit. They are no thresholds and have no legal source.
ABSURD_FROM = {
    "triệu đồng/người/năm": Decimal(10_000),
    "m2/người": Decimal(100_000),
    "lít/người/ngày đêm": Decimal(10_000),
}
SHOWN_UNITS = {"m2/người": "m²/người"}


class InvalidFigure(ValueError):
    """What was typed cannot be a figure of this indicator; the message is a Vietnamese sentence."""


class Figure(Protocol):
    """How the figures of one indicator are written."""

    def parse(self, raw: str) -> Value:
        """Return the value of what a person typed. Raises InvalidFigure."""

    def load(self, canonical: str) -> Value:
        """Return the value of stored text. Raises InvalidFigure."""

    def canonical(self, value: Value) -> str:
        """Return the text to store."""

    def display(self, value: Value) -> str:
        """Return the text to show, without the unit. ``parse`` reads it back."""

    def choices(self) -> list[tuple[str, str]]:
        """Return (canonical, shown) where one picks; empty where one types."""


@dataclass(frozen=True)
class NumberFigure:
    """A number of zero or more in ``unit``; at most 100 for a percentage, whole for what is counted."""

    unit: str

    def parse(self, raw: str) -> Decimal:
        text = raw.strip().removesuffix(PERCENT) if self.unit == PERCENT else raw
        try:
            value = parse_number(text)
        except InvalidNumber as error:
            raise InvalidFigure(str(error)) from error
        if self.unit == PERCENT and value > 100:
            raise InvalidFigure(_("Tỷ lệ không thể quá 100 %. Phần lẻ viết sau dấu phẩy, ví dụ 98,5."))
        if self.unit in COUNTED and value != value.to_integral_value():
            raise InvalidFigure(_("Số %(unit)s phải là số nguyên.") % {"unit": self.unit})
        limit = ABSURD_FROM.get(self.unit)
        if limit is not None and value >= limit:
            raise InvalidFigure(
                _("Số liệu quá lớn. Đơn vị của chỉ tiêu là %(unit)s, xin kiểm tra lại.")
                % {"unit": shown_unit(self.unit)}
            )
        return plain_decimal(value)

    def load(self, canonical: str) -> Decimal:
        try:
            value = Decimal(canonical)
        except InvalidOperation as error:
            raise InvalidFigure(_("Số liệu đã lưu không đọc được.")) from error
        if not value.is_finite():
            raise InvalidFigure(_("Số liệu đã lưu không đọc được."))
        return plain_decimal(value)

    def canonical(self, value: Value) -> str:
        return f"{plain_decimal(Decimal(value)):f}"

    def display(self, value: Value) -> str:
        return format_number(Decimal(value))

    def choices(self) -> list[tuple[str, str]]:
        return []


@dataclass(frozen=True)
class YesNoFigure:
    """Met or not met, as the person reports it."""

    YES: ClassVar = frozenset({"true", "đạt", "có"})
    NO: ClassVar = frozenset({"false", "chưa đạt", "không đạt", "không"})

    def parse(self, raw: str) -> bool:
        text = folded(raw)
        if text in self.YES or text in self.NO:
            return text in self.YES
        raise InvalidFigure(_("Xin chọn «Đạt» hoặc «Chưa đạt»."))

    def load(self, canonical: str) -> bool:
        return self.parse(canonical)

    def canonical(self, value: Value) -> str:
        return "true" if value else "false"

    def display(self, value: Value) -> str:
        return _("Đạt") if value else _("Chưa đạt")

    def choices(self) -> list[tuple[str, str]]:
        return [("true", _("Đạt")), ("false", _("Chưa đạt"))]


@dataclass(frozen=True)
class ScaleFigure:
    """A step of an ordered scale, lowest first. ``prefix`` is put before a step: «mức độ 3»."""

    scale: tuple[str, ...]
    prefix: str = ""

    def parse(self, raw: str) -> str:
        text = folded(raw)
        for step in self.scale:
            if text in (folded(step), folded(self.display(step))):
                return step
        raise InvalidFigure(
            _("«%(raw)s» không có trong thang: %(scale)s.")
            % {"raw": raw.strip()[:40], "scale": ", ".join(self.scale)}
        )

    def load(self, canonical: str) -> str:
        return self.parse(canonical)

    def canonical(self, value: Value) -> str:
        return str(value)

    def display(self, value: Value) -> str:
        return f"{self.prefix} {value}".strip()

    def choices(self) -> list[tuple[str, str]]:
        return [(step, self.display(step)) for step in self.scale]

    def rank(self, step: Value) -> int:
        """Return the place of a step, 0 for the lowest."""
        return self.scale.index(str(step))


def scale_of(steps: Sequence[object]) -> tuple[str, ...]:
    """Return the steps of a scale as text."""
    return tuple(str(step) for step in steps)


def shown_unit(unit: str) -> str:
    """Return the unit as people read it."""
    return SHOWN_UNITS.get(unit, unit)


def folded(text: str) -> str:
    """Return the text for comparison: composed, lower case, single spaces."""
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())
