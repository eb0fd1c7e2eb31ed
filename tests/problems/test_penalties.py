"""Penalties on genomes and networks against recorded ones, and what must hold of them."""

from types import SimpleNamespace

import pytest
from fixtures import fixture
from hypothesis import given
from hypothesis import strategies as st

from evograft.problems.penalties import (
    Penalties,
    connection_factor,
    dimension_factor,
    morphogen_factor,
    step_factor,
)
from evograft.representations.morphogenesis import Genome

ALL = Penalties(morphogens=True, steps=True, dimensions=True, connections=True)


def test_the_penalty_on_connections_is_the_recorded_one():
    for row in fixture("morphonas", "operators")["penalty_table"]:
        m = row["conn"]
        assert connection_factor(m) == pytest.approx(row["default"], rel=1e-15, abs=0)
        strong = connection_factor(m, theta=6, h=200, a=0.2)
        assert strong == pytest.approx(row["strong_6_200_02"], rel=1e-15, abs=0)


def test_a_fitness_with_all_penalties_is_the_recorded_one():
    for row in fixture("morphonas", "operators")["fitness_network"]:
        x, y = row["size"]
        genome = SimpleNamespace(
            num_morphogens=row["num_morphogens"],
            max_growth_steps=row["max_growth_steps"],
            size_x=x,
            size_y=y,
        )
        fitness = ALL.apply(row["network"], genome, len(row["edges"]))
        assert fitness == pytest.approx(row["network_all_penalties"], rel=3e-16, abs=0)


def test_small_genomes_and_networks_cost_nothing():
    genome = Genome(num_morphogens=3, max_growth_steps=100, size_x=10, size_y=10)
    assert ALL.factor(genome, 50) == 1.0


def test_each_penalty_by_hand():
    assert morphogen_factor(10) == pytest.approx(0.93)
    assert step_factor(600) == pytest.approx(0.95)
    assert dimension_factor(400) == pytest.approx(0.9997)
    assert connection_factor(525) == pytest.approx(0.8 + 0.2 / 2**0.5)
    genome = Genome(num_morphogens=10, max_growth_steps=600, size_x=20, size_y=20)
    factors = [0.93, 0.95, 0.9997, 0.9]
    for i, name in enumerate(("morphogens", "steps", "dimensions", "connections")):
        alone = Penalties(**{name: True})
        assert alone.factor(genome, 1000) == pytest.approx(factors[i])
    assert ALL.factor(genome, 1000) == pytest.approx(0.93 * 0.95 * 0.9997 * 0.9)
    assert Penalties().factor(genome, 1000) == 1.0


def test_huge_genomes_are_worth_nothing_and_never_less():
    assert morphogen_factor(1000) == step_factor(10**9) == dimension_factor(10**9) == 0.0
    genome = Genome(max_growth_steps=10**9)
    assert ALL.factor(genome, 10**9) == 0.0


@given(
    st.integers(0, 10**6),
    st.floats(0, 1e5),
    st.floats(1e-3, 1e5),
    st.floats(0, 1),
)
def test_the_penalty_on_connections_falls_from_one_to_a(m, theta, width, a):
    factor = connection_factor(m, theta=theta, h=theta + width, a=a)
    assert a <= factor <= 1 + 1e-15
    assert connection_factor(m + 1, theta=theta, h=theta + width, a=a) <= factor + 1e-15
    assert (factor == 1) or m > theta


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"theta": -1}, "theta must be a number of at least 0, got -1"),
        ({"theta": 60, "h": 60}, "h must be a number above theta, 60, got 60"),
        ({"a": 1.5}, "a must be a number from 0 to 1, got 1.5"),
        ({"steps": "no"}, "steps must be one of True, False, got 'no'"),
    ],
)
def test_a_parameter_that_breaks_its_rule_is_refused(options, message):
    with pytest.raises(ValueError, match=message):
        Penalties(**options)
