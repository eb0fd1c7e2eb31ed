"""Invalidity: how many genotypes are no network, drawn at random and met in runs."""

import random
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from deap import base

from evograft import plugins
from evograft.problems.objectives import WORST
from evograft.representations import _check
from evograft.representations.neuron_grammar import Number
from evograft.studies.engines.guard import kept_random_states
from evograft.studies.evolution import evolve
from evograft.studies.problem_source import load_problem
from evograft.studies.representation.codon_encodings import GEEncoding, MGEEncoding
from evograft.studies.representation.encoding import Encoding
from evograft.studies.representation.measured_cells import (
    Cell,
    Row,
    cell_generator,
    measured_cells,
)
from evograft.studies.representation.method_settings import Settings, check_settings
from evograft.studies.representation.observed_evaluation import ObservedEvaluation
from evograft.studies.representation.random_pairs import METHODS, check_methods, make_encoding

if TYPE_CHECKING:
    import pandas as pd

PAPER = {"mge": 0.0005, "ge": 0.03, "sge": 0.0, "dsge": 0.0}
"""Share of invalid individuals in a run: section 5 of the MGE paper; that of GE is "above"."""


def measure_random_invalidity(
    methods: Sequence[str] = METHODS,
    *,
    individuals: int = 10_000,
    gene_length: int = 100,
    codons: int = 200,
    number: Number = "wide",
    seed: int = 0,
    file: Path | None = None,
    progress: bool = True,
) -> "pd.DataFrame":
    """Measure the share of invalid genotypes among random ones.

    Networks have one hidden layer, 30 features and one output. Nothing is wrapped.

    Parameters
    ----------
    methods : sequence of str
        Of :data:`~evograft.studies.representation.encodings.ENCODINGS`.
    individuals : int, at least 1
        Of each method.
    gene_length : int, at least 1
        Codons of each of 2 to 10 genes of MGE.
    codons : int, at least 1
        Of GE.
    number : {"fixed", "wide", "unit"}
        Of the weights; see :func:`~evograft.representations.neuron_grammar.neuron_bnf`.
    seed : int, at least 0
    file, progress
        As in :func:`~evograft.studies.representation.locality.measure_locality`.

    Returns
    -------
    DataFrame
        The settings, ``invalid`` (share of the genotypes), ``failed_genes`` (share of all genes of
        MGE, which leaves out a gene that fails; else as ``invalid``) and ``paper``, which is
        what the paper states of its runs.

    Examples
    --------
    >>> frame = measure_random_invalidity(individuals=200, gene_length=20, progress=False)
    >>> frame.set_index("method")[["invalid", "failed_genes"]].round(2).T.to_dict("list")
    {'mge': [0.16, 0.67], 'ge': [0.0, 0.0], 'sge': [0.0, 0.0], 'dsge': [0.0, 0.0]}
    """
    check_methods(methods)
    _check.integer("individuals", individuals, minimum=1)
    _check.integer("gene_length", gene_length, minimum=1)
    _check.integer("codons", codons, minimum=1)
    _check.choice("number", number, ("fixed", "wide", "unit"))
    _check.integer("seed", seed, minimum=0)
    cells = [
        {
            "method": method,
            "individuals": individuals,
            "gene_length": gene_length,
            "codons": codons,
            "number": number,
            "seed": seed,
        }
        for method in methods
    ]
    return measured_cells(cells, _measure_random, file, progress=progress)


def _measure_random(cell: Cell) -> list[Row]:
    rng = cell_generator(cell)
    encoding: Encoding
    if cell["method"] == "mge":
        encoding = MGEEncoding(cell["number"], gene_length=cell["gene_length"])
    elif cell["method"] == "ge":
        encoding = GEEncoding(cell["number"], codons=cell["codons"])
    else:
        encoding = make_encoding(cell["method"], 9, number=cell["number"])
    genotypes = encoding.draw(cell["individuals"], rng)
    expressed = encoding.express(genotypes, rng)
    genes = sum(map(len, genotypes)) if cell["method"] == "mge" else len(genotypes)
    return [
        {
            "invalid": expressed.networks.count(None) / len(genotypes),
            "failed_genes": expressed.failed_genes / genes,
            "paper": PAPER[cell["method"]],
        }
    ]


def measure_run_invalidity(
    methods: Sequence[str] = METHODS,
    *,
    problem: str = "wdbc",
    runs: int = 30,
    generations: int = 500,
    population: int = 200,
    settings: Settings | None = None,
    seed: int = 0,
    file: Path | None = None,
    progress: bool = True,
) -> "pd.DataFrame":
    """Measure the share of invalid individuals among those evaluated in runs.

    Parameters
    ----------
    methods : sequence of str
        Of :func:`evograft.plugins.names`.
    problem : str
        Name of a classification problem.
    runs, generations : int, at least 1
    population : int, at least 2
    settings : mapping of mappings, optional
        Parameters of each method, by its name.
    seed : int, at least 0
        Of the first run, that of the next is one more.
    file, progress
        As in :func:`~evograft.studies.representation.locality.measure_locality`.

    Returns
    -------
    DataFrame
        The settings, ``evaluations``, ``invalid`` (how many of them) and ``share``, for each
        method and run.

    Examples
    --------
    >>> frame = measure_run_invalidity(
    ...     ["mge"], runs=1, generations=2, population=10, progress=False)
    >>> frame[["method", "run", "invalid"]].values.tolist()
    [['mge', 0, 0]]
    """
    _check.integer("runs", runs, minimum=1)
    _check.integer("generations", generations, minimum=1)
    _check.integer("population", population, minimum=2)
    _check.integer("seed", seed, minimum=0)
    parameters = check_settings(methods, settings)
    cells = [
        {
            "method": method,
            "problem": problem,
            "run": run,
            "generations": generations,
            "population": population,
            "settings": repr(parameters[method]),
        }
        for run in range(seed, seed + runs)
        for method in methods
    ]

    def measure(cell: Cell) -> list[Row]:
        return [_measure_run(cell, parameters[cell["method"]])]

    return measured_cells(cells, measure, file, progress=progress)


def _measure_run(cell: Cell, parameters: Mapping[str, Any]) -> Row:
    counts = {"evaluations": 0, "invalid": 0}

    def count(values: tuple[float, ...]) -> tuple[float, ...]:
        counts["evaluations"] += 1
        counts["invalid"] += abs(values[0]) >= WORST
        return values

    loaded = load_problem(cell["problem"], None, {})
    with kept_random_states():
        random.seed(cell["run"])
        toolbox = plugins.graft(base.Toolbox(), cell["method"], loaded, **parameters)
        toolbox.register("evaluate", ObservedEvaluation(toolbox.evaluate, count))
        evolve(
            toolbox,
            population=cell["population"],
            generations=cell["generations"],
            progress=False,
        )
    return counts | {"share": counts["invalid"] / counts["evaluations"]}


def summarise_run_invalidity(measured: "pd.DataFrame") -> "pd.DataFrame":
    """Pool the runs of each method, beside the share that the paper states."""
    pooled = measured.groupby("method", sort=False, as_index=False).agg(
        runs=("run", "size"), evaluations=("evaluations", "sum"), invalid=("invalid", "sum")
    )
    pooled["share"] = pooled["invalid"] / pooled["evaluations"]
    return pooled.assign(paper=pooled["method"].map(PAPER))
