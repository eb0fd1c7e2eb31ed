"""What changes during a run and is not on an individual: ``state`` and ``restore``."""

from typing import Any

import numpy as np
from deap import base


def register_state(toolbox: base.Toolbox, rng: np.random.Generator | None) -> None:
    """Register ``state`` and ``restore`` for operators that share *rng* and keep nothing else."""
    toolbox.register("state", generator_state, rng)
    toolbox.register("restore", restore_generator, rng)


def generator_state(rng: np.random.Generator | None) -> dict[str, Any]:
    """The state of the operators' Generator, None where they draw from Python's ``random``."""
    return {"rng": None if rng is None else rng.bit_generator.state}


def restore_generator(rng: np.random.Generator | None, state: dict[str, Any]) -> None:
    """Put *rng* back to *state*.

    Raises
    ------
    ValueError
        Where one of both is None and the other is not: the toolbox was grafted with another seed.
    """
    if (rng is None) != (state["rng"] is None):
        raise ValueError("the toolbox must be grafted with a seed if and only if the saved one was")
    if rng is not None:
        rng.bit_generator.state = state["rng"]
