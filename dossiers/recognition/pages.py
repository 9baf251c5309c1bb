"""Act pages of council, decision, publication and withdrawal."""

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
from dossiers.votes.forms import VoteForm

from .acts import (
    ConditionInput,
    FailCouncil,
    PassCouncil,
    PassWithConditions,
    Publish,
    Recognise,
    Refuse,
    Withdraw,
)
from .conditions import ConfirmConditions, RejectConditions, ReportConditions
from .summaries import BEFORE_DECISION, BEFORE_PUBLICATION, BEFORE_VOTE, CONDITIONS


class CouncilVoteForm(VoteForm):
    conclusion = textarea(_("Kết luận của Hội đồng"), rows=3, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["members"].label = _("Số thành viên Hội đồng")
        self.fields["present"].label = _("Số thành viên dự họp")


#: Tasks that one form has room for.
MOST_CONDITIONS = 5


class ConditionalVoteForm(CouncilVoteForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        document = self.fields.pop("document")
        for n in range(1, MOST_CONDITIONS + 1):
            self.fields[f"task_{n}"] = textarea(
                _("Việc phải hoàn thiện %(n)s") % {"n": n}, rows=2, required=False
            )
            self.fields[f"responsible_{n}"] = forms.CharField(
                label=_("Người chịu trách nhiệm việc %(n)s") % {"n": n}, max_length=200, required=False
            )
            self.fields[f"due_on_{n}"] = forms.DateField(
                label=_("Hạn hoàn thành việc %(n)s") % {"n": n}, widget=DateInput(), required=False
            )
        self.fields["document"] = document

    def inputs(self) -> dict[str, Any]:
        given = super().inputs()
        conditions = [
            ConditionInput(*(given.pop(f"{name}_{n}") for name in ("task", "responsible", "due_on")))
            for n in range(1, MOST_CONDITIONS + 1)
        ]
        return {**given, "conditions": conditions}


class ConditionsReportForm(PaperForm):
    text = textarea(_("Từng việc đã hoàn thiện thế nào"))


class DecisionForm(PaperForm):
    number = forms.CharField(
        label=_("Số, ký hiệu văn bản"), max_length=60, help_text=_("Ví dụ: 1020/QĐ-UBND")
    )
    signed_on = forms.DateField(label=_("Ngày ký"), widget=DateInput(), help_text=ON_PAPER)


class RefusalForm(DecisionForm):
    reasons = textarea(_("Lý do không công nhận"))


class PublicationForm(ActForm):
    published_on = forms.DateField(label=_("Ngày công bố"), widget=DateInput())
    channel = forms.CharField(
        label=_("Nơi công bố"),
        max_length=300,
        help_text=_("Ví dụ: Lễ công bố tại xã; Cổng thông tin điện tử của tỉnh"),
    )


register_page(
    ActPage(
        PassCouncil,
        "hoi-dong-thong-qua",
        _("Kết quả bỏ phiếu được ghi nhận và hồ sơ được trình Chủ tịch UBND tỉnh quyết định."),
        CouncilVoteForm,
        summary=BEFORE_VOTE,
    ),
    ActPage(
        PassWithConditions,
        "hoi-dong-thong-qua-kem-dieu-kien",
        _(
            "Kết quả bỏ phiếu được ghi nhận. Chủ tịch UBND tỉnh chỉ quyết định được sau khi xã hoàn thiện các việc ghi "
            "ở đây và Văn phòng Điều phối xác nhận."
        ),
        ConditionalVoteForm,
        tone="secondary",
        summary=BEFORE_VOTE,
    ),
    ActPage(
        FailCouncil,
        "hoi-dong-khong-thong-qua",
        _("Kết quả bỏ phiếu được ghi nhận và hồ sơ trở về xã để hoàn thiện theo kết luận của Hội đồng."),
        CouncilVoteForm,
        tone="danger",
        summary=BEFORE_VOTE,
    ),
    ActPage(
        ReportConditions,
        "bao-cao-hoan-thien",
        _("Báo cáo được gửi đến Văn phòng Điều phối nông thôn mới tỉnh để xác nhận."),
        ConditionsReportForm,
        summary=CONDITIONS,
    ),
    ActPage(
        ConfirmConditions,
        "xac-nhan-hoan-thien",
        _("Hồ sơ được trình Chủ tịch UBND tỉnh quyết định."),
        summary=CONDITIONS,
    ),
    ActPage(
        RejectConditions,
        "yeu-cau-hoan-thien-tiep",
        _("Xã nhận lý do và phải báo cáo lại; việc quyết định tiếp tục chờ."),
        ReasonsForm,
        tone="danger",
        summary=CONDITIONS,
    ),
    ActPage(
        Recognise,
        "cong-nhan",
        _("Xã được công nhận đạt chuẩn theo quyết định này; bước tiếp theo là công bố."),
        DecisionForm,
        summary=BEFORE_DECISION,
    ),
    ActPage(
        Refuse,
        "khong-cong-nhan",
        _("Hồ sơ kết thúc với kết quả không được công nhận. Việc này không hoàn tác được."),
        RefusalForm,
        tone="danger",
        summary=BEFORE_DECISION,
    ),
    ActPage(
        Publish,
        "cong-bo",
        _("Việc công bố được ghi vào hồ sơ; quy trình kết thúc."),
        PublicationForm,
        summary=BEFORE_PUBLICATION,
    ),
    ActPage(
        Withdraw,
        "rut-ho-so",
        _("Hồ sơ dừng lại ở mọi cơ quan đang xử lý. Muốn xét lại, xã phải đăng ký hồ sơ mới."),
        EndingReasonsForm,
        tone="danger",
        takes_back=True,
    ),
)
