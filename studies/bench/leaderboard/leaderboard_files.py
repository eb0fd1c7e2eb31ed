"""The files of a leaderboard: tables, text and pictures."""

import math
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from evograft.representations.files import replacing
from evograft.studies._figure import figure_of, new_figure, save_figure
from evograft.studies.bench.leaderboard.anytime import (
    Unit,
    aggregate,
    common_costs,
    common_counts,
    compared_by,
)
from evograft.studies.bench.leaderboard.leaderboard_table import Curves
from evograft.studies.reports._markup import Cell, Grid, to_markdown
from evograft.studies.reports._numbers import written
from evograft.studies.reports.convergence import draw_convergence
from evograft.studies.reports.result_table import result_table
from evograft.studies.statistics.comparison_drawing import draw_critical_difference
from evograft.studies.statistics.measure import Measure
from evograft.studies.statistics.ranking import Ranking

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

Run = tuple[str, str, int]
"""Searcher, target and seed."""

MEASURES = (Measure("best", larger_is_better=True), Measure("regret", larger_is_better=False))


def save_leaderboard(
    path: Path,
    curves: Curves,
    runs: "pd.DataFrame",
    table: "pd.DataFrame",
    ranking: Ranking | None,
    *,
    budget: int,
    cost: float | None = None,
    failed: Sequence[Run] = (),
) -> None:
    """Write every file of a leaderboard into *path*, each whole or not at all.

    Parameters
    ----------
    path : Path
        A folder.
    curves, runs, table, ranking
        As :mod:`leaderboard_table` makes them.
    budget : int
        Evaluations of a run.
    cost : float, optional
        At which it ended too; then curves are over cost.
    failed : sequence of (str, str, int)
        Searcher, target and seed of the runs that are missing.
    """
    unit, most = compared_by(budget, cost)
    _save_csv(table, path / "leaderboard.csv")
    _save_csv(runs.rename(columns={"arm": "searcher", "problem": "target"}), path / "runs.csv")
    _save_csv(aggregated_curves(curves, most, unit), path / "curves.csv")
    with replacing(path / "leaderboard.md") as file:
        text = leaderboard_text(runs, table, ranking, budget=budget, cost=cost, failed=failed)
        file.write(text)
    save_figure(draw_curves(curves, most, unit), path / "curves.png")
    if ranking is not None:
        ax = draw_critical_difference(ranking)
        ax.set_title(_ranks_title(ranking), fontsize=10)
        save_figure(figure_of(ax), path / "ranks.png")
    else:
        (path / "ranks.png").unlink(missing_ok=True)  # of an earlier report


def aggregated_curves(curves: Curves, budget: float, unit: Unit = "evaluations") -> "pd.DataFrame":
    """Median and quartiles of the best value over the seeds, for each target and searcher.

    One row per target, searcher and one of :func:`common_counts`, or of the :func:`common_costs`
    of the target; ``runs`` of them.
    """
    import pandas as pd

    parts = []
    for target in dict.fromkeys(key[1] for key in curves):
        here = [curve for key, curve in curves.items() if key[1] == target]
        by_cost = unit == "cost"
        counts = common_costs(here, budget) if by_cost else common_counts(int(budget))
        for searcher in dict.fromkeys(key[0] for key in curves):
            group = [curve for key, curve in curves.items() if key[:2] == (searcher, target)]
            if group:
                part = aggregate(group, counts, unit)
                part.insert(0, "runs", len(group))
                part.insert(0, "searcher", searcher)
                part.insert(0, "target", target)
                parts.append(part)
    return pd.concat(parts, ignore_index=True)


def leaderboard_text(
    runs: "pd.DataFrame",
    table: "pd.DataFrame",
    ranking: Ranking | None,
    *,
    budget: int,
    cost: float | None = None,
    failed: Sequence[Run] = (),
) -> str:
    """Return the leaderboard in GitHub's Markdown: standings, then the tests."""
    unit, _ = compared_by(budget, cost)
    parts = ["# Leaderboard", *map(to_markdown, _standing_grids(table, unit))]
    over, after = "all evaluations", "so many evaluations"
    if unit == "cost":
        over, after = "all of the cost", "this cost"
    spent = f"{budget} evaluations" + ("" if cost is None else f", or a cost of {cost:g}")
    notes = [
        f"budget of a run: {spent}, or until the optimum is found",
        "rank: of the final value, average over the seeds that no searcher here has a failed run "
        "of; the median is over all runs, with quartiles",
        f"regret: mean over {over} of what the best value so far falls short of the "
        "optimum (or of the best value of all runs, where no optimum is known); 1 is the lowest "
        "first value of any run",
        f"solved: runs that found the optimum, after {after} (median)",
    ]
    if failed:
        notes.append(f"{len(failed)} runs failed and are missing")
    if ranking is not None:
        notes.append(_ranks_title(ranking))
        notes.append(
            f"critical difference of these ranks after Nemenyi: {ranking.critical_difference:.2f} "
            f"at {ranking.level:g}"
        )
    parts.append("\n".join(f"- {note}" for note in notes))
    frame = _with_failed(runs.assign(status="finished"), failed)
    parts += [f"## {measure.name}\n\n{_tests(frame, measure)}" for measure in MEASURES]
    return "\n\n".join(parts).rstrip() + "\n"


def draw_curves(curves: Curves, budget: float, unit: Unit = "evaluations") -> "Figure":
    """Draw the best value over the budget: medians and quartiles, a panel for each target."""
    import pandas as pd
    from matplotlib.ticker import NullFormatter, StrMethodFormatter

    rows = [
        {"arm": arm, "problem": target, "seed": seed, unit: spent, "best": best}
        for (arm, target, seed), curve in curves.items()
        for spent, best in zip(curve.spent(unit), curve.best, strict=True)
    ]
    frame = pd.DataFrame(rows)
    targets = frame["problem"].unique().tolist()
    longest = max(map(len, frame["arm"].unique()))
    least = max(1, budget // 1000) if unit == "evaluations" else budget / 1000
    figure = new_figure(6.6 + 0.07 * longest, 3.8 * len(targets), "constrained")
    for place, target in enumerate(targets, start=1):
        ax = figure.add_subplot(len(targets), 1, place)
        draw_convergence(frame, target, unit, ax, larger_is_better=True)
        ax.set(xscale="log", xlim=(least, budget), ylabel="best value so far")
        # Costs are of any size.
        number = "{x:,.0f}" if unit == "evaluations" else "{x:g}"
        ax.xaxis.set_major_formatter(StrMethodFormatter(number))
        ax.xaxis.set_minor_formatter(NullFormatter())
    return figure


def _with_failed(runs: "pd.DataFrame", failed: Sequence[Run]) -> "pd.DataFrame":
    import pandas as pd

    lost = [
        {"arm": arm, "problem": target, "seed": seed, "status": "failed"}
        for arm, target, seed in failed
    ]
    return pd.concat([runs, pd.DataFrame(lost)], ignore_index=True) if lost else runs


def _tests(frame: "pd.DataFrame", measure: Measure) -> str:
    return result_table(frame, measure).to_markdown()


def _standing_grids(table: "pd.DataFrame", unit: Unit) -> list[Grid]:
    header = ["place", "searcher", "runs", "rank", "median [quartiles]", "regret", "solved"]
    grids = []
    for target, part in table.groupby("target", sort=False):
        rows = []
        for row in part.to_dict("records"):
            values = [written(row[name], ".4f") for name in ("median", "lower", "upper")]
            solved = str(row["solved"])
            if not math.isnan(row["solved_after"]):
                digits = ".0f" if unit == "evaluations" else ".4g"
                solved += f" (after {row['solved_after']:{digits}})"
            texts = [
                *(str(row["place"]), str(row["searcher"]), str(row["runs"])),
                *(written(row["rank"], ".2f"), f"{values[0]} [{values[1]}, {values[2]}]"),
                *(f"{row['regret']:.4f}", solved, f"{row['seconds_per_1000']:.2f}"),
            ]
            rows.append(
                [Cell(text, bold=row["place"] == 1 and i == 1) for i, text in enumerate(texts)]
            )
        grids.append(Grid(str(target), [*header, "s per 1000"], rows, names=2))
    return grids


def _ranks_title(ranking: Ranking) -> str:
    test = "" if math.isnan(ranking.friedman_p) else f", Friedman p = {ranking.friedman_p:.2g}"
    return f"average ranks over {ranking.n_problems} pairs of target and seed{test}"


def _save_csv(table: "pd.DataFrame", file: Path) -> None:
    with replacing(file) as opened:
        table.to_csv(opened, index=False, lineterminator="\n")
