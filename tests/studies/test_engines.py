import contextlib
import os
import pickle
import random
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from functools import partial

import engine_functions
import joblib
import numpy as np
import pytest
from contract_kinds import genes
from deap import algorithms, base, creator
from engine_functions import InBatches, total
from hypothesis import given
from hypothesis import strategies as st

from evograft import plugins, problems, studies
from evograft.plugins._evaluation import batch_map
from evograft.studies import engines
from evograft.studies.engines import _parcels, _worker, guarded_map

METHODS = {
    "mge": (("wine", {}), {"gene_length": 60}),
    "morphonas": (
        ("graph_target", {"target": "K04"}),
        {"size_x": 6, "size_y": 6, "max_growth_steps": 30},
    ),
    "genreg": (("digits", {"scaling": "unit"}), {"hidden": (4,)}),
}


class AtOnce(Executor):
    """An executor of nobody's: calls at once, in this thread."""

    def submit(self, function, /, *arguments, **settings):
        future: Future[object] = Future()
        future.set_result(function(*arguments, **settings))
        return future


@pytest.fixture
def threaded():
    with engines.threads(2) as engine:
        yield engine


@pytest.fixture
def executed():
    with engines.executor(AtOnce(), workers=2) as engine:
        yield engine


@pytest.fixture
def joblibbed():
    with (
        joblib.parallel_config(backend="threading"),
        engines.joblib(2, chunksize=3) as engine,
    ):
        yield engine


@pytest.fixture(params=["spawned", "clustered", "threaded", "executed", "joblibbed"])
def engine(request):
    return request.getfixturevalue(request.param)


def grafted(method, engine):
    (name, options), parameters = METHODS[method]
    random.seed(5)
    np.random.seed(5)  # noqa: NPY002
    toolbox = plugins.graft(base.Toolbox(), method, problems.load(name, **options), **parameters)
    toolbox.register("map", engine)
    return toolbox


def simple(method, engine):
    toolbox = grafted(method, engine)
    population, _ = algorithms.eaSimple(
        toolbox.population(n=8), toolbox, cxpb=0.9, mutpb=1.0, ngen=2, verbose=False
    )
    return population


def evolved(method, engine):
    toolbox = grafted(method, engine)
    return studies.evolve(toolbox, population=8, generations=2, progress=False).population


def outcome(population):
    """Everything that a run leaves behind: individuals, fitness, both states of randomness."""
    numpy_state = np.random.get_state()  # noqa: NPY002
    return (
        [pickle.dumps(genes(individual)) for individual in population],
        [individual.fitness.values for individual in population],
        random.getstate(),
        pickle.dumps(numpy_state),
    )


class Recorder:
    """A map that keeps what it sends, and answers from *worker*'s only thread."""

    def __init__(self, worker=None):
        self.worker = worker
        self.arrays = []

    def __call__(self, function, parcels):
        self.arrays.append([len(parcel.arrays) for parcel in parcels])
        return (self.worker.map if self.worker else map)(function, parcels)


@pytest.fixture
def recorder():
    with ThreadPoolExecutor(1) as worker:
        yield Recorder(worker)


# The same results everywhere


@pytest.mark.parametrize("run", [simple, evolved])
@pytest.mark.parametrize("method", METHODS)
def test_every_engine_ends_where_a_serial_run_ends(method, run, engine):
    with engines.serial() as serial:
        expected = outcome(run(method, serial))
    assert outcome(run(method, engine)) == expected


@pytest.mark.parametrize("method", METHODS)
def test_a_serial_run_is_that_of_the_plug_ins_own_map(method):
    with engines.serial() as serial:
        expected = outcome(evolved(method, batch_map))
        assert outcome(evolved(method, serial)) == expected


@given(st.lists(st.integers(-9, 9), max_size=40), st.integers(1, 5), st.none() | st.integers(1, 50))
def test_order_and_number_are_those_of_the_individuals(numbers, workers, chunksize):
    engine = guarded_map(map, workers=workers, chunksize=chunksize)
    assert engine(abs, numbers) == [*map(abs, numbers)]
    assert engine(pow, numbers, [2, 3]) == [*map(pow, numbers, [2, 3])]


def test_individuals_of_a_creator_class_older_than_the_last_unpickling_arrive(clustered):
    creator.create("EnginesFitness", base.Fitness, weights=(1.0,))
    creator.create("EnginesList", list, fitness=creator.EnginesFitness)
    old = [creator.EnginesList([i, 1]) for i in range(9)]
    pickle.loads(pickle.dumps(old[0]))  # makes both classes anew
    assert type(old[0]) is not creator.EnginesList
    assert clustered(total, old) == [(i + 1.0,) for i in range(9)]


# Random numbers


@pytest.mark.parametrize("function", ["total_and_noise", "raising"])
def test_the_global_states_are_kept_whatever_the_evaluation_draws(function):
    random.seed(1)
    np.random.seed(1)  # noqa: NPY002
    before = outcome([])
    with contextlib.suppress(ArithmeticError):
        guarded_map(map, workers=1)(getattr(engine_functions, function), [[1], [2]])
    assert outcome([]) == before


def test_a_sample_is_drawn_once_a_generation_in_this_process(spawned):
    random.seed(3)
    drawn = [random.random(), random.random()]
    random.seed(3)
    evaluate = engine_functions.Refreshed()
    first, second = (spawned(evaluate, range(8)) for _ in range(2))
    assert {sample for sample, _ in first} == {drawn[0]}
    assert {sample for sample, _ in second} == {drawn[1]}
    assert os.getpid() not in {process for _, process in first}
    assert random.random() == random_after(3, 2)


def random_after(seed, draws):
    rng = random.Random(seed)
    return [rng.random() for _ in range(draws + 1)][-1]


# Chunks and batches


@pytest.mark.parametrize(
    ("chunksize", "sizes"), [(None, [3, 3, 3, 3, 3, 3, 2]), (7, [7, 7, 6]), (99, [20])]
)
def test_a_chunk_is_one_call_of_the_batch(chunksize, sizes):
    results = guarded_map(map, workers=2, chunksize=chunksize)(InBatches(), range(20))
    assert results == [size for size in sizes for _ in range(size)]


def test_a_decorated_function_goes_one_by_one(spawned, threaded):
    for engine in (spawned, threaded):
        assert engine(engine_functions.decorated, range(5)) == [-1] * 5


def test_in_threads_a_batch_gets_everything_and_other_functions_need_not_pickle(threaded):
    assert threaded(InBatches(), range(5)) == [5] * 5
    assert threaded(lambda number: number + 1, range(5)) == [1, 2, 3, 4, 5]
    with ThreadPoolExecutor(2) as pool, engines.executor(pool) as engine:
        assert engine(lambda number: number + 1, range(5)) == [1, 2, 3, 4, 5]


def test_an_undivided_function_gets_everybody_in_this_process(spawned):
    assert spawned(InBatches(undivided=True), range(20)) == [20] * 20
    assert spawned(InBatches(), range(20)) == [3] * 18 + [2] * 2


# Data


def test_data_travel_once_to_each_worker(recorder):
    data = np.arange(20_000.0)
    function = partial(engine_functions.sum_with, data)
    expected = [(data.sum() + number,) for number in range(8)]
    individuals = [[number] for number in range(8)]
    engine = guarded_map(recorder, workers=1, chunksize=2)
    assert engine(function, individuals) == expected
    assert engine(function, individuals) == expected
    assert recorder.arrays == [[1, 0, 0, 0], [0, 0, 0, 0]]
    data[0] += 1
    assert engine(function, individuals)[0] == (expected[0][0] + 1,)
    assert recorder.arrays[2:] == [[1, 0, 0, 0]]


def test_a_new_worker_gets_the_data_that_it_lacks(recorder):
    function = partial(engine_functions.sum_with, np.ones(20_000))
    engine = guarded_map(recorder, workers=1, chunksize=1)
    engine(function, [[0]] * 3)
    with ThreadPoolExecutor(1) as recorder.worker:
        assert engine(function, [[0]] * 3) == [(20_000.0,)] * 3
    assert recorder.arrays[1:] == [[0, 0, 0], [1, 0, 0]]


def test_a_new_sample_does_not_send_the_data_again(recorder):
    rng = np.random.default_rng(1)
    problem = problems.from_arrays(rng.normal(size=(3000, 20)), np.arange(3000) % 3)
    toolbox = plugins.graft(base.Toolbox(), "genreg", problem, hidden=(4,))
    engine = guarded_map(recorder, workers=1, chunksize=2)
    population = toolbox.population(n=4)
    samples = []
    for _ in range(3):
        values = engine(toolbox.evaluate, population)
        samples.append(toolbox.evaluate.sample().X.tobytes())
        assert values == toolbox.evaluate.batch(population)
    assert len(set(samples)) == 3
    assert recorder.arrays[0][0] >= 1
    assert recorder.arrays[1:] == [[0, 0], [0, 0]]


def test_equal_functions_are_one_object_in_a_worker_until_it_has_seen_others(recorder):
    engine = guarded_map(recorder, workers=1, chunksize=1)
    one, *others = map(engine_functions.Identity, range(1 + _worker.KEPT))
    assert engine(one, range(3)) == [1, 2, 3]
    for other in others[1:]:
        engine(other, [0])
    assert engine(one, [0]) == [4]
    for other in others:
        engine(other, [0])
    assert engine(one, [0]) == [1]
    with ThreadPoolExecutor(1) as recorder.worker:
        assert engine(one, [0]) == [1], "another thread has its own"


def test_arrays_that_differ_in_any_way_have_other_digests():
    flat = np.arange(6.0)
    arrays = [
        flat,
        flat + 1,
        flat.astype(np.float32),
        flat.reshape(2, 3),
        np.asfortranarray(flat.reshape(2, 3)),
    ]
    assert len({_parcels._digest(array) for array in arrays}) == len(arrays)
    assert _parcels._digest(flat[::2]) == _parcels._digest(flat[::2].copy())


# Bad input


def test_what_cannot_be_sent_is_named(executed):
    with pytest.raises(ValueError, match=r"function must pickle to reach a worker.*<lambda>"):
        executed(lambda individual: individual, [1])
    with pytest.raises(ValueError, match="individuals must pickle to reach a worker, got lock"):
        executed(total, [threading.Lock()])


def test_a_function_that_a_worker_cannot_import_is_told(spawned, monkeypatch):
    def late(individual):
        return 1

    late.__module__, late.__qualname__ = "engine_functions", "late"
    monkeypatch.setattr(engine_functions, "late", late, raising=False)
    with pytest.raises(ValueError, match="function must be defined in a module that a worker"):
        spawned(late, [1])


@pytest.mark.parametrize("fixture", ["spawned", "threaded"])
def test_a_lost_result_is_told_with_both_numbers(fixture, request):
    engine = request.getfixturevalue(fixture)
    with pytest.raises(ValueError, match="one result for each of 3 individuals, got 2"):
        engine(InBatches(short=1), range(3))


@pytest.mark.parametrize(
    ("mapper", "message"),
    [
        (lambda function, parcels: [*map(function, parcels)][1:], "each of 5 chunks, got 4"),
        (lambda function, parcels: [1.0] * 5, "mapper must return what .* returns, got 1.0"),
    ],
)
def test_a_map_that_is_none_is_told(mapper, message):
    with pytest.raises(ValueError, match=message):
        guarded_map(mapper, workers=1, chunksize=1)(abs, range(5))


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: guarded_map(map, workers=0), ValueError, "workers .* at least 1, got 0"),
        (lambda: guarded_map(map, workers=1.5), TypeError, "workers must be an integer"),
        (lambda: guarded_map(map, workers=1, chunksize=0), ValueError, "chunksize .* got 0"),
        (lambda: guarded_map("map", workers=1), TypeError, "mapper must be a callable"),
        (lambda: engines.threads(0), ValueError, "n must be an integer of at least 1, got 0"),
        (lambda: engines.processes(-1), ValueError, "n must be an integer of at least 1, got -1"),
        (lambda: engines.processes(1, chunksize=0), ValueError, "chunksize must be .* got 0"),
        (lambda: engines.processes(1, timeout=0), ValueError, "timeout must be .* above 0, got 0"),
        (lambda: engines.processes(1, retries=-1), ValueError, "retries must be .* got -1"),
        (lambda: engines.dask("tcp://x", timeout=-1), ValueError, "timeout must be .* got -1"),
        (lambda: engines.joblib(-1), ValueError, "n_jobs must be .* at least 1, got -1"),
        (lambda: engines.executor(AtOnce(), workers=0), ValueError, "workers must be"),
        (lambda: engines.executor(3), TypeError, "pool must be .*Executor, got 3"),
        (lambda: engines.dask(3), TypeError, "client must be a distributed.Client .* got 3"),
        (lambda: engines.dask("nowhere://x"), ValueError, "client must be the address .*nowhere"),
    ],
)
def test_bad_settings_are_refused(make, error, message):
    with pytest.raises(error, match=message):
        make().__enter__()  # whatever makes an engine does it when entered


def test_without_dask_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with (
        pytest.raises(ValueError, match=r'pip install "evograft\[distributed\]"'),
        engines.dask("tcp://127.0.0.1:1"),
    ):
        pass


def test_what_the_function_raises_comes_back(engine):
    with pytest.raises(ArithmeticError, match=r"cannot evaluate \[7\]"):
        engine(engine_functions.raising, [[7]])
    assert engine(total, [[1], [2]]) == [(1.0,), (2.0,)], "the engine is still in order"


# Processes


@pytest.fixture(scope="module")
def whole():
    with engines.processes(1, chunksize=100) as engine:
        yield engine


def test_work_is_done_elsewhere_and_with_one_thread_for_each_library(spawned):
    assert os.getpid() not in spawned(engine_functions.process_id, range(8))
    assert spawned(engine_functions.thread_counts, [0]) == [({1}, "1")]


@pytest.mark.parametrize(
    ("method", "threads", "here", "there"),
    [
        ("mge", None, 2, 0),
        ("morphonas", None, 2, 0),
        ("morphonas", 2, 2, 2),
        ("genreg", None, 2, 0),
    ],
)
def test_a_batch_makes_no_threads_in_a_worker_unless_it_is_told_to(
    method, threads, here, there, whole, monkeypatch
):
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    if method == "morphonas":
        problem = problems.load("graph_target", target="K04")
    else:  # enough work for threads to be worth it
        problem = problems.from_arrays(
            np.random.default_rng(1).normal(size=(9000, 64)), np.arange(9000) % 9
        )
    toolbox = plugins.graft(base.Toolbox(), method, problem, threads=threads)
    population = toolbox.population(n=100)
    count = engine_functions.CountThreads(toolbox.evaluate)
    assert set(count.batch(population)) == {here}
    assert set(whole(count, population)) == {there}


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGKILL])
def test_no_process_is_left_behind(sent, tmp_path):
    script = subprocess.Popen(
        [sys.executable, engine_functions.__file__, tmp_path],
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    try:
        wait_until(lambda: any(tmp_path.iterdir()))
        (worker,) = (int(path.name) for path in tmp_path.iterdir())
        assert is_alive(worker)
        if sent == signal.SIGINT:  # a terminal sends it to all
            os.killpg(script.pid, sent)
        else:
            script.send_signal(sent)
        script.communicate(timeout=20)
        wait_until(lambda: not is_alive(worker))
        assert script.returncode == -sent
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(script.pid, signal.SIGKILL)


def wait_until(condition):
    end = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < end, "waited for 30 seconds"
        time.sleep(0.02)


def is_alive(process):
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True
