"""The task of classifying a data set, with the grown network as a fixed reservoir."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from evograft.problems import registry
from evograft.problems.benchmark_generation.tasks.task import Score, Task
from evograft.problems.catalogue import FACTS
from evograft.problems.classification import ClassificationProblem
from evograft.representations import _check
from evograft.representations._episode import first_steps
from evograft.representations.recurrent import RecurrentNetwork

VALIDATION_SHARE = 0.3
SHARES: Mapping[str, float] = {"low": 0.25, "medium": 0.5, "high": 1.0}
"""Of the rows that the readout may be fitted on."""

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class ReadoutTask(Task):
    """Accuracy of a linear readout from the neurons, whose connections stay as they grew.

    Scaled features are written into as many neurons, those that fewest connections reach, as the
    method does with observations; the others start at 0. Activity runs along the connections for
    some rounds, s = tanh(W s), and a ridge classifier is fitted on the activity of all neurons.
    Grown weights are about 1/8, so that activity fades from round to round. The ridge is a fixed
    one, thus what has faded is lost: after 1 or 2 rounds the readout is about as good as on the
    features themselves, after the method's own number of rounds most networks have nothing left;
    4 rounds tell networks apart.

    The evaluation seed shuffles the training part of the data; 30 % of it validate, and a fidelity
    fits on the first quarter, the first half or all of the rest. The value is the share of the
    validating rows that are classified correctly. A network with fewer neurons than features
    takes in nothing, and the readout can but name the most frequent class of its rows: that is then
    the value. The cost is that of propagation and of the ridge regression.

    Parameters
    ----------
    name : str
        A data set of `evograft.problems`, with its own split and scaling.
    rounds : int, at least 1
    ridge : float, above 0
        Added to the diagonal of the normal equations.

    Raises
    ------
    TypeError, ValueError
        Where an argument breaks its rule.

    References
    ----------
    H. Jaeger, The "echo state" approach to analysing and training recurrent neural networks, GMD
    Report 148 (2001), for a reservoir with a linear readout.

    Examples
    --------
    >>> from evograft.representations.morphogenesis import Genome, develop
    >>> genome = Genome.random(np.random.default_rng(34), size_x=10, size_y=10)
    >>> ReadoutTask("wine").amounts
    {'low': 21, 'medium': 43, 'high': 87}
    >>> round(ReadoutTask("wine").score(develop(genome)).value, 3)
    0.973
    """

    name: str = "wine"
    rounds: int = 4
    ridge: float = 0.001
    unit: ClassVar[str] = "rows"

    def __post_init__(self) -> None:
        _check.known("data set", self.name, FACTS)
        _check.integer("rounds", self.rounds, minimum=1)
        _check.above_zero("ridge", self.ridge)

    @property
    def amounts(self) -> Mapping[str, int]:
        """Rows of a quarter, half and all of what the readout may be fitted on."""
        rows = len(_problem(self.name).y_train)
        most = rows - int(rows * VALIDATION_SHARE)
        return {fidelity: int(most * share) for fidelity, share in SHARES.items()}

    def _score(self, organism: Any, amount: int, seed: int) -> Score:
        problem = _problem(self.name)
        rows = len(problem.y_train)
        order = np.random.default_rng(seed).permutation(rows)
        n_validate = int(rows * VALIDATION_SHARE)
        validate, fit = order[:n_validate], order[n_validate : n_validate + amount]
        network = self._network(organism)
        used = np.concatenate((fit, validate))
        states = self._states(network, problem.X_train[used])
        labels = problem.y_train[used]
        right = self._accuracy(states[:amount], labels[:amount], states[amount:], labels[amount:])
        return Score(right, self._cost(network, amount, n_validate, problem.n_classes))

    def test_score(self, organism: Any) -> float:
        """Return the accuracy on the test part of a readout from the whole training part.

        Nothing that is to be compared with a search may have seen it.
        """
        problem = _problem(self.name)
        network = self._network(organism)
        return self._accuracy(
            self._states(network, problem.X_train),
            problem.y_train,
            self._states(network, problem.X_test),
            problem.y_test,
        )

    def _network(self, organism: Any) -> RecurrentNetwork:
        """The reservoir, all neurons of which are outputs."""
        n_outputs = max(1, len(organism.neuron_ids))
        return RecurrentNetwork.from_organism(organism, _problem(self.name).n_features, n_outputs)

    def _states(self, network: RecurrentNetwork, X: npt.NDArray[np.float32]) -> Floats:
        """The activity (n_samples, n_neurons) of all neurons after the rounds."""
        if network.n_neurons < network.n_inputs:
            return np.zeros((len(X), 1))
        arguments = network.kernel_arguments()._replace(thinking_time=self.rounds)
        return first_steps(arguments, X).astype(np.float64)

    def _accuracy(
        self,
        fit_states: Floats,
        fit_labels: npt.NDArray[np.int64],
        states: Floats,
        labels: npt.NDArray[np.int64],
    ) -> float:
        from sklearn.linear_model import RidgeClassifier

        readout = RidgeClassifier(alpha=self.ridge, solver="cholesky")
        return float(readout.fit(fit_states, fit_labels).score(states, labels))

    def _cost(self, network: RecurrentNetwork, n_fit: int, n_validate: int, n_classes: int) -> int:
        n, m = network.n_neurons, len(network.sources)
        if n < network.n_inputs:
            return 0
        propagation = (n_fit + n_validate) * self.rounds * (2 * m + 4 * n)
        equations = min(n_fit, n)  # the smaller of the two forms of the normal equations
        solution = 2 * n_fit * n * equations + equations**3 // 3
        return propagation + solution + 2 * (n_fit + n_validate) * n * n_classes

    def describe(self) -> dict[str, object]:
        """Return what has to be known to score alike, ready for JSON."""
        return super().describe() | {"rounds": self.rounds, "ridge": self.ridge}


@lru_cache(maxsize=8)
def _problem(name: str) -> ClassificationProblem:
    problem: ClassificationProblem = registry.load(name)
    return problem
