"""Shards as Parquet files (extra ``parquet``)."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from evograft.problems.benchmark_generation.storage.columns import (
    NETWORK,
    Column,
    Lists,
    Rows,
    columns_digest,
)
from evograft.problems.benchmark_generation.storage.stamps import MAKES, REMEDY, Stamp
from evograft.representations.files import replacing
from evograft.representations.morphogenesis.genome_fields import INTEGERS, MORPHOGEN_ARRAYS

KEY = b"evograft.stamp"
COLUMNS_KEY = b"evograft.columns"
"""Its value is the `columns_digest` of all rows; the first shards that were published lack it."""

GROUP = 512
"""Rows that are read at a time where one is looked up."""

_ASCENDING = ("number", "xs", "ys", "edge_sources", "edge_targets")
"""Columns of integers near to each other, of which differences are stored."""


def require_pyarrow() -> None:
    """Raise ValueError where pyarrow is not installed."""
    try:
        import pyarrow  # noqa: F401
    except ImportError:
        raise ValueError(
            'layout "parquet" must have pyarrow installed: pip install "evograft[parquet]" '
            '(layout "json" does without)'
        ) from None


def write_shard(path: Path, rows: Rows, stamp: Stamp) -> None:
    """Write a shard whole or not at all.

    Raises
    ------
    OSError
        Where it cannot be written, naming *path*.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    arrays = {name: _arrow(name, column) for name, column in rows.items()}
    table = pa.table(arrays).replace_schema_metadata(
        {KEY: stamp.to_json(), COLUMNS_KEY: columns_digest(rows)}
    )
    with replacing(path, binary=True) as file:
        pq.write_table(
            table,
            file,
            row_group_size=GROUP,
            compression="zstd",
            use_dictionary=False,
            write_page_checksum=True,
            column_encoding={
                f"{name}.list.element" if isinstance(rows[name], Lists) else name: (
                    "DELTA_BINARY_PACKED"
                )
                for name in _ASCENDING
            },
        )


def read_stamp(path: Path) -> tuple[Stamp, list[int]]:
    """Read the stamp of a shard, and the rows of each of its groups.

    Raises
    ------
    ValueError
        Where it is no whole shard, naming *path*.
    """
    with _opened(path) as file:
        metadata = file.metadata
        stamped = (metadata.metadata or {}).get(KEY)
        if stamped is None:
            raise ValueError("no stamp")
        stamp = Stamp.from_json(stamped)
        if metadata.num_rows != stamp.accepted:
            raise ValueError(f"{metadata.num_rows} rows where {stamp.accepted} are stamped")
        return stamp, [metadata.row_group(i).num_rows for i in range(metadata.num_row_groups)]


def read_shard(path: Path, columns: Sequence[str], group: int | None = None) -> Rows:
    """Read some columns of a shard, of one group of rows or of all.

    Raises
    ------
    ValueError
        Where it is no whole shard, or has columns of other types, naming *path*.
    """
    with _opened(path) as file:
        known = file.schema_arrow.names  # made anew at every look
        if missing := [name for name in columns if name not in known]:
            raise ValueError(f"no column {missing[0]!r}")
        if group is None:
            table = file.read(columns=list(columns))
        else:
            table = file.read_row_group(group, columns=list(columns))
        return {name: _column(name, table.column(name)) for name in columns}


def check_columns(path: Path) -> None:
    """Check that all columns of a shard are as they were written, if it tells.

    Raises
    ------
    ValueError
        Where they are not, or it is no whole shard, naming *path*.
    """
    with _opened(path) as file:
        written = (file.metadata.metadata or {}).get(COLUMNS_KEY)
        if written is None:
            return
        table = file.read()
        rows = {name: _column(name, table.column(name)) for name in table.column_names}
    if columns_digest(rows).encode() != written:
        raise ValueError(
            f"{path} must have the columns that it was written with, got others: it was changed "
            f"afterwards; {REMEDY}"
        )


@contextmanager
def _opened(path: Path) -> Iterator[Any]:
    """Open a shard; what is wrong with it is told in one voice."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(path, page_checksum_verification=True) as file:
            yield file
    except FileNotFoundError:
        raise ValueError(f"{path} must be a whole shard, got no file: {MAKES}") from None
    except (pa.ArrowException, OSError, ValueError) as error:
        reason = " ".join(str(error).split())
        raise ValueError(f"{path} must be a whole shard, got {reason}: {REMEDY}") from None


def _arrow(name: str, column: Column) -> Any:
    import pyarrow as pa

    if isinstance(column, Lists):
        starts = pa.array(column.starts, pa.int32())
        return pa.ListArray.from_arrays(starts, column.values, type=_type(name))
    return pa.array(column, _type(name))


def _column(name: str, chunked: Any) -> Column:
    import pyarrow as pa

    expected = _type(name)
    if chunked.type != expected or chunked.null_count:
        raise ValueError(
            f"column {name!r} of {chunked.type} with {chunked.null_count} missing values where "
            f"{expected} is expected"
        )
    if pa.types.is_list(expected):
        lengths = [chunk.value_lengths().to_numpy() for chunk in chunked.chunks]
        values = [chunk.flatten().to_numpy() for chunk in chunked.chunks]
        starts = np.concatenate([np.zeros(1, np.int64), *lengths]).cumsum()
        empty = np.empty(0, expected.value_type.to_pandas_dtype())
        return Lists(np.concatenate([empty, *values]), starts)
    if pa.types.is_string(expected):
        return np.array(chunked.to_pylist(), dtype="U")
    array: Column = chunked.to_numpy()
    return array


def _type(name: str) -> Any:
    import pyarrow as pa

    if name in NETWORK:
        return pa.list_(pa.int32())
    if name in MORPHOGEN_ARRAYS:
        return pa.list_(pa.float64())
    if name in ("number", "num_morphogens", *INTEGERS):
        return pa.int64()
    return pa.string() if name == "digest" else pa.float64()
