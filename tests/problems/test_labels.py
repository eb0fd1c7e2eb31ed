import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evograft.problems.labels import encode_labels


@settings(deadline=None)
@given(st.lists(st.integers(-(2**60), 2**60), min_size=2).filter(lambda y: len(set(y)) > 1))
def test_integers_are_sorted_as_numbers_and_decode_to_themselves(labels):
    codes, names = encode_labels(labels)
    assert [int(names[code]) for code in codes] == labels
    assert names == tuple(str(label) for label in sorted(set(labels)))


@settings(deadline=None)
@given(st.lists(st.text("ab c", min_size=1), min_size=2).filter(lambda y: len(set(y)) > 1))
def test_text_is_sorted_as_text_and_decodes_to_itself(labels):
    codes, names = encode_labels(labels)
    assert [names[code] for code in codes] == labels
    assert list(names) == sorted(set(labels))


def test_text_of_numbers_is_sorted_as_numbers():
    assert encode_labels(["10", "9", "-1"])[1] == ("-1", "9", "10")


def test_whole_floats_lose_their_point_and_fractions_keep_it():
    assert encode_labels([1.0, 0.0])[1] == ("0", "1")
    assert encode_labels([0.5, 1.5, 0.5, 1.5])[1] == ("0.5", "1.5")


@pytest.mark.parametrize(
    "labels",
    [
        pd.Series(["b", "a"]),
        pd.Series(["b", "a"], dtype="category"),
        np.array(["b", "a"], dtype=object),
        ("b", "a"),
    ],
)
def test_labels_come_in_many_containers(labels):
    codes, names = encode_labels(labels)
    assert codes.dtype == np.int64
    assert codes.tolist() == [1, 0]
    assert names == ("a", "b")


def test_booleans_are_labels():
    assert encode_labels([True, False])[1] == ("False", "True")


@pytest.mark.parametrize(
    ("labels", "error", "message"),
    [
        ([1, 1], ValueError, r"y must have at least two classes, got \['1'\]"),
        ([], ValueError, "at least two classes"),
        ([[1], [2]], ValueError, r"y must have shape \(n,\), got \(2, 1\)"),
        ([1.0, float("nan")], ValueError, "y must hold finite labels, got nan in row 1"),
        (np.array(["a", None], dtype=object), TypeError, "only strings or only numbers"),
        (np.array(["a", 1], dtype=object), TypeError, "only strings or only numbers, got int, str"),
        ([1j, 2j], TypeError, "y must hold strings or numbers, got dtype complex128"),
        ([0.1, 0.2, 0.3], ValueError, "got 3 different fractions in 3 rows"),
    ],
)
def test_what_cannot_be_classes_is_refused(labels, error, message):
    with pytest.raises(error, match=message):
        encode_labels(labels)
