"""What a study compares its arms by: the name of a column, and which direction is better."""

import re
from dataclasses import dataclass

from evograft.representations import _check

_LARGER = {"accuracy", "reward", "return", "trust", "match", "fitness", "solved"}
_SMALLER = {"loss", "error", "rmse", "neurons", "connections", "features", "operations"} | {
    "evaluations",
    "seconds",
}


@dataclass(frozen=True)
class Measure:
    """A numeric column of a study's results.

    Attributes
    ----------
    name : str
        Name of the column.
    larger_is_better : bool

    Raises
    ------
    ValueError
        If the name is empty, or *larger_is_better* is neither true nor false.

    Examples
    --------
    >>> Measure("best", larger_is_better=False).direction
    'smaller is better'
    """

    name: str
    larger_is_better: bool

    def __post_init__(self) -> None:
        if not isinstance(self.name, str) or not self.name.strip():
            raise ValueError(f"name must be the name of a column, got {self.name!r}")
        _check.choice("larger_is_better", self.larger_is_better, (True, False))

    @property
    def direction(self) -> str:
        """The direction in words."""
        return direction_words(self.larger_is_better)


def direction_words(larger_is_better: bool) -> str:
    """Return which values are better, in words."""
    return ("larger" if larger_is_better else "smaller") + " is better"


def known_measure(name: str) -> Measure:
    """Return the measure of a column whose name says its direction.

    The words of the name decide, so that ``test_accuracy`` is known as ``accuracy`` is. Larger is
    better for accuracy, reward, return, trust, match, fitness and solved; smaller for loss, error,
    rmse, neurons, connections, features, operations, evaluations and seconds.

    Raises
    ------
    ValueError
        If no word of the name is known, as in ``best``, whose direction is that of the fitness; or
        its words disagree.

    Examples
    --------
    >>> known_measure("test_rmse_true_class_probability")
    Measure(name='test_rmse_true_class_probability', larger_is_better=False)
    >>> known_measure("best")
    Traceback (most recent call last):
    ValueError: the direction of measure 'best' must be given, its name does not say which is better
    """
    words = set(re.split(r"[^a-z]+", str(name).lower()))
    larger, smaller = bool(words & _LARGER), bool(words & _SMALLER)
    if larger == smaller:
        raise ValueError(
            f"the direction of measure {name!r} must be given, its name does not say which is "
            "better"
        )
    return Measure(name, larger_is_better=larger)
