"""What a list is narrowed by, read from the address: one rule for every list.

A field that cannot be understood keeps what was typed, says what is wrong, and does not narrow the list; the list says
so. Nothing that was typed is dropped in silence, and nothing of it leads to an error page.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, ClassVar
from urllib.parse import urlencode

from django import forms
from django.forms import BoundField
from django.utils.dateparse import parse_date
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from storage.text import keepable

MAX_WORDS = 200
#: As browsers send a day, and as people here write one.
DAY_FORMATS = ("%Y-%m-%d", "%d/%m/%Y")


class WordsField(forms.CharField):
    """Words to look for, without the characters that no database keeps."""

    default_error_messages = {"max_length": _("Xin nhập không quá %(limit_value)s ký tự.")}  # noqa: RUF012

    def __init__(self, label: Any) -> None:
        widget = forms.TextInput(attrs={"type": "search"})
        super().__init__(label=label, required=False, max_length=MAX_WORDS, widget=widget)

    def to_python(self, value: Any) -> str:
        return str(super().to_python(keepable(value or "")))


class YearField(forms.IntegerField):
    """A year of four digits, or None."""

    default_error_messages = dict.fromkeys(
        ("invalid", "min_value", "max_value"), _("Xin nhập năm gồm bốn chữ số, ví dụ 2023.")
    )

    def __init__(self, label: Any) -> None:
        widget = forms.TextInput(attrs={"inputmode": "numeric", "size": 5, "maxlength": 10})
        super().__init__(label=label, required=False, min_value=1000, max_value=9999, widget=widget)


class DayInput(forms.DateInput):
    """The browser's own choice of a day; plain text while what was typed is no day, because that would show nothing."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(attrs={"maxlength": 20})

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        typed = context["widget"]["value"]
        if typed and not _is_day(typed):
            context["widget"]["type"] = "text"
        return context

    def format_value(self, value: Any) -> str | None:
        day = value
        if isinstance(value, str):
            try:
                day = DayField().clean(value)
            except forms.ValidationError:
                return value
        return day.isoformat() if isinstance(day, date) else None


def _is_day(text: str) -> bool:
    try:
        return parse_date(text) is not None
    except ValueError:
        return False


class DayField(forms.DateField):
    """A day of the calendar, or None."""

    default_error_messages = {  # noqa: RUF012
        "invalid": _("Không có ngày này. Xin nhập ngày, tháng, năm, ví dụ 26/7/2023.")
    }

    def __init__(self, label: Any = None) -> None:
        super().__init__(label=label, required=False, widget=DayInput(), input_formats=DAY_FORMATS)


class OneOfField(forms.ChoiceField):
    """One of the values that are offered, or "" for all of them, which ``every`` names."""

    default_error_messages = {"invalid_choice": _("Không có lựa chọn này.")}  # noqa: RUF012

    def __init__(self, label: Any, *, every: Any = None, choices: Iterable[tuple[Any, Any]] = ()) -> None:
        super().__init__(label=label, required=False)
        self.every = every
        self.offer(choices)

    def offer(self, choices: Iterable[tuple[Any, Any]]) -> None:
        """Offer these values, and all of them where that has a name."""
        self.offered = [*([("", self.every)] if self.every is not None else []), *choices]
        self.choices = self.offered


class ListFilter(forms.Form):
    """The fields that a list is narrowed by. ``in_address`` gives their names in the address, which never change.

    ``applied`` has what narrows the list; a field with an error is there as if it were empty.
    """

    in_address: ClassVar[Mapping[str, str]] = {}
    use_required_attribute = False

    def __init__(self, query: Mapping[str, str]) -> None:
        super().__init__({name: keepable(value) for name, value in query.items()})
        self.prepare()
        for bound in self.not_applied:
            _keep_typed(bound)

    def prepare(self) -> None:
        """Offer what depends on the reader; done before anything is checked."""

    def add_prefix(self, field_name: str) -> str:
        return self.in_address.get(field_name, field_name)

    @cached_property
    def applied(self) -> dict[str, Any]:
        """What narrows the list, by the names of the fields."""
        good = self.cleaned_data if self.is_valid() else getattr(self, "cleaned_data", {})
        return {name: good.get(name, field.to_python("")) for name, field in self.fields.items()}

    @property
    def not_applied(self) -> list[BoundField]:
        """The fields that do not narrow the list because of what was typed into them."""
        return [self[name] for name in self.fields if name in self.errors]

    @property
    def narrows(self) -> bool:
        """Whether anything is left out of the list."""
        return any(self.applied.values())

    @property
    def is_asked(self) -> bool:
        """Whether anything was typed, understood or not."""
        return bool(self.query)

    @property
    def query(self) -> str:
        """What was typed, as a query string: a further page shows the same fields, the same words of error."""
        typed = {self.add_prefix(name): self.data.get(self.add_prefix(name), "") for name in self.fields}
        return urlencode({name: value for name, value in typed.items() if value})

    def must_not_precede(self, since: str, until: str) -> None:
        """Refuse a span that ends before it begins, in both fields: neither narrows the list."""
        first, last = (self.cleaned_data.get(name) for name in (since, until))
        if first and last and last < first:
            self.add_error(since, _("Ngày bắt đầu đứng sau ngày kết thúc."))
            self.add_error(until, _("Ngày kết thúc đứng trước ngày bắt đầu."))


def _keep_typed(bound: BoundField) -> None:
    """Let a list of choices show what the address asks of it, though it is none of them."""
    typed, field = bound.value(), bound.field
    if isinstance(field, OneOfField) and typed and typed not in dict(field.offered):
        field.widget.choices = [*field.offered, (typed, f"«{typed}»")]
