"""Collect the texts to translate into the English catalogue, and compile it (``make messages``).

The compiled catalogue is committed, so that running Lúa needs no gettext on the machine.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from config.embedded.progress import say

PROJECT = Path(__file__).resolve().parents[2]
PROGRAMS = ("xgettext", "msgmerge", "msgattrib", "msguniq", "msgfmt")
SOURCES = ("config", "dossiers", "storage", "workflows")
# A folder named locale that makemessages finds by itself would be written to, whatever it was told.
SKIPPED = (".venv/*", "var/*", "tests/*", "docs/*", "config/static/*", "config/locale/*")


def gettext_missing() -> str | None:
    """Return the first program of GNU gettext that this machine lacks, or None."""
    return next((program for program in PROGRAMS if shutil.which(program) is None), None)


def collect(root: Path) -> None:
    """Bring the English catalogue of the project in ``root`` up to date with its sources.

    Translations that are there stay; texts no longer in the sources go.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django
    from django.conf import settings
    from django.core.management import call_command

    django.setup()
    settings.LOCALE_PATHS = [root / "config" / "locale"]
    before = Path.cwd()
    os.chdir(root)
    try:
        call_command(
            "makemessages",
            locale=["en"],
            ignore_patterns=list(SKIPPED),
            no_obsolete=True,
            no_wrap=True,
            add_location="file",
            verbosity=0,
        )
    finally:
        os.chdir(before)


def main() -> int:
    """Collect, compile, and say how much is still to translate."""
    if missing := gettext_missing():
        say(f"{missing} is not installed: install the package gettext (apt-get install gettext)")
        return 1
    locale = PROJECT / "config" / "locale"
    (locale / "en" / "LC_MESSAGES").mkdir(parents=True, exist_ok=True)
    collect(PROJECT)
    catalogue = locale / "en" / "LC_MESSAGES" / "django.po"
    command = [
        "msgfmt",
        "--check-format",
        "--statistics",
        "-o",
        str(catalogue.with_suffix(".mo")),
        str(catalogue),
    ]
    return subprocess.run(command).returncode


if __name__ == "__main__":
    sys.exit(main())
