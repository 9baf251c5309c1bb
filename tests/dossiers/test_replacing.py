"""A new version of a file takes the place of the old one, which stays readable."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from dossiers.acts import ActRefused, NotPermitted, StaleForm
from dossiers.dossier.models import State
from dossiers.organisations.models import Role
from dossiers.results.acts import RemoveEvidence, ReplaceEvidence, RestoreEvidence
from dossiers.results.models import Evidence
from storage import ledger
from storage.documents import Document
from tests.dossiers.evidence import CODE, attached, received
from tests.storage.parts import nowhere
from tests.world import World
from workflows.demonstration.files import photo
from workflows.demonstration.journey import Journey

pytestmark = pytest.mark.django_db


def file(journey: Journey, seed: str) -> Document:
    return received(journey, f"{seed}.jpg")


def replaced(journey: Journey, old: Evidence, document: Document, **inputs: str) -> Evidence:
    act = journey.do(ReplaceEvidence, journey.official, evidence=old, document=document, **inputs)
    return act.replacement


def test_the_new_version_stands_in_the_list_and_the_old_one_points_to_it(journey: Journey) -> None:
    old = attached(journey, file(journey, "cũ"), caption="Trạm y tế")
    new = replaced(journey, old, file(journey, "mới"))
    assert list(Evidence.objects.current().filter(result=old.result)) == [new]
    assert (new.caption, new.added_by) == ("Trạm y tế", journey.official.user)
    old.refresh_from_db()
    assert (old.replaced_by, old.removed_by, old.removed_at) == (new, journey.official.user, new.added_at)
    assert (
        replaced(journey, new, file(journey, "mới hơn"), caption=" Trạm sau sửa ").caption == "Trạm sau sửa"
    )


def test_a_new_version_keeps_the_place_of_the_old_one(journey: Journey) -> None:
    old, other = attached(journey, file(journey, "cũ")), attached(journey, file(journey, "khác"))
    new = replaced(journey, replaced(journey, old, file(journey, "mới")), file(journey, "mới hơn"))
    assert list(Evidence.objects.current().filter(result=old.result)) == [new, other]
    assert new.added_at > other.added_at and new.listed_at == old.listed_at


def test_a_removed_file_is_taken_back_to_its_place(journey: Journey, client: Client) -> None:
    first, second = attached(journey, file(journey, "một")), attached(journey, file(journey, "hai"))
    journey.do(RemoveEvidence, journey.official, evidence=first)
    client.force_login(journey.official.user)
    page = client.get(reverse("results:indicator", args=[journey.dossier.pk, CODE])).content.decode()
    address = reverse("results:restore_evidence", args=[journey.dossier.pk, first.pk])
    assert address in page and "Các tệp đã bỏ (1)" in page
    assert "Đã lấy lại tệp «một.jpg»." in client.post(address, follow=True).content.decode()
    assert list(Evidence.objects.current().filter(result=first.result)) == [first, second]
    entry = ledger.entries(journey.dossier.stream).last()
    assert entry is not None and entry.act == "result.restore"
    assert entry.payload["document"]["sha256"] == first.document.sha256
    with pytest.raises(StaleForm):
        journey.do(RestoreEvidence, journey.official, evidence=first)


def test_what_has_a_new_version_or_stands_there_again_is_not_taken_back(journey: Journey) -> None:
    old = attached(journey, file(journey, "cũ"))
    replaced(journey, old, file(journey, "mới"))
    with pytest.raises(StaleForm):
        journey.do(RestoreEvidence, journey.official, evidence=old)
    gone = attached(journey, file(journey, "bỏ"))
    journey.do(RemoveEvidence, journey.official, evidence=gone)
    attached(journey, gone.document)
    with pytest.raises(ActRefused, match="đã có trong minh chứng"):
        journey.do(RestoreEvidence, journey.official, evidence=gone)


def test_only_open_lists_of_the_own_commune_take_back(world: World) -> None:
    journey = world.dossier(State.APPRAISING, files=1)
    row = journey.results().get(indicator__code=CODE).evidence.current().get()
    Evidence.objects.filter(pk=row.pk).update(removed_at=row.added_at, removed_by=row.added_by)
    with pytest.raises(ActRefused, match="đang khóa"):
        journey.do(RestoreEvidence, journey.official, evidence=row)
    with pytest.raises(NotPermitted):
        journey.do(RestoreEvidence, world.actor(Role.DEPARTMENT_OFFICER), evidence=row)


def test_the_ledger_names_both_versions(journey: Journey) -> None:
    old = attached(journey, file(journey, "cũ"))
    new = replaced(journey, old, file(journey, "mới"))
    entry = ledger.entries(journey.dossier.stream).last()
    assert entry is not None and entry.act == "result.replace"
    assert entry.subject["indicator"] == CODE
    for name, document in (("replaced", old.document), ("document", new.document)):
        stamp = entry.payload[name]
        assert (stamp["id"], stamp["sha256"], stamp["version"]) == (
            str(document.pk),
            document.sha256,
            document.version_id,
        )


def test_what_is_no_new_version_is_refused(journey: Journey) -> None:
    old, other = attached(journey, file(journey, "cũ")), attached(journey, file(journey, "khác"))
    for seed, said in (("cũ", "giống hệt bản đang có"), ("khác", "đã có trong minh chứng")):
        with pytest.raises(ActRefused, match=said):
            replaced(journey, old, received(journey, "bản mới.jpg", photo(f"{seed}.jpg").getvalue()))
    assert set(Evidence.objects.current()) == {old, other}


def test_a_file_that_was_taken_off_is_not_replaced(journey: Journey) -> None:
    old = attached(journey, file(journey, "cũ"))
    journey.do(RemoveEvidence, journey.official, evidence=old)
    with pytest.raises(StaleForm):
        replaced(journey, old, file(journey, "mới"))
    again = attached(journey, file(journey, "cũ"))
    replaced(journey, again, file(journey, "mới"))
    with pytest.raises(StaleForm):
        replaced(journey, again, file(journey, "mới hơn"))


def test_a_file_of_another_dossier_is_not_replaced(journey: Journey, world: World) -> None:
    other = world.dossier(State.IMPLEMENTING, "Xã Liêm Tiết", files=0)
    theirs = attached(other, file(other, "của xã bạn"))
    with pytest.raises(StaleForm):
        replaced(journey, theirs, file(journey, "mới"))
    assert Evidence.objects.current().get(pk=theirs.pk)


def test_only_where_and_when_files_may_be_added(world: World) -> None:
    journey = world.dossier(State.APPRAISING, files=1)
    old = Evidence.objects.current().filter(result__dossier=journey.dossier, result__indicator__code=CODE)[0]
    with pytest.raises(ActRefused):
        replaced(journey, old, file(journey, "muộn"))
    journey.appraise(unmet={"18.1"})
    journey.request_completion()
    with pytest.raises(ActRefused, match="đang khóa"):
        replaced(journey, old, file(journey, "khóa"))
    reopened = Evidence.objects.current().get(result__dossier=journey.dossier, result__indicator__code="18.1")
    replaced(journey, reopened, file(journey, "bổ sung"))
    officer = world.actor(Role.DISTRICT_OFFICER, of=journey.dossier)
    with pytest.raises(NotPermitted):
        journey.do(ReplaceEvidence, officer, evidence=reopened, document=file(journey, "huyện"))


def test_the_database_keeps_a_replaced_row_off_the_list(journey: Journey) -> None:
    old, other = attached(journey, file(journey, "a")), attached(journey, file(journey, "b"))
    with pytest.raises(IntegrityError, match="replaced_evidence_is_removed"), transaction.atomic():
        Evidence.objects.filter(pk=old.pk).update(replaced_by=other)


# --- The page -------------------------------------------------------------------------------------------


def test_a_new_version_is_sent_by_a_plain_form(journey: Journey, client: Client) -> None:
    old = attached(journey, file(journey, "cũ"), caption="Trạm")
    client.force_login(journey.official.user)
    page = reverse("results:replace_evidence", args=[journey.dossier.pk, old.pk])
    assert 'value="Trạm"' in client.get(page).content.decode()

    def send(contents: bytes, name: str = "mới.jpg") -> Any:
        file = SimpleUploadedFile(name, contents)
        return client.post(page, {"file": file, "caption": "Sau sửa"}, follow=True)

    for answer, said in (
        (client.post(page), "Xin chọn tệp của bản mới."),
        (send(b"<html>", "giả.jpg"), "Không nhận loại tệp này"),
        (send(photo("cũ.jpg").getvalue()), "giống hệt bản đang có"),
    ):
        assert answer.status_code == 409 and said in answer.content.decode()
        assert Evidence.objects.current().get() == old
    with nowhere():
        assert "Kho lưu trữ tệp tạm thời không trả lời" in send(photo("x").getvalue()).content.decode()
    answer = send(photo("mới.jpg").getvalue())
    new = Evidence.objects.current().get()
    assert answer.redirect_chain[-1][0] == reverse("results:view_evidence", args=[journey.dossier.pk, new.pk])
    assert "Các bản trước" in answer.content.decode()
    assert (new.document.name, new.caption) == ("mới.jpg", "Sau sửa")
    assert "không còn trong danh sách" in client.get(page, follow=True).content.decode()
    history = client.get(reverse("dossier:history", args=[journey.dossier.pk])).content.decode()
    (line,) = re.findall(r">Thay minh chứng bằng bản mới</strong>|Thay minh chứng bằng bản mới: .*", history)[
        -1:
    ]
    links = [reverse("results:view_evidence", args=[journey.dossier.pk, one]) for one in (old.pk, new.pk)]
    assert f'<a href="{links[0]}">cũ.jpg</a> → <a href="{links[1]}">mới.jpg</a>' in line


def test_nothing_is_stored_where_nothing_can_be_replaced(world: World, client: Client) -> None:
    journey = world.dossier(State.APPRAISING, files=1)
    old = journey.results().get(indicator__code=CODE).evidence.current().get()
    client.force_login(journey.official.user)
    before = Document.objects.count()
    page = reverse("results:replace_evidence", args=[journey.dossier.pk, old.pk])
    sent = {"file": SimpleUploadedFile("mới.jpg", photo("mới").getvalue())}
    assert "đang khóa" in client.post(page, sent, follow=True).content.decode()
    assert Document.objects.count() == before


def test_a_new_version_that_the_commune_has_already_is_linked_and_not_stored_again(
    journey: Journey, client: Client
) -> None:
    had = attached(journey, file(journey, "bản đồ"), "14.1").document
    old = attached(journey, file(journey, "cũ"))
    client.force_login(journey.official.user)
    stored = Document.objects.count()
    page = reverse("results:replace_evidence", args=[journey.dossier.pk, old.pk])
    client.post(page, {"file": SimpleUploadedFile("khác tên.jpg", photo("bản đồ.jpg").getvalue())})
    assert Evidence.objects.current().get(result=old.result).document == had
    assert Document.objects.count() == stored
