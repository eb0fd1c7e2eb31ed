"""Numbers of a results table, written with as many digits as show how they differ."""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from evograft.studies.reports._markup import EN_DASH, MINUS

if TYPE_CHECKING:
    from evograft.studies.statistics.measure import Measure

_MOST_FIXED = 1e6
_LEAST_FIXED = 1e-3


def column_format(measure: "Measure", means: Sequence[float]) -> str:
    """Return the format of a column of means.

    Accuracies have three decimals. Of other measures the median size of the means has four
    significant digits; a column whose median lies below 0.001 or from a million on is in
    scientific notation. Where the best mean would look equal to another that is not, there are
    one or two digits more.

    Examples
    --------
    >>> from evograft.studies.statistics.measure import known_measure
    >>> column_format(known_measure("neurons"), [12.5, 80])
    '.2f'
    >>> accuracy = known_measure("test_accuracy")
    >>> column_format(accuracy, [0.9123, 0.95]), column_format(accuracy, [0.9752, 0.9754])
    ('.3f', '.4f')
    """
    values = {twelve_digits(mean) for mean in means if math.isfinite(mean)}
    sizes = [abs(value) for value in values if value]
    if not sizes:
        return ".3f"
    kind, digits = "f", 3
    if "accuracy" not in measure.name:
        size = float(np.median(sizes))
        if _LEAST_FIXED <= size < _MOST_FIXED:
            digits = max(0, 3 - math.floor(math.log10(size)))
        else:
            kind = "e"
    best = max(values) if measure.larger_is_better else min(values)
    for more in range(2):
        form = f".{digits + more}{kind}"
        if format(best, form) not in {format(value, form) for value in values - {best}}:
            return form
    return f".{digits + 2}{kind}"


def twelve_digits(mean: float) -> float:
    """Return *mean* without the digits in which sums of the same numbers may differ."""
    return float(f"{mean:.12g}")


def written(value: float, form: str) -> str:
    """Return *value* in a format, a dash for NaN; from a million on in scientific notation.

    Examples
    --------
    >>> [written(value, ".2f") for value in (1.5, 1e8)]
    ['1.50', '1.000e+08']
    """
    if math.isnan(value):
        return EN_DASH
    if abs(value) >= _MOST_FIXED and form.endswith("f"):
        form = ".3e"
    return format(value, form).replace("-", MINUS)


def seed_ranges(seeds: Sequence[object]) -> str:
    """Return seeds in order, those that follow each other as a range.

    Examples
    --------
    >>> seed_ranges([3, 0, 1, 2, 7])
    '0 to 3, 7'
    """
    try:
        numbers = sorted({int(str(seed)) for seed in seeds})
    except ValueError:
        return ", ".join(sorted({str(seed) for seed in seeds}))
    parts: list[list[int]] = []
    for number in numbers:
        if parts and number == parts[-1][-1] + 1:
            parts[-1].append(number)
        else:
            parts.append([number])
    return ", ".join(
        f"{part[0]} to {part[-1]}" if len(part) > 1 else str(part[0]) for part in parts
    )
