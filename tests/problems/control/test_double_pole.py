"""Double pole balancing: the physics, the two fitnesses, and when the task is solved."""

import json
import math
import pickle

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evograft import problems
from evograft.problems.control import DoublePoleProblem
from evograft.problems.control import _double_pole_kernels as kernels
from evograft.problems.control.double_pole_task import (
    balanced_steps,
    double_pole_task,
    other_starts,
    usual_start,
)
from evograft.problems.control.environments import physics_vector
from evograft.problems.registry import BUILT_IN
from evograft.representations.neat_network import NeatNetwork
from evograft.representations.recurrent import RecurrentNetwork

ANGLE = 36 * math.pi / 180
GRAVITY, CART, TRACK, HINGE, FORCE = -9.8, 1.0, 0.0005, 2e-6, 10.0
POLES = ((0.1, 0.5), (0.01, 0.05))
"""Mass and half the length of each."""

LINEAR = NeatNetwork(
    6, 1, indptr=[0, 6], sources=range(6), weights=[-1.0, -1.8, -9.9, -8.3, 6.9, 2.0]
)
"""Balances the poles from the usual start and from 545 others."""

EVOLVED = NeatNetwork(
    3,
    1,
    indptr=[0, 6, 8, 10, 16],
    sources=[1, 2, 4, 5, 6, 7, 0, 4, 0, 4, 0, 1, 2, 3, 7, 4],
    weights=[
        *(-0.4550972580909729, 2.1455180644989014, -3.7303624153137207, 0.6563419699668884),
        *(1.4414397478103638, -2.8947486877441406, 0.9769012331962585, -3.147113561630249),
        *(1.5003012418746948, 2.114248752593994, -2.8217647075653076, -12.904935836791992),
        *(10.098445892333984, 0.4984878897666931, -3.5222465991973877, 5.022393226623535),
    ],
    recurrent=True,
)
"""A champion of NEAT without velocities."""


class Stepwise:
    """The same network as something that only has ``step`` and ``reset``."""

    def __init__(self, network):
        self.step, self.reset = network.step, network.reset


class Constant:
    def __init__(self, output):
        self.output = output

    def forward(self, X):
        return np.full((len(X), 1), self.output)


def slow_rate(state, push):
    """Rate of change of a state, pole by pole, as the equations have it."""
    speed = state[1]
    forces, inert = [], []
    for (mass, half), angle, turn in zip(POLES, state[2::2], state[3::2], strict=True):
        pull = GRAVITY * math.sin(angle) + HINGE * turn / (mass * half)
        swing = mass * half * turn * turn * math.sin(angle)
        forces.append(swing + 0.75 * mass * math.cos(angle) * pull)
        inert.append(mass * (1 - 0.75 * math.cos(angle) * math.cos(angle)))
    friction = math.copysign(TRACK, speed) if speed else 0.0
    acceleration = (push - friction + forces[0] + forces[1]) / (CART + inert[0] + inert[1])
    rate = [speed, acceleration]
    for (mass, half), angle, turn in zip(POLES, state[2::2], state[3::2], strict=True):
        pull = GRAVITY * math.sin(angle) + HINGE * turn / (mass * half)
        rate += [turn, -0.75 / half * (acceleration * math.cos(angle) + pull)]
    return rate


def slow_step(state, output):
    """The state 0.02 s later: two Runge-Kutta steps of plain Python."""

    def moved(seconds, rate):
        return [value + seconds * change for value, change in zip(state, rate, strict=True)]

    push = FORCE * math.tanh(output / 2)
    for _ in range(2):
        a = slow_rate(state, push)
        b = slow_rate(moved(0.005, a), push)
        c = slow_rate(moved(0.005, b), push)
        d = slow_rate(moved(0.01, c), push)
        total = [p + 2 * q + 2 * r + s for p, q, r, s in zip(a, b, c, d, strict=True)]
        state = moved(0.01 / 6, total)
    return state


def slow_observation(state, velocities):
    scaled = [x / scale for x, scale in zip(state, (2.4, 2, ANGLE, 2, ANGLE, 2), strict=True)]
    return np.array(scaled if velocities else scaled[::2], np.float32)


def slow_episode(velocities, controller, limit):
    """All states of an episode from the usual start that are balanced still."""
    state: list[float] = usual_start()[0].tolist()
    states: list[list[float]] = []
    while len(states) < limit:
        state = slow_step(state, float(controller.step(slow_observation(state, velocities))[0]))
        if abs(state[0]) > 2.4 or abs(state[2]) > ANGLE or abs(state[4]) > ANGLE:
            break
        states.append(state)
    return states


def random_neat(rng, velocities, recurrent):
    """A network of a few neurons whose answers are of both signs."""
    n_inputs = 6 if velocities else 3
    n = int(rng.integers(1, 5))
    rows = [
        [k for k in range(n_inputs + 1 + (n if recurrent else j)) if rng.random() < 0.7]
        for j in range(n)
    ]
    return NeatNetwork(
        n_inputs,
        1,
        indptr=np.cumsum([0, *map(len, rows)]),
        sources=[k for row in rows for k in row],
        weights=rng.normal(scale=3, size=sum(map(len, rows))),
        recurrent=recurrent,
    )


def random_grown(rng, velocities, **options):
    n = int(rng.integers(7, 12))
    edges = np.argwhere(rng.random((n, n)) < 0.3)
    return RecurrentNetwork(
        n_inputs=6 if velocities else 3,
        n_outputs=1,
        n_neurons=n,
        sources=edges[:, 0],
        targets=edges[:, 1],
        weights=rng.normal(scale=2, size=len(edges)),
        **options,
    )


@settings(deadline=None)
@given(
    st.tuples(*(st.floats(-bound, bound) for bound in (2.4, 3.0, 0.6, 3.0, 0.6, 9.0))),
    st.floats(-50, 50),
)
def test_a_step_is_that_of_plain_python_to_the_last_bit(start, output):
    physics = physics_vector(double_pole_task(True))
    state, seen = np.array(start), {n: np.empty(n, np.float32) for n in (6, 3)}
    reward, ended = kernels.step(state, output, physics, seen[6])
    expected = slow_step(list(start), output)
    assert state.tolist() == expected
    kernels.observe(state, seen[3])
    for n, observation in seen.items():
        np.testing.assert_array_equal(observation, slow_observation(expected, n == 6))
    inside = max(abs(expected[0]) / 2.4, abs(expected[2]) / ANGLE, abs(expected[4]) / ANGLE) <= 1
    assert (reward, ended) == (float(inside), not inside)


def energy(state):
    """Of the cart and of both poles, as uniform rods."""
    _, speed, *poles = state
    total = CART * speed**2 / 2
    for (mass, half), angle, turn in zip(POLES, poles[::2], poles[1::2], strict=True):
        across, down = speed + half * turn * math.cos(angle), half * turn * math.sin(angle)
        total += mass * (across**2 + down**2) / 2 + mass * half**2 / 3 * turn**2 / 2
        total += mass * -GRAVITY * half * math.cos(angle)
    return total


def test_without_friction_and_force_energy_stays():
    physics = physics_vector(double_pole_task(True))
    state = np.array([0.0, 0.5, 0.3, -0.5, -0.2, 1.0])
    before, observation = energy(state), np.empty(6, np.float32)
    lossless = physics.copy()
    lossless[6:8] = 0.0
    for _ in range(30):
        kernels.step(state, 0.0, lossless, observation)
    assert abs(state[4]) > 0.5
    assert energy(state) == pytest.approx(before, rel=1e-6)
    lossy = np.array([0.0, 0.5, 0.3, -0.5, -0.2, 1.0])
    for _ in range(30):
        kernels.step(lossy, 0.0, physics, observation)
    assert energy(lossy) < energy(state) - 1e-5


def test_the_force_is_that_of_a_sigmoid_neuron_between_both_bounds():
    physics = physics_vector(double_pole_task(True))
    for output in (-800.0, -4.9, 0.0, 0.3, 800.0):
        state, pushed = np.zeros(6), physics.copy()
        kernels.step(state, output, physics, np.empty(6, np.float32))
        force = 10 * (2 / (1 + math.exp(-min(max(output, -700), 700))) - 1)
        # The same push by another way: the bound is the force, and the output says all of it.
        pushed[8] = abs(force)
        other = np.zeros(6)
        kernels.step(other, math.copysign(800.0, output), pushed, np.empty(6, np.float32))
        np.testing.assert_allclose(state, other, rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("velocities", [True, False])
@pytest.mark.parametrize("recurrent", [False, True])
def test_fitness_is_that_of_plain_python(velocities, recurrent):
    problem = DoublePoleProblem(velocities=velocities)
    rng = np.random.default_rng(5)
    lengths = set()
    for _ in range(12):
        network = random_neat(rng, velocities, recurrent)
        assert_fitness(problem, network, limit=1000)
        lengths.add(problem.steps(network))
    assert len(lengths) > 6


def assert_fitness(problem, network, limit):
    network.reset()
    states = slow_episode(problem.velocities, network, limit)
    fitness = len(states) / 100_000
    if not problem.velocities:
        fitness = 0.1 * len(states) / 1000
        if len(states) >= 100:
            fitness += 0.9 * 0.75 / sum(sum(map(abs, state[:4])) for state in states[-100:])
    assert problem.measure([network])[0] == pytest.approx(fitness, rel=1e-12)
    network.reset()
    assert problem.measure([Stepwise(network)])[0] == problem.measure([network])[0]
    return len(states)


def test_movement_counts_from_a_hundred_steps_on():
    problem = DoublePoleProblem(velocities=False)
    assert assert_fitness(problem, EVOLVED, limit=1000) == 1000
    rng = np.random.default_rng(0)
    lengths: list[int] = []
    while len(lengths) < 3:
        weights = EVOLVED.weights + rng.normal(scale=0.4, size=16)
        network = NeatNetwork(3, 1, EVOLVED.indptr, EVOLVED.sources, weights, recurrent=True)
        if 100 < problem.progress(network)["steps"] < 1000:
            lengths.append(assert_fitness(problem, network, limit=1000))
    assert any(length % 100 for length in lengths)


@pytest.mark.parametrize("velocities", [True, False])
@pytest.mark.parametrize("options", [{}, {"eta": 0.1, "decay": 0.1}, {"activation": "relu"}])
def test_grown_networks_play_compiled_as_they_play_step_by_step(velocities, options):
    problem = DoublePoleProblem(velocities=velocities)
    rng = np.random.default_rng(1)
    networks = [random_grown(rng, velocities, **options) for _ in range(8)]
    fast = problem.measure(networks)
    assert fast.tolist() == problem.measure([Stepwise(network) for network in networks]).tolist()
    assert len(set(fast.tolist())) > 3
    starts, network = other_starts()[::25], networks[0]
    together = balanced_steps(velocities, network, starts.copy(), 1000)
    alone = balanced_steps(velocities, Stepwise(network), starts.copy(), 1000)
    assert together.tolist() == alone.tolist()


def test_the_starts_of_generalisation_are_the_published_ones():
    starts = other_starts()
    assert len(np.unique(starts, axis=0)) == 625
    np.testing.assert_allclose(np.sort(starts, axis=0), -np.sort(-starts, axis=0)[::-1])
    for column, span in enumerate((4.32, 2.70, 0.12566304, 0.30019504)):
        expected = span * (np.array([0.05, 0.25, 0.5, 0.75, 0.95]) - 0.5)
        np.testing.assert_allclose(np.unique(starts[:, column]), expected, rtol=1e-5)
    assert not starts[:, 4:].any()


def test_each_start_counts_for_itself():
    for velocities, network in ((True, LINEAR), (False, EVOLVED)):
        starts = other_starts()
        steps = [
            balanced_steps(velocities, network, starts[i : i + 1], 1000)[0] for i in range(625)
        ]
        problem = DoublePoleProblem(velocities=velocities)
        assert problem.generalisation(network) == sum(step == 1000 for step in steps)
        assert 200 <= problem.generalisation(network) < 625


def test_solved_networks_are_seen_as_such():
    with_velocities, without = DoublePoleProblem(), DoublePoleProblem(velocities=False)
    assert with_velocities.measure([LINEAR]).tolist() == [1.0]
    assert with_velocities.score(LINEAR) == with_velocities.pass_score == 100_000
    assert with_velocities.describe_score(LINEAR) == "balanced for 100000 of 100000 steps"
    assert without.score(EVOLVED) == without.generalisation(EVOLVED) >= without.pass_score == 200
    assert with_velocities.solves(LINEAR)
    assert without.solves(EVOLVED)
    starts = f"from {without.generalisation(EVOLVED)} of 625 other starts"
    assert starts in without.describe_score(EVOLVED)


@pytest.mark.parametrize(
    ("steps", "starts", "solved"),
    [(100_000, 200, True), (100_000, 199, False), (99_999, 625, False)],
)
def test_without_velocities_both_criteria_count(monkeypatch, steps, starts, solved):
    monkeypatch.setattr(DoublePoleProblem, "steps", lambda self, phenotype: steps)
    monkeypatch.setattr(DoublePoleProblem, "generalisation", lambda self, phenotype: starts)
    assert DoublePoleProblem(velocities=False).solves(LINEAR) is solved
    assert DoublePoleProblem().solves(LINEAR) is (steps == 100_000)


@pytest.mark.parametrize("velocities", [True, False])
def test_what_is_no_number_falls_at_once_and_nobody_has_fitness_0(velocities):
    problem = DoublePoleProblem(velocities=velocities)
    lost = [Constant(math.nan), None]
    assert problem.measure(lost).tolist() == [0.0, 0.0]
    assert problem.measure([Constant(math.inf)])[0] > 0.0
    assert problem.measure([]).shape == (0,)
    few = RecurrentNetwork(
        n_inputs=problem.n_inputs, n_outputs=1, n_neurons=2, sources=[0], targets=[1], weights=[1.0]
    )
    assert not few.big_enough
    for nobody in (None, few):
        report = json.loads(json.dumps(problem.report(nobody)))
        assert (report["fitness"], report["steps"], report["solved"]) == (0.0, 0, False)
    assert problem.progress(None) == {"steps": 0.0}


def test_a_report_is_json():
    problem = DoublePoleProblem(velocities=False)
    report = json.loads(json.dumps(problem.report(EVOLVED)))
    assert report["solved"] is True
    assert report["steps"] == 100_000
    assert report["generalisation"] == problem.generalisation(EVOLVED)
    assert report["complexity"]["neurons"] == 3
    assert "generalisation" not in DoublePoleProblem().report(LINEAR)
    assert DoublePoleProblem(velocities=False).progress(EVOLVED) == {"steps": 1000.0}
    assert DoublePoleProblem().progress(LINEAR) == {"steps": 100_000.0}


@pytest.mark.parametrize("velocities", [True, False])
def test_options_make_the_same_problem_again(velocities):
    problem = problems.load("double_pole", velocities=velocities)
    assert (problem.kind, problem.name, problem.objective) == ("control", "double_pole", "reward")
    assert (problem.n_inputs, problem.n_outputs) == (6 if velocities else 3, 1)
    assert pickle.loads(pickle.dumps(problem)) == problem
    assert problems.load("double_pole", **problem.options) == problem
    assert "6 inputs" in BUILT_IN["double_pole"][1]


def test_bad_options_and_other_sizes_are_refused():
    with pytest.raises(ValueError, match="velocities must be one of True, False, got 'no'"):
        problems.load("double_pole", velocities="no")
    with pytest.raises(ValueError, match="unknown option of problem 'double_pole', 'velocity'"):
        problems.load("double_pole", velocity=True)
    with pytest.raises(ValueError, match="n_inputs of a controller of double_pole must be 3"):
        DoublePoleProblem(velocities=False).measure([LINEAR])
    two = NeatNetwork(6, 2, indptr=[0, 0, 0], sources=[], weights=[])
    with pytest.raises(ValueError, match="n_outputs of a controller of double_pole must be 1"):
        DoublePoleProblem().measure([two])
