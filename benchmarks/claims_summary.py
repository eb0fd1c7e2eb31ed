"""The MGE paper's claims and what our runs say of each, from the committed verdicts.

Run ``python benchmarks/claims_summary.py``. It reads ``benchmarks/results/*/claims.csv``, which
``evograft reproduce`` has written, and prints a table in Markdown: how many comparisons hold, tie,
or do not hold, with their p-values, and after Holm's correction over the comparisons of the claim
in that folder, at the level 0.025 of the paper. A single run of each method tests nothing.
"""

from collections.abc import Iterator
from pathlib import Path

import pandas as pd

RESULTS = Path(__file__).parent / "results"
VERDICTS = ("holds", "tie", "does not hold")
LEVEL = 0.025


def rows() -> Iterator[list[str]]:
    """One row per claim and folder of results."""
    for file in sorted(RESULTS.glob("mge-*/claims.csv")):
        table = pd.read_csv(file)
        tested = table[table["verdict"].isin(VERDICTS)]
        for claim, of_claim in tested.groupby("claim", sort=False):
            runs = of_claim.get("n_method")
            counts = [verdict_text(of_claim[of_claim["verdict"] == name]) for name in VERDICTS]
            yield [str(claim), file.parent.name, "" if runs is None else spread(runs), *counts]


def verdict_text(found: pd.DataFrame) -> str:
    """How many comparisons, their largest p, and how many stay below the level with Holm's."""
    if found.empty:
        return "0"
    largest = found["p"].max()
    if found["verdict"].iloc[0] == "tie":
        return f"{len(found)}"
    kept = (found["p_holm"] <= LEVEL).sum()
    return f"{len(found)} (p to {largest:.2g}; {kept} with Holm)"


def spread(values: "pd.Series[int]") -> str:
    """The range of some counts."""
    least, most = values.min(), values.max()
    return f"{least}" if least == most else f"{least} to {most}"


def main() -> None:
    """Print the table."""
    print("| claim | results | runs | holds | tie | does not hold |")
    print("| --- | --- | --- | --- | --- | --- |")
    for row in sorted(rows()):
        print(f"| {' | '.join(row)} |")


if __name__ == "__main__":
    main()
