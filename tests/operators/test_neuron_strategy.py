"""The evolution strategy that asks along noise of single hidden neurons and steps uphill."""

import pickle
import random

import numpy as np
import pytest

from evograft.operators import neuron_strategy
from evograft.operators.neuron_strategy import NeuronStrategy
from evograft.representations.dense_layout import DenseLayout
from evograft.representations.feature_basis import FeatureBasis
from evograft.representations.neuron_noise import Neighbourhood, common_neighbourhood
from evograft.representations.neuron_space import NeuronSpace
from evograft.representations.weight_vector import WeightVector


@pytest.fixture(autouse=True)
def small_table(monkeypatch):
    """Less noise to draw, as every strategy here draws its own."""
    monkeypatch.setattr(neuron_strategy, "TABLE", 2**17)


def make_space(sizes=(2, 3, 2), scales=(1.0, 1.0, 1.0), basis=None):
    return NeuronSpace(DenseLayout(sizes), basis or FeatureBasis.plain(sizes[0]), scales)


def make(seed=1, space=None, **settings):
    settings = {"pairs": 6, "generations": 50} | settings
    rng = None if seed is None else np.random.default_rng(seed)
    return NeuronStrategy(space or make_space(), rng=rng, **settings)


def quadratic(values):
    """At most 0, where the weights are 1, -1, 1, ..."""
    target = np.resize(np.float32([1, -1]), values.size)
    return -float(np.square(values - target).sum())


def step(strategy, fitness=quadratic):
    asked = strategy.generate()
    strategy.tell([fitness(one.values) for one in asked], asked)
    return asked


def steps(strategy, n, fitness=quadratic):
    for _ in range(n):
        step(strategy, fitness)
    return strategy


def neighbourhood_of(asked) -> Neighbourhood:
    common = common_neighbourhood(asked)
    assert common is not None
    return common


def snapshot(strategy):
    """The state, to compare bit for bit."""
    return pickle.dumps(strategy.state())


# What is asked for.


def test_the_pairs_lie_around_the_mean_and_are_spread_over_the_neurons():
    space = make_space((2, 4, 2))
    strategy = make(space=space, pairs=10)
    for _ in range(3):
        asked = strategy.generate()
        neighbourhood = neighbourhood_of(asked)
        assert len(asked) == len(neighbourhood) == 20
        counts = np.bincount(neighbourhood.neurons, minlength=4)
        assert sorted(counts) == [2, 2, 3, 3]
        assert (np.diff(neighbourhood.neurons) >= 0).all()
        np.testing.assert_array_equal(neighbourhood.mean, strategy.state()["mean"])
        mean = space.values(neighbourhood.mean)
        for plus, minus in zip(asked[::2], asked[1::2], strict=True):
            np.testing.assert_allclose(plus.values + minus.values, 2 * mean, atol=1e-5)
        strategy.tell([0.0] * 20, asked)


def test_fewer_pairs_than_neurons_ask_of_others_in_every_generation():
    strategy = make(space=make_space((2, 5, 2)), pairs=2)
    asked_of = set()
    for _ in range(20):
        neurons = neighbourhood_of(strategy.generate()).neurons
        assert len(set(neurons.tolist())) == 2
        asked_of |= set(neurons.tolist())
    assert asked_of == set(range(5))


def test_the_noise_is_normal_with_a_standard_deviation_of_sigma():
    strategy = make(space=make_space((20, 5, 10)), pairs=1000, sigma=0.25)
    asked = strategy.generate()
    neighbourhood = neighbourhood_of(asked)
    noise = neighbourhood.noise
    assert noise.shape == (1000, 20 + 1 + 10 + 10)
    assert noise.std() == pytest.approx(1.0, rel=0.02)
    assert abs(noise.mean()) < 0.02
    assert np.mean(np.abs(noise) < 1) == pytest.approx(0.6827, abs=0.01)
    assert neighbourhood.sigma == 0.25
    # Coordinates are independent, and two generations have different noise.
    correlations = np.corrcoef(noise, rowvar=False) - np.eye(41)
    assert np.abs(correlations).max() < 0.15
    assert not np.array_equal(neighbourhood_of(strategy.generate()).noise, noise)


def test_the_first_mean_is_drawn_with_the_spread_that_was_asked_for():
    space = make_space((50, 100, 10))
    for spread in (0.1, 2.0):
        strategy = make(space=space, start=spread)
        strategy.generate()
        incoming, biases, *_ = space.split(strategy.state()["mean"])
        assert incoming.std() == pytest.approx(spread, rel=0.05)
        assert not biases.any()


# Where it goes.


def test_a_concave_quadratic_is_climbed_to_near_its_top():
    strategy = make(pairs=30, generations=300, learning_rate=0.05)
    strategy.generate()
    first = quadratic(strategy.recommend())
    steps(strategy, 300)
    assert first < -10
    assert quadratic(strategy.recommend()) > -0.02


def test_fitness_is_maximised_whatever_is_added_to_it():
    a, b = make(), make()
    steps(a, 20)
    steps(b, 20, lambda values: quadratic(values) + 1024)
    np.testing.assert_allclose(a.state()["mean"], b.state()["mean"], atol=0.01)
    downhill = steps(make(), 20, lambda values: -quadratic(values))
    assert quadratic(downhill.recommend()) < quadratic(a.recommend()) - 1


def test_equal_fitness_moves_nothing():
    strategy = make()
    strategy.generate()
    before = strategy.state()["mean"]
    steps(strategy, 5, lambda values: 3.0)
    np.testing.assert_array_equal(strategy.state()["mean"], before)


def smooth(values):
    places = np.arange(values.size)
    return float((np.sin(values.astype(np.float64) + places) * (1 + places % 3)).sum())


def slopes(space, point, h=1e-2):
    """The gradient of *smooth* in the coordinates of *space*, by central differences."""
    rows = h * np.eye(space.size, dtype=np.float32)
    return np.array(
        [smooth(space.values(point + row)) - smooth(space.values(point - row)) for row in rows]
    ) / (2 * h)


def scaled_space():
    X = (np.random.default_rng(4).normal(size=(100, 4)) * [3, 2, 1, 1]).astype(np.float32)
    return make_space((4, 3, 2), (0.5, 0.7, 0.3), FeatureBasis.of(X, 3, 0.5))


def test_a_step_follows_the_gradient_in_the_coordinates_of_the_space():
    space = scaled_space()
    strategy = make(space=space, pairs=2000, sigma=0.05)
    asked = strategy.generate()
    expected = slopes(space, strategy.state()["mean"])
    strategy.tell([smooth(one.values) for one in asked], asked)
    estimate = strategy.state()["momentum"] / 0.1  # the first gradient, with its share
    assert np.corrcoef(estimate, expected)[0, 1] > 0.98
    np.testing.assert_allclose(estimate, expected, atol=0.2 * float(np.linalg.norm(expected)))
    for found, wanted in zip(space.split(estimate), space.split(expected), strict=True):
        assert (found * wanted).sum() / (wanted * wanted).sum() == pytest.approx(1.0, abs=0.15)


@pytest.mark.parametrize("pairs", [1, 5])
def test_the_estimate_is_unbiased_where_pairs_and_neurons_do_not_match(pairs):
    space = scaled_space()
    # So slow that the mean stays where it is, and every generation estimates the same gradient.
    strategy = make(space=space, pairs=pairs, sigma=0.05, learning_rate=1e-9)
    total, before = np.zeros(space.size), np.zeros(space.size)
    for _ in range(2500):
        step(strategy, smooth)
        momentum = strategy.state()["momentum"].astype(np.float64)
        total += (momentum - 0.9 * before) / 0.1
        before = momentum
    estimate, expected = total / 2500, slopes(space, strategy.state()["mean"])
    assert np.corrcoef(estimate, expected)[0, 1] > 0.95
    for found, wanted in zip(space.split(estimate), space.split(expected), strict=True):
        assert (found * wanted).sum() / (wanted * wanted).sum() == pytest.approx(1.0, abs=0.2)


def test_the_first_step_is_the_learning_rate_in_every_coordinate():
    strategy = make(pairs=30, learning_rate=0.03)
    strategy.generate()
    before = strategy.state()["mean"]
    step(strategy)
    np.testing.assert_allclose(np.abs(strategy.state()["mean"] - before), 0.03, rtol=1e-3)


def test_steps_are_those_of_adam_with_a_rate_that_falls_as_a_cosine():
    strategy = make(generations=8, learning_rate=0.03)
    strategy.generate()
    mean = strategy.state()["mean"].astype(np.float64)
    momentum, squares, before = np.zeros(17), np.zeros(17), np.zeros(17)
    for t in range(8):
        step(strategy)
        state = strategy.state()
        gradient = (state["momentum"].astype(np.float64) - 0.9 * before) / 0.1
        before = state["momentum"].astype(np.float64)
        momentum = 0.9 * momentum + 0.1 * gradient
        squares = 0.99 * squares + 0.01 * gradient**2
        rate = 0.03 * (1 + np.cos(np.pi * t / 8)) / 2
        corrected = momentum / (1 - 0.9 ** (t + 1)) / np.sqrt(squares / (1 - 0.99 ** (t + 1)))
        mean = mean + rate * corrected
        np.testing.assert_allclose(state["mean"], mean, atol=1e-4)


def test_the_mean_stays_after_the_last_generation_and_the_average_comes_to_it():
    strategy = steps(make(generations=5, averaged=0.5), 4)
    before = strategy.state()["mean"]
    step(strategy)
    last = strategy.state()["mean"]
    assert not np.array_equal(last, before)
    away = np.abs(strategy.recommend() - strategy.space.values(last)).max()
    steps(strategy, 60)
    np.testing.assert_array_equal(strategy.state()["mean"], last)
    assert np.abs(strategy.recommend() - strategy.space.values(last)).max() < 0.1 * away


@pytest.mark.parametrize(("averaged", "latest"), [(0, True), (0.05, True), (1, False)])
def test_what_is_recommended_is_an_average_of_the_latest_means(averaged, latest):
    strategy = make(averaged=averaged)
    means = []
    for _ in range(12):
        step(strategy)
        means.append(strategy.space.values(strategy.state()["mean"]))
    # A twentieth of 12 generations is less than one of them; all are the plain average.
    expected = means[-1] if latest else np.mean(means, axis=0)
    np.testing.assert_allclose(strategy.recommend(), expected, atol=1e-5)


def test_before_anything_is_told_the_first_mean_is_recommended():
    strategy = make()
    first = strategy.recommend()
    assert first.shape == (17,)
    strategy.generate()
    np.testing.assert_array_equal(strategy.space.values(strategy.state()["mean"]), first)


# What is told.


def test_individuals_may_be_told_in_any_order_and_as_others():
    strategy, twin, third = make(), make(), make()
    for _ in range(4):
        step(strategy)
        asked = twin.generate()
        random.Random(3).shuffle(asked)
        twin.tell([quadratic(one.values) for one in asked], asked)
        copies = []
        for one in third.generate():
            copies.append(WeightVector(one.values))
            vars(copies[-1]).update(vars(one))
        third.tell([quadratic(one.values) for one in copies], tuple(copies))
    assert snapshot(twin) == snapshot(third) == snapshot(strategy)


def without(strategy):
    return strategy.generate()[:-1]


def doubled(strategy):
    asked = strategy.generate()
    return [*asked[:-1], asked[0]]


def too_many(strategy):
    asked = strategy.generate()
    return [*asked, asked[0]]


def foreign(strategy):
    return [*strategy.generate()[:-1], WeightVector(np.zeros(17))]


def nobody(strategy):
    strategy.generate()
    return []


def told_before(strategy):
    return step(strategy)


def of_a_larger_generation(strategy):
    strategy.generate()
    return make(pairs=7).generate()[2:]


def of_another_strategy(strategy):
    strategy.generate()
    return make(seed=2).generate()


def of_an_earlier_generation(strategy):
    asked = strategy.generate()
    strategy.generate()
    return asked


@pytest.mark.parametrize(
    "others",
    [
        without,
        doubled,
        too_many,
        foreign,
        nobody,
        told_before,
        of_a_larger_generation,
        of_another_strategy,
        of_an_earlier_generation,
    ],
)
def test_others_than_those_asked_for_are_refused_and_nothing_moves(others):
    strategy = steps(make(), 2)
    individuals = others(strategy)
    before = snapshot(strategy)
    with pytest.raises(ValueError, match="individuals must be the 12 of the last generation"):
        strategy.tell([1.0 * number for number in range(len(individuals))], individuals)
    assert snapshot(strategy) == before


def test_nobody_is_expected_before_anybody_is_asked_for():
    strategy, other = make(), make()
    with pytest.raises(ValueError, match="individuals must be the 12 of the last generation"):
        strategy.tell([0.0] * 12, other.generate())


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_a_fitness_that_is_not_finite_is_refused_and_nothing_moves(value):
    strategy = steps(make(), 2)
    asked = strategy.generate()
    before = snapshot(strategy)
    with pytest.raises(ValueError, match="fitness must be finite"):
        strategy.tell([0.0] * 11 + [value], asked)
    assert snapshot(strategy) == before
    # The same individuals can be told once more.
    strategy.tell([quadratic(one.values) for one in asked], asked)
    assert snapshot(strategy) == snapshot(steps(make(), 3))


def test_a_fitness_too_large_for_float32_is_refused_and_nothing_moves():
    strategy = steps(make(), 2)
    asked = strategy.generate()
    before = snapshot(strategy)
    for value in (1e20, -1e38, 1e300):
        with pytest.raises(ValueError, match="fitness must"):
            strategy.tell([0.0] * 11 + [value], asked)
        assert snapshot(strategy) == before


@pytest.mark.parametrize("n", [0, 11, 13])
def test_a_fitness_too_few_or_too_many_is_refused_and_nothing_moves(n):
    strategy = steps(make(), 2)
    asked = strategy.generate()
    before = snapshot(strategy)
    with pytest.raises(ValueError):  # noqa: PT011 (of Python's own zip)
        strategy.tell([0.0] * n, asked)
    assert snapshot(strategy) == before


# Seeds and states.


def test_random_seed_alone_repeats():
    results = []
    for seed in (1, 1, 2):
        random.seed(seed)
        np.random.random()  # noqa: NPY002 (a foreign draw must not matter)
        results.append(snapshot(steps(make(seed=None), 3)))
    assert results[0] == results[1] != results[2]


def test_a_generator_alone_repeats_and_leaves_random_alone():
    before = random.getstate()
    results = [snapshot(steps(make(seed), 3)) for seed in (1, 1, 2)]
    assert results[0] == results[1] != results[2]
    assert random.getstate() == before


@pytest.mark.parametrize("done", [0, 1, 3])
@pytest.mark.parametrize("into", ["itself", "a fresh one", "one that has run"])
def test_a_state_is_gone_on_from_bit_for_bit(done, into):
    rng = np.random.default_rng(5)
    strategy = NeuronStrategy(make_space(), pairs=6, generations=10, rng=rng)
    steps(strategy, done)
    state, drawn = pickle.loads(snapshot(strategy)), rng.bit_generator.state
    steps(strategy, 4)
    expected, recommended = snapshot(strategy), strategy.recommend()
    if into != "itself":
        rng = np.random.default_rng(99)
        strategy = NeuronStrategy(make_space(), pairs=6, generations=10, rng=rng)
        steps(strategy, 2 if into == "one that has run" else 0)
    strategy.restore(state)
    rng.bit_generator.state = drawn
    steps(strategy, 4)
    assert strategy.steps == done + 4
    assert pickle.loads(snapshot(strategy)).keys() == pickle.loads(expected).keys()
    for name, value in pickle.loads(expected).items():
        np.testing.assert_array_equal(strategy.state()[name], value)
    np.testing.assert_array_equal(strategy.recommend(), recommended)


def test_a_state_is_not_changed_by_what_comes_later():
    strategy = steps(make(), 2)
    state = strategy.state()
    before = pickle.dumps(state)
    steps(strategy, 3)
    strategy.recommend()
    assert pickle.dumps(state) == before


def test_a_state_takes_back_what_was_asked_for():
    strategy = steps(make(), 2)
    asked = strategy.generate()
    strategy.restore(strategy.state())
    with pytest.raises(ValueError, match="of the last generation"):
        strategy.tell([0.0] * 12, asked)


@pytest.mark.parametrize("sizes", [(2, 4, 2), (3, 3, 2), (2, 3, 3)])
def test_the_state_of_another_space_is_refused_and_nothing_moves(sizes):
    strategy, other = steps(make(), 2), steps(make(space=make_space(sizes)), 1)
    before = snapshot(strategy)
    with pytest.raises(ValueError, match="state must have 17 coordinates, got"):
        strategy.restore(other.state())
    assert snapshot(strategy) == before


@pytest.mark.parametrize(
    ("settings", "error", "message"),
    [
        ({"pairs": 0}, ValueError, "pairs must be an integer of at least 1, got 0"),
        ({"pairs": 2.0}, TypeError, "pairs must be an integer of at least 1, got 2.0"),
        ({"generations": 0}, ValueError, "generations must be an integer of at least 1, got 0"),
        ({"sigma": 0}, ValueError, "sigma must be a number"),
        ({"sigma": float("nan")}, ValueError, "sigma must be a number"),
        ({"learning_rate": -0.1}, ValueError, "learning_rate must be a number"),
        ({"averaged": 1.5}, ValueError, "averaged must be a number from 0 to 1, got 1.5"),
        ({"start": 0}, ValueError, "start must be a number"),
    ],
)
def test_bad_settings_are_refused(settings, error, message):
    with pytest.raises(error, match=message):
        make(**settings)
