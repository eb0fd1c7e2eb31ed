"""Remembering a cue of a few bits while other things are shown."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from evograft.problems.control.episodes import can_run
from evograft.problems.control.seeded_episodes import SeededEpisodes
from evograft.problems.control.sequences import Floats32, final_answers
from evograft.representations import _check

MOST_BITS, LONGEST_DELAY = 10, 10_000

MOST_NUMBERS = 100_000_000
"""Of all observations that are held at once, 400 MB."""


@dataclass(frozen=True, eq=False, repr=False)
class MemoryProblem(SeededEpisodes):
    """A cue is shown for one step; after a delay the network has to say what it was.

    An observation has a number for each bit, and two that are 1 while the cue is shown and while
    the answer is asked for, else 0. The bits of the cue are shown as -1 and 1, in the first step.
    In the steps of the delay there are random numbers in their place, in the last step zeros. Then
    bit k is answered as 1 where output k is above 0, else as 0.

    An episode is one row of random numbers, under which every cue is shown, each to a network at
    rest; its return is the share of right bits. What has no memory answers all cues alike, and so
    has half of the bits of any episode right, exactly.

    `evograft.problems.load` makes it from the same arguments. It pickles as them.

    Parameters
    ----------
    name : str
        ``memory``.
    n_bits : int, 1 to 10
        Of a cue; an episode has 2^n_bits cues.
    delay : int, 0 to 10 000
        Steps between the cue and the question.
    noise : float, 0 to 1
        The random numbers are uniform in [-noise, noise]; with 0 all episodes are alike.
    episodes : int
        Number of training episodes, at least 1.
    seed : int
        Training episode i (from 0) is drawn with seed + i; these seeds are below 2**31.
    test_episodes : int
        Number of test episodes, at least 1; they have the seeds from 2**31 on.

    Attributes
    ----------
    n_inputs, n_outputs : int
        Numbers of an observation, n_bits + 2, and outputs that a controller needs, n_bits.
    pass_score : float
        1: solved is when all answers are right.
    objective : str
        ``reward``: what `measure` gives is maximised.

    Raises
    ------
    TypeError, ValueError
        If an argument breaks its rule.

    Examples
    --------
    >>> problem = MemoryProblem(n_bits=1, delay=2)
    >>> class Latch:
    ...     def step(self, observation):
    ...         bit, shown, _ = observation
    ...         self.bit = bit if shown else self.bit
    ...         return [self.bit]
    >>> class Guess:
    ...     def forward(self, X):
    ...         return X.sum(axis=1, keepdims=True)
    >>> problem.measure([Latch(), Guess(), None])
    array([1. , 0.5, 0. ])
    """

    decimals: ClassVar[int] = 4

    name: str = "memory"
    n_bits: int = 2
    delay: int = 5
    noise: float = 0.5
    episodes: int = 50
    seed: int = 0
    test_episodes: int = 100

    def __post_init__(self) -> None:
        _check.choice("name", self.name, ("memory",))
        _check.integer("n_bits", self.n_bits, minimum=1, maximum=MOST_BITS)
        _check.integer("delay", self.delay, minimum=0, maximum=LONGEST_DELAY)
        _check.real("noise", self.noise, minimum=0, maximum=1)
        self._check_episodes()
        most = max(self.episodes, self.test_episodes)
        numbers = most * 2**self.n_bits * (self.delay + 2) * self.n_inputs
        if numbers > MOST_NUMBERS:
            raise ValueError(
                f"n_bits, delay and episodes must make at most {MOST_NUMBERS} numbers of all cues "
                f"and steps, got {numbers}"
            )

    @property
    def pass_score(self) -> float:
        """Mean return from which the task counts as solved: all bits right."""
        return 1.0

    @property
    def n_inputs(self) -> int:
        """Numbers of an observation."""
        return self.n_bits + 2

    @property
    def n_outputs(self) -> int:
        """Outputs that a controller needs."""
        return self.n_bits

    @cached_property
    def cues(self) -> npt.NDArray[np.bool_]:
        """All cues (2^n_bits, n_bits); bit k of the i-th is that of the number i."""
        numbers = np.arange(2**self.n_bits)
        return np.asarray((numbers[:, None] >> np.arange(self.n_bits)) & 1, np.bool_)

    def sequences(self, seeds: Sequence[int]) -> Floats32:
        """Return the observations of each seed's episode, one sequence for every cue.

        Draws delay * n_bits uniform numbers from a Generator of each seed.

        Returns
        -------
        ndarray of float32, shape (n_seeds * 2^n_bits, delay + 2, n_bits + 2)

        Examples
        --------
        >>> MemoryProblem(n_bits=1, delay=1, noise=0.0).sequences([0])[1]
        array([[1., 1., 0.],
               [0., 0., 0.],
               [0., 0., 1.]], dtype=float32)
        """
        n_bits, cues = self.n_bits, self.cues
        shown = np.zeros((len(seeds), len(cues), self.delay + 2, n_bits + 2), np.float32)
        shown[:, :, 0, :n_bits] = 2.0 * cues - 1.0
        shown[:, :, 0, n_bits] = 1.0
        shown[:, :, -1, n_bits + 1] = 1.0
        for episode, seed in zip(shown, seeds, strict=True):
            drawn = np.random.default_rng(seed).uniform(-1.0, 1.0, (self.delay, n_bits))
            episode[:, 1:-1, :n_bits] = self.noise * drawn
        return shown.reshape(-1, self.delay + 2, n_bits + 2)

    @cached_property
    def _training(self) -> Floats32:
        return self.sequences(self.seeds)

    def episode_rewards(
        self, phenotype: Any, seeds: Sequence[int] | None = None
    ) -> npt.NDArray[np.float64]:
        """Return the share of right bits in each episode, (n_seeds,) float64.

        Parameters
        ----------
        phenotype : object
            As `evograft.problems.control.sequences.final_answers` takes it. One whose
            ``big_enough`` is False, and None, is not run: its returns are 0.
        seeds : sequence of int, optional
            Seed of each episode; by default those of the training episodes.

        Raises
        ------
        ValueError
            If the phenotype takes or gives another number of values.
        """
        chosen = self._checked(seeds)
        if not can_run(phenotype):
            return np.zeros(len(chosen))
        sequences = self._training if seeds is None else self.sequences(chosen)
        answers = final_answers(phenotype, sequences, self.n_outputs) > 0
        right = answers.reshape(len(chosen), *self.cues.shape) == self.cues
        return np.asarray(right.mean(axis=(1, 2)))

    def fitness(self, rewards: Sequence[float] | npt.NDArray[np.float64]) -> float:
        """Return the mean of the returns of all episodes, 0 to 1."""
        return float(np.mean(rewards))

    def report(self, phenotype: Any) -> dict[str, object]:
        """Return how the phenotype does; `solved` is whether all test answers are right."""
        report = super().report(phenotype)
        return report | {"solved": report["test_min_return"] == 1.0}

    def __repr__(self) -> str:
        return f"<MemoryProblem: {self.n_bits} bits over {self.delay} steps, noise {self.noise:g}>"

    def __reduce__(self) -> tuple[object, ...]:
        return _reload, (self.name, self.options)


def _reload(name: str, options: Mapping[str, Any]) -> MemoryProblem:
    return MemoryProblem(name, **options)
