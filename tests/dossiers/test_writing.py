"""Writing many rows in one statement."""

from __future__ import annotations

import pytest
from django.db import DataError, connection, transaction
from django.test.utils import CaptureQueriesContext

from dossiers.dossier.models import State
from dossiers.results.writing import update_rows
from tests.world import World


@pytest.mark.django_db
def test_only_the_named_fields_of_the_given_rows_are_written(world: World) -> None:
    journey = world.dossier(State.DRAFTING)
    first, second, third = journey.results()[:3]
    first.value, first.note, first.due_year = "58.2", "Đạt", None
    second.value, second.note = "true", "không ghi"
    first.is_reopened = True
    with CaptureQueriesContext(connection) as queries:
        update_rows([first, second], ["value", "due_year", "is_reopened"])
    assert len(queries) == 1
    kept = {row.pk: row for row in journey.results()}
    assert (kept[first.pk].value, kept[first.pk].due_year, kept[first.pk].is_reopened) == ("58.2", None, True)
    assert (kept[second.pk].value, kept[second.pk].is_reopened) == ("true", False)
    assert [kept[row.pk].note for row in (first, second)] == ["", ""]
    assert kept[third.pk].value == ""


@pytest.mark.django_db
def test_text_that_is_too_long_is_refused_and_not_cut_off(world: World) -> None:
    result = world.dossier(State.DRAFTING).results()[0]
    result.value = "x" * 61
    with pytest.raises(DataError), transaction.atomic():
        update_rows([result], ["value"])


@pytest.mark.django_db
def test_no_rows_cost_nothing() -> None:
    with CaptureQueriesContext(connection) as queries:
        update_rows([], ["value"])
    assert not queries
