"""Many writers of one stream at the same instant, on real connections."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from storage import ledger

from .test_ledger_entries import append

pytestmark = pytest.mark.django_db(transaction=True)
WRITERS, EACH = 20, 5


def in_thread(pool: ThreadPoolExecutor, work: Callable[[], Any]) -> Future[Any]:
    def run() -> Any:
        try:
            return work()
        finally:
            connection.close()

    return pool.submit(run)


def test_twenty_writers_leave_one_unbroken_chain() -> None:
    start = threading.Barrier(WRITERS)

    def write(writer: int) -> None:
        connection.ensure_connection()
        start.wait(20)
        for n in range(EACH):
            with transaction.atomic():
                append("race", payload={"writer": writer, "n": n})

    with ThreadPoolExecutor(WRITERS) as pool:
        for done in [in_thread(pool, partial(write, writer)) for writer in range(WRITERS)]:
            done.result(60)
    entries = list(ledger.entries("race"))
    assert [one.sequence for one in entries] == list(range(1, WRITERS * EACH + 1))
    assert {(one.payload["writer"], one.payload["n"]) for one in entries} == {
        (writer, n) for writer in range(WRITERS) for n in range(EACH)
    }
    assert ledger.verify("race") == ledger.Verification(ok=True, entries=WRITERS * EACH)


def test_writers_of_different_streams_do_not_wait_for_each_other() -> None:
    with ThreadPoolExecutor(1) as pool, transaction.atomic():
        append("one")

        def other() -> int:
            with transaction.atomic():
                return append("two").sequence

        assert in_thread(pool, other).result(5) == 1


def test_a_writer_waits_for_the_end_of_the_transaction_before_and_sees_its_entry() -> None:
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            append("one")

            def later() -> int:
                with transaction.atomic():
                    return append("one").sequence

            waiting = in_thread(pool, later)
            with pytest.raises(TimeoutError):
                waiting.result(0.5)
        assert waiting.result(5) == 2
    assert ledger.verify("one") == ledger.Verification(ok=True, entries=2)


def test_who_wrongly_says_to_hold_the_lock_is_refused_and_breaks_nothing() -> None:
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            append("one")

            def careless() -> None:
                with transaction.atomic():
                    append("one", is_serialised=True)

            waiting = in_thread(pool, careless)
            with pytest.raises(TimeoutError):
                waiting.result(0.5)
        with pytest.raises(IntegrityError):
            waiting.result(5)
    assert ledger.verify("one") == ledger.Verification(ok=True, entries=1)
