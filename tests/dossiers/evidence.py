"""Attaching files to indicators in one word, for the tests of what people do with them."""

from __future__ import annotations

import io

from dossiers.results.acts import AttachEvidence
from dossiers.results.models import Evidence
from storage.documents import Document, make_derivatives, receive
from workflows.demonstration.files import photo
from workflows.demonstration.journey import Journey

CODE = "14.2"


def received(journey: Journey, name: str, contents: bytes = b"", *, is_read: bool = False) -> Document:
    """Return a document that the commune's official sent; without contents it is a photo of its name."""
    stream = io.BytesIO(contents or photo(name).getvalue())
    document = receive(stream=stream, name=name, uploaded_by_id=journey.official.user.pk)
    if is_read:
        make_derivatives(document_id=str(document.pk))
    return document


def attached(journey: Journey, document: Document, *codes: str, caption: str = "") -> Evidence:
    """Attach to the indicators, or to 14.2; return the row of the first."""
    results = journey.results().filter(indicator__code__in=codes or (CODE,)).values_list("pk", flat=True)
    act = journey.do(
        AttachEvidence, journey.official, document=document, results=list(results), caption=caption
    )
    return act.evidence[0]
