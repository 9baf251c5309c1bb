"""Documents are never removed and what was received is never changed."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.models import ProtectedError

from storage.documents import Derivative, Document, DocumentState, make_derivatives

from .conftest import Upload
from .files import jpeg

pytestmark = pytest.mark.django_db


def sql(statement: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        # Foreign keys are looked at when a transaction ends, and a table that waits for that cannot be emptied.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(statement)


def test_python_refuses_to_delete(upload: Upload) -> None:
    document = upload(jpeg(), "a.jpg")
    with pytest.raises(TypeError):
        document.delete()
    with pytest.raises(TypeError):
        Document.objects.all().delete()
    assert Document.objects.filter(pk=document.pk).exists()


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM documents_document",
        "TRUNCATE documents_document CASCADE",
        "UPDATE documents_document SET sha256 = 'x'",
        "UPDATE documents_document SET blake3 = 'x'",
        "UPDATE documents_document SET blake3 = ''",
        "UPDATE documents_document SET size = size + 1",
        "UPDATE documents_document SET object_key = 'x'",
        "UPDATE documents_document SET version_id = 'x'",
        "UPDATE documents_document SET content_type = 'text/html'",
        "UPDATE documents_document SET name = 'x'",
        "UPDATE documents_document SET uploaded_by_id = 8",
        "UPDATE documents_document SET uploaded_at = now() - interval '1 year'",
    ],
)
def test_the_database_refuses_too(upload: Upload, statement: str) -> None:
    document = upload(jpeg(), "a.jpg")
    with pytest.raises(DatabaseError, match="kept as they were received"):
        sql(statement)
    again = Document.objects.get(pk=document.pk)
    assert (again.sha256, again.name, again.object_key) == (document.sha256, "a.jpg", document.object_key)


def test_how_far_the_pictures_are_may_change(upload: Upload) -> None:
    document = upload(jpeg(), "a.jpg")
    document.state = DocumentState.PLAIN
    document.save()
    assert Document.objects.get(pk=document.pk).state == DocumentState.PLAIN


def test_a_document_with_pictures_is_protected_by_them(upload: Upload) -> None:
    document = upload(jpeg(), "a.jpg")
    make_derivatives(document_id=str(document.pk))
    with pytest.raises(ProtectedError):
        super(Document, document).delete()
    assert Derivative.objects.filter(document=document).count() == 2


@pytest.mark.parametrize("change", [{"id": uuid.uuid4()}, {"size": 0}], ids=["one version twice", "empty"])
def test_no_two_documents_share_a_stored_version_and_none_is_empty(
    upload: Upload, change: dict[str, Any]
) -> None:
    document = upload(jpeg(), "a.jpg")
    values = {field.attname: getattr(document, field.attname) for field in Document._meta.fields}
    values |= {"id": uuid.uuid4(), "version_id": "another"} if "size" in change else {}
    with pytest.raises(IntegrityError), transaction.atomic():
        Document.objects.create(**values | change)
