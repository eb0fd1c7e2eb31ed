"""Control: an environment is the problem, and a network that acts in it the phenotype."""

from evograft.problems.control.problem import ControlProblem

__all__ = ["ControlProblem"]
