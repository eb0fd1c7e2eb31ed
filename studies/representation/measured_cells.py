"""Tables that are made cell by cell, each kept when it is done."""

import csv
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from tqdm import tqdm

from evograft.representations.files import replacing

if TYPE_CHECKING:
    import pandas as pd

Cell = Mapping[str, Any]
Row = dict[str, Any]


def measured_cells(
    cells: Sequence[Cell],
    measure: Callable[[Cell], Iterable[Row]],
    file: Path | None = None,
    *,
    progress: bool = True,
) -> "pd.DataFrame":
    """Return the rows of all *cells*, each of which is measured unless *file* has it.

    Parameters
    ----------
    cells : sequence of mappings
        What is measured: settings, of the same names in all cells. Each row begins with those of
        its cell.
    measure : callable
        Makes the further columns of the rows of a cell.
    file : Path, optional
        A CSV file, written anew after every cell. Rows of other cells stay in it.
    progress : bool
        Show a bar.

    Raises
    ------
    ValueError
        Where *file* is there and has not the columns of the cells.
    """
    import pandas as pd

    names = list(cells[0])
    rows = [] if file is None or not file.exists() else _read(file, names)
    done = {_key(row, names) for row in rows}
    for cell in tqdm(cells, disable=not progress):
        if _key(cell, names) in done:
            continue
        rows.extend({**cell, **row} for row in measure(cell))
        if file is not None:
            with replacing(file) as opened:
                pd.DataFrame(rows).to_csv(opened, index=False, lineterminator="\n")
    wanted = {_key(cell, names): place for place, cell in enumerate(cells)}
    kept = [row for row in rows if _key(row, names) in wanted]
    kept.sort(key=lambda row: wanted[_key(row, names)])
    return pd.DataFrame(kept)


def cell_generator(cell: Cell) -> np.random.Generator:
    """Return the Generator of a cell, from its settings alone, whatever other cells there are."""
    text = ",".join(f"{name}={value}" for name, value in cell.items())
    return np.random.default_rng(list(text.encode()))


def _read(file: Path, names: Sequence[str]) -> list[Row]:
    try:
        with file.open(encoding="utf-8", newline="") as opened:
            reader = csv.DictReader(opened, strict=True)
            header, rows = reader.fieldnames or (), [*reader]
    except (UnicodeDecodeError, csv.Error) as error:
        raise ValueError(f"{file} must be a table of this analysis, got {error}") from None
    if missing := [name for name in names if name not in header]:
        raise ValueError(f"{file} must be a table of this analysis, it has no {missing[0]!r}")
    if any(None in row or None in row.values() for row in rows):
        raise ValueError(f"{file} must be a table of this analysis, got a line of another length")
    return [{name: _value(text) for name, text in row.items()} for row in rows]


def _value(text: str) -> Any:
    """The number or text that was written, to the last bit."""
    for kind in (int, float):
        with suppress(ValueError):
            return kind(text or "nan")
    return text


def _key(row: Cell, names: Sequence[str]) -> tuple[str, ...]:
    return tuple(str(row[name]) for name in names)
