"""The register, a title's page, and the pages on which something begins."""

from __future__ import annotations

import csv
import io
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from dossiers.criteria.models import TitleLevel
from dossiers.dossier.models import State
from dossiers.organisations.models import AdministrativeUnit, Role
from dossiers.titles.granting import PaperTitle, enter_title
from dossiers.titles.models import Title
from tests.dossiers.titles.conftest import UNMET
from tests.world import World
from workflows.demonstration.afterwards import Afterwards
from workflows.demonstration.files import paper

pytestmark = pytest.mark.django_db


def page(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, address
    return answer.content.decode()


def enter(afterwards: Afterwards, commune: AdministrativeUnit, **other: Any) -> Title:
    given: dict[str, Any] = {
        "level": TitleLevel.NTM,
        "year": 2015,
        "number": "1020/QĐ-UBND",
        "signed_on": date(2015, 12, 30),
        "document": afterwards.paper(),
    }
    return enter_title(actor=afterwards.office, entry=PaperTitle(commune=commune, **{**given, **other}))


def test_the_register_is_narrowed_and_exported(afterwards: Afterwards, world: World, client: Client) -> None:
    far = world.commune("Xã Mộc Bắc")
    enter(afterwards, far, number="=1+1")
    client.force_login(afterwards.office.user)
    whole = page(client, reverse("titles:list"))
    assert "Xã Liêm Tuyền" in whole and "Xã Mộc Bắc" in whole and "Nhập từ văn bản" in whole
    assert far.parent is not None
    for query, seen, unseen in (
        ({"q": "mộc"}, "Xã Mộc Bắc", "Xã Liêm Tuyền"),
        ({"q": "loc"}, "Không có danh hiệu nào phù hợp", "Xã Mộc Bắc"),
        ({"huyen": far.parent.pk}, "Xã Mộc Bắc", "Xã Liêm Tuyền"),
        ({"muc": "nang_cao"}, "Xã Liêm Tuyền", "Xã Mộc Bắc"),
        ({"nam": "2015"}, "Xã Mộc Bắc", "Xã Liêm Tuyền"),
        ({"hieu-luc": "revoked"}, "Không có danh hiệu nào phù hợp", "Xã Mộc Bắc"),
        ({"hien-dat": "no"}, "Không có danh hiệu nào phù hợp", "Xã Mộc Bắc"),
        ({"hien-dat": "unknown", "q": "mộc"}, "Xã Mộc Bắc", "Xã Liêm Tuyền"),
        ({"huyen": "x", "nam": "năm", "muc": "?", "hieu-luc": "\x00"}, "Xã Mộc Bắc", "Không có danh hiệu"),
    ):
        found = client.get(reverse("titles:list"), query).content.decode()
        assert seen in found and unseen not in found, query
    answer = client.get(reverse("titles:export"), {"q": "mộc"})
    text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    heading, *rows = csv.reader(io.StringIO(text))
    assert len(rows) == 1 and len(rows[0]) == len(heading)
    assert rows[0][0] == "Xã Mộc Bắc" and rows[0][4] == "'=1+1", "no cell is reckoned as a formula"


def test_the_register_asks_the_same_queries_whatever_its_size(
    afterwards: Afterwards, world: World, client: Client
) -> None:
    client.force_login(afterwards.office.user)
    # The set in force is read once for each level of title that is on the page.
    enter(afterwards, afterwards.commune)
    page(client, reverse("titles:list"))
    with CaptureQueriesContext(connection) as few:
        page(client, reverse("titles:list"))
    for commune in [one for one in world.communes() if one != afterwards.commune][:12]:
        enter(afterwards, commune)
    with CaptureQueriesContext(connection) as many:
        page(client, reverse("titles:list"))
    assert len(many) == len(few)


def test_everybody_reads_the_titles_of_their_place_and_no_others(
    afterwards: Afterwards, world: World, client: Client
) -> None:
    address = reverse("titles:title", args=[afterwards.title.pk])
    for actor in (afterwards.of_commune(Role.COMMUNE_OFFICIAL), world.actor(Role.DEPARTMENT_OFFICER)):
        client.force_login(actor.user)
        assert "Đang có hiệu lực" in page(client, address)
    neighbour = world.people.committee(world.commune("Xã Liêm Tiết"), Role.COMMUNE_CHAIR)
    client.force_login(neighbour.user)
    page(client, address, status=404)
    assert "Chưa có danh hiệu nào trong sổ" in page(client, reverse("titles:list"))


def test_the_two_facts_stand_side_by_side(afterwards: Afterwards, client: Client) -> None:
    review = afterwards.review(2025, criteria_unmet=UNMET)
    client.force_login(afterwards.district(Role.DISTRICT_OFFICER).user)
    shown = page(client, reverse("titles:title", args=[afterwards.title.pk]))
    assert "Đang có hiệu lực" in shown and "Không đạt Bộ tiêu chí" in shown and "từ năm 2025" in shown
    assert "7/19 tiêu chí không đạt = 36,8 %" in shown and "thuộc trường hợp thu hồi" in shown
    assert "chưa đối chiếu công báo" in shown and "Lập hồ sơ thu hồi" in shown
    overview = page(client, reverse("dossier:overview", args=[review.pk]))
    assert "Kết quả rà soát" in overview and "Đề án</a>" not in overview


def test_parts_that_a_purpose_has_not_are_unknown(afterwards: Afterwards, client: Client) -> None:
    review = afterwards.review(2025, criteria_unmet=UNMET)
    case = afterwards.open_revocation(review)
    client.force_login(afterwards.office.user)
    for name in ("plans:sections", "consultation:consultation", "appraisal:board", "recognition:papers"):
        for dossier in (review.pk, case.pk):
            page(client, reverse(name, args=[dossier]), status=404)
    page(client, reverse("results:indicators", args=[case.pk]), status=404)
    for name in ("dossier:overview", "dossier:history", "dossier:conditions", "procedure"):
        for dossier in (review.pk, case.pk):
            page(client, reverse(name, args=[dossier]))
    page(client, reverse("results:indicators", args=[review.pk]))
    page(client, reverse("results:indicator", args=[review.pk, "14.2"]))


def test_a_title_is_entered_on_the_page_and_what_was_typed_is_kept(
    afterwards: Afterwards, client: Client
) -> None:
    client.force_login(afterwards.office.user)
    form = {
        "commune": afterwards.commune.pk,
        "level": "ntm",
        "year": 2009,
        "number": "77/QĐ-UBND",
        "signed_on": "2015-12-30",
        "document": SimpleUploadedFile("Quyết định.pdf", paper("77").read()),
    }
    refused = client.post(reverse("titles:enter"), form)
    shown = refused.content.decode()
    assert refused.status_code == 409 and "Năm đạt chuẩn phải từ 2010" in shown and "77/QĐ-UBND" in shown
    assert "Đã nhận tệp «Quyết định.pdf»" in shown
    received = refused.context["form"]["received"].value()
    done = client.post(
        reverse("titles:enter"), {**form, "year": 2015, "document": "", "received": received}, follow=True
    )
    assert "Đã ghi danh hiệu vào sổ" in done.content.decode()
    title = Title.objects.get(number="77/QĐ-UBND")
    assert title.document is not None and str(title.document.pk) == received


def test_the_office_opens_a_year_at_once_and_safely_again(afterwards: Afterwards, client: Client) -> None:
    client.force_login(afterwards.office.user)
    first = client.post(reverse("titles:open_reviews"), {"year": 2025}, follow=True).content.decode()
    assert "Đã mở rà soát 1 danh hiệu." in first
    again = client.post(reverse("titles:open_reviews"), {"year": 2025}, follow=True).content.decode()
    assert "Đã mở rà soát 0 danh hiệu." in again and "1 danh hiệu không mở" in again
    client.force_login(afterwards.of_commune(Role.COMMUNE_CHAIR).user)
    inbox = page(client, reverse("work"))
    assert "Rà soát danh hiệu 2025" in inbox and "ngày làm việc" in inbox


def test_the_whole_case_is_walked_on_the_pages(afterwards: Afterwards, client: Client) -> None:
    afterwards.review(2025, criteria_unmet=UNMET)
    client.force_login(afterwards.district(Role.DISTRICT_OFFICER).user)
    opened = client.post(
        reverse("titles:open_revocation", args=[afterwards.title.pk]),
        {
            "grounds": "Bảy tiêu chí không còn đạt.",
            "first_day": "2026-01-05",
            "places": "Trụ sở UBND xã",
            "document": SimpleUploadedFile("Báo cáo.pdf", paper("case").read()),
        },
        follow=True,
    )
    shown = opened.content.decode()
    assert "Đã lập hồ sơ thu hồi" in shown and "Bảy tiêu chí không còn đạt." in shown
    dossier = afterwards.title.revocations.get().dossier
    afterwards.go_on_with(dossier)
    afterwards.first_day = date(2026, 1, 5)
    afterwards.hear_front()
    afterwards.summarise()
    afterwards.propose()
    afterwards.dispatch()
    signer, *_rest = afterwards.waiting_opinions()
    head = afterwards.people.at(signer.department_id, Role.DEPARTMENT_HEAD)
    client.force_login(head.user)
    act = reverse("dossier:act", args=[dossier.pk, "ky-y-kien-thu-hoi"])
    page(client, act)
    secret = "Chỉ còn 61 % số hộ dùng nước sạch"
    revision = afterwards.refresh().revision
    sent = {"revision": revision, "agrees": "1", "reasons": secret, "number": "9/SYT"}
    assert client.post(act, sent).status_code == 302
    overview, history = (reverse(f"dossier:{name}", args=[dossier.pk]) for name in ("overview", "history"))
    assert secret in page(client, overview)
    client.force_login(afterwards.office.user)
    for address in (overview, history):
        assert secret not in page(client, address), "sealed until all have signed"
    afterwards.sign_all()
    for address in (overview, history):
        assert secret in page(client, address)
    afterwards.write_report()
    afterwards.revoke()
    client.force_login(afterwards.of_commune(Role.COMMUNE_OFFICIAL).user)
    assert "Đã thu hồi" in page(client, reverse("titles:title", args=[afterwards.title.pk]))
    file = reverse("titles:open_paper", args=[dossier.pk, afterwards.paper().pk])
    assert client.get(file).status_code == 302
    assert afterwards.refresh().state == State.REVOKED


def test_the_page_of_the_rules_shows_the_rule_with_its_source(world: World, client: Client) -> None:
    client.force_login(world.actor(Role.COMMUNE_CHAIR).user)
    shown = page(client, reverse("law"))
    for words in (
        "Từ 50 % số tiêu chí không đạt",
        "Từ 30 % đến dưới 50 % số tiêu chí không đạt",
        "10. Thu nhập; 17. Môi trường; 18. Chất lượng môi trường sống; 19. Quốc phòng và An ninh",
        "Xã nông thôn mới kiểu mẫu: đối chiếu theo bộ tiêu chí của Xã nông thôn mới nâng cao",
        "Nghị định 131/2025",
        "thuvienphapluat",
    ):
        assert words in shown, words
