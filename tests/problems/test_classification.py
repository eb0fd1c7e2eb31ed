import copy
import json
import pickle
from dataclasses import dataclass

import numpy as np
import pytest

from evograft import problems
from evograft.problems import ClassificationProblem


@dataclass
class Size:
    neurons: int
    sparsity: float


class Fixed:
    """A phenotype that gives the same outputs to every sample."""

    def __init__(self, *outputs):
        self.outputs = outputs

    def forward(self, X):
        return np.tile(np.array(self.outputs, dtype=np.float32), (len(X), 1))


class Measured(Fixed):
    def raw_outputs(self, X):
        return 0.5 * self.forward(X)

    def complexity(self):
        return Size(neurons=3, sparsity=0.25)


@pytest.fixture
def two_classes():
    X = np.arange(8.0).reshape(4, 2)
    return problems.from_arrays(
        X, ["a", "b", "b", "b"], X_test=X[:2], y_test=["a", "b"], scaling="none"
    )


@pytest.fixture
def three_classes():
    X = np.arange(3.0).reshape(3, 1)
    return problems.from_arrays(X, [0, 1, 2], X_test=X, y_test=[2, 2, 0], scaling="none")


def test_arrays_have_the_promised_types_and_are_read_only():
    problem = problems.load("wine")
    for name, dtype in (("X", np.float32), ("y", np.int64)):
        for part in ("train", "test"):
            array = getattr(problem, f"{name}_{part}")
            assert array.dtype == dtype
            assert array.flags.c_contiguous
            with pytest.raises(ValueError, match="read-only"):
                array[0] = 1


def test_two_classes_need_one_output_and_more_need_one_each(two_classes, three_classes):
    assert (two_classes.n_classes, two_classes.n_outputs) == (2, 1)
    assert (three_classes.n_classes, three_classes.n_outputs) == (3, 3)


def test_one_output_is_the_probability_of_the_second_class(two_classes):
    assert two_classes.class_probabilities([[0.25], [1.0]]).tolist() == [[0.75, 0.25], [0, 1]]
    assert two_classes.score(Fixed(0.9)) == 0.5
    assert two_classes.predict(Fixed(0.9), two_classes.X_train).tolist() == [1, 1, 1, 1]


def test_the_first_of_equal_classes_wins(two_classes, three_classes):
    assert two_classes.predict(Fixed(0.5), two_classes.X_test).tolist() == [0, 0]
    assert three_classes.predict(Fixed(0.2, 0.4, 0.4), three_classes.X_test).tolist() == [1, 1, 1]


def test_report_for_two_classes_follows_the_definitions(two_classes):
    p = np.float64(np.float32(0.8))
    y = np.array([0, 1, 1, 1])
    report = two_classes.report(Measured(0.8))
    assert report["train_accuracy"] == 0.75
    assert report["test_accuracy"] == 0.5
    rmse = np.sqrt(np.mean((y - p) ** 2))
    assert report["train_rmse_true_class_probability"] == pytest.approx(rmse)
    raw = np.sqrt(np.mean((y - p / 2) ** 2))
    assert report["train_rmse_raw_outputs"] == pytest.approx(raw)
    assert report["complexity"] == {"neurons": 3, "sparsity": 0.25}
    assert json.loads(json.dumps(report)) == report


def test_report_for_more_classes_follows_the_definitions(three_classes):
    report = three_classes.report(Measured(0.5, 0.25, 0.25))
    # Training labels 0, 1, 2; test labels 2, 2, 0.
    assert report["train_accuracy"] == pytest.approx(1 / 3)
    assert report["train_rmse_true_class_probability"] == pytest.approx(
        np.sqrt((0.5**2 + 0.75**2 + 0.75**2) / 3)
    )
    assert report["test_rmse_true_class_probability"] == pytest.approx(
        np.sqrt((0.75**2 + 0.75**2 + 0.5**2) / 3)
    )
    raw = np.array([0.25, 0.125, 0.125])
    assert report["train_rmse_raw_outputs"] == pytest.approx(
        np.sqrt(np.mean((np.eye(3) - raw) ** 2))
    )


def test_report_leaves_out_what_the_phenotype_does_not_offer(two_classes):
    assert set(two_classes.report(Fixed(0.5))) == {
        "train_accuracy",
        "test_accuracy",
        "train_rmse_true_class_probability",
        "test_rmse_true_class_probability",
    }


class Flat:
    def forward(self, X):
        return np.zeros(len(X))


@pytest.mark.parametrize(
    ("phenotype", "message"),
    [
        (Flat(), r"phenotype.forward must have shape \(2, 1\), got \(2,\)"),
        (Fixed(0.5, 0.5), r"phenotype.forward must have shape \(2, 1\), got \(2, 2\)"),
        (Fixed(np.nan), "phenotype.forward must be finite, got nan in row 0, output 0"),
    ],
)
def test_what_a_phenotype_returns_is_checked(two_classes, phenotype, message):
    with pytest.raises(ValueError, match=message):
        two_classes.score(phenotype)


def test_an_unknown_loss_is_refused():
    with pytest.raises(ValueError, match="loss must be one of 'cross_entropy', 'mse', got 'mae'"):
        problems.load("wine", loss="mae")


def test_contradicting_shapes_are_refused(two_classes):
    values = list(two_classes.__reduce__()[1])
    values[2] = np.array([0])
    with pytest.raises(ValueError, match=r"X_train must have shape \(1, 2\), got \(4, 2\)"):
        ClassificationProblem(*values)


def test_a_loaded_problem_pickles_as_its_name_and_options():
    problem = problems.load("wine", split_seed=7, scaling="zscore", loss="mse")
    content = pickle.dumps(problem)
    assert len(content) < 300
    again = pickle.loads(content)
    assert again.X_train.base is problem.X_train.base
    assert (again.split, again.scaler, again.loss) == (problem.split, problem.scaler, "mse")
    assert again.options == problem.options
    assert json.loads(json.dumps(problem.options)) == problem.options


def test_a_problem_from_arrays_pickles_its_arrays(two_classes):
    again = pickle.loads(pickle.dumps(two_classes))
    assert np.array_equal(again.X_train, two_classes.X_train)
    assert np.array_equal(again.y_test, two_classes.y_test)
    assert again.class_names == two_classes.class_names
    assert not again.X_train.flags.writeable
    assert copy.deepcopy(two_classes).scaler == two_classes.scaler


def test_problems_that_differ_in_the_loss_share_their_arrays():
    one, other = problems.load("digits"), problems.load("digits", loss="mse")
    assert np.shares_memory(one.X_train, other.X_train)


def test_a_problem_cannot_be_changed(two_classes):
    with pytest.raises(AttributeError):
        two_classes.loss = "mse"


def test_the_scaler_takes_raw_features_to_what_was_trained_on(data_folder):
    from evograft.problems.datasets import load_raw

    problem = problems.load("heart")
    raw = load_raw("heart").X[np.random.default_rng(0).permutation(270)]
    assert np.array_equal(problem.scaler.transform(raw[:189]), problem.X_train)
    assert np.array_equal(problem.scaler.transform(raw[189:]), problem.X_test)
    assert problem.X_train.min() == -1
    assert problem.X_train.max() == 1


def test_ionosphere_has_a_constant_column_of_zeros(data_folder):
    assert not problems.load("ionosphere").X_train[:, 1].any()


def test_mnist_keeps_the_official_split_and_pixels_from_0_to_1(data_folder):
    problem = problems.load("mnist")
    assert problem.split == {"method": "official", "n_train": 60000, "n_test": 10000}
    assert (problem.X_train.min(), problem.X_train.max()) == (0, 1)
    # The published counts of the digits 0 to 9.
    counts = [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]
    assert np.bincount(problem.y_train).tolist() == counts
    assert np.bincount(problem.y_test)[:3].tolist() == [980, 1135, 1032]
