"""What a run was: kept beside it, and compared when it is resumed."""

import hashlib
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from deap import base

from evograft.studies.provenance import provenance

FREE = ("threads", "cache_bytes", "population", "generations")
"""Parameters that any run may have otherwise when it is resumed: they change no fitness of those
that it has."""

RECORDED = ("method", "problem", "run", "versions", "machine")
"""The sections of a configuration whose changes are recorded."""


def describe_run(
    toolbox: base.Toolbox, settings: Mapping[str, Any], notes: Mapping[str, Any] | None
) -> dict[str, Any]:
    """Return the resolved configuration of a run that begins now, for JSON.

    Its sections are ``method``, ``problem`` (with a digest of the training data), ``run``,
    ``notes``, ``versions`` and ``machine``; ``date`` is now, in UTC.
    """
    configuration: dict[str, Any] = _plain(
        {
            "method": getattr(toolbox, "method", None) or {},
            "problem": describe_problem(getattr(toolbox, "problem", None)),
            "run": settings,
            "notes": notes or {},
            **provenance(),
        }
    )
    return configuration


def describe_problem(problem: Any) -> dict[str, Any]:
    """Return what a problem is, for JSON, with digests of its data."""
    shown = ("name", "kind", "scaling", "loss", "split", "n_features", "n_classes", "options")
    described = {name: getattr(problem, name) for name in shown if hasattr(problem, name)}
    for part, name in (("train", "training_data"), ("test", "test_data")):
        if hasattr(problem, f"X_{part}"):
            arrays = getattr(problem, f"X_{part}"), getattr(problem, f"y_{part}")
            described[name] = _digest(*arrays)
    plain: dict[str, Any] = _plain(described)
    return plain


def compare_configurations(before: Mapping[str, Any], now: Mapping[str, Any]) -> None:
    """Raise where a run cannot go on with the configuration *now*.

    Fitness values of another method, other parameters or other data cannot be compared with those
    that the population has. Where a method names its ``fixed`` parameters, all others are free;
    where it does not, only those in :data:`FREE` are. Of a parameter that leaves a choice to the
    method, such as ``"auto"``, what was chosen is compared where the method has it in ``resolved``.

    Raises
    ------
    ValueError
        Naming what differs.
    """
    # Where there are no data, the options say what the problem was.
    data = ("loss", "training_data") if "training_data" in now["problem"] else ("options",)
    for section, what in (
        ("problem", ("name", *data)),
        ("method", ("name", "objectives", "grammar_digest")),
    ):
        for name in what:
            _compare(f"{section} {name}", before.get(section, {}), now[section], name)
    old, new = before.get("method", {}).get("parameters", {}), now["method"].get("parameters", {})
    chosen, choices = (each.get("method", {}).get("resolved", {}) for each in (before, now))
    fixed = now["method"].get("fixed")
    for name in [name for name in new if name not in FREE] if fixed is None else fixed:
        if name in chosen and name in choices:
            _compare(f"what {name}={new[name]!r} stands for", chosen, choices, name)
        else:
            _compare(name, old, new, name)


def changes(before: Mapping[str, Any], now: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return what differs between two configurations: parameters, settings, versions, machine.

    Each difference is a dict of its ``name``, ``from`` and ``to``, which are None where there is
    no such entry. Notes and dates are not compared.

    Examples
    --------
    >>> before = {"method": {"name": "mge", "parameters": {"cxpb": 0.9, "pm": [0.01]}}}
    >>> now = {"method": {"name": "mge", "parameters": {"cxpb": 0.5, "pm": (0.01,)}}}
    >>> changes(before, now)
    [{'name': 'method.parameters.cxpb', 'from': 0.9, 'to': 0.5}]
    """
    old, new = (
        dict(_entries({name: configuration.get(name, {}) for name in RECORDED}))
        for configuration in (before, now)
    )
    return [
        {"name": name, "from": old.get(name), "to": new.get(name)}
        for name in dict.fromkeys([*old, *new])
        if old.get(name) != new.get(name)
    ]


def resumed_configuration(
    before: Mapping[str, Any], now: Mapping[str, Any], generation: int
) -> dict[str, Any]:
    """Return the configuration *now* of a run that goes on, with its history.

    It keeps the ``date`` on which the run began, and gets an entry in ``resumed``: the generation
    it goes on from, date, our version, and the :func:`changes`.
    """
    history = before.get("resumed")
    entry = {
        "generation": generation,
        "date": now["date"],
        "evograft": now["versions"]["evograft"],
        "changes": changes(before, now),
    }
    return {
        **now,
        "date": before.get("date", now["date"]),
        "resumed": [*(history if isinstance(history, list) else []), entry],
    }


def _compare(text: str, before: Mapping[str, Any], now: Mapping[str, Any], name: str) -> None:
    a, b = _plain(before.get(name)), _plain(now.get(name))
    if a != b:
        raise ValueError(f"{text} must be that of the run to resume, {a!r}, got {b!r}")


def _entries(section: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Every entry that is no mapping, by its path."""
    for name, value in section.items():
        if isinstance(value, Mapping):
            yield from _entries(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", _plain(value)


def _plain(value: Any) -> Any:
    """The value as it comes back from JSON; what JSON does not know as text."""
    if isinstance(value, Mapping):
        return {str(name): _plain(item) for name, item in value.items()}
    if isinstance(value, (tuple, list)):
        return [_plain(item) for item in value]
    if isinstance(value, (np.generic, np.ndarray)):
        return value.tolist()
    return value if value is None or isinstance(value, (bool, int, float, str)) else str(value)


def _digest(*arrays: Any) -> str:
    """SHA-256 of the arrays' bytes, abbreviated."""
    digest = hashlib.sha256()
    for array in arrays:
        digest.update(array.tobytes() if not array.flags.c_contiguous else array.data)
    return digest.hexdigest()[:16]
