"""The register, a title's page, and the pages on which something begins."""

from __future__ import annotations

import csv
import io
import re
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from dossiers.acts import ActRefused, NotPermitted
from dossiers.criteria.models import CriteriaSet, TitleLevel
from dossiers.dossier.models import State
from dossiers.organisations.models import AdministrativeUnit, Role
from dossiers.titles.acts import CancelReview, WithdrawProposal
from dossiers.titles.granting import PaperTitle, enter_title
from dossiers.titles.models import Review, Title
from dossiers.titles.selectors import CurrentSets
from storage import ledger
from tests.dossiers.titles.conftest import UNMET
from tests.world import World
from workflows.demonstration.afterwards import Afterwards
from workflows.demonstration.files import paper
from workflows.engine import in_step
from workflows.models import WorkItem
from workflows.notifications.models import Kind, Reminder
from workflows.notifications.reminding import remind

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
        ({"ra-soat": "no"}, "Không có danh hiệu nào phù hợp", "Xã Mộc Bắc"),
        ({"ra-soat": "never", "q": "mộc"}, "Xã Mộc Bắc", "Xã Liêm Tuyền"),
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


def _shown(answer: Any) -> dict[str, Any]:
    """Return what the confirming form of the preview sends."""
    return {
        "year": answer.context["form"].cleaned_data["year"],
        "shown": [one.title.pk for one in answer.context["opening"]],
    }


def test_the_office_sees_what_a_year_would_open_then_opens_it_and_safely_again(
    afterwards: Afterwards, world: World, client: Client
) -> None:
    """All reviews of a year were opened at once, without showing which, and why others were not."""
    entered_new = enter(afterwards, world.commune("Xã Mộc Bắc"), year=2025, signed_on=date(2026, 1, 5))
    client.force_login(afterwards.office.user)
    address = reverse("titles:open_reviews")
    preview = client.post(address, {"year": 2025})
    told = preview.content.decode()
    assert preview.status_code == 200 and not Review.objects.exists()
    assert "1 danh hiệu sẽ được mở rà soát năm 2025" in told and "Xã Liêm Tuyền" in told
    assert "1 danh hiệu không mở" in told and "Xã Mộc Bắc" in told and "Năm rà soát phải từ 2026" in told
    assert [one.title for one in preview.context["skipped"]] == [entered_new]
    first = client.post(address, _shown(preview), follow=True).content.decode()
    assert "Đã mở rà soát 1 danh hiệu." in first
    again = client.post(address, _shown(preview), follow=True).content.decode()
    assert "Đã mở rà soát 0 danh hiệu." in again and "1 danh hiệu không mở" in again
    told = client.post(address, {"year": 2025}).content.decode()
    assert "0 danh hiệu sẽ được mở" in told and "đang có một lần rà soát chưa xong" in told
    client.cookies["lua_language"] = "en"
    assert "2 titles are skipped" in client.post(address, {"year": 2024}).content.decode()
    client.cookies["lua_language"] = "vi"
    assert client.post(address, {"year": 2025, "shown": ["x", "99999999"]}, follow=True).status_code == 200
    assert Review.objects.count() == 1
    client.force_login(afterwards.of_commune(Role.COMMUNE_CHAIR).user)
    inbox = page(client, reverse("work"))
    assert "Rà soát danh hiệu 2025" in inbox and "ngày làm việc" in inbox


def test_two_reviews_of_one_commune_in_one_year_are_told_apart_by_their_titles(
    afterwards: Afterwards, client: Client
) -> None:
    enter(afterwards, afterwards.commune, level=TitleLevel.NTM, year=2015)
    client.force_login(afterwards.office.user)
    address = reverse("titles:open_reviews")
    client.post(address, _shown(client.post(address, {"year": 2025})))
    assert Review.objects.count() == 2
    client.force_login(afterwards.of_commune(Role.COMMUNE_CHAIR).user)
    listed = reverse("dossiers") + "?loai=review"
    for text in (page(client, reverse("home")), page(client, reverse("work")), page(client, listed)):
        names = re.findall(
            r'Rà soát danh hiệu 2025(?:</strong>)?</a> <span class="lua-quiet">([^<]*)</span>', text
        )
        assert {"NTM", "NTM nâng cao"} == set(names)
    for review in Review.objects.select_related("title"):
        heading = page(client, reverse("dossier:overview", args=[review.pk]))
        short = {"ntm": "NTM", "nang_cao": "NTM nâng cao"}[review.title.level]
        assert re.search(rf"<h1>[^<]*Rà soát danh hiệu 2025 · {short}</h1>", heading)


@pytest.mark.parametrize("year", ["1999", "-1", "2099", "2010", "năm nay"])
def test_a_year_that_cannot_be_is_refused_at_its_field_and_kept(
    afterwards: Afterwards, client: Client, year: str
) -> None:
    client.force_login(afterwards.office.user)
    for address in (
        reverse("titles:open_reviews"),
        reverse("titles:open_review", args=[afterwards.title.pk]),
    ):
        refused = client.post(address, {"year": year, "kind": "yearly"})
        assert refused.status_code == 409 and f'value="{year}"' in refused.content.decode()
        assert list(refused.context["form"].errors) == ["year"]
    assert not Review.objects.exists()


def test_the_preview_asks_the_same_queries_however_many_titles_there_are(
    afterwards: Afterwards, world: World, client: Client
) -> None:
    client.force_login(afterwards.office.user)
    enter(afterwards, afterwards.commune)
    with CaptureQueriesContext(connection) as few:
        client.post(reverse("titles:open_reviews"), {"year": 2025})
    for commune in [one for one in world.communes() if one != afterwards.commune][:12]:
        enter(afterwards, commune)
    with CaptureQueriesContext(connection) as many:
        client.post(reverse("titles:open_reviews"), {"year": 2025})
    assert len(many) == len(few)


def test_a_review_opened_by_mistake_is_cancelled_while_nobody_has_recorded_anything(
    afterwards: Afterwards, client: Client
) -> None:
    client.force_login(afterwards.office.user)
    mistaken = afterwards.open_review(2025)
    assert "Đang rà soát năm 2025" in page(client, reverse("titles:list"))
    act = reverse("dossier:act", args=[mistaken.pk, "huy-ra-soat"])
    assert "Hủy lần rà soát mở nhầm" in page(client, reverse("dossier:overview", args=[mistaken.pk]))
    form = {"revision": afterwards.refresh().revision, "reasons": " "}
    assert client.post(act, form).status_code == 409
    assert client.post(act, {**form, "reasons": "Mở nhầm năm"}).status_code == 302
    dossier = afterwards.refresh()
    assert dossier.state == State.REVIEW_CANCELLED and in_step(dossier)
    assert not WorkItem.objects.filter(dossier=dossier, closed_at__isnull=True).exists()
    assert ledger.verify(dossier.stream).ok
    told = page(client, reverse("dossier:overview", args=[dossier.pk]))
    assert "đã hủy lần rà soát" in told and "Mở nhầm năm" in told
    assert "không tính cho danh hiệu" in told and "lua-stepper" not in told
    assert "Đang rà soát năm 2025" not in page(client, reverse("titles:list"))
    assert "Mở nhầm năm" in page(client, reverse("dossier:history", args=[dossier.pk]))
    story = page(client, reverse("titles:title", args=[afterwards.title.pk]))
    assert "Hủy lần rà soát mở nhầm" in story and "Đã hủy lần rà soát" in story
    remind(timezone.now())
    reminded = Reminder.objects.filter(dossier=dossier, kind=Kind.REVIEW_CANCELLED)
    assert {one.person for one in reminded} >= {afterwards.of_commune(Role.COMMUNE_CHAIR).user}
    afterwards.open_review(2025)
    afterwards.report()
    begun = afterwards.refresh()
    with pytest.raises(ActRefused) as refused:
        CancelReview(actor=afterwards.office, dossier=begun, reasons="Mở nhầm").perform()
    assert refused.value.codes == {"begun"}
    assert "Hủy lần rà soát" not in page(client, reverse("dossier:overview", args=[begun.pk]))
    with pytest.raises(NotPermitted):
        CancelReview(actor=afterwards.of_commune(Role.COMMUNE_CHAIR), dossier=begun, reasons="x").perform()


def test_the_titles_story_tells_when_reviews_and_revocations_were_opened_and_ended_early(
    afterwards: Afterwards, client: Client
) -> None:
    case = afterwards.open_revocation(afterwards.review(2025, criteria_unmet=UNMET))
    afterwards.go_on_with(case.dossier)
    afterwards.do(WithdrawProposal, afterwards.district(Role.DISTRICT_CHAIR), reasons="Xã đã khắc phục")
    client.force_login(afterwards.office.user)
    story = client.get(reverse("titles:title", args=[afterwards.title.pk])).context["story"]
    acts = [(one.what, one.about) for one in story.entries]
    assert acts == [
        ("Rút hồ sơ thu hồi", "Thu hồi danh hiệu 2023"),
        ("Lập hồ sơ thu hồi, lấy ý kiến", "Thu hồi danh hiệu 2023"),
        ("Ghi kết quả rà soát", ""),
        ("Mở rà soát danh hiệu", "Rà soát danh hiệu 2025"),
        ("Ghi danh hiệu từ văn bản", ""),
    ]


def test_the_register_says_what_the_last_review_found_and_apart_that_no_set_is_known(
    afterwards: Afterwards, world: World, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """«Chưa rà soát» stood beside a review of 2025 that failed, because no set of 2026 is known."""
    enter(
        afterwards,
        world.commune("Xã Mộc Bắc"),
        level=TitleLevel.ADVANCED,
        year=2022,
        signed_on=date(2022, 12, 1),
    )
    afterwards.review(2025, criteria_unmet=UNMET)
    client.force_login(afterwards.office.user)

    def found(known: str) -> str:
        return client.get(reverse("titles:list"), {"ra-soat": known}).content.decode()

    for known, seen, unseen in (
        ("no", ["Xã Liêm Tuyền", "Không đạt, rà soát năm 2025", "Bộ tiêu chí"], ["Xã Mộc Bắc"]),
        ("yes", ["Không có danh hiệu nào phù hợp"], ["Xã Liêm Tuyền"]),
        ("never", ["Xã Mộc Bắc", "Chưa rà soát lần nào"], ["Xã Liêm Tuyền"]),
    ):
        shown = found(known)
        assert all(one in shown for one in seen) and not any(one in shown for one in unseen), known
    sets = CurrentSets(world.province)
    known_now = sets.of(TitleLevel.ADVANCED) is not None
    lacking = "Chưa rà soát theo bộ tiêu chí của năm" if known_now else "Phần mềm chưa có bộ tiêu chí của năm"
    assert lacking in found("never")

    def none_known(*_asked: Any) -> None:
        raise CriteriaSet.DoesNotExist

    monkeypatch.setattr("dossiers.titles.selectors.current_set", none_known)
    for known in ("no", "no-set"):
        shown = found(known)
        assert "Không đạt, rà soát năm 2025" in shown and "chưa có bộ tiêu chí của năm" in shown
    assert "Xã Mộc Bắc" in found("no-set") and "Không có danh hiệu nào" in found("other")
    client.cookies["lua_language"] = "en"
    assert "Not met, reviewed in 2025" in found("no")


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
