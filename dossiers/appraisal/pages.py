"""Act pages of verification, intake, appraisal and consolidation."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from dossiers.acts.pages import ActForm, ActPage, ReasonsForm, register_page, textarea

from .acts import (
    AcceptDossier,
    Consolidate,
    ForwardDossier,
    RequestCompletion,
    ReturnAtIntake,
    ReturnDossier,
    SignOpinion,
    SubmitCompletion,
    VerifyDossier,
)
from .summaries import DEPARTMENTS, OWN_FINDINGS, VERIFICATION


class VerificationForm(ActForm):
    recommends_forwarding = forms.TypedChoiceField(
        label=_("Đề nghị"),
        choices=[("1", _("Đủ điều kiện, đề nghị trình tỉnh")), ("0", _("Chưa đủ, đề nghị trả lại xã"))],
        coerce=lambda value: value == "1",
        widget=forms.RadioSelect,
    )
    summary = textarea(_("Nội dung thẩm tra"))


class ForwardForm(ActForm):
    number = forms.CharField(
        label=_("Số, ký hiệu Tờ trình"), max_length=60, help_text=_("Ví dụ: 210/TTr-UBND")
    )


class SigningForm(ActForm):
    #: So that the head signs the findings that were on the page, and no others.
    opinion_revision = forms.IntegerField(widget=forms.HiddenInput, required=False)
    number = forms.CharField(
        label=_("Số, ký hiệu văn bản thẩm định"), max_length=60, help_text=_("Ví dụ: 845/SYT-KHTC")
    )
    summary = textarea(_("Ý kiến chung (nếu có)"), rows=3, required=False)


class SummaryForm(ActForm):
    summary = textarea(_("Nội dung báo cáo tổng hợp"))


register_page(
    ActPage(
        VerifyDossier,
        "tham-tra",
        _("Kết quả thẩm tra được trình lãnh đạo huyện quyết định chuyển tỉnh hay trả lại xã."),
        VerificationForm,
        summary=VERIFICATION,
    ),
    ActPage(
        ForwardDossier,
        "trinh-tinh",
        _("Hồ sơ được gửi đến Văn phòng Điều phối nông thôn mới tỉnh."),
        ForwardForm,
        summary=VERIFICATION,
    ),
    ActPage(
        ReturnDossier,
        "tra-ve-xa",
        _("Hồ sơ trở về xã, kèm lý do; xã sửa được mọi chỉ tiêu rồi trình lại."),
        ReasonsForm,
        tone="danger",
        summary=VERIFICATION,
    ),
    ActPage(
        AcceptDossier,
        "tiep-nhan",
        _(
            "Hồ sơ được chuyển cùng lúc đến mọi sở, ngành phụ trách chỉ tiêu; thời hạn thẩm định bắt đầu tính."
        ),
    ),
    ActPage(
        ReturnAtIntake,
        "huong-dan-bo-sung",
        _("Hồ sơ trở về xã kèm hướng dẫn; xã bổ sung rồi trình lại qua huyện."),
        ReasonsForm,
        tone="danger",
    ),
    ActPage(
        SignOpinion,
        "ky-tham-dinh",
        _(
            "Ý kiến của cơ quan được ký và không sửa được nữa. Các sở khác chỉ thấy nội dung khi mọi cơ quan đã ký."
        ),
        SigningForm,
        summary=OWN_FINDINGS,
    ),
    ActPage(
        Consolidate,
        "trinh-hoi-dong",
        _("Báo cáo tổng hợp được trình Hội đồng thẩm định. Xã không rút hồ sơ được từ lúc này."),
        SummaryForm,
        summary=DEPARTMENTS,
    ),
    ActPage(
        RequestCompletion,
        "yeu-cau-bo-sung",
        _("Chỉ những chỉ tiêu chưa đạt được mở lại cho xã; ý kiến đã ký của các sở khác vẫn còn hiệu lực."),
        SummaryForm,
        tone="danger",
        summary=DEPARTMENTS,
    ),
    ActPage(
        SubmitCompletion,
        "trinh-lai",
        _("Phần bổ sung được chuyển đến các sở, ngành liên quan thẩm định lại."),
    ),
)
