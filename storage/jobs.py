"""Asking for jobs in the transaction that needs them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.manager import JobManager
from procrastinate.tasks import Task, configure_task


def defer(
    task: Task[..., Any, Any], *, after: timedelta = timedelta(0), queueing_lock: str = "", **arguments: Any
) -> None:
    """Ask for a job in the current transaction: no commit, no job.

    A task's own ``defer`` does the same in a web process, but not inside another job: there it uses the worker's own
    connections, and the job begins before that on which it rests was committed. ``after`` is the least time to wait.
    Raises AlreadyEnqueued when a job with this ``queueing_lock`` is waiting.
    """
    configure_task(
        name=task.name,
        job_manager=JobManager(DjangoConnector()),
        queue=task.queue,
        queueing_lock=queueing_lock or None,
        schedule_in={"seconds": int(after.total_seconds())} if after else None,
    ).defer(**arguments)
