"""Before and after the council: construction debt, conditions to be completed, and batches."""

from __future__ import annotations

import threading
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from config.ui.numbers import short_date
from dossiers.acts import ActRefused, DossierAct, NotPermitted
from dossiers.appraisal.acts import Consolidate
from dossiers.batches.acts import PutInBatch, open_batch, set_council_day
from dossiers.batches.models import Batch, BatchEntry
from dossiers.batches.selectors import dossiers_awaiting_batch
from dossiers.batches.views import READERS
from dossiers.debts.acts import ConfirmDebt
from dossiers.debts.figures import debt_agency_id
from dossiers.debts.models import DebtConfirmation
from dossiers.dossier.models import State
from dossiers.gates import Answer, Outcome, standings
from dossiers.organisations.models import Role
from dossiers.plans.acts import PaymentInput, ReportPayments
from dossiers.policies.visibility import visible_dossiers
from dossiers.recognition.acts import ConditionInput, FailCouncil, PassWithConditions, Recognise, Refuse
from dossiers.recognition.conditions import ConfirmConditions, ReportConditions
from dossiers.recognition.models import ConditionsReport, CouncilCondition
from dossiers.security.models import SecurityFinding
from dossiers.votes.models import Vote, VotingBody
from storage import ledger
from tests.world import World
from workflows.demonstration.journey import Journey
from workflows.engine import in_step
from workflows.models import WorkItem
from workflows.selectors import inbox, inbox_lines

pytestmark = pytest.mark.django_db


def answer(journey: Journey, code: str) -> Answer:
    return {one.rule.code: one.answer for one in standings(journey.refresh())}[code]


def lacks(journey: Journey, code: str, act: type[DossierAct], actor: Any, **inputs: Any) -> str:
    """Return what an unmet gate says, once it is sure that the act says the same, with article and link."""
    found = answer(journey, code)
    assert found.outcome is Outcome.NOT_MET
    with pytest.raises(ActRefused) as refused:
        act(actor=actor, dossier=journey.dossier, **inputs).perform()
    assert set(found.refusals) <= set(refused.value.reasons)
    assert all(one.link and "Quyết định 18/2022/QĐ-TTg, Điều" in one.rule for one in found.refusals)
    return found.sentence


# --- Điều 4 khoản 1: no construction debt ---------------------------------------------------------


def test_the_department_named_by_the_procedure_confirms_that_there_is_no_debt(world: World) -> None:
    journey = world.dossier(State.APPRAISING, files=1)
    department = world.people.at(debt_agency_id(journey.dossier), Role.DEPARTMENT_HEAD)
    assert department.agency.short_name == "Sở KH&ĐT"
    assert visible_dossiers(department).filter(pk=journey.dossier.pk).exists()
    (line,) = inbox_lines(department, inbox(department))
    assert line.item.node == "check_debt" and line.standing == ""
    journey.appraise()
    assert journey.dossier.state == State.CONSOLIDATING and in_step(journey.dossier)
    said = lacks(journey, "construction_debt", Consolidate, journey.office, summary="x")
    assert said == "Sở Kế hoạch và Đầu tư chưa xác nhận về nợ đọng xây dựng cơ bản."
    journey.confirm_debt()
    found = answer(journey, "construction_debt")
    assert found.outcome is Outcome.MET and "5.550.500.000 đồng, không còn nợ" in found.sentence
    assert not WorkItem.objects.filter(node="check_debt", closed_at__isnull=True).exists()
    journey.consolidate()
    assert in_step(journey.dossier)


def test_no_debt_is_not_said_of_figures_that_differ(world: World) -> None:
    journey = world.dossier(State.APPRAISING, files=1)
    work = journey.dossier.works.all()[0]
    journey.dossier.works.filter(pk=work.pk).update(paid=work.total - 1_500_000)
    with pytest.raises(ActRefused, match=r"còn nợ 1\.500\.000 đồng") as refused:
        journey.confirm_debt()
    assert [one.field for one in refused.value.reasons] == ["is_clear"]
    with pytest.raises(ActRefused, match="công trình nào còn nợ"):
        journey.confirm_debt(is_clear=False)
    journey.confirm_debt(is_clear=False, remarks="Đường trục xã còn 1,5 triệu đồng.")
    assert "còn nợ đọng. Đường trục xã" in answer(journey, "construction_debt").sentence
    with pytest.raises(IntegrityError), transaction.atomic():
        DebtConfirmation.objects.update(is_clear=True)


def test_a_finding_holds_as_long_as_its_figures(world: World) -> None:
    journey = world.dossier(State.APPRAISING, files=1)
    journey.confirm_debt()
    journey.appraise(unmet={"17.5"})
    journey.request_completion()
    work = journey.dossier.works.all()[0]
    rows = [PaymentInput(work_id=work.pk, accepted=work.total - 5, paid=work.total - 5)]
    journey.do(ReportPayments, journey.official, rows=rows)
    assert "xin xác nhận lại" in answer(journey, "construction_debt").sentence
    journey.report(only={"17.5"})
    journey.submit_completion()
    assert WorkItem.objects.filter(node="check_debt", closed_at__isnull=True).exists(), "asked for again"
    journey.confirm_debt()
    assert answer(journey, "construction_debt").outcome is Outcome.MET


def test_other_departments_do_not_find_on_debt(world: World) -> None:
    journey = world.dossier(State.APPRAISING, files=1)
    inputs: dict[str, Any] = {"is_clear": True, "number": "1", "dated_on": date(2023, 6, 1)}
    inputs["document"] = journey.paper()
    for role in Role:
        with pytest.raises(NotPermitted):
            ConfirmDebt(
                actor=world.actor(role, of=journey.dossier), dossier=journey.dossier, **inputs
            ).perform()


def test_debt_is_not_asked_of_a_plan_without_works_nor_of_a_dossier_beyond(world: World) -> None:
    assert answer(world.dossier(State.DRAFTING), "construction_debt").outcome is Outcome.NOT_APPLICABLE
    journey = world.dossier(State.COUNCIL, "Xã Liêm Tiết", files=1)
    DebtConfirmation.objects.all().delete()
    assert answer(journey, "construction_debt").outcome is Outcome.NOT_APPLICABLE


def test_the_page_of_the_debt_shows_its_arithmetic(world: World, client: Client) -> None:
    journey = world.dossier(State.APPRAISING, files=1)
    journey.confirm_debt()
    client.force_login(journey.chair.user)
    page = client.get(reverse("debts:debt", args=[journey.dossier.pk])).content.decode()
    assert "5.550.500.000" in page and "Không có nợ đọng" in page and "Điều 4 khoản 1" in page


# --- step 16: what the council wants completed ----------------------------------------------------


def test_the_decision_waits_until_the_councils_conditions_are_confirmed(world: World) -> None:
    journey = world.dossier(State.COUNCIL, files=1)
    journey.pass_with_conditions("Hoàn thành chỉ tiêu nước sạch 18.1", "Bổ sung biên bản")
    assert journey.dossier.state == State.DECIDING and in_step(journey.dossier)
    chair = world.actor(Role.PROVINCIAL_CHAIR)
    inputs = {
        "number": "1020/QĐ-UBND",
        "signed_on": timezone.localdate(),
        "document": journey.paper(),
    }
    assert "2 việc" in lacks(journey, "council_conditions", Recognise, chair, **inputs)
    said = [one.message for one in answer(journey, "council_conditions").refusals]
    assert "Hoàn thành chỉ tiêu nước sạch 18.1 (Chủ tịch UBND xã, hạn" in said[0]
    with pytest.raises(ActRefused, match="Chưa có báo cáo nào"):
        journey.confirm_conditions()
    journey.report_conditions()
    journey.reject_conditions()
    assert in_step(journey.dossier)
    journey.report_conditions()
    with pytest.raises(ActRefused, match="Không còn việc nào"):
        journey.report_conditions()
    assert answer(journey, "council_conditions").outcome is Outcome.NOT_MET, "reported is not confirmed"
    journey.confirm_conditions()
    assert answer(journey, "council_conditions").outcome is Outcome.MET
    journey.recognise()
    assert journey.dossier.state == State.RECOGNISED and in_step(journey.dossier)


def test_without_conditions_nothing_waits(world: World) -> None:
    journey = world.dossier(State.DECIDING, files=1)
    found = answer(journey, "council_conditions")
    assert found.outcome is Outcome.NOT_APPLICABLE and "không đặt điều kiện" in found.sentence
    assert not ReportConditions.is_open_to(journey.chair, journey.dossier)
    assert not ConfirmConditions.is_open_to(journey.office, journey.dossier)


def test_conditions_say_what_who_and_until_when(world: World) -> None:
    journey = world.dossier(State.COUNCIL, files=1)
    today = timezone.localdate()
    vote = journey.ballots(today, members=21, present=20, in_favour=20)
    for conditions, fields in (
        ([], ["task_1"]),
        ([ConditionInput("Việc", " ", None)], ["responsible_1", "due_on_1"]),
        ([ConditionInput("", "Chủ tịch", today)], ["task_1"]),
        ([ConditionInput("Việc", "Chủ tịch", today - timedelta(days=1))], ["due_on_1"]),
        ([ConditionInput("", "", None), ConditionInput("Việc", "", today)], ["responsible_2"]),
    ):
        with pytest.raises(ActRefused) as refused:
            PassWithConditions(
                actor=world.actor(Role.COUNCIL_SECRETARY),
                dossier=journey.dossier,
                conditions=conditions,
                **vote,
            ).perform()
        assert [one.field for one in refused.value.reasons] == fields


def test_the_council_does_not_meet_before_the_meetings_and_papers_that_sent_it_the_dossier(
    world: World,
) -> None:
    journey = world.dossier(State.COUNCIL, files=1)
    last = Vote.objects.filter(dossier=journey.dossier).order_by("met_on").last()
    assert last is not None and last.body == VotingBody.DISTRICT_COMMITTEE
    found = SecurityFinding.objects.get(dossier=journey.dossier).dated_on
    assert found > last.met_on
    for day in (last.met_on - timedelta(days=1), found - timedelta(days=1)):
        with pytest.raises(ActRefused) as refused:
            journey.pass_council(met_on=day)
        for named in (day, found):
            assert f"{named.day}/{named.month}/{named.year}" in str(refused.value)
    with pytest.raises(ActRefused, match="tương lai"):
        journey.pass_council(met_on=timezone.localdate() + timedelta(days=1))
    journey.pass_council(met_on=found)


def test_the_secretary_is_not_sent_to_a_page_of_the_office(world: World, client: Client) -> None:
    journey = world.dossier(State.CONSOLIDATING, files=1)
    journey.confirm_security()
    journey.do(Consolidate, journey.office, summary="Đạt.")
    with pytest.raises(ActRefused, match="Văn phòng Điều phối tỉnh đưa vào đợt") as refused:
        journey.pass_council()
    client.force_login(world.actor(Role.COUNCIL_SECRETARY).user)
    assert [client.get(one.link).status_code for one in refused.value.reasons] == [200]


def test_the_chair_may_refuse_while_the_commune_has_not_completed(world: World) -> None:
    journey = world.dossier(State.COUNCIL, files=1)
    journey.pass_with_conditions("Hoàn thành nước sạch")
    with pytest.raises(ActRefused):
        Refuse(
            actor=world.actor(Role.PROVINCIAL_CHAIR),
            dossier=journey.dossier,
            number="",
            signed_on=timezone.localdate(),
            document=journey.paper(),
        ).perform()
    journey.refuse()
    assert journey.dossier.state == State.NOT_RECOGNISED and in_step(journey.dossier)


# --- batches --------------------------------------------------------------------------------------


def _batch(world: World, **changed: Any) -> Batch:
    period = {"opens_on": date(2023, 5, 1), "closes_on": date(2023, 12, 31), "title_year": 2023}
    office = world.actor(Role.COORDINATION_OFFICER)
    return open_batch(actor=office, **{"name": "Đợt xét", **period, **changed})


def test_batches_are_numbered_within_their_title_year_and_recorded(world: World) -> None:
    first, second = _batch(world), _batch(world, name="Đợt 2", council_on=date(2023, 7, 3))
    other = _batch(world, title_year=2022)
    assert [(one.title_year, one.number) for one in (first, second, other)] == [
        (2023, 1),
        (2023, 2),
        (2022, 1),
    ]
    set_council_day(actor=world.actor(Role.COORDINATION_OFFICER), batch=first, council_on=date(2023, 8, 1))
    checked = ledger.verify(first.stream)
    assert checked.ok and checked.entries == 2


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"closes_on": date(2023, 4, 30)}, "closes_on"),
        ({"council_on": date(2023, 4, 30)}, "council_on"),
        ({"council_on": date(2030, 1, 1)}, "council_on"),
        ({"name": " "}, "name"),
        ({"title_year": 2031}, "title_year"),
    ],
)
def test_a_batch_that_cannot_be_is_refused_at_its_field(
    world: World, changed: dict[str, Any], field: str
) -> None:
    with pytest.raises(ActRefused) as refused:
        _batch(world, **changed)
    assert [one.field for one in refused.value.reasons] == [field]
    assert not Batch.objects.exists()


def test_two_batches_of_a_year_have_two_names(world: World) -> None:
    _batch(world)
    with pytest.raises(ActRefused) as refused:
        _batch(world, name="đợt xét ")
    assert refused.value.codes == {"same_name"}
    assert _batch(world, title_year=2022).number == 1


def test_the_councils_day_is_not_after_its_first_vote(world: World) -> None:
    journey = world.dossier(State.DECIDING, files=1)
    batch = BatchEntry.objects.get(dossier=journey.dossier).batch
    voted = Vote.objects.get(dossier=journey.dossier, body=VotingBody.PROVINCIAL_COUNCIL)
    Vote.objects.filter(pk=voted.pk).update(met_on=date(2023, 7, 3))
    with pytest.raises(ActRefused) as refused:
        set_council_day(actor=journey.office, batch=batch, council_on=date(2023, 7, 4))
    assert refused.value.codes == {"voted"} and "3/7/2023" in str(refused.value)
    set_council_day(actor=journey.office, batch=batch, council_on=date(2023, 7, 3))


def test_a_refused_dossiers_tasks_do_not_read_as_completed(world: World, client: Client) -> None:
    journey = world.dossier(State.COUNCIL, files=1)
    batch = BatchEntry.objects.get(dossier=journey.dossier).batch
    journey.pass_with_conditions("Hoàn thành nước sạch")
    client.force_login(journey.office.user)
    papers = client.get(reverse("recognition:papers", args=[journey.dossier.pk])).content.decode()
    assert "Thông qua có điều kiện" in papers
    journey.refuse()
    shown = _main(client, "batches:batch", batch.pk)
    assert "1 việc chưa được xác nhận hoàn thiện; hồ sơ không được công nhận" in shown


def test_only_the_coordination_office_opens_batches(world: World) -> None:
    for role in set(Role) - {Role.COORDINATION_OFFICER}:
        with pytest.raises(NotPermitted):
            open_batch(
                actor=world.actor(role),
                title_year=2023,
                name="x",
                opens_on=date(2023, 5, 1),
                closes_on=date(2023, 5, 2),
            )


def test_a_rejected_dossier_goes_into_a_later_batch_of_the_same_year(world: World) -> None:
    """Điều 2: considered all year round; what was rejected comes back, in a later batch."""
    journey = world.dossier(State.COUNCIL, files=1)
    first = BatchEntry.objects.get(dossier=journey.dossier).batch
    assert answer(journey, "batch").outcome is Outcome.MET
    journey.fail_council()
    journey.attach(files=1, only={"18.1"})
    journey.submit_completion()
    journey.appraise()
    journey.consolidate()
    secretary = world.actor(Role.COUNCIL_SECRETARY)
    ballots = journey.ballots(timezone.localdate(), members=21, present=20, in_favour=5)
    said = lacks(journey, "batch", FailCouncil, secretary, **ballots, conclusion="x")
    assert "xin đưa vào đợt sau" in said
    with pytest.raises(ActRefused, match="đợt sau của cùng năm"):
        journey.put_in_batch(first)
    other_year = _batch(world, title_year=2022)
    with pytest.raises(ActRefused, match="năm đạt chuẩn của hồ sơ"):
        journey.put_in_batch(other_year)
    second = _batch(world, name="Đợt 2")
    assert dossiers_awaiting_batch(journey.office, first) == []
    assert dossiers_awaiting_batch(journey.office, second) == [journey.dossier]
    journey.put_in_batch(second)
    assert dossiers_awaiting_batch(journey.office, second) == []
    assert [(one.batch, one.left_at is None) for one in journey.dossier.batch_entries.all()] == [
        (second, True),
        (first, False),
    ]
    journey.pass_council()
    journey.recognise()
    assert journey.dossier.decision.batch == second


def test_a_batch_takes_in_dossiers_on_its_days_only(world: World) -> None:
    journey = world.dossier(State.PROVINCIAL_INTAKE, files=1)
    batch = _batch(world)
    assert answer(journey, "batch").sentence.startswith("Hồ sơ chưa được đưa vào đợt xét nào")
    for day in (date(2023, 4, 30), date(2024, 1, 1)):
        with pytest.raises(ActRefused) as refused:
            PutInBatch(actor=journey.office, dossier=journey.dossier, batch=batch, put_on=day).perform()
        assert {one.field for one in refused.value.reasons} == {"put_on"}
    journey.put_in_batch(batch)
    with pytest.raises(ActRefused, match="đã ở đợt này"):
        journey.put_in_batch(batch)


def test_a_dossier_decided_before_there_were_batches_is_not_asked(world: World) -> None:
    journey = world.dossier(State.DECIDING, files=1)
    BatchEntry.objects.all().delete()
    assert answer(journey, "batch").outcome is Outcome.NOT_APPLICABLE


def test_the_page_of_a_batch_lists_state_progress_and_vote(
    world: World, client: Client, django_assert_max_num_queries: Any
) -> None:
    journey = world.dossier(State.APPRAISING, files=1)
    other = world.dossier(State.PROVINCIAL_INTAKE, "Xã Liêm Tiết", files=1)
    batch = _batch(world)
    journey.put_in_batch(batch)
    journey.appraise(leave=6)
    client.force_login(journey.office.user)
    with django_assert_max_num_queries(25):
        page = client.get(reverse("batches:batch", args=[batch.pk])).content.decode()
    assert "Xã Liêm Tuyền" in page and "11/17" in page and "chưa bỏ phiếu" in page
    assert f"/ho-so/{other.dossier.pk}/viec/dua-vao-dot/" in page
    client.force_login(world.actor(Role.PROVINCIAL_CHAIR).user)
    page = client.get(reverse("batches:batch", args=[batch.pk])).content.decode()
    assert "dua-vao-dot" not in page and "<form" not in page.partition("<main")[2].partition("</main")[0]


def test_a_conditional_pass_is_shown_as_one_with_its_date_and_the_title_applied_for(
    world: World, client: Client
) -> None:
    """It read plainly «Thông qua», without the day of the vote."""
    journey = world.dossier(State.COUNCIL, files=1)
    plain = world.dossier(State.DECIDING, "Xã Liêm Tiết", files=1)
    batch = BatchEntry.objects.get(dossier=journey.dossier).batch
    BatchEntry.objects.filter(dossier=plain.dossier).update(batch=batch)
    journey.pass_with_conditions("Hoàn thành nước sạch", "Bổ sung biên bản")
    client.force_login(journey.office.user)
    shown = _main(client, "batches:batch", batch.pk)
    rows = {name: next(row for row in shown.split("<tr>") if name in row) for name in ("Tuyền", "Tiết")}
    day = short_date(timezone.localdate())
    assert "Thông qua có điều kiện" in rows["Tuyền"] and "còn 2/2 việc chưa xác nhận" in rows["Tuyền"]
    assert "Thông qua (" in rows["Tiết"] and "có điều kiện" not in rows["Tiết"]
    assert all(f"ngày {day}" in row and "NTM nâng cao" in row for row in rows.values())
    journey.report_conditions()
    journey.confirm_conditions()
    shown = _main(client, "batches:batch", batch.pk)
    assert "2 việc đã hoàn thiện" in shown and "chưa xác nhận" not in shown
    client.cookies["lua_language"] = "en"
    assert "Passed with conditions" in _main(client, "batches:batch", batch.pk)


def test_what_the_report_to_the_council_lacks_stands_on_its_page(world: World, client: Client) -> None:
    """Debt, security and batch were told on the page of the conditions only."""
    journey = world.dossier(State.APPRAISING, files=1)
    journey.appraise()
    client.force_login(journey.office.user)
    act = reverse("dossier:act", args=[journey.dossier.pk, "trinh-hoi-dong"])
    above, _mark, below = client.get(act).content.decode().partition('class="lua-panel lua-act"')
    assert "Chưa làm được việc này" in above and "Bước sau cũng còn thiếu" in below
    assert "chưa xác nhận về nợ đọng" in above and "an ninh, trật tự" in above
    assert "chưa được đưa vào đợt xét nào" in below and "data-guard" not in below
    sent = {"revision": journey.refresh().revision, "summary": "Các sở đều kết luận đạt"}
    refused = client.post(act, sent)
    assert refused.status_code == 409 and "chưa xác nhận về nợ đọng" in refused.content.decode()
    journey.confirm_debt()
    journey.confirm_security()
    shown = client.get(act).content.decode()
    assert "Chưa làm được" not in shown and "nhưng bước sau còn thiếu" in shown
    journey.come_into_a_batch()
    shown = client.get(act).content.decode()
    assert "còn thiếu" not in shown.partition('class="lua-panel lua-act"')[2].partition("</form>")[0]
    assert client.post(act, {**sent, "revision": journey.refresh().revision}).status_code == 302


def _main(client: Client, page: str, *arguments: int) -> str:
    shown = client.get(reverse(page, args=arguments)).content.decode()
    return shown.partition("<main")[2].partition("</main")[0]


def test_a_batch_tells_what_the_council_still_wants_completed_by_whom_and_what_is_late(
    world: World, client: Client
) -> None:
    today = timezone.localdate()
    late, reported = (world.dossier(State.COUNCIL, one, files=1) for one in ("Xã Liêm Tuyền", "Xã Liêm Tiết"))
    batch = BatchEntry.objects.get(dossier=late.dossier).batch
    for journey in (late, reported):
        BatchEntry.objects.filter(dossier=journey.dossier).update(batch=batch)
    client.force_login(world.actor(Role.COUNCIL_SECRETARY).user)
    assert 'id="hoan-thien"' not in _main(client, "batches:batch", batch.pk), "nothing is open yet"
    late.pass_with_conditions("Hoàn thành chỉ tiêu nước sạch 18.1", "Bổ sung biên bản", due_on=today)
    reported.pass_with_conditions("Nối ống nước xóm 3", due_on=today)
    CouncilCondition.objects.filter(task="Bổ sung biên bản").update(due_on=today - timedelta(days=2))
    reported.report_conditions()
    # The commune reported in time; that nobody has answered yet does not make it late.
    CouncilCondition.objects.filter(task="Nối ống nước xóm 3").update(due_on=today - timedelta(days=1))
    ConditionsReport.objects.update(recorded_at=timezone.now() - timedelta(days=1))

    shown = _main(client, "batches:batch", batch.pk)
    rows = shown.partition('id="hoan-thien"')[2].split("<tr>")[2:]
    assert len(rows) == 3 and "3 việc chưa được Văn phòng Điều phối xác nhận" in shown
    water, minutes, pipes = (
        next(row for row in rows if task in row) for task in ("18.1", "Bổ sung biên bản", "Nối ống")
    )
    assert "Xã Liêm Tuyền" in water and "Chủ tịch UBND xã" in water
    assert "Quá hạn" not in water and f"{today.day}/{today.month}/{today.year}" in water, (
        "its last day is today"
    )
    assert "Quá hạn" in minutes and "lua-deadline-late" in minutes
    assert "Xã Liêm Tiết" in pipes and "Quá hạn" not in pipes and "chờ xác nhận" in pipes
    assert f'<a href="{reverse("batches:batch", args=[batch.pk])}#hoan-thien">3</a>' in _main(
        client, "batches:list"
    )

    reported.reject_conditions()
    shown = _main(client, "batches:batch", batch.pk)
    assert shown.count("Quá hạn") == 2 and "chờ xác nhận" not in shown.partition("<tbody")[2]
    reported.report_conditions()
    reported.confirm_conditions()
    late.refuse()
    assert 'id="hoan-thien"' not in _main(client, "batches:batch", batch.pk), "confirmed, or refused"
    assert "#hoan-thien" not in _main(client, "batches:list")


def test_who_follows_batches_reads_the_conditions_and_nobody_else(world: World, client: Client) -> None:
    journey = world.dossier(State.COUNCIL, files=1)
    batch = BatchEntry.objects.get(dossier=journey.dossier).batch
    journey.pass_with_conditions("Hoàn thành nước sạch")
    for role in Role:
        client.force_login(world.actor(role, of=journey.dossier).user)
        answered = client.get(reverse("batches:batch", args=[batch.pk]))
        reads = role in READERS
        assert answered.status_code == (200 if reads else 404), role
        assert ("Hoàn thành nước sạch" in answered.content.decode()) is reads, role


def test_the_office_opens_a_batch_on_the_page_and_a_refusal_keeps_what_was_typed(
    world: World, client: Client
) -> None:
    client.force_login(world.actor(Role.COORDINATION_OFFICER).user)
    typed = {"title_year": "2023", "name": "Đợt 1", "opens_on": "2023-06-01", "closes_on": "2023-05-01"}
    answered = client.post(reverse("batches:list"), typed)
    page = answered.content.decode()
    assert answered.status_code == 409 and 'value="Đợt 1"' in page and "trước ngày mở đợt" in page
    answered = client.post(reverse("batches:list"), {**typed, "closes_on": "2023-07-01"})
    batch = Batch.objects.get()
    assert answered["Location"] == reverse("batches:batch", args=[batch.pk])
    client.post(reverse("batches:batch", args=[batch.pk]), {"council_on": "2023-07-03"})
    batch.refresh_from_db()
    assert batch.council_on == date(2023, 7, 3)
    client.force_login(world.actor(Role.PROVINCIAL_CHAIR).user)
    assert client.post(reverse("batches:list"), typed).status_code == 404


@pytest.mark.django_db(transaction=True)
def test_two_people_opening_a_batch_at_once_get_two_numbers(world: World) -> None:
    barrier = threading.Barrier(2)
    made: list[int] = []

    def open_one(name: str) -> None:
        barrier.wait()
        made.append(_batch(world, name=name).number)
        connection.close()

    threads = [threading.Thread(target=open_one, args=[name]) for name in ("Đợt xuân", "Đợt hè")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(made) == [1, 2]
