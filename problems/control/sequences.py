"""What any controller answers at the end of given sequences of observations."""

from typing import Any

import numpy as np
import numpy.typing as npt

from evograft.problems.control import _sequence_kernels as kernels
from evograft.representations.neat_network import NeatNetwork
from evograft.representations.recurrent import RecurrentNetwork

Floats32 = npt.NDArray[np.float32]


def final_answers(phenotype: Any, sequences: Floats32, n_outputs: int) -> Floats32:
    """Return the outputs (n, n_outputs) after the last step of each of n sequences.

    Parameters
    ----------
    phenotype : object
        Has ``step(observation) -> (n_outputs,)`` and perhaps ``reset()``, which is called before
        each sequence. What has only ``forward(X) -> (n, n_outputs)`` has no memory, and is shown
        the last observations. A `RecurrentNetwork` or `NeatNetwork` runs in compiled code, and its
        own activity stays as it is.
    sequences : (n, steps, n_inputs) float32
    n_outputs : int

    Raises
    ------
    ValueError
        If the phenotype takes or gives another number of values.

    Examples
    --------
    >>> class Adds:
    ...     def reset(self):
    ...         self.total = 0.0
    ...     def step(self, observation):
    ...         self.total += observation.sum()
    ...         return [self.total]
    >>> final_answers(Adds(), np.array([[[1.0], [2.0]], [[3.0], [4.0]]], np.float32), 1)
    array([[3.], [7.]], dtype=float32)
    """
    n, _, n_inputs = sequences.shape
    for what, number in (("n_inputs", n_inputs), ("n_outputs", n_outputs)):
        if (own := getattr(phenotype, what, number)) != number:
            raise ValueError(f"{what} of the controller must be {number}, got {own}")
    answers = np.empty((n, n_outputs), np.float32)
    if isinstance(phenotype, RecurrentNetwork):
        kernels.recurrent_answers(sequences, tuple(phenotype.kernel_arguments()), answers)
    elif isinstance(phenotype, NeatNetwork):
        kernels.neat_answers(
            sequences, phenotype.indptr, phenotype.sources, phenotype.weights,
            phenotype.recurrent, phenotype.rounds, answers,
        )  # fmt: skip
    elif hasattr(phenotype, "step"):
        for i, sequence in enumerate(sequences):
            answers[i] = _checked(_last_answer(phenotype, sequence), (n_outputs,))
    else:
        answers[:] = _checked(phenotype.forward(sequences[:, -1]), (n, n_outputs))
    return answers


def _last_answer(phenotype: Any, sequence: Floats32) -> Any:
    if hasattr(phenotype, "reset"):
        phenotype.reset()
    for observation in sequence:
        answer = phenotype.step(observation)
    return answer


def _checked(outputs: npt.ArrayLike, shape: tuple[int, ...]) -> npt.NDArray[Any]:
    values = np.asarray(outputs)
    if values.shape != shape:
        raise ValueError(f"a controller must give outputs of shape {shape}, got {values.shape}")
    return values
