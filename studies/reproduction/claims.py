"""What a paper claims, asked of our runs by the tests of its procedure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from evograft.studies.reports._markup import Cell, Grid
from evograft.studies.reports._numbers import written
from evograft.studies.reports._runs import measured_runs
from evograft.studies.reproduction.section import CLAIMS, Section
from evograft.studies.statistics.comparison import LEVELS, compare_arms
from evograft.studies.statistics.effect_sizes import holm
from evograft.studies.statistics.measure import known_measure

if TYPE_CHECKING:
    import pandas as pd

PROCEDURE = "mge"

WORDS = {
    "win": "holds",
    "loss": "does not hold",
    "tie": "tie",
    "untested": "untested",
}


@dataclass(frozen=True)
class Pair:
    """The better method and the other, on some data sets, or on all if none are named."""

    method: str
    other: str
    datasets: Sequence[str] = ()


@dataclass(frozen=True)
class Claim:
    """That the first method of each pair is better than the other.

    Attributes
    ----------
    text : str
        What the paper says.
    found : str
        What the paper found, in numbers.
    pairs : sequence of Pair
    measure : str
        The column of the results that it is about.
    larger_is_better : bool, optional
        As the name of the measure says, if not given.
    """

    text: str
    found: str
    pairs: Sequence[Pair]
    measure: str = "test_accuracy"
    larger_is_better: bool | None = None


def decide(claim: Claim, results: "Mapping[str, pd.DataFrame]") -> "pd.DataFrame":
    """Test a claim on the data sets on which both methods of a pair have runs.

    Parameters
    ----------
    claim : Claim
    results : mapping of str to DataFrame
        By part: one row per run, as of a study. Parts are tested apart.

    Returns
    -------
    DataFrame
        One row per pair, part and data set: ``claim``, ``part``, ``dataset``, ``method``,
        ``other``, ``n_method``, ``n_other``, ``difference`` of the means, ``test``, ``p``,
        ``p_holm`` (corrected over the rows of the claim), ``A`` (see `compare_arms`) and
        ``verdict``: ``holds``, ``tie``, ``does not hold`` where the other method is better, or
        ``untested``.
    """
    import pandas as pd

    rows = [
        _row(claim, part, both, pair)
        for pair in claim.pairs
        for part, runs in results.items()
        if claim.measure in runs
        for both in _runs_of_both(claim, pair, runs)
    ]
    table = pd.DataFrame(rows)
    if rows:
        table["p_holm"] = holm(table["p"])
    return table


def _runs_of_both(claim: Claim, pair: Pair, runs: "pd.DataFrame") -> "Iterator[pd.DataFrame]":
    """The runs of a pair on each of its data sets, those of the better method first."""
    import pandas as pd

    values = measured_runs(runs, claim.measure)
    for dataset in pair.datasets or values["problem"].unique():
        of_dataset = values[values["problem"] == dataset]
        both = [of_dataset[of_dataset["arm"] == arm] for arm in (pair.method, pair.other)]
        if all(len(part) for part in both):
            yield pd.concat(both)


def _row(claim: Claim, part: str, both: "pd.DataFrame", pair: Pair) -> dict[str, Any]:
    larger_is_better = claim.larger_is_better
    if larger_is_better is None:
        larger_is_better = known_measure(claim.measure).larger_is_better
    table = compare_arms(both, larger_is_better=larger_is_better, procedure=PROCEDURE)
    tested = table.iloc[0]
    return {
        "claim": claim.text,
        "part": part,
        "dataset": tested["problem"],
        "method": pair.method,
        "other": pair.other,
        "n_method": tested["n_arm"],
        "n_other": tested["n_other"],
        "difference": tested["difference"],
        "test": f"{tested['test']}, {tested['method']}",
        "p": tested["p"],
        "p_holm": tested["p"],
        "A": tested["A"],
        "verdict": WORDS[tested["outcome"]],
    }


def claims_section(
    title: str, claims: Sequence[Claim], results: "Mapping[str, pd.DataFrame]"
) -> Section | None:
    """The verdicts on *claims*, None where our runs can decide none of them."""
    import pandas as pd

    tables = [(claim, decide(claim, results)) for claim in claims]
    tables = [(claim, table) for claim, table in tables if len(table)]
    if not tables:
        return None
    notes = [
        "tests: as the MGE paper has them, Wilcoxon's of more than ten runs, signed ranks where "
        "seeds are paired, else a t-test with the runs of the smaller sample less one as degrees "
        f"of freedom; two-sided, judged by p at the level {LEVELS[PROCEDURE]:g}",
        "p (Holm): corrected for the number of rows of the claim; A: effect size of Vargha and "
        "Delaney, above 0.5 where the claim points",
        *(counted(claim.text, claim.found, table) for claim, table in tables),
    ]
    grids = [_grid(claim, table) for claim, table in tables]
    rows = pd.concat([table for _, table in tables])
    return Section(title, notes, grids, rows, file=CLAIMS)


def counted(claim: str, found: str, table: "pd.DataFrame") -> str:
    """How often a claim holds, by the column ``verdict``, and what its paper *found*."""
    counts = table["verdict"].value_counts()
    told = ", ".join(f"{word} {counts[word]}" for word in WORDS.values() if word in counts)
    return f"{claim}: {told} of {len(table)} (the paper: {found})"


def _grid(claim: Claim, table: "pd.DataFrame") -> Grid:
    names = ["part", "data set", "method", "against"]
    header = [*names, "runs", "difference", "p", "p (Holm)", "A", "test", "verdict"]
    form = "+.3f" if "accuracy" in claim.measure else "+.4g"
    rows = []
    for row in table.to_dict("records"):
        runs = dict.fromkeys([str(row["n_method"]), str(row["n_other"])])
        texts = [row["part"], row["dataset"], row["method"], row["other"], "/".join(runs)]
        texts += [written(row["difference"], form), written(row["p"], ".3g")]
        texts += [written(row["p_holm"], ".3g"), written(row["A"], ".3f"), row["test"]]
        rows.append([Cell(text) for text in (*texts, row["verdict"])])
    return Grid(f"{claim.text} ({claim.measure})", header, rows, len(names))
