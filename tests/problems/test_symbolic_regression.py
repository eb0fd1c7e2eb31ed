"""Benchmark functions at points computed by hand, and what the problem says of expressions."""

import json
import math
import pickle

import numpy as np
import pytest

from evograft.problems.objectives import SIGNS, WORST
from evograft.problems.registry import BUILT_IN
from evograft.problems.regression_build import load_symbolic_regression, regression_from_arrays
from evograft.problems.regression_functions import FUNCTIONS, sample_function
from evograft.problems.symbolic_regression import SymbolicRegressionProblem
from evograft.representations.expressions import evaluate_many, parse
from evograft.representations.grammar import Grammar
from evograft.representations.grammatical import CompiledGrammar, GEMapping

FACTORY = "evograft.problems.regression_build:load_symbolic_regression"

SQUARES = ([[1.0], [2.0], [3.0]], [1.0, 4.0, 9.0])


@pytest.fixture
def squares():
    return regression_from_arrays(*SQUARES, X_test=[[4.0], [0.0]], y_test=[16.0, 1.0])


@pytest.mark.parametrize(
    ("name", "point", "value"),
    [
        ("pagie-1", (1, -1), 1.0),
        ("pagie-1", (2, 0), 16 / 17),
        ("pagie-1", (0.5, 5), 1 / 17 + 625 / 626),
        ("vladislavleva-4", (3, 3, 3, 3, 3), 2.0),
        ("vladislavleva-4", (4, 3, 1, 3, 3), 1.0),
        ("keijzer-6", (1,), 1.0),
        ("keijzer-6", (4,), 25 / 12),
        ("nguyen-1", (0.5,), 0.875),
        ("nguyen-2", (-1,), 0.0),
        ("nguyen-3", (0.5,), 0.96875),
        ("nguyen-4", (1,), 6.0),
        ("nguyen-4", (0.5,), 0.984375),
        ("nguyen-5", (0,), -1.0),
        ("nguyen-5", (-1,), math.sin(1) * math.cos(1) - 1),
        ("nguyen-6", (1,), math.sin(1) + math.sin(2)),
        ("nguyen-7", (0,), 0.0),
        ("nguyen-7", (2,), math.log(15)),
        ("nguyen-8", (2.25,), 1.5),
        ("nguyen-9", (0, -1), math.sin(1)),
        ("nguyen-9", (1, 0), math.sin(1)),
        ("nguyen-10", (1, 0), 2 * math.sin(1)),
        ("nguyen-10", (-1, 1), -math.sin(2)),
    ],
)
def test_values_at_a_point(name, point, value):
    function = FUNCTIONS[name]
    assert function.n_features == len(point)
    found = function.formula(*(np.array([float(x)]) for x in point))
    np.testing.assert_allclose(found, [value], rtol=1e-14, atol=1e-15)


SOLUTIONS = {
    "pagie-1": "x1^4/(1 + x1^4) + x2^4/(1 + x2^4)",
    "vladislavleva-4": "10/(5+(x1-3)^2+(x2-3)^2+(x3-3)^2+(x4-3)^2+(x5-3)^2)",
    "nguyen-1": "x1^3+x1^2+x1",
    "nguyen-2": "x1^4+x1^3+x1^2+x1",
    "nguyen-3": "x1^5+x1^4+x1^3+x1^2+x1",
    "nguyen-4": "x1^6+x1^5+x1^4+x1^3+x1^2+x1",
    "nguyen-5": "sin(x1^2)*cos(x1)-1",
    "nguyen-6": "sin(x1)+sin(x1+x1^2)",
    "nguyen-7": "log(x1+1)+log(x1^2+1)",
    "nguyen-8": "sqrt(x1)",
    "nguyen-9": "sin(x1)+sin(x2^2)",
    "nguyen-10": "2*sin(x1)*cos(x2)",
}


@pytest.mark.parametrize("name", SOLUTIONS)
def test_the_formula_as_an_expression_has_no_error(name):
    problem = load_symbolic_regression(function=name, protection="none")
    solution = problem.interpret(SOLUTIONS[name])
    assert problem.measure([solution])[0] < 1e-13
    assert problem.score(solution) < 1e-13
    assert problem.report(solution)["test_r2"] == pytest.approx(1)


@pytest.mark.parametrize(
    ("name", "n_train", "n_test", "train", "test"),
    [
        ("pagie-1", 26 * 26, 101 * 101, (-5, 5), (-5, 5)),
        ("vladislavleva-4", 1024, 5000, (0.05, 6.05), (-0.25, 6.35)),
        ("keijzer-6", 50, 120, (1, 50), (1, 120)),
        ("nguyen-1", 20, 1000, (-1, 1), (-1, 1)),
        ("nguyen-7", 20, 1000, (0, 2), (0, 2)),
        ("nguyen-8", 20, 1000, (0, 4), (0, 4)),
        ("nguyen-9", 100, 1000, (-1, 1), (-1, 1)),
        ("nguyen-10", 100, 1000, (-1, 1), (-1, 1)),
    ],
)
def test_samples_have_the_published_sizes_and_ranges(name, n_train, n_test, train, test):
    problem = load_symbolic_regression(function=name)
    n_features = FUNCTIONS[name].n_features
    parts = ((problem.X_train, n_train, train), (problem.X_test, n_test, test))
    for X, n, (low, high) in parts:
        assert X.shape == (n, n_features)
        assert low <= X.min() < low + 0.3 * (high - low)
        assert high - 0.3 * (high - low) < X.max() <= high


def test_grids_are_even_and_include_both_ends():
    X = load_symbolic_regression(function="pagie-1").X_train
    np.testing.assert_allclose(X[:27, 1], [*(-5 + 0.4 * np.arange(26)), -5], atol=1e-14)
    np.testing.assert_allclose(X[::26, 0], -5 + 0.4 * np.arange(26), atol=1e-14)
    X = load_symbolic_regression(function="keijzer-6").X_test
    np.testing.assert_array_equal(X[:, 0], np.arange(1, 121))


def test_the_seed_draws_the_points():
    (one, _), (test, _) = sample_function(FUNCTIONS["nguyen-1"], 3)
    (again, _), _ = sample_function(FUNCTIONS["nguyen-1"], 3)
    (other, _), _ = sample_function(FUNCTIONS["nguyen-1"], 4)
    np.testing.assert_array_equal(one, again)
    assert not np.isin(other, one).any()
    assert not np.isin(test, one).any()


def test_what_others_ask_of_the_problem(squares):
    assert (squares.kind, squares.objective, squares.loss) == ("regression", "error", "rmse")
    assert (squares.name, squares.n_features) == ("arrays", 1)
    assert SIGNS[squares.objective] == -1.0
    for name in ("X_train", "y_train", "X_test", "y_test"):
        values = getattr(squares, name)
        assert values.dtype == np.float64
        assert not values.flags.writeable
    assert repr(squares) == "<SymbolicRegressionProblem 'arrays': 1 features, 3 train, 2 test>"


def test_errors_by_hand(squares):
    line, square = parse("x1"), parse("x1*x1")
    found = squares.measure([line, None, square])
    np.testing.assert_allclose(found, [math.sqrt((0 + 4 + 36) / 3), WORST, 0.0], rtol=1e-15)
    assert squares.score(square) == math.sqrt(0.5)
    assert squares.progress(square) == {"train_rmse": 0.0, "test_rmse": math.sqrt(0.5)}
    report = squares.report(square)
    assert report == {
        "train_rmse": 0.0,
        "train_r2": 1.0,
        "test_rmse": math.sqrt(0.5),
        "test_r2": pytest.approx(1 - 0.5 / 7.5**2),
        "expression": "x1 * x1",
        "size": 3,
        "depth": 2,
    }
    assert json.loads(json.dumps(report)) == report
    assert squares.measure([]).shape == (0,)
    assert squares.measure([None]).tolist() == [WORST]


def test_what_is_not_finite_is_the_worst_and_reported_as_none(squares):
    expressions = [
        parse(text, protection="none")
        for text in ("1/(x1-1)", "log(x1-2)", "exp(400*x1)", "1e9", "1e200", "x1")
    ]
    errors = squares.measure(expressions)
    assert errors[:5].tolist() == [WORST] * 5
    assert errors[5] < 10
    assert squares.score(expressions[2]) == math.inf
    report = squares.report(expressions[1])
    assert report["train_rmse"] is None
    assert report["train_r2"] is None
    assert squares.report(expressions[4])["train_r2"] is None


def test_a_constant_target_has_no_determination():
    problem = regression_from_arrays([[1], [2], [3]], [0.1] * 3, X_test=[[1], [2]], y_test=[1, 2])
    report = problem.report(parse("x1"))
    assert report["train_r2"] is None
    assert report["test_r2"] == 1.0


def test_any_function_is_a_phenotype(squares):
    def square(X):
        return X[:, 0] ** 2

    assert squares.measure([square, parse("x1"), None])[0] == 0
    assert squares.score(square) == math.sqrt(0.5)
    assert "expression" not in squares.report(square)
    with pytest.raises(ValueError, match=r"phenotype must return shape \(3,\), got \(3, 1\)"):
        squares.measure([lambda X: X])


@pytest.mark.parametrize("name", ["pagie-1", "keijzer-6", "vladislavleva-4"])
def test_every_sentence_of_the_grammar_is_an_expression_of_its_variables(name):
    problem = load_symbolic_regression(function=name)
    mapping = GEMapping(CompiledGrammar.of(Grammar.parse(problem.grammar)))
    codons = np.random.default_rng(1).integers(0, 2**16, (300, 60))
    sentences = mapping.map(codons)
    texts = [text for i in range(300) if (text := sentences.text(i)) is not None]
    expressions = [problem.interpret(text) for text in texts]
    assert len(expressions) > 100
    used = {expression.n_variables for expression in expressions}
    assert max(used) == problem.n_features
    assert evaluate_many(expressions, problem.X_train).shape == (len(texts), len(problem.y_train))
    assert (problem.measure(expressions) <= WORST).all()


def test_protection_reaches_the_expressions():
    for protection, value in (("offset", math.log(2)), ("koza", 0.0), ("none", 0.0)):
        problem = load_symbolic_regression(function="keijzer-6", protection=protection)
        assert problem.interpret("log(x1)")(problem.X_train)[0] == pytest.approx(value)


def test_problems_pickle(squares, monkeypatch):
    again = pickle.loads(pickle.dumps(squares))
    np.testing.assert_array_equal(again.X_test, squares.X_test)
    problem = load_symbolic_regression(function="nguyen-9", seed=5, protection="koza")
    assert problem.options == {"function": "nguyen-9", "seed": 5, "protection": "koza"}
    monkeypatch.setitem(BUILT_IN, "symbolic_regression", (FACTORY, ""))
    same = pickle.loads(pickle.dumps(problem))
    assert same.options == problem.options
    np.testing.assert_array_equal(same.X_train, problem.X_train)


def test_arrays_are_split_as_data_sets_are_and_copied():
    X, y = np.arange(10.0)[:, None], np.arange(10.0)
    problem = regression_from_arrays(X, y, test_size=0.2, split_seed=1)
    assert (len(problem.y_train), len(problem.y_test)) == (8, 2)
    np.testing.assert_array_equal(np.sort([*problem.y_train, *problem.y_test]), y)
    np.testing.assert_array_equal(problem.X_train[:, 0], problem.y_train)
    first = problem.X_train[0, 0]
    X += 1
    assert problem.X_train[0, 0] == first


@pytest.mark.parametrize(
    ("X", "y", "message"),
    [
        ([1, 2], [1, 2], r"X must have shape \(n_samples, n_features\).*got \(2,\)"),
        ([[1], [2]], [1], r"y must have shape \(2,\), one value per row of X, got \(1,\)"),
        ([[1], [2]], [[1], [2]], r"y must have shape \(n_samples,\).*got \(2, 1\)"),
        ([[1], [np.inf]], [1, 2], r"X must be finite, got inf at \(1, 0\)"),
        ([[1], [2]], [1, np.nan], r"y must be finite, got nan at \(1,\)"),
        ([[1], [2, 3]], [1, 2], "X must be an array of numbers, got"),
        (np.empty((0, 2)), [], r"X must have shape .* got \(0, 2\)"),
    ],
)
def test_arrays_that_are_no_samples(X, y, message):
    with pytest.raises(ValueError, match=message):
        regression_from_arrays(X, y)


def test_other_bad_input(squares):
    with pytest.raises(ValueError, match="unknown function 'pagie': did you mean 'pagie-1'"):
        load_symbolic_regression(function="pagie")
    with pytest.raises(ValueError, match="seed must be an integer of at least 0, got -1"):
        load_symbolic_regression(seed=-1)
    with pytest.raises(ValueError, match="protection must be one of 'offset'"):
        load_symbolic_regression(protection="no")
    with pytest.raises(TypeError, match="y must hold real numbers, got dtype <U1"):
        regression_from_arrays([[1], [2]], ["a", "b"])
    with pytest.raises(ValueError, match="X_test and y_test must be given together"):
        regression_from_arrays(*SQUARES, X_test=[[1]])
    with pytest.raises(ValueError, match="X_test must not be given together with the options"):
        regression_from_arrays(*SQUARES, X_test=[[1]], y_test=[1], test_size=0.5)
    with pytest.raises(ValueError, match="X_test must have 1 columns as X_train has, got 2"):
        regression_from_arrays(*SQUARES, X_test=[[1, 2]], y_test=[1])
    with pytest.raises(ValueError, match=r"y_test must have shape \(1,\), one value per row of X_"):
        SymbolicRegressionProblem("own", *SQUARES, [[1]], [1, 2])
    with pytest.raises(ValueError, match=r"X must have a column for each variable.*got 1"):
        squares.measure([parse("x2")])


def test_a_variable_that_is_not_there_cannot_be_read():
    problem = load_symbolic_regression(function="nguyen-1")
    with pytest.raises(ValueError, match=r"expected variables up to x1, got x3 in 'x1 \+ x3'"):
        problem.interpret("x1 + x3")
