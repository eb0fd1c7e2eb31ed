"""A Gymnasium wrapper that changes the physics in the middle of an episode; needs Gymnasium."""

from collections.abc import Mapping
from typing import Any

import gymnasium


class PhysicsSwitch(gymnasium.Wrapper[Any, Any, Any, Any]):
    """Overwrite attributes of the unwrapped environment before one step of every episode.

    What CartPole derives from its masses and its length is derived anew. A reset brings the old
    values back.

    Parameters
    ----------
    environment : gymnasium.Env
        The environment.
    values : mapping of str to float
        The new values of attributes that it has.
    step : int
        The step, counted from 1, before which they come.

    Raises
    ------
    ValueError
        If the environment has no such attribute.

    Examples
    --------
    >>> moon = PhysicsSwitch(gymnasium.make("CartPole-v1"), {"gravity": 1.62}, 2)
    >>> _ = moon.reset(seed=0), moon.step(0)
    >>> moon.unwrapped.gravity
    9.8
    >>> _ = moon.step(1)
    >>> moon.unwrapped.gravity
    1.62
    """

    def __init__(
        self, environment: gymnasium.Env[Any, Any], values: Mapping[str, float], step: int
    ) -> None:
        super().__init__(environment)
        for name in values:
            if not hasattr(self.unwrapped, name):
                raise ValueError(f"values must name attributes of {self.unwrapped}, got {name!r}")
        self._values = dict(values)
        self._originals = {name: getattr(self.unwrapped, name) for name in values}
        self._switch_step = step
        self._steps = 0

    def reset(self, **options: Any) -> tuple[Any, dict[str, Any]]:
        """Begin an episode under the original physics."""
        self._steps = 0
        self._overwrite(self._originals)
        return self.env.reset(**options)

    def step(self, action: Any) -> tuple[Any, Any, bool, bool, dict[str, Any]]:
        """Take a step; before the switch step the new physics are set."""
        self._steps += 1
        if self._steps == self._switch_step:
            self._overwrite(self._values)
        return self.env.step(action)

    def _overwrite(self, values: Mapping[str, float]) -> None:
        inner: Any = self.unwrapped
        for name, value in values.items():
            setattr(inner, name, value)
        if hasattr(inner, "polemass_length"):
            inner.total_mass = inner.masspole + inner.masscart
            inner.polemass_length = inner.masspole * inner.length
