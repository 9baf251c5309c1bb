"""What fields of whole numbers say."""

from __future__ import annotations

import pytest
from django.utils import translation

from dossiers.dossier.models import Dossier
from dossiers.recognition.pages import VoteForm


@pytest.mark.parametrize(
    ("value", "said"), [("hai", "Xin nhập số nguyên."), ("-1", "Xin nhập số từ 0 trở lên.")]
)
def test_errors_are_plain_sentences(value: str, said: str) -> None:
    with translation.override("vi"):
        assert VoteForm({"present": value}, dossier=Dossier()).errors["present"] == [said]
