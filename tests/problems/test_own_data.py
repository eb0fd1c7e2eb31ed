import numpy as np
import pandas as pd
import pytest

from evograft import problems

X = np.arange(20.0).reshape(10, 2)
Y = ["no", "yes"] * 5


def test_arrays_are_split_scaled_and_named():
    problem = problems.from_arrays(X, Y, test_size=0.2, split_seed=3)
    assert problem.name == "arrays"
    assert problem.feature_names == ("x1", "x2")
    assert problem.class_names == ("no", "yes")
    assert (problem.split["n_train"], problem.split["n_test"], problem.split["seed"]) == (8, 2, 3)
    order = np.random.default_rng(3).permutation(10)
    assert np.array_equal(problem.y_train, order[:8] % 2)
    assert (problem.X_train.min(), problem.X_train.max()) == (-1, 1)


def test_the_default_test_size_is_three_tenths():
    assert problems.from_arrays(X, Y).split["n_test"] == 3


def test_the_callers_arrays_stay_their_own():
    features = X.astype(np.float32)
    problem = problems.from_arrays(
        features, Y, X_test=features[:2], y_test=Y[:2], scaling="none", feature_names=["a", "b"]
    )
    features[:] = 99
    assert problem.X_train.max() == 19
    assert problem.feature_names == ("a", "b")


def test_a_frame_gives_its_column_names():
    frame = pd.DataFrame({"a": [1, 2, 3, 4], "b": [1.5, 2, 3, 4]})
    problem = problems.from_arrays(frame, pd.Series([0, 1, 0, 1]), folds=2)
    assert problem.feature_names == ("a", "b")


def test_a_given_test_part_is_kept_in_its_order():
    problem = problems.from_arrays(X, Y, X_test=X[:3] + 1, y_test=["yes", "no", "no"])
    assert problem.split == {"method": "given", "n_train": 10, "n_test": 3}
    assert problem.y_test.tolist() == [1, 0, 0]
    assert np.array_equal(problem.scaler.transform(X[:3] + 1), problem.X_test)


def test_the_scaling_is_fitted_on_the_training_part_alone():
    problem = problems.from_arrays(X, Y, X_test=[[-9.5, 38.0]], y_test=["no"])
    assert (problem.X_train.min(), problem.X_train.max()) == (-1, 1)
    # The columns run from 0 to 18 and from 1 to 19.
    np.testing.assert_allclose(problem.X_test, [[(-9.5 - 9) / 9, (38 - 10) / 9]], rtol=1e-6)


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"X": [1.0, 2.0]}, ValueError, r"X must have shape \(n_samples, n_features\).*got \(2,\)"),
        ({"X": np.empty((0, 2)), "y": []}, ValueError, "none of them 0"),
        ({"X": [[1], [2, 3]], "y": [0, 1]}, ValueError, "X must be a table of numbers"),
        ({"X": [["1"], ["2"]], "y": [0, 1]}, TypeError, "X must hold real numbers, got dtype <U1"),
        ({"X": [[1j], [2]], "y": [0, 1]}, TypeError, "X must hold real numbers"),
        ({"X": [[1], [None]], "y": [0, 1]}, TypeError, "X must hold real numbers"),
        ({"X": [[1], [np.nan]], "y": [0, 1]}, ValueError, "X must be finite, got nan in row 1"),
        ({"y": Y[:9]}, ValueError, r"y must have shape \(10,\).*got \(9,\)"),
        ({"y": [0.5] * 9 + [np.nan]}, ValueError, "y must hold finite labels, got nan in row 9"),
        ({"y": ["no"] * 10}, ValueError, "y must have at least two classes"),
        ({"feature_names": ["a"]}, ValueError, "feature_names must have 2 names.*got 1"),
        ({"feature_names": ["a", "a"]}, ValueError, "feature_names must differ"),
        ({"feature_names": "ab"}, TypeError, "feature_names must be a sequence of strings"),
        ({"feature_names": [1, 2]}, TypeError, "feature_names must be a sequence of strings"),
        ({"X_test": X}, ValueError, "X_test and y_test must be given together"),
        ({"X_test": X[:, :1], "y_test": Y}, ValueError, "X_test must have 2 columns.*got 1"),
        ({"X_test": X, "y_test": Y[:1]}, ValueError, r"y_test must have shape \(10,\)"),
        ({"X_test": X, "y_test": Y, "test_size": 0.5}, ValueError, "X_test must not be given"),
        ({"X_test": X, "y_test": [0, 1] * 5}, TypeError, "only strings or only numbers"),
        ({"scaling": "unit"}, ValueError, "scaling 'unit' must be given images"),
        ({"scaling": "minmax"}, ValueError, "scaling must be one of"),
        ({"loss": "hinge"}, ValueError, "loss must be one of"),
    ],
)
def test_wrong_arguments_are_refused(arguments, error, message):
    with pytest.raises(error, match=message):
        problems.from_arrays(**{"X": X, "y": Y, **arguments})


def test_a_training_part_of_one_class_is_refused():
    with pytest.raises(ValueError, match="the training part must have at least two classes"):
        problems.from_arrays(X, ["no"] * 10, X_test=X, y_test=Y)


def test_a_csv_file_gives_its_name_and_columns(tmp_path):
    path = tmp_path / "pets.csv"
    lines = [f"{index},{index * index},{'cat' if index % 3 else 'dog'}" for index in range(12)]
    path.write_text("weight,height,kind\n" + "\n".join(lines))
    problem = problems.from_csv(path, target="kind", folds=3, fold=1, scaling="zscore", loss="mse")
    assert problem.name == "pets"
    assert problem.feature_names == ("weight", "height")
    assert problem.class_names == ("cat", "dog")
    assert problem.split["fold"] == 1
    assert (problem.scaling, problem.loss) == ("zscore", "mse")


def test_a_csv_file_of_one_class_is_named(tmp_path):
    path = tmp_path / "pets.csv"
    path.write_text("weight,kind\n1,cat\n2,cat\n")
    with pytest.raises(ValueError, match="column 'kind' must have at least two classes") as caught:
        problems.from_csv(path, target="kind")
    assert str(caught.value).startswith(str(path))
