"""``make bench``: the benchmark command on an empty, migrated database with a bucket."""

import os
import signal
import sys

import django

from config.embedded.prepare import ensure_bucket, migrate
from config.embedded.progress import Failed, say, step


def main() -> int:
    """Prepare the temporary servers and run ``manage.py bench`` with the arguments given."""
    # The benchmark ends the processes it has started on its way out.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from django.core.management import execute_from_command_line

    try:
        with step("Database migrations, evidence bucket"):
            migrate()
            ensure_bucket()
    except Failed as failure:
        say(f"Lúa: {failure}")
        return 1
    with step("Benchmark"):
        execute_from_command_line(["manage.py", "bench", *sys.argv[1:]])
    return 0


if __name__ == "__main__":
    sys.exit(main())
