"""The data of the page: typed arrays, and JSON that is safe between tags."""

import base64
import json
import math
import zlib
from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from evograft.studies.bench.view.source import GENOME_COLUMNS, PageSource

FIRST_AXES = ("degree_entropy", "modularity_undirected_greedy", "neurons")
"""Horizontal, vertical, colour: what is seen first, where there are such columns."""

LARGEST_EXACT = 2**53
"""Integers beyond are no numbers in a browser, and are shown as text."""

MOST_BITS = 4096
"""Of integers that are written out."""

DEEPEST = 30
"""Lists and mappings in each other that are shown; JSON can nest more than any reader follows."""


def column(values: npt.NDArray[Any]) -> npt.NDArray[np.float32]:
    """Return numbers as the page takes them: little-endian float32, NaN where there is none.

    >>> column(np.array([1, np.inf, 1e300])).tolist()
    [1.0, nan, nan]
    """
    with np.errstate(over="ignore"):
        narrow = np.asarray(values, "<f4")
    return np.where(np.isfinite(narrow), narrow, np.float32(np.nan)).astype("<f4", copy=False)


def numbers(source: PageSource) -> npt.NDArray[np.float64]:
    """The numbers of the entries; float64 holds those that float32 does not."""
    return np.asarray(source.numbers, "<f8")


def description(source: PageSource, mode: str, **packed: Any) -> dict[str, Any]:
    """What the page has to know before any column is read; *mode* is "served" or "file".

    What is *packed*, and how, only a file needs to tell.
    """
    return {
        "mode": mode,
        "title": source.title,
        "about": source.about,
        "count": len(source.numbers),
        "columns": [
            {
                "name": name,
                "group": "genome" if name in GENOME_COLUMNS else "measured",
                "summary": source.summaries.get(name, ""),
            }
            for name in source.columns
        ],
        "axes": _first_axes(source),
        **packed,
    }


def _first_axes(source: PageSource) -> list[int]:
    """Places of the columns of the first view; where one is missing, the next one that varies."""
    names = list(source.columns)
    others = [place for place, name in enumerate(names) if name not in FIRST_AXES]
    others.sort(key=lambda place: not _varies(source.columns[names[place]]))
    following = iter(others)
    return [names.index(name) if name in names else next(following, 0) for name in FIRST_AXES]


def _varies(values: npt.NDArray[Any]) -> bool:
    narrow = column(values)
    present = narrow[~np.isnan(narrow)]
    return bool(len(present) and present.min() < present.max())


def safe_json(value: Any, *, digits: int | None = None) -> str:
    r"""Return JSON in ASCII that may stand in a script element; what JSON knows not is null.

    >>> safe_json({"name": "</script>", "loss": math.nan, "rate": 1 / 3}, digits=2)
    '{"name":"\\u003c/script>","loss":null,"rate":0.33}'
    """
    text = json.dumps(_plain(value, digits, DEEPEST), allow_nan=False, separators=(",", ":"))
    return text.replace("<", "\\u003c")


def _plain(value: Any, digits: int | None, levels: int) -> Any:
    kind = type(value)
    if kind is float:  # most are
        if not math.isfinite(value):
            return None
        return value if digits is None else float(f"{value:.{digits}g}")
    if kind is int:
        return value if abs(value) <= LARGEST_EXACT else _large(value)
    if value is None or kind is str or kind is bool:
        return value
    if isinstance(value, np.ndarray | np.generic):
        return _plain(value.tolist(), digits, levels)
    if levels == 0:
        return "nested too deeply to be shown"
    if kind is list or kind is tuple:
        return [_plain(item, digits, levels - 1) for item in value]
    if isinstance(value, Mapping):
        return {str(key): _plain(item, digits, levels - 1) for key, item in value.items()}
    return str(value)


def _large(value: int) -> str:
    bits = value.bit_length()
    return str(value) if bits <= MOST_BITS else f"an integer of {bits} bits"


def as_text(data: bytes) -> str:
    """Base64."""
    return base64.b64encode(data).decode("ascii")


def deflated(value: Any, *, digits: int | None = None) -> str:
    """JSON, deflated, in base64."""
    return as_text(zlib.compress(safe_json(value, digits=digits).encode("ascii"), 6))
