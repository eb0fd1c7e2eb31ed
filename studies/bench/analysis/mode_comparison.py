"""The two modes of MorphoNAS-Bench compared, and what that says on the published findings."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from evograft.problems.benchmark_generation.dataset import Bench
from evograft.studies.bench.analysis.mode_findings import judge_claims
from evograft.studies.bench.analysis.mode_table import comparison_table
from evograft.studies.bench.analysis.mode_values import AXES, MODES, SIZES, ModeValues, read_modes
from evograft.studies.statistics._results_table import checked_level

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Comparison:
    """What `compare` has found. In all tables a *part* is ``all`` or a third of the sizes.

    Attributes
    ----------
    values : ModeValues
        What was compared.
    sizes : DataFrame
        One row per mode and part: its entries, and the least and largest numbers of nodes and
        edges among them.
    table : DataFrame
        One row per aspect, quantity and part: numbers, means, deviations and quartiles of both
        modes, ``test``, ``p``, ``p_holm`` (corrected over this table), and the ``effect`` by its
        ``measure``, which is larger where the random mode has more. Yield and rejections are
        shares of the attempts, coverage is a number of cells; both are under mean.
    findings : DataFrame
        One row per published finding, metric and part: values compared (``n_…``), left out as NaN
        (``nan_…``), what was compared of the modes (their medians, shares, …), test and effect,
        which is larger where it is as claimed, the ``verdict`` and a ``note`` on why.
    level : float
        Of the tests of the findings.
    notes : tuple of str
        What is missing.
    """

    values: ModeValues
    sizes: "pd.DataFrame"
    table: "pd.DataFrame"
    findings: "pd.DataFrame"
    level: float
    notes: tuple[str, ...]


def compare(first: Bench, second: Bench, *, level: float = 0.05) -> Comparison:
    """Compare a benchmark of the random mode with one of the stratified mode, in either order.

    Parameters
    ----------
    first, second : Bench
        One of each mode, with metrics.
    level : float, from 0.001 to 0.5
        Of the tests behind the verdicts, after correction.

    Raises
    ------
    ValueError
        Where they are not one of each mode, or one has no entry, or none of the metrics that are
        compared; where *level* breaks its rule.

    Notes
    -----
    Randomness: that of `compare_coverage`, with a fixed seed.
    """
    return compare_values(read_modes(first, second), level=level)


def compare_values(values: ModeValues, *, level: float = 0.05) -> Comparison:
    """Compare the modes by values that are read already, as `compare` does."""
    level = checked_level(level)
    return Comparison(
        values=values,
        sizes=_sizes(values),
        table=comparison_table(values),
        findings=judge_claims(values, level),
        level=level,
        notes=tuple(_notes(values)),
    )


def _sizes(values: ModeValues) -> "pd.DataFrame":
    import pandas as pd

    rows = []
    for part in values.parts:
        for mode in MODES:
            entries = values.rows(mode, part)
            row = {"part": part, "mode": mode, "entries": len(entries)}
            for metric in SIZES:
                if metric not in values.missing:
                    row |= {
                        f"{metric}_least": entries[metric].min(),
                        f"{metric}_most": entries[metric].max(),
                    }
            rows.append(row)
    return pd.DataFrame(rows)


def _notes(values: ModeValues) -> list[str]:
    notes = [values.lacking(metric) for metric in values.missing]
    if "n" in values.missing:
        notes.append("without numbers of nodes there are no thirds by size")
    elif "m" in values.missing:
        notes.append("networks with as many nodes are all in the same third, edges being missing")
    notes += [f"no attempts told of in {mode}" for mode in MODES if mode not in values.attempts]
    axes = values.axes
    if len(axes) < len(AXES):
        notes.append(f"coverage is that of {', '.join(axes) or 'nothing'} alone")
    return notes
