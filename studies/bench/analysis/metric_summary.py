"""The metrics of one benchmark: their distributions in numbers, and how they go together."""

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    import pandas as pd

Floats = npt.NDArray[np.float64]

QUARTILES = {"min": 0.0, "q1": 0.25, "median": 0.5, "q3": 0.75, "max": 1.0}


def described(values: Floats) -> dict[str, float]:
    """Return the number of *values*, mean, standard deviation (of a sample), ends and quartiles.

    Parameters
    ----------
    values : ndarray of float64, shape (n,)
        Finite.

    Returns
    -------
    dict of str to float
        NaN where there are no values, or, of the deviation, fewer than two.

    Examples
    --------
    >>> described(np.array([1.0, 2.0, 3.0]))["sd"]
    1.0
    """
    n = values.size
    quantiles = np.quantile(values, list(QUARTILES.values())) if n else [np.nan] * len(QUARTILES)
    return {
        "n": n,
        "mean": float(values.mean()) if n else np.nan,
        "sd": float(values.std(ddof=1)) if n > 1 else np.nan,
        **dict(zip(QUARTILES, map(float, quantiles), strict=True)),
    }


def summarise(table: "pd.DataFrame") -> "pd.DataFrame":
    """Return one row per column of *table*: ``metric``, ``n``, ``nan`` and what `described` says.

    Examples
    --------
    >>> import pandas as pd
    >>> summarise(pd.DataFrame({"density": [0.1, 0.3, np.nan]})).round(3).to_dict("records")
    [{'metric': 'density', 'n': 2, 'nan': 1, 'mean': 0.2, 'sd': 0.141, 'min': 0.1, 'q1': 0.15,
      'median': 0.2, 'q3': 0.25, 'max': 0.3}]
    """
    import pandas as pd

    rows = []
    for name in table.columns:
        values = table[name].to_numpy(np.float64)
        known = values[np.isfinite(values)]
        said = described(known)
        counts = {"metric": name, "n": known.size, "nan": values.size - known.size}
        rows.append(counts | {key: value for key, value in said.items() if key != "n"})
    return pd.DataFrame(rows, columns=["metric", "n", "nan", "mean", "sd", *QUARTILES])


def spearman_correlations(table: "pd.DataFrame") -> "pd.DataFrame":
    """Return Spearman's correlation of every two columns, over rows in which neither is NaN.

    NaN where a column does not vary there, or fewer than three rows are left.
    """
    finite = table.astype(np.float64).replace([np.inf, -np.inf], np.nan)
    return finite.corr("spearman", min_periods=3)
