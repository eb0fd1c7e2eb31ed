import math
import pickle
import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from neat_genomes import grown
from scipy import stats

from evograft.operators.fitness_sharing import offspring_quotas, shared_scores
from evograft.operators.speciation import Speciation, SpeciesRules, compatibility_distance
from evograft.operators.species_selection import sel_species, survivors
from evograft.representations.fitness import ObjectiveFitness
from evograft.representations.innovations import Innovations
from evograft.representations.neat_genome import NeatGenome


def at(weight):
    """A genome of weights alone: two lie 0.4 apart for each 1 of difference."""
    return NeatGenome.fully_connected(1, 1, [weight, weight])


def plain_distance(a, b, c1, c2, c3):
    mine = dict(zip(a.innovations.tolist(), a.weights.tolist(), strict=True))
    other = dict(zip(b.innovations.tolist(), b.weights.tolist(), strict=True))
    matching = mine.keys() & other.keys()
    end = min(max(mine, default=-1), max(other, default=-1))
    single = mine.keys() ^ other.keys()
    excess = sum(number > end for number in single)
    n = max(len(mine), len(other))
    n = n if n >= 20 else 1
    weights = [abs(mine[number] - other[number]) for number in matching]
    mean = sum(weights) / len(weights) if weights else 0.0
    return c1 * excess / n + c2 * (len(single) - excess) / n + c3 * mean


@settings(max_examples=80, deadline=None)
@given(
    st.integers(0, 2**32), st.integers(0, 25), st.integers(0, 25), st.tuples(*[st.floats(0, 5)] * 3)
)
def test_the_distance_is_that_of_plain_python(seed, more, fewer, c):
    rng = np.random.default_rng(seed)
    numbers = Innovations(3, 2)
    a = grown(rng, mutations=more, numbers=numbers)
    b = grown(rng, mutations=fewer, numbers=numbers)
    settings_ = dict(zip(("c1", "c2", "c3"), c, strict=True))
    found = compatibility_distance(a, b, **settings_)
    assert found == pytest.approx(plain_distance(a, b, *c))
    assert compatibility_distance(b, a, **settings_) == pytest.approx(found)
    assert compatibility_distance(a, a, **settings_) == 0.0


def test_of_small_genomes_the_distance_is_not_divided():
    a, b = at(0.0), at(0.0)
    b.add_gene(2, 0, 3, 1.0)
    assert compatibility_distance(a, b) == 1.0
    large = NeatGenome.fully_connected(18, 1, np.zeros(19))
    larger = large.clone()
    larger.add_gene(19, 0, 20, 1.0)
    assert compatibility_distance(large, larger) == 1 / 20


def test_genomes_without_genes_have_a_distance():
    empty = NeatGenome(1, 1, [], [], [], [], [])
    assert compatibility_distance(empty, empty) == 0.0
    assert compatibility_distance(empty, at(1.0)) == 2.0


class TestScores:
    def test_ranks_do_not_depend_on_sign_or_scale(self):
        losses = [0.5, 3.0, 0.1, 1e8]
        fitness = [(-loss,) for loss in losses]
        assert shared_scores(fitness) == [0.75, 0.5, 1.0, 0.25]
        assert shared_scores([1e-9, -7.0, 1.0, -1e300]) == [0.75, 0.5, 1.0, 0.25]

    def test_equals_share_their_ranks(self):
        assert shared_scores([5.0] * 4) == [0.625] * 4
        assert shared_scores([]) == []

    def test_values_are_kept_where_none_is_negative_and_shifted_else(self):
        assert shared_scores([(1.0, 9.0), (3.0, 2.0)], "value") == [1.0, 3.0]
        assert shared_scores([-1.0, 3.0], "value") == [0.0, 4.0]
        assert shared_scores([0.0, 0.0], "value") == [0.0, 0.0]

    def test_who_has_failed_has_nothing_and_harms_nobody(self):
        shares = shared_scores([0.1, 0.1, 0.9, 0.9, -1e8], "value")
        assert shares == [0.1, 0.1, 0.9, 0.9, 0.0]
        assert offspring_quotas(shares, 100) == [5, 5, 45, 45, 0]
        assert shared_scores([(-1e8, -1e8), (-3.0, 0.0), (-1.0, 0.0)], "value") == [0.0, 0.0, 2.0]
        assert shared_scores([-1e8, -1e8], "value") == [0.0, 0.0]
        assert shared_scores([-1e8], "value") == shared_scores([-2.0], "value") == [0.0]
        assert shared_scores([], "value") == []
        # The worst of a loss, as the mean over cases of someone who has failed.
        assert shared_scores([math.fsum([-1e8] * 7) / 7, 0.5], "value") == [0.0, 0.5]

    def test_where_all_have_failed_species_are_equal(self):
        rules = SpeciesRules(sharing="value")
        groups = divided(Speciation(rules), [0.0, 0.0, 8.0], [-1e8] * 3)
        assert [group.share for group in groups] == [1.0, 1.0]

    def test_another_sharing_is_refused(self):
        with pytest.raises(ValueError, match=r"fitness must be numbers, got \[nan, 1.0\]"):
            shared_scores([float("nan"), 1.0], "value")
        with pytest.raises(ValueError, match="sharing must be one of 'rank', 'value', got 'best'"):
            shared_scores([1.0], "best")


class TestQuotas:
    @settings(max_examples=200)
    @given(st.lists(st.floats(0, 1e308), min_size=1, max_size=30), st.integers(0, 500))
    def test_they_add_up_and_are_within_one_of_the_share(self, shares, n):
        quotas = offspring_quotas(shares, n)
        assert sum(quotas) == n
        assert all(quota >= 0 for quota in quotas)
        scaled = np.array(shares) / (max(shares) or 1.0)
        if scaled.any():
            exact = n * scaled / scaled.sum()
            assert (np.abs(quotas - exact) < 1 + 1e-6).all()
            assert all(quota == 0 for quota, share in zip(quotas, shares, strict=True) if not share)

    def test_largest_remainders_are_rounded_up(self):
        assert offspring_quotas([41.0, 29.0, 17.0, 13.0], 10) == [4, 3, 2, 1]
        assert offspring_quotas([0.0, 0.0, 0.0], 4) == [2, 1, 1]

    @pytest.mark.parametrize("shares", [[], [-1.0], [float("nan")], [float("inf"), 1.0]])
    def test_what_is_no_share_is_refused(self, shares):
        with pytest.raises(ValueError, match="shares must be finite and at least 0, got"):
            offspring_quotas(shares, 3)


def divided(speciation, weights, fitness):
    return speciation.divide([at(w) for w in weights], fitness, rng=np.random.default_rng(1))


def members(groups):
    return {group.species.number: sorted(group.members) for group in groups}


class TestSpeciation:
    def test_a_genome_joins_the_first_compatible_species(self):
        # The threshold 3 is a difference of 7.5 in both weights.
        groups = divided(Speciation(), [0.0, 7.0, 8.0, -7.4, 7.5], [1.0] * 5)
        assert members(groups) == {0: [0, 1, 3], 1: [2, 4]}

    def test_species_keep_their_numbers_and_empty_ones_vanish(self):
        speciation = Speciation()
        divided(speciation, [-8.0, 0.0, 8.0], [1.0] * 3)
        assert members(divided(speciation, [8.0, -8.0, 8.0], [1.0] * 3)) == {0: [1], 2: [0, 2]}
        assert [species.number for species in speciation.species] == [0, 2]
        # A new species does not take the name of one that is gone.
        assert members(divided(speciation, [0.2, -8.0], [1.0] * 2)) == {0: [1], 3: [0]}

    def test_the_representative_is_a_random_member_of_the_last_generation(self):
        rng = np.random.default_rng(3)
        counts = np.zeros(4)
        for _ in range(2000):
            speciation = Speciation()
            crowd = [at(w) for w in (0.0, 1.0, 2.0, 3.0)]
            speciation.divide(crowd, [1.0, 2.0, 3.0, 4.0], rng=rng)
            counts[int(speciation.species[0].representative.weights[0])] += 1
        assert stats.chisquare(counts).pvalue > 0.001

    def test_a_representative_does_not_change_with_the_individual(self):
        speciation, crowd = Speciation(), [at(0.0)]
        speciation.divide(crowd, [1.0])
        crowd[0].weights[:] = 99.0
        assert speciation.species[0].representative == at(0.0)

    def test_members_share_their_fitness(self):
        speciation = Speciation(SpeciesRules(sharing="value"))
        groups = divided(speciation, [0.0, 0.0, 0.0, 8.0], [1.0, 3.0, 2.0, 5.0])
        assert [(group.members, group.share) for group in groups] == [([1, 2, 0], 2.0), ([3], 5.0)]

    def test_one_species_and_equal_fitness_are_fine(self):
        for sharing in ("rank", "value"):
            groups = divided(Speciation(SpeciesRules(sharing=sharing)), [0.0] * 3, [-1e8] * 3)
            assert len(groups) == 1
            assert groups[0].share > 0

    def test_a_species_without_progress_does_not_breed(self):
        speciation = Speciation(SpeciesRules(stagnation=3, stall=1000))
        # One species gets better all the time, the other not.
        shares = [
            [group.share > 0 for group in divided(speciation, [0.0, 8.0], [float(g), -1.0])]
            for g in range(5)
        ]
        assert shares == [[True, True]] * 3 + [[True, False]] * 2
        groups = divided(speciation, [0.0, 8.0], [6.0, 0.0])
        assert all(group.share > 0 for group in groups)

    def test_where_all_stagnate_the_best_breeds(self):
        for sharing in ("rank", "value"):
            rules = SpeciesRules(stagnation=2, stall=1000, sharing=sharing)
            speciation = Speciation(rules)
            for _ in range(5):
                groups = divided(speciation, [0.0, 8.0, -8.0], [0.0, 0.0, 0.0])
            assert [group.share > 0 for group in groups] == [True, False, False]

    def test_when_the_population_stalls_only_the_two_best_species_breed(self):
        speciation = Speciation(SpeciesRules(stall=4))
        weights, fitness = [-8.0, 0.0, 8.0], [2.0, 1.0, 3.0]
        able = [
            [group.share > 0 for group in divided(speciation, weights, fitness)] for _ in range(7)
        ]
        # The first generation makes the record; the stall is above 4 in the sixth.
        assert able == [[True] * 3] * 5 + [[True, False, True], [True] * 3]

    def test_nobody_to_divide_is_refused(self):
        with pytest.raises(ValueError, match="individuals must not be empty"):
            Speciation().divide([], [])

    def test_its_state_restores(self):
        speciation = Speciation()
        divided(speciation, [0.0, 8.0], [1.0, 2.0])
        kept = pickle.loads(pickle.dumps(speciation.state()))
        first = divided(speciation, [1.0, 8.0, -8.0], [3.0, 2.0, 1.0])
        later = speciation.state()
        speciation.restore(kept)
        again = divided(speciation, [1.0, 8.0, -8.0], [3.0, 2.0, 1.0])
        assert again == first
        assert speciation.state() == later
        assert kept["species"][0].stagnant == 0

    @pytest.mark.parametrize(
        ("changed", "message"),
        [
            ({"c1": -1.0}, "c1 must be a number of at least 0, got -1.0"),
            ({"threshold": 0.0}, "threshold must be a number above 0, got 0.0"),
            ({"stagnation": 0}, "stagnation must be an integer of at least 1, got 0"),
            ({"stall": 0}, "stall must be an integer of at least 1, got 0"),
            ({"sharing": "all"}, "sharing must be one of"),
        ],
    )
    def test_bad_rules_are_refused(self, changed, message):
        with pytest.raises(ValueError, match=message):
            SpeciesRules(**changed)


class TestSelection:
    def crowd(self):
        crowd = [at(w) for w in (0.0,) * 8 + (8.0,) * 2]
        for value, one in enumerate(crowd):
            one.fitness = ObjectiveFitness((1.0,), (float(value),))
        return crowd

    def test_species_get_their_shares_from_their_best(self):
        crowd = self.crowd()
        random.seed(1)
        chosen = sel_species(crowd, 280, Speciation(SpeciesRules(sharing="value")), survival=0.25)
        values = [int(one.fitness.values[0]) for one in chosen]
        # Means 3.5 and 8.5: 82 and 198 of 280, of the best 2 of 8 and the best of 2.
        assert set(values[:82]) == {6, 7}
        assert set(values[82:]) == {9}
        assert stats.binomtest(values.count(6), 82, 0.5).pvalue > 0.001
        assert all(any(pick is one for one in crowd) for pick in chosen)

    def test_survivors_are_one_at_least(self):
        groups = divided(Speciation(), [0.0] * 3, [1.0, 3.0, 2.0])
        assert survivors(groups[0], 0.01) == [1]
        assert survivors(groups[0], 0.5) == [1, 2]
        assert survivors(groups[0], 1.0) == [1, 2, 0]

    def test_none_are_selected_without_a_generation_passing(self):
        speciation = Speciation()
        assert sel_species(self.crowd(), 0, speciation) == []
        assert speciation.species == []

    def test_bad_settings_are_refused(self):
        with pytest.raises(ValueError, match="k must be an integer of at least 0, got -1"):
            sel_species(self.crowd(), -1, Speciation())
        with pytest.raises(ValueError, match="survival must be a number above 0 and up to 1"):
            sel_species(self.crowd(), 1, Speciation(), survival=0.0)
        with pytest.raises(ValueError, match="individuals must not be empty"):
            sel_species([], 1, Speciation())


@pytest.mark.parametrize(
    ("other", "coefficients", "message"),
    [
        ((2, 1), {"c1": float("nan")}, "c1 must be a number of at least 0, got nan"),
        ((2, 1), {"c3": -1}, "c3 must be a number of at least 0, got -1"),
        ((3, 1), {}, "as many inputs and outputs, got 2 and 1 beside 3 and 1"),
    ],
)
def test_genomes_that_have_no_distance_are_refused(other, coefficients, message):
    inputs, outputs = other
    a, b = (
        NeatGenome.fully_connected(n, m, [0.5] * (n + 1) * m)
        for n, m in ((2, 1), (inputs, outputs))
    )
    with pytest.raises(ValueError, match=message):
        compatibility_distance(a, b, **coefficients)
