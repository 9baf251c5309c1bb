"""The line of steps, the counts and the states of indicators say the same as the dossier and its appraisal."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from dossiers.dossier.models import Dossier, State
from dossiers.dossier.selectors import criteria_progress, path_of, with_progress
from dossiers.organisations.models import Role
from dossiers.results.selectors import IndicatorRow, indicator_rows
from tests.world import World
from workflows.demonstration.journey import Journey

pytestmark = pytest.mark.django_db


def _states(journey: Journey) -> list[str]:
    return [step["state"] for step in path_of(journey.refresh())]


def _row(world: World, journey: Journey, code: str, role: Role = Role.COMMUNE_CHAIR) -> IndicatorRow:
    groups = indicator_rows(world.actor(role, of=journey.dossier), journey.dossier)
    return next(row for group in groups for row in group.rows if row.result.indicator.code == code)


def _codes(world: World, journey: Journey, only: str, role: Role = Role.COMMUNE_CHAIR) -> list[str]:
    groups = indicator_rows(world.actor(role, of=journey.dossier), journey.dossier, only=only)
    return [row.result.indicator.code for group in groups for row in group.rows]


# --- the line of steps ---------------------------------------------------------------------------


def test_a_recognised_dossier_is_decided_and_waits_for_publication(world: World) -> None:
    journey = world.dossier(State.RECOGNISED)
    assert _states(journey) == ["done"] * 9 + ["current"]
    assert str(path_of(journey.dossier)[-1]["label"]) == "Công bố"
    journey.publish()
    assert _states(journey) == ["done"] * 10


def test_a_dossier_returned_from_the_appraisal_stands_where_it_came_from(
    world: World, client: Client
) -> None:
    journey = world.dossier(State.APPRAISING)
    journey.appraise(unmet={"18.1"})
    journey.request_completion()
    assert _states(journey) == ["done"] * 6 + ["returned"] + ["ahead"] * 3
    client.force_login(world.actor(Role.COMMUNE_CHAIR).user)
    page = client.get(reverse("dossier:overview", args=[journey.dossier.pk])).content.decode()
    (step,) = re.findall(r'<li class="lua-step lua-step-returned".*?</li>', page, re.S)
    assert "Sở, ngành thẩm định" in step and "chờ xã bổ sung" in step


@pytest.mark.parametrize(("state", "place"), [(State.DISTRICT_REVIEW, 4), (State.COUNCIL, 7)])
def test_the_other_returns_stand_where_they_came_from(world: World, state: State, place: int) -> None:
    journey = world.dossier(state)
    if state == State.COUNCIL:
        journey.fail_council()
    else:
        journey.verify(recommends_forwarding=False)
        journey.return_dossier()
    assert _states(journey).index("returned") == place


def test_a_refused_dossier_was_decided(world: World) -> None:
    journey = world.dossier(State.DECIDING)
    journey.refuse()
    assert _states(journey) == ["done"] * 9 + ["ahead"]


# --- what the departments found ------------------------------------------------------------------


def test_an_open_finding_decides_the_indicators_state(world: World, client: Client) -> None:
    journey = world.dossier(State.APPRAISING)
    journey.appraise(unmet={"14.2"})
    row = _row(world, journey, "14.2")
    assert row.result.self_verdict == "met"
    assert (row.badge, _row(world, journey, "14.3").badge) == ("not_met", "met")
    assert _codes(world, journey, "not_met") == ["14.2"]
    client.force_login(world.actor(Role.COMMUNE_CHAIR).user)
    page = client.get(reverse("results:indicators", args=[journey.dossier.pk])).content.decode()
    assert "Xã tự đánh giá</th>" in page and "Kết luận thẩm định</th>" in page
    assert "xã tự đánh giá đạt 3/4 chỉ tiêu; thẩm định: 1 chưa đạt" in page


def test_a_sealed_finding_changes_nothing_for_others(world: World) -> None:
    journey = world.dossier(State.APPRAISING)
    journey.appraise(unmet={"14.2"}, leave=1)
    assert _row(world, journey, "14.2").badge == "met"
    assert _codes(world, journey, "not_met") == []
    assert _row(world, journey, "14.2", Role.DEPARTMENT_HEAD).badge == "not_met"
    assert all(criterion.is_met for criterion in criteria_progress(journey.dossier))


def test_what_was_found_in_an_earlier_round_is_no_longer_the_state(world: World) -> None:
    journey = world.dossier(State.APPRAISING)
    journey.appraise(unmet={"14.2"})
    journey.request_completion()
    assert _row(world, journey, "14.2").badge == "returned"
    assert _codes(world, journey, "not_met") == ["14.2"]
    journey.attach(files=1, only={"14.2"})
    journey.submit_completion()
    assert _row(world, journey, "14.2").badge == "met"
    journey.appraise()
    assert _row(world, journey, "14.2").badge == "met"
    assert all(criterion.is_met for criterion in criteria_progress(journey.dossier))


# --- the counts ----------------------------------------------------------------------------------


def test_a_criterion_is_met_only_when_proven(world: World) -> None:
    journey = world.dossier(State.IMPLEMENTING)
    journey.report()
    assert not any(criterion.is_met for criterion in criteria_progress(journey.dossier))
    journey.attach(files=1, only={"4.1"})
    assert [one.number for one in criteria_progress(journey.dossier) if one.is_met] == [4]


def test_a_criterion_with_an_open_finding_not_met_is_not_met(world: World, client: Client) -> None:
    journey = world.dossier(State.APPRAISING)
    journey.appraise(unmet={"18.1"})
    progress = {one.number: one for one in criteria_progress(journey.dossier)}
    assert [number for number, one in progress.items() if not one.is_met] == [18]
    assert (progress[18].settled, progress[18].not_met, progress[18].total) == (7, 1, 8)
    client.force_login(world.actor(Role.COMMUNE_CHAIR).user)
    page = client.get(reverse("dossier:overview", args=[journey.dossier.pk])).content.decode()
    assert 'lua-ring-number">18<' in page and "tiêu chí xã tự đánh giá đạt" in page
    assert "Không tính 1 tiêu chí" in page
    listed = with_progress(Dossier.objects.filter(pk=journey.dossier.pk)).get()
    assert (listed.settled_count, listed.unmet_count, listed.indicator_count) == (74, 1, 75)  # type: ignore[attr-defined]
    for name in ("home", "dossiers"):
        assert (
            "xã tự đánh giá đạt 74/75 chỉ tiêu; thẩm định: 1 chưa đạt"
            in client.get(reverse(name)).content.decode()
        )


def test_the_list_of_dossiers_costs_the_same_for_more_of_them(world: World, client: Client) -> None:
    client.force_login(world.actor(Role.COORDINATION_OFFICER).user)

    def cost() -> int:
        client.get(reverse("dossiers"))
        with CaptureQueriesContext(connection) as queries:
            assert client.get(reverse("dossiers")).status_code == 200
        return len(queries)

    world.dossier(State.CONSOLIDATING)
    one = cost()
    world.dossier(State.CONSOLIDATING, commune="Xã Liêm Tiết")
    world.dossier(State.DRAFTING, commune="Xã Mộc Bắc")
    assert cost() == one
    assert "xã tự đánh giá đạt 75/75 chỉ tiêu" in client.get(reverse("dossiers")).content.decode()


# --- empty lists ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "said"),
    [
        (Role.FRONT_OFFICER, "hồ sơ của các xã thuộc địa bàn Mặt trận nơi anh/chị công tác"),
        (Role.ADMINISTRATOR, "Người quản trị hệ thống không xem nội dung hồ sơ"),
    ],
)
def test_an_empty_list_says_why_it_is_empty(world: World, client: Client, role: Role, said: str) -> None:
    client.force_login(world.actor(role).user)
    page = client.get(reverse("dossiers")).content.decode()
    assert said in page and "bỏ bớt điều kiện lọc" not in page
    assert said in client.get(reverse("home")).content.decode()
    assert "Quy trình" in client.get(reverse("work")).content.decode()
    narrowed = client.get(reverse("dossiers"), {"q": "Không có"}).content.decode()
    assert "bỏ bớt điều kiện lọc" in narrowed
