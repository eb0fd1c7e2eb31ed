"""Selection by rank, the pools made of it, and who survives a steady state."""

from functools import partial

import numpy as np
import pytest
from deap import tools
from hypothesis import given, settings
from hypothesis import strategies as st

from evograft.operators import (
    pool_combined,
    pool_top,
    pool_tournament,
    replace_steady_state,
    sel_distinct,
    sel_top,
    sel_tournament_distinct,
    steady_state_survivors,
)
from evograft.representations.fitness import ObjectiveFitness

exact = settings(deadline=None, derandomize=True)

FITNESSES = st.lists(st.integers(0, 6), max_size=40)


class Individual:
    """A number in a crowd, and a fitness."""

    def __init__(self, number, *values, weights=None):
        self.number = number
        self.fitness = ObjectiveFitness(weights or (1.0,) * len(values), values)


def crowd(fitnesses):
    return [Individual(number, fitness) for number, fitness in enumerate(fitnesses)]


def numbers(individuals):
    return [individual.number for individual in individuals]


@exact
@given(FITNESSES, st.integers(0, 45))
def test_the_best_go_first_and_the_later_among_equals(fitnesses, k):
    ranking = sorted(range(len(fitnesses)), key=lambda i: (-fitnesses[i], -i))
    assert numbers(sel_top(crowd(fitnesses), k)) == ranking[:k]


@exact
@given(FITNESSES, st.integers(0, 45))
def test_of_each_fitness_only_the_first_is_selected(fitnesses, k):
    last = {fitness: i for i, fitness in enumerate(fitnesses)}
    expected = [last[fitness] for fitness in sorted(last, reverse=True)][:k]
    assert numbers(sel_distinct(crowd(fitnesses), k)) == expected


@exact
@given(st.lists(st.floats(-1, 1), max_size=200, unique=True), st.integers(0, 200))
def test_without_equals_all_orders_are_the_same(fitnesses, k):
    individuals = crowd(fitnesses)
    best = tools.selBest(individuals, k)
    for select in (sel_top, sel_distinct):
        assert select(individuals, k) == best
        assert select(individuals, k, ties="numpy") == best


@pytest.mark.parametrize("n", [10, 16, 17, 200])
def test_numpys_order_of_equals_is_that_of_its_reversed_sort(n):
    fitnesses = np.random.default_rng(n).integers(0, 4, n) / 7
    order = np.argsort(fitnesses)[::-1]
    individuals = crowd(fitnesses.tolist())
    assert numbers(sel_top(individuals, n, ties="numpy")) == order.tolist()
    first = [order[fitnesses[order] == value][0] for value in sorted(set(fitnesses), reverse=True)]
    assert numbers(sel_distinct(individuals, n, ties="numpy")) == first


def test_several_objectives_are_compared_one_after_the_other_by_their_weights():
    values = [(1, 5), (2, 9), (2, 3), (0, 0), (2, 3)]
    both = [Individual(i, *value, weights=(1.0, -1.0)) for i, value in enumerate(values)]
    assert numbers(sel_top(both, 5)) == [4, 2, 1, 0, 3]
    assert numbers(sel_distinct(both, 5)) == [4, 1, 0, 3]
    assert set(numbers(sel_tournament_distinct(both, 9, 5))) <= {2, 4}


@pytest.mark.parametrize(("n", "size"), [(20, 7), (2000, 7), (20_000, 3), (20_000, 500), (9, 9)])
def test_tournaments_are_drawn_as_numpys_choices_of_a_range(n, size):
    fitnesses = np.random.default_rng(1).integers(0, 5, n)
    ours, theirs = np.random.default_rng(2), np.random.default_rng(2)
    winners = sel_tournament_distinct(crowd(fitnesses.tolist()), 30, size, rng=ours)
    for winner in winners:
        drawn = theirs.choice(range(n), size=size, replace=False)
        assert winner.number == drawn[np.argmax(fitnesses[drawn])]
    assert ours.bit_generator.state == theirs.bit_generator.state


@exact
@given(FITNESSES.filter(bool), st.integers(0, 9), st.integers(1, 40), st.integers(0, 2**32))
def test_winners_are_no_copies_and_not_among_the_worst(fitnesses, k, size, seed):
    individuals, rng = crowd(fitnesses), np.random.default_rng(seed)
    size = min(size, len(fitnesses))
    winners = sel_tournament_distinct(individuals, k, size, rng=rng)
    assert len(winners) == k
    worst_winner = sorted(fitnesses)[size - 1]  # so many cannot all be worse
    for winner in winners:
        assert winner is individuals[winner.number]
        assert winner.fitness.values[0] >= worst_winner


def test_nobody_is_better_than_chance_in_tournaments_of_one():
    rng = np.random.default_rng(3)
    winners = sel_tournament_distinct(crowd(range(4)), 4000, 1, rng=rng)
    counts = np.bincount(numbers(winners), minlength=4)
    assert abs(counts - 1000).max() < 110  # 4 standard deviations


@pytest.mark.parametrize(
    ("n", "share", "count"), [(24, 0.2, 4), (10, 0.29, 2), (5, 0, 0), (3, 1, 3)]
)
def test_pools_are_a_share_rounded_down(n, share, count):
    individuals = crowd(range(n))
    assert pool_top(individuals, share) == sel_top(individuals, count)
    one, two = np.random.default_rng(1), np.random.default_rng(1)
    pool = pool_tournament(individuals, share, 3, rng=one)
    assert pool == sel_tournament_distinct(individuals, count, 3, rng=two)
    assert len(pool) == count


@exact
@given(FITNESSES, st.lists(st.integers(0, 15), max_size=4))
def test_combined_selections_see_all_or_only_those_not_chosen(fitnesses, ks):
    individuals = crowd(fitnesses)
    selections = [partial(sel_top if k % 2 else sel_distinct, k=k) for k in ks]
    pool = pool_combined(individuals, selections)
    assert pool == [chosen for select in selections for chosen in select(individuals)]
    left, expected = list(individuals), []
    for select in selections:
        chosen = select(left)
        expected += chosen
        left = [individual for individual in left if individual not in chosen]
    assert pool_combined(individuals, selections, exclude_chosen=True) == expected
    assert len(set(numbers(expected))) == len(expected)


def test_the_best_of_each_fitness_survive_first_then_the_best_of_the_others():
    parents = crowd([5, 7, 7, 7, 1, 5, 3, 7])
    survivors = steady_state_survivors(parents, distinct=3, kept=3)
    assert numbers(survivors) == [7, 5, 6, 3, 2, 1]
    offspring = crowd([0, 9, 0])
    result = replace_steady_state(parents, offspring, distinct=3, kept=3)
    assert result == survivors + offspring[:2]


def test_where_fewer_fitnesses_occur_more_offspring_come_in():
    parents, offspring = crowd([2, 2, 2, 2, 2]), crowd([0, 0, 0])
    assert numbers(steady_state_survivors(parents, distinct=3, kept=2)) == [4, 3, 2]
    result = replace_steady_state(parents, offspring, distinct=3, kept=2)
    assert result == [parents[4], parents[3], parents[2], *offspring[:2]]


def test_where_offspring_are_too_few_more_of_the_best_parents_survive():
    parents, offspring = crowd([1, 2, 3, 4, 5]), crowd([9])
    result = replace_steady_state(parents, offspring, distinct=1, kept=1)
    assert result == [*parents[:0:-1], *offspring]
    assert replace_steady_state(parents, [], distinct=1, kept=1) == parents[::-1]


@exact
@given(FITNESSES, FITNESSES, st.data())
def test_the_next_generation_is_as_large_as_the_last_and_nobody_is_twice_in_it(old, new, data):
    parents, offspring = crowd(old), crowd(new)
    distinct = data.draw(st.integers(0, len(old)))
    kept = data.draw(st.integers(0, len(old) - distinct))
    result = replace_steady_state(parents, offspring, distinct=distinct, kept=kept)
    assert len(result) == len(parents)
    assert len(set(map(id, result))) == len(result)
    survivors = steady_state_survivors(parents, distinct=distinct, kept=kept)
    assert result[: len(survivors)] == survivors


def test_the_papers_steady_state_lets_200_of_2000_in():
    rng = np.random.default_rng(4)
    parents = crowd((rng.integers(0, 300, 2000) / 300).tolist())
    survivors = steady_state_survivors(parents, kept=1790)
    assert len(survivors) == 1800
    assert len({individual.fitness.values for individual in survivors[:10]}) == 10
    offspring = crowd([0.0] * 200)
    assert replace_steady_state(parents, offspring, kept=1790) == survivors + offspring


@pytest.mark.parametrize(
    ("select", "message"),
    [
        (lambda c: sel_top(c, -1), "k must be an integer of at least 0, got -1"),
        (lambda c: sel_distinct(c, -1), "k must be an integer of at least 0, got -1"),
        (lambda c: sel_top(c, 1, ties="any"), "ties must be one of 'later', 'numpy', got 'any'"),
        (lambda c: sel_tournament_distinct(c, 1, 5), "tournsize must be an integer from 1 to 4"),
        (lambda c: sel_tournament_distinct(c, 1, 0), "tournsize must be an integer from 1 to 4"),
        (lambda c: sel_tournament_distinct(c, -1, 2), "k must be an integer of at least 0"),
        (lambda c: pool_top(c, 1.5), "share must be a number from 0 to 1, got 1.5"),
        (lambda c: pool_tournament(c, -1, 2), "share must be a number from 0 to 1, got -1"),
        (lambda c: steady_state_survivors(c, kept=2, distinct=5), "distinct must be an integer"),
        (lambda c: steady_state_survivors(c, kept=3, distinct=2), "kept must be an integer from 0"),
        (lambda c: replace_steady_state(c, c, kept=-1, distinct=2), "kept must be an integer from"),
    ],
)
def test_bad_arguments_are_named(select, message):
    with pytest.raises(ValueError, match=message):
        select(crowd(range(4)))
