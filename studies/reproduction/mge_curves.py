"""What the MGE paper (arXiv 2208.02787) finds over the generations: its Figures 10 and 11.

Neither has numbers. Ours are those of the last generation, and the claims are tested on them.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from evograft import plugins, problems
from evograft.representations import _check
from evograft.studies._figure import save_figure
from evograft.studies.reports._markup import Grid
from evograft.studies.reports._numbers import seed_ranges, written
from evograft.studies.representation.error_curves import (
    BINARY,
    draw_error_curves,
    run_error_curves,
)
from evograft.studies.representation.evolved_curves import summarise_last
from evograft.studies.representation.random_pairs import METHODS
from evograft.studies.representation.scalability import draw_scalability, run_scalability
from evograft.studies.reproduction.claims import Claim, Pair, claims_section
from evograft.studies.reproduction.request import Request
from evograft.studies.reproduction.section import Section, text_grid

if TYPE_CHECKING:
    import pandas as pd

RUNS, GENERATIONS = 30, 500
QUICK_POPULATION = 50

PAIRS = tuple(Pair("mge", other) for other in METHODS if other != "mge")
MOST_CONNECTIONS = Claim(
    "MGE makes the most connections", "a curve", PAIRS, "connections", larger_is_better=True
)
LEAST_ERROR = Claim("MGE's error is the lowest", "curves", PAIRS, "mse", larger_is_better=False)


def scalability_settings(levels: int = 9, max_depth: int = 17) -> dict[str, dict[str, Any]]:
    """The parameters of each method for Figure 10, of which the paper says that they are alike.

    MGE has its own crossover and mutation, and six genes of 50 codons at first, in the middle of
    its 2 to 10. GE begins with as many codons, and has its rates, tournament and elite. MGE adds or
    deletes a gene with 0.004 on average; GE so often as many codons, one by one: with 0.2. The
    indices of dynamic SGE are replaced as often as codons on average. Its genotypes have at first
    what their derivations read; what the others have beyond that is as random as what repair
    appends. That of structured GE has a fixed length, which its levels give; its mutation replaces
    one index of a gene however long that is, and has the rate of its authors. All make networks of
    one hidden layer.

    Examples
    --------
    >>> scalability_settings()["ge"]["genome_length"]
    300
    """
    alike = {"number": "wide", "cxpb": 0.9, "tournament": 7, "elite": 0.05}
    pm = plugins.get("mge").configure(None, {}).pm
    per_codon = tuple(rate / 2 for rate in pm)
    genes, codons = 6, 50
    return {
        "mge": {"gene_length": codons, "initial_genes": (genes, genes)},
        "ge": {
            **alike,
            "pm": per_codon,
            "length_pb": codons * sum(pm) / len(pm),
            "genome_length": genes * codons,
            "wraps": 0,
            "lazy": True,
        },
        "sge": {**alike, "levels": levels},
        "dsge": {
            **alike,
            "multi_layer": False,
            "indpb": sum(per_codon) / len(per_codon),
            "max_depth": max_depth,
        },
    }


def error_settings() -> dict[str, dict[str, Any]]:
    """The parameters of each method for Figure 11: the presets of Table 5, and MGE's own."""
    others = [name for name in METHODS if name != "mge"]
    presets = {name: plugins.get(name).presets["comparison"].parameters for name in others}
    return {"mge": {}} | {name: dict(parameters) for name, parameters in presets.items()}


def figure10(
    request: Request, *, population: int = 500, levels: int = 9, max_depth: int = 17
) -> Iterator[Section]:
    """Reproduce Figure 10: connections over the generations, where they are all that counts.

    Parameters
    ----------
    request : Request
    population : int, at least 2
    levels : int, at least 0
        Of structured GE, whose networks have up to (levels + 1) · (levels + 2) connections.
    max_depth : int, at least 6
        Of dynamic SGE, which bounds its networks as levels do; the default is its authors'.
    """
    request.refuse("parts", "arms", "scheduler")
    _check.integer("population", population, minimum=2)
    settings = scalability_settings(levels, max_depth)
    for method, parameters in settings.items():
        plugins.get(method).configure(None, parameters)
    return _figure10(request, _population(request, population), settings)


def figure11(request: Request, *, population: int = 1000) -> Iterator[Section]:
    """Reproduce Figure 11: the mean squared error over the generations; parts are data sets.

    Parameters
    ----------
    request : Request
    population : int, at least 2
    """
    request.refuse("arms", "scheduler")
    _check.integer("population", population, minimum=2)
    parts = request.chosen(BINARY, small=["wdbc"])
    for part in parts:
        try:
            problems.load(part)
        except ValueError as error:
            raise ValueError(f"part {part!r}: {error} (--parts chooses others)") from error
    return _figure11(request, _population(request, population), parts)


def _population(request: Request, population: int) -> int:
    return min(population, QUICK_POPULATION) if request.quick else population


def _figure10(
    request: Request, population: int, settings: Mapping[str, Mapping[str, Any]]
) -> Iterator[Section]:
    curves = run_scalability(
        population=population, settings=settings, **_runs(request, request.out / "scalability")
    )
    save_figure(draw_scalability(curves), request.out / "figure10.png")
    yield Section(
        "Figure 10 of the MGE paper: connections",
        [
            *_notes(request, population, 500),
            *(f"{method}: {_told(parameters)}" for method, parameters in settings.items()),
            "32 features, one output; a connection is an input of a neuron or its output; the "
            "paper has a curve without numbers",
            "figure: figure10.png",
        ],
        [_last(curves, "connections", ".1f")],
        summarise_last(curves, "connections"),
    )
    yield from _claimed(MOST_CONNECTIONS, {"connections": curves})


def _figure11(request: Request, population: int, parts: Sequence[str]) -> Iterator[Section]:
    import pandas as pd

    everything: dict[str, pd.DataFrame] = {}
    for part in parts:
        curves = everything[part] = run_error_curves(
            problems=[part],
            population=population,
            settings=error_settings(),
            **_runs(request, request.out / part),
        )
        together = pd.concat(everything.values(), ignore_index=True)
        save_figure(draw_error_curves(together), request.out / "figure11.png")
        yield Section(
            f"Figure 11 of the MGE paper: {part}",
            [
                *_notes(request, population, 1000),
                "error: mean squared, on the training part; a split for each run; mge with its own "
                "settings, the others with their presets comparison; the paper has curves without "
                "numbers",
                "figure: figure11.png",
            ],
            [_last(curves, "mse", ".4f")],
            summarise_last(curves, "mse"),
        )
    yield from _claimed(LEAST_ERROR, everything)


def _runs(request: Request, out: Path) -> dict[str, Any]:
    return {
        "runs": request.most_runs(RUNS),
        "generations": request.most_generations() or GENERATIONS,
        "out": out,
        "resume": request.resume and out.is_dir(),
        "workers": request.workers,
        "progress": request.progress,
    }


def _notes(request: Request, population: int, usual: int) -> list[str]:
    """The runs; first of all what is not as in the paper."""
    runs, generations = request.most_runs(RUNS), request.most_generations() or GENERATIONS
    numbers = {"runs": (runs, RUNS), "generations": (generations, GENERATIONS)}
    numbers["population"] = (population, usual)
    changed = [f"{name} {n} in place of {of}" for name, (n, of) in numbers.items() if n != of]
    notes = [f"NOT THE PAPER'S SETTING: {', '.join(changed)}"] if changed else []
    return [
        *notes,
        f"runs: {runs} per method, seeds: {seed_ranges(range(runs))}; population {population}, "
        f"{generations} generations",
    ]


def _told(parameters: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} {value}" for name, value in parameters.items())


def _last(curves: "pd.DataFrame", value: str, form: str) -> Grid:
    """The last generation of each method, the best mean first."""
    table = summarise_last(curves, value).sort_values("mean", ascending=value == "mse")
    lines = [
        [
            row["method"],
            f"{written(row['mean'], form)} ± {written(row['sd'], form)}",
            str(row["runs"]),
            str(row["generations"]),
        ]
        for row in table.to_dict("records")
    ]
    header = ["method", value, "runs", "generation"]
    return text_grid(f"{value} of the best individual in the last generation", header, lines, 1)


def _claimed(claim: Claim, everything: "Mapping[str, pd.DataFrame]") -> Iterator[Section]:
    names = {"method": "arm", "run": "seed"}
    last = {
        part: curves[curves["generation"] == curves["generation"].max()]
        .rename(columns=names)
        .assign(status="finished")
        for part, curves in everything.items()
    }
    section = claims_section(f"{claim.text}: verdicts", [claim], last)
    if section is not None:
        yield section
