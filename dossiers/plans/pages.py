"""Act pages of the Đề án."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from dossiers.acts.pages import (
    ON_PAPER,
    ActForm,
    ActPage,
    DateInput,
    PaperForm,
    ReasonsForm,
    register_page,
    textarea,
)
from dossiers.acts.recommendations import FavourableForm
from dossiers.acts.resubmission import ResubmissionForm

from .acts import AppraisePlan, ApprovePlan, ReturnPlan, SubmitPlan
from .selectors import PLAN


class AppraisalForm(ActForm):
    recommends_approval = forms.TypedChoiceField(
        label=_("Đề nghị"),
        choices=[("1", _("Đề nghị phê duyệt")), ("0", _("Đề nghị trả lại để sửa"))],
        coerce=lambda value: value == "1",
        widget=forms.RadioSelect,
    )
    summary = textarea(_("Nội dung thẩm định"))


class ApprovalForm(FavourableForm, PaperForm):
    act = ApprovePlan

    number = forms.CharField(
        label=_("Số, ký hiệu quyết định"), max_length=60, help_text=_("Ví dụ: 1234/QĐ-UBND")
    )
    signed_on = forms.DateField(label=_("Ngày ký"), widget=DateInput(), help_text=ON_PAPER)


register_page(
    ActPage(
        SubmitPlan,
        "trinh-de-an",
        _("Đề án được gửi đi thẩm định, phê duyệt. Trong lúc chờ quyết định, xã không sửa được Đề án."),
        ResubmissionForm,
        summary=PLAN,
    ),
    ActPage(
        AppraisePlan,
        "tham-dinh-de-an",
        _(
            "Kết quả thẩm định được trình lãnh đạo quyết định. Xã thấy nội dung này sau khi lãnh đạo quyết định."
        ),
        AppraisalForm,
        summary=PLAN,
    ),
    ActPage(
        ApprovePlan,
        "phe-duyet-de-an",
        _("Đề án được phê duyệt; xã bắt đầu thực hiện, nhập số liệu và minh chứng theo từng chỉ tiêu."),
        ApprovalForm,
        summary=PLAN,
    ),
    ActPage(
        ReturnPlan,
        "tra-lai-de-an",
        _("Đề án trở về xã để sửa, kèm lý do. Xã trình lại khi đã sửa xong."),
        ReasonsForm,
        tone="danger",
        summary=PLAN,
    ),
)
