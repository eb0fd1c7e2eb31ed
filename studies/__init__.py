"""Running things: evolution of any DEAP toolbox, checkpoints, run directories, the command line.

- :func:`evolve` runs a toolbox and returns a :class:`Run`; Ctrl-C raises :class:`Interrupted`
- :class:`RunDirectory` and :class:`Model` are what it leaves behind
- :func:`class_accuracies`, :func:`confusion_matrix`, :func:`hidden_embedding`,
  :func:`embedding_quality` and :func:`save_analysis` say what a classifier has learned
"""

if __name__ != "evograft.studies":
    msg = "source folder: import evograft.studies instead"
    raise ImportError(msg)

from evograft.studies.classifier_analysis import save_analysis
from evograft.studies.classifier_measures import class_accuracies, confusion_matrix
from evograft.studies.evolution import evolve
from evograft.studies.hidden_embedding import embedding_quality, hidden_embedding
from evograft.studies.model import Model, load_model
from evograft.studies.run import Interrupted, Run
from evograft.studies.run_directory import RunDirectory

__all__ = [
    "Interrupted",
    "Model",
    "Run",
    "RunDirectory",
    "class_accuracies",
    "confusion_matrix",
    "embedding_quality",
    "evolve",
    "hidden_embedding",
    "load_model",
    "save_analysis",
]
