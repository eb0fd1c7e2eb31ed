"""Control: an environment is the problem, and a network that acts in it the phenotype."""

from evograft.problems.control.double_pole import DoublePoleProblem
from evograft.problems.control.problem import ControlProblem

__all__ = ["ControlProblem", "DoublePoleProblem"]
