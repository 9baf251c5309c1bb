"""What cannot be done yet is not offered: the page says so at its top, in the words of the refusal."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape

from dossiers.acts import ActRefused
from dossiers.acts.pages import all_pages
from dossiers.acts.readiness import unmet_before
from dossiers.acts.standing import standing_of
from dossiers.appraisal.models import Opinion
from dossiers.appraisal.supplements.requests import GoOnWithoutAnswer
from dossiers.dossier.models import Dossier, State
from dossiers.organisations.models import Role
from dossiers.plans.acts import ApprovePlan
from dossiers.policies import Actor
from dossiers.policies.visibility import visible_dossiers
from tests.storage.files import pdf
from tests.world import World
from workflows.demonstration.journey import Journey
from workflows.models import WorkItem

pytestmark = pytest.mark.django_db
TOP = "Chưa làm được việc này:"
FORM = 'method="post" data-guard'
ROLES = (
    Role.COMMUNE_OFFICIAL,
    Role.COMMUNE_CHAIR,
    Role.FRONT_OFFICER,
    Role.DISTRICT_OFFICER,
    Role.DISTRICT_CHAIR,
    Role.DIVISION_HEAD,
    Role.DEPARTMENT_HEAD,
    Role.COORDINATION_OFFICER,
    Role.COUNCIL_SECRETARY,
    Role.PROVINCIAL_CHAIR,
)


def _address(journey: Journey, slug: str) -> str:
    return reverse("dossier:act", args=[journey.dossier.pk, slug])


def _page(client: Client, actor: Actor, journey: Journey, slug: str) -> str:
    client.force_login(actor.user)
    answer = client.get(_address(journey, slug))
    assert answer.status_code == 200
    return answer.content.decode()


def _offered(client: Client, actor: Actor, dossier: Dossier) -> list[tuple[str, str]]:
    """Return the acts that the overview offers, in order, each with what it is said to wait for."""
    client.force_login(actor.user)
    page = client.get(reverse("dossier:overview", args=[dossier.pk])).content.decode()
    if "acts-title" not in page:
        return []
    panel = page[page.index('id="acts-title"') :]
    panel = panel[: panel.index("</section>")]
    found = re.findall(r'viec/([a-z-]+)/">[^<]*</a>(?: <span[^>]*>(.*?)</span>)?', panel, re.S)
    return [(slug, " ".join(re.sub(r"<[^>]+>", "", words).split())) for slug, words in found]


@pytest.mark.parametrize(
    "state",
    [
        State.DRAFTING,
        State.PLAN_SUBMITTED,
        State.IMPLEMENTING,
        State.CONSULTING,
        State.DISTRICT_REVIEW,
        State.PROVINCIAL_INTAKE,
        State.APPRAISING,
        State.CONSOLIDATING,
        State.COUNCIL,
        State.DECIDING,
    ],
)
def test_a_form_is_offered_exactly_where_nothing_stands_against_the_act(
    world: World, client: Client, state: State
) -> None:
    journey = world.journey() if state == State.DRAFTING else world.dossier(state, files=1)
    if state == State.DRAFTING:
        journey.register()
    today, looked_at = timezone.localdate(), 0
    for role in ROLES:
        actor = world.actor(role, of=journey.dossier)
        if not visible_dossiers(actor).filter(pk=journey.dossier.pk).exists():
            continue
        for page in all_pages():
            act, dossier = page.act, journey.refresh()
            if act.authority.denial(actor, dossier) is not None or not act.is_lawful_for(dossier):
                continue
            if standing_of(act, actor, dossier, today).refusals:
                continue
            shown = _page(client, actor, journey, page.slug)
            unmet, is_open = unmet_before(act, actor, dossier), act.is_open_to(actor, dossier)
            assert (FORM in shown) is (not unmet and is_open), (role, page.slug)
            assert (TOP in shown) is (bool(unmet) or not is_open), (role, page.slug)
            assert all(escape(reason.message) in shown for reason in unmet), (role, page.slug)
            looked_at += 1
    assert looked_at > 5


def test_a_plan_is_not_decided_on_before_it_was_appraised(world: World, client: Client) -> None:
    journey = world.dossier(State.PLAN_SUBMITTED, files=0)
    chair = journey.receiving_chair
    with pytest.raises(ActRefused) as refused:
        number, signed_on = "1/QĐ-UBND", timezone.localdate()
        journey.do(ApprovePlan, chair, number=number, signed_on=signed_on, document=journey.paper())
    (reason,) = refused.value.reasons
    for slug in ("phe-duyet-de-an", "tra-lai-de-an"):
        page = _page(client, chair, journey, slug)
        assert page.index(TOP) < page.index(reason.message) < page.index("act-title")
        assert FORM not in page and "Quay lại hồ sơ" in page
        assert "8/8 mục" in page, "what there is to read is still shown"
    offered = _offered(client, chair, journey.dossier)
    slugs, waits = [slug for slug, _words in offered], dict(offered)
    assert slugs.index("phe-duyet-de-an") < slugs.index("tra-lai-de-an")
    assert waits["phe-duyet-de-an"] == "Chờ chuyên viên thẩm định Đề án."
    assert waits["tra-lai-de-an"] == reason.message
    journey.appraise_plan()
    page = _page(client, chair, journey, "phe-duyet-de-an")
    assert TOP not in page and 'name="number"' in page
    assert dict(_offered(client, chair, journey.dossier))["phe-duyet-de-an"] == ""


def test_nothing_is_summed_up_or_submitted_before_the_days_are_over(world: World, client: Client) -> None:
    journey = world.dossier(State.CONSULTING, files=1)
    journey.republish(first_day=timezone.localdate())
    page = _page(client, journey.official, journey, "tong-hop-y-kien")
    assert "chưa đủ 15 ngày: phải đến hết" in page[: page.index("act-title")] and FORM not in page
    vote = _page(client, journey.official, journey, "hop-bo-phieu")
    assert "Chưa có báo cáo tổng hợp ý kiến để cuộc họp xem xét." in vote and FORM not in vote
    submission = _page(client, journey.chair, journey, "trinh-ho-so")
    assert "chưa đủ 15 ngày: phải đến hết" in submission and FORM not in submission
    waits = dict(_offered(client, journey.chair, journey.dossier))
    assert re.fullmatch(r"Còn thiếu \d+ việc\.", waits["trinh-ho-so"])
    assert "chưa đủ 15 ngày" in waits["tong-hop-y-kien"] and waits["ghi-phat-thanh"] == ""


def test_what_was_typed_stays_when_it_cannot_be_done_any_more(world: World, client: Client) -> None:
    journey = world.dossier(State.CONSULTING, files=1)
    assert FORM in _page(client, journey.official, journey, "tong-hop-y-kien")
    sent: dict[str, Any] = {
        "revision": journey.dossier.revision,
        "dated_on": timezone.localdate().isoformat(),
        "summary": "Đã tiếp thu ý kiến về đường thôn 3",
        "document": SimpleUploadedFile("bao-cao.pdf", pdf()),
    }
    journey.republish(first_day=timezone.localdate())
    answer = client.post(_address(journey, "tong-hop-y-kien"), sent)
    page = answer.content.decode()
    assert answer.status_code == 409 and "chưa đủ 15 ngày: phải đến hết" in page
    assert "Đã tiếp thu ý kiến về đường thôn 3" in page and 'name="received"' in page


def test_a_department_does_not_go_on_before_the_commune_is_late(world: World, client: Client) -> None:
    journey = world.dossier(State.APPRAISING, files=1)
    head = world.actor(Role.DEPARTMENT_HEAD)
    opinion = Opinion.objects.get(dossier=journey.dossier, department=head.agency)
    journey.ask_supplement(opinion, {"14.2"})
    with pytest.raises(ActRefused) as refused:
        journey.do(GoOnWithoutAnswer, head, reasons="Xã không trả lời")
    (reason,) = refused.value.reasons
    page = _page(client, head, journey, "tham-dinh-tiep")
    assert escape(reason.message) in page[: page.index("act-title")] and FORM not in page
    assert dict(_offered(client, head, journey.dossier))["tham-dinh-tiep"] == reason.message
    item = WorkItem.objects.get(dossier=journey.dossier, node="supplement")
    WorkItem.objects.filter(pk=item.pk).update(due_on=timezone.localdate() - timedelta(days=1))
    assert FORM in _page(client, head, journey, "tham-dinh-tiep")


def test_an_act_that_there_is_nothing_to_do_in_says_so(world: World, client: Client) -> None:
    journey = world.dossier(State.APPRAISING, files=1)
    page = _page(client, world.actor(Role.COORDINATION_OFFICER), journey, "tra-viec")
    assert "Hiện hồ sơ này không có gì phải làm ở việc «Trả việc về cơ quan»." in page and FORM not in page


def test_acts_that_take_back_stand_last_and_apart(world: World, client: Client) -> None:
    journey = world.dossier(State.PLAN_SUBMITTED, files=0)
    offered = [slug for slug, _waits in _offered(client, journey.chair, journey.dossier)]
    assert set(offered[-2:]) == {"lay-lai-de-an", "rut-ho-so"}
    page = client.get(reverse("dossier:overview", args=[journey.dossier.pk])).content.decode()
    assert page.count("Rút lại, hủy bỏ") == 1
    assert page.index("Rút lại, hủy bỏ") < page.index("viec/rut-ho-so/")
    for slug in offered[:-2]:
        assert page.index(f"viec/{slug}/") < page.index("Rút lại, hủy bỏ")


def test_what_the_procedure_asks_for_comes_first(world: World, client: Client) -> None:
    journey = world.journey()
    journey.register()
    ahead, waits = _offered(client, journey.chair, journey.dossier)[0]
    assert ahead == "trinh-de-an" and waits.startswith("Còn thiếu"), "as on the button of every page"
    journey.draft()
    chair = [slug for slug, _waits in _offered(client, journey.chair, journey.dossier)]
    assert chair[0] == "trinh-de-an" and chair[-1] == "rut-ho-so"
    journey.submit_plan()
    journey.appraise_plan()
    district = [slug for slug, _waits in _offered(client, journey.receiving_chair, journey.dossier)]
    assert district[0] == "phe-duyet-de-an"
    officer = _offered(client, journey.receiving_officer, journey.dossier)
    assert officer[-1][0] == "tham-dinh-de-an" and "chờ Chủ tịch" in officer[-1][1]
    journey.approve_plan()
    journey.report()
    journey.attach(files=1)
    journey.consult()
    assert _offered(client, journey.chair, journey.dossier)[0] == ("trinh-ho-so", "")
