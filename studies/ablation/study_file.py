"""Studies in TOML files; what is wrong in one is told with its line."""

import importlib
import inspect
import sys
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from evograft.plugins.registry import is_name
from evograft.representations import _check
from evograft.studies.ablation.arms import Arm
from evograft.studies.ablation.errors import StudyError, at
from evograft.studies.ablation.study import Study
from evograft.studies.ablation.toml_lines import line_of
from evograft.studies.budget import Budget
from evograft.studies.problem_source import Source
from evograft.studies.statistics.measure import Measure

SETTINGS = ("population", "baseline", "procedure", "level", "paired")
TOP = ("name", "arms", "problems", "seeds", "budget", "measures", *SETTINGS)
ARM = ("method", "preset", "set", "aliases", "objectives", "population", "cxpb", "mutpb")
PROBLEM = ("name", "label", "target", "options")
BUDGET = ("generations", "evaluations", "seconds", "stagnation", "fitness")
MEASURE = ("name", "larger_is_better")


def read_study(path: str | Path) -> Study:
    """Read a study from a TOML file.

    Its keys are the parameters of :class:`Study`; ``[arms.NAME]`` has those of :class:`Arm`, with
    ``set`` for the method's parameters, and ``[budget]`` those of :class:`Budget`. An alias may be
    ``"module:function"``, or a table whose ``call`` is that and whose other keys are arguments to
    bind; so may the ``method`` of an arm, which else is a method's name, as ``"ova:neat"`` is.
    Modules beside the file are found. A problem is a name, or a table of ``name``, ``label`` (for
    the tables), ``target`` (of a CSV file) and ``options``. Paths of CSV files, and of the BNF file
    that ``set`` may have as ``grammar``, are relative to the study file.

    Parameters
    ----------
    path : path

    Returns
    -------
    Study
        Its name is that of the file, unless it has one.

    Raises
    ------
    ValueError
        Naming the file and the line.

    Examples
    --------
    >>> import tempfile
    >>> text = '''
    ... problems = ["flame", "wine"]
    ... seeds = 10
    ... budget = {evaluations = 20000}
    ...
    ... [arms.mge]
    ... method = "mge"
    ...
    ... [arms.one-point]
    ... method = "mge"
    ... aliases.mate = "deap.tools:cxOnePoint"
    ... '''
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = Path(folder, "crossover.toml")
    ...     _ = file.write_text(text)
    ...     study = read_study(file)
    >>> study.name, list(study.arms), len(study.seeds)
    ('crossover', ['mge', 'one-point'], 10)
    """
    path = Path(path)
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or error
        raise ValueError(f"{path} cannot be read: {reason}") from None
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"{path}: {error}") from None
    with located(path):
        return _study(content, path)


@contextmanager
def located(path: str | Path) -> Iterator[None]:
    """A context in which what is wrong with a part of a study is told with its line in *path*."""
    try:
        yield
    except StudyError as error:
        line = line_of(Path(path).read_text(encoding="utf-8"), error.key)
        where = f"{path}, line {line}" if line else f"{path}"
        raise ValueError(f"{where}: {error}") from error


def _study(content: Mapping[str, Any], path: Path) -> Study:
    _require_known(content, TOP)
    for key in ("arms", "problems", "seeds"):
        if key not in content:
            raise StudyError([], f"{key} must be given, got none")
    folder = str(path.parent.absolute())
    if folder not in sys.path:
        sys.path.insert(0, folder)  # for modules beside the file
    return Study(
        arms={
            name: _arm(name, arm, path.parent)
            for name, arm in _table(content["arms"], "arms").items()
        },
        problems=_problems(content["problems"], path.parent),
        seeds=content["seeds"],
        budget=_budget(_table(content.get("budget", {}), "budget")),
        measures=[_measure(given) for given in _list(content.get("measures", []), "measures")],
        name=content.get("name", path.stem),
        **{name: content[name] for name in SETTINGS if name in content},
    )


def _arm(name: str, given: Any, folder: Path) -> Arm:
    key = ("arms", name)
    table = _table(given, *key)
    _require_known(table, ARM, *key)
    if "method" not in table:
        raise StudyError(key, f"arm {name!r} must have a method, got none")
    parts = dict(table)
    if isinstance(table["method"], Mapping) or not is_name(str(table["method"])):
        parts["method"] = _callable(table["method"], *key, "method")
    aliases = _table(table.get("aliases", {}), *key, "aliases")
    parts["aliases"] = {
        alias: _callable(call, *key, "aliases", alias) for alias, call in aliases.items()
    }
    parameters = dict(_table(parts.pop("set", {}), *key, "set"))
    if isinstance(parameters.get("grammar"), str):
        parameters["grammar"] = str((folder / parameters["grammar"]).absolute())
    parts["parameters"] = parameters
    return Arm(**parts)


def _callable(given: Any, *key: str) -> Callable[..., Any]:
    """The function that ``module:function`` names, with the other keys of a table bound."""
    bound = dict(given) if isinstance(given, Mapping) else {"call": given}
    text = bound.pop("call", None)
    with at(*key):
        if not isinstance(text, str) or text.count(":") != 1:
            raise ValueError(
                f"{key[-1]} must be 'module:function', or a table with that as its call, "
                f"got {given!r}"
            )
        module, name = text.split(":")
        try:
            function = getattr(importlib.import_module(module), name)
        except Exception as error:  # whatever a user's module does while it is imported
            raise ValueError(
                f"{key[-1]} must name a function that can be imported, got {text!r}: {error}"
            ) from error
        if not callable(function):
            raise TypeError(f"{key[-1]} must name a function, got {text!r}, {function!r}")
        if bound:
            _require_arguments(text, function, bound)
        return partial(function, **bound) if bound else function


def _require_arguments(text: str, function: Callable[..., Any], bound: Mapping[str, Any]) -> None:
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):  # of what is not written in Python, nobody knows
        return
    if not any(p.kind is p.VAR_KEYWORD for p in signature.parameters.values()):
        for name in bound:
            _check.known(f"argument of {text}", name, signature.parameters)


def _problems(given: Any, folder: Path) -> dict[str, Source]:
    problems: dict[str, Source] = {}
    for entry in _list(given, "problems"):
        table = {"name": entry} if isinstance(entry, str) else _table(entry, "problems")
        _require_known(table, PROBLEM, "problems")
        name = table.get("name")
        if not isinstance(name, str):
            raise StudyError(["problems"], f"a problem must have a name, got {table}")
        label = str(table.get("label", name))
        if label in problems:
            raise StudyError(
                ["problems"], f"problems must differ, got {label!r} twice; a label tells them apart"
            )
        if name.lower().endswith(".csv"):
            name = str((folder / name).absolute())
        options = _table(table.get("options", {}), "problems")
        problems[label] = Source(name, table.get("target"), options)
    return problems


def _budget(table: Mapping[str, Any]) -> Budget:
    _require_known(table, BUDGET, "budget")
    for name, value in table.items():
        with at("budget", name):
            Budget(**{name: value})
    return Budget(**table)


def _measure(given: Any) -> str | Measure:
    if isinstance(given, str):
        return given
    table = _table(given, "measures")
    _require_known(table, MEASURE, "measures")
    if missing := [name for name in MEASURE if name not in table]:
        raise StudyError(["measures"], f"a measure must have a {missing[0]}, got {table}")
    with at("measures"):
        return Measure(**table)


def _require_known(table: Mapping[str, Any], names: Sequence[str], *key: str) -> None:
    for name in table:
        with at(*key, name):
            _check.known("key" + (f" of {'.'.join(key)}" if key else ""), name, names)


def _table(given: Any, *key: str) -> dict[str, Any]:
    if not isinstance(given, dict):
        raise StudyError(key, f"{'.'.join(key)} must be a table, got {given!r}")
    return given


def _list(given: Any, *key: str) -> list[Any]:
    if not isinstance(given, list):
        raise StudyError(key, f"{'.'.join(key)} must be a list, got {given!r}")
    return given
