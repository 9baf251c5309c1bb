"""Files on their way from a page to the store, and the jobs that look into them."""

from __future__ import annotations

import asyncio
import gc
import threading
from typing import TYPE_CHECKING, Any

from playwright.sync_api import expect
from procrastinate.contrib.django import app

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page


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
    """Wait until the chosen files are at the server, and let its job look into them."""
    expect(rows(page, "checking")).to_have_count(files)
    do_waiting_jobs()
