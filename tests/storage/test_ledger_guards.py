"""Nobody rewrites the ledger: Python refuses, the database refuses, and what gets past both is found."""

from __future__ import annotations

import io

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from storage import ledger
from storage.ledger import Entry

from .test_ledger_entries import STREAM, append

pytestmark = pytest.mark.django_db


@pytest.fixture
def five() -> list[Entry]:
    return [append(act=f"act.{n}", payload={"n": n}) for n in range(1, 6)]


def sql(statement: str, *, past_the_triggers: bool = False) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        if past_the_triggers:
            cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(statement)
        if past_the_triggers:
            cursor.execute("SET LOCAL session_replication_role = DEFAULT")


def test_python_refuses_every_change(five: list[Entry]) -> None:
    entry = five[0]
    entry.act = "forged"
    for attempt in (
        entry.save,
        entry.delete,
        Entry.objects.all().delete,
        lambda: Entry.objects.update(act="forged"),
        lambda: Entry.objects.bulk_update([entry], ["act"]),
    ):
        with pytest.raises(TypeError, match="append-only"), transaction.atomic():
            attempt()
    assert list(ledger.entries(STREAM).values_list("act", flat=True)) == [f"act.{n}" for n in range(1, 6)]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger_entry SET act = 'forged'",
        "UPDATE ledger_entry SET hash = hash WHERE stream = 'test:1' AND sequence = 3",
        "DELETE FROM ledger_entry",
        "DELETE FROM ledger_entry WHERE stream = 'test:1' AND sequence = 5",
        "TRUNCATE ledger_entry",
        "TRUNCATE ledger_entry CASCADE",
        "INSERT INTO ledger_entry SELECT * FROM ledger_entry WHERE stream = 'test:1' AND sequence = 1"
        " ON CONFLICT (id) DO UPDATE SET act = 'forged'",
    ],
)
def test_the_database_refuses_every_change(five: list[Entry], statement: str) -> None:
    with pytest.raises(DatabaseError, match="append-only"):
        sql(statement)
    assert ledger.verify(STREAM) == ledger.Verification(ok=True, entries=5)


@pytest.mark.parametrize(
    ("statement", "broken_at"),
    [
        ("""UPDATE ledger_entry SET payload = '{"n": 33}' WHERE stream = 'test:1' AND sequence = 3""", 3),
        (
            """UPDATE ledger_entry SET payload = '{"n": 3, "m": null}' WHERE stream = 'test:1' AND sequence = 3""",
            3,
        ),
        ("""UPDATE ledger_entry SET payload = '{"n": 1e40}' WHERE stream = 'test:1' AND sequence = 3""", 3),
        ("""UPDATE ledger_entry SET payload = '{"n": "3"}' WHERE stream = 'test:1' AND sequence = 3""", 3),
        (
            """UPDATE ledger_entry SET actor = actor || '{"name": "Ai đó"}' WHERE stream = 'test:1' AND sequence = 2""",
            2,
        ),
        (
            """UPDATE ledger_entry SET subject = '{"dossier": 2}' WHERE stream = 'test:1' AND sequence = 1""",
            1,
        ),
        ("UPDATE ledger_entry SET act = 'forged' WHERE stream = 'test:1' AND sequence = 5", 5),
        (
            "UPDATE ledger_entry SET at = at + interval '1 microsecond' WHERE stream = 'test:1' AND sequence = 4",
            4,
        ),
        ("UPDATE ledger_entry SET hash = repeat('a', 64) WHERE stream = 'test:1' AND sequence = 2", 2),
        (
            "UPDATE ledger_entry SET previous_hash = repeat('0', 64) WHERE stream = 'test:1' AND sequence = 2",
            2,
        ),
        ("DELETE FROM ledger_entry WHERE stream = 'test:1' AND sequence = 1", 2),
        ("DELETE FROM ledger_entry WHERE stream = 'test:1' AND sequence = 3", 4),
        ("UPDATE ledger_entry SET stream = 'test:9' WHERE stream = 'test:1' AND sequence = 3", 4),
        ("UPDATE ledger_entry SET sequence = 12 WHERE stream = 'test:1' AND sequence = 2", 3),
    ],
)
def test_what_a_superuser_does_past_the_triggers_is_found(
    five: list[Entry], statement: str, broken_at: int
) -> None:
    sql(statement, past_the_triggers=True)
    found = ledger.verify(STREAM)
    assert (found.ok, found.broken_at) == (False, broken_at)
    assert found.reason


def test_an_entry_that_is_forged_with_a_fresh_hash_breaks_the_next(five: list[Entry]) -> None:
    from storage.ledger.chain import hash_of

    forged = ledger.entries(STREAM).get(sequence=3)
    forged.payload = {"n": 33}
    change = f"""payload = '{{"n": 33}}', hash = '{hash_of(forged)}'"""
    sql(f"UPDATE ledger_entry SET {change} WHERE stream = 'test:1' AND sequence = 3", past_the_triggers=True)
    assert ledger.verify(STREAM).broken_at == 4


def test_the_triggers_are_back_after_such_a_visit(five: list[Entry]) -> None:
    sql("UPDATE ledger_entry SET act = act", past_the_triggers=True)
    with pytest.raises(DatabaseError, match="append-only"):
        sql("UPDATE ledger_entry SET act = act")


def test_the_command_names_every_stream_and_fails_on_a_broken_one(five: list[Entry]) -> None:
    append("test:4")
    out = io.StringIO()
    call_command("verify_ledger", stdout=out)
    lines = out.getvalue().splitlines()
    assert {"test:1: ok, 5 entries", "test:4: ok, 1 entries"} <= set(lines)
    streams = Entry.objects.values("stream").distinct().count()
    assert lines[-1] == f"{streams} streams checked, 0 broken"
    assert len(lines) == streams + 1
    sql(
        "UPDATE ledger_entry SET act = 'forged' WHERE stream = 'test:1' AND sequence = 4",
        past_the_triggers=True,
    )
    out = io.StringIO()
    with pytest.raises(CommandError) as failed:
        call_command("verify_ledger", stdout=out)
    assert failed.value.returncode == 1
    assert "test:1: BROKEN at 4" in out.getvalue()
    assert "test:4: ok" in out.getvalue()
    call_command("verify_ledger", "test:4", stdout=io.StringIO())
    with pytest.raises(CommandError):
        call_command("verify_ledger", "test:44", stdout=io.StringIO())
