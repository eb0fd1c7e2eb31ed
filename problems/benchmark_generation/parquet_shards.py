"""Shards as Parquet files (extra ``parquet``)."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from evograft.problems.benchmark_generation.columns import Column, Lists, Rows
from evograft.problems.benchmark_generation.stamps import Stamp
from evograft.representations.files import replacing

KEY = b"evograft.stamp"

_ASCENDING = ("number", "xs", "ys", "sources", "targets")
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

    arrays = {name: _arrow(column) for name, column in rows.items()}
    table = pa.table(arrays).replace_schema_metadata({KEY: stamp.to_json()})
    with replacing(path, binary=True) as file:
        pq.write_table(
            table,
            file,
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


def read_stamp(path: Path) -> Stamp:
    """Read the stamp of a shard, and nothing else.

    Raises
    ------
    ValueError
        Where it is no whole shard, naming *path*.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        metadata = pq.read_metadata(path)
        stamp = Stamp.from_json((metadata.metadata or {})[KEY])
    except (pa.ArrowException, OSError, KeyError, ValueError) as error:
        raise _damaged(path, error) from None
    if metadata.num_rows != stamp.accepted:
        raise _damaged(path, f"{metadata.num_rows} rows where {stamp.accepted} are stamped")
    return stamp


def read_shard(path: Path, columns: Sequence[str] | None = None) -> Rows:
    """Read some columns of a shard, or all.

    Raises
    ------
    ValueError
        Where it is no whole shard, naming *path*.
    """
    import pyarrow as pa

    try:
        table = _open(path).read(columns=None if columns is None else list(columns))
    except (pa.ArrowException, OSError) as error:
        raise _damaged(path, error) from None
    if missing := [name for name in columns or () if name not in table.column_names]:
        raise _damaged(path, f"no column {missing[0]!r}")
    return {name: _column(table.column(name)) for name in columns or table.column_names}


def _open(path: Path) -> Any:
    import pyarrow.parquet as pq

    return pq.ParquetFile(path, page_checksum_verification=True)


def _damaged(path: Path, reason: object) -> ValueError:
    return ValueError(f"{path} must be a whole shard, got {' '.join(str(reason).split())}")


def _arrow(column: Column) -> Any:
    import pyarrow as pa

    if isinstance(column, Lists):
        return pa.ListArray.from_arrays(pa.array(column.starts, pa.int32()), column.values)
    return pa.array(column)


def _column(chunked: Any) -> Column:
    import pyarrow as pa

    if chunked.null_count:
        raise ValueError("a shard must have no missing values, got some")
    if pa.types.is_list(chunked.type):
        lengths = [chunk.value_lengths().to_numpy() for chunk in chunked.chunks]
        values = [chunk.flatten().to_numpy() for chunk in chunked.chunks]
        starts = np.concatenate([np.zeros(1, np.int64), *lengths]).cumsum()
        empty = np.empty(0, chunked.type.value_type.to_pandas_dtype())
        return Lists(np.concatenate([empty, *values]), starts)
    if pa.types.is_string(chunked.type):
        return np.array(chunked.to_pylist(), dtype="U")
    array: Column = chunked.to_numpy()
    return array
