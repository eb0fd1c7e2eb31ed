"""Samples by columns."""

import gc

import numpy as np

from evograft.representations import _columns
from evograft.representations._columns import by_columns


def read_only(shape=(5, 3), seed=1):
    X = np.random.default_rng(seed).random(shape, dtype=np.float32)
    X.flags.writeable = False
    return X


def test_views_of_the_same_samples_share_their_columns():
    X = read_only()
    columns = by_columns(X)
    assert columns.flags.c_contiguous
    np.testing.assert_array_equal(columns, X.T)
    assert by_columns(X.view()) is columns
    np.testing.assert_array_equal(by_columns(X[:3]), X[:3].T)
    np.testing.assert_array_equal(by_columns(X[::2]), X[::2].T)
    np.testing.assert_array_equal(by_columns(read_only(seed=2)), read_only(seed=2).T)


def test_samples_that_can_be_written_to_are_copied_each_time():
    X = np.ones((2, 2), np.float32)
    before = by_columns(X)
    X[0, 1] = 7
    assert before[1, 0] == 1
    assert by_columns(X)[1, 0] == 7


def test_nothing_is_kept_that_nobody_uses():
    count = len(_columns._kept)
    X = read_only((50, 4), seed=3)
    columns = by_columns(X)
    assert len(_columns._kept) == count + 1
    del columns
    gc.collect()
    assert len(_columns._kept) == count
