"""One mail a person and working day through a real mail server, whatever dies, and never in the quiet hours."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from email.message import EmailMessage
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from dossiers.dossier.models import State
from dossiers.organisations.models import Appointment, Role, User
from tests.browser.files import do_waiting_jobs
from tests.workflows.notifications.smtp import MailServer
from tests.workflows.notifications.work import (
    FRIDAY,
    MONDAY,
    SATURDAY,
    TUESDAY,
    WEDNESDAY,
    at,
    officer,
    open_item,
    unsettled,
    with_address,
)
from tests.world import World
from workflows.models import WorkItem
from workflows.notifications import digests
from workflows.notifications.digests import message_id, schedule, send
from workflows.notifications.hours import is_quiet, is_time_for_digests
from workflows.notifications.models import Digest, MailPreference, Reminder
from workflows.notifications.reminding import remind
from workflows.notifications.tasks import remind_all, send_digest

ADDRESS = "can-bo@huyen.example"


def run(now: datetime) -> list[bool]:
    """What the periodic job does, and then the jobs that it asked for; return which mails were sent."""
    remind(now)
    schedule(now)
    return [send(pk, now) for pk in Digest.objects.values_list("pk", flat=True)]


def body(mail: EmailMessage, kind: str = "plain") -> str:
    part = mail.get_body((kind,))
    assert part is not None
    return part.get_content().replace("\r\n", "\n")


def waiting(world: World) -> Digest:
    """A mail to the district's officer that is due and not sent."""
    open_item(world, State.PLAN_SUBMITTED, due_on=MONDAY)
    with_address(officer(world), ADDRESS)
    remind(at(TUESDAY))
    schedule(at(TUESDAY))
    return Digest.objects.get()


@pytest.mark.django_db
def test_a_person_with_two_appointments_gets_one_mail_a_day(world: World, mail_server: MailServer) -> None:
    open_item(world, State.PLAN_SUBMITTED, due_on=FRIDAY)
    open_item(world, State.PROVINCIAL_INTAKE, "Xã Liêm Tiết", due_on=MONDAY)
    user = with_address(officer(world), ADDRESS)
    office = world.actor(Role.COORDINATION_OFFICER)
    Appointment.objects.appoint(
        user=user, agency=office.agency, role=Role.COORDINATION_OFFICER, starts_on=date(2023, 1, 1)
    )
    for minute in (0, 15, 30):
        run(at(TUESDAY, 7, minute))
    (mail,) = mail_server.sent_to(ADDRESS)
    late, soon = Reminder.objects.filter(person=user).order_by("kind")
    assert mail["Subject"].strip() == (
        "Lúa: 2 việc cần biết, gấp nhất: Quá hạn từ 1 ngày làm việc, Xã Liêm Tiết · 2023"
    )
    text = f"""\
Kính gửi {user.full_name},

Có 2 việc anh/chị cần biết, gấp nhất trước:

* Quá hạn từ 1 ngày làm việc: Xã Liêm Tiết · 2023, VPĐP tỉnh tiếp nhận (hạn 7/8/2023)
  https://lua.example/thong-bao/{late.pk}/

* Sắp đến hạn: Xã Liêm Tuyền · 2023, Huyện thẩm định Đề án (hạn 11/8/2023)
  https://lua.example/thong-bao/{soon.pk}/

Tất cả thông báo, và nơi tắt thư này:
https://lua.example/thong-bao/

Thư này do hệ thống Lúa gửi tự động, mỗi ngày làm việc nhiều nhất một thư; xin không trả lời.
"""
    assert body(mail) == text
    assert f'href="https://lua.example/thong-bao/{late.pk}/"' in body(mail, "html")
    run(at(WEDNESDAY))
    assert len(mail_server.mails) == 1, "nothing new, no mail"


@pytest.mark.django_db
def test_what_comes_after_the_mail_is_in_the_next_days(world: World, mail_server: MailServer) -> None:
    with_address(officer(world), ADDRESS)
    open_item(world, State.PLAN_SUBMITTED, due_on=TUESDAY)
    run(at(MONDAY))
    open_item(world, State.PLAN_SUBMITTED, "Xã Liêm Tiết")
    run(at(MONDAY, 9))
    assert len(mail_server.mails) == 1
    run(at(TUESDAY))
    second = body(mail_server.mails[1])
    assert "Đến hạn trong ngày: Xã Liêm Tuyền" in second and "Việc mới: Xã Liêm Tiết" in second
    assert len({mail["Message-ID"] for mail in mail_server.mails}) == 2


@pytest.mark.django_db
def test_three_days_without_a_worker_make_one_mail_with_what_holds(
    world: World, mail_server: MailServer
) -> None:
    with_address(officer(world), ADDRESS)
    open_item(world, State.PLAN_SUBMITTED, due_on=TUESDAY)
    run(at(MONDAY))
    run(at(FRIDAY, 10))
    assert len(mail_server.mails) == 2
    assert body(mail_server.mails[1]).count("* ") == 1
    assert "* Quá hạn từ 1 ngày làm việc" in body(mail_server.mails[1])


@pytest.mark.django_db
def test_no_mail_about_what_was_read_or_done(world: World, mail_server: MailServer) -> None:
    digest = waiting(world)
    unsettled().update(settled_at=at(TUESDAY))
    assert send(digest.pk, at(TUESDAY)) is False
    unread = Reminder.objects.all()
    unread.update(settled_at=None)
    WorkItem.objects.update(closed_at=at(TUESDAY))
    assert send(digest.pk, at(TUESDAY)) is False
    assert mail_server.mails == []


@pytest.mark.django_db
def test_a_mail_server_that_comes_back_gets_the_mail_once(world: World, mail_server: MailServer) -> None:
    digest = waiting(world)
    mail_server.stop()
    with pytest.raises(OSError):
        send(digest.pk, at(TUESDAY))
    digest.refresh_from_db()
    assert digest.sent_at is None and not Reminder.objects.filter(digest=digest).exists()
    mail_server.start()
    assert send(digest.pk, at(TUESDAY, 7, 10)) is True
    assert send(digest.pk, at(TUESDAY, 7, 20)) is False
    assert len(mail_server.mails) == 1


@pytest.mark.django_db
def test_a_mail_whose_worker_died_before_it_noted_so_is_sent_again_under_the_same_name(
    world: World, mail_server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    digest = waiting(world)

    def die(*_args: Any, **_options: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as dying, pytest.raises(KeyboardInterrupt):
        dying.setattr(Digest, "save", die)
        send(digest.pk, at(TUESDAY))
    assert send(digest.pk, at(TUESDAY, 7, 5)) is True
    names = [mail["Message-ID"] for mail in mail_server.mails]
    assert names == [f"<digest.20230808.{digest.person_id}@lua.example>"] * 2
    assert message_id(digest) == names[0]


@pytest.mark.django_db
def test_yesterdays_mail_is_not_sent_today(world: World, mail_server: MailServer) -> None:
    yesterdays = waiting(world)
    assert send(yesterdays.pk, at(WEDNESDAY)) is False
    assert run(at(WEDNESDAY)).count(True) == 1
    assert [mail["To"] for mail in mail_server.mails] == [ADDRESS]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("now", "quiet", "due"),
    [
        (at(TUESDAY, 17, 59), False, True),
        (at(TUESDAY, 18, 0), True, False),
        (at(TUESDAY, 23, 59), True, False),
        (at(WEDNESDAY, 0, 0), True, False),
        (at(WEDNESDAY, 6, 59), True, False),
        (at(WEDNESDAY, 7, 0), False, False),
        (at(WEDNESDAY, 7, 30), False, True),
        (at(FRIDAY, 18, 0), True, False),
        (at(SATURDAY, 9, 0), True, False),
        (at(date(2023, 9, 4), 9, 0), True, False),
        (at(date(2023, 9, 5), 9, 0), False, True),
    ],
)
def test_hours_and_days_off(settings: Any, now: datetime, quiet: bool, due: bool) -> None:
    settings.MAIL_DIGEST_AT = settings.MAIL_DIGEST_AT.replace(hour=7, minute=30)
    assert (is_quiet(now), is_time_for_digests(now)) == (quiet, due)


@pytest.mark.django_db
def test_a_mail_that_waits_for_its_server_is_not_sent_at_night(world: World, mail_server: MailServer) -> None:
    digest = waiting(world)
    assert send(digest.pk, at(TUESDAY, 18, 5)) is False
    assert run(at(TUESDAY, 23)) == run(at(WEDNESDAY, 5)) == [False]
    assert True in run(at(WEDNESDAY, 7))
    assert len(mail_server.mails) == 1


@pytest.mark.django_db
@pytest.mark.parametrize("change", ["deactivated", "left", "no address", "switched off"])
@pytest.mark.parametrize("when", ["before", "after the mail was asked for"])
def test_who_gets_no_mail(world: World, mail_server: MailServer, change: str, when: str) -> None:
    user = with_address(officer(world), ADDRESS)
    open_item(world, State.PLAN_SUBMITTED, due_on=MONDAY)
    remind(at(MONDAY))
    if when != "before":
        schedule(at(MONDAY))
        assert Digest.objects.filter(person=user).exists()
    match change:
        case "deactivated":
            User.objects.filter(pk=user.pk).update(is_active=False)
        case "left":
            Appointment.objects.filter(user=user).update(ends_on=MONDAY - timedelta(days=1))
        case "no address":
            User.objects.filter(pk=user.pk).update(email="")
        case "switched off":
            MailPreference.objects.create(person=user, wants_digest=False)
    assert not any(run(at(MONDAY, 8)))
    assert mail_server.mails == []


@pytest.mark.django_db
def test_without_a_mail_server_nothing_is_asked_for(
    world: World, mail_server: MailServer, settings: Any
) -> None:
    settings.MAIL_IS_ON = False
    open_item(world, State.PLAN_SUBMITTED, due_on=MONDAY)
    with_address(officer(world), ADDRESS)
    run(at(TUESDAY))
    assert unsettled().count() == 3 and not Digest.objects.exists()


@pytest.mark.django_db
def test_an_address_refused_for_good_is_not_tried_again_today(
    world: World, mail_server: MailServer, caplog: pytest.LogCaptureFixture
) -> None:
    digest = waiting(world)
    mail_server.refuse[ADDRESS] = "451 4.7.1 Try again later"
    with pytest.raises(OSError):
        send(digest.pk, at(TUESDAY))
    mail_server.refuse[ADDRESS] = "550 5.1.1 No such user"
    assert send(digest.pk, at(TUESDAY)) is False
    (ours,) = [one.getMessage() for one in caplog.records if one.name == digests.__name__]
    assert ADDRESS not in ours and str(digest.person_id) in ours


@pytest.mark.django_db
def test_the_mail_is_in_the_language_of_the_person_and_no_longer_than_is_read(
    world: World, mail_server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(digests, "MOST_LINES", 1)
    user = with_address(officer(world), ADDRESS)
    MailPreference.objects.create(person=user, language="en")
    open_item(world, State.PLAN_SUBMITTED, due_on=MONDAY)
    open_item(world, State.PLAN_SUBMITTED, "Xã Liêm Tiết", due_on=TUESDAY)
    run(at(TUESDAY))
    (mail,) = mail_server.mails
    assert 'lang="en"' in body(mail, "html")
    assert body(mail).count("\n* ") == 1 and "Xã Liêm Tuyền" in body(mail)
    assert not unsettled().filter(person=user, digest=None).exists(), "told by number, not again tomorrow"


@pytest.mark.django_db(transaction=True)
def test_two_workers_send_one_mail(s3: str, mail_server: MailServer) -> None:
    digest = waiting(World.ensure())
    mail_server.seconds = 0.5
    barrier = threading.Barrier(3)

    def work(_number: int) -> bool:
        try:
            barrier.wait(timeout=30)
            return send(digest.pk, at(TUESDAY))
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=3) as pool:
        assert sorted(pool.map(work, range(3))) == [False, False, True]
    assert len(mail_server.mails) == 1


@pytest.mark.django_db(transaction=True)
def test_a_job_is_asked_for_with_its_row_or_not_at_all_and_a_worker_sends_the_mail(
    s3: str, mail_server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_item(World.ensure(), State.PLAN_SUBMITTED, due_on=MONDAY)
    with_address(officer(World.ensure()), ADDRESS)
    monkeypatch.setattr(timezone, "now", lambda: at(TUESDAY))
    # A worker with so little to do ends while it still asks for periodic jobs, and leaves a connection open.
    monkeypatch.setattr(app.periodic_registry, "periodic_tasks", {})
    jobs = ProcrastinateJob.objects.filter(task_name=send_digest.name)
    with pytest.raises(RuntimeError), transaction.atomic():
        remind_all(0)
        raise RuntimeError("the transaction ends")
    assert not jobs.exists() and not Digest.objects.exists()
    remind_all(0)
    mail_server.stop()
    do_waiting_jobs("mail")
    assert list(jobs.values_list("status", "attempts")) == [("todo", 1)]
    mail_server.start()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET scheduled_at = NULL")
    do_waiting_jobs("mail")
    assert [mail["To"] for mail in mail_server.mails] == [ADDRESS]
    assert list(jobs.values_list("status", flat=True)) == ["succeeded"]
