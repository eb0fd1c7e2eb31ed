"""Networks that differ from a mean in one hidden neuron, and their losses all at once."""

import copy
import pickle

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evograft.representations.dense_layout import DenseLayout
from evograft.representations.dense_network import ACTIVATIONS
from evograft.representations.feature_basis import FeatureBasis
from evograft.representations.neuron_noise import Neighbour, Neighbourhood, common_neighbourhood
from evograft.representations.neuron_space import NeuronSpace
from evograft.representations.weight_vector import WeightVector

SCALES = (0.5, 0.7, 0.3)

exact = settings(deadline=None, derandomize=True, max_examples=25)


def inputs(n=50, n_inputs=5, seed=2):
    rng = np.random.default_rng(seed)
    return (rng.normal(size=(n, n_inputs)) * np.arange(1, n_inputs + 1) + 1).astype(np.float32)


def make_space(sizes=(5, 4, 3), activation="tanh", components=3, scales=SCALES):
    basis = FeatureBasis.of(inputs(n_inputs=sizes[0]), components, 0.5)
    return NeuronSpace(DenseLayout(sizes, activation), basis, scales)


def make_neighbourhood(space, pairs=6, sigma=0.3, seed=3):
    rng = np.random.default_rng(seed)
    mean = space.draw(rng, 1.0)
    # Biases are drawn as zero, which would hide what is done to them.
    mean += 0.3 * rng.standard_normal(mean.shape, np.float32)
    neurons = np.sort(np.resize(rng.permutation(space.hidden), pairs))
    noise = rng.standard_normal((pairs, space.noise_size), np.float32)
    return Neighbourhood(space, mean, neurons, noise, sigma)


def neighbours(neighbourhood):
    return [Neighbour.of(neighbourhood, number) for number in range(len(neighbourhood))]


def activated(sums, activation):
    if activation == "tanh":
        return np.tanh(sums)
    return np.maximum(sums, 0) if activation == "relu" else 1 / (1 + np.exp(-sums))


def outputs(layout, values, X):
    """The sums (n_samples, n_outputs) of a network, in float64."""
    (w, b), (v, c) = ((m.astype(np.float64), n) for m, n in layout.layers(values))
    sums = X.astype(np.float64) @ w + b
    return activated(sums, layout.activation) @ v + c


def cross_entropy(sums, labels):
    """As where it is computed from probabilities, none of which counts as less than 1e-12."""
    top = sums.max(axis=1, keepdims=True)
    exact = np.log(np.exp(sums - top).sum(axis=1)) + top[:, 0] - sums[range(len(sums)), labels]
    return np.minimum(exact, -np.log(1e-12))


def slow_losses(neighbourhood, X, labels):
    layout = neighbourhood.space.layout
    vectors = map(neighbourhood.values, range(len(neighbourhood)))
    return np.array([cross_entropy(outputs(layout, v, X), labels).mean() for v in vectors])


# The space.


def test_the_sizes_are_those_of_the_layout_and_the_basis():
    space = make_space()
    assert (space.hidden, space.classes, space.basis.n_features) == (4, 3, 3)
    assert space.size == 4 * (3 + 1 + 3) + 3
    assert space.noise_size == 3 + 1 + 3 + 3


def test_split_gives_views_that_cover_every_coordinate_once():
    space = make_space()
    point = np.arange(space.size, dtype=np.float32)
    parts = space.split(point)
    assert [part.shape for part in parts] == [(4, 3), (4,), (4, 3), (3,)]
    assert all(np.shares_memory(part, point) for part in parts)
    np.testing.assert_array_equal(np.concatenate([part.ravel() for part in parts]), point)
    for part in parts:
        part += 100
    np.testing.assert_array_equal(point, 100 + np.arange(space.size))


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("sizes", [(5, 4, 3), (5, 1, 2), (5, 7, 1)])
def test_the_weights_of_a_point_make_the_network_that_works_on_features(activation, sizes):
    space, X = make_space(sizes, activation), inputs(20, seed=4)
    point = np.random.default_rng(5).standard_normal(space.size, np.float32)
    a, b, c, d = space.split(point)
    sums = space.basis.features(X) @ a.T + 0.5 * b
    expected = activated(sums, activation) @ (0.7 * c) + 0.3 * d
    values = space.values(point)
    assert values.dtype == np.float32
    np.testing.assert_allclose(outputs(space.layout, values, X), expected, rtol=1e-4, atol=1e-5)
    # The network's own forward agrees, so that the outputs of this file are the package's.
    found = space.layout.develop(WeightVector(values)).forward(X)
    if sizes[-1] > 1:
        shares = np.exp(expected - expected.max(axis=1, keepdims=True))
        expected = shares / shares.sum(axis=1, keepdims=True)
    else:
        expected = 1 / (1 + np.exp(-expected))
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-5)


def test_a_point_of_ones_shows_the_units():
    a, b, c, d = make_space().network(np.ones(make_space().size, np.float32))
    for part, unit in zip((a, b, c, d), (1.0, *SCALES), strict=True):
        np.testing.assert_array_equal(part, np.float32(unit))


def test_a_drawn_point_has_the_spread_that_it_says():
    space = make_space((5, 4000, 3), scales=(0.5, 0.25, 2.0))
    point = space.draw(np.random.default_rng(6), 0.8)
    incoming, biases, outgoing, output_biases = space.network(point)
    assert incoming.std() == pytest.approx(0.8, rel=0.03)
    assert outgoing.std() == pytest.approx(4000**-0.5, rel=0.03)
    assert abs(incoming.mean()) < 0.03
    assert not biases.any()
    assert not output_biases.any()
    np.testing.assert_array_equal(space.draw(np.random.default_rng(6), 0.8), point)


@pytest.mark.parametrize("hidden", [(), (4, 4), (1, 2, 3)])
def test_any_other_number_of_hidden_layers_is_refused(hidden):
    layout = DenseLayout((5, *hidden, 3))
    with pytest.raises(ValueError, match=r"hidden must be one layer for noise by neuron, got \("):
        NeuronSpace(layout, FeatureBasis.plain(5), SCALES)


# The networks of a neighbourhood.


def test_a_pair_lies_on_either_side_of_the_mean():
    neighbourhood = make_neighbourhood(make_space())
    before = neighbourhood.mean.copy()
    mean = neighbourhood.space.values(neighbourhood.mean)
    for pair in range(6):
        plus, minus = neighbourhood.values(2 * pair), neighbourhood.values(2 * pair + 1)
        np.testing.assert_allclose(plus + minus, 2 * mean, atol=1e-5)
        assert np.abs(plus - minus).max() > 0.1
    np.testing.assert_array_equal(neighbourhood.mean, before)


def test_a_pair_changes_one_hidden_neuron_and_the_biases_of_the_outputs_alone():
    neighbourhood = make_neighbourhood(make_space(), pairs=9)
    layout = neighbourhood.space.layout
    mean = layout.layers(neighbourhood.space.values(neighbourhood.mean))
    for number in range(len(neighbourhood)):
        (w, b), (v, c) = (
            (weights - mean_weights, biases - mean_biases)
            for (weights, biases), (mean_weights, mean_biases) in zip(
                layout.layers(neighbourhood.values(number)), mean, strict=True
            )
        )
        neuron = neighbourhood.neurons[number // 2]
        others = np.arange(4) != neuron
        # What does not change is the same to the last bit.
        assert not w[:, others].any()
        assert not b[others].any()
        assert not v[others].any()
        assert np.linalg.matrix_rank(w) == np.linalg.matrix_rank(v) == 1
        assert w[:, neuron].all()
        assert b[neuron] != 0
        assert v[neuron].all()
        assert c.all()


def test_a_network_moves_by_its_noise_times_sigma_in_the_units_of_the_space():
    space = make_space()
    neighbourhood = make_neighbourhood(space, sigma=0.25)
    point = np.zeros(space.size, np.float32)
    a, b, c, d = space.split(point)
    neuron, noise = neighbourhood.neurons[2], neighbourhood.noise[2]
    a[neuron], b[neuron], c[neuron], d[:] = noise[:3], noise[3], noise[4:7], noise[7:]
    for number, sign in ((4, 1), (5, -1)):
        expected = space.values(neighbourhood.mean + np.float32(sign * 0.25) * point)
        np.testing.assert_allclose(neighbourhood.values(number), expected, atol=1e-6)


def unit(n, place):
    return np.eye(n, dtype=np.float32)[place]


def test_combine_sums_the_perturbations_with_their_weights():
    space = make_space()
    neighbourhood = make_neighbourhood(space, pairs=9)
    perturbations = []
    for pair in range(9):
        point = np.zeros(space.size, np.float32)
        a, b, c, d = space.split(point)
        neuron, noise = neighbourhood.neurons[pair], neighbourhood.noise[pair]
        a[neuron], b[neuron], c[neuron], d[:] = noise[:3], noise[3], noise[4:7], noise[7:]
        perturbations.append(point)
        np.testing.assert_array_equal(neighbourhood.combine(unit(9, pair)), point)
    weights = np.random.default_rng(7).standard_normal(9, np.float32)
    found = neighbourhood.combine(weights)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, weights @ np.array(perturbations), atol=1e-5)


@exact
@given(
    hidden=st.integers(1, 6),
    classes=st.integers(1, 4),
    pairs=st.integers(1, 12),
    components=st.none() | st.integers(1, 7),
    seed=st.integers(0, 2**32),
)
def test_combine_is_the_adjoint_of_the_perturbation(hidden, classes, pairs, components, seed):
    space = make_space((5, hidden, classes), components=components)
    neighbourhood = make_neighbourhood(space, pairs, sigma=0.5, seed=seed)
    rng = np.random.default_rng(seed)
    weights = rng.standard_normal(pairs, np.float32)
    gradient = rng.standard_normal(space.layout.n_weights)
    # The mean goes into the weights linearly, so that differences of weights are perturbations.
    basis = np.eye(space.size, dtype=np.float32)
    origin = space.values(np.zeros(space.size, np.float32))
    jacobian = np.array([space.values(row) - origin for row in basis], np.float64)
    along = [
        gradient @ (neighbourhood.values(2 * pair) - neighbourhood.values(2 * pair + 1))
        for pair in range(pairs)
    ]
    found = neighbourhood.combine(weights) @ (jacobian @ gradient)
    assert found == pytest.approx(float(weights @ np.array(along)), rel=1e-3, abs=1e-3)


# Their losses.


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("n_samples", [1, 2, 255, 256, 257, 600])
def test_losses_are_the_cross_entropies_of_the_networks(activation, n_samples):
    neighbourhood = make_neighbourhood(make_space(activation=activation))
    X = inputs(n_samples, seed=8)
    labels = np.random.default_rng(9).integers(3, size=n_samples)
    found = neighbourhood.losses(X, labels, 1)
    assert found.shape == (12,)
    assert found.dtype == np.float64
    expected = slow_losses(neighbourhood, X, labels)
    np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-6)
    assert np.ptp(expected) > 0.01
    if n_samples > 1:  # the last sample is counted as well
        fewer = neighbourhood.losses(X[:-1], labels[:-1], 1)
        assert np.abs(fewer - found).max() > 1e-6


@exact
@given(
    sizes=st.tuples(st.integers(1, 6), st.integers(1, 6), st.integers(2, 5)),
    activation=st.sampled_from(ACTIVATIONS),
    components=st.none() | st.integers(1, 7),
    pairs=st.integers(1, 12),
    sigma=st.sampled_from([0.01, 0.3, 2.0]),
    n_samples=st.integers(1, 20),
    seed=st.integers(0, 2**32),
)
def test_losses_of_any_shape(sizes, activation, components, pairs, sigma, n_samples, seed):
    space = make_space(sizes, activation, components)
    neighbourhood = make_neighbourhood(space, pairs, sigma, seed)
    X = inputs(n_samples, sizes[0], seed)
    labels = np.random.default_rng(seed).integers(sizes[-1], size=n_samples)
    found = neighbourhood.losses(X, labels, 1)
    np.testing.assert_allclose(found, slow_losses(neighbourhood, X, labels), rtol=2e-4, atol=2e-5)


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_losses_do_not_depend_on_the_threads(activation):
    neighbourhood = make_neighbourhood(make_space(activation=activation), pairs=25)
    X, labels = inputs(300), np.arange(300) % 3
    alone = neighbourhood.losses(X, labels, 1)
    for threads in (2, 3, 12, 13, None):  # some parts are empty, some share a neuron
        np.testing.assert_array_equal(neighbourhood.losses(X, labels, threads), alone)


@pytest.mark.parametrize("sigma", [30.0, 300.0])
def test_losses_of_networks_that_are_far_off_are_still_theirs(sigma):
    neighbourhood = make_neighbourhood(make_space(activation="relu"), pairs=20, sigma=sigma)
    X, labels = inputs(40), np.arange(40) % 3
    expected = slow_losses(neighbourhood, X, labels)
    point = neighbourhood.values(0)
    sums = outputs(neighbourhood.space.layout, point, X)
    assert np.abs(sums).max() > 88, "beyond what float32 holds as e**x"
    np.testing.assert_allclose(neighbourhood.losses(X, labels, 1), expected, rtol=1e-3, atol=1e-3)


def test_losses_without_noise_are_those_of_the_mean():
    space = make_space()
    neighbourhood = make_neighbourhood(space)
    still = Neighbourhood(
        space, neighbourhood.mean, neighbourhood.neurons, 0 * neighbourhood.noise, 0.3
    )
    X, labels = inputs(), np.arange(50) % 3
    mean = cross_entropy(outputs(space.layout, space.values(still.mean), X), labels).mean()
    np.testing.assert_allclose(still.losses(X, labels, 1), mean, rtol=1e-5)


# Individuals.


def unseen(one):
    return "values" not in one.__dict__


def test_the_weights_are_made_when_they_are_asked_for(monkeypatch):
    made: list[int] = []
    original = Neighbourhood.values

    def counted(self, number):
        made.append(number)
        return original(self, number)

    monkeypatch.setattr(Neighbourhood, "values", counted)
    neighbourhood = make_neighbourhood(make_space())
    one = Neighbour.of(neighbourhood, 5)
    assert len(one) == neighbourhood.space.layout.n_weights == 4 * 6 + 3 * 5
    assert repr(one) == "<Neighbour of 39 weights>"
    assert unseen(one)
    assert made == []
    np.testing.assert_array_equal(one.values, original(neighbourhood, 5))
    assert one.values is one.values
    assert len(one) == 39
    assert made == [5]
    assert isinstance(one, WeightVector)


def test_what_is_not_there_is_an_attribute_error():
    one = Neighbour.of(make_neighbourhood(make_space()), 0)
    for name in ("fitness", "neighbour", "__setstate__"):
        assert not hasattr(one, name)
    with pytest.raises(AttributeError, match="'Neighbour' object has no attribute 'trust'"):
        getattr(one, "trust")  # noqa: B009 (a type checker knows)
    assert unseen(one)


def test_neighbours_are_equal_where_their_weights_are():
    neighbourhood = make_neighbourhood(make_space())
    one = Neighbour.of(neighbourhood, 3)
    assert one == Neighbour.of(neighbourhood, 3)
    assert one == WeightVector(neighbourhood.values(3))
    assert one != Neighbour.of(neighbourhood, 2)


COPIES = {
    "deepcopy": copy.deepcopy,
    "copy": copy.copy,
    "clone": WeightVector.clone,
    "pickle": lambda one: pickle.loads(pickle.dumps(one)),
    "offspring": lambda one: one.offspring(one.values.copy()),
}


@pytest.mark.parametrize("seen", [False, True])
@pytest.mark.parametrize("kind", COPIES)
def test_copies_have_the_weights_and_what_else_is_there_but_not_the_neighbourhood(kind, seen):
    neighbourhood = make_neighbourhood(make_space())
    one = Neighbour.of(neighbourhood, 3)
    vars(one)["label"] = ["kept"]
    if seen:
        assert one.values.size
    twin = COPIES[kind](one)
    np.testing.assert_array_equal(twin.values, neighbourhood.values(3))
    assert type(twin) is Neighbour
    assert (twin.number, vars(twin)["label"]) == (3, ["kept"])
    assert "neighbourhood" not in twin.__dict__
    if kind != "copy":
        assert vars(twin)["label"] is not vars(one)["label"]
        twin.values[0] += 1
        assert twin != one
    np.testing.assert_array_equal(one.values, neighbourhood.values(3))


def test_an_offspring_of_the_unseen_leaves_the_neighbourhood_behind():
    neighbourhood = make_neighbourhood(make_space())
    child = Neighbour.of(neighbourhood, 3).offspring(np.zeros(39, np.float32))
    assert not child.values.any()
    assert "neighbourhood" not in child.__dict__


def test_a_pickle_is_no_larger_than_that_of_the_weights():
    neighbourhood = make_neighbourhood(make_space((5, 40, 3)), pairs=200)
    plain = len(pickle.dumps(WeightVector(neighbourhood.values(0))))
    assert len(pickle.dumps(Neighbour.of(neighbourhood, 0))) < plain + 100


def test_a_whole_list_in_order_has_a_common_neighbourhood():
    neighbourhood = make_neighbourhood(make_space())
    whole = neighbours(neighbourhood)
    assert common_neighbourhood(whole) is neighbourhood
    assert common_neighbourhood(tuple(whole)) is neighbourhood
    assert all(map(unseen, whole))


def changed(change):
    whole = neighbours(make_neighbourhood(make_space()))
    return change(whole) or whole


@pytest.mark.parametrize(
    "change",
    [
        lambda whole: whole[:-1],
        lambda whole: whole[1:],
        lambda whole: whole[:1],
        lambda whole: [*whole, whole[0]],
        lambda whole: whole[::-1],
        lambda whole: [whole[1], whole[0], *whole[2:]],
        lambda whole: [whole[0], *whole[:-1]],
        lambda whole: [*whole[:-1], Neighbour.of(make_neighbourhood(make_space()), 11)],
        lambda whole: [*whole[:-1], copy.deepcopy(whole[-1])],
        lambda whole: [*whole[:-1], WeightVector(whole[-1].values)],
        lambda whole: [WeightVector(np.zeros(39)), *whole[1:]],
        lambda whole: [WeightVector(np.zeros(39))] * 12,
        lambda whole: whole[4].__setitem__(0, 1.0),
        lambda whole: setattr(whole[4], "values", np.zeros(39, np.float32)),
    ],
)
def test_any_other_list_has_none(change):
    assert common_neighbourhood(changed(change)) is None


def test_nobody_has_no_common_neighbourhood():
    assert common_neighbourhood([]) is None


def test_weights_that_are_given_count_and_not_the_neighbourhoods():
    one = Neighbour.of(make_neighbourhood(make_space()), 0)
    one.values = np.ones(39, np.float32)
    assert (copy.deepcopy(one).values == 1).all()
    assert "neighbourhood" not in pickle.loads(pickle.dumps(one)).__dict__
