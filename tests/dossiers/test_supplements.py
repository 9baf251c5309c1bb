"""A department asks the commune for named indicators during the appraisal, and the commune answers."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from django.utils import timezone

from dossiers.acts import ActRefused, NotPermitted, StaleForm
from dossiers.appraisal.acts import (
    GoOnWithoutAnswer,
    RecordFindings,
    RequestSupplement,
    SendAnswer,
    SignOpinion,
    WithdrawRequest,
    WriteAnswers,
)
from dossiers.appraisal.models import Finding, Opinion, OpinionState, SupplementRequest
from dossiers.appraisal.opinions import FindingInput
from dossiers.appraisal.supplements.answers import AnswerInput, digest_of
from dossiers.appraisal.supplements.requests import Asked
from dossiers.appraisal.supplements.sharing import elsewhere
from dossiers.appraisal.supplements.snapshots import snapshots
from dossiers.dossier.models import State
from dossiers.organisations.models import Role
from dossiers.policies import Actor
from dossiers.procedures import get_procedure
from dossiers.procedures.procedure import SupplementRule
from dossiers.results.acts import (
    AttachEvidence,
    FigureInput,
    RemoveEvidence,
    ReplaceEvidence,
    ReportFigures,
)
from dossiers.results.models import Evidence
from storage.documents.models import Retention, Scan, ScanOutcome
from tests.world import World
from workflows.calendars.working_days import Calendar
from workflows.demonstration.journey import Journey
from workflows.engine import in_step
from workflows.models import WorkItem
from workflows.selectors import due_in_words

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()
CODE = "14.2"  # Sở Y tế
OTHER = "1.1"  # Sở Xây dựng


@pytest.fixture
def journey(world: World) -> Journey:
    return world.dossier(State.APPRAISING)


def opinion_of(journey: Journey, short_name: str = "Sở Y tế") -> Opinion:
    number = journey.dossier.appraisal_round
    return Opinion.objects.of_round(journey.dossier, number).get(department__short_name=short_name)


def head_of(journey: Journey, short_name: str = "Sở Y tế") -> Actor:
    return journey.people.at(opinion_of(journey, short_name).department_id, Role.DEPARTMENT_HEAD)


def result_of(journey: Journey, code: str = CODE) -> int:
    return journey.results().get(indicator__code=code).pk


def file_of(journey: Journey, code: str = CODE) -> Evidence:
    return Evidence.objects.current().filter(result=result_of(journey, code))[0]


def open_items(journey: Journey, node: str) -> list[WorkItem]:
    return list(WorkItem.objects.filter(dossier=journey.dossier, node=node, closed_at__isnull=True))


def work_of(journey: Journey, short_name: str = "Sở Y tế") -> WorkItem:
    (own,) = [
        item
        for item in open_items(journey, "appraise")
        if item.agency_id == opinion_of(journey, short_name).department_id
    ]
    return own


def refusal(act: type, actor: Actor, journey: Journey, **inputs: object) -> set[str]:
    with pytest.raises(ActRefused) as refused:
        journey.do(act, actor, **inputs)
    return refused.value.codes


# --- The way through -------------------------------------------------------------------------------------


def test_the_way_from_the_request_to_the_signature(journey: Journey) -> None:
    opinion = opinion_of(journey)
    asked = journey.ask_supplement(opinion, [CODE])
    assert opinion_of(journey).state == OpinionState.AWAITING_SUPPLEMENT
    assert journey.refresh().state == State.APPRAISING and in_step(journey.dossier)
    (item,) = open_items(journey, "supplement")
    assert (item.agency.unit_id, item.days, item.day_unit) == (journey.commune.pk, 5, "working")
    assert work_of(journey).stops.get().resumed_at is None
    reopened = journey.results().filter(is_reopened=True).values_list("indicator__code", flat=True)
    assert list(reopened) == [CODE]
    journey.write_answers(asked)
    journey.send_answer(asked)
    assert opinion_of(journey).state == OpinionState.EXAMINING
    assert open_items(journey, "supplement") == []
    assert work_of(journey).stops.get().resuming_act == "supplement.send"
    assert not journey.results().filter(is_reopened=True).exists()
    journey.find(opinion)
    journey.sign(opinion)
    journey.appraise()
    assert journey.refresh().state == State.CONSOLIDATING and in_step(journey.dossier)


def test_several_departments_wait_each_for_its_own(journey: Journey) -> None:
    first = journey.ask_supplement(opinion_of(journey), [CODE])
    second = journey.ask_supplement(opinion_of(journey, "Sở Xây dựng"), [OTHER])
    assert len(open_items(journey, "supplement")) == 2
    journey.write_answers(first)
    journey.send_answer(first)
    assert opinion_of(journey).state == OpinionState.EXAMINING
    assert opinion_of(journey, "Sở Xây dựng").state == OpinionState.AWAITING_SUPPLEMENT
    (item,) = open_items(journey, "supplement")
    assert item.task.department_id == second.opinion.department_id
    assert [one.indicator.code for one in journey.results().filter(is_reopened=True)] == [OTHER]


def test_the_clock_shows_how_long_it_stood_still(journey: Journey) -> None:
    def at(day: int) -> datetime:
        return timezone.make_aware(datetime(2023, 7, day, 9))

    asked = journey.ask_supplement(opinion_of(journey), [CODE])
    own = work_of(journey)
    own.opened_at = at(3)
    own.save()
    own.stops.update(stopped_at=at(10))
    journey.write_answers(asked)
    sending = SendAnswer(
        actor=journey.chair, dossier=journey.dossier, request=asked.pk, number="1/UBND", dated_on=TODAY
    )
    sending.at = at(14)
    sending.perform()
    said = due_in_words(work_of(journey), Calendar(), today=date(2023, 7, 17)).arithmetic
    assert said.startswith("15 ngày làm việc kể từ 3/7/2023, dừng 4, gia hạn 0, hạn 28/7/2023")


def test_the_department_concludes_anew_on_what_it_asked_for(journey: Journey) -> None:
    opinion = opinion_of(journey)
    journey.find(opinion, unmet={CODE})
    asked = journey.ask_supplement(opinion, [CODE])
    journey.write_answers(asked)
    journey.send_answer(asked)
    assert not Finding.objects.filter(opinion=opinion, result=result_of(journey)).exists()
    assert refusal(SignOpinion, head_of(journey), journey, number="1", dated_on=TODAY) == {"unfinished"}
    stale = FindingInput(result_of(journey), "met", revision=1)
    officer = journey.people.at(opinion.department_id, Role.DEPARTMENT_OFFICER)
    assert refusal(RecordFindings, officer, journey, rows=[stale]) == {"stale"}
    journey.do(RecordFindings, officer, rows=[replace(stale, revision=0)])
    assert refusal(RecordFindings, officer, journey, rows=[stale]) == {"stale"}


def test_figures_and_files_before_and_after_are_kept_and_fixed(journey: Journey) -> None:
    asked = journey.ask_supplement(opinion_of(journey), [CODE])
    old, new = file_of(journey), journey.upload(0)
    journey.do(ReplaceEvidence, journey.official, evidence=old, document=new)
    result = journey.results().get(indicator__code=CODE)
    figure = FigureInput(result.pk, result.value, figure_source="Trạm Y tế xã")
    journey.do(ReportFigures, journey.official, rows=[figure])
    journey.send_answer(asked)
    item = asked.items.get()
    assert [file["sha256"] for file in item.before["files"]] == [old.document.sha256]
    assert [file["sha256"] for file in item.after["files"]] == [new.sha256]
    assert item.after["figure_source"] == "Trạm Y tế xã" != item.before["figure_source"]
    assert Retention.objects.filter(document=new).exists()


def test_a_department_may_ask_again_and_the_rounds_are_numbered(journey: Journey) -> None:
    for turn in (1, 2):
        asked = journey.ask_supplement(opinion_of(journey), [CODE])
        assert asked.turn == turn
        journey.write_answers(asked)
        journey.send_answer(asked)


def test_how_often_a_department_may_ask_is_data_of_the_procedure(
    journey: Journey, monkeypatch: pytest.MonkeyPatch
) -> None:
    procedure = get_procedure(journey.dossier.procedure)
    assert procedure.supplements.max_turns is None and not procedure.supplements.verified
    once = replace(procedure, supplements=SupplementRule(1, "hướng dẫn một lần", False))
    monkeypatch.setattr("dossiers.appraisal.supplements.requests.get_procedure", lambda _code: once)
    asked = journey.ask_supplement(opinion_of(journey), [CODE])
    journey.do(WithdrawRequest, head_of(journey), reasons="Hỏi nhầm")
    with pytest.raises(ActRefused, match="tối đa 1 lần"):
        journey.ask_supplement(opinion_of(journey), [CODE])
    assert asked.turn == 1


# --- What is refused -------------------------------------------------------------------------------------


def test_while_it_waits_the_department_neither_finds_nor_signs(journey: Journey) -> None:
    journey.find(opinion_of(journey))
    journey.ask_supplement(opinion_of(journey), [CODE])
    head = head_of(journey)
    assert not SignOpinion.is_open_to(head, journey.dossier)
    assert not RecordFindings.is_open_to(head, journey.dossier)
    assert refusal(SignOpinion, head, journey, number="1", dated_on=TODAY) == {"awaiting"}
    rows = [FindingInput(result_of(journey), "met")]
    assert refusal(RecordFindings, head, journey, rows=rows) == {"awaiting"}


def test_a_request_names_indicators_of_its_own_department_and_what_they_lack(journey: Journey) -> None:
    head, mine = head_of(journey), result_of(journey)
    asked = {"number": "1/SYT", "dated_on": TODAY}
    assert refusal(RequestSupplement, head, journey, **asked, items=[]) == {"items"}
    assert refusal(RequestSupplement, head, journey, **asked, items=[Asked(mine, " ")]) == {"lacking"}
    foreign = [Asked(result_of(journey, OTHER), "Thiếu")]
    with pytest.raises(NotPermitted):
        journey.do(RequestSupplement, head, **asked, items=foreign)
    good = [Asked(mine, "Thiếu")]
    assert refusal(RequestSupplement, head, journey, **{**asked, "number": " "}, items=good) == {"number"}
    tomorrow = timezone.localdate() + timedelta(days=1)
    late = {**asked, "dated_on": tomorrow}
    assert refusal(RequestSupplement, head, journey, **late, items=good) == {"dated_on"}
    officer = journey.people.at(opinion_of(journey).department_id, Role.DEPARTMENT_OFFICER)
    with pytest.raises(NotPermitted):
        journey.do(RequestSupplement, officer, **asked, items=good)
    assert not SupplementRequest.objects.exists() and open_items(journey, "supplement") == []


def test_a_request_is_not_made_twice_nor_after_the_signature_nor_on_what_was_not_seen(
    journey: Journey,
) -> None:
    opinion, head = opinion_of(journey), head_of(journey)
    inputs = {"number": "1/SYT", "dated_on": TODAY, "items": [Asked(result_of(journey), "Thiếu")]}
    with pytest.raises(StaleForm):
        journey.do(RequestSupplement, head, **inputs, opinion_revision=opinion.revision - 1)
    journey.do(RequestSupplement, head, **inputs)
    assert refusal(RequestSupplement, head, journey, **inputs) == {"awaiting"}
    read = opinion_of(journey).revision
    with pytest.raises(StaleForm):
        journey.do(WithdrawRequest, head, reasons="Hỏi nhầm", opinion_revision=read - 1)
    journey.do(WithdrawRequest, head, reasons="Hỏi nhầm")
    assert refusal(WithdrawRequest, head, journey, reasons="Hỏi nhầm") == {"not_so_far"}
    journey.find(opinion)
    journey.sign(opinion)
    assert refusal(RequestSupplement, head, journey, **inputs) == {"signed"}


def test_only_what_is_asked_for_opens_and_only_in_that_commune(world: World, journey: Journey) -> None:
    result, other = result_of(journey), result_of(journey, OTHER)
    assert refusal(ReportFigures, journey.official, journey, rows=[FigureInput(result, "1")]) == {"locked"}
    journey.ask_supplement(opinion_of(journey), [CODE])
    document = journey.upload(0)
    for act, inputs in (
        (ReportFigures, {"rows": [FigureInput(other, "1")]}),
        (AttachEvidence, {"document": document, "results": [result, other]}),
        (RemoveEvidence, {"evidence": file_of(journey, OTHER)}),
        (ReplaceEvidence, {"evidence": file_of(journey, OTHER), "document": document}),
    ):
        assert refusal(act, journey.official, journey, **inputs) == {"locked"}, act.name
    neighbour = world.people.committee(world.commune("Xã Liêm Tiết"), Role.COMMUNE_CHAIR)
    assert not ReportFigures.is_open_to(neighbour, journey.dossier)
    journey.do(AttachEvidence, journey.official, document=document, results=[result])


def test_an_infected_file_of_a_locked_indicator_is_not_taken_off_during_the_appraisal(
    journey: Journey,
) -> None:
    journey.ask_supplement(opinion_of(journey), [CODE])
    other = file_of(journey, OTHER)
    found = {"outcome": ScanOutcome.INFECTED, "threat": "Eicar", "engine": "x", "scanned_at": timezone.now()}
    Scan.objects.update_or_create(document=other.document, defaults=found)
    assert refusal(RemoveEvidence, journey.official, journey, evidence=other) == {"locked"}


def test_indicators_of_two_requests_are_not_changed_in_one_go(journey: Journey) -> None:
    journey.ask_supplement(opinion_of(journey), [CODE])
    journey.ask_supplement(opinion_of(journey, "Sở Xây dựng"), [OTHER])
    both = {"document": journey.upload(0), "results": [result_of(journey), result_of(journey, OTHER)]}
    assert refusal(AttachEvidence, journey.official, journey, **both) == {"several"}


def test_an_answer_says_something_to_every_item(journey: Journey) -> None:
    mine = journey.results().filter(department=opinion_of(journey).department_id)
    codes = [one.indicator.code for one in mine][:2]
    asked = journey.ask_supplement(opinion_of(journey), codes)
    first, second = asked.items.all()
    journey.do(WriteAnswers, journey.official, request=asked.pk, rows=[AnswerInput(first.pk, "Đã nộp")])
    with pytest.raises(ActRefused) as refused:
        journey.send_answer(asked)
    (reason,) = refused.value.reasons
    assert codes[1] in reason.message and reason.link.endswith(f"#muc-{second.pk}")
    journey.do(AttachEvidence, journey.official, document=journey.upload(0), results=[second.result_id])
    journey.send_answer(asked)


def test_an_answer_leaves_no_indicator_without_figure_and_file_but_may_be_below_the_threshold(
    journey: Journey,
) -> None:
    asked = journey.ask_supplement(opinion_of(journey), [CODE])
    journey.do(RemoveEvidence, journey.official, evidence=file_of(journey))
    with pytest.raises(ActRefused) as refused:
        journey.send_answer(asked)
    assert refused.value.codes == {"evidence"}
    journey.do(AttachEvidence, journey.official, document=journey.upload(0), results=[result_of(journey)])
    journey.report(unmet={CODE}, only={CODE})
    journey.send_answer(asked)
    assert journey.results().get(indicator__code=CODE).self_verdict == "not_met"


def test_an_answer_is_sent_once_by_the_chair_and_as_it_was_read(journey: Journey) -> None:
    asked = journey.ask_supplement(opinion_of(journey), [CODE])
    items = list(asked.items.select_related("result__indicator"))
    inputs = {"request": asked.pk, "number": "5/UBND", "dated_on": TODAY}
    journey.write_answers(asked, "Trả lời thứ nhất")
    items = list(asked.items.select_related("result__indicator"))
    seen = digest_of(items, snapshots([item.result for item in items]))
    journey.write_answers(asked, "Trả lời thứ hai")
    with pytest.raises(StaleForm):
        journey.do(SendAnswer, journey.chair, **inputs, seen=seen)
    with pytest.raises(NotPermitted):
        journey.do(SendAnswer, journey.official, **inputs)
    before = asked.dated_on - timedelta(days=1)
    assert refusal(SendAnswer, journey.chair, journey, **{**inputs, "dated_on": before}) == {"dated_on"}
    assert refusal(SendAnswer, journey.chair, journey, **{**inputs, "number": ""}) == {"number"}
    journey.do(SendAnswer, journey.chair, **inputs)
    assert refusal(SendAnswer, journey.chair, journey, **inputs) == {"ended"}
    rows = [AnswerInput(items[0].pk, "Muộn")]
    assert refusal(WriteAnswers, journey.official, journey, request=asked.pk, rows=rows) == {"ended"}


def test_nobody_answers_what_another_commune_was_asked(world: World, journey: Journey) -> None:
    asked = journey.ask_supplement(opinion_of(journey), [CODE])
    rows = [AnswerInput(asked.items.get().pk, "x")]
    neighbour = world.dossier(State.APPRAISING, "Xã Liêm Tiết")
    neighbour.ask_supplement(opinion_of(neighbour), [CODE])
    with pytest.raises(NotPermitted):
        journey.do(WriteAnswers, neighbour.official, request=asked.pk, rows=rows)
    foreign = {"request": asked.pk, "rows": rows}
    assert refusal(WriteAnswers, neighbour.official, neighbour, **foreign) == {"unknown"}
    own = SupplementRequest.objects.of_dossier(neighbour.dossier).get()
    assert refusal(WriteAnswers, neighbour.official, neighbour, request=own.pk, rows=rows) == {"unknown"}


def test_two_officials_do_not_write_over_each_other(journey: Journey) -> None:
    asked = journey.ask_supplement(opinion_of(journey), [CODE])
    item = asked.items.get()
    first = [AnswerInput(item.pk, "Của tôi", item.revision)]
    journey.do(WriteAnswers, journey.official, request=asked.pk, rows=first)
    with pytest.raises(StaleForm):
        journey.do(WriteAnswers, journey.chair, request=asked.pk, rows=first)


# --- Without an answer -----------------------------------------------------------------------------------


def _half_answered(journey: Journey) -> tuple[SupplementRequest, dict[int, object]]:
    asked = journey.ask_supplement(opinion_of(journey), [CODE])
    results = list(journey.results())
    before = snapshots(results)
    journey.do(AttachEvidence, journey.official, document=journey.upload(0), results=[result_of(journey)])
    journey.do(RemoveEvidence, journey.official, evidence=file_of(journey))
    journey.report(unmet={CODE}, only={CODE})
    return asked, dict(before)


def test_what_the_chair_did_not_send_does_not_count_when_the_request_is_withdrawn(journey: Journey) -> None:
    asked, before = _half_answered(journey)
    added = Evidence.including_unsent.prepared().get(result=result_of(journey))
    journey.do(WithdrawRequest, head_of(journey), reasons="Hỏi nhầm chỉ tiêu")
    after = snapshots(list(journey.results()))
    for pk, shown in after.items():
        assert {**shown, "files": [one["sha256"] for one in shown["files"]]} == {
            **before[pk],  # type: ignore[dict-item]
            "files": [one["sha256"] for one in before[pk]["files"]],  # type: ignore[index]
        }
    asked.refresh_from_db()
    assert (asked.outcome, asked.ending_reason) == ("withdrawn", "Hỏi nhầm chỉ tiêu")
    added.refresh_from_db()
    assert added.removed_at is not None, "kept for the commune"
    assert work_of(journey).stops.get().resuming_act == "opinion.withdraw_request"
    assert in_step(journey.refresh())


def test_late_means_nothing_by_itself_and_the_department_may_go_on_only_then(journey: Journey) -> None:
    asked, _before = _half_answered(journey)
    head = head_of(journey)
    with pytest.raises(ActRefused, match="Chưa hết hạn"):
        journey.do(GoOnWithoutAnswer, head, reasons="Không trả lời")
    assert opinion_of(journey).state == OpinionState.AWAITING_SUPPLEMENT
    (item,) = open_items(journey, "supplement")
    item.due_on = timezone.localdate() - timedelta(days=1)
    item.save()
    assert opinion_of(journey).state == OpinionState.AWAITING_SUPPLEMENT, "nothing happens by itself"
    assert refusal(GoOnWithoutAnswer, head, journey, reasons=" ") == {"reasons"}
    journey.do(GoOnWithoutAnswer, head, reasons="Xã không trả lời dù đã nhắc")
    asked.refresh_from_db()
    assert asked.outcome == "unanswered" and opinion_of(journey).state == OpinionState.EXAMINING
    assert journey.results().get(indicator__code=CODE).self_verdict == "met"


def test_a_late_answer_still_counts(journey: Journey) -> None:
    asked = journey.ask_supplement(opinion_of(journey), [CODE])
    WorkItem.objects.filter(node="supplement").update(due_on=timezone.localdate() - timedelta(days=9))
    journey.write_answers(asked)
    journey.send_answer(asked)
    asked.refresh_from_db()
    assert asked.outcome == "answered"


def test_withdrawing_the_dossier_ends_what_is_asked(journey: Journey) -> None:
    asked = journey.ask_supplement(opinion_of(journey), [CODE])
    journey.withdraw()
    assert open_items(journey, "supplement") == [] and in_step(journey.refresh())
    assert not SupplementRequest.objects.awaited(journey.dossier).exists()
    inputs = {"request": asked.pk, "number": "1", "dated_on": TODAY}
    assert refusal(SendAnswer, journey.chair, journey, **inputs) == {"state"}


# --- Files that serve several indicators -----------------------------------------------------------------


def _shared(journey: Journey) -> tuple[SupplementRequest, Evidence, Evidence]:
    """Return a request of Sở Y tế whose file was replaced, the old row, and a row of it with another department."""
    asked = journey.ask_supplement(opinion_of(journey), [CODE])
    old = file_of(journey)
    journey.do(ReplaceEvidence, journey.official, evidence=old, document=journey.upload(0))
    items = list(asked.items.select_related("result__indicator"))
    foreign = [one for one in elsewhere(items) if one.result.department_id != asked.opinion.department_id]
    return asked, old, foreign[0]


def _sign_owner(journey: Journey, code: str) -> Opinion:
    department = journey.results().get(indicator__code=code).department
    assert department is not None
    opinion = opinion_of(journey, department.short_name)
    journey.find(opinion)
    journey.sign(opinion)
    return opinion


def test_an_answer_changes_no_other_departments_inputs_by_itself(journey: Journey) -> None:
    asked, _old, foreign = _shared(journey)
    opinion = _sign_owner(journey, foreign.result.indicator.code)
    sent = journey.send_answer(asked)
    assert sent.reopened == [] and sent.carried == []
    opinion.refresh_from_db()
    assert opinion.state == OpinionState.SIGNED
    assert Evidence.objects.current().filter(pk=foreign.pk).exists()


def test_a_new_version_carried_over_lets_the_signed_opinion_be_signed_anew(journey: Journey) -> None:
    asked, _old, foreign = _shared(journey)
    code = foreign.result.indicator.code
    opinion = _sign_owner(journey, code)
    untouched = next(one for one in journey.waiting_opinions() if one.pk != asked.opinion_id)
    journey.find(untouched)
    journey.sign(untouched)
    signed = Opinion.objects.get(pk=opinion.pk)
    journey.send_answer(asked, carry_over=[foreign.pk])
    opinion.refresh_from_db()
    assert (opinion.state, opinion.version) == (OpinionState.EXAMINING, 2)
    untouched.refresh_from_db()
    assert untouched.state == OpinionState.SIGNED
    kept = opinion.earlier_versions.get()
    assert (kept.version, kept.number, kept.inputs_sha256) == (1, signed.number, signed.inputs_sha256)
    assert {row["indicator"] for row in kept.findings} >= {code}
    assert [item.agency_id for item in open_items(journey, "appraise")].count(opinion.department_id) == 1
    head = journey.people.at(opinion.department_id, Role.DEPARTMENT_HEAD)
    unfinished = refusal(SignOpinion, head, journey, number="2", dated_on=TODAY)
    assert unfinished == {"unfinished"}, "the new file was not looked at"
    for waiting in journey.waiting_opinions():
        if waiting.pk != opinion.pk:
            journey.find(waiting)
            journey.sign(waiting)
    assert journey.refresh().state == State.APPRAISING and in_step(journey.dossier)
    journey.find(opinion)
    journey.sign(opinion)
    assert journey.refresh().state == State.CONSOLIDATING and in_step(journey.dossier)


def test_a_carried_over_opinion_of_an_earlier_round_is_signed_anew_too(world: World) -> None:
    journey = world.dossier(State.APPRAISING)
    journey.appraise(unmet={CODE})
    journey.request_completion()
    journey.attach(files=1, only={CODE})
    journey.submit_completion()
    assert opinion_of(journey, "Sở Xây dựng").carried_over
    asked = journey.ask_supplement(opinion_of(journey), [CODE])
    old = next(
        one
        for one in Evidence.objects.current().filter(result=result_of(journey)).order_by("pk")
        if Evidence.objects.current().filter(document=one.document).count() > 1
    )
    journey.do(ReplaceEvidence, journey.official, evidence=old, document=journey.upload(0))
    items = list(asked.items.select_related("result__indicator"))
    foreign = next(one for one in elsewhere(items) if one.result.department_id != asked.opinion.department_id)
    sent = journey.send_answer(asked, carry_over=[foreign.pk])
    (opinion,) = sent.reopened
    assert opinion.department_id == foreign.result.department_id and not opinion.carried_over
    journey.appraise()
    assert journey.refresh().state == State.CONSOLIDATING and in_step(journey.dossier)


def test_a_new_version_is_carried_over_only_to_where_the_old_one_is(journey: Journey) -> None:
    asked, _old, foreign = _shared(journey)
    elsewhere_row = Evidence.objects.current().exclude(document=foreign.document)[0]
    inputs = {"request": asked.pk, "number": "1/UBND", "dated_on": TODAY}
    chosen = [foreign.pk, elsewhere_row.pk]
    assert refusal(SendAnswer, journey.chair, journey, **inputs, carry_over=chosen) == {"carry_over"}
    assert Evidence.objects.current().filter(pk=foreign.pk).exists()


def test_an_opinion_is_dated_after_what_it_rests_on(world: World) -> None:
    """Any day of the title year was taken for good, also one before the department's own request."""
    journey = world.dossier(State.APPRAISING)
    opinion = next(one for one in journey.waiting_opinions() if one.department.short_name == "Sở Y tế")
    head = journey.people.at(opinion.department_id, Role.DEPARTMENT_HEAD)
    journey.find(opinion)
    paper = {"number": "1/SYT", "dated_on": date(journey.dossier.title_year, 1, 1)}
    with pytest.raises(ActRefused) as refused:
        journey.do(SignOpinion, head, **paper)
    assert refused.value.codes == {"dated_on"} and "ngày Tờ trình của huyện" in str(refused.value)
    supplement = journey.ask_supplement(opinion, ["14.2"])
    journey.write_answers(supplement)
    journey.send_answer(supplement)
    journey.find(opinion)
    with pytest.raises(ActRefused) as refused:
        journey.do(SignOpinion, head, number="1/SYT", dated_on=timezone.localdate() - timedelta(days=1))
    assert "bổ sung" in str(refused.value)
    journey.sign(opinion)
