"""Classification problems from a user's own arrays or CSV file."""

import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from evograft.problems.build import cut
from evograft.problems.classification import LOSSES, ClassificationProblem
from evograft.problems.labels import encode_labels
from evograft.problems.splits import SplitOptions, given_split, plan_split
from evograft.problems.tables import read_table
from evograft.representations import _check


def from_arrays(
    X: npt.ArrayLike,
    y: npt.ArrayLike,
    *,
    name: str = "arrays",
    feature_names: Sequence[str] | None = None,
    X_test: npt.ArrayLike | None = None,
    y_test: npt.ArrayLike | None = None,
    test_size: float | None = None,
    split_seed: int | None = None,
    folds: int | None = None,
    fold: int | None = None,
    scaling: str = "minmax11",
    loss: str = "cross_entropy",
) -> ClassificationProblem:
    """Make a classification problem from arrays; they are copied.

    Parameters
    ----------
    X : array_like, shape (n_samples, n_features)
        Finite raw features; a pandas DataFrame also gives the feature names.
    y : array_like, shape (n_samples,)
        Labels, strings or numbers, of at least two classes.
    name : str
        Name of the problem.
    feature_names : sequence of str, optional
        One different name per feature; x1, x2, … if None.
    X_test, y_test : array_like, optional
        A test part made already; *X* and *y* then train, and no option of a split may be given.
    test_size : float, optional
        Share of the test part, more than 0 and less than 1; 0.3 if None.
    split_seed, folds, fold : int, optional
        See `evograft.problems.splits.SplitOptions`.
    scaling : {"minmax11", "minmax01", "zscore", "none"}
        Fitted on the training part.
    loss : {"cross_entropy", "mse"}
        The loss that a method's fitness minimises.

    Returns
    -------
    ClassificationProblem

    Raises
    ------
    TypeError, ValueError
        If an argument breaks a rule above, two arguments contradict each other, or the training
        part has only one class.

    Notes
    -----
    Randomness: that of `evograft.problems.splits.plan_split`.

    Examples
    --------
    >>> problem = from_arrays([[0, 0], [0, 1], [1, 0], [1, 1]], ["no", "yes", "yes", "no"])
    >>> problem.split["n_train"], problem.class_names
    (2, ('no', 'yes'))
    """
    _check.choice("loss", loss, LOSSES)
    options = SplitOptions(test_size, split_seed, folds, fold)
    names = _feature_names(X, feature_names)
    features, labels = _features("X", X), np.asarray(y)
    _require_length("y", labels, len(features))
    if X_test is None and y_test is None:
        split = plan_split(len(features), options)
    elif X_test is None or y_test is None:
        raise ValueError("X_test and y_test must be given together, got only one of them")
    elif options != SplitOptions():
        raise ValueError(
            f"X_test must not be given together with the options of a split: {options}"
        )
    else:
        test_features, test_labels = _features("X_test", X_test), np.asarray(y_test)
        _require_length("y_test", test_labels, len(test_features))
        if test_features.shape[1] != features.shape[1]:
            raise ValueError(
                f"X_test must have {features.shape[1]} columns as X has, "
                f"got {test_features.shape[1]}"
            )
        split = given_split(len(features), len(test_features))
        features = np.concatenate([features, test_features])
        labels = np.concatenate([labels.astype(object), test_labels.astype(object)])
    codes, class_names = encode_labels(labels)
    if names is None:
        names = tuple(f"x{number}" for number in range(1, features.shape[1] + 1))
    elif len(names) != features.shape[1]:
        raise ValueError(
            f"feature_names must have {features.shape[1]} names, one per column of X, "
            f"got {len(names)}"
        )
    parts = cut(features, codes, split, scaling)
    return ClassificationProblem(
        name,
        parts.X_train,
        parts.y_train,
        parts.X_test,
        parts.y_test,
        names,
        class_names,
        split.description,
        parts.scaler,
        loss,
    )


def from_csv(
    path: str | os.PathLike[str],
    *,
    target: str,
    test_size: float | None = None,
    split_seed: int | None = None,
    folds: int | None = None,
    fold: int | None = None,
    scaling: str = "minmax11",
    loss: str = "cross_entropy",
) -> ClassificationProblem:
    """Make a classification problem from a CSV file, named after the file.

    Parameters
    ----------
    path : path-like
        A UTF-8 file with a header; every column but the target holds numbers.
    target : str
        Name of the column of the classes.
    test_size, split_seed, folds, fold, scaling, loss
        As in `from_arrays`.

    Returns
    -------
    ClassificationProblem

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    TypeError, ValueError
        If the file is at fault (see `evograft.problems.tables.read_table`; the error names file,
        line and column) or an option breaks its rule.

    Notes
    -----
    Randomness: that of `evograft.problems.splits.plan_split`.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder, "pets.csv")
    ...     _ = path.write_text("weight,kind\\n4,cat\\n30,dog\\n25,dog\\n5,cat\\n")
    ...     from_csv(path, target="kind")
    <ClassificationProblem 'pets': 1 features, 2 classes, 2 train, 2 test>
    """
    table = read_table(path, target)
    try:
        encode_labels(table.labels, name=f"column {target!r}")
    except (TypeError, ValueError) as error:
        raise ValueError(f"{path}: {error}") from None
    return from_arrays(
        table.X,
        table.labels,
        name=Path(path).stem,
        feature_names=table.feature_names,
        test_size=test_size,
        split_seed=split_seed,
        folds=folds,
        fold=fold,
        scaling=scaling,
        loss=loss,
    )


def _feature_names(X: object, feature_names: Sequence[str] | None) -> tuple[str, ...] | None:
    if feature_names is None:
        columns = getattr(X, "columns", None)
        return None if columns is None else tuple(str(column) for column in columns)
    if isinstance(feature_names, str) or not all(isinstance(name, str) for name in feature_names):
        raise TypeError(f"feature_names must be a sequence of strings, got {feature_names!r:.100}")
    if len(set(feature_names)) < len(feature_names):
        raise ValueError(f"feature_names must differ from each other, got {feature_names!r:.100}")
    return tuple(feature_names)


def _features(name: str, X: npt.ArrayLike) -> npt.NDArray[np.generic]:
    try:
        values = np.asarray(X)
        # Text that reads as a number is no number: it would not be one in `predict` either.
        if values.dtype.kind == "O":
            values = np.array(values.tolist())
    except ValueError as error:
        raise ValueError(f"{name} must be a table of numbers, got {error}") from None
    if values.ndim != 2 or 0 in values.shape:
        raise ValueError(
            f"{name} must have shape (n_samples, n_features), none of them 0, got {values.shape}"
        )
    if values.dtype.kind not in "biuf":
        raise TypeError(f"{name} must hold real numbers, got dtype {values.dtype}")
    finite = np.isfinite(values)
    if not finite.all():
        row, column = np.argwhere(~finite)[0]
        raise ValueError(
            f"{name} must be finite, got {values[row, column]} in row {row}, column {column}"
        )
    return values


def _require_length(name: str, labels: npt.NDArray[np.generic], n: int) -> None:
    if labels.shape != (n,):
        raise ValueError(f"{name} must have shape ({n},), one label per sample, got {labels.shape}")
