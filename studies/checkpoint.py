"""Checkpoints: everything a run needs to go on as if it had never stopped."""

import pickle
import random
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from deap import base

from evograft.representations.files import replacing

FORMAT = 1


@dataclass(frozen=True)
class Snapshot:
    """The state of a run between two generations.

    Attributes
    ----------
    generation : int
        The last finished one; 0 is the initial population.
    population, best : list, list
        Individuals; *best* are those of the hall of fame.
    log : list of dict
        One row per generation.
    toolbox : object
        What ``toolbox.state()`` gave, None where there is no such alias.
    random, numpy : tuple
        States of the two global generators.
    """

    generation: int
    population: list[Any]
    best: list[Any]
    log: list[dict[str, Any]]
    toolbox: Any
    random: Any
    numpy: Any

    @classmethod
    def take(
        cls,
        toolbox: base.Toolbox,
        generation: int,
        population: list[Any],
        best: list[Any],
        log: list[dict[str, Any]],
    ) -> "Snapshot":
        """Take the state as it is now. Individuals are not copied: DEAP's loops clone before
        they change one."""
        state = toolbox.state() if hasattr(toolbox, "state") else None
        return cls(
            generation,
            list(population),
            list(best),
            list(log),
            state,
            random.getstate(),
            np.random.get_state(),  # noqa: NPY002 (the user's operators may draw from it)
        )

    def restore(self, toolbox: base.Toolbox) -> None:
        """Put the toolbox and both global generators back to this state."""
        if hasattr(toolbox, "restore"):
            toolbox.restore(self.toolbox)
        random.setstate(self.random)
        np.random.set_state(self.numpy)  # noqa: NPY002

    def save(self, path: Path) -> None:
        """Write the checkpoint to *path*, whole or not at all."""
        with replacing(path, binary=True) as file:
            pickle.dump({"format": FORMAT, "snapshot": vars(self)}, file)


def load_snapshot(path: Path) -> Snapshot:
    """Read a checkpoint. It is a pickle, which can run code: read only your own.

    Raises
    ------
    ValueError
        Where there is none, or it is cut off, foreign or of another format.
    """
    try:
        content = pickle.loads(path.read_bytes())
    except FileNotFoundError:
        raise ValueError(f"{path} does not exist: there is no checkpoint to resume from") from None
    except Exception as error:  # a damaged pickle can raise anything
        raise ValueError(f"{path} is no readable checkpoint: {error}") from error
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise ValueError(f"{path} is no checkpoint of format {FORMAT}")
    try:
        return Snapshot(**content["snapshot"])
    except (KeyError, TypeError):
        raise ValueError(f"{path} is no checkpoint: parts of it are missing") from None
