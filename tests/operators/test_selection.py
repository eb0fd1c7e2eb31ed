import math
import random
from collections import Counter

import numpy as np
import pytest
from deap import tools
from scipy.stats import chi2

from evograft.operators import sel_tournament
from evograft.representations.fitness import ObjectiveFitness


class Individual:
    def __init__(self, *values, weights=(-1.0,)):
        self.fitness = ObjectiveFitness(weights, values)


def crowd(values):
    return [Individual(float(value)) for value in values]


def winner_probabilities(individuals, tournsize):
    """The exact distribution of the best of *tournsize* uniform draws, by individual.

    A group of equals wins if none of the draws is better and not all are worse; within the group
    the first drawn wins, by symmetry everyone as often.
    """
    n = len(individuals)
    probabilities = []
    for individual in individuals:
        better = sum(other.fitness > individual.fitness for other in individuals)
        equal = sum(other.fitness == individual.fitness for other in individuals)
        group = (1 - better / n) ** tournsize - (1 - (better + equal) / n) ** tournsize
        probabilities.append(group / equal)
    return probabilities


def statistic_of(winners, individuals, tournsize):
    """χ² of the winners against the exact distribution, cells below 5 joined, and its bound."""
    counts = Counter(map(id, winners))
    observed = [0, 0.0]  # all cells that expect fewer than 5
    statistic, cells = 0.0, 0
    for individual, probability in zip(
        individuals, winner_probabilities(individuals, tournsize), strict=True
    ):
        expected = len(winners) * probability
        if expected < 5:
            observed[0] += counts[id(individual)]
            observed[1] += expected
            continue
        statistic += (counts[id(individual)] - expected) ** 2 / expected
        cells += 1
    if observed[1] > 0:
        statistic += (observed[0] - observed[1]) ** 2 / observed[1]
        cells += 1
    return statistic, chi2.ppf(0.999, cells - 1)


LOSSES = {
    "all different": [5, 3, 8, 1, 9, 2, 7, 6, 4, 0],
    "ties at the top, in the middle and at the end": [1, 1, 2, 3, 3, 3, 3, 4, 9, 9, 1, 9],
    "all equal": [2] * 8,
}


@pytest.mark.parametrize("tournsize", [1, 2, 3, 7])
@pytest.mark.parametrize("losses", LOSSES)
def test_winners_have_the_exact_distribution_of_a_tournament(losses, tournsize):
    # Null hypothesis: 6000 winners from the exact distribution of a tournament with replacement;
    # expected counts are computed from it. χ², p = 0.001.
    individuals = crowd(LOSSES[losses])
    winners = sel_tournament(individuals, 6000, tournsize, rng=np.random.default_rng(1))
    statistic, bound = statistic_of(winners, individuals, tournsize)
    assert statistic < bound


@pytest.mark.parametrize("losses", LOSSES)
def test_deaps_own_tournament_has_the_same_distribution(losses):
    # As above; this is what makes the exact distribution the right oracle.
    random.seed(2)
    individuals = crowd(LOSSES[losses])
    winners = tools.selTournament(individuals, 6000, 3)
    statistic, bound = statistic_of(winners, individuals, 3)
    assert statistic < bound


def test_pythons_stream_gives_the_distribution_too():
    random.seed(3)
    individuals = crowd(LOSSES["ties at the top, in the middle and at the end"])
    statistic, bound = statistic_of(sel_tournament(individuals, 6000, 4), individuals, 4)
    assert statistic < bound


def test_a_tournament_of_one_is_uniform():
    # Null hypothesis: each of 20 wins with probability 1/20, 200 expected of 4000.
    # χ² with 19 degrees of freedom, p = 0.001.
    individuals = crowd(range(20))
    winners = sel_tournament(individuals, 4000, 1, rng=np.random.default_rng(4))
    counts = Counter(map(id, winners))
    assert sum((counts[id(i)] - 200) ** 2 / 200 for i in individuals) < chi2.ppf(0.999, 19)


def test_a_huge_tournament_is_won_by_the_best_or_one_of_its_equals():
    individuals = crowd([4, 2, 0, 3, 0, 1])
    winners = sel_tournament(individuals, 200, 10**9, rng=np.random.default_rng(5))
    assert {id(winner) for winner in winners} == {id(individuals[2]), id(individuals[4])}
    alone = sel_tournament(crowd([3, 1, 2]), 50, 10**9, rng=np.random.default_rng(5))
    assert {winner.fitness.values for winner in alone} == {(1.0,)}


def test_several_objectives_are_compared_one_after_the_other():
    weights = (1.0, -1.0)
    best = Individual(2.0, 1.0, weights=weights)
    others = [Individual(*v, weights=weights) for v in ((2.0, 3.0), (1.0, 0.0), (0.0, -5.0))]
    winners = sel_tournament([*others, best], 50, 10**9, rng=np.random.default_rng(6))
    assert all(winner is best for winner in winners)


def test_winners_are_references_and_the_crowd_keeps_its_order():
    individuals = crowd([3, 1, 2])
    before = list(individuals)
    winners = sel_tournament(individuals, 30, 2)
    assert len(winners) == 30
    assert {id(winner) for winner in winners} <= {id(individual) for individual in before}
    assert [id(i) for i in individuals] == [id(i) for i in before]


@pytest.mark.parametrize("number", [0.0, math.nextafter(1, 0)])
def test_the_smallest_and_the_largest_random_number_select_from_the_ends(number, monkeypatch):
    monkeypatch.setattr(random, "random", lambda: number)
    for n in [*range(1, 70), 255, 1023, 4097]:
        individuals = crowd(range(n))
        (winner,) = sel_tournament(individuals, 1, 1)
        assert winner is individuals[0 if number == 0 else -1]
        assert sel_tournament(crowd([1.0] * n), 1, 2)


def test_one_individual_always_wins_and_nobody_is_selected_for_k_0():
    (only,) = crowd([1])
    assert sel_tournament([only], 5, 3) == [only] * 5
    assert sel_tournament([only], 0, 3) == []
    assert sel_tournament([], 0, 3) == []


@pytest.mark.parametrize(
    ("tournsize", "error"), [(0, ValueError), (-1, ValueError), (2.0, TypeError), (None, TypeError)]
)
def test_a_tournament_has_at_least_one_member(tournsize, error):
    with pytest.raises(error, match=f"tournsize must be an integer of at least 1, got {tournsize}"):
        sel_tournament(crowd([1]), 1, tournsize)


def test_there_must_be_somebody_to_select_from():
    with pytest.raises(ValueError, match="individuals must not be empty"):
        sel_tournament([], 1, 2)
