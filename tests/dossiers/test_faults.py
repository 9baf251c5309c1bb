"""Bad input and outages at the pages: a clear sentence, what was typed is kept, nothing half done."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection
from django.test import Client
from django.urls import reverse

from dossiers.acts import DossierAct
from dossiers.dossier.models import State
from dossiers.organisations.models import Role
from dossiers.results.models import Evidence
from storage.documents.models import Document
from storage.ledger import Entry
from tests.world import World
from workflows import engine
from workflows.demonstration.files import paper, photo
from workflows.demonstration.journey import Journey
from workflows.models import WorkItem


def _page(journey: Journey, code: str) -> str:
    return reverse("results:indicator", args=[journey.dossier.pk, code])


def _figure(journey: Journey, code: str, value: str) -> dict[str, str]:
    revision = journey.results().get(indicator__code=code).revision
    return {"value": value, "figure_year": "2023", "revision": str(revision)}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("code", "typed", "said"),
    [
        ("14.2", "nhiều", "không phải là một con số"),
        ("14.2", "-5", "không được âm"),
        ("14.2", "101", "không thể quá 100"),
        ("10.1", "99999999999999999999", "chữ số"),
        ("10.1", "12.34.567", "không phải là một con số"),
        ("13.1", "1,5", "số nguyên"),
    ],
)
def test_a_wrong_figure_is_named_and_kept(
    world: World, client: Client, code: str, typed: str, said: str
) -> None:
    journey = world.dossier(State.IMPLEMENTING)
    client.force_login(world.actor(Role.COMMUNE_OFFICIAL).user)
    answer = client.post(_page(journey, code), _figure(journey, code, typed))
    assert answer.status_code in (400, 409)
    page = answer.content.decode()
    assert said in page
    assert f'value="{typed}"' in page, "what was typed is kept"
    assert journey.results().get(indicator__code=code).value == ""


@pytest.mark.django_db
def test_a_stale_figure_is_refused_and_both_versions_can_be_seen(world: World, client: Client) -> None:
    journey = world.dossier(State.IMPLEMENTING)
    sent = _figure(journey, "14.2", "91")
    journey.report(only={"14.2"})
    stored = journey.results().get(indicator__code="14.2").value
    client.force_login(world.actor(Role.COMMUNE_OFFICIAL).user)
    answer = client.post(_page(journey, "14.2"), sent)
    assert answer.status_code == 409
    assert "nội dung này đã được cập nhật" in answer.content.decode()
    assert 'value="91"' in answer.content.decode()
    assert journey.results().get(indicator__code="14.2").value == stored


@pytest.mark.django_db
def test_an_act_page_that_somebody_was_faster_on_says_so(world: World, client: Client) -> None:
    journey = world.dossier(State.CONSOLIDATING)
    revision = journey.dossier.revision
    journey.consolidate()
    client.force_login(world.actor(Role.COORDINATION_OFFICER).user)
    page = reverse("dossier:act", args=[journey.dossier.pk, "trinh-hoi-dong"])
    answer = client.post(page, {"revision": revision, "summary": "Nội dung đã gõ"})
    assert answer.status_code == 409
    assert "Không thể «Tổng hợp, trình Hội đồng»" in answer.content.decode()
    assert journey.refresh().state == State.COUNCIL


@pytest.mark.django_db
def test_what_comes_too_late_is_not_shown_as_what_was_signed(world: World, client: Client) -> None:
    journey = world.dossier(State.APPRAISING)
    opinion = next(one for one in journey.waiting_opinions() if one.department.short_name == "Sở Y tế")
    journey.find(opinion)
    finding = opinion.findings.select_related("result__indicator")[0]
    journey.sign(opinion)
    client.force_login(world.actor(Role.DEPARTMENT_HEAD).user)
    row = f"r{finding.result_id}"
    typed = {f"{row}-verdict": "not_met", f"{row}-reason": "gõ sau", f"{row}-revision": finding.revision}
    answer = client.post(reverse("appraisal:findings", args=[journey.dossier.pk]), typed)
    assert answer.status_code == 409
    shown = answer.context["rows"]
    late = next(one for one in shown if one["result"].pk == finding.result_id)
    assert (late["verdict"], late["reason"]) == (finding.verdict, finding.reason)
    page = answer.content.decode()
    assert "Nội dung anh/chị vừa nhập (chưa lưu)" in page and "gõ sau" in page


@pytest.mark.django_db
def test_of_several_files_the_bad_ones_are_named_and_the_good_ones_kept(world: World, client: Client) -> None:
    journey = world.dossier(State.IMPLEMENTING)
    client.force_login(world.actor(Role.COMMUNE_OFFICIAL).user)
    files = [
        SimpleUploadedFile("tốt.jpg", photo("tốt").getvalue()),
        SimpleUploadedFile("rỗng.pdf", b""),
        SimpleUploadedFile("cắt.pdf", paper("cắt").getvalue()[:3000]),
        SimpleUploadedFile("trang.jpg", b"<html></html>"),
    ]
    upload = reverse("results:upload", args=[journey.dossier.pk, "14.2"])
    page = client.post(upload, {"files": files}, follow=True).content.decode()
    assert "rỗng.pdf: Tệp rỗng" in page
    assert "cắt.pdf: " in page and "trang.jpg: Không nhận loại tệp này" in page
    assert [one.document.name for one in Evidence.objects.filter(result__dossier=journey.dossier)] == [
        "tốt.jpg"
    ]


@pytest.mark.django_db
def test_a_file_that_is_there_under_another_name_is_called_by_both_names(
    world: World, client: Client
) -> None:
    journey = world.dossier(State.IMPLEMENTING)
    client.force_login(world.actor(Role.COMMUNE_OFFICIAL).user)
    upload = reverse("results:upload", args=[journey.dossier.pk, "14.2"])
    contents = paper("một").getvalue()
    for name, said in (
        ("gốc.pdf", "Đã thêm 1 tệp"),
        ("chép.pdf", "Nội dung tệp «chép.pdf» đã có trong minh chứng của chỉ tiêu 14.2, dưới tên «gốc.pdf»"),
        ("gốc.pdf", "Tệp «gốc.pdf» đã có trong minh chứng của chỉ tiêu 14.2."),
    ):
        answer = client.post(upload, {"files": [SimpleUploadedFile(name, contents)]}, follow=True)
        assert said in answer.content.decode()


@pytest.mark.django_db
def test_a_file_that_the_commune_has_already_is_used_again(world: World, client: Client) -> None:
    journey = world.dossier(State.IMPLEMENTING)
    client.force_login(world.actor(Role.COMMUNE_OFFICIAL).user)
    contents = paper("một").getvalue()
    for code, name in (("14.2", "gốc.pdf"), ("17.5", "chép.pdf")):
        upload = reverse("results:upload", args=[journey.dossier.pk, code])
        answer = client.post(upload, {"files": [SimpleUploadedFile(name, contents)]}, follow=True)
    assert "chép.pdf: tệp này đã có trong kho của xã (tên «gốc.pdf»)" in answer.content.decode()
    first, second = Evidence.objects.filter(result__dossier=journey.dossier)
    assert first.document == second.document


@pytest.mark.django_db
def test_when_storage_is_down_the_official_is_told_and_nothing_is_half_kept(
    world: World, client: Client, settings: Any
) -> None:
    journey = world.dossier(State.IMPLEMENTING)
    client.force_login(world.actor(Role.COMMUNE_OFFICIAL).user)
    settings.S3_ENDPOINT = "127.0.0.1:9"
    upload = reverse("results:upload", args=[journey.dossier.pk, "14.2"])
    file = SimpleUploadedFile("a.jpg", photo("a").getvalue())
    page = client.post(upload, {"files": [file]}, follow=True).content.decode()
    assert "Kho lưu trữ tệp tạm thời không trả lời" in page
    assert not Evidence.objects.filter(result__dossier=journey.dossier).exists()
    assert not Document.objects.filter(name="a.jpg").exists()


@pytest.mark.django_db(transaction=True)
def test_a_database_connection_cut_in_the_middle_of_an_act_leaves_nothing(
    s3: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = World.ensure()
    journey = world.dossier(State.CONSOLIDATING, commune="Xã Liêm Tiết")
    journey.put_in_batch()
    entries = Entry.objects.filter(stream=journey.dossier.stream).count()

    def cut(act: DossierAct, *_rest: object) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")

    monkeypatch.setattr(engine, "require_agreement", cut)
    with pytest.raises(DatabaseError):
        journey.consolidate()
    connection.close()
    assert journey.refresh().state == State.CONSOLIDATING
    assert Entry.objects.filter(stream=journey.dossier.stream).count() == entries
    still_open = WorkItem.objects.filter(dossier=journey.dossier, closed_at__isnull=True)
    assert [item.node for item in still_open] == ["consolidate"]


@pytest.mark.django_db
def test_characters_no_database_keeps_are_dropped(world: World, client: Client) -> None:
    journey = world.dossier(State.APPRAISING)
    opinion = journey.waiting_opinions()[0]
    client.force_login(world.people.at(opinion.department_id, Role.DEPARTMENT_HEAD).user)
    result = journey.results().filter(department=opinion.department_id)[0]
    sent = {
        f"r{result.pk}-verdict": "not_met",
        f"r{result.pk}-reason": "Thiếu\x00 số liệu",
        f"r{result.pk}-revision": "0",
    }
    page = reverse("appraisal:findings", args=[journey.dossier.pk])
    assert client.post(page, sent).status_code == 302
    assert opinion.findings.get().reason == "Thiếu số liệu"


@pytest.mark.django_db
def test_a_caption_or_a_search_with_such_characters_fails_nobody(world: World, client: Client) -> None:
    journey = world.dossier(State.IMPLEMENTING)
    client.force_login(world.actor(Role.COMMUNE_OFFICIAL).user)
    upload = reverse("results:upload", args=[journey.dossier.pk, "14.2"])
    file = SimpleUploadedFile("a.jpg", photo("a").getvalue())
    client.post(upload, {"files": [file], "caption": "chụp\x00 ở xã"})
    assert Evidence.objects.get(result__dossier=journey.dossier).caption == "chụp ở xã"
    assert client.get(reverse("dossiers"), {"q": "\x00liêm"}).status_code == 200
