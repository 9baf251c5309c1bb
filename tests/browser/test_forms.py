"""Forms in a browser: what somebody typed outlives a lost session and an upload, and errors stand where they are."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import FilePayload, expect

from dossiers.dossier.models import State
from dossiers.organisations.models import Role
from dossiers.plans.models import PlanSection, SectionKind
from dossiers.results.models import Evidence, IndicatorResult
from tests.browser.files import let_files_be_checked, rows
from tests.browser.walker import Walker
from tests.world import PASSWORD, World
from workflows.demonstration.files import photo

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Dialog, Locator, Page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

FILLED_IN = "Nội dung anh/chị chưa kịp lưu đã được điền lại; xin xem rồi lưu."
TYPED = "Sự cần thiết: xã đã đạt chuẩn năm 2019.\nNay phấn đấu nâng cao."
SECTION = SectionKind.values[0]


@pytest.fixture
def walker(live_server: Any, page: Page, s3: str) -> Iterator[Walker]:
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield Walker(page, live_server.url)
    assert errors == []


def section_form(page: Page) -> Locator:
    return page.locator(f"form:has(input[name=kind][value='{SECTION}'])")


def end_session(page: Page) -> None:
    page.context.clear_cookies(name="lua_session")


def sign_in_here(page: Page, world: World, role: Role = Role.COMMUNE_OFFICIAL) -> None:
    page.fill("input[name=username]", world.actor(role).user.username)
    page.fill("input[name=password]", PASSWORD)
    page.click("main form button:not([type=button])")
    page.wait_for_load_state()


def type_and_lose_the_session(walker: Walker, world: World) -> int:
    """Type a section, press save when the session has ended, and stand at the sign-in page."""
    pk = world.dossier(State.DRAFTING).dossier.pk
    walker.sign_in(world.actor(Role.COMMUNE_OFFICIAL).user)
    walker.goto(f"/ho-so/{pk}/de-an/")
    page = walker.page
    section_form(page).locator("textarea").fill(TYPED)
    end_session(page)
    section_form(page).get_by_role("button", name="Lưu mục này").click()
    page.wait_for_url(re.compile(r"/dang-nhap/"))
    return pk


def kept(page: Page) -> str | None:
    found: str | None = page.evaluate("sessionStorage.getItem('lua-kept')")
    return found


def test_text_is_filled_in_again_after_the_session_has_ended(walker: Walker) -> None:
    world, page = World.ensure(), walker.page
    pk = type_and_lose_the_session(walker, world)
    expect(page.get_by_text("chưa được lưu. Xin đăng nhập lại.")).to_be_visible()
    expect(page.get_by_text("vẫn được giữ trong trình duyệt này")).to_be_visible()
    assert "csrf" not in (kept(page) or "")

    sign_in_here(page, world)

    assert page.url.startswith(f"{walker.base}/ho-so/{pk}/de-an/")
    expect(page.get_by_text(FILLED_IN)).to_be_in_viewport()
    expect(section_form(page).locator("textarea")).to_have_value(TYPED)
    assert kept(page) is None, "it is filled in once"
    section_form(page).get_by_role("button", name="Lưu mục này").click()
    expect(page.get_by_text("Đã lưu mục của Đề án.")).to_be_visible()
    assert kept(page) is None
    expect(page.get_by_text(FILLED_IN)).to_have_count(0)
    section = PlanSection.objects.get(dossier=pk, kind=SECTION)
    assert section.body.replace("\r\n", "\n") == TYPED


def test_what_somebody_else_saved_meanwhile_is_shown_before_it_is_replaced(walker: Walker) -> None:
    world, page = World.ensure(), walker.page
    pk = type_and_lose_the_session(walker, world)
    section = PlanSection.objects.get(dossier=pk, kind=SECTION)
    section.body, section.revision = "Bản của người khác.", section.revision + 1
    section.save()

    sign_in_here(page, world)
    section_form(page).get_by_role("button", name="Lưu mục này").click()

    expect(page.locator("[data-conflict]").get_by_text("Bản của người khác.")).to_be_visible()
    expect(section_form(page).locator("textarea")).to_have_value(TYPED)


def test_kept_text_is_not_shown_to_somebody_else_and_forgotten_at_sign_out(walker: Walker) -> None:
    world, page = World.ensure(), walker.page
    pk = type_and_lose_the_session(walker, world)
    assert kept(page)

    sign_in_here(page, world, Role.COMMUNE_CHAIR)

    walker.goto(f"/ho-so/{pk}/de-an/")
    expect(section_form(page).locator("textarea")).not_to_have_value(TYPED)
    page.locator("summary", has_text="Tài khoản").click()
    page.get_by_role("button", name="Đăng xuất").click()
    page.wait_for_url(re.compile(r"/dang-nhap/"))
    assert kept(page) is None
    expect(page.get_by_text("vẫn được giữ trong trình duyệt này")).to_be_hidden()


def test_text_survives_a_form_that_is_older_than_signing_in(walker: Walker) -> None:
    world, page = World.ensure(), walker.page
    pk = world.dossier(State.DRAFTING).dossier.pk
    walker.sign_in(world.actor(Role.COMMUNE_OFFICIAL).user)
    walker.goto(f"/ho-so/{pk}/de-an/")
    section_form(page).locator("textarea").fill(TYPED)
    end_session(page)
    other = page.context.new_page()
    other.goto(f"{walker.base}/dang-nhap/")
    sign_in_here(other, world)

    section_form(page).get_by_role("button", name="Lưu mục này").click()
    page.get_by_role("link", name="Mở lại trang vừa nhập").click()

    expect(section_form(page).locator("textarea")).to_have_value(TYPED)
    expect(page.get_by_text(FILLED_IN)).to_be_visible()


def open_indicator(walker: Walker, world: World) -> IndicatorResult:
    journey = world.dossier(State.IMPLEMENTING, files=0)
    walker.sign_in(world.actor(Role.COMMUNE_OFFICIAL).user)
    walker.goto(f"/ho-so/{journey.dossier.pk}/chi-tieu/10.1/")
    return journey.results().get(indicator__code="10.1")


GOOD = FilePayload(name=f"Ảnh {'rất ' * 30}dài.jpg", mimeType="image/jpeg", buffer=photo("1").getvalue())
BAD = FilePayload(name="x" * 200 + ".jpg", mimeType="image/jpeg", buffer=b"<html></html>")


def draft_is_kept(form: Locator) -> None:
    expect(form.get_by_role("status")).to_contain_text(re.compile(r"Bản nháp đã giữ lúc \d\d:\d\d"))


def test_what_was_typed_is_there_on_another_machine_until_it_was_sent(
    walker: Walker, browser: Browser
) -> None:
    world, page = World.ensure(), walker.page
    pk = world.dossier(State.DRAFTING).dossier.pk
    walker.sign_in(world.actor(Role.COMMUNE_OFFICIAL).user)
    walker.goto(f"/ho-so/{pk}/de-an/")
    section_form(page).locator("textarea").fill(TYPED)
    draft_is_kept(section_form(page))
    asked: list[Dialog] = []

    def answer(dialog: Dialog) -> None:
        asked.append(dialog)
        dialog.accept()

    page.on("dialog", answer)
    walker.goto("/viec/")
    assert asked == [], "a draft that is kept needs no question"
    assert PlanSection.objects.get(dossier=pk, kind=SECTION).body == "", "it is not the commune's text yet"

    with browser.new_context(viewport={"width": 390, "height": 844}, locale="vi-VN") as elsewhere:
        phone = elsewhere.new_page()
        other = Walker(phone, walker.base)
        other.sign_in(world.actor(Role.COMMUNE_OFFICIAL).user)
        other.goto(f"/ho-so/{pk}/de-an/")
        filled_in = section_form(phone).get_by_text("chưa được lưu, nay đã được điền lại; xin xem lại.")
        expect(filled_in).to_be_in_viewport()
        expect(section_form(phone).locator("textarea")).to_have_value(TYPED)
        other.picture("20-draft")
        section_form(phone).get_by_role("button", name="Lưu mục này").click()
        expect(phone.get_by_text("Đã lưu mục của Đề án.")).to_be_visible()
        expect(filled_in).to_have_count(0)
        other.goto(f"/ho-so/{pk}/de-an/")
        expect(section_form(phone).locator("textarea")).to_have_value(TYPED)
        expect(filled_in).to_have_count(0)


def test_a_draft_is_put_aside_and_does_not_replace_unseen_what_somebody_else_saved(walker: Walker) -> None:
    world, page = World.ensure(), walker.page
    pk = world.dossier(State.DRAFTING).dossier.pk
    walker.sign_in(world.actor(Role.COMMUNE_OFFICIAL).user)
    walker.goto(f"/ho-so/{pk}/de-an/")
    section_form(page).locator("textarea").fill(TYPED)
    draft_is_kept(section_form(page))
    section = PlanSection.objects.get(dossier=pk, kind=SECTION)
    section.body, section.revision = "Bản của người khác.", section.revision + 1
    section.save()
    page.reload()
    expect(section_form(page).locator("textarea")).to_have_value(TYPED)
    section_form(page).get_by_role("button", name="Lưu mục này").click()
    expect(page.locator("[data-conflict]").get_by_text("Bản của người khác.")).to_be_visible()
    walker.goto(f"/ho-so/{pk}/de-an/")
    page.get_by_role("button", name="Bỏ bản nháp").click()
    expect(section_form(page).locator("textarea")).to_have_value("Bản của người khác.")
    expect(page.get_by_role("button", name="Bỏ bản nháp")).to_have_count(0)


def test_a_draft_that_cannot_be_kept_says_so_and_is_kept_when_the_line_is_back(walker: Walker) -> None:
    world, page = World.ensure(), walker.page
    pk = world.dossier(State.DRAFTING).dossier.pk
    walker.sign_in(world.actor(Role.COMMUNE_OFFICIAL).user)
    page.clock.install()
    walker.goto(f"/ho-so/{pk}/de-an/")
    page.context.set_offline(True)
    section_form(page).locator("textarea").fill(TYPED)
    expect(section_form(page).get_by_role("status")).to_have_text("Chưa giữ được bản nháp, sẽ thử lại")
    page.context.set_offline(False)
    page.clock.fast_forward(11_000)
    draft_is_kept(section_form(page))
    end_session(page)
    section_form(page).locator("textarea").fill(TYPED + "!")
    expect(section_form(page).get_by_role("status")).to_contain_text("Phiên làm việc đã hết hạn")


def test_an_upload_leaves_an_unsaved_figure_alone(walker: Walker) -> None:
    world, page = World.ensure(), walker.page
    result = open_indicator(walker, world)
    asked: list[str] = []

    def refuse(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", refuse)
    before = Evidence.objects.filter(result=result).count()
    page.fill("[name=value]", "61,5")
    page.fill("#chu-thich", "Chụp ngày 5/6")

    page.set_input_files("input[type=file]", [BAD, GOOD])
    let_files_be_checked(page, files=2)

    expect(page.get_by_role("heading", name=f"Minh chứng ({before + 1})")).to_be_visible()
    expect(page.locator("#cac-tep").get_by_text("dài.jpg").first).to_be_visible()
    expect(page.locator("[data-drop-files]").get_by_text("Không nhận loại tệp này")).to_be_visible()
    expect(page.locator("#tinh-trang").get_by_text("Chưa có minh chứng")).to_have_count(0)
    expect(page.locator("[name=value]")).to_have_value("61,5")
    expect(page.locator("#chu-thich")).to_have_value("")
    assert asked == []
    walker.picture("20-upload-phone", phone=True)
    page.get_by_role("button", name="Lưu số liệu").click()
    expect(page.get_by_text("Đã lưu số liệu chỉ tiêu 10.1.")).to_be_visible()


def test_an_upload_without_a_session_says_so_and_goes_on_after_signing_in_elsewhere(walker: Walker) -> None:
    world, page = World.ensure(), walker.page
    result = open_indicator(walker, world)
    before = Evidence.objects.filter(result=result).count()
    end_session(page)

    page.set_input_files("input[type=file]", GOOD)

    expect(rows(page, "failed")).to_contain_text("phiên làm việc đã hết hạn")
    assert Evidence.objects.filter(result=result).count() == before

    # Signing in changes the token of the page that is still open.
    other = page.context.new_page()
    other.goto(f"{walker.base}/dang-nhap/")
    sign_in_here(other, world)
    page.locator("[data-upload-retry]:visible").click()
    let_files_be_checked(page)
    expect(page.get_by_role("heading", name=f"Minh chứng ({before + 1})")).to_be_visible()


def test_only_the_wrong_field_of_a_row_is_marked(walker: Walker) -> None:
    world, page = World.ensure(), walker.page
    journey = world.dossier(State.DRAFTING)
    result = journey.results().get(indicator__code="10.1")
    walker.sign_in(world.actor(Role.COMMUNE_OFFICIAL).user)
    walker.goto(f"/ho-so/{journey.dossier.pk}/de-an/chi-tieu/")
    page.fill(f"#r{result.pk}-baseline", "nhiều")
    page.fill(f"#r{result.pk}-target", "65")

    page.get_by_role("button", name="Lưu các thay đổi").click()

    summary = page.locator("[data-errors]")
    expect(summary).to_be_focused()
    expect(summary).to_contain_text("1 dòng có lỗi")
    expect(summary).to_contain_text("Chỉ tiêu 10.1:")
    assert page.locator(".is-invalid").evaluate_all("all => all.map(one => one.id)") == [
        f"r{result.pk}-baseline"
    ]
    expect(page.locator(f"#r{result.pk}-target")).to_have_value("65")
    summary.get_by_role("link").click()
    expect(page.locator(f"#r{result.pk}-baseline")).to_be_focused()


def test_a_criterion_opens_when_an_address_leads_to_it(walker: Walker) -> None:
    world, page = World.ensure(), walker.page
    pk = world.dossier(State.IMPLEMENTING, files=0).dossier.pk
    walker.sign_in(world.actor(Role.COMMUNE_OFFICIAL).user)
    walker.goto(f"/ho-so/{pk}/")
    page.get_by_role("link", name=re.compile(r"^17\. ")).click()
    group = page.locator("#tieu-chi-17")
    expect(group).to_be_in_viewport()
    group.locator("summary").first.click()
    expect(group).not_to_have_attribute("open", "")
    page.evaluate("location.hash = ''")
    page.evaluate("location.hash = 'tieu-chi-17'")
    expect(group).to_have_attribute("open", "")


@pytest.mark.parametrize("tab", ["", "de-an/", "de-an/chi-tieu/", "chi-tieu/", "quy-trinh/"])
def test_a_phone_shows_the_page_itself_in_its_upper_half(walker: Walker, tab: str) -> None:
    world, page = World.ensure(), walker.page
    pk = world.dossier(State.DRAFTING).dossier.pk
    walker.sign_in(world.actor(Role.COMMUNE_OFFICIAL).user)
    page.set_viewport_size({"width": 360, "height": 740})
    walker.goto(f"/ho-so/{pk}/{tab}")
    assert page.locator(".lua-tabs").evaluate("one => one.getBoundingClientRect().bottom") < 370
    assert page.evaluate("document.documentElement.scrollWidth") == 360


@pytest.mark.parametrize("state", [State.APPRAISING, State.CONSOLIDATING, State.PUBLISHED])
def test_the_diagram_opens_where_the_work_is_or_where_it_ended(walker: Walker, state: State) -> None:
    world, page = World.ensure(), walker.page
    pk = world.dossier(state).dossier.pk
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)
    walker.sign_in(world.actor(Role.COORDINATION_OFFICER).user)
    for width, height in ((360, 740), (1440, 740), (1280, 500)):
        page.set_viewport_size({"width": width, "height": height})
        walker.goto(f"/ho-so/{pk}/quy-trinh/")
        scroll = page.locator(".lua-flow-scroll")
        box, here = scroll.bounding_box(), page.locator("[data-here]").bounding_box()
        assert box and here
        assert box["x"] <= here["x"] and here["x"] + here["width"] <= box["x"] + box["width"]
        assert box["y"] <= here["y"] and here["y"] + here["height"] <= box["y"] + box["height"]
        assert scroll.evaluate("one => one.scrollWidth > one.clientWidth && one.clientHeight < innerHeight")
        scroll.evaluate("one => one.scrollTo(0, one.scrollHeight)")
        assert scroll.evaluate(
            "one => one.scrollLeft === 0 && one.scrollTop + one.clientHeight >= one.scrollHeight - 1"
        )
        assert page.evaluate("document.documentElement.scrollWidth") == width
        expect(page.get_by_text("Kéo sơ đồ để xem hết")).to_be_visible()
    assert not errors


def test_a_gate_leads_to_its_rule_in_an_open_fold(walker: Walker) -> None:
    world, page = World.ensure(), walker.page
    pk = world.dossier(State.IMPLEMENTING, files=0).dossier.pk
    walker.sign_in(world.actor(Role.COMMUNE_CHAIR).user)
    walker.goto(f"/ho-so/{pk}/dieu-kien/")
    page.locator("#dieu-kien-security_order").get_by_role("link", name="Xem trong quy định").click()
    rule = page.locator("[id$='-dieu-kien-security_order']")
    expect(rule).to_be_in_viewport()
    expect(rule).to_contain_text("an ninh, trật tự")
