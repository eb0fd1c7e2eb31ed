"""What a study measures of its runs, as far as it can be told before they are made."""

from collections.abc import Mapping
from typing import Any

from evograft.studies.ablation.jobs import numbers
from evograft.studies.engines.guard import kept_random_states
from evograft.studies.statistics.measure import Measure, known_measure

FITNESS = "best"
"""The measure that is the fitness; whether larger is better is not in its name."""


def measured_numbers(toolbox: Any) -> set[str]:
    """The numbers that a run's report will have, as that of some individual has them."""
    report = getattr(getattr(toolbox, "problem", None), "report", None)
    if report is None or not hasattr(toolbox, "develop"):
        return set()
    try:
        with kept_random_states():
            return {name for name, _ in numbers(report(toolbox.develop(toolbox.individual())))}
    except Exception:  # a random individual need not be one that can be measured
        return set()


def fitness_weights(toolbox: Any) -> tuple[float, ...] | None:
    """The weights of a toolbox's fitness, None where they cannot be told."""
    try:
        with kept_random_states():
            return tuple(toolbox.individual().fitness.weights)
    except Exception:  # whatever a foreign toolbox does
        return None


def require_comparable(weights: Mapping[str, tuple[float, ...] | None]) -> None:
    known = {name: value for name, value in weights.items() if value is not None}
    if len(set(known.values())) > 1:
        said = ", ".join(f"{name} {value}" for name, value in known.items())
        raise ValueError(
            f"measures must name what is compared, as the arms have fitness of different kinds, "
            f"with the weights {said}"
        )


def check_measure(measure: Any) -> None:
    if not isinstance(measure, (str, Measure)):
        raise TypeError(f"a measure must be a name or a Measure, got {measure!r}")
    if isinstance(measure, str) and measure != FITNESS:
        known_measure(measure)
