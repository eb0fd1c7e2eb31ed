"""The commands that make something, or list what there is: evolve, grow, methods and problems."""

import argparse
import dataclasses
import random
import secrets
import shlex
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from evograft.representations import _check
from evograft.representations.expressions import Expression
from evograft.studies.budget import Budget
from evograft.studies.command_input import (
    fresh_path,
    open_engine,
    read_assignments,
)
from evograft.studies.command_output import list_directory, say_measures, say_sizes
from evograft.studies.evolution import evolve as run_evolution
from evograft.studies.problem_source import load_problem
from evograft.studies.run import Interrupted, Run
from evograft.studies.run_directory import RunDirectory

OPTIONS = ("target", "preset", "generations", "evaluations", "population", "seed")

ENDS = ("fitness", "stagnation", "seconds")
"""What ``--stop`` knows."""


def evolve(options: argparse.Namespace) -> None:
    """``evograft evolve``."""
    request = _request(options)
    if options.resume:
        request = _resumed(options, request)
    if request["seed"] is None:
        request["seed"] = secrets.randbelow(2**32)
    out = Path(options.out) if options.out else _fresh_directory(request)
    toolbox = _toolbox(request)
    for name in request["stop"]:
        _check.known("end of --stop", name, ENDS)
    limits = Budget(**request["stop"])
    random.seed(request["seed"])
    began = time.perf_counter()
    try:
        with open_engine(options.workers, options.scheduler) as engine:
            if engine is not None:
                toolbox.register("map", engine)
            run = run_evolution(
                toolbox,
                population=request["population"],
                generations=request["generations"],
                evaluations=request["evaluations"],
                stop=limits.stop(toolbox),
                out=out,
                resume=options.resume,
                notes={"command": request},
                callbacks=[_announce(request, toolbox.problem.name, out)],
            )
    except Interrupted as interruption:
        _say_interrupted(interruption.run, out)
        raise
    print(f"{run.generation} generations in {time.perf_counter() - began:.1f} s")
    _print_result(run, out)


def _announce(request: Mapping[str, Any], problem: str, out: Path) -> Callable[[Run], None]:
    """A callback that says once, when all has been checked, what runs and where."""
    told: list[bool] = []

    def announce(run: Run) -> None:
        if not told:
            told.append(True)
            print(f"{request['method']} on {problem}, seed {request['seed']}, in {out}", flush=True)

    return announce


def _request(options: argparse.Namespace) -> dict[str, Any]:
    """What the user asked for, as it is kept in the configuration."""
    chosen = {name: getattr(options, name) for name in OPTIONS}
    if chosen["seed"] is not None:
        _check.integer("--seed", chosen["seed"], minimum=0)
    return {
        "method": options.method,
        "problem": options.problem,
        **chosen,
        "stop": read_assignments("--stop", options.stop),
        "set": read_assignments("--set", options.set),
        "problem_set": read_assignments("--problem-set", options.problem_set),
    }


def _resumed(options: argparse.Namespace, request: Mapping[str, Any]) -> dict[str, Any]:
    """The request of the run in ``--out``, with what is given now in place of what was then."""
    if options.out is None:
        raise ValueError("--out must name the run to resume, got none")
    config = RunDirectory(options.out).config()
    before = config.get("notes", {}).get("command")
    if not isinstance(before, dict):
        raise ValueError(f"--out must be a run of evograft evolve to resume, got {options.out!r}")
    for name in ("method", "problem"):
        if request[name] != before.get(name):
            raise ValueError(
                f"{name} must be that of the run to resume, {before.get(name)!r}, "
                f"got {request[name]!r}"
            )
    if not {"set", "problem_set", "stop", *OPTIONS} <= before.keys():
        raise ValueError(f"--out must be a run to resume, got {options.out!r} without its settings")
    size = config.get("run", {}).get("population")
    if (given_size := request["set"].get("population", size)) != size:
        raise ValueError(f"population must be that of the run to resume, {size}, got {given_size}")
    given = {name: request[name] for name in OPTIONS if request[name] is not None}
    for name in ("target", "preset", "seed"):
        if name in given and given[name] != before[name]:
            raise ValueError(
                f"--{name} must be that of the run to resume, {before[name]!r}, got {given[name]!r}"
            )
    merged = before | given
    merged |= {name: before[name] | request[name] for name in ("set", "problem_set", "stop")}
    return merged


def _toolbox(request: Mapping[str, Any]) -> Any:
    from deap import base

    from evograft import plugins

    plugin = plugins.get(request["method"])  # before the data are read, which may take long
    settings = dict(request["set"])
    if request["generations"] is not None and "generations" in plugin.parameter_names():
        # For methods that anneal; a --set of its own wins.
        settings.setdefault("generations", request["generations"])
    plugin.configure(request["preset"], settings)
    problem = load_problem(request["problem"], request["target"], request["problem_set"])
    return plugins.graft(base.Toolbox(), plugin.name, problem, preset=request["preset"], **settings)


def _fresh_directory(request: Mapping[str, Any]) -> Path:
    method = request["method"].replace(":", "-")  # which not every file system takes
    return fresh_path(f"{method}-{Path(request['problem']).stem}")


def _say_interrupted(run: Run, out: Path) -> None:
    if run.logbook:
        quoted = shlex.quote(str(out))
        print(f"\nthe best so far is saved in {out}; --out {quoted} --resume goes on")
        _print_result(run, out)
    else:
        print("\nnothing was evaluated yet, and nothing is saved")


def _print_result(run: Run, out: Path) -> None:
    row = run.logbook[-1]
    print(f"fitness {row['best']:.4g}{say_measures(row | run.measures())}")
    network = run.network
    if hasattr(network, "complexity"):
        print(say_sizes(network.complexity()))
    elif isinstance(network, str | Expression):
        print(network)
    print(f"saved in {out}: " + ", ".join(list_directory(out)))


def grow(options: argparse.Namespace) -> None:
    """``evograft grow``."""
    from tqdm import tqdm

    from evograft.representations.morphogenesis import Genome, develop
    from evograft.studies.growth_files import FRAMES, new_directory, save_growth

    genome = Genome.load(options.genome)
    given = options.out is not None
    out = Path(options.out) if given else fresh_path(f"grow-{Path(options.genome).stem}")
    steps = genome.max_growth_steps
    with new_directory(out), tqdm(total=steps, unit="step", delay=1.0, leave=False) as bar:
        organism = develop(
            genome,
            arithmetic=options.arithmetic,
            record=-(-steps // FRAMES) if options.animate else None,
            max_site_updates=options.max_site_updates,
            progress=lambda done: bar.update(done - bar.n),
        )
    connected = len(set(organism.edges.ravel().tolist()))
    print(
        f"cells: {organism.n_cells}, neurons: {organism.n_neurons} ({connected} of them "
        f"connected), connections: {len(organism.edges)}; {steps} steps on "
        f"{genome.size_x} x {genome.size_y} sites"
    )
    written = save_growth(organism, out)
    print(f"saved in {out}: " + ", ".join(path.name for path in written))


def methods(options: argparse.Namespace) -> None:
    """``evograft methods``."""
    from evograft import plugins

    if options.method is None:
        for plugin in plugins.loadable():
            print(f"{plugin.name:12} {plugin.summary} ({plugin.reference})")
        return
    plugin = plugins.get(options.method)
    print(f"{plugin.name}: {plugin.summary} ({plugin.reference})\n\nparameters (--set KEY=VALUE):")
    for field in dataclasses.fields(plugin.parameters):
        print(f"  {field.name} = {field.default!r}")
    for name, preset in plugin.presets.items():
        wanted = ", ".join(f"{key}={value}" for key, value in preset.expects.items())
        expects = f"; expects a problem with {wanted}" if wanted else ""
        print(f"\npreset {name}: {preset.summary}{expects}")
        for key, value in preset.parameters.items():
            print(f"  {key} = {value!r}")


def problems(_: argparse.Namespace) -> None:
    """``evograft problems``."""
    from evograft import problems as room

    for name, summary in room.describe():
        print(f"{name:14} {summary}")
