import numpy as np
import pytest

from evograft.representations import _math
from evograft.representations._jit import kernel

f32 = np.float32


def over(function, x):
    return np.array([function(value) for value in x.astype(np.float32)])


@pytest.fixture(scope="module")
def exponents():
    """The whole range of the exponential, and its parts where it is near 1, densely."""
    rng = np.random.default_rng(1)
    parts = [np.linspace(-87, 88, 40_001), rng.uniform(-1, 1, 20_000), rng.normal(0, 1e-4, 5_000)]
    return np.concatenate(parts).astype(np.float32)


def test_the_exponential_keeps_its_stated_relative_error(exponents):
    exact = np.exp(exponents.astype(np.float64))
    assert np.abs(over(_math.exp, exponents) / exact - 1).max() < 2e-7


def test_the_exponential_of_zero_is_one():
    assert _math.exp(f32(0)) == _math.exp(f32(-0.0)) == 1.0


def test_beyond_its_range_the_exponential_stays_at_the_ends():
    lowest, highest = _math.exp(f32(-87)), _math.exp(f32(88))
    assert 0 < lowest < 1e-37
    assert 1e38 < highest < np.inf
    assert _math.exp(f32(-np.inf)) == _math.exp(f32(-1e30)) == _math.exp(f32(-87.001)) == lowest
    assert _math.exp(f32(np.inf)) == _math.exp(f32(1e30)) == _math.exp(f32(88.001)) == highest


def test_the_exponential_of_nan_is_nan():
    assert np.isnan(_math.exp(f32(np.nan)))


def test_the_logarithm_keeps_its_stated_error_over_all_normal_numbers():
    rng = np.random.default_rng(2)
    tiny, huge = np.finfo(np.float32).tiny, np.finfo(np.float32).max
    parts = [2.0 ** rng.uniform(-126, 127.99, 40_000), rng.uniform(0.5, 2, 20_000)]
    x = np.concatenate([*parts, [tiny, huge, 1.0, 0.70710677, 0.7071068]]).astype(np.float32)
    exact = np.log(x.astype(np.float64))
    error = np.abs(over(_math.log, x) - exact) / np.maximum(1, np.abs(exact))
    assert error.max() < 1e-7
    assert _math.log(f32(1)) == 0.0


def test_the_sigmoid_is_exact_to_float32_and_stays_within_its_bounds():
    x = np.linspace(-80, 80, 20_001).astype(np.float32)
    values = over(_math.sigmoid, x)
    exact = 1 / (1 + np.exp(-x.astype(np.float64)))
    assert np.abs(values / exact - 1).max() < 3e-7
    assert _math.sigmoid(f32(0)) == 0.5
    assert _math.sigmoid(f32(np.inf)) == 1.0
    assert 0 < _math.sigmoid(f32(-np.inf)) < 1e-37


@kernel
def exponentials(x, y):
    """y[i] = exp(x[i]), in a loop that the compiler may turn into vector instructions."""
    for i in range(x.size):
        y[i] = _math.exp(x[i])


def test_a_loop_gives_the_bits_of_single_calls(exponents):
    y = np.empty_like(exponents)
    exponentials(exponents, y)
    assert y.tobytes() == over(_math.exp, exponents).astype(np.float32).tobytes()


@pytest.fixture(scope="module")
def slopes():
    """Arguments of the hyperbolic tangent, of all sizes, and densely where the ways meet."""
    rng = np.random.default_rng(3)
    sizes = 10.0 ** rng.uniform(-45, 1, 30_000) * rng.choice([-1, 1], 30_000)
    joint = np.concatenate([np.linspace(0.6, 0.65, 20_000), np.linspace(-0.65, -0.6, 20_000)])
    parts = [sizes, joint, np.linspace(-12, 12, 40_001), rng.uniform(-1, 1, 20_000)]
    return np.concatenate(parts).astype(np.float32)


def test_the_hyperbolic_tangent_is_right_to_two_units_in_the_last_place(slopes):
    exact = np.tanh(slopes.astype(np.float64))
    unit = np.spacing(np.abs(exact).astype(np.float32)).astype(np.float64)
    assert (np.abs(over(_math.tanh, slopes) - exact) / unit).max() <= 2


def test_the_hyperbolic_tangent_is_odd_and_never_beyond_one(slopes):
    values = over(_math.tanh, slopes)
    assert np.abs(values).max() == 1.0
    np.testing.assert_array_equal(over(_math.tanh, -slopes), -values)


def test_the_hyperbolic_tangent_of_nothing_and_of_everything():
    assert _math.tanh(f32(0)) == _math.tanh(f32(-0.0)) == 0.0
    assert _math.tanh(f32(1e-45)) == f32(1e-45)
    assert _math.tanh(f32(np.inf)) == _math.tanh(f32(3e38)) == 1.0
    assert _math.tanh(f32(-np.inf)) == _math.tanh(f32(-3e38)) == -1.0
    assert np.isnan(_math.tanh(f32(np.nan)))


@kernel
def tangents(x, y):
    """y[i] = tanh(x[i]), in a loop that the compiler may turn into vector instructions."""
    for i in range(x.size):
        y[i] = _math.tanh(x[i])


def test_a_loop_of_hyperbolic_tangents_gives_the_bits_of_single_calls(slopes):
    y = np.empty_like(slopes)
    tangents(slopes, y)
    assert y.tobytes() == over(_math.tanh, slopes).astype(np.float32).tobytes()


def test_cosine_and_sine_of_a_turn_are_right_to_1e_7():
    turns = np.linspace(-1, 1, 20_001).astype(np.float32)
    found = np.array([_math.cos_sin(turn) for turn in turns])
    exact = 2 * np.pi * turns.astype(np.float64)
    assert np.abs(found[:, 0] - np.cos(exact)).max() < 1e-7
    assert np.abs(found[:, 1] - np.sin(exact)).max() < 1e-7
