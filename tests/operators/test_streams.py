"""Where the operators take their random numbers from, and that DEAP's machinery takes them."""

import random
from functools import partial
from inspect import signature
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from deap import algorithms, base, tools

from evograft import operators
from evograft.operators.speciation import Speciation
from evograft.representations.fitness import ObjectiveFitness
from evograft.representations.innovations import Innovations
from evograft.representations.modular import ModularGenotype, random_genotype
from evograft.representations.morphogenesis import Genome
from evograft.representations.neat_genome import NeatGenome
from evograft.representations.weight_vector import WeightVector

GENES = [bytes(range(k, k + 6)) for k in range(0, 60, 6)]
OTHERS = [bytes(range(k, k + 6)) for k in range(100, 142, 6)]


class Number:
    def __init__(self, value):
        self.value = value
        self.fitness = ObjectiveFitness((1.0,), (value,))


CROWD = [Number(float(value // 2)) for value in range(40)]


SIZES = (16, 3, 4, 1)
"""Of the layers of a dense network with 72 weights and biases, whose inputs are square images."""


def crossed(operator, **options):
    return lambda rng: operator(list(GENES), list(OTHERS), rng=rng, **options)


def mutated(operator, *arguments, **options):
    return lambda rng: operator(list(GENES), *arguments, rng=rng, **options)


def genomes():
    rng = np.random.default_rng(8)
    return [Genome.random(rng, size, size) for size in (5, 6)]


def rules():
    return [SimpleNamespace(eta=eta, decay=eta / 10) for eta in (0.1, 0.2)]


def vectors():
    return [WeightVector(np.zeros(72)), WeightVector(np.ones(72))]


def neat_genomes():
    """Two that differ in their weights; input 1 is not joined to anything."""
    genes = ([0, 2, 3], [0, 2, 0], [3, 3, 4])
    return [NeatGenome(2, 2, *genes, [float(k)] * 3, [True] * 3) for k in range(2)]


NEAT_CROWD = [*map(NeatGenome.clone, neat_genomes() * 10)]
for place, one in enumerate(NEAT_CROWD):
    one.fitness = ObjectiveFitness((1.0,), (float(place),))


def neat_mutated(operator, *arguments, **options):
    return lambda rng: operator(
        neat_genomes()[0], *(make() for make in arguments), rng=rng, **options
    )[0].to_dict()


def innovations():
    return Innovations(2, 2)


def values(winners):
    return [winner.value for winner in winners]


OPERATORS = {
    "cx_one_point_genes": crossed(operators.cx_one_point_genes),
    "cx_uniform_genes": crossed(operators.cx_uniform_genes),
    "cx_one_point_codons": crossed(operators.cx_one_point_codons, codon_bits=16),
    "mut_codons": mutated(operators.mut_codons, 0.2),
    "mut_gene_count": mutated(operators.mut_gene_count, 6, max_gene_change=3),
    "mut_gene_length": mutated(operators.mut_gene_length, 0.5, codon_bits=16),
    "mut_modular": mutated(operators.mut_modular, 6, pm=(0.1, 0.9), evolve_gene_length=True),
    "cx_median_gene_weights": crossed(operators.cx_median_gene_weights, indpb=0.5, n_weights=1),
    "mut_gaussian_gene_weights": mutated(
        operators.mut_gaussian_gene_weights, 0.5, 1.0, n_weights=1
    ),
    "cx_uniform_weights": lambda rng: [
        vector.values.tolist() for vector in operators.cx_uniform_weights(*vectors(), rng=rng)
    ],
    "mut_gaussian_weights": lambda rng: operators.mut_gaussian_weights(
        vectors()[0], rate=0.5, scale=1.0, rng=rng
    )[0].values.tolist(),
    "cx_whole_neurons": lambda rng: [
        vector.values.tolist()
        for vector in operators.cx_whole_neurons(*vectors(), sizes=SIZES, rng=rng)
    ],
    "mut_gaussian_patches": lambda rng: operators.mut_gaussian_patches(
        vectors()[0], rate=0.5, scale=1.0, sizes=SIZES, patch=3, rng=rng
    )[0].values.tolist(),
    "sel_trusted": lambda rng: values(operators.sel_trusted(CROWD, 10, rng=rng)),
    "sel_tournament": lambda rng: values(operators.sel_tournament(CROWD, 10, 3, rng=rng)),
    "sel_tournament_distinct": lambda rng: values(
        operators.sel_tournament_distinct(CROWD, 10, 3, rng=rng)
    ),
    "pool_tournament": lambda rng: values(operators.pool_tournament(CROWD, 0.2, 3, rng=rng)),
    "mut_genome_default": lambda rng: operators.mut_genome_default(genomes()[0], rng=rng),
    "mut_genome_aggressive": lambda rng: operators.mut_genome_aggressive(genomes()[0], rng=rng),
    "cx_genome_default": lambda rng: operators.cx_genome_default(*genomes(), rng=rng),
    "cx_genome_block_preservation": lambda rng: operators.cx_genome_block_preservation(
        *genomes(), rng=rng
    ),
    "mut_plasticity": lambda rng: operators.mut_plasticity(rules()[0], rng=rng),
    "mut_neat_weights": neat_mutated(operators.mut_neat_weights),
    "mut_neat_add_node": neat_mutated(operators.mut_neat_add_node, innovations),
    "mut_neat_add_connection": neat_mutated(operators.mut_neat_add_connection, innovations),
    "mut_neat": neat_mutated(operators.mut_neat, innovations, add_node=0.5),
    "cx_neat": lambda rng: [g.to_dict() for g in operators.cx_neat(*neat_genomes(), rng=rng)],
    "sel_species": lambda rng: [
        one.fitness.values for one in operators.sel_species(NEAT_CROWD, 10, Speciation(), rng=rng)
    ],
    "cx_plasticity": lambda rng: operators.cx_plasticity(*rules(), rng=rng),
}


def test_every_operator_that_draws_is_here():
    # The cores of one child have no stream of their own, and the others draw nothing.
    drawing = {
        name
        for name in operators.__all__
        if name.startswith(("mut_", "cx_", "sel_", "pool_"))
        and "rng" in signature(getattr(operators, name)).parameters
    }
    assert set(OPERATORS) == drawing


@pytest.fixture(params=OPERATORS)
def apply(request):
    """Apply an operator ten times in a row to fresh parents."""
    operator = OPERATORS[request.param]
    return lambda rng: [operator(rng) for _ in range(10)]


def numpy_state():
    state: Any = np.random.get_state()  # noqa: NPY002
    return state[0], state[1].tobytes(), state[2:]


def test_pythons_seed_alone_decides_the_result(apply):
    np.random.seed(1)  # noqa: NPY002
    random.seed(1)
    first = apply(None)
    np.random.seed(2)  # noqa: NPY002
    random.seed(1)
    assert apply(None) == first
    random.seed(2)
    assert apply(None) != first


def test_a_generators_seed_alone_decides_the_result(apply):
    random.seed(1)
    first = apply(np.random.default_rng(1))
    random.seed(2)
    assert apply(np.random.default_rng(1)) == first
    assert apply(np.random.default_rng(2)) != first


def test_with_a_generator_no_global_stream_is_touched(apply):
    python, numpy = random.getstate(), numpy_state()
    apply(np.random.default_rng(3))
    assert random.getstate() == python
    assert numpy_state() == numpy


def test_without_a_generator_pythons_stream_is_used_and_numpys_is_not(apply):
    python, numpy = random.getstate(), numpy_state()
    apply(None)
    assert random.getstate() != python
    assert numpy_state() == numpy


@pytest.mark.parametrize(
    ("operate", "draws"),
    [
        (lambda: operators.cx_one_point_genes(list(GENES), list(OTHERS)), {1}),
        (lambda: operators.cx_uniform_genes(list(GENES), list(OTHERS)), {len(OTHERS)}),
        (lambda: operators.cx_one_point_codons(list(GENES), list(OTHERS)), {2}),
        (lambda: operators.mut_gene_length(list(GENES), 0.0), {len(GENES)}),
        (lambda: operators.mut_codons(list(GENES), 0.0), {0}),
        (lambda: operators.sel_tournament(CROWD[::2], 5, 3), {10}),
        (lambda: operators.sel_tournament(CROWD, 1, 3), {2}),
        (lambda: operators.sel_trusted(CROWD, 7), {7}),
        (lambda: operators.sel_trusted(CROWD, 0), {0}),
    ],
)
def test_as_many_numbers_are_drawn_as_stated(operate, draws):
    for seed in range(10):
        random.seed(seed)
        numbers = [random.random() for _ in range(30)]
        random.seed(seed)
        operate()
        assert numbers.index(random.random()) in draws


def test_plain_lists_and_deaps_own_operators_go_together():
    toolbox = base.Toolbox()
    toolbox.register("mate", tools.cxOnePoint)
    toolbox.register("mutate", operators.mut_modular, codons=6, pm=(0.5,))
    random.seed(4)
    a, b = list(GENES), list(OTHERS)
    toolbox.mate(a, b)
    assert sorted(a + b) == sorted(GENES + OTHERS)
    (mutant,) = toolbox.mutate(a)
    assert mutant is a
    assert mutant != GENES


def test_deaps_cut_and_ours_make_the_same_children_but_for_which_is_which():
    # DEAP swaps what is right of the cut, we what is left of it.
    ours = {
        tuple(map(tuple, operators.cx_one_point_genes(list(GENES), list(OTHERS))))
        for _ in range(300)
    }
    deaps = {tuple(map(tuple, tools.cxOnePoint(list(GENES), list(OTHERS)))) for _ in range(300)}
    swapped = {(b, a) for a, b in deaps}
    assert len(swapped) == len(OTHERS) - 1
    assert ours - swapped == {(tuple(OTHERS + GENES[len(OTHERS) :]), tuple(GENES[: len(OTHERS)]))}
    assert swapped < ours


def test_a_generation_of_deap_runs_on_them_and_leaves_the_parents_alone():
    class Individual(ModularGenotype):
        def __init__(self, genes=()):
            super().__init__(genes)
            self.fitness = ObjectiveFitness((-1.0,))

    rng = np.random.default_rng(5)
    toolbox = base.Toolbox()
    toolbox.register("mate", operators.cx_one_point_genes, rng=rng)
    toolbox.register("mutate", operators.mut_modular, codons=10, pm=(0.3,), rng=rng)
    toolbox.register("select", partial(operators.sel_tournament, tournsize=3, rng=rng))
    population = [Individual(random_genotype((2, 6), 10, rng=rng)) for _ in range(20)]
    for individual in population:
        individual.fitness.values = (float(sum(map(sum, individual))),)
    before = [list(individual) for individual in population]
    random.seed(6)
    offspring = algorithms.varAnd(toolbox.select(population, 20), toolbox, cxpb=0.9, mutpb=1.0)
    assert [list(individual) for individual in population] == before
    assert not any(child.fitness.valid for child in offspring)
    for child in offspring:
        child.fitness.values = (float(sum(map(sum, child))),)
    survivors = operators.replace_elitist(population, offspring)
    assert len(survivors) == 20
    assert survivors[0] is min(population, key=lambda i: i.fitness.values)
