"""What every test shares: real PostgreSQL, real S3, and a real browser where one is installed."""

from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

# Tests speak plain HTTP and have no collected static files. Set before Django reads its settings, for
# runs without `python -m config.embedded test`, which sets the same.
os.environ.setdefault("LUA_HTTPS", "false")
os.environ.setdefault("LUA_STATIC_MANIFEST", "false")
os.environ.setdefault("LUA_LOG_LEVEL", "WARNING")
os.environ["CLAMAV_SOCKET"] = ""
os.environ["EMAIL_URL"] = ""
os.environ.setdefault("SECRET_KEY", "only-for-tests-" + "0123456789abcdef" * 3)

import pytest
from django.conf import settings
from django.db import transaction
from django.db.backends.base.operations import BaseDatabaseOperations
from django.utils import translation

from tests import snapshot
from tests.conftest_world import empty_province, loaded_province, world  # noqa: F401  the province, for tests of every floor

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

    from tests.storage.clamd import Clamd

# Thousands of tests have people who never sign in by password; a slow hash is for those who do.
settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

NAMES_OF_CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
QUIET_CHROMIUM = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


#: Modules that take minutes. They begin first, so that no worker is left with one of them when the others have nothing.
LONGEST_FIRST = (
    "tests/browser/test_whole_path.py",
    "tests/test_permissions.py",
    "tests/browser/test_uploads.py",
    "tests/workflows/test_supplement_race.py",
    "tests/faults/test_kills.py",
    "tests/workflows/test_signing_race.py",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest modules first; the order within a module stays."""
    rank = {name: n for n, name in enumerate(LONGEST_FIRST)}
    items.sort(key=lambda item: rank.get(item.nodeid.partition("::")[0], len(rank)))


@pytest.fixture(autouse=True)
def in_vietnamese() -> None:
    """Begin each test in the product's own language: a request leaves the reader's active in its thread."""
    translation.activate(settings.LANGUAGE_CODE)


@pytest.fixture(scope="session", autouse=True)
def flush_past_the_ledgers_triggers() -> Iterator[None]:
    """Let the tests, and nothing else, empty tables that refuse TRUNCATE.

    Transactional tests end with a flush, which the ledger's triggers rightly refuse. As a replica
    PostgreSQL fires no such triggers; ``SET LOCAL`` ends with the flush's own transaction. Jobs are emptied
    too: Django leaves them out because it does not manage the queue's tables. The province, once it was
    loaded, is there again afterwards.
    """
    original = BaseDatabaseOperations.execute_sql_flush

    def execute_sql_flush(self: Any, sql_list: list[str]) -> None:
        with transaction.atomic(using=self.connection.alias):
            with self.connection.cursor() as cursor:
                cursor.execute("SET LOCAL session_replication_role = replica")
                cursor.execute(
                    "TRUNCATE procrastinate_jobs, procrastinate_events, procrastinate_periodic_defers,"
                    " procrastinate_workers CASCADE"
                )
            original(self, sql_list)
            snapshot.province.restore()

    BaseDatabaseOperations.execute_sql_flush = execute_sql_flush  # type: ignore[method-assign, assignment]
    yield
    BaseDatabaseOperations.execute_sql_flush = original  # type: ignore[method-assign]


@pytest.fixture(scope="session")
def s3_bucket() -> str:
    """A bucket of this run's (and worker's) own, made through the application's adapter."""
    from storage import objects

    settings.S3_BUCKET = f"lua-test-{uuid.uuid4().hex[:12]}"
    objects.ensure_bucket()
    return settings.S3_BUCKET


@pytest.fixture
def s3(s3_bucket: str, settings: Any) -> str:
    """Point the application at this run's own bucket; returns the bucket's name."""
    settings.S3_BUCKET = s3_bucket
    return s3_bucket


@pytest.fixture(scope="session")
def clamd_of_this_run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clamd]:
    """One ClamAV daemon for the run; tests that need it are skipped by name where there is none."""
    from tests.storage.clamd import Clamd

    program = shutil.which("clamd", path=f"{os.environ.get('PATH', os.defpath)}:/usr/sbin:/usr/local/sbin")
    if program is None:
        pytest.skip("no clamd installed (Debian, Ubuntu: apt-get install clamav-daemon)")
    daemon = Clamd(tmp_path_factory.mktemp("clamd"), program)
    daemon.start()
    yield daemon
    daemon.kill()


@pytest.fixture
def clamd(clamd_of_this_run: Clamd, settings: Any) -> Iterator[Clamd]:
    """The daemon, with the application told to scan by it; whatever the test did to it, it runs for the next."""
    settings.CLAMAV_SOCKET = str(clamd_of_this_run.socket)
    yield clamd_of_this_run
    if not clamd_of_this_run.is_running:
        clamd_of_this_run.start()


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of an installed Chromium; tests that need it are skipped by name where there is none."""
    for name in NAMES_OF_CHROMIUM:
        if path := shutil.which(name):
            return path
    pytest.skip(f"no Chromium installed (looked for {', '.join(NAMES_OF_CHROMIUM)})")


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    """One headless Chromium for the module; pages come from ``new_context`` or ``page``.

    Not for the run: the tests after it could start no event loop of their own in this thread.
    """
    from playwright.sync_api import sync_playwright

    # Playwright's synchronous API runs an event loop in this thread, in which Django's ORM refuses to work.
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    try:
        with sync_playwright() as playwright:
            started = playwright.chromium.launch(executable_path=chromium, headless=True, args=QUIET_CHROMIUM)
            yield started
            started.close()
    finally:
        if before is None:
            del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]
        else:
            os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = before


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A browser profile of its own: cookies of one person do not leak into another test."""
    made = browser.new_context(viewport={"width": 1440, "height": 900}, locale="vi-VN")
    made.set_default_timeout(10_000)
    yield made
    made.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    """One empty page."""
    return context.new_page()
