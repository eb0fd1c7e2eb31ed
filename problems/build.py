"""From raw rows to a classification problem: split, fit the scaling, apply it."""

from dataclasses import asdict, dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from evograft.problems.catalogue import FACTS
from evograft.problems.classification import LOSSES, ClassificationProblem
from evograft.problems.datasets import RawData, load_raw
from evograft.problems.scaling import SCALINGS, Scaler, fit_scaler
from evograft.problems.splits import Split, SplitOptions, plan_split
from evograft.representations import _check


@dataclass(frozen=True, eq=False)
class Parts:
    """The two scaled parts of a data set, read-only, and the scaler fitted on the first.

    Parameters
    ----------
    X_train, X_test : ndarray of float32, shapes (n_train, n_features) and (n_test, n_features)
        Scaled features.
    y_train, y_test : ndarray of int64, shapes (n_train,) and (n_test,)
        Class numbers.
    scaler : Scaler
        The fitted scaling.

    Examples
    --------
    >>> split = plan_split(4, SplitOptions(test_size=0.25))
    >>> cut(np.eye(4), np.array([0, 1, 1, 0]), split, "none").y_train
    array([1, 0, 1])
    """

    X_train: npt.NDArray[np.float32]
    y_train: npt.NDArray[np.int64]
    X_test: npt.NDArray[np.float32]
    y_test: npt.NDArray[np.int64]
    scaler: Scaler


def cut(
    X: npt.NDArray[np.generic],
    y: npt.NDArray[np.int64],
    split: Split,
    scaling: str,
    pixel_maximum: float | None = None,
) -> Parts:
    """Cut raw rows into the two parts, fit the scaling on the first, apply it to both.

    Parameters
    ----------
    X : ndarray, shape (n_samples, n_features)
        Raw finite features.
    y : ndarray of int64, shape (n_samples,)
        Class numbers.
    split : Split
        Which rows go where.
    scaling : str
        One of `SCALINGS`.
    pixel_maximum : float, optional
        See `fit_scaler`.

    Raises
    ------
    ValueError
        If the training part has one class only, or the scaling cannot be fitted.

    Examples
    --------
    >>> cut(np.eye(2), np.array([0, 0]), plan_split(2), "none")
    Traceback (most recent call last):
    ValueError: the training part must have at least two classes, got one in 1 rows
    """
    y_train, y_test = y[split.train], y[split.test]
    if (y_train == y_train[0]).all():
        raise ValueError(
            f"the training part must have at least two classes, got one in {len(y_train)} rows"
        )
    raw = X[split.train]
    scaler = fit_scaler(scaling, raw, pixel_maximum)
    parts = Parts(scaler.transform(raw), y_train, scaler.transform(X[split.test]), y_test, scaler)
    for array in (parts.X_train, parts.y_train, parts.X_test, parts.y_test):
        array.flags.writeable = False
    return parts


def load_dataset(
    name: str,
    *,
    test_size: float | None = None,
    split_seed: int | None = None,
    folds: int | None = None,
    fold: int | None = None,
    scaling: str | None = None,
    loss: str = "cross_entropy",
) -> ClassificationProblem:
    """Load a built-in data set as a problem; `evograft.problems.load` describes the options.

    The arrays are shared by every problem of this process with the same name, split and scaling.

    Examples
    --------
    >>> load_dataset("digits", scaling="unit").split["n_test"]
    180
    """
    _check.known("data set", name, FACTS)
    _check.choice("loss", loss, LOSSES)
    scaling = FACTS[name].scaling if scaling is None else scaling
    _check.choice("scaling", scaling, SCALINGS)
    split_options = SplitOptions(test_size, split_seed, folds, fold)
    raw = load_raw(name)
    parts, description = _dataset_parts(raw, name, scaling, split_options)
    given = {key: value for key, value in asdict(split_options).items() if value is not None}
    return ClassificationProblem(
        name,
        parts.X_train,
        parts.y_train,
        parts.X_test,
        parts.y_test,
        raw.feature_names,
        raw.class_names,
        dict(description),
        parts.scaler,
        loss,
        options={**given, "scaling": scaling, "loss": loss},
    )


# MNIST takes 220 MB: two are enough for a run that compares two splits or scalings.
@lru_cache(maxsize=2)
def _dataset_parts(
    raw: RawData, name: str, scaling: str, options: SplitOptions
) -> tuple[Parts, dict[str, object]]:
    facts = FACTS[name]
    split = plan_split(
        len(raw.X),
        options,
        default_test_size=facts.test_size,
        n_official_train=facts.n_official_train,
    )
    return cut(raw.X, raw.y, split, scaling, facts.pixel_maximum), split.description
