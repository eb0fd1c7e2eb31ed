"""The budget is kept to the evaluation, and every improvement is written down."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evograft.problems.objectives import WORST
from evograft.studies.bench.leaderboard.anytime import AnytimeCurve
from evograft.studies.bench.leaderboard.meter import Meter

VALUES = st.lists(st.integers(-5, 5).map(float), min_size=1, max_size=30)


def metered(evaluations, cost=None, optimum=None, each=1.0):
    """A meter of numbers that are their own values, and the list of those it has asked for."""
    asked = []

    def query(numbers):
        asked.extend(numbers)
        return np.array(numbers, float), np.full(len(numbers), each)

    return Meter(query, evaluations, cost, optimum), asked


def spend(meter, values, sizes):
    """Evaluate *values* in batches of *sizes*, which repeat."""
    found, start, turn = [], 0, 0
    while start < len(values):
        batch = values[start : start + sizes[turn % len(sizes)]]
        found += meter.batch(batch)
        start, turn = start + len(batch), turn + 1
    return [value for (value,) in found]


@given(VALUES, st.lists(st.integers(1, 7), min_size=1, max_size=4), st.integers(1, 40))
def test_exactly_the_first_individuals_of_the_budget_are_queried(values, sizes, budget):
    meter, asked = metered(budget)
    found = spend(meter, values, sizes)
    assert asked == values[:budget]
    assert found == values[:budget] + [-WORST] * max(0, len(values) - budget)
    assert meter.over == (len(values) >= budget)


@given(VALUES, st.lists(st.integers(1, 7), min_size=1, max_size=4))
def test_improvements_are_those_of_a_running_maximum_however_batches_are_cut(values, sizes):
    meter, _ = metered(100)
    spend(meter, values, sizes)
    best, expected = -math.inf, []
    for place, value in enumerate(values, start=1):
        if value > best:
            best = value
            expected.append((place, float(place), value))
    assert meter.ledger.improvements == expected
    assert meter.ledger.evaluations == len(values)


def test_the_query_that_reaches_the_cost_is_the_last():
    meter, asked = metered(100, cost=7.5, each=2.5)
    assert [*meter.batch([1.0, 2.0])] == [(1.0,), (2.0,)]
    assert not meter.over
    assert meter.batch([3.0, 4.0, 5.0]) == [(3.0,), (-WORST,), (-WORST,)]
    assert meter.over
    assert (meter.ledger.evaluations, meter.ledger.cost) == (3, 7.5)
    assert asked == [1.0, 2.0, 3.0]  # nothing is asked for that cannot be paid


def test_nothing_is_queried_once_the_optimum_is_found():
    meter, asked = metered(100, optimum=2.0)
    meter.batch([1.0])
    assert meter.batch([2.0, 3.0]) == [(2.0,), (-WORST,)]
    assert meter.batch([5.0]) == [(-WORST,)]
    assert asked == [1.0, 2.0, 3.0]
    assert meter.ledger.best == 2.0


def test_a_state_is_not_changed_by_what_follows_and_brings_it_back():
    meter, _ = metered(100)
    meter.batch([1.0, 3.0])
    state = meter.state()
    meter.batch([4.0])
    other, _ = metered(100)
    other.restore(state)
    assert (
        other.state()
        == state
        == {
            "evaluations": 2,
            "cost": 2.0,
            "improvements": ((1, 1.0, 1.0), (2, 2.0, 3.0)),
        }
    )
    assert other.batch([2.0, 4.0]) == [(2.0,), (4.0,)]
    assert other.ledger.improvements[-1] == (4, 4.0, 4.0)


def test_one_individual_is_a_batch_of_one_and_none_are_no_query():
    meter, asked = metered(2)
    assert meter(3.0) == (3.0,)
    assert meter.batch([]) == []
    assert asked == [3.0]


def test_a_value_that_is_no_number_is_the_worst():
    meter, _ = metered(3)
    assert meter.batch([math.nan, 1.0]) == [(-WORST,), (1.0,)]
    assert meter.ledger.improvements == [(1, 1.0, -WORST), (2, 2.0, 1.0)]


def test_a_search_that_finds_nothing_has_a_curve():
    meter, _ = metered(3)
    meter.batch([math.nan] * 3)
    assert AnytimeCurve.of_spent(meter.state()).best.tolist() == [-WORST, -WORST]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"evaluations": 0}, "evaluations must be an integer of at least 1, got 0"),
        ({"evaluations": 5, "cost": 0}, "cost must be a number above 0, got 0"),
    ],
)
def test_a_budget_of_nothing_is_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        metered(**arguments)
