"""Networks in three parts by their size."""

import numpy as np
import numpy.typing as npt

PARTS = ("small", "middle", "large")


def size_terciles(nodes: npt.ArrayLike, edges: npt.ArrayLike) -> npt.NDArray[np.intp]:
    """Return for each network whether it is of the small, the middle or the large third: 0, 1, 2.

    Networks are ordered by their nodes, those with as many nodes by their edges: most tissues are
    full, so that nodes alone would leave no large third. Networks that are alike in both stay
    together, in the third that their mean place in the order belongs to; where all are alike, that
    is the middle one, and the others are empty.

    Parameters
    ----------
    nodes, edges : array_like of numbers, shape (n,)
        Of every network of all that are compared.

    Returns
    -------
    ndarray of int, shape (n,)
        Places in :data:`PARTS`.

    Examples
    --------
    >>> size_terciles([9, 400, 400, 400, 60, 400], [20, 900, 700, 900, 90, 900])
    array([0, 2, 1, 2, 0, 2])
    """
    sizes = np.stack([np.asarray(nodes, np.float64), np.asarray(edges, np.float64)], axis=1)
    if not len(sizes):
        return np.empty(0, np.intp)
    _, places, counts = np.unique(sizes, axis=0, return_inverse=True, return_counts=True)
    twice_the_mean = 2 * np.cumsum(counts) - counts
    thirds: npt.NDArray[np.intp] = 3 * twice_the_mean // (2 * len(sizes))
    return thirds[places.ravel()]
