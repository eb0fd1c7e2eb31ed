"""The page as one file that needs nothing else."""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import numpy as np

from evograft.representations import _check
from evograft.representations.files import replacing
from evograft.studies.bench.view import page_data
from evograft.studies.bench.view.page import page_text
from evograft.studies.bench.view.source import PageSource

GENOMES_AT_ONCE = 500
"""Genomes that are packed together; the page unpacks those around the one that is looked at."""

DIGITS = 7
"""Of the genomes' numbers."""


def export_page(source: PageSource, path: str | Path, *, growths: int = 200) -> Path:
    """Write the page with all its data as one HTML file, whole or not at all.

    Parameters
    ----------
    source : PageSource
    path : path
        In a directory that exists; what is there is replaced.
    growths : int, at least 0
        Entries, evenly spaced over all, whose growth is in the file; a growth takes about 5 kB.
        Columns are in it as 32-bit floats, genomes with 7 digits.

    Returns
    -------
    Path

    Raises
    ------
    OSError, TypeError, ValueError
        Where the file cannot be written, or an argument breaks its rule.
    """
    _check.integer("growths", growths, minimum=0)
    target = Path(path)
    with replacing(target) as file:
        file.write(page_text("\n".join(_elements(source, growths)), served=False))
    return target


def _elements(source: PageSource, growths: int) -> Iterator[str]:
    chosen = evenly_spaced(len(source.numbers), growths)
    known = {number: source.growth(number) for number in source.numbers[chosen].tolist()}
    described = page_data.description(source, "file", [*known])
    yield _element("page-data", "application/json", page_data.safe_json(described))
    yield _element("numbers", "text/plain", page_data.as_text(page_data.numbers(source).tobytes()))
    for i, values in enumerate(source.columns.values()):
        yield _element(
            f"column-{i}", "text/plain", page_data.as_text(page_data.column(values).tobytes())
        )
    genomes = map(_shortened, source.genomes())
    for place in range(-(-len(source.numbers) // GENOMES_AT_ONCE)):
        packed = page_data.deflated([*islice(genomes, GENOMES_AT_ONCE)])
        yield _element(f"genomes-{place}", "text/plain", packed)
    for number, growth in known.items():
        yield _element(f"growth-{number}", "text/plain", page_data.deflated(growth))


def _element(name: str, kind: str, text: str) -> str:
    return f'<script type="{kind}" id="{name}">{text}</script>'


def _shortened(value: object) -> object:
    if isinstance(value, float):
        return float(f"{value:.{DIGITS}g}")
    if isinstance(value, (list, tuple)):
        return [_shortened(item) for item in value]
    if isinstance(value, dict):
        return {key: _shortened(item) for key, item in value.items()}
    return value


def evenly_spaced(count: int, most: int) -> list[int]:
    """Return the places of at most so many out of *count*, evenly spaced, the first with them.

    >>> evenly_spaced(10, 4)
    [0, 2, 5, 7]
    """
    some = min(count, most)
    return (np.arange(some) * count // max(some, 1)).tolist()
