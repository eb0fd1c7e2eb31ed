"""The commands that analyse representations: each prints a table and saves it with its figure."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from evograft.representations.files import replacing
from evograft.studies._figure import save_figure
from evograft.studies.command_input import fresh_path, read_assignments
from evograft.studies.command_output import list_directory

if TYPE_CHECKING:
    import pandas as pd


def locality(options: argparse.Namespace) -> None:
    """``evograft analyse-representation locality``."""
    from evograft.studies.representation import (
        draw_locality,
        measure_locality,
        summarise_locality,
    )

    out = _directory(options)
    measured = measure_locality(
        options.methods,
        individuals=options.individuals,
        neurons=_sizes(options),
        sites=options.sites,
        leaves=options.leaves,
        second_bit=options.second_bit,
        flips=options.flips,
        seed=options.seed,
        file=out / "locality.csv",
    )
    _save_table(summarise_locality(measured), out / "summary.csv")
    save_figure(draw_locality(measured), out / "figure9.png")
    _say_saved(out)


def redundancy(options: argparse.Namespace) -> None:
    """``evograft analyse-representation redundancy``."""
    from evograft.studies.representation import measure_redundancy, summarise_redundancy

    out = _directory(options)
    measured = measure_redundancy(
        options.methods,
        individuals=options.individuals,
        neurons=_sizes(options),
        sites=options.sites,
        mutation=options.mutation,
        seed=options.seed,
        file=out / "redundancy.csv",
    )
    _save_table(summarise_redundancy(measured), out / "summary.csv")
    _say_saved(out)


def invalidity(options: argparse.Namespace) -> None:
    """``evograft analyse-representation invalidity``."""
    from evograft.studies.representation import (
        measure_random_invalidity,
        measure_run_invalidity,
        summarise_run_invalidity,
    )

    out = _directory(options)
    at_random = measure_random_invalidity(
        options.methods,
        individuals=options.individuals,
        gene_length=options.gene_length,
        codons=options.codons,
        seed=options.seed,
        file=out / "random.csv",
    )
    print(f"random genotypes\n{at_random.to_string(index=False)}\n")
    if options.runs:
        in_runs = measure_run_invalidity(
            options.methods,
            problem=options.problem,
            runs=options.runs,
            generations=options.generations,
            population=options.population,
            settings=_settings(options.set),
            seed=options.seed,
            file=out / "runs.csv",
        )
        print("individuals met in runs")
        _save_table(summarise_run_invalidity(in_runs), out / "summary.csv")
    _say_saved(out)


def scalability(options: argparse.Namespace) -> None:
    """``evograft analyse-representation scalability``."""
    from evograft.studies.representation import draw_scalability, run_scalability, summarise_last

    out = _directory(options)
    curves = run_scalability(options.methods, out=out, resume=options.resume, **_runs(options))
    _save_csv(curves, out / "scalability.csv")
    _save_table(summarise_last(curves, "connections"), out / "summary.csv")
    save_figure(draw_scalability(curves), out / "figure10.png")
    _say_saved(out)


def curves(options: argparse.Namespace) -> None:
    """``evograft analyse-representation curves``."""
    from evograft.studies.representation import draw_error_curves, run_error_curves, summarise_last

    out = _directory(options)
    errors = run_error_curves(
        options.methods,
        problems=options.problems,
        out=out,
        resume=options.resume,
        **_runs(options),
    )
    _save_csv(errors, out / "curves.csv")
    _save_table(summarise_last(errors, "mse"), out / "summary.csv")
    save_figure(draw_error_curves(errors), out / "figure11.png")
    _say_saved(out)


def _directory(options: argparse.Namespace) -> Path:
    """The directory to write to: new or empty, unless the analysis that is there goes on."""
    if options.out is None:
        if options.resume:
            raise ValueError("--out must be given to resume, got none")
        out = fresh_path(f"{options.analysis}")
    else:
        out = Path(options.out)
    if options.resume and not out.is_dir():
        raise ValueError(f"--out must be the directory of an analysis, got {str(out)!r}")
    out.mkdir(parents=True, exist_ok=True)
    if not options.resume and any(out.iterdir()):
        raise ValueError(
            f"--out must be a new or empty directory, got {str(out)!r} (--resume goes on with "
            "what is there)"
        )
    return out


def _sizes(options: argparse.Namespace) -> range:
    least, most = options.neurons
    if not 1 <= least <= most:
        raise ValueError(f"--neurons must be two integers 1 <= LEAST <= MOST, got {least} {most}")
    return range(least, most + 1)


def _runs(options: argparse.Namespace) -> dict[str, Any]:
    return {
        "runs": options.runs,
        "generations": options.generations,
        "population": options.population,
        "settings": _settings(options.set),
        "seed": options.seed,
        "workers": options.workers,
    }


def _settings(texts: list[str]) -> dict[str, dict[str, Any]]:
    """Read ``METHOD.KEY=VALUE`` texts."""
    settings: dict[str, dict[str, Any]] = {}
    for name, value in read_assignments("--set", texts).items():
        method, dot, key = name.partition(".")
        if not dot:
            raise ValueError(f"--set must be METHOD.KEY=VALUE, got {name!r} without a method")
        settings.setdefault(method, {})[key] = value
    return settings


def _save_table(table: "pd.DataFrame", file: Path) -> None:
    print(table.to_string(index=False, float_format=lambda value: f"{value:.4g}"))
    _save_csv(table, file)


def _save_csv(table: "pd.DataFrame", file: Path) -> None:
    with replacing(file) as opened:
        table.to_csv(opened, index=False, lineterminator="\n")


def _say_saved(out: Path) -> None:
    print(f"saved in {out}: {', '.join(list_directory(out))}")
