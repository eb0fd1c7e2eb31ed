"""Samples by columns, one copy for all that run networks over them."""

import weakref

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]

_kept: dict[tuple[object, ...], tuple["weakref.ref[Floats]", Floats]] = {}


def by_columns(X: Floats) -> Floats:
    """Return *X* (n_samples, n_features) as (n_features, n_samples) float32, C-contiguous.

    As long as what was returned for a read-only *X* lives, it is returned for every view of the
    same memory: one-vs-all has an evaluation for each class, over the same samples.

    Examples
    --------
    >>> X = np.arange(6, dtype=np.float32).reshape(2, 3)
    >>> X.flags.writeable = False
    >>> columns = by_columns(X)
    >>> columns.tolist(), by_columns(X[:]) is columns
    ([[0.0, 3.0], [1.0, 4.0], [2.0, 5.0]], True)
    """
    if X.flags.writeable:
        return np.ascontiguousarray(X.T, dtype=np.float32)
    key = (X.__array_interface__["data"][0], X.shape, X.strides, X.dtype.str)
    if key in _kept and (found := _kept[key][0]()) is not None:
        return found
    columns = np.ascontiguousarray(X.T, dtype=np.float32)
    # With X itself, lest its memory become that of others.
    _kept[key] = weakref.ref(columns), X
    weakref.finalize(columns, _kept.pop, key, None)
    return columns
