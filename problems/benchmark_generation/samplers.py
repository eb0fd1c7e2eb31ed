"""Where genomes come from: two samplers, each of which numbers its genomes from 0."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, fields
from typing import Any, ClassVar, Protocol

import numpy as np

from evograft.problems.benchmark_generation.stratified_block import (
    MOST_MORPHOGENS,
    fields_of,
    points_per_block,
    stratified_block,
)
from evograft.representations import _check
from evograft.representations.morphogenesis import Genome

Size = tuple[int, int]


class Sampler(Protocol):
    """Genomes by number; pickles, and is the same everywhere."""

    @property
    def name(self) -> str:
        """What it is registered as."""
        ...

    def genome(self, i: int) -> Genome:
        """Genome number *i*, which depends on nothing else."""
        ...

    def genomes(self, start: int, stop: int) -> Iterator[Genome]:
        """Genomes *start* to *stop* - 1."""
        ...

    def describe(self) -> dict[str, Any]:
        """The name and all parameters, as JSON has them: what `sampler` makes it from again."""
        ...


@dataclass(frozen=True)
class RandomSampler:
    """Genomes as `Genome.random` draws them.

    Parameters
    ----------
    seed : int, at least 0
    size : (int, int), or None
        Sites of the torus; None draws each from 10 to 29.
    max_growth_steps : int, or None
        None draws from 100 to 699.
    num_morphogens : int from 3 to 10, or None
        None draws 3 (70 %), 4, 5 or 6.

    Notes
    -----
    Randomness: genome i is drawn from the numpy Generator with the seed ``[seed, i]``.

    Examples
    --------
    >>> RandomSampler(seed=1, size=(10, 10)).genome(7)
    <Genome 10x10, 3 morphogens, 200 steps>
    """

    name: ClassVar[str] = "random"

    seed: int
    size: Size | None = (20, 20)
    max_growth_steps: int | None = 200
    num_morphogens: int | None = 3

    def __post_init__(self) -> None:
        _check_common(self)
        if self.num_morphogens is not None:
            _check_morphogens(self.num_morphogens)

    def genome(self, i: int) -> Genome:
        """Genome number *i*."""
        size_x, size_y = self.size or (None, None)
        return Genome.random(
            np.random.default_rng([self.seed, _check.integer("i", i, minimum=0)]),
            size_x=size_x,
            size_y=size_y,
            num_morphogens=self.num_morphogens,
            max_growth_steps=self.max_growth_steps,
        )

    def genomes(self, start: int, stop: int) -> Iterator[Genome]:
        """Genomes *start* to *stop* - 1."""
        return map(self.genome, range(start, stop))

    def describe(self) -> dict[str, Any]:
        """The name and all parameters, as JSON has them."""
        return _described(self)


@dataclass(frozen=True)
class StratifiedSampler:
    """Genomes from Latin hypercubes with an orthogonal array of strength 2.

    Every number of morphogens has a sequence of hypercubes of its own, each of p² points, p the
    least prime such that an array has a column for each field: 53 for 3 morphogens, 71, 97 and 113
    for 4, 5 and 6. Within the points of one, every field takes each of p² equal parts of its
    range once, and every two fields take each of p x p pairs of coarser parts once. The ranges are
    those of `Genome.random`, but all of the inhibition matrix off its diagonal is drawn; kernels
    are divided by their sums afterwards.

    Parameters
    ----------
    seed : int, at least 0
    size : (int, int), or None
        Sites of the torus; None draws each from 10 to 29.
    max_growth_steps : int, or None
        None draws from 100 to 699.
    num_morphogens : tuple of int from 3 to 10
        Taken in turn: genome i has entry i modulo their number, so that each has an equal share.

    Notes
    -----
    Randomness: hypercube b for K morphogens is drawn by `scipy.stats.qmc.LatinHypercube` from the
    numpy Generator with the seed ``[seed, K, b]``. The columns of fixed fields are drawn all the
    same, so that other fields do not depend on what is fixed. A process keeps the last two of each
    number of morphogens, 45 MB for 3 to 6 and 177 MB for 10; to draw one for 6 morphogens takes a
    second, for 10 some ten.

    References
    ----------
    Tang 1993, "Orthogonal Array-Based Latin Hypercubes" (as in scipy).

    Examples
    --------
    >>> StratifiedSampler(seed=1, num_morphogens=(3,), size=None).genome(7)
    <Genome 20x21, 3 morphogens, 200 steps>
    """

    name: ClassVar[str] = "stratified"

    seed: int
    size: Size | None = (20, 20)
    max_growth_steps: int | None = 200
    num_morphogens: tuple[int, ...] = (3, 4, 5, 6)

    def __post_init__(self) -> None:
        _check_common(self)
        if not isinstance(self.num_morphogens, tuple) or not self.num_morphogens:
            raise TypeError(
                f"num_morphogens must be a tuple of integers, got {self.num_morphogens!r}"
            )
        for k in self.num_morphogens:
            _check_morphogens(k)

    def genome(self, i: int) -> Genome:
        """Genome number *i*."""
        turn, place = divmod(_check.integer("i", i, minimum=0), len(self.num_morphogens))
        k = self.num_morphogens[place]
        block, row = divmod(turn, points_per_block(k))
        fields = fields_of(k, stratified_block(self.seed, k, block)[row])
        if self.size is not None:
            fields["size_x"], fields["size_y"] = self.size
        if self.max_growth_steps is not None:
            fields["max_growth_steps"] = self.max_growth_steps
        return Genome(**fields)

    def genomes(self, start: int, stop: int) -> Iterator[Genome]:
        """Genomes *start* to *stop* - 1."""
        return map(self.genome, range(start, stop))

    def describe(self) -> dict[str, Any]:
        """The name and all parameters, as JSON has them."""
        return _described(self)


SAMPLERS: dict[str, type[RandomSampler] | type[StratifiedSampler]] = {
    "random": RandomSampler,
    "stratified": StratifiedSampler,
}


def sampler(name: str, **options: Any) -> RandomSampler | StratifiedSampler:
    """Make a sampler by its name: "random" or "stratified".

    >>> made = sampler("stratified", seed=3)
    >>> sampler(**made.describe()) == made
    True

    Raises
    ------
    TypeError, ValueError
        Where there is none of that name, or an option is not known or breaks its rule.
    """
    _check.known("sampler", name, SAMPLERS)
    made = SAMPLERS[name]
    for option in options:
        _check.known(f"option of sampler {name!r}", option, [field.name for field in fields(made)])
    # JSON has lists for tuples.
    values: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) else value for key, value in options.items()
    }
    return made(**values)


def _check_common(sampler: RandomSampler | StratifiedSampler) -> None:
    _check.integer("seed", sampler.seed, minimum=0)
    if sampler.size is not None:
        if not isinstance(sampler.size, tuple) or len(sampler.size) != 2:
            raise TypeError(f"size must be a pair of integers or None, got {sampler.size!r}")
        for name, value in zip(("size[0]", "size[1]"), sampler.size, strict=True):
            _check.integer(name, value, minimum=1)
    if sampler.max_growth_steps is not None:
        _check.integer("max_growth_steps", sampler.max_growth_steps, minimum=1)


def _check_morphogens(k: int) -> None:
    _check.integer("num_morphogens", k, minimum=3, maximum=MOST_MORPHOGENS)


def _described(sampler: RandomSampler | StratifiedSampler) -> dict[str, Any]:
    values = asdict(sampler).items()
    listed = {key: list(value) if isinstance(value, tuple) else value for key, value in values}
    return {"name": sampler.name, **listed}
