"""Mutation of genomes: recorded mutants, a literal reading of the method, bounds, its rate."""

import pickle
from copy import deepcopy
from typing import Any

import numpy as np
import pytest
from fixtures import fixture
from hypothesis import given, settings
from hypothesis import strategies as st

from evograft.operators import (
    DEFAULT_RATES,
    EXTENDED_MATRIX_RATES,
    AdaptiveRate,
    GenomeMutationRates,
    mut_genome_aggressive,
    mut_genome_default,
)
from evograft.representations.morphogenesis import Genome
from evograft.representations.morphogenesis.genome import random_morphogens
from evograft.representations.morphogenesis.genome_fields import FIELDS, FLOATS, MORPHOGEN_ARRAYS

MUTATIONS = {"Default": mut_genome_default, "Aggressive": mut_genome_aggressive}
RATES = {"DefaultMeta": DEFAULT_RATES, "ExtendedMatrix": EXTENDED_MATRIX_RATES}


def only(kind, **options):
    frequencies = dict.fromkeys(("size", "steps", "parameter", "morphogens", "matrices"), 0.0)
    return GenomeMutationRates(**frequencies | {kind: 1.0}, **options)


def stream(rng):
    """The state of numpy's default bit generator, as recorded."""
    state = rng.bit_generator.state
    numbers = state["state"]
    return [numbers["state"], numbers["inc"], state["has_uint32"], state["uinteger"]]


def test_recorded_mutants_and_the_streams_after_them():
    for item in fixture("morphonas", "operators")["mutate"]:
        genome, rng = Genome.from_dict(item["parent"]), np.random.default_rng(item["rng_seed"])
        MUTATIONS[item["strategy"]](genome, rates=RATES[item["meta"]], rng=rng)
        assert genome.to_dict() == item["child"]
        assert stream(rng) == item["rng_after"]


def test_recorded_chains_of_mutations():
    for item in fixture("morphonas", "operators")["mutate_chain"]:
        rng = np.random.default_rng(item["rng_seed"])
        genome = Genome.random(rng)
        for _ in range(item["steps"]):
            MUTATIONS[item["strategy"]](genome, rates=RATES[item["meta"]], rng=rng)
        assert genome.to_dict() == item["child"]
        assert stream(rng) == item["rng_after"]


def literal_mutation(plain: dict[str, Any], aggressive, rates, rng):
    """The method's description, word by word, with numpy's own choices, on plain values."""
    p = np.array([rates.size, rates.steps, rates.parameter, rates.morphogens, rates.matrices])
    kind = rng.choice(["size", "steps", "parameter", "morphogen_num", "matrices"], p=p / p.sum())
    k = plain["num_morphogens"]
    if kind == "size":
        name = rng.choice(["size_x", "size_y"])
        delta = rng.integers(-3, 3) if aggressive else rng.choice([-1, 1])
        plain[name] = max(rates.min_size, plain[name] + delta)
    elif kind == "steps":
        delta = rng.integers(-rates.steps_delta, rates.steps_delta + 1)
        plain["max_growth_steps"] = max(rates.min_steps, plain["max_growth_steps"] + delta)
    elif kind == "parameter":
        if rng.random() < rates.real:
            name = rng.choice(list(FLOATS))
            factor = rng.uniform(1 / rates.factor, rates.factor)
            plain[name] = float(np.clip(plain[name] * factor, 0, 1))
        else:
            name = rng.choice(["max_axon_length"])
            delta = rng.integers(-2, 2) if aggressive else rng.choice([-1, 1])
            plain[name] = max(1, plain[name] + delta)
    elif kind == "matrices":
        for _ in range(rng.integers(1, rates.max_matrix_changes + 1)):
            if rng.choice(["inhibition_matrix", "diffusion_patterns"]) == "inhibition_matrix":
                row = rng.integers(0, k)
                column = rng.integers(0, k)
                plain["inhibition_matrix"][row][column] = rng.uniform(0, 0.5)
            else:
                kernel = np.array(plain["diffusion_patterns"][index := rng.integers(0, k)])
                row = rng.integers(0, 3)
                column = rng.integers(0, 3)
                kernel[row, column] = rng.uniform(0, 0.3)
                plain["diffusion_patterns"][index] = (kernel / kernel.sum()).tolist()
    else:
        new = max(rates.min_morphogens, k + rng.choice([-2, -1, 1, 2] if aggressive else [-1, 1]))
        if new != k:
            plain |= random_morphogens(rng, int(new))
    if aggressive and rng.random() < 0.05:
        new = rng.integers(3, 13)
        plain["max_growth_steps"] = rng.integers(10, 1000)
        if new != plain["num_morphogens"]:
            plain |= random_morphogens(rng, int(new))


@pytest.mark.parametrize("strategy", MUTATIONS)
@pytest.mark.parametrize(
    "rates",
    [
        DEFAULT_RATES,
        EXTENDED_MATRIX_RATES,
        GenomeMutationRates(1, 0.7, 0.1, 3, 0.2, 0.3, 1.7, 30, 7, 4, 4, 9),
    ],
)
def test_every_draw_is_the_one_of_numpys_own_choices(strategy, rates):
    ours, theirs = np.random.default_rng(11), np.random.default_rng(11)
    for seed in range(40):
        shape = np.random.default_rng(seed)
        genome = Genome.random(shape, 5, 5, num_morphogens=[3, 4, 5], max_growth_steps=30)
        for _ in range(15):
            plain = genome.to_dict()
            MUTATIONS[strategy](genome, rates=rates, rng=ours)
            literal_mutation(plain, strategy == "Aggressive", rates, theirs)
            assert genome == Genome(**plain)
            assert stream(ours) == stream(theirs)


@settings(deadline=None, derandomize=True, max_examples=50)
@given(st.sampled_from(list(MUTATIONS)), st.integers(0, 2**32), st.integers(3, 6))
def test_mutants_are_valid_and_their_parents_stay_as_they_are(strategy, seed, k):
    rng = np.random.default_rng(seed)
    parent = Genome.random(rng, 1, 2, num_morphogens=k, max_growth_steps=10)
    before, child = pickle.dumps(parent), deepcopy(parent)
    for _ in range(30):
        (result,) = MUTATIONS[strategy](child, rng=rng)
        assert result is child
        assert Genome.from_dict(child.to_dict()) == child
        assert child.max_growth_steps >= 10
        np.testing.assert_allclose([kernel.sum() for kernel in child.diffusion_patterns], 1)
    assert pickle.dumps(parent) == before


@pytest.mark.parametrize("mutate", MUTATIONS.values())
@pytest.mark.parametrize(
    ("kind", "changed"),
    [
        ("size", {"size_x", "size_y"}),
        ("steps", {"max_growth_steps"}),
        ("parameter", {*FLOATS, "max_axon_length"}),
        ("morphogens", {"num_morphogens", *MORPHOGEN_ARRAYS}),
        ("matrices", {"inhibition_matrix", "diffusion_patterns"}),
    ],
)
def test_each_kind_reaches_all_of_its_fields_and_no_other(mutate, kind, changed, monkeypatch):
    monkeypatch.setattr("evograft.operators.genome_mutation.RADICAL_PROBABILITY", 0.0)
    rng = np.random.default_rng(2)
    seen = set()
    for _ in range(300):
        parent = Genome.random(rng, 10, 10)
        plain = parent.to_dict()
        mutant = mutate(parent, rates=only(kind), rng=rng)[0].to_dict()
        seen |= {name for name in FIELDS if mutant[name] != plain[name]}
    assert seen == changed


@pytest.mark.parametrize(
    ("mutate", "deltas"),
    [(mut_genome_default, {-1, 1}), (mut_genome_aggressive, {-3, -2, -1, 0, 1, 2})],
)
def test_sides_change_by_the_deltas_of_the_strategy_but_stay_above_the_least(mutate, deltas):
    rng = np.random.default_rng(3)
    sides = [
        mutate(Genome(size_x=50, size_y=50), rates=only("size"), rng=rng)[0] for _ in range(300)
    ]
    assert {genome.size_x + genome.size_y - 100 for genome in sides} == deltas
    (small,) = mutate(Genome(size_x=1, size_y=1), rates=only("size", min_size=40), rng=rng)
    assert sorted((small.size_x, small.size_y)) == [1, 40]


def test_integers_given_as_such_become_reals_only_where_they_are_written_into():
    matrix, kernel = np.zeros((3, 3), int), np.ones((3, 3), int)
    rng = np.random.default_rng(4)
    kinds = set()
    for _ in range(40):
        genome = Genome(inhibition_matrix=matrix, diffusion_patterns=[kernel] * 3)
        mut_genome_default(genome, rates=only("matrices", max_matrix_changes=1), rng=rng)
        arrays = [genome.inhibition_matrix, *genome.diffusion_patterns]
        (written,) = [array for array in arrays if array.dtype == np.float64]
        kinds.add("matrix" if written is arrays[0] else "kernel")
        assert np.count_nonzero(written) == (1 if written is arrays[0] else 9)
        assert written.max() < 0.5
        assert all(array.dtype == np.int64 for array in arrays if array is not written)
    assert kinds == {"matrix", "kernel"}
    assert not matrix.any()


def test_kernels_of_any_shape_are_written_into():
    kernel = np.full((2, 5), 0.1)
    rng = np.random.default_rng(5)
    places = set()
    for _ in range(300):
        genome = Genome(diffusion_patterns=[kernel] * 3)
        mut_genome_default(genome, rates=only("matrices", max_matrix_changes=1), rng=rng)
        for changed in genome.diffusion_patterns:
            if not np.array_equal(changed, kernel):
                ranks = np.round(changed, 12)  # nine equal entries and the one drawn anew
                (place,) = np.argwhere(np.array([(ranks == v).sum() for v in ranks.flat]) == 1)
                places.add(int(place[0]))
    assert places == set(range(10))


def test_a_real_parameter_of_0_stays_0():
    rng = np.random.default_rng(6)
    genome = Genome(**dict.fromkeys(FLOATS, 0.0))
    for _ in range(100):
        mut_genome_default(genome, rates=only("parameter", real=1), rng=rng)
    assert [getattr(genome, name) for name in FLOATS] == [0.0] * 8


def test_where_no_morphogen_may_go_all_stays_as_it_is():
    rng = np.random.default_rng(6)
    least = Genome.random(rng, num_morphogens=4)
    outcomes = set()
    for _ in range(50):
        rates = only("morphogens", min_morphogens=4)
        (mutant,) = mut_genome_default(deepcopy(least), rates=rates, rng=rng)
        outcomes.add((mutant.num_morphogens, mutant == least))
    assert outcomes == {(4, True), (5, False)}


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"size": -0.1}, ValueError, "size must be a number of at least 0, got -0.1"),
        ({"matrices": float("nan")}, ValueError, "matrices must be a number of at least 0"),
        ({"real": 1.1}, ValueError, "real must be a number from 0 to 1, got 1.1"),
        ({"factor": 0.5}, ValueError, "factor must be a number of at least 1, got 0.5"),
        ({"min_steps": 0}, ValueError, "min_steps must be an integer of at least 1, got 0"),
        ({"steps_delta": -1}, ValueError, "steps_delta must be an integer of at least 0, got -1"),
        ({"min_size": 1.5}, TypeError, "min_size must be an integer of at least 1, got 1.5"),
        ({"min_morphogens": 2}, ValueError, "min_morphogens must be an integer of at least 3"),
        ({"max_matrix_changes": 0}, ValueError, "max_matrix_changes must be an integer of at"),
    ],
)
def test_rates_are_checked(options, error, message):
    with pytest.raises(error, match=message):
        GenomeMutationRates(**options)


def test_some_kind_must_happen():
    with pytest.raises(ValueError, match=r"one of size, .*, matrices must be above 0"):
        GenomeMutationRates(0, 0, 0, 0, 0)


def test_the_adaptive_rate_rises_as_the_population_converges():
    rate = AdaptiveRate(lo=1, hi=3)
    assert rate(0.2) == pytest.approx(0.6)  # nothing known yet: as where all are the best
    rate.update(iter([0.5, 0.0, 0.1]))
    assert rate(0.2) == pytest.approx(0.36)
    rate.update([0.5, 0.5])
    assert rate(0.2) == pytest.approx(0.6)
    rate.update([1.0, -3.0])  # not clipped
    assert rate(0.2) == pytest.approx(-0.2)
    for fitnesses in ([0.0, -1.0], [-2.0, -4.0]):
        rate.update(fitnesses)
        assert rate.ratio == 1.0


def test_the_adaptive_rate_goes_on_where_its_state_was_taken():
    rate, other = AdaptiveRate(), AdaptiveRate()
    rate.update([0.1, 0.4])
    other.restore(pickle.loads(pickle.dumps(rate.state())))
    assert other(0.4) == rate(0.4) != AdaptiveRate()(0.4)


def test_the_adaptive_rate_checks_what_it_gets():
    with pytest.raises(ValueError, match="lo must be a number of at least 0, got -1"):
        AdaptiveRate(lo=-1)
    with pytest.raises(ValueError, match="fitnesses must not be empty"):
        AdaptiveRate().update([])
