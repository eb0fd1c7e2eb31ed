"""What a run was: kept beside it, and compared when it is resumed."""

import hashlib
from collections.abc import Mapping
from typing import Any

from deap import base

FREE = ("threads", "cache_bytes", "population", "generations")
"""Parameters that any run may have otherwise when it is resumed: they change no fitness of those
that it has."""


def describe_run(
    toolbox: base.Toolbox, settings: Mapping[str, Any], notes: Mapping[str, Any] | None
) -> dict[str, Any]:
    """Return the resolved configuration of a run, for JSON."""
    problem: Any = getattr(toolbox, "problem", None)
    shown = ("name", "kind", "scaling", "loss", "split", "n_features", "n_classes", "options")
    described = {name: getattr(problem, name) for name in shown if hasattr(problem, name)}
    if hasattr(problem, "X_train"):
        described["training_data"] = _digest(problem.X_train, problem.y_train)
    return {
        "method": getattr(toolbox, "method", None) or {},
        "problem": described,
        "run": dict(settings),
        "notes": dict(notes or {}),
    }


def compare_configurations(before: Mapping[str, Any], now: Mapping[str, Any]) -> None:
    """Raise where a run cannot go on with the configuration *now*.

    Fitness values of another method, other parameters or other data cannot be compared with those
    that the population has; but where a method names its ``fixed`` parameters, the others are free.

    Raises
    ------
    ValueError
        Naming what differs.
    """
    # Where there are no data, the options say what the problem was.
    data = ("loss", "training_data") if "training_data" in now["problem"] else ("options",)
    for section, what in (
        ("problem", ("name", *data)),
        ("method", ("name", "objectives")),
    ):
        for name in what:
            _compare(f"{section} {name}", before.get(section, {}), now[section], name)
    old, new = before.get("method", {}).get("parameters", {}), now["method"].get("parameters", {})
    fixed = now["method"].get("fixed")
    for name in [name for name in new if name not in FREE] if fixed is None else fixed:
        _compare(name, old, new, name)


def _compare(text: str, before: Mapping[str, Any], now: Mapping[str, Any], name: str) -> None:
    a, b = _plain(before.get(name)), _plain(now.get(name))
    if a != b:
        raise ValueError(f"{text} must be that of the run to resume, {a!r}, got {b!r}")


def _plain(value: Any) -> Any:
    """Tuples as the lists that JSON makes of them."""
    return [_plain(item) for item in value] if isinstance(value, (tuple, list)) else value


def _digest(*arrays: Any) -> str:
    """SHA-256 of the arrays' bytes, abbreviated."""
    digest = hashlib.sha256()
    for array in arrays:
        digest.update(array.tobytes() if not array.flags.c_contiguous else array.data)
    return digest.hexdigest()[:16]
