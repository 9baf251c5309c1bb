"""Act pages of council, decision, publication and withdrawal."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from dossiers.acts.fields import WholeNumberField
from dossiers.acts.pages import ON_PAPER, ActForm, ActPage, DateInput, ReasonsForm, register_page, textarea

from .acts import FailCouncil, PassCouncil, Publish, Recognise, Refuse, Withdraw
from .summaries import BEFORE_DECISION, BEFORE_VOTE


class VoteForm(ActForm):
    met_on = forms.DateField(label=_("Ngày họp"), widget=DateInput(), help_text=ON_PAPER)
    members = WholeNumberField(label=_("Số thành viên Hội đồng"), min_value=1)
    present = WholeNumberField(label=_("Số thành viên dự họp"), min_value=0)
    in_favour = WholeNumberField(label=_("Số phiếu đồng ý"), min_value=0)
    conclusion = textarea(_("Kết luận của Hội đồng"), rows=3, required=False)


class DecisionForm(ActForm):
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
        help_text=_("Ví dụ: Lễ công bố tại xã; Cổng thông tin điện tử huyện"),
    )


register_page(
    ActPage(
        PassCouncil,
        "hoi-dong-thong-qua",
        _("Kết quả bỏ phiếu được ghi nhận và hồ sơ được trình Chủ tịch UBND tỉnh quyết định."),
        VoteForm,
        summary=BEFORE_VOTE,
    ),
    ActPage(
        FailCouncil,
        "hoi-dong-khong-thong-qua",
        _("Kết quả bỏ phiếu được ghi nhận và hồ sơ trở về xã để hoàn thiện theo kết luận của Hội đồng."),
        VoteForm,
        tone="danger",
        summary=BEFORE_VOTE,
    ),
    ActPage(
        Recognise,
        "cong-nhan",
        _(
            "Xã được công nhận đạt chuẩn nông thôn mới nâng cao theo quyết định này; UBND huyện tổ chức công bố."
        ),
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
    ),
    ActPage(
        Withdraw,
        "rut-ho-so",
        _("Hồ sơ dừng lại ở mọi cơ quan đang xử lý. Muốn xét lại, xã phải đăng ký hồ sơ mới."),
        ReasonsForm,
        tone="danger",
    ),
)
