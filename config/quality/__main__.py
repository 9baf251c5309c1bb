"""``make check``: run every check, also after one has failed, and name those that failed."""

import os
import secrets
import subprocess
import sys
import time
from pathlib import Path

from config.embedded.progress import say

PROJECT = Path(__file__).resolve().parents[2]
PRODUCTION = {
    "SECRET_KEY": secrets.token_hex(48),
    "ALLOWED_HOSTS": "lua.example",
    "DATABASE_URL": "postgres://lua@127.0.0.1:1/lua",
    "S3_ENDPOINT": "s3.lua.example",
}


def checks() -> dict[str, list[str]]:
    """Return the command of every check under the name it is reported by."""
    python = sys.executable
    beside = Path(python).parent
    # The history in a database is no matter here, and there is none to ask.
    manage = [python, "-W", "ignore::RuntimeWarning", "manage.py"]
    return {
        "style": [str(beside / "ruff"), "check", "--quiet", "--output-format=concise", "."],
        "formatting": [str(beside / "ruff"), "format", "--check", "--quiet", "--output-format=concise", "."],
        "types": [str(beside / "mypy"), "--no-error-summary"],
        "layers": [str(beside / "lint-imports"), "--no-logo"],
        "missing migrations": [*manage, "makemigrations", "--check", "--dry-run"],
        "deployment settings": [*manage, "check", "--deploy", "--fail-level", "WARNING"],
        "translations": [python, "-m", "config.quality.translations"],
    }


def main() -> int:
    """Run the checks named on the command line, or all; return the exit code."""
    # Nothing of the person's own settings may decide what production looks like.
    ours = ("LUA_", "S3_", "DB_", "DEBUG", "SECRET_", "ALLOWED_HOSTS", "CSRF_", "CLAMAV_", "EMAIL_", "MAIL_")
    env = {key: value for key, value in os.environ.items() if not key.startswith(ours)} | PRODUCTION
    chosen = sys.argv[1:]
    failed = []
    for name, command in checks().items():
        if chosen and name not in chosen:
            continue
        began = time.monotonic()
        done = subprocess.run(command, env=env, cwd=PROJECT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        good = done.returncode == 0
        say(f"  {'✓' if good else '✗'} {name} ({time.monotonic() - began:.1f} s)")
        if not good:
            say(done.stdout.decode(errors="replace").rstrip())
            failed.append(name)
    if failed:
        say(f"Failed: {', '.join(failed)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
