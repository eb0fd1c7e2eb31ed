"""The lines of a CSV file, and one clear error for what is wrong with one of them."""

import csv
import re
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path


def records(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Yield line number (from 1) and cells of every line that is not blank.

    A record that spans lines has the number of its last one.

    Raises
    ------
    ValueError
        If the file is no UTF-8 text or its quotes make no sense.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder, "pets.csv")
    ...     _ = path.write_text("weight,kind\\n\\n4.5,cat\\n")
    ...     list(records(path))
    [(1, ['weight', 'kind']), (3, ['4.5', 'cat'])]
    """
    with path.open(encoding="utf-8-sig", newline="") as file:
        # pandas skips lines of blanks, but not a line of two quotes: csv must see the difference.
        lines = (line if line.strip(" \t\r\n") else "\n" for line in file)
        reader = csv.reader(lines, skipinitialspace=True)
        try:
            for cells in reader:
                if cells:
                    yield reader.line_num, cells
        except UnicodeDecodeError as error:
            byte = error.object[error.start]
            raise ValueError(f"{path}: the file must be UTF-8 text, got byte {byte:#04x}") from None
        except csv.Error as error:
            raise ValueError(f"{path}, line {reader.line_num}: {error}") from None


def read_header(path: Path) -> list[str]:
    """Return the column names, stripped of blanks.

    Raises
    ------
    ValueError
        If the file has no line, or two columns have the same name (no name is none).

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder, "pets.csv")
    ...     _ = path.write_text("weight, kind\\n4.5,cat\\n")
    ...     read_header(path)
    ['weight', 'kind']
    """
    first = next(records(path), None)
    if first is None:
        raise ValueError(f"{path}: there must be a header line, got an empty file")
    line, cells = first
    header = [name.strip() for name in cells]
    twice = [name for name, count in Counter(header).items() if name and count > 1]
    if twice:
        raise ValueError(f"{path}, line {line}: column names must differ, got {twice[0]!r} twice")
    return header


def fault(path: Path, row: int, column: str) -> ValueError:
    """Say what is wrong with the value of a column in a data row (counted from 0).

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder, "pets.csv")
    ...     _ = path.write_text("weight,kind\\n4.5,cat\\nheavy,dog\\n")
    ...     str(fault(path, 1, "weight")).removeprefix(f"{path}, ")
    "line 3, column 'weight': the value must be a number, got 'heavy'"
    """
    header = read_header(path)
    line, cells = next(islice(records(path), row + 1, None))
    if len(cells) != len(header):
        return ragged(path, line, len(cells), len(header))
    text = cells[header.index(column)].strip()
    where = f"{path}, line {line}, column {column!r}"
    if re.fullmatch(r"[-+]?(inf(inity)?|[\d.]+(e[-+]?\d+)?)", text, re.IGNORECASE):
        return ValueError(f"{where}: the value must be finite, got {text!r:.60}")
    if re.fullmatch(r"\W*|\W*(nan|n/?a|null|none)\W*", text, re.IGNORECASE):
        return ValueError(f"{where}: the value is missing, got {text!r}")
    return ValueError(f"{where}: the value must be a number, got {text!r:.60}")


def ragged(path: Path, line: int, n_cells: int, n_columns: int) -> ValueError:
    """Say that a line has too few or too many values.

    Examples
    --------
    >>> ragged(Path("pets.csv"), 7, 1, 2)
    ValueError('pets.csv, line 7: there must be 2 values, got 1')
    """
    return ValueError(f"{path}, line {line}: there must be {n_columns} values, got {n_cells}")
