"""The commands that look at what a run has found: show, analyse, score and predict."""

import argparse
import csv
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from evograft.representations.expressions import Expression
from evograft.representations.files import replacing
from evograft.studies.command_input import read_assignments
from evograft.studies.command_output import say_measures, say_sizes
from evograft.studies.model import Model
from evograft.studies.problem_source import load_problem
from evograft.studies.run_directory import RunDirectory


def show(options: argparse.Namespace) -> None:
    """``evograft show``."""
    from evograft.studies.pictures import save_pictures

    directory = RunDirectory(options.run)
    config, log = directory.config(), directory.log()
    method = config.get("method", {}).get("name", "a method")
    problem = config.get("problem", {}).get("name", "a problem")
    print(f"{method} on {problem}, {int(log[-1]['gen'])} generations")
    print(f"fitness {log[-1]['best']:.4g}{say_measures(log[-1] | directory.report())}")
    drawable = {}
    if directory.has_result():
        phenotype, drawable = directory.phenotype(), directory.drawable()
        if hasattr(phenotype, "complexity"):
            print(say_sizes(phenotype.complexity()))
        else:
            print(phenotype)
    elif text := directory.report().get("text"):
        print(text)
    for path in save_pictures(directory.path, log, **drawable):
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
        return load_problem(
            command["problem"], command.get("target"), command.get("problem_set", {})
        )
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
    if problem.kind == "regression" and isinstance(phenotype, Expression):
        print(f"error {problem.score(phenotype):.6g} on the test part")
        return
    if problem.kind != "control" or not hasattr(phenotype, "step"):
        raise ValueError(f"problem must be one for what was evolved, got {problem.name!r}")
    print(problem.describe_score(phenotype))


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
    settings |= read_assignments("--problem-set", options.problem_set)
    csv_file = options.problem.lower().endswith(".csv")
    if csv_file or options.problem in FACTS:
        settings["scaling"] = "none"
    target = options.target or (command.get("target") if own else None)
    return load_problem(options.problem, target if csv_file else options.target, settings)


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
