"""What a plug-in is, and where the plug-ins are found."""

import dataclasses
import importlib
import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from importlib.metadata import EntryPoint, entry_points
from typing import Any

import numpy as np
from deap import base

from evograft.representations import _check

ENTRY_POINTS = "evograft.plugins"
"""The entry-point group under which other packages announce a :class:`Plugin`."""

_BUILT_IN = {
    "mge": "evograft.plugins.mge:MGE",
    "alpha-mge": "evograft.plugins.mge:ALPHA_MGE",
    "beta-mge": "evograft.plugins.mge:BETA_MGE",
    "eta-mge": "evograft.plugins.mge:ETA_MGE",
    "mu-mge": "evograft.plugins.mge:MU_MGE",
    "ge": "evograft.plugins.ge:GE",
    "sge": "evograft.plugins.sge:SGE",
    "dsge": "evograft.plugins.dsge:DSGE",
    "modular-ge": "evograft.plugins.modular_ge:MODULAR_GE",
    "mge-real": "evograft.plugins.mge_real:MGE_REAL",
    "recurrent-mge": "evograft.plugins.recurrent_mge:RECURRENT_MGE",
    "neat": "evograft.plugins.neat:NEAT",
    "morphonas": "evograft.plugins.morphonas:MORPHONAS",
    "genreg": "evograft.plugins.genreg:GENREG",
    "lowrank-es": "evograft.plugins.lowrank_es:LOWRANK_ES",
    "ova:mge": "evograft.plugins.ova:OVA_MGE",
    "ova:neat": "evograft.plugins.ova:OVA_NEAT",
}

_OVER_ANY = "ova:"
"""Before any other method's name, it is the name of one-vs-all over it."""


@dataclass(frozen=True)
class Defaults(Mapping[str, Any]):
    """A method's own settings of the loop, as attributes or, for ``**``, as a mapping."""

    cxpb: float
    mutpb: float
    population: int
    generations: int

    def __getitem__(self, name: str) -> Any:
        if name not in set(self):
            raise KeyError(name)
        return getattr(self, name)

    def __iter__(self) -> Iterator[str]:
        return (entry.name for entry in dataclasses.fields(self))

    def __len__(self) -> int:
        return len(dataclasses.fields(self))


@dataclass(frozen=True)
class Preset:
    """A named set of parameters, and what the problem should be like with them.

    ``expects`` maps attributes of the problem, such as ``scaling``, to their values; the user is
    warned where the problem has others.
    """

    summary: str
    parameters: Mapping[str, Any]
    expects: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Graft:
    """What a plug-in's ``register`` gets to work with.

    Attributes
    ----------
    toolbox : deap.base.Toolbox
    problem : a problem
    parameters : the plug-in's own dataclass
    objectives : tuple of str, or None for the method's own
    individual : class, or None for the plug-in's own
        Made from a genotype; its instances have a ``fitness``.
    rng : Generator, or None for DEAP's stream
        For the operators.
    """

    toolbox: base.Toolbox
    problem: Any
    parameters: Any
    objectives: tuple[str, ...] | None = None
    individual: Callable[[Any], Any] | None = None
    rng: np.random.Generator | None = None


@dataclass(frozen=True)
class Plugin:
    """A method that can be grafted onto a toolbox.

    Attributes
    ----------
    name : str
    summary : str
        One line for lists.
    reference : str
        Where the method was published.
    parameters : type
        A frozen dataclass; its fields are the method's parameters with their defaults.
    presets : mapping of str to Preset
    fixed : tuple of str, or None for all but threads, cache_bytes, population and generations
        Parameters that a run must still have when it is resumed. A method that measures everybody
        anew in each generation can do with those that shape its individuals.
        Of one that leaves a choice to the method, what ``register`` puts under its name into
        ``toolbox.method["resolved"]`` is compared.
    anneals : bool
        Whether the course of a run depends on the parameter ``generations``: then one that is
        given more of them is not one that had them from the start.
    register : callable
        ``register(graft)`` wires the aliases into ``graft.toolbox`` and returns its
        :class:`Defaults`.
    """

    name: str
    summary: str
    reference: str
    parameters: type
    register: Callable[[Graft], Defaults]
    presets: Mapping[str, Preset] = field(default_factory=dict)
    fixed: tuple[str, ...] | None = None
    anneals: bool = False

    def parameter_names(self) -> list[str]:
        """Names of the method's parameters."""
        return [entry.name for entry in dataclasses.fields(self.parameters)]

    def configure(self, preset: str | None, values: Mapping[str, Any]) -> Any:
        """Return the parameters of *preset*, with *values* winning over it.

        Raises
        ------
        ValueError
            Where the preset, a parameter or its value is not known.
        """
        chosen: dict[str, Any] = {}
        if preset is not None:
            _check.known(f"preset of {self.name}", preset, self.presets)
            chosen |= self.presets[preset].parameters
        for name in values:
            _check.known(f"parameter of {self.name}", name, self.parameter_names())
        return self.parameters(**(chosen | dict(values)))


_registered: dict[str, Plugin] = {}


def register(plugin: Plugin) -> None:
    """Make *plugin* known under its name in this process.

    Raises
    ------
    TypeError, ValueError
        Where it is no :class:`Plugin`, or its name is taken.
    """
    if not isinstance(plugin, Plugin):
        raise TypeError(f"plugin must be a Plugin, got {plugin!r}")
    if plugin.name in names():
        raise ValueError(f"plugin must have a name of its own, got {plugin.name!r}, which is taken")
    _registered[plugin.name] = plugin


def names() -> list[str]:
    """Return the names of all plug-ins, sorted: ours, registered ones, and announced ones.

    >>> [name for name in names() if name.endswith("mge")]
    ['alpha-mge', 'beta-mge', 'eta-mge', 'mge', 'mu-mge', 'ova:mge', 'recurrent-mge']
    """
    return sorted({*_BUILT_IN, *_registered, *_announced()})


def is_name(text: str) -> bool:
    """Whether *text* stands for a method, be it a misspelt one, and not for a function of a module.

    >>> is_name("ova:ge"), is_name("my_module:graft")
    (True, False)
    """
    return ":" not in text or text.startswith(_OVER_ANY) or text in names()


def get(name: str) -> Plugin:
    """Return the plug-in called *name*; only now is its code imported.

    ``ova:`` before the name of any other is one-vs-all over it, whether or not it is listed.

    Raises
    ------
    ValueError
        Where there is none (the nearest names are offered), or its package is broken.

    Examples
    --------
    >>> get("mge").reference
    'arXiv 2208.02787'
    """
    if str(name).startswith(_OVER_ANY) and name not in names():
        return _one_vs_all(name)
    _check.known("method", name, names())
    if name in _BUILT_IN:
        module, attribute = _BUILT_IN[name].split(":")
        plugin: Plugin = getattr(importlib.import_module(module), attribute)
        return plugin
    if name in _registered:
        return _registered[name]
    return _load(name, _announced()[name])


def _one_vs_all(name: str) -> Plugin:
    over = name.removeprefix(_OVER_ANY)
    if over.startswith(_OVER_ANY):
        raise ValueError(f"{_OVER_ANY} must stand before a method once, got {name!r}")
    methods = [method for method in names() if not method.startswith(_OVER_ANY)]
    _check.known("method", name, [_OVER_ANY + method for method in methods])
    made: Plugin = importlib.import_module("evograft.plugins.ova").one_vs_all(get(over))
    return made


def loadable() -> list[Plugin]:
    """Return every plug-in that can be loaded; a broken one is warned of and left out."""
    plugins = []
    for name in names():
        try:
            plugins.append(get(name))
        except ValueError as error:
            warnings.warn(str(error), stacklevel=2)
    return plugins


def _announced() -> dict[str, EntryPoint]:
    return {entry.name: entry for entry in entry_points(group=ENTRY_POINTS)}


def _load(name: str, entry: EntryPoint) -> Plugin:
    try:
        plugin = entry.load()
    except Exception as error:  # whatever a foreign package does while it is imported
        raise ValueError(f"method {name!r} of {entry.value!r} is broken: {error!r}") from error
    if not isinstance(plugin, Plugin):
        raise ValueError(f"method {name!r} of {entry.value!r} is broken: {plugin!r} is no Plugin")
    return plugin
