"""What a history is narrowed by."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from dossiers.filters import DayField, ListFilter, OneOfField

from .history import Choices, Narrowing


class HistoryFilter(ListFilter):
    """Acts, agencies and indicators are those that occur in the history."""

    in_address: ClassVar[Mapping[str, str]] = {
        "act": "viec",
        "agency": "co-quan",
        "indicator": "chi-tieu",
        "since": "tu",
        "until": "den",
        "only_signed": "chu-ky",
    }

    act = OneOfField(_("Việc"), every=_("Mọi việc"))
    agency = OneOfField(_("Cơ quan"), every=_("Mọi cơ quan"))
    indicator = OneOfField(_("Chỉ tiêu"), every=_("Mọi chỉ tiêu"))
    since = DayField(_("Ghi từ ngày"))
    until = DayField(_("Ghi đến ngày"))
    only_signed = forms.BooleanField(
        label=_("Chỉ văn bản, chữ ký"), required=False, widget=forms.CheckboxInput(attrs={"value": "1"})
    )

    def __init__(self, query: Mapping[str, str], choices: Choices) -> None:
        self.offered = {"act": choices.acts, "agency": choices.agencies, "indicator": choices.indicators}
        super().__init__(query)

    def prepare(self) -> None:
        for name, choices in self.offered.items():
            self.fields[name].offer(choices)  # type: ignore[attr-defined]

    def clean(self) -> None:
        self.must_not_precede("since", "until")

    @property
    def narrowing(self) -> Narrowing:
        return Narrowing(**self.applied)
