"""Nobody signs blind, and the main button is what the person has to do now."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from dossiers.acts import ActRefused
from dossiers.appraisal.acts import RecordFindings, VerifyDossier
from dossiers.appraisal.models import Opinion, Verdict
from dossiers.appraisal.opinions import FindingInput
from dossiers.appraisal.summaries import DEPARTMENTS
from dossiers.dossier.models import Dossier, State
from dossiers.organisations.models import Role
from dossiers.plans.acts import AppraisePlan, ApprovePlan
from dossiers.plans.models import PlanAppraisal
from dossiers.programmes.models import Programme
from dossiers.results.acts import SetTargets, TargetInput
from storage.ledger import Entry
from tests.world import World
from workflows.demonstration.journey import Journey
from workflows.engine import in_step

pytestmark = pytest.mark.django_db

REASON = "Số liệu chưa khớp báo cáo ngành (minh họa)."


def _act(client: Client, journey: Journey, slug: str) -> str:
    answer = client.get(reverse("dossier:act", args=[journey.dossier.pk, slug]))
    assert answer.status_code == 200
    return answer.content.decode()


def _overview(client: Client, journey: Journey) -> str:
    return client.get(reverse("dossier:overview", args=[journey.dossier.pk])).content.decode()


def _main_button(page: str) -> str:
    """Return the text of the primary button of the page's head, or of what stands in its place."""
    (head,) = re.findall(r'<div class="lua-primary-act">(.*?)</div>', page, re.S)
    buttons = re.findall(r'class="btn btn-primary"[^>]*>(.*?)</a>', head)
    return " | ".join(buttons) if buttons else " ".join(re.sub(r"<[^>]+>", " ", head).split())


def _opinion(journey: Journey, short_name: str = "Sở Y tế") -> Opinion:
    return next(one for one in journey.waiting_opinions() if one.department.short_name == short_name)


def _cost(client: Client, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


# --- what is read before an act ------------------------------------------------------------------


def test_the_head_reads_every_finding_before_signing(world: World, client: Client) -> None:
    journey = world.dossier(State.APPRAISING)
    opinion = _opinion(journey)
    journey.find(opinion, unmet={"14.2"})
    client.force_login(world.actor(Role.DEPARTMENT_HEAD).user)
    page = _act(client, journey, "ky-tham-dinh")
    codes = journey.results().filter(department=opinion.department_id)
    for code in codes.values_list("indicator__code", flat=True):
        assert f'<span class="lua-code">{code}</span>' in page
    assert REASON in page and "1 chỉ tiêu chưa đạt" in page and "≥ 90 %" in page and "1 tệp" in page
    assert f'name="opinion_revision" value="{_opinion(journey).revision}"' in page


def test_a_head_does_not_sign_findings_that_changed_after_reading(world: World, client: Client) -> None:
    journey = world.dossier(State.APPRAISING)
    opinion = _opinion(journey)
    journey.find(opinion)
    client.force_login(world.actor(Role.DEPARTMENT_HEAD).user)
    address = reverse("dossier:act", args=[journey.dossier.pk, "ky-tham-dinh"])
    sent = {
        "number": "845/SYT-KHTC",
        "dated_on": timezone.localdate().isoformat(),
        "revision": journey.dossier.revision,
        "opinion_revision": _opinion(journey).revision,
    }
    journey.find(opinion, unmet={"14.2"})
    answer = client.post(address, sent)
    page = answer.content.decode()
    assert answer.status_code == 409 and "nội dung này đã được cập nhật" in page
    assert REASON in page and 'value="845/SYT-KHTC"' in page
    # The page now shows the newer findings, so sending the same form again signs them.
    (revision,) = re.findall(r'name="opinion_revision" value="(\d+)"', page)
    assert client.post(address, {**sent, "opinion_revision": revision}).status_code == 302
    signed = Opinion.objects.get(pk=opinion.pk)
    assert signed.state == "signed"
    assert signed.findings.filter(verdict=Verdict.NOT_MET).count() == 1


def test_the_chair_reads_the_plan_and_the_recommendation_before_approving(
    world: World, client: Client
) -> None:
    journey = world.dossier(State.PLAN_SUBMITTED)
    journey.appraise_plan(recommends_approval=False)
    client.force_login(journey.district(Role.DISTRICT_CHAIR).user)
    for slug in ("phe-duyet-de-an", "tra-lai-de-an"):
        page = _act(client, journey, slug)
        assert "Đề nghị trả lại" in page and "khớp kế hoạch năm (minh họa)" in page
        assert "8/8 mục" in page and "5.550.500.000 đồng" in page and "2.220.200.000 đồng" in page


def test_the_chair_reads_the_verification_before_forwarding(world: World, client: Client) -> None:
    journey = world.dossier(State.DISTRICT_REVIEW)
    journey.verify(recommends_forwarding=False)
    client.force_login(journey.district(Role.DISTRICT_CHAIR).user)
    for slug in ("trinh-tinh", "tra-ve-xa"):
        page = _act(client, journey, slug)
        assert "Đề nghị trả lại xã" in page and "Đã kiểm tra hồ sơ và thực địa" in page


def test_the_office_reads_what_each_department_concluded(world: World, client: Client) -> None:
    journey = world.dossier(State.APPRAISING)
    journey.appraise(unmet={"14.2"})
    client.force_login(world.actor(Role.COORDINATION_OFFICER).user)
    page = _act(client, journey, "yeu-cau-bo-sung")
    assert page.count("#co-quan-") == 17 and REASON in page and "1 chỉ tiêu chưa đạt" in page
    row = page[page.index("Sở Y tế</a>") :]
    assert re.findall(r'<td class="lua-num">(\d+)</td>', row)[:3] == ["5", "1", "0"]


def test_the_secretary_reads_report_and_rule_before_typing_the_vote(world: World, client: Client) -> None:
    journey = world.dossier(State.COUNCIL)
    client.force_login(world.actor(Role.COUNCIL_SECRETARY).user)
    for slug in ("hoi-dong-thong-qua", "hoi-dong-khong-thong-qua"):
        page = _act(client, journey, slug)
        assert "Các sở, ngành đều kết luận đạt (minh họa)." in page
        rule = page[page.index("Quy tắc: thông qua khi từ 90 % số thành viên dự họp") :]
        assert "ít nhất 66,67 % thành viên dự họp" in rule
        assert "chưa đối chiếu công báo" in rule[: rule.index("</p>")]
        assert page.index("Quy tắc: thông qua") < page.index('name="members"')


def test_the_provincial_chair_reads_vote_result_and_differing_opinions(world: World, client: Client) -> None:
    journey = world.dossier(State.APPRAISING)
    opinion = _opinion(journey)
    journey.find(opinion)
    result = journey.results().get(indicator__code="14.2")
    row = FindingInput(result.pk, Verdict.NOT_APPLICABLE, "Xã không có cơ sở khám chữa bệnh.")
    journey.do(RecordFindings, world.actor(Role.DEPARTMENT_OFFICER), rows=[row])
    journey.sign(opinion)
    journey.appraise()
    journey.consolidate()
    journey.pass_council(met_on=date(2023, 7, 3))
    client.force_login(world.actor(Role.PROVINCIAL_CHAIR).user)
    for slug in ("cong-nhan", "khong-cong-nhan"):
        page = _act(client, journey, slug)
        assert "họp ngày 3/7/2023" in page and "20/20 người dự họp = 100 %, cần ≥ 90 %" in page
        assert "74 chỉ tiêu đạt, 0 chưa đạt, 1 không áp dụng" in page
        assert "Xã không có cơ sở khám chữa bệnh." in page
        assert "Xã tự đánh giá: Đạt. Sở Y tế: Không áp dụng." in page


def test_sealed_opinions_stay_sealed_on_act_pages(world: World, client: Client) -> None:
    journey = world.dossier(State.APPRAISING)
    other = _opinion(journey, "Sở Xây dựng")
    journey.find(other, unmet={"1.1"})
    journey.sign(other)
    for role in (
        Role.COORDINATION_OFFICER,
        Role.COUNCIL_SECRETARY,
        Role.PROVINCIAL_CHAIR,
        Role.DEPARTMENT_HEAD,
    ):
        client.force_login(world.actor(role).user)
        for slug in ("ky-tham-dinh", "trinh-hoi-dong", "yeu-cau-bo-sung", "hoi-dong-thong-qua", "cong-nhan"):
            answer = client.get(reverse("dossier:act", args=[journey.dossier.pk, slug]))
            assert REASON not in answer.content.decode(), (role, slug)
        shown = DEPARTMENTS.read(world.actor(role), journey.dossier)
        assert shown["sealed"] and not shown["unmet"] and not shown["differing"] and not shown["remarks"]
    own = world.people.at(other.department_id, Role.DEPARTMENT_HEAD)
    assert len(DEPARTMENTS.read(own, journey.dossier)["unmet"]) == 1


def test_the_pages_cost_the_same_however_much_they_show(world: World, client: Client) -> None:
    journey = world.dossier(State.APPRAISING)
    opinion = _opinion(journey)
    head = world.actor(Role.DEPARTMENT_HEAD).user
    client.force_login(head)
    address = reverse("dossier:act", args=[journey.dossier.pk, "ky-tham-dinh"])
    result = journey.results().filter(department=opinion.department_id)[0]
    officer = world.actor(Role.DEPARTMENT_OFFICER)
    journey.do(RecordFindings, officer, rows=[FindingInput(result.pk, Verdict.MET)])
    unfinished = _cost(client, address)
    journey.find(opinion)
    few = _cost(client, address)
    assert unfinished <= few
    journey.find(opinion, unmet={"14.2", "14.3"})
    assert _cost(client, address) == few <= 25
    assert "2 chỉ tiêu chưa đạt" in _act(client, journey, "ky-tham-dinh")
    journey.appraise()
    address = reverse("dossier:act", args=[journey.dossier.pk, "yeu-cau-bo-sung"])
    client.force_login(world.actor(Role.COORDINATION_OFFICER).user)
    assert _cost(client, address) <= 20


# --- whose turn ----------------------------------------------------------------------------------


def test_after_the_appraisal_it_is_the_chairs_turn(world: World, client: Client) -> None:
    journey = world.dossier(State.PLAN_SUBMITTED)
    officer, chair = (journey.district(role) for role in (Role.DISTRICT_OFFICER, Role.DISTRICT_CHAIR))
    client.force_login(chair.user)
    assert _main_button(_overview(client, journey)) == "Chờ chuyên viên thẩm định Đề án."
    client.force_login(officer.user)
    assert _main_button(_overview(client, journey)) == "Thẩm định Đề án"
    journey.appraise_plan()
    waits = "Đã thẩm định Đề án, chờ Chủ tịch UBND cấp huyện quyết định."
    assert _main_button(_overview(client, journey)) == waits
    client.force_login(chair.user)
    assert _main_button(_overview(client, journey)) == "Phê duyệt Đề án"


def test_after_the_verification_it_is_the_chairs_turn(world: World, client: Client) -> None:
    journey = world.dossier(State.DISTRICT_REVIEW)
    officer, chair = (journey.district(role) for role in (Role.DISTRICT_OFFICER, Role.DISTRICT_CHAIR))
    client.force_login(chair.user)
    assert _main_button(_overview(client, journey)) == "Chờ chuyên viên thẩm tra hồ sơ."
    journey.verify()
    assert _main_button(_overview(client, journey)) == "Chờ huyện lấy ý kiến và Ban Chỉ đạo họp."
    client.force_login(officer.user)
    assert _main_button(_overview(client, journey)) == "Ghi việc lấy ý kiến của huyện"
    journey.hear_district()
    waits = "Ban Chỉ đạo đã thông qua, chờ Chủ tịch UBND huyện quyết định."
    assert _main_button(_overview(client, journey)) == waits
    client.force_login(chair.user)
    assert _main_button(_overview(client, journey)) == "Trình hồ sơ lên tỉnh"


def test_an_appraisal_can_be_corrected_until_the_chair_decides(world: World, client: Client) -> None:
    journey = world.dossier(State.PLAN_SUBMITTED)
    journey.appraise_plan(recommends_approval=True)
    client.force_login(journey.district(Role.DISTRICT_OFFICER).user)
    page = _act(client, journey, "tham-dinh-de-an")
    assert "phù hợp kế hoạch năm (minh họa).</textarea>" in page, "the form begins with what was said"
    seen = journey.refresh().revision
    sent = {"recommends_approval": "0", "summary": "Phải sửa lại nguồn vốn.", "revision": seen}
    address = reverse("dossier:act", args=[journey.dossier.pk, "tham-dinh-de-an"])
    assert client.post(address, sent).status_code == 302
    current = PlanAppraisal.objects.get(dossier=journey.dossier, is_current=True)
    assert not current.recommends_approval and PlanAppraisal.objects.count() == 2
    assert in_step(journey.refresh())
    entry = Entry.objects.filter(stream=journey.dossier.stream).latest("sequence")
    assert entry.payload["is_correction"] is True
    with pytest.raises(ActRefused) as refused:
        decision: dict[str, Any] = {
            "number": "1/QĐ-UBND",
            "signed_on": timezone.localdate(),
            "document": journey.paper(),
        }
        ApprovePlan(
            actor=journey.district(Role.DISTRICT_CHAIR),
            dossier=journey.dossier,
            expected_revision=seen,
            **decision,
        ).perform()
    assert refused.value.codes == {"stale"}, "the chair had read the earlier appraisal"
    journey.return_plan()
    assert in_step(journey.refresh())


def test_a_verification_can_be_corrected_until_the_chair_decides(world: World) -> None:
    journey = world.dossier(State.DISTRICT_REVIEW)
    journey.verify(recommends_forwarding=False)
    journey.verify(recommends_forwarding=True)
    assert journey.dossier.verifications.count() == 2
    journey.forward()
    assert journey.refresh().state == State.PROVINCIAL_INTAKE and in_step(journey.dossier)
    with pytest.raises(ActRefused):
        journey.do(
            VerifyDossier,
            journey.district(Role.DISTRICT_OFFICER),
            recommends_forwarding=True,
            summary="Muộn",
        )


def test_the_first_appraisal_is_no_correction(world: World) -> None:
    journey = world.dossier(State.PLAN_SUBMITTED)
    act = journey.do(
        AppraisePlan, journey.district(Role.DISTRICT_OFFICER), recommends_approval=True, summary="Đủ"
    )
    assert not act.is_correction and "is_correction" not in act.entry.payload


def test_signing_is_offered_only_when_everything_is_concluded(world: World, client: Client) -> None:
    journey = world.dossier(State.APPRAISING)
    opinion = _opinion(journey)
    client.force_login(world.actor(Role.DEPARTMENT_HEAD).user)
    conclude = "Kết luận chỉ tiêu của cơ quan tôi"
    assert _main_button(_overview(client, journey)) == conclude
    other_tab = client.get(reverse("plans:sections", args=[journey.dossier.pk])).content.decode()
    assert _main_button(other_tab) == conclude
    page = _act(client, journey, "ky-tham-dinh")
    assert "Còn 6 chỉ tiêu chưa kết luận." in page and 'name="number"' not in page
    journey.find(opinion)
    assert _main_button(_overview(client, journey)) == "Ký văn bản thẩm định"
    assert "Đã kết luận đủ, chờ anh/chị ký" in client.get(reverse("home")).content.decode()


def test_the_officer_reads_that_the_head_has_to_sign(world: World, client: Client) -> None:
    journey = world.dossier(State.APPRAISING)
    client.force_login(world.actor(Role.DEPARTMENT_OFFICER).user)
    waits = "Đã kết luận đủ, chờ lãnh đạo ký"
    assert "đã kết luận 0/6 chỉ tiêu" in client.get(reverse("home")).content.decode()
    assert waits not in _overview(client, journey)
    journey.find(_opinion(journey))
    page = _overview(client, journey)
    assert waits in page and 'class="btn btn-primary"' not in page
    for inbox in ("home", "work"):
        assert waits in client.get(reverse(inbox)).content.decode()


def test_the_official_who_has_done_everything_is_told_for_whom_it_waits(world: World, client: Client) -> None:
    journey = world.dossier(State.DRAFTING)
    waits = "Đã đủ, chờ Chủ tịch UBND xã trình."
    client.force_login(world.actor(Role.COMMUNE_OFFICIAL).user)
    assert waits not in _overview(client, journey)
    journey.draft()
    page = _overview(client, journey)
    assert waits in page and 'class="btn btn-primary"' not in page
    client.force_login(world.actor(Role.COMMUNE_CHAIR).user)
    page = _overview(client, journey)
    assert waits not in page and _main_button(page) == "Trình Đề án"
    journey.submit_plan()
    journey.appraise_plan()
    journey.return_plan()
    client.force_login(world.actor(Role.COMMUNE_OFFICIAL).user)
    page = _overview(client, journey)
    assert waits not in page, "returned with reasons, and nothing was put right yet"
    assert _main_button(page) == "Soạn Đề án"


def test_registration_is_offered_for_the_latest_year_only(world: World, client: Client) -> None:
    chair = world.actor(Role.COMMUNE_CHAIR)
    client.force_login(chair.user)
    page = client.get(reverse("home")).content.decode()
    assert "Đăng ký năm 2023" in page and "Đăng ký năm 2022" not in page
    journey = world.dossier(State.DRAFTING)
    assert "Đăng ký năm" not in client.get(reverse("home")).content.decode()
    journey.withdraw()
    page = client.get(reverse("home")).content.decode()
    assert "Đăng ký năm 2023" in page and "Đăng ký năm 2022" not in page
    next_year = Programme.objects.get(pk=world.programme.pk)
    next_year.pk, next_year.year = None, 2024
    next_year.save()
    page = client.get(reverse("home")).content.decode()
    assert "Đăng ký năm 2024" in page and "Đăng ký năm 2023" not in page


# --- targets below the requirement ---------------------------------------------------------------


def test_a_target_below_the_requirement_warns_and_stops_nothing(world: World, client: Client) -> None:
    journey = world.dossier(State.DRAFTING)
    journey.draft()
    below = "mục tiêu chưa đạt yêu cầu"
    client.force_login(world.actor(Role.COMMUNE_CHAIR).user)
    targets = reverse("plans:targets", args=[journey.dossier.pk])
    assert below not in client.get(targets).content.decode()
    _set_target(journey, "14.2", "40")
    rows = client.get(targets).content.decode()
    assert rows.count(below) == 1 and rows.index(below) > rows.index('id="chi-tieu-14.2"')
    counted = "1 chỉ tiêu có mục tiêu chưa đạt yêu cầu."
    assert counted in client.get(reverse("plans:sections", args=[journey.dossier.pk])).content.decode()
    assert counted in _act(client, journey, "trinh-de-an")
    journey.submit_plan()
    client.force_login(journey.district(Role.DISTRICT_CHAIR).user)
    page = _act(client, journey, "phe-duyet-de-an")
    assert counted in page and "mục tiêu 40, yêu cầu ≥ 90 %" in page
    assert below in client.get(targets).content.decode(), "also where it can only be read"


def test_targets_that_are_not_there_are_not_called_sufficient(world: World, client: Client) -> None:
    journey = world.dossier(State.DRAFTING)
    client.force_login(world.actor(Role.COMMUNE_CHAIR).user)
    none_below = "Không có mục tiêu nào thấp hơn yêu cầu."
    page = _act(client, journey, "trinh-de-an")
    assert "75 chỉ tiêu chưa có mục tiêu." in page and none_below not in page
    journey.draft()
    page = _act(client, journey, "trinh-de-an")
    assert none_below in page and "chưa có mục tiêu." not in page


def _set_target(journey: Journey, code: str, target: str) -> Dossier:
    result = journey.results().get(indicator__code=code)
    row = TargetInput(result.pk, result.baseline_value, target, result.due_year, result.due_quarter)
    journey.do(SetTargets, journey.official, rows=[row])
    return journey.dossier


# --- what is said where it is looked for ---------------------------------------------------------


def test_the_publication_shows_the_decision_that_it_makes_public(world: World, client: Client) -> None:
    journey = world.dossier(State.RECOGNISED, files=1)
    decision = journey.dossier.decision
    client.force_login(journey.receiving_chair.user)
    page = _act(client, journey, "cong-bo")
    facts = page[page.index("summary-title") : page.index("act-title")]
    day = f"{decision.signed_on.day}/{decision.signed_on.month}/{decision.signed_on.year}"
    assert decision.number in facts and day in facts
    assert decision.decided_by.get_full_name() in facts
    link = reverse("recognition:open_paper", args=[journey.dossier.pk, decision.document_id])
    assert f'href="{link}"' in facts
    assert client.get(link).status_code == 302


def test_an_officer_reads_that_the_head_alone_signs_and_asks(world: World, client: Client) -> None:
    journey = world.dossier(State.APPRAISING, files=1)
    officer, head = world.actor(Role.DEPARTMENT_OFFICER), world.actor(Role.DEPARTMENT_HEAD)
    pages = [reverse(f"appraisal:{name}", args=[journey.dossier.pk]) for name in ("board", "findings")]
    who = f"thủ trưởng {head.agency.name} ({head.user.get_full_name()})"
    said = f"Yêu cầu bổ sung và ký văn bản thẩm định do {who} thực hiện."
    client.force_login(officer.user)
    assert all(said in client.get(page).content.decode() for page in pages)
    client.force_login(head.user)
    assert not any("do thủ trưởng" in client.get(page).content.decode() for page in pages)
    opinion = _opinion(journey)
    journey.find(opinion)
    journey.sign(opinion)
    client.force_login(officer.user)
    assert not any("do thủ trưởng" in client.get(page).content.decode() for page in pages)


def test_reasons_are_asked_for_as_the_act_needs_them(world: World, client: Client) -> None:
    hint = "để bên nhận biết phải sửa gì"
    journey = world.dossier(State.APPRAISING, files=1)
    client.force_login(journey.chair.user)
    assert hint not in _act(client, journey, "rut-ho-so")
    opinion = _opinion(journey)
    client.force_login(world.actor(Role.DEPARTMENT_HEAD).user)
    form = _act(client, journey, "yeu-cau-bo-sung-chi-tieu")
    assert "Xã có 5 ngày làm việc để trả lời" in form and "cơ quan yêu cầu ấn định" not in form
    assert "không chọn khác được khi gửi yêu cầu" in form and "tất cả tối đa 5 ngày" in form
    journey.ask_supplement(opinion, {"14.2"})
    taking_back = _act(client, journey, "rut-yeu-cau-bo-sung")
    assert hint not in taking_back and "Xã đọc được lý do này." in taking_back
