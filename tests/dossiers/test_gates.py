"""What stands before an act: each gate met, not met and not applicable, by the article it carries out."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from dossiers.acts import ActRefused, all_acts
from dossiers.appraisal.acts import Consolidate
from dossiers.consultation.models import Consultation, OpinionSummary
from dossiers.consultation.window import window_of
from dossiers.dossier.models import State
from dossiers.gates import Answer, Outcome, registered, standings
from dossiers.plans.acts import PaymentInput, ReportPayments
from dossiers.procedures import procedures
from dossiers.results.acts import SubmitDossier
from dossiers.security.models import SecurityFinding
from storage.documents.models import Scan, ScanOutcome
from tests.world import World
from workflows.demonstration.journey import Journey

pytestmark = pytest.mark.django_db

FIRST = date(2023, 6, 1)  # the fifteenth day after it is 16 June


def answer(journey: Journey, code: str) -> Answer:
    return {one.rule.code: one.answer for one in standings(journey.refresh())}[code]


def lacks(journey: Journey, code: str) -> str:
    """Return what an unmet gate says, once it is sure that the act says the same and leads to where it is put right."""
    found = answer(journey, code)
    assert found.outcome is Outcome.NOT_MET and found.refusals
    with pytest.raises(ActRefused) as refused:
        SubmitDossier(actor=journey.chair, dossier=journey.dossier).perform()
    assert set(found.refusals) <= set(refused.value.reasons)
    assert all(reason.link for reason in found.refusals)
    assert all("Điều" in reason.rule for reason in found.refusals)
    return " ".join(reason.message for reason in found.refusals)


@pytest.fixture
def consulting(world: World) -> Journey:
    """A dossier whose indicators and works are settled, with the report public since 1 June 2023."""
    journey = world.dossier(State.IMPLEMENTING)
    journey.report()
    journey.attach(files=1)
    journey.pay()
    journey.open_consultation(first_day=FIRST)
    return journey


def test_every_gate_of_every_procedure_has_its_function_its_act_and_its_article() -> None:
    acts = {act.name for act in all_acts()}
    for procedure in procedures().values():
        for rule in procedure.gates:
            assert rule.code in registered() and set(rule.acts) <= acts and rule.stage in State.values
            assert rule.title and rule.citation and rule.source
    assert {rule.code for one in procedures().values() for rule in one.gates} == registered()


def test_a_returned_dossier_does_not_consult_again(world: World) -> None:
    """Điều 5: the people were asked; what the district sends back is put right and submitted."""
    journey = world.dossier(State.DISTRICT_REVIEW)
    journey.verify(recommends_forwarding=False)
    journey.return_dossier()
    for code in (
        "consultation_days",
        "consultation_broadcasts",
        "written_opinions",
        "opinion_summary",
        "commune_vote",
    ):
        found = answer(journey, code)
        assert found.outcome is Outcome.NOT_APPLICABLE and "không phải lấy ý kiến lại" in found.sentence
    journey.submit()
    assert journey.dossier.state == State.DISTRICT_REVIEW


# --- Điều 5 khoản 1: fifteen days, five broadcasts ------------------------------------------------


def test_the_report_is_public_for_fifteen_days(consulting: Journey) -> None:
    today = timezone.localdate()
    Consultation.objects.update(first_day=today - timedelta(days=15))
    assert "chưa đủ 15 ngày" in lacks(consulting, "consultation_days")
    Consultation.objects.update(first_day=today - timedelta(days=16))
    found = answer(consulting, "consultation_days")
    assert found.outcome is Outcome.MET and "Đã công khai đủ 15 ngày" in found.sentence


def test_nothing_was_asked_before_the_report_is_public(world: World) -> None:
    journey = world.dossier(State.IMPLEMENTING)
    assert answer(journey, "commune_vote").sentence == "Báo cáo chưa được công khai để lấy ý kiến nhân dân."


def test_five_broadcasts_within_the_days_count_and_others_say_that_they_do_not(consulting: Journey) -> None:
    for day in (date(2023, 5, 31), date(2023, 6, 1), date(2023, 6, 5), date(2023, 6, 17)):
        consulting.broadcast(day)
    said = lacks(consulting, "consultation_broadcasts")
    assert "Mới phát 2/5 lần" in said and "2 lần phát ngoài thời gian này không tính" in said
    for day in (date(2023, 6, 8), date(2023, 6, 12), date(2023, 6, 16)):
        consulting.broadcast(day)
    found = answer(consulting, "consultation_broadcasts")
    assert found.outcome is Outcome.MET and "5 lần" in found.sentence


def test_publishing_anew_counts_the_days_and_broadcasts_anew(consulting: Journey) -> None:
    for n in range(5):
        consulting.broadcast(FIRST + timedelta(days=n))
    consulting.hear_front(date(2023, 6, 10))
    consulting.republish(first_day=date(2023, 7, 1))
    assert "Mới phát 0/5 lần" in lacks(consulting, "consultation_broadcasts")
    assert "Chưa có ý kiến bằng văn bản" in lacks(consulting, "written_opinions")


# --- Điều 5 khoản 2: opinions in writing, the summary, the meeting --------------------------------


def test_the_gate_waits_for_the_fronts_paper_however_many_days_have_gone(consulting: Journey) -> None:
    said = lacks(consulting, "written_opinions")
    assert said == "Chưa có ý kiến bằng văn bản của Ủy ban Mặt trận Tổ quốc xã về báo cáo đang công khai."
    consulting.hear_front(date(2023, 6, 10))
    found = answer(consulting, "written_opinions")
    assert found.outcome is Outcome.MET and "ngày 10/6/2023, nhất trí" in found.sentence


def test_the_opinions_are_summed_up_after_the_days(consulting: Journey) -> None:
    assert lacks(consulting, "opinion_summary") == "Chưa có báo cáo tổng hợp ý kiến."
    consulting.summarise_opinions(date(2023, 6, 17))
    assert answer(consulting, "opinion_summary").outcome is Outcome.MET
    OpinionSummary.objects.update(dated_on=date(2023, 6, 16))
    assert "lập trước khi hết thời gian công khai" in lacks(consulting, "opinion_summary")


def test_nine_in_ten_of_those_present_vote_for_it(consulting: Journey) -> None:
    assert "chưa ghi kết quả họp" in lacks(consulting, "commune_vote")
    consulting.summarise_opinions(date(2023, 6, 17))
    consulting.vote(date(2023, 6, 20), present=40, in_favour=35)
    assert "35/40 người dự họp = 87,5 %, cần ≥ 90 %" in lacks(consulting, "commune_vote")
    consulting.vote(date(2023, 6, 25), present=40, in_favour=36)
    found = answer(consulting, "commune_vote")
    assert found.outcome is Outcome.MET and "36/40 người dự họp = 90 %, cần ≥ 90 %" in found.sentence
    assert [vote.passed for vote in consulting.dossier.votes.all()] == [True, False]
    consulting.summarise_opinions(date(2023, 6, 28))
    assert "diễn ra trước báo cáo tổng hợp" in lacks(consulting, "commune_vote")


def test_a_paper_that_nobody_can_open_is_not_there(consulting: Journey) -> None:
    consulting.hear_front(date(2023, 6, 10))
    Scan.objects.create(
        document=consulting.paper(),
        outcome=ScanOutcome.INFECTED,
        threat="Thử",
        engine="thử",
        scanned_at=timezone.now(),
    )
    said = lacks(consulting, "written_opinions")
    assert consulting.paper().name in said and "gửi lại bản sạch" in said


# --- Điều 4 khoản 1: no debt, all indicators ------------------------------------------------------


def test_what_was_accepted_is_paid(consulting: Journey) -> None:
    assert answer(consulting, "no_debt").outcome is Outcome.MET
    work = consulting.dossier.works.all()[0]
    row = PaymentInput(work_id=work.pk, accepted=work.total, paid=work.total - 1_500_000)
    consulting.do(ReportPayments, consulting.official, rows=[row])
    assert lacks(consulting, "no_debt") == f"Công trình «{work.name}» còn nợ 1.500.000 đồng."
    consulting.dossier.works.filter(pk=work.pk).update(accepted=None, paid=None)
    assert "chưa ghi giá trị nghiệm thu" in lacks(consulting, "no_debt")


def test_a_plan_without_works_has_no_debt(world: World) -> None:
    journey = world.dossier(State.DRAFTING)
    assert answer(journey, "no_debt").outcome is Outcome.NOT_APPLICABLE


@pytest.mark.parametrize(
    ("accepted", "paid", "field"), [(-1, 0, "accepted"), (10, 11, "paid"), (10, -1, "paid")]
)
def test_nobody_pays_more_than_was_accepted(
    consulting: Journey, accepted: int, paid: int, field: str
) -> None:
    work = consulting.dossier.works.all()[0]
    with pytest.raises(ActRefused) as refused:
        rows = [PaymentInput(work_id=work.pk, accepted=accepted, paid=paid)]
        ReportPayments(actor=consulting.official, dossier=consulting.dossier, rows=rows).perform()
    assert [reason.field for reason in refused.value.reasons] == [f"w{work.pk}-{field}"]


def test_indicators_and_plan_are_gates_of_the_same_kind(consulting: Journey) -> None:
    assert answer(consulting, "indicators").outcome is Outcome.MET
    assert answer(consulting, "plan").outcome is Outcome.MET
    consulting.report(only={"10.1"}, unmet={"10.1"})
    assert lacks(consulting, "indicators") == "Chỉ tiêu 10.1 chưa đạt mức quy định."


# --- Điều 4 khoản 1 điểm d: security and order ----------------------------------------------------


def test_security_and_order_are_confirmed_before_the_council_is_told(world: World) -> None:
    """Quyết định 18/2022/QĐ-TTg, Điều 4 khoản 1 điểm d, also as Quyết định 03/2024/QĐ-TTg has it."""
    journey = world.dossier(State.APPRAISING, files=1)
    journey.appraise()

    def refused() -> str:
        found = answer(journey, "security_order")
        assert found.outcome is Outcome.NOT_MET
        with pytest.raises(ActRefused) as refusal:
            Consolidate(actor=journey.office, dossier=journey.dossier, summary="x").perform()
        assert set(found.refusals) <= set(refusal.value.reasons)
        assert all(one.link and "Điều 4 khoản 1 điểm d" in one.rule for one in found.refusals)
        return found.sentence

    assert refused() == "Công an tỉnh chưa xác nhận điều kiện về an ninh, trật tự."
    journey.confirm_security(is_met=False, remarks="Còn điểm phức tạp về ma túy.")
    assert refused().endswith("theo quy định của Bộ Công an»: Còn điểm phức tạp về ma túy.")
    journey.confirm_security()
    found = answer(journey, "security_order")
    assert found.outcome is Outcome.MET and "xác nhận «xã không phức tạp về an ninh" in found.sentence
    found_in_it = {"threat": "Thử", "engine": "thử", "scanned_at": timezone.now()}
    Scan.objects.create(document=journey.paper(), outcome=ScanOutcome.INFECTED, **found_in_it)
    assert journey.paper().name in refused(), "a paper that nobody can open is not there"


def test_security_and_order_are_not_asked_of_a_dossier_beyond_nor_of_a_review(world: World) -> None:
    journey = world.dossier(State.COUNCIL, files=1)
    SecurityFinding.objects.all().delete()
    assert answer(journey, "security_order").outcome is Outcome.NOT_APPLICABLE
    asking = {code for code, one in procedures().items() if one.has_gate("security_order")}
    assert asking == {code for code, one in procedures().items() if one.purpose == "recognition"}


# --- the page -------------------------------------------------------------------------------------


def test_the_page_lists_every_gate_with_article_source_and_what_is_missing(
    consulting: Journey, client: Client
) -> None:
    client.force_login(consulting.chair.user)
    for name, arguments, codes in (
        ("dossier:conditions", [consulting.dossier.pk], None),
        ("dossier:act", [consulting.dossier.pk, "trinh-ho-so"], "dossier.submit"),
    ):
        page = client.get(reverse(name, args=arguments)).content.decode()
        rules = procedures()[consulting.dossier.procedure].gates
        for rule in rules if codes is None else [one for one in rules if codes in one.acts]:
            part = page[page.index(f'id="dieu-kien-{rule.code}"') :].partition("</li>")[0]
            assert rule.title in part
        assert "Chưa có ý kiến bằng văn bản của Ủy ban Mặt trận Tổ quốc xã" in page
        assert page.count("Quyết định 18/2022/QĐ-TTg, Điều 5 khoản 1") >= 2
        assert "chưa đối chiếu công báo" in page and "trang hỏi-đáp trích Điều 5" in page


def test_only_what_can_be_worked_on_now_is_missing(world: World, client: Client) -> None:
    journey = world.dossier(State.IMPLEMENTING)
    client.force_login(journey.official.user)
    overview = reverse("dossier:overview", args=[journey.dossier.pk])
    assert "Mặt trận" not in client.get(overview).content.decode()
    journey.open_consultation()
    window = window_of(journey.dossier)
    assert window is not None and window.is_over(timezone.localdate())
    page = client.get(overview).content.decode()
    assert "Chưa có ý kiến bằng văn bản" in page and "chưa đủ 15 ngày" not in page


def test_the_page_costs_the_same_with_little_and_much(
    consulting: Journey, client: Client, django_assert_num_queries: Any
) -> None:
    client.force_login(consulting.chair.user)
    address = reverse("dossier:conditions", args=[consulting.dossier.pk])
    with CaptureQueriesContext(connection) as few:
        client.get(address)
    for n in range(8):
        consulting.broadcast(FIRST + timedelta(days=n))
    with django_assert_num_queries(len(few)):
        client.get(address)
    assert len(few) <= 36
