"""What the memory task shows, and what can and cannot solve it."""

import json
import pickle
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evograft import problems
from evograft.problems.control.memory import MemoryProblem
from evograft.problems.control.sequences import final_answers
from evograft.representations.dense_layout import DenseLayout
from evograft.representations.neat_network import NeatNetwork
from evograft.representations.recurrent import RecurrentNetwork
from evograft.representations.weight_vector import WeightVector


class Latch:
    """Keeps the bits that it saw with the flag of the cue."""

    def __init__(self, n_bits):
        self.n_bits = n_bits
        self.resets = 0

    def reset(self):
        self.resets += 1
        self.bits = np.zeros(self.n_bits)

    def step(self, observation):
        if observation[self.n_bits]:
            self.bits = observation[: self.n_bits]
        return self.bits


class Last:
    """Answers with the bits of the last observation."""

    def forward(self, X):
        return X[:, :-2]


def stepping(network):
    """The same network without its compiled shortcut."""

    class Stepping:
        reset, step = network.reset, network.step

    return Stepping()


def random_recurrent(seed, n_inputs=4, n_outputs=2, **settings):
    rng = np.random.default_rng(seed)
    n = 9
    chosen = rng.permutation(n * n)[:40]
    return RecurrentNetwork(
        n_inputs, n_outputs, n, chosen // n, chosen % n, rng.normal(size=40), **settings
    )


def random_neat(seed, *, recurrent, n_inputs=4, n_outputs=2, rounds=1):
    rng = np.random.default_rng(seed)
    neurons = 6
    rows = [
        rng.permutation(n_inputs + 1 + (neurons if recurrent else min(j, neurons - n_outputs)))[:5]
        for j in range(neurons)
    ]
    return NeatNetwork(
        n_inputs,
        n_outputs,
        indptr=np.cumsum([0, *map(len, rows)]),
        sources=np.concatenate(rows),
        weights=rng.normal(scale=3.0, size=sum(map(len, rows))),
        recurrent=recurrent,
        rounds=rounds,
    )


def test_the_registry_makes_it_and_it_pickles_as_its_arguments():
    problem = problems.load("memory", n_bits=3, delay=4, episodes=2)
    assert isinstance(problem, MemoryProblem)
    assert (problem.kind, problem.objective, problem.pass_score) == ("control", "reward", 1.0)
    assert (problem.n_inputs, problem.n_outputs) == (5, 3)
    copied = pickle.loads(pickle.dumps(problem))
    assert copied.options == problem.options
    assert (copied.sequences([5]) == problem.sequences([5])).all()


def test_the_default_is_what_the_list_of_problems_says():
    problem = problems.load("memory")
    summary = dict(problems.describe())["memory"]
    assert f"{problem.n_inputs} inputs, {problem.n_outputs} outputs" in summary
    assert f"passes at {problem.pass_score:g}" in summary


def test_every_cue_is_shown_once_under_the_same_noise():
    problem = MemoryProblem(n_bits=2, delay=3, noise=0.25)
    shown = problem.sequences([7, 8]).reshape(2, 4, 5, 4)
    assert shown.dtype == np.float32
    assert shown[0, :, 0, :2].tolist() == [[-1, -1], [1, -1], [-1, 1], [1, 1]]
    assert (shown[1, :, 0] == shown[0, :, 0]).all()
    assert (shown[:, :, :, 2] == [1, 0, 0, 0, 0]).all()
    assert (shown[:, :, :, 3] == [0, 0, 0, 0, 1]).all()
    assert (shown[:, :, -1, :2] == 0).all()
    noise = shown[:, :, 1:-1, :2]
    assert (noise == noise[:, :1]).all()
    assert np.unique(noise).size == 2 * 3 * 2
    assert np.abs(noise).max() <= 0.25
    drawn = 0.25 * np.random.default_rng(8).uniform(-1, 1, (3, 2))
    assert (noise[1, 0] == drawn.astype(np.float32)).all()


def test_the_noise_is_uniform_and_blank_where_it_is_0():
    problem = MemoryProblem(n_bits=1, delay=1000, noise=1.0)
    noise = problem.sequences([3])[0, 1:-1, 0]
    counts = np.histogram(noise, bins=10, range=(-1, 1))[0]
    assert ((counts - 100) ** 2 / 100).sum() < 27.9  # chi-squared, 9 degrees of freedom, p = 0.001
    assert not MemoryProblem(noise=0.0).sequences([1, 2])[:, 1:-1].any()


def test_training_and_test_episodes_do_not_meet():
    problem = MemoryProblem(seed=2**31 - 50)
    assert not {*problem.seeds} & {*problem.test_seeds}
    assert (problem.sequences([0]) != problem.sequences([problem.test_seeds[0]])).any()


@pytest.mark.parametrize("n_bits", [1, 2, 4])
@pytest.mark.parametrize("delay", [0, 1, 6])
def test_who_remembers_has_all_right_and_is_reset_before_every_cue(n_bits, delay):
    problem = MemoryProblem(n_bits=n_bits, delay=delay, episodes=3)
    latch = Latch(n_bits)
    assert problem.measure([latch]) == [1.0]
    assert latch.resets == 3 * 2**n_bits
    assert problem.score(latch) == 1.0
    report = problem.report(latch)
    assert report["solved"]
    assert json.loads(json.dumps(report)) == report


@given(st.integers(0, 2**32 - 1), st.integers(1, 3), st.integers(0, 4), st.floats(0, 1))
@settings(max_examples=30, deadline=None)
def test_no_feed_forward_network_differs_from_chance(seed, n_bits, delay, noise):
    problem = MemoryProblem(n_bits=n_bits, delay=delay, noise=noise, episodes=4, test_episodes=4)
    rng = np.random.default_rng(seed)
    layout = DenseLayout((n_bits + 2, 7, n_bits))
    dense = layout.develop(WeightVector(layout.draw(rng)))
    neat = random_neat(seed, recurrent=False, n_inputs=n_bits + 2, n_outputs=n_bits)
    for network in (dense, neat, stepping(neat), Last()):
        assert (problem.episode_rewards(network) == 0.5).all()
        assert problem.measure([network]) == [0.5]
        assert problem.score(network) == 0.5
        assert not problem.report(network)["solved"]


def test_a_neuron_that_excites_itself_solves_one_bit():
    # It is switched on by the cue's bit and flag together, and then stays on.
    network = NeatNetwork(
        n_inputs=3,
        n_outputs=1,
        indptr=[0, 4, 6],
        sources=[0, 1, 3, 4, 4, 3],
        weights=[6.0, 6.0, -9.0, 18.0, 2.0, -1.0],
        recurrent=True,
    )
    problem = MemoryProblem(n_bits=1, delay=20)
    assert problem.measure([network]) == [1.0]
    assert problem.score(network) == 1.0


@pytest.mark.parametrize(
    "network",
    [
        random_neat(1, recurrent=True),
        random_neat(2, recurrent=True, rounds=3),
        random_neat(3, recurrent=False),
        random_recurrent(4),
        random_recurrent(5, mode="additive", activation="relu"),
        random_recurrent(6, eta=0.05, decay=0.1),
        random_recurrent(7, eta=0.05, clamp=0.01),
    ],
)
def test_compiled_answers_are_those_of_single_steps(network):
    sequences = np.random.default_rng(0).normal(size=(12, 6, 4)).astype(np.float32)
    compiled = final_answers(network, sequences, 2)
    assert (compiled == final_answers(stepping(network), sequences, 2)).all()
    assert np.unique(compiled).size > 12


def test_compiled_answers_leave_the_networks_own_episode_alone():
    network = random_neat(1, recurrent=True)
    twin = NeatNetwork.from_dict(network.to_dict())
    for one in (network, twin):
        one.step([1.0, 0.0, 1.0, 0.0])
    MemoryProblem().measure([network])
    assert (network.step([0.0] * 4) == twin.step([0.0] * 4)).all()


def test_who_is_not_run_has_nothing():
    problem = MemoryProblem(episodes=2)
    small = RecurrentNetwork(4, 2, 5, [0], [1], [1.0])
    assert problem.measure([None, small]).tolist() == [0.0, 0.0]
    assert problem.report(None)["fitness"] == 0.0


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"n_bits": 0}, "n_bits must be an integer from 1 to 10, got 0"),
        ({"delay": -1}, "delay must be an integer from 0 to 10000, got -1"),
        (
            {"n_bits": 10, "delay": 10000},
            "must make at most 100000000 numbers of all cues and steps",
        ),
        ({"noise": 1.5}, "noise must be a number from 0 to 1, got 1.5"),
        ({"episodes": 0}, "episodes must be an integer of at least 1, got 0"),
        ({"test_episodes": 0}, "test_episodes must be an integer of at least 1, got 0"),
        ({"seed": 2**31}, "seed must be an integer from 0 to"),
    ],
)
def test_options_outside_their_range_are_refused(options, message):
    with pytest.raises(ValueError, match=message):
        problems.load("memory", **options)


def test_a_network_of_another_size_is_refused():
    with pytest.raises(ValueError, match="n_inputs of the controller must be 5, got 4"):
        MemoryProblem(n_bits=3).measure([random_neat(1, recurrent=True)])
    with pytest.raises(ValueError, match=r"must give outputs of shape \(2,\), got \(3,\)"):
        MemoryProblem().measure([Latch(3)])
    narrow = SimpleNamespace(forward=lambda X: np.zeros((len(X), 1)))
    with pytest.raises(ValueError, match=r"must give outputs of shape \(80, 2\), got \(80, 1\)"):
        MemoryProblem(episodes=20).measure([narrow])
    with pytest.raises(ValueError, match="number of seeds must be an integer of at least 1"):
        MemoryProblem().episode_rewards(None, seeds=[])
