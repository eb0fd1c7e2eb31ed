import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evograft.operators import replace_elitist
from evograft.representations.fitness import ObjectiveFitness


class Individual:
    """A name and a loss to be minimised."""

    def __init__(self, name, loss, weight=-1.0):
        self.name = name
        self.fitness = ObjectiveFitness((weight,), (loss,))


def crowd(prefix, losses, weight=-1.0):
    return [Individual(f"{prefix}{i}", loss, weight) for i, loss in enumerate(losses)]


def names(individuals):
    return [individual.name for individual in individuals]


@pytest.mark.parametrize(
    ("elite", "kept"),
    [(0, 0), (0.0, 0), (1e-9, 1), (0.05, 1), (0.14, 1), (0.2, 2), (0.5, 5), (0.99, 10), (1, 10)],
)
def test_the_share_of_parents_is_rounded_but_one_stays_if_any(elite, kept):
    result = replace_elitist(crowd("p", range(10)), crowd("o", range(10)), elite=elite)
    assert names(result) == [f"p{i}" for i in range(kept)] + [f"o{i}" for i in range(10 - kept)]


def test_five_percent_is_the_default():
    result = replace_elitist(crowd("p", range(60)), crowd("o", range(60)))
    assert names(result) == ["p0", "p1", "p2"] + [f"o{i}" for i in range(57)]


def test_the_best_go_first_whatever_their_order_and_the_earlier_among_equals():
    parents = crowd("p", [3, 1, 2, 1])
    offspring = crowd("o", [9, 0, 5, 0, 5])
    assert names(replace_elitist(parents, offspring, elite=0.5)) == ["p1", "p3", "o1", "o3"]
    assert names(parents) == ["p0", "p1", "p2", "p3"]  # the arguments stay as they are
    assert names(offspring) == ["o0", "o1", "o2", "o3", "o4"]


def test_a_maximised_objective_keeps_the_highest():
    result = replace_elitist(crowd("p", [1, 3, 2], 1.0), crowd("o", [5, 7, 6], 1.0), elite=0.4)
    assert names(result) == ["p1", "o1", "o2"]


def test_worse_offspring_still_replace_all_but_the_elite():
    result = replace_elitist(crowd("p", [0, 0, 0, 0]), crowd("o", [9, 8, 7, 6]), elite=0.25)
    assert names(result) == ["p0", "o3", "o2", "o1"]


def test_more_parents_stay_where_the_offspring_are_too_few():
    result = replace_elitist(crowd("p", [4, 3, 2, 1]), crowd("o", [9]), elite=0.25)
    assert names(result) == ["p3", "p2", "p1", "o0"]
    assert names(replace_elitist(crowd("p", [2, 1]), [])) == ["p1", "p0"]


@settings(deadline=None, derandomize=True)
@given(
    st.lists(st.integers(0, 5), max_size=20),
    st.lists(st.integers(0, 5), max_size=30),
    st.floats(0, 1),
)
def test_the_next_generation_is_as_large_as_the_last(parents, offspring, elite):
    old, new = crowd("p", parents), crowd("o", offspring)
    result = replace_elitist(old, new, elite=elite)
    assert len(result) == len(old)
    assert len({id(individual) for individual in result}) == len(result)
    assert {id(individual) for individual in result} <= {id(i) for i in old + new}


@pytest.mark.parametrize("elite", [-0.1, 1.1, float("nan")])
def test_the_elite_must_be_a_share(elite):
    with pytest.raises(ValueError, match=f"elite must be a number from 0 to 1, got {elite}"):
        replace_elitist([], [], elite=elite)
