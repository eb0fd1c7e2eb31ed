import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from evograft.problems.scaling import SCALINGS, Scaler, fit_scaler

TABLES = arrays(
    np.float64,
    array_shapes(min_dims=2, max_dims=2, max_side=8),
    elements=st.floats(-1e30, 1e30),
)


@settings(deadline=None)
@given(TABLES)
def test_minmax11_sends_the_training_part_to_both_ends_and_constants_to_zero(X):
    scaled = fit_scaler("minmax11", X).transform(X)
    low, high = X.min(axis=0), X.max(axis=0)
    varies = high / 2 - low / 2 >= np.finfo(np.float64).tiny
    assert scaled.dtype == np.float32
    assert np.all(scaled[:, ~varies] == 0)
    np.testing.assert_allclose(scaled[:, varies].min(axis=0), -1, rtol=1e-6)
    np.testing.assert_allclose(scaled[:, varies].max(axis=0), 1, rtol=1e-6)


@settings(deadline=None)
@given(TABLES, st.sampled_from([name for name in SCALINGS if name != "unit"]))
def test_a_scaler_survives_json_exactly(X, name):
    scaler = fit_scaler(name, X)
    assert Scaler.from_dict(json.loads(json.dumps(scaler.to_dict()))) == scaler


def test_minmax01_and_zscore_match_their_textbook_formulas():
    X = np.array([[1.0, 10.0], [2.0, 30.0], [6.0, 20.0]])
    new = np.array([[3.0, 40.0]])
    low, high = X.min(axis=0), X.max(axis=0)
    np.testing.assert_allclose(
        fit_scaler("minmax01", X).transform(new), (new - low) / (high - low), rtol=1e-6
    )
    np.testing.assert_allclose(
        fit_scaler("zscore", X).transform(new), (new - X.mean(axis=0)) / X.std(axis=0), rtol=1e-6
    )


@pytest.mark.parametrize("name", ["minmax11", "minmax01", "zscore"])
def test_a_column_that_is_constant_in_training_is_zero_for_new_rows_too(name):
    # The computed standard deviation of these is a rounding error above zero.
    scaler = fit_scaler(name, np.full((7, 1), 0.1))
    assert scaler.transform([[123.0]]).tolist() == [[0.0]]


def test_none_keeps_the_values_and_unit_divides_by_the_pixel_maximum():
    X = np.array([[0, 51, 255]], dtype=np.uint8)
    assert fit_scaler("none", X).transform(X).tolist() == [[0, 51, 255]]
    expected = (X / np.float64(255)).astype(np.float32)
    assert np.array_equal(fit_scaler("unit", X, pixel_maximum=255).transform(X), expected)


def test_blocks_of_rows_are_scaled_like_single_rows():
    X = np.random.default_rng(1).random((9000, 2))
    scaler = fit_scaler("minmax11", X)
    rows = [0, 4095, 4096, 8191, 8192, 8999]
    assert np.array_equal(scaler.transform(X)[rows], scaler.transform(X[rows]))


def test_unit_is_refused_for_a_set_without_pixels():
    with pytest.raises(ValueError, match="scaling 'unit' must be given images"):
        fit_scaler("unit", [[1.0]])


def test_an_unknown_scaling_lists_the_known_ones():
    with pytest.raises(ValueError, match=r"scaling must be one of 'minmax11', .* got 'max'"):
        fit_scaler("max", [[1.0]])


@pytest.mark.parametrize("bad", [np.nan, np.inf, 1e300])
def test_new_values_that_no_float32_can_hold_are_refused(bad):
    scaler = fit_scaler("minmax01", [[0.0], [1.0]])
    with pytest.raises(ValueError, match=r"X must be finite and fit float32.*row 1, column 0"):
        scaler.transform([[0.5], [bad]])


def test_training_values_too_large_to_fit_are_refused_not_zeroed():
    with pytest.raises(ValueError, match="small enough for scaling 'zscore'"):
        fit_scaler("zscore", [[-1e300], [1e300]])


def test_a_wrong_number_of_columns_is_refused():
    with pytest.raises(ValueError, match=r"X must have shape \(n, 1\), got \(1, 2\)"):
        fit_scaler("none", [[0.0]]).transform([[1.0, 2.0]])


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"name": "none", "offset": [0.0]},
        {"name": "none", "offset": [0.0], "scale": []},
        {"name": "none", "offset": [0.0], "scale": [float("inf")]},
        {"name": "odd", "offset": [0.0], "scale": [1.0]},
    ],
)
def test_from_dict_refuses_what_to_dict_never_writes(data):
    with pytest.raises(ValueError, match="must"):
        Scaler.from_dict(data)
