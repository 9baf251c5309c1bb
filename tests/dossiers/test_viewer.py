"""One file beside what it is to prove: what is shown of each kind, to whom, and what is said when it cannot be."""

from __future__ import annotations

import html
import re
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from dossiers.dossier.models import State
from dossiers.organisations.models import Role
from dossiers.results.acts import RemoveEvidence, ReplaceEvidence
from dossiers.results.models import Evidence
from storage.documents.models import PagePicture, Reading
from tests.dossiers.evidence import CODE, attached, received
from tests.storage import hostile_readers
from tests.storage.files import boxes, heic, office, text_pdf
from tests.storage.parts import nowhere
from tests.world import World
from workflows.demonstration.journey import Journey

pytestmark = pytest.mark.django_db


def address(one: Evidence) -> str:
    return reverse("results:view_evidence", args=[one.result.dossier_id, one.pk])


def seen(client: Client, one: Evidence, **query: Any) -> str:
    answer = client.get(address(one), query)
    assert answer.status_code == 200
    return html.unescape(answer.content.decode())


def sheet(page: str) -> list[str]:
    """The pictures and videos of the file itself."""
    return re.findall(r'<(?:img|video controls preload="metadata") src="([^"]+)"', page)


def test_a_file_stands_beside_requirement_figure_and_facts(official: Client, journey: Journey) -> None:
    journey.report()
    one = attached(journey, received(journey, "Trạm y tế.jpg", is_read=True), caption="Mặt trước")
    page = seen(official, one)
    result = journey.results().get(indicator__code=CODE)
    for said in (result.indicator.name, "Mặt trước", "1.280 × 960 điểm ảnh", one.document.sha256, "Tệp 1/1"):
        assert said in page
    assert "Số liệu xã báo cáo" in page and "chưa có số liệu" not in page
    (picture,) = sheet(page)
    assert one.document.derivatives.get(kind="preview").object_key in picture
    assert reverse("results:open_evidence", args=[journey.dossier.pk, one.pk]) + "?tai-ve=1" in page


def test_files_of_an_indicator_are_gone_through_in_their_order(official: Client, journey: Journey) -> None:
    first, second, third = (attached(journey, received(journey, f"{n}.jpg")) for n in range(3))
    other = attached(journey, received(journey, "khác.jpg"), "14.1")
    page = seen(official, second)
    assert "Tệp 2/3" in page
    assert (
        f'rel="prev" href="{address(first)}#tai-lieu"' in page
        and f'rel="next" href="{address(third)}#tai-lieu"' in page
    )
    assert f'rel="prev" href="{address(other)}#tai-lieu"' in seen(official, first), (
        "then comes the indicator before"
    )
    assert f'rel="next" href="{address(first)}#tai-lieu"' in seen(official, other), "and the other way round"
    assert 'rel="prev"' not in seen(official, other) and 'rel="next"' not in seen(official, third)
    listed = official.get(reverse("results:indicator", args=[journey.dossier.pk, CODE])).content.decode()
    assert all(address(one) in listed for one in (first, second, third))


def test_what_is_not_known_of_a_file_is_said_rather_than_left_out(official: Client, journey: Journey) -> None:
    page = seen(official, attached(journey, received(journey, "Trạm y tế.jpg", is_read=True)))
    assert "hệ thống chưa bật quét" in page and "chưa đến lượt" in page
    assert page.count("ảnh không ghi") == 2, "neither time nor place"
    paper = seen(official, attached(journey, received(journey, "Quyết định.pdf", text_pdf("Một"))))
    assert "đang chờ kiểm tra" in paper


def test_the_pages_of_a_paper_are_turned(official: Client, journey: Journey) -> None:
    contents = text_pdf(*(f"Nội dung trang {n}" for n in range(1, 10)))
    one = attached(journey, received(journey, "Báo cáo.pdf", contents, is_read=True))
    page = seen(official, one)
    assert one.document.derivatives.get(kind="preview").object_key in sheet(page)[0]
    assert not PagePicture.objects.exists(), "the first page is there already"
    assert 'href="?trang=2#tai-lieu"' in page and "?trang=0" not in page
    page = seen(official, one, trang=4)
    assert PagePicture.objects.get(number=4).object_key in sheet(page)[0]
    assert "Nội dung trang 4" in page
    assert 'href="?trang=3#tai-lieu"' in page and 'href="?trang=5#tai-lieu"' in page
    page = seen(official, one, trang=9)
    assert 'href="?trang=8#tai-lieu"' in page and 'rel="next"' not in page


@pytest.mark.parametrize(
    ("typed", "number"), [("99", 3), ("0", 1), ("-1", 1), ("x", 1), ("9" * 30, 1), ("²", 1)]
)
def test_a_page_that_does_not_exist_leads_to_the_nearest(
    official: Client, journey: Journey, typed: str, number: int
) -> None:
    one = attached(journey, received(journey, "Ba trang.pdf", text_pdf("a", "b", "c"), is_read=True))
    assert f'name="trang" value="{number}"' in seen(official, one, trang=typed)


def test_a_page_that_cannot_be_drawn_is_said(
    official: Client, journey: Journey, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = attached(journey, received(journey, "Hỏng.pdf", text_pdf("a", "b", "c"), is_read=True))
    with nowhere():
        page = seen(official, one, trang=2)
        assert "Kho lưu trữ tạm thời không trả lời" in page and sheet(page) == []
    monkeypatch.setattr("storage.documents.pages.page_picture", hostile_readers.crash)
    page = seen(official, one, trang=2)
    assert "Không vẽ được trang 2. Xin tải tệp về" in page and sheet(page) == []
    assert "?tai-ve=1" in page and 'href="?trang=3#tai-lieu"' in page


def test_a_video_plays_from_the_store(official: Client, journey: Journey) -> None:
    one = attached(journey, received(journey, "Đường thôn.mp4", boxes()))
    (video,) = sheet(seen(official, one))
    assert one.document.object_key in video


def test_the_text_of_a_letter_is_shown(official: Client, journey: Journey) -> None:
    text = "".join(
        f"<w:p><w:r><w:t>Điều {n} của nghị quyết. {'x' * 990}</w:t></w:r></w:p>" for n in range(1, 10)
    )
    body = f'<w:document xmlns:w="w"><w:body>{text}</w:body></w:document>'.encode()
    contents = office("word/settings.xml", extra={"word/document.xml": body})
    one = attached(journey, received(journey, "Nghị quyết.docx", contents, is_read=True))
    page = seen(official, one)
    assert "Điều 1 của nghị quyết" in page and "Điều 9" not in page
    assert 'href="?trang=2#tai-lieu"' in page
    assert "Điều 9 của nghị quyết" in seen(official, one, trang=3)


def test_what_is_not_ready_or_cannot_be_read_is_said(official: Client, journey: Journey) -> None:
    waiting = attached(journey, received(journey, "chờ.jpg"))
    assert "Ảnh xem trước đang được tạo" in seen(official, waiting)
    letter = attached(journey, received(journey, "chờ.docx", office()))
    assert "Nội dung đang được đọc" in seen(official, letter)
    hurt = received(journey, "hỏng.pdf", text_pdf("a"))
    Reading.objects.create(document=hurt, outcome="died", read_at=hurt.uploaded_at)
    hurt.state = "plain"
    hurt.save()
    page = seen(official, attached(journey, hurt))
    assert "Không đọc được nội dung trong giới hạn cho phép" in page
    assert "Không tạo được ảnh xem trước của tệp này" in page


def test_a_picture_that_no_browser_shows_is_only_downloaded(official: Client, journey: Journey) -> None:
    one = attached(journey, received(journey, "ảnh.heic", heic(), is_read=True))
    page = seen(official, one)
    assert len(sheet(page)) == 1 and "Mở tệp đã nhận ở thẻ mới" not in page and "?tai-ve=1" in page


def test_a_paper_that_may_run_code_is_shown_as_pages_only(official: Client, journey: Journey) -> None:
    one = attached(journey, received(journey, "Biểu mẫu.pdf", text_pdf("a", "b"), is_read=True))
    assert "Mở tệp đã nhận ở thẻ mới" in seen(official, one)
    Reading.objects.filter(document=one.document).update(may_run_code=True)
    page = seen(official, one, trang=2)
    assert len(sheet(page)) == 1 and "PDF có thể chạy mã tự động" in page
    assert "Mở tệp đã nhận ở thẻ mới" not in page and "?tai-ve=1" in page


def test_what_the_camera_wrote_is_shown_as_a_hint(official: Client, journey: Journey) -> None:
    document = received(journey, "ảnh.jpg", is_read=True)
    Reading.objects.filter(document=document).update(
        camera="SM-A536E",
        taken_at=datetime(2019, 3, 5, 1, tzinfo=UTC),
        latitude=21.0285,
        longitude=105.8542,
    )
    one = attached(journey, document)
    page = seen(official, one)
    for said in (
        *("SM-A536E", "5/3/2019 08:00", "21,02850; 105,85420", "ai cũng sửa được"),
        "Ảnh chụp trước giai đoạn xét (giai đoạn bắt đầu từ năm 2021).",
        "Ảnh chụp cách trung tâm thành phố Phủ Lý khoảng 54 km (vị trí trung tâm chưa đối chiếu).",
    ):
        assert said in page, said
    listed = official.get(reverse("results:indicator", args=[journey.dossier.pk, CODE])).content.decode()
    assert "Ảnh chụp trước giai đoạn xét" in listed and "khoảng 54 km" in listed


def test_earlier_versions_and_removed_files_stay_readable(official: Client, journey: Journey) -> None:
    first = attached(journey, received(journey, "bản 1.jpg", is_read=True))
    second = journey.do(
        ReplaceEvidence, journey.official, evidence=first, document=received(journey, "bản 2.jpg")
    ).replacement
    third = journey.do(
        ReplaceEvidence, journey.official, evidence=second, document=received(journey, "bản 3.jpg")
    ).replacement
    other = attached(journey, received(journey, "bỏ đi.jpg"))
    journey.do(RemoveEvidence, journey.official, evidence=other)
    page = seen(official, third)
    assert page.index("Các bản trước") < page.index("bản 2.jpg") < page.index("bản 1.jpg")
    assert "bỏ đi.jpg" not in page
    page = seen(official, first)
    assert (
        "Không còn trong danh sách minh chứng" in page and address(second) in page and len(sheet(page)) == 1
    )
    assert "Thay bằng bản mới" not in page and "Dùng cho chỉ tiêu khác" not in page
    listed = official.get(reverse("results:indicator", args=[journey.dossier.pk, CODE])).content.decode()
    assert "Các tệp đã bỏ (1)" in listed and "Các tệp đã có bản mới thay (2)" in listed
    assert all(address(one) in listed for one in (first, second, other))


def test_a_department_sees_removed_files_of_its_own_indicators_only(client: Client, world: World) -> None:
    journey = world.dossier(State.APPRAISING, files=1)
    evidence = Evidence.objects.filter(result__dossier=journey.dossier)
    client.force_login(world.actor(Role.DEPARTMENT_OFFICER).user)
    mine = evidence.get(result__indicator__code=CODE)
    theirs = evidence.exclude(result__department=mine.result.department)[0]
    assert client.get(address(mine)).status_code == 200
    assert client.get(address(theirs)).status_code == 404
    page = client.get(address(mine)).content.decode()
    assert "Thay bằng bản mới" not in page and "Dùng cho chỉ tiêu khác" not in page


def test_a_sealed_finding_is_not_told_beside_a_file(client: Client, world: World) -> None:
    journey = world.dossier(State.APPRAISING, files=1)
    result = journey.results().get(indicator__code=CODE)
    opinion = next(one for one in journey.waiting_opinions() if one.department_id == result.department_id)
    journey.find(opinion, unmet={CODE})
    one = result.evidence.current().get()
    secret = "Số liệu chưa khớp báo cáo ngành"
    client.force_login(world.actor(Role.COMMUNE_CHAIR, of=journey.dossier).user)
    assert secret not in seen(client, one)
    client.force_login(world.people.at(opinion.department_id, Role.DEPARTMENT_HEAD).user)
    assert secret in seen(client, one)


def test_viewing_costs_the_same_with_many_files_and_versions(official: Client, journey: Journey) -> None:
    one = attached(journey, received(journey, "Báo cáo.pdf", text_pdf("a", "b"), is_read=True))
    seen(official, one, trang=2)

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            seen(official, one, trang=2)
        return len(queries)

    few = cost()
    for n in range(6):
        old = attached(journey, received(journey, f"{n}.jpg", is_read=True))
        journey.do(
            ReplaceEvidence, journey.official, evidence=old, document=received(journey, f"{n} mới.jpg")
        )
    attached(journey, one.document, "14.1", "17.1", "18.1")
    assert cost() == few <= 26


def test_the_indicator_page_costs_the_same_with_many_files(official: Client, journey: Journey) -> None:
    page = reverse("results:indicator", args=[journey.dossier.pk, CODE])

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert official.get(page).status_code == 200
        return len(queries)

    def add(n: int) -> None:
        old = attached(journey, received(journey, f"{n}.jpg", is_read=True))
        journey.do(
            ReplaceEvidence,
            journey.official,
            evidence=old,
            document=received(journey, f"{n} mới.jpg", is_read=True),
        )

    add(0)
    cost()
    few = cost()
    for n in range(1, 5):
        add(n)
    assert cost() == few
