"""The ledger: what goes in, what is refused, and that it can be checked from the rows alone."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from itertools import count
from typing import Any

import pytest
import rfc8785
from django.db import connection, transaction
from django.db.models import TextChoices
from django.test.utils import CaptureQueriesContext
from django.utils.translation import gettext_lazy
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from storage import ledger
from storage.ledger import ActorStamp, Entry
from storage.ledger.canonical import NotCanonical

pytestmark = pytest.mark.django_db
AT = datetime(2023, 7, 3, 8, 30, 0, 42, tzinfo=UTC)
ACTOR = ActorStamp(7, "Nguyễn Thị Lúa", 3, "UBND xã Liêm Tiết", "commune_chair")
NUMBERS = count()


#: A stream that nothing else in the database uses.
STREAM = "test:1"


def append(stream: str = STREAM, **changes: Any) -> Entry:
    values: dict[str, Any] = {
        "stream": stream,
        "act": "plan.submit",
        "actor": ACTOR,
        "subject": {"dossier": 1},
        "payload": {"income": "58.2", "files": ["a" * 64], "total": 1_500_000_000},
        "at": AT,
    }
    return ledger.append(**values | changes)


def canonical(value: Any) -> str:
    """RFC 8785 for JSON without fractions, by the standard library alone."""
    match value:
        case dict():
            ordered = sorted(value.items(), key=lambda item: item[0].encode("utf-16-be"))
            return "{" + ",".join(f"{canonical(key)}:{canonical(item)}" for key, item in ordered) + "}"
        case list():
            return "[" + ",".join(map(canonical, value)) + "]"
        case _:
            return json.dumps(value, ensure_ascii=False)


def test_entries_follow_one_another() -> None:
    first, second, other = append(), append(act="plan.approve"), append("test:2")
    assert [first.sequence, second.sequence, other.sequence] == [1, 2, 1]
    assert first.previous_hash == other.previous_hash == "0" * 64
    assert second.previous_hash == first.hash
    assert list(ledger.entries(STREAM)) == [first, second]
    assert ledger.verify(STREAM) == ledger.Verification(ok=True, entries=2)


def test_the_hash_can_be_computed_from_the_row_without_this_program() -> None:
    append(payload={"ghi chú": "Đạt 58,2 triệu\n\u2028\x7f😀", "b": [None, True, -5], "😀": 1, "\uffff": 2})
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT jsonb_build_object('stream', stream, 'act', act, 'actor', actor, 'subject', subject,
                      'payload', payload)::text,
                      to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), sequence, previous_hash, hash
               FROM ledger_entry WHERE stream = %s""",
            [STREAM],
        )
        text, at, sequence, previous_hash, recorded = cursor.fetchone()
    assert at == "2023-07-03T08:30:00.000042Z"
    content = hashlib.sha256(canonical(json.loads(text) | {"at": at}).encode()).hexdigest()
    link = {"content": content, "previous_hash": previous_hash, "sequence": sequence}
    assert hashlib.sha256(canonical(link).encode()).hexdigest() == recorded


@pytest.mark.parametrize("is_serialised", [False, True])
def test_an_entry_costs_one_query(is_serialised: bool) -> None:
    append()
    with CaptureQueriesContext(connection) as queries:
        append(is_serialised=is_serialised)
    assert len(queries) == 1


def test_a_time_is_kept_to_the_microsecond_in_utc() -> None:
    hanoi = timezone(timedelta(hours=7))
    entry = append(at=AT.astimezone(hanoi))
    assert Entry.objects.get(pk=entry.pk).at == AT
    assert ledger.verify(STREAM).ok
    with pytest.raises(ValueError, match="zone"):
        append(at=AT.replace(tzinfo=None))


def test_the_actor_is_kept_as_they_were() -> None:
    append(actor=ActorStamp(None, "Hệ thống", None, "", "system", on_behalf_of="Trần Văn Đồng"))
    assert Entry.objects.get(stream=STREAM).actor == {
        "user_id": None,
        "name": "Hệ thống",
        "agency_id": None,
        "agency": "",
        "role": "system",
        "on_behalf_of": "Trần Văn Đồng",
    }


class Grade(TextChoices):
    GOOD = "kha", "Khá"


@pytest.mark.parametrize(
    "value",
    [
        58.2,
        float("nan"),
        Decimal("58.2"),
        2**53,
        -(2**53),
        AT,
        AT.date(),
        b"bytes",
        {1, 2},
        object(),
        gettext_lazy("Đạt"),
        {1: "a"},
        "nul \0",
        "half \ud800",
        {"half \ud800": 1},
    ],
    ids=lambda value: type(value).__name__,
)
@pytest.mark.parametrize("place", ["payload", "subject"])
def test_what_has_no_one_spelling_is_refused(value: Any, place: str) -> None:
    with pytest.raises(TypeError, match=place):
        append(STREAM, **{place: {"rows": [{"value": value}]}})
    assert not ledger.entries(STREAM).exists()


def test_choices_and_tuples_are_kept_as_text_and_lists() -> None:
    append(payload={"grade": Grade.GOOD, "pair": (1, 2)})
    assert Entry.objects.get(stream=STREAM).payload == {"grade": "kha", "pair": [1, 2]}
    assert ledger.verify(STREAM).ok


def test_a_transaction_that_fails_leaves_no_entry_and_no_gap() -> None:
    append()
    with pytest.raises(RuntimeError), transaction.atomic():
        append()
        raise RuntimeError("the act failed")
    assert append().sequence == 2
    assert ledger.verify(STREAM) == ledger.Verification(ok=True, entries=2)


@pytest.mark.django_db(transaction=True)
def test_the_ledger_is_not_written_outside_a_transaction() -> None:
    with pytest.raises(transaction.TransactionManagementError):
        append()
    assert not ledger.entries(STREAM).exists()


CLEAN = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=30)
WHOLE = st.integers(-(2**53) + 1, 2**53 - 1)
JSON = st.recursive(
    st.none() | st.booleans() | WHOLE | CLEAN,
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(CLEAN, inner, max_size=5),
    max_leaves=25,
)


@hypothesis_settings(
    deadline=None, max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    payloads=st.lists(st.dictionaries(CLEAN, JSON, max_size=6), min_size=1, max_size=3),
    act=CLEAN.filter(bool),
)
def test_any_payload_comes_back_as_it_was_and_verifies(payloads: list[dict[str, Any]], act: str) -> None:
    stream = f"property:{next(NUMBERS)}"
    for payload in payloads:
        append(stream, payload=payload, act=act)
    assert [one.payload for one in ledger.entries(stream)] == payloads
    assert ledger.verify(stream) == ledger.Verification(ok=True, entries=len(payloads))


@given(value=JSON)
def test_canonical_json_is_that_of_the_reference_library(value: Any) -> None:
    assert ledger.canonical_json(value) == rfc8785.dumps(value)


@pytest.mark.parametrize("value", ["half \ud800", {1, 2}, object(), float("nan"), float("inf")])
def test_what_is_not_clean_json_has_no_canonical_form(value: Any) -> None:
    with pytest.raises(NotCanonical):
        ledger.canonical_json({"value": value})
