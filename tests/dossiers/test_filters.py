"""What a list cannot be narrowed by is said, at the field and above the list; nothing typed is dropped in silence."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import parse_qs

import pytest
from django.test import Client
from django.urls import reverse

from dossiers.dossier.filters import HistoryFilter
from dossiers.dossier.history import Choices, Narrowing
from dossiers.dossier.models import State
from dossiers.organisations.models import Role
from tests.world import World

NOTE = "Danh sách chưa được lọc theo:"
YEAR, DAY, CHOICE = "Xin nhập năm gồm bốn chữ số", "Không có ngày này", "Không có lựa chọn này"


def _field(page: str, name: str) -> str:
    """Return a filter's field with what is said at it."""
    (found,) = [
        one
        for one in re.findall(
            r'<div class="lua-filter-field.*?(?=<div class="lua-filter-field|</form>)', page, re.S
        )
        if f'name="{name}"' in one
    ]
    return found


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("address", "name", "typed", "said"),
    [
        ("titles:list", "nam", "abcd", YEAR),
        ("titles:list", "nam", "31/02/2023", YEAR),
        ("titles:list", "nam", "-2023", YEAR),
        ("titles:list", "huyen", "99999", CHOICE),
        ("titles:list", "muc", "abcd", CHOICE),
        ("dossiers", "nam", "20233", YEAR),
        ("dossiers", "buoc", "abcd", CHOICE),
        ("dossiers", "loai", "abcd", CHOICE),
        ("dossiers", "q", "x" * 201, "Xin nhập không quá 200 ký tự."),
        ("results:search", "nam", "abcd", CHOICE),
        ("results:search", "xa", "99999", CHOICE),
        ("law", "quy-trinh", "abcd", CHOICE),
        ("law", "loai", "abcd", CHOICE),
    ],
)
def test_what_is_not_understood_stays_typed_is_explained_and_narrows_nothing(
    world: World, client: Client, address: str, name: str, typed: str, said: str
) -> None:
    world.dossier(State.DRAFTING)
    client.force_login(world.actor(Role.COORDINATION_OFFICER).user)
    answer = client.get(reverse(address), {name: typed})
    page = unescape(answer.content.decode())
    assert answer.status_code == 200 and page.count(NOTE) == 1
    field = _field(page, name)
    assert said in field and typed in field and 'aria-invalid="true"' in field
    if address == "dossiers":
        assert "Xã Liêm Tuyền" in page, "the list is as if nothing had been typed"
    clean = client.get(reverse(address)).content.decode()
    assert NOTE not in clean and "lua-field-errors" not in clean


@pytest.mark.django_db
def test_every_list_says_it_in_english_too(world: World, client: Client) -> None:
    client.force_login(world.actor(Role.COORDINATION_OFFICER).user)
    client.cookies["lua_language"] = "en"
    page = client.get(reverse("titles:list"), {"nam": "abcd"}).content.decode()
    assert "The list is not narrowed by:" in page and "Enter a year of four digits" in page


@pytest.mark.django_db
def test_a_history_says_of_a_day_that_there_is_none(world: World, client: Client) -> None:
    journey = world.dossier(State.DRAFTING)
    client.force_login(world.actor(Role.INSPECTOR).user)
    address = reverse("dossier:history", args=[journey.dossier.pk])
    whole = client.get(address).content.decode().count('id="muc-')
    for typed in ("31/02/2023", "abcd", "2023-02-31"):
        answer = client.get(address, {"tu": typed})
        page = answer.content.decode()
        field = _field(page, "tu")
        assert answer.status_code == 200 and NOTE in page and DAY in field
        assert f'value="{typed}"' in field and 'type="text"' in field, "a date field would show nothing"
        assert page.count('id="muc-') == whole > 0
    page = client.get(address, {"tu": "1/1/2000"}).content.decode()
    assert NOTE not in page and 'value="2000-01-01"' in _field(page, "tu"), "as people here write a day"
    page = client.get(address, {"viec": "abcd", "co-quan": "abcd", "chi-tieu": "99.9"}).content.decode()
    assert page.count(CHOICE) == 3 and "«99.9»" in page


def test_a_span_that_ends_before_it_begins_narrows_nothing_and_says_so_at_both_fields() -> None:
    backwards = HistoryFilter({"tu": "2023-03-05", "den": "01/03/2023"}, Choices([], [], []))
    assert backwards.narrowing == Narrowing() and not backwards.narrows
    assert "Ngày bắt đầu đứng sau ngày kết thúc." in backwards.errors["since"]
    assert "Ngày kết thúc đứng trước ngày bắt đầu." in backwards.errors["until"]
    assert parse_qs(backwards.query) == {"tu": ["2023-03-05"], "den": ["01/03/2023"]}, "kept on further pages"
    one_day = HistoryFilter({"tu": "2023-03-05", "den": "2023-03-05"}, Choices([], [], []))
    assert not one_day.errors and one_day.narrows


@pytest.mark.django_db
def test_what_is_understood_narrows_beside_what_is_not(world: World, client: Client) -> None:
    for name in ("Xã An Ninh", "Xã Yên Nam"):
        world.dossier(State.DRAFTING, commune=name)
    client.force_login(world.actor(Role.COORDINATION_OFFICER).user)
    page = client.get(reverse("dossiers"), {"q": "yên", "nam": "abcd"}).content.decode()
    assert "Xã Yên Nam" in page and "Xã An Ninh" not in page and NOTE in page


@pytest.mark.django_db
def test_a_file_of_titles_is_not_given_out_for_a_filter_that_cannot_be_applied(
    world: World, client: Client
) -> None:
    client.force_login(world.actor(Role.COORDINATION_OFFICER).user)
    answer = client.get(reverse("titles:export"), {"nam": "abcd"}, follow=True)
    assert answer.redirect_chain == [(f"{reverse('titles:list')}?nam=abcd", 302)]
    assert NOTE in answer.content.decode()
    assert client.get(reverse("titles:export"), {"nam": "2023"})["Content-Type"].startswith("text/csv")


@pytest.mark.django_db
def test_the_calendar_shows_this_year_and_says_that_it_was_asked_for_another(
    world: World, client: Client
) -> None:
    client.force_login(world.actor(Role.ADMINISTRATOR).user)
    page = client.get(reverse("calendar"), {"nam": "1900"}).content.decode()
    assert NOTE in page and CHOICE in _field(page, "nam") and "«1900»" in page
    assert NOTE not in client.get(reverse("calendar"), {"nam": "2025"}).content.decode()
