"""Running things: evolution of any DEAP toolbox, checkpoints, run directories, the command line.

- :func:`evolve` runs a toolbox and returns a :class:`Run`; Ctrl-C raises :class:`Interrupted`
- :mod:`~evograft.studies.stopping` has conditions that end a run early
- :class:`Study` compares :class:`Arm` s, :func:`run_study` runs it, :func:`read_study` reads a file
- :class:`RunDirectory` and :class:`Model` are what it leaves behind
- :func:`class_accuracies`, :func:`confusion_matrix`, :func:`hidden_embedding`,
  :func:`embedding_quality` and :func:`save_analysis` say what a classifier has learned
"""

if __name__ != "evograft.studies":
    msg = "source folder: import evograft.studies instead"
    raise ImportError(msg)

from evograft.studies import engines, stopping
from evograft.studies.ablation import (
    Arm,
    Budget,
    Source,
    Study,
    StudyError,
    StudyResult,
    read_study,
    run_study,
)
from evograft.studies.classifier_analysis import save_analysis
from evograft.studies.classifier_measures import class_accuracies, confusion_matrix
from evograft.studies.evolution import evolve
from evograft.studies.hidden_embedding import embedding_quality, hidden_embedding
from evograft.studies.islands.migration import Migration
from evograft.studies.model import Model, load_model
from evograft.studies.run import Interrupted, Run
from evograft.studies.run_directory import RunDirectory
from evograft.studies.statistics.measure import Measure

__all__ = [
    "Arm",
    "Budget",
    "Interrupted",
    "Measure",
    "Migration",
    "Model",
    "Run",
    "RunDirectory",
    "Source",
    "Study",
    "StudyError",
    "StudyResult",
    "class_accuracies",
    "confusion_matrix",
    "embedding_quality",
    "engines",
    "evolve",
    "hidden_embedding",
    "load_model",
    "read_study",
    "run_study",
    "save_analysis",
    "stopping",
]
