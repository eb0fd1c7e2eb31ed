"""Running things: evolution of any DEAP toolbox, checkpoints, run directories, the command line.

- :func:`evolve` runs a toolbox and returns a :class:`Run`; Ctrl-C raises :class:`Interrupted`
- :class:`RunDirectory` and :class:`Model` are what it leaves behind
"""

if __name__ != "evograft.studies":
    msg = "source folder: import evograft.studies instead"
    raise ImportError(msg)

from evograft.studies.evolution import evolve
from evograft.studies.model import Model, load_model
from evograft.studies.run import Interrupted, Run
from evograft.studies.run_directory import RunDirectory

__all__ = ["Interrupted", "Model", "Run", "RunDirectory", "evolve", "load_model"]
