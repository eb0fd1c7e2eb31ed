"""The task of control, beside the problem that it stands for, and its cost by hand."""

import numpy as np
import pytest

from evograft.problems.benchmark_generation.tasks import ControlTask, task
from evograft.problems.control import ControlProblem
from evograft.problems.control.environments import KernelEnvironment
from evograft.problems.control.tasks import TASKS as ENVIRONMENTS
from evograft.representations.morphogenesis import Genome, develop
from evograft.representations.recurrent import RecurrentNetwork


@pytest.fixture(scope="module")
def grown():
    rng = np.random.default_rng(34)
    return develop(Genome.random(rng, size_x=10, size_y=10, max_growth_steps=200))


def controller(organism, name, **settings):
    n_inputs, n_outputs = {"cartpole": (4, 2), "acrobot": (6, 3)}[name]
    graph = organism.to_networkx()
    return RecurrentNetwork.from_graph(graph, n_inputs, n_outputs, **settings)


@pytest.mark.parametrize("name", ["cartpole", "acrobot"])
def test_control_is_the_fitness_of_the_problem(grown, name):
    problem = ControlProblem(name, protocol="pool", episodes=5, seed=60)
    (fitness,) = problem.measure([controller(grown, name)])
    assert task(name).score(grown, "medium", 3).value == fitness


def test_other_protocol_runs_the_other_way(grown):
    problem = ControlProblem("cartpole", protocol="playbook", episodes=5)
    (fitness,) = problem.measure([controller(grown, "cartpole", orientation="reversed")])
    assert ControlTask("cartpole", "playbook").score(grown, "medium").value == fitness


def test_episodes_of_seeds_are_disjoint_and_those_of_fidelities_begin_alike(monkeypatch, grown):
    asked = []

    def note(self, phenotype, seeds=None):
        asked.append(seeds)
        return np.ones(len(seeds))

    monkeypatch.setattr(ControlProblem, "episode_rewards", note)
    for fidelity, seed in (("low", 0), ("medium", 0), ("high", 0), ("high", 1), ("low", 10**8 - 1)):
        ControlTask().score(grown, fidelity, seed)
    assert asked[:4] == [range(1), range(5), range(20), range(20, 40)]
    assert asked[4].stop < 2**31


def test_cost_of_control_counts_the_steps(grown):
    network = controller(grown, "cartpole")
    n, m = network.n_neurons, len(network.sources)
    returns = ControlProblem("cartpole", protocol="pool").episode_rewards(network, range(5))
    per_step = (2 * m + 4 * n) * network.thinking_time + 30
    assert ControlTask("cartpole").score(grown, "medium").cost == returns.sum() * per_step


@pytest.mark.parametrize(("returned", "steps"), [(-500.0, 500), (-499.0, 500), (-80.0, 81)])
def test_steps_of_acrobot_from_its_return(monkeypatch, grown, returned, steps):
    monkeypatch.setattr(ControlProblem, "episode_rewards", lambda *_: np.array([returned]))
    network = controller(grown, "acrobot")
    per_step = network.complexity().operations + 323
    assert ControlTask("acrobot").score(grown, "low").cost == steps * per_step


def test_every_step_of_acrobot_but_the_last_costs_a_reward():
    """What the count of steps rests on, beside the environment stepped by itself."""
    environment = KernelEnvironment(ENVIRONMENTS["acrobot"])
    for seed in range(20):
        observation, _ = environment.reset(seed=seed)
        returned, steps, over = 0.0, 0, False
        while not over:
            # Torque with the velocity of the joint that it acts on swings up.
            action = 2 if observation[5] > 0 else 0
            observation, reward, ended, cut, _ = environment.step(action)
            returned, steps, over = returned + reward, steps + 1, ended or cut
        assert steps == min(1 - returned, 500)
        if ended and steps < 500:
            return
    pytest.fail("no episode came to its end")


def test_controller_from_a_grown_network_is_that_of_its_graph(grown):
    assert RecurrentNetwork.from_organism(grown, 4, 2) == controller(grown, "cartpole")
