"""Surrogates: models that predict a metric or a score from a genome, without growing it."""

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from evograft.problems.benchmark_generation.dataset import Bench
from evograft.problems.benchmark_generation.splits import SPLIT_SEED, parts
from evograft.representations.morphogenesis import Genome
from evograft.studies.bench.surrogates.genome_features import FEATURES, feature_table
from evograft.studies.bench.surrogates.surrogate_data import Examples, examples
from evograft.studies.bench.surrogates.surrogate_evaluation import LEAST, prediction_scores
from evograft.studies.bench.surrogates.surrogate_files import load_surrogate, save_surrogate
from evograft.studies.bench.surrogates.surrogate_models import make_model

Floats = npt.NDArray[np.float64]


class Surrogate:
    """A fitted model for one target.

    Attributes
    ----------
    model : object
        Fitted, of scikit-learn.
    description : dict
        What is saved beside it, as JSON has it: ``model``, ``seed``, ``target``, ``features``,
        ``split`` (how entries were chosen), ``content_hash`` of the benchmark, ``entries`` and
        ``undefined`` of the train part, ``validation`` and ``test``, each with its number of
        entries and the rank correlations and R² on it, and ``versions``.

    Examples
    --------
    >>> import tempfile
    >>> from evograft.problems.benchmark_generation.generation import generate
    >>> from evograft.problems.benchmark_generation.metrics import measure
    >>> from evograft.problems.benchmark_generation.samplers import RandomSampler
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     made = generate(folder, RandomSampler(1, (8, 8)), accepted=30, measure=measure)
    ...     bench = Bench.open(folder)
    ...     surrogate = Surrogate.fit(bench, "n", "ridge")
    >>> surrogate.target, surrogate.predict([RandomSampler(1, (8, 8)).genome(3)]).shape
    ('n', (1,))
    """

    def __init__(self, model: Any, description: dict[str, Any]) -> None:
        self.model = model
        self.description = description

    def __repr__(self) -> str:
        return f"<Surrogate of {self.target!r}: {self.description['model']}>"

    @property
    def target(self) -> str:
        """The metric or score that is predicted."""
        return str(self.description["target"])

    @classmethod
    def fit(
        cls,
        bench: Bench,
        target: str,
        model: str = "boosting",
        *,
        seed: int = 0,
        entries: int | None = None,
    ) -> "Surrogate":
        """Fit a model on the train part of a benchmark; entries without a value are left out.

        Parameters
        ----------
        bench : Bench
        target : str
            A metric or score.
        model : str
            Of `surrogate_models.MODELS`.
        seed : int
            Of the model.
        entries : int, optional
            Use only so many entries of all parts, always the same ones.

        Raises
        ------
        ValueError
            Where there is no such model or target, or less than two train entries have a value.
        """
        unfitted = make_model(model, seed)
        data = examples(bench, [target], entries)
        part = parts(data.numbers)
        train = data.defined(target) & (part == "train")
        if train.sum() < LEAST:
            raise ValueError(
                f"target must have values for at least {LEAST} entries of the train part, got "
                f"{int(train.sum())} of {target!r}"
            )
        fitted = unfitted.fit(data.features[train], data.targets[target].to_numpy()[train])
        description = {
            "model": model,
            "seed": seed,
            "target": target,
            "features": [*FEATURES],
            "split": {"seed": SPLIT_SEED, "part": "train", "of_entries": entries},
            "content_hash": bench.metadata.get("content_hash"),
            "entries": int(train.sum()),
            "undefined": int(((part == "train") & ~data.defined(target)).sum()),
        }
        found = cls(fitted, description)
        for name in ("validation", "test"):
            description[name] = found._compared(data, data.defined(target) & (part == name))
        return found

    def predict(self, genomes: Iterable[Genome]) -> Floats:
        """Predict the target of each genome: (n,) float64.

        Raises
        ------
        ValueError
            Where a genome has kernels that are not 3 x 3.
        """
        return self._predict(feature_table(genomes))

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the model to *path*, which ends in ``.skops``, and what it is to ``.json`` beside.

        Raises
        ------
        ValueError
            Where *path* ends otherwise, or skops is not installed (extra ``surrogate``).
        OSError
            Where a file cannot be written, which is named.
        """
        save_surrogate(Path(path), self.model, self.description)

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> "Surrogate":
        """Read what :meth:`save` has written.

        Nothing of the file is run: skops makes only objects of types that are listed here.

        Raises
        ------
        ValueError
            Where a file is missing, damaged, not of a surrogate with these features, or holds an
            object of any other type, which is named; or skops is not installed.
        """
        return cls(*load_surrogate(Path(path), FEATURES))

    def _predict(self, features: Floats) -> Floats:
        if not len(features):
            return np.empty(0)
        return np.asarray(self.model.predict(features), np.float64)

    def _compared(self, data: Examples, rows: npt.NDArray[np.bool_]) -> dict[str, Any]:
        values = data.targets[self.target].to_numpy()[rows]
        found = prediction_scores(values, self._predict(data.features[rows]))
        # JSON knows no NaN.
        scores = {name: value if np.isfinite(value) else None for name, value in found.items()}
        return {"entries": int(rows.sum()), **scores}
