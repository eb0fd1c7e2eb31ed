import random
from functools import partial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from neat_genomes import grown, is_acyclic, state_of
from scipy import stats

from evograft.operators.neat_crossover import cross_neat, cx_neat, fitter_first
from evograft.operators.neat_mutation import (
    mut_neat,
    mut_neat_add_connection,
    mut_neat_add_node,
    mut_neat_weights,
)
from evograft.representations.fitness import ObjectiveFitness
from evograft.representations.innovations import Innovations
from evograft.representations.neat_forward import NeatMapping
from evograft.representations.neat_genome import NeatGenome


def start(n_inputs=3, n_outputs=2, weight=0.0):
    return NeatGenome.fully_connected(
        n_inputs, n_outputs, np.full((n_inputs + 1) * n_outputs, weight)
    )


def fit(genome, value):
    genome.fitness = ObjectiveFitness((-1.0,), (value,))
    return genome


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32), st.booleans(), st.lists(st.booleans(), max_size=40))
def test_no_sequence_of_operators_breaks_a_genome(seed, recurrent, steps):
    rng = np.random.default_rng(seed)
    numbers = Innovations(3, 2)
    crowd = [fit(start(), 1.0) for _ in range(3)]
    mapping = NeatMapping(3, 2)
    for crosses in steps:
        i, j = rng.integers(3, size=2)
        a, b = crowd[i].clone(), crowd[j].clone()
        if crosses:
            cx_neat(a, b, rng=rng)
            a.fitness.values = (float(rng.integers(3)),)
            crowd[i] = a
        else:
            mut_neat(a, numbers, add_node=0.5, add_connection=0.5, recurrent=recurrent, rng=rng)
            crowd[i] = a
        if rng.random() < 0.2:
            numbers.new_generation()
    for genome in crowd:
        # The constructor refuses numbers that do not ascend, and nodes that are joined twice.
        assert NeatGenome.from_dict(genome.to_dict()) == genome
        if not recurrent:
            assert is_acyclic(genome)
            mapping.develop(genome)


def test_the_same_mutation_in_a_generation_gets_the_same_number():
    numbers = Innovations(1, 1)
    one, other = start(1, 1), start(1, 1)
    mut_neat_add_node(one, numbers)
    mut_neat_add_node(other, numbers)  # only the input's connection can be split
    assert one == other
    numbers.new_generation()
    later = start(1, 1)
    mut_neat_add_node(later, numbers)
    assert later.innovations.tolist() == [0, 1, 4, 5]
    assert later.hidden.tolist() == [4]


def test_a_split_gives_the_weight_one_to_the_way_in_and_the_old_one_to_the_way_out():
    genome = start(1, 1, weight=0.5)
    mut_neat_add_node(genome, Innovations(1, 1))
    assert genome.sources.tolist() == [0, 1, 0, 3]
    assert genome.targets.tolist() == [2, 2, 3, 2]
    assert genome.weights.tolist() == [0.5, 0.5, 1.0, 0.5]
    assert genome.enabled.tolist() == [False, True, True, True]


def test_nothing_is_split_where_nothing_is_enabled():
    genome = start()
    genome.enabled[:] = False
    numbers = Innovations(3, 2)
    before = state_of(numbers)
    mut_neat_add_node(genome, numbers)
    assert len(genome) == 8
    np.testing.assert_array_equal(state_of(numbers), before)


def test_every_enabled_connection_but_those_from_the_bias_is_split_alike():
    rng = np.random.default_rng(1)
    counts = np.zeros(8)
    for _ in range(3000):
        genome = start()
        genome.enabled[1] = False
        mut_neat_add_node(genome, Innovations(3, 2), rng=rng)
        counts[np.flatnonzero(~genome.enabled[:8])] += 1
    counts[1] = 0
    assert counts[6:].tolist() == [0, 0]
    assert stats.chisquare(counts[[0, 2, 3, 4, 5]]).pvalue > 0.001


def test_every_missing_connection_without_a_cycle_is_added_alike():
    rng = np.random.default_rng(2)
    # Hidden 4 feeds hidden 5, which feeds the output 3; inputs 0 and 1, the bias 2.
    base = NeatGenome(2, 1, range(4), [0, 4, 5, 2], [4, 5, 3, 3], [1.0] * 4, [1, 0, 1, 1])
    expected = {(0, 3), (1, 3), (4, 3), (1, 4), (2, 4), (0, 5), (1, 5), (2, 5)}
    counts = dict.fromkeys(expected, 0)
    for _ in range(4000):
        genome = base.clone()
        mut_neat_add_connection(genome, Innovations(2, 1), rng=rng)
        assert len(genome) == 5
        counts[int(genome.sources[-1]), int(genome.targets[-1])] += 1
    assert set(counts) == expected
    assert stats.chisquare([*counts.values()]).pvalue > 0.001


def test_a_recurrent_connection_may_lead_anywhere():
    base = NeatGenome(1, 1, range(3), [0, 3, 1], [3, 2, 2], [1.0] * 3, [True] * 3)
    rng = np.random.default_rng(3)
    genome, numbers = base.clone(), Innovations(1, 1)
    for _ in range(20):
        mut_neat_add_connection(genome, numbers, recurrent=True, rng=rng)
    pairs = set(zip(genome.sources.tolist(), genome.targets.tolist(), strict=True))
    assert pairs == {(source, target) for source in range(4) for target in (2, 3)}


def test_a_genome_with_cycles_grows_on_without_new_ones():
    rng = np.random.default_rng(14)
    base = NeatGenome(1, 1, range(4), [0, 3, 2, 2], [3, 2, 2, 3], [1.0] * 4, [True] * 4)
    genome, numbers = base.clone(), Innovations(1, 1)
    for _ in range(10):
        mut_neat_add_connection(genome, numbers, rng=rng)
    pairs = set(zip(genome.sources.tolist(), genome.targets.tolist(), strict=True))
    assert pairs == {(0, 3), (3, 2), (2, 2), (2, 3), (0, 2), (1, 2), (1, 3)}


def test_nothing_is_added_where_all_are_joined():
    genome, numbers = start(), Innovations(3, 2)
    mut_neat_add_connection(genome, numbers)
    assert len(genome) == 8
    assert numbers.next_number == 8


class TestWeights:
    def test_without_redrawing_every_weight_moves_by_up_to_a_step(self):
        genome = start(100, 20, weight=3.0)
        mut_neat_weights(genome, perturbed=1.0, step=0.25, rng=np.random.default_rng(4))
        moves = genome.weights - 3.0
        assert stats.kstest(moves, stats.uniform(-0.25, 0.5).cdf).pvalue > 0.001

    def test_without_perturbing_every_weight_is_redrawn(self):
        genome = start(100, 20, weight=3.0)
        mut_neat_weights(genome, perturbed=0.0, redrawn=2.0, rng=np.random.default_rng(5))
        assert stats.kstest(genome.weights, stats.uniform(-2, 4).cdf).pvalue > 0.001

    def test_one_in_ten_is_redrawn(self):
        genome = start(100, 20, weight=5.0)
        mut_neat_weights(genome, rng=np.random.default_rng(6))
        redrawn = int((genome.weights <= 1.0).sum())
        assert stats.binomtest(redrawn, len(genome), 0.1).pvalue > 0.001

    def test_weights_keep_within_their_bound(self):
        genome = start(100, 20, weight=7.9)
        mut_neat_weights(genome, perturbed=1.0, step=2.0, rng=np.random.default_rng(7))
        assert genome.weights.max() == 8.0
        assert genome.weights.min() >= 5.9

    def test_disabled_genes_take_part(self):
        genome = start()
        genome.enabled[:] = False
        mut_neat_weights(genome, rng=np.random.default_rng(8))
        assert (genome.weights != 0).all()


def test_the_rates_of_mutation_are_those_of_its_parts():
    rng = np.random.default_rng(9)
    n = 4000
    base = NeatGenome(2, 1, [0, 2], [0, 2], [3, 3], [0.0, 0.0], [True, True])
    changed = np.zeros(3)
    for _ in range(n):
        genome = base.clone()
        mut_neat(genome, Innovations(2, 1), rng=rng)
        moved = (genome.weights[:2] != 0).any()
        split = not genome.enabled[0]
        changed += [moved, split, len(genome) - 2 - 2 * split]
    for count, rate in zip(changed, (0.8, 0.03, 0.05), strict=True):
        assert stats.binomtest(int(count), n, rate).pvalue > 0.001


def test_with_all_rates_zero_nothing_happens():
    genome = grown(np.random.default_rng(10))
    before = genome.clone()
    off = {"weights": 0.0, "add_node": 0.0, "add_connection": 0.0}
    mut_neat(genome, Innovations(3, 2), **off)
    assert genome == before


class TestCrossover:
    def parents(self):
        a = NeatGenome(2, 1, [0, 1, 4, 5], [0, 1, 0, 4], [3, 3, 4, 3], [1.0] * 4, [1, 1, 1, 1])
        b = NeatGenome(2, 1, [0, 1, 2, 9], [0, 1, 2, 1], [3, 3, 3, 4], [2.0] * 4, [1, 0, 1, 1])
        return a, b

    @pytest.mark.parametrize(("values", "expected"), [((1.0, 2.0), [4, 5]), ((2.0, 1.0), [2, 9])])
    def test_disjoint_and_excess_genes_are_those_of_the_fitter(self, values, expected):
        a, b = map(fit, self.parents(), values)  # a loss is minimised
        children = cx_neat(a, b)
        assert children == (a, b)
        for child in children:
            assert child.innovations[2:].tolist() == expected
            assert child.innovations[:2].tolist() == [0, 1]

    def test_of_equals_the_smaller_counts_as_the_fitter(self):
        a, b = map(fit, self.parents(), (1.0, 1.0))
        assert fitter_first(a, b) == (a, b)
        a.add_gene(20, 1, 4, 1.0)
        assert fitter_first(a, b)[0] is b
        assert fitter_first(b, a)[0] is b
        del a.fitness.values
        b.fitness.values = (9.0,)
        assert fitter_first(a, b)[0] is b
        del b.fitness
        assert fitter_first(a, b)[0] is b

    def test_matching_weights_come_from_either_parent_evenly(self):
        rng = np.random.default_rng(11)
        one, other = start(500, 4, weight=1.0), start(500, 4, weight=2.0)
        weights, enabled = cross_neat(one, other, rng=rng)
        assert set(weights) == {1.0, 2.0}
        assert stats.binomtest(int((weights == 1.0).sum()), len(one), 0.5).pvalue > 0.001
        assert enabled.all()

    @pytest.mark.parametrize("which", [0, 1, 2])
    def test_a_gene_disabled_in_either_parent_is_disabled_in_three_of_four(self, which):
        rng = np.random.default_rng(12)
        one, other = start(500, 4), start(500, 4)
        for parent in ((one,), (other,), (one, other))[which]:
            parent.enabled[:] = False
        _, enabled = cross_neat(one, other, rng=rng)
        assert stats.binomtest(int((~enabled).sum()), len(one), 0.75).pvalue > 0.001
        assert not cross_neat(one, other, disabling=1.0, rng=rng)[1].any()
        assert cross_neat(one, other, disabling=0.0, rng=rng)[1].all()

    def test_a_disabled_gene_that_only_the_fitter_has_may_be_enabled_too(self):
        rng = np.random.default_rng(13)
        a, b = self.parents()
        a.enabled[2] = False
        flags = [cross_neat(a, b, rng=rng)[1][2] for _ in range(2000)]
        assert stats.binomtest(int(np.sum(flags)), 2000, 0.25).pvalue > 0.001

    def test_parents_of_other_sizes_are_refused(self):
        with pytest.raises(ValueError, match="parents must have as many inputs and outputs"):
            cx_neat(start(2, 1), start(3, 1))


def test_one_seed_of_python_decides_everything():
    def varied(seed):
        random.seed(seed)
        numbers, genomes = Innovations(3, 2), [start(), start()]
        for _ in range(30):
            mut_neat(genomes[0], numbers, add_node=0.5, add_connection=0.5)
            cx_neat(*genomes)
        return genomes[0].to_dict()

    assert varied(1) == varied(1)
    assert varied(1) != varied(2)


@pytest.mark.parametrize(
    ("operate", "message"),
    [
        (partial(mut_neat_weights, perturbed=1.5), "perturbed must be a number from 0 to 1"),
        (partial(mut_neat_weights, step=-1.0), "step must be a number of at least 0, got -1.0"),
        (partial(mut_neat_weights, redrawn=np.inf), "redrawn must be a number of at least 0"),
        (partial(mut_neat_weights, max_weight=0.0), "max_weight must be a number above 0, got 0"),
        (partial(mut_neat, innovations=Innovations(3, 2), add_node=2), "add_node must be a number"),
        (
            partial(mut_neat_add_connection, innovations=Innovations(3, 2), scale=-1),
            "scale must be a number of at least 0, got -1",
        ),
        (lambda g: cx_neat(g, g.clone(), disabling=7), "disabling must be a number from 0 to 1"),
    ],
)
def test_bad_settings_are_refused(operate, message):
    with pytest.raises(ValueError, match=message):
        operate(start())
