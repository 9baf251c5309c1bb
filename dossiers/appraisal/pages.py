"""Act pages of verification, intake, appraisal and consolidation."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
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

from .acts import (
    AcceptDossier,
    Consolidate,
    CorrectOpinion,
    ForwardDossier,
    RequestCompletion,
    ReturnAtIntake,
    ReturnDossier,
    SignOpinion,
    SubmitCompletion,
    VerifyDossier,
)
from .models import Finding
from .summaries import DEPARTMENTS, FORWARDING, OWN_FINDINGS, SIGNED_OPINION, VERIFICATION


class VerificationForm(ActForm):
    recommends_forwarding = forms.TypedChoiceField(
        label=_("Đề nghị"),
        choices=[
            ("1", _("Đủ điều kiện, đề nghị chuyển bước tiếp theo")),
            ("0", _("Chưa đủ, đề nghị trả lại xã")),
        ],
        coerce=lambda value: value == "1",
        widget=forms.RadioSelect,
    )
    summary = textarea(_("Nội dung thẩm tra"))


class ForwardForm(FavourableForm, PaperForm):
    act = ForwardDossier

    number = forms.CharField(
        label=_("Số, ký hiệu Tờ trình"), max_length=60, help_text=_("Ví dụ: 210/TTr-UBND")
    )
    dated_on = forms.DateField(label=_("Ngày Tờ trình"), widget=DateInput(), help_text=ON_PAPER)


class AcceptForm(FavourableForm):
    act = AcceptDossier


class SigningForm(ActForm):
    #: So that the head signs the findings that were on the page, and no others.
    opinion_revision = forms.IntegerField(widget=forms.HiddenInput, required=False)
    number = forms.CharField(
        label=_("Số, ký hiệu văn bản thẩm định"), max_length=60, help_text=_("Ví dụ: 845/SYT-KHTC")
    )
    dated_on = forms.DateField(
        label=_("Ngày văn bản"), widget=DateInput(), initial=timezone.localdate, help_text=ON_PAPER
    )
    summary = textarea(_("Ý kiến chung (nếu có)"), rows=3, required=False)


class CorrectionForm(SigningForm):
    """The wording of a signed opinion; the verdicts are not in it."""

    why = textarea(_("Lý do đính chính"), rows=2, help_text=_("Ví dụ: ghi nhầm số văn bản."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        assert self.actor is not None
        found = Finding.objects.filter(
            opinion__dossier=self.dossier,
            opinion__round=self.dossier.appraisal_round,
            opinion__department=self.actor.agency,
        )
        self.findings = list(found.select_related("result__indicator").order_by("result__position"))
        why = self.fields.pop("why")
        for finding in self.findings:
            indicator = finding.result.indicator
            label = f"{indicator.code} {indicator.name}: {finding.get_verdict_display()}"
            self.fields[f"r{finding.result_id}-reason"] = textarea(label, rows=2, required=False)
            self.fields[f"r{finding.result_id}-reason"].initial = finding.reason
        self.fields["why"] = why

    def inputs(self) -> dict[str, Any]:
        given = super().inputs()
        reasons = {one.result_id: given.pop(f"r{one.result_id}-reason") for one in self.findings}
        return {**given, "reasons": reasons}


class SummaryForm(ActForm):
    summary = textarea(_("Nội dung báo cáo tổng hợp"))


register_page(
    ActPage(
        VerifyDossier,
        "tham-tra",
        _("Theo kết quả thẩm tra, hồ sơ được chuyển bước tiếp theo hay trả lại xã."),
        VerificationForm,
        summary=VERIFICATION,
    ),
    ActPage(
        ForwardDossier,
        "trinh-tinh",
        _("Hồ sơ được gửi đến Văn phòng Điều phối nông thôn mới tỉnh."),
        ForwardForm,
        summary=FORWARDING,
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
        AcceptForm,
    ),
    ActPage(
        ReturnAtIntake,
        "huong-dan-bo-sung",
        _("Hồ sơ trở về xã kèm hướng dẫn; xã bổ sung rồi trình lại."),
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
        CorrectOpinion,
        "dinh-chinh-tham-dinh",
        _(
            "Chỉ sửa lỗi chữ: số, ngày, lời văn. Kết luận đạt hay chưa đạt không đổi. Bản đang có được giữ nguyên và "
            "vẫn xem được; bản mới do anh/chị ký."
        ),
        CorrectionForm,
        tone="secondary",
        summary=SIGNED_OPINION,
    ),
    ActPage(
        Consolidate,
        "trinh-hoi-dong",
        _("Báo cáo tổng hợp được trình Hội đồng thẩm định. Xã không rút hồ sơ được từ lúc này."),
        SummaryForm,
        summary=DEPARTMENTS,
        foresees=("batch",),
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
        ResubmissionForm,
    ),
)
