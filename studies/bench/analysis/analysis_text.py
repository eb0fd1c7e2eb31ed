"""What an analysis says, in GitHub's Markdown."""

import math
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from evograft.studies.bench.analysis.bench_analysis import Analysis
from evograft.studies.bench.analysis.control_comparison import ControlComparison
from evograft.studies.bench.analysis.metric_coverage import BINS, PERMUTATIONS, SEED
from evograft.studies.bench.analysis.mode_claims import (
    MODERATE_MODULARITY,
    MOST_MODERATE_HIERARCHY,
)
from evograft.studies.bench.analysis.mode_comparison import Comparison
from evograft.studies.bench.analysis.mode_findings import HOLDS
from evograft.studies.bench.analysis.mode_tests import EFFECTS
from evograft.studies.bench.analysis.mode_values import ALL, MODES
from evograft.studies.reports._markup import EN_DASH, Cell, Grid, markdown, to_markdown
from evograft.studies.reports._numbers import written
from evograft.studies.statistics.effect_sizes import effect_word

if TYPE_CHECKING:
    import pandas as pd


def comparison_text(comparison: Comparison) -> str:
    """Return the verdicts and the tables of a comparison."""
    parts = [
        "# Comparison of the modes",
        _list(comparison.notes),
        "## Published findings",
        to_markdown(_verdict_grid(comparison)),
        _list(_rules(comparison)),
        "## Modes",
        *map(to_markdown, _attempt_grids(comparison)),
        to_markdown(_size_grid(comparison.sizes)),
        "## Metrics",
        to_markdown(_metric_grid(comparison.table)),
        _list(
            [
                "medians with quartiles; of coverage, cells at equal numbers of networks",
                "A: chance that a random network has more than a stratified one; ratio: random to "
                "stratified",
                "NaN are left out: their numbers are in comparison.csv",
            ]
        ),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def summary_text(analysis: Analysis) -> str:
    """Return the tables of the metrics of one benchmark and of its controls, and its duplicates."""
    header = ["metric", "n", "NaN", "mean", "sd", "min", "q1", "median", "q3", "max"]
    rows = []
    for row in analysis.summary.to_dict("records"):
        name, n, nan, *numbers = row.values()
        texts = [str(name), str(n), str(nan), *(written(number, ".4g") for number in numbers)]
        rows.append([Cell(text) for text in texts])
    parts = [
        f"# Analysis of {markdown(analysis.name)}",
        _list([analysis.duplicates.sentence()]),
        to_markdown(Grid("metrics", header, rows)),
        *([] if analysis.controls is None else _control_parts(analysis.controls)),
    ]
    return "\n\n".join(parts) + "\n"


def _control_parts(controls: ControlComparison) -> list[str]:
    table = controls.table.rename(columns={"p_holm": "p (Holm)"}).drop(columns="p")
    rows = [
        [
            Cell(str(row.pop("metric"))),
            Cell(str(row.pop("n"))),
            *(Cell(written(number, ".3g")) for number in row.values()),
        ]
        for row in table.to_dict("records")
    ]
    header = [name.replace("_", " ") for name in table.columns.tolist()]
    return [
        "## Beside random networks",
        _list(
            [
                controls.sentence(),
                "difference: mean of network less control; d: that by its standard deviation; "
                "A: share of pairs in which the network has more, ties by half; p after Wilcoxon",
            ]
        ),
        to_markdown(Grid("controls", header, rows)),
    ]


def verdict_table(findings: "pd.DataFrame") -> "pd.DataFrame":
    """Return the verdicts, one row per finding and metric, one column per part.

    Examples
    --------
    >>> import pandas as pd
    >>> rows = [{"claim": "random is larger", "metric": "n", "part": part, "verdict": verdict}
    ...         for part, verdict in {"all": "holds", "small": "undecided"}.items()]
    >>> print(verdict_table(pd.DataFrame(rows)).to_string(index=False))
               claim metric   all     small
    random is larger      n holds undecided
    """
    table = findings.pivot_table(
        index=["claim", "metric"], columns="part", values="verdict", aggfunc="first", sort=False
    )
    return table.fillna("").reset_index().rename_axis(columns=None)


def _verdict_grid(comparison: Comparison) -> Grid:
    findings = comparison.findings
    parts = list(dict.fromkeys(findings["part"]))
    rows = []
    for (claim, metric), group in findings.groupby(["claim", "metric"], sort=False):
        cells = {row["part"]: _verdict_cell(row) for row in group.to_dict("records")}
        empty = Cell(EN_DASH)
        rows.append(
            [Cell(str(claim)), Cell(str(metric)), *(cells.get(part, empty) for part in parts)]
        )
    header = ["finding", "metric", *(part if part == ALL else f"{part} third" for part in parts)]
    return Grid("verdicts, with effect sizes", header, rows, names=2)


def _verdict_cell(row: "dict[Any, Any]") -> Cell:
    if math.isnan(row["effect"]):
        return Cell(f"{row['verdict']}: {row['note']}")
    # A rounded -0.001 is 0.
    size = f"{row['measure']} {written(round(row['effect'], 2) + 0.0, '.2f')}"
    return Cell(f"{row['verdict']} ({size})", bold=row["verdict"] == HOLDS)


def _rules(comparison: Comparison) -> Iterator[str]:
    least = ", ".join(
        f"{name} {written(scale.none + scale.least, 'g')}" for name, scale in EFFECTS.items()
    )
    low, high = MODERATE_MODULARITY
    axes = ", ".join(comparison.values.axes)
    yield (
        f"holds: p, corrected after Holm over all tests of findings.csv, is at most "
        f"{comparison.level:g}, and the effect is as claimed and at least the smallest that is "
        f"named: {least}"
    )
    yield "does not hold: p is at most that, and the effect is smaller or the opposite"
    yield "undecided: p is larger, or there is nothing to test"
    yield (
        "outliers lie more than 1.5 times the distance of the quartiles beyond these, in the "
        "mixture of both modes in equal parts"
    )
    yield (
        f"moderate modularity: {low:g} to {high:g}; low to moderate hierarchy: up to "
        f"{MOST_MODERATE_HIERARCHY:.3f}"
    )
    yield (
        f"coverage: cells occupied of a grid of {BINS} bins per axis over {axes}; the larger mode "
        f"rarefied; {PERMUTATIONS} permutations, seed {SEED}"
    )
    yield "thirds: of the networks of both modes, by nodes, those with as many nodes by edges"


def _attempt_grids(comparison: Comparison) -> Iterator[Grid]:
    attempts = comparison.values.attempts
    if not attempts:
        return
    reasons = list(dict.fromkeys(name for one in attempts.values() for name in one.rejected))
    rows = []
    for mode, one in attempts.items():
        counts = [one.accepted, *(one.rejected.get(reason, 0) for reason in reasons)]
        shares = [f"{count} ({count / max(one.made, 1):.1%})" for count in counts]
        rows.append([Cell(text) for text in (mode, str(one.made), *shares)])
    header = ["mode", "attempts", "accepted", *(f"rejected: {reason}" for reason in reasons)]
    yield Grid("yield", header, rows)


def _size_grid(sizes: "pd.DataFrame") -> Grid:
    kinds = {"n": "nodes", "m": "edges"}
    kinds = {name: kind for name, kind in kinds.items() if f"{name}_least" in sizes}
    rows = []
    for row in sizes.to_dict("records"):
        ends = [
            EN_DASH
            if math.isnan(row[f"{name}_least"])
            else f"{row[f'{name}_least']:.0f} to {row[f'{name}_most']:.0f}"
            for name in kinds
        ]
        rows.append([Cell(text) for text in (row["part"], row["mode"], str(row["entries"]), *ends)])
    return Grid("networks", ["part", "mode", "networks", *kinds.values()], rows, names=2)


def _metric_grid(table: "pd.DataFrame") -> Grid:
    rows = []
    for row in table[table["aspect"] != "yield"].to_dict("records"):
        texts = [row["aspect"], row["quantity"], row["part"]]
        for mode in MODES:
            texts += [str(row[f"n_{mode}"]), _middle(row, mode)]
        size = EN_DASH
        if not math.isnan(row["effect"]):
            size = f"{row['measure']} {row['effect']:.3f}"
            size += f" {effect_word(row['effect'])}" if row["measure"] == "A" else ""
        texts += [size, written(row["p_holm"], ".2g")]
        rows.append([Cell(text) for text in texts])
    sides = [text for mode in MODES for text in ("n", mode)]
    header = ["aspect", "metric", "part", *sides, "effect", "p (Holm)"]
    return Grid("the modes beside each other", header, rows, names=3)


def _middle(row: "dict[Any, Any]", mode: str) -> str:
    if row["aspect"] == "coverage":
        return written(row[f"mean_{mode}"], ".1f")
    ends = [written(row[f"{name}_{mode}"], ".4g") for name in ("median", "q1", "q3")]
    return f"{ends[0]} [{ends[1]}, {ends[2]}]"


def _list(lines: Iterable[str]) -> str:
    return "\n".join(f"- {markdown(line)}" for line in lines)
