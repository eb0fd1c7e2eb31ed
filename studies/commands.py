"""What the commands of the command line do."""

import argparse
import ast
import csv
import dataclasses
import random
import secrets
import shlex
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from evograft.representations import _check
from evograft.representations.complexity import Complexity
from evograft.representations.files import replacing
from evograft.studies.evolution import evolve as run_evolution
from evograft.studies.model import Model
from evograft.studies.run import Interrupted, Run
from evograft.studies.run_directory import RunDirectory

OPTIONS = ("target", "preset", "generations", "population", "seed")


def evolve(options: argparse.Namespace) -> None:
    """``evograft evolve``."""
    request = _request(options)
    if options.resume:
        request = _resumed(options, request)
    if request["seed"] is None:
        request["seed"] = secrets.randbelow(2**32)
    out = Path(options.out) if options.out else _fresh_directory(request)
    toolbox = _toolbox(request)
    random.seed(request["seed"])
    began = time.perf_counter()
    try:
        run = run_evolution(
            toolbox,
            population=request["population"],
            generations=request["generations"],
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
        "set": _assignments("--set", options.set),
        "problem_set": _assignments("--problem-set", options.problem_set),
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
    if not {"set", "problem_set", *OPTIONS} <= before.keys():
        raise ValueError(f"--out must be a run to resume, got {options.out!r} without its settings")
    given = {name: request[name] for name in OPTIONS if request[name] is not None}
    for name in ("target", "preset", "population", "seed"):
        if name in given and given[name] != before[name]:
            raise ValueError(
                f"--{name} must be that of the run to resume, {before[name]!r}, got {given[name]!r}"
            )
    merged = before | given
    merged |= {name: before[name] | request[name] for name in ("set", "problem_set")}
    return merged


def _assignments(option: str, texts: Iterable[str]) -> dict[str, Any]:
    """Read ``key=value`` texts; a value is a Python literal, else a string."""
    values = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals or not name:
            raise ValueError(f"{option} must be KEY=VALUE, got {text!r}")
        try:
            values[name] = ast.literal_eval(value)
        except (ValueError, SyntaxError):
            values[name] = {"true": True, "false": False, "none": None}.get(value, value)
    return values


def _toolbox(request: Mapping[str, Any]) -> Any:
    from deap import base

    from evograft import plugins

    plugin = plugins.get(request["method"])  # before the data are read, which may take long
    plugin.configure(request["preset"], request["set"])
    problem = _problem(request["problem"], request["target"], request["problem_set"])
    return plugins.graft(
        base.Toolbox(), plugin.name, problem, preset=request["preset"], **request["set"]
    )


def _problem(name: str, target: str | None, options: Mapping[str, Any]) -> Any:
    from evograft import problems

    if name.lower().endswith(".csv"):
        if target is None:
            raise ValueError(f"--target must name the column of the classes in {name}, got none")
        return problems.from_csv(name, target=target, **_known(problems.from_csv, options))
    if Path(name).is_file():
        raise ValueError(
            f"PROBLEM_OR_CSV must be a problem or a file that ends in .csv, got {name!r}"
        )
    if target is not None:
        raise ValueError(f"--target goes with a CSV file, got the problem {name!r}")
    return problems.load(name, **options)


def _known(function: Any, options: Mapping[str, Any]) -> Mapping[str, Any]:
    """*options*, each of which must be a keyword of *function*."""
    import inspect

    names = set(inspect.signature(function).parameters) - {"path", "target"}
    for name in options:
        _check.known("problem option", name, names)
    return options


def _fresh_directory(request: Mapping[str, Any]) -> Path:
    return _fresh_path(f"{request['method']}-{Path(request['problem']).stem}")


def _fresh_path(start: str) -> Path:
    """A path under ``runs`` that does not exist, from *start* and the time."""
    stamp = datetime.now().strftime("%Y%m%d-%H%M%S")
    name = f"{start}-{stamp}".replace(":", "-")
    path, count = Path("runs", name), 1
    while path.exists():
        count += 1
        path = Path("runs", f"{name}-{count}")
    return path


def _say_interrupted(run: Run, out: Path) -> None:
    if run.logbook:
        quoted = shlex.quote(str(out))
        print(f"\nthe best so far is saved in {out}; --out {quoted} --resume goes on")
        _print_result(run, out)
    else:
        print("\nnothing was evaluated yet, and nothing is saved")


def _print_result(run: Run, out: Path) -> None:
    row = run.logbook[-1]
    print(f"fitness {row['best']:.4g}{_measures(row | run.measures())}")
    network = run.network
    if hasattr(network, "complexity"):
        print(_sizes(network.complexity()))
    print(f"saved in {out}: " + ", ".join(sorted(path.name for path in out.iterdir())))


def _measures(row: Mapping[str, Any]) -> str:
    shown = {
        "train_accuracy": "training accuracy",
        "test_accuracy": "test accuracy",
        "mean_reward": "mean return",
    }
    return "".join(f", {text} {row[name]:.3f}" for name, text in shown.items() if name in row)


def _sizes(complexity: Complexity) -> str:
    if complexity.hidden_layers == 0:  # recurrent
        return (
            f"{complexity.neurons} neurons, {complexity.connections} connections, "
            f"sparsity {complexity.sparsity:.3f}"
        )
    return (
        f"{complexity.neurons} hidden neurons in {complexity.hidden_layers} layer(s), "
        f"{complexity.connections} connections, {complexity.features} features, "
        f"{complexity.operations} operations, sparsity {complexity.sparsity:.3f}"
    )


def show(options: argparse.Namespace) -> None:
    """``evograft show``."""
    from evograft.studies.pictures import save_pictures

    directory = RunDirectory(options.run)
    config, log, phenotype = directory.config(), directory.log(), directory.phenotype()
    method = config.get("method", {}).get("name", "a method")
    problem = config.get("problem", {}).get("name", "a problem")
    print(f"{method} on {problem}, {int(log[-1]['gen'])} generations")
    print(f"fitness {log[-1]['best']:.4g}{_measures(log[-1])}")
    print(_sizes(phenotype.complexity()))
    for path in save_pictures(directory.path, log, **directory.drawable()):
        print(path)


def analyse(options: argparse.Namespace) -> None:
    """``evograft analyse``."""
    from evograft.studies.classifier_analysis import save_analysis
    from evograft.studies.classifier_measures import class_accuracies

    directory = RunDirectory(options.run)
    network = directory.model().network
    problem = _problem_of(directory.config())
    if getattr(problem, "kind", None) != "classification":
        raise ValueError(f"run must be of a classifier, got one on {problem!r}")
    print(class_accuracies(problem, network).to_string(index=False))
    for path in save_analysis(
        directory.path, problem, network, embedding=options.embedding, images=options.images
    ):
        print(path)


def _problem_of(config: Mapping[str, Any]) -> Any:
    """The problem of a run, loaded again."""
    from evograft import problems

    command = config.get("notes", {}).get("command")
    if isinstance(command, dict):
        return _problem(command["problem"], command.get("target"), command.get("problem_set", {}))
    described = config.get("problem", {})
    if not described.get("options"):
        raise ValueError(
            "run must be on a problem that can be loaded by its name, got its own data"
        )
    return problems.load(described["name"], **described["options"])


def score(options: argparse.Namespace) -> None:
    """``evograft score``."""
    directory = RunDirectory(options.run)
    problem = _raw_problem(directory.config(), options)
    if problem.kind != "classification":
        _score_phenotype(problem, directory)
        return
    model = directory.model()
    if model.scaler is None:
        raise ValueError(f"problem must be {model.problem!r} or its like, got {options.problem!r}")
    if not set(problem.class_names) & set(model.class_names):
        raise ValueError(
            f"problem must share classes with the network's {', '.join(model.class_names)}, "
            f"got {', '.join(problem.class_names)}"
        )
    if problem.scaling == "none":
        answers = model.predict(problem.X_test)
    elif problem.scaler == model.scaler:
        decisions = problem.predict(model.network, problem.X_test)
        answers = [model.class_names[i] for i in decisions]
    else:
        raise ValueError(
            f"problem must have raw features or the scaling of the run, got {problem.scaling!r}"
        )
    right = sum(
        answer == problem.class_names[label]
        for answer, label in zip(answers, problem.y_test.tolist(), strict=True)
    )
    print(f"test accuracy {right / len(answers):.4f} ({right} of {len(answers)})")


def _score_phenotype(problem: Any, directory: RunDirectory) -> None:
    if problem.kind == "graph":
        organism = directory.organism()
        if organism is None:
            raise ValueError(f"problem must be one for what was evolved, got {problem.name!r}")
        print(f"match {problem.score(organism):.4g}")
        return
    phenotype = directory.phenotype()
    if not hasattr(phenotype, "step"):
        raise ValueError(f"problem must be one for what was evolved, got {problem.name!r}")
    print(
        f"mean return {problem.score(phenotype):.2f} in {problem.test_episodes} test episodes "
        f"(passes at {problem.pass_score:g})"
    )


def _raw_problem(config: Mapping[str, Any], options: argparse.Namespace) -> Any:
    """The problem to score on, unscaled where it can be had so.

    On the problem that the network was evolved on it is the run's own split: of another one, the
    test part may have been seen in training.
    """
    from evograft.problems.catalogue import FACTS

    command = config.get("notes", {}).get("command", {})
    own = isinstance(command, dict) and command.get("problem") == options.problem
    settings = dict(command.get("problem_set", {})) if own else {}
    if not own and config.get("problem", {}).get("name") == options.problem:
        settings = dict(config["problem"].get("options") or {})
    settings |= _assignments("--problem-set", options.problem_set)
    csv_file = options.problem.lower().endswith(".csv")
    if csv_file or options.problem in FACTS:
        settings["scaling"] = "none"
    target = options.target or (command.get("target") if own else None)
    return _problem(options.problem, target if csv_file else options.target, settings)


def predict(options: argparse.Namespace) -> None:
    """``evograft predict``."""
    from evograft.problems.datasets import encoder
    from evograft.problems.tables import read_features

    model = RunDirectory(options.run).model()
    if model.scaler is None:
        raise ValueError(f"run must be of a classifier, got one on {model.problem!r}")
    X = read_features(options.data, model.feature_names, encoder(model.problem))
    if options.out is None:
        _write_predictions(sys.stdout, model, X)
        return
    if Path(options.out).exists():
        raise ValueError(f"--out must be a new file, got {options.out!r}, which exists")
    with replacing(Path(options.out)) as file:
        _write_predictions(file, model, X)
    print(f"{len(X)} predictions in {options.out}")


def _write_predictions(file: Any, model: Model, X: Any) -> None:
    probabilities = model.probabilities(X)
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(["label", *(f"p({name})" for name in model.class_names)])
    for row, best in zip(probabilities.tolist(), probabilities.argmax(axis=1), strict=True):
        writer.writerow([model.class_names[best], *(f"{p:.6g}" for p in row)])


def grow(options: argparse.Namespace) -> None:
    """``evograft grow``."""
    from tqdm import tqdm

    from evograft.representations.morphogenesis import Genome, develop
    from evograft.studies.growth_files import FRAMES, new_directory, save_growth

    genome = Genome.load(options.genome)
    given = options.out is not None
    out = Path(options.out) if given else _fresh_path(f"grow-{Path(options.genome).stem}")
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
