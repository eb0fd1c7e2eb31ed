"""Problems by name: the built-in ones and those that other packages announce."""

import warnings
from collections.abc import Callable
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from inspect import getdoc, signature
from typing import Any

from evograft.problems.catalogue import FACTS
from evograft.representations import _check

ENTRY_POINT_GROUP = "evograft.problems"

# Problem name to (module:function, summary). The function is imported when it is needed, and called
# with the name and the options: one function may serve many names.
BUILT_IN: dict[str, tuple[str, str]] = {
    name: ("evograft.problems.build:load_dataset", facts.summary) for name, facts in FACTS.items()
}
BUILT_IN["graph_target"] = (
    "evograft.problems.graph_target:load_graph_target",
    "grow a graph: a published target, counts of your own, or a given graph",
)
BUILT_IN["alphabet"] = (
    "evograft.problems.alphabet:load_alphabet",
    "26 letter images, 100 x 100: memorise clean ones, or train and test on different fonts",
)
BUILT_IN["symbolic_regression"] = (
    "evograft.problems.regression_build:load_symbolic_regression",
    "find a function again from samples: Pagie-1, Vladislavleva-4, Keijzer-6, Nguyen-1 to 10",
)
BUILT_IN["string_match"] = (
    "evograft.problems.string_match:StringMatchProblem",
    "derive a given text, character by character",
)
for _name, _summary in (
    ("cartpole", "balance a pole on a cart; 4 inputs, 2 actions, passes at 195"),
    ("acrobot", "swing a double pendulum up; 6 inputs, 3 actions, passes at -100"),
    ("mountain_car", "rock a car up a hill; 2 inputs, 3 actions, passes at -110"),
    ("pendulum", "swing a pendulum up; 3 inputs, a torque, passes at -150"),
    ("lunar_lander", "land a rocket; 8 inputs, 4 actions, passes at 200"),
):
    BUILT_IN[_name] = ("evograft.problems.control:ControlProblem", _summary)
BUILT_IN["memory"] = (
    "evograft.problems.control.memory:MemoryProblem",
    "remember a cue of some bits; 4 inputs, 2 outputs, passes at 1",
)
BUILT_IN["double_pole"] = (
    "evograft.problems.control:DoublePoleProblem",
    "balance two poles on a cart; 6 inputs, or 3 without velocities, a force",
)


def names() -> list[str]:
    """List the names that `load` takes: the built-in ones, then those of other packages.

    Examples
    --------
    >>> names()[:3]
    ['flame', 'wdbc', 'ionosphere']
    """
    return [*BUILT_IN, *_announced()]


# Problems of different kinds share only what `kind` tells of them, so no one type fits.
def load(name: str, **options: object) -> Any:
    """Load a problem by name.

    Parameters
    ----------
    name : str
        One of `names()`.
    test_size : float, optional
        For a data set: share of the test part, more than 0 and less than 1. By default 0.3, and 0.1
        for `digits` and `letter`.
    split_seed : int, optional
        For a data set: seed of the shuffle. By default 0, but `mnist` and `fashion_mnist` keep
        their official split until a seed is given.
    folds, fold : int, optional
        For a data set: test on part *fold* (from 0) of *folds* instead of on a share.
    scaling : {"minmax11", "minmax01", "zscore", "unit", "none"}, optional
        For a data set: fitted on the training part. By default `minmax11`, and `unit` for `mnist`
        and `fashion_mnist`; `unit` is for images, `digits` among them.
    loss : {"cross_entropy", "mse"}, optional
        For a data set: the loss that a method's fitness minimises.
    **options
        For another problem: what its own factory takes.

    Returns
    -------
    problem
        A `ClassificationProblem` for a data set.

    Raises
    ------
    DataUnavailableError
        If the data can be had from none of their sources (a ValueError).
    TypeError, ValueError
        If the name or an option is unknown (the error offers the nearest ones), an option breaks
        its rule, or a third party's problem cannot be imported.

    Notes
    -----
    Randomness: that of `evograft.problems.splits.plan_split`, from *split_seed* alone.

    Examples
    --------
    >>> load("wine", test_size=0.2).split["n_train"]
    142
    """
    announced = _announced()
    _check.known("problem", name, [*BUILT_IN, *announced])
    if name not in BUILT_IN:
        return _imported(announced[name])(**options)
    module, function = BUILT_IN[name][0].split(":")
    factory = getattr(import_module(module), function)
    for option in options:
        _check.known(
            f"option of problem {name!r},", option, list(signature(factory).parameters)[1:]
        )
    return factory(name, **options)


def describe() -> list[tuple[str, str]]:
    """List name and summary of every problem; loads no data.

    The summary of a third party's problem is the first line of its factory's docstring. One that
    cannot be imported is left out, with a warning.

    Examples
    --------
    >>> dict(describe())["wine"]
    '13 features, 3 classes, 178 instances; split 70/30, scaling minmax11'
    """
    listed = [(name, summary) for name, (_, summary) in BUILT_IN.items()]
    for name, entry in _announced().items():
        try:
            factory = _imported(entry)
        except ValueError as error:
            warnings.warn(str(error), stacklevel=2)
            continue
        listed.append((name, (getdoc(factory) or "no description").splitlines()[0]))
    return listed


def _announced() -> dict[str, EntryPoint]:
    """Entry points of other packages; a built-in problem keeps its name."""
    entries = entry_points(group=ENTRY_POINT_GROUP)
    return {entry.name: entry for entry in entries if entry.name not in BUILT_IN}


def _imported(entry: EntryPoint) -> Callable[..., Any]:
    # Importing somebody's module can raise anything.
    try:
        factory = entry.load()
    except Exception as error:
        reason = f"{type(error).__name__}: {error}".splitlines()[0]
        raise ValueError(f"problem {entry.name!r} ({entry.value}) is broken: {reason}") from error
    if not callable(factory):
        raise ValueError(f"problem {entry.name!r} ({entry.value}) is broken: it is not callable")
    return factory  # type: ignore[no-any-return]
