"""The district's review: each gate met, not met and not applicable, by the article it carries out; and its pages."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from dossiers.acts import ActRefused, NotPermitted
from dossiers.acts.order import AFTER, readable
from dossiers.appraisal.acts import ForwardDossier, ReturnDossier, VerifyDossier
from dossiers.consultation.models import Stance
from dossiers.district.acts import (
    AcceptAtDistrict,
    GuideCommune,
    PublishInDistrict,
    RecordDistrictOpinion,
    RecordDistrictVote,
    RecordSurvey,
    SignDivisionReview,
)
from dossiers.district.divisions import results_by_division
from dossiers.district.models import (
    DistrictPublication,
    DivisionReview,
    IntakeReply,
    SatisfactionSurvey,
)
from dossiers.district.review import district_window_of
from dossiers.dossier.models import State
from dossiers.gates import Answer, Outcome, standings
from dossiers.organisations.models import Agency, AgencyKind, Role
from dossiers.procedures import get_procedure
from dossiers.votes.models import Vote, VotingBody
from storage.documents.models import Scan, ScanOutcome
from tests.storage.files import pdf
from tests.world import World
from workflows.demonstration.journey import Journey
from workflows.engine import in_step
from workflows.models import WorkItem

pytestmark = pytest.mark.django_db

FIRST = date(2023, 6, 1)  # the fifteenth day after it is 16 June
GATES = (
    "district_intake",
    "division_reviews",
    "district_publication",
    "district_opinions",
    "district_summary",
    "satisfaction_survey",
    "district_vote",
)


def answer(journey: Journey, code: str) -> Answer:
    return {one.rule.code: one.answer for one in standings(journey.refresh())}[code]


def lacks(journey: Journey, code: str) -> str:
    """Return what an unmet gate says, once it is sure that forwarding says the same, with article and link."""
    found = answer(journey, code)
    assert found.outcome is Outcome.NOT_MET and found.refusals
    with pytest.raises(ActRefused) as refused:
        chair = journey.district(Role.DISTRICT_CHAIR)
        paper: dict[str, Any] = {
            "number": "1/TTr",
            "dated_on": timezone.localdate(),
            "document": journey.paper(),
        }
        ForwardDossier(actor=chair, dossier=journey.dossier, **paper).perform()
    assert set(found.refusals) <= set(refused.value.reasons)
    assert all(reason.link and "Quyết định 18/2022" in reason.rule for reason in found.refusals)
    return " ".join(reason.message for reason in found.refusals)


@pytest.fixture
def submitted(world: World) -> Journey:
    return world.dossier(State.DISTRICT_REVIEW, files=1)


@pytest.fixture
def verified(submitted: Journey) -> Journey:
    submitted.verify()
    return submitted


def test_nothing_is_asked_of_the_district_before_the_dossier_is_submitted(world: World) -> None:
    journey = world.dossier(State.CONSULTING, files=1)
    for code in GATES:
        found = answer(journey, code)
        assert found.outcome is Outcome.NOT_MET and found.sentence == "Hồ sơ chưa được trình lên huyện."


def test_a_dossier_that_passed_before_there_were_these_gates_goes_on(world: World) -> None:
    """Quyết định 18/2022, Chương II: what was forwarded is not asked anew."""
    journey = world.dossier(State.PROVINCIAL_INTAKE, files=1)
    for code in GATES:
        assert answer(journey, code).outcome is Outcome.MET
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        for table in (
            "intakereply",
            "divisionfinding",
            "divisionreview",
            "districtpublication",
            "districtopinion",
            "districtsummary",
            "surveyanswer",
            "satisfactionsurvey",
        ):
            cursor.execute(f"DELETE FROM district_{table}")
        cursor.execute("DELETE FROM votes_vote WHERE body = 'district_committee'")
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")
    for code in GATES:
        found = answer(journey, code)
        assert found.outcome is Outcome.NOT_APPLICABLE and "trước khi có điều kiện này" in found.sentence


# --- the answer on intake -------------------------------------------------------------------------


def test_the_district_answers_in_writing_before_it_verifies(submitted: Journey) -> None:
    assert "chưa trả lời xã bằng văn bản" in lacks(submitted, "district_intake")
    officer = submitted.district(Role.DISTRICT_OFFICER)
    with pytest.raises(ActRefused) as refused:
        VerifyDossier(
            actor=officer, dossier=submitted.dossier, recommends_forwarding=True, summary="Đủ"
        ).perform()
    assert "intake" in refused.value.codes
    submitted.receive()
    found = answer(submitted, "district_intake")
    assert found.outcome is Outcome.MET and "trả lời hồ sơ đầy đủ" in found.sentence
    with pytest.raises(ActRefused) as refused:
        submitted.receive()
    assert refused.value.codes == {"replied"}


def test_guidance_names_its_points_and_opens_only_their_indicators(submitted: Journey) -> None:
    submitted.guide("17.5: thiếu biên bản nghiệm thu\nTờ trình chưa ký\n10.1 - thiếu bảng tổng hợp")
    assert submitted.dossier.state == State.RETURNED and in_step(submitted.dossier)
    assert "yêu cầu xã bổ sung" in answer(submitted, "district_intake").sentence
    reopened = submitted.dossier.results.filter(is_reopened=True).values_list("indicator__code", flat=True)
    assert set(reopened) == {"17.5", "10.1"}
    items = IntakeReply.objects.get().items.select_related("result__indicator")
    assert [(one.result.indicator.code if one.result else "", one.text) for one in items] == [
        ("17.5", "thiếu biên bản nghiệm thu"),
        ("", "Tờ trình chưa ký"),
        ("10.1", "thiếu bảng tổng hợp"),
    ]
    submitted.submit()
    assert answer(submitted, "district_intake").outcome is Outcome.NOT_MET, "every submission is answered"


def test_a_second_guidance_needs_a_reason_which_is_kept(submitted: Journey) -> None:
    rule = get_procedure(submitted.dossier.procedure).gate("district_intake")
    assert rule.parameters == {"guidances": 1} and not rule.verified
    submitted.guide("17.5: thiếu biên bản")
    submitted.submit()
    with pytest.raises(ActRefused) as refused:
        submitted.guide("17.5: biên bản chưa ký")
    assert [(one.field, one.rule) for one in refused.value.reasons] == [("again_reason", rule.source)]
    submitted.guide("17.5: biên bản chưa ký", again_reason="Biên bản mới nộp chưa có chữ ký.")
    assert IntakeReply.objects.filter(dossier=submitted.dossier)[0].again_reason


def test_guidance_on_an_indicator_that_is_not_there_is_refused(submitted: Journey) -> None:
    with pytest.raises(ActRefused, match=r"Không có chỉ tiêu 99\.9"):
        submitted.guide("99.9: thiếu")
    with pytest.raises(ActRefused, match="mỗi điểm một dòng"):
        submitted.guide("  \n ")


def test_a_dossier_verified_before_answers_were_asked_goes_on(verified: Journey) -> None:
    IntakeReply.objects.all().delete()
    found = answer(verified, "district_intake")
    assert found.outcome is Outcome.NOT_APPLICABLE and "trước khi có bước trả lời" in found.sentence


# --- the divisions, all at the same time ----------------------------------------------------------


def test_every_division_looks_into_its_own_indicators_at_the_same_time(submitted: Journey) -> None:
    assert answer(submitted, "division_reviews").sentence == "Hồ sơ chưa được chuyển đến các phòng, ban."
    submitted.receive()
    waiting = WorkItem.objects.filter(dossier=submitted.dossier, closed_at=None)
    assert set(waiting.values_list("node", flat=True)) == {"examine"}
    own = results_by_division(submitted.dossier)
    assert set(waiting.values_list("agency_id", flat=True)) == set(own) and len(own) == 12
    assert sum(len(results) for results in own.values()) == 75, "every indicator has its division"
    submitted.examine(leave=1)
    assert in_step(submitted.refresh())
    assert lacks(submitted, "division_reviews").endswith("chưa ký kết quả kiểm tra.")
    with pytest.raises(ActRefused) as refused:
        VerifyDossier(
            actor=submitted.district(Role.DISTRICT_OFFICER),
            dossier=submitted.dossier,
            recommends_forwarding=True,
            summary="Đủ",
        ).perform()
    assert "divisions" in refused.value.codes
    submitted.examine()
    assert answer(submitted, "division_reviews").sentence == "12 phòng, ban đã ký."
    assert set(waiting.all().values_list("node", flat=True)) == {"verify"}


def test_what_a_division_finds_unmet_stands_in_the_way(submitted: Journey) -> None:
    submitted.receive()
    submitted.examine(unmet={"17.5"})
    said = lacks(submitted, "division_reviews")
    assert said.startswith("Phòng Tài nguyên và Môi trường") and "chỉ tiêu 17.5 chưa đạt" in said
    submitted.verify(recommends_forwarding=False)
    submitted.return_dossier()
    submitted.submit()
    submitted.receive()
    submitted.examine()
    assert answer(submitted, "division_reviews").outcome is Outcome.MET, "the new review counts"
    assert DivisionReview.objects.filter(dossier=submitted.dossier).count() == 24, "the earlier one stays"


def test_a_division_signs_once_and_all_of_its_indicators(world: World, submitted: Journey) -> None:
    submitted.receive()
    head = world.actor(Role.DIVISION_HEAD, of=submitted.dossier)
    own = results_by_division(submitted.dossier)[head.agency.pk]
    found = {result.pk: ("met", "") for result in own[1:]} | {own[0].pk: ("not_met", " ")}
    with pytest.raises(ActRefused) as refused:
        SignDivisionReview(actor=head, dossier=submitted.dossier, found=found).perform()
    assert [one.field for one in refused.value.reasons] == [f"reason_{own[0].pk}"]
    with pytest.raises(ActRefused) as refused:
        SignDivisionReview(actor=head, dossier=submitted.dossier, found={}).perform()
    assert refused.value.codes == {"unfinished"} and len(refused.value.reasons) == len(own)
    done = {result.pk: ("met", "") for result in own}
    submitted.do(SignDivisionReview, head, found=done)
    with pytest.raises(ActRefused, match="đã ký"):
        SignDivisionReview(actor=head, dossier=submitted.dossier, found=done).perform()


def test_a_district_without_divisions_verifies_by_itself(submitted: Journey) -> None:
    divisions = Agency.objects.filter(kind=AgencyKind.DIVISION)
    divisions.update(unit=submitted.programme.province)
    submitted.receive()
    assert answer(submitted, "division_reviews").outcome is Outcome.NOT_APPLICABLE
    assert in_step(submitted.refresh())
    submitted.verify()
    submitted.forward()
    assert submitted.dossier.state == State.PROVINCIAL_INTAKE


def test_the_page_of_a_division_asks_for_each_of_its_indicators(
    world: World, submitted: Journey, client: Client
) -> None:
    submitted.receive()
    head = world.actor(Role.DIVISION_HEAD, of=submitted.dossier)
    own = results_by_division(submitted.dossier)[head.agency.pk]
    client.force_login(head.user)
    address = reverse("dossier:act", args=[submitted.dossier.pk, "phong-ban-ky"])
    page = client.get(address).content.decode()
    assert all(f'name="verdict_{result.pk}"' in page for result in own)
    typed = {f"verdict_{result.pk}": "met" for result in own} | {"revision": str(submitted.dossier.revision)}
    assert client.post(address, typed).status_code == 302
    assert DivisionReview.objects.get(division=head.agency).findings.count() == len(own)


# --- the published list and draft report ----------------------------------------------------------


def test_the_list_is_public_for_the_days_of_the_rule(verified: Journey) -> None:
    assert "chưa công khai" in lacks(verified, "district_publication")
    today = timezone.localdate()
    verified.publish_in_district(first_day=today - timedelta(days=15))
    assert "chưa đủ 15 ngày" in lacks(verified, "district_publication")
    DistrictPublication.objects.update(first_day=today - timedelta(days=16))
    assert answer(verified, "district_publication").outcome is Outcome.MET


def test_a_draft_is_not_published_before_there_is_one(submitted: Journey) -> None:
    submitted.receive()
    with pytest.raises(ActRefused, match="Chưa có báo cáo thẩm tra"):
        submitted.publish_in_district()
    submitted.verify()
    with pytest.raises(ActRefused, match="ngày văn bản trả lời của huyện"):
        submitted.publish_in_district(first_day=date(2023, 5, 1))


# --- opinions and their summary -------------------------------------------------------------------


def test_the_gate_waits_for_the_paper_of_the_districts_front(verified: Journey) -> None:
    verified.publish_in_district(first_day=FIRST)
    assert lacks(verified, "district_opinions") == (
        "Chưa có ý kiến bằng văn bản của Ủy ban Mặt trận Tổ quốc cấp huyện."
    )
    opinion = {"number": "1", "dated_on": FIRST, "stance": Stance.FOR, "document": verified.paper()}
    officer = verified.district(Role.DISTRICT_OFFICER)
    with pytest.raises(ActRefused, match="cán bộ Mặt trận Tổ quốc cấp huyện tự ghi"):
        RecordDistrictOpinion(
            actor=officer, dossier=verified.dossier, organisation="fatherland_front", **opinion
        ).perform()
    verified.do(RecordDistrictOpinion, officer, organisation="women", **opinion)
    verified.hear_district_front(date(2023, 6, 10))
    found = answer(verified, "district_opinions")
    assert found.outcome is Outcome.MET and "ngày 10/6/2023, nhất trí" in found.sentence


def test_nobody_writes_on_what_was_not_published(verified: Journey) -> None:
    with pytest.raises(ActRefused, match="Huyện chưa công khai"):
        verified.hear_district_front(FIRST)
    with pytest.raises(ActRefused, match="Huyện chưa công khai"):
        verified.summarise_in_district(FIRST)


def test_the_opinions_are_summed_up_after_the_days(verified: Journey) -> None:
    verified.publish_in_district(first_day=FIRST)
    assert "Chưa có báo cáo tổng hợp" in lacks(verified, "district_summary")
    with pytest.raises(ActRefused, match="ngày đầu sau thời gian công khai"):
        verified.summarise_in_district(date(2023, 6, 16))
    verified.summarise_in_district(date(2023, 6, 17))
    assert answer(verified, "district_summary").outcome is Outcome.MET
    verified.publish_in_district(first_day=date(2023, 7, 1))
    assert "trước khi hết thời gian công khai" in lacks(verified, "district_summary")


# --- Điều 4 khoản 1: the survey -------------------------------------------------------------------


def test_the_survey_is_held_against_each_threshold_with_its_arithmetic(verified: Journey) -> None:
    assert "chưa ghi kết quả khảo sát" in lacks(verified, "satisfaction_survey")
    verified.survey(FIRST, satisfied=539, by_content=509)
    said = lacks(verified, "satisfaction_survey")
    assert "Hài lòng chung: 539/600 hộ = 89,83 %, cần ≥ 90 %." in said
    assert said.count("509/600 hộ = 84,83 %, cần ≥ 85 %") == 5
    verified.survey(FIRST, satisfied=540, by_content=510, correction_reason="Cộng nhầm một thôn.")
    found = answer(verified, "satisfaction_survey")
    assert found.outcome is Outcome.MET and "540/600 hộ = 90 %, cần ≥ 90 %" in found.sentence


def test_a_corrected_result_is_a_new_version_with_its_reason(verified: Journey) -> None:
    verified.survey(FIRST)
    with pytest.raises(ActRefused, match="không sửa được"):
        verified.survey(FIRST, satisfied=580)
    verified.survey(FIRST, satisfied=580, correction_reason="Cộng nhầm một thôn.")
    versions = SatisfactionSurvey.objects.filter(dossier=verified.dossier)
    assert [(one.version, one.satisfied) for one in versions] == [(2, 580), (1, 570)]
    assert in_step(verified.refresh())


def test_no_peoples_committee_enters_or_changes_a_result(world: World, verified: Journey) -> None:
    verified.survey(FIRST)
    inputs: dict[str, Any] = {
        "number": "1",
        "dated_on": FIRST,
        "households": 8,
        "asked": 8,
        "answered": 8,
        "satisfied": 8,
        "satisfied_by_content": {},
        "document": verified.paper(),
    }
    others = [world.actor(role, of=verified.dossier) for role in Role]  # among them the commune's own Front
    for actor in others:
        with pytest.raises(NotPermitted):
            RecordSurvey(actor=actor, dossier=verified.dossier, **inputs).perform()
    survey = SatisfactionSurvey.objects.get()
    for change in (
        lambda: SatisfactionSurvey.objects.update(satisfied=600),
        lambda: survey.answers.update(satisfied=600),
        survey.answers.all().delete,
    ):
        with pytest.raises(IntegrityError, match="a survey result is not changed"), transaction.atomic():
            change()


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"asked": 801}, "asked"),
        ({"answered": 601}, "answered"),
        ({"satisfied": 601}, "satisfied"),
        ({"satisfied_by_content": {1: 601, 2: 1, 3: 1, 4: 1, 5: 1}}, "content_1"),
        ({"satisfied_by_content": {1: 1, 2: 1, 3: 1, 4: 1}}, "content_5"),
        ({"answered": 0, "satisfied": 0, "satisfied_by_content": dict.fromkeys(range(1, 6), 0)}, "answered"),
    ],
)
def test_households_that_cannot_be_are_refused_at_their_field(
    verified: Journey, changed: dict[str, Any], field: str
) -> None:
    inputs: dict[str, Any] = {
        "number": "1",
        "dated_on": FIRST,
        "households": 800,
        "asked": 600,
        "answered": 600,
        "satisfied": 570,
        "satisfied_by_content": dict.fromkeys(range(1, 6), 560),
        "document": verified.paper(),
        **changed,
    }
    with pytest.raises(ActRefused) as refused:
        RecordSurvey(actor=verified.district_front, dossier=verified.dossier, **inputs).perform()
    assert [one.field for one in refused.value.reasons] == [field]


# --- the district's vote --------------------------------------------------------------------------


def test_the_committee_votes_once_its_papers_are_there(verified: Journey) -> None:
    assert "Chưa ghi kết quả họp" in lacks(verified, "district_vote")
    with pytest.raises(ActRefused) as refused:
        verified.vote_in_district(date(2023, 6, 20))
    assert {"district_publication", "district_opinions", "district_summary", "satisfaction_survey"} <= (
        refused.value.codes
    )
    verified.hear_district()
    found = answer(verified, "district_vote")
    assert found.outcome is Outcome.MET and "20/20 người dự họp = 100 %, cần ≥ 90 %" in found.sentence


def test_a_vote_that_misses_the_threshold_is_kept_and_held_again(verified: Journey) -> None:
    verified.hear_district()
    verified.vote_in_district(timezone.localdate(), present=20, in_favour=17)
    assert "17/20 người dự họp = 85 %, cần ≥ 90 %" in lacks(verified, "district_vote")
    with pytest.raises(ActRefused) as refused:
        verified.vote_in_district(timezone.localdate(), present=13, in_favour=13)
    assert refused.value.codes == {"quorum"}
    verified.vote_in_district(timezone.localdate(), present=20, in_favour=18)
    assert answer(verified, "district_vote").outcome is Outcome.MET
    assert Vote.objects.filter(body=VotingBody.DISTRICT_COMMITTEE).count() == 3
    assert in_step(verified.dossier)


def test_a_vote_against_leaves_the_work_with_the_officer(verified: Journey) -> None:
    def at_work() -> list[str]:
        return list(verified.dossier.work_items.filter(closed_at=None).values_list("node", flat=True))

    verified.publish_in_district()
    window = district_window_of(verified.dossier)
    assert window is not None
    verified.hear_district_front(window.first_day + timedelta(days=10))
    verified.survey(window.first_day + timedelta(days=12))
    verified.summarise_in_district(window.day_after)
    verified.vote_in_district(window.day_after, present=20, in_favour=17)
    assert at_work() == ["hear_district"] and in_step(verified.dossier)
    officer, chair = verified.district(Role.DISTRICT_OFFICER), verified.district(Role.DISTRICT_CHAIR)
    assert RecordDistrictVote.waiting(officer, verified.dossier) is None
    assert ForwardDossier.waiting(chair, verified.dossier) is not None
    verified.vote_in_district(window.day_after, present=20, in_favour=18)
    assert at_work() == ["forward"] and in_step(verified.dossier)


def test_the_chair_returns_after_a_vote_against(verified: Journey) -> None:
    verified.hear_district(in_favour=17)
    verified.do(ReturnDossier, verified.district(Role.DISTRICT_CHAIR), reasons="Ban Chỉ đạo không thông qua.")
    assert verified.dossier.state == State.RETURNED and in_step(verified.dossier)
    (lacking,) = answer(verified, "division_reviews").refusals
    assert "các phòng, ban kiểm tra lại sau khi xã trình lại" in lacking.message
    verified.withdraw()
    withdrawn = answer(verified, "division_reviews")
    assert withdrawn.outcome is Outcome.NOT_APPLICABLE and "đã được rút" in withdrawn.sentence


def test_who_verifies_anew_is_voted_on_anew(verified: Journey) -> None:
    verified.hear_district()
    verified.verify()
    assert "trước báo cáo thẩm tra mới nhất" in lacks(verified, "district_vote")
    verified.vote_in_district(timezone.localdate())
    verified.forward()
    assert verified.dossier.state == State.PROVINCIAL_INTAKE


def test_a_paper_that_nobody_can_open_is_not_there(verified: Journey) -> None:
    verified.hear_district()
    paper = {"threat": "Thử", "engine": "thử", "scanned_at": timezone.now()}
    Scan.objects.create(document=verified.paper(), outcome=ScanOutcome.INFECTED, **paper)
    for code in ("district_publication", "district_opinions", "district_summary", "satisfaction_survey"):
        assert verified.paper().name in lacks(verified, code)


# --- whose turn it is -----------------------------------------------------------------------------


def test_the_districts_front_has_its_survey_and_opinion_among_its_work(verified: Journey) -> None:
    def open_at_front() -> set[str]:
        mine = WorkItem.objects.filter(agency=verified.district_front.agency, closed_at=None)
        return set(mine.values_list("node", flat=True))

    assert open_at_front() == {"survey", "district_front"}
    verified.survey(FIRST)
    assert open_at_front() == {"district_front"}
    verified.hear_district()
    assert open_at_front() == set() and in_step(verified.refresh())


def test_a_survey_may_be_recorded_before_its_turn_and_is_not_asked_for_again(submitted: Journey) -> None:
    submitted.survey(FIRST)
    submitted.verify()
    mine = WorkItem.objects.filter(dossier=submitted.dossier, closed_at=None)
    assert set(mine.values_list("node", flat=True)) == {"hear_district", "district_front"}
    assert in_step(submitted.refresh())


def test_the_chair_returns_a_verified_dossier_before_or_after_the_vote(verified: Journey) -> None:
    verified.return_dossier()
    assert verified.dossier.state == State.RETURNED and in_step(verified.dossier)
    assert not WorkItem.objects.filter(
        dossier=verified.dossier, node="survey", closed_at__isnull=True
    ).exists()
    verified.submit()
    verified.verify()
    verified.hear_district()
    verified.return_dossier()
    verified.submit()
    assert answer(verified, "satisfaction_survey").outcome is Outcome.MET, (
        "the households are not asked again"
    )
    verified.verify()
    verified.forward()
    assert verified.dossier.state == State.PROVINCIAL_INTAKE and in_step(verified.dossier)


# --- pages ----------------------------------------------------------------------------------------


def test_the_page_shows_gates_survey_and_vote_to_all_and_buttons_to_those_who_may(
    world: World, verified: Journey, client: Client
) -> None:
    verified.hear_district()
    address = reverse("district:district", args=[verified.dossier.pk])
    client.force_login(verified.chair.user)
    page = client.get(address).content.decode()
    assert "570/600 hộ = 95 %, cần ≥ 90 %" in page and "20/20 người dự họp = 100 %" in page
    assert "viec/" not in page.partition("<main")[2], "the commune reads and records nothing here"
    client.force_login(verified.district(Role.DISTRICT_OFFICER).user)
    page = client.get(address).content.decode()
    assert "viec/huyen-cong-khai" in page and "viec/khao-sat-hai-long" not in page
    client.force_login(verified.district_front.user)
    page = client.get(address).content.decode()
    assert "viec/khao-sat-hai-long" in page and "viec/huyen-cong-khai" not in page


def test_papers_open_for_those_who_see_the_dossier(world: World, verified: Journey, client: Client) -> None:
    address = reverse("district:open_paper", args=[verified.dossier.pk, verified.paper().pk])
    client.force_login(verified.chair.user)
    assert client.get(address).status_code == 302
    client.force_login(world.people.committee(world.commune("Xã Liêm Tiết"), Role.COMMUNE_CHAIR).user)
    assert client.get(address).status_code == 404


def test_what_was_typed_is_kept_when_a_survey_is_refused(verified: Journey, client: Client) -> None:
    client.force_login(verified.district_front.user)
    address = reverse("dossier:act", args=[verified.dossier.pk, "khao-sat-hai-long"])
    typed = {"number": "45/BC", "dated_on": "2023-06-01", "households": "800", "asked": "900"}
    answered = client.post(address, {**typed, "revision": verified.dossier.revision})
    page = answered.content.decode()
    assert answered.status_code == 409 and 'value="45/BC"' in page and 'value="900"' in page
    assert "Quy hoạch và hạ tầng kinh tế - xã hội" in page


def test_the_front_sees_the_levels_and_what_its_numbers_come_to_before_they_are_locked(
    verified: Journey, client: Client
) -> None:
    client.force_login(verified.district_front.user)
    address = reverse("dossier:act", args=[verified.dossier.pk, "khao-sat-hai-long"])
    page = client.get(address).content.decode()
    assert "Cần ít nhất 90 % số hộ trả lời." in page and "Cần ít nhất 60 % số hộ của xã." in page
    assert page.count("Cần ít nhất 85 % số hộ trả lời.") == 5 and "chưa đối chiếu công báo" in page
    typed = {
        "revision": verified.dossier.revision,
        **{"number": "45/BC", "dated_on": timezone.localdate().isoformat()},
        **{"households": "800", "asked": "600", "answered": "600", "satisfied": "500"},
        **{f"content_{n}": "560" for n in range(1, 6)},
    }
    shown = client.post(address, {**typed, "document": SimpleUploadedFile("khao-sat.pdf", pdf())})
    page = shown.content.decode()
    assert shown.status_code == 200 and not SatisfactionSurvey.objects.exists(), "nothing is locked yet"
    assert "500/600 hộ = 83,33 %, cần ≥ 90 %" in page and "1 mức chưa đạt" in page
    (digest,) = re.findall(r'name="shown" value="([0-9a-f]{64})"', page)
    (received,) = re.findall(r'name="received" value="([^"]+)"', page)
    again = {**typed, "shown": digest, "received": received}
    changed = client.post(address, {**again, "satisfied": "570"})
    assert "Theo số vừa nhập, mọi mức đều đạt." in changed.content.decode(), "other numbers are shown anew"
    assert not SatisfactionSurvey.objects.exists()
    assert client.post(address, again).status_code == 302
    assert SatisfactionSurvey.objects.get().satisfied == 500


def test_the_committee_does_not_vote_before_the_survey_it_rests_on(verified: Journey) -> None:
    verified.publish_in_district()
    window = district_window_of(verified.dossier)
    assert window is not None
    verified.hear_district_front(window.first_day + timedelta(days=10))
    verified.summarise_in_district(window.day_after)
    surveyed = window.day_after + timedelta(days=9)
    verified.survey(surveyed)
    early = window.day_after + timedelta(days=2)
    with pytest.raises(ActRefused) as refused:
        verified.vote_in_district(early)
    (reason,) = refused.value.reasons
    assert reason.field == "met_on" and "(ngày báo cáo khảo sát sự hài lòng)" in reason.message
    for day in (early, surveyed):
        assert f"{day.day}/{day.month}/{day.year}" in reason.message
    verified.vote_in_district(surveyed)


def test_the_order_of_papers_names_papers_whose_days_can_be_read() -> None:
    assert {name for before in AFTER.values() for name in before} == readable()


def test_acts_of_the_district_belong_to_the_districts_own_people(world: World, submitted: Journey) -> None:
    other = world.people.committee(world.commune("Xã Mộc Bắc").parent, Role.DISTRICT_OFFICER)  # type: ignore[arg-type]
    paper: dict[str, Any] = {"document": submitted.paper(), "dated_on": FIRST, "number": "1"}
    with pytest.raises(NotPermitted):
        AcceptAtDistrict(actor=other, dossier=submitted.dossier, **paper).perform()
    with pytest.raises(NotPermitted):
        GuideCommune(actor=submitted.chair, dossier=submitted.dossier, points="x", **paper).perform()
    with pytest.raises(NotPermitted):
        PublishInDistrict(
            actor=submitted.chair,
            dossier=submitted.dossier,
            first_day=FIRST,
            places="x",
            document=submitted.paper(),
        ).perform()
    ballots = submitted.ballots(FIRST, members=21, present=20, in_favour=20)
    with pytest.raises(NotPermitted):
        RecordDistrictVote(
            actor=submitted.district(Role.DISTRICT_CHAIR), dossier=submitted.dossier, **ballots
        ).perform()
