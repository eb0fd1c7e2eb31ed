"""One run, study or generation at a time in a directory."""

import json
import os
import platform
import sys
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

LOCK = ".lock"
"""The file that is locked; it is there while somebody works in the directory, or was killed."""

PAUSE = 0.2
"""Seconds between two attempts of somebody who waits."""


class InUseError(ValueError):
    """Somebody else is in the directory."""


@contextmanager
def locked(path: Path, *, patience: float = 0.0) -> Iterator[None]:
    """Keep everybody else who calls this out of the directory *path* while the context lasts.

    The operating system holds the lock, and lets go of it when the process ends, however it ends.
    A process that is forked meanwhile has no part in it.

    Parameters
    ----------
    path : Path
        A directory that is there.
    patience : float
        Seconds to wait for somebody who is in it to leave.

    Raises
    ------
    InUseError
        A ValueError, where somebody has it already, who is named.
    ValueError
        Where it cannot be written.

    Warns
    -----
    UserWarning
        Where the file system knows no locks: then nobody is kept out.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder, locked(Path(folder)):
    ...     with locked(Path(folder)):  # doctest: +ELLIPSIS
    ...         pass
    Traceback (most recent call last):
    evograft.representations.directory_lock.InUseError: ... is in use by process ...: only one run
    or study at a time can be in a directory
    """
    deadline = time.monotonic() + patience
    while True:
        try:
            holder = _take(Path(path))
            break
        except InUseError:
            if time.monotonic() >= deadline:
                raise
            time.sleep(PAUSE)
    try:
        yield
    finally:
        holder.release()


class _Holder:
    """An open lock file; without a descriptor once it is closed."""

    def __init__(self, file: Path, descriptor: int) -> None:
        self.file = file
        self.descriptor: int | None = descriptor
        _holders.add(self)

    def close(self) -> None:
        _holders.discard(self)
        if self.descriptor is not None:
            os.close(self.descriptor)
            self.descriptor = None

    def release(self) -> None:
        """Remove the file and let go of it, unless this is a forked process, that has no part."""
        if self.descriptor is None:
            return
        # As long as it is locked nobody else removes it, or takes what was opened before it went.
        if self.is_named():
            with suppress(OSError):  # Windows removes no file that is open
                self.file.unlink()
        self.close()

    def is_named(self) -> bool:
        """Whether the file that is open is still the one of that name."""
        assert self.descriptor is not None
        try:
            return os.path.samestat(os.fstat(self.descriptor), self.file.stat())
        except FileNotFoundError:
            return False

    def describe(self) -> None:
        """Write who this is, for those who are refused."""
        assert self.descriptor is not None
        who = {
            "process": os.getpid(),
            "host": platform.node(),
            "since": datetime.now(UTC).isoformat(timespec="seconds"),
        }
        with suppress(OSError):  # a full disk, say: they are not told then
            os.ftruncate(self.descriptor, 0)
            os.lseek(self.descriptor, 0, os.SEEK_SET)
            os.write(self.descriptor, json.dumps(who).encode())


_holders: set[_Holder] = set()


def _take(path: Path) -> _Holder:
    while True:
        try:
            descriptor = os.open(path / LOCK, os.O_RDWR | os.O_CREAT, 0o666)
        except OSError as error:
            raise ValueError(
                f"{str(path)!r} must be a directory that can be written: {error.strerror}"
            ) from None
        holder = _Holder(path / LOCK, descriptor)
        try:
            _lock(descriptor)
        except (BlockingIOError, PermissionError):
            holder.close()
            raise InUseError(
                f"{str(path)!r} is in use by {_other(path / LOCK)}: "
                "only one run or study at a time can be in a directory"
            ) from None
        except OSError as error:
            warnings.warn(
                f"{str(path)!r} cannot be locked, {error.strerror}: see to it that no other run or "
                "study uses it",
                stacklevel=4,
            )
        if holder.is_named():
            holder.describe()
            return holder
        holder.close()  # it was removed by who had it, after it was opened here


def _other(file: Path) -> str:
    """Who has locked *file*, as far as can be told."""
    try:
        who = json.loads(file.read_text(encoding="utf-8"))
        return f"process {who['process']} on {who['host']} since {who['since']}"
    except (OSError, ValueError, TypeError, KeyError):  # it is being written, say
        return "another process"


if sys.platform == "win32":
    import msvcrt

    def _lock(descriptor: int) -> None:
        # A byte far behind the text, as a locked one cannot be read by others.
        os.lseek(descriptor, 2**20, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _lock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def _forget() -> None:
        """Close what a forked process has inherited: else it would hold its parent's locks."""
        for holder in list(_holders):
            holder.close()

    os.register_at_fork(after_in_child=_forget)
