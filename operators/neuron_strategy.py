"""An evolution strategy for networks: pairs of opposite, low-rank noise, neuron by neuron."""

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from evograft.representations import _check, _random
from evograft.representations.feature_basis import FeatureBasis
from evograft.representations.neuron_noise import Neighbour, Neighbourhood
from evograft.representations.neuron_space import NeuronSpace

Floats32 = npt.NDArray[np.float32]

TABLE = 2**22
"""Normal numbers of which all noise is a slice."""

MOMENTUM, SQUARES = np.float32(0.9), np.float32(0.99)
"""Decay of the mean of the gradients, and of their squares."""

_TINY = np.float32(1e-12)


class NeuronStrategy:
    """Ask for networks around a mean, tell their fitness, and the mean moves uphill.

    Each pair of networks adds and subtracts the same noise at one hidden neuron: to its incoming
    weights, its bias and its outgoing weights, a change of rank one in either matrix. Half the
    difference of the two fitness values, divided by *sigma*, times the noise is an estimate of the
    gradient; the mean takes a step along the sum of the estimates, each coordinate scaled by its
    mean square (Adam), with a step size that falls to zero as a cosine. No gradient is computed,
    and nothing else than the fitness is known of a network.

    Parameters
    ----------
    space : NeuronSpace
    pairs : int, at least 1
        Asked for in each generation; as many for each hidden neuron, or nearly.
    generations : int, at least 1
        In which the step size falls to zero; later ones do not move the mean.
    sigma : float, above 0
        Standard deviation of the noise, in the units of the space.
    learning_rate : float, above 0
        Largest step of a coordinate, about, in the first generations.
    averaged : float, 0 to 1
        :meth:`recommend` gives the mean over about this share of the generations so far.
    start : float, above 0
        Standard deviation of the first mean's weights on features; see :meth:`NeuronSpace.draw`.
    rng : Generator, optional
        Source of one 64-bit seed for the start and of one a generation, else Python's ``random``.

    References
    ----------
    Salimans 2017 (arXiv 1703.03864): opposite pairs, a table of noise, Adam. Kingma 2015: Adam.

    Examples
    --------
    >>> from evograft.representations.dense_layout import DenseLayout
    >>> from evograft.representations.feature_basis import FeatureBasis
    >>> space = NeuronSpace(DenseLayout((2, 3, 2)), FeatureBasis.plain(2), (1.0, 1.0, 1.0))
    >>> strategy = NeuronStrategy(space, pairs=6, generations=10, rng=np.random.default_rng(1))
    >>> asked = strategy.generate()
    >>> len(asked), len(asked[0])
    (12, 17)
    >>> strategy.tell([-float(np.square(one.values).sum()) for one in asked], asked)
    """

    def __init__(
        self,
        space: NeuronSpace,
        *,
        pairs: int,
        generations: int,
        sigma: float = 0.1,
        learning_rate: float = 0.02,
        averaged: float = 0.05,
        start: float = 0.5,
        rng: np.random.Generator | None = None,
    ) -> None:
        self.space = space
        self._pairs = _check.integer("pairs", pairs, minimum=1)
        self._generations = _check.integer("generations", generations, minimum=1)
        self._sigma = _check.above_zero("sigma", sigma)
        self._rate = _check.above_zero("learning_rate", learning_rate)
        self._averaged = _check.real("averaged", averaged, minimum=0, maximum=1)
        self._start_weights = _check.above_zero("start", start)
        self._rng = rng
        self._seed: int | None = None
        self._table = np.empty(0, np.float32)
        self._asked: Neighbourhood | None = None
        self.steps = 0

    def _start(self, seed: int) -> None:
        """Draw the table of noise and the first mean."""
        drawn = np.random.default_rng(seed)
        self._seed, self.steps = seed, 0
        self._table = drawn.standard_normal(TABLE + self.space.noise_size, np.float32)
        self._mean = self._average = self.space.draw(drawn, self._start_weights)
        self._momentum = self._squares = np.zeros(self.space.size, np.float32)

    def generate(self) -> list[Neighbour]:
        """Return two networks for each pair, one after the other."""
        if self._seed is None:
            self._start(int(_random.seed64(self._rng)))
        seed = int(_random.seed64(self._rng))
        drawn = np.random.default_rng(seed)
        neurons = np.sort(np.resize(drawn.permutation(self.space.hidden), self._pairs))
        offsets = drawn.integers(TABLE, size=self._pairs)
        slices = np.lib.stride_tricks.sliding_window_view(self._table, self.space.noise_size)
        noise = slices[offsets]
        self._asked = Neighbourhood(self.space, self._mean, neurons, noise, self._sigma, seed)
        return [Neighbour.of(self._asked, number) for number in range(2 * self._pairs)]

    def tell(self, fitness: Sequence[float], individuals: Sequence[Any]) -> None:
        """Move the mean by the *fitness*, to be maximised, of the *individuals* asked for.

        Raises
        ------
        ValueError
            Where they are not those of the last :meth:`generate`, each once, in any order.
        """
        values = np.full(2 * self._pairs, np.nan)
        origin = None if self._asked is None else self._asked.origin
        numbers: list[Any] = [
            getattr(individual, "number", None)
            if getattr(individual, "origin", None) == origin
            else None
            for individual in individuals
        ]
        if self._asked is None or sorted(numbers, key=str) != sorted(range(values.size), key=str):
            raise ValueError(
                f"individuals must be the {values.size} of the last generation, each once, "
                f"got {len(numbers)}"
            )
        if len(fitness) != len(numbers):
            raise ValueError(f"fitness must be {len(numbers)} numbers, got {len(fitness)}")
        for number, value in zip(numbers, fitness, strict=True):
            values[number] = value
        if not np.isfinite(values).all():
            raise ValueError("fitness must be finite, got others")
        slopes = (values[::2] - values[1::2]) / (2 * self._sigma)
        with np.errstate(over="ignore", invalid="ignore"):
            gradient = self._asked.combine(slopes.astype(np.float32)) * self._per_neuron()
            if not np.isfinite(np.square(gradient)).all():
                raise ValueError("fitness must differ by less than float32 can square, got more")
        self._step(gradient)
        self._asked = None

    def _per_neuron(self) -> Floats32:
        """What makes the mean of a sum over pairs: a neuron has only its own, outputs have all."""
        point = np.full(self.space.size, self.space.hidden / self._pairs, np.float32)
        self.space.split(point)[3][:] = 1.0 / self._pairs
        return point

    def _step(self, gradient: Floats32) -> None:
        """One step of Adam, and of the running average. Nothing is changed in place."""
        one = np.float32(1)
        self._momentum = self._momentum + (one - MOMENTUM) * (gradient - self._momentum)
        self._squares = self._squares + (one - SQUARES) * (np.square(gradient) - self._squares)
        done = min(self.steps / self._generations, 1.0)
        self.steps += 1
        rate = self._rate * 0.5 * (1.0 + math.cos(math.pi * done))
        mean = self._momentum / (one - MOMENTUM**self.steps)
        spread = np.sqrt(self._squares / (one - SQUARES**self.steps)) + _TINY
        moved = self._mean + np.float32(rate) * mean / spread
        if not np.isfinite(moved).all():
            raise ValueError(
                f"learning_rate must be small enough for a finite mean, got {self._rate}"
            )
        self._mean = moved
        weight = np.float32(1.0 / max(1.0, self._averaged * self.steps))
        self._average = self._average + weight * (self._mean - self._average)

    def recommend(self) -> Floats32:
        """Return the weights, (n_weights,), of the average of the latest means."""
        if self._seed is None:
            self._start(int(_random.seed64(self._rng)))
        return self.space.values(self._average)

    def state(self) -> dict[str, Any]:
        """What a run changes; nothing in it is changed later."""
        if self._seed is None:
            return {"seed": None}
        names = ("_seed", "steps", "_mean", "_average", "_momentum", "_squares")
        # The basis too: that of another machine may differ, and the coordinates are in its terms.
        return {name.strip("_"): getattr(self, name) for name in names} | {
            "centre": self.space.basis.centre,
            "factor": self.space.basis.factor,
            "matrix": self.space.basis.matrix,
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Go back to *state*.

        Raises
        ------
        ValueError
            Where it is that of another space.
        """
        self._asked = None
        if state["seed"] is None:
            self._seed, self.steps = None, 0
            return
        if state["mean"].shape != (self.space.size,):
            raise ValueError(
                f"state must have {self.space.size} coordinates, got {state['mean'].size}"
            )
        if state["seed"] != self._seed:
            self._start(state["seed"])
        basis = FeatureBasis(state["centre"], state["factor"], state["matrix"])
        self.space = replace(self.space, basis=basis)
        self.steps = state["steps"]
        self._mean, self._average = state["mean"], state["average"]
        self._momentum, self._squares = state["momentum"], state["squares"]
