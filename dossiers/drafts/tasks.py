"""Forgetting drafts that lay too long."""

from __future__ import annotations

from django.utils import timezone
from procrastinate.contrib.django import app

from . import keeping


@app.periodic(cron="17 2 * * *")
@app.task(name="drafts.forget_old", queue="notifications", queueing_lock="drafts.forget_old")
def forget_old(timestamp: int) -> int:
    """Forget drafts that nobody touched for long; return how many. A run that was missed is made up by the next."""
    return keeping.forget_old(timezone.now())
