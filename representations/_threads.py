"""How many threads a batch uses where its caller does not say."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_here = threading.local()


def count(threads: int | None) -> int:
    """Return *threads*, or if that is None one for each processor, but what :func:`held_to` allows.

    >>> with held_to(1):
    ...     count(None), count(3)
    (1, 3)
    """
    return threads or getattr(_here, "most", None) or os.cpu_count() or 1


@contextmanager
def held_to(most: int) -> Iterator[None]:
    """A context in which this thread starts no more than *most* of its own for a batch.

    For workers, of which there are as many as processors already.
    """
    before = getattr(_here, "most", None)
    _here.most = most
    try:
        yield
    finally:
        _here.most = before
