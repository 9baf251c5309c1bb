"""The rules are counted, narrowed, found with and without marks, and a gate on a dossier leads to its own."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import strip_tags

from dossiers.dossier.models import State
from dossiers.organisations.models import Role
from dossiers.procedures import get_procedure, procedures
from tests.world import World
from workflows.engine import flow_of
from workflows.law import procedure_laws
from workflows.law_entries import (
    PARTS,
    Entry,
    Kind,
    LawQuestion,
    count_of,
    entries_of,
    merged,
    overview_of,
    shown_laws,
)
from workflows.nodes import ActNode

pytestmark = pytest.mark.django_db

CODE = "nang-cao-3-cap-2022"


@pytest.fixture
def reader(world: World, client: Client) -> Client:
    client.force_login(world.actor(Role.INSPECTOR).user)
    return client


def _page(reader: Client, **asked: str) -> str:
    answer = reader.get(reverse("law"), asked)
    assert answer.status_code == 200
    return answer.content.decode()


def _rules(page: str) -> set[str]:
    """Return the anchors of the rules that a page shows."""
    return {
        one
        for one in re.findall(r' id="([^"]+)"', page)
        if re.search(r"-(buoc|dieu-kien|con-so|viec-khac)-", one)
    }


def _found(**asked: str) -> set[str]:
    laws = shown_laws(procedure_laws(), LawQuestion(**asked))
    return {entry.anchor for law in laws for entry in law.entries}


def test_every_rule_is_counted_once_by_procedure_and_kind() -> None:
    overview = overview_of(procedure_laws())
    for law, counts in overview.rows:
        steps = [node for node in flow_of(law.procedure.code).instance.nodes() if isinstance(node, ActNode)]
        gates = law.procedure.gates
        found = [count for _heading, count in counts]
        assert [found[0].total, found[1].total, found[2].total] == [len(steps), len(steps), len(gates)]
        assert found[1].verified == sum(law.procedure.steps[node.clock].verified for node in steps)
        assert found[2].unverified == sum(not gate.verified for gate in gates)
        assert found[-1].total == sum(count.total for count in found[:-1])
        assert found[-1].unverified == sum(count.unverified for count in found[:-1])
    places = [count.places for _heading, count in overview.total]
    assert places == [sum(counts[n][1].total for _law, counts in overview.rows) for n in range(len(places))]
    assert all(count.total <= count.places for _heading, count in overview.total)
    assert overview.total[-1][1].total == sum(count.total for _heading, count in overview.total[:-1])


def test_what_several_procedures_have_in_common_is_one_rule_and_keeps_all_its_places() -> None:
    laws = shown_laws(procedure_laws(), LawQuestion())
    rules = merged(laws)
    for part, kind in PARTS.items():
        entries = [entry for law in laws for entry in law.entries if entry.kind is kind]
        found = getattr(rules, part)
        assert len(found) == rules.counts[part].total < len(entries) == rules.counts[part].places
        assert sorted(p.entry.anchor for r in found for p in r.places) == sorted(e.anchor for e in entries)
        assert len({rule.entry.rule for rule in found}) == len(found)
    steps = [entry for law in laws for entry in law.entries if entry.kind is Kind.STEP]
    assert len(rules.steps) == count_of(steps).total < len(steps)
    deadlines = [entry for law in laws for entry in law.entries if entry.kind is Kind.DEADLINE]
    shown = [one for rule in rules.steps for one, _places in rule.deadlines if one is not None]
    assert len(shown) == count_of(deadlines).total, "as many as are counted"


@pytest.mark.parametrize("changed", ["title", "citation", "source", "verified", "parameters"])
def test_a_rule_that_differs_in_anything_is_another(changed: str) -> None:
    (law,) = [law for law in procedure_laws() if law.procedure.code == CODE]
    gate = law.procedure.gates[0]
    values: dict[str, Any] = {"verified": not gate.verified, "parameters": {"x": 1}}
    other = replace(gate, **{changed: values.get(changed, "khác")})
    one, same, differs = (
        Entry(Kind.GATE, code, gate.code, gate.title, rule, rule.verified, ())
        for code, rule in (("a", gate), ("b", replace(gate)), ("c", other))
    )
    assert one.rule == same.rule != differs.rule
    assert count_of([one, same, differs]).total == 2 and count_of([one, same, differs]).places == 3


def test_one_question_is_answered_once_and_names_where_it_applies(reader: Client) -> None:
    page = _page(reader, q="hội đồng", loai="con-so")
    council = [
        one for one in re.findall(r"<li id=.*?</li>", page, re.DOTALL) if "Bỏ phiếu của Hội đồng" in one
    ]
    holders = [one for one in procedures().values() if one.council_rule is not None]
    assert len(council) == len({repr(one.council_rule) for one in holders}) < len(holders)
    for procedure in holders:
        assert f'id="{procedure.code}-con-so-hoi-dong"' in page
        assert page.count(f">{procedure.short_title}</a>") >= 1
    assert "Các quy định này áp dụng ở" in page
    assert len({one.short_title for one in procedures().values()}) == len(procedures())


def test_a_rule_leads_to_its_place_in_each_procedure(reader: Client) -> None:
    page = _page(reader, mo="het")
    links = set(re.findall(rf'href="({re.escape(reverse("law"))}\?quy-trinh=[^"#]+)#([^"]+)"', page))
    for address, anchor in sorted(links)[::25]:
        assert f'id="{anchor}"' in reader.get(address).content.decode()
    assert {anchor for _address, anchor in links} >= _found()


def test_a_step_is_verified_only_when_all_its_acts_are() -> None:
    (law,) = [law for law in procedure_laws() if law.procedure.code == CODE]
    steps = {one.name: one for one in entries_of(law) if one.kind is Kind.STEP}
    for step in law.steps:
        assert steps[step.name].verified is all(one.basis.verified for one in step.outcomes)
    assert {one.verified for one in steps.values()} == {True, False}


def test_every_rule_has_an_anchor_of_its_own_in_the_page(reader: Client) -> None:
    page = _page(reader)
    ids = re.findall(r' id="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    assert _rules(page) == _found()
    assert f"{CODE}-dieu-kien-security_order" in ids and f"{CODE}-buoc-draft_plan" in ids


@pytest.mark.parametrize(
    ("address", "asked"),
    [
        ({"quy-trinh": CODE}, {"procedure": CODE}),
        ({"loai": "dieu-kien"}, {"kind": "dieu-kien"}),
        ({"doi-chieu": "da"}, {"checked": "da"}),
        ({"loai": "con-so", "doi-chieu": "chua"}, {"kind": "con-so", "checked": "chua"}),
        ({"q": "an ninh, trật tự", "quy-trinh": CODE}, {"words": "an ninh, trật tự", "procedure": CODE}),
    ],
)
def test_the_page_shows_what_was_asked_for_and_says_how_much_that_is(
    reader: Client, address: dict[str, str], asked: dict[str, str]
) -> None:
    page = _page(reader, **address)
    assert _rules(page) == _found(**asked) != _found()
    laws = shown_laws(procedure_laws(), LawQuestion(**asked))
    count = count_of(entry for law in laws for entry in law.entries)
    assert f"{count.total} quy định phù hợp, {count.unverified} chưa đối chiếu." in page


def test_a_deadline_shows_its_step_and_steps_keep_their_numbers(reader: Client) -> None:
    page = _page(reader, **{"loai": "han", "q": "khảo sát", "quy-trinh": CODE})
    (row,) = [row for row in re.findall(r"<tr\b.*?</tr>", page, re.DOTALL) if "lua-code" in row]
    steps = [step.name for step in next(law for law in procedure_laws() if law.procedure.code == CODE).steps]
    assert f"{steps.index('survey') + 1}.</span> Mặt trận huyện khảo sát sự hài lòng" in row
    everywhere = _page(reader, **{"loai": "han", "q": "khảo sát"})
    assert f"(bước {steps.index('survey') + 1})" in everywhere


def test_words_are_found_with_and_without_marks_and_only_where_words_begin() -> None:
    assert _found(words="mat tran") == _found(words="Mặt trận") == _found(words="TRẬN mặt") != set()
    assert f"{CODE}-dieu-kien-security_order" in _found(words="cong an tinh")
    assert _found(words="ông an") == set()


def test_parts_are_folded_until_something_is_looked_for(reader: Client) -> None:
    folded = re.compile(r'<details class="lua-fold">\s*<summary><h3')
    opened = re.compile(r'<details class="lua-fold" open>\s*<summary><h3')
    for asked in ({}, {"quy-trinh": CODE}):
        page = _page(reader, **asked)
        assert folded.search(page) and not opened.search(page)
    for asked in ({"q": "hội đồng"}, {"loai": "buoc"}, {"doi-chieu": "da"}, {"mo": "het"}):
        page = _page(reader, **asked)
        assert opened.search(page) and not folded.search(page)


def test_what_nobody_could_have_chosen_is_not_asked_for(reader: Client) -> None:
    page = _page(reader, **{"quy-trinh": "khong-co", "loai": "x", "doi-chieu": "y", "q": " \x00 "})
    assert _rules(page) == _found() and "quy định phù hợp" not in page


def test_nothing_found_says_what_to_do(reader: Client) -> None:
    page = _page(reader, q="không đâu có từ này")
    assert "Không có quy định nào phù hợp" in page and "Xin bỏ bớt điều kiện lọc." in page
    assert 'value="không đâu có từ này"' in page


def test_the_overview_and_the_search_read_in_english(reader: Client) -> None:
    reader.cookies["lua_language"] = "en"
    page = _page(reader, q="council", loai="con-so")
    assert "Rules and whether they were checked" in page and "-con-so-hoi-dong" in page
    assert "No rule fits" not in page


def test_addresses_are_shown_by_their_site(reader: Client) -> None:
    page = _page(reader, mo="het")
    assert 'href="https://' in page and "://" not in strip_tags(page)


@pytest.mark.parametrize("state", [State.IMPLEMENTING, State.CONSOLIDATING])
def test_every_gate_on_a_dossier_leads_to_its_rule(world: World, client: Client, state: State) -> None:
    dossier = world.dossier(state).dossier
    client.force_login(world.actor(Role.COMMUNE_CHAIR, of=dossier).user)
    page = client.get(reverse("dossier:conditions", args=[dossier.pk])).content.decode()
    links = re.findall(rf'href="({re.escape(reverse("law"))}\?[^"]+#[^"]+)"', page)
    assert len(links) == len(get_procedure(dossier.procedure).gates)
    addresses = [urlsplit(link) for link in links]
    (query,) = {one.query for one in addresses}
    rules = _rules(client.get(f"{reverse('law')}?{query}").content.decode())
    assert {one.fragment for one in addresses} <= rules


def test_anchors_are_made_of_codes_alone() -> None:
    anchors = {entry.anchor for law in procedure_laws() for entry in entries_of(law)}
    assert all(re.fullmatch(r"[a-z0-9_-]+", one) for one in anchors)
    assert {law.procedure.code for law in procedure_laws()} == set(procedures())
