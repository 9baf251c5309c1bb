"""The certificates that signatures must lead to: a folder of the settings, read anew each time."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from django.conf import settings

ENDINGS = frozenset({".pem", ".crt", ".cer"})
PEM_MARK = b"-----BEGIN"


class TrustRootsUnreadable(Exception):
    """The folder is missing, or a file in it is no certificate. ``path`` says which."""

    def __init__(self, path: Path) -> None:
        super().__init__(str(path))
        self.path = path


@dataclass(frozen=True)
class TrustRoots:
    """Certificates in DER, and a fingerprint (SHA-256, hex) that changes when any of them does; empty without any."""

    certificates: tuple[bytes, ...] = ()
    fingerprint: str = ""


def trust_roots() -> TrustRoots:
    """Return what ``PDF_TRUST_ROOTS`` holds, PEM or DER, also several in one file. Raises TrustRootsUnreadable."""
    if not settings.PDF_TRUST_ROOTS:
        return TrustRoots()
    folder = Path(settings.PDF_TRUST_ROOTS)
    try:
        files = [one for one in folder.iterdir() if one.suffix.lower() in ENDINGS]
    except OSError as error:
        raise TrustRootsUnreadable(folder) from error
    found = {certificate for file in files for certificate in _certificates(file)}
    if not found:
        return TrustRoots()
    digests = sorted(hashlib.sha256(one).digest() for one in found)
    return TrustRoots(tuple(sorted(found)), hashlib.sha256(b"".join(digests)).hexdigest())


def _certificates(file: Path) -> list[bytes]:
    try:
        contents = file.read_bytes()
        if PEM_MARK in contents:
            certificates = x509.load_pem_x509_certificates(contents)
        else:
            certificates = [x509.load_der_x509_certificate(contents)]
    except (OSError, ValueError) as error:
        raise TrustRootsUnreadable(file) from error
    return [one.public_bytes(Encoding.DER) for one in certificates]
