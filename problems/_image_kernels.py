"""Moving many square images, each by pixels of its own."""

import numpy as np

from evograft.representations._jit import bare_kernel

u64 = np.uint64
_BLACK = np.float32(0.0)


@bare_kernel
def shift(images, shifts, moved):
    """moved[i] = images[i] moved shifts[i, 0] pixels down and shifts[i, 1] right, black coming in.

    Indices are unsigned: a signed one could count from the end, and to rule that out for every
    pixel costs five times the copy.
    """
    side = images.shape[1]
    for i in range(images.shape[0]):
        down, right = shifts[i, 0], shifts[i, 1]
        for row in range(side):
            for column in range(side):
                moved[i, row, column] = _BLACK
        # The first row and column of what stays visible, after and before; its rows and columns.
        to_row, from_row, n_rows = u64(max(0, down)), u64(max(0, -down)), max(0, side - abs(down))
        to_column, from_column = u64(max(0, right)), u64(max(0, -right))
        n_columns = max(0, side - abs(right))
        for r in range(u64(n_rows)):
            for c in range(u64(n_columns)):
                moved[i, to_row + r, to_column + c] = images[i, from_row + r, from_column + c]
