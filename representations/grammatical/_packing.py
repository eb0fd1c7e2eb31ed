"""Lists of integers, one after the other, as arrays; and arrays that grow."""

from array import array
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

Words = npt.NDArray[np.uint32]
Limits = npt.NDArray[np.int64]

LARGEST = 2**32 - 1


def pack(rows: Sequence[Sequence[int]], name: str) -> tuple[Words, Limits]:
    """Return the integers of all *rows*, and where each row begins and the last one ends.

    Raises
    ------
    TypeError, ValueError
        Naming *name*, where a row holds anything but integers from 0 to 2^32 - 1.

    Examples
    --------
    >>> pack([[7, 8], [], [9]], "codons")
    (array([7, 8, 9], dtype=uint32), array([0, 2, 2, 3]))
    """
    values: list[int] = []
    words = array("I")
    try:
        for row in rows:
            values.extend(row)
        words.fromlist(values)
    except (TypeError, OverflowError) as error:
        kind = TypeError if isinstance(error, TypeError) else ValueError
        culprit, place = _culprit(rows)
        raise kind(
            f"{name} must be lists of integers from 0 to {LARGEST}, got {culprit!r} in row {place}"
        ) from error
    limits = np.zeros(len(rows) + 1, np.int64)
    np.cumsum(np.fromiter(map(len, rows), np.int64, len(rows)), out=limits[1:])
    return np.frombuffer(words, np.uint32) if words else np.empty(0, np.uint32), limits


def _culprit(rows: Sequence[object]) -> tuple[object, int]:
    """The first row that is none, or value in one that is no integer in range; and its row."""
    return next(
        (value, place)
        for place, row in enumerate(rows)
        for value in (row if isinstance(row, Iterable) else [row])
        if not isinstance(row, Iterable) or not _fits(value)
    )


def _fits(value: Any) -> bool:
    try:
        array("I").append(value)
    except (TypeError, OverflowError):
        return False
    return True


def pack_genes(
    individuals: Sequence[Sequence[Sequence[int]]], rules: Sequence[str]
) -> tuple[Words, Limits]:
    """Return the indices of all genes of all *individuals*, and the limits of every gene.

    Raises
    ------
    TypeError, ValueError
        Where an individual has not one gene, a list of integers, for each of the *rules*.
    """
    for row, individual in enumerate(individuals):
        if len(individual) != len(rules):
            raise ValueError(
                f"an individual must have one gene for each of the {len(rules)} rules, "
                f"got {len(individual)} in individual {row}"
            )
    return pack([gene for individual in individuals for gene in individual], "genes")


def check_choices(
    indices: Words, limits: Limits, counts: npt.NDArray[np.integer], rules: Sequence[str]
) -> None:
    """Raise where an index in *indices* is not below the count of its gene.

    *counts* are those of the *rules*; *limits* delimit the genes, genotype after genotype.
    """
    lengths = (limits[1:] - limits[:-1]).reshape(-1, len(rules))
    outside = indices >= np.repeat(np.broadcast_to(counts, lengths.shape), lengths.ravel())
    if outside.any():
        place = int(outside.argmax())
        gene = int(np.searchsorted(limits, place, side="right")) - 1
        row, rule = divmod(gene, len(rules))
        raise ValueError(
            f"the gene of <{rules[rule]}> must hold integers from 0 to {counts[rule] - 1}, "
            f"got {indices[place]} in individual {row}"
        )


def enlarged(values: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Return *values* with as much room again behind them.

    >>> enlarged(np.array([1, 2])).shape
    (4,)
    """
    return np.concatenate((values, np.empty_like(values)))
