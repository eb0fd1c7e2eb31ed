"""A phenotype that spawned workers can import, as ``pythonpath`` in setup.cfg names this folder."""

import numpy as np
import numpy.typing as npt


class ConstantNetwork:
    """A phenotype that takes every sample for class 1."""

    def __init__(self, individual: object = None) -> None:
        pass

    def forward(self, X: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        return np.tile(np.array([[0.1, 0.8, 0.1]], np.float32), (len(X), 1))
