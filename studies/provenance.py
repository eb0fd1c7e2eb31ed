"""Where results come from: versions, machine and date."""

import os
import platform
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from typing import Any

PACKAGES = ("evograft", "deap", "numpy", "numba", "scikit-learn", "scipy")
"""Whose versions are recorded."""


def provenance() -> dict[str, Any]:
    """Return ``versions``, ``machine`` and ``date``, which is now, in UTC.

    Examples
    --------
    >>> sorted(provenance()["versions"])
    ['deap', 'evograft', 'numba', 'numpy', 'python', 'scikit-learn', 'scipy']
    """
    versions = {"python": platform.python_version(), **{name: _version(name) for name in PACKAGES}}
    return {
        "versions": versions,
        "machine": {"platform": platform.platform(), "processors": os.cpu_count()},
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
    }


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:  # a source tree that is not installed
        return None
