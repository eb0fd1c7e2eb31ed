"""A study: methods with overrides, on problems, with seeds."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from evograft.representations import _check
from evograft.studies._settings import resolve_settings
from evograft.studies.ablation.arms import Arm
from evograft.studies.ablation.errors import StudyError, at
from evograft.studies.ablation.jobs import ALWAYS_MEASURED, Job
from evograft.studies.ablation.measured import (
    FITNESS,
    check_measure,
    fitness_weights,
    measured_numbers,
    require_comparable,
)
from evograft.studies.budget import Budget
from evograft.studies.configuration import describe_problem
from evograft.studies.problem_source import Source
from evograft.studies.statistics.comparison import LEVELS

LONGEST = 100
"""Characters in the name of an arm or a problem, which is also that of a folder."""


@dataclass(frozen=True)
class Study:
    """Runs of every arm on every problem with every seed, and how they are compared.

    Parameters
    ----------
    arms : mapping of str to Arm, or sequence of str
        By the names that tables show; names alone are those of plug-ins.
    problems : mapping of str to Source or problem, or sequence of str
        Likewise; names alone are those of problems.
    seeds : int or sequence of int
        Of the runs, all different; a number n stands for 0 to n - 1. They seed ``random`` and
        ``numpy.random``, and runs with the same seed are paired.
    budget : Budget
        Of every run.
    population : int, optional
        Of every arm that has none of its own; else its method's own.
    measures : sequence of str or Measure
        What is compared, such as ``test_accuracy``, ``neurons`` or ``best`` (the fitness): numbers
        of the reports, and columns of ``results.csv``. If not given, the test accuracy of
        classifiers, the mean test return of controllers, else the fitness.
    baseline : str, optional
        The arm that all others are compared with; all pairs are if not given.
    procedure, level, paired
        See :func:`evograft.studies.statistics.comparison.compare_arms`.
    name : str
        Says which results belong to it.

    Raises
    ------
    StudyError
        A ValueError, where something is missing, unknown or out of range.

    Examples
    --------
    >>> from deap import tools
    >>> study = Study(
    ...     arms={"ours": Arm("mge"), "one point": Arm("mge", aliases={"mate": tools.cxOnePoint})},
    ...     problems=["flame", "wine"], seeds=10, budget=Budget(evaluations=2000))
    >>> len(study.jobs(Path("results")))
    40
    """

    arms: Mapping[str, Arm]
    problems: Mapping[str, Any]
    seeds: Sequence[int]
    budget: Budget = field(default_factory=Budget)
    population: int | None = None
    measures: Sequence[Any] = ()
    baseline: str | None = None
    procedure: str = "holm"
    level: float | None = None
    paired: bool | None = None
    name: str = "study"

    def __post_init__(self) -> None:
        object.__setattr__(self, "arms", self._checked_arms())
        object.__setattr__(self, "problems", self._checked_problems())
        object.__setattr__(self, "seeds", self._checked_seeds())
        if self.population is not None:
            with at("population"):
                _check.integer("population", self.population, minimum=2)
        if self.baseline is not None:
            with at("baseline"):
                _check.known("baseline", self.baseline, self.arms)
        with at("procedure"):
            _check.choice("procedure", self.procedure, LEVELS)
        with at("level"):
            if self.level is not None:
                _check.real("level", self.level, minimum=0.001, maximum=0.5)
        with at("paired"):
            _check.choice("paired", self.paired, (None, True, False))
        if not isinstance(self.budget, Budget):
            raise StudyError(["budget"], f"budget must be a Budget, got {self.budget!r}")
        if not isinstance(self.name, str) or not self.name:
            raise StudyError(["name"], f"name must be a text, got {self.name!r}")
        for measure in self.measures:
            with at("measures"):
                check_measure(measure)
                if list(self.measures).count(measure) > 1:
                    raise ValueError(f"measures must differ, got {measure!r} more than once")

    def _checked_arms(self) -> dict[str, Arm]:
        arms = _named("arms", self.arms, lambda name: Arm(name))
        for name, arm in arms.items():
            with at("arms", name):
                if not isinstance(arm, Arm):
                    raise TypeError(f"arm {name!r} must be an Arm, got {arm!r}")
                arm.check()
        return arms

    def _checked_problems(self) -> dict[str, Any]:
        return _named("problems", self.problems, lambda name: Source(name))

    def _checked_seeds(self) -> tuple[int, ...]:
        with at("seeds"):
            if isinstance(self.seeds, int):
                return tuple(range(_check.integer("seeds", self.seeds, minimum=1)))
            if isinstance(self.seeds, str) or not isinstance(self.seeds, Iterable):
                raise TypeError(f"seeds must be an integer or a list of them, got {self.seeds!r}")
            seeds = [_check.integer("seed", seed, minimum=0) for seed in self.seeds]
            if not seeds:
                raise ValueError("seeds must be one at least, got none")
            for seed in seeds:
                if (count := seeds.count(seed)) > 1:
                    raise ValueError(f"seeds must differ, got {seed} {count} times")
            return tuple(seeds)

    def jobs(self, out: Path, checkpoint_seconds: float = 10.0) -> list[Job]:
        """Return all runs, those of a seed together: a part of them can be compared then."""
        return [
            Job(
                arm_name=arm_name,
                problem_name=problem_name,
                seed=seed,
                arm=arm,
                problem=problem,
                budget=self.budget,
                population=self.population,
                directory=out / "runs" / safe(arm_name) / safe(problem_name) / str(seed),
                checkpoint_seconds=checkpoint_seconds,
            )
            for seed in self.seeds
            for problem_name, problem in self.problems.items()
            for arm_name, arm in self.arms.items()
        ]

    def check(self) -> dict[str, Any]:
        """Load every problem and make every toolbox once; return descriptions of the problems.

        Raises
        ------
        StudyError
            Where a problem cannot be had, a method cannot solve it, or an alias or a measure is
            unknown.
        """
        described, measured, weights = {}, {FITNESS, *ALWAYS_MEASURED}, {}
        for problem_name, source in self.problems.items():
            with at("problems", problem_name):
                problem = source.load(0) if isinstance(source, Source) else source
            described[problem_name] = describe_problem(problem)
            for arm_name, arm in self.arms.items():
                with at("arms", arm_name):
                    toolbox = self._checked_toolbox(arm_name, arm, problem_name, problem)
                weights[arm_name] = fitness_weights(toolbox)
            measured |= measured_numbers(toolbox)
        for name in self.measures:
            with at("measures"):
                if FITNESS in (name, getattr(name, "name", None)):
                    require_comparable(weights)
                if isinstance(name, str) and measured > {FITNESS, *ALWAYS_MEASURED}:
                    _check.known("measure", name, measured)
        return described

    def _checked_toolbox(self, arm_name: str, arm: Arm, problem_name: str, problem: Any) -> Any:
        try:
            toolbox = arm.toolbox(problem, self.budget, self.population)
            resolve_settings(
                toolbox,
                population=arm.population or self.population,
                generations=self.budget.generations,
                evaluations=self.budget.evaluations,
                cxpb=arm.cxpb,
                mutpb=arm.mutpb,
            )
        except StudyError:
            raise
        except (TypeError, ValueError, OSError) as error:
            raise ValueError(f"arm {arm_name!r} on problem {problem_name!r}: {error}") from error
        return toolbox

    def describe(self) -> dict[str, Any]:
        """What defines this study, for JSON."""
        return {
            "name": self.name,
            "arms": {name: arm.describe() for name, arm in self.arms.items()},
            "problems": {name: _described(problem) for name, problem in self.problems.items()},
            "seeds": list(self.seeds),
            "budget": self.budget.describe(),
            "population": self.population,
            "measures": [str(measure) for measure in self.measures],
            "baseline": self.baseline,
            "procedure": self.procedure,
            "level": self.level,
            "paired": self.paired,
        }


def _named(key: str, given: Any, make: Any) -> dict[str, Any]:
    """*given* as a mapping by name."""
    if isinstance(given, str):
        raise StudyError([key], f"{key} must be a mapping or a list of names, got {given!r}")
    if not isinstance(given, Mapping):
        names = list(given)
        for name in names:
            if not isinstance(name, str):
                raise StudyError([key], f"{key} without names must be names, got {name!r}")
            if (count := names.count(name)) > 1:
                raise StudyError([key], f"{key} must differ, got {name!r} {count} times")
        given = {name: make(name) for name in names}
    if not given:
        raise StudyError([key], f"{key} must be one at least, got none")
    folders: dict[str, str] = {}
    for name in given:
        if not isinstance(name, str) or not 0 < len(name) <= LONGEST:
            raise StudyError(
                [key], f"{key} must have names of up to {LONGEST} characters, got {name!r}"
            )
        other = folders.setdefault(safe(str(name)), name)
        if other != name:
            raise StudyError(
                [key], f"{key} must differ as names of folders, got {other!r} and {name!r}"
            )
    return dict(given)


def safe(name: str) -> str:
    """*name* as that of a folder or a file.

    >>> safe("data/my set.csv")
    'data-my-set.csv'
    """
    kept = "".join(c if c.isalnum() or c in "._+-" else "-" for c in name).lstrip(".")
    return kept.lower() or "-"


def _described(problem: Any) -> dict[str, Any]:
    if isinstance(problem, Source):
        return problem.describe()
    return {"name": getattr(problem, "name", type(problem).__qualname__)}
