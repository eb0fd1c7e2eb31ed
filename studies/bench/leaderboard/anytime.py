"""Anytime curves: the best value of a run over what it has spent, and what they amount to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import numpy.typing as npt

from evograft.representations import _check
from evograft.representations.files import replacing
from evograft.studies.ablation.jobs import Job
from evograft.studies.reports.convergence import step_values
from evograft.studies.run_directory import RunDirectory

if TYPE_CHECKING:
    import pandas as pd

Floats = npt.NDArray[np.float64]

COLUMNS = ("evaluations", "cost", "best")

Unit = Literal["evaluations", "cost"]
"""What is the same for all runs: their evaluations, or what they cost where that ends them too."""


def compared_by(evaluations: int, cost: float | None) -> tuple[Unit, float]:
    """What runs with this budget are compared over, and how much of it they have.

    >>> compared_by(1000, None), compared_by(1000, 2.5)
    (('evaluations', 1000), ('cost', 2.5))
    """
    return ("evaluations", evaluations) if cost is None else ("cost", cost)


@dataclass(frozen=True)
class AnytimeCurve:
    """The best value of a run, from every evaluation that improved it to the next.

    Attributes
    ----------
    evaluations, cost, best : ndarray of float64, (n,)
        Spent when *best* was found; the last entry is the end of the run.
    """

    evaluations: Floats
    cost: Floats
    best: Floats

    def spent(self, unit: Unit) -> Floats:
        """Return ``evaluations`` or ``cost``."""
        return self.cost if unit == "cost" else self.evaluations

    def area(self, budget: float, unit: Unit = "evaluations") -> float:
        """Return the mean over evaluations 1 to *budget*, or all this cost, of the best value.

        A run that ended early, as it found the optimum, keeps its value. The first value counts
        from the beginning; what is found beyond the budget does not count.

        >>> curve = AnytimeCurve(*np.array([[1, 3, 4], [1, 3, 4], [0.2, 0.6, 0.6]], float))
        >>> round(curve.area(4), 3)
        0.4
        >>> dear = AnytimeCurve(*np.array([[1, 2, 3], [5, 30, 45], [0.2, 0.6, 0.6]], float))
        >>> round(dear.area(40, "cost"), 3)
        0.3
        """
        # An evaluation has its value from its beginning on, a cost buys one at its end.
        begins = self.evaluations - 1 if unit == "evaluations" else np.append(0.0, self.cost[1:])
        held = np.diff(np.minimum(np.append(begins, budget), budget))
        return float((held * self.best).sum() / budget)

    def capped(self, most: float) -> "AnytimeCurve":
        """Return the curve with *most* in the place of all values above."""
        return replace(self, best=np.minimum(self.best, most))

    def reached(self, value: float, unit: Unit = "evaluations") -> float:
        """Return what had been spent when *value* was reached, NaN where it was not."""
        places = np.flatnonzero(self.best >= value)
        return float(self.spent(unit)[places[0]]) if places.size else float("nan")

    def save(self, path: Path) -> None:
        """Write one row per entry as CSV, whole or not at all."""
        path.parent.mkdir(parents=True, exist_ok=True)
        with replacing(path) as file:
            file.write(",".join(COLUMNS) + "\n")
            for spent, cost, best in zip(self.evaluations, self.cost, self.best, strict=True):
                file.write(f"{int(spent)},{float(cost)!r},{float(best)!r}\n")

    @classmethod
    def load(cls, path: Path) -> "AnytimeCurve":
        """Read what :meth:`save` wrote.

        Raises
        ------
        ValueError
            Where the file is none that it writes.
        """
        try:
            lines = path.read_text(encoding="utf-8").splitlines()
            rows = np.array([line.split(",") for line in lines[1:]], np.float64)
            if lines[0].split(",") != list(COLUMNS) or rows.ndim != 2 or rows.shape[1] != 3:
                raise ValueError("it has other columns, or no row")
            if not np.isfinite(rows).all() or (np.diff(rows, axis=0) < 0).any():
                raise ValueError("its numbers are not finite, or fall")
        except (OSError, ValueError, IndexError) as error:
            raise ValueError(
                f"{path} is no anytime curve: {error}; delete it to have it made anew"
            ) from None
        return cls(*rows.T)

    @classmethod
    def of_spent(cls, state: Mapping[str, Any]) -> "AnytimeCurve":
        """The curve of what a :class:`Meter` has in its state.

        >>> state = {"evaluations": 9, "cost": 9.0, "improvements": ((1, 1.0, 0.3), (4, 4.0, 0.5))}
        >>> AnytimeCurve.of_spent(state).best.tolist()
        [0.3, 0.5, 0.5]
        """
        rows = [*state["improvements"]]
        if rows[-1][0] < state["evaluations"]:
            rows.append((state["evaluations"], state["cost"], rows[-1][2]))
        return cls(*np.array(rows, np.float64).T)


def curve_of(job: Job, path: Path) -> AnytimeCurve:
    """The curve of a finished run, from *path*; else from its checkpoint, and kept in *path*.

    Raises
    ------
    ValueError
        Where neither can be read.
    """
    if path.exists():
        return AnytimeCurve.load(path)
    curve = AnytimeCurve.of_spent(RunDirectory(job.directory).snapshot().toolbox["meter"])
    curve.save(path)
    return curve


def common_counts(budget: int, points: int = 100) -> npt.NDArray[np.int64]:
    """Evaluations at which curves are compared: from 1 to *budget*, in about equal ratios.

    >>> common_counts(100, 5).tolist()
    [1, 3, 10, 32, 100]
    """
    _check.integer("budget", budget, minimum=1)
    return np.unique(np.round(np.geomspace(1, budget, points)).astype(np.int64))


def common_costs(curves: Sequence[AnytimeCurve], budget: float, points: int = 100) -> Floats:
    """Costs at which curves are compared: up to *budget*, in equal ratios.

    They begin where all *curves* have a value, but not below a thousandth of the budget.

    >>> curves = [AnytimeCurve(np.ones(1), np.array([cost]), np.ones(1)) for cost in (1.0, 10.0)]
    >>> common_costs(curves, 1000, 3).tolist()
    [10.0, 100.0, 1000.0]
    """
    first = max(budget / 1000, *(float(curve.cost[0]) for curve in curves))
    return np.unique(np.geomspace(first, max(first, budget), points))


def aggregate(
    curves: Sequence[AnytimeCurve], counts: npt.ArrayLike, unit: Unit = "evaluations"
) -> "pd.DataFrame":
    """Return median and quartiles of the best value over runs, at common *counts* of *unit*.

    Returns
    -------
    DataFrame
        One row per count: it, named as the unit; ``lower``, ``median``, ``upper``.

    Examples
    --------
    >>> rows = [np.array([[1, 3], [1, 3], [best, best + 1]], float) for best in (0, 2, 4)]
    >>> aggregate([AnytimeCurve(*row) for row in rows], [1, 2, 3])["median"].tolist()
    [2.0, 2.0, 3.0]
    """
    import pandas as pd

    grid = np.asarray(counts, np.float64)
    values = np.array([step_values(grid, curve.spent(unit), curve.best) for curve in curves])
    lower, median, upper = np.quantile(values, [0.25, 0.5, 0.75], axis=0)
    spent = grid.astype(np.int64) if unit == "evaluations" else grid
    return pd.DataFrame({unit: spent, "lower": lower, "median": median, "upper": upper})
