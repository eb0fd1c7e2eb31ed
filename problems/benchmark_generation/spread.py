"""Some of many, evenly spaced."""

import numpy as np
import numpy.typing as npt


def spread(total: int, wanted: int | None) -> npt.NDArray[np.int64]:
    """Places of *wanted* things evenly among *total*; of all where it is None or as many.

    >>> spread(10, 3)
    array([1, 5, 8])
    """
    if wanted is None or wanted >= total:
        return np.arange(total)
    return (2 * np.arange(wanted) + 1) * total // max(1, 2 * wanted)
