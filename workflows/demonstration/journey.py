"""Walks one dossier along the procedure, act by act, as the people of its agencies would."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from dossiers.acts import DossierAct
from dossiers.appraisal.acts import (
    AcceptDossier,
    Consolidate,
    ForwardDossier,
    RecordFindings,
    RequestCompletion,
    RequestSupplement,
    ReturnAtIntake,
    ReturnDossier,
    SendAnswer,
    SignOpinion,
    SubmitCompletion,
    VerifyDossier,
    WriteAnswers,
)
from dossiers.appraisal.models import Opinion, OpinionState, SupplementRequest, Verdict
from dossiers.appraisal.opinions import FindingInput
from dossiers.appraisal.supplements.answers import AnswerInput
from dossiers.appraisal.supplements.requests import Asked
from dossiers.batches.acts import PutInBatch, open_batch
from dossiers.batches.entries import current_batch
from dossiers.batches.models import Batch
from dossiers.consultation.acts import (
    OpenConsultation,
    RecordBroadcast,
    RecordCommuneVote,
    RecordFrontOpinion,
    RepublishReport,
    SummariseOpinions,
)
from dossiers.consultation.models import Stance
from dossiers.consultation.window import window_of
from dossiers.criteria.models import Criterion, ThresholdKind
from dossiers.debts.acts import ConfirmDebt
from dossiers.debts.figures import debt_agency_id, is_debt_check_awaited
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
from dossiers.dossier.models import Dossier, State
from dossiers.eligibility.acts import ChooseField, RecordPriorTitle
from dossiers.eligibility.models import PriorTitleProof
from dossiers.organisations.models import AdministrativeUnit, AgencyKind, Role
from dossiers.plans.acts import (
    AppraisePlan,
    ApprovePlan,
    CapitalInput,
    PaymentInput,
    PutWork,
    ReportPayments,
    ReturnPlan,
    SubmitPlan,
    WriteSection,
)
from dossiers.plans.models import CapitalSource, SectionKind
from dossiers.policies import Actor
from dossiers.procedures import get_procedure
from dossiers.programmes.acts import RegisterCommune
from dossiers.programmes.models import Programme
from dossiers.recognition.acts import (
    ConditionInput,
    FailCouncil,
    PassCouncil,
    PassWithConditions,
    Publish,
    Recognise,
    Refuse,
    Withdraw,
)
from dossiers.recognition.conditions import ConfirmConditions, RejectConditions, ReportConditions
from dossiers.results.acts import (
    AttachEvidence,
    FigureInput,
    ReportFigures,
    SetTargets,
    SubmitDossier,
    TargetInput,
)
from dossiers.results.models import IndicatorResult
from dossiers.security.acts import ConfirmSecurity
from dossiers.security.findings import is_security_check_awaited, security_agency_id
from dossiers.votes.models import Vote, VotingBody
from storage.documents import receive
from storage.documents.models import Document

from .figures import figure
from .files import paper, photo
from .people import People


class Journey:
    """One dossier and the people who carry it. Every method does one step through its act."""

    def __init__(self, people: People, programme: Programme, commune: AdministrativeUnit) -> None:
        self.people = people
        self.programme = programme
        self.commune = commune
        self.dossier: Dossier
        self._paper: Document | None = None

    @classmethod
    def of(cls, people: People, dossier: Dossier) -> Journey:
        """Go on with a dossier that exists."""
        assert dossier.programme is not None, "a journey leads to recognition"
        journey = cls(people, dossier.programme, dossier.commune)
        journey.dossier = dossier
        return journey

    def refresh(self) -> Dossier:
        """Read the dossier as it is now."""
        self.dossier = Dossier.objects.with_places().get(pk=self.dossier.pk)
        return self.dossier

    @property
    def official(self) -> Actor:
        return self.people.committee(self.commune, Role.COMMUNE_OFFICIAL)

    @property
    def chair(self) -> Actor:
        return self.people.committee(self.commune, Role.COMMUNE_CHAIR)

    @property
    def front(self) -> Actor:
        return self.people.of_kind(self.commune, AgencyKind.FATHERLAND_FRONT, Role.FRONT_OFFICER)

    def district(self, role: Role) -> Actor:
        return self.people.committee(self.dossier.district, role)

    @property
    def receives_at_province(self) -> bool:
        """Whether the province receives what the commune submits, because there is no district."""
        return self.dossier.review_state == State.PROVINCIAL_INTAKE

    @property
    def receiving_officer(self) -> Actor:
        return self.office if self.receives_at_province else self.district(Role.DISTRICT_OFFICER)

    @property
    def receiving_chair(self) -> Actor:
        if self.receives_at_province:
            return self.people.committee(self.programme.province, Role.PROVINCIAL_CHAIR)
        return self.district(Role.DISTRICT_CHAIR)

    @property
    def office(self) -> Actor:
        return self.people.of_kind(
            self.programme.province, AgencyKind.COORDINATION_OFFICE, Role.COORDINATION_OFFICER
        )

    def do(self, act: type[Any], actor: Actor, **inputs: Any) -> Any:
        """Perform one act and go on with the dossier as the act left it."""
        done = act(actor=actor, dossier=self.dossier, **inputs)
        self.perform(done)
        self.dossier = done.dossier
        return done

    def perform(self, act: DossierAct) -> None:
        """Perform an act. Whoever measures acts wraps this."""
        act.perform()

    # --- the commune ---------------------------------------------------------------------------------

    def register(self) -> Dossier:
        act = RegisterCommune(actor=self.chair, programme=self.programme, is_demonstration=True)
        self.perform(act)
        self.dossier = act.dossier
        return self.refresh()

    def draft(self) -> None:
        """Write all sections, the targets of all indicators and two works with their capital."""
        commune = self.commune.name
        for section in self.dossier.sections.all():
            heading = SectionKind(section.kind).label
            body = f"{heading} của {commune} (nội dung minh họa)."
            self.do(
                WriteSection, self.official, kind=section.kind, body=body, section_revision=section.revision
            )
        year = self.dossier.title_year
        rows = [
            TargetInput(
                result_id=result.pk,
                baseline=figure(result.indicator, year=year),
                target=figure(result.indicator, year=year),
                due_year=year,
                due_quarter=1 + result.position % 4,
            )
            for result in self.results()
        ]
        self.do(SetTargets, self.official, rows=rows)
        if ChooseField.is_open_to(self.official, self.dossier):
            self.do(ChooseField, self.official, field="du_lich")
        criteria = list(Criterion.objects.filter(set=self.dossier.criteria_set).order_by("number")[:6])
        works = (
            (f"Nâng cấp đường trục {commune}", 4_200_000_000, criteria[1]),
            (f"Cải tạo nhà văn hóa thôn, {commune}", 1_350_500_000, criteria[-1]),
        )
        budget = CapitalSource.COMMUNE if self.receives_at_province else CapitalSource.DISTRICT
        for title, total, criterion in works:
            people_share = total // 10
            self.do(
                PutWork,
                self.official,
                title=title,
                total=total,
                due_year=year,
                due_quarter=3,
                criterion=criterion,
                capital=[
                    CapitalInput(CapitalSource.PROVINCE_INVESTMENT, year, total // 2),
                    CapitalInput(budget, year, total - total // 2 - people_share),
                    CapitalInput(CapitalSource.PEOPLE, year, people_share),
                ],
            )

    def submit_plan(self) -> None:
        self.do(SubmitPlan, self.chair, confirms_unchanged=True)

    def report(self, *, unmet: Collection[str] = (), only: Collection[str] | None = None) -> None:
        """Report figures that meet the thresholds, but for the codes in ``unmet``."""
        year = self.dossier.title_year
        rows = [
            FigureInput(
                result_id=result.pk,
                value=figure(result.indicator, year=year, met=result.indicator.code not in unmet),
                figure_year=year,
                figure_source="Báo cáo của UBND xã (minh họa)",
            )
            for result in self.results()
            if (only is None or result.indicator.code in only)
            and result.indicator.threshold_kind != ThresholdKind.UNSET
        ]
        self.do(ReportFigures, self.official, rows=rows)

    def attach(self, *, files: int = 8, only: Collection[str] | None = None) -> None:
        """Upload some files and let each indicator be proved by one of them."""
        documents = [self.upload(n) for n in range(files)]
        results = [one for one in self.results() if only is None or one.indicator.code in only]
        for n, document in enumerate(documents):
            proved = [result.pk for result in results if result.position % files == n]
            if proved:
                self.do(AttachEvidence, self.official, document=document, results=proved)

    def upload(self, n: int) -> Document:
        seed = f"{self.commune.code}-{self.programme.year}-{n}-{timezone.now():%H%M%S%f}"
        if n % 2:
            stream, name = photo(seed), f"Ảnh hiện trường {n} - {self.commune.name}.jpg"
        else:
            stream, name = paper(seed), f"Báo cáo chuyên đề {n} - {self.commune.name}.pdf"
        return receive(stream=stream, name=name, uploaded_by_id=self.official.user.pk)

    def record_prior_title(self) -> None:
        """Add the copy of the decision on the title before, where the procedure asks for one."""
        if RecordPriorTitle.is_open_to(self.official, self.dossier):
            self.do(
                RecordPriorTitle,
                self.official,
                proof=PriorTitleProof.DECISION,
                number=f"MH-{100 + self.dossier.pk}/QĐ-UBND",
                signed_on=date(2020, 12, 25),
                document=self.paper(),
            )

    def pay(self) -> None:
        """Report every work as built, accepted and paid."""
        self.record_prior_title()
        works = self.dossier.works.all()
        rows = [PaymentInput(work_id=work.pk, accepted=work.total, paid=work.total) for work in works]
        self.do(ReportPayments, self.official, rows=rows)

    def open_consultation(self, *, first_day: date | None = None) -> None:
        """Publish the report, by default a month after the approval of the Đề án."""
        first_day = first_day or self.dossier.plan_approval.signed_on + timedelta(days=30)
        self._publish_report(OpenConsultation, first_day)

    def republish(self, *, first_day: date) -> None:
        self._publish_report(RepublishReport, first_day)

    def _publish_report(self, act: type[Any], first_day: date) -> None:
        places = "Trụ sở UBND xã\nNhà văn hóa các thôn"
        self.do(act, self.chair, first_day=first_day, places=places, document=self.paper())

    def broadcast(self, day: date) -> None:
        moment = timezone.make_aware(datetime.combine(day, time(17, 30)))
        self.do(RecordBroadcast, self.official, broadcast_at=moment, station="Đài truyền thanh xã")

    def hear_front(self, day: date) -> None:
        """The Front of the commune gives its opinion."""
        self.do(
            RecordFrontOpinion,
            self.front,
            number=f"{15 + self.dossier.pk}/MTTQ-BTT",
            dated_on=day,
            stance=Stance.FOR,
            document=self.paper(),
        )

    def summarise_opinions(self, day: date) -> None:
        summary = "Nhân dân nhất trí; đã tiếp thu góp ý về vệ sinh đường thôn (minh họa)."
        self.do(SummariseOpinions, self.official, dated_on=day, summary=summary, document=self.paper())

    def vote(self, day: date, *, members: int = 40, present: int = 38, in_favour: int = 38) -> None:
        self.do(
            RecordCommuneVote,
            self.official,
            **self.ballots(day, members=members, present=present, in_favour=in_favour),
        )

    def ballots(self, day: date, *, members: int, present: int, in_favour: int) -> dict[str, Any]:
        """Return the inputs of a secret vote; whoever is present and not in favour is against."""
        return {
            "met_on": day,
            "members": members,
            "present": present,
            "in_favour": in_favour,
            "against": max(0, present - in_favour),
            "invalid": 0,
            "is_secret": True,
            "chair_name": "Nguyễn Văn An (minh họa)",
            "secretary_name": "Trần Thị Bình (minh họa)",
            "document": self.paper(),
        }

    def hold_consultation(self) -> None:
        """Send the published report over the air, hear the Front, sum up and vote."""
        window = window_of(self.dossier)
        assert window is not None
        for n in range(5):
            self.broadcast(window.first_day + timedelta(days=3 * n))
        self.hear_front(window.first_day + timedelta(days=10))
        self.summarise_opinions(window.day_after)
        self.vote(window.day_after + timedelta(days=2))

    def consult(self) -> None:
        """All that lies between the indicators and the submission."""
        self.pay()
        self.open_consultation()
        self.hold_consultation()

    def paper(self) -> Document:
        """Return one file that stands for every paper of the consultation."""
        if self._paper is None:
            self._paper = self.upload(0)
        return self._paper

    def submit(self) -> None:
        self.do(SubmitDossier, self.chair, confirms_unchanged=True)

    def submit_completion(self) -> None:
        self.do(SubmitCompletion, self.chair, confirms_unchanged=True)

    def withdraw(self) -> None:
        self.do(Withdraw, self.chair, reasons="Xã xin lùi thời gian (minh họa).")

    # --- the district --------------------------------------------------------------------------------

    def appraise_plan(self, *, recommends_approval: bool = True) -> None:
        summary = "Đề án đủ nội dung, phù hợp kế hoạch năm (minh họa)."
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

    # --- the province --------------------------------------------------------------------------------

    def accept(self) -> None:
        if self.dossier.work_items.filter(node="verify", closed_at=None).exists():
            self.verify()
        self.do(AcceptDossier, self.office)

    def return_at_intake(self) -> None:
        self.do(ReturnAtIntake, self.office, reasons="Bổ sung biên bản họp của xã (minh họa).")

    def waiting_opinions(self) -> list[Opinion]:
        opinions = Opinion.objects.of_round(self.dossier, self.dossier.appraisal_round)
        return list(opinions.exclude(state=OpinionState.SIGNED).select_related("department"))

    def find(self, opinion: Opinion, *, unmet: Collection[str] = ()) -> None:
        """Record the department's findings on all of its indicators."""
        mine = self.results().filter(department=opinion.department_id)
        rows = [
            FindingInput(
                result_id=result.pk,
                verdict=Verdict.NOT_MET if result.indicator.code in unmet else Verdict.MET,
                reason="Số liệu chưa khớp báo cáo ngành (minh họa)."
                if result.indicator.code in unmet
                else "",
            )
            for result in mine
        ]
        officer = self.people.at(opinion.department_id, Role.DEPARTMENT_OFFICER)
        self.do(RecordFindings, officer, rows=rows)

    def ask_supplement(
        self, opinion: Opinion, codes: Collection[str], *, lacking: str = ""
    ) -> SupplementRequest:
        """Let the department's head ask the commune for indicators of its own."""
        mine = self.results().filter(department=opinion.department_id, indicator__code__in=codes)
        text = lacking or "Thiếu xác nhận của cơ quan chuyên môn (minh họa)."
        act = self.do(
            RequestSupplement,
            self.people.at(opinion.department_id, Role.DEPARTMENT_HEAD),
            number=f"{900 + opinion.pk}/BS",
            dated_on=timezone.localdate(),
            items=[Asked(result.pk, text) for result in mine],
        )
        supplement: SupplementRequest = act.supplement
        return supplement

    def write_answers(self, supplement: SupplementRequest, text: str = "") -> None:
        """Let the commune's official answer every item by a sentence."""
        answer = text or "Xã đã bổ sung xác nhận, gửi kèm (minh họa)."
        rows = [AnswerInput(item.pk, answer) for item in supplement.items.all()]
        self.do(WriteAnswers, self.official, request=supplement.pk, rows=rows)

    def send_answer(self, supplement: SupplementRequest, **inputs: Any) -> SendAnswer:
        paper = {"number": f"{50 + supplement.pk}/UBND", "dated_on": timezone.localdate()}
        sent: SendAnswer = self.do(SendAnswer, self.chair, request=supplement.pk, **{**paper, **inputs})
        return sent

    def sign(self, opinion: Opinion) -> None:
        head = self.people.at(opinion.department_id, Role.DEPARTMENT_HEAD)
        number = f"{300 + opinion.pk}/{opinion.department.short_name}"[:60]
        self.do(SignOpinion, head, number=number, dated_on=timezone.localdate())

    def appraise(self, *, unmet: Collection[str] = (), leave: int = 0) -> None:
        """Let the departments find and sign; ``leave`` of them do not get to it."""
        opinions = self.waiting_opinions()
        for opinion in opinions[: len(opinions) - leave]:
            self.find(opinion, unmet=unmet)
            self.sign(opinion)

    def confirm_security(
        self, *, is_met: bool = True, remarks: str = "", dated_on: date | None = None
    ) -> None:
        """The police that the procedure names finds on security and order; not before the condition was in force."""
        first = get_procedure(self.dossier.procedure).security_wordings[0].starts_on
        self.do(
            ConfirmSecurity,
            self.people.at(security_agency_id(self.dossier), Role.DEPARTMENT_HEAD),
            is_met=is_met,
            number=f"{700 + self.dossier.pk}/CAT-PV01",
            dated_on=dated_on or max(first, self._voted_on(self._last_to_vote) + timedelta(days=7)),
            remarks=remarks,
            document=self.paper(),
        )

    def confirm_debt(self, *, is_clear: bool = True, remarks: str = "") -> None:
        """The department that the procedure names finds on the debt."""
        department = self.people.at(debt_agency_id(self.dossier), Role.DEPARTMENT_HEAD)
        self.do(
            ConfirmDebt,
            department,
            is_clear=is_clear,
            number=f"{900 + self.dossier.pk}/SKHĐT-TĐ",
            dated_on=self._voted_on(self._last_to_vote) + timedelta(days=7),
            remarks=remarks,
            document=self.paper(),
        )

    def consolidate(self) -> None:
        """Report to the council, after the findings on debt and on security, in a batch."""
        if is_debt_check_awaited(self.dossier):
            self.confirm_debt()
        if is_security_check_awaited(self.dossier):
            self.confirm_security()
        self.come_into_a_batch()
        self.do(Consolidate, self.office, summary="Các sở, ngành đều kết luận đạt (minh họa).")

    def request_completion(self) -> None:
        self.do(RequestCompletion, self.office, summary="Xã bổ sung các chỉ tiêu chưa đạt (minh họa).")

    def _secretary(self) -> Actor:
        province = self.programme.province
        return self.people.of_kind(province, AgencyKind.APPRAISAL_COUNCIL, Role.COUNCIL_SECRETARY)

    def put_in_batch(self, batch: Batch | None = None) -> None:
        """Put the dossier into the batch, or into the latest of its year, which is opened when there is none."""
        year = self.dossier.title_year
        batch = batch or Batch.objects.filter(province=self.programme.province, title_year=year).first()
        if batch is None:
            batch = self.open_batch()
        self.do(PutInBatch, self.office, batch=batch, put_on=batch.opens_on)

    def come_into_a_batch(self) -> None:
        """Put the dossier into a batch unless it is in one: after a move to another province it is in none."""
        if current_batch(self.dossier) is None:
            self.put_in_batch()

    def open_batch(self, *, council_on: date | None = None) -> Batch:
        """Open the next batch of the dossier's title year, from May to the end of the year."""
        year = self.dossier.title_year
        number = Batch.objects.filter(province=self.programme.province, title_year=year).count() + 1
        return open_batch(
            actor=self.office,
            title_year=year,
            name=f"Đợt {number} năm {year}",
            opens_on=date(year, 5, 1),
            closes_on=date(year, 12, 31),
            council_on=council_on,
        )

    def pass_council(self, *, met_on: date | None = None, members: int = 21, present: int = 20) -> None:
        self.do(
            PassCouncil,
            self._secretary(),
            **self.ballots(
                met_on or timezone.localdate(), members=members, present=present, in_favour=present
            ),
            conclusion="Nhất trí đề nghị công nhận (minh họa).",
        )

    def pass_with_conditions(self, *tasks: str, due_on: date | None = None) -> None:
        """The council passes the dossier with tasks to complete."""
        today = timezone.localdate()
        self.do(
            PassWithConditions,
            self._secretary(),
            **self.ballots(today, members=21, present=20, in_favour=20),
            conclusion="Thông qua, xã hoàn thiện các việc còn lại (minh họa).",
            conditions=[ConditionInput(task, "Chủ tịch UBND xã", due_on or today) for task in tasks],
        )

    def report_conditions(self) -> None:
        text = "Đã hoàn thiện, có biên bản kèm theo (minh họa)."
        self.do(ReportConditions, self.chair, text=text, document=self.paper())

    def confirm_conditions(self) -> None:
        self.do(ConfirmConditions, self.office)

    def reject_conditions(self) -> None:
        self.do(RejectConditions, self.office, reasons="Chưa có biên bản nghiệm thu (minh họa).")

    def fail_council(self) -> None:
        self.do(
            FailCouncil,
            self._secretary(),
            **self.ballots(timezone.localdate(), members=21, present=20, in_favour=15),
            conclusion="Chưa đủ điều kiện về nước sạch (minh họa).",
        )

    def recognise(self, *, number: str = "", signed_on: date | None = None) -> None:
        chair = self.people.committee(self.programme.province, Role.PROVINCIAL_CHAIR)
        number = number or f"MH-{self.dossier.pk}/QĐ-UBND"
        signed_on = signed_on or timezone.localdate()
        self.do(Recognise, chair, number=number, signed_on=signed_on, document=self.paper())

    def refuse(self) -> None:
        chair = self.people.committee(self.programme.province, Role.PROVINCIAL_CHAIR)
        reasons = "Không đủ điều kiện theo kết luận thẩm định (minh họa)."
        number = f"MH-{self.dossier.pk}/UBND"
        today = timezone.localdate()
        self.do(Refuse, chair, number=number, signed_on=today, reasons=reasons, document=self.paper())

    # --- the whole way -------------------------------------------------------------------------------

    def advance_to(self, state: State, *, files: int = 8) -> Dossier:
        """Go along the main line until the dossier is in the state, or past it where its procedure lacks it."""
        steps = (
            (State.DRAFTING, (self.register,)),
            (State.PLAN_SUBMITTED, (self.draft, self.submit_plan)),
            (State.IMPLEMENTING, (self.appraise_plan, self.approve_plan)),
            (
                State.CONSULTING,
                (self.report, lambda: self.attach(files=files), self.pay, self.open_consultation),
            ),
            (State.DISTRICT_REVIEW, (self.hold_consultation, self.submit)),
            (State.PROVINCIAL_INTAKE, (self.verify_and_forward,)),
            (State.APPRAISING, (self.accept,)),
            (State.CONSOLIDATING, (self.confirm_debt, self.confirm_security, self.appraise)),
            (State.COUNCIL, (self.consolidate,)),
            (State.DECIDING, (self.come_into_a_batch, self.pass_council)),
            (State.RECOGNISED, (self.recognise,)),
            (State.PUBLISHED, (self.publish,)),
        )
        order = [reached for reached, _methods in steps]
        done = order.index(State(self.dossier.state)) + 1 if hasattr(self, "dossier") else 0
        for _reached, methods in steps[done : order.index(state) + 1]:
            for method in methods:
                method()
        return self.dossier

    def results(self) -> QuerySet[IndicatorResult]:
        results = IndicatorResult.objects.filter(dossier=self.dossier).select_related("indicator")
        return results.order_by("position")
