"""Engines for ``toolbox.map``: where individuals are evaluated, with the results of a serial run.

Each is a context manager that gives the map to register:

- :func:`serial` and :func:`threads`, in this process
- :func:`processes`, on the processors of this machine
- :func:`executor` and :func:`joblib`, on what others have set up
- :func:`dask`, on a cluster

:func:`guarded_map` makes such a map from any other. A :class:`WorkerError` tells of workers that
were lost too often, an :class:`EngineError`, a ValueError, of what cannot be sent.
"""

from evograft.studies.engines._faults import EngineError, WorkerError
from evograft.studies.engines.cluster import dask
from evograft.studies.engines.guard import guarded_map
from evograft.studies.engines.pools import executor, joblib, processes, serial, threads

__all__ = [
    "EngineError",
    "WorkerError",
    "dask",
    "executor",
    "guarded_map",
    "joblib",
    "processes",
    "serial",
    "threads",
]
