"""What the commands of the command line read: settings, problems, and where to write."""

import ast
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from evograft.representations import _check


def read_assignments(option: str, texts: Iterable[str]) -> dict[str, Any]:
    """Read ``key=value`` texts; a value is a Python literal, else a string."""
    values = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals or not name:
            raise ValueError(f"{option} must be KEY=VALUE, got {text!r}")
        try:
            values[name] = ast.literal_eval(value)
        except (ValueError, SyntaxError):
            values[name] = {"true": True, "false": False, "none": None}.get(value, value)
    return values


@contextmanager
def open_engine(
    workers: int | None, scheduler: str | None, *, chunksize: int | None = None
) -> Iterator[Any]:
    """A map for ``toolbox.map`` while the context lasts; None where none is asked for."""
    from evograft.studies import engines

    if workers is not None:
        count = _check.integer("--workers", workers, minimum=1)
        with engines.processes(count, chunksize=chunksize) as engine:
            yield engine
    elif scheduler is not None:
        with engines.dask(scheduler, chunksize=chunksize) as engine:
            yield engine
    else:
        yield None


def fresh_path(start: str) -> Path:
    """A path under ``runs`` that does not exist, from *start* and the time."""
    stamp = datetime.now().strftime("%Y%m%d-%H%M%S")
    name = f"{start}-{stamp}".replace(":", "-")
    path, count = Path("runs", name), 1
    while path.exists():
        count += 1
        path = Path("runs", f"{name}-{count}")
    return path
