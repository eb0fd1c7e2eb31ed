"""Which rows train and which rows test."""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from evograft.representations import _check


@dataclass(frozen=True)
class SplitOptions:
    """How a caller wants the rows split; equal options split the same rows alike.

    Parameters
    ----------
    test_size : float, optional
        Share of the test part, more than 0 and less than 1; the data set's own if None.
    split_seed : int, optional
        Seed of the shuffle, 0 or more. None is 0, or the published split where there is one.
    folds : int, optional
        Number of parts, at least 2, of which one tests; not together with *test_size*.
    fold : int, optional
        The part that tests, 0 to folds - 1; 0 if None.

    Raises
    ------
    TypeError, ValueError
        If an option has the wrong type or range, or two options contradict each other.

    Examples
    --------
    >>> SplitOptions(fold=3)
    Traceback (most recent call last):
    ValueError: fold must be given together with folds, got fold=3 alone
    """

    test_size: float | None = None
    split_seed: int | None = None
    folds: int | None = None
    fold: int | None = None

    def __post_init__(self) -> None:
        if self.fold is not None and self.folds is None:
            raise ValueError(
                f"fold must be given together with folds, got fold={self.fold!r} alone"
            )
        if self.test_size is not None:
            self._set("test_size", _check.real("test_size", self.test_size))
            if not 0 < self.test_size < 1:
                raise ValueError(
                    f"test_size must be more than 0 and less than 1, got {self.test_size!r}"
                )
            if self.folds is not None:
                raise ValueError(
                    "test_size must not be given together with folds, "
                    f"got {self.test_size!r} and {self.folds!r}"
                )
        # scikit-learn's shuffling takes no larger seed than that.
        self._set_integer("split_seed", 0, None if self.folds is None else 2**32 - 1)
        self._set_integer("folds", 2, None)
        self._set_integer("fold", 0, None if self.folds is None else self.folds - 1)

    def _set_integer(self, name: str, minimum: int, maximum: int | None) -> None:
        value = getattr(self, name)
        if value is not None:
            self._set(name, _check.integer(name, value, minimum=minimum, maximum=maximum))

    def _set(self, name: str, value: float) -> None:
        # Plain numbers in place of numpy's, so that the options can be written as JSON.
        object.__setattr__(self, name, value)


@dataclass(frozen=True, eq=False)
class Split:
    """Rows of the training and of the test part, and how they were chosen.

    Parameters
    ----------
    train, test : ndarray of int64, shapes (n_train,) and (n_test,)
        Row numbers, disjoint, together all rows.
    description : dict
        JSON-able: `method` (`shuffle`, `folds`, `official` or `given`), `n_train`, `n_test`, and
        for the first two their `seed` and `test_size`, or `seed`, `folds` and `fold`.

    Examples
    --------
    >>> plan_split(10, SplitOptions(split_seed=3)).description
    {'method': 'shuffle', 'test_size': 0.3, 'seed': 3, 'n_train': 7, 'n_test': 3}
    """

    train: npt.NDArray[np.int64]
    test: npt.NDArray[np.int64]
    description: dict[str, object]


def plan_split(
    n: int,
    options: SplitOptions | None = None,
    *,
    default_test_size: float = 0.3,
    n_official_train: int | None = None,
) -> Split:
    """Split the rows 0 to n - 1; not stratified.

    Without folds, the rows are shuffled and the first ``floor((1 - test_size) * n)`` train. With
    folds, one part of a shuffled k-fold partition tests. Where a training part was published, it is
    kept unless a split seed is given.

    Parameters
    ----------
    n : int
        Number of rows, at least 2.
    options : SplitOptions, optional
        What the caller wants.
    default_test_size : float
        The test size where *options* names none.
    n_official_train : int, optional
        Size of the published training part, whose rows come first.

    Returns
    -------
    Split

    Raises
    ------
    ValueError
        If a part would be empty, there are more folds than rows, or a test size or folds are asked
        of a set with a published split without a seed.

    Notes
    -----
    Randomness: one ``permutation(n)`` of ``numpy.random.default_rng(split_seed)``; with folds, the
    shuffle of scikit-learn's `KFold` seeded alike. Nothing else is drawn or touched.

    Examples
    --------
    >>> split = plan_split(569)
    >>> len(split.train), len(split.test)
    (398, 171)
    """
    options = SplitOptions() if options is None else options
    _check.integer("the number of rows", n, minimum=2)
    if n_official_train is not None and options.split_seed is None:
        return _official(n, n_official_train, options)
    seed = options.split_seed or 0
    if options.folds is not None:
        return _k_fold(n, options.folds, options.fold or 0, seed)
    test_size = options.test_size or default_test_size
    return _shuffle(n, test_size, seed)


def given_split(n_train: int, n_test: int) -> Split:
    """Keep the parts that a caller already made: the first rows train, the others test.

    Examples
    --------
    >>> given_split(3, 2).test
    array([3, 4])
    """
    return _first_rows("given", n_train, n_train + n_test)


def _official(n: int, n_train: int, options: SplitOptions) -> Split:
    for name in ("test_size", "folds"):
        value = getattr(options, name)
        if value is not None:
            raise ValueError(
                f"{name} must come with a split_seed here, since without one the official split "
                f"{n_train}/{n - n_train} is kept, got {name}={value!r} alone"
            )
    return _first_rows("official", n_train, n)


def _first_rows(method: str, n_train: int, n: int) -> Split:
    rows = np.arange(n, dtype=np.int64)
    return _described(rows[:n_train], rows[n_train:], {"method": method})


def _k_fold(n: int, folds: int, fold: int, seed: int) -> Split:
    from sklearn.model_selection import KFold

    _check.integer("folds", folds, minimum=2, maximum=n)
    partition = KFold(folds, shuffle=True, random_state=seed)
    train, test = list(partition.split(np.empty((n, 0))))[fold]
    details = {"method": "folds", "folds": folds, "fold": fold, "seed": seed}
    return _described(train.astype(np.int64), test.astype(np.int64), details)


def _shuffle(n: int, test_size: float, seed: int) -> Split:
    # (1 - 0.3) * 240 is not quite 168: what lies a rounding error below an integer is that integer.
    n_train = math.floor(round((1 - test_size) * n, 6))
    if not 0 < n_train < n:
        raise ValueError(
            f"test_size must leave at least one of {n} rows in each part, got {test_size!r}"
        )
    rows = np.random.default_rng(seed).permutation(n).astype(np.int64)
    details = {"method": "shuffle", "test_size": test_size, "seed": seed}
    return _described(rows[:n_train], rows[n_train:], details)


def _described(
    train: npt.NDArray[np.int64], test: npt.NDArray[np.int64], details: dict[str, object]
) -> Split:
    return Split(train, test, {**details, "n_train": len(train), "n_test": len(test)})
