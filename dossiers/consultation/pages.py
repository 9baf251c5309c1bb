"""Act pages of the consultation."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from dossiers.acts.pages import ON_PAPER, ActPage, DateInput, PaperForm, register_page, textarea
from dossiers.votes.forms import VoteForm

from .acts import (
    OpenConsultation,
    RecordBroadcast,
    RecordCommuneVote,
    RecordFrontOpinion,
    RecordOpinion,
    RepublishReport,
    SummariseOpinions,
)
from .models import Organisation, Stance
from .selectors import BEFORE_FRONT, BEFORE_ORGANISATION, CONSULTATION


class TimeInput(forms.TimeInput):
    """The browser's own field for hour and minute."""

    input_type = "time"

    def __init__(self) -> None:
        super().__init__(format="%H:%M")


class PublicationForm(PaperForm):
    first_day = forms.DateField(
        label=_("Ngày công khai đầu tiên"),
        widget=DateInput(),
        help_text=_("Ngày báo cáo được niêm yết ở đủ các nơi; có thể trước ngày nhập vào phần mềm."),
    )
    places = textarea(
        _("Nơi niêm yết"),
        rows=4,
        help_text=_("Trụ sở UBND xã và từng nhà văn hóa thôn, mỗi nơi một dòng."),
    )


class BroadcastForm(PaperForm):
    needs_document = False
    day = forms.DateField(label=_("Ngày phát"), widget=DateInput())
    time = forms.TimeField(label=_("Giờ phát"), widget=TimeInput())
    station = forms.CharField(
        label=_("Đài, cụm loa, thôn"),
        max_length=200,
        help_text=_("Ví dụ: Đài truyền thanh xã; cụm loa thôn 3"),
    )

    def inputs(self) -> dict[str, Any]:
        given = super().inputs()
        moment = datetime.combine(given.pop("day"), given.pop("time"))
        return {**given, "broadcast_at": timezone.make_aware(moment)}


class OpinionForm(PaperForm):
    number = forms.CharField(label=_("Số, ký hiệu văn bản"), max_length=60, help_text=_("Ví dụ: 15/MTTQ-BTT"))
    dated_on = forms.DateField(label=_("Ngày văn bản"), widget=DateInput(), help_text=ON_PAPER)
    stance = forms.ChoiceField(label=_("Ý kiến"), choices=Stance.choices, widget=forms.RadioSelect)
    remarks = textarea(_("Nội dung góp ý"), rows=3, required=False)


class OrganisationOpinionForm(OpinionForm):
    organisation = forms.ChoiceField(
        label=_("Tổ chức"),
        choices=[(one.value, one.label) for one in Organisation if one is not Organisation.FATHERLAND_FRONT],
        widget=forms.RadioSelect,
    )
    field_order = ("revision", "organisation")


class OpinionSummaryForm(PaperForm):
    dated_on = forms.DateField(label=_("Ngày báo cáo"), widget=DateInput(), help_text=ON_PAPER)
    summary = textarea(_("Các ý kiến chính và việc tiếp thu, giải trình"))


class CommuneVoteForm(VoteForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["members"].label = _("Số người được triệu tập")
        self.fields["members"].help_text = _("Ban Chỉ đạo, Ban Quản lý xã, Ban Phát triển các thôn.")


register_page(
    ActPage(
        OpenConsultation,
        "lay-y-kien",
        _(
            "Báo cáo kết quả được công khai; thời gian góp ý tính từ ngày công khai đầu tiên. Mặt trận Tổ quốc xã ghi "
            "ý kiến ngay trong hồ sơ này. Trong thời gian này xã vẫn bổ sung được số liệu và minh chứng."
        ),
        PublicationForm,
        summary=CONSULTATION,
    ),
    ActPage(
        RepublishReport,
        "cong-khai-lai",
        _(
            "Thời gian góp ý tính lại từ ngày công khai ghi ở đây; lần phát và ý kiến ngoài thời gian mới không tính. "
            "Lần công khai trước vẫn còn trong hồ sơ."
        ),
        PublicationForm,
        tone="secondary",
        summary=CONSULTATION,
    ),
    ActPage(
        RecordBroadcast,
        "ghi-phat-thanh",
        _("Lần phát được ghi vào nhật ký phát thanh; lần nào ngoài thời gian công khai thì không tính."),
        BroadcastForm,
        tone="secondary",
        summary=CONSULTATION,
    ),
    ActPage(
        RecordFrontOpinion,
        "y-kien-mat-tran",
        _("Ý kiến của Mặt trận được ghi vào hồ sơ. Muốn sửa, xin ghi lại: bản ghi sau thay bản trước."),
        OpinionForm,
        summary=BEFORE_FRONT,
    ),
    ActPage(
        RecordOpinion,
        "y-kien-to-chuc",
        _("Ý kiến của tổ chức được ghi vào hồ sơ. Muốn sửa, xin ghi lại: bản ghi sau thay bản trước."),
        OrganisationOpinionForm,
        tone="secondary",
        summary=BEFORE_ORGANISATION,
    ),
    ActPage(
        SummariseOpinions,
        "tong-hop-y-kien",
        _("Báo cáo tổng hợp được ghi vào hồ sơ để cuộc họp của xã xem xét."),
        OpinionSummaryForm,
        tone="secondary",
        summary=CONSULTATION,
    ),
    ActPage(
        RecordCommuneVote,
        "hop-bo-phieu",
        _("Kết quả bỏ phiếu được ghi vào hồ sơ, đạt hay không đạt tỷ lệ. Xã họp lại được khi chưa đạt."),
        CommuneVoteForm,
        tone="secondary",
        summary=CONSULTATION,
    ),
)
