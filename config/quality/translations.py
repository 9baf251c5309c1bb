"""Check that every Vietnamese text has its English translation, and that the catalogue is up to date.

Needs the programs of GNU gettext (on Debian the package ``gettext``).
"""

import gettext
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from config.embedded.progress import say
from config.quality.messages import PROJECT, SOURCES, collect, gettext_missing

CATALOGUE = Path("en") / "LC_MESSAGES" / "django.po"
SHOWN = 15
ENTRY = re.compile(r'^(?:msgctxt ".*"\n)?msgid ".*"\n(?:msgid_plural ".*"\n)?', re.MULTILINE)


def texts_of(catalogue: Path, *options: str) -> set[str]:
    """Return the texts to translate in a catalogue, narrowed by options of ``msgattrib``."""
    command = ["msgattrib", "--no-wrap", "--no-location", "--no-obsolete", *options, str(catalogue)]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=True)
    return {entry.group().strip() for entry in ENTRY.finditer(done.stdout)} - {'msgid ""'}


def compiled_differs(catalogue: Path) -> bool:
    """Whether the compiled catalogue beside it is missing or says something else."""
    compiled = catalogue.with_suffix(".mo")
    if not compiled.is_file():
        return True
    with tempfile.TemporaryDirectory() as folder:
        fresh = Path(folder) / "fresh.mo"
        subprocess.run(["msgfmt", "--check-format", "-o", str(fresh), str(catalogue)], check=True)
        with fresh.open("rb") as new, compiled.open("rb") as old:
            return gettext.GNUTranslations(new)._catalog != gettext.GNUTranslations(old)._catalog  # type: ignore[attr-defined]


def problems() -> list[str]:
    """Return what is wrong with the English catalogue, one line each."""
    if missing := gettext_missing():
        return [f"{missing} is not installed: install the package gettext (apt-get install gettext)"]
    committed = PROJECT / "config" / "locale" / CATALOGUE
    if not committed.is_file():
        return [f"{committed.relative_to(PROJECT)} does not exist: run `make messages` and translate it"]
    found = []
    with tempfile.TemporaryDirectory() as folder:
        # On a copy: collecting writes into every folder called "locale" that it meets.
        copy = Path(folder)
        for part in SOURCES:
            shutil.copytree(
                PROJECT / part, copy / part, ignore=shutil.ignore_patterns("static", "__pycache__")
            )
        collect(copy)
        fresh = copy / "config" / "locale" / CATALOGUE
        in_sources, in_catalogue = texts_of(fresh), texts_of(committed)
        found += [f"not in the catalogue: {text}" for text in sorted(in_sources - in_catalogue)]
        found += [f"no longer in the sources: {text}" for text in sorted(in_catalogue - in_sources)]
    found += [f"not translated: {text}" for text in sorted(texts_of(committed, "--untranslated"))]
    found += [f"only guessed (fuzzy): {text}" for text in sorted(texts_of(committed, "--only-fuzzy"))]
    if compiled_differs(committed):
        found.append("django.mo is not compiled from django.po: run `make messages`")
    return found


def main() -> int:
    """Print the problems; return 1 when there are any."""
    found = problems()
    for line in found[:SHOWN]:
        say(line.replace("\n", " "))
    if len(found) > SHOWN:
        say(f"… and {len(found) - SHOWN} more")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
