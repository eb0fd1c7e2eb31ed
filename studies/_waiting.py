"""A line for whoever waits."""

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def said_if_slow(text: str, seconds: float) -> Iterator[None]:
    """Write the line *text* to standard error unless the context ends within *seconds*."""
    timer = threading.Timer(seconds, _say, [text])
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _say(text: str) -> None:
    from tqdm import tqdm

    tqdm.write(text, file=sys.stderr)  # above a bar, if there is one
    sys.stderr.flush()
