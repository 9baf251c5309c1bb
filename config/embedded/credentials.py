"""Secrets generated once per install, readable by the owner only."""

import os
import secrets
from pathlib import Path


def secret(folder: Path, name: str, *, length: int = 32) -> str:
    """Return the secret of that name, made at the first call from ``length`` random bytes (hexadecimal)."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    file = folder / name
    if file.is_file() and (known := file.read_text(encoding="ascii").strip()):
        return known
    made = secrets.token_hex(length)
    write_private(file, made)
    return made


def write_private(file: Path, text: str) -> None:
    """Write a file that only its owner may read (0600), whole or not at all."""
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_name(f"{file.name}.{os.getpid()}.new")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as out:
        out.write(text)
    draft.replace(file)
