"""Security and order (Quyết định 18/2022/QĐ-TTg, Điều 4 khoản 1 điểm d): the police confirms beside the appraisal."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from viewflow.workflow.status import STATUS

from dossiers.acts import ActRefused, NotPermitted
from dossiers.appraisal.acts import Consolidate
from dossiers.dossier.models import State
from dossiers.gates import Answer, Outcome, standings
from dossiers.organisations.models import Agency, Role
from dossiers.policies.visibility import visible_dossiers
from dossiers.security.acts import ConfirmSecurity
from dossiers.security.findings import security_agency_id
from dossiers.security.models import SecurityFinding
from storage.ledger import Entry
from tests.world import World
from workflows.demonstration.journey import Journey
from workflows.engine import in_step
from workflows.models import Task, WorkItem
from workflows.selectors import inbox, inbox_lines

pytestmark = pytest.mark.django_db

ORIGINAL = "xã không phức tạp về an ninh, trật tự theo quy định của Bộ Công an"
AMENDED = "xã đạt tiêu chuẩn “An toàn về an ninh, trật tự” theo quy định của Bộ Công an"


def answer(journey: Journey) -> Answer:
    return {one.rule.code: one.answer for one in standings(journey.refresh())}["security_order"]


def open_nodes(journey: Journey) -> set[str]:
    return set(journey.dossier.work_items.filter(closed_at=None).values_list("node", flat=True))


def test_the_police_named_by_the_procedure_confirms_beside_the_appraisal(world: World) -> None:
    journey = world.dossier(State.APPRAISING, files=1)
    police = world.people.at(security_agency_id(journey.dossier), Role.DEPARTMENT_HEAD)
    assert police.agency.name == "Công an tỉnh"
    assert visible_dossiers(police).filter(pk=journey.dossier.pk).exists()
    lines = {line.item.node: line.standing for line in inbox_lines(police, inbox(police))}
    assert lines["appraise"].startswith("đã kết luận 0/")
    assert lines["check_security"] == "", "how far the appraisal has come is said of the appraisal"
    journey.appraise()
    assert journey.dossier.state == State.CONSOLIDATING and in_step(journey.dossier)
    assert "check_security" in open_nodes(journey), "it outlasts the appraisal"
    journey.confirm_security()
    assert "check_security" not in open_nodes(journey) and in_step(journey.refresh())
    entry = Entry.objects.get(stream=journey.dossier.stream, act="security.confirm")
    assert entry.payload["is_met"] is True and entry.payload["wording"] == ORIGINAL
    assert entry.payload["citation"] == "Quyết định 18/2022/QĐ-TTg, Điều 4 khoản 1 điểm d"
    assert entry.payload["document"]["sha256"] == journey.paper().sha256
    journey.consolidate()
    assert in_step(journey.dossier)


@pytest.mark.parametrize(
    ("day", "wording"),
    [
        (date(2023, 12, 1), ORIGINAL),
        (date(2024, 3, 6), ORIGINAL),
        (date(2024, 3, 7), AMENDED),
        (date(2026, 1, 5), AMENDED),
    ],
)
def test_what_is_asked_is_the_wording_of_the_day_of_the_paper(world: World, day: date, wording: str) -> None:
    """Quyết định 03/2024/QĐ-TTg amends điểm d; a dossier considered before keeps the original wording."""
    journey = world.dossier(State.APPRAISING, files=1)
    journey.confirm_security(dated_on=day)
    finding = SecurityFinding.objects.get(dossier=journey.dossier)
    assert finding.wording == wording
    assert ("03/2024/QĐ-TTg" in finding.citation) is (wording == AMENDED)
    assert f"«{wording}»" in answer(journey).sentence


def test_a_paper_from_before_the_condition_answers_nothing(world: World) -> None:
    journey = world.journey()
    journey.advance_to(State.PLAN_SUBMITTED, files=1)
    journey.appraise_plan()
    journey.approve_plan(signed_on=date(2022, 3, 15))
    journey.advance_to(State.APPRAISING, files=1)
    for day, why in (
        (date(2022, 8, 1), "trước 2/8/2022 (ngày bắt đầu có điều kiện này)"),
        (timezone.localdate() + timedelta(days=1), "tương lai"),
    ):
        with pytest.raises(ActRefused) as refused:
            journey.confirm_security(dated_on=day)
        assert why in str(refused.value)
        assert [one.field for one in refused.value.reasons] == ["dated_on"]
    journey.confirm_security(dated_on=date(2022, 8, 2))


def test_a_later_finding_takes_the_place_of_the_earlier_which_stays_readable(
    world: World, client: Client
) -> None:
    journey = world.dossier(State.APPRAISING, files=1)
    with pytest.raises(ActRefused, match="chưa đạt điểm nào") as refused:
        journey.confirm_security(is_met=False)
    assert [one.field for one in refused.value.reasons] == ["remarks"]
    journey.confirm_security(is_met=False, remarks="Còn điểm phức tạp về ma túy ở thôn 3.")
    assert answer(journey).outcome is Outcome.NOT_MET
    journey.confirm_security()
    assert answer(journey).outcome is Outcome.MET
    with pytest.raises(IntegrityError), transaction.atomic():
        SecurityFinding.objects.filter(is_met=True).update(is_met=False)
    client.force_login(journey.chair.user)
    page = client.get(reverse("security:security", args=[journey.dossier.pk])).content.decode()
    assert page.index("Đạt</span>") < page.index("Còn điểm phức tạp về ma túy ở thôn 3.")
    assert "đã được thay bằng kết luận sau" in page and "Công an tỉnh, số" in page
    assert ORIGINAL in page and AMENDED in page and "Điều 4 khoản 1 điểm d" in page
    paper = reverse("security:open_paper", args=[journey.dossier.pk, journey.paper().pk])
    assert page.count(paper) == 2 and client.get(paper).status_code == 302
    history = client.get(reverse("dossier:history", args=[journey.dossier.pk])).content.decode()
    assert f"không xác nhận «{ORIGINAL}»" in history and "Còn điểm phức tạp về ma túy" in history


def test_the_form_shows_both_wordings_and_keeps_what_was_typed(world: World, client: Client) -> None:
    journey = world.dossier(State.APPRAISING, files=1)
    police = world.people.at(security_agency_id(journey.dossier), Role.DEPARTMENT_HEAD)
    client.force_login(police.user)
    page = reverse("dossier:act", args=[journey.dossier.pk, "xac-nhan-an-ninh-trat-tu"])
    shown = client.get(page).content.decode()
    assert ORIGINAL in shown and AMENDED in shown and "tạm lấy ngày ký" in shown
    form = {"revision": journey.dossier.revision, "is_met": "0", "number": "815/CAT-PV01"}
    refused = client.post(page, {**form, "dated_on": "2023-12-01"})
    assert refused.status_code == 409 and "815/CAT-PV01" in refused.content.decode()
    assert not SecurityFinding.objects.exists()


def test_nobody_else_confirms(world: World) -> None:
    journey = world.dossier(State.APPRAISING, files=1)
    of_ninh_binh = world.two_tiers().people.at(
        Agency.objects.get(code="cong-an-ninh-binh"), Role.DEPARTMENT_HEAD
    )
    inputs: dict[str, Any] = {"is_met": True, "number": "1", "dated_on": date(2023, 12, 1)}
    for actor in (of_ninh_binh, *(world.actor(role, of=journey.dossier) for role in Role)):
        with pytest.raises(NotPermitted):
            ConfirmSecurity(
                actor=actor, dossier=journey.dossier, document=journey.paper(), **inputs
            ).perform()


def test_a_new_round_asks_again_only_for_what_was_not_confirmed(world: World) -> None:
    journey = world.dossier(State.APPRAISING, files=1)
    journey.confirm_security(is_met=False, remarks="Còn khiếu kiện đông người.")
    for is_asked in (True, False):
        journey.appraise(unmet={"17.5"})
        journey.request_completion()
        assert "check_security" not in open_nodes(journey)
        journey.report(only={"17.5"})
        journey.submit_completion()
        assert ("check_security" in open_nodes(journey)) is is_asked
        journey.confirm_security()


@pytest.mark.parametrize("state", [State.APPRAISING, State.CONSOLIDATING])
def test_a_dossier_that_was_under_way_before_there_was_the_step_is_not_stuck(
    world: World, state: State
) -> None:
    """Its flow has no such step open; the act is recorded all the same, and the dossier goes on."""
    journey = world.dossier(State.APPRAISING, files=1)
    steps = WorkItem.objects.filter(dossier=journey.dossier, node="check_security")
    Task.objects.filter(work_item__in=steps).update(status=STATUS.CANCELED, finished=timezone.now())
    steps.delete()
    if state == State.CONSOLIDATING:
        journey.appraise()
    police = world.people.at(security_agency_id(journey.dossier), Role.DEPARTMENT_HEAD)
    assert ConfirmSecurity.is_open_to(police, journey.dossier)
    assert ConfirmSecurity.waiting(police, journey.dossier) is None, "its page offers it first"
    journey.confirm_security()
    assert in_step(journey.refresh())
    if state == State.APPRAISING:
        journey.appraise()
    journey.consolidate()
    assert journey.dossier.state == State.COUNCIL and in_step(journey.refresh())


def test_an_unmet_condition_stops_the_report_to_the_council(world: World, client: Client) -> None:
    journey = world.dossier(State.CONSOLIDATING, files=1)
    journey.confirm_security(is_met=False, remarks="Xảy ra trọng án trong năm.")
    journey.put_in_batch()
    with pytest.raises(ActRefused, match="Xảy ra trọng án trong năm"):
        journey.do(Consolidate, journey.office, summary="x")
    client.force_login(journey.office.user)
    conditions = reverse("dossier:conditions", args=[journey.dossier.pk])
    finding = reverse("security:security", args=[journey.dossier.pk])
    for is_met in (False, True):
        page = client.get(conditions).content.decode()
        part = page[page.index('id="dieu-kien-security_order"') :].partition("</li>")[0]
        assert finding in part, "met or not, it leads to what the police wrote"
        assert ("Xem văn bản" in part) is is_met
        journey.confirm_security()
