"""Files on their way from a page to the store, and the jobs that look into them."""

from __future__ import annotations

import asyncio
import gc
import threading
import time
from collections import Counter
from typing import TYPE_CHECKING, Any

from playwright.sync_api import expect
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from storage.documents.tasks import verify_upload

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

#: Seconds: a job's second try, a slow machine, and a line that the page gave up and asks on anew.
CHECKED_WITHIN = 120


def rows(page: Page, state: str) -> Locator:
    """The rows of files in this state."""
    return page.locator(f"[data-upload-item][data-state={state}]")


def do_waiting_jobs(*queues: str) -> None:
    """Run the jobs that are waiting, of these queues or of all, in a thread because of the browser's event loop."""

    chosen: Any = {"queues": [*queues]} if queues else {}

    async def work() -> None:
        worker = app.with_connector(app.connector.get_worker_connector())  # type: ignore[attr-defined]
        async with worker.open_async():
            await worker.run_worker_async(**chosen, wait=False, install_signal_handlers=False)

    failures: list[BaseException] = []

    def run() -> None:
        try:
            asyncio.run(work())
        except BaseException as error:
            failures.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    # The jobs' threads are gone, but their connections only when they are collected.
    gc.collect()
    assert failures == []


def let_files_be_checked(page: Page, *, files: int = 1) -> None:
    """Wait until the chosen files are at the server, let its jobs look into them, and the page hear of it.

    A worker comes back for a job that asked to be tried again; so does this, and a job that failed fails the test.
    """
    expect(rows(page, "checking")).to_have_count(files)
    until = time.monotonic() + CHECKED_WITHIN
    do_waiting_jobs()
    while rows(page, "checking").count():
        jobs = ProcrastinateJob.objects.filter(task_name=verify_upload.name)
        states = Counter(jobs.values_list("status", "attempts"))
        assert "failed" not in {status for status, _attempts in states}, states
        assert time.monotonic() < until, f"the page still says that files are being checked; jobs: {states}"
        page.wait_for_timeout(500)
        do_waiting_jobs()
