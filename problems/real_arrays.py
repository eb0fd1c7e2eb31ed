"""The check of arrays of real numbers that a problem is made from."""

import numpy as np
import numpy.typing as npt


def real_array(name: str, values: npt.ArrayLike, n_dimensions: int) -> npt.NDArray[np.float64]:
    """Return a float64 copy of *values*: a table of samples, or one number per sample.

    Raises
    ------
    TypeError, ValueError
        If it does not hold real numbers, has other dimensions or an empty one, or a value is not
        finite.

    Examples
    --------
    >>> real_array("y_train", [0.5, float("nan")], 1)
    Traceback (most recent call last):
    ValueError: y_train must be finite, got nan at (1,)
    """
    try:
        array = np.asarray(values)
    except ValueError as error:
        raise ValueError(f"{name} must be an array of numbers, got {error}") from None
    if array.dtype.kind not in "biuf":
        raise TypeError(f"{name} must hold real numbers, got dtype {array.dtype}")
    if array.ndim != n_dimensions or 0 in array.shape:
        shape = "(n_samples, n_features)" if n_dimensions == 2 else "(n_samples,)"
        raise ValueError(f"{name} must have shape {shape}, none of them 0, got {array.shape}")
    if not np.isfinite(array).all():
        place = tuple(np.argwhere(~np.isfinite(array))[0].tolist())
        raise ValueError(f"{name} must be finite, got {array[place]} at {place}")
    return np.array(array, dtype=np.float64, order="C")
