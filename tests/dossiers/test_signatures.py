"""The page of an indicator says of each signed file who signed it and what is to be thought of it."""

from __future__ import annotations

import html
import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from dossiers.dossier.models import State
from dossiers.results.acts import AttachEvidence
from storage.documents import receive, signatures
from tests.storage.files import pdf
from tests.storage.signing import (
    DAY,
    TIME_STAMPING,
    Holder,
    damaged,
    forged,
    root,
    signed,
    signed_in_part,
    stamped,
    time_authority,
    turned,
)
from tests.world import World
from workflows.demonstration.journey import Journey

pytestmark = pytest.mark.django_db
CODE = "14.2"

Attach = Callable[..., None]


@pytest.fixture(scope="module")
def authority() -> Holder:
    return root()


@pytest.fixture(scope="module")
def chair(authority: Holder) -> Holder:
    return authority.issue("Nguyễn Văn A", organisation="UBND xã B")


@pytest.fixture
def journey(world: World) -> Journey:
    return world.dossier(State.IMPLEMENTING, files=0)


@pytest.fixture
def attach(journey: Journey, tmp_path: Path, settings: Any, authority: Holder) -> Attach:
    (tmp_path / "goc.pem").write_bytes(authority.pem)

    def _attach(contents: bytes, *, trusting: bool = True) -> None:
        settings.PDF_TRUST_ROOTS = str(tmp_path) if trusting else ""
        document = receive(stream=io.BytesIO(contents), name="quyết định.pdf", uploaded_by_id=1)
        signatures.check(document)
        result = journey.dossier.results.get(indicator__code=CODE)
        AttachEvidence(
            actor=journey.official, dossier=journey.dossier, results=[result.pk], document=document
        ).perform()

    return _attach


@pytest.fixture
def page(client: Client, journey: Journey) -> Callable[[], str]:
    client.force_login(journey.official.user)
    address = reverse("results:indicator", args=[journey.dossier.pk, CODE])

    def text() -> str:
        answer = client.get(address).content.decode()
        return " ".join(html.unescape(re.sub(r"<[^>]+>", "", answer)).split())

    return text


def expired(authority: Holder) -> bytes:
    return signed(by=authority.issue("Nguyễn Văn A", begins=-60 * DAY, ends=-DAY))


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda _ca, chair: signed(by=chair), "hợp lệ, phủ toàn bộ tệp"),
        (lambda _ca, chair: turned(signed(by=chair)), "tệp đã bị thay đổi sau khi ký"),
        (lambda _ca, chair: forged(signed(by=chair)), "không hợp lệ: chữ ký chỉ phủ một phần tệp"),
        (lambda _ca, chair: signed_in_part(by=chair), "không hợp lệ: chữ ký chỉ phủ một phần tệp"),
        (lambda ca, _chair: expired(ca), "chứng thư đã hết hạn khi ký"),
        (
            lambda _ca, _chair: signed(by=root("Gốc khác").issue("Nguyễn Văn A")),
            "nội dung còn nguyên, nhưng chứng thư không do tổ chức được tin cậy cấp",
        ),
    ],
)
def test_each_verdict_is_said_in_words(
    attach: Attach,
    page: Callable[[], str],
    authority: Holder,
    chair: Holder,
    make: Callable[[Holder, Holder], bytes],
    words: str,
) -> None:
    attach(make(authority, chair))
    said = page()
    assert "Ký số: Nguyễn Văn A (UBND xã" in said
    assert words in said


def test_changed_bytes_are_said_before_anything_else(
    attach: Attach, page: Callable[[], str], chair: Holder
) -> None:
    contents = signed(by=chair)
    attach(damaged(contents, contents.index(b"/MediaBox") + 14, b"9"))
    assert "không hợp lệ: nội dung đã ký bị thay đổi" in page()


def test_without_roots_the_page_says_that_trust_was_not_checked(
    attach: Attach, page: Callable[[], str], chair: Holder
) -> None:
    attach(signed(by=chair), trusting=False)
    assert "chưa kiểm tra được độ tin cậy: chưa cấu hình chứng thư gốc" in page()


def test_the_details_name_issuer_serial_and_where_the_time_is_from(
    attach: Attach, page: Callable[[], str], authority: Holder, chair: Holder
) -> None:
    attach(signed(by=chair))
    said = page()
    assert "CA gốc của bài thử" in said
    assert f"{chair.certificate.serial_number:X}" in said
    assert "theo đồng hồ trên máy của người ký" in said
    clock = authority.issue("Cấp giờ", purpose=TIME_STAMPING)
    attach(stamped(signed(by=chair, clock=time_authority(clock)), by=clock))
    said = page()
    assert "theo dấu thời gian của tổ chức được tin cậy" in said
    assert "hợp lệ; sau đó chỉ thêm chữ ký hoặc điền biểu mẫu" in said
    assert "Dấu thời gian: Cấp giờ" in said


def test_a_file_that_cannot_be_read_and_one_without_signatures(
    attach: Attach, page: Callable[[], str], chair: Holder
) -> None:
    attach(pdf())
    assert "Ký số" not in page() and "chữ ký số" not in page()
    contents = signed(by=chair)
    attach(damaged(contents, contents.rindex(b"startxref\n") + 10, b"7"))
    assert "Tệp có chữ ký số nhưng không đọc được." in page()


def test_many_signatures_are_folded(attach: Attach, page: Callable[[], str], chair: Holder) -> None:
    contents = signed(by=chair)
    for number in range(2, 6):
        contents = signed(contents, by=chair, field=f"S{number}")
    attach(contents)
    assert "Xem 2 chữ ký còn lại" in page()


def test_signatures_cost_no_query_more_with_each_file(
    attach: Attach, client: Client, journey: Journey, page: Callable[[], str], chair: Holder
) -> None:
    address = reverse("results:indicator", args=[journey.dossier.pk, CODE])
    counts = []
    for _more in range(2):
        for _file in range(2):
            attach(signed(signed(by=chair), by=chair, field="Hai"))
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        counts.append(len(queries))
    assert counts[0] == counts[1]
