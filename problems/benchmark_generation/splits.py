"""The published split: which part of a benchmark an entry belongs to, by its number alone."""

import hashlib
from typing import Literal

import numpy as np
import numpy.typing as npt

from evograft.representations import _check

Part = Literal["train", "validation", "test"]
Integers = npt.NDArray[np.int64]

FOLDS = 5

SPLIT_SEED = 0
"""Of the published split."""


def part_of(number: int, *, seed: int = SPLIT_SEED) -> Part:
    """The part of an entry: train 80 %, validation 10 %, test 10 %.

    It depends on the number and the seed only, so that an entry keeps its part whatever else is in
    the benchmark.

    Notes
    -----
    The digest is BLAKE2b, 8 bytes, of the text ``evograft split SEED NUMBER``, as an unsigned
    little-endian integer; its remainder by 10 is 0 to 7 for train, 8 for validation, 9 for test.

    Examples
    --------
    >>> [part_of(number) for number in range(6)]
    ['train', 'test', 'train', 'train', 'validation', 'train']
    """
    return _part(_digest(number, seed) % 10)


def fold_of(number: int, folds: int = FOLDS, *, seed: int = SPLIT_SEED) -> int | None:
    """The fold of an entry in cross-validation, from 0; None for test entries, which are in none.

    Notes
    -----
    It is the integer quotient by 10 of the digest of :func:`part_of`, modulo the number of folds.

    Examples
    --------
    >>> [fold_of(number) for number in range(6)]
    [2, None, 0, 1, 1, 0]
    """
    _check.integer("folds", folds, minimum=2)
    rest, tenth = divmod(_digest(number, seed), 10)
    return None if _part(tenth) == "test" else rest % folds


def parts(numbers: npt.ArrayLike, *, seed: int = SPLIT_SEED) -> npt.NDArray[np.str_]:
    """:func:`part_of` of each number, as an array of texts."""
    found = [part_of(number, seed=seed) for number in _integers(numbers)]
    return np.array(found, dtype="U10")


def folds_of(numbers: npt.ArrayLike, folds: int = FOLDS, *, seed: int = SPLIT_SEED) -> Integers:
    """:func:`fold_of` of each number; -1 for test entries."""
    found = [fold_of(number, folds, seed=seed) for number in _integers(numbers)]
    return np.array([-1 if fold is None else fold for fold in found], np.int64)


def sampled(numbers: npt.ArrayLike, n: int | None, *, seed: int = SPLIT_SEED) -> Integers:
    """Take *n* of the numbers, ascending; all where there are fewer, or *n* is None.

    They are those of the least digests: of a larger benchmark that has the same entries and more,
    some of the new ones take the place of old ones, and a smaller sample is part of a larger one.

    >>> sampled(range(1000), 3)
    array([ 42, 389, 567])
    """
    given = np.sort(np.array(_integers(numbers), np.int64))
    if n is None:
        return given
    _check.integer("n", n, minimum=1)
    # Digests other than those of the parts: else the sample would be of one part.
    digests = np.array([_digest(int(number), seed, "sample") for number in given], np.uint64)
    return np.sort(given[np.argsort(digests)[:n]])


def _part(tenth: int) -> Part:
    if tenth < 8:
        return "train"
    return "validation" if tenth == 8 else "test"


def _integers(numbers: npt.ArrayLike) -> list[int]:
    array = np.asarray(numbers)
    if array.ndim != 1 or (array.size and array.dtype.kind not in "iu"):
        raise TypeError(f"numbers must be a row of integers, got {array.dtype} {array.shape}")
    return [int(number) for number in array]


def _digest(number: int, seed: int, purpose: str = "split") -> int:
    text = f"evograft {purpose} {seed} {number}"
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "little")
