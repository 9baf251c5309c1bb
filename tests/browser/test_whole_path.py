"""The whole path in a browser, as the different people: from registration to publication.

A return at the district and a «chưa đạt» that is put right are on the way. Everything with legal effect, the Đề án,
and the findings of all 17 departments go through the pages; of the 75 figures and proofs a handful does, and the
others are reported by the same acts without the clicking.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import FilePayload, expect

from dossiers.debts.figures import debt_agency_id
from dossiers.dossier.models import Dossier, State
from dossiers.organisations.models import Role
from dossiers.plans.models import SectionKind
from dossiers.results.models import Evidence, IndicatorResult
from dossiers.security.findings import security_agency_id
from storage import ledger
from tests.browser.files import do_waiting_jobs, let_files_be_checked
from tests.browser.walker import Walker
from tests.world import World
from workflows.demonstration.figures import figure
from workflows.demonstration.files import paper, photo
from workflows.demonstration.journey import Journey
from workflows.engine import in_step

if TYPE_CHECKING:
    from playwright.sync_api import Page

BY_HAND = ("1.1", "2.1", "10.1", "14.2", "17.5")
#: Of every vote on the way: one against, in secret, and who chaired and wrote the minutes.
BALLOTS = {
    "against": "1",
    "invalid": "0",
    "is_secret": "1",
    "chair_name": "Nguyễn Văn An",
    "secretary_name": "Trần Thị Bình",
}


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_a_dossier_from_registration_to_publication(live_server: Any, page: Page, s3: str) -> None:
    world = World.ensure()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on(
        "console", lambda said: errors.append(said.text) if "Content Security Policy" in said.text else None
    )
    walker = Walker(page, live_server.url)

    dossier = _register(world, walker)
    journey = Journey.of(world.people, dossier)
    _draft_plan(world, walker, journey)
    _plan_is_returned_and_approved(world, walker, journey)
    _report_and_prove(world, walker, journey)
    _people_are_consulted(world, walker, journey)
    _district_verifies(world, walker, journey)
    _departments_appraise(world, walker, journey)
    _not_met_is_put_right(world, walker, journey)
    _council_decision_publication(world, walker, journey)

    journey.refresh()
    assert journey.dossier.state == State.PUBLISHED
    assert in_step(journey.dossier)
    checked = ledger.verify(journey.dossier.stream)
    assert checked.ok, checked.reason
    walker.sign_in(world.actor(Role.INSPECTOR).user)
    walker.goto(f"/ho-so/{dossier.pk}/lich-su/")
    assert "Chuỗi băm nguyên vẹn" in page.inner_text("main")
    walker.picture("12-history")
    walker.goto(f"/ho-so/{dossier.pk}/quy-trinh/")
    walker.picture("13-procedure")
    assert errors == []


def _register(world: World, walker: Walker) -> Dossier:
    walker.arrive(world.actor(Role.COMMUNE_CHAIR).user)
    walker.picture("01-home-chair")
    walker.page.get_by_role("button", name="Đăng ký năm 2023").click()
    walker.page.wait_for_url(re.compile(r"/ho-so/\d+/$"))
    return Dossier.objects.with_places().get(commune=world.commune())


def _draft_plan(world: World, walker: Walker, journey: Journey) -> None:
    page, pk = walker.page, journey.dossier.pk
    walker.sign_in(world.actor(Role.COMMUNE_OFFICIAL).user)
    for kind in SectionKind.values:
        walker.goto(f"/ho-so/{pk}/de-an/")
        form = page.locator(f"form:has(input[name=kind][value='{kind}'])")
        form.locator("textarea[name=body]").fill(f"Nội dung mục {SectionKind(kind).label} của xã.")
        form.locator("button:not([type=button])").click()
        page.wait_for_load_state()
    walker.picture("02-plan-sections", phone=True)
    walker.goto(f"/ho-so/{pk}/de-an/chi-tieu/")
    for result in journey.results():
        value = figure(result.indicator, year=2023)
        for name in ("baseline", "target"):
            field = page.locator(f"[name='r{result.pk}-{name}']")
            if field.evaluate("one => one.tagName") == "SELECT":
                field.select_option(value)
            else:
                field.fill(value)
        page.select_option(f"[name='r{result.pk}-due_quarter']", "3")
        page.select_option(f"[name='r{result.pk}-due_year']", "2023")
    page.locator("form:has([name$='-baseline']) button:not([type=button])").first.click()
    page.wait_for_load_state()
    assert "Đã lưu 75 chỉ tiêu" in page.inner_text("main")
    walker.goto(f"/ho-so/{pk}/cong-trinh/them/")
    page.fill("[name=title]", "Đường trục xã")
    page.fill("[name=total]", "1.250.000.000")
    page.select_option("[name=source_0]", "district")
    page.fill("[name=year_0]", "2023")
    page.fill("[name=amount_0]", "1.000.000.000")
    page.click("main form button:not([type=button])")
    assert "lệch -250.000.000 đồng" in page.inner_text("main"), "the sums are checked to the đồng"
    assert page.input_value("[name=title]") == "Đường trục xã", "what was typed is kept"
    page.select_option("[name=source_1]", "people")
    page.fill("[name=year_1]", "2023")
    page.fill("[name=amount_1]", "250.000.000")
    page.click("main form button:not([type=button])")
    page.wait_for_url(re.compile(r"/cong-trinh/$"))
    walker.picture("03-works")


def _plan_is_returned_and_approved(world: World, walker: Walker, journey: Journey) -> None:
    page, dossier = walker.page, journey.dossier
    chair, official = world.actor(Role.COMMUNE_CHAIR).user, world.actor(Role.COMMUNE_OFFICIAL).user
    officer, head = world.actor(Role.DISTRICT_OFFICER).user, world.actor(Role.DISTRICT_CHAIR).user
    walker.sign_in(chair)
    walker.act(dossier, "trinh-de-an")
    walker.sign_in(officer)
    walker.act(
        dossier, "tham-dinh-de-an", recommends_approval="0", summary="Thiếu giải pháp tiêu chí Môi trường."
    )
    walker.sign_in(head)
    walker.act(dossier, "tra-lai-de-an", reasons="Bổ sung giải pháp cho tiêu chí Môi trường.")
    walker.sign_in(official)
    walker.goto(f"/ho-so/{dossier.pk}/")
    assert "Bổ sung giải pháp cho tiêu chí Môi trường." in page.inner_text("main")
    walker.picture("04-plan-returned")
    walker.goto(f"/ho-so/{dossier.pk}/de-an/")
    form = page.locator(f"form:has(input[name=kind][value='{SectionKind.SOLUTIONS.value}'])")
    form.locator("textarea[name=body]").fill("Bổ sung: thu gom, phân loại rác tại nguồn ở mọi thôn.")
    form.locator("button:not([type=button])").click()
    page.wait_for_load_state()
    walker.sign_in(chair)
    walker.act(dossier, "trinh-de-an")
    walker.sign_in(officer)
    walker.act(dossier, "tham-dinh-de-an", recommends_approval="1", summary="Đã bổ sung đủ.")
    walker.sign_in(head)
    decision = {"number": "1234/QĐ-UBND", "signed_on": "2023-08-01", "document": "Quyết định.pdf"}
    walker.act(dossier, "phe-duyet-de-an", **decision)


def _report_and_prove(world: World, walker: Walker, journey: Journey) -> None:
    page, pk = walker.page, journey.refresh().pk
    walker.sign_in(world.actor(Role.COMMUNE_OFFICIAL).user)
    walker.goto(f"/ho-so/{pk}/chi-tieu/10.1/")
    page.fill("[name=value]", "nhiều")
    _save_figure(page)
    assert page.input_value("[name=value]") == "nhiều", "what was typed is kept"
    for code in BY_HAND:
        _report_by_hand(walker, pk, journey.results().get(indicator__code=code))
    walker.goto(f"/ho-so/{pk}/chi-tieu/1.1/")
    page.set_input_files(
        "input[type=file]",
        FilePayload(name="gia.jpg", mimeType="image/jpeg", buffer=b"<html><script>1</script></html>"),
    )
    let_files_be_checked(page)
    page.get_by_text("Không nhận loại tệp này").first.wait_for()
    do_waiting_jobs()
    walker.goto(f"/ho-so/{pk}/chi-tieu/1.1/")
    thumbnail = page.locator("img[src*='derivatives']").first
    thumbnail.scroll_into_view_if_needed()
    expect(thumbnail).to_have_js_property("complete", True)
    assert thumbnail.evaluate("one => one.naturalWidth") > 0, "the thumbnail comes from storage"
    walker.picture("05-indicator")
    walker.picture("05-indicator-phone", phone=True)
    others = {one.indicator.code for one in journey.results()} - set(BY_HAND)
    journey.report(only=others)
    walker.goto(f"/ho-so/{pk}/")
    assert "Còn thiếu 72 việc" in page.inner_text("main"), (
        "70 proofs, what was paid of the work, the title before"
    )
    walker.picture("06-what-is-missing")
    journey.attach(files=3, only=others)
    walker.goto(f"/ho-so/{pk}/cong-trinh/thanh-toan/")
    page.fill("[name$=-accepted]", "1.250.000.000")
    page.fill("[name$=-paid]", "1.250.000.000")
    walker.picture("06-payments", phone=True)
    page.click("main form button:not([type=button])")
    page.wait_for_url(re.compile(r"/cong-trinh/$"))


def _people_are_consulted(world: World, walker: Walker, journey: Journey) -> None:
    page, dossier = walker.page, journey.dossier
    chair, official = world.actor(Role.COMMUNE_CHAIR).user, world.actor(Role.COMMUNE_OFFICIAL).user
    walker.sign_in(chair)
    places = "Trụ sở UBND xã\nNhà văn hóa thôn 1\nNhà văn hóa thôn 2"
    walker.act(dossier, "lay-y-kien", first_day="2023-10-01", places=places, document="Báo cáo kết quả.pdf")
    walker.sign_in(official)
    before = {"proof": "decision", "number": "88/QĐ-UBND", "signed_on": "2019-12-20"}
    walker.act(dossier, "danh-hieu-truoc", **before, document="Quyết định công nhận xã nông thôn mới.pdf")
    for day in ("2023-09-30", "2023-10-01", "2023-10-04", "2023-10-07", "2023-10-10", "2023-10-13"):
        walker.act(dossier, "ghi-phat-thanh", day=day, time="17:30", station="Đài truyền thanh xã")
    opinion = {
        "number": "7/HPN",
        "dated_on": "2023-10-12",
        "stance": "with_remarks",
        "remarks": "Thêm cây xanh.",
    }
    walker.act(dossier, "y-kien-to-chuc", organisation="women", **opinion, document="Hội Phụ nữ.pdf")
    walker.act(
        dossier,
        "tong-hop-y-kien",
        dated_on="2023-10-17",
        summary="Tiếp thu: trồng cây ở đường trục.",
        document="Tổng hợp ý kiến.pdf",
    )
    walker.act(
        dossier,
        "hop-bo-phieu",
        met_on="2023-10-20",
        **{"members": "40", "present": "38", "in_favour": "37", **BALLOTS},
        document="Biên bản họp.pdf",
    )
    walker.sign_in(chair)
    walker.goto(f"/ho-so/{dossier.pk}/viec/trinh-ho-so/")
    assert "Chưa có ý kiến bằng văn bản của Ủy ban Mặt trận Tổ quốc xã" in page.inner_text("main")
    assert page.locator("main form[data-guard]").count() == 0, "what cannot be done yet is not offered"
    walker.picture("06-gate-refuses")
    walker.sign_in(world.actor(Role.FRONT_OFFICER).user)
    walker.goto("/viec/")
    assert "Xã Liêm Tuyền" in page.inner_text("main"), "the Front has it among its work"
    front = {"number": "15/MTTQ-BTT", "dated_on": "2023-10-14", "stance": "for"}
    walker.act(dossier, "y-kien-mat-tran", **front, document="Ý kiến MTTQ.pdf")
    walker.goto(f"/ho-so/{dossier.pk}/lay-y-kien/")
    assert "5/5 lần phát" in page.inner_text("main")
    walker.picture("06-consultation")
    walker.picture("06-consultation-phone", phone=True)
    walker.sign_in(chair)
    walker.goto(f"/ho-so/{dossier.pk}/dieu-kien/")
    walker.picture("06-conditions")
    walker.picture("06-conditions-phone", phone=True)
    walker.act(dossier, "trinh-ho-so")


def _save_figure(page: Page) -> None:
    page.locator("form:has([name=value]) button:not([type=button])").first.click()
    page.wait_for_load_state()


def _report_by_hand(walker: Walker, pk: int, result: IndicatorResult) -> None:
    page, code = walker.page, result.indicator.code
    walker.goto(f"/ho-so/{pk}/chi-tieu/{code}/")
    field = page.locator("[name=value]")
    value = figure(result.indicator, year=2023)
    if field.evaluate("one => one.tagName") == "SELECT":
        field.select_option(value)
    else:
        field.fill(value)
    page.fill("[name=figure_source]", "Báo cáo của UBND xã")
    _save_figure(page)
    assert f"Đã lưu số liệu chỉ tiêu {code}" in page.inner_text("main")
    before = Evidence.objects.filter(result=result).count()
    files: list[tuple[str, str, Callable[[str], io.BytesIO]]] = [
        (f"Ảnh {code}.jpg", "image/jpeg", photo),
        (f"Văn bản {code}.pdf", "application/pdf", paper),
    ]
    page.set_input_files(
        "input[type=file]",
        [
            FilePayload(name=name, mimeType=kind, buffer=make(f"{code}-{n}").getvalue())
            for n, (name, kind, make) in enumerate(files)
        ],
    )
    let_files_be_checked(page, files=len(files))
    for name, _kind, _make in files:
        expect(page.get_by_role("link", name=name).first).to_be_visible()
    assert Evidence.objects.filter(result=result).count() == before + 2


def _district_verifies(world: World, walker: Walker, journey: Journey) -> None:
    page, dossier = walker.page, journey.refresh()
    officer, chair = world.actor(Role.DISTRICT_OFFICER).user, world.actor(Role.DISTRICT_CHAIR).user
    walker.sign_in(officer)
    reply = {"number": "512/UBND-KT", "dated_on": "2023-10-25"}
    walker.act(dossier, "tra-loi-con-thieu", **reply, points="17.5: thiếu biên bản", document="Hướng dẫn.pdf")
    walker.sign_in(world.actor(Role.COMMUNE_OFFICIAL).user)
    walker.goto(f"/ho-so/{dossier.pk}/")
    assert "17.5: thiếu biên bản" in page.inner_text("main")
    walker.sign_in(world.actor(Role.COMMUNE_CHAIR).user)
    walker.goto(f"/ho-so/{dossier.pk}/viec/trinh-ho-so/")
    assert "chưa có gì thay đổi" in page.inner_text("main"), "it comes again as it was returned"
    walker.act(dossier, "trinh-ho-so", confirms_unchanged="on")
    walker.sign_in(officer)
    walker.act(dossier, "tra-loi-day-du", **reply, document="Trả lời tiếp nhận.pdf")
    walker.sign_in(world.actor(Role.DIVISION_HEAD).user)
    walker.goto(f"/ho-so/{dossier.pk}/viec/phong-ban-ky/")
    for radio in page.locator("[name^=verdict_][value=met]").all():
        radio.check()
    walker.picture("06-division")
    walker.picture("06-division-phone", phone=True)
    page.click("main form[data-guard] button:not([type=button])")
    page.wait_for_url(re.compile(rf"/ho-so/{dossier.pk}/$"))
    journey.examine()
    walker.sign_in(officer)
    walker.act(dossier, "tham-tra", recommends_forwarding="1", summary="Đã kiểm tra thực địa.")
    walker.act(
        dossier,
        "huyen-cong-khai",
        first_day="2023-11-01",
        places="Trang thông tin điện tử thành phố",
        document="Danh sách và dự thảo.pdf",
    )
    summary = {"dated_on": "2023-11-17", "summary": "Nhân dân nhất trí.", "document": "Tổng hợp.pdf"}
    walker.act(dossier, "huyen-tong-hop-y-kien", **summary)
    _front_of_the_district(walker, journey)
    walker.sign_in(officer)
    vote = {"met_on": "2023-11-20", "members": "21", "present": "20", "in_favour": "19", **BALLOTS}
    walker.act(dossier, "huyen-bo-phieu", **vote, document="Biên bản Ban Chỉ đạo.pdf")
    walker.goto(f"/ho-so/{dossier.pk}/cap-huyen/")
    assert "19/20 người dự họp = 95 %, cần ≥ 90 %" in page.inner_text("main")
    walker.picture("06-district")
    walker.picture("06-district-phone", phone=True)
    walker.sign_in(chair)
    submission = {"number": "210/TTr-UBND", "dated_on": "2023-11-21", "document": "Tờ trình.pdf"}
    walker.act(dossier, "trinh-tinh", **submission)
    walker.goto(f"/ho-so/{dossier.pk}/van-ban/")
    assert "Số 210/TTr-UBND ngày 21/11/2023" in page.inner_text("main")
    walker.sign_in(world.actor(Role.COORDINATION_OFFICER).user)
    walker.act(dossier, "tiep-nhan")


def _front_of_the_district(walker: Walker, journey: Journey) -> None:
    page, dossier = walker.page, journey.refresh()
    walker.sign_in(journey.district_front.user)
    walker.goto("/viec/")
    assert "Xã Liêm Tuyền" in page.inner_text("main"), "the district's Front has it among its work"
    opinion = {"number": "25/MTTQ-BTT", "dated_on": "2023-11-10", "stance": "for"}
    walker.act(dossier, "y-kien-mat-tran-huyen", **opinion, document="Ý kiến MTTQ thành phố.pdf")
    walker.previewed_act(
        dossier,
        "khao-sat-hai-long",
        number="45/BC-MTTQ-BTT",
        dated_on="2023-11-15",
        **{"households": "800", "asked": "600", "answered": "600", "satisfied": "570"},
        **{f"content_{n}": "560" for n in range(1, 6)},
        document="Báo cáo khảo sát.pdf",
    )


def _appraise(walker: Walker, journey: Journey, *, unmet: str = "") -> None:
    page, pk = walker.page, journey.dossier.pk
    for opinion in journey.waiting_opinions():
        walker.sign_in(journey.people.at(opinion.department_id, Role.DEPARTMENT_HEAD).user)
        walker.goto(f"/ho-so/{pk}/tham-dinh/ket-luan/")
        for result in journey.results().filter(department=opinion.department_id):
            verdict = "not_met" if result.indicator.code == unmet else "met"
            page.check(f"[name='r{result.pk}-verdict'][value='{verdict}']")
            if verdict == "not_met":
                page.fill(f"[name='r{result.pk}-reason']", "Số hộ phân loại rác chưa khớp báo cáo của ngành.")
        page.locator("form:has([name$='-verdict']) button:not([type=button])").first.click()
        page.wait_for_load_state()
        if unmet and opinion.department.short_name == "Sở TN&MT":
            walker.picture("07-findings")
        walker.act(journey.dossier, "ky-tham-dinh", number=f"{opinion.pk}/TĐ")


def _departments_appraise(world: World, walker: Walker, journey: Journey) -> None:
    assert journey.refresh().state == State.APPRAISING
    assert len(journey.waiting_opinions()) == 17
    _appraise(walker, journey, unmet="17.5")
    assert journey.refresh().state == State.CONSOLIDATING


def _not_met_is_put_right(world: World, walker: Walker, journey: Journey) -> None:
    page, dossier = walker.page, journey.dossier
    walker.sign_in(world.actor(Role.COORDINATION_OFFICER).user)
    walker.goto(f"/ho-so/{dossier.pk}/tham-dinh/")
    assert "Số hộ phân loại rác chưa khớp" in page.inner_text("main"), "unsealed once all have signed"
    walker.picture("08-opinions")
    walker.act(dossier, "yeu-cau-bo-sung", summary="Xã bổ sung chỉ tiêu 17.5.")
    walker.sign_in(world.actor(Role.COMMUNE_OFFICIAL).user)
    walker.goto(f"/ho-so/{dossier.pk}/chi-tieu/1.1/")
    assert page.locator("[name=value]").count() == 0, "only what was asked for is open again"
    walker.goto(f"/ho-so/{dossier.pk}/chi-tieu/17.5/")
    page.fill("[name=value]", "62,5")
    _save_figure(page)
    assert "Đã lưu số liệu chỉ tiêu 17.5" in page.inner_text("main")
    walker.sign_in(world.actor(Role.COMMUNE_CHAIR).user)
    walker.act(dossier, "trinh-lai")
    assert [
        one.department.short_name for one in Journey.of(journey.people, journey.refresh()).waiting_opinions()
    ] == ["Sở TN&MT"]
    _appraise(walker, journey)
    walker.sign_in(journey.people.at(debt_agency_id(journey.dossier), Role.DEPARTMENT_HEAD).user)
    walker.act(
        dossier,
        "xac-nhan-no-dong",
        is_clear="1",
        number="1290/SKHĐT-TĐ",
        dated_on="2023-12-01",
        document="Xác nhận nợ đọng.pdf",
    )
    walker.sign_in(journey.people.at(security_agency_id(journey.dossier), Role.DEPARTMENT_HEAD).user)
    walker.act(
        dossier,
        "xac-nhan-an-ninh-trat-tu",
        is_met="1",
        number="815/CAT-PV01",
        dated_on="2023-12-01",
        document="Xác nhận an ninh, trật tự.pdf",
    )
    walker.sign_in(world.actor(Role.COORDINATION_OFFICER).user)
    walker.goto("/dot-xet/")
    for name, value in {"name": "Đợt 1", "opens_on": "2023-11-01", "closes_on": "2023-12-15"}.items():
        page.fill(f"[name={name}]", value)
    page.click("main form[data-guard] button:not([type=button])")
    page.wait_for_url(re.compile(r"/dot-xet/\d+/$"))
    page.get_by_role("link", name="Đưa Xã Liêm Tuyền vào đợt").click()
    page.locator("[name=batch]").first.check()
    page.fill("[name=put_on]", "2023-12-10")
    page.click("main form[data-guard] button:not([type=button])")
    page.wait_for_url(re.compile(rf"/ho-so/{dossier.pk}/$"))
    walker.act(dossier, "trinh-hoi-dong", summary="Mọi sở, ngành đều kết luận đạt.")


def _council_decision_publication(world: World, walker: Walker, journey: Journey) -> None:
    page, dossier = walker.page, journey.refresh()
    walker.sign_in(world.actor(Role.COUNCIL_SECRETARY).user)
    vote = {"met_on": "2023-12-20", "members": "21", "present": "20", "in_favour": "19", **BALLOTS}
    task = {
        "task_1": "Hoàn thành chỉ tiêu 18.1",
        "responsible_1": "Chủ tịch UBND xã",
        "due_on_1": "2023-12-25",
    }
    walker.act(
        dossier,
        "hoi-dong-thong-qua-kem-dieu-kien",
        **vote,
        **task,
        conclusion="Đề nghị công nhận sau khi hoàn thiện.",
        document="Biên bản Hội đồng.pdf",
    )
    walker.sign_in(world.actor(Role.COMMUNE_CHAIR).user)
    walker.act(dossier, "bao-cao-hoan-thien", text="Đã hoàn thành 18.1.", document="Báo cáo hoàn thiện.pdf")
    walker.sign_in(world.actor(Role.COORDINATION_OFFICER).user)
    walker.act(dossier, "xac-nhan-hoan-thien")
    walker.sign_in(world.actor(Role.PROVINCIAL_CHAIR).user)
    walker.picture("09-home-provincial-chair")
    decision = {"number": "1020/QĐ-UBND", "signed_on": "2023-12-28", "document": "Quyết định.pdf"}
    walker.act(dossier, "cong-nhan", **decision)
    walker.sign_in(world.actor(Role.DISTRICT_CHAIR).user)
    walker.act(dossier, "cong-bo", published_on="2024-01-05", channel="Lễ công bố tại xã")
    assert "Đã công bố" in page.inner_text("main")
    walker.picture("10-published")
    walker.goto(f"/ho-so/{dossier.pk}/van-ban/")
    walker.picture("11-papers")
