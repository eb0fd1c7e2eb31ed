"""Parts of arms that a spawned worker can import: toolboxes, and operators that do harm."""

import os
import random
import signal
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from deap import base, tools

from evograft.representations.fitness import ObjectiveFitness


class Bits(list[int]):
    """A bit string whose ones are maximised."""

    def __init__(self, bits: Iterable[int] = ()) -> None:
        super().__init__(bits)
        self.fitness = ObjectiveFitness((1.0,))


def ones(individual: Bits) -> tuple[float]:
    return (float(sum(individual)),)


def random_bits(n: int) -> Bits:
    return Bits(random.randint(0, 1) for _ in range(n))


def counting_toolbox(problem: object, n: int = 20) -> base.Toolbox:
    """A toolbox that is not ours, whatever the problem."""
    toolbox = base.Toolbox()
    toolbox.register("individual", random_bits, n)
    toolbox.register("population", tools.initRepeat, list, toolbox.individual)
    toolbox.register("evaluate", ones)
    toolbox.register("mate", tools.cxTwoPoint)
    toolbox.register("mutate", tools.mutFlipBit, indpb=0.05)
    toolbox.register("select", tools.selTournament, tournsize=3)
    toolbox.defaults = {"cxpb": 0.5, "mutpb": 0.5, "population": 10, "generations": 5}
    return toolbox


def drawing_toolbox(problem: object) -> base.Toolbox:
    """A method that draws while it is made."""
    return counting_toolbox(problem, n=random.randint(10, 30))


def once(path: str) -> bool:
    """Whether this is the first call with *path*, over all processes."""
    try:
        Path(path).touch(exist_ok=False)
    except FileExistsError:
        return False
    return True


def dying(individual: Bits, *, path: str) -> Any:
    """Kill this process, once."""
    if once(path):
        os.kill(os.getpid(), signal.SIGKILL)
    return tools.mutFlipBit(individual, indpb=0.05)


def always_dying(individual: Bits) -> Any:
    os.kill(os.getpid(), signal.SIGKILL)
    return (individual,)


def hanging(individual: Bits, *, path: str) -> Any:
    """Sleep for an hour, once."""
    if once(path):
        time.sleep(3600)
    return tools.mutFlipBit(individual, indpb=0.05)


def raising(individual: Bits, *, path: str | None = None) -> Any:
    """Raise, once or always."""
    if path is None or once(path):
        raise ArithmeticError("no such bit")
    return tools.mutFlipBit(individual, indpb=0.05)


def leaving(individual: Bits) -> Any:
    sys.exit(3)


def slow(individual: Bits, *, seconds: float) -> Any:
    time.sleep(seconds)
    return tools.mutFlipBit(individual, indpb=0.05)


def sees_nothing(folder: str) -> bool:
    return False
