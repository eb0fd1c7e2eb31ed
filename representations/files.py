"""Writing files whole or not at all."""

import errno
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

PARTIAL = ".evograft-part"
"""How the names of files end that are being written, and no others; they begin with a dot."""


@contextmanager
def replacing(path: Path, *, binary: bool = False) -> Iterator[IO[Any]]:
    """Open a temporary file beside *path* that takes its place when all went well.

    It is synced to disk first, so that a crash leaves the old file or the new one. A process that
    is killed leaves the temporary file too; see :func:`remove_partial_files`.

    Raises
    ------
    OSError
        Where it cannot be written, naming *path*; what was there is as it was.

    Examples
    --------
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     with replacing(Path(folder, "notes.txt")) as file:
    ...         _ = file.write("all of it")
    ...     Path(folder, "notes.txt").read_text()
    'all of it'
    """
    try:
        path = path.resolve()  # what a link points to is replaced, and not the link
        if path.exists() and not path.is_file():
            raise OSError(errno.EINVAL, "it is no regular file")
        with _replacing(path, binary=binary) as file:
            yield file
    except OSError as error:
        # The user knows the file, not the temporary one, and a full disk names neither.
        reason = error.strerror or str(error)
        raise OSError(error.errno, f"{path} cannot be written: {reason}") from error


@contextmanager
def _replacing(path: Path, *, binary: bool) -> Iterator[IO[Any]]:
    settings: dict[str, Any] = {"mode": "wb"} if binary else {"mode": "w", "encoding": "utf-8"}
    descriptor, temporary = tempfile.mkstemp(
        dir=path.parent, prefix=f".{path.name}.", suffix=PARTIAL
    )
    try:
        with os.fdopen(descriptor, **settings) as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).chmod(0o666 & ~_umask())
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def remove_partial_files(folder: Path) -> None:
    """Remove what a killed process was writing in *folder*; nobody else may be at it now."""
    for path in folder.glob(f".*{PARTIAL}"):
        path.unlink(missing_ok=True)


def sync_directory(folder: Path) -> None:
    """Let the names of the files in *folder* survive a power failure too, where that is possible.

    It is not on Windows and on some network file systems; files are whole there all the same.
    """
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
