"""The ``world`` fixture: Hà Nam, loaded once into the test database and again after a test that emptied it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import connection

from dossiers.organisations.models import AdministrativeUnit
from tests.world import World


@pytest.fixture(scope="session")
def loaded_province(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[None]:
    """Load the reference data and people outside any test's transaction."""
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        World.load()
        connection.close()
    yield


@pytest.fixture
def world(loaded_province: None, db: None) -> World:
    """Return the province; what the test changes is rolled back."""
    return World() if AdministrativeUnit.objects.exists() else World.load()
