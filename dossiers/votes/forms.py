"""The form of a vote, whoever votes."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from dossiers.acts.fields import WholeNumberField
from dossiers.acts.pages import ON_PAPER, DateInput, PaperForm


class VoteForm(PaperForm):
    met_on = forms.DateField(label=_("Ngày họp"), widget=DateInput(), help_text=ON_PAPER)
    members = WholeNumberField(label=_("Số thành viên"), min_value=1)
    present = WholeNumberField(label=_("Số người dự họp"), min_value=0)
    in_favour = WholeNumberField(label=_("Số phiếu đồng ý"), min_value=0)
    against = WholeNumberField(label=_("Số phiếu không đồng ý"), min_value=0)
    invalid = WholeNumberField(
        label=_("Số phiếu trắng, không hợp lệ"),
        min_value=0,
        help_text=_("Ghi 0 nếu không có. Tổng các loại phiếu không nhiều hơn số người dự họp."),
    )
    is_secret = forms.TypedChoiceField(
        label=_("Cách bỏ phiếu"),
        choices=[("1", _("Bỏ phiếu kín")), ("0", _("Biểu quyết công khai"))],
        coerce=lambda value: value == "1",
        widget=forms.RadioSelect,
    )
    chair_name = forms.CharField(
        label=_("Người chủ trì"), max_length=150, help_text=_("Họ và tên, như trong biên bản.")
    )
    secretary_name = forms.CharField(label=_("Thư ký cuộc họp"), max_length=150)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["document"].label = _("Biên bản họp (bản chụp hoặc PDF)")
