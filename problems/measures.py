"""Measuring class probabilities against labels, a whole population and a block at a time."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from evograft.problems._measure_kernels import measure
from evograft.problems.classification import ClassificationProblem
from evograft.problems.objectives import WORST
from evograft.representations._network_kernels import BLOCK

OBJECTIVES = ("loss", "error", "cases")
"""The objectives that depend on the samples; sizes of the network need none."""


class Tally:
    """Collects the losses and errors of *n* classifiers over some samples, block by block.

    Blocks may be added in any order and from several threads: each writes a row of its own, and
    the rows are summed in their order at the end. So the result depends neither on threads nor
    on which individuals are measured together.

    Parameters
    ----------
    labels : (n_samples,) int64
        The true classes.
    loss : {"cross_entropy", "mse"}
    objectives : sequence of str
        Of :data:`OBJECTIVES`, those that are wanted.
    n : int
        Number of classifiers.
    """

    def __init__(
        self, labels: npt.NDArray[np.int64], loss: str, objectives: Sequence[str], n: int
    ) -> None:
        samples = len(labels)
        self._labels = labels.astype(np.int32)  # as wide as the probabilities
        self._mse = loss == "mse"
        self._losses = np.zeros((-(-samples // BLOCK), n))
        self._errors = np.zeros((-(-samples // BLOCK), n if "error" in objectives else 0), np.int64)
        self._cases = np.zeros((n, samples) if "cases" in objectives else (0, 0), np.float32)

    def add(self, start: int, stop: int, P: npt.NDArray[np.float32]) -> None:
        """Measure the class probabilities *P* (n, classes, stop - start) of a block of samples.

        Who gives anything but probabilities has failed: see :attr:`failed`.
        """
        block = start // BLOCK
        labels = self._labels[start:stop]
        cases = self._cases[:, start:stop]
        measure(P, labels, self._mse, self._losses[block], self._errors[block], cases)

    @property
    def failed(self) -> npt.NDArray[np.bool_]:
        """Who gave NaN or a number that is no probability anywhere, (n,)."""
        return np.asarray(~np.isfinite(self._losses).all(axis=0))

    def values(self, objective: str) -> npt.NDArray[np.float64]:
        """Return mean loss or error rate (n,), or the loss of every sample (n, samples).

        Those who :attr:`failed` have to be given the worst value instead.
        """
        if objective == "cases":
            return self._cases.astype(np.float64)
        rows = self._losses if objective == "loss" else self._errors.astype(np.float64)
        total = np.zeros(rows.shape[1])
        for row in rows:
            total += row
        return total / len(self._labels)


def measure_phenotype(
    problem: ClassificationProblem, objectives: Sequence[str], phenotype: Any
) -> dict[str, npt.NDArray[np.float64]]:
    """Measure one phenotype, anything with ``forward``, on the training part.

    Returns each objective's values, (1,) or (1, n_samples). They are the worst ones where the
    phenotype says of itself that it has no connection, or where its outputs are no probabilities.

    Raises
    ------
    ValueError
        Where ``forward`` does not return (n_samples, n_outputs), or a size is asked of a phenotype
        without ``complexity``.

    Examples
    --------
    >>> from evograft import problems
    >>> class Undecided:
    ...     def forward(self, X):
    ...         return np.full((len(X), 1), 0.5)
    >>> measure_phenotype(problems.load("wdbc"), ["loss"], Undecided())["loss"].round(3)
    array([0.693])
    """
    tally = Tally(problem.y_train, problem.loss, objectives, 1)
    complexity = phenotype.complexity() if hasattr(phenotype, "complexity") else None
    if any(objective in OBJECTIVES for objective in objectives):
        with np.errstate(over="ignore"):  # what float32 cannot hold is no probability
            outputs = np.asarray(phenotype.forward(problem.X_train)).astype(np.float32)
        expected = (len(problem.y_train), problem.n_outputs)
        if outputs.shape != expected:
            raise ValueError(f"phenotype.forward must return {expected}, got {outputs.shape}")
        if problem.n_outputs == 1:
            outputs = np.hstack((1 - outputs, outputs))
        columns = np.ascontiguousarray(outputs.T)[None]
        for start in range(0, len(outputs), BLOCK):
            stop = min(start + BLOCK, len(outputs))
            tally.add(start, stop, columns[:, :, start:stop])
    values = {name: tally.values(name) for name in objectives if name in OBJECTIVES}
    for name in objectives:
        if name not in OBJECTIVES:
            if complexity is None:
                raise ValueError(
                    f"phenotype must have complexity() for {name!r}, got {phenotype!r}"
                )
            values[name] = np.array([float(getattr(complexity, name))])
    if tally.failed.any() or (complexity is not None and complexity.connections == 0):
        return {name: np.full_like(column, WORST) for name, column in values.items()}
    return values
