"""The control tasks: environments of Gymnasium, with what a problem has to know of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import pi
from types import MappingProxyType

from evograft.problems.control import _rollout_kernels


@dataclass(frozen=True)
class Task:
    """An environment and its scores.

    Attributes
    ----------
    environment : str
        Its id in Gymnasium.
    n_inputs, n_outputs : int
        Numbers of an observation, and outputs that a controller needs: one per action, or one per
        number of a continuous action.
    step_limit : int
        Steps after which an episode is cut.
    pass_score : float
        Mean return from which the task counts as solved.
    pool_offset, pool_scale : float
        The protocol `pool` turns a mean return r into offset + r / scale, clipped to [0, 1].
    worst_return : float
        The return that stands for a controller that cannot be run; no episode returns less, but for
        `lunar_lander`, whose returns have no lower bound.
    action_bound : float, optional
        Outputs are clipped to [-bound, bound]; None where the largest output is the action.
    physics : mapping of str to float
        Attributes of the environment that can be switched in the middle of an episode, with the
        values they have.
    switches : mapping of str to (dict, int)
        Named switches: the new values, and the step before which they come.
    kernel : int, optional
        Number of the task in the compiled kernels; None where Gymnasium is needed.
    start_bound : float
        For the compiled ones: each of the four numbers of the first state is uniform in
        [-bound, bound).

    Examples
    --------
    >>> TASKS["cartpole"].environment, TASKS["cartpole"].n_inputs
    ('CartPole-v1', 4)
    """

    environment: str
    n_inputs: int
    n_outputs: int
    step_limit: int
    pass_score: float
    pool_offset: float
    pool_scale: float
    worst_return: float
    action_bound: float | None = None
    physics: Mapping[str, float] = field(default_factory=dict)
    switches: Mapping[str, tuple[Mapping[str, float], int]] = field(default_factory=dict)
    kernel: int | None = None
    start_bound: float = 0.0


# The largest cost of a step, at angle pi, 8 rad/s and a torque of 2 N m.
_PENDULUM_COST = pi**2 + 0.1 * 8**2 + 0.001 * 2**2

TASKS: Mapping[str, Task] = MappingProxyType(
    {
        "cartpole": Task(
            environment="CartPole-v1",
            n_inputs=4,
            n_outputs=2,
            step_limit=500,
            pass_score=195.0,
            pool_offset=0.0,
            pool_scale=500.0,
            worst_return=0.0,
            physics={
                "gravity": 9.8,
                "masscart": 1.0,
                "masspole": 0.1,
                "length": 0.5,
                "force_mag": 10.0,
            },
            switches={"gravity": ({"gravity": 20.0}, 200), "heavy_pole": ({"masspole": 1.0}, 200)},
            kernel=_rollout_kernels.CARTPOLE,
            start_bound=0.05,
        ),
        "acrobot": Task(
            environment="Acrobot-v1",
            n_inputs=6,
            n_outputs=3,
            step_limit=500,
            pass_score=-100.0,
            pool_offset=1.0,
            pool_scale=500.0,
            worst_return=-500.0,
            physics={
                "LINK_LENGTH_1": 1.0,
                "LINK_MASS_1": 1.0,
                "LINK_MASS_2": 1.0,
                "LINK_COM_POS_1": 0.5,
                "LINK_COM_POS_2": 0.5,
                "LINK_MOI": 1.0,
            },
            switches={"heavy_link": ({"LINK_MASS_2": 2.0}, 50)},
            kernel=_rollout_kernels.ACROBOT,
            start_bound=0.1,
        ),
        "mountain_car": Task(
            environment="MountainCar-v0",
            n_inputs=2,
            n_outputs=3,
            step_limit=200,
            pass_score=-110.0,
            pool_offset=1.0,
            pool_scale=200.0,
            worst_return=-200.0,
            physics={"force": 0.001, "gravity": 0.0025},
        ),
        "pendulum": Task(
            environment="Pendulum-v1",
            n_inputs=3,
            n_outputs=1,
            step_limit=200,
            pass_score=-150.0,
            pool_offset=1.0,
            pool_scale=200 * _PENDULUM_COST,
            worst_return=-200 * _PENDULUM_COST,
            action_bound=2.0,
            physics={"g": 10.0, "m": 1.0, "l": 1.0},
        ),
        # A lander that falls returns about -100 to -600, a perfect one about 300.
        "lunar_lander": Task(
            environment="LunarLander-v3",
            n_inputs=8,
            n_outputs=4,
            step_limit=1000,
            pass_score=200.0,
            pool_offset=0.625,
            pool_scale=800.0,
            worst_return=-500.0,
        ),
    }
)
