"""Where people land after signing in."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client, RequestFactory
from django.urls import reverse

from dossiers.dossier.models import State
from dossiers.organisations.models import Role
from tests.test_permissions import PAGES, PUBLIC
from tests.world import PASSWORD, World
from workflows.after_sign_in import PAGE_OF, page_to_open


def wanted(address: str) -> str:
    return page_to_open(RequestFactory().post("/dang-nhap/", {"next": address}))


@pytest.mark.parametrize(
    "address",
    [
        "https://lua.example/ho-so/1/",
        "//lua.example/ho-so/1/",
        "javascript:alert(1)",
        "/\\lua.example/ho-so/1/",
        "/khong-co-trang-nay/",
        "",
    ],
)
def test_an_address_that_is_not_ours_is_not_followed(address: str) -> None:
    assert wanted(address) == ""


@pytest.mark.parametrize(
    ("address", "page"),
    [
        ("/ho-so/1/de-an/", "/ho-so/1/de-an/"),
        ("/ho-so/1/chi-tieu/?loc=missing", "/ho-so/1/chi-tieu/?loc=missing"),
        ("/ho-so/1/chi-tieu/17.5/minh-chung/", "/ho-so/1/chi-tieu/17.5/"),
        ("/ho-so/1/minh-chung/5/bo/", "/ho-so/1/chi-tieu/"),
        ("/ho-so/1/cong-trinh/3/bo/", "/ho-so/1/cong-trinh/"),
        ("/lich-lam-viec/3/bo/", "/lich-lam-viec/"),
        ("/ho-so/1/lay-y-kien/phat-thanh/3/bo/", "/ho-so/1/lay-y-kien/"),
        ("/dang-ky/1/", "/"),
        ("/thong-bao/da-doc/", "/thong-bao/"),
        ("/dang-xuat/", "/"),
        ("/dang-nhap/", "/"),
    ],
)
def test_an_address_that_only_answers_a_form_leads_to_the_page_of_the_form(address: str, page: str) -> None:
    assert wanted(address) == page


def test_every_address_that_only_answers_a_form_is_known() -> None:
    assert {name for name, (method, _roles) in PAGES.items() if method == "post"} | set(PUBLIC) == set(
        PAGE_OF
    )


@pytest.mark.django_db
@pytest.mark.parametrize("demonstration", [False, True])
def test_both_ways_of_signing_in_lead_to_the_wanted_page(
    world: World, client: Client, settings: Any, demonstration: bool
) -> None:
    settings.LUA_DEMO = True
    user = world.actor(Role.COMMUNE_OFFICIAL).user
    address = reverse("demo_sign_in" if demonstration else "login")
    answer = client.post(
        address, {"username": user.username, "password": PASSWORD, "next": "/ho-so/1/de-an/"}
    )
    assert answer.status_code == 302 and answer["Location"] == "/ho-so/1/de-an/"
    client.logout()
    elsewhere = {"username": user.username, "password": PASSWORD, "next": "https://lua.example/"}
    assert client.post(address, elsewhere)["Location"] == "/"


@pytest.mark.django_db
def test_the_sign_in_page_says_that_what_was_sent_is_not_saved(world: World, client: Client) -> None:
    page = reverse("plans:sections", args=[world.dossier(State.DRAFTING).dossier.pk])
    words = "vừa gửi chưa được lưu"
    sent = client.post(page, {"kind": "need", "body": "Nội dung"}, follow=True)
    assert words in sent.content.decode()
    assert words not in client.get(page, follow=True).content.decode()


@pytest.mark.django_db
def test_the_demonstration_lets_everybody_in_who_has_to_do_with_a_dossier_there(
    world: World, client: Client, settings: Any
) -> None:
    settings.LUA_DEMO = True
    world.journey("Xã Yên Nam").register()
    chair = world.people.committee(world.commune("Xã Yên Nam"), Role.COMMUNE_CHAIR).user
    without = world.people.committee(world.commune("Xã Mộc Bắc"), Role.COMMUNE_CHAIR).user
    district = world.people.committee(world.commune("Xã Yên Nam").parent, Role.DISTRICT_CHAIR).user  # type: ignore[arg-type]
    shown = client.get(reverse("login")).content.decode()
    others = shown[shown.index('id="demo-other"') :]
    assert f'<option value="{chair.username}">UBND xã Yên Nam' in others
    assert f'value="{district.username}"' in others and f'value="{without.username}"' not in others
    assert client.post(reverse("demo_sign_in"), {"username": chair.username}).status_code == 302
    settings.LUA_DEMO = False
    client.logout()
    assert "demo-other" not in client.get(reverse("login")).content.decode()
