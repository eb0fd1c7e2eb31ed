"""Parameters of several methods at once."""

from collections.abc import Mapping, Sequence
from typing import Any

from evograft import plugins
from evograft.representations import _check

Settings = Mapping[str, Mapping[str, Any]]
"""Parameters of each method, by its name."""


def check_settings(methods: Sequence[str], settings: Settings | None) -> dict[str, dict[str, Any]]:
    """Return the parameters of each method; raise for one that is unknown or not asked for."""
    for method in methods:
        _check.known("method", method, plugins.names())
    for method in settings or {}:
        _check.known("method to be set", method, methods)
    return {method: dict((settings or {}).get(method, {})) for method in methods}
