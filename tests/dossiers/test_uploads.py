"""Evidence that is sent in parts: whose it is, when it is refused, and that it is attached as the person's act."""

from __future__ import annotations

import base64
import io
import json
import tracemalloc
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from dossiers.dossier.models import State
from dossiers.organisations.models import Role
from dossiers.results import arrivals
from dossiers.results.acts import AttachEvidence, RemoveEvidence
from dossiers.results.models import Evidence
from storage import ledger
from storage.documents import Document, receive
from storage.documents.models import Integrity, IntegrityCheck, Upload, UploadState
from storage.documents.tasks import verify_upload
from storage.errors import TryLater
from storage.objects import object_store
from tests.dossiers.evidence import attached, received
from tests.storage.files import jpeg, noise, pdf_of, saved
from tests.storage.parts import MIB, checksum, clock_off, nowhere, put
from tests.world import World
from workflows.demonstration.files import photo
from workflows.demonstration.journey import Journey

pytestmark = pytest.mark.django_db
CODE = "14.2"


class Sender:
    """A browser's side of the protocol."""

    def __init__(self, client: Client, journey: Journey) -> None:
        self.client, self.pk = client, journey.dossier.pk
        self.list = reverse("results:uploads", args=[self.pk, CODE])

    def post(self, address: str, data: Any = None) -> Any:
        return self.client.post(address, json.dumps(data or {}), content_type="application/json")

    def begin(self, contents: bytes, name: str = "ảnh.jpg", **more: Any) -> Any:
        return self.post(self.list, {"name": name, "size": len(contents), "modified": 17, **more})

    def at(self, name: str, upload: Any, *more: int) -> str:
        return reverse(f"results:{name}", args=[self.pk, upload["id"], *more])

    def sign(self, upload: Any, parts: dict[int, str]) -> Any:
        return self.post(self.at("sign_parts", upload), {"parts": parts})

    def state(self, upload: Any) -> Any:
        return self.client.get(self.at("upload_state", upload))

    def send(self, contents: bytes, name: str = "ảnh.jpg", **more: Any) -> Any:
        """Send a file whole and finish it; return what the server says of it."""
        upload = self.begin(contents, name, **more).json()
        size = upload["part_bytes"]
        pieces = {n // size + 1: contents[n : n + size] for n in range(0, len(contents), size)}
        signed = self.sign(upload, {n: checksum(piece) for n, piece in pieces.items()}).json()["parts"]
        for number, piece in pieces.items():
            assert put(signed[str(number)], piece) == 200
        return self.post(self.at("finish_upload", upload)).json()


def base64_of(document: Document) -> str:
    return base64.b64encode(bytes.fromhex(document.sha256)).decode()


@pytest.fixture
def sender(official: Client, journey: Journey) -> Sender:
    return Sender(official, journey)


def evidence(journey: Journey) -> list[Evidence]:
    current = Evidence.objects.current().filter(result__dossier=journey.dossier, result__indicator__code=CODE)
    return list(current.select_related("document", "added_by"))


def test_a_file_in_parts_becomes_evidence_by_the_persons_act(sender: Sender, journey: Journey) -> None:
    contents = saved(noise(2500, 2000), "JPEG", quality=98)
    upload = sender.send(contents, "Ảnh trạm.jpg", caption=" Trạm y tế ")
    assert upload["state"] == "verifying" and evidence(journey) == []
    verify_upload(upload["id"])
    (one,) = evidence(journey)
    assert (one.document.name, one.document.size, one.caption) == (
        "Ảnh trạm.jpg",
        len(contents),
        "Trạm y tế",
    )
    assert one.added_by == journey.official.user
    entry = list(ledger.entries(journey.dossier.stream))[-1]
    assert entry.act == "result.attach"
    assert sender.state(upload).json()["state"] == "received"
    said = sender.client.get(sender.list).json()
    assert said["uploads"] == [] and [known["id"] for known in said["received"]] == [upload["id"]]
    (asked,) = sender.client.get(sender.list, {"id": [upload["id"], str(uuid4())]}).json()["uploads"]
    assert (asked["id"], asked["state"]) == (upload["id"], "received")
    assert sender.client.get(sender.list, {"id": "x"}).status_code == 400
    journey.do(RemoveEvidence, journey.official, evidence=one)
    assert sender.client.get(sender.list).json()["received"] == [], "it may be added again"


def test_a_new_version_in_parts_takes_the_place_of_the_old_one(sender: Sender, journey: Journey) -> None:
    old = attached(journey, received(journey, "cũ.jpg"))
    upload = sender.send(
        photo("mới").getvalue(), "mới.jpg", caption="Sau sửa", replaces=old.pk, original_size=10**7
    )
    assert sender.client.get(sender.list).json()["uploads"] == [], "it is no further file"
    (listed,) = sender.client.get(sender.list, {"replaces": old.pk}).json()["uploads"]
    assert listed["id"] == upload["id"]
    verify_upload(upload["id"])
    (new,) = evidence(journey)
    assert (new.document.name, new.caption, new.original_bytes) == ("mới.jpg", "Sau sửa", 10**7)
    old.refresh_from_db()
    assert old.replaced_by == new and new.listed_at == old.listed_at
    entry = list(ledger.entries(journey.dossier.stream))[-1]
    assert (entry.act, entry.payload["original_bytes"]) == ("result.replace", 10**7)
    again = sender.send(photo("mới nữa").getvalue(), "mới nữa.jpg", replaces=old.pk)
    verify_upload(again["id"])
    assert sender.state(again).json()["refusal"], "somebody else was first"
    assert evidence(journey) == [new]


def test_a_new_version_that_the_commune_has_is_linked(sender: Sender, journey: Journey) -> None:
    old, there = attached(journey, received(journey, "cũ.jpg")), received(journey, "có.jpg")
    attached(journey, there, "14.1")
    said = {"name": "x.jpg", "size": there.size, "sha256": base64_of(there), "replaces": old.pk}
    assert sender.post(sender.list, said).json() == {"linked": "có.jpg"}
    (new,) = evidence(journey)
    assert new.document == there and new.original_bytes is None
    assert sender.post(sender.list, said).status_code == 409
    assert sender.post(sender.list, {**said, "replaces": "x"}).status_code == 400


def test_the_next_day_one_goes_on_where_one_was(sender: Sender) -> None:
    contents = saved(noise(3600, 2800), "JPEG", quality=98)
    upload = sender.begin(contents, "thư mục/Ảnh.jpg").json()
    piece = contents[5 * MIB : 10 * MIB]
    address = sender.sign(upload, {2: checksum(piece)}).json()["parts"]["2"]
    assert put(address, piece) == 200
    (listed,) = sender.client.get(sender.list).json()["uploads"]
    assert (listed["id"], listed["original"], listed["size"], listed["modified"]) == (
        upload["id"],
        "thư mục/Ảnh.jpg",
        len(contents),
        17,
    )
    assert sender.state(listed).json()["parts"] == [2]
    assert sender.post(sender.at("finish_upload", listed)).status_code == 409
    assert sender.post(sender.at("abort_upload", listed)).json()["state"] == "expired"
    assert sender.client.get(sender.list).json()["uploads"] == []
    assert sender.sign(listed, {1: checksum(b"")}).status_code == 410


def test_uploads_of_others_do_not_exist(sender: Sender, journey: Journey, world: World) -> None:
    upload = sender.begin(jpeg()).json()
    names = ("upload_state", "sign_parts", "finish_upload", "abort_upload")
    colleague, neighbour = Client(), Client()
    colleague.force_login(journey.chair.user)
    other = world.dossier(State.IMPLEMENTING, "Xã Liêm Tiết", files=0)
    neighbour.force_login(other.official.user)
    for name in names:
        for client in (colleague, neighbour):
            method = client.get if name == "upload_state" else client.post
            assert method(sender.at(name, upload)).status_code == 404
            assert method(sender.at(name, {"id": uuid4()})).status_code == 404
            elsewhere = reverse(f"results:{name}", args=[other.dossier.pk, upload["id"]])
            assert method(elsewhere).status_code == 404
    assert colleague.get(sender.list).json() == {"uploads": [], "received": [], "refused": []}
    assert colleague.get(sender.list, {"id": upload["id"]}).json() == {"uploads": []}
    assert Upload.objects.get().state == UploadState.OPEN


def test_an_upload_for_something_else_is_not_reached_through_a_dossier(sender: Sender) -> None:
    upload = sender.begin(jpeg()).json()
    Upload.objects.update(subject="paper:1")
    assert sender.state(upload).status_code == 404


def test_what_can_be_refused_is_refused_at_once(sender: Sender, journey: Journey) -> None:
    for contents, name, words in ((b"", "a.jpg", "Tệp rỗng"), (b"x", "a.exe", "Không nhận loại tệp")):
        answer = sender.begin(contents, name)
        assert answer.status_code == 422 and words in answer.json()["error"]
    for body in ("", "[]", "{}", '{"name": "a.jpg", "size": "x"}', '{"name": "a.jpg", "size": null}'):
        answer = sender.client.post(sender.list, body, content_type="application/json")
        assert answer.status_code == 400, body
    assert not Upload.objects.exists()
    upload = sender.begin(jpeg()).json()
    for parts in (
        {},
        {"1": "x"},
        {"9": checksum(b"")},
        dict.fromkeys(range(1, 18), checksum(b"")),
        [1],
        None,
    ):
        answer = sender.post(sender.at("sign_parts", upload), {"parts": parts})
        assert answer.status_code == 400, parts


def test_characters_no_database_keeps_are_dropped_from_name_and_caption(sender: Sender) -> None:
    begun = sender.begin(jpeg(), "ảnh\0.jpg", caption="chụp\0 ở \ud800xã")
    assert begun.status_code == 201
    assert (begun.json()["name"], begun.json()["original"]) == ("ảnh.jpg", "ảnh.jpg")
    assert Upload.objects.get().context["caption"] == "chụp ở xã"


def test_a_closed_dossier_takes_no_upload(client: Client, world: World) -> None:
    journey = world.dossier(State.APPRAISING)
    client.force_login(journey.official.user)
    answer = Sender(client, journey).begin(jpeg())
    assert answer.status_code == 409 and answer.json()["error"]
    assert not Upload.objects.exists()


def test_a_file_that_arrives_too_late_is_refused_with_the_acts_reason(
    sender: Sender, journey: Journey
) -> None:
    upload = sender.send(jpeg())
    journey.advance_to(State.APPRAISING, files=2)
    before = len(evidence(journey))
    verify_upload(upload["id"])
    found = sender.state(upload).json()
    assert found["state"] == "refused" and found["refusal"]
    assert Document.objects.filter(pk=upload["id"]).exists(), "kept, but attached to nothing"
    assert len(evidence(journey)) == before


def test_the_same_file_twice_is_refused_by_name(sender: Sender) -> None:
    contents = jpeg()
    for _ in range(2):
        upload = sender.send(contents)
        verify_upload(upload["id"])
    assert "đã có trong minh chứng" in sender.state(upload).json()["refusal"]


def test_why_a_file_was_refused_is_listed_until_the_person_puts_it_aside(sender: Sender) -> None:
    contents = jpeg()
    for _ in range(2):
        upload = sender.send(contents)
        verify_upload(upload["id"])
    (listed,) = sender.client.get(sender.list).json()["refused"]
    assert listed["id"] == upload["id"] and "đã có trong minh chứng" in listed["refusal"]
    for _ in range(2):
        assert sender.post(sender.at("abort_upload", upload)).status_code == 200
    assert sender.client.get(sender.list).json()["refused"] == []
    assert sender.state(upload).json()["refusal"], "the reason stays"


def test_what_the_commune_has_already_is_linked_and_nothing_is_sent(sender: Sender, journey: Journey) -> None:
    other = journey.results().exclude(indicator__code=CODE)[0]
    had = journey.upload(1)
    journey.do(AttachEvidence, journey.official, document=had, results=[other.pk])
    announced = {"name": "Ảnh khác.jpg", "size": had.size, "sha256": base64_of(had), "caption": " Trạm "}
    answer = sender.post(sender.list, announced)
    assert (answer.status_code, answer.json()) == (201, {"linked": had.name})
    assert not Upload.objects.exists()
    (one,) = evidence(journey)
    assert (one.document, one.caption, one.added_by) == (had, "Trạm", journey.official.user)
    entry = list(ledger.entries(journey.dossier.stream))[-1]
    assert (entry.act, entry.payload["document"]["id"]) == ("result.attach", str(had.pk))
    again = sender.post(sender.list, announced)
    assert again.status_code == 409 and f"dưới tên «{had.name}»" in again.json()["error"]
    journey.do(RemoveEvidence, journey.official, evidence=one)
    assert sender.post(sender.list, announced).json() == {"linked": had.name}


def test_a_large_file_that_the_commune_has_is_recognised_when_it_has_arrived(
    sender: Sender, journey: Journey
) -> None:
    contents = saved(noise(2500, 2000), "JPEG", quality=98)
    other = journey.results().exclude(indicator__code=CODE)[0]
    had = receive(stream=io.BytesIO(contents), name="Gốc.jpg", uploaded_by_id=journey.chair.user.pk)
    journey.do(AttachEvidence, journey.chair, document=had, results=[other.pk])
    upload = sender.send(contents, "Ảnh.jpg")
    verify_upload(upload["id"])
    assert [one.document for one in evidence(journey)] == [had]
    found = sender.state(upload).json()
    assert (found["state"], found["linked"]) == ("received", "Gốc.jpg")
    (listed,) = sender.client.get(sender.list).json()["received"]
    assert listed["linked"] == "Gốc.jpg"


def test_whether_another_commune_has_a_file_is_not_told(
    sender: Sender, journey: Journey, world: World
) -> None:
    other = world.dossier(State.IMPLEMENTING, "Xã Liêm Tiết", files=0)
    theirs = other.upload(1)
    other.do(AttachEvidence, other.official, document=theirs, results=[other.results()[0].pk])
    answer = sender.post(
        sender.list, {"name": theirs.name, "size": theirs.size, "sha256": base64_of(theirs)}
    ).json()
    assert answer["state"] == "open" and answer["linked"] == ""
    with object_store().open(theirs.object_key, theirs.version_id) as stored:
        upload = sender.send(stored.read(), theirs.name)
    verify_upload(upload["id"])
    assert [str(one.document_id) for one in evidence(journey)] == [upload["id"]]


def test_a_file_found_damaged_in_the_store_is_sent_anew(sender: Sender, journey: Journey) -> None:
    had = journey.upload(1)
    journey.do(AttachEvidence, journey.official, document=had, results=[journey.results()[0].pk])
    IntegrityCheck.objects.create(document=had, checked_at=timezone.now(), outcome=Integrity.ALTERED)
    announced = {"name": had.name, "size": had.size, "sha256": base64_of(had)}
    assert sender.post(sender.list, announced).json()["state"] == "open"


def test_a_file_is_known_by_what_it_is_on_the_persons_machine(sender: Sender) -> None:
    sent = {"original": "Ảnh.png", "original_size": 9_000_000, "sha256": checksum(jpeg())}
    sender.begin(jpeg(), "Ảnh.jpg", **sent)
    (listed,) = sender.client.get(sender.list).json()["uploads"]
    assert {name: listed[name] for name in sent} == sent
    assert (listed["name"], listed["size"]) == ("Ảnh.jpg", len(jpeg()))
    assert sender.begin(jpeg(), sha256="x").status_code == 400


def test_somebody_whose_appointment_has_ended_adds_nothing(sender: Sender, journey: Journey) -> None:
    upload = sender.send(jpeg())
    appointment = journey.official.appointment
    appointment.ends_on = timezone.localdate() - timedelta(days=1)
    appointment.starts_on = min(appointment.starts_on, appointment.ends_on)
    appointment.save()
    verify_upload(upload["id"])
    found = Upload.objects.get()
    assert (found.state, evidence(journey)) == (UploadState.REFUSED, [])
    assert "đã kết thúc" in found.refusal


def test_while_somebody_else_is_at_the_dossier_the_job_comes_back(
    sender: Sender, journey: Journey, monkeypatch: Any
) -> None:
    from dossiers.acts import Busy

    upload = sender.send(jpeg())
    with monkeypatch.context() as patch:

        def busy(self: Any) -> None:
            raise Busy

        patch.setattr(arrivals.AttachEvidence, "perform", busy)
        with pytest.raises(TryLater):
            verify_upload(upload["id"])
    assert Upload.objects.get().state == UploadState.VERIFYING and not Document.objects.filter(
        pk=upload["id"]
    )
    verify_upload(upload["id"])
    assert len(evidence(journey)) == 1


@pytest.mark.parametrize("trouble", [nowhere, partial(clock_off, 20)], ids=["down", "clock"])
def test_a_store_that_is_down_or_refuses_our_clock_is_said_and_nothing_is_lost(
    sender: Sender, trouble: Any
) -> None:
    upload = sender.begin(jpeg()).json()
    with trouble():
        for answer in (
            sender.begin(jpeg()),
            sender.state(upload),
            sender.post(sender.at("finish_upload", upload)),
            sender.post(sender.at("abort_upload", upload)),
        ):
            assert answer.status_code == 503 and "tạm thời không trả lời" in answer.json()["error"]
    assert Upload.objects.get().state == UploadState.OPEN


def test_nobody_else_can_make_the_browser_send(journey: Journey) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(journey.official.user)
    sender = Sender(strict, journey)
    assert sender.begin(jpeg()).status_code == 403
    part = reverse("results:upload_part", args=[sender.pk, uuid4(), 1])
    assert strict.put(part, b"x").status_code == 403


def test_signing_asks_neither_the_store_nor_the_database_for_much(
    sender: Sender, django_assert_max_num_queries: Any
) -> None:
    upload = sender.begin(jpeg()).json()
    with nowhere(), django_assert_max_num_queries(8):
        assert sender.sign(upload, {1: checksum(b"x")}).status_code == 200


def test_parts_pass_through_us_where_the_store_cannot_be_reached(
    sender: Sender, journey: Journey, settings: Any, tmp_path: Path
) -> None:
    settings.UPLOADS_DIRECT, settings.EVIDENCE_MAX_BYTES = False, 100 * MIB
    contents = pdf_of(40 * MIB, tmp_path / "a.pdf").read_bytes()
    upload = sender.begin(contents, "a.pdf").json()
    for number in range(1, len(contents) // upload["part_bytes"] + 2):
        piece = contents[(number - 1) * upload["part_bytes"] : number * upload["part_bytes"]]
        address = sender.sign(upload, {number: checksum(piece)}).json()["parts"][str(number)]
        assert address.startswith("/ho-so/")

        def send(data: bytes, address: str = address) -> Any:
            return sender.client.put(address, data, content_type="application/octet-stream")

        if number == 1:
            assert send(b"x" + piece[1:]).status_code == 400
            assert send(piece[:-1]).status_code == 400
        tracemalloc.start()
        try:
            assert send(piece).status_code == 200
            _now, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
        assert peak < len(piece) + MIB, "the test's own copy of the part, and next to nothing of ours"
    assert sender.post(sender.at("finish_upload", upload)).status_code == 200
    verify_upload(upload["id"])
    assert len(evidence(journey)) == 1


def test_browsers_may_speak_to_the_store_only_when_they_must(official: Client, settings: Any) -> None:
    policy = official.get("/")["Content-Security-Policy"]
    connect = next(one for one in policy.split("; ") if one.startswith("connect-src"))
    assert connect == f"connect-src 'self' {settings.S3_PUBLIC_ORIGIN}"


def test_the_job_that_attaches_is_asked_for_with_the_finish(sender: Sender) -> None:
    upload = sender.send(jpeg())
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT args, queue_name FROM procrastinate_jobs WHERE task_name = 'documents.verify_upload'"
        )
        assert cursor.fetchall() == [(json.dumps({"upload_id": upload["id"]}), "evidence")]


def test_only_who_may_attach_finds_the_addresses(world: World, journey: Journey) -> None:
    client = Client()
    client.force_login(world.actor(Role.DISTRICT_OFFICER, of=journey.dossier).user)
    assert Sender(client, journey).begin(jpeg()).status_code == 404
