"""A classification problem: two parts of a data set, and how well a phenotype does on them."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np
import numpy.typing as npt

from evograft.problems.metrics import (
    Phenotype,
    checked_outputs,
    class_probabilities,
    measure_part,
)
from evograft.problems.scaling import Scaler
from evograft.representations import _check

LOSSES = ("cross_entropy", "mse")


@dataclass(frozen=True, eq=False, repr=False)
class ClassificationProblem:
    """Scaled training and test data with the names, the split and the scaler they came from.

    `evograft.problems.load`, `from_arrays` and `from_csv` make it. A problem made by `load` pickles
    as its name and options, any other as its arrays.

    Parameters
    ----------
    name : str
        Name of the data set.
    X_train, X_test : ndarray of float32, shapes (n_train, n_features) and (n_test, n_features)
        Scaled features, C-contiguous, read-only.
    y_train, y_test : ndarray of int64, shapes (n_train,) and (n_test,)
        Class numbers, 0 to n_classes - 1, read-only.
    feature_names, class_names : tuple of str
        Names of the columns of *X_train* and of the class numbers.
    split : dict
        JSON-able: the method, its settings, and n_train and n_test (see `plan_split`).
    scaler : Scaler
        The scaling, fitted on the training part.
    loss : {"cross_entropy", "mse"}
        The loss that a method's fitness minimises.
    options : mapping, optional
        What `load` has to be given to make this problem again; None for a caller's own data.

    Raises
    ------
    ValueError
        If *loss* is unknown or the shapes contradict each other.

    Examples
    --------
    >>> from evograft import problems
    >>> problem = problems.load("wine")
    >>> problem.X_train.shape, problem.n_outputs, problem.scaling
    ((124, 13), 3, 'minmax11')
    """

    kind: ClassVar[Literal["classification"]] = "classification"

    name: str
    X_train: npt.NDArray[np.float32]
    y_train: npt.NDArray[np.int64]
    X_test: npt.NDArray[np.float32]
    y_test: npt.NDArray[np.int64]
    feature_names: tuple[str, ...]
    class_names: tuple[str, ...]
    split: dict[str, object]
    scaler: Scaler
    loss: str = "cross_entropy"
    options: Mapping[str, object] | None = None

    def __post_init__(self) -> None:
        _check.choice("loss", self.loss, LOSSES)
        for X, y in (("X_train", "y_train"), ("X_test", "y_test")):
            self._freeze(X, np.float32)
            self._freeze(y, np.int64)
            expected = (len(getattr(self, y)), self.n_features)
            if getattr(self, X).shape != expected:
                raise ValueError(f"{X} must have shape {expected}, got {getattr(self, X).shape}")

    def _freeze(self, name: str, dtype: npt.DTypeLike) -> None:
        # A view, so that an array the caller still holds stays writeable for the caller.
        view = np.ascontiguousarray(getattr(self, name), dtype=dtype).view()
        view.flags.writeable = False
        object.__setattr__(self, name, view)

    @property
    def n_features(self) -> int:
        """Number of features."""
        return len(self.feature_names)

    @property
    def n_classes(self) -> int:
        """Number of classes, in both parts together."""
        return len(self.class_names)

    @property
    def n_outputs(self) -> int:
        """Outputs of a network: 1 (the probability of class number 1) for two classes, else c."""
        return 1 if self.n_classes == 2 else self.n_classes

    @property
    def scaling(self) -> str:
        """Name of the scaling."""
        return self.scaler.name

    def class_probabilities(self, outputs: npt.ArrayLike) -> npt.NDArray[np.floating]:
        """Turn a network's outputs into one number per class.

        Parameters
        ----------
        outputs : array_like, shape (n_samples, n_outputs)
            Finite outputs of ``forward``.

        Returns
        -------
        ndarray of float64, shape (n_samples, n_classes)
            ``[1 - p, p]`` where one output p serves two classes, else the outputs themselves. The
            decision is the largest; among equals the first wins.

        Raises
        ------
        ValueError
            If the shape is wrong or a value is not finite.

        Examples
        --------
        >>> from evograft import problems
        >>> problems.load("wdbc").class_probabilities([[0.25]])
        array([[0.75, 0.25]])
        """
        n = len(np.atleast_1d(outputs))
        return class_probabilities(checked_outputs("outputs", outputs, n, self.n_outputs))

    def predict(self, phenotype: Phenotype, X: npt.NDArray[np.float32]) -> npt.NDArray[np.int64]:
        """Decide the class number of each row of *X*, which is scaled as `X_train` is.

        Raises
        ------
        ValueError
            If the phenotype returns a wrong shape or a value that is not finite.

        Examples
        --------
        >>> from evograft import problems
        >>> problem = problems.load("wdbc")
        >>> class Undecided:
        ...     def forward(self, X):
        ...         return np.full((len(X), 1), 0.5)
        >>> problem.predict(Undecided(), problem.X_test[:3])
        array([0, 0, 0])
        """
        decisions: npt.NDArray[np.int64] = self._probabilities(phenotype, X).argmax(axis=1)
        return decisions

    def score(self, phenotype: Phenotype) -> float:
        """Return the share of the test part that the phenotype classifies correctly, 0 to 1.

        Raises
        ------
        ValueError
            If the phenotype returns a wrong shape or a value that is not finite.

        Examples
        --------
        >>> from evograft import problems
        >>> class Malignant:
        ...     def forward(self, X):
        ...         return np.ones((len(X), 1))
        >>> round(problems.load("wdbc").score(Malignant()), 3)
        0.392
        """
        return float(np.mean(self.predict(phenotype, self.X_test) == self.y_test))

    def report(self, phenotype: Phenotype) -> dict[str, object]:
        """Return every metric of the phenotype on both parts, ready for JSON.

        Returns
        -------
        dict
            The metrics of `evograft.problems.metrics.measure_part`, which defines them, with
            ``train_`` and ``test_`` before their names, and under `complexity` the fields of
            ``phenotype.complexity()`` where the phenotype has that method.

        Raises
        ------
        ValueError
            If the phenotype returns a wrong shape or a value that is not finite.

        Examples
        --------
        >>> from evograft import problems
        >>> class Undecided:
        ...     def forward(self, X):
        ...         return np.full((len(X), 1), 0.5)
        >>> problems.load("wdbc").report(Undecided())["train_rmse_true_class_probability"]
        0.5
        """
        parts = (("train", self.X_train, self.y_train), ("test", self.X_test, self.y_test))
        report: dict[str, object] = {}
        for part, X, y in parts:
            probabilities = self._probabilities(phenotype, X)
            for metric, value in measure_part(phenotype, X, y, probabilities).items():
                report[f"{part}_{metric}"] = value
        if hasattr(phenotype, "complexity"):
            report["complexity"] = dataclasses.asdict(phenotype.complexity())
        return report

    def progress(self, phenotype: Phenotype) -> dict[str, float]:
        """Return what a run shows of its best phenotype: ``train_accuracy`` and ``test_accuracy``.

        Fitness never sees the test part; this is for the eyes only.

        Examples
        --------
        >>> from evograft import problems
        >>> class Malignant:
        ...     def forward(self, X):
        ...         return np.ones((len(X), 1))
        >>> sorted(problems.load("wdbc").progress(Malignant()))
        ['test_accuracy', 'train_accuracy']
        """
        parts = (("train", self.X_train, self.y_train), ("test", self.X_test, self.y_test))
        shown = {}
        for part, X, y in parts:
            # An output that is no number decides for nothing, and does not end the run.
            outputs = np.nan_to_num(np.asarray(phenotype.forward(X)), nan=-1.0)
            decisions = class_probabilities(outputs).argmax(axis=1)
            shown[f"{part}_accuracy"] = float(np.mean(decisions == y))
        return shown

    def _probabilities(
        self, phenotype: Phenotype, X: npt.NDArray[np.float32]
    ) -> npt.NDArray[np.floating]:
        outputs = checked_outputs("phenotype.forward", phenotype.forward(X), len(X), self.n_outputs)
        return self.class_probabilities(outputs)

    def __repr__(self) -> str:
        return (
            f"<ClassificationProblem {self.name!r}: {self.n_features} features, "
            f"{self.n_classes} classes, {len(self.y_train)} train, {len(self.y_test)} test>"
        )

    def __reduce__(self) -> tuple[object, ...]:
        if self.options is not None:
            return _reload, (self.name, dict(self.options))
        values = (getattr(self, field.name) for field in dataclasses.fields(self))
        return type(self), tuple(values)


def _reload(name: str, options: Mapping[str, object]) -> object:
    from evograft.problems.registry import load

    return load(name, **options)
