"""An upload while store, worker or web server are killed (kill -9) and come back, at every step of its way."""

from __future__ import annotations

import http.client
import random
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlsplit

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from dossiers.dossier.models import State
from dossiers.results.models import Evidence
from storage.documents.models import Document, DocumentState, Retention, Upload, UploadState
from storage.errors import StorageUnavailable
from storage.objects import object_store
from tests.storage.files import noise, saved
from tests.world import World

from .official import CUT, Official
from .product import (
    LOCK,
    PREVIEWS,
    STORE,
    VERIFY,
    WEB,
    WORKER,
    Product,
    eventually,
    jobs,
    let_retries_come,
    no_writes_to,
    pick_up_stalled_jobs,
    waits_for,
    worker_died,
)

SAID_UNAVAILABLE = str(StorageUnavailable())


# --- The store ------------------------------------------------------------------------------------


def test_the_store_is_dead_before_the_file_is_announced(
    product: Product, official: Official, contents: bytes
) -> None:
    before = Upload.objects.count()
    product.kill(STORE)
    status, said = official.announce(contents, "a.pdf")
    assert (status, said["error"]) == (503, SAID_UNAVAILABLE)
    assert Upload.objects.count() == before
    product.revive(STORE)
    upload = official.begin(contents, "a.pdf")
    official.go_on(upload, contents)
    official.assert_kept(upload, contents)


def test_the_store_dies_in_the_middle_of_a_part(
    product: Product, official: Official, contents: bytes
) -> None:
    upload = official.begin(contents, "a.pdf")
    assert official.send_part(upload, contents, 2) == 200
    _status, address = official.sign(upload, contents, 1)
    piece, parts = official.part(upload, contents, 1), urlsplit(address)
    line = http.client.HTTPConnection(parts.netloc, timeout=30)
    line.putrequest("PUT", f"{parts.path}?{parts.query}")
    line.putheader("Content-Length", str(len(piece)))
    line.endheaders(piece[: len(piece) // 2])
    product.kill(STORE)
    with pytest.raises((OSError, http.client.HTTPException)):
        line.send(piece[len(piece) // 2 :])
        line.getresponse()
    product.revive(STORE)
    assert official.state(upload)[1]["parts"] == [2]
    official.go_on(upload, contents)
    official.assert_kept(upload, contents)


def test_the_store_dies_between_two_parts(product: Product, official: Official, contents: bytes) -> None:
    upload = official.begin(contents, "a.pdf")
    assert official.send_part(upload, contents, 1) == 200
    product.kill(STORE)
    assert official.send_part(upload, contents, 2) == CUT
    status, said = official.state(upload)
    assert (status, said["error"]) == (503, SAID_UNAVAILABLE)
    product.revive(STORE)
    assert official.state(upload)[1]["parts"] == [1]
    official.go_on(upload, contents)
    official.assert_kept(upload, contents)


def test_the_store_is_dead_when_the_file_is_finished(
    product: Product, official: Official, contents: bytes
) -> None:
    upload = official.sent(contents, "a.pdf")
    product.kill(STORE)
    status, said = official.finish(upload)
    assert (status, said["error"]) == (503, SAID_UNAVAILABLE)
    assert Upload.objects.get(pk=upload["id"]).state == UploadState.OPEN
    product.revive(STORE)
    official.go_on(upload, contents)
    official.assert_kept(upload, contents)


def stop_while_it_is_looked_into(product: Product, official: Official, upload: dict[str, Any]) -> None:
    """Finish an upload and stand still where the worker waits for the store to hand it the file."""
    product.freeze(WORKER)
    assert official.finish(upload)[0] == 200
    product.freeze(STORE)
    product.thaw(WORKER)
    eventually(lambda: jobs(VERIFY, "doing"))


def test_the_store_dies_while_the_file_is_looked_into(
    product: Product, official: Official, contents: bytes
) -> None:
    upload = official.sent(contents, "a.pdf")
    stop_while_it_is_looked_into(product, official, upload)
    product.kill(STORE)
    eventually(lambda: jobs(VERIFY, "todo"))
    assert official.state(upload)[1]["state"] == "verifying"
    official.assert_nothing_yet(upload)
    product.revive(STORE)
    let_retries_come()
    official.assert_kept(upload, contents)


# --- The worker -----------------------------------------------------------------------------------


def test_the_worker_is_dead_when_the_file_is_finished(
    product: Product, official: Official, contents: bytes
) -> None:
    upload = official.sent(contents, "a.pdf")
    product.kill(WORKER)
    assert official.finish(upload)[1]["state"] == "verifying"
    official.assert_nothing_yet(upload)
    product.revive(WORKER)
    official.assert_kept(upload, contents)


def test_the_worker_dies_while_it_looks_into_the_file(
    product: Product, official: Official, contents: bytes
) -> None:
    upload = official.sent(contents, "a.pdf")
    stop_while_it_is_looked_into(product, official, upload)
    product.kill(WORKER)
    product.thaw()
    official.assert_nothing_yet(upload)
    worker_died()
    product.revive(WORKER)
    pick_up_stalled_jobs()
    official.assert_kept(upload, contents)


def test_the_worker_dies_while_it_writes_the_evidence(
    product: Product, official: Official, contents: bytes
) -> None:
    upload = official.sent(contents, "a.pdf")
    with no_writes_to("results_evidence"):
        assert official.finish(upload)[0] == 200
        eventually(lambda: waits_for("results_evidence"))
        product.kill(WORKER)
    official.assert_nothing_yet(upload)
    pictures = ProcrastinateJob.objects.filter(task_name=PREVIEWS, args__document_id=upload["id"])
    assert not pictures.exists(), "a job is undone with the transaction that asked for it"
    worker_died()
    product.revive(WORKER)
    pick_up_stalled_jobs()
    official.assert_kept(upload, contents)


def test_the_worker_dies_while_it_makes_the_pictures(product: Product, official: Official) -> None:
    contents = saved(noise(700, 500, seed=random.SystemRandom().randrange(10**6)), "JPEG")
    upload = official.sent(contents, "a.jpg")
    with no_writes_to("documents_derivative"):
        assert official.finish(upload)[0] == 200
        eventually(lambda: waits_for("documents_derivative"))
        product.kill(WORKER)
    official.assert_kept(upload, contents)
    document = Document.objects.get(pk=upload["id"])
    assert (document.state, document.derivatives.count()) == (DocumentState.RECEIVED, 0)
    worker_died()
    product.revive(WORKER)
    pick_up_stalled_jobs()
    eventually(lambda: Document.objects.get(pk=document.pk).state == DocumentState.READY)
    assert document.derivatives.count() == 2


def test_the_worker_dies_while_it_locks_what_was_submitted(product: Product) -> None:
    journey = World.ensure().dossier(State.IMPLEMENTING, "Xã Liêm Tiết", files=0)
    journey.report()
    journey.attach(files=3)
    journey.consult()
    eventually(lambda: not jobs(PREVIEWS, "todo") and not jobs(PREVIEWS, "doing"))
    product.freeze(STORE)
    journey.submit()
    eventually(lambda: jobs(LOCK, "doing"))
    product.kill(WORKER)
    product.thaw()
    fixed = Retention.objects.filter(
        document__in=Evidence.objects.filter(result__dossier=journey.dossier).values("document")
    )
    assert [one.locked_at for one in fixed] == [None] * 3
    worker_died()
    product.revive(WORKER)
    pick_up_stalled_jobs()
    eventually(lambda: not fixed.filter(locked_at=None).exists())
    store = object_store()
    for one in fixed.select_related("document"):
        kept = store._retention(one.document.object_key, one.document.version_id)
        assert kept is not None and kept.retain_until_date == one.until


# --- The web server -------------------------------------------------------------------------------


def test_the_web_server_dies_while_a_file_is_announced(
    product: Product, official: Official, contents: bytes
) -> None:
    before = Upload.objects.count()
    with ThreadPoolExecutor() as pool:
        product.freeze(STORE)
        asked = pool.submit(official.announce, contents, "a.pdf")
        with pytest.raises(TimeoutError):
            asked.result(1)
        product.kill(WEB)
        assert asked.result()[0] == CUT
    product.heal()
    assert Upload.objects.count() == before
    upload = official.begin(contents, "a.pdf")
    official.go_on(upload, contents)
    official.assert_kept(upload, contents)


def test_the_web_server_dies_between_two_parts(product: Product, official: Official, contents: bytes) -> None:
    upload = official.begin(contents, "a.pdf")
    assert official.send_part(upload, contents, 1) == 200
    product.kill(WEB)
    assert official.sign(upload, contents, 2)[0] == CUT
    product.revive(WEB)
    assert official.state(upload)[1]["parts"] == [1]
    official.go_on(upload, contents)
    official.assert_kept(upload, contents)


def test_the_web_server_dies_when_the_store_has_finished_and_the_database_not(
    product: Product, official: Official, contents: bytes
) -> None:
    upload = official.sent(contents, "a.pdf")
    key = Upload.objects.get(pk=upload["id"]).object_key
    with ThreadPoolExecutor() as pool, no_writes_to("procrastinate_jobs"):
        asked = pool.submit(official.finish, upload)
        eventually(lambda: object_store().current(key))
        product.kill(WEB)
        assert asked.result()[0] == CUT
    assert Upload.objects.get(pk=upload["id"]).state == UploadState.OPEN
    product.revive(WEB)
    status, said = official.state(upload)
    assert (status, said["state"], said["parts"]) == (200, "open", [1, 2]), "no part is asked for again"
    official.go_on(upload, contents)
    official.assert_kept(upload, contents)
