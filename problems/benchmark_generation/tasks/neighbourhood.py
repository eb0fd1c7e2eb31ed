"""The tasks of standing mutations, and of making something of them."""

from abc import abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from types import MappingProxyType
from typing import Any, ClassVar, Protocol

import numpy as np

from evograft.problems.benchmark_generation.duplicates import digest_of_colours
from evograft.problems.benchmark_generation.function_names import function_name
from evograft.problems.benchmark_generation.operation_counts import growth_operations
from evograft.problems.benchmark_generation.tasks.task import Score, Task
from evograft.problems.graph_target import Graphs, tally
from evograft.problems.graph_target.weisfeiler_lehman import (
    Colours,
    colours,
    similarities,
)
from evograft.representations.morphogenesis import Genome, Organism, develop_many

MUTANTS: Mapping[str, int] = MappingProxyType({"low": 10, "medium": 30, "high": 100})

Mutate = Callable[..., tuple[Genome]]
"""Called as ``mutate(genome, rng=generator)``: changes the genome in place, as in DEAP.

Descriptions of tasks name it: it is a function of a module, a partial of one that binds plain
values, or has a method ``describe()``.
"""


class Filter(Protocol):
    """What accepts graphs, as the benchmark's ``Quality`` does."""

    def reasons(self, graphs: Graphs) -> Sequence[str | None]:
        """Return why each graph is rejected, None where it is not."""

    def describe(self) -> dict[str, Any]:
        """Return its thresholds, ready for JSON."""


class NeighbourhoodTask(Task):
    """What comes of mutants of a genome: each is a copy that was mutated once, and has grown.

    The evaluation seed and the genome decide what is drawn. Graphs are compared by their shape
    alone: a similarity is that of the normalised Weisfeiler-Lehman kernel with five iterations
    (see `evograft.problems.graph_target.weisfeiler_lehman`), 1 for isomorphic graphs, where two
    graphs without nodes are alike too; and graphs are "different" where their labels are, so
    that they are at least as many as are counted. The cost is that of the growth of all mutants.
    """

    mutate: Mutate
    unit: ClassVar[str] = "mutants"
    needs_genome: ClassVar[bool] = True

    @property
    def amounts(self) -> Mapping[str, int]:
        """10, 30 and 100 mutants."""
        return MUTANTS

    def _score(self, organism: Any, amount: int, seed: int) -> Score:
        if not isinstance(organism, Organism):
            raise TypeError(f"organism must be an Organism, which has a genome, got {organism!r}")
        # Every genome has numbers of its own; otherwise chance would favour all entries alike.
        rng = np.random.default_rng([seed, organism.genome.development_seed()])
        genomes = [self._mutant(organism.genome, rng) for _ in range(amount)]
        mutants = develop_many(genomes, arithmetic=organism.arithmetic, threads=1)
        graphs = tally([organism, *mutants])
        value, details = self._compare([*map(colours, graphs)], graphs)
        return Score(value, sum(map(growth_operations, genomes)), details)

    def _mutant(self, genome: Genome, rng: np.random.Generator) -> Genome:
        (mutant,) = self.mutate(genome.snapshot(), rng=rng)
        return mutant

    @abstractmethod
    def _compare(
        self, labelled: Sequence[Colours], graphs: Graphs
    ) -> tuple[float, dict[str, float]]:
        """Value and details of the graphs, that of the parent first."""

    def describe(self) -> dict[str, object]:
        """Return what has to be known to score alike, ready for JSON."""
        return super().describe() | {"mutate": function_name("mutate", self.mutate)}


@dataclass(frozen=True)
class RobustnessTask(NeighbourhoodTask):
    """How much of a graph outlasts a mutation of its genome.

    The value is the mean similarity of the mutants' graphs to the parent's, 0 to 1. Details are
    ``unchanged``, the share of the mutants whose graph does not differ from it, which is Wagner's
    robustness of a genotype (the share of its neutral neighbours), and, given a *quality*,
    ``viable``, the share of those that it accepts.

    Parameters
    ----------
    mutate : callable
        See `Mutate`; it has to pickle where the task does.
    quality : object, optional
        With ``reasons(graphs)``, None for each graph that is accepted, and ``describe()``.

    References
    ----------
    A. Wagner, Robustness and evolvability: a paradox resolved, Proc. R. Soc. B 275 (2008).

    Examples
    --------
    >>> from evograft.representations.morphogenesis import develop
    >>> def twice_the_axons(genome, *, rng):
    ...     genome.max_axon_length *= 2
    ...     return (genome,)
    >>> genome = Genome.random(np.random.default_rng(34), size_x=10, size_y=10)
    >>> score = RobustnessTask(twice_the_axons).score(develop(genome), "low")
    >>> round(score.value, 4), score.details
    (0.3188, {'unchanged': 0.0})
    """

    mutate: Mutate
    quality: Filter | None = None
    name: str = field(default="robustness", init=False)

    @property
    def details(self) -> tuple[str, ...]:
        """``unchanged``, and with a quality ``viable``."""
        return ("unchanged",) if self.quality is None else ("unchanged", "viable")

    def describe(self) -> dict[str, object]:
        """Return what has to be known to score alike, ready for JSON."""
        quality = None if self.quality is None else self.quality.describe()
        return super().describe() | {"quality": quality}

    def _compare(
        self, labelled: Sequence[Colours], graphs: Graphs
    ) -> tuple[float, dict[str, float]]:
        alike = similarities(labelled)[0, 1:]
        parent, *mutants = map(digest_of_colours, labelled)
        details = {"unchanged": mutants.count(parent) / len(mutants)}
        if self.quality is not None:
            reasons = islice(self.quality.reasons(graphs), 1, None)
            details["viable"] = sum(reason is None for reason in reasons) / len(mutants)
        return float(alike.mean()), details


@dataclass(frozen=True)
class EvolvabilityTask(NeighbourhoodTask):
    """How different the graphs are that one mutation of a genome leads to.

    The value is the mean of 1 - similarity over all pairs of mutants, 0 to 1. The detail
    ``distinct`` is the number of different graphs among the mutants, without the parent's, which is
    Wagner's evolvability of a genotype.

    Parameters
    ----------
    mutate : callable
        See `Mutate`; it has to pickle where the task does.

    References
    ----------
    A. Wagner, Robustness and evolvability: a paradox resolved, Proc. R. Soc. B 275 (2008).

    Examples
    --------
    >>> from evograft.representations.morphogenesis import develop
    >>> def shuffle_size(genome, *, rng):
    ...     genome.size_x = int(rng.integers(5, 8))
    ...     return (genome,)
    >>> genome = Genome.random(np.random.default_rng(34), size_x=10, size_y=10)
    >>> EvolvabilityTask(shuffle_size).score(develop(genome), "low").details
    {'distinct': 2.0}
    """

    mutate: Mutate
    name: str = field(default="evolvability", init=False)

    @property
    def details(self) -> tuple[str, ...]:
        """``distinct``."""
        return ("distinct",)

    def _compare(
        self, labelled: Sequence[Colours], graphs: Graphs
    ) -> tuple[float, dict[str, float]]:
        alike = similarities(labelled[1:])
        parent, *mutants = map(digest_of_colours, labelled)
        pairs = np.triu_indices(len(mutants), 1)
        distinct = float(len({*mutants} - {parent}))
        return float((1 - alike[pairs]).mean()), {"distinct": distinct}
