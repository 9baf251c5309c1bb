"""The check of the English catalogue sees what is missing, and changes nothing."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path

import pytest
from pytest_django import Settings

from config.quality import messages, translations

pytestmark = pytest.mark.skipif(
    messages.gettext_missing() is not None, reason="GNU gettext is not installed (package gettext)"
)
LOCALE = messages.PROJECT / "config" / "locale"


def fingerprint(folder: Path) -> dict[str, str]:
    return {
        str(file): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in folder.rglob("*")
        if file.is_file()
    }


def test_the_check_leaves_the_catalogue_as_it_is() -> None:
    # It once collected into the real folder and cut the catalogue to a tenth.
    before = fingerprint(LOCALE)

    subprocess.run(
        [sys.executable, "-m", "config.quality.translations"], cwd=messages.PROJECT, capture_output=True
    )

    assert fingerprint(LOCALE) == before


def test_new_texts_are_found_wherever_they_are(tmp_path: Path, settings: Settings) -> None:
    for part in ("config/locale/en/LC_MESSAGES", "dossiers/app/templates"):
        (tmp_path / part).mkdir(parents=True)
    (tmp_path / "config" / "page.py").write_text('_("Câu trong cấu hình")\n', encoding="utf-8")
    (tmp_path / "dossiers" / "app" / "acts.py").write_text('_("Câu của hồ sơ")\n', encoding="utf-8")
    page = tmp_path / "dossiers" / "app" / "templates" / "page.html"
    page.write_text("{% load i18n %}{% translate 'Câu trên trang' %}", encoding="utf-8")

    messages.collect(tmp_path)

    catalogue = tmp_path / "config" / "locale" / translations.CATALOGUE
    expected = {f'msgid "{text}"' for text in ("Câu trong cấu hình", "Câu của hồ sơ", "Câu trên trang")}
    assert translations.texts_of(catalogue) == expected
    assert translations.texts_of(catalogue, "--untranslated") == expected
    assert translations.compiled_differs(catalogue)
