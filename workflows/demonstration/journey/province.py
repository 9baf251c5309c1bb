"""What the province does."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from dossiers.appraisal.acts import (
    AcceptDossier,
    Consolidate,
    RecordFindings,
    RequestCompletion,
    RequestSupplement,
    ReturnAtIntake,
    SendAnswer,
    SignOpinion,
    WriteAnswers,
)
from dossiers.appraisal.models import Opinion, OpinionState, SupplementRequest, Verdict
from dossiers.appraisal.opinions import FindingInput
from dossiers.appraisal.supplements.answers import AnswerInput
from dossiers.appraisal.supplements.requests import Asked
from dossiers.batches.acts import PutInBatch, open_batch
from dossiers.batches.entries import current_batch
from dossiers.batches.models import Batch
from dossiers.debts.acts import ConfirmDebt
from dossiers.debts.figures import debt_agency_id, is_debt_check_awaited
from dossiers.organisations.models import AgencyKind, Role
from dossiers.policies import Actor
from dossiers.procedures import get_procedure
from dossiers.recognition.acts import (
    ConditionInput,
    FailCouncil,
    PassCouncil,
    PassWithConditions,
    Recognise,
    Refuse,
)
from dossiers.recognition.conditions import ConfirmConditions, RejectConditions, ReportConditions
from dossiers.security.acts import ConfirmSecurity
from dossiers.security.findings import is_security_check_awaited, security_agency_id
from dossiers.substitutions.acts import NameSubstitute
from dossiers.substitutions.models import Capacity

from .district import DistrictSteps


class ProvinceSteps(DistrictSteps):
    """From the intake to the decision."""

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

    def name_substitute(self, department_id: int) -> None:
        """Let a department's head, who is away for two weeks from today, name their officer to act by proxy."""
        head = self.people.at(department_id, Role.DEPARTMENT_HEAD)
        today = timezone.localdate()
        NameSubstitute(
            actor=head,
            absent=head.appointment,
            substitute=self.people.at(department_id, Role.DEPARTMENT_OFFICER).user,
            capacity=Capacity.BY_PROXY,
            starts_on=today,
            ends_on=today + timedelta(days=13),
            number=f"{department_id}/GUQ (minh họa)",
            dated_on=today,
        ).perform()

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
