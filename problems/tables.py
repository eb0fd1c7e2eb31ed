"""Strict reading of CSV files: every fault is one line with the file, the line and the column."""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from evograft.problems.csv_lines import fault, ragged, read_header, records
from evograft.representations import _check

if TYPE_CHECKING:
    import pandas as pd

Encode = Callable[["pd.DataFrame"], "pd.DataFrame"]


@dataclass(frozen=True, eq=False)
class Table:
    """The content of a CSV file with a target column.

    Parameters
    ----------
    X : ndarray of float64, shape (n_samples, n_features)
        Finite features, in the order of the file.
    labels : ndarray, shape (n_samples,)
        The target column, strings or numbers, nothing missing.
    feature_names : tuple of str
        Names of the columns of *X*.

    Examples
    --------
    >>> Table(np.zeros((1, 1)), np.array(["a"]), ("x",)).feature_names
    ('x',)
    """

    X: npt.NDArray[np.float64]
    labels: npt.NDArray[np.generic]
    feature_names: tuple[str, ...]


def read_table(path: str | os.PathLike[str], target: str, encode: Encode | None = None) -> Table:
    """Read a CSV file with a header; all columns but the target are numeric features.

    Parameters
    ----------
    path : path-like
        A UTF-8 file with commas; blank lines are skipped.
    target : str
        Name of the column that holds the classes.
    encode : callable, optional
        Takes and returns the frame of the features; turns known codes into numbers.

    Returns
    -------
    Table

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If the file is empty or no CSV, a line has too many or too few values, a value is missing,
        infinite or (in a feature) no number, a column has no name or the name of another, there is
        no target column or nothing but it, or there are fewer than two rows.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder, "pets.csv")
    ...     _ = path.write_text("weight,kind\\n4.5,cat\\n30,dog\\n")
    ...     read_table(path, "kind").X
    array([[ 4.5],
           [30. ]])
    """
    path = Path(path)
    frame = _read_frame(path)
    if "" in frame.columns:
        position = list(frame.columns).index("") + 1
        raise ValueError(f"{path}, line 1: column {position} has no name (is it an index?)")
    try:
        _check.known("target column", target, frame.columns)
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from None
    features = frame.drop(columns=target)
    if features.shape[1] == 0:
        raise ValueError(f"{path}: there must be a feature besides the target {target!r}, got none")
    if len(frame) < 2:
        raise ValueError(f"{path}: there must be at least two rows, got {len(frame)}")
    X = _numeric(features if encode is None else encode(features), path)
    missing = frame[target].isna().to_numpy()
    if missing.any():
        raise fault(path, int(np.argmax(missing)), target)
    return Table(X, frame[target].to_numpy(), tuple(features.columns))


def read_features(
    path: str | os.PathLike[str], feature_names: Sequence[str], encode: Encode | None = None
) -> npt.NDArray[np.float64]:
    """Read the named columns of a CSV file, in the order asked for; others are ignored.

    Parameters
    ----------
    path : path-like
        A UTF-8 file with a header and commas; blank lines are skipped.
    feature_names : sequence of str
        Names of the d columns wanted, each of which must be numeric.
    encode : callable, optional
        Takes and returns the frame of these columns; turns known codes into numbers
        (`evograft.problems.datasets.encoder` has it by data set).

    Returns
    -------
    ndarray of float64, shape (n_samples, d)
        Finite, at least one row.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If a column is not there, there is no row, or the file is at fault as in `read_table`.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder, "pets.csv")
    ...     _ = path.write_text("name,weight\\nTom,4.5\\nRex,30\\n")
    ...     read_features(path, ["weight"])
    array([[ 4.5],
           [30. ]])
    """
    path = Path(path)
    frame = _read_frame(path)
    absent = [name for name in feature_names if name not in frame.columns]
    if absent:
        raise ValueError(f"{path}: {_absence(absent, len(feature_names), len(frame.columns))}")
    if len(frame) == 0:
        raise ValueError(f"{path}: there must be at least one row, got none")
    features = frame[list(feature_names)]
    return _numeric(features if encode is None else encode(features), path)


def _absence(absent: list[str], n_wanted: int, n_columns: int) -> str:
    listed = ", ".join(repr(name) for name in absent[:5])
    more = f" and {len(absent) - 5} more" if len(absent) > 5 else ""
    hint = ""
    if n_columns == n_wanted:
        hint = f" (it has the right number of columns, {n_wanted}, under other names)"
    return f"there must be a column of each feature, got none for {listed}{more}{hint}"


def _read_frame(path: Path) -> "pd.DataFrame":
    import pandas as pd

    if not path.is_file():
        raise FileNotFoundError(f"path must name an existing CSV file, got {str(path)!r}")
    header = read_header(path)
    # pandas refuses a line that is longer than header and first line, and fills up a shorter one.
    for line, cells in islice(records(path), 1, 2):
        if len(cells) != len(header):
            raise ragged(path, line, len(cells), len(header))
    try:
        frame = pd.read_csv(
            path,
            header=0,
            names=list(range(len(header))),
            na_values=["?"],
            skipinitialspace=True,
            low_memory=False,
            encoding="utf-8-sig",
            compression=None,
        )
    except (pd.errors.ParserError, UnicodeDecodeError) as error:
        # Walking the lines finds what is ragged, no text, or badly quoted, and where.
        for line, cells in records(path):
            if len(cells) != len(header):
                raise ragged(path, line, len(cells), len(header)) from None
        raise ValueError(f"{path}: {' '.join(str(error).split())}") from None
    return frame.set_axis(header, axis=1)


def _numeric(features: "pd.DataFrame", path: Path) -> npt.NDArray[np.float64]:
    import pandas as pd

    X = np.empty(features.shape, dtype=np.float64)
    for index, name in enumerate(features.columns):
        column = features[name]
        if column.dtype == bool:
            raise fault(path, 0, str(name))
        try:
            numbers = pd.to_numeric(column, errors="coerce")
            X[:, index] = numbers.to_numpy(np.float64, na_value=np.nan)
        except OverflowError:
            # Only an integer of more than 308 digits gets here.
            longest = int(column.astype(str).str.len().to_numpy().argmax())
            raise fault(path, longest, str(name)) from None
    finite = np.isfinite(X)
    if not finite.all():
        row, index = np.argwhere(~finite)[0]
        raise fault(path, int(row), str(features.columns[index]))
    return X
