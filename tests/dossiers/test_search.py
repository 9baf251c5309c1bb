"""Finding evidence by its words, in what the person may see and nothing else."""

from __future__ import annotations

import io
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse

from dossiers.dossier.models import State
from dossiers.organisations.models import Role
from dossiers.results.acts import AttachEvidence, RemoveEvidence
from dossiers.results.models import Evidence
from dossiers.results.search import Where, excerpt, found_evidence, matcher, pieces
from storage.documents import make_derivatives, receive
from tests.storage.files import text_pdf
from tests.world import World
from workflows.demonstration.journey import Journey


def attach(journey: Journey, name: str, code: str, *pages: str, caption: str = "") -> Evidence:
    official = journey.official
    document = receive(stream=io.BytesIO(text_pdf(*pages)), name=name, uploaded_by_id=official.user.pk)
    make_derivatives(document_id=str(document.pk))
    result = journey.results().get(indicator__code=code)
    journey.do(AttachEvidence, official, document=document, results=[result.pk], caption=caption)
    return Evidence.objects.get(result=result, document=document)


@pytest.fixture
def journey(world: World) -> Journey:
    journey = world.dossier(State.IMPLEMENTING)
    attach(journey, "Biên bản.pdf", "14.2", "Trang bìa", "Nghiệm thu công trình NƯỚC SẠCH thôn Ngái")
    attach(journey, "nuoc-sach_2023.pdf", "2.1", "Đường xã")
    attach(journey, "Ảnh.pdf", "2.1", "Không có gì", caption="Trạm cấp nước sạch")
    return journey


def names(found) -> list[str]:
    return sorted(one.document.name for one in found)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("nước sạch", ["Biên bản.pdf", "Ảnh.pdf"]),
        ("nuoc sach", ["Biên bản.pdf", "nuoc-sach_2023.pdf", "Ảnh.pdf"]),
        ("nghiem thu ngai", ["Biên bản.pdf"]),
        ("bìa ngái", []),
        ("2023", ["nuoc-sach_2023.pdf"]),
        ("khong co o dau ca", []),
    ],
    ids=["spelt", "unspelt", "one page", "two pages", "number", "nothing"],
)
def test_evidence_is_found_by_name_caption_and_text(
    journey: Journey, typed: str, expected: list[str]
) -> None:
    assert names(found_evidence(journey.official, typed, Where(dossier=journey.dossier))) == expected


@pytest.mark.django_db
def test_nobody_finds_what_they_may_not_see(world: World, journey: Journey) -> None:
    neighbour = world.people.committee(world.commune("Xã Liêm Tiết"), Role.COMMUNE_CHAIR)
    assert not found_evidence(neighbour, "nuoc sach").exists()
    assert not found_evidence(world.actor(Role.ADMINISTRATOR), "nuoc sach").exists()
    inspector = world.actor(Role.INSPECTOR, of=journey.dossier)
    assert len(found_evidence(inspector, "nuoc sach")) == 3


@pytest.mark.django_db
def test_a_department_finds_what_belongs_to_its_own_indicators(world: World, journey: Journey) -> None:
    journey.advance_to(State.APPRAISING)
    department = journey.results().get(indicator__code="14.2").department
    assert department is not None
    officer = world.people.at(department, Role.DEPARTMENT_OFFICER)
    assert names(found_evidence(officer, "nuoc sach")) == ["Biên bản.pdf"]


@pytest.mark.django_db
def test_what_was_taken_off_the_list_is_not_found(journey: Journey) -> None:
    removed = Evidence.objects.get(document__name="Biên bản.pdf")
    journey.do(RemoveEvidence, journey.official, evidence=removed)
    assert "Biên bản.pdf" not in names(found_evidence(journey.official, "nuoc sach"))


@pytest.mark.django_db
def test_a_file_of_several_indicators_is_found_once_with_all_of_them(
    journey: Journey, client: Client, world: World
) -> None:
    document = Evidence.objects.get(document__name="Biên bản.pdf").document
    further = [one.pk for one in journey.results().filter(indicator__code__in=["5.1", "17.1"])]
    journey.do(AttachEvidence, journey.official, document=document, results=further, caption="bơm nước sạch")
    (found,) = found_evidence(journey.official, "nghiem thu", Where(dossier=journey.dossier))
    assert found.result.indicator.code == "5.1", "the first of its places"
    (by_caption,) = found_evidence(journey.official, "bơm")
    assert by_caption.document == document
    client.force_login(journey.official.user)
    html = client.get(reverse("results:search"), {"q": "nghiem thu"}).content.decode()
    for code in ("5.1", "14.2", "17.1"):
        assert reverse("results:indicator", args=[journey.dossier.pk, code]) in html


@pytest.mark.django_db
def test_everything_is_narrowed_to_a_commune_and_a_year(
    journey: Journey, client: Client, world: World
) -> None:
    inspector, dossier = world.actor(Role.INSPECTOR), journey.dossier
    for where, count in (
        (Where(commune=dossier.commune_id, year=dossier.title_year), 3),
        (Where(commune=dossier.commune_id + 1), 0),
        (Where(year=dossier.title_year + 1), 0),
    ):
        assert found_evidence(inspector, "nuoc sach", where).count() == count
    world.dossier(State.IMPLEMENTING, commune="Xã Tiêu Động")
    client.force_login(inspector.user)
    asked = {"q": "nuoc sach", "xa": str(dossier.commune_id), "nam": "x" * 30}
    html = client.get(reverse("results:search"), asked).content.decode()
    assert f'value="{dossier.commune_id}" selected' in html and "3 tệp có các từ này" in html


@pytest.mark.django_db
def test_the_page_shows_where_the_words_stand(journey: Journey, client: Client) -> None:
    client.force_login(journey.official.user)
    page = client.get(reverse("results:search"), {"q": "nước sạch", "ho-so": str(journey.dossier.pk)})
    html = unescape(page.content.decode())
    assert 'xem/?trang=2#tai-lieu">trang 2</a>:' in html, "the words are one step away"
    assert "Nghiệm thu công trình <mark>NƯỚC</mark> <mark>SẠCH</mark> thôn Ngái" in html
    assert "2 tệp có các từ này" in html
    nothing = client.get(reverse("results:search"), {"q": "zzz"}).content.decode()
    assert "Không có tệp nào có các từ này" in nothing


@pytest.mark.django_db
@pytest.mark.parametrize("typed", ["", "   ", "'\\:*&|!()", "\0", "a" * 5000, "<script>alert(1)</script>"])
def test_whatever_is_typed_there_is_an_answer(journey: Journey, client: Client, typed: str) -> None:
    client.force_login(journey.official.user)
    answer = client.get(reverse("results:search"), {"q": typed})
    assert answer.status_code == 200
    assert "<script>alert" not in answer.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("number", ["99999999", "1" * 30, "x"])
def test_a_dossier_that_is_none_is_not_found_or_not_asked_for(
    journey: Journey, client: Client, number: str
) -> None:
    client.force_login(journey.official.user)
    answer = client.get(reverse("results:search"), {"q": "nước", "ho-so": number})
    assert answer.status_code == (404 if number == "99999999" else 200)


@pytest.mark.django_db
def test_a_page_of_results_costs_the_same_however_many_there_are(
    journey: Journey, client: Client, django_assert_max_num_queries
) -> None:
    client.force_login(journey.official.user)
    for number in range(6):
        attach(journey, f"Nước sạch {number}.pdf", "14.2", f"nước sạch {number}")
    with django_assert_max_num_queries(11):
        client.get(reverse("results:search"), {"q": "nuoc sach"})


def test_only_words_typed_with_marks_must_have_them() -> None:
    is_wanted = matcher("nước sach")
    assert pieces("Nước sạch, nuoc sạch: NƯỚC", is_wanted) == [
        ("Nước", True),
        (" ", False),
        ("sạch", True),
        (", nuoc ", False),
        ("sạch", True),
        (": ", False),
        ("NƯỚC", True),
    ]


def test_an_excerpt_is_short_and_holds_the_first_word() -> None:
    found = excerpt(pieces("a " * 500 + "nước" + " b" * 500, matcher("nuoc")))
    text = "".join(piece for piece, _wanted in found)
    assert text.startswith("…") and text.endswith("…") and "nước" in text and len(text) < 300
