"""One running product for the fault tests, with a database and a store that no other test touches."""

from __future__ import annotations

import os
import random
import secrets
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
import pytest
from django.conf import global_settings
from django.contrib.auth.hashers import make_password
from django.db import connection, connections
from django.test import override_settings
from django.utils import timezone
from psycopg import sql

from config.embedded import ports
from dossiers.dossier.models import State
from dossiers.organisations.models import User
from storage.documents import integrity
from storage.documents.models import Upload
from storage.documents.uploads import UNFINISHED
from tests.storage.files import pdf_of
from tests.storage.parts import MIB
from tests.world import PASSWORD, World
from workflows.demonstration.journey import Journey

from .official import Official
from .product import Product


def address(database: str) -> str:
    server = connection.settings_dict
    return (
        f"postgres://{server['USER']}:{quote(server['PASSWORD'], safe='')}"
        f"@{server['HOST']}:{server['PORT']}/{database}"
    )


@pytest.fixture(scope="package")
def db(loaded_province: None, django_db_blocker: Any) -> Iterator[str]:
    """A copy of the test database, also for this process, in the place of transactions that are rolled back.

    Other processes write to it. Yields its address.
    """
    original, name = connection.settings_dict["NAME"], f"faults_{secrets.token_hex(4)}"
    connections.close_all()
    with psycopg.connect(address("postgres"), autocommit=True) as server, django_db_blocker.unblock():
        # A database can be copied only while nobody is connected to it: not even what an earlier test left behind.
        server.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [original]
        )
        copy = sql.Identifier(name)
        server.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(copy, sql.Identifier(original)))
        connection.settings_dict["NAME"] = name
        try:
            # Before the product starts, which loads the reference data but nobody's appointments. Its web server
            # knows the product's own hashes of passwords, not the quick one of the tests.
            World.ensure()
            with override_settings(PASSWORD_HASHERS=global_settings.PASSWORD_HASHERS):
                User.objects.update(password=make_password(PASSWORD))
            yield address(name)
        finally:
            connections.close_all()
            connection.settings_dict["NAME"] = original
            server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(copy))


@pytest.fixture(scope="package")
def running(db: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """The product, started once; with the commune's official and chair of the demonstration."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [one for one in os.environ if one.startswith("S3_")]:
            patch.delenv(name)
        patch.setenv("DATABASE_URL", db)
        patch.setenv("LUA_VAR_DIR", str(tmp_path_factory.mktemp("faults")))
        patch.setenv("LUA_PORT", str(ports.pick(ports.FIRST + secrets.randbelow(5000))))
        patch.setenv("LUA_DEMO", "0")
        product = Product()
        try:
            product.start()
            assert product.servers.seaweedfs is not None
            store = product.servers.seaweedfs.env() | {"S3_SECURE": False, "S3_BUCKET": "lua-evidence"}
            with override_settings(**store):
                yield product
        finally:
            product.stop()


@pytest.fixture
def product(running: Product) -> Iterator[Product]:
    """The running product; afterwards all of it runs again, every upload has ended and every file has its row.

    But for pictures: those of a job that died before it wrote the row are reported with the files left over.
    """
    yield running
    running.heal()
    assert not Upload.objects.filter(state__in=UNFINISHED).exists()
    left = integrity.orphans(before=timezone.now() + timedelta(days=1))
    assert [one.key for one in left if not one.key.startswith("derivatives/")] == []


@pytest.fixture(scope="package")
def journey(running: Product) -> Journey:
    """A dossier that takes evidence, and has none."""
    return World.ensure().dossier(State.IMPLEMENTING, files=0)


@pytest.fixture
def official(product: Product, journey: Journey) -> Official:
    return Official(product, journey.official.user, journey)


@pytest.fixture
def contents(tmp_path: Path) -> bytes:
    """A PDF of two parts, another one in each test."""
    return pdf_of(9 * MIB + random.SystemRandom().randrange(10**6), tmp_path / "a.pdf").read_bytes()
