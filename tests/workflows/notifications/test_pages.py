"""The bell, the page behind it, and the way from a reminder to its dossier."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from dossiers.dossier.models import State
from dossiers.organisations.models import Appointment, Role
from tests.workflows.notifications.work import MONDAY, TUESDAY, at, officer, open_item, unsettled
from tests.world import World
from workflows.notifications.models import MailPreference, Reminder
from workflows.notifications.reminding import remind

pytestmark = pytest.mark.django_db
PAGE = "/thong-bao/"


def page(client: Client, address: str = PAGE) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_bell_counts_until_all_is_read(world: World, client: Client) -> None:
    open_item(world, State.PLAN_SUBMITTED, due_on=MONDAY)
    client.force_login(officer(world).user)
    assert "Thông báo, không có gì chưa đọc" in page(client, "/")
    remind(at(TUESDAY))
    assert "Thông báo, 1 chưa đọc" in page(client, "/")
    shown = page(client)
    assert "Quá hạn từ 1 ngày làm việc: Huyện thẩm định Đề án" in shown and "chưa đọc</span>" in shown
    assert client.post(reverse("notifications:mark_read"), follow=True).status_code == 200
    assert "Thông báo, không có gì chưa đọc" in page(client)
    assert unsettled().count() == 2, "the others have not read theirs"


def test_opening_a_reminder_leads_to_its_dossier_in_the_appointment_that_it_is_for(
    world: World, client: Client
) -> None:
    dossier = open_item(world, State.PLAN_SUBMITTED, due_on=MONDAY).dossier
    inspector = world.actor(Role.INSPECTOR).user
    second = Appointment.objects.appoint(
        user=inspector,
        agency=officer(world).agency,
        role=Role.DISTRICT_OFFICER,
        starts_on=date(2023, 1, 1),
    )
    remind(at(TUESDAY))
    reminder = Reminder.objects.get(person=inspector)
    client.force_login(inspector)
    answer = client.get(reverse("notifications:open", args=[reminder.pk]), follow=True)
    assert answer.redirect_chain == [(reverse("dossier:overview", args=[dossier.pk]), 302)]
    assert answer.wsgi_request.actor.appointment == second  # type: ignore[attr-defined]
    reminder.refresh_from_db()
    assert reminder.settled_at is not None


def test_nobody_sees_what_others_were_told_or_what_belongs_to_an_office_they_left(
    world: World, client: Client
) -> None:
    open_item(world, State.PLAN_SUBMITTED, due_on=MONDAY)
    remind(at(TUESDAY))
    mine = Reminder.objects.get(kind="late")
    theirs = Reminder.objects.exclude(pk=mine.pk)[0]
    user = officer(world).user
    client.force_login(user)
    assert client.get(reverse("notifications:open", args=[theirs.pk])).status_code == 404
    Appointment.objects.filter(user=user).update(ends_on=MONDAY)
    Appointment.objects.appoint(
        user=user,
        agency=world.actor(Role.INSPECTOR).agency,
        role=Role.INSPECTOR,
        starts_on=date(2023, 1, 1),
    )
    assert client.get(reverse("notifications:open", args=[mine.pk])).status_code == 404
    assert "Chưa có thông báo nào" in page(client)
    assert "Thông báo, không có gì chưa đọc" in page(client)


def test_the_page_costs_the_same_for_1_and_200_reminders(world: World, client: Client) -> None:
    open_item(world, State.PLAN_SUBMITTED, due_on=MONDAY)
    remind(at(TUESDAY))
    user = officer(world).user
    one = Reminder.objects.get(person=user)
    client.force_login(user)

    def count() -> int:
        page(client)
        with CaptureQueriesContext(connection) as queries:
            page(client)
        bell = [
            query["sql"] for query in queries if "SELECT COUNT" in query["sql"] and "LIMIT" in query["sql"]
        ]
        assert len(bell) == 1, bell
        return len(queries)

    few = count()
    Reminder.objects.bulk_create(
        Reminder(
            person=user,
            appointment=one.appointment,
            dossier=one.dossier,
            item=one.item,
            kind="late",
            threshold=100 + number,
            at=one.at,
        )
        for number in range(200)
    )
    assert count() == few <= 11
    assert ">99+<" in page(client)


def test_a_person_chooses_whether_and_in_which_language_mail_comes(
    world: World, client: Client, settings: Any
) -> None:
    user = officer(world).user
    client.force_login(user)
    assert "chưa được nối với máy chủ thư" in page(client)
    settings.MAIL_IS_ON = True
    assert "chưa có địa chỉ thư" in page(client)
    user.email = "can-bo@huyen.example"
    user.save()
    assert "lúc 07:00" in page(client) and "can-bo@huyen.example" in page(client)
    assert all(f'for="id_{name}"' in page(client) for name in ("wants_digest", "language"))
    choose = reverse("notifications:choose_mail")
    assert "Đã lưu lựa chọn" in client.post(choose, {"language": "en"}, follow=True).content.decode()
    preference = MailPreference.objects.get(person=user)
    assert (preference.wants_digest, preference.language) == (False, "en")
    client.post(choose, {"language": "vi", "wants_digest": "on"})
    preference.refresh_from_db()
    assert (preference.wants_digest, preference.language) == (True, "vi")
    assert "Chưa lưu được" in client.post(choose, {"language": "xx"}, follow=True).content.decode()
