"""What the commune prepares for a department's request is seen by nobody else until its chair sends it."""

from __future__ import annotations

import importlib
import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse

from dossiers.acts import StaleForm
from dossiers.appraisal.acts import RecordFindings, WithdrawRequest
from dossiers.appraisal.models import Opinion, SupplementRequest
from dossiers.appraisal.opinions import FindingInput
from dossiers.appraisal.rounds import inputs_hash, inputs_of_departments
from dossiers.appraisal.supplements.snapshots import differs, snapshots
from dossiers.dossier.models import Dossier, State
from dossiers.dossier.selectors import criteria_progress, with_progress
from dossiers.organisations.models import Role
from dossiers.policies import Actor
from dossiers.results.acts import (
    AttachEvidence,
    FigureInput,
    RemoveEvidence,
    ReplaceEvidence,
    ReportFigures,
    RestoreEvidence,
    submitted_documents,
)
from dossiers.results.models import Evidence, IndicatorResult
from dossiers.results.search import found_evidence
from dossiers.results.selectors import earlier_versions, known_document
from storage import ledger
from storage.documents import make_derivatives, receive
from tests.storage.files import text_pdf
from tests.world import World
from workflows.demonstration.journey import Journey

pytestmark = pytest.mark.django_db

CODE = "14.2"  # Sở Y tế
NOTE, ANSWER, WORDS = "Ghi chú đang soạn", "Câu trả lời đang soạn", "Tuyến ống Phù Đổng"
ADDED = "Biên bản đang soạn.pdf"
NOT_OF_THE_COMMITTEE = (
    *(Role.DEPARTMENT_OFFICER, Role.DEPARTMENT_HEAD, Role.COORDINATION_OFFICER, Role.DISTRICT_OFFICER),
    *(Role.DISTRICT_CHAIR, Role.FRONT_OFFICER, Role.PROVINCIAL_CHAIR, Role.COUNCIL_SECRETARY, Role.INSPECTOR),
)


@dataclass
class Draft:
    """A request that the commune is answering: a file replaced, one added, the figure below what is asked."""

    journey: Journey
    request: SupplementRequest
    old: Evidence
    replacement: Evidence
    added: Evidence

    @property
    def result(self) -> IndicatorResult:
        return self.journey.results().get(indicator__code=CODE)


def named(journey: Journey, name: str, *pages: str) -> Any:
    document = receive(
        stream=io.BytesIO(text_pdf(*pages)), name=name, uploaded_by_id=journey.official.user.pk
    )
    make_derivatives(document_id=str(document.pk))
    return document


def opinion_of(journey: Journey) -> Opinion:
    number = journey.dossier.appraisal_round
    return Opinion.objects.of_round(journey.dossier, number).get(department__short_name="Sở Y tế")


@pytest.fixture
def journey(world: World) -> Journey:
    return world.dossier(State.APPRAISING)


@pytest.fixture
def draft(journey: Journey) -> Draft:
    request = journey.ask_supplement(opinion_of(journey), [CODE])
    result = journey.results().get(indicator__code=CODE)
    (old,) = Evidence.objects.current().filter(result=result)
    replacing = journey.do(
        ReplaceEvidence, journey.official, evidence=old, document=named(journey, "Bản mới.pdf", "Bản mới")
    )
    adding = journey.do(
        AttachEvidence, journey.official, document=named(journey, ADDED, WORDS), results=[result.pk]
    )
    journey.report(unmet={CODE}, only={CODE})
    result.refresh_from_db()
    row = FigureInput(result.pk, result.unsent_figure["value"], note=NOTE)
    journey.do(ReportFigures, journey.official, rows=[row])
    journey.write_answers(request, ANSWER)
    return Draft(journey, request, old, replacing.replacement, adding.evidence[0])


def get(client: Client, actor: Actor, name: str, *arguments: object, **query: str) -> Any:
    client.force_login(actor.user)
    return client.get(reverse(name, args=arguments), query)


def pages(client: Client, actor: Actor, draft: Draft) -> Iterator[tuple[str, str]]:
    """Give every page of the dossier on which figures, files or what was done to them stand."""
    pk = draft.journey.dossier.pk
    places: list[tuple[str, tuple[object, ...], dict[str, str]]] = [
        ("dossier:overview", (pk,), {}),
        ("dossier:history", (pk,), {}),
        ("dossier:history", (pk,), {"chi-tieu": CODE}),
        ("appraisal:board", (pk,), {}),
        ("appraisal:supplements", (pk,), {}),
        ("results:indicators", (pk,), {}),
        ("results:indicator", (pk, CODE), {}),
        ("results:view_evidence", (pk, draft.old.pk), {}),
    ]
    if actor.role in (Role.DEPARTMENT_OFFICER, Role.DEPARTMENT_HEAD):
        places.append(("appraisal:findings", (pk,), {}))
    for name, arguments, query in places:
        answer = get(client, actor, name, *arguments, **query)
        assert answer.status_code == 200, (actor.role, name)
        yield name, answer.content.decode()


def archived(client: Client, actor: Actor, draft: Draft) -> str:
    answer = get(client, actor, "results:archive", draft.journey.dossier.pk)
    with zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))) as archive:
        (listed,) = [name for name in archive.namelist() if name.endswith("Danh mục minh chứng.csv")]
        return "\n".join([*archive.namelist(), archive.read(listed).decode()])


def files_opened(client: Client, actor: Actor, draft: Draft, evidence: Evidence) -> set[int]:
    names = ("results:view_evidence", "results:open_evidence")
    pk = draft.journey.dossier.pk
    return {get(client, actor, name, pk, evidence.pk).status_code for name in names}


# --- Until it is sent ------------------------------------------------------------------------------------


def test_nobody_but_the_committee_sees_it_on_any_page_search_or_archive(
    client: Client, world: World, draft: Draft
) -> None:
    own = (NOTE, ANSWER, ADDED, "Bản mới.pdf")
    for role in NOT_OF_THE_COMMITTEE:
        actor = world.actor(role, of=draft.journey.dossier)
        for name, text in pages(client, actor, draft):
            assert [word for word in own if word in text] == [], (role, name)
            if name == "results:indicator":
                assert draft.old.document.name in text and "Chưa gửi" not in text
            if name == "results:view_evidence":
                assert "Tệp 1/1" in text and "Bản này đã được" not in text, "still on the list"
        assert files_opened(client, actor, draft, draft.added) == {404}, role
        assert files_opened(client, actor, draft, draft.replacement) == {404}, role
        assert files_opened(client, actor, draft, draft.old) == {200, 302}, role
        packed = archived(client, actor, draft)
        assert draft.old.document.name in packed and ADDED not in packed and "Bản mới" not in packed, role
        assert not found_evidence(actor, WORDS).exists(), role
        assert known_document(actor, draft.journey.dossier, draft.added.document.sha256) is None, role


def test_the_committee_sees_both_what_it_prepares_and_what_was_submitted(
    client: Client, draft: Draft
) -> None:
    for actor in (draft.journey.official, draft.journey.chair):
        text = get(client, actor, "results:indicator", draft.journey.dossier.pk, CODE).content.decode()
        assert "Bản đã trình, các cơ quan khác đang xem" in text and NOTE in text
        assert text.count("Chưa gửi: chỉ xã xem được") == 2
        assert "chưa gửi: các cơ quan khác vẫn xem tệp này trong danh sách" in text
        listed = get(client, actor, "results:indicators", draft.journey.dossier.pk).content.decode()
        row = listed[listed.index(f'id="chi-tieu-{CODE}"') :].partition("</tr>")[0]
        assert "2 tệp" in row and "Chưa đạt" in row
        assert files_opened(client, actor, draft, draft.added) == {200, 302}
        assert ADDED in archived(client, actor, draft)
        assert found_evidence(actor, WORDS).get() == draft.added
        history = get(client, actor, "dossier:history", draft.journey.dossier.pk).content.decode()
        assert ANSWER in history and ADDED in history


def test_the_department_is_told_that_it_reads_what_was_submitted(
    client: Client, world: World, draft: Draft
) -> None:
    officer = world.actor(Role.DEPARTMENT_OFFICER)
    text = get(client, officer, "results:indicator", draft.journey.dossier.pk, CODE).content.decode()
    assert "Số liệu và minh chứng ở trang này là bản đã trình" in text
    history = get(client, officer, "dossier:history", draft.journey.dossier.pk).content.decode()
    assert history.count("Xã soạn trả lời; chỉ phần Chủ tịch") == 5
    about = get(client, officer, "dossier:history", draft.journey.dossier.pk, **{"chi-tieu": CODE})
    assert "Xã soạn trả lời" not in about.content.decode(), "what is in them is not found either"


def test_no_count_gate_or_hash_moves(world: World) -> None:
    journey = world.dossier(State.APPRAISING)
    opinion = opinion_of(journey)

    def measured() -> list[object]:
        listed = with_progress(Dossier.objects.filter(pk=journey.dossier.pk)).get()
        return [
            inputs_hash(inputs_of_departments(journey.dossier)[opinion.department_id]),
            submitted_documents(journey.dossier.pk, department_id=opinion.department_id),
            listed.settled_count,  # type: ignore[attr-defined]
            [one.settled for one in criteria_progress(journey.dossier)],
        ]

    before = measured()
    request = journey.ask_supplement(opinion, [CODE])
    result = journey.results().get(indicator__code=CODE)
    (old,) = Evidence.objects.current().filter(result=result)
    journey.report(unmet={CODE}, only={CODE})
    journey.do(RemoveEvidence, journey.official, evidence=old)
    journey.do(AttachEvidence, journey.official, document=journey.upload(0), results=[result.pk])
    assert measured() == before
    journey.send_answer(request)
    assert all(now != then for now, then in zip(measured(), before, strict=True))


def test_no_document_is_fixed_before_it_is_sent(draft: Draft) -> None:
    assert not hasattr(draft.added.document, "retention")
    draft.journey.send_answer(draft.request)
    draft.added.refresh_from_db()
    assert draft.added.document.retention


# --- When it is sent -------------------------------------------------------------------------------------


def test_all_of_it_is_seen_when_the_chair_sends(client: Client, world: World, draft: Draft) -> None:
    draft.journey.send_answer(draft.request)
    for role in NOT_OF_THE_COMMITTEE:
        actor = world.actor(role, of=draft.journey.dossier)
        text = get(client, actor, "results:indicator", draft.journey.dossier.pk, CODE).content.decode()
        assert NOTE in text and ADDED in text and "Chưa gửi" not in text, role
        assert files_opened(client, actor, draft, draft.added) == {200, 302}, role
        assert files_opened(client, actor, draft, draft.old) == {200, 302}, "stays readable"
        assert found_evidence(actor, WORDS).exists(), role
    officer = world.actor(Role.DEPARTMENT_OFFICER)
    history = get(client, officer, "dossier:history", draft.journey.dossier.pk).content.decode()
    assert ANSWER in history and ADDED in history
    assert [one.pk for one in earlier_versions(officer, draft.replacement)] == [draft.old.pk]
    result = draft.result
    assert result.unsent is None and result.note == NOTE and result.updated_by == draft.journey.official.user
    item = draft.request.items.get()
    assert not differs(item.after, snapshots([result])[result.pk])


def test_a_version_that_was_replaced_before_it_was_sent_stays_the_communes_own(
    client: Client, world: World, draft: Draft
) -> None:
    journey = draft.journey
    last = journey.do(
        ReplaceEvidence, journey.official, evidence=draft.replacement, document=journey.upload(0)
    ).replacement
    journey.do(RemoveEvidence, journey.official, evidence=draft.added)
    journey.send_answer(draft.request)
    officer = world.actor(Role.DEPARTMENT_OFFICER)
    assert [one.pk for one in earlier_versions(officer, last)] == [draft.old.pk]
    for never_sent in (draft.replacement, draft.added):
        assert files_opened(client, officer, draft, never_sent) == {404}
        assert files_opened(client, journey.official, draft, never_sent) == {200, 302}
    assert list(Evidence.objects.current().filter(result=last.result_id)) == [last]


def test_a_page_opened_before_the_request_does_not_conclude_on_what_came_after(draft: Draft) -> None:
    journey, result = draft.journey, draft.result
    officer = journey.people.at(opinion_of(journey).department_id, Role.DEPARTMENT_OFFICER)
    seen = FindingInput(result.pk, "met", revision=0, result_revision=result.revision)
    journey.send_answer(draft.request)
    with pytest.raises(StaleForm):
        journey.do(RecordFindings, officer, rows=[seen])
    looked = FindingInput(result.pk, "met", "Đã đối chiếu", 0, draft.result.revision)
    journey.do(RecordFindings, officer, rows=[looked])


def test_the_page_of_findings_shows_the_answer_before_it_takes_a_conclusion(
    client: Client, world: World, journey: Journey
) -> None:
    officer = world.actor(Role.DEPARTMENT_OFFICER)
    result = journey.results().get(indicator__code=CODE)
    address = reverse("appraisal:findings", args=[journey.dossier.pk])
    typed = {
        f"r{result.pk}-revision": "0",
        f"r{result.pk}-result-revision": str(result.revision),
        f"r{result.pk}-verdict": "met",
    }
    request = journey.ask_supplement(opinion_of(journey), [CODE])
    journey.do(AttachEvidence, journey.official, document=journey.upload(0), results=[result.pk])
    journey.send_answer(request)
    client.force_login(officer.user)
    refused = client.post(address, typed)
    text = refused.content.decode()
    assert refused.status_code == 409 and "Tệp: thêm 1, bỏ 0." in text
    result.refresh_from_db()
    now = f'name="r{result.pk}-result-revision" value="{result.revision}"'
    assert now in text
    again = client.post(address, {**typed, f"r{result.pk}-result-revision": str(result.revision)})
    assert again.status_code == 302


# --- When it is never sent -------------------------------------------------------------------------------


def test_what_was_never_sent_was_never_said(client: Client, world: World, draft: Draft) -> None:
    journey, opinion = draft.journey, opinion_of(draft.journey)
    before = inputs_of_departments(journey.dossier)[opinion.department_id]
    head = journey.people.at(opinion.department_id, Role.DEPARTMENT_HEAD)
    journey.do(WithdrawRequest, head, reasons="Hỏi nhầm")
    journey.find(opinion)
    journey.sign(opinion)
    opinion.refresh_from_db()
    assert opinion.inputs_sha256 == inputs_hash(before)
    signed = [one for one in ledger.entries(journey.dossier.stream) if one.act == "opinion.sign"][-1]
    files = [file["sha256"] for row in signed.payload["inputs"] for file in row["files"]]
    assert draft.old.document.sha256 in files and draft.added.document.sha256 not in files
    for role in NOT_OF_THE_COMMITTEE:
        actor = world.actor(role, of=journey.dossier)
        assert files_opened(client, actor, draft, draft.added) == {404}, role
        for name, text in pages(client, actor, draft):
            assert NOTE not in text and ANSWER not in text and ADDED not in text, (role, name)
    assert files_opened(client, journey.official, draft, draft.added) == {200, 302}
    text = get(client, journey.official, "results:indicator", journey.dossier.pk, CODE).content.decode()
    assert "tệp chưa từng gửi, vẫn ở trong phần soạn riêng của xã" in text and NOTE not in text


def test_withdrawing_the_dossier_opens_nothing(client: Client, world: World, draft: Draft) -> None:
    draft.journey.withdraw()
    for role in (Role.DEPARTMENT_HEAD, Role.COORDINATION_OFFICER, Role.INSPECTOR):
        actor = world.actor(role, of=draft.journey.dossier)
        assert files_opened(client, actor, draft, draft.added) == {404}, role
        for name, text in pages(client, actor, draft):
            assert NOTE not in text and ANSWER not in text and ADDED not in text, (role, name)


# --- While it is prepared --------------------------------------------------------------------------------


def test_what_was_taken_off_is_put_back_as_if_nothing_had_been(draft: Draft) -> None:
    journey = draft.journey
    journey.do(RemoveEvidence, journey.official, evidence=draft.added)
    journey.do(RestoreEvidence, journey.official, evidence=draft.added)
    (kept,) = Evidence.including_unsent.prepared().filter(pk=draft.added.pk)
    assert kept.is_unsent and kept.removed_at is None
    journey.send_answer(draft.request)
    again = journey.ask_supplement(opinion_of(journey), [CODE])
    journey.do(RemoveEvidence, journey.official, evidence=draft.added)
    assert Evidence.objects.current().filter(pk=draft.added.pk).exists()
    journey.do(RestoreEvidence, journey.official, evidence=draft.added)
    item = again.items.select_related("result").get()
    assert not differs(item.before, snapshots([item.result], unsent=True)[item.result_id])


def test_a_file_that_was_submitted_as_removed_comes_back_when_it_is_sent(draft: Draft) -> None:
    journey = draft.journey
    journey.send_answer(draft.request)
    asked = journey.ask_supplement(opinion_of(journey), [CODE])
    journey.do(RemoveEvidence, journey.official, evidence=draft.added)
    journey.send_answer(asked)
    assert Evidence.objects.get(pk=draft.added.pk).removed_at is not None
    asked = journey.ask_supplement(opinion_of(journey), [CODE])
    journey.do(RestoreEvidence, journey.official, evidence=draft.added)
    same = Evidence.objects.current().filter(document=draft.added.document)
    assert not same.exists()
    journey.send_answer(asked)
    assert same.get().pk != draft.added.pk and same.get().listed_at == draft.added.listed_at


def test_the_second_save_of_a_figure_is_based_on_the_first(draft: Draft) -> None:
    result = draft.result
    stale = FigureInput(result.pk, result.value, revision=result.revision)
    with pytest.raises(StaleForm):
        draft.journey.do(ReportFigures, draft.journey.official, rows=[stale])
    fresh = FigureInput(result.pk, result.value, revision=result.unsent_revision)
    draft.journey.do(ReportFigures, draft.journey.official, rows=[fresh])
    assert draft.result.revision == result.revision, "others notice nothing"


def test_an_answer_that_was_being_written_at_the_upgrade_goes_aside_too(draft: Draft) -> None:
    """Before, what the commune changed stood in the rows themselves."""
    result, item = draft.result, draft.request.items.get()
    prepared = snapshots([result], unsent=True)[result.pk]
    result.take_over_unsent()
    result.unsent = None
    result.save()
    Evidence.including_unsent.filter(pk=draft.old.pk).update(
        removed_at=draft.replacement.added_at,
        removed_by=draft.journey.official.user,
        unsent_removed_at=None,
        unsent_removed_by=None,
    )
    Evidence.including_unsent.filter(result=result).update(is_unsent=False)
    assert differs(item.before, snapshots([result])[result.pk]), "seen by everybody"
    importlib.import_module("dossiers.results.migrations.0006_open_answers_go_aside").set_aside(apps, None)
    result = draft.result
    assert not differs(item.before, snapshots([result])[result.pk])
    assert not differs(prepared, snapshots([result], unsent=True)[result.pk])
    draft.journey.send_answer(draft.request)
    assert not differs(prepared, snapshots([draft.result])[result.pk])
