"""Class labels of any kind as class numbers and class names."""

import math
from numbers import Real

import numpy as np
import numpy.typing as npt


def encode_labels(
    labels: npt.ArrayLike, name: str = "y"
) -> tuple[npt.NDArray[np.int64], tuple[str, ...]]:
    """Number the classes in the order of their labels.

    Labels are sorted as numbers if all of them are numbers (or text that reads as numbers), else as
    text.

    Parameters
    ----------
    labels : array_like, shape (n_samples,)
        Strings, integers, booleans or finite floats, not mixed.
    name : str
        What to call the labels in an error.

    Returns
    -------
    codes : ndarray of int64, shape (n_samples,)
        Class numbers, 0 to n_classes - 1.
    class_names : tuple of str
        The label of each class; a whole float loses its ``.0``.

    Raises
    ------
    TypeError
        If the labels are neither all strings nor all numbers.
    ValueError
        If the shape is wrong, a label is not finite, there are fewer than two classes, or the
        labels are fractions most of which occur once, as in a regression.

    Examples
    --------
    >>> encode_labels(["10", "9", "10"])
    (array([1, 0, 1]), ('9', '10'))
    """
    values = np.asarray(labels)
    if values.ndim != 1:
        raise ValueError(f"{name} must have shape (n,), got {values.shape}")
    if values.dtype.kind == "O":
        values = _plain(values, name)
    if values.dtype.kind == "U":
        codes, names = _encode_text(values)
    elif values.dtype.kind in "biuf":
        codes, names = _encode_numbers(values, name)
    else:
        raise TypeError(f"{name} must hold strings or numbers, got dtype {values.dtype}")
    if len(names) < 2:
        raise ValueError(f"{name} must have at least two classes, got {list(names)}")
    return codes, names


def _plain(values: npt.NDArray[np.object_], name: str) -> npt.NDArray[np.generic]:
    if all(isinstance(value, str) for value in values):
        return values.astype(np.str_)
    if all(isinstance(value, Real) for value in values):
        return np.array(values.tolist())
    kinds = sorted({type(value).__name__ for value in values})
    raise TypeError(f"{name} must hold only strings or only numbers, got {', '.join(kinds)}")


def _encode_text(
    values: npt.NDArray[np.generic],
) -> tuple[npt.NDArray[np.int64], tuple[str, ...]]:
    distinct, positions = np.unique(values, return_inverse=True)
    names = [str(value) for value in distinct]
    numbers = [_number(text) for text in names]
    if None not in numbers:
        order = sorted(range(len(names)), key=lambda index: (numbers[index], names[index]))
    else:
        order = list(range(len(names)))
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order))
    return rank[positions], tuple(names[index] for index in order)


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _encode_numbers(
    values: npt.NDArray[np.generic], name: str
) -> tuple[npt.NDArray[np.int64], tuple[str, ...]]:
    if values.dtype.kind == "f":
        finite = np.isfinite(values)
        if not finite.all():
            row = int(np.argmin(finite))
            raise ValueError(f"{name} must hold finite labels, got {values[row]} in row {row}")
    distinct, codes = np.unique(values, return_inverse=True)
    labels = distinct.tolist()
    whole = all(label == int(label) for label in labels)
    if not whole and len(labels) > len(values) / 2:
        raise ValueError(
            f"{name} must hold classes, got {len(labels)} different fractions in "
            f"{len(values)} rows, as in a regression"
        )
    if values.dtype.kind == "f" and whole:
        labels = [int(label) for label in labels]
    return codes.astype(np.int64), tuple(str(label) for label in labels)
