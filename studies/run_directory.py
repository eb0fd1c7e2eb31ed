"""The directory of a run: configuration, log, best network, checkpoint and pictures."""

import csv
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import evograft
from evograft.representations.directory_lock import LOCK, locked
from evograft.representations.files import remove_partial_files, replacing
from evograft.representations.morphogenesis import Genome, Organism, PlasticGenome, develop
from evograft.representations.network import Network
from evograft.studies.checkpoint import Snapshot, load_newest
from evograft.studies.model import Model, load_model

CONFIG, LOG, NETWORK, GENOME = "config.json", "log.csv", "network.json", "genome.json"
CHECKPOINT, PREVIOUS = "checkpoint.pickle", "checkpoint-previous.pickle"
REPORT = "report.json"


class RunDirectory:
    """Where a run keeps what it found; every file in it is written whole or not at all.

    Parameters
    ----------
    path : Path
    """

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)

    @contextmanager
    def locked(self, *, new: bool) -> Iterator[None]:
        """Keep other runs out while the context lasts; see :func:`directory_lock.locked`.

        A *new* directory is made if it is not there, any other must be one of a run. What a killed
        process was about to write here is removed.

        Raises
        ------
        ValueError
            Where another run has it, it is no directory of a run, or it cannot be written.
        """
        if new:
            try:
                self.path.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise self._unusable(error) from None
        else:
            self.config()
        with locked(self.path):
            remove_partial_files(self.path)
            yield

    def create(self) -> None:
        """Make the directory, which must be new or empty.

        Raises
        ------
        ValueError
            Where it is not empty, no directory, or cannot be written.
        """
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            if self._content():
                raise ValueError(
                    f"out must be a new or empty directory, got {str(self.path)!r} (resume goes "
                    "on with a run that is there)"
                )
            with replacing(self.path / CONFIG) as file:
                file.write("{}\n")
        except OSError as error:
            raise self._unusable(error) from None

    def _unusable(self, error: OSError) -> ValueError:
        return ValueError(
            f"out must be a directory that can be written, got {str(self.path)!r}: {error.strerror}"
        )

    def _content(self) -> list[Path]:
        """The files in it; a lock is none."""
        return [path for path in self.path.iterdir() if path.name != LOCK]

    def discard(self) -> None:
        """Remove what :meth:`create` made, of a run that has nothing to keep."""
        (self.path / CONFIG).unlink(missing_ok=True)
        if not self._content():
            with suppress(OSError):  # Windows removes no file that is open, and a lock is
                (self.path / LOCK).unlink(missing_ok=True)
                self.path.rmdir()

    def write_config(self, config: Mapping[str, Any]) -> None:
        """Write the resolved configuration, with our version."""
        _write_json(self.path / CONFIG, {"evograft": evograft.__version__, **config})

    def config(self) -> dict[str, Any]:
        """Read the configuration.

        Raises
        ------
        ValueError
            Where this is no directory of a run.
        """
        path = self.path / CONFIG
        try:
            config = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            config = None
        if not isinstance(config, dict):
            raise ValueError(f"{str(self.path)!r} is no run directory: it has no readable {CONFIG}")
        # Sections that somebody has changed into something else count as empty.
        sections = ("method", "problem", "run", "notes", "versions", "machine")
        return {
            name: value if isinstance(value, dict) or name not in sections else {}
            for name, value in config.items()
        }

    def save(self, snapshot: Snapshot, model: Model | None) -> None:
        """Write log, best network or genome, and last the checkpoint that they belong to.

        The checkpoint before it is kept too. Where something cannot be written, the checkpoint
        stays as it was; what is then newer than that is written again by the run that resumes.

        Raises
        ------
        OSError
            Naming the file that cannot be written.
        """
        with replacing(self.path / LOG) as file:
            columns = dict.fromkeys(name for row in snapshot.log for name in row)
            writer = csv.DictWriter(file, columns, lineterminator="\n")
            writer.writeheader()
            writer.writerows(snapshot.log)
        if model is not None:
            model.save(self.path / NETWORK)
        if snapshot.best and isinstance(snapshot.best[0], Genome):
            snapshot.best[0].save(self.path / GENOME)
        snapshot.save(self.path / CHECKPOINT, previous=self.path / PREVIOUS)

    def has_checkpoint(self) -> bool:
        """Whether there is a checkpoint, readable or not."""
        return any((self.path / name).exists() for name in (CHECKPOINT, PREVIOUS))

    def snapshot(self) -> Snapshot:
        """Read the newest checkpoint that can be read; see :func:`checkpoint.load_newest`."""
        return load_newest(self.path / CHECKPOINT, self.path / PREVIOUS)

    def model(self) -> Model:
        """Read the best network.

        Raises
        ------
        ValueError
            Where there is none that can be read.
        """
        if not (self.path / NETWORK).exists() and (self.path / GENOME).exists():
            raise ValueError(f"{str(self.path)!r} must be a run of a classifier, it grew a graph")
        return load_model(self.path / NETWORK)

    def genome(self) -> PlasticGenome | None:
        """Read the best genome; None where the method's individuals are no genomes that grow."""
        path = self.path / GENOME
        return PlasticGenome.load(path) if path.exists() else None

    def has_result(self) -> bool:
        """Whether there is a saved network or genome."""
        return any((self.path / name).exists() for name in (NETWORK, GENOME))

    def drawable(self) -> dict[str, Any]:
        """What :func:`evograft.studies.pictures.save_pictures` takes of the result."""
        drawable: dict[str, Any] = {}
        if (organism := self.organism()) is not None:
            drawable["organism"] = organism
        elif _has_layers((model := self.model()).network):
            drawable |= {
                "network": model.network,
                "feature_names": model.feature_names,
                "class_names": model.class_names,
            }
        return drawable

    def organism(self) -> Organism | None:
        """What the saved genome grows into, as it did in the run; None where there is none."""
        genome = self.genome()
        if genome is None:
            return None
        parameters = self.config().get("method", {}).get("parameters", {})
        if not isinstance(parameters, dict):
            parameters = {}
        return develop(
            genome, arithmetic=parameters.get("arithmetic", "plain"), max_site_updates=None
        )

    def phenotype(self) -> Any:
        """The saved network, or the organism that the saved genome grows into."""
        if (self.path / NETWORK).exists():
            return self.model().network
        return self.organism() or self.model().network

    def log(self) -> list[dict[str, float]]:
        """Read the log, one dict per generation.

        Raises
        ------
        ValueError
            Where there is none.
        """
        try:
            with (self.path / LOG).open(encoding="utf-8", newline="") as file:
                rows = [
                    {name: float(value) for name, value in row.items() if value}
                    for row in csv.DictReader(file)
                ]
            if not rows or not {"gen", "best"} <= rows[-1].keys():
                raise ValueError("it holds no generation")
            return rows
        except (OSError, ValueError, TypeError, csv.Error) as error:
            raise ValueError(f"{self.path / LOG} is no readable log: {error}") from None

    def report(self) -> dict[str, Any]:
        """Read the final measures; empty where the run has not finished."""
        try:
            report = json.loads((self.path / REPORT).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return report if isinstance(report, dict) else {}

    def write_report(self, report: Mapping[str, Any]) -> None:
        """Write the final measures of the best network."""
        _write_json(self.path / REPORT, report)


def _has_layers(network: Any) -> bool:
    """Whether it is a sparse feed-forward network, or one for each class."""
    return all(isinstance(part, Network) for part in getattr(network, "networks", [network]))


def _write_json(path: Path, content: Mapping[str, Any]) -> None:
    with replacing(path) as file:
        json.dump(content, file, indent=1, default=str)
        file.write("\n")
