"""Act pages of the district's review."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from dossiers.acts.fields import WholeNumberField
from dossiers.acts.pages import (
    ON_PAPER,
    ActForm,
    ActPage,
    DateInput,
    PaperForm,
    PreviewedForm,
    register_page,
    textarea,
)
from dossiers.appraisal.models import Verdict
from dossiers.consultation.pages import OpinionForm, OpinionSummaryForm
from dossiers.criteria.numbers import format_number
from dossiers.policies import Actor
from dossiers.results.selectors import shortfall_of
from dossiers.votes.forms import VoteForm

from .acts import (
    AcceptAtDistrict,
    GuideCommune,
    PublishInDistrict,
    RecordDistrictFrontOpinion,
    RecordDistrictOpinion,
    RecordDistrictVote,
    RecordSurvey,
    SignDivisionReview,
    SummariseInDistrict,
)
from .divisions import results_of_division
from .models import DistrictOrganisation
from .selectors import BEFORE_FRONT, BEFORE_ORGANISATION, SURVEY_LEVELS, VOTE_CONDITIONS
from .shares import Levels, computed_shares
from .survey import contents_of, survey_rule


class ReplyForm(PaperForm):
    number = forms.CharField(
        label=_("Số, ký hiệu văn bản trả lời"), max_length=60, help_text=_("Ví dụ: 512/UBND-KT")
    )
    dated_on = forms.DateField(label=_("Ngày văn bản"), widget=DateInput(), help_text=ON_PAPER)


class GuidanceForm(ReplyForm):
    points = textarea(
        _("Các điểm còn thiếu"),
        rows=6,
        help_text=_(
            "Ghi đủ, một lần, mỗi điểm một dòng. Điểm về chỉ tiêu thì bắt đầu bằng số chỉ tiêu, ví dụ: "
            "«17.5: thiếu biên bản nghiệm thu». Chỉ các chỉ tiêu ghi ở đây được mở lại cho xã."
        ),
    )
    again_reason = textarea(
        _("Lý do hướng dẫn thêm (khi xã đã được hướng dẫn trước đó)"), rows=2, required=False
    )


class DivisionForm(ActForm):
    """A verdict and a reason for each indicator of the reader's division."""

    summary = textarea(_("Ý kiến chung (nếu có)"), rows=3, required=False)

    def __init__(self, *args: Any, actor: Actor | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        summary = self.fields.pop("summary")
        mine = results_of_division(self.dossier, actor.agency) if actor else []
        self._own = [result.pk for result in mine]
        for result in mine:
            about = {"code": result.indicator.code, "name": result.indicator.name}
            self.fields[f"verdict_{result.pk}"] = forms.ChoiceField(
                label=_("%(code)s. %(name)s") % about,
                choices=Verdict.choices,
                widget=forms.RadioSelect,
                help_text=shortfall_of(result, self.dossier),
            )
            self.fields[f"reason_{result.pk}"] = forms.CharField(
                label=_("Lý do chỉ tiêu %(code)s chưa đạt") % about, max_length=1000, required=False
            )
        self.fields["summary"] = summary

    def inputs(self) -> dict[str, Any]:
        given = super().inputs()
        found = {pk: (given.pop(f"verdict_{pk}"), given.pop(f"reason_{pk}")) for pk in self._own}
        return {**given, "found": found}


class DistrictPublicationForm(PaperForm):
    first_day = forms.DateField(
        label=_("Ngày công khai đầu tiên"),
        widget=DateInput(),
        help_text=_("Thời gian góp ý tính từ ngày này."),
    )
    places = textarea(
        _("Nơi đăng"),
        rows=3,
        help_text=_("Trang thông tin điện tử, đài, trụ sở UBND, mỗi nơi một dòng."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["document"].label = _("Bản đã đăng: danh sách và dự thảo báo cáo thẩm tra")


class DistrictOrganisationOpinionForm(OpinionForm):
    organisation = forms.ChoiceField(
        label=_("Tổ chức"),
        choices=[
            (one.value, one.label)
            for one in DistrictOrganisation
            if one is not DistrictOrganisation.FATHERLAND_FRONT
        ],
        widget=forms.RadioSelect,
    )
    field_order = ("revision", "organisation")


class SurveyForm(PreviewedForm, PaperForm):
    """The numbers of the survey; what they come to is shown before the result is locked."""

    preview_template = "district/survey_preview.html"

    number = forms.CharField(
        label=_("Số, ký hiệu báo cáo"), max_length=60, help_text=_("Ví dụ: 45/BC-MTTQ-BTT")
    )
    dated_on = forms.DateField(label=_("Ngày báo cáo"), widget=DateInput(), help_text=ON_PAPER)
    households = WholeNumberField(label=_("Số hộ của xã"), min_value=1)
    asked = WholeNumberField(label=_("Số hộ được hỏi"), min_value=0)
    answered = WholeNumberField(label=_("Số hộ trả lời (phiếu hợp lệ)"), min_value=0)
    satisfied = WholeNumberField(label=_("Số hộ hài lòng chung"), min_value=0)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        document = self.fields.pop("document")
        self.levels = Levels.of(survey_rule(self.dossier))
        for name, percent, of in (
            ("asked", self.levels.coverage, _("số hộ của xã")),
            ("satisfied", self.levels.overall, _("số hộ trả lời")),
        ):
            self.fields[name].help_text = _least(percent, of)
        self._contents = {f"content_{n}": n for n, _text in enumerate(contents_of(self.dossier), 1)}
        for (name, n), content in zip(self._contents.items(), contents_of(self.dossier), strict=True):
            label = _("Số hộ hài lòng với nội dung %(n)s: %(content)s") % {"n": n, "content": content}
            needs = _least(self.levels.content, _("số hộ trả lời"))
            self.fields[name] = WholeNumberField(label=label, min_value=0, help_text=needs)
        self.fields["correction_reason"] = textarea(
            _("Lý do đính chính (khi đã có kết quả trước đó)"), rows=2, required=False
        )
        self.fields["document"] = document

    def inputs(self) -> dict[str, Any]:
        given = super().inputs()
        satisfied = {n: given.pop(name) for name, n in self._contents.items()}
        return {**given, "satisfied_by_content": satisfied}

    def outcome(self) -> dict[str, Any]:
        given = self.inputs()
        satisfied = given["satisfied_by_content"]
        shares = computed_shares(
            self.levels,
            **{name: given[name] for name in ("households", "asked", "answered", "satisfied")},
            by_content=[(text, satisfied[n]) for n, text in enumerate(contents_of(self.dossier), 1)],
        )
        return {"shares": shares, "missed": sum(not share.is_reached for share in shares)}


def _least(percent: Decimal, of: Any) -> str:
    return gettext("Cần ít nhất %(percent)s %% %(of)s.") % {"percent": format_number(percent), "of": of}


register_page(
    ActPage(
        AcceptAtDistrict,
        "tra-loi-day-du",
        _("Xã nhận văn bản trả lời; huyện bắt đầu thẩm tra."),
        ReplyForm,
    ),
    ActPage(
        GuideCommune,
        "tra-loi-con-thieu",
        _("Hồ sơ trở về xã kèm hướng dẫn. Quy định chỉ hướng dẫn một lần: xin nêu đủ mọi điểm còn thiếu."),
        GuidanceForm,
        tone="danger",
    ),
    ActPage(
        SignDivisionReview,
        "phong-ban-ky",
        _("Kết quả kiểm tra được ký và không sửa được nữa; huyện tổng hợp vào báo cáo thẩm tra."),
        DivisionForm,
    ),
    ActPage(
        PublishInDistrict,
        "huyen-cong-khai",
        _("Thời gian góp ý tính từ ngày công khai ghi ở đây. Công khai lại thì tính lại từ đầu."),
        DistrictPublicationForm,
        tone="secondary",
    ),
    ActPage(
        RecordDistrictFrontOpinion,
        "y-kien-mat-tran-huyen",
        _("Ý kiến của Mặt trận được ghi vào hồ sơ. Muốn sửa, xin ghi lại: bản ghi sau thay bản trước."),
        OpinionForm,
        tone="secondary",
        summary=BEFORE_FRONT,
    ),
    ActPage(
        RecordDistrictOpinion,
        "y-kien-to-chuc-huyen",
        _("Ý kiến của tổ chức được ghi vào hồ sơ. Muốn sửa, xin ghi lại: bản ghi sau thay bản trước."),
        DistrictOrganisationOpinionForm,
        tone="secondary",
        summary=BEFORE_ORGANISATION,
    ),
    ActPage(
        SummariseInDistrict,
        "huyen-tong-hop-y-kien",
        _("Báo cáo tổng hợp được ghi vào hồ sơ để Ban Chỉ đạo xem xét."),
        OpinionSummaryForm,
        tone="secondary",
    ),
    ActPage(
        RecordSurvey,
        "khao-sat-hai-long",
        _(
            "Kết quả được khóa: không ai sửa được, UBND các cấp chỉ được xem. "
            "Ghi sai thì Mặt trận lập bản mới kèm lý do; bản trước vẫn còn."
        ),
        SurveyForm,
        summary=SURVEY_LEVELS,
    ),
    ActPage(
        RecordDistrictVote,
        "huyen-bo-phieu",
        _(
            "Kết quả bỏ phiếu được ghi vào hồ sơ, đạt hay không đạt tỷ lệ. Ban Chỉ đạo họp lại được khi chưa đạt."
        ),
        VoteForm,
        summary=VOTE_CONDITIONS,
    ),
)
