"""The two modes beside each other: every quantity that they are compared by, with its test."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from evograft.problems.benchmark_generation.storage.stamps import RULES
from evograft.studies.bench.analysis.metric_summary import described
from evograft.studies.bench.analysis.mode_tests import Outcome, compare_locations, compare_shares
from evograft.studies.bench.analysis.mode_values import ALL, ASPECTS, MODES, SIZES, ModeValues
from evograft.studies.statistics.effect_sizes import holm

if TYPE_CHECKING:
    import pandas as pd


def comparison_table(values: ModeValues) -> "pd.DataFrame":
    """Compare the modes in every quantity, over all networks and by size.

    Returns
    -------
    DataFrame
        As `Comparison.table` has it.
    """
    import pandas as pd

    table = pd.DataFrame([*_metric_rows(values), *_coverage_rows(values), *_attempt_rows(values)])
    table["p_holm"] = holm(table["p"])
    counts = [name for name in table.columns.tolist() if name.startswith(("n_", "nan_"))]
    return table.astype(dict.fromkeys(counts, "Int64"))


def _metric_rows(values: ModeValues) -> Iterator[dict[str, Any]]:
    for aspect, metrics in {"size": SIZES, **ASPECTS}.items():
        for metric in metrics:
            if metric in values.missing:
                continue
            for part in values.parts:
                samples = [values.values(mode, metric, part) for mode in MODES]
                yield {
                    **_named(aspect, metric, part),
                    **_described(values, part, samples),
                    **_tested(compare_locations(*samples)),
                }


def _described(values: ModeValues, part: str, samples: list[Any]) -> dict[str, Any]:
    row: dict[str, Any] = {}
    for mode, sample in zip(MODES, samples, strict=True):
        row |= {f"{name}_{mode}": number for name, number in described(sample).items()}
        row[f"nan_{mode}"] = len(values.rows(mode, part)) - sample.size
    return row


def _coverage_rows(values: ModeValues) -> Iterator[dict[str, Any]]:
    if len(values.axes) < 2:
        return
    for part in values.parts:
        found = values.coverage[part]
        rows = [len(values.rows(mode, part)) for mode in MODES]
        yield {
            **_named("coverage", "cells", part),
            **{f"n_{mode}": n for mode, n in zip(MODES, found.sizes, strict=True)},
            **{
                f"nan_{mode}": all_ - n
                for mode, all_, n in zip(MODES, rows, found.sizes, strict=True)
            },
            **{
                f"mean_{mode}": x
                for mode, x in zip(MODES, (found.first, found.second), strict=True)
            },
            **_tested(found),
        }


def _attempt_rows(values: ModeValues) -> Iterator[dict[str, Any]]:
    """Shares of the attempts; nothing where a benchmark does not tell of its attempts."""
    if any(mode not in values.attempts for mode in MODES):
        return
    attempts = [values.attempts[mode] for mode in MODES]
    counted = {"accepted": [one.accepted for one in attempts]}
    counted |= {
        f"rejected_{rule}": [one.rejected.get(rule, 0) for one in attempts] for rule in RULES
    }
    for name, (a, b) in counted.items():
        found = compare_shares(a, attempts[0].made, b, attempts[1].made)
        yield {
            **_named("yield", name, ALL),
            **{f"n_{mode}": one.made for mode, one in zip(MODES, attempts, strict=True)},
            **{
                f"mean_{mode}": x
                for mode, x in zip(MODES, (found.first, found.second), strict=True)
            },
            **_tested(found),
        }


def _named(aspect: str, quantity: str, part: str) -> dict[str, str]:
    return {"aspect": aspect, "quantity": quantity, "part": part}


def _tested(found: Outcome) -> dict[str, Any]:
    return {
        "test": found.test,
        "p": found.p,
        "measure": found.measure,
        "effect": found.effect,
        "note": found.note,
    }
