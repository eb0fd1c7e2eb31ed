"""Losses and errors of whole populations against a slow twin in plain Python."""

import math

import numpy as np
import pytest

from evograft import problems
from evograft.problems.measures import Tally, measure_phenotype
from evograft.representations._network_kernels import BLOCK


def problem_of(classes, loss="cross_entropy", n=2 * BLOCK + 90):
    y = np.arange(n) % classes
    X = np.zeros((n, 1))
    return problems.from_arrays(
        X + y[:, None], y, X_test=X[:classes] + y[:classes, None], y_test=y[:classes], loss=loss
    )


def measured(problem, P):
    """All objectives of the classifiers *P* (n, classes, samples), added in mixed-up blocks."""
    tally = Tally(problem.y_train, problem.loss, ("loss", "error", "cases"), len(P))
    for start in reversed(range(0, P.shape[2], BLOCK)):
        stop = min(start + BLOCK, P.shape[2])
        tally.add(start, stop, np.ascontiguousarray(P[:, :, start:stop]))
    return tally.values("loss"), tally.values("error"), tally.values("cases")


def slow_case(p, label, loss):
    if loss == "mse":
        return sum((q - (c == label)) ** 2 for c, q in enumerate(p)) / len(p)
    return -math.log(max(p[label], 1e-12))


@pytest.mark.parametrize("loss", ["cross_entropy", "mse"])
@pytest.mark.parametrize("classes", [2, 3, 10])
def test_losses_and_errors_equal_those_of_the_slow_twin(classes, loss):
    problem = problem_of(classes, loss)
    n = len(problem.y_train)
    rng = np.random.default_rng(classes)
    P = rng.dirichlet(np.full(classes, 0.3), size=(4, n)).transpose(0, 2, 1).astype(np.float32)
    losses, errors, cases = measured(problem, P)
    for k in range(4):
        rows = P[k].T.astype(float)
        labels = problem.y_train.tolist()
        slow = [slow_case(row, label, loss) for row, label in zip(rows, labels, strict=True)]
        np.testing.assert_allclose(cases[k], slow, rtol=2e-5, atol=1e-6)
        assert losses[k] == pytest.approx(np.mean(slow), rel=1e-5)
        assert errors[k] == np.mean(rows.argmax(axis=1) != labels)


def test_the_first_of_equal_classes_is_the_decision():
    problem = problem_of(3)
    P = np.full((1, 3, len(problem.y_train)), 1 / 3, np.float32)
    _, errors, _ = measured(problem, P)
    assert errors[0] == np.mean(problem.y_train != 0)


def test_a_loss_near_zero_keeps_its_digits():
    problem = problem_of(2)
    n = len(problem.y_train)
    P = np.zeros((3, 2, n), np.float32)
    tiny = [1e-9, 1e-20, 4.9e-3]
    for k, q in enumerate(tiny):
        P[k, problem.y_train, np.arange(n)] = 1 - q
        P[k, 1 - problem.y_train, np.arange(n)] = q
    losses, _, _ = measured(problem, P)
    assert losses == pytest.approx([-math.log1p(-q) for q in tiny], rel=1e-5)


def test_what_is_no_probability_has_failed():
    for loss in ("cross_entropy", "mse"):
        problem = problem_of(3, loss)
        P = np.full((1, 3, len(problem.y_train)), np.nan, np.float32)
        tally = Tally(problem.y_train, problem.loss, ("loss",), 2)
        good = np.full_like(P, 1 / 3)
        P[0, :, 1:] = 1 / 3
        for start in range(0, P.shape[2], BLOCK):
            stop = min(start + BLOCK, P.shape[2])
            tally.add(start, stop, np.concatenate((P, good))[:, :, start:stop].copy())
        assert tally.failed.tolist() == [True, False]


def test_a_classifier_is_measured_alike_alone_and_among_others():
    problem = problem_of(3)
    P = np.random.default_rng(0).dirichlet(np.ones(3), size=(5, len(problem.y_train)))
    P = P.transpose(0, 2, 1).astype(np.float32)
    together = measured(problem, P)[0]
    alone = [measured(problem, P[k : k + 1])[0][0] for k in range(5)]
    assert together.tolist() == alone


class Constant:
    def __init__(self, *outputs):
        self.outputs = outputs

    def forward(self, X):
        return np.tile(self.outputs, (len(X), 1))


def test_any_phenotype_with_forward_is_measured():
    problem = problem_of(2)
    values = measure_phenotype(problem, ("loss", "error"), Constant(0.25))
    expected = np.where(problem.y_train == 1, -math.log(0.25), -math.log(0.75)).mean()
    assert values["loss"] == pytest.approx([expected], rel=1e-6)
    assert values["error"] == pytest.approx([np.mean(problem.y_train == 1)])
    with pytest.raises(ValueError, match=r"phenotype must have complexity\(\) for 'neurons'"):
        measure_phenotype(problem, ("neurons",), Constant(0.5))
    with pytest.raises(ValueError, match=r"phenotype.forward must return \(\d+, 1\), got"):
        measure_phenotype(problem, ("loss",), Constant(0.5, 0.5))
