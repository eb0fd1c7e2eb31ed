if __name__ != "evograft.problems":
    msg = "source folder: import evograft.problems instead"
    raise ImportError(msg)

from evograft.problems.classification import ClassificationProblem
from evograft.problems.datasets import DataUnavailableError
from evograft.problems.own_data import from_arrays, from_csv
from evograft.problems.registry import describe, load, names

__all__ = [
    "ClassificationProblem",
    "DataUnavailableError",
    "describe",
    "from_arrays",
    "from_csv",
    "load",
    "names",
]
