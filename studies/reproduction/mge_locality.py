"""What the MGE paper (arXiv 2208.02787) finds of locality: its Table 4 and its Figure 9.

Both are of the same populations: with one's file ``locality.csv`` in its folder, the other measures
nothing.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from evograft.studies._figure import save_figure
from evograft.studies.reports._markup import Grid
from evograft.studies.reports._numbers import written
from evograft.studies.representation.expression_tree import Leaves
from evograft.studies.representation.locality import (
    Flips,
    SecondBit,
    check_locality,
    measure_locality,
)
from evograft.studies.representation.locality_drawing import draw_locality
from evograft.studies.representation.locality_summary import summarise_locality
from evograft.studies.representation.random_pairs import METHODS, Sites
from evograft.studies.reproduction.locality_claims import flattest_course, smallest_distance
from evograft.studies.reproduction.request import Request
from evograft.studies.reproduction.section import Section, text_grid

if TYPE_CHECKING:
    import pandas as pd

NEURONS = range(2, 10)
QUICK_INDIVIDUALS = 50


@dataclass(frozen=True)
class Populations:
    """Settings of `measure_locality`; see there."""

    individuals: int
    sites: Sites
    leaves: Leaves
    second_bit: SecondBit
    flips: Flips
    seed: int

    def check(self) -> None:
        """Raise where one breaks its rule."""
        check_locality(METHODS, neurons=NEURONS, **vars(self))

    def measure(self, request: Request) -> "pd.DataFrame":
        """Measure what the folder of *request* has not."""
        file, progress = request.out / "locality.csv", request.progress
        return measure_locality(
            METHODS, neurons=NEURONS, file=file, progress=progress, **vars(self)
        )

    def notes(self) -> list[str]:
        """What the paper says of its populations, and what it leaves open."""
        most = " (NOT THE PAPER'S SETTING: 5000)" if self.individuals != 5000 else ""
        return [
            f"for each method {len(NEURONS)} populations of networks of {NEURONS[0]} to "
            f"{NEURONS[-1]} neurons, {self.individuals} random individuals each{most}, seed "
            f"{self.seed}; 30 features, one hidden layer, weights of one digit and two decimals",
            f"left open by the paper: sites {self.sites}, leaves {self.leaves}, second_bit "
            f"{self.second_bit}, flips {self.flips}",
        ]


def table4(
    request: Request,
    *,
    individuals: int = 5000,
    sites: Sites = "used",
    leaves: Leaves = "numbers",
    second_bit: SecondBit = "other",
    flips: Flips = "any",
    seed: int = 0,
) -> Iterator[Section]:
    """Reproduce Table 4: tree edit distances between networks and their mutants.

    Parameters
    ----------
    request : Request
        Nothing is run in it: *individuals* stand for runs and generations.
    individuals, sites, leaves, second_bit, flips, seed
        As `measure_locality` takes them.
    """
    populations = _populations(request, individuals, sites, leaves, second_bit, flips, seed)
    return _table4(request, populations)


def figure9(
    request: Request,
    *,
    individuals: int = 5000,
    sites: Sites = "used",
    leaves: Leaves = "numbers",
    second_bit: SecondBit = "other",
    flips: Flips = "any",
    seed: int = 0,
) -> Iterator[Section]:
    """Reproduce Figure 9: these distances over the number of neurons.

    Parameters are those of `table4`.
    """
    populations = _populations(request, individuals, sites, leaves, second_bit, flips, seed)
    return _figure9(request, populations)


def _populations(request: Request, individuals: int, *settings: Any) -> Populations:
    request.refuse("runs", "generations", "parts", "arms", "workers", "scheduler")
    populations = Populations(individuals, *settings)
    populations.check()
    if request.quick:
        return replace(populations, individuals=min(individuals, QUICK_INDIVIDUALS))
    return populations


def _table4(request: Request, populations: Populations) -> Iterator[Section]:
    summary = summarise_locality(populations.measure(request))
    summary["paper_rank"] = summary.groupby("bits")["paper_mean"].rank().astype(int)
    yield Section(
        "Table 4 of the MGE paper: locality",
        [
            *populations.notes(),
            "rank: 1 is the most local method; mutants without a network are left out of the mean",
        ],
        [_distances(summary)],
        summary.drop(columns=["slope", "slope_low", "slope_high"]),
    )
    yield smallest_distance(summary)


def _distances(summary: "pd.DataFrame") -> Grid:
    header = ["bits", "method", "ours", "distances", "unchanged", "invalid", "rank"]
    header += ["paper", "its rank"]
    lines = []
    for row in summary.to_dict("records"):
        lines.append(
            [
                str(row["bits"]),
                row["method"],
                _spread(row["mean"], row["sd"]),
                str(row["distances"]),
                f"{row['unchanged']:.1%}",
                f"{row['invalid']:.2%}",
                str(row["rank"]),
                _spread(row["paper_mean"], row["paper_sd"]),
                str(row["paper_rank"]),
            ]
        )
    return text_grid("tree edit distance", header, lines, names=2)


def _figure9(request: Request, populations: Populations) -> Iterator[Section]:
    measured = populations.measure(request)
    save_figure(draw_locality(measured), request.out / "figure9.png")
    summary = summarise_locality(measured)
    summary["share"] = summary["slope"] / summary["mean"]
    summary["course"] = [
        _course(low, high)
        for low, high in zip(summary["slope_low"], summary["slope_high"], strict=True)
    ]
    columns = ["bits", "method", "mean", "slope", "slope_low", "slope_high", "share", "course"]
    yield Section(
        "Figure 9 of the MGE paper: distance over the number of neurons",
        [
            *populations.notes(),
            "slope: by least squares, per neuron, with its 95 % confidence interval; flat is what "
            "has 0 in it; the paper has no numbers: MGE is flat, the others grow about linearly",
            f"MGE is flat: {_flatness(summary)}",
            "figure: figure9.png",
        ],
        [_slopes(summary)],
        summary[columns],
    )
    yield flattest_course(summary)


def _flatness(summary: "pd.DataFrame") -> str:
    """What the paper claims of MGE, for each number of bits."""
    return ", ".join(
        f"{'holds' if row['course'] == 'flat' else 'does not hold'} at {row['bits']} "
        f"bit{'s' if row['bits'] > 1 else ''} ({row['share']:+.2%} of its mean per neuron)"
        for row in summary[summary["method"] == "mge"].to_dict("records")
    )


def _course(low: float, high: float) -> str:
    return "flat" if low <= 0 <= high else "grows" if low > 0 else "falls"


def _slopes(summary: "pd.DataFrame") -> Grid:
    header = ["bits", "method", "slope", "95 % interval", "of the mean distance", "course"]
    lines = [
        [
            str(row["bits"]),
            row["method"],
            written(row["slope"], ".4f"),
            f"{written(row['slope_low'], '.4f')} to {written(row['slope_high'], '.4f')}",
            f"{row['share']:.2%}",
            row["course"],
        ]
        for row in summary.to_dict("records")
    ]
    return text_grid("slope of the distance over the number of neurons", header, lines, names=2)


def _spread(mean: float, deviation: float) -> str:
    return f"{written(mean, '.2f')} ± {written(deviation, '.2f')}"
