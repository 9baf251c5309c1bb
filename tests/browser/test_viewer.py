"""Looking at evidence in a browser: wide, on a phone, without scripts, and from the keyboard."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import pypdfium2
import pytest
from playwright.sync_api import expect

from dossiers.dossier.models import State
from dossiers.results.models import Evidence
from storage.documents.models import Reading
from tests.browser.walker import Walker
from tests.dossiers.evidence import CODE, attached, received
from tests.storage.files import boxes
from tests.world import World
from workflows.demonstration.files import paper
from workflows.demonstration.journey import Journey

if TYPE_CHECKING:
    from playwright.sync_api import Browser, FloatRect, Locator, Page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE, DESK = (390, 844), (1280, 900)


@pytest.fixture
def journey(s3: str) -> Journey:
    return World.ensure().dossier(State.IMPLEMENTING, files=0)


@pytest.fixture
def report(journey: Journey) -> Evidence:
    """A photo with odd facts, then a report of six pages, then a video; the report's row."""
    journey.report()
    odd = received(journey, "Trạm y tế mặt trước.jpg", is_read=True)
    Reading.objects.filter(document=odd).update(camera="SM-A536E", latitude=21.0285, longitude=105.8542)
    attached(journey, odd, caption="Mặt trước trạm y tế")
    one = attached(journey, received(journey, "Báo cáo y tế năm 2023.pdf", six_pages(), is_read=True))
    attached(journey, received(journey, "Đường vào trạm.mp4", boxes()))
    return one


def six_pages() -> bytes:
    whole = pypdfium2.PdfDocument.new()
    for n in range(1, 7):
        whole.import_pages(pypdfium2.PdfDocument(paper(f"TRANG {n}").getvalue()))
    out = io.BytesIO()
    whole.save(out)
    return out.getvalue()


@pytest.fixture
def walker(live_server: Any, page: Page, journey: Journey, report: Evidence) -> Walker:
    walker = Walker(page, live_server.url)
    walker.sign_in(journey.official.user)
    walker.goto(f"/ho-so/{journey.dossier.pk}/chi-tieu/{CODE}/")
    return walker


def is_drawn(picture: Locator) -> bool:
    return bool(picture.evaluate("one => one.decode().then(() => one.naturalWidth > 0)"))


def sides(page: Page, selector: str) -> FloatRect:
    box = page.locator(selector).first.bounding_box()
    assert box is not None
    return box


def test_a_report_is_read_beside_its_indicator(walker: Walker) -> None:
    page = walker.page
    page.set_viewport_size({"width": DESK[0], "height": DESK[1]})
    walker.picture("viewer-desk-list")
    page.get_by_role("link", name="Báo cáo y tế năm 2023.pdf", exact=True).click()
    expect(page.get_by_text("Tệp 2/3")).to_be_visible()
    file, beside = sides(page, "#tai-lieu"), sides(page, "#ve-tep")
    assert beside["x"] > file["x"] + file["width"], "two columns"
    page.get_by_role("link", name="Trang sau").first.click()
    picture = page.locator(".lua-sheet img")
    expect(picture).to_have_attribute("alt", "Trang 2 của Báo cáo y tế năm 2023.pdf")
    assert is_drawn(picture)
    page.get_by_role("textbox", name="Trang").fill("6")
    page.get_by_role("textbox", name="Trang").press("Enter")
    expect(picture).to_have_attribute("alt", "Trang 6 của Báo cáo y tế năm 2023.pdf")
    assert is_drawn(page.locator(".lua-sheet img"))
    expect(page.locator(".lua-sheet")).to_be_in_viewport(ratio=0.75)
    walker.picture("viewer-desk-paper")

    small = sides(page, ".lua-sheet img")["width"]
    page.locator("#phong-to").focus()
    page.keyboard.press("Space")
    assert sides(page, ".lua-sheet img")["width"] > 1.4 * small
    walker.picture("viewer-desk-zoomed")

    page.get_by_role("link", name="Tệp trước").click()
    expect(page.get_by_text("cách trung tâm").first).to_be_visible()
    assert is_drawn(page.locator(".lua-sheet img"))
    walker.picture("viewer-desk-photo")
    page.get_by_role("link", name="Dùng cho chỉ tiêu khác").click()
    page.get_by_role("checkbox", name="14.1").check()
    page.get_by_label("Lọc theo mã hoặc tên chỉ tiêu").fill("nuoc sach")
    expect(page.get_by_role("checkbox", name="14.1")).to_be_visible()
    expect(page.get_by_role("checkbox", name="10.1")).to_be_hidden()
    walker.picture("viewer-desk-reuse")
    page.get_by_role("button", name="Dùng cho các chỉ tiêu đã chọn").click()
    expect(page.get_by_text("Đã dùng tệp cho thêm 1 chỉ tiêu.")).to_be_visible()
    walker.goto(page.url.removeprefix(walker.base).partition("minh-chung")[0] + "chi-tieu/17.1/")
    page.get_by_role("link", name="Chọn tệp đã có trong hồ sơ").click()
    page.get_by_role("checkbox", name="Báo cáo y tế").check()
    walker.picture("viewer-desk-choose")
    page.get_by_role("button", name="Thêm các tệp đã chọn").click()
    expect(page.get_by_text("Đã thêm 1 tệp minh chứng.")).to_be_visible()


def test_on_a_phone_one_stands_under_the_other(walker: Walker) -> None:
    page = walker.page
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    page.get_by_role("heading", name="Minh chứng").scroll_into_view_if_needed()
    walker.picture("viewer-phone-list")
    page.get_by_role("link", name="Trạm y tế mặt trước.jpg", exact=True).click()
    expect(page.get_by_text("Tệp 1/3")).to_be_visible()
    assert is_drawn(page.locator(".lua-sheet img"))
    file, beside = sides(page, "#tai-lieu"), sides(page, "#ve-tep")
    assert beside["y"] > file["y"] + file["height"]
    assert sides(page, ".lua-sheet img")["y"] < PHONE[1] * 0.8, "the photo begins on the first screen"
    walker.picture("viewer-phone-photo")
    page.get_by_role("link", name="Tệp sau").click()
    page.get_by_role("link", name="Trang sau").first.click()
    assert is_drawn(page.locator(".lua-sheet img"))
    expect(page.locator(".lua-sheet")).to_be_in_viewport(ratio=1)
    walker.picture("viewer-phone-paper")
    page.get_by_text("150 %").click()
    assert sides(page, ".lua-sheet img")["width"] > PHONE[0]
    walker.picture("viewer-phone-zoomed")
    page.get_by_role("link", name="Tệp sau").click()
    expect(page.locator("video")).to_be_visible()
    walker.picture("viewer-phone-video")


def test_without_scripts_everything_is_reached(
    live_server: Any, browser: Browser, journey: Journey, report: Evidence
) -> None:
    context = browser.new_context(java_script_enabled=False, locale="vi-VN")
    page = context.new_page()
    walker = Walker(page, live_server.url)
    walker.sign_in(journey.official.user)
    walker.goto(f"/ho-so/{journey.dossier.pk}/minh-chung/{report.pk}/xem/?trang=3")
    expect(page.get_by_alt_text("Trang 3 của Báo cáo y tế năm 2023.pdf")).to_be_visible()
    page.get_by_text("150 %").click()
    assert sides(page, ".lua-sheet img")["width"] > 900
    page.get_by_role("link", name="Thay bằng bản mới").click()
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    walker.picture("viewer-phone-replace")
    page.locator("input[type=file]").set_input_files(
        {"name": "Báo cáo sửa.pdf", "mimeType": "application/pdf", "buffer": paper("sửa").getvalue()}
    )
    page.get_by_role("button", name="Thay bằng bản mới").click()
    expect(page.get_by_role("heading", name="Các bản trước")).to_be_visible()
    page.get_by_role("link", name="Báo cáo y tế năm 2023.pdf", exact=True).click()
    expect(page.get_by_text("Bản này đã được")).to_be_visible()
    walker.picture("viewer-phone-replaced")
    page.get_by_role("link", name=CODE, exact=True).click()
    page.get_by_text("Các tệp đã có bản mới thay (1)").click()
    expect(page.get_by_role("link", name="Báo cáo y tế năm 2023.pdf", exact=True)).to_be_visible()
    walker.picture("viewer-phone-removed")
    context.close()
