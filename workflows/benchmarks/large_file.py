"""What a large file costs the processes it passes: a web process, the worker that looks into it, the ZIP with it.

All of them are real processes that are started for this and watched from outside.
"""

from __future__ import annotations

import json
import os
import random
import secrets
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any
from urllib.parse import urljoin

import psutil
import urllib3
from django.conf import settings
from django.test import Client
from django.urls import reverse

from storage.documents.models import Upload, UploadState
from workflows.demonstration.journey import Journey

from .results import Figure
from .uploads import MIB, PARTS_AT_ONCE, checksum

GB = 1000 * 1000 * 1000
GROWTH_LIMIT = 64.0
INDICATOR = "14.2"
SIGNED_AT_ONCE = 16
PATIENCE = 180.0
OBJECTS = (
    b"<< /Type /Catalog /Pages 2 0 R >>",
    b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
    b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 400] >>",
)
STREAM, FOOT = b"4 0 obj\n<< /Length %010d >>\nstream\n", b"%010d\n%%%%EOF\n"


class LargePdf:
    """A valid PDF of one page and exactly ``size`` bytes, made part by part; nearly all of it is a stream of noise."""

    def __init__(self, size: int, *, seed: int) -> None:
        self.size = size
        self._noise = random.Random(seed).randbytes(MIB)
        head, places = b"%PDF-1.7\n", []
        for number, body in enumerate(OBJECTS, 1):
            places.append(len(head))
            head += b"%d 0 obj\n%s\nendobj\n" % (number, body)
        places.append(len(head))
        rows = b"".join(b"%010d 00000 n \n" % place for place in places)
        end = b"\nendstream\nendobj\n"
        index = b"xref\n0 5\n0000000000 65535 f \n%strailer\n<< /Size 5 /Root 1 0 R >>\nstartxref\n" % rows
        after = len(index) + len(FOOT % 0)
        noise = size - len(head) - len(STREAM % 0) - len(end) - after
        self._head = head + STREAM % noise
        self._tail = end + index + FOOT % (size - after)

    def part(self, place: int, length: int) -> bytes:
        """Return ``length`` bytes from ``place`` on; head and foot of the file must lie within one part each."""
        data = (self._noise * (length // MIB + 1))[:length]
        if place == 0:
            data = self._head + data[len(self._head) :]
        if place + length == self.size:
            data = data[: -len(self._tail)] + self._tail
        return data


class Watched:
    """CPU seconds and the highest resident memory of a process from now on; memory is looked at every 5 ms."""

    def __init__(self, process: psutil.Process) -> None:
        self._process = process
        self._cpu = self._spent()
        self._first = self._peak = process.memory_info().rss
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()

    def __enter__(self) -> Watched:
        return self

    def __exit__(self, *_exc: object) -> None:
        self._over.set()
        self._thread.join()
        self.cpu_seconds = self._spent() - self._cpu
        self.growth = (self._peak - self._first) / MIB

    def _spent(self) -> float:
        times = self._process.cpu_times()
        return times.user + times.system

    def _look(self) -> None:
        while not self._over.wait(0.005):
            self._peak = max(self._peak, self._process.memory_info().rss)


@contextmanager
def started(*arguments: str, listener: socket.socket | None = None, **extra: str) -> Iterator[psutil.Process]:
    """Run a Python module or file beside us that takes files of any size, with ``extra`` settings, and end it."""
    child = psutil.Popen(
        [sys.executable, *arguments],
        cwd=settings.BASE_DIR,
        env={**os.environ, "EVIDENCE_MAX_BYTES": str(sys.maxsize), **extra},
        pass_fds=(listener.fileno(),) if listener else (),
        stdout=subprocess.DEVNULL,
    )
    try:
        yield child
    finally:
        child.terminate()
        try:
            child.wait(30)
        except psutil.TimeoutExpired:
            child.kill()


class Person:
    """A commune's official at a real web server of one process and four threads, signed in."""

    def __init__(self, address: str, journey: Journey) -> None:
        client, token = Client(), secrets.token_hex(16)
        client.force_login(journey.official.user)
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        self._address, self._dossier = address, journey.dossier.pk
        self._cookies = {
            "Cookie": f"{settings.SESSION_COOKIE_NAME}={session}; {settings.CSRF_COOKIE_NAME}={token}",
            "X-CSRFToken": token,
        }
        self._http = urllib3.PoolManager(maxsize=PARTS_AT_ONCE, retries=False)

    def _ask(self, method: str, address: str, **more: Any) -> urllib3.BaseHTTPResponse:
        answer = self._http.request(
            method, urljoin(self._address, address), headers=self._cookies, timeout=PATIENCE, **more
        )
        if answer.status >= 300:
            raise RuntimeError(f"{method} {address}: {answer.status}")
        return answer

    def _post(self, view: str, *arguments: Any, **data: Any) -> Any:
        address = reverse(f"results:{view}", args=[self._dossier, *arguments])
        return json.loads(self._ask("POST", address, body=json.dumps(data).encode()).data)

    def send(self, file: LargePdf) -> str:
        """Send a file as the page does, two parts at once; return the number of its upload."""
        upload = self._post("uploads", INDICATOR, name=f"{file.size}.pdf", size=file.size)
        size = upload["part_bytes"]

        def put(places: range) -> None:
            parts = {place // size + 1: file.part(place, min(size, file.size - place)) for place in places}
            signed = self._post(
                "sign_parts", upload["id"], parts={str(n): checksum(data) for n, data in parts.items()}
            )["parts"]
            for number, data in parts.items():
                self._put(signed[str(number)], data)

        # As many parts as are signed at once lie in our memory for each lane.
        step = size * SIGNED_AT_ONCE // PARTS_AT_ONCE
        with ThreadPoolExecutor(PARTS_AT_ONCE) as lanes:
            whole = range(0, file.size, step)
            for done in [lanes.submit(put, range(n, min(n + step, file.size), size)) for n in whole]:
                done.result()
        self._post("finish_upload", upload["id"])
        return str(upload["id"])

    def _put(self, address: str, data: bytes) -> None:
        if address.startswith("/"):
            self._ask("PUT", address, body=data)
        elif (answer := self._http.request("PUT", address, body=data)).status != 200:
            raise RuntimeError(f"the store answered {answer.status} to a part")

    def take_out(self) -> None:
        """Take the dossier's evidence out and look at nothing but its length."""
        answer = self._ask("GET", reverse("results:archive", args=[self._dossier]), preload_content=False)
        received = sum(map(len, answer.stream(MIB)))
        answer.release_conn()
        if received != int(answer.headers["Content-Length"]):
            raise RuntimeError(f"the archive ended after {received} bytes")


@contextmanager
def at_a_server(journey: Journey, *, direct: bool) -> Iterator[tuple[Person, psutil.Process]]:
    """Yield a person and the one web process of a new server, which has received one small file already.

    What is loaded for the first file stays, however many follow, and is not counted.
    """
    with socket.create_server(("127.0.0.1", 0)) as listener:
        command = (
            *("-m", "gunicorn", "config.wsgi:application", "--bind", f"fd://{listener.fileno()}"),
            *("--worker-class=gthread", "--workers=1", "--threads=4"),
            *("--no-control-socket", "--log-level=warning"),
        )
        with started(*command, listener=listener, UPLOADS_DIRECT=str(direct).lower()) as server:
            person = Person(f"http://127.0.0.1:{listener.getsockname()[1]}/", journey)
            wait_until_received(person.send(LargePdf(MIB, seed=direct)))
            (web,) = server.children()
            yield person, web


def wait_until_received(upload_id: str) -> None:
    """Wait for the worker to have looked into an upload."""
    deadline = time.monotonic() + PATIENCE
    while (upload := Upload.objects.get(pk=upload_id)).state == UploadState.VERIFYING:
        if time.monotonic() > deadline:
            raise RuntimeError("the worker does not come to an end")
        time.sleep(0.05)
    if upload.state != UploadState.RECEIVED:
        raise RuntimeError(f"the upload is {upload.state}: {upload.refusal}")


def large_file(journey: Journey, *, size: int) -> list[Figure]:
    """Return CPU seconds for each GB and peaks of memory, for one file that is sent, verified and taken out again.

    The file passes the web process. Beside it half as much goes straight to the store.
    """
    worker = ("manage.py", "procrastinate", "worker", "--queues=evidence", "--concurrency=1")
    with started(*worker) as process:
        with at_a_server(journey, direct=False) as (person, web), Watched(process) as verified:
            with Watched(web) as passed:
                upload = person.send(LargePdf(size, seed=2))
            wait_until_received(upload)
        with at_a_server(journey, direct=True) as (person, web):
            with Watched(web) as taken_out:
                person.take_out()
            with Watched(web) as direct:
                upload = person.send(LargePdf(size // 2, seed=3))
            wait_until_received(upload)
    return [
        Figure(
            "CPU of the web process for 1 GB sent directly",
            round(direct.cpu_seconds / (size / 2 / GB), 2),
            "s",
            "1 GB through the web process",
            round(passed.cpu_seconds / (size / GB), 2),
            "<= 0.1 x peer",
        ),
        *(
            Figure(
                f"Memory for {size / GB:g} GB: {what}",
                round(watched.growth, 1),
                "MiB",
                "limit",
                GROWTH_LIMIT,
                "<= 1.0 x limit",
            )
            for what, watched in (
                ("through the web process", passed),
                ("verified by the worker", verified),
                ("as ZIP", taken_out),
            )
        ),
    ]
