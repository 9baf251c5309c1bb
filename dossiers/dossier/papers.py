"""Opening a paper of a dossier that is not evidence of an indicator: minutes, opinions, reports."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect

from storage.documents import link
from storage.documents.models import Document
from storage.errors import StorageError


def open_document(
    request: HttpRequest, documents: QuerySet[Document], document_id: UUID, *, back: str
) -> HttpResponse:
    """Send the person on to a short-lived link of one of the documents, which they may see.

    A closed file says why it is, on the page at ``back``. Raises Http404 for any other document.
    """
    document = get_object_or_404(documents, pk=document_id)
    try:
        answer: HttpResponse = redirect(link(document))
    except StorageError as reason:
        messages.error(request, f"{document.name}: {reason}")
        answer = redirect(back)
    answer["Cache-Control"] = "no-store"
    answer["Referrer-Policy"] = "no-referrer"
    return answer
