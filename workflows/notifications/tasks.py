"""Jobs that remind. They commit with the transaction that asks for them."""

from __future__ import annotations

from django.utils import timezone
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from storage.jobs import defer

from . import digests
from .reminding import remind

#: While the mail server is away, every five minutes for as long as a day has hours to send in.
RETRY = RetryStrategy(max_attempts=150, wait=300, retry_exceptions={OSError})


@app.periodic(cron="*/15 * * * *")
@app.task(name="notifications.remind", queue="notifications", queueing_lock="notifications.remind")
def remind_all(timestamp: int) -> None:
    """Make the reminders of now, and ask for the mails that are due. A run that was missed is made up by the next."""
    now = timezone.now()
    remind(now)
    digests.schedule(now)


@app.task(name="notifications.send_digest", queue="mail", retry=RETRY)
def send_digest(digest_id: int) -> bool:
    """Send a person's mail of the day; return whether it was sent now. Harmless when run twice, also at once."""
    return digests.send(digest_id, timezone.now())


def schedule_sending(digest_id: int) -> None:
    """Ask for a mail to be sent, in the current transaction: no commit, no job."""
    defer(send_digest, digest_id=digest_id)
