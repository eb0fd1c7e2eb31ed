"""Verdicts on the published findings, from a test and the size of its effect."""

import math
from typing import TYPE_CHECKING, Any

from evograft.studies.bench.analysis.mode_claims import CLAIMS, Claim
from evograft.studies.bench.analysis.mode_tests import EFFECTS, Outcome
from evograft.studies.bench.analysis.mode_values import ALL, MODES, ModeValues
from evograft.studies.statistics.effect_sizes import holm

if TYPE_CHECKING:
    import pandas as pd

HOLDS, FAILS, OPEN = "holds", "does not hold", "undecided"


def judge_claims(values: ModeValues, level: float) -> "pd.DataFrame":
    """Test every claim on each of its metrics, over all networks and by size, and judge it.

    It holds where the p-value, corrected after Holm over all rows, is at most *level*, and the
    effect is as claimed and at least the smallest that is named (`EFFECTS`). It does not hold where
    the p-value is at most *level*, and the effect is the opposite or smaller. Else it is undecided.

    Parameters
    ----------
    values : ModeValues
    level : float

    Returns
    -------
    DataFrame
        As `Comparison.findings` has it.
    """
    import pandas as pd

    rows = [
        _row(values, claim, metric, part)
        for claim in CLAIMS
        for metric in claim.metrics
        for part in (values.parts if claim.by_size else (ALL,))
    ]
    table = pd.DataFrame(rows)
    corrected = holm(table["p"])
    judged = [
        verdict(p, row["measure"], row["effect"], level)
        for p, row in zip(corrected.tolist(), rows, strict=True)
    ]
    table["p_holm"] = corrected
    table["verdict"] = [word for word, _ in judged]
    table["note"] = [row["note"] or why for row, (_, why) in zip(rows, judged, strict=True)]
    table = table[[*(name for name in table.columns if name != "note"), "note"]]
    counts = [f"{kind}_{mode}" for kind in ("n", "nan") for mode in MODES]
    return table.astype(dict.fromkeys(counts, "Int64"))


def verdict(p: float, measure: str, effect: float, level: float) -> tuple[str, str]:
    """Return the verdict, and in words why it is none other.

    Parameters
    ----------
    p : float
        Corrected; NaN where nothing was tested.
    measure : str
        Of `EFFECTS`.
    effect : float
        Above that of no effect where it is as claimed.
    level : float

    Examples
    --------
    >>> verdict(0.001, "A", 0.7, 0.05), verdict(0.2, "A", 0.7, 0.05)
    (('holds', ''), ('undecided', 'not significant'))
    >>> verdict(0.001, "A", 0.53, 0.05)
    ('does not hold', 'less than is worth naming')
    """
    if math.isnan(p):
        return OPEN, "nothing to test"
    if p > level:
        return OPEN, "not significant"
    none, least = EFFECTS[measure]
    if effect >= none + least:
        return HOLDS, ""
    if effect > none - least:
        return FAILS, "less than is worth naming"
    return FAILS, "the opposite"


def _row(values: ModeValues, claim: Claim, metric: str, part: str) -> dict[str, Any]:
    lacking = _lacking(values, claim, metric)
    if lacking:
        tested = Outcome.nothing("", "", (), 0)._replace(note=lacking)
    else:
        tested = claim.test(values, metric, part)
    n = dict(zip(claim.modes, tested.sizes, strict=False))
    entries = {} if claim.of == "attempts" else {mode: len(values.rows(mode, part)) for mode in n}
    shown = dict(zip(claim.modes, (tested.first, tested.second), strict=False))
    return {
        "finding": claim.name,
        "claim": claim.statement,
        "metric": metric,
        "part": part,
        **{f"n_{mode}": n.get(mode) for mode in MODES},
        **{f"nan_{mode}": entries[mode] - n[mode] if mode in entries else None for mode in MODES},
        **{mode: shown.get(mode, math.nan) for mode in MODES},
        "test": tested.test,
        "p": tested.p,
        "measure": tested.measure,
        "effect": tested.effect,
        "note": tested.note,
    }


def _lacking(values: ModeValues, claim: Claim, metric: str) -> str:
    """What is missing for a claim, or nothing."""
    if claim.of == "attempts":
        without = [mode for mode in MODES if mode not in values.attempts]
        return f"no attempts told of in {' and '.join(without)}" if without else ""
    if claim.of == "axes":
        axes = values.axes
        return "" if len(axes) > 1 else f"fewer than two axes in both, {', '.join(axes) or 'none'}"
    lacking = values.lacking(metric, claim.modes)
    if not lacking and claim.of == "parts":
        return values.lacking("n")
    return lacking
