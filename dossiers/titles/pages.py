"""Act pages of the yearly review and of revocation."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from dossiers.acts.pages import (
    ON_PAPER,
    ActForm,
    ActPage,
    DateInput,
    EndingReasonsForm,
    PaperForm,
    ReasonsForm,
    register_page,
    textarea,
)
from dossiers.acts.recommendations import FavourableForm
from dossiers.acts.resubmission import ResubmissionForm
from dossiers.consultation.pages import OpinionForm, OpinionSummaryForm
from dossiers.recognition.pages import PublicationForm
from dossiers.results.models import IndicatorResult, SelfVerdict

from .acts import (
    CancelReview,
    ConfirmReview,
    CorrectIndicator,
    DispatchProposal,
    ExamineReview,
    HearFront,
    KeepTitle,
    ProposeRevocation,
    PublishRevocation,
    ReportRevocation,
    RepublishAssessment,
    ReturnProposal,
    ReturnReview,
    RevokeTitle,
    SignRevocationOpinion,
    SubmitReview,
    SummariseHearing,
    WithdrawProposal,
)
from .summaries import CASE, REVIEW


class StatementForm(ResubmissionForm):
    always_confirms = False

    statement = textarea(
        _("Đánh giá chung của xã"),
        help_text=_(
            "Nêu chỉ tiêu chưa đạt, nguyên nhân và việc xã sẽ làm. Số liệu và minh chứng đã nhập được gửi kèm."
        ),
    )


class IndicatorField(forms.ModelChoiceField):
    """The indicators of the review, by code and name."""

    default_error_messages = {  # noqa: RUF012  Django's own way
        "required": _("Xin chọn chỉ tiêu."),
        "invalid_choice": _("Xin chọn một chỉ tiêu của lần rà soát này."),
    }

    def label_from_instance(self, result: IndicatorResult) -> str:
        return f"{result.indicator.code} {result.indicator.name}"[:110]


class CorrectionForm(ActForm):
    result = IndicatorField(label=_("Chỉ tiêu"), queryset=IndicatorResult.objects.none())
    verdict = forms.ChoiceField(
        label=_("Kết luận"),
        choices=[
            (one.value, one.label)
            for one in (SelfVerdict.MET, SelfVerdict.NOT_MET, SelfVerdict.NOT_APPLICABLE)
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Xin chọn kết luận.")},
    )
    reason = textarea(_("Căn cứ"), rows=3, help_text=_("Số liệu, văn bản hoặc kiểm tra thực tế làm căn cứ."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["result"].queryset = (  # type: ignore[attr-defined]
            IndicatorResult.objects.filter(dossier=self.dossier)
            .select_related("indicator")
            .order_by("position")
        )

    def inputs(self) -> dict[str, Any]:
        given = super().inputs()
        return {**given, "result": given["result"].pk}


class ExaminationForm(ActForm):
    recommends_confirming = forms.TypedChoiceField(
        label=_("Đề nghị"),
        choices=[("1", _("Xác nhận kết quả rà soát")), ("0", _("Trả về xã để rà soát lại"))],
        coerce=lambda value: value == "1",
        widget=forms.RadioSelect,
        error_messages={"required": _("Xin chọn một đề nghị.")},
    )
    summary = textarea(_("Nội dung kiểm tra"), rows=4)


class ConfirmationForm(FavourableForm):
    act = ConfirmReview

    number = forms.CharField(label=_("Số, ký hiệu văn bản"), max_length=60)
    dated_on = forms.DateField(label=_("Ngày văn bản"), widget=DateInput(), help_text=ON_PAPER)


class AssessmentForm(PaperForm):
    first_day = forms.DateField(
        label=_("Ngày công khai đầu tiên"),
        widget=DateInput(),
        help_text=_("Ngày báo cáo được niêm yết ở đủ các nơi; có thể trước ngày nhập vào phần mềm."),
    )
    places = textarea(
        _("Nơi niêm yết"), rows=3, help_text=_("Trụ sở UBND xã, nhà văn hóa thôn…, mỗi nơi một dòng.")
    )


class ProposalForm(PaperForm):
    number = forms.CharField(
        label=_("Số, ký hiệu tờ trình"), max_length=60, help_text=_("Ví dụ: 215/TTr-UBND")
    )
    dated_on = forms.DateField(label=_("Ngày tờ trình"), widget=DateInput(), help_text=ON_PAPER)


class OpinionOnRevocationForm(ActForm):
    agrees = forms.TypedChoiceField(
        label=_("Ý kiến"),
        choices=[("1", _("Nhất trí thu hồi")), ("0", _("Không nhất trí thu hồi"))],
        coerce=lambda value: value == "1",
        widget=forms.RadioSelect,
        error_messages={"required": _("Xin chọn ý kiến.")},
    )
    reasons = textarea(_("Mức độ đạt các tiêu chí cơ quan phụ trách, lý do"), rows=4)
    number = forms.CharField(label=_("Số, ký hiệu văn bản"), max_length=60)


class ReportForm(ActForm):
    report = textarea(_("Báo cáo thẩm định"), rows=6)


class RevocationDecisionForm(PaperForm):
    number = forms.CharField(
        label=_("Số, ký hiệu văn bản"), max_length=60, help_text=_("Ví dụ: 1020/QĐ-UBND")
    )
    signed_on = forms.DateField(label=_("Ngày ký"), widget=DateInput(), help_text=ON_PAPER)
    reasons = textarea(_("Lý do"), rows=4)


register_page(
    ActPage(
        SubmitReview,
        "ky-ra-soat",
        _(
            "Kết quả rà soát được gửi cơ quan xác nhận; minh chứng được cố định. Kết quả chưa đạt không tự làm mất "
            "danh hiệu."
        ),
        StatementForm,
        summary=REVIEW,
    ),
    ActPage(
        CorrectIndicator,
        "sua-ket-luan",
        _("Kết luận này được tính thay kết quả xã tự đánh giá; số liệu của xã vẫn giữ nguyên để đối chiếu."),
        CorrectionForm,
        tone="secondary",
        summary=REVIEW,
    ),
    ActPage(
        ExamineReview,
        "kiem-tra-ra-soat",
        _("Kết quả kiểm tra được gửi Chủ tịch UBND huyện quyết định; ghi lại thì bản sau thay bản trước."),
        ExaminationForm,
        summary=REVIEW,
    ),
    ActPage(
        ConfirmReview,
        "xac-nhan-ra-soat",
        _(
            "Kết quả được ghi cạnh danh hiệu: đạt hay không đạt bộ tiêu chí hiện hành. Danh hiệu vẫn có hiệu lực; thu "
            "hồi là một thủ tục riêng."
        ),
        ConfirmationForm,
        summary=REVIEW,
    ),
    ActPage(
        ReturnReview,
        "tra-ra-soat",
        _("Xã rà soát lại; các kết luận đã sửa không còn tính."),
        ReasonsForm,
        tone="danger",
        summary=REVIEW,
    ),
    ActPage(
        CancelReview,
        "huy-ra-soat",
        _(
            "Dùng khi mở nhầm. Việc của xã kết thúc, thời hạn dừng; lần rà soát vẫn đọc được nhưng không được tính. "
            "Chỉ hủy được khi xã chưa ghi hay ký gì."
        ),
        EndingReasonsForm,
        tone="danger",
        takes_back=True,
        summary=REVIEW,
    ),
    ActPage(
        RepublishAssessment,
        "cong-khai-lai-danh-gia",
        _(
            "Thời gian lấy ý kiến tính lại từ ngày công khai ghi ở đây; lần công khai trước vẫn còn trong hồ sơ."
        ),
        AssessmentForm,
        tone="secondary",
        summary=CASE,
    ),
    ActPage(
        HearFront,
        "mat-tran-ve-thu-hoi",
        _("Ý kiến của Mặt trận được ghi vào hồ sơ. Muốn sửa, xin ghi lại: bản ghi sau thay bản trước."),
        OpinionForm,
        summary=CASE,
    ),
    ActPage(
        SummariseHearing,
        "tong-hop-ve-thu-hoi",
        _("Báo cáo tổng hợp được ghi vào hồ sơ; lãnh đạo ký tờ trình sau đó."),
        OpinionSummaryForm,
        summary=CASE,
    ),
    ActPage(
        ProposeRevocation,
        "de-nghi-thu-hoi",
        _("Tờ trình và hồ sơ được gửi cấp tỉnh; các tệp được cố định."),
        ProposalForm,
        summary=CASE,
    ),
    ActPage(
        DispatchProposal,
        "chuyen-y-kien-thu-hoi",
        _(
            "Các sở, ngành phụ trách tiêu chí không đạt được hỏi ý kiến cùng lúc; ý kiến niêm phong tới khi đủ chữ ký."
        ),
        summary=CASE,
    ),
    ActPage(
        ReturnProposal,
        "tra-de-nghi-thu-hoi",
        _("Hồ sơ trở về cơ quan đề nghị để hoàn thiện theo lý do ghi ở đây."),
        ReasonsForm,
        tone="danger",
        summary=CASE,
    ),
    ActPage(
        SignRevocationOpinion,
        "ky-y-kien-thu-hoi",
        _("Ý kiến được ký và niêm phong tới khi mọi sở, ngành được hỏi đã ký; sau đó không sửa được."),
        OpinionOnRevocationForm,
        summary=CASE,
    ),
    ActPage(
        ReportRevocation,
        "bao-cao-thu-hoi",
        _("Báo cáo được trình Chủ tịch UBND tỉnh quyết định."),
        ReportForm,
        summary=CASE,
    ),
    ActPage(
        RevokeTitle,
        "thu-hoi",
        _("Danh hiệu hết hiệu lực từ ngày ký. Việc này không hoàn tác được."),
        RevocationDecisionForm,
        summary=CASE,
    ),
    ActPage(
        KeepTitle,
        "khong-thu-hoi",
        _("Danh hiệu vẫn có hiệu lực; hồ sơ thu hồi kết thúc."),
        RevocationDecisionForm,
        tone="secondary",
        summary=CASE,
    ),
    ActPage(
        PublishRevocation,
        "cong-bo-thu-hoi",
        _("Việc công bố được ghi vào hồ sơ; quy trình kết thúc."),
        PublicationForm,
        summary=CASE,
    ),
    ActPage(
        WithdrawProposal,
        "rut-thu-hoi",
        _("Hồ sơ thu hồi dừng lại ở mọi cơ quan; danh hiệu vẫn có hiệu lực."),
        EndingReasonsForm,
        tone="danger",
        takes_back=True,
        summary=CASE,
    ),
)
