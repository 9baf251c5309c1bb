"""Reading files that may be hostile, in child processes that may die without harm to the one that asked.

The readers (``storage.readers``) are plain functions that import neither Django nor the settings, so that a child that
is taken over by a file finds no database, no store and no secrets in its environment.
"""

from __future__ import annotations

import atexit
import ctypes
import logging
import multiprocessing
import os
import resource
import signal
import sys
import threading
import warnings
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as TookTooLong
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from typing import Any, TypeVar

from pebble import ProcessExpired, ProcessPool

logger = logging.getLogger(__name__)

Result = TypeVar("Result")

PROCESSES = 2
#: Address space of a child in bytes: a picture of 100 million points takes 400 MB unpacked.
MEMORY_BYTES = 3 * 1024**3
#: What a child may write into one file, in bytes.
FILE_BYTES = 256 * 1024**2
#: After so many files a child is replaced, so that what a library leaks does not add up.
FILES_A_CHILD = 200
#: How often a file is read whose pool of children broke.
ATTEMPTS = 3

PR_SET_PDEATHSIG = 1


class ReaderDied(Exception):
    """A reader took too long, needed too much memory, or crashed. ``cause`` is «time», «memory» or «crash»."""

    def __init__(self, cause: str) -> None:
        super().__init__(cause)
        self.cause = cause


def call(function: Callable[..., Result], *arguments: Any, seconds: float) -> Result:
    """Return ``function(*arguments)``, done by a child process within so many seconds of its own time.

    Function, arguments and result must be picklable. What the function raises is raised here; raises ReaderDied when
    the child did not come back with either. Waiting for a free child does not count. Safe from any thread.

    A child that dies between two files ends the whole pool, and whatever waited for it: that is asked again of a new
    one, a few times, because a file may be what kills.
    """
    for _attempt in range(ATTEMPTS):
        try:
            return _schedule(function, arguments, seconds).result()
        except BrokenProcessPool as error:
            broken = error
        except MemoryError as error:
            raise _death("memory", function) from error
        except TookTooLong as error:
            raise _death("time", function) from error
        except ProcessExpired as error:
            raise _death("crash", function) from error
    raise _death("crash", function) from broken


def _schedule(function: Callable[..., Result], arguments: tuple[Any, ...], seconds: float) -> Future[Result]:
    try:
        return _pool().schedule(function, args=arguments, timeout=seconds)
    except RuntimeError as error:
        # The pool broke since it was looked at.
        raise BrokenProcessPool from error


def _death(cause: str, function: Callable[..., object]) -> ReaderDied:
    logger.warning("The reader %s died of %s", function.__qualname__, cause)
    return ReaderDied(cause)


_lock = threading.Lock()
_pools: dict[int, ProcessPool] = {}


def _pool() -> ProcessPool:
    """Return the pool of this very process: what a fork inherits is its parent's and of no use."""
    with _lock:
        pool = _pools.get(os.getpid())
        if pool is None or not pool.active:
            if pool is not None:
                logger.warning("The pool of readers broke; there is a new one")
                pool.stop()
            pool = _pools[os.getpid()] = ProcessPool(
                max_workers=PROCESSES,
                max_tasks=FILES_A_CHILD,
                initializer=_confine,
                context=multiprocessing.get_context("spawn"),
            )
        return pool


@atexit.register
def _close() -> None:
    if pool := _pools.pop(os.getpid(), None):
        pool.stop()
        pool.join()


def _confine() -> None:
    """Take from a child what no reader needs. Runs in the child, before the first file."""
    os.environ.clear()
    # A photo can carry 60,000 fields each of which a library warns of: as many lines in the log.
    warnings.simplefilter("ignore")
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with suppress(ValueError):  # macOS does not know this limit.
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_FSIZE, (FILE_BYTES, FILE_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        # A worker that is killed leaves no child behind.
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
