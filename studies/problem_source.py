"""Problems by name or file, so that whoever needs one loads it for itself."""

import inspect
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from evograft import problems
from evograft.representations import _check

SEED = "seed"
"""As the ``split_seed`` or the ``fold`` of a source: the seed of the run, so that every run has its
own split."""

OF_THE_RUN = ("split_seed", "fold")
"""The options that may be the seed of the run."""


def load_problem(name: str, target: str | None, options: Mapping[str, Any]) -> Any:
    """The problem called *name*, or that of a CSV file with the column *target* as classes."""
    if name.lower().endswith(".csv"):
        if target is None:
            raise ValueError(f"target must name the column of the classes in {name}, got none")
        names = set(inspect.signature(problems.from_csv).parameters) - {"path", "target"}
        for option in options:
            _check.known("problem option", option, names)
        return problems.from_csv(name, target=target, **options)
    if Path(name).is_file():
        raise ValueError(f"problem must be one by name or a file that ends in .csv, got {name!r}")
    if target is not None:
        raise ValueError(f"target goes with a CSV file, got the problem {name!r}")
    return problems.load(name, **options)


@dataclass(frozen=True)
class Source:
    """A problem by its name, so that every worker loads it for itself.

    Parameters
    ----------
    name : str
        Of :func:`evograft.problems.load`, or the path of a CSV file.
    target : str, optional
        Column of the classes in a CSV file.
    options : mapping
        Of the problem; a ``split_seed`` or a ``fold`` of ``"seed"`` is the seed of each run.

    Examples
    --------
    >>> Source("wine", options={"split_seed": "seed"}).load(3).split["seed"]
    3
    """

    name: str
    target: str | None = None
    options: Mapping[str, Any] = field(default_factory=dict)

    @property
    def of_the_run(self) -> list[str]:
        """The options that are the seed of the run."""
        return [name for name in OF_THE_RUN if self.options.get(name) == SEED]

    @property
    def varies(self) -> bool:
        """Whether every seed has a split of its own."""
        return bool(self.of_the_run)

    def load(self, seed: int) -> Any:
        """Load the problem for a run with *seed*."""
        own = dict.fromkeys(self.of_the_run, seed)
        return load_problem(self.name, self.target, {**self.options, **own})

    def describe(self) -> dict[str, Any]:
        """What defines it, for JSON."""
        described = {"name": self.name, "target": self.target, "options": dict(self.options)}
        return {name: value for name, value in described.items() if value not in (None, {})}

    def version(self) -> int:
        """Changes when a file does."""
        path = Path(self.name)
        return path.stat().st_mtime_ns if path.is_file() else 0
