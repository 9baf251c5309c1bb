"""Readers that go wrong in every way a file could make them; children import this module, so it imports no Django."""

from __future__ import annotations

import os
import signal
import sys
import time
import warnings


def double(number: int) -> int:
    return 2 * number


def own_number() -> int:
    return os.getpid()


def sleep(*arguments: object) -> None:
    time.sleep(60)


def fill_memory() -> int:
    return len(bytearray(8 * 1024**3))


def crash(*arguments: object) -> int:
    os.kill(os.getpid(), signal.SIGSEGV)
    return 0


def refuse(reason: str) -> None:
    raise LookupError(reason)


def what_it_knows() -> tuple[dict[str, str], list[str]]:
    return dict(os.environ), sorted(sys.modules)


def warnings_heard() -> int:
    with warnings.catch_warnings(record=True) as heard:
        warnings.warn("a field is damaged", stacklevel=1)
    return len(heard)


def fill_disk(path: str, size: int) -> None:
    with open(path, "wb") as out:
        for _ in range(size // (1 << 20) + 1):
            out.write(b"x" * (1 << 20))
