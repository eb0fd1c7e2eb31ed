"""Grafting a method onto a DEAP toolbox."""

import dataclasses
import warnings
from collections.abc import Mapping
from typing import Any

import numpy as np
from deap import base

from evograft.plugins._evaluation import batch_map
from evograft.plugins.registry import Graft, get
from evograft.problems.objectives import SIGNS
from evograft.representations import _check


def graft(
    toolbox: base.Toolbox,
    name: str,
    problem: Any,
    *,
    preset: str | None = None,
    objectives: tuple[str, ...] | None = None,
    individual: Any = None,
    seed: int | None = None,
    **params: Any,
) -> base.Toolbox:
    """Register the method *name*, set up for *problem*, in *toolbox* and return the toolbox.

    Registered are ``individual``, ``population``, ``develop``, ``evaluate``, ``mate``,
    ``mutate``, ``select``, ``map``, ``replace`` and, where the method has them, ``breed`` or
    ``generate``, ``update`` and ``recommend``, and ``stop``, its own end of a run; then ``state``
    and ``restore``. Any of them may be registered again. ``toolbox.problem``,
    ``toolbox.defaults`` and, for the record, ``toolbox.method`` are set.

    Parameters
    ----------
    toolbox : deap.base.Toolbox
        To copy it later, use ``copy.deepcopy``: a shallow copy shares what it evaluates with.
    name : str
        One of :func:`evograft.plugins.names`.
    problem
        From :mod:`evograft.problems`.
    preset : str, optional
        A named set of parameters of the method.
    objectives : tuple of str, optional
        Names whose signs are fixed (see :data:`evograft.problems.objectives.SIGNS`); the
        method's own if not given. ``("cases",)`` is one value per training sample.
    individual : class, optional
        Made by ``deap.creator``, for instance; by default a class of the plug-in's own.
    seed : int, optional
        Gives our operators one shared Generator. Without it they draw from Python's ``random``,
        so that ``random.seed`` alone reproduces a run.
    **params
        Parameters of the method; they win over the preset.

    Raises
    ------
    ValueError
        For an unknown method, preset, parameter or objective (the nearest names are offered), a
        value out of range, or an *individual* whose fitness weights have other signs.

    Examples
    --------
    >>> import random
    >>> from deap import algorithms
    >>> from evograft import plugins, problems
    >>> random.seed(1)
    >>> toolbox = plugins.graft(base.Toolbox(), "mge", problems.load("wine"), gene_length=60)
    >>> population = toolbox.population(n=20)
    >>> population, log = algorithms.eaSimple(
    ...     population, toolbox, cxpb=0.9, mutpb=1.0, ngen=3, verbose=False)
    >>> toolbox.develop(population[0]).n_outputs
    3
    """
    plugin = get(name)
    parameters = plugin.configure(preset, params)
    if preset is not None:
        _compare_problem(name, preset, plugin.presets[preset].expects, problem)
    if isinstance(objectives, str):
        raise TypeError(f"objectives must be a tuple of names, got {objectives!r}")
    for objective in objectives or ():
        _check.known("objective", objective, SIGNS)
    rng = None if seed is None else np.random.default_rng(_check.integer("seed", seed, minimum=0))
    toolbox.register("map", batch_map)
    toolbox.problem = problem
    toolbox.method = {
        "name": name,
        "preset": preset,
        "parameters": dataclasses.asdict(parameters),
        "objectives": objectives,
        "seed": seed,
        "fixed": plugin.fixed,
    }
    toolbox.defaults = plugin.register(
        Graft(toolbox, problem, parameters, objectives, individual, rng)
    )
    return toolbox


def _compare_problem(name: str, preset: str, expects: Mapping[str, Any], problem: Any) -> None:
    for attribute, expected in expects.items():
        actual = getattr(problem, attribute, None)
        if actual != expected:
            warnings.warn(
                f"preset {preset!r} of {name} expects a problem with {attribute}={expected!r}, "
                f"this one has {actual!r}",
                stacklevel=3,
            )
