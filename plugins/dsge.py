"""Dynamic structured grammatical evolution: genes that grow as the derivation needs them.

Genotype, mapping, repair and operators are those of Assunção, Lourenço, Machado and Ribeiro 2017,
with the settings of its authors' program (sge3). Networks have as many layers as evolve, and the
neurons of a layer have the features and the neurons of all layers before as inputs.
"""

from collections.abc import Sequence
from dataclasses import dataclass
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
from evograft.plugins._loop import LARGEST
from evograft.plugins.registry import Defaults, Graft, Plugin
from evograft.representations import _check, _random
from evograft.representations.grammatical import (
    CompiledGrammar,
    DSGEMapping,
    StructuredGenotype,
    network_bnf,
)
from evograft.representations.grammatical.sentences import Sentences

UNFIT = 2**31
"""Options that mutation takes a rule with hidden neurons for: what it draws there is repaired."""


@dataclass(frozen=True)
class DSGEParameters(GrammaticalParameters):
    """Parameters of dynamic structured GE; the defaults are those of its authors' program.

    Besides those of :class:`~evograft.plugins._grammatical.GrammaticalParameters`:

    Attributes
    ----------
    indpb : float, 0 to 1, or None for one over the number of used indices that have a choice
        Probability that a used index is replaced.
    max_depth : int, at least 0
        In expansions more than this below the start, only flattest derivations begin.
    initial_depth : int, from 0 to *max_depth*, or None for 6 or *max_depth* if that is less
        The same, for the genotypes at the beginning.
    multi_layer : bool
        Whether networks have layers.
    """

    number: str = "decimal"
    population: int = 1000
    generations: int | None = 50
    indpb: float | None = 0.1
    tournament: int = 3
    elite: float = 0.1
    max_depth: int = 17
    initial_depth: int | None = None
    multi_layer: bool = True

    def __post_init__(self) -> None:
        super().__post_init__()
        _check.integer("generations", self.generations, minimum=0)
        if self.indpb is not None:
            _check.real("indpb", self.indpb, minimum=0, maximum=1)
        _check.integer("max_depth", self.max_depth, minimum=0, maximum=LARGEST)
        if self.initial_depth is not None:
            _check.integer("initial_depth", self.initial_depth, minimum=0, maximum=self.max_depth)
        _check.choice("multi_layer", self.multi_layer, (True, False))


def register(graft: Graft) -> Defaults:
    """Wire genes, their mapping and operators, which repair, into the toolbox."""
    toolbox, rng = graft.toolbox, graft.rng
    parameters: DSGEParameters = graft.parameters
    mapping = make_mapping(graft)
    draw = partial(grow, mapping, rng)
    wire(graft, mapping.grammar, partial(derive, mapping), draw, StructuredGenotype)
    toolbox.register("mate", mate, mapping=mapping, rng=rng)
    toolbox.register("mutate", mutate, mapping=mapping, indpb=parameters.indpb, rng=rng)
    return parameters.defaults()


def make_mapping(graft: Graft) -> DSGEMapping:
    """The mapping; a rule with ``h*`` is offered the neurons of all layers before its own.

    In a grammar of the user's these are completed expansions of its rule ``<neuron>``, at the end
    of a ``<layer>`` if it has that rule; recursion of ``<layer>`` has to come last.
    """
    parameters: DSGEParameters = graft.parameters
    grammar = grammar_for(graft, partial(network_bnf, multi_layer=parameters.multi_layer))
    dynamic = "h" in grammar.families() and "neuron" in grammar.rules
    compiled = CompiledGrammar.of(
        grammar,
        member_rule="neuron" if dynamic else None,
        scope_rule="layer" if dynamic and "layer" in grammar.rules else None,
    )
    first = parameters.initial_depth
    if first is None:
        first = min(6, parameters.max_depth)
    return DSGEMapping(compiled, parameters.max_depth, first)


def grow(mapping: DSGEMapping, rng: np.random.Generator | None) -> list[tuple[int, ...]]:
    """Draw one genotype by a random derivation."""
    return mapping.grow(1, int(_random.seed64(rng)))[0]


def derive(
    mapping: DSGEMapping, individuals: Sequence[Any]
) -> tuple[Sentences, np.ndarray[tuple[int], np.dtype[np.int64]]]:
    """The sentence of each genotype, which stays as it is.

    What a foreign operator has left unfit is read as if it were repaired; equal genotypes are read
    alike, in whatever company.
    """
    return mapping.read(individuals), one_each(len(individuals))


def mate(
    a: Any, b: Any, *, mapping: DSGEMapping, rng: np.random.Generator | None
) -> tuple[Any, Any]:
    """Swap whole genes with even chances, and repair both individuals."""
    operators.cx_uniform_gene_lists(a, b, rng=rng)
    mapping.map([a, b], int(_random.seed64(rng)))
    return a, b


def mutate(
    individual: Any, *, mapping: DSGEMapping, indpb: float | None, rng: np.random.Generator | None
) -> tuple[Any]:
    """Replace used indices, and repair the individual.

    In a rule with ``h*`` the new index is drawn from all options that there are by then, the old
    one included.
    """
    used = mapping.map([individual], int(_random.seed64(rng))).used[0].tolist()
    grammar = mapping.grammar
    counts = np.where(grammar.families >= 0, UNFIT, grammar.counts).tolist()
    operators.mut_used_indices(individual, indpb, counts=counts, used=used, rng=rng)
    mapping.map([individual], int(_random.seed64(rng)))
    return (individual,)


DSGE = Plugin(
    name="dsge",
    summary="dynamic structured grammatical evolution: genes that grow on demand",
    reference="10.1145/3071178.3071286",
    parameters=DSGEParameters,
    register=register,
    presets={"comparison": COMPARISON},
    fixed=(
        *("grammar", "number", "monolithic", "output", "parsimony"),
        *("max_depth", "multi_layer"),
    ),
)
