"""Graphs to be grown: by published or given numbers, or by a graph to be matched."""

from evograft.problems.graph_target.build import load_graph_target
from evograft.problems.graph_target.graphs import Graph, Graphs, tally
from evograft.problems.graph_target.hierarchical import HierarchicalTarget
from evograft.problems.graph_target.problem import GraphTargetProblem
from evograft.problems.graph_target.properties import PropertyTarget
from evograft.problems.graph_target.published import PUBLISHED, draw_targets
from evograft.problems.graph_target.structural import StructuralTarget
from evograft.problems.graph_target.weisfeiler_lehman import WeisfeilerLehmanTarget

__all__ = [
    "PUBLISHED",
    "Graph",
    "GraphTargetProblem",
    "Graphs",
    "HierarchicalTarget",
    "PropertyTarget",
    "StructuralTarget",
    "WeisfeilerLehmanTarget",
    "draw_targets",
    "load_graph_target",
    "tally",
]
