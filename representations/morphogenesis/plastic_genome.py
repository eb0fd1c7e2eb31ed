"""A genome whose network goes on learning."""

from collections.abc import Mapping
from typing import Any, Self

from evograft.representations import _check
from evograft.representations.morphogenesis.genome import Genome


class PlasticGenome(Genome):
    """A genome with a Hebbian learning rule for the network that grows from it.

    Parameters
    ----------
    eta : float, -1 to 1
        Learning rate; 0 for none.
    decay : float, 0 to 1
        Share of what was learnt that is lost per step.
    **fields
        Those of :class:`Genome`.

    Examples
    --------
    >>> genome = PlasticGenome(size_x=10, size_y=10, eta=-0.01, decay=0.01)
    >>> PlasticGenome.from_dict(genome.to_dict()).eta
    -0.01
    """

    eta: float
    decay: float

    def __init__(self, *, eta: float = 0.0, decay: float = 0.0, **fields: Any) -> None:
        super().__init__(**fields)
        self.eta = eta
        self.decay = decay

    def update(self, **fields: Any) -> None:
        """Set several fields at once, ``eta`` and ``decay`` among them."""
        rule = {
            name: _check.real(name, fields.pop(name), minimum=minimum, maximum=1)
            for name, minimum in (("eta", -1), ("decay", 0))
            if name in fields
        }
        super().update(**fields)
        self.__dict__.update(rule)

    def __setattr__(self, name: str, value: Any) -> None:
        if name in ("eta", "decay"):
            self.update(**{name: value})
        else:
            super().__setattr__(name, value)

    def __eq__(self, other: object) -> bool:
        equal = super().__eq__(other)
        if equal is NotImplemented or not equal:
            return equal
        return (self.eta, self.decay) == (getattr(other, "eta", 0.0), getattr(other, "decay", 0.0))

    __hash__ = None

    def to_dict(self) -> dict[str, Any]:
        """Return the genome's fields, then ``eta`` and ``decay``, as plain numbers and lists."""
        return super().to_dict() | {"eta": self.eta, "decay": self.decay}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Build what :meth:`to_dict` described; a plain genome learns nothing."""
        genome = super().from_dict(data)
        genome.eta, genome.decay = data.get("eta", 0.0), data.get("decay", 0.0)
        return genome
