"""A network saved for use: a classifier takes raw data, by its scaler, feature and class names."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from evograft.problems.metrics import checked_outputs, class_probabilities
from evograft.problems.scaling import Scaler
from evograft.representations import _check
from evograft.representations.dense_network import DenseNetwork
from evograft.representations.expressions import Expression
from evograft.representations.files import replacing
from evograft.representations.neat_network import NeatNetwork
from evograft.representations.network import Network
from evograft.representations.one_vs_all import OneVsAllNetwork
from evograft.representations.recurrent import RecurrentNetwork

FORMAT = "evograft-network-1"

PHENOTYPES: dict[str, Any] = {
    kind.__name__: kind
    for kind in (
        Network,
        RecurrentNetwork,
        DenseNetwork,
        NeatNetwork,
        OneVsAllNetwork,
        Expression,
    )
}
"""Phenotypes that can be saved, by the name of their class."""


@dataclass(frozen=True)
class Model:
    """A network with all that its raw input and its answers need.

    Attributes
    ----------
    network : phenotype
    problem : str
        Name of the problem that it was evolved on.
    scaler : Scaler or None
        Fitted on the training part; None for what is no classifier.
    feature_names, class_names : tuple of str
        Of a classifier.
    """

    network: Any
    problem: str
    scaler: Scaler | None = None
    feature_names: tuple[str, ...] = ()
    class_names: tuple[str, ...] = ()

    def check(self) -> None:
        """Raise where names, scaler and network do not belong together."""
        if self.scaler is None:
            return
        n_classes = max(2, self.network.n_outputs)
        for name, values, n in (
            ("feature_names", self.feature_names, self.network.n_inputs),
            ("class_names", self.class_names, n_classes),
            ("scaler", self.scaler.scale, self.network.n_inputs),
        ):
            if len(values) != n:
                raise ValueError(f"{name} must be {n}, got {len(values)}")
        for names in (self.feature_names, self.class_names):
            if not all(isinstance(name, str) for name in names) or len(set(names)) < len(names):
                raise ValueError(f"names must be strings that differ, got {list(names)}")

    def probabilities(self, X: npt.ArrayLike) -> npt.NDArray[np.floating]:
        """Return class probabilities (n_samples, n_classes) for raw features *X*.

        Of a table with column names, such as a pandas DataFrame, the features are taken by name.

        Raises
        ------
        ValueError
            Where *X* is not (n_samples, n_features), or a column is missing.
        """
        if self.scaler is None:
            raise ValueError(f"the network must be a classifier, got one for {self.problem}")
        if hasattr(X, "columns"):
            if missing := [name for name in self.feature_names if name not in X.columns]:
                raise ValueError(f"X must have a column of each feature, got none for {missing}")
            X = X[list(self.feature_names)]  # type: ignore[index]
        X = np.asarray(X, dtype=np.float64)
        if X.ndim != 2 or X.shape[1] != len(self.feature_names):
            raise ValueError(
                f"X must have shape (n_samples, {len(self.feature_names)}), got {X.shape}"
            )
        outputs = self.network.forward(self.scaler.transform(X))
        return class_probabilities(
            checked_outputs("network.forward", outputs, len(X), self.network.n_outputs)
        )

    def predict(self, X: npt.ArrayLike) -> list[str]:
        """Return the name of the most probable class of each row of raw features *X*."""
        return [self.class_names[i] for i in self.probabilities(X).argmax(axis=1)]

    def save(self, path: Path) -> None:
        """Write the model as JSON, whole or not at all."""
        content = {
            "format": FORMAT,
            "problem": self.problem,
            "feature_names": self.feature_names,
            "class_names": self.class_names,
            "scaler": None if self.scaler is None else self.scaler.to_dict(),
            "phenotype": type(self.network).__name__,
            "network": self.network.to_dict(),
        }
        with replacing(path) as file:
            json.dump(content, file, indent=1)
            file.write("\n")


def can_save(network: Any) -> bool:
    """Whether :meth:`Model.save` knows this kind of phenotype."""
    parts = getattr(network, "networks", ())
    return type(network) is PHENOTYPES.get(type(network).__name__) and all(map(can_save, parts))


def load_model(path: Path) -> Model:
    """Read a model that :meth:`Model.save` wrote.

    Raises
    ------
    ValueError
        Where the file is missing, no JSON, or no such model.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        if content["format"] != FORMAT:
            raise ValueError(f"its format is {content['format']!r}, not {FORMAT!r}")
        _check.known("phenotype", content["phenotype"], PHENOTYPES)
        model = Model(
            network=PHENOTYPES[content["phenotype"]].from_dict(content["network"]),
            scaler=None if content["scaler"] is None else Scaler.from_dict(content["scaler"]),
            feature_names=tuple(content["feature_names"]),
            class_names=tuple(content["class_names"]),
            problem=content["problem"],
        )
        model.check()
    except FileNotFoundError:
        raise ValueError(f"{path} does not exist: it is where a run keeps its network") from None
    except OSError as error:
        raise ValueError(f"{path} cannot be read: {error.strerror}") from None
    except KeyError as error:
        raise ValueError(f"{path} is no saved network: it lacks {error}") from None
    except (ValueError, TypeError, OverflowError, RecursionError) as error:
        raise ValueError(f"{path} is no saved network: {error}") from None
    return model
