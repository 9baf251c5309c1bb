"""The pages of the rules leave out no step, no act, no number and no indicator, and say what nobody has checked."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection
from django.template import Context, Template
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import conditional_escape, strip_tags

from dossiers.criteria.models import Assignment, CriteriaSet, Indicator
from dossiers.dossier.models import State
from dossiers.organisations.models import Role
from dossiers.procedures import procedures
from dossiers.programmes.models import Programme
from tests.world import World
from workflows.engine import flow_of
from workflows.law import IndicatorLaw, law_of_set, sets_in_use, steps_of
from workflows.nodes import ActNode

UNVERIFIED = "chưa đối chiếu công báo"


def _read(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def shown(text: object) -> str:
    """Return the text as it stands in a page."""
    return str(conditional_escape(str(text)))


def _laws(world: World, criteria_set: CriteriaSet) -> list[IndicatorLaw]:
    return [law for _criterion, laws in law_of_set(criteria_set, world.province).groups for law in laws]


def _rows(page: str) -> list[str]:
    return re.findall(r"<tr\b.*?</tr>", page, re.DOTALL)


def _section(client: Client, code: str) -> str:
    """Return the part of the page about one procedure that was chosen."""
    page = _read(client, f"{reverse('law')}?quy-trinh={code}")
    (section,) = [
        one for one in page.split("<section ") if one.split(">")[0].find(f'aria-labelledby="{code}"') >= 0
    ]
    return section


def _criteria_page(criteria_set: CriteriaSet) -> str:
    return reverse("criteria_law", args=[criteria_set.code])


@pytest.mark.parametrize("role", [Role.COMMUNE_OFFICIAL, Role.ADMINISTRATOR])
def test_every_step_stands_on_the_page_with_its_acts_deadline_and_source(
    world: World, client: Client, role: Role
) -> None:
    client.force_login(world.actor(role).user)
    for procedure in procedures().values():
        page = _section(client, procedure.code)
        assert shown(procedure.legal_basis) in page
        steps = [node for node in flow_of(procedure.code).instance.nodes() if isinstance(node, ActNode)]
        assert {node.clock for node in steps} == set(procedure.steps)
        for node in steps:
            title = re.compile(
                rf'<th scope="row"><span[^>]*>[^<]*</span> {re.escape(shown(node.task_title))}(?![\w ,])'
            )
            (row,) = [row for row in _rows(page) if title.search(row)]
            deadline = procedure.steps[node.clock]
            assert shown(node.role.label) in row
            assert f"{deadline.days} ngày" in row and shown(deadline.source) in row
            outcomes = {one.name: one for one in steps_of(procedure.code)}[node.name].outcomes
            for act in [act for act, _target in node.routes]:
                basis = act.basis_under(procedure.code)
                assert shown(act.label) in row and shown(basis.citation) in row
            checks = [deadline.verified, *(one.basis.verified for one in outcomes)]
            assert row.count(f"</svg>{UNVERIFIED}</span>") == checks.count(False)
        if procedure.council_rule is not None:
            assert f"{procedure.council.threshold_percent} %" in page
            assert shown(procedure.council.source) in page
        if procedure.receiving is not None and procedure.scope is not None:
            assert shown(procedure.receiving.source) in page and shown(procedure.scope.source) in page


def test_every_gate_stands_on_the_page_with_its_article_and_source(world: World, client: Client) -> None:
    client.force_login(world.actor(Role.COMMUNE_OFFICIAL).user)
    page = _read(client, reverse("law"))
    gates = [gate for procedure in procedures().values() for gate in procedure.gates]
    assert gates
    for gate in gates:
        assert shown(gate.title) in page and shown(gate.citation) in page, gate.code


def test_the_wordings_of_the_condition_on_security_stand_on_the_page_by_their_days(
    world: World, client: Client
) -> None:
    client.force_login(world.actor(Role.COMMUNE_OFFICIAL).user)
    for procedure in procedures().values():
        page = _section(client, procedure.code)
        assert ("Điều kiện về an ninh, trật tự" in page) is procedure.has_gate("security_order")
        for one in procedure.security_wordings:
            assert shown(one.text) in page and shown(one.citation) in page and shown(one.source) in page
            assert f"Văn bản ghi ngày từ {one.starts_on.day}/{one.starts_on.month}/" in page
            assert not one.verified and "chưa đối chiếu công báo" in page


def test_the_steps_stand_in_the_order_of_the_procedure(world: World, client: Client) -> None:
    client.force_login(world.actor(Role.INSPECTOR).user)
    text = strip_tags(_section(client, "nang-cao-3-cap-2022"))
    places = [
        text.index(f". {title}")
        for title in (
            "Xã lập Đề án",
            "Huyện thẩm tra",
            "VPĐP tỉnh tiếp nhận",
            "Hội đồng xét",
            "Huyện công bố",
        )
    ]
    assert places == sorted(places)


def test_an_act_says_where_it_leads_through_the_departments_split(world: World, client: Client) -> None:
    client.force_login(world.actor(Role.INSPECTOR).user)
    page = _read(client, reverse("law"))
    assert "Chuyển các sở, ngành → Sở, ngành thẩm định" in page
    assert "Mọi sở, ngành đã ký → VPĐP tổng hợp" in page


def test_every_indicator_of_every_set_stands_on_its_page(world: World, client: Client) -> None:
    client.force_login(world.actor(Role.DEPARTMENT_OFFICER).user)
    for criteria_set in CriteriaSet.objects.all():
        rows = {
            match[1]: row
            for row in _rows(_read(client, _criteria_page(criteria_set)))
            if (match := re.search(r'id="chi-tieu-([^"]+)"', row))
        }
        laws = _laws(world, criteria_set)
        assert list(rows) == [law.indicator.code for law in laws]
        assert len(laws) == Indicator.objects.filter(criterion__set=criteria_set).count()
        for law in laws:
            row = rows[law.indicator.code]
            assert shown(law.indicator.name) in row
            assert law.requirements and all(shown(one) in row for one in law.requirements)
            threshold_cell = row.split("<td")[1]
            assert (UNVERIFIED in threshold_cell) is not law.indicator.verified
            assert law.assignment is None or shown(law.assignment.agency.short_name) in row


def test_a_threshold_that_differs_by_year_is_shown_for_each_year(world: World) -> None:
    table: Any = (
        Indicator.objects.filter(threshold_kind="year_table").select_related("criterion__set").first()
    )
    (law,) = [law for law in _laws(world, table.criterion.set) if law.indicator == table]
    assert all(year in one for year, one in zip(sorted(table.threshold), law.requirements, strict=True))


def test_the_counts_of_a_set_add_up(world: World) -> None:
    (one,) = sets_in_use(world.province)
    assert one.criteria_set == world.programme.criteria_set
    indicators = Indicator.objects.filter(criterion__set=one.criteria_set)
    assert one.verified == indicators.filter(verified=True).count()
    assert one.found == indicators.filter(verified=False, threshold_confidence="found").count() > 0
    assert one.verified + one.found + one.unverified == indicators.count() == 75


def test_the_responsible_agency_is_that_of_the_readers_province_today(world: World, client: Client) -> None:
    criteria_set = world.programme.criteria_set
    assignment = Assignment.objects.filter(indicator__criterion__set=criteria_set).select_related("agency")[0]
    other = Assignment.objects.exclude(agency=assignment.agency).select_related("agency")[0].agency
    Assignment.objects.create(
        indicator=assignment.indicator, agency=other, valid_from="2023-01-01", source="phân công mới"
    )
    Assignment.objects.create(
        indicator=assignment.indicator, agency=assignment.agency, valid_from="2999-01-01", source="mai sau"
    )
    client.force_login(world.actor(Role.INSPECTOR).user)
    page = _read(client, _criteria_page(criteria_set))
    assert shown(other.short_name) in page and "phân công mới" in page and "mai sau" not in page


def test_a_version_can_be_asked_for_and_an_unknown_one_is_not_found(world: World, client: Client) -> None:
    client.force_login(world.actor(Role.COMMUNE_CHAIR).user)
    page = _criteria_page(world.programme.criteria_set)
    assert client.get(page, {"phien-ban": "1"}).status_code == 200
    for unknown in ("2", "0", "x", "99999999999999999999"):
        assert client.get(page, {"phien-ban": unknown}).status_code == 404
    assert client.get(reverse("criteria_law", args=["khong-co"])).status_code == 404
    assert client.get(reverse("procedure_bpmn", args=["khong-co"])).status_code == 404


def test_the_rules_read_in_both_languages(world: World, client: Client) -> None:
    client.force_login(world.actor(Role.COMMUNE_CHAIR).user)
    for language in ("vi", "en"):
        client.cookies["lua_language"] = language
        for page in (reverse("law"), _criteria_page(world.programme.criteria_set)):
            assert f'<html lang="{language}">' in _read(client, page)


def test_the_rules_cost_the_same_however_many_indicators_and_sets_there_are(
    world: World, client: Client
) -> None:
    client.force_login(world.actor(Role.COORDINATION_OFFICER).user)
    sets = CriteriaSet.objects.all()
    costs = {_cost(client, _criteria_page(one)) for one in sets}
    assert len(costs) == 1 and max(costs) <= 8, costs
    cost = _cost(client, reverse("law"))
    for year, one in enumerate(sets.exclude(pk=world.programme.criteria_set_id), 2090):
        Programme.objects.create(
            province=world.province,
            year=year,
            criteria_set=one,
            procedure=world.programme.procedure,
            document="x",
            issued_on="2090-01-01",
        )
    assert len(sets_in_use(world.province)) == len(sets)
    assert _cost(client, reverse("law")) == cost <= 8


def _cost(client: Client, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        _read(client, address)
    return len(queries)


def test_every_page_and_the_dossiers_procedure_lead_to_the_rules(world: World, client: Client) -> None:
    dossier = world.dossier(State.DRAFTING).dossier
    client.force_login(world.actor(Role.COMMUNE_CHAIR, of=dossier).user)
    assert f'href="{reverse("law")}"' in _read(client, reverse("home"))
    page = _read(client, reverse("procedure", args=[dossier.pk]))
    assert f'href="{reverse("law")}?quy-trinh={dossier.procedure}#{dossier.procedure}"' in page
    assert f'href="{reverse("procedure_bpmn", args=[dossier.procedure])}"' in page


def test_addresses_in_a_source_become_links_and_everything_else_stays_text() -> None:
    source = "tên: https://a.vn/x?y=1&z=2; <b>mức</b> (http://b.vn/c). javascript:alert(1)"
    links = Template("{% load ui %}{{ source|linked }}").render(Context({"source": source}))
    assert re.findall(r'href="([^"]*)"', re.sub(r"<svg.*?</svg>", "", links)) == [
        "https://a.vn/x?y=1&amp;z=2",
        "http://b.vn/c",
    ]
    assert links.count('target="_blank" rel="noopener nofollow"') == 2
    assert "; &lt;b&gt;mức&lt;/b&gt; (" in links and links.endswith("</a>). javascript:alert(1)")


def test_what_the_province_does_without_a_district_is_shown_as_unverified(
    world: World, client: Client
) -> None:
    client.force_login(world.actor(Role.INSPECTOR).user)
    section = _section(client, "nang-cao-2-cap-2025")
    (row,) = [row for row in _rows(section) if "</span> VPĐP tỉnh thẩm định Đề án" in row]
    # The plan that says how a Đề án is appraised was read; that the province does it was found nowhere. Neither was
    # the period, nor a rule on taking a Đề án back.
    assert "chưa tìm thấy quy định ai thẩm định" in row and row.count(f"</svg>{UNVERIFIED}</span>") == 3
    assert "huyện" not in strip_tags(row.split("<td")[1])
    (drafting,) = [row for row in _rows(section) if "</span> Xã lập Đề án" in row]
    assert (
        drafting.count(f"</svg>{UNVERIFIED}</span>") == 2
    )  # that it is approved at the province, and the period
