"""Controllers whose whole episodes are compiled."""

from typing import Any, TypeGuard

import numpy as np
import numpy.typing as npt

from evograft.problems.control import _rollout_kernels as kernels
from evograft.representations.neat_network import NeatNetwork
from evograft.representations.recurrent import RecurrentNetwork

CompiledController = RecurrentNetwork | NeatNetwork


def is_compiled(phenotype: Any) -> TypeGuard[CompiledController]:
    """Whether `play_compiled` takes the phenotype.

    Examples
    --------
    >>> is_compiled(NeatNetwork(1, 1, indptr=[0, 1], sources=[0], weights=[1.0]))
    True
    """
    return isinstance(phenotype, CompiledController)


def play_compiled(
    environment: tuple[object, ...],
    controller: CompiledController,
    states: npt.NDArray[np.float64],
    observations: npt.NDArray[np.float32],
    *,
    reset_state: bool,
) -> npt.NDArray[np.float64]:
    """Return the sum of rewards of each episode, (episodes,); the GIL is released meanwhile.

    The controller's own activity stays as it is.

    Parameters
    ----------
    environment : tuple
        As the kernels take it: task number, physics, switched physics, switch step, step limit.
    controller : RecurrentNetwork or NeatNetwork
    states : ndarray of float64, shape (episodes, numbers of a state)
    observations : ndarray of float32, shape (episodes, n_inputs)
        The first ones. Both are overwritten; the state of a single episode is then its last.
    reset_state : bool
        Whether activity, and weights that learn, start anew in each episode.

    Examples
    --------
    >>> from evograft.problems.control.environments import first_states, physics_vector
    >>> from evograft.problems.control.tasks import TASKS
    >>> cartpole = TASKS["cartpole"]
    >>> physics = physics_vector(cartpole)
    >>> leans = NeatNetwork(
    ...     4, 2, indptr=[0, 2, 4], sources=[2, 3, 2, 3], weights=[-1.0, -0.5, 1.0, 0.5]
    ... )
    >>> starts = first_states(cartpole, [0, 1])
    >>> play_compiled((cartpole.kernel, physics, physics, 0, 500), leans, *starts, reset_state=True)
    array([500., 500.])
    """
    returns = np.empty(len(states))
    if isinstance(controller, NeatNetwork):
        network = controller.kernel_arguments()
        kernels.run_neat(environment, network, reset_state, states, observations, returns)
    else:
        run = kernels.run_together if reset_state else kernels.run_in_order
        arguments = tuple(controller.kernel_arguments())
        run(environment, arguments, states, observations, returns)
    return returns
