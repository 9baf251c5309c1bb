"""Whoever had open work hears that it ended, by whom and why: after a return, a recall, a withdrawal, a move."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from dossiers.acts import DossierAct
from dossiers.appraisal.acts import GoOnWithoutAnswer, WithdrawRequest
from dossiers.appraisal.models import Opinion
from dossiers.dossier.models import State
from dossiers.organisations.models import Role
from dossiers.policies import Actor
from dossiers.procedures import get_procedure
from tests.workflows.notifications.work import told, with_address
from tests.world import World
from workflows.demonstration.journey import Journey
from workflows.models import WorkItem
from workflows.moves.acts import MoveToProcedure
from workflows.notifications.digests import compose, untold
from workflows.notifications.models import Digest, Kind, Reminder
from workflows.notifications.reminding import remind
from workflows.notifications.words import lines_of
from workflows.recalls import RecallDossier

pytestmark = pytest.mark.django_db
ENDED = (Kind.ENDED, 0)


def notes_of(actor: Actor) -> list[str]:
    found = Reminder.objects.filter(person=actor.user, kind=Kind.ENDED)
    return [line.note for line in lines_of(found.order_by("item__node"))]


def remind_now() -> None:
    remind(timezone.now())


def test_the_front_hears_that_the_district_returned_the_dossier(world: World, client: Client) -> None:
    journey = world.dossier(State.DISTRICT_REVIEW, files=1)
    journey.verify()
    remind_now()
    assert Reminder.objects.filter(person=journey.district_front.user).count() == 2
    front, officer = journey.district_front, journey.district(Role.DISTRICT_OFFICER)
    assert ENDED not in told(front.user)
    journey.return_dossier()
    remind_now()
    remind_now()
    agency = journey.district(Role.DISTRICT_CHAIR).agency.name
    why = f"{agency}: Trả hồ sơ về xã. Lý do: Minh chứng tiêu chí Giao thông chưa rõ ngày (minh họa)."
    assert notes_of(front) == [why, why], "opinion and survey"
    assert notes_of(officer) == [why], "the chair ended what officers were at"
    assert ENDED not in told(journey.district(Role.DISTRICT_CHAIR).user)
    assert ENDED not in told(journey.chair.user)
    client.force_login(front.user)
    page = client.get(reverse("notifications:list")).content.decode()
    assert "Việc đã kết thúc, không phải làm nữa" in page and why in page
    assert "Mặt trận huyện khảo sát sự hài lòng" in page
    assert page.count(why) == 2, "what was told of the work while it was open says nothing of its end"
    opened = client.get(
        reverse("notifications:open", args=[Reminder.objects.filter(person=front.user).first().pk]),  # type: ignore[union-attr]
        follow=True,
    )
    assert opened.status_code == 200


def test_it_stays_unread_until_it_is_read_and_goes_into_the_mail(world: World) -> None:
    journey = world.dossier(State.DISTRICT_REVIEW, files=1)
    journey.verify()
    journey.return_dossier()
    person = with_address(journey.district_front, "mat-tran@example.vn")
    remind_now()
    remind_now()
    waiting = untold(timezone.localdate()).filter(person=person)
    assert {one.kind for one in waiting} == {Kind.ENDED} and waiting.count() == 2
    digest = Digest.objects.create(person=person, day=timezone.localdate())
    letter = compose(digest, person, waiting, 2)
    html = letter.alternatives[0][0]
    for text in (str(letter.body), str(html)):
        assert text.count("Trả hồ sơ về xã. Lý do: Minh chứng tiêu chí Giao thông") == 2


@pytest.mark.parametrize("ending", [WithdrawRequest, GoOnWithoutAnswer])
def test_the_commune_hears_that_nobody_waits_for_its_answer_any_more(
    world: World, ending: type[DossierAct]
) -> None:
    journey = world.dossier(State.APPRAISING)
    opinion = Opinion.objects.of_round(journey.dossier, 1).get(department__short_name="Sở Y tế")
    journey.ask_supplement(opinion, ["14.2"])
    WorkItem.objects.filter(node="supplement").update(due_on=timezone.localdate() - timedelta(days=1))
    remind_now()
    head = journey.people.at(opinion.department_id, Role.DEPARTMENT_HEAD)
    journey.do(ending, head, reasons="Đã có số liệu của ngành")
    remind_now()
    for actor in (journey.chair, journey.official):
        assert notes_of(actor) == [f"{head.agency.name}: {ending.label}. Lý do: Đã có số liệu của ngành"]
    (line,) = lines_of(Reminder.objects.filter(person=journey.chair.user, kind=Kind.ENDED))
    assert "Sở Y tế" in line.step and line.due is None
    assert ENDED not in told(head.user)


def test_an_answer_that_was_sent_ends_nothing_for_the_commune(world: World) -> None:
    journey = world.dossier(State.APPRAISING)
    opinion = Opinion.objects.of_round(journey.dossier, 1).get(department__short_name="Sở Y tế")
    asked = journey.ask_supplement(opinion, ["14.2"])
    journey.write_answers(asked)
    journey.send_answer(asked)
    remind_now()
    assert not Reminder.objects.filter(kind=Kind.ENDED).exists()


def test_every_department_at_work_hears_of_a_withdrawal(world: World) -> None:
    journey = world.dossier(State.APPRAISING, files=1)
    journey.appraise(leave=3)
    waiting = journey.waiting_opinions()
    journey.withdraw()
    remind_now()
    for opinion in waiting:
        head = journey.people.at(opinion.department_id, Role.DEPARTMENT_HEAD)
        assert "Rút hồ sơ. Lý do: Xã xin lùi thời gian (minh họa)." in notes_of(head)[0]
    told_to = {one.item.agency_id for one in Reminder.objects.filter(kind=Kind.ENDED) if one.item}
    assert told_to >= {opinion.department_id for opinion in waiting}
    signed = set(journey.dossier.opinions.exclude(signed_at=None).values_list("department_id", flat=True))
    asked_besides = set(
        WorkItem.objects.filter(dossier=journey.dossier, node__startswith="check_").values_list(
            "agency_id", flat=True
        )
    )
    assert told_to & (signed - asked_besides) == set(), "what was done did not end"


def test_the_receiver_hears_of_a_recall_unless_it_has_the_dossier_again(world: World) -> None:
    journey = world.dossier(State.DISTRICT_REVIEW, files=1)
    officer = journey.district(Role.DISTRICT_OFFICER)
    journey.do(RecallDossier, journey.chair, reasons="Thiếu biên bản")
    journey.submit()
    remind_now()
    assert ENDED not in told(officer.user), "the same work is there again"
    journey.do(RecallDossier, journey.chair, reasons="Thiếu biên bản")
    remind_now()
    assert all("Lấy lại hồ sơ đã trình. Lý do: Thiếu biên bản" in note for note in notes_of(officer))
    assert len(notes_of(officer)) == 2 and ENDED not in told(journey.chair.user)


def test_those_who_had_it_hear_of_a_move(world: World) -> None:
    ninh_binh = world.two_tiers()
    journey = Journey(ninh_binh.people, world.programme, world.commune("Xã Liêm Cần"))
    journey.advance_to(State.DISTRICT_REVIEW, files=1)
    officer = journey.district(Role.DISTRICT_OFFICER)
    journey.do(
        MoveToProcedure, journey.office, to=get_procedure("nang-cao-2-cap-2025"), reason="Hết cấp huyện"
    )
    remind_now()
    assert [note for note in notes_of(officer) if "Lý do: Hết cấp huyện" in note]


def test_what_ended_long_ago_is_told_to_nobody(world: World) -> None:
    journey = world.dossier(State.DISTRICT_REVIEW, files=1)
    journey.verify()
    journey.return_dossier()
    remind(timezone.now() + timedelta(days=15))
    assert not Reminder.objects.filter(kind=Kind.ENDED).exists()


# --- The council's days beside the deadline of the step -----------------------------------------------------


def test_page_and_reminder_say_which_of_the_two_deadlines_counts(world: World, client: Client) -> None:
    journey = world.dossier(State.COUNCIL, files=1)
    day = timezone.localdate() + timedelta(days=17)
    journey.pass_with_conditions("Hoàn thành nước sạch", "Bổ sung biên bản", due_on=day)
    item = WorkItem.objects.get(dossier=journey.dossier, node="meet_conditions")
    assert item.due_on is not None
    days = [f"{one.day}/{one.month}/{one.year}" for one in (day, item.due_on)]
    said = f"Hạn Hội đồng giao: {days[0]}; hạn của bước theo quy trình: {days[1]}. Nhắc việc và tính quá hạn theo"
    client.force_login(journey.chair.user)
    for name, arguments in (
        ("recognition:papers", [journey.dossier.pk]),
        ("dossier:act", [journey.dossier.pk, "bao-cao-hoan-thien"]),
    ):
        assert said in client.get(reverse(name, args=arguments)).content.decode(), name
    remind_now()
    (line,) = lines_of(Reminder.objects.filter(person=journey.chair.user, item=item))
    assert line.note.startswith(said)
    assert said in client.get(reverse("notifications:list")).content.decode()
    # What is reminded of is indeed the step's: on the council's day nobody is late.
    remind(timezone.now() + timedelta(days=18))
    assert ("late", 1) not in told(journey.chair.user)
    journey.report_conditions()
    assert said not in client.get(reverse("recognition:papers", args=[journey.dossier.pk])).content.decode()
