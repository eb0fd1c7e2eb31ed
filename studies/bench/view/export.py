"""The page as one file that needs nothing else."""

from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from evograft.problems.benchmark_generation.spread import spread
from evograft.representations import _check
from evograft.representations.files import replacing
from evograft.studies.bench.view import page_data
from evograft.studies.bench.view.growth_events import played_growth
from evograft.studies.bench.view.page import page_parts
from evograft.studies.bench.view.source import PageSource

GENOMES_AT_ONCE = 500
"""Genomes that are packed together; the page unpacks those around the one that is looked at."""

DIGITS = 7
"""Of the genomes' numbers."""


def export_page(
    source: PageSource,
    path: str | Path,
    *,
    growths: int = 200,
    progress: Callable[[int, int], object] | None = None,
) -> Path:
    """Write the page with all its data as one HTML file, whole or not at all.

    Columns are in it as 32-bit floats, genomes with 7 digits. With 100 000 entries of 60 columns it
    has 64 MB.

    Parameters
    ----------
    source : PageSource
    path : path
        In a directory that exists; what is there is replaced.
    growths : int, at least 0
        Entries, evenly spaced over all, whose growth is in the file; one of a full 20 x 20 tissue
        over 200 steps takes some 15 kB. For others the page says that it is not.
    progress : callable, optional
        Called with the number of parts written, and that of all.

    Returns
    -------
    Path

    Raises
    ------
    OSError, TypeError, ValueError
        Where the file cannot be written, an argument breaks its rule, or a genome is not valid.
    """
    _check.integer("growths", growths, minimum=0)
    target = Path(path)
    n = len(source.numbers)
    chosen = source.numbers[spread(n, growths)].tolist()
    parts = 2 + len(source.columns) + packs(n) + len(chosen)
    head, tail = page_parts(served=False)
    with replacing(target) as file:
        file.write(head)
        for done, element in enumerate(_elements(source, chosen), start=1):
            file.write(f"{element}\n")
            if progress is not None:
                progress(done, parts)
        file.write(tail)
    return target


def _elements(source: PageSource, chosen: list[int]) -> Iterator[str]:
    described = page_data.description(source, "file", growths=chosen, packed=GENOMES_AT_ONCE)
    yield _element("page-data", "application/json", page_data.safe_json(described))
    yield _element("numbers", "text/plain", page_data.as_text(page_data.numbers(source).tobytes()))
    for i, values in enumerate(source.columns.values()):
        text = page_data.as_text(page_data.column(values).tobytes())
        yield _element(f"column-{i}", "text/plain", text)
    genomes = iter(source.genomes())
    for place in range(packs(len(source.numbers))):
        packed = page_data.deflated([*islice(genomes, GENOMES_AT_ONCE)], digits=DIGITS)
        yield _element(f"genomes-{place}", "text/plain", packed)
    for number in chosen:
        yield _element(f"growth-{number}", "text/plain", page_data.deflated(_told(source, number)))


def _told(source: PageSource, number: int) -> dict[str, Any]:
    """The growth, or why it cannot be had: one of many is not to keep the others back."""
    try:
        return {"growth": played_growth(source.genome(number))}
    except (TypeError, ValueError) as error:
        return {"error": str(error)}


def _element(name: str, kind: str, text: str) -> str:
    return f'<script type="{kind}" id="{name}">{text}</script>'


def packs(entries: int) -> int:
    """Packs of genomes in a file with so many entries.

    >>> packs(500), packs(501)
    (1, 2)
    """
    return -(-entries // GENOMES_AT_ONCE)
