"""Variation of the learning rule that is inherited beside a genome."""

import random
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import kstest

from evograft.operators import cx_plasticity, mut_plasticity


def rule(eta=0.0, decay=0.05):
    return SimpleNamespace(eta=eta, decay=decay)


def test_each_parameter_moves_with_its_probability():
    rng = np.random.default_rng(1)
    mutants = [mut_plasticity(rule(), probability=0.3, rng=rng)[0] for _ in range(4000)]
    eta = np.array([mutant.eta != 0.0 for mutant in mutants])
    decay = np.array([mutant.decay != 0.05 for mutant in mutants])
    deviation = np.sqrt(4000 * 0.3 * 0.7)
    assert abs(eta.sum() - 1200) < 4 * deviation
    assert abs(decay.sum() - 1200) < 4 * deviation
    assert abs((eta & decay).sum() - 360) < 4 * np.sqrt(4000 * 0.09 * 0.91)  # independent coins


def test_steps_are_normal_with_the_given_deviations():
    rng = np.random.default_rng(2)
    mutants = [mut_plasticity(rule(), probability=1, rng=rng)[0] for _ in range(2000)]
    assert kstest([mutant.eta / 0.05 for mutant in mutants], "norm").pvalue > 0.001
    assert kstest([(mutant.decay - 0.05) / 0.005 for mutant in mutants], "norm").pvalue > 0.001


def test_as_many_numbers_are_drawn_as_stated():
    ours, theirs = np.random.default_rng(3), np.random.default_rng(3)
    mutant = rule()
    assert mut_plasticity(mutant, probability=0, rng=ours) == (mutant,)
    theirs.random(2)
    assert mutant == rule()
    mut_plasticity(mutant, probability=1, rng=ours)
    theirs.random()
    eta = theirs.normal(0, 0.05)
    theirs.random()
    assert mutant == rule(eta, 0.05 + theirs.normal(0, 0.005))
    assert ours.bit_generator.state == theirs.bit_generator.state


@settings(deadline=None, derandomize=True)
@given(st.floats(-0.5, 0.5), st.floats(0, 0.1), st.floats(0, 100), st.integers(0, 2**32))
def test_what_moves_stays_in_its_range(eta, decay, deviation, seed):
    mutant, rng = rule(eta, decay), np.random.default_rng(seed)
    for _ in range(5):
        mut_plasticity(mutant, probability=1, eta_sd=deviation, decay_sd=deviation, rng=rng)
        assert -0.5 <= mutant.eta <= 0.5
        assert 0 <= mutant.decay <= 0.1
        assert type(mutant.eta) is type(mutant.decay) is float


def test_a_range_of_one_number_and_no_deviation_leave_no_choice():
    (mutant,) = mut_plasticity(rule(), probability=1, eta_range=(0.2, 0.2), decay_sd=0)
    assert mutant == rule(0.2, 0.05)


def test_parents_exchange_each_parameter_by_a_coin_below_a_half_the_first_keeps_its_own():
    seen = set()
    for seed in range(60):
        a, b = rule(1, 2), rule(3, 4)
        assert cx_plasticity(a, b, rng=np.random.default_rng(seed)) == (a, b)
        keeps = np.random.default_rng(seed).random(2) < 0.5
        assert a == rule(1 if keeps[0] else 3, 2 if keeps[1] else 4)
        assert b == rule(3 if keeps[0] else 1, 4 if keeps[1] else 2)
        seen.add((a.eta, a.decay))
    assert len(seen) == 4


def test_without_a_generator_pythons_stream_decides():
    def varied():
        a, b = rule(0.1, 0.01), rule(0.2, 0.02)
        for _ in range(5):
            cx_plasticity(a, b)
            mut_plasticity(a)
        return a, b

    random.seed(1)
    first = varied()
    random.seed(1)
    assert varied() == first
    random.seed(2)
    assert varied() != first


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"probability": 1.5}, "probability must be a number from 0 to 1, got 1.5"),
        ({"eta_sd": -1}, "eta_sd must be a number of at least 0, got -1"),
        ({"decay_sd": float("nan")}, "decay_sd must be a number of at least 0, got nan"),
        ({"eta_range": (1, 0)}, "eta_range must be two ascending numbers"),
        ({"decay_range": (0, float("nan"))}, "decay_range must be two ascending numbers"),
    ],
)
def test_bad_arguments_are_named(options, message):
    with pytest.raises(ValueError, match=message):
        mut_plasticity(rule(), **options)
