"""Taking the evidence of a dossier out as one ZIP."""

from __future__ import annotations

import csv
import io
import subprocess
import zipfile
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from django.test import Client
from django.urls import reverse

from dossiers.dossier.models import State
from dossiers.organisations.models import Role
from dossiers.results.acts import AttachEvidence
from dossiers.results.archive import archive_of
from storage.documents import Document, receive
from tests.world import World
from workflows.demonstration.files import paper
from workflows.demonstration.journey import Journey

ROOT = "Hồ sơ xã Liêm Tuyền 2023"


def attach(journey: Journey, name: str, codes: list[str], contents: bytes) -> Document:
    official = journey.official
    document = receive(stream=io.BytesIO(contents), name=name, uploaded_by_id=official.user.pk)
    results = list(journey.results().filter(indicator__code__in=codes).values_list("pk", flat=True))
    journey.do(AttachEvidence, official, document=document, results=results, caption="=1+1")
    return document


@pytest.fixture
def journey(world: World) -> Journey:
    journey = world.dossier(State.IMPLEMENTING)
    attach(journey, "Báo cáo: đường xã.pdf", ["2.1", "14.2"], paper("một").getvalue())
    attach(journey, "ảnh.pdf", ["14.2"], paper("hai").getvalue())
    attach(journey, "ẢNH.pdf", ["14.2"], paper("ba").getvalue())
    return journey


def download(client: Client, journey: Journey) -> tuple[Any, zipfile.ZipFile]:
    answer: Any = client.get(reverse("results:archive", args=[journey.dossier.pk]))
    contents = b"".join(answer.streaming_content)
    assert len(contents) == int(answer["Content-Length"])
    return answer, zipfile.ZipFile(io.BytesIO(contents))


@pytest.mark.django_db
def test_the_folders_are_named_by_criterion_and_indicator(client: Client, journey: Journey) -> None:
    client.force_login(journey.official.user)
    answer, archive = download(client, journey)
    assert "filename*=UTF-8''H%E1%BB%93%20s%C6%A1%20x%C3%A3%20Li%C3%AAm" in answer["Content-Disposition"]
    assert archive.testzip() is None
    names = [name.removeprefix(f"{ROOT}/data/") for name in archive.namelist()]
    files = [name for name in names if name.endswith(".pdf")]
    assert files[0].startswith("Tiêu chí 02 ") and files[0].endswith("/2.1/Báo cáo- đường xã.pdf")
    assert [name.rpartition("/")[2] for name in files[1:]] == ["ảnh.pdf", "ẢNH (2).pdf"]
    assert all("/14.2/" in name for name in files[1:])
    rows = list(
        csv.reader(
            io.StringIO(archive.read(f"{ROOT}/data/Danh mục minh chứng.csv").decode("utf-8-sig")),
            delimiter=";",
        )
    )
    listed = [(row[1], row[3], row[4]) for row in rows[1:]]
    assert listed == [
        ("2.1", files[0], "'=1+1"),
        ("14.2", files[0], "'=1+1"),
        ("14.2", files[1], "'=1+1"),
        ("14.2", files[2], "'=1+1"),
    ]


@pytest.mark.django_db
def test_the_folder_of_an_indicator_says_which_of_its_files_lie_in_another(
    client: Client, journey: Journey
) -> None:
    client.force_login(journey.official.user)
    _answer, archive = download(client, journey)
    (note,) = [name for name in archive.namelist() if name.endswith("/Tệp nằm ở thư mục khác.txt")]
    (file,) = [name for name in archive.namelist() if name.endswith("Báo cáo- đường xã.pdf")]
    assert "/14.2/" in note and "/2.1/" in file
    assert file.removeprefix(f"{ROOT}/data/") in archive.read(note).decode("utf-8-sig").splitlines()


@pytest.mark.django_db
def test_the_manifest_is_checked_without_this_program(
    client: Client, journey: Journey, tmp_path: Path
) -> None:
    client.force_login(journey.official.user)
    _answer, archive = download(client, journey)
    archive.extractall(tmp_path)
    checked = subprocess.run(
        ["sha256sum", "--strict", "-c", "manifest-sha256.txt"], cwd=tmp_path / ROOT, capture_output=True
    )
    assert checked.returncode == 0, checked.stderr
    payload = [path for path in (tmp_path / ROOT / "data").rglob("*") if path.is_file()]
    manifest = (tmp_path / ROOT / "manifest-sha256.txt").read_text().splitlines()
    assert {unquote(line.split("  ", 1)[1]) for line in manifest} == {
        str(path.relative_to(tmp_path / ROOT)) for path in payload
    }
    info = (tmp_path / ROOT / "bag-info.txt").read_text()
    assert f"Payload-Oxum: {sum(path.stat().st_size for path in payload)}.{len(payload)}" in info
    assert (tmp_path / ROOT / "bagit.txt").read_text().startswith("BagIt-Version: 1.0\n")


@pytest.mark.django_db
def test_a_department_takes_only_its_own_indicators(world: World, client: Client) -> None:
    journey = world.dossier(State.APPRAISING)
    head = world.actor(Role.DEPARTMENT_HEAD, of=journey.dossier)
    client.force_login(head.user)
    _answer, archive = download(client, journey)
    rows = archive.read(f"{ROOT}/data/Danh mục minh chứng.csv").decode("utf-8-sig").splitlines()[1:]
    codes = {row.split(";")[1] for row in rows}
    own = set(journey.results().filter(department=head.agency).values_list("indicator__code", flat=True))
    assert codes == own and len(own) < 75


@pytest.mark.django_db
def test_an_outage_before_the_first_byte_is_told(client: Client, journey: Journey, settings: Any) -> None:
    client.force_login(journey.official.user)
    settings.S3_ENDPOINT = "127.0.0.1:9"
    answer = client.get(reverse("results:archive", args=[journey.dossier.pk]), follow=True)
    assert "Kho lưu trữ tệp tạm thời không trả lời" in answer.content.decode()


@pytest.mark.django_db
def test_the_number_of_queries_does_not_grow(journey: Journey, django_assert_num_queries: Any) -> None:
    for n in range(4):
        attach(journey, f"{n}.pdf", ["10.1", "11.1"], paper(f"thêm {n}").getvalue())
    actor = journey.official
    dossier = journey.refresh()
    with django_assert_num_queries(1):
        archive_of(actor, dossier)
