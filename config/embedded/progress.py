"""What the operator sees in the terminal: one line per step, with the time it took."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager


class Failed(Exception):
    """A start that cannot go on; the message is one clear line for the operator."""


def say(text: str) -> None:
    """Print one line at once, also into a pipe or with a terminal that knows no Vietnamese."""
    encoding = sys.stdout.encoding or "ascii"
    print(text.encode(encoding, "replace").decode(encoding), flush=True)


@contextmanager
def step(title: str) -> Iterator[None]:
    """Announce a step, and say when it is done and how long it took (seconds)."""
    started = time.monotonic()
    say(f"  … {title}")
    yield
    say(f"  ✓ {title} ({time.monotonic() - started:.1f} s)")
