"""Documents, what was derived from them and found out about them, and files on their way."""

from .documents import Derivative, DerivativeKind, Document, DocumentQuerySet, DocumentState
from .integrity import Integrity, IntegrityCheck
from .likeness import Fingerprint, Likeness
from .pages import PagePicture
from .reading import Reading, ReadingOutcome, Text
from .retention import Retention
from .scanning import Scan, ScanOutcome
from .signatures import Signature, SignatureCheck, Signing
from .uploads import Upload, UploadState

__all__ = [
    "Derivative",
    "DerivativeKind",
    "Document",
    "DocumentQuerySet",
    "DocumentState",
    "Fingerprint",
    "Integrity",
    "IntegrityCheck",
    "Likeness",
    "PagePicture",
    "Reading",
    "ReadingOutcome",
    "Retention",
    "Scan",
    "ScanOutcome",
    "Signature",
    "SignatureCheck",
    "Signing",
    "Text",
    "Upload",
    "UploadState",
]
