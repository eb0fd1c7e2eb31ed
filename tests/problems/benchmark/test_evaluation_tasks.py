"""Tasks by name, their costs and columns, and the readout beside that of the features."""

import math
import pickle

import numpy as np
import pytest

from evograft import problems
from evograft.problems.benchmark_generation.operation_counts import growth_operations
from evograft.problems.benchmark_generation.tasks import (
    TASKS,
    ControlTask,
    ReadoutTask,
    Score,
    score_column,
    score_columns,
    score_names,
    task,
)
from evograft.problems.benchmark_generation.tasks.readout import VALIDATION_SHARE
from evograft.representations.morphogenesis import Genome, develop


class Network:
    """A network as tasks look at one, from its edges."""

    def __init__(self, n, edges=()):
        self.neuron_ids = np.arange(1, n + 1) * 3
        self.edges = np.array(edges, np.int64).reshape(-1, 2) * 3 + 3
        self.weights = np.linspace(0.1, 0.9, len(edges))


@pytest.fixture(scope="module")
def grown():
    rng = np.random.default_rng(34)
    return develop(Genome.random(rng, size_x=10, size_y=10, max_growth_steps=200))


@pytest.fixture(scope="module")
def large():
    """One with more neurons than digits have features."""
    rng = np.random.default_rng(1)
    while True:
        found = develop(Genome.random(rng, size_x=12, size_y=12, max_growth_steps=200))
        if found.n_neurons > 64 and len(found.edges) > 200:
            return found


@pytest.mark.parametrize("n", [0, 1, 5])
@pytest.mark.parametrize("name", ["cartpole", "wine", "digits"])
def test_networks_that_are_too_small_cost_nothing(name, n):
    network = Network(n, [(0, 0)] if n else [])
    score = task(name).score(network)
    assert score.cost == 0
    if name == "cartpole":
        assert score.value == 0.0
    else:
        problem = problems.load(name)
        order = np.random.default_rng(0).permutation(len(problem.y_train))
        n_validate = int(len(order) * VALIDATION_SHARE)
        fit, validate = problem.y_train[order[n_validate:]], problem.y_train[order[:n_validate]]
        assert score.value == np.mean(validate == np.bincount(fit).argmax())


def test_network_without_edges_forgets_what_it_saw():
    silent = ReadoutTask("wine").score(Network(13))
    assert silent.value == ReadoutTask("wine").score(Network(0)).value
    assert silent.cost > 0
    assert ControlTask("cartpole").score(Network(6)).value < 0.05  # always the first action


def loops(n, weight):
    network = Network(n, [(i, i) for i in range(n)])
    network.weights[:] = weight
    return network


def test_readout_of_neurons_that_keep_their_features_is_that_of_the_features():
    """Neurons that feed themselves for one round: s = tanh(w x), almost w x for a small w."""
    from sklearn.linear_model import RidgeClassifier

    problem = problems.load("wine")
    order = np.random.default_rng(5).permutation(124)
    validate, fit = order[:37], order[37:80]
    states = np.tanh(np.float32(0.01) * problem.X_train)
    readout = RidgeClassifier(alpha=1e-6, solver="cholesky")
    readout.fit(states[fit].astype(float), problem.y_train[fit])
    expected = readout.score(states[validate].astype(float), problem.y_train[validate])
    reservoir = ReadoutTask("wine", rounds=1, ridge=1e-6)
    assert reservoir.score(loops(13, 0.01), "medium", 5).value == expected > 0.9


def test_readout_never_sees_the_test_part(monkeypatch, grown):
    problem = problems.load("wine")
    before = ReadoutTask("wine").score(grown)
    hidden = pickle.loads(pickle.dumps(problem))
    object.__setattr__(hidden, "X_test", np.full_like(problem.X_test, np.nan))
    object.__setattr__(hidden, "y_test", np.full_like(problem.y_test, -1))
    where = "evograft.problems.benchmark_generation.tasks.readout._problem"
    monkeypatch.setattr(where, lambda name: hidden)
    assert ReadoutTask("wine").score(grown) == before


def test_score_of_the_test_part():
    reservoir = ReadoutTask("wine", rounds=1, ridge=1e-6)
    assert reservoir.test_score(loops(13, 0.01)) > 0.9
    problem = problems.load("wine")
    most = np.bincount(problem.y_train).argmax()
    assert reservoir.test_score(Network(0)) == np.mean(problem.y_test == most)


def test_cost_of_readout_by_hand(large):
    n, m = large.n_neurons, len(large.edges)
    assert n > 43  # fewer rows than neurons: the second form of the equations
    propagation = (43 + 37) * 4 * (2 * m + 4 * n)
    regression = 2 * 43 * n * 43 + 43**3 // 3 + 2 * (43 + 37) * n * 3
    assert ReadoutTask("wine").score(large, "medium").cost == propagation + regression


@pytest.mark.parametrize("name", ["cartpole", "wine", "digits"])
def test_scores_are_pure_and_differ_by_seed(large, name):
    made = task(name)
    first = [made.score(large, "low", seed) for seed in range(3)]
    activity = pickle.loads(pickle.dumps(made))
    assert [activity.score(large, "low", seed) for seed in (2, 1, 0)] == first[::-1]
    assert len({score.value for score in first}) > 1
    assert all(math.isfinite(score.value) and 0 <= score.value <= 1 for score in first)


def test_costs_rise_with_fidelity(large):
    for name in ("cartpole", "wine", "digits"):
        made = task(name)
        costs = [made.score(large, fidelity).cost for fidelity in made.fidelities]
        assert costs == sorted(costs)
        assert costs[0] < costs[-1]


def test_growth_by_hand():
    inhibition = np.array([[0.5, 0.1, 0.0], [0.0, 0.5, 0.2], [0.3, 0.0, 0.0]])
    kernels = [np.ones((3, 3)) / 9, np.ones((1, 5)) / 5, np.ones((3, 3)) / 9]
    genome = Genome(
        size_x=7, size_y=5, max_growth_steps=11,
        inhibition_matrix=inhibition, diffusion_patterns=kernels,
    )  # fmt: skip
    per_site = 3 + 3 * 3 + 2 * (9 + 5 + 9) + 3 * 3
    assert growth_operations(genome) == 11 * 35 * per_site


def test_columns(grown):
    tasks = [task("cartpole"), task("wine")]
    columns = score_columns(grown, tasks, seeds=(0, 2), fidelities=("low", "high"))
    assert [name for name in columns if not name.endswith("_cost")] == [
        "cartpole_low_0", "cartpole_low_2", "cartpole_0", "cartpole_2",
        "wine_low_0", "wine_low_2", "wine_0", "wine_2",
    ]  # fmt: skip
    assert score_names(tasks, (0, 2), ("low", "high")) == tuple(columns)
    for made in tasks:
        for fidelity in ("low", "high"):
            name, score = score_column(made, fidelity, 2), made.score(grown, fidelity, 2)
            assert Score(columns[name], columns[f"{name}_cost"]) == score


def test_descriptions_are_json():
    import json

    for name in ("cartpole", "digits"):
        described = task(name).describe()
        assert json.loads(json.dumps(described)) == described
    assert task("wine").describe()["fidelities"] == {"low": 21, "medium": 43, "high": 87}


def test_bad_arguments(grown):
    made = task("cartpole")
    with pytest.raises(ValueError, match="fidelity must be one of 'low', 'medium', 'high'"):
        made.score(grown, "full")
    with pytest.raises(ValueError, match="seed must be an integer from 0 to 99999999, got -1"):
        made.score(grown, "low", -1)
    with pytest.raises(ValueError, match="unknown task 'cartpol': did you mean 'cartpole'"):
        task("cartpol")
    with pytest.raises(ValueError, match=r"option of task 'wine', 'round'.*'rounds'"):
        task("wine", round=3)
    with pytest.raises(ValueError, match="option of task 'wine', 'name'"):
        task("wine", name="digits")
    with pytest.raises(ValueError, match="mutate must be given to task 'robustness'"):
        task("robustness")
    with pytest.raises(ValueError, match="protocol must be one of"):
        ControlTask("cartpole", "free")
    with pytest.raises(ValueError, match="unknown control task 'pendulum'"):
        ControlTask("pendulum")
    with pytest.raises(ValueError, match="unknown data set 'vine': did you mean 'wine'"):
        ReadoutTask("vine")
    with pytest.raises(ValueError, match="rounds must be an integer of at least 1, got 0"):
        ReadoutTask("wine", rounds=0)
    with pytest.raises(ValueError, match="ridge must be a number above 0, got 0"):
        ReadoutTask("wine", ridge=0)
    assert set(TASKS) == {"cartpole", "acrobot", "wine", "digits", "robustness", "evolvability"}
