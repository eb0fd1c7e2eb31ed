"""Division that says NaN where there is nothing to divide by."""

import numpy as np

from evograft.representations._jit import inlined_kernel


@inlined_kernel
def ratio(part, whole):
    """*part* / *whole*; NaN where *whole* is 0."""
    return part / whole if whole != 0 else np.nan
