from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evograft.representations.grammatical import _packing


@settings(deadline=None, derandomize=True, max_examples=60)
@given(st.lists(st.lists(st.integers(0, 2**32 - 1), max_size=5), max_size=6))
def test_rows_come_one_after_the_other(rows):
    flat, limits = _packing.pack(rows, "rows")
    assert flat.dtype == np.uint32
    assert [flat[a:b].tolist() for a, b in pairwise(limits)] == rows


def test_rows_are_not_changed():
    rows = [[1, 2], [3]]
    _packing.pack(rows, "rows")
    assert rows == [[1, 2], [3]]


@pytest.mark.parametrize(
    ("rows", "error", "message"),
    [
        ([[1], [], [2, None]], TypeError, "got None in row 2"),
        ([[1], None], TypeError, "got None in row 1"),
        ([[1], [-1, "a"]], ValueError, "rows must be lists .* 4294967295, got -1 in row 1"),
        ([[1], [2, -1]], ValueError, "rows must be lists .* 4294967295, got -1 in row 1"),
    ],
)
def test_the_first_wrong_value_is_named(rows, error, message):
    with pytest.raises(error, match=message):
        _packing.pack(rows, "rows")


def test_the_gene_of_a_wrong_index_is_found_behind_empty_genes():
    indices, limits = _packing.pack_genes([[[], [1], []], [[], [], [2]]], ["a", "b", "c"])
    counts = np.array([1, 2, 2])
    with pytest.raises(
        ValueError, match=r"the gene of <c> must .* from 0 to 1, got 2 in individual 1"
    ):
        _packing.check_choices(indices, limits, counts, ["a", "b", "c"])
    _packing.check_choices(indices, limits, counts + 1, ["a", "b", "c"])
