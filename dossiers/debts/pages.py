"""The act page of the department's finding on debt."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from dossiers.acts.pages import ON_PAPER, ActPage, DateInput, PaperForm, register_page, textarea

from .acts import ConfirmDebt
from .selectors import DEBT


class DebtForm(PaperForm):
    is_clear = forms.TypedChoiceField(
        label=_("Kết luận"),
        choices=[("1", _("Không có nợ đọng xây dựng cơ bản")), ("0", _("Còn nợ đọng xây dựng cơ bản"))],
        coerce=lambda value: value == "1",
        widget=forms.RadioSelect,
    )
    number = forms.CharField(
        label=_("Số, ký hiệu văn bản"), max_length=60, help_text=_("Ví dụ: 1290/SKHĐT-TĐ")
    )
    dated_on = forms.DateField(label=_("Ngày văn bản"), widget=DateInput(), help_text=ON_PAPER)
    remarks = textarea(_("Nội dung (bắt buộc khi còn nợ)"), rows=3, required=False)


register_page(
    ActPage(
        ConfirmDebt,
        "xac-nhan-no-dong",
        _("Kết luận gắn với số liệu công trình đang hiển thị; số liệu thay đổi thì phải xác nhận lại."),
        DebtForm,
        summary=DEBT,
    ),
)
