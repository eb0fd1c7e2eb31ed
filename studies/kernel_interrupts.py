"""Ctrl-C that comes while a compiled kernel ends."""

from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def kernel_interrupts() -> Iterator[None]:
    """Raise the KeyboardInterrupt of which the end of a compiled kernel has made a SystemError.

    A signal that comes in the moment in which a kernel takes Python's lock again makes Python
    complain of a result with an exception set, of which that exception is a cause.

    Examples
    --------
    >>> try:
    ...     with kernel_interrupts():
    ...         raise SystemError("a result with an exception set") from KeyboardInterrupt()
    ... except KeyboardInterrupt:
    ...     print("interrupted")
    interrupted
    """
    try:
        yield
    except SystemError as error:
        cause: BaseException | None = error
        while cause is not None and not isinstance(cause, KeyboardInterrupt):
            cause = cause.__cause__ or cause.__context__
        if cause is None:
            raise
        raise KeyboardInterrupt from error
