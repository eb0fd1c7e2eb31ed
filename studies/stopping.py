"""Ends of a run before its generations are used up, for the ``stop`` of ``studies.evolve``.

A condition is any callable that takes the :class:`~evograft.studies.Run` after a generation and
returns whether it is over. Those here hold for a resumed run too: they look at its whole log.
"""

from collections.abc import Callable

from evograft.representations import _check
from evograft.studies.run import Run

Condition = Callable[[Run], bool]


def at_fitness(value: float) -> Condition:
    """Stop when the best fitness reaches *value*: the first objective, or the mean of cases.

    Examples
    --------
    >>> import random
    >>> from deap import base
    >>> from evograft import plugins, problems, studies
    >>> random.seed(1)
    >>> toolbox = plugins.graft(base.Toolbox(), "mge", problems.load("wine"))
    >>> run = studies.evolve(toolbox, population=50, progress=False, stop=at_fitness(0.9))
    >>> run.logbook[-1]["best"] <= 0.9 < run.logbook[-2]["best"]
    True
    """
    value = _check.real("value", value)

    def reached(run: Run) -> bool:
        sign = run.best.fitness.weights[0]
        return bool(sign * run.logbook[-1]["best"] >= sign * value)

    return reached


def after_seconds(seconds: float) -> Condition:
    """Stop after the first generation that ends with the run at least *seconds* old.

    The time before a run was interrupted counts, that in between does not.
    """
    seconds = _check.real("seconds", seconds, minimum=0)
    return lambda run: run.seconds >= seconds


class AtStagnation:
    """Stop when the best fitness has not improved in the last *generations* generations.

    Parameters
    ----------
    generations : int, at least 1
    tolerance : float, at least 0
        An improvement is more than this.

    Examples
    --------
    >>> import random
    >>> from deap import base
    >>> from evograft import plugins, problems, studies
    >>> random.seed(1)
    >>> toolbox = plugins.graft(base.Toolbox(), "mge", problems.load("wine"))
    >>> run = studies.evolve(toolbox, population=20, progress=False, stop=AtStagnation(3))
    >>> bests = run.logbook.select("best")
    >>> bests[-4] == min(bests) and run.generation < 500
    True
    """

    def __init__(self, generations: int, *, tolerance: float = 0.0) -> None:
        self.generations = _check.integer("generations", generations, minimum=1)
        self.tolerance = _check.real("tolerance", tolerance, minimum=0)
        self._read = self._since = 0
        self._best = 0.0

    def __call__(self, run: Run) -> bool:
        if self._read > len(run.logbook):  # of another run, or one that went back
            self._read = 0
        sign = run.best.fitness.weights[0]
        for row in run.logbook[self._read :]:
            value = sign * row["best"]
            if self._read == 0 or value > self._best + self.tolerance:
                self._best, self._since = value, row["gen"]
            self._read += 1
        return bool(run.logbook[-1]["gen"] - self._since >= self.generations)


def at_first(*conditions: Condition) -> Condition:
    """Stop at the first of several conditions.

    Examples
    --------
    >>> stop = at_first(at_fitness(0.05), AtStagnation(100), after_seconds(3600))
    """

    def reached(run: Run) -> bool:
        return any(condition(run) for condition in conditions)

    return reached
