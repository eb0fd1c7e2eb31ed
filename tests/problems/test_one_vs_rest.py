"""One class against the rest."""

import pickle

import numpy as np
import pytest

from evograft import problems
from evograft.problems.one_vs_rest import one_vs_rest


@pytest.fixture(scope="module")
def wine():
    return problems.load("wine")


@pytest.mark.parametrize("number", [0, 1, 2])
def test_its_class_is_one_and_all_others_are_zero(wine, number):
    binary = one_vs_rest(wine, number)
    for part in ("train", "test"):
        labels, whole = getattr(binary, f"y_{part}"), getattr(wine, f"y_{part}")
        assert labels.tolist() == [int(label == number) for label in whole]
        assert np.shares_memory(getattr(binary, f"X_{part}"), getattr(wine, f"X_{part}"))
    assert (binary.n_classes, binary.n_outputs) == (2, 1)
    assert binary.class_names == ("rest", f"class_{number}")
    assert binary.name == f"wine: class_{number}"
    for name in ("scaler", "split", "loss", "feature_names"):
        assert getattr(binary, name) is getattr(wine, name)


def test_a_loaded_problem_travels_by_its_name(wine):
    pickled = pickle.dumps(one_vs_rest(wine, 2))
    assert len(pickled) < 1000
    copied = pickle.loads(pickled)
    np.testing.assert_array_equal(copied.y_train, wine.y_train == 2)
    np.testing.assert_array_equal(copied.X_test, wine.X_test)


def test_a_users_own_data_travels_too():
    X = np.arange(24.0).reshape(12, 2)
    own = problems.from_arrays(X, ["a", "b", "rest"] * 4)
    copied = pickle.loads(pickle.dumps(one_vs_rest(own, 2)))
    assert copied.class_names == ("all others", "rest")
    np.testing.assert_array_equal(copied.X_train, own.X_train)
    np.testing.assert_array_equal(copied.y_train, own.y_train == 2)


@pytest.mark.parametrize("number", [-1, 3])
def test_a_class_that_there_is_not_is_refused(wine, number):
    with pytest.raises(ValueError, match=f"number must be an integer from 0 to 2, got {number}"):
        one_vs_rest(wine, number)
