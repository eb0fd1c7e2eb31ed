"""What a control problem promises its users."""

import dataclasses
import json
import math
import pickle
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evograft import problems
from evograft.problems.control import ControlProblem
from evograft.problems.control.episodes import choose_action
from evograft.problems.control.protocols import PROTOCOLS
from evograft.problems.control.tasks import TASKS
from evograft.problems.registry import BUILT_IN
from evograft.representations.recurrent import RecurrentNetwork

MISSING = r'needs Gymnasium: pip install "evograft\[control\]"'


class Balancer:
    """Balances the pole, and remembers what it was asked."""

    def __init__(self):
        self.seen = []

    def forward(self, X):
        self.seen.append(X)
        lean = X[:, 2:3] + X[:, 3:4] / 2
        return np.hstack([-lean, lean])


class Constant:
    def __init__(self, *outputs):
        self.outputs = np.array(outputs)
        self.resets = 0

    def step(self, observation):
        return self.outputs

    def reset(self):
        self.resets += 1


def few_neurons(n_neurons):
    return RecurrentNetwork(
        n_inputs=4, n_outputs=2, n_neurons=n_neurons, sources=[0], targets=[1], weights=[1.0]
    )


def test_the_registry_knows_every_task():
    registered = [name for name, (where, _) in BUILT_IN.items() if where.endswith("ControlProblem")]
    assert registered == list(TASKS)
    for name in TASKS:
        problem = problems.load(name, episodes=2, protocol="pool")
        assert (problem.kind, problem.name, problem.objective) == ("control", name, "reward")
        summary = BUILT_IN[name][1]
        assert f"{problem.n_inputs} inputs" in summary
        assert f"passes at {problem.pass_score:g}" in summary


def test_an_unknown_option_gets_the_nearest_names():
    with pytest.raises(
        ValueError, match=r"unknown option of problem 'cartpole', 'episode'.*episod"
    ):
        problems.load("cartpole", episode=3)


@pytest.mark.parametrize(
    ("name", "protocol", "mean_return", "fitness"),
    [
        ("cartpole", "paper", 500.0, 0.9999999999999432),
        ("cartpole", "playbook", 195.0, 0.5),
        ("acrobot", "paper", -100.0, 0.5),
        ("lunar_lander", "paper", 200.0, 0.5),
        ("mountain_car", "playbook", -110.0, 0.5),
        ("pendulum", "paper", -150.0, 0.5),
        ("lunar_lander", "paper", -1e6, 0.0),
        ("cartpole", "pool", 500.0, 1.0),
        ("cartpole", "pool", 123.0, 123 / 500),
        ("acrobot", "pool", -80.0, 1 + -80 / 500),
        ("acrobot", "pool", -500.0, 0.0),
        ("mountain_car", "pool", -200.0, 0.0),
        ("pendulum", "pool", 0.0, 1.0),
        ("lunar_lander", "pool", 350.0, 1.0),
        ("lunar_lander", "pool", -900.0, 0.0),
    ],
)
def test_fitness_is_that_of_the_protocol(name, protocol, mean_return, fitness):
    problem = ControlProblem(name, protocol=protocol)
    assert problem.fitness([mean_return - 1, mean_return + 1]) == fitness


@given(
    st.sampled_from(list(TASKS)),
    st.sampled_from(list(PROTOCOLS)),
    st.floats(-1e5, 1e5),
    st.floats(-1e5, 1e5),
)
def test_fitness_rises_with_the_return_from_0_to_1(name, protocol, one, other):
    problem = ControlProblem(name, protocol=protocol)
    low, high = sorted((one, other))
    assert 0.0 <= problem.fitness([low]) <= problem.fitness([high]) <= 1.0


def test_no_return_is_worse_than_the_worst():
    for name in ("acrobot", "mountain_car"):
        problem = ControlProblem(name)
        outputs = np.eye(3)[1]
        assert problem.episode_rewards(Constant(*outputs), [0]) == problem.task.worst_return
    pendulum = ControlProblem("pendulum")
    returns = pendulum.episode_rewards(Constant(0.0))
    assert (returns > pendulum.task.worst_return).all()
    assert (returns < 0).all()


def test_too_few_neurons_are_not_run_and_have_fitness_0():
    problem = ControlProblem("cartpole", protocol="paper", episodes=3)
    assert not few_neurons(5).big_enough
    assert problem.measure([None, few_neurons(5)]).tolist() == [0.0, 0.0]
    assert problem.measure([few_neurons(6)])[0] > 0.0
    assert problem.episode_rewards(few_neurons(5)).tolist() == [0.0, 0.0, 0.0]
    assert ControlProblem("acrobot").score(None) == -500.0
    assert problem.report(None)["fitness"] == 0.0
    assert problem.measure([]).shape == (0,)


def test_test_episodes_are_none_that_fitness_sees():
    problem = ControlProblem("cartpole", seed=2**31 - 20, episodes=20)
    assert not set(problem.seeds) & set(problem.test_seeds)
    assert len(problem.test_seeds) == 100
    with pytest.raises(ValueError, match="seed must be an integer from 0 to 2147483628"):
        ControlProblem("cartpole", seed=2**31 - 19, episodes=20)


def test_a_report_is_json_and_says_whether_the_task_is_solved():
    problem = ControlProblem("cartpole", episodes=2, test_episodes=3, protocol="pool")
    report = json.loads(json.dumps(problem.report(Balancer())))
    assert report["solved"] is True
    assert report["fitness"] == 1.0
    assert report["test_mean_return"] == problem.score(Balancer()) == 500.0
    falls = problem.report(Constant(1.0, 0.0))
    returns = problem.episode_rewards(Constant(1.0, 0.0))
    assert falls["solved"] is False
    assert falls["train_min_return"] == returns.min()
    assert falls["train_max_return"] == returns.max()
    assert problem.progress(Constant(1.0, 0.0)) == {"mean_reward": returns.mean()}
    grown = problem.report(few_neurons(6))
    assert grown["complexity"] == dataclasses.asdict(few_neurons(6).complexity())


def test_observations_are_rows_of_float32_and_actions_have_an_effect():
    balancer = Balancer()
    ControlProblem("cartpole", episodes=1).episode_rewards(balancer)
    assert {(X.shape, X.dtype) for X in balancer.seen} == {((1, 4), np.dtype(np.float32))}
    pendulum = ControlProblem("pendulum", episodes=2)
    weak, strong, stronger = (
        pendulum.episode_rewards(Constant(torque)).tolist() for torque in (0.5, 2.0, 9.0)
    )
    assert weak != strong
    assert strong == stronger


def test_the_first_of_equal_outputs_is_the_action():
    task = TASKS["acrobot"]
    assert choose_action(task, np.array([0.1, 0.5, 0.5])) == 1
    assert choose_action(task, np.zeros(3)) == 0
    with pytest.raises(ValueError, match=r"must give 3 outputs, got an array of shape \(2,\)"):
        choose_action(task, np.zeros(2))


def test_a_network_of_another_size_is_refused():
    network = few_neurons(12)
    with pytest.raises(ValueError, match="n_inputs of a controller of acrobot must be 6, got 4"):
        ControlProblem("acrobot").episode_rewards(network)


@pytest.mark.parametrize(("reset_state", "resets"), [(True, 4), (False, 1)])
def test_the_state_is_reset_as_the_protocol_says(reset_state, resets):
    controller = Constant(1.0, 0.0)
    problem = ControlProblem("cartpole", episodes=4, reset_state=reset_state)
    problem.episode_rewards(controller)
    assert controller.resets == resets


def test_protocols_are_those_of_the_three_programmes():
    kinds = {
        name: (problem.reset_state, problem.orientation)
        for name in PROTOCOLS
        if (problem := ControlProblem("cartpole", protocol=name))
    }
    assert kinds == {
        "paper": (False, "reversed"),
        "pool": (True, "forward"),
        "playbook": (True, "reversed"),
    }
    assert ControlProblem("cartpole", orientation="forward").orientation == "forward"


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"protocol": "pool", "episodes": 3, "seed": 7, "orientation": "reversed"},
        {"switch": "gravity", "switch_step": 4, "reset_state": True, "test_episodes": 2},
        {"switch": {"gravity": 30.0}, "switch_step": 4, "double_reset": True},
        {"engine": "gymnasium", "episodes": 2},
    ],
)
def test_a_pickle_is_the_same_problem(options):
    problem = problems.load("cartpole", **options)
    twin = pickle.loads(pickle.dumps(problem))
    assert twin.options == problem.options
    assert json.loads(json.dumps(problem.options)) == problem.options
    controller = few_neurons(6)
    assert twin.episode_rewards(controller).tolist() == problem.episode_rewards(controller).tolist()
    again = problems.load("cartpole", **problem.options)
    assert again.options == problem.options


def test_a_callers_mapping_may_change_later():
    switch = {"gravity": 30.0}
    problem = ControlProblem("cartpole", switch=switch, switch_step=4)
    switch["gravity"] = 1.0
    assert problem.options["switch"] == {"gravity": 30.0}


@pytest.mark.parametrize("name", ["mountain_car", "pendulum", "lunar_lander"])
def test_gymnasiums_own_episodes_do_not_depend_on_those_before(name):
    problem = ControlProblem(name, protocol="pool")
    controller = Constant(*np.linspace(0.3, 1.0, problem.n_outputs))
    together = problem.episode_rewards(controller, [3, 4, 3])
    assert together[0] == together[2] != together[1] or name == "mountain_car"
    assert together[1] == problem.episode_rewards(controller, [4])[0]
    assert all(map(math.isfinite, problem.measure([controller])))


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        (("cartpool",), ValueError, "unknown control problem 'cartpool': did you mean 'cartpole'"),
        (("cartpole", "papers"), ValueError, "protocol must be one of 'paper', 'pool', 'playbook'"),
        (("cartpole", "paper", 0), ValueError, "episodes must be an integer of at least 1, got 0"),
        (("cartpole", "paper", 2.5), TypeError, "episodes must be an integer"),
        (("cartpole", "paper", 2, -1), ValueError, "seed must be an integer from 0"),
        (("cartpole", "paper", 2, 0, "back"), ValueError, "orientation must be one of 'forward'"),
        (("cartpole", "paper", 2, 0, None, "no"), ValueError, "reset_state must be one of True"),
        (
            ("lunar_lander", "paper", 2, 0, None, None, {"g": 1.0}, 3),
            ValueError,
            "switch must be None for",
        ),
    ],
)
def test_bad_options_are_refused(arguments, error, message):
    with pytest.raises(error, match=message):
        ControlProblem(*arguments)


@pytest.mark.parametrize(
    ("name", "options", "message"),
    [
        ("pendulum", {"engine": "numba"}, "engine must be 'gymnasium' for pendulum, got 'numba'"),
        ("cartpole", {"engine": "jax"}, "engine must be one of 'auto', 'numba', 'gymnasium'"),
        ("cartpole", {"test_episodes": 0}, "test_episodes must be an integer of at least 1"),
        ("cartpole", {"double_reset": 3}, "double_reset must be one of True, False"),
    ],
)
def test_bad_keywords_are_refused(name, options, message):
    with pytest.raises(ValueError, match=message):
        ControlProblem(name, **options)


@pytest.mark.parametrize("seeds", [[], [-1]])
def test_bad_seeds_are_refused(seeds):
    with pytest.raises(ValueError, match="seeds must be an integer of at least"):
        ControlProblem("cartpole").episode_rewards(few_neurons(6), seeds)


def test_without_gymnasium_the_compiled_tasks_work_and_the_others_say_what_is_missing():
    script = f"""
import sys
sys.modules["gymnasium"] = None
import numpy as np
import pytest
from evograft import problems

class Left:
    def forward(self, X):
        return np.array([[1.0, 0.0]])

assert problems.load("cartpole").measure([Left()])[0] > 0
with pytest.raises(ValueError, match={MISSING!r}):
    problems.load("pendulum")
with pytest.raises(ValueError, match={MISSING!r}):
    problems.load("cartpole", engine="gymnasium")
"""
    subprocess.run([sys.executable, "-c", script], check=True)


def test_a_missing_part_of_gymnasium_is_named_too(monkeypatch):
    for module in ("Box2D", "Box2D.b2"):
        monkeypatch.setitem(sys.modules, module, None)
    monkeypatch.delitem(sys.modules, "gymnasium.envs.box2d", raising=False)
    monkeypatch.delitem(sys.modules, "gymnasium.envs.box2d.lunar_lander", raising=False)
    with pytest.raises(ValueError, match=MISSING):
        problems.load("lunar_lander")
