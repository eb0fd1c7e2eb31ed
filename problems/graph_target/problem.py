"""The problem of growing a target graph."""

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Literal, Protocol

import numpy as np
import numpy.typing as npt

from evograft.problems.graph_target.graphs import tally


class Target(Protocol):
    """What is to be grown.

    Examples
    --------
    >>> from evograft.problems.graph_target import PropertyTarget
    >>> target: Target = PropertyTarget(neurons=8, sources=1, connections=14)
    """

    def match(self, phenotype: Any, /) -> float:
        """Return how well a graph matches, 0 to 1."""

    def matches(self, phenotypes: Iterable[Any], /) -> npt.NDArray[np.float64]:
        """Return the same of many graphs, (n,)."""

    def describe(self) -> dict[str, object]:
        """Return what is asked for, for JSON."""


@dataclass(frozen=True, eq=False)
class GraphTargetProblem:
    """A graph to be grown, or numbers that it is to have.

    `evograft.problems.load` makes it as ``"graph_target"``. A problem made so pickles as its name
    and options, any other as its target.

    Parameters
    ----------
    target : PropertyTarget, StructuralTarget, HierarchicalTarget or WeisfeilerLehmanTarget
    name : str
    options : mapping, optional
        What `load` has to be given to make this problem again.

    References
    ----------
    The MorphoNAS paper (arXiv 2507.13785), experiment A.

    Examples
    --------
    >>> import networkx as nx
    >>> from evograft import problems
    >>> problem = problems.load("graph_target", target="K04")
    >>> path = nx.path_graph(8, create_using=nx.DiGraph)
    >>> round(problem.score(path), 3)
    0.869
    """

    kind: ClassVar[Literal["graph"]] = "graph"
    objective: ClassVar[Literal["match"]] = "match"

    target: Target
    name: str = "graph_target"
    options: Mapping[str, object] | None = None

    def measure(self, phenotypes: Iterable[Any]) -> npt.NDArray[np.float64]:
        """Return the match of each phenotype, (n,) of float64 from 0 to 1.

        Parameters
        ----------
        phenotypes : iterable
            Grown networks or networkx ``DiGraph``; see `evograft.problems.graph_target.tally`.
            Weights do not count. A graph without nodes is an answer like any other.

        Raises
        ------
        TypeError, ValueError
            Where a phenotype is no directed graph.
        """
        return self.target.matches(phenotypes)

    def score(self, phenotype: Any) -> float:
        """Return the match of *phenotype*, 0 to 1; there is no test part here.

        Raises
        ------
        TypeError, ValueError
            Where the phenotype is no directed graph.
        """
        return self.target.match(phenotype)

    def report(self, phenotype: Any) -> dict[str, object]:
        """Return the match and the counts of *phenotype*, beside those of the target, for JSON.

        ``success`` is a match of 1 exactly, as in the paper. The target's ``weakly_connected`` is
        None where it does not matter.

        Raises
        ------
        TypeError, ValueError
            Where the phenotype is no directed graph.

        Examples
        --------
        >>> import networkx as nx
        >>> from evograft import problems
        >>> problem = problems.load("graph_target", neurons=2, sources=1, connections=1)
        >>> problem.report(nx.DiGraph([(1, 2)]))["success"]
        True
        """
        graph = tally([phenotype])[0]
        match = self.score(phenotype)
        return {
            "match": match,
            "success": match >= 1.0,
            "neurons": graph.n,
            "sources": graph.sources,
            "connections": len(graph.edges),
            "weakly_connected": graph.weakly_connected,
            "target": self.target.describe(),
        }

    def progress(self, phenotype: Any) -> dict[str, float]:
        """Return what a run shows of its best phenotype: ``neurons`` and ``connections``."""
        graph = tally([phenotype])[0]
        return {"neurons": float(graph.n), "connections": float(len(graph.edges))}

    def __repr__(self) -> str:
        counts = self.target.describe()
        return (
            f"<GraphTargetProblem: {type(self.target).__name__}, {counts['neurons']} neurons, "
            f"{counts['sources']} sources, {counts['connections']} connections>"
        )

    def __reduce__(self) -> tuple[object, ...]:
        if self.options is not None:
            return _reload, (self.name, dict(self.options))
        values = (getattr(self, field.name) for field in dataclasses.fields(self))
        return type(self), tuple(values)


def _reload(name: str, options: Mapping[str, object]) -> object:
    from evograft.problems.registry import load

    return load(name, **options)
