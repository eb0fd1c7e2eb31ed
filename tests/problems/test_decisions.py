"""From class probabilities to how right a decision is: largest, drawn and expected."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from scipy import stats

from evograft.problems.decisions import DECISIONS, judge_decisions

exact = settings(deadline=None, derandomize=True)

NAN = math.nan

WRONG = {"sampled": 0.0, "argmax": 0.0, "expected": 0.0, "logarithmic": -11.0}
"""What is earned where the true class has no probability at all."""


def judged(P, labels, decision, seeds=None):
    """Judge *P*, (n, n_samples, n_classes); all classifiers have the seed 0 where none is given."""
    P = np.ascontiguousarray(np.asarray(P, np.float32).transpose(0, 2, 1))
    seeds = np.zeros(len(P)) if seeds is None else seeds
    return judge_decisions(P, np.array(labels, np.int64), decision, np.array(seeds, np.uint64))


def of_one(rows, labels, decision, seed=0):
    """Judge the decisions of one classifier."""
    return judged([rows], labels, decision, [seed])[0]


@st.composite
def classifiers(draw):
    """Probabilities, many of which are equal, and labels."""
    shape = draw(st.tuples(st.integers(1, 3), st.integers(0, 6), st.integers(2, 5)))
    P = draw(arrays.arrays(np.float32, shape, elements=st.integers(0, 4).map(lambda k: k / 4)))
    labels = draw(st.lists(st.integers(0, shape[2] - 1), min_size=shape[1], max_size=shape[1]))
    return P, labels


@exact
@given(classifiers())
def test_the_largest_decides_and_of_equals_the_first(classifier):
    P, labels = classifier
    right = judged(P, labels, "argmax")
    assert right.dtype == np.float32
    np.testing.assert_array_equal(right, P.argmax(axis=2) == np.array(labels, np.int64))


def test_equals_and_hairs_breadths_are_told_apart():
    hair = np.nextafter(np.float32(0.5), np.float32(1))
    rows = [[0.5, 0.5], [0.5, 0.5], [0.5, hair], [0.5, hair], [0.2, 0.4, 0.4][1:], [0.0, 0.0]]
    assert of_one(rows, [0, 1, 0, 1, 1, 0], "argmax").tolist() == [1, 0, 0, 1, 0, 1]


@exact
@given(classifiers())
def test_expected_is_the_probability_of_the_true_class(classifier):
    P, labels = classifier
    expected = P[:, np.arange(len(labels)), np.array(labels, np.int64)]
    np.testing.assert_array_equal(judged(P, labels, "expected"), expected)


@pytest.mark.parametrize("decision", DECISIONS)
def test_nan_is_never_right(decision):
    rows = [[NAN, NAN], [NAN, NAN], [NAN, 1.0], [1.0, NAN]]
    for seed in range(50):
        assert of_one(rows, [0, 1, 0, 1], decision, seed).tolist() == [WRONG[decision]] * 4


@pytest.mark.parametrize("decision", DECISIONS)
def test_where_a_class_is_certain_every_decision_is_for_it(decision):
    labels = np.tile(np.arange(4), 500)
    certain = np.eye(4)[labels]
    for seed in range(20):
        assert (of_one(certain, labels, decision, seed) == 1).all()
        wrong = of_one(certain, (labels + 1) % 4, decision, seed)
        assert (wrong == WRONG[decision]).all()


@exact
@given(st.floats(0, 1, width=32))
def test_the_logarithm_is_decimal_and_has_a_floor(p):
    (score,) = of_one([[1 - p, p]], [1], "logarithmic")
    assert score == pytest.approx(1 + math.log10(max(p, 1e-12)), abs=1e-5)


def test_drawn_decisions_are_right_as_often_as_the_true_class_is_probable():
    shares = np.array([0.02, 0.25, 0.5, 0.73, 0.99])
    draws = 4000
    rows = np.zeros((shares.size * draws, 3))
    rows[:, 1] = np.repeat(shares, draws)
    rows[:, 0] = 1 - rows[:, 1]
    right = of_one(rows, np.ones(len(rows)), "sampled", seed=5)
    assert set(right.tolist()) == {0, 1}
    hits = right.reshape(shares.size, draws).sum(axis=1)
    chi2 = ((hits - draws * shares) ** 2 / (draws * shares * (1 - shares))).sum()
    assert stats.chi2.sf(chi2, shares.size) > 0.001
    # Decisions on neighbouring samples are independent.
    half = right.reshape(shares.size, draws)[2].reshape(-1, 2).astype(int)
    counts = np.bincount(half[:, 0] * 2 + half[:, 1], minlength=4)
    assert stats.chisquare(counts).pvalue > 0.001


def test_drawn_decisions_are_right_as_often_over_the_seeds():
    seeds = np.arange(4000)
    P = np.tile(np.float32([0.3, 0.1, 0.6]), (seeds.size, 3, 1))
    right = judged(P, [0, 1, 2], "sampled", seeds)
    shares = np.array([0.3, 0.1, 0.6])
    deviations = (right.sum(axis=0) - seeds.size * shares) / np.sqrt(
        seeds.size * shares * (1 - shares)
    )
    assert stats.chi2.sf((deviations**2).sum(), 3) > 0.001
    # Nor do the samples of one seed go together.
    assert abs(np.corrcoef(right.T) - np.eye(3)).max() < 4 / math.sqrt(seeds.size)


def test_what_is_drawn_depends_on_the_seed_alone():
    P = np.tile(np.float32([0.4, 0.6]), (4, 200, 1))
    labels = np.arange(200) % 2
    seeds = [7, 2**64 - 1, 7, 0]
    right = judged(P, labels, "sampled", seeds)
    np.testing.assert_array_equal(right[0], right[2])
    assert len({row.tobytes() for row in right}) == 3
    np.testing.assert_array_equal(judged(P, labels, "sampled", seeds), right)
    for i, seed in enumerate(seeds):
        np.testing.assert_array_equal(of_one(P[i], labels, "sampled", seed), right[i])
    # Nor on how many samples follow.
    np.testing.assert_array_equal(of_one(P[0, :50], labels[:50], "sampled", 7), right[0, :50])


def test_a_more_probable_class_is_right_wherever_it_was_before():
    # One uniform number a sample decides: common random numbers for all that share a seed.
    low, high = (np.tile([1 - p, p], (500, 1)) for p in (0.3, 0.6))
    before, after = (of_one(rows, np.ones(500), "sampled", 3) for rows in (low, high))
    assert (after >= before).all()
    assert after.sum() > before.sum()


@pytest.mark.parametrize("decision", ["argmax", "expected", "logarithmic"])
def test_seeds_matter_to_what_is_drawn_only(decision):
    P = np.random.default_rng(1).dirichlet([1, 1, 1], 40)
    labels = np.arange(40) % 3
    np.testing.assert_array_equal(of_one(P, labels, decision, 1), of_one(P, labels, decision, 2))


@pytest.mark.parametrize("decision", DECISIONS)
def test_nobody_and_no_sample_are_judged(decision):
    assert judged(np.zeros((0, 3, 2)), [0, 1, 0], decision).shape == (0, 3)
    assert judged(np.zeros((2, 0, 2)), [], decision).shape == (2, 0)


def test_an_unknown_decision_is_refused():
    with pytest.raises(ValueError, match="decision must be one of 'sampled', 'argmax', 'expected'"):
        judged(np.zeros((1, 1, 2)), [0], "best")
