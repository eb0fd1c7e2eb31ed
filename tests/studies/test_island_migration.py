"""Islands: who goes where, and when."""

import random

import numpy as np
import pytest
from deap import tools
from island_functions import ones_toolbox, still_toolbox
from island_runs import counts, evolve, individuals, outcome, pickling, same, start

from evograft.studies.islands.migration import Migration


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({"k": 1}, [[7, 1, 2], [3, 5, 4], [8, 6, 6]]),
        ({"k": 2}, [[7, 1, 6], [3, 2, 4], [8, 5, 6]]),
        ({"k": 1, "replacement": tools.selWorst}, [[3, 7, 2], [8, 5, 3], [7, 8, 6]]),
        ({"k": 1, "array": (2, 0, 1)}, [[8, 1, 2], [7, 5, 4], [3, 6, 6]]),
        ({"k": 1, "array": [0, 1, 2]}, [[3, 1, 2], [8, 5, 4], [7, 6, 6]]),
        ({"k": 1, "selection": tools.selWorst}, [[3, 6, 2], [8, 5, 1], [7, 4, 6]]),
        ({"k": 0}, [[3, 1, 2], [8, 5, 4], [7, 6, 6]]),
    ],
)
def test_a_migration_is_that_of_deap(settings, expected):
    islands = [individuals(3, 1, 2), individuals(8, 5, 4), individuals(7, 6, 6)]
    assert counts(Migration(**settings).exchange(islands)) == expected
    assert counts(islands) == [[3, 1, 2], [8, 5, 4], [7, 6, 6]], "nothing is changed in place"


def test_the_best_go_round_once_every_so_many_generations():
    run = evolve(
        start(still_toolbox()),
        population=individuals(9, 1, 8, 2, 7, 3),
        generations=7,
        migration=Migration(every=3, k=1),
    )
    # After the generations 3 and 6: from each island to the next, twice.
    assert counts(island.population for island in run.islands) == [[8, 1], [7, 2], [9, 3]]
    assert [row["best"] for row in run.logbook] == [9.0] * 8
    assert [row["nevals"] for row in run.logbook] == [0] * 8


def test_a_copy_arrives_of_those_that_stay():
    run = evolve(
        start(still_toolbox()),
        population=individuals(9, 1, 2, 2, 3, 3),
        generations=2,
        migration=Migration(every=1, k=1, replacement=tools.selWorst),
    )
    assert counts(island.population for island in run.islands) == [[9, 3], [9, 2], [2, 3]]
    assert len({id(individual) for individual in run.population}) == 6


def test_individuals_are_found_as_themselves():
    class Vector:
        """Like a numpy array, it has no truth value when compared."""

        def __init__(self, value):
            self.value = value
            self.fitness = value

        def __eq__(self, other):
            return np.zeros(2) == 0

        def __hash__(self):
            return hash(self.value)

    islands = [[Vector(1), Vector(2)], [Vector(3), Vector(4)]]
    best = Migration(k=1).exchange(islands)
    assert [[one.value for one in island] for island in best] == [[1, 4], [3, 2]]


def test_a_selection_that_gives_others_is_refused():
    islands = [individuals(1, 2), individuals(3, 4)]
    for k, selection, text in (
        (1, lambda island, k: island, "selection must give the k=1 individuals .* got 2"),
        (2, lambda island, k: [island[0]] * k, "must give different individuals of the island"),
        (1, lambda island, k: individuals(5), "must give different individuals of the island"),
    ):
        with pytest.raises(ValueError, match=text):
            Migration(k=k, selection=selection).exchange(islands)


def test_a_selection_draws_from_the_runs_own_stream():
    def drawing(island, k):
        return random.sample(island, k)

    migration = Migration(every=2, k=2, selection=drawing)
    serial = outcome(evolve(start(ones_toolbox()), migration=migration))
    same(evolve(start(ones_toolbox(), pickling()), migration=migration), serial)


@pytest.mark.parametrize(
    ("settings", "error", "text"),
    [
        ({"every": 0}, ValueError, "every must be an integer of at least 1, got 0"),
        ({"k": -1}, ValueError, "k must be an integer of at least 0, got -1"),
        ({"selection": "best"}, TypeError, "selection must be callable, got 'best'"),
        ({"replacement": 3}, TypeError, "replacement must be callable or None, got 3"),
        ({"array": 3}, TypeError, "array must be a sequence of integers, got 3"),
    ],
)
def test_a_migration_that_cannot_be_is_refused(settings, error, text):
    with pytest.raises(error, match=text):
        Migration(**settings)
