"""The files of an analysis: tables, text and pictures, each written whole or not at all."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from evograft.representations.files import replacing
from evograft.studies._figure import save_figure
from evograft.studies.bench.analysis.analysis_drawing import (
    draw_against_size,
    draw_attempts,
    draw_by_part,
    draw_distributions,
)
from evograft.studies.bench.analysis.analysis_text import comparison_text, summary_text
from evograft.studies.bench.analysis.bench_analysis import Analysis
from evograft.studies.bench.analysis.control_drawing import draw_controls
from evograft.studies.bench.analysis.correlation_drawing import draw_correlations
from evograft.studies.bench.analysis.mode_comparison import Comparison
from evograft.studies.bench.analysis.mode_values import ASPECTS, SIZES

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

MAIN = tuple(metric for metrics in ASPECTS.values() for metric in metrics)

_MOST_PANELS = 12


def save_comparison(out: str | os.PathLike[str], comparison: Comparison) -> list[Path]:
    """Write a comparison of the modes into a folder, which is made where it is missing.

    These are ``comparison.csv`` and ``findings.csv`` as in `Comparison`, ``analysis.md``, and the
    pictures ``distributions.png``, ``entropy-size.png``, ``modularity-size.png`` and ``yield.png``,
    as far as the benchmarks have what they show.

    Returns
    -------
    list of Path
        The files, in the order in which they were written.

    Raises
    ------
    OSError
        If a file cannot be written.
    """
    tables = {"comparison.csv": comparison.table, "findings.csv": comparison.findings}
    return _save(Path(out), tables, comparison_text(comparison), _comparison_figures(comparison))


def save_analysis(out: str | os.PathLike[str], analysis: Analysis) -> list[Path]:
    """Write an analysis of one benchmark into a folder, which is made where it is missing.

    These are ``summary.csv`` and ``correlations.csv`` as in `Analysis`, ``controls.csv`` and
    ``control-pairs.csv`` as ``table`` and ``values`` of `ControlComparison`, ``analysis.md`` with
    the summary, the number of duplicates and what controls say, and the pictures
    ``distributions.png``, ``correlations.png``, ``controls.png``, ``entropy-size.png`` and
    ``yield.png``, as far as the benchmark has what they show.

    Returns
    -------
    list of Path
        The files, in the order in which they were written.

    Raises
    ------
    OSError
        If a file cannot be written.
    """
    correlations = analysis.correlations.rename_axis("metric").reset_index()
    tables = {"summary.csv": analysis.summary, "correlations.csv": correlations}
    if analysis.controls is not None:
        tables["controls.csv"] = analysis.controls.table
        tables["control-pairs.csv"] = analysis.controls.values
    return _save(Path(out), tables, summary_text(analysis), _figures(analysis))


def _comparison_figures(comparison: Comparison) -> "Iterator[tuple[str, Figure]]":
    values, entries = comparison.values, comparison.values.entries
    yield "distributions.png", draw_distributions(entries, [x for x in MAIN if x in entries])
    yield from _against_size(entries)
    metric = ASPECTS["modularity"][0]
    if metric in entries and len(values.parts) > 1:
        yield "modularity-size.png", draw_by_part(entries, metric)
    if values.attempts:
        yield "yield.png", draw_attempts(values.attempts)


def _figures(analysis: Analysis) -> "Iterator[tuple[str, Figure]]":
    entries = analysis.entries
    columns = analysis.summary["metric"].tolist()
    main = [metric for metric in (*SIZES, *MAIN) if metric in columns] or columns[:_MOST_PANELS]
    yield "distributions.png", draw_distributions(entries, main)
    yield "correlations.png", draw_correlations(analysis.correlations)
    if analysis.controls is not None and len(analysis.controls.table):
        yield "controls.png", draw_controls(analysis.controls)
    yield from _against_size(entries)
    if analysis.attempts is not None:
        yield "yield.png", draw_attempts({entries["mode"].iloc[0]: analysis.attempts})


def _against_size(entries: "pd.DataFrame") -> "Iterator[tuple[str, Figure]]":
    metric = ASPECTS["entropy"][0]
    if metric in entries and {*SIZES} & {*entries}:
        yield "entropy-size.png", draw_against_size(entries, metric)


def _save(
    folder: Path,
    tables: "dict[str, pd.DataFrame]",
    text: str,
    figures: "Iterator[tuple[str, Figure]]",
) -> list[Path]:
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, table in tables.items():
        with replacing(folder / name) as file:
            table.to_csv(file, index=False, lineterminator="\n")
        written.append(folder / name)
    with replacing(folder / "analysis.md") as file:
        file.write(text)
    written.append(folder / "analysis.md")
    for name, figure in figures:
        save_figure(figure, folder / name)
        written.append(folder / name)
    return written
