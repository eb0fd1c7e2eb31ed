"""Grammatical evolution: one sequence of codons, mapped to a sentence of a grammar.

The mapping is that of O'Neill and Ryan 2001; networks, sizes and rates are those of Tsoulos,
Gavrilis and Glavas 2008, as their program has them. What differs from that program: fitness is the
problem's (theirs is the squared error against class numbers, of one output), survivors are not
mutated (theirs are, but the best), the tournament does not shrink in populations up to 100 (to 4),
and there is no search around random individuals every hundred generations.
"""

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from itertools import accumulate
from typing import Any, Literal

import numpy as np

from evograft import operators
from evograft.plugins._codons import check_rates, choose_codon_bits
from evograft.plugins._grammatical import (
    GrammaticalParameters,
    grammar_for,
    one_each,
    wire,
)
from evograft.plugins._loop import LARGEST
from evograft.plugins.registry import Defaults, Graft, Plugin, Preset
from evograft.representations import _check, _random
from evograft.representations.grammatical import (
    CodonVector,
    CompiledGrammar,
    GEMapping,
    network_bnf,
    random_codons,
)
from evograft.representations.grammatical.sentences import Sentences


@dataclass(frozen=True)
class GEParameters(GrammaticalParameters):
    """Parameters of GE; the defaults are those of Tsoulos' program for networks.

    Besides those of :class:`~evograft.plugins._grammatical.GrammaticalParameters`:

    Attributes
    ----------
    pm : tuple of float, each 0 to 1
        One is drawn for every offspring: the probability that a codon is replaced.
    length_pb : float, 0 to 1
        Probability that a codon is added to an offspring, or deleted.
    max_codons : int, or None for no bound
        Of offspring to which codons are added.
    genome_length : int, at least 1
        Codons of a genotype at the beginning.
    codon_bits : "auto", 8 or 16
        ``auto`` takes 16 where a rule has more than 256 options.
    wraps : int, at least 0
        How often reading may restart at the first codon.
    lazy : bool
        Whether a rule with a single option reads no codon.
    """

    number: str = "decimal"
    cxpb: float = 1.0
    population: int = 500
    generations: int | None = 500
    pm: tuple[float, ...] = (0.05,)
    length_pb: float = 0.0
    max_codons: int | None = None
    tournament: int = 10
    elite: float = 0.1
    genome_length: int = 200
    codon_bits: Literal["auto", 8, 16] = "auto"
    wraps: int = 1
    lazy: bool = False

    def __post_init__(self) -> None:
        super().__post_init__()
        _check.integer("generations", self.generations, minimum=0)
        _check.real("length_pb", self.length_pb, minimum=0, maximum=1)
        check_rates(self.pm)
        _check.integer("genome_length", self.genome_length, minimum=1, maximum=LARGEST)
        if self.max_codons is not None:
            _check.integer("max_codons", self.max_codons, minimum=self.genome_length)
        _check.choice("codon_bits", self.codon_bits, ("auto", 8, 16))
        _check.integer("wraps", self.wraps, minimum=0, maximum=LARGEST)
        _check.choice("lazy", self.lazy, (True, False))


def register(graft: Graft) -> Defaults:
    """Wire codons, their mapping and operators into the toolbox.

    Besides the aliases of every plug-in there is ``explain(individual)``, the derivation step by
    step, as text.
    """
    toolbox, rng = graft.toolbox, graft.rng
    parameters: GEParameters = graft.parameters
    compiled = CompiledGrammar.of(grammar_for(graft, network_bnf))
    mapping = GEMapping(compiled, wraps=parameters.wraps, lazy=parameters.lazy)
    bits = choose_codon_bits(parameters.codon_bits, int(compiled.counts.max()))
    draw = partial(random_codons, parameters.genome_length, bits, rng)
    wire(graft, compiled, partial(derive, mapping), draw, CodonVector)
    toolbox.register("explain", partial(explain, mapping))
    toolbox.register("mate", operators.cx_one_point_vector, rng=rng)
    toolbox.register("mutate", mutate, parameters=parameters, codon_bits=bits, rng=rng)
    return parameters.defaults()


def derive(
    mapping: GEMapping, individuals: Sequence[Any]
) -> tuple[Sentences, np.ndarray[tuple[int], np.dtype[np.int64]]]:
    """The sentence of each genotype; arrays of one typecode are read as they lie."""
    typecodes = {
        individual.typecode if isinstance(individual, array) else "" for individual in individuals
    }
    if len(typecodes) > 1 or "" in typecodes:
        return mapping.map(individuals), one_each(len(individuals))
    codons = np.frombuffer(b"".join(individuals), np.dtype(typecodes.pop()))
    limits = np.fromiter(accumulate(map(len, individuals), initial=0), np.int64)
    return mapping.map_flat(codons, limits), one_each(len(individuals))


def explain(mapping: GEMapping, individual: Sequence[int]) -> str:
    """The derivation of one genotype, step by step, as text."""
    return str(mapping.derive(list(individual)))


def mutate(
    individual: Any,
    *,
    parameters: GEParameters,
    codon_bits: Literal[8, 16],
    rng: np.random.Generator | None,
) -> tuple[Any]:
    """Replace codons by a rate drawn from *pm*, then add or delete one with *length_pb*."""
    draw = _random.source(rng)
    rate = parameters.pm[_random.below(draw, len(parameters.pm))]
    operators.mut_codon_values(individual, rate, codon_bits=codon_bits, rng=rng)
    if parameters.length_pb and draw.random() < parameters.length_pb:
        operators.mut_codon_count(
            individual, max_codons=parameters.max_codons, codon_bits=codon_bits, rng=rng
        )
    return (individual,)


_COMPARISON = Preset(
    summary="conditions equal to MGE's: its population, selection, rates and weights, and as many "
    "codons as ten of its genes have",
    parameters={
        "number": "wide",
        "cxpb": 0.9,
        "population": 200,
        "pm": (0.0005, 0.001, 0.0015, 0.005),
        "tournament": 7,
        "elite": 0.05,
        "genome_length": 1000,
        "wraps": 0,
        "lazy": True,
    },
)

GE = Plugin(
    name="ge",
    summary="grammatical evolution: one sequence of codons",
    reference="10.1109/4235.942529",
    parameters=GEParameters,
    register=register,
    presets={"comparison": _COMPARISON},
    fixed=("grammar", "number", "monolithic", "output", "parsimony", "codon_bits", "wraps", "lazy"),
)
