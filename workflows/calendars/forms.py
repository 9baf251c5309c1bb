"""Forms of the calendar page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from dossiers.acts.pages import DateInput, textarea
from dossiers.filters import ListFilter, OneOfField

#: More than anybody needs; the library reckons Tết until 2100.
YEARS = range(2020, 2041)


class YearFilter(ListFilter):
    """The year that the calendar shows; without one, this year."""

    in_address: ClassVar[Mapping[str, str]] = {"year": "nam"}

    year = OneOfField(_("Năm"), choices=[(str(one), str(one)) for one in YEARS])


class DayForm(forms.Form):
    day = forms.DateField(label=_("Ngày"), widget=DateInput())
    works = forms.TypedChoiceField(
        label=_("Ngày này"),
        choices=[("0", _("nghỉ")), ("1", _("làm việc"))],
        coerce=lambda value: value == "1",
        widget=forms.RadioSelect,
    )
    province_only = forms.TypedChoiceField(
        label=_("Áp dụng"),
        choices=[("0", _("cả nước")), ("1", _("riêng tỉnh này"))],
        coerce=lambda value: value == "1",
        initial="0",
        widget=forms.RadioSelect,
    )
    name = forms.CharField(
        label=_("Tên ngày"), max_length=200, help_text=_("Ví dụ: Thứ Bảy làm bù cho ngày 02/01/2026")
    )
    source = forms.CharField(
        label=_("Văn bản làm căn cứ"), max_length=300, help_text=_("Số, ký hiệu, ngày và cơ quan ban hành")
    )


class ReasonForm(forms.Form):
    reason = textarea(_("Lý do"), rows=3)
