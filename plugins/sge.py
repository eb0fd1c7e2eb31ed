"""Structured grammatical evolution: a gene of fixed length for each non-terminal.

Genotype, mapping and operators are those of Lourenço, Pereira and Costa 2016, with the settings of
their program; the preset ``networks`` has the sizes and rates of their study of networks (Assunção,
Lourenço, Machado and Ribeiro 2017), whose own operators, one-point crossover over the genes and
mutation of genes by their length, it has not.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np

from evograft import operators
from evograft.plugins._grammatical import (
    COMPARISON,
    GrammaticalParameters,
    grammar_for,
    one_each,
    wire,
)
from evograft.plugins.registry import Defaults, Graft, Plugin, Preset
from evograft.representations import _check
from evograft.representations.grammatical import SGEMapping, StructuredGenotype, network_bnf
from evograft.representations.grammatical.sentences import Sentences

MOST_LEVELS = 1000
"""Each is a copy of every rule that is recursive."""


@dataclass(frozen=True)
class SGEParameters(GrammaticalParameters):
    """Parameters of structured GE; the defaults are those of its authors' program.

    Besides those of :class:`~evograft.plugins._grammatical.GrammaticalParameters`:

    Attributes
    ----------
    gene_pb : float, 0 to 1
        Probability that one used index of a gene is replaced.
    levels : int, 0 to 1000
        Levels of recursion.
    """

    number: str = "decimal"
    population: int = 1000
    generations: int | None = 50
    gene_pb: float = 0.05
    tournament: int = 3
    elite: float = 0.1
    levels: int = 3

    def __post_init__(self) -> None:
        super().__post_init__()
        _check.integer("generations", self.generations, minimum=0)
        _check.real("gene_pb", self.gene_pb, minimum=0, maximum=1)
        _check.integer("levels", self.levels, minimum=0, maximum=MOST_LEVELS)


def register(graft: Graft) -> Defaults:
    """Wire genes, their mapping and operators into the toolbox."""
    toolbox, rng = graft.toolbox, graft.rng
    parameters: SGEParameters = graft.parameters
    mapping = SGEMapping(grammar_for(graft, network_bnf), parameters.levels)
    draw = partial(mapping.random_genotype, rng)
    wire(graft, mapping.grammar, partial(derive, mapping), draw, StructuredGenotype)
    toolbox.register("mate", operators.cx_uniform_gene_lists, rng=rng)
    toolbox.register("mutate", mutate, mapping=mapping, gene_pb=parameters.gene_pb, rng=rng)
    return parameters.defaults()


def derive(
    mapping: SGEMapping, individuals: Sequence[Any]
) -> tuple[Sentences, np.ndarray[tuple[int], np.dtype[np.int64]]]:
    """The sentence of each genotype."""
    return mapping.map(individuals), one_each(len(individuals))


def mutate(
    individual: Any, *, mapping: SGEMapping, gene_pb: float, rng: np.random.Generator | None
) -> tuple[Any]:
    """Replace one of the indices of each gene that the mapping has used, with *gene_pb*."""
    used = mapping.map([individual]).used[0].tolist()
    counts = mapping.grammar.counts.tolist()
    return operators.mut_one_index_per_gene(individual, gene_pb, counts=counts, used=used, rng=rng)


_NETWORKS = Preset(
    summary="sizes and rates of the authors' study of networks",
    parameters={"population": 100, "generations": 500, "cxpb": 0.95, "elite": 0.01},
)
# As the paper names no levels, these are the authors' three: no run reaches the paper's mean sizes
# above four neurons (Flame, Heart, Wine). `benchmarks/mge_table5_sge.toml` has eight levels beside.
_COMPARISON = replace(
    COMPARISON,
    summary=f"{COMPARISON.summary}; at the default 3 levels of recursion a network has at most "
    "4 neurons",
)
SGE = Plugin(
    name="sge",
    summary="structured grammatical evolution: a gene for each non-terminal",
    reference="10.1007/s10710-015-9262-4",
    parameters=SGEParameters,
    register=register,
    presets={"networks": _NETWORKS, "comparison": _COMPARISON},
    fixed=("grammar", "number", "monolithic", "output", "parsimony", "levels"),
)
