"""Crossover of genomes: recorded children, a literal reading of the method, who gives what."""

import pickle
from typing import Any

import numpy as np
import pytest
from deap import base, creator
from fixtures import fixture
from hypothesis import given, settings
from hypothesis import strategies as st

from evograft.operators import (
    cross_genomes_block_preservation,
    cross_genomes_default,
    cx_genome_block_preservation,
    cx_genome_default,
)
from evograft.representations.fitness import ObjectiveFitness
from evograft.representations.morphogenesis import Genome
from evograft.representations.morphogenesis.genome_fields import FIELDS, MORPHOGEN_ARRAYS

CORES = {
    "Default": cross_genomes_default,
    "BlockPreservation": cross_genomes_block_preservation,
}
IN_PLACE = {"Default": cx_genome_default, "BlockPreservation": cx_genome_block_preservation}

exact = settings(deadline=None, derandomize=True, max_examples=60)


def stream(rng):
    """The state of numpy's default bit generator, as recorded."""
    state = rng.bit_generator.state
    numbers = state["state"]
    return [numbers["state"], numbers["inc"], state["has_uint32"], state["uinteger"]]


def parents(seed):
    """Two genomes that differ in every field, of 3 or 4 morphogens each."""
    rng = np.random.default_rng(seed)
    first, second = (
        Genome.random(rng, size, size, num_morphogens=[3, 4], max_growth_steps=10 * size)
        for size in (5, 6)
    )
    first.max_axon_length, second.max_axon_length = 20, 30
    return first, second


def test_recorded_children_and_the_streams_after_them():
    for item in fixture("morphonas", "operators")["crossover"]:
        one, two = Genome.from_dict(item["parent1"]), Genome.from_dict(item["parent2"])
        rng = np.random.default_rng(item["rng_seed"])
        child = CORES[item["strategy"]](one, two, rng)
        assert child.to_dict() == item["child"]
        assert stream(rng) == item["rng_after"]


def literal_default(one: dict[str, Any], two: dict[str, Any], rng):
    """The method's description with one draw after the other, on plain values."""

    def coin():
        return one if rng.random() < 0.5 else two

    child: dict[str, Any] = {}
    donor = coin() if one["num_morphogens"] != two["num_morphogens"] else None
    for name in FIELDS:
        if name != "num_morphogens" and name not in MORPHOGEN_ARRAYS:
            child[name] = coin()[name]
    if donor is not None:
        return child | {name: donor[name] for name in ("num_morphogens", *MORPHOGEN_ARRAYS)}
    k = child["num_morphogens"] = one["num_morphogens"]
    for name in ("progenitor_secretion_rates", "neuron_secretion_rates"):
        child[name] = np.where(rng.random(k) < 0.5, one[name], two[name]).tolist()
    for name in ("inhibition_matrix", "diffusion_patterns"):
        child[name] = [coin()[name][i] for i in range(k)]
    return child


def literal_block_preservation(one: dict[str, Any], two: dict[str, Any], rng):
    def coin():
        return one if rng.random() < 0.5 else two

    def take(giver, *names):
        child.update({name: giver[name] for name in names})

    child: dict[str, Any] = {}
    equal = one["num_morphogens"] == two["num_morphogens"]
    if not equal:
        take(coin(), "num_morphogens", *MORPHOGEN_ARRAYS)
    take(coin(), "size_x", "size_y", "max_growth_steps")
    take(coin(), "diffusion_rate", *(["diffusion_patterns"] if equal else []))
    take(coin(), "division_threshold", "cell_differentiation_threshold")
    take(coin(), "axon_growth_threshold", "max_axon_length", "axon_connect_threshold")
    take(
        coin(),
        "self_connect_isolated_neurons_fraction",
        "weight_adjustment_target",
        "weight_adjustment_rate",
    )
    if equal:
        k = child["num_morphogens"] = one["num_morphogens"]
        givers = [coin() for _ in range(k)]
        for name in MORPHOGEN_ARRAYS[:3]:
            child[name] = [giver[name][i] for i, giver in enumerate(givers)]
    return child


LITERAL = {"Default": literal_default, "BlockPreservation": literal_block_preservation}


@pytest.mark.parametrize("strategy", CORES)
def test_every_draw_is_the_one_of_single_coins(strategy):
    ours, theirs = np.random.default_rng(1), np.random.default_rng(1)
    numbers = set()
    for seed in range(100):
        one, two = parents(seed)
        numbers.add((one.num_morphogens, two.num_morphogens))
        child = CORES[strategy](one, two, ours)
        expected = LITERAL[strategy](one.to_dict(), two.to_dict(), theirs)
        assert child == Genome(**expected)
        assert stream(ours) == stream(theirs)
    assert numbers == {(3, 3), (3, 4), (4, 3), (4, 4)}


@exact
@given(st.sampled_from(list(CORES)), st.integers(0, 2**32))
def test_parents_stay_as_they_are_and_the_child_is_valid(strategy, seed):
    one, two = parents(seed)
    before = pickle.dumps((one, two))
    child = CORES[strategy](one, two, np.random.default_rng(seed))
    assert pickle.dumps((one, two)) == before
    assert Genome.from_dict(child.to_dict()) == child


@exact
@given(st.sampled_from(list(CORES)), st.integers(0, 2**32))
def test_a_genome_crossed_with_itself_is_itself(strategy, seed):
    one, _ = parents(seed)
    assert CORES[strategy](one, one, np.random.default_rng(seed)) == one
    IN_PLACE[strategy](one, one, rng=np.random.default_rng(seed))
    assert one == parents(seed)[0]


@exact
@given(st.sampled_from(list(CORES)), st.integers(0, 2**32))
def test_in_place_both_become_the_children_of_one_order_and_the_other(strategy, seed):
    one, two = parents(seed)
    rng, again = np.random.default_rng(seed), np.random.default_rng(seed)
    first = CORES[strategy](one, two, again)
    second = CORES[strategy](two, one, again)
    assert IN_PLACE[strategy](one, two, rng=rng) == (one, two)
    assert (one, two) == (first, second)
    assert stream(rng) == stream(again)


class Individual(Genome):
    def __init__(self, **fields):
        self.fitness = ObjectiveFitness((1.0,))
        super().__init__(**fields)


@pytest.fixture
def deaps(monkeypatch):
    """A class made by ``deap.creator``, as its users have them."""
    for name in ("CrossedFitness", "CrossedGenome"):
        monkeypatch.setattr(creator, name, None, raising=False)
        monkeypatch.delattr(creator, name)
    creator.create("CrossedFitness", base.Fitness, weights=(1.0,))
    creator.create("CrossedGenome", Genome, fitness=creator.CrossedFitness)
    return creator.CrossedGenome


@pytest.mark.parametrize("strategy", CORES)
@pytest.mark.parametrize("made_by_deap", [False, True])
def test_the_child_is_of_its_parents_class_without_its_fitness(strategy, made_by_deap, deaps):
    kind = deaps if made_by_deap else Individual
    one, two = (kind(**genome.to_dict()) for genome in parents(3))
    one.fitness.values = two.fitness.values = (0.5,)
    child = CORES[strategy](one, two, np.random.default_rng(1))
    assert type(child) is kind
    assert not child.fitness.valid
    IN_PLACE[strategy](one, two, rng=np.random.default_rng(1))
    assert one == child
    assert one.fitness.values == (0.5,)  # DEAP's loops delete it, operators do not


@pytest.mark.parametrize("strategy", CORES)
def test_each_parent_gives_every_field_in_half_of_the_cases(strategy):
    rng = np.random.default_rng(2)
    one, two = Genome.random(rng, 5, 5), Genome.random(rng, 6, 6, max_growth_steps=60)
    one.max_axon_length, two.max_axon_length = 20, 30
    children = [CORES[strategy](one, two, rng).to_dict() for _ in range(1000)]
    first, second = one.to_dict(), two.to_dict()
    for name in set(FIELDS) - {"num_morphogens"}:
        if name in MORPHOGEN_ARRAYS:
            own = sum(child[name][1] == first[name][1] for child in children)
            other = sum(child[name][1] == second[name][1] for child in children)
        else:
            own = sum(child[name] == first[name] for child in children)
            other = sum(child[name] == second[name] for child in children)
        assert own + other == 1000, name
        assert abs(own - 500) < 62, name  # 3.9 standard deviations


def test_integers_given_as_such_are_kept_where_both_parents_have_them():
    one = Genome(inhibition_matrix=np.eye(3, dtype=int))
    two = Genome(inhibition_matrix=np.zeros((3, 3), int))
    for core in CORES.values():
        assert core(one, two, np.random.default_rng(1)).inhibition_matrix.dtype == np.int64
        mixed = core(one, Genome(), np.random.default_rng(1))
        assert mixed.inhibition_matrix.dtype == np.float64
