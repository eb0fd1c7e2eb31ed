"""Compiled episodes of recurrent networks: recorded ones, and those of the slow way."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest
from fixtures import fixture
from neat_genomes import grown

from evograft.problems.control import ControlProblem
from evograft.problems.control.tasks import TASKS
from evograft.representations.morphogenesis import Genome, develop
from evograft.representations.neat_controller import NeatStepper
from evograft.representations.neat_forward import NeatMapping
from evograft.representations.recurrent import RecurrentNetwork

NAMES = {"CartPole-v1": "cartpole", "Acrobot-v1": "acrobot"}


def make_network(name, nodes, edges, **options):
    index = {node: i for i, node in enumerate(nodes)}
    return RecurrentNetwork(
        n_inputs=TASKS[name].n_inputs,
        n_outputs=TASKS[name].n_outputs,
        n_neurons=len(nodes),
        sources=[index[source] for source, _, _ in edges],
        targets=[index[target] for _, target, _ in edges],
        weights=[weight for _, _, weight in edges],
        **options,
    )


def random_network(name, seed, **options):
    """A network with weights of both signs, unlike grown ones, so that it does many things."""
    rng = np.random.default_rng(seed)
    n = int(rng.integers(sum((TASKS[name].n_inputs, TASKS[name].n_outputs)), 16))
    edges = [
        (i, j, rng.normal()) for i in range(n) for j in range(n) if rng.random() < 3 / n or j == i
    ]
    return make_network(name, range(n), edges, **options)


class Stepwise:
    """The same network as something that only has ``step`` and ``reset``."""

    def __init__(self, network):
        self.step, self.reset = network.step, network.reset


@pytest.mark.parametrize(
    ("recording", "orientation"),
    [("propagation_forward", "forward"), ("propagation_reverse", "reversed")],
)
def test_recorded_controllers_earn_what_was_recorded(recording, orientation):
    for item in fixture("morphonas", recording)["items"]:
        name = NAMES[item["env"]]
        network = make_network(name, item["nodes"], item["edges"], orientation=orientation)
        fresh = ControlProblem(name, protocol="playbook", orientation=orientation)
        earned = fresh.episode_rewards(network, item["seeds"])
        assert earned.tolist() == item["rewards_fresh_state"]
        paper = ControlProblem(name, protocol="paper", seed=42, episodes=4, orientation=orientation)
        # NumPy's exponential may differ in the last bit from one processor to another.
        recorded = item["gym_fitness_seed42_rollouts4_no_reset"]
        assert paper.measure([network])[0] == pytest.approx(recorded, rel=5e-16, abs=0)


def test_published_pools_earn_what_was_published():
    for item in fixture("morphonas", "published_pools")["items"]:
        name, published = item["pool"], item["published"]
        problem = ControlProblem(name, protocol="pool", seed=item["seed"])
        organism = develop(Genome.from_dict(item["genome"]), arithmetic="fused")
        grown = organism.to_dict()
        network = make_network(
            name, grown["nodes"], grown["edges"], orientation=problem.orientation
        )
        assert list(problem.seeds) == published["rollout_data"]["eval_seeds"]
        rewards = problem.episode_rewards(network)
        assert rewards.tolist() == published["rollout_data"]["rewards"]
        assert rewards.mean() == pytest.approx(published["baseline_reward"])


OPTIONS: tuple[dict[str, Any], ...] = (
    {},
    {"mode": "additive"},
    {"activation": "relu"},
    {"mode": "additive", "activation": "relu", "orientation": "reversed"},
    {"eta": 0.02, "decay": 0.01},
    {"eta": -0.5, "decay": 0.1, "clamp": 0.3},
    {"eta": 1.0, "activation": "relu", "mode": "additive"},
)


@pytest.mark.parametrize("reset_state", [True, False])
@pytest.mark.parametrize("options", OPTIONS)
@pytest.mark.parametrize("name", NAMES.values())
def test_compiled_episodes_are_those_of_single_steps(name, options, reset_state):
    problem = ControlProblem(name, reset_state=reset_state)
    seeds = range(3 if name == "acrobot" else 9)
    for seed in range(4):
        network = random_network(name, seed, **options)
        compiled = problem.episode_rewards(network, seeds)
        stepwise = problem.episode_rewards(Stepwise(network), seeds)
        assert compiled.tolist() == stepwise.tolist()


@pytest.mark.parametrize(("recurrent", "rounds"), [(False, 1), (True, 1), (True, 3)])
@pytest.mark.parametrize("options", [{}, {"switch": {}, "switch_step": 5}])
@pytest.mark.parametrize("reset_state", [True, False])
@pytest.mark.parametrize("name", NAMES.values())
def test_neats_compiled_episodes_are_those_of_single_steps(
    name, reset_state, options, recurrent, rounds
):
    task = TASKS[name]
    if options:
        options = options | {"switch": {attribute: 2 * v for attribute, v in task.physics.items()}}
    problem = ControlProblem(name, reset_state=reset_state, **options)
    seeds = range(2 if name == "acrobot" else 6)
    mapping = NeatMapping(task.n_inputs, task.n_outputs)
    rng = np.random.default_rng(4)
    returns = set()
    for _ in range(5):
        genome = grown(
            rng, n_inputs=task.n_inputs, n_outputs=task.n_outputs, recurrent=recurrent, disabled=0.0
        )
        network = NeatStepper(mapping, recurrent, rounds).develop(genome)
        compiled = problem.episode_rewards(network, seeds).tolist()
        assert compiled == problem.episode_rewards(Stepwise(network), seeds).tolist()
        returns.update(compiled)
    assert len(returns) > 3 or name == "acrobot"


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("cartpole", {}),
        ("cartpole", {"switch": {"gravity": 30.0, "force_mag": 3.0}, "switch_step": 4}),
        ("cartpole", {"double_reset": True}),
        ("acrobot", {"switch": {"LINK_MASS_2": 3.0}, "switch_step": 1}),
        ("acrobot", {"double_reset": True, "reset_state": True}),
    ],
)
def test_both_engines_agree_and_the_option_matters(name, options):
    ours, theirs = (ControlProblem(name, engine=e, **options) for e in ("numba", "gymnasium"))
    plain = ControlProblem(name)
    seeds = range(3 if name == "acrobot" else 12)
    differences = 0
    for seed in range(4):
        network = random_network(name, seed)
        compiled = ours.episode_rewards(network, seeds).tolist()
        assert compiled == theirs.episode_rewards(network, seeds).tolist()
        differences += compiled != plain.episode_rewards(network, seeds).tolist()
    assert (differences > 0) == bool(options)


@pytest.mark.parametrize("options", [{}, {"eta": 0.05, "decay": 0.001}])
def test_episodes_side_by_side_are_those_alone(options):
    problem = ControlProblem("cartpole", protocol="pool")
    for seed in range(6):
        network = random_network("cartpole", seed, **options)
        together = problem.episode_rewards(network)
        alone = [problem.episode_rewards(network, [episode])[0] for episode in problem.seeds]
        assert together.tolist() == alone
        backwards = problem.episode_rewards(network, list(problem.seeds)[::-1])
        assert backwards.tolist() == alone[::-1]


def test_what_an_episode_leaves_matters_only_where_it_is_carried_over():
    reset, carried = (ControlProblem("cartpole", reset_state=r) for r in (True, False))
    differences = 0
    for seed in range(20):
        network = random_network("cartpole", seed, mode="additive")
        a, b = reset.episode_rewards(network), carried.episode_rewards(network)
        assert a[0] == b[0]
        differences += (a != b).any()
    assert differences > 0


def test_a_networks_own_episode_goes_on_undisturbed():
    genome = grown(np.random.default_rng(3), n_inputs=4, recurrent=True)
    for make in (
        lambda: random_network("cartpole", 3),
        lambda: NeatStepper(NeatMapping(4, 2), recurrent=True).develop(genome),
    ):
        network, twin = make(), make()
        observation = np.ones(4, np.float32)
        network.step(observation), twin.step(observation)
        ControlProblem("cartpole").measure([network])
        np.testing.assert_array_equal(network.step(observation), twin.step(observation))


def test_threads_change_nothing():
    problem = ControlProblem("cartpole", protocol="playbook")
    networks = [random_network("cartpole", seed) for seed in range(40)]
    alone = problem.measure(networks)
    with ThreadPoolExecutor(4) as pool:
        parts = list(pool.map(problem.measure, [networks[i : i + 5] for i in range(0, 40, 5)]))
    assert np.concatenate(parts).tolist() == alone.tolist()
    assert len(set(alone.tolist())) > 5
