"""A certificate authority of the tests' own, and PDFs signed by its people."""

from __future__ import annotations

import asyncio
import hashlib
import io
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from asn1crypto import keys
from asn1crypto import x509 as asn1_x509
from asn1crypto.crl import CertificateList
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID, NameOID
from pyhanko.pdf_utils.generic import NumberObject, pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import copy_into_new_writer
from pyhanko.sign import signers
from pyhanko.sign.timestamps import DummyTimeStamper
from pyhanko.sign.validation import DocumentSecurityStore
from pyhanko_certvalidator.registry import SimpleCertificateStore

from .files import closed_port, pdf

P = ParamSpec("P")
T = TypeVar("T")

Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
DAY = timedelta(days=1)
TIME_STAMPING = ExtendedKeyUsageOID.TIME_STAMPING
NO_USAGE = dict.fromkeys(
    (
        *("digital_signature", "content_commitment", "key_encipherment", "data_encipherment"),
        *("key_agreement", "key_cert_sign", "crl_sign", "encipher_only", "decipher_only"),
    ),
    False,
)


@dataclass
class Holder:
    """Somebody with a certificate, its key, and the certificates above it (without the root)."""

    certificate: x509.Certificate
    key: Key
    above: tuple[x509.Certificate, ...] = ()

    @property
    def der(self) -> bytes:
        return self.certificate.public_bytes(Encoding.DER)

    @property
    def pem(self) -> bytes:
        return self.certificate.public_bytes(Encoding.PEM)

    def issue(
        self,
        name: str,
        *,
        organisation: str = "UBND xã Liêm Tuyền",
        usages: Sequence[str] | None = ("digital_signature",),
        purpose: x509.ObjectIdentifier | None = None,
        is_authority: bool = False,
        begins: timedelta = -30 * DAY,
        ends: timedelta = 365 * DAY,
        asked_at: int = 0,
    ) -> Holder:
        """Return somebody certified by this authority, ``begins`` and ``ends`` from now; ``asked_at`` is a port."""
        above = () if self.certificate.issuer == self.certificate.subject else (self.certificate, *self.above)
        return _certify(
            self, above, name, organisation, usages, purpose, is_authority, begins, ends, asked_at
        )

    def revoke(self, holder: Holder, *, since: timedelta, until: timedelta = DAY) -> bytes:
        """Return a list (DER) that revokes a certificate since then and is good until then; both count from now."""
        now = datetime.now(UTC)
        gone = x509.RevokedCertificateBuilder(holder.certificate.serial_number, now + since)
        listed = x509.CertificateRevocationListBuilder(
            self.certificate.subject, now - DAY, now + until, revoked_certificates=[gone.build()]
        )
        number = listed.add_extension(x509.CRLNumber(1), critical=False).add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key()), critical=False
        )
        return number.sign(self.key, hashes.SHA256()).public_bytes(Encoding.DER)


def root(name: str = "CA gốc của bài thử") -> Holder:
    """Return a root that nobody knows but those who are told."""
    return _certify(
        None, (), name, "Bài thử", ("key_cert_sign", "crl_sign"), None, True, -900 * DAY, 900 * DAY, 0
    )


def _certify(
    issuer: Holder | None,
    above: tuple[x509.Certificate, ...],
    name: str,
    organisation: str,
    usages: Sequence[str] | None,
    purpose: x509.ObjectIdentifier | None,
    is_authority: bool,
    begins: timedelta,
    ends: timedelta,
    asked_at: int,
) -> Holder:
    # The library's time authority signs with RSA only.
    key: Key = ec.generate_private_key(ec.SECP256R1())
    if purpose == TIME_STAMPING:
        key = rsa.generate_private_key(65537, 2048)
    now = datetime.now(UTC)
    subject = x509.Name(
        [
            x509.NameAttribute(NameOID.COMMON_NAME, name),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation),
        ]
    )
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.certificate.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now + begins)
        .not_valid_after(now + ends)
        .add_extension(x509.BasicConstraints(is_authority, None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )
    if usages is not None:
        usage = x509.KeyUsage(**(NO_USAGE | dict.fromkeys(usages, True)))
        builder = builder.add_extension(usage, critical=True)
    if purpose is not None:
        builder = builder.add_extension(x509.ExtendedKeyUsage([purpose]), critical=True)
    if issuer is not None:
        # As real authorities do: where to ask for more. Nobody listens there.
        elsewhere = x509.UniformResourceIdentifier(f"http://127.0.0.1:{asked_at or closed_port()}/")
        lists = x509.DistributionPoint([elsewhere], None, None, None)
        asking = (AuthorityInformationAccessOID.OCSP, AuthorityInformationAccessOID.CA_ISSUERS)
        descriptions = [x509.AccessDescription(one, elsewhere) for one in asking]
        builder = builder.add_extension(x509.CRLDistributionPoints([lists]), critical=False)
        builder = builder.add_extension(x509.AuthorityInformationAccess(descriptions), critical=False)
    signed = builder.sign(issuer.key if issuer else key, hashes.SHA256())
    return Holder(signed, key, above)


def apart(function: Callable[P, T]) -> Callable[P, T]:
    """Do the work in a thread of its own: pyHanko runs an event loop, and a browser's may run in this one."""

    @wraps(function)
    def done(*args: P.args, **kwargs: P.kwargs) -> T:
        with ThreadPoolExecutor(1) as thread:
            return thread.submit(function, *args, **kwargs).result()

    return done


def signer(holder: Holder) -> signers.SimpleSigner:
    """Return the holder as the library's signer."""
    return signers.SimpleSigner(
        signing_cert=_asn1(holder.certificate),
        signing_key=_asn1_key(holder.key),
        cert_registry=SimpleCertificateStore.from_certs([_asn1(one) for one in holder.above]),
    )


def time_authority(holder: Holder) -> DummyTimeStamper:
    """Return the holder as a time authority that answers without a network."""
    return DummyTimeStamper(
        _asn1(holder.certificate),
        _asn1_key(holder.key),
        SimpleCertificateStore.from_certs([_asn1(one) for one in holder.above]),
    )


@apart
def signed(
    contents: bytes | None = None,
    *,
    by: Holder,
    field: str = "Signature1",
    clock: DummyTimeStamper | None = None,
    **metadata: Any,
) -> bytes:
    """Return a PDF (of one page unless given) with a signature of the holder added."""
    out = io.BytesIO(pdf() if contents is None else contents)
    meta = signers.PdfSignatureMetadata(
        field_name=field, md_algorithm=metadata.pop("digest", "sha256"), **metadata
    )
    done = signers.sign_pdf(IncrementalPdfFileWriter(out, strict=False), meta, signer(by), timestamper=clock)
    return done.getvalue()


@apart
def signed_in_part(*, by: Holder) -> bytes:
    """Return a PDF whose signature, sound in itself, leaves out the last bytes of the file."""
    whole = signed(by=by)
    one = PdfFileReader(io.BytesIO(whole), strict=False).embedded_signatures[0]
    _start, first, second, last = one.byte_range
    ranges = b"/ByteRange [0 %d %d %d" % (first, second, last)
    less = whole.replace(ranges, (b"/ByteRange [0 %d %d %d" % (first, second, last - 6)).ljust(len(ranges)))
    digest = hashlib.sha256(less[:first] + less[second : second + last - 6]).digest()
    contents = asyncio.run(signer(by).async_sign(digest, "sha256")).dump().hex().encode()
    return less[: first + 1] + contents.ljust(second - first - 2, b"0") + less[second - 1 :]


@apart
def encrypted(*, password: str, by: Holder) -> bytes:
    """Return a PDF that opens with the password only, signed afterwards."""
    copy = copy_into_new_writer(PdfFileReader(io.BytesIO(pdf()), strict=False))
    copy.encrypt("owner", password)
    plain, out = io.BytesIO(), io.BytesIO()
    copy.write(plain)
    writer = IncrementalPdfFileWriter(plain, strict=False)
    writer.encrypt("owner")
    meta = signers.PdfSignatureMetadata(field_name="Signature1", md_algorithm="sha256")
    signers.sign_pdf(writer, meta, signer(by), output=out)
    return out.getvalue()


def with_list(contents: bytes, revoked: bytes) -> bytes:
    """Return a signed PDF to whose security store somebody added a revocation list."""
    writer, out = IncrementalPdfFileWriter(io.BytesIO(contents), strict=False), io.BytesIO()
    DocumentSecurityStore.supply_dss_in_writer(writer, None, crls=[CertificateList.load(revoked)])
    writer.write(out)
    return out.getvalue()


@apart
def stamped(contents: bytes, *, by: Holder) -> bytes:
    """Return a PDF with the document time stamp of an authority added."""
    writer = IncrementalPdfFileWriter(io.BytesIO(contents), strict=False)
    return bytes(signers.PdfTimeStamper(time_authority(by)).timestamp_pdf(writer, "sha256").getvalue())


def turned(contents: bytes) -> bytes:
    """Return a PDF to which somebody appended an update that turns its first page."""
    writer = IncrementalPdfFileWriter(io.BytesIO(contents), strict=False)
    page = writer.root["/Pages"]["/Kids"][0].get_object()
    page[pdf_name("/Rotate")] = NumberObject(90)
    writer.update_container(page)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def _asn1(certificate: x509.Certificate) -> asn1_x509.Certificate:
    return asn1_x509.Certificate.load(certificate.public_bytes(Encoding.DER))


def _asn1_key(key: Key) -> keys.PrivateKeyInfo:
    return keys.PrivateKeyInfo.load(key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()))


def damaged(contents: bytes, at: int, by: bytes) -> bytes:
    """Return contents with other bytes in that place."""
    return contents[:at] + by + contents[at + len(by) :]


def forged(contents: bytes) -> bytes:
    """Return a signed PDF with its page turned, and the signature moved so that lengths alone add up to the file.

    The appended update repeats the signature's dictionary, with the contents as a padded string of which each byte
    counts for two.
    """
    reader = PdfFileReader(io.BytesIO(contents), strict=False)
    one, page_at = reader.embedded_signatures[0], reader.root["/Pages"]["/Kids"].raw_get(0).idnum
    place = one.sig_field.raw_get("/V").idnum
    page = reader.root["/Pages"]["/Kids"][0]
    page[pdf_name("/Rotate")] = NumberObject(90)
    drawn = io.BytesIO()
    page.write_to_stream(drawn)
    _start, first, second, last = one.byte_range
    cms = one.pkcs7_content.rstrip(b"\0")
    escaped = b"".join(
        {40: b"\\(", 41: b"\\)", 92: b"\\\\", 13: b"\\r"}.get(byte, bytes([byte])) for byte in cms
    )

    def update(padding: int) -> bytes:
        out = io.BytesIO(contents)
        out.seek(0, io.SEEK_END)
        offsets = {}
        for number, body in (
            (page_at, drawn.getvalue()),
            (
                place,
                b"<< /Type /Sig /Filter /Adobe.PPKLite /SubFilter /adbe.pkcs7.detached"
                b" /ByteRange [0 %d %d %d] /Contents (%s) >>"
                % (first, second, last, escaped + b"\0" * padding),
            ),
        ):
            offsets[number] = out.tell()
            out.write(b"%d 0 obj\n%s\nendobj\n" % (number, body))
        table = out.tell()
        out.write(b"xref\n")
        for number, offset in sorted(offsets.items()):
            out.write(b"%d 1\n%010d 00000 n \n" % (number, offset))
        size, previous, root_at = (
            reader.trailer["/Size"],
            int(reader.last_startxref or 0),
            reader.root_ref.idnum,
        )
        out.write(b"trailer\n<< /Size %d /Root %d 0 R /Prev %d >>\n" % (size, root_at, previous))
        out.write(b"startxref\n%010d\n%%%%EOF\n" % table)
        return out.getvalue()

    padding = len(update(0)) - first - last - 2 - 2 * len(cms)
    return update(padding)
