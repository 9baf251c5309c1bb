"""What people read and may do when files are scanned for malware."""

from __future__ import annotations

import csv
import io
import zipfile
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from dossiers.acts import ActRefused
from dossiers.dossier.models import State
from dossiers.organisations.models import Role
from dossiers.results.acts import RemoveEvidence, SubmitDossier
from dossiers.results.archive import NOTE_OF_SHARED
from dossiers.results.gates import readiness_gate
from dossiers.results.models import Evidence
from storage import ledger
from storage.documents import Document, scanning
from storage.documents.models import Scan, ScanOutcome
from storage.documents.tasks import scan_remaining, verify_upload
from tests.storage.clamd import NAMED, Clamd, infected_docx, infected_pdf, infected_png
from tests.storage.files import png
from tests.world import World
from workflows.demonstration.journey import Journey

from .test_uploads import CODE, Sender

pytestmark = pytest.mark.django_db
OTHER = "2.1"
UNSCANNED = "Chưa quét mã độc"


@pytest.fixture
def ready(world: World) -> Journey:
    """A dossier that lacks nothing, with a file of its own for two indicators; nothing was scanned yet."""
    journey = world.dossier(State.IMPLEMENTING, files=0)
    journey.report()
    others = set(journey.results().values_list("indicator__code", flat=True)) - {CODE, OTHER}
    for codes in (others, {CODE}, {OTHER}):
        journey.attach(files=1, only=codes)
    journey.consult()
    return journey


@pytest.fixture
def appraising(ready: Journey) -> Journey:
    for step in (ready.submit, ready.verify, ready.forward, ready.accept):
        step()
    return ready


def page_of(client: Client, journey: Journey, code: str = CODE) -> str:
    return client.get(reverse("results:indicator", args=[journey.dossier.pk, code])).content.decode()


def evidence(journey: Journey, code: str = CODE) -> list[Evidence]:
    current = Evidence.objects.current().filter(result__dossier=journey.dossier, result__indicator__code=code)
    return list(current.select_related("document", "result__indicator"))


def find(journey: Journey, outcome: ScanOutcome) -> Evidence:
    """Let the file of an indicator have been scanned so, and all others found clean."""
    (one,) = evidence(journey)
    for document in Document.objects.exclude(pk=one.document_id):
        scanning.keep(document, scanning.Verdict(ScanOutcome.CLEAN, "", "ClamAV 1"))
    if outcome != ScanOutcome.UNSCANNED:
        threat = NAMED if outcome == ScanOutcome.INFECTED else ""
        scanning.keep(one.document, scanning.Verdict(outcome, threat, "ClamAV 1"))
    return one


@pytest.mark.parametrize(
    "contents", [infected_png(), infected_pdf(), infected_docx()], ids=["png", "pdf", "docx"]
)
def test_an_infected_file_is_refused_by_the_form(
    clamd: Clamd, world: World, client: Client, contents: bytes
) -> None:
    journey = world.dossier(State.IMPLEMENTING, files=0)
    client.force_login(journey.official.user)
    name = {b"\x89P": "a.png", b"%P": "a.pdf", b"PK": "a.docx"}[contents[:2]]
    files = [SimpleUploadedFile(name, contents), SimpleUploadedFile("sạch.png", png())]
    address = reverse("results:upload", args=[journey.dossier.pk, CODE])
    shown = client.post(address, {"files": files}, follow=True).content.decode()
    assert f"{name}: Tệp có mã độc ({NAMED}) nên không được nhận. Xin quét máy tính" in shown
    assert [one.document.name for one in evidence(journey)] == ["sạch.png"], "the others are not lost"
    assert "Đã quét, không thấy mã độc" in shown and UNSCANNED not in shown


def test_an_infected_file_is_refused_to_the_browser_that_sent_it_in_parts(
    clamd: Clamd, world: World, client: Client
) -> None:
    journey = world.dossier(State.IMPLEMENTING, files=0)
    client.force_login(journey.official.user)
    sender = Sender(client, journey)
    upload = sender.send(infected_docx(), "a.docx")
    verify_upload(upload["id"])
    said = sender.state(upload).json()
    assert said["state"] == "refused" and f"Tệp có mã độc ({NAMED}) nên không được nhận" in said["refusal"]
    assert evidence(journey) == []


def test_where_nothing_scans_nothing_is_said_of_files(ready: Journey, client: Client) -> None:
    client.force_login(ready.official.user)
    assert "mã độc" not in page_of(client, ready)
    find(ready, ScanOutcome.CLEAN)
    assert "mã độc" not in page_of(client, ready), "also of what was scanned once"
    assert readiness_gate(ready.dossier) == []


def test_an_unscanned_file_is_closed_and_cannot_be_submitted_until_the_job_was_there(
    ready: Journey, client: Client, clamd: Clamd
) -> None:
    one = find(ready, ScanOutcome.UNSCANNED)
    clamd.kill()
    assert scan_remaining(timestamp=0) == 0
    client.force_login(ready.chair.user)
    shown = page_of(client, ready)
    opened = reverse("results:open_evidence", args=[ready.dossier.pk, one.pk])
    assert UNSCANNED in shown and f'href="{opened}"' not in shown and f'href="{opened}?' not in shown
    answer = client.get(opened)
    assert answer.status_code == 409
    assert (
        UNSCANNED in answer.content.decode() and "Tệp chưa mở và chưa tải về được" in answer.content.decode()
    )
    with pytest.raises(ActRefused) as refused:
        ready.do(SubmitDossier, ready.chair)
    (reason,) = refused.value.reasons
    assert reason.code == "unscanned" and f"«{one.document.name}» của chỉ tiêu {CODE}" in reason.message
    assert reason.link == f"{reverse('results:indicator', args=[ready.dossier.pk, CODE])}#minh-chung"
    clamd.start()
    assert scan_remaining(timestamp=0) == 1
    assert client.get(opened).status_code == 302
    assert UNSCANNED not in page_of(client, ready)
    ready.do(SubmitDossier, ready.chair)
    assert ready.refresh().state == State.DISTRICT_REVIEW


@pytest.mark.parametrize("scanning_goes_on", [True, False])
def test_an_infected_file_is_closed_to_everybody_who_sees_it(
    appraising: Journey, world: World, client: Client, settings: Any, scanning_goes_on: bool
) -> None:
    settings.CLAMAV_SOCKET = "/nowhere/clamd.sock" if scanning_goes_on else ""
    journey, one = appraising, find(appraising, ScanOutcome.INFECTED)
    opened = reverse("results:open_evidence", args=[journey.dossier.pk, one.pk])
    for role in (Role.DEPARTMENT_HEAD, Role.COMMUNE_CHAIR, Role.INSPECTOR):
        client.force_login(world.actor(role, of=journey.dossier).user)
        shown = page_of(client, journey)
        assert f"Có mã độc: {NAMED}" in shown and f'href="{opened}' not in shown
        beside = client.get(f"{opened}xem/").content.decode()
        assert f"Có mã độc: {NAMED}" in beside and "Tệp không mở và không tải về được" in beside
        assert f'href="{opened}' not in beside and one.document.object_key not in beside
        assert f"derivatives/{one.document_id}" not in beside
        for address in (opened, f"{opened}?tai-ve=1"):
            answer = client.get(address)
            assert answer.status_code == 409 and "Location" not in answer
            said = answer.content.decode()
            assert f"Có mã độc: {NAMED}" in said and "Tệp không mở và không tải về được" in said
    entry = ledger.entries(scanning.STREAM).last()
    assert entry is not None and entry.subject == {"document": str(one.document_id)}


def test_the_gate_names_an_infected_file_until_it_is_replaced(ready: Journey) -> None:
    one = find(ready, ScanOutcome.INFECTED)
    with pytest.raises(ActRefused) as refused:
        ready.do(SubmitDossier, ready.chair)
    assert [reason.code for reason in refused.value.reasons] == ["infected"]
    assert f"có mã độc ({NAMED}): xin bỏ tệp và gửi lại bản sạch" in refused.value.reasons[0].message
    ready.do(RemoveEvidence, ready.official, evidence=one)
    ready.attach(files=1, only={CODE})
    ready.do(SubmitDossier, ready.chair)


def test_a_file_found_infected_in_a_locked_list_can_be_replaced_and_is_appraised_anew(
    appraising: Journey, client: Client
) -> None:
    journey = appraising
    journey.appraise(unmet={"18.1"})
    journey.request_completion()
    clean, infected = evidence(journey, OTHER)[0], find(journey, ScanOutcome.INFECTED)
    with pytest.raises(ActRefused):
        journey.do(RemoveEvidence, journey.official, evidence=clean)
    client.force_login(journey.official.user)
    assert reverse("results:remove_evidence", args=[journey.dossier.pk, infected.pk]) in page_of(
        client, journey
    )
    journey.report(only={"18.1"})
    journey.attach(files=1, only={"18.1"})
    with pytest.raises(ActRefused, match="bỏ tệp và gửi lại bản sạch"):
        journey.submit_completion()
    journey.do(RemoveEvidence, journey.official, evidence=infected)
    journey.attach(files=1, only={CODE})
    journey.submit_completion()
    waiting = {opinion.department.short_name for opinion in journey.waiting_opinions()}
    assert "Sở Y tế" in waiting


def test_the_archive_leaves_closed_files_out_and_says_why(
    ready: Journey, client: Client, settings: Any
) -> None:
    settings.CLAMAV_SOCKET = "/nowhere/clamd.sock"
    infected = find(ready, ScanOutcome.INFECTED)
    unscanned = evidence(ready, OTHER)[0]
    Scan.objects.filter(document=unscanned.document).delete()
    client.force_login(ready.official.user)
    listing = client.get(reverse("results:indicators", args=[ready.dossier.pk])).content.decode()
    assert "Tải 1 tệp minh chứng" in listing
    answer: Any = client.get(reverse("results:archive", args=[ready.dossier.pk]))
    archive = zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))
    (name,) = [name for name in archive.namelist() if name.endswith("Danh mục minh chứng.csv")]
    text = archive.read(name).decode("utf-8-sig")
    rows = {row[1]: row for row in csv.reader(io.StringIO(text), delimiter=";")}
    assert rows[CODE][3] == rows[OTHER][3] == ""
    assert NAMED in rows[CODE][-1] and UNSCANNED in rows[OTHER][-1]
    packed = {row[3] for code, row in rows.items() if code not in (CODE, OTHER, "Chỉ tiêu")}
    folder = name.rpartition("/")[0]
    assert {f"{folder}/{path}" for path in packed} == {
        one for one in archive.namelist() if "/Tiêu chí " in one and not one.endswith(NOTE_OF_SHARED)
    }
    assert (
        infected.document.sha256
        not in archive.read(f"{folder.partition('/')[0]}/manifest-sha256.txt").decode()
    )
