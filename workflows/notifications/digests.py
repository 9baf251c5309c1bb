"""One mail a person and working day with what they were not told of yet; never in the quiet hours.

The mail server and the database cannot commit together. The database commits second: a worker that dies between the
server's answer and its own commit leaves the mail unsent as far as we know, and it is sent once more. So a mail arrives
at least once; sent again it carries the same Message-ID (RFC 5322, 3.6.4), by which servers and readers know it again.
"""

from __future__ import annotations

import logging
from datetime import date, datetime
from smtplib import SMTPRecipientsRefused
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.db.models import Case, Exists, F, IntegerField, OuterRef, Q, QuerySet, Value, When
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from dossiers.organisations.models import Appointment, User
from dossiers.substitutions.models import Substitution

from .hours import is_quiet, is_time_for_digests
from .models import Digest, Kind, MailPreference, Reminder
from .words import Line, lines_of

logger = logging.getLogger(__name__)

#: People asked for in one transaction.
BATCH = 200
#: The most urgent lines of a mail; the page has all.
MOST_LINES = 40
PERMANENT = 500
URGENCY = Case(
    *(When(kind=kind, then=Value(place)) for place, kind in enumerate(Kind)), output_field=IntegerField()
)


def untold(today: date) -> QuerySet[Reminder]:
    """Return the reminders that a mail should tell of: unread, in no mail yet, the person in office.

    Of work only while it is open, or that it ended; of what somebody hears for another only while they stand in.
    """
    return Reminder.objects.filter(
        Q(item__isnull=True) | Q(item__closed_at__isnull=True) | Q(kind=Kind.ENDED),
        Q(substitution__isnull=True) | Q(substitution__in=Substitution.objects.running(today)),
        settled_at__isnull=True,
        digest__isnull=True,
        appointment__in=Appointment.objects.current(on=today),
    )


def addressees() -> QuerySet[User]:
    """Return the people who are active, have an address and did not switch the mail off."""
    unwilling = MailPreference.objects.filter(person=OuterRef("pk"), wants_digest=False)
    return User.objects.active().exclude(email="").exclude(Exists(unwilling))


def schedule(now: datetime) -> int:
    """Ask for the mails of those who are due today, each with its row in one transaction; return how many.

    Does nothing without a mail server and outside the hours. Harmless when run twice, also at the same time: there is
    one row a person and day, and a second job for it finds the mail sent.
    """
    from .tasks import schedule_sending

    if not settings.MAIL_IS_ON or not is_time_for_digests(now):
        return 0
    today = timezone.localdate(now)
    due = addressees().filter(
        ~Exists(Digest.objects.filter(person=OuterRef("pk"), day=today)),
        Exists(untold(today).filter(person=OuterRef("pk"))),
    )
    asked_for = 0
    while people := list(due.order_by("pk").values_list("pk", flat=True)[:BATCH]):
        with transaction.atomic():
            rows = (Digest(person_id=person_id, day=today) for person_id in people)
            Digest.objects.bulk_create(rows, ignore_conflicts=True)
            for pk in Digest.objects.filter(day=today, person__in=people).values_list("pk", flat=True):
                schedule_sending(pk)
        asked_for += len(people)
    return asked_for


@transaction.atomic
def send(digest_id: int, now: datetime) -> bool:
    """Send a day's mail unless it was sent, and say whether it was sent now. Raises OSError when the server is away.

    The row's lock is held meanwhile, so that of two workers one sends; the other leaves it to the first, whose own job
    comes back when it fails. Not sent in the quiet hours, on another day, when the person has read everything, or when
    the server will never take the address: what still matters then is in the next day's mail.
    """
    waiting = Digest.objects.filter(pk=digest_id, sent_at__isnull=True)
    digest = waiting.select_for_update(skip_locked=True).first()
    if digest is None or digest.day != timezone.localdate(now) or is_quiet(now):
        return False
    person = addressees().filter(pk=digest.person_id).first()
    if person is None:
        return False
    reminders = untold(digest.day).filter(person=person)
    # What is made from here on belongs to the next mail.
    told = list(reminders.values_list("pk", flat=True))
    if not told:
        return False
    try:
        compose(digest, person, reminders.filter(pk__in=told), len(told)).send()
    except SMTPRecipientsRefused as refused:
        if any(code < PERMANENT for code, _answer in refused.recipients.values()):
            raise
        logger.error("The mail server refuses the address of person %s for good", person.pk)
        return False
    Reminder.objects.filter(pk__in=told).update(digest=digest)
    digest.sent_at = now
    digest.save(update_fields=["sent_at"])
    return True


def compose(
    digest: Digest, person: User, reminders: QuerySet[Reminder], total: int
) -> EmailMultiAlternatives:
    """Return a mail with the most urgent of the reminders, in the person's language; it says no more than the inbox."""
    chosen = MailPreference.objects.filter(person=person).values_list("language", flat=True).first()
    urgent = reminders.order_by(URGENCY, F("threshold").desc(), F("item__due_on").asc(nulls_last=True), "pk")
    with translation.override(chosen or settings.LANGUAGE_CODE):
        lines = lines_of(urgent[:MOST_LINES])
        context = {
            "name": person.get_full_name(),
            "lines": [(line, absolute("notifications:open", line.reminder.pk)) for line in lines],
            "total": total,
            "more": total - len(lines),
            "page": absolute("notifications:list"),
        }
        mail = EmailMultiAlternatives(
            subject=_subject(lines[0], total),
            body=render_to_string("notifications/digest.txt", context),
            to=[person.email],
            headers={
                "Message-ID": message_id(digest),
                "Auto-Submitted": "auto-generated",
                "List-Unsubscribe": f"<{context['page']}>",
            },
        )
        mail.attach_alternative(render_to_string("notifications/digest.html", context), "text/html")
    return mail


def message_id(digest: Digest) -> str:
    """Return the name of a person's mail of a day, the same however often it is sent."""
    host = urlsplit(settings.LUA_BASE_URL).hostname
    return f"<digest.{digest.day:%Y%m%d}.{digest.person_id}@{host}>"


def absolute(name: str, *arguments: int) -> str:
    """Return the full address of a page, for where there is no request to take the host from."""
    return settings.LUA_BASE_URL.rstrip("/") + reverse(name, args=arguments)


def _subject(first: Line, total: int) -> str:
    words = {"n": total, "headline": first.headline, "subject": first.subject}
    if total == 1:
        return _("Lúa: %(headline)s, %(subject)s") % words
    return _("Lúa: %(n)s việc cần biết, gấp nhất: %(headline)s, %(subject)s") % words
