"""What people read of a supplement: the commune loudly, the asking department in full, others that one waits."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from dossiers.appraisal.models import Opinion, OpinionState, SupplementRequest
from dossiers.dossier.models import State
from dossiers.organisations.models import Role
from dossiers.policies import Actor
from dossiers.results.acts import AttachEvidence, ReplaceEvidence
from dossiers.results.models import Evidence
from tests.world import World
from workflows.demonstration.journey import Journey
from workflows.models import WorkItem

pytestmark = pytest.mark.django_db

CODE = "14.2"  # Sở Y tế
SECRET = "Thiếu biên bản kiểm tra của Trung tâm Y tế huyện"
ANSWER = "Biên bản đã gửi kèm văn bản số 31"
SEALED = "Nội dung được niêm phong đến khi mọi cơ quan ký"


@pytest.fixture
def journey(world: World) -> Journey:
    return world.dossier(State.APPRAISING)


def opinion_of(journey: Journey) -> Opinion:
    return Opinion.objects.of_round(journey.dossier, 1).get(department__short_name="Sở Y tế")


def person(journey: Journey, role: Role) -> Actor:
    return journey.people.at(opinion_of(journey).department_id, role)


def page(client: Client, actor: Actor, name: str, *arguments: object, **query: str) -> str:
    client.force_login(actor.user)
    answer = client.get(reverse(name, args=arguments), query)
    assert answer.status_code == 200, name
    return answer.content.decode()


def ask(journey: Journey) -> SupplementRequest:
    return journey.ask_supplement(opinion_of(journey), [CODE], lacking=SECRET)


def test_the_commune_is_told_loudly_what_is_asked_and_until_when(client: Client, journey: Journey) -> None:
    ask(journey)
    for actor in (journey.official, journey.chair):
        overview = page(client, actor, "dossier:overview", journey.dossier.pk)
        notice = overview[overview.index('id="asked-title"') :]
        assert "1 cơ quan yêu cầu xã bổ sung" in notice and SECRET in notice
        assert "Còn 5 ngày làm việc" in notice and "Hạn trả lời" in notice
        (head,) = re.findall(r'<div class="lua-primary-act">(.*?)</div>', overview, re.S)
        assert "Trả lời yêu cầu bổ sung" in head and "btn-primary" in head
        inbox = page(client, actor, "home")
        assert "Sở Y tế yêu cầu bổ sung" in inbox and "lua-state-orange" in inbox
        indicator = page(client, actor, "results:indicator", journey.dossier.pk, CODE)
        assert SECRET in indicator and 'id="nhap-so-lieu"' in indicator
        locked = page(client, actor, "results:indicator", journey.dossier.pk, "1.1")
        assert "đang khóa" in locked and 'id="nhap-so-lieu"' not in locked


def test_from_the_request_to_the_answer_on_the_pages(client: Client, journey: Journey) -> None:
    result = journey.results().get(indicator__code=CODE)
    address = reverse("dossier:act", args=[journey.dossier.pk, "yeu-cau-bo-sung-chi-tieu"])
    head = person(journey, Role.DEPARTMENT_HEAD)
    journey.find(opinion_of(journey), unmet={CODE})
    form = page(client, head, "dossier:act", journey.dossier.pk, "yeu-cau-bo-sung-chi-tieu")
    assert "Số liệu chưa khớp báo cáo ngành (minh họa)." in form, "prepared by the officer's finding"
    hidden = {"revision": journey.dossier.revision, "opinion_revision": opinion_of(journey).revision}
    field = f"r{result.pk}-lacking"
    refused = client.post(address, {**hidden, "number": "912/SYT", "dated_on": "", field: SECRET})
    assert refused.status_code == 409 and SECRET in refused.content.decode(), "what was typed is kept"
    today = timezone.localdate().isoformat()
    nothing = client.post(address, {**hidden, "number": "912/SYT", "dated_on": today, field: " "})
    assert "Xin ghi điều còn thiếu ở ít nhất một chỉ tiêu" in nothing.content.decode()
    sent = client.post(
        address, {**hidden, "number": "912/SYT", "dated_on": today, field: SECRET}, follow=True
    )
    assert "Đã xong: Yêu cầu xã bổ sung chỉ tiêu." in sent.content.decode()

    asked = SupplementRequest.objects.get()
    item = asked.items.get()
    list_address = reverse("appraisal:supplements", args=[journey.dossier.pk])
    send_address = reverse("appraisal:send_answer", args=[journey.dossier.pk, asked.pk])
    chair_page = page(client, journey.chair, "appraisal:send_answer", journey.dossier.pk, asked.pk)
    assert f"{list_address}#muc-{item.pk}" in chair_page and "Soạn tiếp phần trả lời" in chair_page
    client.force_login(journey.official.user)
    written = {"request": asked.pk, f"i{item.pk}-revision": 1, f"i{item.pk}-answer": ANSWER}
    saved = client.post(list_address, written, follow=True)
    assert "Đã lưu phần trả lời" in saved.content.decode()
    assert "Đã trả lời đủ, chờ Chủ tịch UBND xã gửi." in saved.content.decode()
    stale = client.post(list_address, {**written, f"i{item.pk}-answer": "Câu khác"})
    text = stale.content.decode()
    assert stale.status_code == 409 and "Câu khác" in text and ANSWER in text, "both versions are shown"

    ready = page(client, journey.chair, "appraisal:send_answer", journey.dossier.pk, asked.pk)
    assert ANSWER in ready
    (seen,) = re.findall(r'name="seen" value="(\w+)"', ready)
    journey.write_answers(asked, f"{ANSWER}, bổ sung")
    form_data = {"revision": journey.dossier.revision, "seen": seen, "number": "57/UBND", "dated_on": today}
    changed = client.post(send_address, form_data)
    assert changed.status_code == 409 and "đã được cập nhật" in changed.content.decode()
    assert f"{ANSWER}, bổ sung" in changed.content.decode() and "57/UBND" in changed.content.decode()
    (seen,) = re.findall(r'name="seen" value="(\w+)"', changed.content.decode())
    done = client.post(send_address, {**form_data, "seen": seen}, follow=True).content.decode()
    assert "Đã gửi trả lời đến Sở Y tế" in done and "Văn bản trả lời số 57/UBND" in done
    again = client.post(send_address, {**form_data, "seen": seen})
    assert again.status_code == 409 and "không gửi trả lời được nữa" in again.content.decode()


def test_the_form_says_how_long_the_commune_has_and_until_when(client: Client, journey: Journey) -> None:
    head = person(journey, Role.DEPARTMENT_HEAD)
    form = page(client, head, "dossier:act", journey.dossier.pk, "yeu-cau-bo-sung-chi-tieu")
    assert "Xã có 5 ngày làm việc để trả lời" in form and "chưa đối chiếu công báo" in form
    (said,) = re.findall(r"nếu gửi yêu cầu hôm nay, hạn là (\d+)/(\d+)/(\d+)\.", form)
    ask(journey)
    (item,) = WorkItem.objects.filter(dossier=journey.dossier, node="supplement")
    assert item.due_on is not None
    assert said == (str(item.due_on.day), str(item.due_on.month), str(item.due_on.year))


def test_who_signs_reads_what_was_asked_and_answered(client: Client, journey: Journey) -> None:
    asked = ask(journey)
    journey.do(
        AttachEvidence,
        journey.official,
        document=(new := journey.upload(0)),
        results=[asked.items.get().result_id],
    )
    journey.write_answers(asked, ANSWER)
    journey.send_answer(asked)
    journey.find(opinion_of(journey))
    head = person(journey, Role.DEPARTMENT_HEAD)
    signing = page(client, head, "dossier:act", journey.dossier.pk, "ky-tham-dinh")
    assert SECRET in signing and ANSWER in signing and new.name in signing
    assert f"Văn bản số {asked.number} ngày" in signing


def test_the_papers_of_a_supplement_stand_among_the_dossiers_papers(
    client: Client, world: World, journey: Journey
) -> None:
    asked = ask(journey)
    journey.write_answers(asked)
    sent = journey.send_answer(asked)
    for actor in (journey.chair, person(journey, Role.DEPARTMENT_OFFICER), world.actor(Role.INSPECTOR)):
        papers = page(client, actor, "recognition:papers", journey.dossier.pk)
        assert f"Yêu cầu bổ sung chỉ tiêu: {CODE}" in papers and "Xã đã trả lời" in papers, actor.role
        assert asked.number in papers and f"Văn bản trả lời số {sent.number}" in papers, actor.role
    office = world.actor(Role.COORDINATION_OFFICER)
    sealed = page(client, office, "recognition:papers", journey.dossier.pk)
    assert asked.number not in sealed and sent.number not in sealed
    journey.appraise()
    assert asked.number in page(client, office, "recognition:papers", journey.dossier.pk)


def test_the_department_sees_before_and_after_but_no_drafts(client: Client, journey: Journey) -> None:
    asked = ask(journey)
    old = Evidence.objects.current().filter(result__dossier=journey.dossier, result__indicator__code=CODE)[0]
    new = journey.upload(0)
    journey.do(ReplaceEvidence, journey.official, evidence=old, document=new)
    journey.write_answers(asked, ANSWER)
    officer = person(journey, Role.DEPARTMENT_OFFICER)
    draft = page(client, officer, "appraisal:supplements", journey.dossier.pk)
    assert SECRET in draft and ANSWER not in draft and new.name not in draft
    assert "Xã chưa gửi trả lời" in draft
    journey.send_answer(asked)
    answered = page(client, officer, "appraisal:supplements", journey.dossier.pk)
    assert SECRET in answered and ANSWER in answered
    assert "Tệp thêm" in answered and new.name in answered and "Tệp không dùng nữa" in answered
    findings = page(client, officer, "appraisal:findings", journey.dossier.pk)
    assert ANSWER in findings and "Tệp: thêm 1, bỏ 1." in findings


SHOWN_TO_NOBODY_ELSE = (
    ("dossier:overview", ()),
    ("appraisal:board", ()),
    ("appraisal:supplements", ()),
    ("results:indicators", ()),
    ("dossier:history", ()),
)


def test_others_know_that_one_waits_and_nothing_of_what_for(
    client: Client, world: World, journey: Journey
) -> None:
    asked = ask(journey)
    journey.write_answers(asked, ANSWER)
    journey.report(only={CODE})
    roads = Opinion.objects.get(dossier=journey.dossier, department__short_name="Sở Xây dựng")
    others = [
        journey.people.at(roads.department_id, Role.DEPARTMENT_HEAD),
        *(
            world.actor(role, of=journey.dossier)
            for role in (
                Role.COORDINATION_OFFICER,
                Role.DISTRICT_CHAIR,
                Role.FRONT_OFFICER,
                Role.PROVINCIAL_CHAIR,
                Role.COUNCIL_SECRETARY,
            )
        ),
    ]
    for actor in others:
        for name, arguments in SHOWN_TO_NOBODY_ELSE:
            text = page(client, actor, name, journey.dossier.pk, *arguments)
            assert SECRET not in text and ANSWER not in text, (actor.role, name)
            assert "<span>Cần bổ sung</span>" not in text, (actor.role, name)
        assert "Chờ xã bổ sung" in page(client, actor, "appraisal:board", journey.dossier.pk)
        assert "Có cơ quan đang chờ xã bổ sung" in page(
            client, actor, "appraisal:supplements", journey.dossier.pk
        )
        history = page(client, actor, "dossier:history", journey.dossier.pk)
        assert history.count(SEALED) == 3, "asking, writing and the figure"
        if actor.role is not Role.DEPARTMENT_HEAD:  # they do not search by others' indicators
            about = page(client, actor, "dossier:history", journey.dossier.pk, **{"chi-tieu": CODE})
            assert SEALED not in about
        assert "Nhập số liệu chỉ tiêu" in page(client, actor, "dossier:history", journey.dossier.pk)
        reopened = page(client, actor, "results:indicators", journey.dossier.pk, loc="reopened")
        assert f">{CODE}<" not in reopened
    for actor in (journey.chair, person(journey, Role.DEPARTMENT_HEAD), world.actor(Role.INSPECTOR)):
        assert SECRET in page(client, actor, "dossier:history", journey.dossier.pk), actor.role
        assert SECRET in page(client, actor, "appraisal:supplements", journey.dossier.pk), actor.role
    journey.send_answer(asked)
    journey.appraise()
    office = world.actor(Role.COORDINATION_OFFICER)
    assert SECRET in page(client, office, "appraisal:supplements", journey.dossier.pk), "all have signed"


def test_the_history_says_what_was_asked_and_answered(client: Client, journey: Journey) -> None:
    asked = ask(journey)
    journey.write_answers(asked, ANSWER)
    journey.send_answer(asked)
    again = ask(journey)
    WorkItem.objects.filter(node="supplement").update(due_on=timezone.localdate() - timedelta(days=1))
    text = page(client, journey.chair, "dossier:history", journey.dossier.pk)
    plain = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text))
    number = f"số {asked.number} ngày"
    assert f"Yêu cầu xã bổ sung chỉ tiêu: Chỉ tiêu {CODE} : {SECRET} · lần 1 · {number}" in plain
    assert f"Gửi trả lời bổ sung: Chỉ tiêu {CODE} : {ANSWER} · lần 1" in plain
    assert "cố định tệp đến" in plain and f"lần {again.turn}" in plain


def test_withdrawing_and_going_on_are_offered_to_the_head_who_waits(client: Client, journey: Journey) -> None:
    ask(journey)
    head = person(journey, Role.DEPARTMENT_HEAD)
    overview = page(client, head, "dossier:overview", journey.dossier.pk)
    assert "Rút yêu cầu bổ sung" in overview and "Thẩm định tiếp khi xã không trả lời" in overview
    assert "Ký văn bản thẩm định" not in overview
    assert "Chờ xã bổ sung" in page(client, head, "home") and "Tạm dừng từ" in page(client, head, "home")
    address = reverse("dossier:act", args=[journey.dossier.pk, "tham-dinh-tiep"])
    form = {"revision": journey.dossier.revision, "reasons": "Xã không trả lời"}
    assert SECRET in client.get(address).content.decode()
    early = client.post(address, form)
    assert early.status_code == 409 and "Chưa hết hạn" in early.content.decode()
    WorkItem.objects.filter(node="supplement").update(due_on=timezone.localdate() - timedelta(days=1))
    assert "Thẩm định tiếp" in client.post(address, form, follow=True).content.decode()
    assert opinion_of(journey).state == OpinionState.EXAMINING
    ended = page(client, journey.chair, "appraisal:supplements", journey.dossier.pk)
    assert "Thẩm định tiếp, xã không trả lời" in ended and "Xã không trả lời" in ended


def test_a_shared_file_is_offered_for_the_other_indicators_and_named_with_its_department(
    client: Client, journey: Journey
) -> None:
    asked = ask(journey)
    old = Evidence.objects.current().filter(result__dossier=journey.dossier, result__indicator__code=CODE)[0]
    journey.do(ReplaceEvidence, journey.official, evidence=old, document=journey.upload(0))
    ready = page(client, journey.chair, "appraisal:send_answer", journey.dossier.pk, asked.pk)
    assert "Thay bằng bản mới cả ở các chỉ tiêu này" in ready
    offered = re.findall(r'name="carry_over" value="(\d+)"', ready)
    assert offered and "checked" not in ready, "only the asked indicators change unless the chair says so"
    foreign = Evidence.objects.get(pk=offered[0])
    assert foreign.document_id == old.document_id
    (seen,) = re.findall(r'name="seen" value="(\w+)"', ready)
    client.post(
        reverse("appraisal:send_answer", args=[journey.dossier.pk, asked.pk]),
        {
            "revision": journey.dossier.revision,
            "seen": seen,
            "number": "57/UBND",
            "dated_on": timezone.localdate().isoformat(),
            "carry_over": offered[:1],
        },
    )
    foreign.refresh_from_db()
    assert foreign.replaced_by_id is not None
    assert Evidence.objects.current().filter(pk__in=offered[1:]).count() == len(offered) - 1


def test_the_pages_of_a_request_are_unknown_to_whom_they_do_not_concern(
    client: Client, world: World, journey: Journey
) -> None:
    asked = ask(journey)
    neighbour = world.people.committee(world.commune("Xã Liêm Tiết"), Role.COMMUNE_CHAIR)
    address = reverse("appraisal:send_answer", args=[journey.dossier.pk, asked.pk])
    for actor in (neighbour, journey.official, person(journey, Role.DEPARTMENT_HEAD)):
        client.force_login(actor.user)
        assert client.get(address).status_code == client.post(address).status_code == 404, actor.role
    client.force_login(journey.chair.user)
    unknown = reverse("appraisal:send_answer", args=[journey.dossier.pk, 10**9])
    assert client.get(unknown).status_code == 404
    client.force_login(person(journey, Role.DEPARTMENT_HEAD).user)
    assert client.post(reverse("appraisal:supplements", args=[journey.dossier.pk])).status_code == 404
