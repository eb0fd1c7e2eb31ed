"""What is compared: arms, each a method with overrides, and the problems they are tried on."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from deap import base

from evograft import plugins
from evograft.representations import _check

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
            plugins.get(self.method).configure(self.preset, self.parameters)
        elif not callable(self.method):
            raise TypeError(f"method must be a name or a callable, got {self.method!r}")
        elif self.preset or self.parameters or self.objectives:
            raise ValueError("preset, parameters and objectives go with a plug-in's name")
        for name, function in self.aliases.items():
            if not callable(function):
                raise TypeError(f"alias {name} must be a callable, got {function!r}")
        if self.population is not None:
            _check.integer("population", self.population, minimum=2)
        for name in ("cxpb", "mutpb"):
            if (value := getattr(self, name)) is not None:
                _check.real(name, value, minimum=0, maximum=1)

    def toolbox(self, problem: Any, generations: int | None = None) -> base.Toolbox:
        """Make the toolbox of this arm on *problem*.

        Methods that anneal get the number of *generations*, if they are not given another.

        Raises
        ------
        TypeError, ValueError
            Where the method cannot solve this kind of problem, or there is no such alias.
        """
        toolbox: base.Toolbox
        if isinstance(self.method, str):
            objectives = None if self.objectives is None else tuple(self.objectives)
            parameters = dict(self.parameters)
            if generations and "generations" in plugins.get(self.method).parameter_names():
                parameters.setdefault("generations", generations)
            toolbox = plugins.graft(
                base.Toolbox(),
                self.method,
                problem,
                preset=self.preset,
                objectives=objectives,
                **parameters,
            )
        else:
            toolbox = self.method(problem)
            if not isinstance(toolbox, base.Toolbox):
                raise TypeError(f"method must return a deap.base.Toolbox, got {toolbox!r}")
        for name, function in self.aliases.items():
            _check.known("alias", name, {*ALIASES, *_registered(toolbox)})
            toolbox.register(name, function)
        return toolbox

    def describe(self) -> dict[str, Any]:
        """What defines this arm, for JSON; what has its default is left out."""
        described = {
            "method": describe_callable(self.method),
            "preset": self.preset,
            "parameters": dict(self.parameters),
            "aliases": {name: describe_callable(f) for name, f in self.aliases.items()},
            "objectives": None if self.objectives is None else list(self.objectives),
            "population": self.population,
            "cxpb": self.cxpb,
            "mutpb": self.mutpb,
        }
        return {name: value for name, value in described.items() if value not in (None, {})}


def _registered(toolbox: base.Toolbox) -> list[str]:
    return [name for name, value in vars(toolbox).items() if isinstance(value, partial)]


def describe_callable(function: Any) -> str:
    """A name for a callable that says where it comes from; of a string, the string.

    >>> from deap import tools
    >>> describe_callable(partial(tools.mutFlipBit, indpb=0.1))
    'deap.tools.mutation:mutFlipBit(indpb=0.1)'
    """
    if isinstance(function, str):
        return function
    if isinstance(function, partial):
        bound = [repr(value) for value in function.args]
        bound += [f"{name}={value!r}" for name, value in function.keywords.items()]
        return f"{describe_callable(function.func)}({', '.join(bound)})"
    name = getattr(function, "__qualname__", None) or type(function).__qualname__
    return f"{getattr(function, '__module__', None) or '?'}:{name}"


SEED = "seed"
"""As the ``split_seed`` of a source: the seed of the run, so that every run has its own split."""


@dataclass(frozen=True)
class Source:
    """A problem by its name, so that every worker loads it for itself.

    Parameters
    ----------
    name : str
        Of :func:`evograft.problems.load`, or the path of a CSV file.
    target : str, optional
        Column of the classes in a CSV file.
    options : mapping
        Of the problem; a ``split_seed`` of ``"seed"`` is the seed of each run.

    Examples
    --------
    >>> Source("wine", options={"split_seed": "seed"}).load(3).split["seed"]
    3
    """

    name: str
    target: str | None = None
    options: Mapping[str, Any] = field(default_factory=dict)

    @property
    def varies(self) -> bool:
        """Whether every seed has a split of its own."""
        return bool(self.options.get("split_seed") == SEED)

    def load(self, seed: int) -> Any:
        """Load the problem for a run with *seed*."""
        from evograft.studies.command_input import load_problem

        options = dict(self.options)
        if self.varies:
            options["split_seed"] = seed
        return load_problem(self.name, self.target, options)

    def describe(self) -> dict[str, Any]:
        """What defines it, for JSON."""
        described = {"name": self.name, "target": self.target, "options": dict(self.options)}
        return {name: value for name, value in described.items() if value not in (None, {})}
