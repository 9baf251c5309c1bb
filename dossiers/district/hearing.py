"""The district hears its people: it publishes the list and the draft report, sums up opinions, and votes."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dossiers.acts import LegalBasis, Refusal, Waiting, register
from dossiers.acts.order import dated
from dossiers.consultation.acts import OpinionAct, PublishingAct, SummaryAct
from dossiers.consultation.window import Window
from dossiers.dossier.models import Dossier, State
from dossiers.policies import Actor
from dossiers.votes.acts import VoteAct
from dossiers.votes.models import VotingBody
from storage.documents import fix

from .intake import OFFICER
from .models import DistrictOpinion, DistrictOrganisation, DistrictPublication, DistrictSummary
from .review import district_window_of, has_voted_for, verification_of_review
from .survey import FRONT

BASIS = LegalBasis(
    "Quyết định 18/2022/QĐ-TTg, Chương II: cấp huyện lấy ý kiến, công khai danh sách (điều, khoản chưa đối chiếu)"
)
IN_REVIEW = frozenset({State.DISTRICT_REVIEW})


def _unverified(dossier: Dossier) -> list[Refusal]:
    if verification_of_review(dossier) is not None:
        return []
    return [Refusal("not_verified", _("Chưa có báo cáo thẩm tra để công khai, lấy ý kiến."))]


@register
class PublishInDistrict(PublishingAct):
    """The district publishes the list of communes and the draft verification report. The latest one counts."""

    name = "district.publish_list"
    label = gettext_lazy("Ghi việc công khai danh sách, dự thảo báo cáo thẩm tra")
    authority = OFFICER
    basis = BASIS
    states = IN_REVIEW
    publications = DistrictPublication
    paper = "district_publication"

    @classmethod
    def hindrances(cls, actor: Actor, dossier: Dossier) -> list[Refusal]:
        return _unverified(dossier)

    def says_nowhere(self) -> str:
        return _("Xin ghi nơi đăng: trang thông tin điện tử, đài, trụ sở UBND, mỗi nơi một dòng.")

    def change(self) -> None:
        super().change()
        fix([self.document.pk], at=self.at)


class DistrictOpinionAct(OpinionAct):
    """An organisation's opinion in writing on what the district published."""

    basis = BASIS
    states = IN_REVIEW
    opinions = DistrictOpinion

    @classmethod
    def window_in(cls, dossier: Dossier) -> Window | None:
        return district_window_of(dossier)

    @classmethod
    def hindrances(cls, actor: Actor, dossier: Dossier) -> list[Refusal]:
        return _unpublished(dossier)

    def change(self) -> None:
        super().change()
        fix([self.document.pk], at=self.at)


def _unpublished(dossier: Dossier) -> list[Refusal]:
    if district_window_of(dossier) is not None:
        return []
    return [Refusal("not_published", _("Huyện chưa công khai danh sách và dự thảo báo cáo thẩm tra."))]


@register
class RecordDistrictFrontOpinion(DistrictOpinionAct):
    """The Front of the district records its own opinion. Nobody at a People's Committee can."""

    name = "district.front_opinion"
    label = gettext_lazy("Ghi ý kiến của Mặt trận Tổ quốc cấp huyện")
    is_signed = True
    authority = FRONT
    organisation = DistrictOrganisation.FATHERLAND_FRONT

    @classmethod
    def waiting(cls, actor: Actor, dossier: Dossier) -> Waiting | None:
        if not is_district_front_awaited(dossier):
            return Waiting(_("Đã có ý kiến của Mặt trận, chờ Ban Chỉ đạo họp."))
        if district_window_of(dossier) is None:
            return Waiting(_("Chờ huyện công khai danh sách và dự thảo báo cáo thẩm tra."))
        return None


dated(
    "district_front_opinion",
    f"""
    SELECT dated_on, '' FROM district_districtopinion
    WHERE dossier_id = %(dossier)s AND organisation = '{DistrictOrganisation.FATHERLAND_FRONT}'
    ORDER BY recorded_at DESC, id DESC LIMIT 1
    """,
    words=gettext_lazy("ngày văn bản ý kiến của Mặt trận cấp huyện"),
)


dated(
    "district_summary",
    """
    SELECT dated_on, '' FROM district_districtsummary
    WHERE dossier_id = %(dossier)s ORDER BY recorded_at DESC, id DESC LIMIT 1
    """,
    words=gettext_lazy("ngày báo cáo tổng hợp ý kiến của huyện"),
)


def is_district_front_awaited(dossier: Dossier) -> bool:
    """Say whether the district's Front has not given its opinion yet."""
    front = DistrictOrganisation.FATHERLAND_FRONT
    return not DistrictOpinion.objects.filter(dossier=dossier, organisation=front).exists()


@register
class RecordDistrictOpinion(DistrictOpinionAct):
    """The district records what a mass organisation wrote."""

    name = "district.opinion"
    label = gettext_lazy("Ghi ý kiến của tổ chức chính trị - xã hội cấp huyện")
    authority = OFFICER

    def __init__(self, *, organisation: str, **inputs: Any) -> None:
        super().__init__(**inputs)
        self.organisation = organisation

    def refusals(self) -> list[Refusal]:
        found = super().refusals()
        if self.organisation == DistrictOrganisation.FATHERLAND_FRONT:
            message = _("Ý kiến của Mặt trận do cán bộ Mặt trận Tổ quốc cấp huyện tự ghi.")
            found.append(Refusal("organisation", message, field="organisation"))
        return found


@register
class SummariseInDistrict(SummaryAct):
    """The district's report on the opinions, made after the days of publication."""

    name = "district.summarise"
    label = gettext_lazy("Ghi báo cáo tổng hợp ý kiến của huyện")
    authority = OFFICER
    basis = BASIS
    states = IN_REVIEW
    summaries = DistrictSummary
    paper = "district_summary"

    @classmethod
    def window_in(cls, dossier: Dossier) -> Window | None:
        return district_window_of(dossier)

    @classmethod
    def hindrances(cls, actor: Actor, dossier: Dossier) -> list[Refusal]:
        return _unpublished(dossier) or super().hindrances(actor, dossier)

    def change(self) -> None:
        super().change()
        fix([self.document.pk], at=self.at)


@register
class RecordDistrictVote(VoteAct):
    """The district's steering committee votes on asking the province, passed or not. A later meeting may vote again.

    A vote against leaves the step open: the committee meets again, or the chair returns the dossier.
    It meets when the gates of the procedure before it are met; the vote itself is one before the dossier is forwarded.
    """

    name = "district.vote"
    label = gettext_lazy("Ghi kết quả họp, bỏ phiếu của Ban Chỉ đạo huyện")
    authority = OFFICER
    basis = LegalBasis(
        "Quyết định 18/2022/QĐ-TTg, Chương II: Ban Chỉ đạo cấp huyện họp, bỏ phiếu (tỷ lệ chưa đối chiếu công báo)"
    )
    states = IN_REVIEW
    body = VotingBody.DISTRICT_COMMITTEE
    paper = "district_vote"

    @classmethod
    def waiting(cls, actor: Actor, dossier: Dossier) -> Waiting | None:
        if has_voted_for(dossier):
            return Waiting(_("Ban Chỉ đạo đã thông qua, chờ Chủ tịch UBND huyện quyết định."))
        if verification_of_review(dossier) is None:
            return Waiting(_("Chờ báo cáo thẩm tra."))
        return None

    @classmethod
    def hindrances(cls, actor: Actor, dossier: Dossier) -> list[Refusal]:
        return _unverified(dossier)

    def change(self) -> None:
        self.is_correction = has_voted_for(self.dossier)
        super().change()
        self.leaves_step_open = not self.vote.passed
