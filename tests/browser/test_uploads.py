"""Sending evidence in a browser: over a line that breaks, on another day, on a phone, and files that are not taken."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings
from playwright.sync_api import Route, expect

from dossiers.dossier.models import State
from dossiers.results.models import Evidence
from storage.documents import uploads
from storage.documents.models import Upload, UploadState
from tests.browser.files import do_waiting_jobs, rows
from tests.browser.walker import Walker
from tests.storage.files import jpeg, noise, saved
from tests.world import World
from workflows.demonstration.files import photo
from workflows.demonstration.journey import Journey

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
CODE = "14.2"
STORE = re.compile(rf"^{re.escape(settings.S3_PUBLIC_ORIGIN)}/")
CHOOSE = "form[data-upload] input[type=file]"


@pytest.fixture
def journey(s3: str) -> Journey:
    return World.ensure().dossier(State.IMPLEMENTING, files=0)


@pytest.fixture
def walker(live_server: Any, page: Page, journey: Journey) -> Walker:
    """The commune's official at the indicator's page."""
    walker = Walker(page, live_server.url)
    walker.sign_in(journey.official.user)
    walker.goto(f"/ho-so/{journey.dossier.pk}/chi-tieu/{CODE}/")
    return walker


@pytest.fixture
def large(tmp_path: Path) -> Path:
    """A picture of three parts."""
    path = tmp_path / "Bản đồ.jpg"
    path.write_bytes(saved(noise(4200, 3000), "JPEG", quality=97))
    return path


def photos(folder: Path, count: int) -> list[Path]:
    made = []
    for n in range(count):
        made.append(folder / f"Ảnh {n}.jpg")
        made[-1].write_bytes(photo(f"u{n}").getvalue())
    return made


def evidence_names() -> list[str]:
    current = Evidence.objects.current().filter(result__indicator__code=CODE)
    return sorted(current.values_list("document__name", flat=True))


def test_files_arrive_over_a_line_that_breaks(walker: Walker, tmp_path: Path) -> None:
    page, files = walker.page, photos(tmp_path, 6)
    cut: list[str] = []
    hostile = tmp_path / "giả.jpg"
    hostile.write_bytes(b"<html><script>1</script></html>")

    def break_some(route: Route) -> None:
        if route.request.method == "PUT" and len(cut) < 5:
            cut.append(route.request.url)
            return route.abort("connectionreset")
        route.continue_()

    page.context.route(STORE, break_some)
    page.fill("[name=note]", "chưa lưu")
    page.fill("[name=caption]", "Trạm y tế xã")
    page.set_input_files(CHOOSE, [*files, hostile])
    expect(rows(page, "checking")).to_have_count(7)
    expect(rows(page, "checking").first).to_contain_text("Đang kiểm tra…")
    assert len(cut) == 5 and evidence_names() == []
    do_waiting_jobs()
    expect(rows(page, "kept")).to_have_count(6)
    expect(rows(page, "kept").first).to_contain_text("Đã lưu làm minh chứng")
    refused = rows(page, "refused")
    expect(refused).to_contain_text("Không nhận loại tệp này. Xin gửi ảnh JPEG, PNG, WebP")
    expect(page.locator("[data-upload-total]")).to_contain_text("6/7 tệp")
    expect(page.locator("[data-upload-live]")).to_contain_text("1 tệp chưa được")
    expect(page.locator("#minh-chung ul.lua-files > li")).to_have_count(6)
    expect(page.locator("#tieu-de-minh-chung")).to_contain_text("(6)")
    assert evidence_names() == [file.name for file in files]
    assert set(Evidence.objects.values_list("caption", flat=True)) == {"Trạm y tế xã"}
    assert page.input_value("[name=note]") == "chưa lưu", "the page was not loaded again"
    walker.picture("14-uploads")
    refused.get_by_role("button", name="Bỏ ra: giả.jpg").click()
    expect(page.locator("[data-upload-total]")).to_contain_text("6/6 tệp")


def test_the_next_day_the_same_file_is_sent_on_from_where_it_was(walker: Walker, large: Path) -> None:
    page, sent = walker.page, []
    page.context.on("requestfinished", lambda one: sent.append(one.url) if one.method == "PUT" else None)
    page.context.route(
        re.compile(STORE.pattern + ".*partNumber=3"), lambda route: route.abort("connectionreset")
    )
    page.set_input_files(CHOOSE, large)
    expect(rows(page, "sending")).to_contain_text("Mất kết nối, đang thử lại…")
    page.wait_for_function("document.querySelector('[data-upload-item] progress').value > 50")
    for _ in range(50):
        if len(sent) == 2:
            break
        page.wait_for_timeout(100)
    assert [one.number for one in uploads.uploaded_parts(Upload.objects.get())] == [1, 2]
    page.context.unroute_all()
    address, context = page.url, page.context
    page.close()

    sent.clear()
    walker.page = again = context.new_page()
    again.goto(address)
    expect(again.get_by_text("Còn tệp gửi dở")).to_be_visible()
    expect(again.locator("[data-upload-names]")).to_have_text(large.name)
    again.set_input_files(CHOOSE, large)
    expect(rows(again, "checking")).to_have_count(1)
    assert [re.findall(r"partNumber=(\d+)", url) for url in sent] == [["3"]]
    do_waiting_jobs()
    expect(rows(again, "kept")).to_have_count(1)
    assert Upload.objects.get().state == UploadState.RECEIVED
    assert evidence_names() == [large.name]

    sent.clear()
    again.reload()
    again.set_input_files(CHOOSE, large)
    expect(rows(again, "kept")).to_have_count(1)
    assert sent == [] and Upload.objects.count() == 1, "what is kept is not sent a second time"


def test_what_was_begun_can_be_given_up_another_day(walker: Walker, journey: Journey) -> None:
    page = walker.page
    result = journey.results().get(indicator__code=CODE)
    uploads.begin(
        name="cũ.jpg", size=5, owner_id=journey.official.user.pk, subject=f"evidence:{result.pk}", context={}
    )
    page.reload()
    page.get_by_role("button", name="Bỏ các tệp gửi dở").click()
    expect(page.get_by_text("Còn tệp gửi dở")).to_be_hidden()
    for _ in range(50):
        if Upload.objects.get().state == UploadState.EXPIRED:
            break
        page.wait_for_timeout(100)
    assert Upload.objects.get().state == UploadState.EXPIRED


def test_on_a_phone_and_by_keyboard_a_file_is_paused_and_sent_on(walker: Walker, large: Path) -> None:
    page = walker.page
    page.set_viewport_size({"width": 360, "height": 740})
    page.context.route(STORE, lambda route: route.abort("connectionreset"))
    page.set_input_files(CHOOSE, large)
    pause = page.get_by_role("button", name=f"Tạm dừng: {large.name}")
    expect(pause).to_be_visible()
    pause.focus()
    page.keyboard.press("Enter")
    expect(rows(page, "paused")).to_contain_text("Tạm dừng ở 0%")
    expect(page.get_by_role("button", name=f"Gửi tiếp: {large.name}")).to_be_focused()
    walker.picture("15-uploads-phone", phone=True)
    page.set_viewport_size({"width": 360, "height": 740})
    page.context.unroute_all()
    page.keyboard.press("Enter")
    expect(rows(page, "checking")).to_have_count(1)
    do_waiting_jobs()
    expect(rows(page, "kept")).to_have_count(1)
    assert Upload.objects.count() == 1 and evidence_names() == [large.name]


def test_a_removed_file_leaves_nothing_behind(walker: Walker, large: Path) -> None:
    page = walker.page
    page.context.route(STORE, lambda route: route.abort("connectionreset"))
    page.set_input_files(CHOOSE, large)
    expect(rows(page, "sending")).to_contain_text("Mất kết nối")
    with page.expect_response(re.compile("/bo/$")):
        page.get_by_role("button", name=f"Bỏ ra: {large.name}").click()
    expect(page.locator("[data-upload-item]")).to_have_count(0)
    assert Upload.objects.get().state == UploadState.EXPIRED
    expect(page.locator(CHOOSE)).to_be_focused()


def test_where_the_store_cannot_be_reached_the_parts_pass_through_us(
    walker: Walker, large: Path, settings: Any
) -> None:
    settings.UPLOADS_DIRECT = False
    page = walker.page
    page.context.route(STORE, lambda route: route.abort("connectionrefused"))
    page.set_input_files(CHOOSE, large)
    expect(rows(page, "checking")).to_have_count(1)
    do_waiting_jobs()
    expect(rows(page, "kept")).to_have_count(1)
    assert evidence_names() == [large.name]


def test_a_session_that_has_ended_is_said_and_the_file_goes_on_afterwards(
    walker: Walker, tmp_path: Path, journey: Journey
) -> None:
    page, file = walker.page, tmp_path / "a.jpg"
    file.write_bytes(jpeg())
    cookies = page.context.cookies()
    page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    page.set_input_files(CHOOSE, file)
    expect(rows(page, "failed")).to_contain_text("phiên làm việc đã hết hạn")
    page.context.add_cookies(cookies)  # type: ignore[arg-type]
    page.get_by_role("button", name="Thử lại: a.jpg").click()
    expect(rows(page, "checking")).to_have_count(1)


def test_without_scripts_the_form_is_sent_as_it_is(
    live_server: Any, browser: Any, journey: Journey, tmp_path: Path
) -> None:
    file = tmp_path / "a.jpg"
    file.write_bytes(jpeg())
    context = browser.new_context(java_script_enabled=False)
    walker = Walker(context.new_page(), live_server.url)
    walker.sign_in(journey.official.user)
    walker.goto(f"/ho-so/{journey.dossier.pk}/chi-tieu/{CODE}/")
    walker.page.set_input_files("form.lua-drop input[type=file]", file)
    walker.page.click("form.lua-drop button[type=submit]")
    expect(walker.page.get_by_text("Đã thêm 1 tệp minh chứng")).to_be_visible()
    assert evidence_names() == ["a.jpg"]
    context.close()
