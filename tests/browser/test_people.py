"""People who are away, in a browser: a substitute is named, acts for the head, and every page says so."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from dossiers.dossier.models import State
from dossiers.organisations.models import Appointment, Role, User
from tests.browser.walker import Walker
from tests.dossiers.people import colleague
from tests.world import PASSWORD, World

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def _pictures(walker: Walker, name: str) -> None:
    for width in (1280, 390):
        walker.page.set_viewport_size({"width": width, "height": 900})
        walker.picture(f"{name}-{width}")
    walker.page.set_viewport_size({"width": 1280, "height": 900})


def test_a_deputy_is_named_takes_work_and_approves_for_the_chair(
    live_server: Any, page: Page, s3: str
) -> None:
    world = World.ensure()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.set_default_timeout(60_000)
    walker = Walker(page, live_server.url)
    journey = world.dossier(State.PLAN_SUBMITTED, files=0)
    chair, officer = journey.district(Role.DISTRICT_CHAIR), journey.district(Role.DISTRICT_OFFICER)
    deputy = colleague(chair.agency, Role.DISTRICT_OFFICER, "Lê Thị Phó")
    Appointment.objects.filter(pk=deputy.appointment.pk).update(position_title="Phó Chủ tịch UBND")
    deputy.user.set_password(PASSWORD)
    deputy.user.save()
    pk = journey.dossier.pk

    walker.sign_in(journey.chair.user)
    walker.goto(f"/ho-so/{pk}/viec/lay-lai-de-an/")
    _pictures(walker, "people-recall")

    walker.sign_in(officer.user)
    walker.goto("/viec/")
    _pictures(walker, "people-inbox-free")
    page.get_by_role("button", name=re.compile("Nhận việc")).click()
    page.wait_for_url(re.compile(rf"/ho-so/{pk}/$"))
    walker.goto("/viec/?loc=cua-toi")
    expect(page.get_by_text(f"{officer.user.full_name} đang xử lý từ")).to_be_visible()
    _pictures(walker, "people-inbox-mine")
    walker.act(journey.dossier, "tham-dinh-de-an", recommends_approval="1", summary="Đủ nội dung")

    walker.sign_in(chair.user)
    walker.goto(f"/ho-so/{pk}/viec/giao-viec/")
    _pictures(walker, "people-reassign")
    walker.goto("/uy-quyen/")
    _name(page, deputy.user)
    expect(page.get_by_text("Đã giao Lê Thị Phó làm thay.")).to_be_visible()
    _pictures(walker, "people-substitutions")

    walker.arrive(deputy.user)
    page.locator("summary", has_text="Tài khoản").click()
    _pictures(walker, "people-switch")
    page.get_by_role("button", name=re.compile(f"Thay {chair.user.full_name}")).click()
    page.wait_for_load_state()
    walker.goto(f"/ho-so/{pk}/viec/phe-duyet-de-an/")
    expect(page.get_by_text(f"Anh/chị làm việc này thay {chair.user.full_name} (KT.)")).to_be_visible()
    _pictures(walker, "people-approve")
    today = timezone.localdate().isoformat()
    walker.act(
        journey.dossier,
        "phe-duyet-de-an",
        number="12/QĐ-UBND",
        signed_on=today,
        document="Quyết định.pdf",
    )
    for address in ("de-an", "van-ban", "lich-su"):
        walker.goto(f"/ho-so/{pk}/{address}/")
        expect(page.get_by_text(f"thay {chair.user.full_name} (KT. ").first).to_be_visible()
        _pictures(walker, f"people-{address}")

    walker.sign_in(chair.user)
    walker.goto("/uy-quyen/")
    page.get_by_role("button", name="Thu hồi").first.click()
    _pictures(walker, "people-revoke")
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Lý do thu hồi").fill("Chủ tịch đã về")
    dialog.get_by_role("button", name="Thu hồi").click()
    expect(page.get_by_text("Chủ tịch đã về")).to_be_visible()

    walker.sign_in(officer.user)
    walker.goto("/uy-quyen/")
    _pictures(walker, "people-substitutions-officer")
    assert errors == []


def _name(page: Page, substitute: User) -> None:
    today = timezone.localdate()
    page.locator("select[name=absent]").select_option(index=1)
    page.locator("select[name=substitute]").select_option(str(substitute.pk))
    page.locator("select[name=capacity]").select_option("KT.")
    page.fill("input[name=starts_on]", today.isoformat())
    page.fill("input[name=ends_on]", (today + timedelta(days=7)).isoformat())
    page.fill("input[name=number]", "45/QĐ-UBND")
    page.fill("input[name=dated_on]", today.isoformat())
    page.locator("select[name=absent]").select_option(label=_option(page, "Chủ tịch"))
    page.get_by_role("button", name="Giao người thay").click()


def _option(page: Page, words: str) -> str:
    options = page.locator("select[name=absent] option").all_inner_texts()
    return next(text for text in options if words in text and f"Phó {words}" not in text)
