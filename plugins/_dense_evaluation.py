"""Fitness of weight vectors: on a sample that the generation shares, or in a problem's episodes."""

from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from evograft.operators.trust import TrustRule, trust_of
from evograft.plugins._evaluation import Develop, Evaluation, Values
from evograft.plugins._sampling import ClassSample, ClassSampler, SampleOptions, Sampling
from evograft.problems.decisions import judge_decisions
from evograft.problems.measures import Tally
from evograft.problems.metrics import class_probabilities
from evograft.problems.objectives import WORST
from evograft.representations._network_kernels import BLOCK
from evograft.representations._weight_kernels import digest
from evograft.representations.dense_layout import DenseLayout
from evograft.representations.dense_population import population_probabilities

SAMPLED = ("loss", "error", "cases")
"""What is measured on a sample, besides trust."""

SIZES = ("connections", "neurons", "operations")

Columns = dict[str, npt.NDArray[np.float64]]


def measurable(problem: Any) -> tuple[str, ...]:
    """The objectives that a dense network has on *problem*."""
    own = SAMPLED if problem.kind == "classification" else (problem.objective,)
    return ("trust", *own, *SIZES)


@dataclass(frozen=True)
class Trial:
    """What weight vectors are tried on, and what is made of it.

    Attributes
    ----------
    problem
    objectives : tuple of str
    layout : DenseLayout
    rule : TrustRule
    decision : "sampled", "argmax", "expected" or "logarithmic"
        How a classifier decides while it is trained. What is drawn depends on the sample and on
        the weights of the outputs, so that an evaluation can be repeated.
    options : SampleOptions
    threads : int or None
    """

    problem: Any
    objectives: tuple[str, ...]
    layout: DenseLayout
    rule: TrustRule
    decision: str
    options: SampleOptions
    threads: int | None = None


class EvaluateDense(Evaluation):
    """Fitness of weight vectors.

    On a classification problem everything is measured on one class-balanced sample, that of the
    generation; ``refresh`` goes on to the next, ``sample`` shows it. On any other problem its own
    objective is what is rewarded.

    Parameters
    ----------
    trial : Trial
    sampling : Sampling
        The seed of the current sample.
    develop : callable, optional
        A replaced development.
    """

    __slots__ = ("_sampler",)

    def __init__(self, trial: Trial, sampling: Sampling, *, develop: Develop | None = None) -> None:
        super().__init__(trial, sampling, develop=develop)
        self._sampler: ClassSampler | None = None
        self.refresh = sampling.refresh
        if trial.problem.kind == "classification":
            self._sampler = ClassSampler(trial.problem, trial.options)
            self.sample = self.current_sample

    @property
    def trial(self) -> Trial:
        """What weight vectors are tried on."""
        trial: Trial = self._arguments[0]
        return trial

    @property
    def sampling(self) -> Sampling:
        """The seed of the current sample."""
        sampling: Sampling = self._arguments[1]
        return sampling

    def current_sample(self) -> ClassSample:
        """The sample that a classifier is evaluated on now; also as ``evaluate.sample``."""
        assert self._sampler is not None
        return self._sampler.draw(self.sampling.seed)

    def __deepcopy__(self, memo: dict[int, Any]) -> "EvaluateDense":
        twin = super().__deepcopy__(memo)
        assert isinstance(twin, EvaluateDense)
        twin._arguments = (self.trial, deepcopy(self.sampling, memo))
        twin.refresh = twin.sampling.refresh
        return twin

    @property
    def n_samples(self) -> int:
        """Samples in a generation's sample, 0 where the problem has none."""
        return 0 if self._sampler is None else self._sampler.n_samples

    def place_of(self, objective: str) -> int | None:
        """Which number of the fitness *objective* is; None where it is none of it."""
        objectives = self.trial.objectives
        if objective not in objectives:
            return None
        before = objectives[: objectives.index(objective)]
        return sum(self.n_samples if name == "cases" else 1 for name in before)

    def values(self, individuals: Sequence[Any], develop: Develop | None) -> list[Values]:
        """Measure all individuals together; a user's *develop* is called in this thread."""
        for individual in individuals:
            self.trial.layout.checked(individual)
        phenotypes = None if develop is None else [*map(develop, individuals)]
        if self._sampler is not None:
            columns = self._on_sample(individuals, phenotypes)
        else:
            columns = self._in_episodes(individuals, phenotypes)
        if any(name in SIZES for name in self.trial.objectives):
            columns |= self._sizes(len(individuals), phenotypes)
        rows = [columns[name].reshape(len(individuals), -1) for name in self.trial.objectives]
        return list(map(tuple, np.hstack(rows).tolist()))

    def _on_sample(self, individuals: Sequence[Any], phenotypes: list[Any] | None) -> Columns:
        trial, sample = self.trial, self.current_sample()
        vectors = [individual.values for individual in individuals]
        if phenotypes is None:
            P = population_probabilities(trial.layout, vectors, sample.samples, trial.threads)
            if not np.isfinite(P).all():
                _require_finite(vectors)
        else:
            P = np.stack([self._outputs(phenotype, sample) for phenotype in phenotypes])
        columns: Columns = {}
        if "trust" in trial.objectives:
            outputs, seed = trial.layout.starts[-2], np.uint64(self.sampling.seed)
            seeds = np.array([digest(vector[outputs:], seed) for vector in vectors], np.uint64)
            right = judge_decisions(P, sample.labels, trial.decision, seeds)
            columns["trust"] = trial.rule.earn(_inherited(individuals), right)
        if wanted := [name for name in trial.objectives if name in SAMPLED]:
            columns |= _tally(P, sample.labels, trial.problem.loss, wanted)
        return columns

    def _outputs(self, phenotype: Any, sample: ClassSample) -> npt.NDArray[np.float32]:
        """Class probabilities (n_classes, n_samples) of a user's phenotype."""
        outputs = np.asarray(phenotype.forward(sample.X), np.float32)
        expected = (len(sample.X), self.trial.problem.n_outputs)
        if outputs.shape != expected:
            raise ValueError(f"phenotype.forward must return {expected}, got {outputs.shape}")
        return np.asarray(class_probabilities(outputs).T, np.float32)

    def _in_episodes(self, individuals: Sequence[Any], phenotypes: list[Any] | None) -> Columns:
        trial = self.trial
        if not {"trust", trial.problem.objective} & set(trial.objectives):
            return {}
        rewards = trial.problem.measure(phenotypes or [*map(trial.layout.develop, individuals)])
        trusts = trial.rule.earn_reward(_inherited(individuals), rewards)
        return {trial.problem.objective: rewards, "trust": trusts}

    def _sizes(self, n: int, phenotypes: list[Any] | None) -> Columns:
        layout = self.trial.layout
        if phenotypes is None:
            connections, hidden = layout.n_connections, sum(layout.sizes[1:-1])
            operations = 2 * connections + 4 * (hidden + layout.sizes[-1])
            sizes = {"connections": connections, "neurons": hidden, "operations": operations}
            return {name: np.full(n, float(size)) for name, size in sizes.items()}
        measured = [phenotype.complexity() for phenotype in phenotypes]
        return {name: np.array([float(getattr(m, name)) for m in measured]) for name in SIZES}


def _inherited(individuals: Sequence[Any]) -> list[float]:
    # What is evaluated has no trust of its own yet, and what it had before no longer counts.
    return [trust_of(individual, None) for individual in individuals]


def _require_finite(vectors: list[npt.NDArray[np.float32]]) -> None:
    """Raise where weights are not finite; finite ones whose sums overflow are merely wrong."""
    for number, vector in enumerate(vectors):
        if not np.isfinite(vector).all():
            raise ValueError(
                f"weights must be finite, got others in individual {number} of those to evaluate"
            )


def _tally(
    P: npt.NDArray[np.float32], labels: npt.NDArray[np.int64], loss: str, wanted: list[str]
) -> Columns:
    tally = Tally(labels, loss, wanted, len(P))
    for start in range(0, len(labels), BLOCK):
        stop = min(start + BLOCK, len(labels))
        tally.add(start, stop, P[:, :, start:stop])
    measured = {name: tally.values(name) for name in wanted}
    if tally.failed.any():
        for column in measured.values():
            column[tally.failed] = WORST
    return measured
