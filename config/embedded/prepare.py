"""Bring database, bucket and static files up to date, in one process; run by the supervisor before serving.

``python -m config.embedded.prepare RESULT`` writes to the file RESULT, as JSON, whether demo sign-in is
offered and who the demo people are.
"""

import json
import os
import sys
from io import StringIO
from pathlib import Path

import django

from config.embedded.credentials import secret, write_private
from config.embedded.progress import Failed, say, step


def main(result: Path) -> int:
    """Prepare everything; return the exit code of the process."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    try:
        with step("Settings"):
            django.setup()
            check()
        with step("Database migrations"):
            migrate()
        with step("Evidence bucket"):
            ensure_bucket()
        with step("Static files"):
            collect_static()
        demo = demo_allowed()
        load_first_data(demo=demo, secrets=result.parent.parent / "secrets")
    except Failed as failure:
        say(f"Lúa: {failure}")
        return 1
    write_private(result, json.dumps({"demo": demo, "accounts": accounts() if demo else []}))
    return 0


def check() -> None:
    """Run Django's system checks, ours among them, and turn the first error into one line."""
    from django.core.management import call_command
    from django.core.management.base import SystemCheckError

    try:
        call_command("check", stdout=StringIO())
    except SystemCheckError as error:
        raise Failed(f"The system check refuses these settings:\n{error}") from error


def migrate() -> None:
    """Apply the missing migrations. They may wait and work longer than a request may."""
    from django.core.management import call_command
    from django.db import OperationalError

    try:
        call_command("migrate", interactive=False, verbosity=0)
    except OperationalError as error:
        raise Failed(f"The database does not answer: {str(error).strip().splitlines()[0]}") from error


def ensure_bucket() -> None:
    """Make the evidence bucket, versioned, if it is missing."""
    from storage import objects
    from storage.errors import StorageError

    try:
        objects.ensure_bucket()
    except StorageError as error:
        raise Failed(f"The S3 server does not answer or refuses the credentials: {error}") from error


def collect_static() -> None:
    """Copy, hash and compress the static files."""
    from django.core.management import call_command

    call_command("collectstatic", interactive=False, verbosity=0)


def demo_allowed() -> bool:
    """Whether to offer demo sign-in: switched on, and the database knows no person who is not a demo one.

    So a real database is never opened to one-click sign-in by starting it this way.
    """
    from django.conf import settings

    from dossiers.organisations.models import User

    real_people = User.objects.filter(is_demo=False).exists()
    if settings.LUA_DEMO and real_people:
        say("  ! This database holds real people: demo sign-in stays off.")
    return bool(settings.LUA_DEMO) and not real_people


def load_first_data(*, demo: bool, secrets: Path) -> None:
    """Load units, agencies and criteria into an empty database and, in demo mode, people and dossiers.

    Demo data that a stopped start left unfinished are completed at the next one.
    """
    from django.core.management import call_command

    from dossiers.organisations.models import AdministrativeUnit, User

    finished = secrets.parent / "run" / "demo-loaded"
    demo_missing = demo and not (finished.exists() and User.objects.exists())
    if demo_missing or not AdministrativeUnit.objects.exists():
        with step("Reference data of Hà Nam and of Ninh Bình since 2025"):
            # The overlay sets the thresholds that a province must decide, for demonstration only.
            overlay = ["--with-demo-overlay"] if demo else []
            call_command("load_reference_data", "--with-two-tier", *overlay)
            call_command("load_calendar")
    if demo_missing:
        with step("Demonstration year, only at the first start"):
            call_command("load_demo", password=demo_password(secrets))
        finished.touch()


def demo_password(secrets: Path) -> str:
    """Return the password that all demo people of this install share."""
    return secret(secrets, "demo-password", length=5)


def accounts() -> list[dict[str, str]]:
    """Return the demo people that the sign-in page offers: role, name, agency, username."""
    from workflows.demonstration.sign_in import demo_accounts

    return [
        {"role": one.role, "name": one.name, "agency": one.agency, "username": one.username}
        for one in demo_accounts()
    ]


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
