"""What is compared: arms, each a method with overrides."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from deap import base

from evograft import plugins
from evograft.representations import _check
from evograft.studies.ablation.errors import at
from evograft.studies.budget import UNLIMITED, Budget
from evograft.studies.callable_names import describe_callable

ALIASES = (
    *("individual", "population", "develop", "evaluate", "mate", "mutate", "select", "replace"),
    *("breed", "generate", "update", "recommend", "stop"),
)
"""What any arm may register, whether its method has it or not."""


@dataclass(frozen=True)
class Arm:
    """A method with its overrides: one side of a comparison.

    Parameters
    ----------
    method : str or callable
        The name of a plug-in; or a function that takes a problem and returns a DEAP toolbox, for a
        method of your own.
    preset : str, optional
        Of the plug-in.
    parameters : mapping
        Of the plug-in.
    aliases : mapping of str to callable
        Registered over the method's own: an operator of yours, a stock one of DEAP, with its
        arguments bound by ``functools.partial``. To be evaluated in other processes they have to
        pickle, as what a module defines does and a lambda does not.
    objectives : sequence of str, optional
        Of the plug-in.
    population : int, optional
    cxpb, mutpb : float, optional
        In place of the method's own.

    Examples
    --------
    >>> from deap import tools
    >>> from evograft import problems
    >>> arm = Arm("mge", aliases={"mate": tools.cxOnePoint}, cxpb=0.5)
    >>> arm.toolbox(problems.load("wine")).mate.func is tools.cxOnePoint
    True
    """

    method: str | Callable[[Any], base.Toolbox]
    preset: str | None = None
    parameters: Mapping[str, Any] = field(default_factory=dict)
    aliases: Mapping[str, Callable[..., Any]] = field(default_factory=dict)
    objectives: Sequence[str] | None = None
    population: int | None = None
    cxpb: float | None = None
    mutpb: float | None = None

    def check(self) -> None:
        """Raise where something is wrong whatever the problem."""
        if isinstance(self.method, str):
            self._check_plugin(plugins.get(self.method))
        elif not callable(self.method):
            raise TypeError(f"method must be a name or a callable, got {self.method!r}")
        elif self.preset or self.parameters or self.objectives:
            raise ValueError("preset, parameters and objectives go with a plug-in's name")
        for name, function in self.aliases.items():
            with at("aliases", name):
                if not callable(function):
                    raise TypeError(f"alias {name} must be a callable, got {function!r}")
        if self.population is not None:
            with at("population"):
                _check.integer("population", self.population, minimum=2)
        for name in ("cxpb", "mutpb"):
            if (value := getattr(self, name)) is not None:
                with at(name):
                    _check.real(name, value, minimum=0, maximum=1)

    def _check_plugin(self, plugin: plugins.Plugin) -> None:
        for name in self.parameters:
            with at("set", name):
                _check.known(f"parameter of {plugin.name}", name, plugin.parameter_names())
        with at("preset"):
            plugin.configure(self.preset, {})
        with at("set"):
            plugin.configure(self.preset, self.parameters)
        with at("objectives"):
            if self.objectives is not None and (
                isinstance(self.objectives, str) or not self.objectives
            ):
                raise TypeError(f"objectives must be a list of names, got {self.objectives!r}")

    @property
    def anneals(self) -> bool:
        """Whether a run of more generations is another run from the start."""
        return (
            isinstance(self.method, str)
            and plugins.get(self.method).anneals
            and "generations" not in self.parameters
        )

    def toolbox(
        self, problem: Any, budget: Budget = UNLIMITED, population: int | None = None
    ) -> base.Toolbox:
        """Make the toolbox of this arm on *problem*.

        Methods that follow the number of generations, to anneal, get that of the *budget*, if they
        are not given another: where it limits evaluations, as many as these suffice for.
        *population* is that of the study.

        Raises
        ------
        TypeError, ValueError
            Where the method cannot solve this kind of problem, or there is no such alias.
        """
        toolbox = self._toolbox_of_the_method(problem, budget, population)
        for name, function in self.aliases.items():
            with at("aliases", name):
                _check.known("alias", name, {*ALIASES, *_registered(toolbox)})
            toolbox.register(name, function)
        return toolbox

    def _toolbox_of_the_method(
        self, problem: Any, budget: Budget, population: int | None
    ) -> base.Toolbox:
        if not isinstance(self.method, str):
            toolbox = self.method(problem)
            if not isinstance(toolbox, base.Toolbox):
                raise TypeError(f"method must return a deap.base.Toolbox, got {toolbox!r}")
            return toolbox
        plugin, parameters = plugins.get(self.method), dict(self.parameters)
        generations = budget.generations
        if generations is None and budget.evaluations is not None and plugin.anneals:
            own = plugin.configure(self.preset, parameters)
            size = self.population or population or own.population
            generations = max(1, budget.evaluations // size - 1)  # the first is not annealed
        if generations and "generations" in plugin.parameter_names():
            parameters.setdefault("generations", generations)
        return plugins.graft(
            base.Toolbox(),
            self.method,
            problem,
            preset=self.preset,
            objectives=None if self.objectives is None else tuple(self.objectives),
            **parameters,
        )

    def describe(self) -> dict[str, Any]:
        """What defines this arm, for JSON; what has its default is left out."""
        described = {
            "method": describe_callable(self.method),
            "preset": self.preset,
            "parameters": {name: _described(name, v) for name, v in self.parameters.items()},
            "aliases": {name: describe_callable(f) for name, f in self.aliases.items()},
            "objectives": None if self.objectives is None else list(self.objectives),
            "population": self.population,
            "cxpb": self.cxpb,
            "mutpb": self.mutpb,
        }
        return {name: value for name, value in described.items() if value not in (None, {})}


def _described(name: str, value: Any) -> Any:
    """A parameter for JSON; a grammar is what its file says, wherever that lies."""
    if name != "grammar" or not isinstance(value, str):
        return value
    try:
        content = Path(value).read_bytes()
    except OSError:  # told where it is needed
        return value
    return f"{Path(value).name}, sha256 {hashlib.sha256(content).hexdigest()[:16]}"


def _registered(toolbox: base.Toolbox) -> list[str]:
    return [name for name, value in vars(toolbox).items() if isinstance(value, partial)]
