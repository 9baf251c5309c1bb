"""Checking the digital signatures inside documents, and which documents are due for it."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from storage import sandbox
from storage.readers.kinds import PDF
from storage.readers.signature_facts import SignatureFound, SignaturesUnreadable

from .models import Document, Integrity, Signature, SignatureCheck, Signing
from .reading import fetched
from .trust import TrustRoots, trust_roots

logger = logging.getLogger(__name__)

#: How many documents the periodic job asks for at a time.
BATCH = 50
READ_SECONDS = 60


def may_be_signed(content_type: str) -> bool:
    """Whether files of this type are looked into for signatures."""
    return content_type == PDF


def check(document: Document) -> SignatureCheck:
    """Look into a document's signatures and keep what was found in place of what was found before.

    What hostile files do to the reader is a finding. The verdict is as of the document's arrival, so that checking
    again with the same roots finds the same. Raises StorageUnavailable and TrustRootsUnreadable; then nothing changed.
    """
    roots = trust_roots()
    outcome, found = _look_into(document, roots)
    with transaction.atomic():
        kept, _created = SignatureCheck.objects.update_or_create(
            document=document,
            defaults={"checked_at": timezone.now(), "roots": roots.fingerprint, "outcome": outcome},
        )
        kept.signatures.all().delete()
        Signature.objects.bulk_create(
            Signature(signature_check=kept, position=position, **vars(one))
            for position, one in enumerate(found, start=1)
        )
    return kept


def _look_into(document: Document, roots: TrustRoots) -> tuple[Signing, Sequence[SignatureFound]]:
    # Loads the library, which no web process needs.
    from storage.readers.signatures import read_signatures

    with fetched(document) as path:
        arguments = (path, roots.certificates, document.uploaded_at)
        try:
            found = sandbox.call(read_signatures, *arguments, seconds=READ_SECONDS)
        except (SignaturesUnreadable, sandbox.ReaderDied) as error:
            logger.warning("The signatures of document %s cannot be read: %s", document.pk, error)
            return Signing.UNREADABLE, ()
    if not found:
        return Signing.NONE, ()
    return Signing.OK if all(one.is_good for one in found) else Signing.PROBLEM, found


def signable() -> QuerySet[Document]:
    """Return the documents that may hold signatures, without those whose file is gone."""
    return Document.objects.filter(content_type=PDF).exclude(integrity__outcome=Integrity.MISSING)


def due() -> QuerySet[Document]:
    """Return those never checked, then those checked with other roots than today's, the oldest verdict first.

    A file without signatures needs no roots to be known as such. Raises TrustRootsUnreadable.
    """
    other_roots = ~Q(signature_check__roots=trust_roots().fingerprint)
    has_signatures = ~Q(signature_check__outcome=Signing.NONE)
    return (
        signable()
        .filter(Q(signature_check__isnull=True) | other_roots & has_signatures)
        .order_by(F("signature_check__checked_at").asc(nulls_first=True), "uploaded_at")
    )
