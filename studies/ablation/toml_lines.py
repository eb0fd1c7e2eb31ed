"""Where in a TOML file a key stands: ``tomllib`` does not tell."""

import re
import tomllib
from collections.abc import Sequence
from typing import Any


def line_of(text: str, key: Sequence[str]) -> int | None:
    """Return the line of *key*, from 1, or of the nearest part around it or inside; else None.

    Examples
    --------
    >>> line_of('seeds = 3\\n[arms.mge]\\nmethod = "mge"', ["arms", "mge", "method"])
    3
    >>> line_of('seeds = 3\\n[arms.mge]\\nmethod = "mge"', ["arms", "mge", "preset"])
    2
    """
    best, line_found, inside = 0, None, None
    table: list[str] = []
    for number, line in enumerate(text.splitlines(), start=1):
        header = re.match(r"\s*\[+([^\[\]]+)\]+\s*(#.*)?$", line)
        if header:
            table = _path(f"[{header[1]}]")
            found = table
        else:
            found = table + _path(line.split("=")[0] + "= 0") if "=" in line else []
        common = _common(found, key)
        # A part of what is looked for, not something else in the same table.
        if common == len(found) and common > best:
            best, line_found = common, number
        elif common == len(key) and inside is None:
            inside = number
    return line_found or inside


def _path(line: str) -> list[str]:
    """The key of a line of TOML, part by part; empty where the line is none."""
    try:
        content: Any = tomllib.loads(line)
    except tomllib.TOMLDecodeError:
        return []
    parts = []
    while isinstance(content, dict) and content:
        name = next(iter(content))
        parts.append(name)
        content = content[name]
    return parts


def _common(a: Sequence[str], b: Sequence[str]) -> int:
    """How many parts the two begin with in common."""
    count = 0
    for x, y in zip(a, b, strict=False):
        if x != y:
            break
        count += 1
    return count
