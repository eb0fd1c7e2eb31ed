"""Workers that die, hang or raise cost a retry, and results are those of a serial run."""

import contextlib
import multiprocessing
import os
import random
import signal
import subprocess
import sys
import threading
import time
import warnings
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import active_children

import numpy as np
import pytest
from deap import algorithms, base, creator, tools
from engine_functions import Fault, Traced, TwoPartError, process_id, sum_after, total

from evograft.studies import engines
from evograft.studies.engines import WorkerError, _processes
from evograft.studies.engines._faults import Lost, Raised
from evograft.studies.engines.guard import GuardedMap

creator.create("FaultsFitness", base.Fitness, weights=(1.0,))
creator.create("FaultsList", list, fitness=creator.FaultsFitness)


@pytest.fixture(scope="module")
def pool():
    # A busy machine may hold up any worker for a second.
    with engines.processes(2, chunksize=2, timeout=3.0) as engine:
        yield engine


@pytest.fixture(scope="module")
def alone():
    with engines.processes(1, chunksize=1) as engine:
        yield engine


def silently(function, *arguments):
    """Call, and return what warnings there were as well."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        result = function(*arguments)
    ours = [str(one.message) for one in caught if one.category is RuntimeWarning]
    assert all(one.filename == __file__ for one in caught if str(one.message) in ours)
    return result, ours


# A fault that happens once


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("kill", "a worker died (signal 9, SIGKILL); a chunk of 2 of 9 individuals is sent again"),
        ("exit", "a worker died (exit code 3); a chunk of 2 of 9 individuals is sent again"),
        ("crash", "a worker died (signal 11, SIGSEGV); a chunk of 2 of 9 individuals is sent aga"),
        ("hang", "a worker hung for 3 s; a chunk of 2 of 9 individuals is sent again"),
        ("raise", "an evaluation raised TwoPartError: no memory (5); it did not when its chunk"),
    ],
)
def test_a_fault_costs_a_retry_and_a_warning(name, told, pool, tmp_path):
    (found, messages) = silently(pool, Fault(name, 5, tmp_path), range(9))
    assert found == [*range(9)]
    assert len(messages) == 1
    assert messages[0].startswith(told)


def test_other_chunks_are_evaluated_once(pool, tmp_path):
    fault = Fault("kill", 2, tmp_path, log=tmp_path / "log")
    silently(pool, fault, range(6))
    assert sorted((tmp_path / "log").read_text().split()) == ["0", "1", "2", "3", "4", "5"]


def test_a_worker_that_died_between_two_maps_is_replaced(pool):
    (process, *_) = pool(process_id, range(1))
    os.kill(process, signal.SIGKILL)
    found, messages = silently(pool, total, [[n] for n in range(9)])
    assert found == [(float(n),) for n in range(9)]
    assert len(messages) <= 1


def test_data_are_sent_again_to_the_worker_that_replaces_another(alone, tmp_path):
    fault = Fault("kill", 2, tmp_path, data=np.arange(20_000.0))
    assert silently(alone, fault, range(4))[0] == [*range(4)]
    assert silently(alone, fault, range(4)) == ([*range(4)], [])


def test_a_process_that_cannot_be_started_is_started_later(alone, monkeypatch, tmp_path):
    start, calls = _processes.ProcessPool._start, []

    def refuse_once(self):
        calls.append(1)
        if len(calls) == 1:
            raise OSError("no memory")
        start(self)

    monkeypatch.setattr(_processes.ProcessPool, "_start", refuse_once)
    found, messages = silently(alone, Fault("kill", 2, tmp_path), range(4))
    assert found == [*range(4)]
    assert len(calls) == 2
    assert messages


# A fault that happens every time


@pytest.mark.parametrize("retries", [0, 1, 2])
def test_after_the_retries_what_happened_is_told(retries):
    hows = ["died (signal 9, SIGKILL)", "hung for 3 s", "died (exit code 1)"]
    lost = iter(hows)

    def mapper(work, parcels):
        return [Lost(next(lost))] + [work(parcel) for parcel in parcels[1:]]

    engine = GuardedMap(mapper, lambda: 1, 3, retries)
    with (
        warnings.catch_warnings(record=True) as caught,
        pytest.raises(WorkerError) as error,
    ):
        engine(abs, range(7))
    assert str(error.value) == (
        "a chunk of 3 of 7 individuals was not evaluated: its worker "
        + ", then ".join(hows[: retries + 1])
    )
    assert [str(one.message) for one in caught] == [
        f"a worker {how}; a chunk of 3 of 7 individuals is sent again" for how in hows[:retries]
    ]


def test_a_chunk_that_always_kills_ends_the_map_but_not_the_engine(pool):
    with pytest.warns(RuntimeWarning), pytest.raises(WorkerError, match=r"(died .*){3}"):
        pool(Fault("kill", 4), range(6))
    assert silently(pool, abs, [-1]) == ([1], [])


def test_a_script_without_the_guard_is_told_what_it_lacks(tmp_path):
    script = tmp_path / "script.py"
    script.write_text(
        "from evograft.studies import engines\n"
        "with engines.processes(1) as engine:\n"
        "    engine(abs, [1])\n"
    )
    ended = subprocess.run([sys.executable, script], capture_output=True, text=True, timeout=60)
    assert ended.returncode == 1
    assert ended.stderr.strip().endswith(f"its worker could not start: {_processes.SCRIPT}")


def test_an_exception_is_retried_once_and_arrives_as_it_is(pool, tmp_path):
    fault = Fault("raise_arithmetic", 5, log=tmp_path / "log")
    with pytest.raises(ArithmeticError, match=r"^cannot evaluate 5") as caught:
        pool(fault, range(6))
    assert type(caught.value) is ArithmeticError
    assert "in _raise_arithmetic" in caught.value.__notes__[0], "the worker's traceback"
    assert (tmp_path / "log").read_text().split().count("4") == 2, "the other one of its chunk"


def test_an_exception_that_does_not_unpickle_is_named(pool):
    with pytest.raises(RuntimeError, match=r"the function raised TwoPartError: no memory \(5\)"):
        pool(Fault("raise", 4), range(6))


def test_exceptions_that_do_not_pickle_are_named():
    error = TwoPartError("x", 1, threading.Lock())
    arrived = Raised.of(error).error()
    assert type(arrived) is RuntimeError
    assert str(arrived) == "the function raised TwoPartError: x (1)"


def test_a_broken_pool_of_others_is_told():
    context = multiprocessing.get_context("spawn")
    with (
        ProcessPoolExecutor(1, mp_context=context) as pool,
        engines.executor(pool, workers=1) as engine,
        pytest.raises(WorkerError, match="the pool has lost a worker, which is not replaced"),
    ):
        engine(Fault("kill", 1), range(3))


# Ends


def test_ctrl_c_leaves_at_once_and_no_process_behind(tmp_path):
    before = set(active_children())
    with engines.processes(2, chunksize=1, timeout=1) as engine:
        silently(engine, Fault("hang", 1, tmp_path), range(4))
        assert len(set(active_children()) - before) == 2, "the one that hung is gone"
        threading.Timer(0.3, lambda: os.kill(os.getpid(), signal.SIGINT)).start()
        began = time.monotonic()
        with pytest.raises(KeyboardInterrupt):
            engine(Fault("hang", 1), range(8))
        assert time.monotonic() - began < 5
    assert set(active_children()) <= before


def test_an_engine_that_is_left_by_an_exception_ends_what_hangs():
    before = set(active_children())
    began = time.monotonic()
    with pytest.raises(KeyboardInterrupt), engines.processes(1) as engine:  # noqa: PT012
        threading.Timer(3, lambda: os.kill(os.getpid(), signal.SIGINT)).start()
        engine(Fault("hang", 1), range(8))
    assert time.monotonic() - began < 20
    assert set(active_children()) <= before


def test_after_ctrl_c_the_engine_can_be_used(pool):
    threading.Timer(0.3, lambda: os.kill(os.getpid(), signal.SIGINT)).start()
    with pytest.raises(KeyboardInterrupt):
        pool(Fault("hang", 1), range(8))
    assert silently(pool, abs, range(9))[0] == [*range(9)]


def test_what_workers_print_is_seen(tmp_path):
    script = tmp_path / "script.py"
    script.write_text(
        "from evograft.studies import engines\n"
        "if __name__ == '__main__':\n"
        "    with engines.processes(2) as engine:\n"
        "        engine(print, [1, 2, 3])\n"
    )
    ended = subprocess.run([sys.executable, script], capture_output=True, text=True, timeout=60)
    assert sorted(ended.stdout.split()) == ["1", "2", "3"]


def test_several_threads_may_map_at_once(pool):
    found = {}

    def run(start):
        found[start] = pool(total, [[start + n] for n in range(20)])

    threads = [threading.Thread(target=run, args=(start,)) for start in (0, 100, 200)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == {start: [(float(start + n),) for n in range(20)] for start in (0, 100, 200)}


# Dask


@pytest.fixture(scope="module")
def broken_cluster():
    """Not the cluster of the other tests: these leave it with workers that died unexpectedly."""
    distributed = pytest.importorskip("distributed")
    cluster = distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=":0"
    )
    yield cluster
    with contextlib.suppress(KeyError):  # it may not have heard of a worker before it died
        cluster.close()


@pytest.fixture
def dask_cluster(broken_cluster):
    broken_cluster.wait_for_workers(2)
    yield broken_cluster
    broken_cluster.scale(2)


def evolved(mapped):
    """A run whose workers have little to import."""
    random.seed(41)
    toolbox = base.Toolbox()
    toolbox.register("individual", tools.initRepeat, creator.FaultsList, random.random, 5)
    toolbox.register("mate", tools.cxTwoPoint)
    toolbox.register("mutate", tools.mutGaussian, mu=0.0, sigma=1.0, indpb=0.5)
    toolbox.register("select", tools.selTournament, tournsize=3)
    toolbox.register("evaluate", total)
    toolbox.register("map", mapped)
    population, _ = algorithms.eaSimple(
        [toolbox.individual() for _ in range(24)], toolbox, 0.5, 1.0, ngen=4, verbose=False
    )
    return [(list(one), one.fitness.values) for one in population], random.getstate()


def test_a_dask_worker_is_killed_in_a_generation_and_another_is_added(dask_cluster):
    used: list[set[int]] = []

    def mapped(function, individuals):
        if len(used) == 1:
            doomed = min(used[0])
            threading.Timer(0.2, lambda: os.kill(doomed, signal.SIGKILL)).start()
        if len(used) == 3:
            dask_cluster.scale(3)
            dask_cluster.wait_for_workers(3)
        found = engine(Traced(function, seconds=0.05), individuals)
        used.append({process for process, _ in found})
        return [values for _, values in found]

    with engines.serial() as serial:
        expected = evolved(serial)
    with engines.dask(dask_cluster.scheduler_address, chunksize=1) as engine:
        found, messages = silently(evolved, mapped)
    assert found == expected
    assert any("has left the cluster; others have evaluated what it had" in m for m in messages)
    assert min(used[0]) not in used[2]
    assert len(used[3]) == 3


@pytest.mark.parametrize("name", ["hang", "raise"])
def test_dask_sends_a_chunk_again(name, dask_cluster, tmp_path):
    with engines.dask(dask_cluster.scheduler_address, chunksize=2, timeout=3) as engine:
        found, messages = silently(engine, Fault(name, 5, tmp_path), range(9))
    assert found == [*range(9)]
    assert messages


def test_a_chunk_that_kills_dask_workers_is_told(dask_cluster):
    with (
        warnings.catch_warnings(action="ignore"),  # for each of them
        engines.dask(dask_cluster.scheduler_address, chunksize=1) as engine,
        pytest.raises(WorkerError, match=r"of 1 of 3 individuals .* died 4 times on the cluster"),
    ):
        engine(Fault("exit", 1), range(3))


def test_a_hanging_dask_worker_without_a_nanny_is_told():
    distributed = pytest.importorskip("distributed")
    with (
        distributed.Client(processes=False, dashboard_address=":0") as client,
        engines.dask(client, timeout=0.3) as engine,
        pytest.raises(
            WorkerError, match=r"workers hung for 0.3 s and cannot be restarted: .*nanny"
        ),
    ):
        engine(partial(sum_after, 1.5), [[1]])


def test_dask_leaves_the_global_random_numbers_alone_between_maps(clustered):
    random.seed(5)
    before = random.getstate()
    for _ in range(10):
        clustered(abs, range(60))
        time.sleep(0.02)
        assert random.getstate() == before
