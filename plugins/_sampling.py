"""The sample that all individuals of a generation share."""

from copy import deepcopy
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from evograft.plugins._state import generator_state, restore_generator
from evograft.problems.augmentation import augment_images, shift_images
from evograft.problems.balanced_sample import BalancedSampler
from evograft.representations import _check, _random
from evograft.representations.dense_population import Samples


class Sampling:
    """Draws the seed of each generation's sample, and counts them.

    ``refresh`` is called once a generation, before anything is evaluated.

    Parameters
    ----------
    rng : Generator or None
        Source of 64 bits a generation; None means Python's ``random``.

    Attributes
    ----------
    seed : int
        Of the current sample; 0 until the first refresh, as under a ``map`` that never does it.
    generation : int
        The number of the generation that is evaluated last, which annealing goes by; -1 before.
    """

    def __init__(self, rng: np.random.Generator | None) -> None:
        self._rng = rng
        self.seed = 0
        self.generation = -1
        self._fresh = False

    def refresh(self) -> None:
        """Go on to the next generation's sample."""
        self.seed = int(_random.seed64(self._rng))
        self.generation += 1
        self._fresh = True

    def expect(self) -> None:
        """A new generation is made: refresh where no ``map`` has done so for the last one."""
        if not self._fresh:
            self.refresh()
        self._fresh = False

    def state(self) -> dict[str, Any]:
        """What changes during a run: the seed, the count, and the operators' Generator."""
        own = {"seed": self.seed, "generation": self.generation, "fresh": self._fresh}
        return generator_state(self._rng) | own

    def restore(self, state: dict[str, Any]) -> None:
        """Go back to *state*."""
        restore_generator(self._rng, state)
        self.seed, self.generation = state["seed"], state["generation"]
        self._fresh = state["fresh"]

    def __deepcopy__(self, memo: dict[int, Any]) -> "Sampling":
        twin = Sampling(deepcopy(self._rng, memo))
        memo[id(self)] = twin
        twin.seed, twin.generation, twin._fresh = self.seed, self.generation, self._fresh
        return twin

    def __reduce__(self) -> tuple[Any, ...]:
        # A worker gets the sample, and never draws one.
        return _fixed, (self.seed, self.generation)


def _fixed(seed: int, generation: int) -> Sampling:
    sampling = Sampling(None)
    sampling.seed, sampling.generation = seed, generation
    return sampling


@dataclass(frozen=True)
class SampleOptions:
    """How a sample is drawn from a classification problem's training part.

    Attributes
    ----------
    images_per_class : int, at least 1, or None for *usual*, or as many as the smallest class has
        Drawn uniformly with replacement.
    augment : bool
        Distort a quarter of them and shift another, as later code of GENREG does.
    max_shift : int, at least 0
        Pixels by which every one of them is shifted at most, in both directions.
    usual : int, at least 1
    """

    images_per_class: int | None = None
    augment: bool = False
    max_shift: int = 0
    usual: int = 20

    def __post_init__(self) -> None:
        if self.images_per_class is not None:
            _check.integer("images_per_class", self.images_per_class, minimum=1)
        _check.choice("augment", self.augment, (True, False))
        _check.integer("max_shift", self.max_shift, minimum=0)


@dataclass(frozen=True)
class ClassSample:
    """Samples of every class, with their labels.

    Attributes
    ----------
    X : (n_samples, n_features) float32
    labels : (n_samples,) int64
    """

    X: npt.NDArray[np.float32]
    labels: npt.NDArray[np.int64]

    @cached_property
    def samples(self) -> Samples:
        """:attr:`X` without the inputs that are zero in all of them."""
        return Samples(self.X)


class ClassSampler:
    """Draws class-balanced samples of *problem*, each from a seed alone.

    Raises
    ------
    ValueError
        Where a class has fewer images than a sample wants, or the features are no images and
        *options* ask for changed ones.
    """

    def __init__(self, problem: Any, options: SampleOptions) -> None:
        for name in ("augment", "max_shift"):
            if getattr(options, name) and problem.scaling != "unit":
                raise ValueError(
                    f"{name} must be off unless for images with scaling 'unit', got "
                    f"{getattr(options, name)} for {problem.name} with {problem.scaling!r}"
                )
        self._problem = problem
        self._options = options
        self._sampler = BalancedSampler(problem.y_train, problem.n_classes)
        per_class = options.images_per_class
        if per_class is None:
            per_class = min(options.usual, self._sampler.smallest)
        self.images_per_class = per_class
        self._last: tuple[int, ClassSample] | None = None
        self.draw(0)  # so that what cannot be drawn is told now

    @property
    def n_samples(self) -> int:
        """Images in a sample."""
        return self.images_per_class * int(self._problem.n_classes)

    def draw(self, seed: int) -> ClassSample:
        """Return the sample of *seed*, up to 64 bits; the last one is kept."""
        if self._last is None or self._last[0] != seed:
            self._last = seed, self._draw(seed)
        return self._last[1]

    def _draw(self, seed: int) -> ClassSample:
        options = self._options
        rows = self._sampler.draw(self.images_per_class, seed)
        X = self._problem.X_train[rows]
        if options.augment:
            X = augment_images(X, self.images_per_class, seed)
        if options.max_shift:
            X = shift_images(X, options.max_shift, seed)
        return ClassSample(X, self._problem.y_train[rows])
