"""What the contract suite has to know of each kind of problem."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import networkx as nx
import numpy as np
import numpy.typing as npt
from constant_network import ConstantNetwork

from evograft import problems
from evograft.representations.morphogenesis import Genome


def constant_graph(individual: object = None) -> nx.DiGraph:
    """A phenotype that spawned workers can import: always the same graph."""
    return nx.path_graph(40, create_using=nx.DiGraph)


class ConstantController:
    """A phenotype that spawned workers can import: always the same action."""

    def __init__(self, individual: object = None) -> None:
        pass

    def forward(self, X: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        return np.tile(np.array([[1.0, 0.0]], np.float32), (len(X), 1))


@dataclass(frozen=True)
class Kind:
    """A kind of problem.

    Attributes
    ----------
    load : callable
        Makes a small problem.
    sign : float
        Of the methods' own objective: the weight of the fitness.
    several, pair : tuple of str
        Objectives to measure together, and two for a front.
    cases : int or None
        Values of the objective ``cases``, None where the kind has none.
    constant : callable
        A development that gives everybody the same.
    constant_value : callable
        ``constant_value(problem)``: the fitness of that.
    base : type
        What a user's class of individuals derives from.
    check : callable
        ``check(problem, phenotype)`` asserts that the phenotype can be used.
    """

    load: Callable[[], Any]
    sign: float
    several: tuple[str, ...]
    pair: tuple[str, str]
    cases: int | None
    constant: Callable[..., Any]
    constant_value: Callable[[Any], float]
    base: type
    check: Callable[[Any, Any], None]


def _check_classifier(problem: Any, phenotype: Any) -> None:
    assert phenotype.forward(problem.X_test).shape == (54, 3)


def _check_organism(problem: Any, phenotype: Any) -> None:
    assert phenotype.to_networkx().number_of_nodes() == phenotype.complexity().neurons


def _check_controller(problem: Any, phenotype: Any) -> None:
    assert phenotype.step(np.zeros(4)).shape == (2,)
    assert phenotype.forward(np.zeros((3, 4))).shape == (3, 2)


def _constant_loss(problem: Any) -> float:
    y = problem.y_train
    return float(-np.log(np.where(y == 1, 0.8, 0.1)).mean())


def _constant_match(problem: Any) -> float:
    return math.exp(-(40 - 8) / 5) * math.exp(-(39 - 14) / 50)


def _constant_reward(problem: Any) -> float:
    return float(problem.fitness(problem.episode_rewards(ConstantController())))


KINDS = {
    "classification": Kind(
        load=lambda: problems.load("wine"),
        sign=-1.0,
        several=("loss", "error", "connections", "operations", "neurons"),
        pair=("error", "connections"),
        cases=124,
        constant=ConstantNetwork,
        constant_value=_constant_loss,
        base=list,
        check=_check_classifier,
    ),
    "graph": Kind(
        load=lambda: problems.load("graph_target", target="K04"),
        sign=1.0,
        several=("match", "connections", "operations", "neurons"),
        pair=("match", "connections"),
        cases=None,
        constant=constant_graph,
        constant_value=_constant_match,
        base=Genome,
        check=_check_organism,
    ),
    "control": Kind(
        load=lambda: problems.load("cartpole", episodes=2),
        sign=1.0,
        several=("reward", "connections", "operations", "neurons"),
        pair=("reward", "connections"),
        cases=None,
        constant=ConstantController,
        constant_value=_constant_reward,
        base=Genome,
        check=_check_controller,
    ),
}


def genes(individual: Any) -> Any:
    """What makes an individual what it is, for comparison."""
    return individual.to_dict() if hasattr(individual, "to_dict") else list(individual)
