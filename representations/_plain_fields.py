"""Dataclasses as plain values, for JSON, and back."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any, Self

import numpy as np


class PlainFields:
    """A dataclass whose fields are arrays, numbers and strings, all given to ``__init__``."""

    def to_dict(self) -> dict[str, Any]:
        """Return plain numbers, strings and lists, exact; the inverse of :meth:`from_dict`."""
        values = {part.name: getattr(self, part.name) for part in fields(self)}  # type: ignore[arg-type]
        return {k: v.tolist() if isinstance(v, np.ndarray) else v for k, v in values.items()}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Build what :meth:`to_dict` described.

        Raises
        ------
        TypeError, ValueError
            Where an entry is missing or does not fit.
        """
        names = [part.name for part in fields(cls)]  # type: ignore[arg-type]
        if missing := [name for name in names if name not in data]:
            raise ValueError(f"a network needs {', '.join(missing)}, got {sorted(data)}")
        return cls(**{name: data[name] for name in names})
