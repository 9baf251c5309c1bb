"""The page's side of an upload over HTTP, and what must be true when it has ended."""

from __future__ import annotations

import hashlib
import json
import re
import urllib.request
from http.client import HTTPException
from http.cookiejar import CookieJar
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode

import urllib3

from dossiers.organisations.models import User
from dossiers.results.models import Evidence
from storage import ledger
from storage.documents.models import Document, Upload
from storage.objects import object_store
from tests.storage.parts import checksum, put
from tests.world import PASSWORD
from workflows.demonstration.journey import Journey

from .product import Product, eventually

CODE = "14.2"
CUT = 0
"""The status of a request whose line was cut."""


class Official:
    """Somebody of the commune at an indicator's page; every answer is a status and what was said."""

    def __init__(self, product: Product, user: User, journey: Journey) -> None:
        self.address, self.user, self.journey = product.address, user, journey
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
        self.token = ""
        self.list = f"/ho-so/{journey.dossier.pk}/chi-tieu/{CODE}/tai-len/"
        self._sign_in(user)

    def _sign_in(self, user: User) -> None:
        form = {"username": user.username, "password": PASSWORD}
        form["csrfmiddlewaretoken"] = self._token("/dang-nhap/")
        self.opener.open(f"{self.address}/dang-nhap/", urlencode(form).encode(), timeout=60).close()
        self.token = self._token("/")

    def _token(self, path: str) -> str:
        page = self.opener.open(self.address + path, timeout=60).read().decode()
        found = re.search(r'name="csrf-token" content="(\w+)"', page)
        assert found is not None, page
        return found.group(1)

    def ask(self, method: str, path: str, body: Any = None) -> tuple[int, dict[str, Any]]:
        request = urllib.request.Request(
            self.address + path,
            json.dumps(body or {}).encode() if method == "POST" else None,
            {"X-CSRFToken": self.token, "Content-Type": "application/json"},
            method=method,
        )
        try:
            with self.opener.open(request, timeout=60) as answer:
                return answer.status, json.load(answer)
        except HTTPError as error:
            return error.code, json.loads(error.read())
        except (OSError, HTTPException):
            return CUT, {}

    def at(self, upload: dict[str, Any], what: str = "") -> str:
        return f"/ho-so/{self.journey.dossier.pk}/tai-len/{upload['id']}/{what}"

    def announce(self, contents: bytes, name: str) -> tuple[int, dict[str, Any]]:
        return self.ask("POST", self.list, {"name": name, "size": len(contents), "modified": 17})

    def begin(self, contents: bytes, name: str) -> dict[str, Any]:
        status, upload = self.announce(contents, name)
        assert status == 201, upload
        return upload

    def part(self, upload: dict[str, Any], contents: bytes, number: int) -> bytes:
        size = upload["part_bytes"]
        return contents[(number - 1) * size : number * size]

    def sign(self, upload: dict[str, Any], contents: bytes, number: int) -> tuple[int, str]:
        """Return the status and the address for one part."""
        sha256 = checksum(self.part(upload, contents, number))
        status, said = self.ask("POST", self.at(upload, "ky/"), {"parts": {number: sha256}})
        return status, said.get("parts", {}).get(str(number), "")

    def send_part(self, upload: dict[str, Any], contents: bytes, number: int) -> int:
        """Have one part signed and send it; return the store's status."""
        status, address = self.sign(upload, contents, number)
        assert status == 200
        try:
            return put(address, self.part(upload, contents, number))
        except urllib3.exceptions.HTTPError:
            return CUT

    def state(self, upload: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        return self.ask("GET", self.at(upload))

    def finish(self, upload: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        return self.ask("POST", self.at(upload, "xong/"))

    def go_on(self, upload: dict[str, Any], contents: bytes) -> None:
        """Do what the page does when it tries again: ask what is there, send what is not, finish."""
        status, said = self.state(upload)
        assert status == 200, said
        if said["state"] == "open":
            for number in range(1, -(-len(contents) // said["part_bytes"]) + 1):
                if number not in said["parts"]:
                    assert self.send_part(upload, contents, number) == 200
            status, said = self.finish(upload)
            assert status == 200, said

    def sent(self, contents: bytes, name: str) -> dict[str, Any]:
        """Return an upload all of whose parts are there."""
        upload = self.begin(contents, name)
        for number in range(1, -(-len(contents) // upload["part_bytes"]) + 1):
            assert self.send_part(upload, contents, number) == 200
        return upload

    def wait_for_end(self, upload: dict[str, Any]) -> dict[str, Any]:
        """Ask, as the page does, until the upload has ended."""
        eventually(lambda: self.state(upload)[1].get("state") in ("received", "refused", "expired"))
        return self.state(upload)[1]

    def assert_kept(self, upload: dict[str, Any], contents: bytes) -> None:
        """The upload ends received, once: one document, one row of evidence, one act, and the bytes that were sent."""
        ended = self.wait_for_end(upload)
        assert ended["state"] == "received", ended
        document = Document.objects.get(pk=upload["id"])
        sha256 = hashlib.sha256(contents).hexdigest()
        with object_store().open(document.object_key, document.version_id) as stored:
            assert (hashlib.sha256(stored.read()).hexdigest(), document.sha256) == (sha256, sha256)
        evidence = Evidence.objects.filter(result__dossier=self.journey.dossier, document__sha256=sha256)
        assert [one.document_id for one in evidence] == [document.pk]
        attached = [
            entry
            for entry in ledger.entries(self.journey.dossier.stream)
            if entry.act == "result.attach" and entry.payload["document"]["id"] == upload["id"]
        ]
        assert len(attached) == 1
        _status, listed = self.ask("GET", self.list)
        assert [one["id"] for one in listed["received"]].count(upload["id"]) == 1
        assert upload["id"] not in [one["id"] for one in listed["uploads"]]

    def assert_nothing_yet(self, upload: dict[str, Any]) -> None:
        """Nothing half done is presented as evidence."""
        assert not Document.objects.filter(pk=upload["id"]).exists()
        assert not Evidence.objects.filter(document=upload["id"]).exists()
        assert Upload.objects.get(pk=upload["id"]).document_id is None
