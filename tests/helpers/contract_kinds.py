"""What the contract suite has to know of each kind of problem."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import networkx as nx
import numpy as np
import numpy.typing as npt
from constant_network import ConstantNetwork
from deap import base

from evograft import plugins, problems
from evograft.problems.objectives import WORST
from evograft.representations.morphogenesis import Genome
from evograft.representations.neat_genome import NeatGenome
from evograft.representations.weight_vector import WeightVector


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
    several, pair : tuple of str
        Objectives to measure together, and two for a front.
    cases : callable or None
        Of one individual's ``cases``, the value of the objective *whole*; None without ``cases``.
    whole : str
    constant : callable
        A development that gives everybody the same.
    constant_value : callable
        ``constant_value(toolbox)``: what the first of *several* is for that.
    check : callable
        ``check(problem, phenotype)`` asserts that the phenotype can be used.
    """

    load: Callable[[], Any]
    several: tuple[str, ...]
    pair: tuple[str, str]
    cases: Callable[[Any], float] | None
    whole: str
    constant: Callable[..., Any]
    constant_value: Callable[[Any], float]
    check: Callable[[Any, Any], None]

    def sizes(self, phenotype: Any) -> list[float] | None:
        """What *several* are behind the first, None where the *phenotype* cannot tell."""
        if phenotype is None:
            return [WORST]
        if isinstance(phenotype, str):
            return [len(phenotype)]
        if not hasattr(phenotype, "complexity"):
            return None
        complexity = phenotype.complexity()
        return [getattr(complexity, name) for name in self.several[1:]]


class ConstantExpression:
    """A phenotype that spawned workers can import: always 1."""

    def __init__(self, individual: object = None) -> None:
        pass

    def __call__(self, X: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        return np.ones(len(X))


def constant_text(individual: object = None) -> str:
    """A phenotype that spawned workers can import: always the same text."""
    return "Hello"


def _check_classifier(problem: Any, phenotype: Any) -> None:
    assert phenotype.forward(problem.X_test).shape == (54, 3)


def _check_organism(problem: Any, phenotype: Any) -> None:
    assert phenotype.to_networkx().number_of_nodes() == phenotype.complexity().neurons


def _check_controller(problem: Any, phenotype: Any) -> None:
    assert phenotype.forward(np.zeros((3, 4))).shape == (3, 2)


def samples_of(toolbox: Any) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.int64]]:
    """What a classifier is measured on: the generation's sample, or all training data."""
    if hasattr(toolbox.evaluate, "sample"):
        sample = toolbox.evaluate.sample()
        return sample.X, sample.labels
    return toolbox.problem.X_train, toolbox.problem.y_train


def _constant_loss(toolbox: Any) -> float:
    _, y = samples_of(toolbox)
    return float(-np.log(np.where(y == 1, 0.8, 0.1)).mean())


def _constant_match(toolbox: Any) -> float:
    return math.exp(-(40 - 8) / 5) * math.exp(-(39 - 14) / 50)


def _constant_reward(toolbox: Any) -> float:
    problem = toolbox.problem
    return float(problem.fitness(problem.episode_rewards(ConstantController())))


def _check_expression(problem: Any, phenotype: Any) -> None:
    assert phenotype is None or np.isfinite(problem.measure([phenotype])).all()


def _check_text(problem: Any, phenotype: Any) -> None:
    assert phenotype is None or set(phenotype) <= set(problem.target)


KINDS = {
    "classification": Kind(
        load=lambda: problems.load("wine"),
        several=("loss", "error", "connections", "operations", "neurons"),
        pair=("error", "connections"),
        cases=np.mean,
        whole="loss",
        constant=ConstantNetwork,
        constant_value=_constant_loss,
        check=_check_classifier,
    ),
    "graph": Kind(
        load=lambda: problems.load("graph_target", target="K04"),
        several=("match", "connections", "operations", "neurons"),
        pair=("match", "connections"),
        cases=None,
        whole="",
        constant=constant_graph,
        constant_value=_constant_match,
        check=_check_organism,
    ),
    "control": Kind(
        load=lambda: problems.load("cartpole", episodes=2),
        several=("reward", "connections", "operations", "neurons"),
        pair=("reward", "connections"),
        cases=None,
        whole="",
        constant=ConstantController,
        constant_value=_constant_reward,
        check=_check_controller,
    ),
    "regression": Kind(
        load=lambda: problems.load("symbolic_regression", function="nguyen-1"),
        several=("error", "length"),
        pair=("error", "length"),
        cases=lambda errors: float(np.sqrt(np.mean(np.square(errors)))),
        whole="error",
        constant=ConstantExpression,
        constant_value=lambda toolbox: float(toolbox.problem.measure([ConstantExpression()])[0]),
        check=_check_expression,
    ),
    "string": Kind(
        load=lambda: problems.load("string_match"),
        several=("error", "length"),
        pair=("error", "length"),
        cases=None,
        whole="",
        constant=constant_text,
        constant_value=lambda toolbox: 7.0,
        check=_check_text,
    ),
}


BASES: dict[str, type] = {
    "morphonas": Genome,
    "genreg": WeightVector,
    "lowrank-es": WeightVector,
    "neat": NeatGenome,
}
"""What a user's class of individuals derives from, a list unless it stands here."""


def genes(individual: Any) -> Any:
    """What makes an individual what it is, for comparison."""
    if hasattr(individual, "to_dict"):
        return individual.to_dict()
    return [genes(part) if hasattr(part, "fitness") else part for part in individual]


def plain(phenotype: Any) -> Any:
    """What makes a phenotype what it is, for comparison."""
    return phenotype.to_dict() if hasattr(phenotype, "to_dict") else phenotype


def takes(name: str, kind: str) -> bool:
    """Whether the plug-in *name* can solve this kind of problem."""
    try:
        plugins.graft(base.Toolbox(), name, KINDS[kind].load())
    except ValueError as error:
        if not str(error).startswith("problem must be"):
            raise
        return False
    return True


PAIRS = [
    (name, kind)
    for name in plugins.names()
    for kind in KINDS
    # Texts are read from sentences as expressions are: one method on them is enough.
    if (kind != "string" or name == "ge") and takes(name, kind)
]
"""Methods with the problems that they are tried on."""

ALIKE = ("alpha-mge", "beta-mge", "eta-mge")
"""Variants of one mapping, of which one is enough where nothing but processes is tested."""

ELSEWHERE = [pair for pair in PAIRS if pair[0] not in ALIKE]
"""Methods with the problems that they are tried on in other processes."""
