"""Principal components as the features of a network's first layer."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evograft.representations.feature_basis import FeatureBasis

exact = settings(deadline=None, derandomize=True, max_examples=30)


def samples(n=400, n_inputs=6, seed=1, widths=(4.0, 2.0, 1.0, 0.5, 0.2, 0.1)):
    """Correlated samples, far from the origin, with the standard deviations *widths*."""
    rng = np.random.default_rng(seed)
    turned, _ = np.linalg.qr(rng.normal(size=(n_inputs, n_inputs)))
    X = rng.normal(size=(n, n_inputs)) * widths[:n_inputs] @ turned.T + rng.normal(size=n_inputs)
    return X.astype(np.float32)


@pytest.mark.parametrize("components", [None, 1, 3, 6, 100])
@pytest.mark.parametrize("power", [0, 0.5, 1])
def test_features_have_a_total_variance_of_1_and_a_mean_of_0(components, power):
    X = samples()
    basis = FeatureBasis.of(X, components, power)
    features = basis.features(X)
    assert features.dtype == basis.centre.dtype == np.float32
    assert features.var(axis=0, dtype=np.float64).sum() == pytest.approx(1.0, rel=4e-3)
    np.testing.assert_allclose(features.mean(axis=0), 0.0, atol=1e-5)


@pytest.mark.parametrize(
    ("components", "kept"), [(None, 6), (1, 1), (3, 3), (6, 6), (7, 6), (100, 6)]
)
def test_there_are_as_many_features_as_asked_for_or_as_inputs(components, kept):
    basis = FeatureBasis.of(samples(), components, 0.5)
    assert basis.n_features == kept
    assert basis.n_features == kept
    assert basis.features(samples(n=5)).shape == (5, kept)


def test_without_components_the_inputs_are_centred_and_share_one_factor():
    X = samples()
    for power in (0, 1):
        basis = FeatureBasis.of(X, None, power)
        factor = X.var(axis=0, dtype=np.float64).sum() ** -0.5
        np.testing.assert_allclose(whole(basis), factor * np.eye(6), rtol=1e-6)
        np.testing.assert_allclose(basis.centre, X.mean(axis=0), rtol=1e-5)


def whole(basis):
    """The matrix with its factor, the identity written out."""
    matrix = np.eye(len(basis.centre)) if basis.matrix is None else basis.matrix
    return basis.factor * matrix


def lengths(basis):
    return np.linalg.norm(whole(basis), axis=0)


@pytest.mark.parametrize("power", [0, 0.5, 1])
def test_components_are_orthogonal_uncorrelated_and_lead_by_their_width(power):
    X = samples()
    basis = FeatureBasis.of(X, 4, power)
    gram = whole(basis).T @ whole(basis) / np.outer(lengths(basis), lengths(basis))
    np.testing.assert_allclose(gram, np.eye(4), atol=1e-5)
    correlations = np.corrcoef(basis.features(X), rowvar=False)
    np.testing.assert_allclose(correlations, np.eye(4), atol=1e-3)
    directions = whole(basis) / lengths(basis)
    widths = np.std((X - X.mean(axis=0)) @ directions, axis=0)
    expected = np.linalg.svd(X - X.mean(axis=0), compute_uv=False)[:4] / np.sqrt(len(X))
    np.testing.assert_allclose(widths, expected, rtol=1e-3)


def test_the_power_scales_the_components_with_their_width():
    X = samples()
    widths = np.linalg.svd(X - X.mean(axis=0), compute_uv=False) / np.sqrt(len(X))
    np.testing.assert_allclose(np.ptp(lengths(FeatureBasis.of(X, 6, 0))), 0.0, atol=1e-6)
    for power in (0.25, 0.5, 1):
        found = lengths(FeatureBasis.of(X, 6, power))
        assert (np.diff(found) < 0).all()
        # The floor, a hundredth of the widest one's width, hardly touches the three widest.
        np.testing.assert_allclose(
            found[:3] / found[0], (widths[:3] / widths[0]) ** power, rtol=2e-3
        )


def test_a_power_gives_what_does_not_vary_a_width_of_a_hundredth_of_the_widest():
    X = samples()
    X[:, 2] = 3.0
    found = lengths(FeatureBasis.of(X, 6, 1))
    assert found[-1] / found[0] == pytest.approx(0.01, rel=1e-3)


@pytest.mark.parametrize("components", [None, 1, 6])
@pytest.mark.parametrize("power", [0, 0.5, 1])
@pytest.mark.parametrize("constant", [[2], [0, 3], [0, 1, 2, 3, 4]])
def test_columns_that_do_not_vary_do_no_harm(components, power, constant):
    X = samples()
    X[:, constant] = 0.7
    basis = FeatureBasis.of(X, components, power)
    features = basis.features(X)
    assert np.isfinite(whole(basis)).all()
    assert features.var(axis=0, dtype=np.float64).sum() == pytest.approx(1.0, rel=4e-3)


@pytest.mark.parametrize("components", [None, 1, 6])
@pytest.mark.parametrize("power", [0, 0.5, 1])
@pytest.mark.parametrize("value", [0.0, 0.5])
@pytest.mark.filterwarnings("error")
def test_data_that_do_not_vary_at_all_have_finite_features(components, power, value):
    X = np.full((10, 6), value, np.float32)
    basis = FeatureBasis.of(X, components, power)
    assert np.isfinite(whole(basis)).all()
    np.testing.assert_array_equal(basis.features(X), 0.0)
    assert np.isfinite(basis.features(X + 1)).all()


def test_a_single_input_is_standardised():
    X = samples(n_inputs=1)
    for components in (None, 1, 5):
        basis = FeatureBasis.of(X, components, 0.5)
        assert basis.n_features == 1
        expected = (X - X.mean()) / X.std()
        np.testing.assert_allclose(
            np.abs(basis.features(X)), np.abs(expected), rtol=5e-3, atol=1e-4
        )


@exact
@given(
    n_inputs=st.integers(1, 6),
    components=st.none() | st.integers(1, 8),
    power=st.floats(0, 1),
    n=st.integers(1, 5),
    seed=st.integers(0, 2**32),
)
def test_a_network_on_features_is_one_on_inputs(n_inputs, components, power, n, seed):
    X = samples(n=60, n_inputs=n_inputs, seed=seed)
    basis = FeatureBasis.of(X, components, power)
    rng = np.random.default_rng(seed)
    weights = rng.normal(size=(n, basis.n_features)).astype(np.float32)
    biases = rng.normal(size=n).astype(np.float32)
    on_inputs, moved = basis.input_weights(weights, biases)
    assert on_inputs.shape == (n_inputs, n)
    assert moved.shape == (n,)
    assert on_inputs.dtype == moved.dtype == np.float32
    expected = basis.features(X).astype(np.float64) @ weights.T + biases
    np.testing.assert_allclose(X @ on_inputs + moved, expected, rtol=1e-4, atol=2e-5)


def test_the_plain_basis_changes_nothing():
    X = samples()
    basis = FeatureBasis.plain(6)
    np.testing.assert_array_equal(basis.features(X), X)
    weights = np.random.default_rng(1).normal(size=(3, 6)).astype(np.float32)
    on_inputs, biases = basis.input_weights(weights, np.float32([1, 2, 3]))
    np.testing.assert_array_equal(on_inputs, weights.T)
    np.testing.assert_array_equal(biases, [1, 2, 3])


@pytest.mark.parametrize(
    ("components", "power", "error", "message"),
    [
        (0, 0.5, ValueError, "components must be an integer of at least 1, got 0"),
        (2.5, 0.5, TypeError, "components must be an integer of at least 1, got 2.5"),
        (2, -0.1, ValueError, "power must be a number from 0 to 1, got -0.1"),
        (None, 1.5, ValueError, "power must be a number from 0 to 1, got 1.5"),
        (None, "wide", TypeError, "power must be a number from 0 to 1, got 'wide'"),
    ],
)
def test_bad_arguments_are_refused(components, power, error, message):
    with pytest.raises(error, match=message):
        FeatureBasis.of(samples(), components, power)


def test_few_samples_of_many_inputs_have_as_many_components_as_samples():
    X = np.random.default_rng(9).random((26, 4000)).astype(np.float32)
    basis = FeatureBasis.of(X, 100, 0.5)
    assert basis.n_features == 26
    assert basis.features(X).var(axis=0, ddof=1).sum() == pytest.approx(1.0, rel=1e-3)
    again = FeatureBasis.of(X, 100, 0.5)
    np.testing.assert_array_equal(again.matrix, basis.matrix)
