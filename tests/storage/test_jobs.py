"""Jobs commit with what asks for them, in a web process and inside another job."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

import pytest
from django.db import connection, transaction
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector

from storage.documents.tasks import make_derivatives
from storage.jobs import defer


class Undone(Exception):
    """The transaction fails for some other reason."""


def jobs() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs")
        return int(cursor.fetchone()[0])


@pytest.fixture(params=["web process", "worker"])
def process(request: pytest.FixtureRequest) -> Iterator[None]:
    """Be a process whose procrastinate uses Django's connection, or one that uses its own."""
    if request.param == "web process":
        yield
        return
    with app.replace_connector(DjangoConnector().get_worker_connector()) as worker, worker.open():
        yield


@pytest.mark.django_db(transaction=True)
def test_no_commit_no_job(process: None) -> None:
    with suppress(Undone), transaction.atomic():
        defer(make_derivatives, document_id="1")
        raise Undone
    assert jobs() == 0
    with transaction.atomic():
        defer(make_derivatives, document_id="1")
    assert jobs() == 1
