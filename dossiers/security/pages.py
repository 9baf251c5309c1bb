"""The act page of the police's finding on security and order."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from dossiers.acts.pages import ON_PAPER, ActPage, DateInput, PaperForm, register_page, textarea

from .acts import ConfirmSecurity
from .selectors import SECURITY


class SecurityForm(PaperForm):
    is_met = forms.TypedChoiceField(
        label=_("Kết luận"),
        choices=[("1", _("Xã đạt điều kiện")), ("0", _("Xã chưa đạt điều kiện"))],
        coerce=lambda value: value == "1",
        widget=forms.RadioSelect,
    )
    number = forms.CharField(
        label=_("Số, ký hiệu văn bản"), max_length=60, help_text=_("Ví dụ: 815/CAT-PV01")
    )
    dated_on = forms.DateField(label=_("Ngày văn bản"), widget=DateInput(), help_text=ON_PAPER)
    remarks = textarea(_("Nội dung (bắt buộc khi chưa đạt)"), rows=3, required=False)


register_page(
    ActPage(
        ConfirmSecurity,
        "xac-nhan-an-ninh-trat-tu",
        _(
            "Điều kiện được hỏi là câu chữ có hiệu lực vào ngày ghi trên văn bản, và được lưu cùng kết luận. Kết luận "
            "sau thay kết luận trước; kết luận trước vẫn đọc được."
        ),
        SecurityForm,
        summary=SECURITY,
    ),
)
