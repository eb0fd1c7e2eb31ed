"""Breeding of the trusted: every child of several parents, crossed and mutated in one go."""

import dataclasses
from collections.abc import Callable, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from deap import base

from evograft import operators
from evograft.operators.trust import inherit_trust, trust_of
from evograft.plugins._evaluation import is_own
from evograft.plugins._sampling import Sampling
from evograft.representations import _random, _threads
from evograft.representations import _weight_kernels as kernels
from evograft.representations.dense_layout import DenseLayout
from evograft.representations.dense_population import in_threads

THREADED_WEIGHTS = 100_000
"""Weights of all children below which threads would cost more than they bring."""


class Scale:
    """Standard deviation of the mutation: constant, or falling exponentially with the generations.

    Parameters
    ----------
    start : float, at least 0
    end : float or None
        Reached in generation *generations*, and kept; None for a constant.
    generations : int
    sampling : Sampling
        Knows the generation.
    """

    def __init__(
        self, start: float, end: float | None, generations: int, sampling: Sampling
    ) -> None:
        self._start = start
        self._end = end
        self._generations = generations
        self._sampling = sampling

    def __call__(self) -> float:
        """The scale for the children of the current generation."""
        if self._end is None or self._start == 0.0:
            return self._start
        done = min(max(self._sampling.generation, 0) / max(self._generations - 1, 1), 1.0)
        return float(self._start * (self._end / self._start) ** done)


def mate_trusting(
    a: Any,
    b: Any,
    *,
    cross: Callable[..., Any],
    share: float,
    objective: int | None,
    rng: np.random.Generator | None,
) -> tuple[Any, Any]:
    """Cross by *cross*; both children inherit a share of the sum of both parents' trust."""
    trusts = [trust_of(a, objective), trust_of(b, objective)]
    cross(a, b, rng=rng)
    inherit_trust([a, b], trusts, share)
    return a, b


def mutate_trusting(
    individual: Any,
    *,
    change: Callable[..., Any],
    rate: float,
    scale: Callable[[], float],
    share: float,
    objective: int | None,
    rng: np.random.Generator | None,
) -> tuple[Any]:
    """Mutate by *change*; who was evaluated before is its own parent, and inherits its trust.

    A child of a crossover is not evaluated yet, and keeps what it inherited there.
    """
    if individual.fitness.valid:
        inherit_trust([individual], [trust_of(individual, objective)], share)
    change(individual, rate=rate, scale=scale(), rng=rng)
    return (individual,)


@dataclass(eq=False)
class BreedTrusted:
    """``breed(population, n)``: *n* children of parents whom ``select`` chooses.

    Each child has as many parents, who may coincide, and inherits every weight or neuron from one
    of them. Before that every chosen parent is mutated with *base_rate*, if that is above 0.
    Crossover and mutation of the plug-in's own run fused and in threads; a ``mate`` or ``mutate``
    that the user registers takes part instead: of the two children of a ``mate`` the first counts,
    and goes on to mate the third parent.

    Attributes
    ----------
    parents : int, 1 to 256
        Of each child.
    whole : bool
        Whether whole neurons are inherited, or single weights.
    sizes : tuple of int
        Of the network's layers.
    patch : int, at least 1
        Side of the square of pixels whose weights mutate together.
    rate, base_rate : float, 0 to 1
        Share of the weights of a child, and of a parent, that are mutated.
    scale : callable
        Gives the standard deviation of the mutation.
    share : float
        Of the parents' trust, inherited by a child.
    objective : int or None
        Which number of the fitness is the trust.
    sampling : Sampling
        Told that a new generation is made.
    rng : Generator, optional
        Source of 64 bits a child, else Python's ``random``.
    threads : int or None
        None for all processors. Results do not depend on it.
    """

    parents: int
    whole: bool
    sizes: Sequence[int]
    patch: int
    rate: float
    base_rate: float
    scale: Scale
    share: float
    objective: int | None
    sampling: Sampling
    rng: np.random.Generator | None
    threads: int | None

    def __post_init__(self) -> None:
        self._n_weights = DenseLayout(self.sizes).n_weights
        self._toolbox: base.Toolbox | None = None
        self._pool = np.empty((0, 0), np.float32)

    def watch(self, toolbox: base.Toolbox) -> None:
        """From now on use the toolbox's ``select``, and what the user registers for the others."""
        self._toolbox = toolbox

    def __call__(self, population: Sequence[Any], n: int) -> list[Any]:
        count, toolbox = self.parents, self._toolbox
        assert toolbox is not None
        self.sampling.expect()
        if n == 0:
            return []
        chosen = list(toolbox.select(population, count * n))
        if len(chosen) != count * n:  # DEAP's selNSGA2, say, gives nobody twice
            raise ValueError(
                f"select must give {count * n} parents, {count} for each of {n} children, got "
                f"{len(chosen)}"
            )
        if self.base_rate:
            chosen = _mutated_once(chosen, self.base_rate, self.scale(), self.rng)
        families = [chosen[i : i + count] for i in range(0, count * n, count)]
        if is_own(toolbox.mate) and is_own(toolbox.mutate):
            children = self._fused(families)
        else:
            children = [self._by_operators(family) for family in families]
        for child, family in zip(children, families, strict=True):
            trusts = [trust_of(parent, self.objective) for parent in family]
            inherit_trust([child], trusts, self.share)
        return children

    def _fused(self, families: Sequence[Sequence[Any]]) -> list[Any]:
        scale = self.scale()
        members = {id(parent): parent.values for family in families for parent in family}
        lengths = sorted({values.size for values in members.values()})
        if lengths != [self._n_weights]:  # the kernel would read beyond the end
            raise ValueError(
                f"parents must have as many weights, got {lengths}, not {self._n_weights}"
            )
        pool = self._gather([*members.values()])
        rows = {parent: row for row, parent in enumerate(members)}
        chosen = np.array([[rows[id(parent)] for parent in family] for family in families])
        seeds = [_random.seed64(self.rng) for _ in families]
        children = [np.empty(pool.shape[1], np.float32) for _ in families]
        sizes = np.array(self.sizes)

        def make(i: int) -> None:
            family, child, seed = chosen[i], children[i], seeds[i]
            kernels.make_child(
                pool, family, sizes, self.whole, self.patch, child, self.rate, scale, seed
            )

        many = len(children) * pool.shape[1] > THREADED_WEIGHTS
        in_threads(make, len(children), _threads.count(self.threads) if many else 1)
        return [
            family[0].offspring(values) for family, values in zip(families, children, strict=True)
        ]

    def _gather(self, values: list[npt.NDArray[np.float32]]) -> npt.NDArray[np.float32]:
        """The *values* in one array, whose room is kept: new memory costs more than copying."""
        shape = len(values), values[0].size
        if self._pool.shape[0] < shape[0] or self._pool.shape[1] != shape[1]:
            self._pool = np.empty(shape, np.float32)
        for row, each in zip(self._pool, values, strict=False):
            row[:] = each
        return self._pool[: len(values)]

    def _by_operators(self, family: Sequence[Any]) -> Any:
        toolbox = self._toolbox
        assert toolbox is not None
        child = toolbox.clone(family[0])
        for other in family[1:]:
            child, _ = toolbox.mate(child, toolbox.clone(other))
        del child.fitness.values
        (child,) = toolbox.mutate(child)
        return child

    def _fields(self) -> list[Any]:
        return [getattr(self, entry.name) for entry in dataclasses.fields(self)]

    def __reduce__(self) -> tuple[Any, ...]:  # without the toolbox
        return BreedTrusted, tuple(self._fields())

    def __deepcopy__(self, memo: dict[int, Any]) -> "BreedTrusted":
        twin = BreedTrusted(*deepcopy(self._fields(), memo))
        memo[id(self)] = twin
        twin._toolbox = memo.get(id(self._toolbox), self._toolbox)
        return twin


def _mutated_once(
    chosen: Sequence[Any], rate: float, scale: float, rng: np.random.Generator | None
) -> list[Any]:
    """*chosen* with each different individual in it replaced by a mutated copy."""
    mutants: dict[int, Any] = {}
    for individual in chosen:
        if id(individual) not in mutants:
            mutants[id(individual)] = mutant = deepcopy(individual)
            operators.mut_gaussian_weights(mutant, rate=rate, scale=scale, rng=rng)
    return [mutants[id(individual)] for individual in chosen]
