"""The ``world`` fixture: Hà Nam, loaded once into the test database and again after a test that emptied it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from django.db import connection

if TYPE_CHECKING:
    from tests.world import World


@pytest.fixture(scope="session")
def loaded_province(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[None]:
    """Load the reference data and people outside any test's transaction."""
    from tests import snapshot
    from tests.world import World

    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        World.ensure()
        snapshot.province.take()
        connection.close()
    yield


@pytest.fixture
def world(loaded_province: None, db: None, s3: str) -> World:
    """Return the province; what the test changes is rolled back."""
    from tests.world import World

    return World.ensure()


EMPTY = """
SET LOCAL session_replication_role = replica;
TRUNCATE organisations_user, organisations_administrativeunit, criteria_criteriaset CASCADE;
SET LOCAL session_replication_role = DEFAULT;
"""


@pytest.fixture
def empty_province(db: None) -> None:
    """Take the province away for one test; PostgreSQL brings it back with the test's rollback."""
    with connection.cursor() as cursor:
        cursor.execute(EMPTY)
