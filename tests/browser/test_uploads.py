"""Sending evidence in a browser: over a line that breaks, on another day, on a phone; photos made smaller, and files
that are not taken or not sent because they are there already.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings
from PIL import ExifTags, Image
from playwright.sync_api import Request, Route, expect

from dossiers.dossier.models import State
from dossiers.results import acts
from dossiers.results.models import Evidence
from storage.documents import Document, receive, uploads
from storage.documents.models import Upload, UploadState
from storage.objects import object_store
from tests.browser.files import do_waiting_jobs, rows
from tests.browser.walker import Walker
from tests.dossiers.evidence import attached, received
from tests.storage.files import BLUE, RED, halves, jpeg, noise, pdf_of, saved
from tests.storage.parts import MIB, checksum, clock_off
from tests.world import World
from workflows.demonstration.files import photo
from workflows.demonstration.journey import Journey

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
CODE = "14.2"
STORE = re.compile(rf"^{re.escape(settings.S3_PUBLIC_ORIGIN)}/")
CHOOSE = "form[data-upload] input[type=file]"
SMALLER = "Thu nhỏ ảnh lớn trước khi gửi"
TAKEN, PLACE = "2023:06:05 08:30:00", (20.0, 35.0, 12.5)


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
    """A file of four parts."""
    return pdf_of(18 * MIB, tmp_path / "Bản đồ.pdf")


@pytest.fixture
def snapshot(tmp_path: Path) -> Path:
    """A phone's photo of twelve megapixels, taken with the phone on its side: it says when and where."""
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] = TAKEN
    exif.get_ifd(ExifTags.IFD.GPSInfo).update({1: "N", 2: PLACE, 3: "E", 4: PLACE})
    picture = Image.blend(halves(4000, 3000), noise(400, 300).resize((4000, 3000)), 0.2)
    path = tmp_path / "Ảnh chụp.jpg"
    path.write_bytes(saved(picture, "JPEG", quality=95, exif=exif))
    return path


@pytest.fixture
def puts(page: Page) -> list[str]:
    """The addresses to which the browser has sent bytes."""
    sent: list[str] = []
    page.context.on("requestfinished", lambda one: sent.append(one.url) if one.method == "PUT" else None)
    return sent


def photos(folder: Path, count: int) -> list[Path]:
    made = []
    for n in range(count):
        made.append(folder / f"Ảnh {n}.jpg")
        made[-1].write_bytes(photo(f"u{n}").getvalue())
    return made


def evidence_names(code: str = CODE) -> list[str]:
    current = Evidence.objects.current().filter(result__indicator__code=code)
    return sorted(current.values_list("document__name", flat=True))


def opened(document: Document) -> Image.Image:
    """The picture as it is in the store."""
    with object_store().open(document.object_key, document.version_id) as stored:
        return Image.open(io.BytesIO(stored.read()))


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
    expect(page.locator("[data-upload-kept]")).to_contain_text("Đã lưu 6 tệp")
    expect(rows(page, "kept").first).to_be_hidden()
    refused = rows(page, "refused")
    expect(refused).to_contain_text("Không nhận loại tệp này. Xin gửi ảnh JPEG, PNG, WebP")
    expect(page.locator("[data-upload-total]")).to_contain_text("6/7 tệp")
    expect(page.locator("[data-upload-live]")).to_contain_text("Đã lưu 6 tệp")
    expect(page.locator("[data-upload-live]")).to_contain_text("1 tệp chưa được")
    expect(page.locator("#minh-chung ul.lua-files > li")).to_have_count(6)
    expect(page.locator("#tieu-de-minh-chung")).to_contain_text("(6)")
    assert evidence_names() == [file.name for file in files]
    assert set(Evidence.objects.values_list("caption", flat=True)) == {"Trạm y tế xã"}
    assert page.input_value("[name=note]") == "chưa lưu", "the page was not loaded again"
    walker.picture("14-uploads")
    page.reload()
    refusals = page.locator("[data-upload-refusals]")
    expect(refusals).to_contain_text("giả.jpg: Không nhận loại tệp này")
    page.set_input_files(CHOOSE, [hostile])
    expect(rows(page, "checking")).to_have_count(1)
    do_waiting_jobs()
    expect(refused).to_contain_text("Không nhận loại tệp này")
    refused.get_by_role("button", name="Bỏ ra: giả.jpg").click()
    expect(refused).to_have_count(0)
    page.reload()
    expect(refusals.get_by_role("listitem")).to_have_count(1)
    refusals.get_by_role("button", name="Đã rõ").click()
    expect(refusals).to_be_hidden()
    page.reload()
    expect(page.locator("[data-drop-files]")).to_be_attached()
    expect(refusals).to_be_hidden()


def test_what_a_dead_line_never_answered_is_asked_again(walker: Walker, tmp_path: Path) -> None:
    page, files = walker.page, photos(tmp_path, 2)
    unanswered: list[str] = []

    def swallow(what: str) -> Callable[[Route], None]:
        def handler(route: Route) -> None:
            if what in unanswered:
                return route.continue_()
            unanswered.append(what)

        return handler

    page.context.route(re.compile(r"/tai-len/\?id="), swallow("how far the check is"))
    page.context.route(re.compile(r"/xong/$"), swallow("that all was sent"))
    page.clock.install()
    page.set_input_files(CHOOSE, files)
    expect(rows(page, "checking")).to_have_count(1)
    page.clock.fast_forward(61_000)
    expect(rows(page, "checking")).to_have_count(2)
    do_waiting_jobs()
    expect(rows(page, "kept")).to_have_count(2, timeout=15_000)
    assert len(unanswered) == 2 and len(evidence_names()) == 2


def test_three_hundred_files_arrive_though_the_line_is_cut_and_the_page_is_closed(
    walker: Walker, tmp_path: Path, puts: list[str]
) -> None:
    files = [tmp_path / f"Ảnh {n:03}.jpg" for n in range(300)]
    for n, file in enumerate(files):
        file.write_bytes(saved(noise(24, 16, seed=n), "JPEG"))
    page, context = walker.page, walker.page.context

    def wait_for_sent(count: int) -> None:
        for _ in range(1200):
            if len(puts) >= count:
                return
            page.wait_for_timeout(50)
        pytest.fail(f"{len(puts)} of {count} sent within a minute")

    page.set_input_files(CHOOSE, files)
    for count in (60, 120):
        wait_for_sent(count)
        context.set_offline(True)
        expect(rows(page, "sending").first).to_contain_text("Mất kết nối, đang thử lại…")
        context.set_offline(False)
    wait_for_sent(150)
    address = page.url
    page.close(run_before_unload=False)

    walker.page = page = context.new_page()
    page.goto(address)
    page.set_input_files(CHOOSE, files)
    wait_for_sent(220)
    context.set_offline(True)
    expect(rows(page, "sending").first).to_contain_text("Mất kết nối, đang thử lại…")
    do_waiting_jobs("evidence")
    context.set_offline(False)
    expect(page.locator("[data-upload-item][data-state=checking], [data-state=kept]")).to_have_count(
        300, timeout=90_000
    )
    do_waiting_jobs("evidence")
    expect(rows(page, "kept")).to_have_count(300)
    expect(page.locator("[data-upload-kept]")).to_contain_text("Đã lưu 300 tệp")
    assert evidence_names() == [file.name for file in files]
    assert len(puts) <= 300 + 4 * 4, "only what was on its way at a cut was sent again"


def test_the_next_day_the_same_file_is_sent_on_from_where_it_was(
    walker: Walker, large: Path, puts: list[str]
) -> None:
    page, sent = walker.page, puts
    page.context.route(
        re.compile(STORE.pattern + ".*partNumber=4"), lambda route: route.abort("connectionreset")
    )
    page.set_input_files(CHOOSE, large)
    expect(rows(page, "sending")).to_contain_text("Mất kết nối, đang thử lại…")
    for _ in range(50):
        if len(sent) == 3:
            break
        page.wait_for_timeout(100)
    assert [one.number for one in uploads.uploaded_parts(Upload.objects.get())] == [1, 2, 3]
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
    assert [re.findall(r"partNumber=(\d+)", url) for url in sent] == [["4"]]
    do_waiting_jobs()
    expect(rows(again, "kept")).to_have_count(1)
    assert Upload.objects.get().state == UploadState.RECEIVED
    assert evidence_names() == [large.name]

    sent.clear()
    again.reload()
    again.set_input_files(CHOOSE, large)
    expect(rows(again, "kept")).to_have_count(1)
    expect(rows(again, "kept")).to_contain_text("đã có trong minh chứng của chỉ tiêu này, không gửi lại")
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


def test_a_large_photo_is_made_smaller_and_still_says_when_and_where(
    walker: Walker, snapshot: Path, puts: list[str]
) -> None:
    page = walker.page
    expect(page.get_by_label(SMALLER)).to_be_checked()
    page.set_input_files(CHOOSE, snapshot)
    expect(rows(page, "checking")).to_contain_text(re.compile(r"Thu nhỏ từ \d,\d MB còn \d,\d MB"))
    do_waiting_jobs()
    expect(rows(page, "kept")).to_have_count(1)
    document = Evidence.objects.get(result__indicator__code=CODE).document
    assert document.name == snapshot.name and document.size < snapshot.stat().st_size / 2
    picture = opened(document)
    exif = picture.getexif()
    assert picture.size == (1920, 2560), "turned upright, 2560 pixels on the longer side"
    assert exif[ExifTags.Base.Orientation] == 1
    assert exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] == TAKEN
    assert exif.get_ifd(ExifTags.IFD.GPSInfo)[2] == PLACE
    for place, colour in (((960, 200), RED), ((960, 2360), BLUE)):
        seen = picture.getpixel(place)
        assert isinstance(seen, tuple) and (seen[0] > seen[2]) == (colour is RED), (
            "the left half is above now"
        )
    page.reload()
    page.set_input_files(CHOOSE, snapshot)
    expect(rows(page, "kept")).to_have_count(1)
    assert len(puts) == 1, "known by what it is on the person's machine"


def test_who_does_not_want_smaller_photos_is_not_asked_again_and_sends_the_original(
    walker: Walker, snapshot: Path
) -> None:
    page = walker.page
    page.get_by_text(SMALLER).click()
    page.reload()
    expect(page.get_by_label(SMALLER)).not_to_be_checked()
    page.set_input_files(CHOOSE, snapshot)
    expect(rows(page, "checking")).to_have_count(1)
    do_waiting_jobs()
    expect(rows(page, "kept")).to_have_count(1)
    assert Document.objects.get(name=snapshot.name).size == snapshot.stat().st_size


def test_a_smaller_photo_goes_on_another_day_only_with_the_same_bytes(
    walker: Walker, snapshot: Path, puts: list[str]
) -> None:
    page = walker.page
    page.context.route(STORE, lambda route: route.abort("connectionreset"))
    page.set_input_files(CHOOSE, snapshot)
    expect(rows(page, "sending")).to_contain_text("Mất kết nối")
    first = Upload.objects.get()
    page.reload()
    page.set_input_files(CHOOSE, snapshot)
    expect(rows(page, "sending")).to_contain_text("Mất kết nối")
    assert Upload.objects.get() == first, "made smaller again it is the same file"

    # As if another browser had made it smaller.
    Upload.objects.update(context={**first.context, "sha256": checksum(b"")})
    page.context.unroute_all()
    page.reload()
    page.set_input_files(CHOOSE, snapshot)
    expect(rows(page, "checking")).to_have_count(1)
    do_waiting_jobs()
    expect(rows(page, "kept")).to_have_count(1)
    first.refresh_from_db()
    assert first.state == UploadState.EXPIRED and evidence_names() == [snapshot.name]
    assert len(puts) == 1


def test_where_photos_cannot_be_made_smaller_the_originals_are_sent(walker: Walker, snapshot: Path) -> None:
    page = walker.page
    page.context.route("**/photos.js", lambda route: route.abort())
    page.set_input_files(CHOOSE, snapshot)
    expect(rows(page, "checking")).to_have_count(1)
    assert Upload.objects.get().size == snapshot.stat().st_size


def test_what_would_lose_something_or_cannot_be_opened_is_sent_as_it_is(
    walker: Walker, tmp_path: Path
) -> None:
    page, exif, picture = walker.page, Image.Exif(), noise(1000, 700)
    exif[ExifTags.Base.DateTime] = TAKEN
    contents = {
        "Ảnh.heic": picture.tobytes(),
        "hỏng.jpg": b"\xff\xd8\xff" + picture.tobytes(),
        "có giờ chụp.png": saved(picture, "PNG", exif=exif),
        "có giờ chụp.webp": saved(picture, "WEBP", exif=exif, lossless=True),
        "bản quét.png": saved(picture, "PNG"),
    }
    for name, data in contents.items():
        (tmp_path / name).write_bytes(data)
    announced: dict[str, dict[str, Any]] = {}

    def note(request: Request) -> None:
        if request.method == "POST" and request.url.endswith("/tai-len/"):
            said: Any = request.post_data_json
            announced[said["original"]] = said

    page.on("request", note)
    page.set_input_files(CHOOSE, [tmp_path / name for name in contents])
    expect(page.locator("[data-upload-item]:is([data-state=checking], [data-state=refused])")).to_have_count(
        5
    )
    scan = announced.pop("bản quét.png")
    assert scan["name"] == "bản quét.jpg" and scan["size"] < scan["original_size"]
    assert {(one["name"], one["size"]) for one in announced.values()} == {
        (name, len(contents[name])) for name in announced
    }
    assert len(announced) == 4


def test_what_the_commune_has_already_is_not_sent(
    walker: Walker, journey: Journey, tmp_path: Path, large: Path, puts: list[str]
) -> None:
    page, small = walker.page, tmp_path / "Ảnh mới.jpg"
    small.write_bytes(jpeg())
    elsewhere = journey.results().exclude(indicator__code=CODE)[0]
    for file, name in ((small, "Ảnh cũ.jpg"), (large, "Bản đồ cũ.pdf")):
        with file.open("rb") as stream:
            had = receive(stream=stream, name=name, uploaded_by_id=journey.official.user.pk)
        journey.do(acts.AttachEvidence, journey.official, document=had, results=[elsewhere.pk])
    page.set_input_files(CHOOSE, small)
    expect(rows(page, "kept")).to_contain_text(
        "tệp này đã có trong kho của xã (tên «Ảnh cũ.jpg»), đã dùng lại, không phải gửi"
    )
    expect(page.locator("#cac-tep")).to_contain_text("Ảnh cũ.jpg")
    assert puts == []
    page.set_input_files(CHOOSE, large)
    expect(rows(page, "checking")).to_have_count(1)
    do_waiting_jobs()
    expect(rows(page, "kept").last).to_contain_text("tệp này đã có trong kho của xã (tên «Bản đồ cũ.pdf»)")
    assert len(puts) == 4 and evidence_names() == ["Bản đồ cũ.pdf", "Ảnh cũ.jpg"]
    page.locator("[data-upload-kept] summary").click()
    walker.picture("16-uploads-known")


def test_on_a_phone_files_are_chosen_and_sent_by_touch(
    live_server: Any, browser: Any, journey: Journey, snapshot: Path, tmp_path: Path
) -> None:
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True, locale="vi-VN"
    )
    walker = Walker(context.new_page(), live_server.url)
    walker.sign_in(journey.official.user)
    walker.goto(f"/ho-so/{journey.dossier.pk}/chi-tieu/{CODE}/")
    page = walker.page
    for words in ("Chọn tệp", SMALLER):
        box = page.locator("form[data-upload] label", has_text=words).bounding_box()
        assert box is not None and box["height"] >= 44, words
    page.get_by_text(SMALLER).tap()
    expect(page.get_by_label(SMALLER)).not_to_be_checked()
    page.get_by_text(SMALLER).tap()
    hostile = tmp_path / "giả.jpg"
    hostile.write_bytes(b"<html><script>1</script></html>")
    with page.expect_file_chooser() as chooser:
        page.get_by_text("Chọn tệp", exact=True).tap()
    chooser.value.set_files([snapshot, hostile])
    expect(rows(page, "checking")).to_have_count(2)
    do_waiting_jobs()
    expect(rows(page, "kept")).to_have_count(1)
    page.locator("[data-upload-kept] summary").tap()
    expect(rows(page, "kept")).to_contain_text("Thu nhỏ từ")
    page.locator("[data-upload-total]").scroll_into_view_if_needed()
    walker.picture("17-uploads-touch")
    page.get_by_role("button", name="Bỏ ra: giả.jpg").tap()
    expect(rows(page, "refused")).to_have_count(0)
    assert evidence_names() == [snapshot.name]
    context.close()


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


def test_an_address_that_has_run_out_is_signed_again(walker: Walker, tmp_path: Path) -> None:
    page, file = walker.page, tmp_path / "a.jpg"
    file.write_bytes(jpeg())
    given: list[str] = []

    def sign_late_once(route: Route) -> None:
        with clock_off(0 if given else -20):
            answer = route.fetch()
        given.append(answer.json()["parts"]["1"])
        route.fulfill(response=answer)

    page.context.route(re.compile("/ky/$"), sign_late_once)
    page.set_input_files(CHOOSE, file)
    expect(rows(page, "checking")).to_have_count(1)
    refused, taken = given
    assert refused != taken, "the store refused the address, and the page asked for another"


def test_a_new_version_is_sent_in_parts_and_stands_where_the_old_one_stood(
    walker: Walker, journey: Journey, tmp_path: Path, snapshot: Path
) -> None:
    page = walker.page
    attached(journey, received(journey, "một.jpg"), caption="Mặt trước")
    attached(journey, received(journey, "hai.jpg"))
    walker.goto(f"/ho-so/{journey.dossier.pk}/chi-tieu/{CODE}/")
    page.get_by_role("link", name=re.compile("Thay bằng bản mới.*một.jpg")).click()
    expect(page.get_by_label("Chú thích")).to_have_value("Mặt trước")
    expect(page.get_by_text("Mỗi tệp tối đa 50,0 MB, video tối đa 500,0 MB.")).to_be_visible()
    walker.picture("replace-desk")
    wrong, two = tmp_path / "nhầm.jpg", photos(tmp_path, 2)
    wrong.write_bytes(b"<html>")
    page.set_input_files(CHOOSE, wrong)
    expect(rows(page, "checking")).to_have_count(1)
    do_waiting_jobs()
    expect(rows(page, "refused")).to_contain_text("Không nhận loại tệp này")
    assert evidence_names() == ["hai.jpg", "một.jpg"] and len(two) == 2
    page.set_input_files(CHOOSE, snapshot)
    expect(rows(page, "checking")).to_contain_text("Thu nhỏ từ")
    do_waiting_jobs()
    page.wait_for_url(re.compile(rf"/chi-tieu/{re.escape(CODE)}/#minh-chung$"))
    names = page.locator("#cac-tep .lua-file-name")
    expect(names).to_have_text(["Ảnh chụp.jpg", "hai.jpg"])
    expect(page.locator("#cac-tep li").first).to_contain_text("Ảnh được thu nhỏ trên máy người gửi")
    expect(page.locator("#cac-tep li").first).to_contain_text("Mặt trước")
    walker.picture("replace-desk-done")


def test_pictures_of_what_has_arrived_appear_by_themselves(walker: Walker, tmp_path: Path) -> None:
    page, (file,) = walker.page, photos(tmp_path, 1)
    page.set_input_files(CHOOSE, file)
    expect(rows(page, "checking")).to_have_count(1)
    do_waiting_jobs("evidence")
    expect(page.locator("#cac-tep li[data-pending]")).to_have_count(1)
    assert page.locator("#cac-tep img").count() == 0
    do_waiting_jobs()
    expect(page.locator("#cac-tep img")).to_have_count(1, timeout=15_000)


def test_a_file_that_was_removed_is_taken_back(walker: Walker, journey: Journey) -> None:
    page = walker.page
    attached(journey, received(journey, "nhầm tay.jpg"))
    walker.goto(f"/ho-so/{journey.dossier.pk}/chi-tieu/{CODE}/")
    page.get_by_role("button", name="Bỏ tệp").click()
    page.locator("dialog[open]").get_by_role("button", name="Bỏ tệp").click()
    page.get_by_text("Các tệp đã bỏ (1)").click()
    walker.picture("removed-desk")
    page.get_by_role("button", name=re.compile("Lấy lại.*nhầm tay.jpg")).click()
    expect(page.get_by_text("Đã lấy lại tệp «nhầm tay.jpg».")).to_be_visible()
    assert evidence_names() == ["nhầm tay.jpg"]


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
