"""What the district does, or whoever receives what communes submit."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from dossiers.appraisal.acts import (
    ForwardDossier,
    ReturnDossier,
    VerifyDossier,
)
from dossiers.appraisal.models import Verdict
from dossiers.consultation.models import Stance
from dossiers.district.acts import (
    AcceptAtDistrict,
    GuideCommune,
    PublishInDistrict,
    RecordDistrictFrontOpinion,
    RecordDistrictVote,
    RecordSurvey,
    SignDivisionReview,
    SummariseInDistrict,
)
from dossiers.district.divisions import results_by_division
from dossiers.district.hearing import is_district_front_awaited
from dossiers.district.models import DistrictSummary, DivisionReview
from dossiers.district.review import district_window_of, has_voted_for, reply_of_review
from dossiers.district.survey import contents_of, is_survey_awaited
from dossiers.organisations.models import AgencyKind, Role
from dossiers.plans.acts import (
    AppraisePlan,
    ApprovePlan,
    ReturnPlan,
)
from dossiers.policies import Actor
from dossiers.procedures import get_procedure
from dossiers.recognition.acts import (
    Publish,
)
from dossiers.votes.models import Vote, VotingBody

from .commune import CommuneSteps


class DistrictSteps(CommuneSteps):
    """From the Đề án to the submission to the province."""

    def appraise_plan(self, *, recommends_approval: bool = True) -> None:
        found = "đủ nội dung, phù hợp" if recommends_approval else "chưa rõ giải pháp, chưa khớp"
        summary = f"Đề án {found} kế hoạch năm (minh họa)."
        officer = self.receiving_officer
        self.do(AppraisePlan, officer, recommends_approval=recommends_approval, summary=summary)

    def approve_plan(self, *, signed_on: date | None = None) -> None:
        """Approve by a decision, by default of March, or of the day on which others came to decide."""
        known, march = get_procedure(self.dossier.procedure), date(self.dossier.title_year, 3, 15)
        assert known.scope is not None, "a journey leads to recognition"
        signed_on = signed_on or (max(march, known.scope.starts_on) if known.takes_over else march)
        number = f"{1000 + self.dossier.pk}/QĐ-UBND"
        self.do(ApprovePlan, self.receiving_chair, number=number, signed_on=signed_on, document=self.paper())

    def return_plan(self) -> None:
        reasons = "Bổ sung giải pháp cho tiêu chí Môi trường (minh họa)."
        self.do(ReturnPlan, self.receiving_chair, reasons=reasons)

    def receive(self) -> None:
        """The district answers the commune that its dossier is complete."""
        self.do(
            AcceptAtDistrict,
            self.district(Role.DISTRICT_OFFICER),
            number=f"{500 + self.dossier.pk}/UBND-KT",
            dated_on=self._voted_on(VotingBody.COMMUNE_MEETING) + timedelta(days=5),
            document=self.paper(),
        )

    def guide(self, points: str, *, again_reason: str = "") -> None:
        """The district answers what is lacking."""
        self.do(
            GuideCommune,
            self.district(Role.DISTRICT_OFFICER),
            number=f"{600 + self.dossier.pk}/UBND-KT",
            dated_on=self._voted_on(VotingBody.COMMUNE_MEETING) + timedelta(days=5),
            document=self.paper(),
            points=points,
            again_reason=again_reason,
        )

    @property
    def _last_to_vote(self) -> VotingBody:
        """Whose vote comes last before the province appraises."""
        return VotingBody.COMMUNE_MEETING if self.receives_at_province else VotingBody.DISTRICT_COMMITTEE

    def _voted_on(self, body: VotingBody) -> date:
        return Vote.objects.filter(dossier=self.dossier, body=body)[0].met_on

    def examine(self, *, unmet: Collection[str] = (), leave: int = 0) -> None:
        """Let the divisions sign what they found; ``leave`` of them do not get to it."""
        own = results_by_division(self.dossier)
        waiting = DivisionReview.objects.filter(dossier=self.dossier, is_current=True, signed_at=None)
        divisions = list(waiting.order_by("pk").values_list("division_id", flat=True))
        for division in divisions[: len(divisions) - leave]:
            found = {
                result.pk: (Verdict.NOT_MET, "Số liệu chưa khớp (minh họa).")
                if result.indicator.code in unmet
                else (Verdict.MET, "")
                for result in own[division]
            }
            self.do(SignDivisionReview, self.people.at(division, Role.DIVISION_HEAD), found=found)

    def verify(self, *, recommends_forwarding: bool = True) -> None:
        """Write the verification report; in a district after the answer on intake and the divisions' signatures."""
        if not self.receives_at_province:
            if reply_of_review(self.dossier) is None:
                self.receive()
            self.examine()
        summary = "Đã kiểm tra hồ sơ và thực địa theo từng tiêu chí (minh họa)."
        officer = self.receiving_officer
        self.do(VerifyDossier, officer, recommends_forwarding=recommends_forwarding, summary=summary)

    @property
    def district_front(self) -> Actor:
        return self.people.of_kind(self.dossier.district, AgencyKind.FATHERLAND_FRONT, Role.FRONT_OFFICER)

    def publish_in_district(self, *, first_day: date | None = None) -> None:
        """Publish the list and the draft report, by default two weeks after the commune's meeting."""
        first_day = first_day or self._voted_on(VotingBody.COMMUNE_MEETING) + timedelta(days=14)
        self.do(
            PublishInDistrict,
            self.district(Role.DISTRICT_OFFICER),
            first_day=first_day,
            places="Trang thông tin điện tử huyện\nĐài truyền thanh huyện",
            document=self.paper(),
        )

    def hear_district_front(self, day: date) -> None:
        self.do(
            RecordDistrictFrontOpinion,
            self.district_front,
            number=f"{25 + self.dossier.pk}/MTTQ-BTT",
            dated_on=day,
            stance=Stance.FOR,
            document=self.paper(),
        )

    def survey(
        self, day: date, *, satisfied: int = 570, by_content: int = 560, correction_reason: str = ""
    ) -> None:
        """The district's Front asked 600 of 800 households, all of which answered."""
        positions = range(1, len(contents_of(self.dossier)) + 1)
        self.do(
            RecordSurvey,
            self.district_front,
            number=f"{45 + self.dossier.pk}/BC-MTTQ-BTT",
            dated_on=day,
            households=800,
            asked=600,
            answered=600,
            satisfied=satisfied,
            satisfied_by_content=dict.fromkeys(positions, by_content),
            correction_reason=correction_reason,
            document=self.paper(),
        )

    def summarise_in_district(self, day: date) -> None:
        summary = "Nhân dân trong huyện nhất trí, không có đơn thư (minh họa)."
        officer = self.district(Role.DISTRICT_OFFICER)
        self.do(SummariseInDistrict, officer, dated_on=day, summary=summary, document=self.paper())

    def vote_in_district(self, day: date, *, present: int = 20, in_favour: int = 20) -> None:
        ballots = self.ballots(day, members=21, present=present, in_favour=in_favour)
        self.do(RecordDistrictVote, self.district(Role.DISTRICT_OFFICER), **ballots)

    def hear_district(self, *, in_favour: int = 20) -> None:
        """Publish, hear the Front and its survey, sum up and vote, as far as it has not been done."""
        if district_window_of(self.dossier) is None:
            self.publish_in_district()
        window = district_window_of(self.dossier)
        assert window is not None
        if is_district_front_awaited(self.dossier):
            self.hear_district_front(window.first_day + timedelta(days=10))
        if is_survey_awaited(self.dossier):
            self.survey(window.first_day + timedelta(days=12))
        if not DistrictSummary.objects.filter(dossier=self.dossier).exists():
            self.summarise_in_district(window.day_after)
        self.vote_in_district(window.day_after + timedelta(days=2), in_favour=in_favour)

    def forward(self) -> None:
        """Forward the dossier, after the district's hearing and vote."""
        if not has_voted_for(self.dossier):
            self.hear_district()
        self.do(ForwardDossier, self.district(Role.DISTRICT_CHAIR), **self.submission())

    def submission(self) -> dict[str, Any]:
        """Return the inputs of the district's submission to the province, dated the day after its committee met."""
        after = self._voted_on(VotingBody.DISTRICT_COMMITTEE) + timedelta(days=1)
        return {
            "number": f"{200 + self.dossier.pk}/TTr-UBND",
            "dated_on": min(after, timezone.localdate()),
            "document": self.paper(),
        }

    def verify_and_forward(self) -> None:
        """The district verifies and forwards; where there is none, the dossier has come to the province already."""
        if not self.receives_at_province:
            self.verify()
            self.forward()

    def return_dossier(self) -> None:
        reasons = "Minh chứng tiêu chí Giao thông chưa rõ ngày (minh họa)."
        self.do(ReturnDossier, self.district(Role.DISTRICT_CHAIR), reasons=reasons)

    def publish(self, *, published_on: date | None = None) -> None:
        self.do(
            Publish,
            self.receiving_chair,
            published_on=published_on or timezone.localdate(),
            channel="Cổng thông tin điện tử và lễ công bố (minh họa)",
        )
