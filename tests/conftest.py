"""One pool and one cluster for the whole test run: to start them takes seconds."""

import signal

import pytest
from hypothesis import settings

from evograft.studies import engines

# What is called first may compile a kernel or load it.
settings.register_profile("kernels", deadline=None)
settings.load_profile("kernels")

# A shell that runs the tests in the background has made them, and their children, deaf to Ctrl-C.
signal.signal(signal.SIGINT, signal.default_int_handler)

CHUNK = 3
"""Individuals in a chunk, fewer than there are and more than one."""


@pytest.fixture(scope="session")
def spawned():
    with engines.processes(2, chunksize=CHUNK) as engine:
        yield engine


@pytest.fixture(scope="session")
def clustered(cluster):
    with engines.dask(cluster.scheduler_address, chunksize=CHUNK) as engine:
        yield engine


@pytest.fixture(scope="session")
def cluster():
    distributed = pytest.importorskip("distributed")
    # An idle cluster watches itself at a twelfth of a processor, which the other tests need.
    quiet = {"distributed.admin.tick.interval": "1s", "distributed.worker.profile.enabled": False}
    with pytest.importorskip("dask").config.set(quiet):
        cluster = distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address=":0"
        )
    with cluster:
        yield cluster
