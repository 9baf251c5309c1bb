#!/usr/bin/env python
"""Django's command line.

Beside a running ``make run`` the commands talk to its servers: the supervisor leaves their addresses
in ``var/run/environment``, which is read unless the environment already names servers.
"""

import os
import sys
from pathlib import Path

import environ


def main() -> None:
    """Run one management command."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    left_by_supervisor = Path(__file__).resolve().parent / "var" / "run" / "environment"
    named = {"DATABASE_URL", "S3_ENDPOINT", "SECRET_KEY"} & os.environ.keys()
    if not named and left_by_supervisor.is_file():
        environ.Env.read_env(left_by_supervisor)

    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
