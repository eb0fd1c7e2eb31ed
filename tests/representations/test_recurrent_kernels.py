import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evograft.representations import _math
from evograft.representations import _recurrent_kernels as kernels

f32 = np.float32
LARGEST = np.finfo(np.float32).max
seeds = st.integers(0, 2**32 - 1)
flags = st.booleans()


def random_rows(rng, most=12):
    """Rows by receiver of a random digraph, self-loops and empty rows among them."""
    n = int(rng.integers(1, most + 1))
    receivers, senders = np.nonzero(rng.random((n, n)) < rng.random())
    indptr = np.searchsorted(receivers, np.arange(n + 1)).astype(np.int32)
    weights = rng.normal(size=senders.size).astype(np.float32)
    return indptr, senders.astype(np.int32), weights


def matrix(indptr, sources, weights):
    n = indptr.size - 1
    dense = np.zeros((n, n), np.float32)
    dense[np.repeat(np.arange(n), np.diff(indptr)), sources] = weights
    return dense


def propagated(state, rows, thinking_time, additive=False, relu=False):
    result, scratch = state.copy(), np.full_like(state, np.nan)
    kernels.propagate(result, scratch, *rows, thinking_time, additive, relu)
    return result


def slow_round(dense, state, additive, relu):
    """One round of one network, the sums in float32 and in ascending order of the senders."""
    after = np.empty_like(state)
    for i, row in enumerate(dense):
        total = f32(0)
        for weight, activity in zip(row, state, strict=True):
            total += weight * activity
        value = max(total, f32(0)) if relu else _math.tanh(total)
        after[i] = state[i] + value if additive else value
    return after


@settings(deadline=None)  # the first call compiles
@given(seeds, st.integers(0, 5), st.integers(1, 9), flags, flags)
def test_every_lane_has_the_bits_of_a_dense_network_alone(
    seed, thinking_time, lanes, additive, relu
):
    rng = np.random.default_rng(seed)
    rows = random_rows(rng)
    state = rng.normal(size=(rows[0].size - 1, lanes)).astype(np.float32)
    dense = matrix(*rows)
    result = propagated(state, rows, thinking_time, additive, relu)
    for lane in range(lanes):
        expected = state[:, lane].copy()
        for _ in range(thinking_time):
            expected = slow_round(dense, expected, additive, relu)
        np.testing.assert_array_equal(result[:, lane], expected)
        alone = propagated(state[:, lane : lane + 1].copy(), rows, thinking_time, additive, relu)
        np.testing.assert_array_equal(alone[:, 0], result[:, lane])


def test_many_lanes_are_a_matrix_product_and_tanh():
    rng = np.random.default_rng(5)
    n, lanes = 60, 77
    receivers, senders = np.nonzero(rng.random((n, n)) < 0.05)
    indptr = np.searchsorted(receivers, np.arange(n + 1)).astype(np.int32)
    weights = rng.normal(0, 0.5, senders.size).astype(np.float32)
    rows = (indptr, senders.astype(np.int32), weights)
    state = rng.normal(size=(n, lanes)).astype(np.float32)
    expected = state.astype(np.float64)
    for _ in range(3):
        expected = np.tanh(matrix(*rows).astype(np.float64) @ expected)
    np.testing.assert_allclose(propagated(state, rows, 3), expected, atol=1e-6)


def one_neuron(weight):
    return np.array([0, 1], np.int32), np.zeros(1, np.int32), np.array([weight], np.float32)


@pytest.mark.parametrize("additive", [False, True])
@pytest.mark.parametrize("lanes", [1, 3])
def test_relu_activity_stays_finite(lanes, additive):
    state = np.full((1, lanes), 2.0, np.float32)
    result = propagated(state, one_neuron(10.0), 100, additive, True)
    assert (result == LARGEST).all()


def test_opposite_infinities_count_as_nothing_in_a_relu():
    weights = np.array([10.0, -10.0], np.float32)
    rows = (np.array([0, 2, 2], np.int32), np.array([0, 1], np.int32), weights)
    state = np.full((2, 1), LARGEST, np.float32)
    assert propagated(state, rows, 1, relu=True).tolist() == [[0.0], [0.0]]


def learned(state, rows, plastic, thinking_time, additive, relu, eta, decay, clamp):
    """State, weights and plastic parts after one call; every lane begins with the same weights."""
    indptr, sources, weights = rows
    state, plastic = state.copy(), plastic.copy()
    own = np.repeat(weights[:, None], state.shape[1], axis=1)
    kernels.propagate_hebbian(
        state, np.full_like(state, np.nan), indptr, sources, own, plastic,
        thinking_time, additive, relu, eta, decay, clamp,
    )  # fmt: skip
    return state, own, plastic


@settings(deadline=None)  # the first call compiles
@given(seeds, st.integers(0, 5), st.integers(1, 9), flags, flags, st.floats(0, 1))
def test_without_a_rate_learning_leaves_all_as_it_is(
    seed, thinking_time, lanes, additive, relu, decay
):
    rng = np.random.default_rng(seed)
    rows = random_rows(rng)
    state = rng.normal(size=(rows[0].size - 1, lanes)).astype(np.float32)
    plastic = np.zeros((rows[1].size, lanes), np.float32)
    result, weights, plastic = learned(
        state, rows, plastic, thinking_time, additive, relu, 0.0, decay, 0.0
    )
    expected = propagated(state, rows, thinking_time, additive, relu)
    np.testing.assert_array_equal(result, expected)
    np.testing.assert_array_equal(weights, np.repeat(rows[2][:, None], lanes, axis=1))
    assert not plastic.any()


@settings(deadline=None)  # the first call compiles
@given(seeds, st.integers(0, 4), st.floats(-0.5, 0.5), st.floats(0, 1), st.sampled_from([0.0, 0.1]))
def test_learning_is_that_of_the_formula_in_every_lane(seed, thinking_time, eta, decay, clamp):
    rng = np.random.default_rng(seed)
    rows = random_rows(rng)
    indptr, sources, weights = rows
    lanes = 5
    state = rng.normal(size=(indptr.size - 1, lanes)).astype(np.float32)
    before = rng.uniform(-0.05, 0.05, (sources.size, lanes)).astype(np.float32)
    receivers = np.repeat(np.arange(indptr.size - 1), np.diff(indptr))
    now, correlation = state, np.zeros((sources.size, lanes))
    for _ in range(thinking_time):
        after = propagated(now, rows, 1)
        correlation += after[receivers].astype(np.float64) * now[sources]
        now = after
    expected = (1 - decay) * before + eta * correlation
    if clamp:
        expected = expected.clip(-clamp, clamp)
    result, own, plastic = learned(
        state, rows, before, thinking_time, False, False, eta, decay, clamp
    )
    np.testing.assert_array_equal(result, now)
    np.testing.assert_allclose(plastic, expected, atol=2e-6)
    np.testing.assert_allclose(own, weights[:, None] + (expected - before), atol=2e-6)


def test_a_lane_learns_from_its_own_activity_with_its_own_weights():
    rng = np.random.default_rng(3)
    rows = random_rows(rng)
    n, m, lanes = rows[0].size - 1, rows[1].size, 6
    assert m > 0
    arrays = [rng.normal(size=(size, lanes)).astype(np.float32) for size in (n, m, m)]

    def run(state, weights, plastic):
        parts = [part.copy() for part in (state, weights, plastic)]
        for _ in range(3):
            kernels.propagate_hebbian(
                parts[0], np.empty_like(state), *rows[:2], *parts[1:],
                3, False, False, 0.1, 0.01, 2.0,
            )  # fmt: skip
        return parts

    together = run(*arrays)
    for lane in range(lanes):
        alone = run(*(part[:, lane : lane + 1] for part in arrays))
        for whole, part in zip(together, alone, strict=True):
            np.testing.assert_array_equal(whole[:, lane : lane + 1], part)


@settings(deadline=None)  # the first call compiles
@given(seeds)
def test_the_longest_shortest_path_is_that_of_networkx(seed):
    rows = random_rows(np.random.default_rng(seed), most=15)
    graph = nx.from_numpy_array(matrix(*rows) != 0, create_using=nx.DiGraph)
    if nx.is_strongly_connected(graph):
        expected = nx.diameter(graph)
    else:
        lengths = dict(nx.all_pairs_shortest_path_length(graph))
        expected = max(max(reached.values()) for reached in lengths.values())
    assert kernels.longest_shortest_path(*rows[:2]) == expected


@pytest.mark.parametrize("n", [1, 2, 63, 64, 65, 200])
def test_a_chain_is_as_long_as_it_is_and_a_ring_one_less_than_its_size(n):
    indptr = np.arange(-1, n, dtype=np.int32).clip(0)
    chain = np.arange(n - 1, dtype=np.int32)
    assert kernels.longest_shortest_path(indptr, chain) == n - 1
    back = np.arange(n + 1, dtype=np.int32).clip(0, n - 1)
    assert kernels.longest_shortest_path(back, np.arange(1, n, dtype=np.int32)) == n - 1
    ring = np.concatenate(([n - 1], chain)).astype(np.int32)
    assert kernels.longest_shortest_path(np.arange(n + 1, dtype=np.int32), ring) == n - 1
