"""Samples with as many images of every class, as many methods want for each generation."""

from dataclasses import InitVar, dataclass, field

import numpy as np
import numpy.typing as npt

from evograft.representations import _check

Indices = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class BalancedSampler:
    """Draws as many rows of every class, uniformly with replacement.

    The rows are sorted by class once, so that a draw does not look at the labels again.

    Parameters
    ----------
    y : ndarray of int64, shape (n,)
        Class numbers, 0 to n_classes - 1, each at least once. Not kept.
    n_classes : int, at least 1

    Attributes
    ----------
    smallest : int
        Number of rows of the smallest class.

    Raises
    ------
    TypeError
        If *n_classes* is no integer.
    ValueError
        If *y* is no row of class numbers or lacks a class.

    References
    ----------
    GENREG (github.com/A1CST/GENREG_ALPHA_MNIST): 20 images of each digit in every generation.

    Examples
    --------
    >>> y = np.array([0, 0, 0, 1, 1, 2, 2])
    >>> sampler = BalancedSampler(y, 3)
    >>> y[sampler.draw(images_per_class=2, seed=5)]
    array([1, 1, 2, 2, 0, 0])
    """

    y: InitVar[npt.NDArray[np.int64]]
    n_classes: int
    smallest: int = field(init=False)
    # The rows class by class; where each class begins among them and how many it has, (classes, 1).
    _rows: Indices = field(init=False, repr=False)
    _starts: Indices = field(init=False, repr=False)
    _sizes: Indices = field(init=False, repr=False)

    def __post_init__(self, y: npt.NDArray[np.int64]) -> None:
        _check.integer("n_classes", self.n_classes, minimum=1)
        labels = _class_numbers(y, self.n_classes)
        sizes = np.bincount(labels, minlength=self.n_classes)
        if not sizes.all():
            raise ValueError(
                f"y must have rows of all {self.n_classes} classes, got none of class "
                f"{int(sizes.argmin())}"
            )
        object.__setattr__(self, "smallest", int(sizes.min()))
        object.__setattr__(self, "_rows", np.argsort(labels, kind="stable"))
        object.__setattr__(self, "_starts", (np.cumsum(sizes) - sizes)[:, None])
        object.__setattr__(self, "_sizes", sizes[:, None])

    def draw(self, images_per_class: int, seed: int) -> Indices:
        """Draw the rows of a sample.

        Parameters
        ----------
        images_per_class : int, 1 to `smallest`
        seed : int, at least 0
            Of a numpy Generator, which shuffles the classes and then draws every row.

        Returns
        -------
        ndarray of int64, shape (n_classes * images_per_class,)
            Row numbers in blocks of one class each. The order of the classes is random too: it
            matters where what comes last counts most.

        Raises
        ------
        TypeError
            If an argument is no integer.
        ValueError
            If *images_per_class* is below 1 or above `smallest`, or *seed* is below 0.
        """
        _check.integer("images_per_class", images_per_class, minimum=1)
        _check.integer("seed", seed, minimum=0)
        if images_per_class > self.smallest:
            raise ValueError(
                f"images_per_class must be at most {self.smallest}, the size of the smallest "
                f"class, got {images_per_class}"
            )
        rng = np.random.default_rng(seed)
        order = rng.permutation(self.n_classes)
        places = rng.integers(0, self._sizes[order], size=(self.n_classes, images_per_class))
        places += self._starts[order]
        return self._rows[places.ravel()]


def _class_numbers(y: npt.ArrayLike, n_classes: int) -> npt.NDArray[np.int64]:
    labels = np.asarray(y)
    if labels.ndim != 1 or not np.issubdtype(labels.dtype, np.integer):
        raise ValueError(f"y must be a row of integers, got {labels.dtype} of shape {labels.shape}")
    outside = (labels < 0) | (labels >= n_classes)
    if outside.any():
        raise ValueError(
            f"y must be class numbers from 0 to {n_classes - 1}, got {labels[outside.argmax()]}"
        )
    return labels.astype(np.int64)
