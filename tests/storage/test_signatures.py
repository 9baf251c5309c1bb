"""What the reader finds in signed files: by whom, when, over what, what came later, and what hostile files come to."""

from __future__ import annotations

import pickle
import re
import socket
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509

from storage.readers.signature_facts import (
    Changes,
    Coverage,
    Kind,
    SignatureFound,
    SignaturesUnreadable,
    TimeSource,
    Trust,
)
from storage.readers.signatures import MAX_EXAMINED, read_signatures

from .files import pdf
from .signing import (
    DAY,
    TIME_STAMPING,
    Holder,
    damaged,
    encrypted,
    forged,
    root,
    signed,
    signed_in_part,
    stamped,
    time_authority,
    turned,
    with_list,
)

Read = Callable[..., list[SignatureFound]]
AUTHORITY = ("key_cert_sign", "crl_sign")


@dataclass
class Office:
    """A root, an authority below it, and those it certified."""

    root: Holder
    authority: Holder
    chair: Holder
    clerk: Holder
    clock: Holder


@pytest.fixture(scope="module")
def office() -> Office:
    top = root()
    authority = top.issue("CA của bài thử", is_authority=True, usages=AUTHORITY, ends=800 * DAY)
    return Office(
        top,
        authority,
        authority.issue("Nguyễn Văn A"),
        authority.issue("Trần Thị B"),
        authority.issue("Cấp dấu thời gian", purpose=TIME_STAMPING),
    )


@pytest.fixture
def read(office: Office, tmp_path: Path) -> Read:
    def _read(
        contents: bytes, *, roots: list[bytes] | None = None, later: timedelta = timedelta()
    ) -> list[SignatureFound]:
        path = tmp_path / "signed.pdf"
        path.write_bytes(contents)
        known = [office.root.der] if roots is None else roots
        return read_signatures(str(path), known, datetime.now(UTC) + later)

    return _read


def test_a_signed_file_says_who_and_when_and_is_good(office: Office, read: Read) -> None:
    (one,) = read(signed(by=office.chair))
    assert one.is_good
    assert (one.field, one.kind, one.trust) == ("Signature1", Kind.SIGNATURE, Trust.TRUSTED)
    assert (one.signer, one.organisation) == ("Nguyễn Văn A", "UBND xã Liêm Tuyền")
    assert (one.issuer, int(one.serial, 16)) == (
        "CA của bài thử",
        office.chair.certificate.serial_number,
    )
    assert (one.coverage, one.changes) == (Coverage.FILE, Changes.NONE)
    assert one.time_source == TimeSource.SIGNER
    assert one.signed_at is not None and datetime.now(UTC) - one.signed_at < timedelta(minutes=1)
    chain = x509.load_pem_x509_certificates(one.chain.encode())
    assert chain == [holder.certificate for holder in (office.chair, office.authority, office.root)]
    assert pickle.loads(pickle.dumps(one)) == one


def test_roots_are_taken_as_pem_and_der_and_an_authority_may_be_one(office: Office, read: Read) -> None:
    contents = signed(by=office.chair)
    for one in (office.root.pem, office.root.der, office.authority.pem):
        assert read(contents, roots=[one])[0].trust == Trust.TRUSTED


def test_who_is_behind_it_is_not_known_without_the_root(office: Office, read: Read) -> None:
    contents = signed(by=office.chair)
    (nothing,), (other,) = read(contents, roots=[]), read(contents, roots=[root("Gốc khác").der])
    assert (nothing.trust, other.trust) == (Trust.NO_ROOTS, Trust.UNTRUSTED_ROOT)
    for one in (nothing, other):
        assert one.intact and not one.is_good
        assert office.chair.pem.decode() in one.chain


@pytest.mark.parametrize(
    ("certificate", "trust"),
    [
        ({"begins": -60 * DAY, "ends": -DAY}, Trust.EXPIRED),
        ({"begins": DAY}, Trust.NOT_YET_VALID),
        ({"usages": ("key_encipherment",)}, Trust.KEY_USAGE),
        ({"usages": None}, Trust.KEY_USAGE),
        ({"usages": ("content_commitment",)}, Trust.TRUSTED),
    ],
)
def test_a_certificate_must_be_good_for_signing_when_it_signs(
    office: Office, read: Read, certificate: dict[str, object], trust: Trust
) -> None:
    (one,) = read(signed(by=office.authority.issue("Lê Văn C", **certificate)))  # type: ignore[arg-type]
    assert (one.trust, one.intact, one.is_good) == (trust, True, trust == Trust.TRUSTED)


def test_a_certificate_that_expired_since_was_good_when_it_signed(office: Office, read: Read) -> None:
    assert read(signed(by=office.chair), later=500 * DAY)[0].is_good


def test_an_authority_that_was_over_when_it_signed_is_said(office: Office, read: Read) -> None:
    over = office.root.issue("CA cũ", is_authority=True, usages=AUTHORITY, begins=-90 * DAY, ends=-DAY)
    assert read(signed(by=over.issue("Lê Văn C")))[0].trust == Trust.CHAIN


def test_an_old_algorithm_is_said(office: Office, read: Read) -> None:
    (one,) = read(signed(by=office.chair, digest="sha1"))
    assert (one.trust, one.intact) == (Trust.ALGORITHM, True)


def test_a_second_signature_leaves_the_first_good(office: Office, read: Read) -> None:
    first, second = read(signed(signed(by=office.chair), by=office.clerk, field="Signature2"))
    assert (first.signer, second.signer) == ("Nguyễn Văn A", "Trần Thị B")
    assert (first.coverage, first.changes) == (Coverage.REVISION, Changes.PERMITTED)
    assert (second.coverage, second.changes) == (Coverage.FILE, Changes.NONE)
    assert first.is_good and second.is_good


def test_what_is_added_to_the_pages_after_signing_is_found(office: Office, read: Read) -> None:
    (one,) = read(turned(signed(by=office.chair)))
    assert (one.intact, one.coverage, one.changes) == (True, Coverage.REVISION, Changes.OTHER)
    assert not one.is_good


def test_a_flipped_bit_in_the_signed_bytes_breaks_the_signature(office: Office, read: Read) -> None:
    contents = bytearray(signed(by=office.chair))
    contents[contents.index(b"/MediaBox") + 14] ^= 1
    (one,) = read(bytes(contents))
    assert (one.intact, one.trust) == (False, Trust.BROKEN)


def test_a_signature_over_a_part_is_none_over_the_file(office: Office, read: Read) -> None:
    (one,) = read(signed_in_part(by=office.chair))
    assert (one.intact, one.trust) == (True, Trust.TRUSTED)
    assert (one.coverage, one.changes, one.is_good) == (Coverage.PART, Changes.OTHER, False)


def test_a_signature_moved_to_where_the_lengths_add_up_is_none(office: Office, read: Read) -> None:
    (one,) = read(forged(signed(by=office.chair)))
    assert (one.coverage, one.changes, one.is_good) == (Coverage.PART, Changes.OTHER, False)


def test_the_time_of_a_known_authority_counts_and_that_of_a_stranger_does_not(
    office: Office, read: Read
) -> None:
    (known,) = read(signed(by=office.chair, clock=time_authority(office.clock)))
    stranger = root("Gốc khác").issue("Dấu thời gian lạ", purpose=TIME_STAMPING)
    (strange,) = read(signed(by=office.chair, clock=time_authority(stranger)))
    assert (known.time_source, strange.time_source) == (TimeSource.AUTHORITY, TimeSource.SIGNER)
    assert known.is_good and strange.is_good


def test_a_document_time_stamp_stands_beside_the_signatures(office: Office, read: Read) -> None:
    person, stamp = read(stamped(signed(by=office.chair), by=office.clock))
    assert (person.kind, person.changes) == (Kind.SIGNATURE, Changes.PERMITTED)
    assert (stamp.kind, stamp.signer, stamp.time_source) == (
        Kind.TIMESTAMP,
        "Cấp dấu thời gian",
        TimeSource.AUTHORITY,
    )
    assert person.is_good and stamp.is_good


def test_a_revocation_that_the_file_carries_counts(office: Office, read: Read) -> None:
    revoked = office.authority.revoke(office.chair, since=-DAY)
    assert read(with_list(signed(by=office.chair), revoked))[0].trust == Trust.REVOKED
    others = office.authority.revoke(office.clerk, since=-DAY)
    assert read(with_list(signed(by=office.chair), others))[0].trust == Trust.TRUSTED
    not_theirs = root("Gốc khác").revoke(office.chair, since=-DAY)
    assert read(with_list(signed(by=office.chair), not_theirs))[0].trust == Trust.TRUSTED


def test_only_a_known_clock_helps_against_a_later_revocation(office: Office, read: Read) -> None:
    revoked = office.authority.revoke(office.chair, since=2 * DAY, until=300 * DAY)
    own = signed(by=office.chair)
    known = signed(by=office.chair, clock=time_authority(office.clock))
    assert read(with_list(own, revoked), later=100 * DAY)[0].trust == Trust.REVOKED
    assert read(with_list(known, revoked), later=100 * DAY)[0].trust == Trust.TRUSTED


def test_nothing_is_fetched(office: Office, read: Read) -> None:
    """The certificates name an address for lists, answers and issuers; here somebody listens, and nobody comes."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.5)
        port = listener.getsockname()[1]
        middle = office.root.issue("CA", is_authority=True, usages=AUTHORITY, ends=800 * DAY, asked_at=port)
        somebody = middle.issue("Lê Văn C", asked_at=port)
        somebody.above = ()
        clock = middle.issue("Giờ", purpose=TIME_STAMPING, asked_at=port)
        contents = signed(by=somebody, clock=time_authority(clock))
        assert read(contents)[0].trust == Trust.UNTRUSTED_ROOT, "the authority between is missing"
        assert read(contents, roots=[office.root.der, middle.der])[0].is_good
        with pytest.raises(TimeoutError):
            listener.accept()


def test_a_file_without_signatures_has_none(read: Read) -> None:
    assert read(pdf()) == []


def test_a_file_that_opens_without_a_password_is_read_and_another_is_not(office: Office, read: Read) -> None:
    assert read(encrypted(password="", by=office.chair))[0].is_good
    with pytest.raises(SignaturesUnreadable):
        read(encrypted(password="bí mật", by=office.chair))


def test_many_signatures_are_named_and_some_of_them_examined(office: Office, read: Read) -> None:
    contents, total = signed(by=office.chair), 50
    for number in range(2, total + 1):
        contents = signed(contents, by=office.chair, field=f"S{number}")
    found = read(contents)
    assert [one.trust for one in found] == [Trust.TRUSTED] * MAX_EXAMINED + [Trust.NOT_EXAMINED] * (
        total - MAX_EXAMINED
    )
    assert {one.signer for one in found} == {"Nguyễn Văn A"}


@pytest.mark.parametrize("filling", [b"ff", b"00", b"30", b"zz", b"((", b">>"])
@pytest.mark.parametrize("start", [0, 300])
def test_garbage_for_a_signature_is_a_finding(office: Office, read: Read, start: int, filling: bytes) -> None:
    contents = signed(by=office.chair)
    place = contents.index(b"/Contents <") + len(b"/Contents <") + start
    try:
        found = read(damaged(contents, place, filling * 200))
    except SignaturesUnreadable:
        return
    assert not any(one.is_good for one in found)


@pytest.mark.parametrize(
    "odd",
    [b"[0 1]", b"[]", b"[0 -5 10 20]", b"[0 10 20 99999999999]", b"[/A /B /C /D]", b"null", b"[0 0 0 0 0 0]"],
)
def test_odd_ranges_are_a_finding(office: Office, read: Read, odd: bytes) -> None:
    contents = signed(by=office.chair)
    place = re.search(rb"/ByteRange \[[^\]]*\]\s*", contents)
    assert place is not None
    (one,) = read(damaged(contents, place.start(), b"/ByteRange " + odd.ljust(len(place[0]) - 11)))
    assert not one.intact


def test_a_truncated_file_is_unreadable_or_unsigned_and_never_good(office: Office, read: Read) -> None:
    contents = signed(by=office.chair)
    for left in (1, 10, len(contents) // 2, len(contents) - 500, len(contents) - 10):
        try:
            found = read(contents[:left])
        except SignaturesUnreadable:
            continue
        assert not any(one.is_good for one in found)


def test_names_are_cleaned_for_those_who_read_them(office: Office, read: Read) -> None:
    odd = office.authority.issue("Nguyễn\u202e\x00 Văn\n" + "A" * 40, organisation="B" * 64)
    (one,) = read(signed(by=odd))
    assert one.signer == "Nguyễn Văn " + "A" * 40
