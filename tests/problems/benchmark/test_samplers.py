"""Samplers: the same genome under every number, and strata that are hit as promised."""

import itertools
import pickle

import numpy as np
import pytest

from evograft.problems.benchmark_generation.quality import Quality
from evograft.problems.benchmark_generation.samplers import (
    RandomSampler,
    StratifiedSampler,
    sampler,
)
from evograft.problems.benchmark_generation.stratified_block import (
    dimensions,
    fields_of,
    kept_blocks,
    levels,
    points_per_block,
    stratified_block,
)
from evograft.problems.graph_target.graphs import tally
from evograft.representations.morphogenesis import Genome, develop_many
from evograft.representations.morphogenesis.genome import RANDOM_FLOATS
from evograft.representations.morphogenesis.genome_fields import FLOATS

P = 53


def test_a_random_genome_is_that_of_the_generator_with_its_number():
    drawn = RandomSampler(5, size=(9, 7), max_growth_steps=50, num_morphogens=4)
    expected = Genome.random(np.random.default_rng([5, 12]), 9, 7, 4, 50)
    assert drawn.genome(12) == expected


@pytest.mark.parametrize(
    "drawn",
    [
        RandomSampler(3, size=None, max_growth_steps=None, num_morphogens=None),
        StratifiedSampler(3, num_morphogens=(3,), size=None, max_growth_steps=None),
    ],
)
def test_genomes_do_not_depend_on_how_the_work_is_split(drawn):
    whole = [genome.to_bytes() for genome in drawn.genomes(0, 30)]
    copy = pickle.loads(pickle.dumps(drawn))
    kept_blocks.cache_clear()
    split = [*copy.genomes(17, 30), *copy.genomes(0, 17)]
    assert [genome.to_bytes() for genome in split] == whole[17:] + whole[:17]
    assert [drawn.genome(i).to_bytes() for i in reversed(range(30))] == whole[::-1]
    assert len(set(whole)) == 30
    other_seed = [
        genome.to_bytes() for genome in sampler(**drawn.describe() | {"seed": 4}).genomes(0, 30)
    ]
    assert not set(whole) & set(other_seed)


def test_few_hypercubes_are_kept():
    drawn = [stratified_block(1, 3, block) for block in range(5)]
    assert kept_blocks(3).cache_info().currsize == 2
    assert stratified_block(1, 3, 3) is drawn[3]
    again = stratified_block(1, 3, 0)
    assert again is not drawn[0]
    assert np.array_equal(again, drawn[0])


@pytest.fixture(scope="module")
def block_columns():
    """What 54 - 3 - 27 coordinates became in the genomes of one block: values from 0 up to 1."""
    drawn = StratifiedSampler(7, num_morphogens=(3,))
    genomes = list(drawn.genomes(P * P, 2 * P * P))  # the second block
    columns: dict[object, np.ndarray] = {
        name: (np.array([getattr(genome, name) for genome in genomes]) - low) / (high - low)
        for name, (low, high) in zip(FLOATS, RANDOM_FLOATS, strict=True)
    }
    for name in ("progenitor_secretion_rates", "neuron_secretion_rates"):
        for k in range(3):
            columns[name, k] = np.array([getattr(genome, name)[k] for genome in genomes]) / 0.5
    for row, column in itertools.permutations(range(3), 2):
        columns[row, column] = (
            np.array([genome.inhibition_matrix[row, column] for genome in genomes]) / 0.5
        )
    return columns


def test_each_field_takes_each_part_of_its_range_once(block_columns):
    assert len(block_columns) == 8 + 6 + 6
    for values in block_columns.values():
        # Away from the bounds of the parts by more than rounding does to it.
        assert sorted(np.floor(values * P * P + 1e-9)) == list(range(P * P))


def test_each_two_fields_take_each_pair_of_coarser_parts_once(block_columns):
    coarse = [np.floor(values * P + 1e-9).astype(int) for values in block_columns.values()]
    for one, other in itertools.combinations(coarse, 2):
        assert len(set(zip(one.tolist(), other.tolist(), strict=True))) == P * P


@pytest.mark.parametrize("k", [3, 4])
def test_all_coordinates_of_a_block_are_stratified(k):
    points, p = stratified_block(1, k, 0), levels(k)
    assert points.shape == (points_per_block(k), dimensions(k)) == (p * p, 12 + 11 * k + k * k)
    for column in points.T:
        assert sorted((column * p * p).astype(int)) == list(range(p * p))
    rng = np.random.default_rng(0)
    for _ in range(50):
        pair = points[:, rng.choice(dimensions(k), 2, replace=False)]
        assert len(np.unique((pair * p).astype(int), axis=0)) == p * p


@pytest.mark.parametrize("k", [3, 4, 5, 6])
def test_an_array_has_a_column_for_each_field_and_no_smaller_prime_would_do(k):
    p = levels(k)
    primes = [n for n in range(2, 200) if all(n % d for d in range(2, n))]
    assert p == min(prime for prime in primes if prime + 1 >= dimensions(k))


def test_coordinates_become_fields_over_the_ranges_of_the_random_ones():
    k = 4
    low, high = (Genome(**fields_of(k, np.full(dimensions(k), u))) for u in (1e-9, 1 - 1e-9))
    assert (low.size_x, low.size_y, low.max_growth_steps, low.max_axon_length) == (10, 10, 100, 2)
    assert (high.size_x, high.size_y, high.max_growth_steps, high.max_axon_length) == (
        29,
        29,
        699,
        10,
    )
    for name, (lowest, highest) in zip(FLOATS, RANDOM_FLOATS, strict=True):
        assert getattr(low, name) == pytest.approx(lowest, abs=1e-8)
        assert getattr(high, name) == pytest.approx(highest, abs=1e-8)
    assert (np.diag(high.inhibition_matrix) == 0).all()
    assert high.inhibition_matrix[~np.eye(k, dtype=bool)] == pytest.approx(0.5)
    assert high.neuron_secretion_rates == pytest.approx(0.5)
    point = np.random.default_rng(1).random(dimensions(k))
    genome = Genome(**fields_of(k, point))
    entries = point[-9 * k :].reshape(k, 3, 3)
    for kernel, drawn in zip(genome.diffusion_patterns, entries, strict=True):
        assert kernel.sum() == pytest.approx(1)
        assert kernel == pytest.approx(drawn / drawn.sum())
    assert genome.progenitor_secretion_rates == pytest.approx(point[12 : 12 + k] / 2)
    assert genome.inhibition_matrix[1, 2] == point[12 + 2 * k + 1 * k + 2] / 2


def test_numbers_of_morphogens_take_turns():
    drawn = StratifiedSampler(1, num_morphogens=(3, 4))
    assert [genome.num_morphogens for genome in drawn.genomes(0, 5)] == [3, 4, 3, 4, 3]


def test_what_is_fixed_does_not_change_what_is_drawn():
    fixed = StratifiedSampler(1, num_morphogens=(3,), size=(7, 8), max_growth_steps=9).genome(4)
    free = StratifiedSampler(1, num_morphogens=(3,), size=None, max_growth_steps=None).genome(4)
    assert free != fixed
    free.update(size_x=7, size_y=8, max_growth_steps=9)
    assert free == fixed


def test_yields_are_those_that_are_known():
    # 20.9 % of the random ones on 10 x 10 sites, 2.2 % of those of a dense hypercube: within 4
    # standard errors of both samples.
    for drawn, share, known, n in (
        (RandomSampler(1, size=(10, 10)), 0.209, 1500, 600),
        (StratifiedSampler(1, size=(10, 10), num_morphogens=(3, 4)), 0.022, 400, 600),
    ):
        codes = Quality().reasons(tally(develop_many(drawn.genomes(0, n), threads=1)))
        assert codes.count(None) > 0  # which the errors of so few do not say
        error = (share * (1 - share) * (1 / n + 1 / known)) ** 0.5
        assert abs(codes.count(None) / n - share) < 4 * error


@pytest.mark.parametrize(
    ("make", "kind", "message"),
    [
        (lambda: sampler("randm", seed=1), ValueError, "unknown sampler 'randm': did you mean"),
        (lambda: sampler("random", seed=1, sice=3), ValueError, "unknown option .*did you.*size"),
        (lambda: RandomSampler(-1), ValueError, "seed must be an integer of at least 0, got -1"),
        (lambda: RandomSampler(1.5), TypeError, "seed must be an integer"),
        (lambda: RandomSampler(1, size=(0, 3)), ValueError, r"size\[0\] must be .*got 0"),
        (lambda: RandomSampler(1, size=20), TypeError, "size must be a pair"),
        (lambda: RandomSampler(1, max_growth_steps=0), ValueError, "max_growth_steps must be"),
        (lambda: RandomSampler(1, num_morphogens=2), ValueError, "num_morphogens must be .*got 2"),
        (lambda: RandomSampler(1, num_morphogens=11), ValueError, "from 3 to 10, got 11"),
        (lambda: StratifiedSampler(1, num_morphogens=3), TypeError, "must be a tuple"),
        (lambda: StratifiedSampler(1, num_morphogens=()), TypeError, "must be a tuple"),
        (lambda: StratifiedSampler(1, num_morphogens=(3, 11)), ValueError, "from 3 to 10, got 11"),
        (lambda: RandomSampler(1).genome(-1), ValueError, "i must be .*got -1"),
    ],
)
def test_bad_input_is_told(make, kind, message):
    with pytest.raises(kind, match=message):
        make()
