"""Trust: what decisions earn, what children inherit, and how often the trusted become parents."""

import math
import random
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from evograft.operators import (
    TrustRule,
    inherit_trust,
    parent_weights,
    sel_trusted,
    surviving_share,
    trust_of,
)
from evograft.operators.trust import TINY, WEIGHTINGS
from evograft.representations.fitness import ObjectiveFitness

exact = settings(deadline=None, derandomize=True)

AMOUNTS = st.floats(-1e4, 1e4)
SHARES = st.floats(0, 1)


class Individual:
    """A number in a crowd, and a fitness; not evaluated where no value is given."""

    def __init__(self, number, *values, weights=(1.0,)):
        self.number = number
        self.fitness = ObjectiveFitness(weights, values)


def crowd(trusts):
    return [Individual(number, trust) for number, trust in enumerate(trusts)]


def numbers(individuals):
    return [individual.number for individual in individuals]


def slow_trust(rule, trust, decisions):
    """Image by image, as one would tell it."""
    if rule.decay_per == "generation":
        trust -= rule.decay * trust
    for right in decisions:
        if rule.decay_per == "image":
            trust -= rule.decay * trust
        trust += right * rule.reward + (1 - right) * rule.penalty
    return trust


@st.composite
def generations(draw, rights):
    """The trust before, and the decisions, of one to four individuals."""
    n, n_decisions = draw(st.integers(1, 4)), draw(st.integers(0, 30))
    rows = st.lists(rights, min_size=n_decisions, max_size=n_decisions)
    right = draw(st.lists(rows, min_size=n, max_size=n))
    before = draw(st.lists(AMOUNTS, min_size=n, max_size=n))
    return before, np.array(right, np.float64).reshape(n, n_decisions)


@exact
@given(
    generation=generations(st.sampled_from([0.0, 1.0]) | SHARES),
    reward=AMOUNTS,
    penalty=AMOUNTS,
    decay=SHARES | st.sampled_from([0.001, 0.2]),
    decay_per=st.sampled_from(["generation", "image"]),
)
def test_trust_is_that_of_a_plain_loop_over_the_decisions(
    generation, reward, penalty, decay, decay_per
):
    rule = TrustRule(reward, penalty, decay, decay_per)
    before, right = generation
    expected = [slow_trust(rule, *each) for each in zip(before, right.tolist(), strict=True)]
    earned = rule.earn(before, right)
    assert earned.shape == (len(before),)
    np.testing.assert_allclose(earned, expected, rtol=1e-9, atol=1e-5)


@exact
@given(generations(st.sampled_from([0.0, 1.0])), st.sampled_from(["generation", "image"]))
def test_without_decay_trust_counts_right_and_wrong_decisions(generation, decay_per):
    before, right = generation
    hits = right.sum(axis=1)
    expected = np.array(before) + 10 * hits - 1.5 * (right.shape[1] - hits)
    earned = TrustRule(decay=0, decay_per=decay_per).earn(before, right)
    np.testing.assert_allclose(earned, expected, rtol=1e-12, atol=1e-9)


def test_with_full_decay_a_generation_or_the_last_decision_is_all_that_counts():
    right = np.array([[1, 0, 1], [0, 1, 0]])
    before = [1e6, -1e6]
    assert TrustRule(decay=1).earn(before, right).tolist() == [18.5, 7.0]
    assert TrustRule(decay=1, decay_per="image").earn(before, right).tolist() == [10.0, -1.5]
    # Of no decision at all, only a generation passes.
    none = np.zeros((2, 0))
    assert TrustRule(decay=1).earn(before, none).tolist() == [0.0, 0.0]
    assert TrustRule(decay=1, decay_per="image").earn(before, none).tolist() == before


@pytest.mark.parametrize("decay_per", ["generation", "image"])
def test_where_reward_and_penalty_are_equal_decisions_do_not_matter(decay_per):
    rule = TrustRule(reward=3.0, penalty=3.0, decay=0.25, decay_per=decay_per)
    right = np.random.default_rng(1).random((5, 40))
    earned = rule.earn(np.full(5, 8.0), right)
    assert np.ptp(earned) == 0
    assert earned[0] == rule.earn([8.0], np.zeros((1, 40)))[0]
    # A geometric series, or a plain sum after one decay.
    kept = 0.75**40
    expected = 126 if decay_per == "generation" else 8 * kept + 3 * (1 - kept) / 0.25
    assert earned[0] == pytest.approx(expected, rel=1e-12)


def test_the_order_of_decisions_matters_only_where_trust_decays_between_them():
    early, late = np.array([[1.0, 0.0, 0.0]]), np.array([[0.0, 0.0, 1.0]])
    once, always = TrustRule(), TrustRule(decay_per="image")
    assert once.earn([5.0], early) == once.earn([5.0], late)
    assert always.earn([5.0], early) < always.earn([5.0], late)


def test_a_thousandth_an_image_is_about_a_fifth_in_200_images():
    rule = TrustRule(reward=0, penalty=0, decay=0.001, decay_per="image")
    assert rule.earn([100.0], np.ones((1, 200)))[0] == pytest.approx(100 * 0.999**200)


def test_rewards_of_a_problem_earn_once_and_decay_once():
    for decay_per in ("generation", "image"):
        rule = TrustRule(reward=2.0, penalty=-9.0, decay=0.25, decay_per=decay_per)
        assert rule.earn_reward([4.0, 0.0], [0.5, -3.0]).tolist() == [4.0, -6.0]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"reward": math.inf}, "reward must be a number, got inf"),
        ({"penalty": math.nan}, "penalty must be a number, got nan"),
        ({"decay": 1.5}, "decay must be a number from 0 to 1, got 1.5"),
        ({"decay": -0.1}, "decay must be a number from 0 to 1, got -0.1"),
        ({"decay_per": "day"}, "decay_per must be one of 'generation', 'image', got 'day'"),
    ],
)
def test_rules_that_are_none_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        TrustRule(**arguments)


def test_trust_is_a_number_of_the_fitness_or_else_what_was_inherited():
    evaluated: Any = Individual(0, 3.0, 7.0, weights=(-1.0, 1.0))
    evaluated.inherited_trust = 5.0
    assert trust_of(evaluated) == 3.0
    assert trust_of(evaluated, 1) == 7.0
    assert trust_of(evaluated, None) == 5.0
    del evaluated.fitness.values
    assert trust_of(evaluated, 1) == 5.0
    assert trust_of(Individual(0)) == 0.0
    assert trust_of(Individual(0, 3.0), None) == 0.0
    # The value, not the weighted one by which DEAP compares.
    assert trust_of(Individual(0, 3.0, weights=(-2.0,))) == 3.0


def test_each_child_inherits_the_share_of_the_sum_of_its_parents_trust():
    children: list[Any] = [Individual(0), Individual(1, 99.0)]
    inherit_trust(children, [100.0, -20.0], 0.03)
    assert [child.inherited_trust for child in children] == pytest.approx([2.4, 2.4])
    assert trust_of(children[0]) == children[0].inherited_trust
    assert trust_of(children[1]) == 99.0  # of one that is evaluated, the fitness is the trust
    inherit_trust(children, [50.0], 0.5)
    assert [child.inherited_trust for child in children] == [25.0, 25.0]
    inherit_trust(children[:1], [50.0, 50.0], 0.0)
    assert [child.inherited_trust for child in children] == [0.0, 25.0]


def slow_weights(trusts, weighting):
    if weighting == "raw":
        weights = [max(trust, TINY) for trust in trusts]
    elif weighting == "shifted":
        weights = [0.7 * (trust - min(trusts) + 1) for trust in trusts]
    else:
        weights = [1.0 for _ in trusts]
    return [weight / math.fsum(weights) for weight in weights]


@exact
@given(st.lists(st.floats(-1e9, 1e9), min_size=1, max_size=50), st.sampled_from(WEIGHTINGS))
def test_weights_are_those_of_a_plain_loop(trusts, weighting):
    before = np.array(trusts)
    weights = parent_weights(before, weighting)
    assert before.tolist() == trusts
    assert weights.sum() == pytest.approx(1, abs=1e-12)
    np.testing.assert_allclose(weights, slow_weights(trusts, weighting), rtol=1e-9, atol=1e-300)


@exact
@given(st.lists(st.floats(-1e9, 0), min_size=1, max_size=20))
def test_survivors_of_whom_none_is_trusted_are_equals_as_they_are(trusts):
    assert parent_weights(trusts, "raw").tolist() == parent_weights(trusts, "uniform").tolist()


def test_shifted_weights_do_not_change_with_a_constant_and_spare_the_worst():
    trusts = np.array([-70.0, -30.0, 20.0])
    expected = np.array([1.0, 41.0, 91.0]) / 133
    for constant in (0.0, 70.0, -1000.0):
        np.testing.assert_allclose(parent_weights(trusts + constant, "shifted"), expected)


@pytest.mark.parametrize("weighting", WEIGHTINGS)
@pytest.mark.parametrize("huge", [1e300, 1.7e308])
def test_huge_trust_overflows_nothing(weighting, huge):
    assert parent_weights([huge] * 5, weighting).tolist() == pytest.approx([0.2] * 5)
    weights = parent_weights([huge, huge, -huge / 2], weighting)
    expected = [1 / 3] * 3 if weighting == "uniform" else [0.5, 0.5, 0.0]
    assert weights.tolist() == pytest.approx(expected)


@pytest.mark.parametrize(
    ("trusts", "weighting", "message"),
    [
        ([], "raw", "trusts must be finite numbers, one at least"),
        ([1.0, math.nan], "raw", "trusts must be finite numbers, one at least"),
        ([1.0, math.inf], "uniform", "trusts must be finite numbers, one at least"),
        ([[1.0]], "shifted", "trusts must be finite numbers, one at least"),
        ([1.0], "best", "weighting must be one of 'raw', 'shifted', 'uniform', got 'best'"),
    ],
)
def test_weights_of_what_is_no_trust_are_refused(trusts, weighting, message):
    with pytest.raises(ValueError, match=message):
        parent_weights(trusts, weighting)


@exact
@given(st.lists(st.integers(0, 5), min_size=1, max_size=60), st.integers(1, 100))
def test_survivors_are_the_best_and_the_earlier_among_equals(trusts, percent):
    individuals = crowd(trusts)
    ranking = sorted(range(len(trusts)), key=lambda i: (-trusts[i], i))
    count = max(1, percent * len(trusts) // 100)
    survivors = surviving_share(individuals, percent / 100)
    assert numbers(survivors) == ranking[:count]
    assert all(survivor is individuals[survivor.number] for survivor in survivors)
    assert numbers(individuals) == list(range(len(trusts)))


def test_a_share_means_what_it_says_though_binary_numbers_do_not():
    assert int(0.29 * 100) == 28
    for percent in range(1, 101):
        assert len(surviving_share(crowd([0.0] * 100), percent / 100)) == percent
    assert numbers(surviving_share(crowd(range(200)), 0.2)) == list(range(199, 159, -1))
    assert len(surviving_share(crowd(range(9)), 0.2)) == 1
    assert numbers(surviving_share(crowd([1, 3, 3]), 1e-6)) == [1]


def test_survivors_are_ranked_as_deap_ranks_by_all_weighted_values():
    values = [(1, 5), (2, 9), (2, 3), (0, 0), (2, 3)]
    both = [Individual(i, *value, weights=(-1.0, 1.0)) for i, value in enumerate(values)]
    assert numbers(surviving_share(both, 1.0)) == [3, 0, 1, 2, 4]


@pytest.mark.parametrize(
    "select", [surviving_share, lambda c, cutoff: sel_trusted(c, 1, cutoff=cutoff)]
)
def test_no_share_or_more_than_all_or_nobody_is_refused(select):
    for cutoff in (0, 0.0, 1.5, -0.1, math.nan):
        with pytest.raises(ValueError, match="cutoff must be a number"):
            select(crowd([1.0]), cutoff)
    with pytest.raises(TypeError, match="cutoff must be a number"):
        select(crowd([1.0]), "half")
    with pytest.raises(ValueError, match="individuals must not be empty"):
        select([], 0.5)


@pytest.mark.parametrize("weighting", WEIGHTINGS)
@pytest.mark.parametrize("trusts", [[60.0, 25.0, 10.0, 5.0], [-1.0, -4.0, -2.5, -8.0]])
def test_parents_are_drawn_as_often_as_their_weights_say(weighting, trusts):
    k = 20_000
    others = [-100.0] * 6
    parents = sel_trusted(
        crowd(others + trusts), k, cutoff=0.4, weighting=weighting, rng=np.random.default_rng(1)
    )
    counts = np.bincount(numbers(parents), minlength=10)
    assert counts[:6].sum() == 0  # those beyond the cutoff
    expected = k * parent_weights(trusts, weighting)
    assert stats.chisquare(counts[6:], expected).pvalue > 0.001
    # One draw tells nothing of the next.
    pairs = np.zeros((4, 4))
    for one, other in zip(numbers(parents)[::2], numbers(parents)[1::2], strict=True):
        pairs[one - 6, other - 6] += 1
    shares = expected / k
    assert stats.chisquare(pairs.ravel(), k / 2 * np.outer(shares, shares).ravel()).pvalue > 0.001


def test_parents_are_references_in_the_order_of_the_draws():
    individuals = crowd([4.0, 1.0, 3.0, 2.0])
    random.seed(7)
    drawn = [random.random() for _ in range(50)]
    random.seed(7)
    parents = sel_trusted(individuals, 50, cutoff=1.0)
    # The best first, each with a stretch of its weight: 0.4, 0.3, 0.2, 0.1.
    order = [0, 2, 3, 1]
    expected = [order[sum(u >= limit for limit in (0.4, 0.7, 0.9))] for u in drawn]
    assert numbers(parents) == expected
    assert all(parent is individuals[parent.number] for parent in parents)
    assert sel_trusted(individuals, 0) == []


def test_the_objective_tells_which_number_is_the_trust():
    # Ranked by the first value, weighted by the second.
    values = [(3.0, 0.0), (2.0, 30.0), (1.0, 10.0), (0.0, 1e9)]
    both = [Individual(i, *value, weights=(1.0, 1.0)) for i, value in enumerate(values)]
    k = 8000

    def counts(objective):
        rng = np.random.default_rng(2)
        parents = sel_trusted(both, k, cutoff=0.75, objective=objective, rng=rng)
        return np.bincount(numbers(parents), minlength=4)

    second = counts(1)
    assert second[[0, 3]].tolist() == [0, 0]
    assert stats.binomtest(int(second[1]), k, 0.75).pvalue > 0.001
    without = counts(None)
    assert without[3] == 0
    assert stats.chisquare(without[:3]).pvalue > 0.001


class Ends:
    """A source of the largest number below 1, and of 0."""

    def __init__(self, value):
        self.value = value

    def random(self):
        return self.value


@exact
@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=40))
def test_the_ends_of_the_unit_interval_choose_the_first_and_the_last_survivor(trusts):
    individuals = crowd(trusts)
    ranking = numbers(surviving_share(individuals, 1.0))
    first = sel_trusted(individuals, 1, cutoff=1.0, weighting="uniform", rng=Ends(0.0))
    last = sel_trusted(individuals, 1, cutoff=1.0, weighting="uniform", rng=Ends(1 - 2**-53))
    assert numbers(first + last) == [ranking[0], ranking[-1]]


def test_a_number_on_the_border_of_two_survivors_chooses_the_second():
    pair = crowd([3.0, 1.0])
    for weighting, border in (("uniform", 0.5), ("raw", 0.75)):
        for number, chosen in ((np.nextafter(border, 0), 0), (border, 1)):
            drawn = sel_trusted(pair, 1, cutoff=1.0, weighting=weighting, rng=Ends(number))
            assert numbers(drawn) == [chosen]


@pytest.mark.parametrize("objective", [0, None])
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"k": -1}, "k must be an integer of at least 0, got -1"),
        ({"k": 1, "weighting": "best"}, "weighting must be one of .* got 'best'"),
    ],
)
def test_selections_that_are_none_are_refused(arguments, message, objective):
    with pytest.raises(ValueError, match=message):
        sel_trusted(crowd([1.0]), **arguments, objective=objective)


def test_trust_that_is_not_finite_makes_nobody_a_parent():
    with pytest.raises(ValueError, match="trusts must be finite numbers"):
        sel_trusted(crowd([1.0, math.inf]), 1, cutoff=1.0)


def test_who_is_not_evaluated_is_not_selected():
    some = crowd([1.0, 2.0])
    del some[0].fitness.values
    with pytest.raises(ValueError, match="individuals must be evaluated"):
        sel_trusted(some, 2)
