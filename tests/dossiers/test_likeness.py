"""Who is told that a file looks like another dossier's, and what they see of both."""

from __future__ import annotations

import io

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from dossiers.dossier.models import State
from dossiers.organisations.models import Role
from dossiers.policies import Actor
from dossiers.results.acts import AttachEvidence, RemoveEvidence
from dossiers.results.models import Evidence
from storage.documents import fix, make_derivatives, receive
from storage.documents.models import Integrity, IntegrityCheck
from storage.documents.tasks import compare
from tests.storage.files import office, saved, scene
from tests.world import World
from workflows.demonstration.journey import Journey
from workflows.demonstration.year import announce_programmes

pytestmark = pytest.mark.django_db


def prove(
    journey: Journey, contents: bytes, name: str, code: str = "14.2", *, is_fixed: bool = True
) -> Evidence:
    """Attach a file to an indicator, let its jobs run, and fix it as submitting its dossier would."""
    document = receive(stream=io.BytesIO(contents), name=name, uploaded_by_id=journey.official.user.pk)
    result = journey.results().get(indicator__code=code)
    journey.do(AttachEvidence, journey.official, document=document, results=[result.pk])
    make_derivatives(document_id=str(document.pk))
    compare(document_id=str(document.pk))
    if is_fixed:
        fix([document.pk], at=timezone.now())
    return Evidence.objects.get(document=document)


def photo(seed: int = 1, quality: int = 85) -> bytes:
    return saved(scene(seed), "JPEG", quality=quality)


def shown(client: Client, actor: Actor, evidence: Evidence) -> str:
    client.force_login(actor.user)
    page = reverse("results:indicator", args=[evidence.result.dossier_id, evidence.result.indicator.code])
    return client.get(page).content.decode()


def beside(client: Client, evidence: Evidence) -> str:
    """The page of the file itself, for who was shown the indicator last."""
    page = reverse("results:view_evidence", args=[evidence.result.dossier_id, evidence.pk])
    return client.get(page).content.decode()


def address(evidence: Evidence, other: Evidence) -> str:
    return reverse("results:compare", args=[evidence.result.dossier_id, evidence.pk, other.pk])


@pytest.fixture
def pair(world: World) -> tuple[Journey, Journey]:
    """A commune and its neighbour, of one district, both gathering evidence for 2023."""
    return world.dossier(State.IMPLEMENTING), world.dossier(State.IMPLEMENTING, "Xã Liêm Tiết")


def test_a_department_sees_a_neighbours_photo_saved_anew_beside_this_one(
    world: World, client: Client, pair: tuple[Journey, Journey]
) -> None:
    mine, neighbour = pair
    other = prove(neighbour, photo(), "Trạm y tế Liêm Tiết.jpg")
    evidence = prove(mine, photo(quality=40), "Trạm y tế.jpg")
    unlike = prove(neighbour, photo(2), "Đường thôn.jpg")
    mine.advance_to(State.APPRAISING, files=1)
    head = world.actor(Role.DEPARTMENT_HEAD)
    notice = "Giống tệp của xã Liêm Tiết, năm 2023, chỉ tiêu 14.2"
    findings = reverse("appraisal:findings", args=[mine.dossier.pk])
    for page in (
        shown(client, head, evidence),
        beside(client, evidence),
        client.get(findings).content.decode(),
    ):
        assert page.count(notice) == 1 and address(evidence, other) in page
    viewer = reverse("results:view_evidence", args=[mine.dossier.pk, evidence.pk])
    assert viewer in page, "the finding is one step from the file"
    compared = client.get(address(evidence, other)).content.decode()
    for side in (evidence, other):
        for fact in (side.document.name, side.document.sha256, side.added_by.full_name):
            assert fact in compared
    assert "Xã Liêm Tuyền · 2023" in compared and "Xã Liêm Tiết · 2023" in compared
    assert "Hai ảnh gần như là một" in compared and "không phải kết luận" in compared
    assert compared.count("<img") == 2
    assert client.get(address(evidence, unlike)).status_code == 404


def test_the_commune_is_told_nothing(world: World, client: Client, pair: tuple[Journey, Journey]) -> None:
    mine, neighbour = pair
    other, evidence = prove(neighbour, photo(), "a.jpg"), prove(mine, photo(), "b.jpg")
    for role in (Role.COMMUNE_OFFICIAL, Role.COMMUNE_CHAIR, Role.FRONT_OFFICER, Role.PROVINCIAL_CHAIR):
        assert "Giống tệp" not in shown(client, world.actor(role, of=mine.dossier), evidence)
        assert "Giống tệp" not in beside(client, evidence)
        assert client.get(address(evidence, other)).status_code == 404


def test_a_department_is_told_whether_a_picture_was_compared(
    world: World, client: Client, pair: tuple[Journey, Journey]
) -> None:
    mine, _neighbour = pair
    detailed, plain = (
        prove(mine, photo(), "chi tiết.jpg"),
        prove(mine, saved(plain_picture(), "JPEG"), "trơn.jpg"),
    )
    mine.advance_to(State.APPRAISING)
    shown(client, world.actor(Role.DEPARTMENT_OFFICER), detailed)
    assert "đã so; nếu có tệp giống" in beside(client, detailed)
    assert "ảnh quá ít chi tiết" in beside(client, plain)
    client.force_login(mine.official.user)
    assert "So với tệp của xã khác" not in beside(client, detailed)


def plain_picture() -> Image.Image:
    return Image.new("RGB", (800, 600), (200, 210, 190))


def test_what_a_neighbour_never_submitted_is_not_told(
    world: World, client: Client, pair: tuple[Journey, Journey]
) -> None:
    mine, neighbour = pair
    draft, evidence = prove(neighbour, photo(), "a.jpg", is_fixed=False), prove(mine, photo(), "b.jpg")
    assert "Giống tệp" not in shown(client, world.actor(Role.COORDINATION_OFFICER), evidence)
    assert client.get(address(evidence, draft)).status_code == 404


def test_the_same_bytes_are_seen_at_once_and_called_the_same(
    world: World, client: Client, pair: tuple[Journey, Journey]
) -> None:
    (mine, neighbour), report = pair, office()
    other = prove(neighbour, report, "Báo cáo Liêm Tiết.docx")
    prove(neighbour, report, "Báo cáo lần 2.docx", "14.1")
    evidence = prove(mine, report, "Báo cáo.docx")
    for role in (Role.DISTRICT_OFFICER, Role.COORDINATION_OFFICER):
        page = shown(client, world.actor(role, of=mine.dossier), evidence)
        assert "Giống tệp của xã Liêm Tiết, năm 2023, chỉ tiêu 14.2, 14.1" in page
        compared = client.get(address(evidence, other)).content.decode()
        assert "Hai tệp trùng nhau hoàn toàn" in compared and "không có ảnh xem trước" in compared


def test_a_file_of_another_year_or_taken_off_the_list_counts_and_one_of_this_dossier_does_not(
    world: World, client: Client
) -> None:
    before = Journey(world.people, announce_programmes(world.people, world.province)[2022], world.commune())
    before.advance_to(State.IMPLEMENTING)
    old = prove(before, photo(), "năm trước.jpg")
    before.do(RemoveEvidence, before.official, evidence=old)
    mine = world.dossier(State.IMPLEMENTING)
    evidence = prove(mine, photo(quality=60), "a.jpg")
    prove(mine, photo(quality=50), "b.jpg", "14.1")
    page = shown(client, world.actor(Role.DISTRICT_CHAIR, of=mine.dossier), evidence)
    assert "Giống tệp của xã Liêm Tuyền, năm 2022, chỉ tiêu 14.2" in page
    assert page.count("Giống tệp") == 1
    assert "Đã bỏ khỏi minh chứng" in client.get(address(evidence, old)).content.decode()


def test_nobody_sees_files_beyond_their_own_place_and_indicators(world: World, client: Client) -> None:
    mine, far = world.dossier(State.IMPLEMENTING), world.dossier(State.IMPLEMENTING, "Xã Mộc Bắc")
    evidence = prove(mine, photo(), "a.jpg")
    ours, others = prove(far, photo(quality=60), "b.jpg"), prove(far, photo(quality=50), "c.jpg", "1.1")
    mine.advance_to(State.APPRAISING, files=1)
    sees = {
        Role.DEPARTMENT_OFFICER: {ours},
        Role.COORDINATION_OFFICER: {ours, others},
        Role.DISTRICT_OFFICER: set(),
        Role.DISTRICT_CHAIR: set(),
    }
    for role, expected in sees.items():
        page = shown(client, world.actor(role, of=mine.dossier), evidence)
        assert ("Giống tệp" in page) is bool(expected), role
        for other in (ours, others):
            status = client.get(address(evidence, other)).status_code
            assert (status == 200) is (other in expected), (role, other.document.name)


def test_a_file_that_was_altered_is_not_shown(
    world: World, client: Client, pair: tuple[Journey, Journey]
) -> None:
    mine, neighbour = pair
    other, evidence = prove(neighbour, photo(), "a.jpg"), prove(mine, photo(), "b.jpg")
    IntegrityCheck.objects.create(
        document=other.document, outcome=Integrity.ALTERED, checked_at=timezone.now()
    )
    client.force_login(world.actor(Role.DISTRICT_OFFICER, of=mine.dossier).user)
    compared = client.get(address(evidence, other)).content.decode()
    assert compared.count("<img") == 1 and "không còn như khi nhận" in compared


def test_many_alike_files_cost_no_more_queries_and_are_summed_up(
    world: World, client: Client, pair: tuple[Journey, Journey]
) -> None:
    (mine, neighbour), decision = pair, office()
    prove(neighbour, decision, "a.docx")
    evidence = prove(mine, decision, "b.docx")
    officer = world.actor(Role.COORDINATION_OFFICER)
    shown(client, officer, evidence)
    with CaptureQueriesContext(connection) as few:
        shown(client, officer, evidence)
    for commune in ("Xã Liêm Cần", "Xã Liêm Phong", "Xã Thanh Hà", "Xã Thanh Hương"):
        prove(world.dossier(State.IMPLEMENTING, commune), decision, "c.docx")
    prove(neighbour, photo(), "d.jpg")
    prove(mine, photo(quality=50), "e.jpg")
    with CaptureQueriesContext(connection) as many:
        page = shown(client, officer, evidence)
    assert len(many) == len(few)
    assert page.count("Giống tệp của") == 6 and page.count("và 2 hồ sơ khác") == 1
