"""No page with gates leads its reader to one that they may not open."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable

import pytest
from django.test import Client
from django.urls import Resolver404, resolve, reverse

from dossiers.acts.pages import all_pages
from dossiers.dossier.models import Dossier, State
from dossiers.organisations.models import Role
from dossiers.policies import Actor
from dossiers.policies.doors import place_of
from dossiers.policies.visibility import visible_dossiers
from dossiers.titles.models import Review
from tests.dossiers.titles.conftest import entered
from tests.world import World
from workflows.demonstration.programmes import MODEL_2023

pytestmark = pytest.mark.django_db

#: Pages of a kind are followed so often from one page: those of acts always.
OFTEN = 1
LINK = re.compile(r'<a\b[^>]*\shref="(/[^"]*)"')
READERS = (
    Role.COMMUNE_OFFICIAL,
    Role.COMMUNE_CHAIR,
    Role.FRONT_OFFICER,
    Role.DISTRICT_OFFICER,
    Role.DEPARTMENT_OFFICER,
    Role.COORDINATION_OFFICER,
    Role.INSPECTOR,
)


def _links(page: str) -> list[str]:
    """Return where the main part of a page leads, few of each kind."""
    main = page[page.index("<main") : page.index("</main>")]
    found, seen = [], Counter[str]()
    for link in dict.fromkeys(LINK.findall(main)):
        address = link.replace("&amp;", "&").split("#")[0]
        try:
            kind = resolve(address.split("?")[0]).view_name
        except Resolver404:
            kind = "unknown"
        seen[kind] += 1
        if kind in ("dossier:act", "unknown") or seen[kind] <= OFTEN:
            found.append(address)
    return found


def _pages_with_gates(actor: Actor, dossier: Dossier) -> list[str]:
    names = ["dossier:overview", "dossier:conditions"]
    if dossier.has_district_review and dossier.purpose == "recognition":
        names.append("district:district")
    if dossier.purpose == "recognition":
        names += ["consultation:consultation", "appraisal:board", "recognition:papers"]
    acts = [
        page.slug
        for page in all_pages()
        if page.act.authority.denial(actor, dossier) is None and page.act.is_lawful_for(dossier)
    ]
    return [
        *(reverse(name, args=[dossier.pk]) for name in names),
        *(reverse("dossier:act", args=[dossier.pk, slug]) for slug in acts),
    ]


def _require_that_all_links_open(client: Client, actors: Iterable[Actor], dossier: Dossier) -> None:
    closed: list[tuple[str, str, str]] = []
    read = 0
    for actor in actors:
        client.force_login(actor.user)
        if not visible_dossiers(actor).filter(pk=dossier.pk).exists():
            continue
        followed: dict[str, int] = {}
        for page in _pages_with_gates(actor, dossier):
            answer = client.get(page)
            assert answer.status_code == 200, (actor.role, page)
            read += 1
            for link in _links(answer.content.decode()):
                if link not in followed:
                    followed[link] = client.get(link).status_code
                if followed[link] not in (200, 302):
                    closed.append((actor.role, page, link))
    assert read > 20 and not closed, closed


def _reach(state: State) -> Callable[[World], Dossier]:
    return lambda world: world.dossier(state, files=1).dossier


def _returned_plan(world: World) -> Dossier:
    journey = world.dossier(State.PLAN_SUBMITTED, files=0)
    journey.appraise_plan(recommends_approval=False)
    journey.return_plan()
    return journey.dossier


def _for_a_model_commune(world: World) -> Dossier:
    """Return a dossier whose gates lead to the pages of acts: of the title before, and of the chosen field."""
    journey = world.of_level(MODEL_2023)
    journey.register()
    return journey.dossier


def _to_be_completed(world: World) -> Dossier:
    journey = world.dossier(State.APPRAISING, files=1)
    journey.appraise(unmet={"14.2"})
    journey.request_completion()
    return journey.dossier


@pytest.mark.parametrize(
    "reach",
    [
        _returned_plan,
        _for_a_model_commune,
        _reach(State.CONSULTING),
        _reach(State.DISTRICT_REVIEW),
        _reach(State.APPRAISING),
        _to_be_completed,
        _reach(State.COUNCIL),
    ],
)
def test_every_link_of_the_pages_with_gates_opens(
    world: World, client: Client, reach: Callable[[World], Dossier]
) -> None:
    dossier = reach(world)
    _require_that_all_links_open(client, [world.actor(role, of=dossier) for role in READERS], dossier)


def test_every_link_opens_where_there_is_no_district(world: World, client: Client) -> None:
    journey = world.two_tiers().dossier(State.PROVINCIAL_INTAKE)
    actors = [
        journey.official,
        journey.chair,
        journey.front,
        journey.office,
        journey.receiving_chair,
    ]
    _require_that_all_links_open(client, actors, journey.dossier)


def test_every_link_of_a_review_opens(world: World, client: Client) -> None:
    afterwards = entered(world)
    review = afterwards.open_review(2025)
    afterwards.report()
    actors = [
        afterwards.of_commune(Role.COMMUNE_OFFICIAL),
        afterwards.of_commune(Role.COMMUNE_CHAIR),
        afterwards.district(Role.DISTRICT_OFFICER),
        afterwards.district(Role.DISTRICT_CHAIR),
        afterwards.office,
        world.actor(Role.INSPECTOR),
    ]
    afterwards.submit_review()
    _require_that_all_links_open(client, actors, Review.objects.get(pk=review.pk).dossier)


def test_who_may_not_open_the_page_reads_who_does_it(world: World, client: Client) -> None:
    dossier = _for_a_model_commune(world)
    conditions = reverse("dossier:conditions", args=[dossier.pk])
    choosing = reverse("dossier:act", args=[dossier.pk, "chon-linh-vuc"])
    client.force_login(world.actor(Role.COMMUNE_OFFICIAL, of=dossier).user)
    assert f'href="{choosing}"' in client.get(conditions).content.decode()
    client.force_login(world.actor(Role.INSPECTOR).user)
    page = client.get(conditions).content.decode()
    assert "Xã chưa chọn lĩnh vực nổi trội." in page and choosing not in page
    assert "Việc này do Chủ tịch UBND xã, Công chức phụ trách nông thôn mới xã thực hiện." in page
    overview = client.get(reverse("dossier:overview", args=[dossier.pk])).content.decode()
    assert "Xã chưa chọn lĩnh vực nổi trội." in overview and choosing not in overview


def test_a_link_is_judged_by_its_page(world: World) -> None:
    journey = world.dossier(State.APPRAISING, files=1)
    dossier, batches = journey.dossier, reverse("batches:list")
    office, inspector = world.actor(Role.COORDINATION_OFFICER), world.actor(Role.INSPECTOR)
    assert place_of(office, dossier, batches).link == batches
    assert place_of(inspector, dossier, batches).link == batches
    assert place_of(journey.official, dossier, batches).link == ""
    same_page = "#muc-1"
    assert place_of(journey.official, dossier, same_page).link == same_page
    indicator = reverse("results:indicator", args=[dossier.pk, "14.2"])
    assert place_of(inspector, dossier, f"{indicator}#minh-chung").link == f"{indicator}#minh-chung"
    officer = world.actor(Role.DEPARTMENT_OFFICER)
    assert place_of(officer, dossier, indicator).link == indicator
    assert not place_of(officer, dossier, reverse("results:indicator", args=[dossier.pk, "1.1"])).link
