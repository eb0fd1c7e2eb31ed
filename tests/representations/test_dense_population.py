"""Class probabilities of many networks at once: those of each network alone, to the last bit."""

import threading

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from threadpoolctl import threadpool_info, threadpool_limits

from evograft.problems import load
from evograft.representations import dense_population
from evograft.representations.dense_layout import DenseLayout
from evograft.representations.dense_network import ACTIVATIONS
from evograft.representations.dense_population import (
    THREADED_WORK,
    Samples,
    in_threads,
    population_probabilities,
)
from evograft.representations.weight_vector import WeightVector

exact = settings(deadline=None, derandomize=True, max_examples=40)


def probabilities(layout, values, X, threads=None):
    """The probabilities as (n_individuals, n_samples, n_classes)."""
    return population_probabilities(layout, values, Samples(X), threads).transpose(0, 2, 1)


def forward(layout, values, X):
    """The same from each network's own forward."""
    outputs = [layout.develop(WeightVector(each)).forward(X) for each in values]
    if layout.sizes[-1] == 1:
        outputs = [np.hstack([1 - p, p]) for p in outputs]
    return np.array(outputs)


def vectors(layout, n, seed=1, weights=1.0):
    rng = np.random.default_rng(seed)
    return [layout.draw(rng, weights=weights, biases=0.5) for _ in range(n)]


def inputs(n_samples, n_inputs, seed=2):
    return np.random.default_rng(seed).normal(size=(n_samples, n_inputs)).astype(np.float32)


@pytest.mark.parametrize("n_outputs", [1, 2, 5])
@pytest.mark.parametrize("hidden", [(), (7,), (6, 4), (6, 5, 4)])
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_probabilities_are_those_of_each_network(activation, hidden, n_outputs):
    layout = DenseLayout((9, *hidden, n_outputs), activation)
    values = vectors(layout, 4, weights=2.0)
    X = inputs(33, 9)
    P = probabilities(layout, values, X)
    assert P.dtype == np.float32
    assert P.shape == (4, 33, max(2, n_outputs))
    np.testing.assert_allclose(P, forward(layout, values, X), rtol=1e-4, atol=2e-6)
    # The networks tell the samples apart, and differ, so that the equality above says something.
    assert np.ptp(P, axis=1).max(axis=1).min() > 0.02
    assert np.ptp(P, axis=0).max() > 0.1


@exact
@given(
    sizes=st.lists(st.integers(1, 8), min_size=2, max_size=4),
    n_samples=st.integers(1, 12),
    dead=st.sets(st.integers(0, 7)),
    activation=st.sampled_from(ACTIVATIONS),
    seed=st.integers(0, 2**32),
)
def test_inputs_that_are_zero_in_all_samples_may_be_left_out(
    sizes, n_samples, dead, activation, seed
):
    layout = DenseLayout(sizes, activation)
    X = inputs(n_samples, sizes[0], seed)
    X[:, [column for column in dead if column < sizes[0]]] = 0
    values = vectors(layout, 3, seed)
    P = probabilities(layout, values, X)
    np.testing.assert_allclose(P, forward(layout, values, X), rtol=2e-5, atol=1e-6)
    np.testing.assert_allclose(P.sum(axis=2), 1, atol=1e-6)


@pytest.mark.parametrize("n_outputs", [1, 3])
@pytest.mark.parametrize("hidden", [(), (4,)])
def test_of_samples_that_are_all_zero_the_biases_decide(hidden, n_outputs):
    layout = DenseLayout((5, *hidden, n_outputs))
    values = vectors(layout, 2)
    X = np.zeros((6, 5), np.float32)
    P = probabilities(layout, values, X)
    np.testing.assert_allclose(P, forward(layout, values, X), rtol=2e-5, atol=1e-6)
    assert (P[:, :1] == P).all()
    for each in values:  # the weights of the inputs do not count at all
        each[: 5 * layout.sizes[1]] = 1e6
    np.testing.assert_array_equal(probabilities(layout, values, X), P)


def test_digits_are_judged_as_each_network_judges_them():
    X = load("digits").X_train
    margin = load("digits", scaling="unit").X_train
    layout = DenseLayout((64, 16, 10))
    values = vectors(layout, 3, weights=0.5)
    for images in (X, margin):
        P = probabilities(layout, values, images)
        np.testing.assert_allclose(P, forward(layout, values, images), rtol=5e-5, atol=2e-6)
    assert Samples(margin[:50]).live.size < 64


def test_sums_of_any_size_give_probabilities():
    for n_outputs in (1, 3):
        layout = DenseLayout((1, n_outputs))
        values = vectors(layout, 3)
        X = np.array([[1e-30], [80.0], [1e4], [-1e4], [1e30], [-1e30]], np.float32)
        P = probabilities(layout, values, X)
        assert np.isfinite(P).all()
        np.testing.assert_allclose(P, forward(layout, values, X), rtol=1e-4, atol=1e-6)


def test_sums_that_overflow_are_no_probabilities_of_their_network_alone():
    layout = DenseLayout((2, 2, 3), "relu")
    values = vectors(layout, 3)
    expected = probabilities(layout, values, inputs(4, 2))
    values[1][:] = 3e38
    P = probabilities(layout, values, abs(inputs(4, 2)) + 2)
    assert np.isnan(P[1]).all()
    assert np.isfinite(P[[0, 2]]).all()
    np.testing.assert_array_equal(probabilities(layout, values, inputs(4, 2))[0], expected[0])


def test_what_is_left_of_samples_is_a_copy_without_dead_inputs():
    X = inputs(5, 6)
    X[:, [0, 3]] = 0
    X[1:, 4] = 0  # alive in one sample
    X.flags.writeable = False
    samples = Samples(X)
    assert samples.live.tolist() == [1, 2, 4, 5]
    np.testing.assert_array_equal(samples.X, X[:, [1, 2, 4, 5]])
    assert samples.X.dtype == np.float32
    assert samples.X.flags.c_contiguous
    assert samples.X.flags.writeable
    assert not np.shares_memory(samples.X, X)
    assert len(samples) == 5
    full = Samples(inputs(5, 6))
    assert full.live.tolist() == list(range(6))
    np.testing.assert_array_equal(full.X, inputs(5, 6))


def crowd():
    """A population whose evaluation is work enough for threads."""
    layout = DenseLayout((64, 32, 10))
    X = inputs(300, 64)
    X[:, ::5] = 0
    values = vectors(layout, 24)
    assert len(values) * len(X) * layout.n_connections > THREADED_WORK
    return layout, values, X


def test_results_do_not_depend_on_threads(monkeypatch):
    layout, values, X = crowd()
    used = []
    original = dense_population.in_threads

    def noted(run, n, threads):
        used.append(threads)
        original(run, n, threads)

    monkeypatch.setattr(dense_population, "in_threads", noted)
    alone = probabilities(layout, values, X, threads=1)
    for threads in (2, 3, 40, None):
        np.testing.assert_array_equal(probabilities(layout, values, X, threads), alone)
    assert used[:4] == [1, 2, 3, 40]
    with threadpool_limits(1):
        np.testing.assert_array_equal(probabilities(layout, values, X, threads=1), alone)


def test_results_do_not_depend_on_who_else_is_there():
    layout, values, X = crowd()
    together = probabilities(layout, values, X)
    for i in (0, 7, 23):
        np.testing.assert_array_equal(probabilities(layout, [values[i]], X)[0], together[i])
    backwards = probabilities(layout, values[::-1], X)
    np.testing.assert_array_equal(backwards[::-1], together)
    twice = probabilities(layout, [values[3], values[5], values[3]], X)
    np.testing.assert_array_equal(twice, together[[3, 5, 3]])


def test_nothing_that_is_given_changes():
    layout, values, X = crowd()
    samples = Samples(X)
    before = samples.X.copy(), [each.copy() for each in values]
    population_probabilities(layout, values, samples)
    np.testing.assert_array_equal(samples.X, before[0])
    np.testing.assert_array_equal(values, before[1])


def test_nobody_and_no_sample_give_nothing():
    layout = DenseLayout((3, 2, 4))
    assert probabilities(layout, [], inputs(5, 3)).shape == (0, 5, 4)
    assert probabilities(layout, vectors(layout, 2), inputs(0, 3)).shape == (2, 0, 4)


@pytest.mark.parametrize(("n", "threads"), [(0, 2), (1, 2), (2, 5), (100, 1), (100, 2), (101, 3)])
def test_every_number_is_run_once(n, threads):
    runs: list[int] = []
    in_threads(runs.append, n, threads)
    assert sorted(runs) == list(range(n))


def test_threads_are_used_where_asked_for_and_blas_starts_none():
    def blas_threads():
        return {pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"}

    main, used, limits = threading.get_ident(), set(), set()
    meeting = threading.Barrier(2, timeout=10)

    def run(i):
        if i < 2:  # two numbers of different parts, which wait for each other
            meeting.wait()
        used.add(threading.get_ident())
        limits.update(blas_threads())

    with threadpool_limits(2, user_api="blas"):
        before = blas_threads()
        in_threads(run, 8, 2)
        assert blas_threads() == before
    assert len(used) == 2
    assert main not in used
    assert limits == {1}
    used.clear()
    in_threads(lambda i: used.add(threading.get_ident()), 8, 1)
    assert used == {main}


def test_an_error_in_a_thread_comes_out_and_blas_is_free_again():
    def run(i):
        if i == 5:
            raise ArithmeticError("at 5")

    before = threadpool_info()
    for threads in (1, 2):
        with pytest.raises(ArithmeticError, match="at 5"):
            in_threads(run, 9, threads)
    assert threadpool_info() == before
