import json
from fractions import Fraction
from math import floor
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evograft.problems.splits import SplitOptions, given_split, plan_split


@pytest.mark.parametrize(
    ("n", "test_size", "n_train", "n_test"),
    [
        (569, 0.3, 398, 171),
        (240, 0.3, 168, 72),
        (351, 0.3, 245, 106),
        (208, 0.3, 145, 63),
        (270, 0.3, 189, 81),
        (178, 0.3, 124, 54),
        (1000, 0.3, 700, 300),
        (1797, 0.1, 1617, 180),
        (20000, 0.1, 18000, 2000),
        (70000, 1 / 7, 60000, 10000),
    ],
)
def test_the_published_sizes_come_out(n, test_size, n_train, n_test):
    split = plan_split(n, SplitOptions(test_size=test_size))
    assert (len(split.train), len(split.test)) == (n_train, n_test)


@settings(deadline=None)
@given(st.integers(2, 3000), st.integers(1, 99), st.integers(0, 2**40))
def test_a_shuffle_is_a_partition_of_the_exact_size_and_of_numpys_order(n, percent, seed):
    n_train = floor((1 - Fraction(percent, 100)) * n)
    options = SplitOptions(test_size=percent / 100, split_seed=seed)
    if n_train == 0:
        with pytest.raises(ValueError, match="test_size must leave at least one of"):
            plan_split(n, options)
        return
    split = plan_split(n, options)
    order = np.random.default_rng(seed).permutation(n)
    assert len(split.train) == n_train
    assert np.array_equal(np.concatenate([split.train, split.test]), order)


@settings(deadline=None)
@given(st.integers(2, 60), st.data())
def test_the_folds_test_every_row_exactly_once(n, data):
    folds = data.draw(st.integers(2, min(n, 10)))
    parts = [plan_split(n, SplitOptions(folds=folds, fold=fold)) for fold in range(folds)]
    tested = np.concatenate([part.test for part in parts])
    assert sorted(tested.tolist()) == list(range(n))
    for part in parts:
        assert sorted([*part.train.tolist(), *part.test.tolist()]) == list(range(n))


@pytest.mark.parametrize("options", [{}, {"folds": 5, "fold": 2}])
def test_the_seed_decides_the_split_and_defaults_to_zero(options):
    first = plan_split(50, SplitOptions(**options)).test
    again = plan_split(50, SplitOptions(split_seed=0, **options)).test
    other = plan_split(50, SplitOptions(split_seed=1, **options)).test
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_planning_leaves_numpys_global_stream_alone():
    np.random.seed(3)  # noqa: NPY002
    expected = np.random.random()  # noqa: NPY002
    np.random.seed(3)  # noqa: NPY002
    plan_split(50, SplitOptions(split_seed=1))
    plan_split(50, SplitOptions(folds=5))
    assert np.random.random() == expected  # noqa: NPY002


def test_the_official_split_is_kept_until_a_seed_is_given():
    official = plan_split(70, n_official_train=60)
    assert official.train.tolist() == list(range(60))
    assert official.description == {"method": "official", "n_train": 60, "n_test": 10}
    shuffled = plan_split(
        70, SplitOptions(split_seed=0), n_official_train=60, default_test_size=1 / 7
    )
    assert shuffled.description["method"] == "shuffle"
    assert len(shuffled.train) == 60


@pytest.mark.parametrize("options", [{"test_size": 0.2}, {"folds": 5}])
def test_an_official_split_is_not_dropped_silently(options):
    with pytest.raises(ValueError, match="must come with a split_seed"):
        plan_split(70, SplitOptions(**options), n_official_train=60)


def test_descriptions_are_json_and_complete():
    numpy_numbers: dict[str, Any] = {"test_size": np.float32(0.25), "split_seed": np.int64(4)}
    split = plan_split(8, SplitOptions(**numpy_numbers))
    assert json.loads(json.dumps(split.description)) == {
        "method": "shuffle",
        "test_size": 0.25,
        "seed": 4,
        "n_train": 6,
        "n_test": 2,
    }
    assert plan_split(8, SplitOptions(folds=4, fold=1)).description == {
        "method": "folds",
        "folds": 4,
        "fold": 1,
        "seed": 0,
        "n_train": 6,
        "n_test": 2,
    }
    assert given_split(2, 3).description == {"method": "given", "n_train": 2, "n_test": 3}


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"test_size": 0.3, "folds": 5}, ValueError, "test_size must not be given together"),
        ({"fold": 0}, ValueError, "fold must be given together with folds"),
        ({"folds": 5, "fold": 5}, ValueError, "fold must be an integer from 0 to 4, got 5"),
        ({"folds": 5, "fold": -1}, ValueError, "fold must be an integer from 0 to 4"),
        ({"folds": 1}, ValueError, "folds must be an integer of at least 2"),
        ({"folds": 2.0}, TypeError, "folds must be an integer"),
        ({"test_size": 0}, ValueError, "test_size must be more than 0 and less than 1, got 0"),
        ({"test_size": 1.0}, ValueError, "test_size must be more than 0 and less than 1"),
        ({"test_size": float("nan")}, ValueError, "test_size must be a number"),
        ({"test_size": "0.3"}, TypeError, "test_size must be a number, got '0.3'"),
        ({"split_seed": -1}, ValueError, "split_seed must be an integer of at least 0"),
        ({"split_seed": 2**32, "folds": 2}, ValueError, "split_seed must be an integer from 0"),
    ],
)
def test_wrong_and_contradicting_options_are_refused(options, error, message):
    with pytest.raises(error, match=message):
        SplitOptions(**options)


def test_more_folds_than_rows_are_refused():
    with pytest.raises(ValueError, match="folds must be an integer from 2 to 4, got 5"):
        plan_split(4, SplitOptions(folds=5))
