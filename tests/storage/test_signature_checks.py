"""Documents' signatures are checked by jobs, kept with their proof, and checked again when the roots change."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from storage.documents import Document, signatures
from storage.documents.models import Integrity, IntegrityCheck, Signature, SignatureCheck, Signing
from storage.documents.tasks import check_due_signatures, check_signatures
from storage.documents.trust import TrustRootsUnreadable, trust_roots
from storage.errors import StorageUnavailable
from storage.readers.signature_facts import Trust
from tests.storage.files import closed_port, jpeg, pdf
from tests.storage.signing import Holder, damaged, root, signed, turned

from .conftest import Upload
from .hostile_readers import crash

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def authority() -> Holder:
    return root()


@pytest.fixture(scope="module")
def chair(authority: Holder) -> Holder:
    return authority.issue("Nguyễn Văn A")


@pytest.fixture
def roots(tmp_path: Path, settings: Any, authority: Holder) -> Path:
    (tmp_path / "goc.pem").write_bytes(authority.pem)
    settings.PDF_TRUST_ROOTS = str(tmp_path)
    return tmp_path


def jobs(name: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE task_name = %s", [name])
        return int(cursor.fetchone()[0])


def test_a_pdf_is_checked_by_a_job_that_commits_with_it_and_other_files_are_not(upload: Upload) -> None:
    upload(jpeg(), "ảnh.jpg")
    assert jobs("documents.check_signatures") == 0
    with transaction.atomic():
        upload(pdf(), "văn bản.pdf")
        assert jobs("documents.check_signatures") == 1
        transaction.set_rollback(True)
    assert jobs("documents.check_signatures") == 0


def test_what_is_found_is_kept_with_its_proof(
    upload: Upload, roots: Path, authority: Holder, chair: Holder
) -> None:
    document = upload(signed(by=chair), "quyết định.pdf")
    check_signatures(document_id=str(document.pk))
    kept = SignatureCheck.objects.get(document=document)
    assert (kept.outcome, kept.roots) == (Signing.OK, trust_roots().fingerprint)
    (one,) = kept.signatures.all()
    assert (one.signer, one.organisation) == ("Nguyễn Văn A", "UBND xã Liêm Tuyền")
    chain = x509.load_pem_x509_certificates(one.chain.encode())
    assert chain == [chair.certificate, authority.certificate]


def test_a_check_that_runs_twice_finds_the_same_once(upload: Upload, roots: Path, chair: Holder) -> None:
    document = upload(signed(signed(by=chair), by=chair, field="Hai"), "hai chữ ký.pdf")
    facts = []
    for _again in range(2):
        signatures.check(document)
        facts.append(list(Signature.objects.values("position", "field", "signed_at", "trust", "chain")))
    assert facts[0] == facts[1] and len(facts[0]) == 2


def test_outcomes_tell_files_apart(upload: Upload, roots: Path, chair: Holder) -> None:
    contents = signed(by=chair)
    place = contents.index(b"/Contents <") + 11
    for outcome, one in (
        (Signing.NONE, pdf()),
        (Signing.OK, contents),
        (Signing.PROBLEM, turned(contents)),
        (Signing.PROBLEM, damaged(contents, place, b"ff" * 200)),
    ):
        assert signatures.check(upload(one, "tệp.pdf")).outcome == outcome


def test_a_file_that_the_reader_cannot_read_is_a_finding(upload: Upload, roots: Path, chair: Holder) -> None:
    """One that opens on screen nevertheless: its cross-reference table points nowhere."""
    contents = signed(by=chair)
    place = contents.rindex(b"startxref\n") + 10
    found = signatures.check(upload(damaged(contents, place, b"7"), "tệp.pdf"))
    assert (found.outcome, found.signatures.count()) == (Signing.UNREADABLE, 0)


def test_a_file_that_kills_the_reader_is_a_finding_too(
    upload: Upload, roots: Path, chair: Holder, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = upload(signed(by=chair), "tệp.pdf")
    monkeypatch.setattr("storage.readers.signatures.read_signatures", crash)
    assert signatures.check(document).outcome == Signing.UNREADABLE


def test_an_outage_finds_nothing(upload: Upload, chair: Holder, settings: Any) -> None:
    document = upload(signed(by=chair), "tệp.pdf")
    settings.S3_ENDPOINT = f"127.0.0.1:{closed_port()}"
    with pytest.raises(StorageUnavailable):
        signatures.check(document)
    assert not SignatureCheck.objects.exists()


def test_without_roots_signatures_are_shown_and_nobody_is_trusted(upload: Upload, chair: Holder) -> None:
    found = signatures.check(upload(signed(by=chair), "tệp.pdf"))
    assert (found.outcome, found.roots) == (Signing.PROBLEM, "")
    assert found.signatures.get().trust == Trust.NO_ROOTS


def test_other_roots_make_signed_files_due_and_unsigned_ones_not(
    upload: Upload, chair: Holder, authority: Holder, tmp_path: Path, settings: Any
) -> None:
    plain, document = upload(pdf(), "không ký.pdf"), upload(signed(by=chair), "ký.pdf")
    gone = upload(signed(by=chair), "mất.pdf")
    IntegrityCheck.objects.create(document=gone, checked_at=gone.uploaded_at, outcome=Integrity.MISSING)
    assert list(signatures.due()) == [plain, document]
    for one in (plain, document):
        signatures.check(one)
    assert not signatures.due().exists()
    (tmp_path / "goc.crt").write_bytes(authority.der)
    settings.PDF_TRUST_ROOTS = str(tmp_path)
    assert list(signatures.due()) == [document]
    assert signatures.check(document).outcome == Signing.OK
    assert not signatures.due().exists()


def test_the_periodic_job_does_a_bounded_number_and_comes_to_all(
    upload: Upload, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(3):
        upload(pdf(), f"{number}.pdf")
    monkeypatch.setattr(signatures, "BATCH", 2)
    for done in (2, 3, 3):
        check_due_signatures(timestamp=0)
        assert SignatureCheck.objects.count() == done


def test_the_command_checks_what_is_due_or_everything(
    upload: Upload, roots: Path, chair: Holder, capsys: pytest.CaptureFixture[str]
) -> None:
    documents: list[Document] = [upload(signed(by=chair), "ký.pdf"), upload(pdf(), "không ký.pdf")]
    call_command("check_signatures")
    assert "2 files checked against 1 roots: 1 none, 1 ok, 0 problem" in capsys.readouterr().out
    call_command("check_signatures")
    assert "0 files" in capsys.readouterr().out
    before = SignatureCheck.objects.get(document=documents[0]).checked_at
    call_command("check_signatures", "--all")
    assert "2 files" in capsys.readouterr().out
    assert SignatureCheck.objects.get(document=documents[0]).checked_at > before


def test_roots_have_a_fingerprint_that_file_names_and_forms_do_not_change(
    roots: Path, authority: Holder
) -> None:
    before = trust_roots()
    assert before.certificates == (authority.der,) and len(before.fingerprint) == 64
    (roots / "goc.pem").rename(roots / "khác.CRT")
    (roots / "lại.cer").write_bytes(authority.der)
    (roots / "ghi chú.txt").write_text("không phải chứng thư")
    assert trust_roots() == before
    (roots / "hai.pem").write_bytes(authority.pem + root("Gốc khác").pem)
    assert len(trust_roots().certificates) == 2 and trust_roots().fingerprint != before.fingerprint


def test_a_bad_folder_stops_checking_rather_than_trusting_less(
    upload: Upload, roots: Path, chair: Holder
) -> None:
    document = upload(signed(by=chair), "ký.pdf")
    (roots / "hỏng.pem").write_text("không phải chứng thư")
    with pytest.raises(TrustRootsUnreadable):
        signatures.check(document)
    with pytest.raises(CommandError, match="hỏng"):
        call_command("check_signatures")
    assert not SignatureCheck.objects.exists()
