"""The ledger on the real database: it only grows, it chains, and tampering shows."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from storage import ledger
from storage.ledger import ActorStamp, Entry

WHO = ActorStamp(user_id=1, name="Nguyễn Văn Thử", agency_id=2, agency="UBND xã Thử", role="commune_chair")
AT = datetime(2023, 7, 3, 8, 30, 0, 123456, tzinfo=UTC)


def append(stream: str = "dossier:1", **payload: Any) -> Entry:
    with transaction.atomic():
        return ledger.append(
            stream=stream, act="plan.submit", actor=WHO, subject={"dossier": 1}, payload=payload, at=AT
        )


@pytest.mark.django_db
def test_entries_chain_from_the_first() -> None:
    first, second = append(reason="một"), append(reason="hai")
    assert (first.sequence, second.sequence) == (1, 2)
    assert first.previous_hash == "0" * 64
    assert second.previous_hash == first.hash
    assert ledger.verify("dossier:1") == ledger.Verification(True, 2)
    assert append("dossier:2").sequence == 1, "each stream counts for itself"


@pytest.mark.django_db
@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE ledger_entry SET payload = '{}'",
        "DELETE FROM ledger_entry",
        "TRUNCATE ledger_entry",
    ],
)
def test_the_database_refuses_to_change_or_remove(sql: str) -> None:
    append()
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql)
    assert ledger.verify("dossier:1").entries == 1


@pytest.mark.django_db
def test_the_orm_refuses_too() -> None:
    entry = append()
    for attempt in (
        entry.save,
        entry.delete,
        Entry.objects.all().delete,
        lambda: Entry.objects.update(act="x"),
    ):
        with pytest.raises(TypeError):
            attempt()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("sql", "broken_at"),
    [
        ('UPDATE ledger_entry SET payload = \'{"reason": "khác"}\' WHERE sequence = 2', 2),
        ("UPDATE ledger_entry SET at = at + interval '1 second' WHERE sequence = 1", 1),
        (
            "UPDATE ledger_entry SET actor = jsonb_set(actor, '{name}', '\"Người khác\"') WHERE sequence = 3",
            3,
        ),
        ("DELETE FROM ledger_entry WHERE sequence = 2", 3),
        ("UPDATE ledger_entry SET hash = repeat('0', 64) WHERE sequence = 3", 3),
    ],
)
def test_what_a_superuser_changes_behind_the_triggers_shows(sql: str, broken_at: int) -> None:
    for number in range(4):
        append(reason=str(number))
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(sql)
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")
    found = ledger.verify("dossier:1")
    assert not found.ok
    assert found.broken_at == broken_at
    with pytest.raises(CommandError):
        call_command("verify_ledger")


@pytest.mark.django_db(transaction=True)
def test_twenty_writers_at_once_leave_one_unbroken_chain() -> None:
    barrier = threading.Barrier(20)

    def write(number: int) -> None:
        try:
            barrier.wait(timeout=30)
            append("dossier:7", writer=number)
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=20) as pool:
        list(pool.map(write, range(20)))
    assert ledger.verify("dossier:7") == ledger.Verification(True, 20)
    writers = {entry.payload["writer"] for entry in ledger.entries("dossier:7")}
    assert writers == set(range(20))


@pytest.mark.django_db(transaction=True)
def test_a_transaction_that_fails_leaves_no_entry() -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        append("dossier:8")
        raise RuntimeError("the act failed")
    assert ledger.verify("dossier:8").entries == 0


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_nothing_is_written() -> None:
    with pytest.raises(transaction.TransactionManagementError):
        ledger.append(stream="dossier:9", act="x", actor=WHO, subject={}, payload={}, at=AT)
    assert ledger.verify("dossier:9").entries == 0


@pytest.mark.django_db
@pytest.mark.parametrize("value", [1.5, Decimal("58.2"), 2**60, {1: "x"}, {"deep": [1.5]}, object(), AT])
def test_figures_without_one_spelling_are_refused(value: Any) -> None:
    with pytest.raises(TypeError):
        append(value=value)


TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=30)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=12,
)


@pytest.mark.django_db
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(payload=st.dictionaries(TEXT, JSON, max_size=4))
def test_whatever_is_written_verifies_when_read_back(payload: dict[str, Any]) -> None:
    with transaction.atomic():
        entry = ledger.append(
            stream="property", act="x", actor=WHO, subject={"dossier": 1}, payload=payload, at=AT
        )
    assert Entry.objects.get(pk=entry.pk).payload == payload
    assert ledger.verify("property").ok
