"""The diagram shows where a dossier is, what it has passed, and how long each step took."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from dossiers.dossier.models import Dossier, State
from dossiers.organisations.models import Role
from tests.world import World
from workflows.diagram import diagram_of
from workflows.models import WorkItem

pytestmark = pytest.mark.django_db


def _nodes(dossier: Dossier) -> dict[str, tuple[str, int | None]]:
    return {node.name: (status, days) for node, status, days in diagram_of(dossier)["nodes"]}


def test_events_and_gateways_are_passed_like_steps(world: World) -> None:
    nodes = _nodes(world.dossier(State.CONSOLIDATING).dossier)
    passed = {name for name, (status, _days) in nodes.items() if status == "done"}
    assert {"register", "draft_plan", "dispatch", "appraise", "all_signed"} <= passed
    assert nodes["consolidate"] == ("open", 0)
    assert nodes["council"] == ("", None) and nodes["end"] == ("", None)


def test_a_step_of_many_departments_takes_as_long_as_the_slowest_of_the_latest_round(world: World) -> None:
    dossier = world.dossier(State.CONSOLIDATING).dossier
    now = timezone.now()
    items = WorkItem.objects.filter(dossier=dossier, node="appraise").order_by("pk")
    first, *others = items
    items.update(opened_at=now - timedelta(days=9), closed_at=now - timedelta(days=7))
    WorkItem.objects.filter(pk=others[0].pk).update(closed_at=now - timedelta(days=3))
    assert _nodes(dossier)["appraise"] == ("done", 6)
    # The first department once more, in a later round.
    WorkItem.objects.filter(pk=first.pk).update(opened_at=now - timedelta(days=2), closed_at=now)
    assert _nodes(dossier)["appraise"] == ("done", 2)


def test_a_withdrawn_dossier_is_nowhere_and_has_not_passed_where_it_was(world: World) -> None:
    journey = world.dossier(State.DRAFTING)
    journey.withdraw()
    assert _nodes(journey.dossier)["draft_plan"][0] == ""


def test_titles_of_events_are_drawn_inside_the_picture(world: World, client: Client) -> None:
    dossier = world.dossier(State.DRAFTING).dossier
    layout = diagram_of(dossier)["layout"]
    for node in layout.nodes:
        assert " ".join(text for _x, _y, text in node.lines) == node.title
        assert all(node.y + y < layout.y + layout.height for _x, y, _text in node.lines)
    client.force_login(world.actor(Role.COMMUNE_CHAIR, of=dossier).user)
    assert "đã 0 ngày</text>" in client.get(reverse("procedure", args=[dossier.pk])).content.decode()


def test_the_picture_opens_where_the_work_is_and_of_a_finished_dossier_where_it_ended(
    world: World, client: Client
) -> None:
    journey = world.dossier(State.CONSOLIDATING)
    assert diagram_of(journey.dossier)["here"] == "consolidate"
    journey.advance_to(State.PUBLISHED)
    assert diagram_of(journey.refresh())["here"] == "end"
    client.force_login(world.actor(Role.INSPECTOR).user)
    page = client.get(reverse("procedure", args=[journey.dossier.pk])).content.decode()
    (here,) = re.findall(r"<g [^>]*data-here[^>]*>\s*<title>([^<]*)</title>", page)
    assert here == "Kết thúc: đã công bố"


def test_a_picture_of_what_was_broken_off_opens_at_the_last_step_that_was_done(world: World) -> None:
    journey = world.dossier(State.IMPLEMENTING)
    journey.withdraw()
    assert diagram_of(journey.refresh())["here"] == "decide_plan"


def test_acts_that_lead_the_same_way_are_one_line_that_names_them_all(world: World) -> None:
    edges = diagram_of(world.dossier(State.DRAFTING).dossier)["layout"].edges
    (edge,) = [one for one in edges if "Rút yêu cầu bổ sung" in one.title]
    assert " ".join(text for _x, _y, text in edge.lines) == edge.title
    assert "Gửi trả lời bổ sung; Rút yêu cầu bổ sung; " in edge.title


def test_the_legend_names_every_look_of_a_box(world: World, client: Client) -> None:
    dossier = world.dossier(State.IMPLEMENTING).dossier
    client.force_login(world.actor(Role.COMMUNE_CHAIR, of=dossier).user)
    page = client.get(reverse("procedure", args=[dossier.pk])).content.decode()
    (legend,) = re.findall(r'<p class="lua-flow-key">.*?</p>', page, re.DOTALL)
    assert [word in legend for word in ("đã qua", "đang ở đây", "chưa tới")] == [True] * 3
    assert legend.count("lua-flow-swatch") == len({status for status, _days in _nodes(dossier).values()})


def test_agencies_at_work_together_stand_in_one_row_and_what_is_done_is_folded(
    world: World, client: Client
) -> None:
    journey = world.dossier(State.APPRAISING)
    shown = diagram_of(journey.dossier)
    visit = max(shown["open"], key=lambda one: len(one.times))
    items = WorkItem.objects.filter(dossier=journey.dossier, node="appraise")
    assert len(visit.times) == items.count() > 3 and visit.closed_at is None
    assert sum(len(one.times) for one in shown["open"] + shown["done"]) == WorkItem.objects.count()
    first = journey.waiting_opinions()[0]
    journey.find(first)
    journey.sign(first)
    client.force_login(world.actor(Role.INSPECTOR).user)
    page = client.get(reverse("procedure", args=[journey.dossier.pk])).content.decode()
    assert f"1/{len(visit.times)} cơ quan đã xong" in page
    assert f'<details class="lua-fold"><summary>{len(shown["done"])} lần qua một bước, đã xong' in page
    (times,) = re.findall(r'aria-labelledby="times-title".*?</section>', page, re.DOTALL)
    assert all(item.agency.short_name in unescape(times) for item in items.select_related("agency"))


def test_of_a_dossier_that_has_ended_all_steps_are_open_to_read(world: World, client: Client) -> None:
    journey = world.dossier(State.PUBLISHED)
    client.force_login(world.actor(Role.INSPECTOR).user)
    page = client.get(reverse("procedure", args=[journey.dossier.pk])).content.decode()
    assert '<details class="lua-fold" open><summary>' in page and "Đang ở các bước này" not in page
