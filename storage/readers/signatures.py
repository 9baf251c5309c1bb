"""The digital signatures inside a PDF: who signed, when, what of the file, and what happened to it since.

Nothing is ever fetched: certificates, revocation lists and answers count as far as the file itself carries them.
"""

from __future__ import annotations

import logging
import mmap
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import islice
from typing import BinaryIO

from asn1crypto import pem, x509
from pyhanko.keys import load_certs_from_pemder_data
from pyhanko.pdf_utils.crypt import AuthStatus
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.ades.report import AdESIndeterminate
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.fields import enumerate_sig_fields
from pyhanko.sign.general import find_cms_attribute_iter, find_unique_cms_attribute
from pyhanko.sign.validation import (
    DocumentSecurityStore,
    EmbeddedPdfSignature,
    KeyUsageConstraints,
    validate_pdf_signature,
    validate_pdf_timestamp,
)
from pyhanko.sign.validation.status import (
    DocumentTimestampStatus,
    PdfSignatureStatus,
    SignatureCoverageLevel,
    SignatureStatus,
)
from pyhanko_certvalidator import ValidationContext

from .signature_facts import (
    Changes,
    Coverage,
    Kind,
    SignatureFound,
    SignaturesUnreadable,
    TimeSource,
    Trust,
)
from .texts import plain

# What the library warns of, with a traceback each, is in the result.
for name in ("pyhanko", "pyhanko_certvalidator"):
    logging.getLogger(name).setLevel(logging.CRITICAL)

#: No signature is valid without this word in the plain bytes of the file (ISO 32000-2, 12.8.1).
MARK = b"/ByteRange"
#: Signatures that are named, and those of them that are looked into: each may mean comparing two states of the file.
MAX_NAMED, MAX_EXAMINED = 100, 20
MAX_TEXT = 200
MAX_CHAIN, MAX_CERTIFICATE_BYTES = 10, 16 * 1024
#: Dates outside are no dates of signatures, and could not be shown in every time zone.
YEARS = range(1990, 2100)
#: Vietnamese authorities issue signing certificates with or without the non-repudiation bit: either bit will do.
SIGNING = KeyUsageConstraints(key_usage={"digital_signature", "non_repudiation"})


@dataclass
class _Carried:
    """What the file carries that helps to check certificates."""

    certificates: list[x509.Certificate] = field(default_factory=list)
    crls: list[object] = field(default_factory=list)
    ocsps: list[object] = field(default_factory=list)


def read_signatures(path: str, roots: Sequence[bytes], at: datetime) -> list[SignatureFound]:
    """Return the signatures of a PDF in the order they were made; none when there are none.

    ``roots`` are certificates (PEM or DER) that are trusted; ``at`` is a time at which the file existed for certain: no
    signature is taken to be younger. A certificate must have been valid when it signed: at the time of a token by an
    authority that leads to a root, else at the time that the signer's own clock says. Raises SignaturesUnreadable for a
    file that cannot be read; a single signature that cannot be is in the list as such.
    """
    anchors = [one for root in roots for one in load_certs_from_pemder_data(root)]
    with open(path, "rb") as stream:
        try:
            with mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as contents:
                if contents.find(MARK) < 0:
                    return []
            return _read(stream, anchors, at)
        except MemoryError:
            raise
        # The parser meets what its authors did not think of: whatever it raises is about the file.
        except Exception as error:
            raise SignaturesUnreadable(str(error)[:MAX_TEXT]) from error


def _read(stream: BinaryIO, anchors: Sequence[x509.Certificate], at: datetime) -> list[SignatureFound]:
    # Not strict: what Word saves as PDF and officials sign has cross-reference tables of two kinds in one file.
    reader = PdfFileReader(stream, strict=False)
    if reader.encrypted and reader.decrypt(b"").status == AuthStatus.FAILED:
        raise SignaturesUnreadable("encrypted")
    carried = _carried(reader)
    readable: list[EmbeddedPdfSignature] = []
    unreadable: list[SignatureFound] = []
    for name, _value, place in islice(enumerate_sig_fields(reader, filled_status=True), MAX_NAMED):
        try:
            readable.append(EmbeddedPdfSignature(reader, place, str(name)))
        except MemoryError:
            raise
        except Exception:
            unreadable.append(SignatureFound(_text(str(name))))
    readable.sort(key=lambda one: one.signed_revision)
    found = [_examine(one, anchors, carried, at) for one in readable[:MAX_EXAMINED]]
    found += [replace(_named(one), trust=Trust.NOT_EXAMINED) for one in readable[MAX_EXAMINED:]]
    return [*found, *unreadable]


def _carried(reader: PdfFileReader) -> _Carried:
    """Return what the document's security store holds (ISO 32000-2, 12.8.4.3); a damaged one counts for nothing."""
    carried = _Carried()
    with suppress(Exception):
        store = DocumentSecurityStore.read_dss(reader)
        context = store.as_validation_context({"trust_roots": []})
        carried = _Carried(list(store.load_certs()), list(context.crls), list(context.ocsps))
    return carried


def _named(signature: EmbeddedPdfSignature) -> SignatureFound:
    """Return what a signature says of itself, without a check."""
    is_timestamp = signature.sig_object_type == "/DocTimeStamp"
    named = SignatureFound(_text(signature.field_name), Kind.TIMESTAMP if is_timestamp else Kind.SIGNATURE)
    with suppress(Exception):
        certificate = signature.signer_cert
        named = replace(
            named,
            signer=_name(certificate.subject, "common_name"),
            organisation=_name(certificate.subject, "organizational_unit_name", "organization_name"),
            issuer=_name(certificate.issuer, "common_name") or _name(certificate.issuer, "organization_name"),
            serial=f"{certificate.serial_number:x}"[:64],
            chain=_pem([certificate, *signature.other_embedded_certs]),
        )
    with suppress(Exception):
        if (claimed := _plausible(signature.self_reported_timestamp)) and not is_timestamp:
            named = replace(named, signed_at=claimed, time_source=TimeSource.SIGNER)
    return named


def _examine(
    signature: EmbeddedPdfSignature, anchors: Sequence[x509.Certificate], carried: _Carried, at: datetime
) -> SignatureFound:
    named = _named(signature)
    try:
        check = _check_timestamp if named.kind == Kind.TIMESTAMP else _check_signature
        return check(signature, named, _Certificates(anchors, _with_archived(carried, signature)), at)
    except MemoryError:
        raise
    except Exception:
        return named


def _with_archived(carried: _Carried, signature: EmbeddedPdfSignature) -> _Carried:
    """Add what the signature itself carries about revocation (ISO 32000-2, 12.8.3.3.2)."""
    crls, ocsps = list(carried.crls), list(carried.ocsps)
    with suppress(Exception):
        archived = find_unique_cms_attribute(
            signature.signer_info["signed_attrs"], "adobe_revocation_info_archival"
        )
        crls += list(archived["crl"] or ())
        ocsps += list(archived["ocsp"] or ())
    return _Carried(carried.certificates, crls, ocsps)


@dataclass(frozen=True)
class _Certificates:
    """What certificates are judged by."""

    anchors: Sequence[x509.Certificate]
    carried: _Carried

    def as_of(self, moment: datetime) -> ValidationContext:
        """Return a context that never fetches and takes revocation as far as the file carries it."""
        return ValidationContext(
            trust_roots=list(self.anchors),
            other_certs=self.carried.certificates,
            crls=self.carried.crls,
            ocsps=self.carried.ocsps,
            moment=moment,
            allow_fetching=False,
            # A list is younger than the signature it is embedded with.
            retroactive_revinfo=True,
        )

    @property
    def know_revocation(self) -> bool:
        return bool(self.carried.crls or self.carried.ocsps)


def _check_signature(
    signature: EmbeddedPdfSignature, named: SignatureFound, certificates: _Certificates, at: datetime
) -> SignatureFound:
    def judge(moment: datetime, *, skip_diff: bool) -> PdfSignatureStatus:
        return validate_pdf_signature(
            signature,
            certificates.as_of(moment),
            certificates.as_of(token_time or at),
            key_usage_settings=SIGNING,
            skip_diff=skip_diff,
        )

    token_time = _token_time(signature, at)
    claimed = min(named.signed_at or at, at)
    status = first = judge(token_time or claimed, skip_diff=False)
    token = first.timestamp_validity
    moment = token_time if token is not None and token.intact and token.valid and token.trusted else None
    if moment is None and token_time is not None:
        status = judge(claimed, skip_diff=True)
    trust = _trust(status, certificates, moment or claimed)
    if moment is None and trust == Trust.TRUSTED and certificates.know_revocation:
        # A clock that its owner sets proves nothing against a revocation that came later.
        later = _trust(judge(at, skip_diff=True), certificates, at)
        trust = later if later == Trust.REVOKED else trust
    if moment is not None:
        named = replace(named, signed_at=moment, time_source=TimeSource.AUTHORITY)
    return _settled(signature, named, status, first, trust)


def _check_timestamp(
    signature: EmbeddedPdfSignature, named: SignatureFound, certificates: _Certificates, at: datetime
) -> SignatureFound:
    says = _plausible(signature.signed_data["encap_content_info"]["content"].parsed["gen_time"].native)
    moment = min(says or at, at)
    status = validate_pdf_timestamp(signature, certificates.as_of(moment))
    trust = _trust(status, certificates, moment)
    source = TimeSource.AUTHORITY if says and trust == Trust.TRUSTED else TimeSource.UNKNOWN
    named = replace(named, signed_at=says, time_source=source)
    return _settled(signature, named, status, status, trust)


def _settled(
    signature: EmbeddedPdfSignature,
    named: SignatureFound,
    status: PdfSignatureStatus | DocumentTimestampStatus,
    compared: PdfSignatureStatus | DocumentTimestampStatus,
    trust: Trust,
) -> SignatureFound:
    """Put together what was found; ``compared`` is the status for which the file was compared with its past."""
    coverage = _coverage(signature)
    changes = Changes.OTHER
    if coverage != Coverage.PART and compared.docmdp_ok is not False:
        changes = _changes(compared.modification_level)
    path = status.validation_path
    return replace(
        named,
        intact=status.intact and status.valid,
        coverage=coverage,
        changes=changes,
        trust=trust,
        chain=_pem(reversed(list(path.iter_certs(include_root=True)))) if path else named.chain,
    )


def _token_time(signature: EmbeddedPdfSignature, at: datetime) -> datetime | None:
    """Return what the first time token in the signature says, not later than ``at``; it was not checked yet."""
    with suppress(Exception):
        tokens = find_cms_attribute_iter(
            signature.signer_info["unsigned_attrs"], "signature_time_stamp_token"
        )
        says = next(tokens)["content"]["encap_content_info"]["content"].parsed["gen_time"].native
        return min(_plausible(says) or at, at)
    return None


def _coverage(signature: EmbeddedPdfSignature) -> Coverage:
    if not _leaves_out_only_itself(signature):
        return Coverage.PART
    match signature.evaluate_signature_coverage():
        case SignatureCoverageLevel.ENTIRE_FILE:
            return Coverage.FILE
        case SignatureCoverageLevel.ENTIRE_REVISION:
            return Coverage.REVISION
    return Coverage.PART


def _leaves_out_only_itself(signature: EmbeddedPdfSignature) -> bool:
    """Whether the hole in the signed bytes is the signature's own contents and nothing else.

    The library compares lengths only: contents moved to the end of the file and padded to the right length pass there.
    """
    start, first, second, _last = (int(one) for one in signature.byte_range)
    stream = signature.reader.stream
    stream.seek(first)
    hole = stream.read(max(second - first, 0))
    inside = hole[1:-1]
    return bool(
        start == 0
        and hole[:1] == b"<"
        and hole[-1:] == b">"
        and bytes.fromhex(inside.decode("ascii")) == signature.pkcs7_content
    )


def _changes(level: ModificationLevel | None) -> Changes:
    if level == ModificationLevel.NONE:
        return Changes.NONE
    if level in (ModificationLevel.LTA_UPDATES, ModificationLevel.FORM_FILLING):
        return Changes.PERMITTED
    return Changes.OTHER


TROUBLES = {
    AdESIndeterminate.REVOKED_NO_POE: Trust.REVOKED,
    AdESIndeterminate.REVOKED_CA_NO_POE: Trust.REVOKED,
    AdESIndeterminate.NO_CERTIFICATE_CHAIN_FOUND: Trust.UNTRUSTED_ROOT,
    AdESIndeterminate.OUT_OF_BOUNDS_NO_POE: Trust.EXPIRED,
    AdESIndeterminate.CHAIN_CONSTRAINTS_FAILURE: Trust.KEY_USAGE,
    AdESIndeterminate.CRYPTO_CONSTRAINTS_FAILURE: Trust.ALGORITHM,
    AdESIndeterminate.CRYPTO_CONSTRAINTS_FAILURE_NO_POE: Trust.ALGORITHM,
}


def _trust(status: SignatureStatus, certificates: _Certificates, moment: datetime) -> Trust:
    if not (status.intact and status.valid):
        return Trust.BROKEN
    if status.trusted:
        return Trust.TRUSTED
    trust = TROUBLES.get(status.trust_problem_indic, Trust.CHAIN)  # type: ignore[call-overload]
    if trust == Trust.UNTRUSTED_ROOT and not certificates.anchors:
        return Trust.NO_ROOTS
    if trust == Trust.CHAIN and status.signing_cert.not_valid_before > moment:
        return Trust.NOT_YET_VALID
    return trust


def _plausible(moment: datetime | None) -> datetime | None:
    """Return a time in UTC, or nothing for one that cannot be meant; a time without a zone is taken for UTC."""
    if moment is None or moment.year not in YEARS:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)


def _name(name: x509.Name, *kinds: str) -> str:
    """Return the values of a distinguished name, of the wanted kinds in their order."""
    values: list[str] = []
    native = name.native
    for kind in kinds:
        value = native.get(kind) or ()
        values += [value] if isinstance(value, str) else list(value)
    return _text(", ".join(dict.fromkeys(values)))


def _text(raw: str) -> str:
    """Return a text as it may be kept and shown, cut to a length."""
    return plain(raw[: 4 * MAX_TEXT])[:MAX_TEXT]


def _pem(certificates: Iterable[x509.Certificate]) -> str:
    """Return certificates as PEM; those beyond a bound are left out."""
    ders = [one.dump() for one in islice(certificates, MAX_CHAIN)]
    return "".join(
        pem.armor("CERTIFICATE", der).decode() for der in ders if len(der) <= MAX_CERTIFICATE_BYTES
    )
