"""Some of many, evenly spaced."""

import numpy as np
import numpy.typing as npt


def spread(total: int, wanted: int | None) -> npt.NDArray[np.int64]:
    """Places of *wanted* things evenly among *total*; of all where it is None or as many.

    >>> spread(10, 3)
    array([1, 5, 8])
    """
    return np.array([*spread_within(total, wanted, 0, total)], np.int64)


def spread_within(total: int, wanted: int | None, start: int, stop: int) -> list[int] | range:
    """Those places of :func:`spread` that are from *start* up to, not including, *stop*.

    Nothing else is made, however large *total* is.

    >>> spread_within(10**15, 10, 4 * 10**14, 6 * 10**14)
    [450000000000000, 550000000000000]
    """
    if wanted is None or wanted >= total:
        return range(max(start, 0), min(stop, total))
    if wanted == 0:
        return []
    # Place i is (2i + 1) * total // (2 * wanted), so that those below x are the first i with
    # (2i + 1) * total < 2 * wanted * x.
    first, last = (
        min(wanted, max(0, -(-(2 * wanted * x - total) // (2 * total)))) for x in (start, stop)
    )
    return [(2 * i + 1) * total // (2 * wanted) for i in range(first, last)]
