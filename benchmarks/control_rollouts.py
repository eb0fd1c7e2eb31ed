"""CartPole's compiled steps beside Gymnasium's, and whole rollouts of recurrent controllers.

Run ``python benchmarks/control_rollouts.py [--rounds 7]`` with the extra ``control`` installed.
Everything runs on one thread.

Steps: the same fixed policy (push to the side to which the pole leans, its velocity counted half)
plays the same episodes of CartPole-v1, 500 steps each, in both environments; Gymnasium's without
its checker of environments, which makes it faster. In each round one plays after the other, so that
both see the same moods of the machine, and the ratio is taken round by round. Ours plays more
episodes, since 5 000 of its steps are over in no time.

Rollouts: 20 episodes with the activity carried over, as in the MorphoNAS paper, and 20 with a
reset each, of a hand-made controller of 6 neurons that nearly always balances the pole to the end,
and of the same controller with 94 neurons more that listen to it and to each other (3 connections
each). Both think for 10 rounds a step. The share of the propagation is what its kernel takes alone,
for as many steps on as many lanes, of the whole.
"""

import argparse
import statistics
import time
from collections.abc import Callable
from typing import Any

import gymnasium
import numpy as np

from evograft import problems
from evograft.problems.control import _rollout_kernels
from evograft.problems.control.environments import first_states, physics_vector
from evograft.problems.control.tasks import TASKS
from evograft.representations._jit import bare_kernel
from evograft.representations._recurrent_kernels import propagate
from evograft.representations.recurrent import RecurrentNetwork

LEAN = np.float32(0.5)
"""Weight of the pole's velocity beside its angle."""

OUR_EPISODES, THEIR_EPISODES = 1000, 10
THINKING_TIME = 10

step = _rollout_kernels.step


@bare_kernel
def play_compiled(task, states, observations, physics, limit):
    """Play an episode from each of *states*, in place; return the number of steps."""
    count = 0
    for episode in range(states.shape[0]):
        state, observation = states[episode], observations[episode]
        for _ in range(limit):
            action = 1 if observation[2] + observation[3] * LEAN > 0 else 0
            _, ended = step(task, state, action, physics, observation)
            count += 1
            if ended:
                break
    return count


def play_gymnasium(environment: gymnasium.Env[Any, Any], episodes: int) -> int:
    """Play episodes 0, 1, ...; return the number of steps."""
    count = 0
    for seed in range(episodes):
        observation, _ = environment.reset(seed=seed)
        over = False
        while not over:
            action = 1 if observation[2] + observation[3] * LEAN > 0 else 0
            observation, _, ended, cut, _ = environment.step(action)
            count += 1
            over = ended or cut
    return count


def compare_steps(rounds: int) -> None:
    """Print steps per second and their ratio."""
    task = TASKS["cartpole"]
    physics, starts = physics_vector(task), first_states(task, range(OUR_EPISODES))
    environment = gymnasium.make(task.environment, disable_env_checker=True)
    rates, ratios = [], []
    for turn in range(rounds + 1):
        states, observations = (array.copy() for array in starts)
        arguments = (task.kernel, states, observations, physics, task.step_limit)
        ours = rate(lambda arguments=arguments: play_compiled(*arguments))
        theirs = rate(lambda: play_gymnasium(environment, THEIR_EPISODES))
        if turn:  # the first compiles
            rates.append((ours, theirs))
            ratios.append(ours / theirs)
    a, b = (statistics.median(column) for column in zip(*rates, strict=True))
    print(f"CartPole: {a / 1e6:.1f} million steps/s, {1e9 / a:.0f} ns a step; "
          f"Gymnasium {b / 1e3:.0f} thousand")  # fmt: skip
    print(f"median ratio over {rounds} rounds: {statistics.median(ratios):.0f} "
          f"({min(ratios):.0f} to {max(ratios):.0f})")  # fmt: skip


def rate(play: Callable[[], int]) -> float:
    """Steps a second."""
    start = time.perf_counter()
    count = play()
    return count / (time.perf_counter() - start)


def controller(n_neurons: int) -> RecurrentNetwork:
    """A network that balances the pole; neurons beyond the sixth do nothing for it.

    Neurons 0 to 3 take the observation, the last two are the outputs. To carry the activity from
    the inputs, which nothing reaches, over all rounds, both outputs hold on to themselves.
    """
    rng = np.random.default_rng(0)
    left, right = n_neurons - 2, n_neurons - 1
    edges = {(2, left): -1.0, (3, left): -0.5, (2, right): 1.0, (3, right): 0.5}
    edges |= {(left, left): 1.0, (right, right): 1.0}
    for neuron in range(4, left):
        for source in rng.choice(left, size=3, replace=False):
            edges[int(source), neuron] = float(rng.uniform(0.01, 1.0))
    shape = {"n_inputs": 4, "n_outputs": 2, "n_neurons": n_neurons}
    wiring = {
        "sources": np.array([source for source, _ in edges]),
        "targets": np.array([target for _, target in edges]),
        "weights": np.array([*edges.values()]),
    }
    diameter = RecurrentNetwork(**shape, **wiring, extra_steps=0).thinking_time
    return RecurrentNetwork(**shape, **wiring, extra_steps=max(THINKING_TIME - diameter, 0))


def measure_rollouts(n_neurons: int, rounds: int) -> None:
    """Print milliseconds a rollout and the share of propagation, with and without reset."""
    network = controller(n_neurons)
    arguments = network.kernel_arguments()
    for reset_state in (False, True):
        problem = problems.load("cartpole", reset_state=reset_state)
        steps = int(problem.episode_rewards(network).sum())
        lanes = problem.episodes if reset_state else 1
        state = np.full((n_neurons, lanes), 0.1, np.float32)
        scratch = np.empty_like(state)
        wiring = (arguments.indptr, arguments.sources, arguments.weights)
        # A single call that thinks as long as the whole rollout leaves no time between.
        rounds_of_thought = arguments.thinking_time * steps // lanes
        run = (state, scratch, *wiring, rounds_of_thought, False, False)
        whole, inside = [], []
        for _ in range(rounds):
            whole.append(seconds(lambda problem=problem: problem.measure([network])))
            inside.append(seconds(lambda run=run: propagate(*run)))
        share = statistics.median(b / a for a, b in zip(whole, inside, strict=True))
        how = "reset each" if reset_state else "carried over"
        print(f"{n_neurons} neurons, {len(arguments.weights)} connections, "
              f"{arguments.thinking_time} rounds a step, {steps} steps, {how}: "
              f"{statistics.median(whole) * 1e3:.2f} ms, {share:.0%} in propagation")  # fmt: skip


def seconds(function: Callable[[], object]) -> float:
    """Seconds that *function* takes."""
    start = time.perf_counter()
    function()
    return time.perf_counter() - start


def main() -> None:
    """Print both comparisons."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=7)
    options = parser.parse_args()
    compare_steps(options.rounds)
    for n_neurons in (6, 100):
        measure_rollouts(n_neurons, options.rounds)


if __name__ == "__main__":
    main()
