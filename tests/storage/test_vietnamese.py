"""Vietnamese text for searching and sorting, in Python and in the database alike."""

from __future__ import annotations

import unicodedata

import pytest
from django.db import connection
from django.db.models import Value
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from storage.documents.models import Document
from storage.vietnamese import SPELLINGS, Folded, InAlphabeticalOrder, fold

LETTERS = "".join("".join(spellings) for spellings in SPELLINGS.values())
WORDS = st.text(st.sampled_from(LETTERS + " 0123456789-."), max_size=40)


def in_database(expression: type[Folded] | type[InAlphabeticalOrder], text: str) -> str:
    sql, parameters = Document.objects.values_list(expression(Value(text)), flat=True).query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(sql.partition(" AS ")[0], parameters)
        return cursor.fetchone()[0]


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Xã Yên Nam", "xa yen nam"),
        ("ĐINH XÁ", "dinh xa"),
        ("Chính Lý", "chinh ly"),
        ("Ngữ ượng", "ngu uong"),
    ],
)
def test_folding_leaves_plain_letters(text: str, folded: str) -> None:
    assert fold(text) == folded
    assert fold(unicodedata.normalize("NFD", text)) == folded


@pytest.mark.django_db
@hypothesis_settings(
    deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(text=WORDS)
def test_the_database_folds_as_python_does(text: str) -> None:
    assert in_database(Folded, text) == fold(text)


@pytest.mark.django_db
def test_names_sort_by_the_vietnamese_alphabet() -> None:
    names = [
        "An Ninh",
        "Ăn Lão",
        "Ân Thi",
        "Ba Sao",
        "Chính Lý",
        "Chuyên Ngoại",
        "Dinh",
        "Đinh Xá",
        "Yên Nam",
    ]
    keys = [in_database(InAlphabeticalOrder, name) for name in names]
    assert sorted(names, key=dict(zip(names, keys, strict=True)).__getitem__) == names
    assert in_database(InAlphabeticalOrder, "đinh xạ") == in_database(InAlphabeticalOrder, "ĐINH XÁ")
