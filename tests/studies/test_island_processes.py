"""Islands: the same run wherever they are."""

import pickle
import random
from multiprocessing.pool import ThreadPool
from typing import Any

import numpy as np
import pytest
from contract_kinds import ELSEWHERE as PAIRS
from contract_kinds import KINDS
from engine_functions import sum_with
from island_functions import few_ones_only, noisy_ones, ones, ones_toolbox, unchanged
from island_runs import (
    POPULATIONS,
    RATES,
    evolve,
    graft,
    individuals,
    outcome,
    pickling,
    same,
    start,
    values,
)

from evograft.studies import engines
from evograft.studies._generations import generations_of
from evograft.studies.islands.toolbox_pickling import pack_toolbox, unpack_toolbox
from evograft.studies.run import Run

IDS = [" on ".join(pair) for pair in PAIRS]


@pytest.fixture(scope="module")
def two_processes():
    with engines.processes(2) as engine:
        yield engine


@pytest.mark.parametrize("seed", [None, 3])
@pytest.mark.parametrize(("name", "kind"), POPULATIONS)
def test_islands_of_every_method_are_the_same_where_they_are_pickled(name, kind, seed):
    serial = outcome(evolve(start(graft(name, kind, seed=seed))))
    same(evolve(start(graft(name, kind, seed=seed), pickling())), serial)


@pytest.mark.parametrize(
    ("name", "kind"), [("mge", "classification"), ("genreg", "control"), ("morphonas", "graph")]
)
def test_two_processes_give_the_serial_run(name, kind, two_processes):
    serial = outcome(evolve(start(graft(name, kind))))
    same(evolve(start(graft(name, kind), two_processes)), serial)


def foreign(evaluate):
    toolbox = ones_toolbox()
    toolbox.register("evaluate", evaluate)
    return toolbox


def test_a_foreign_toolbox_draws_in_workers_what_it_draws_here(two_processes):
    # The initial population is evaluated as without islands: what that draws in a worker is not
    # what it draws here.
    def run(engine):
        toolbox = start(foreign(ones), engine)
        population = toolbox.population(n=13)
        # An alias may be a method of a global generator.
        toolbox.register("evaluate", noisy_ones, random.random, np.random.normal)
        for individual in population:
            individual.fitness.values = toolbox.evaluate(individual)
        return evolve(toolbox, population=population)

    serial = outcome(run(map))
    assert len({value for _, value, _ in serial[0]}) > 6
    same(run(two_processes), serial)
    with engines.threads(2) as engine, ThreadPool(2) as pool:
        same(run(engine), serial)
        same(run(pool.map), serial)


@pytest.mark.parametrize("seed", [None, 3])
@pytest.mark.parametrize(("name", "kind"), PAIRS, ids=IDS)
def test_the_aliases_of_a_pickled_toolbox_share_what_they_shared(name, kind, seed):
    toolbox = start(graft(name, kind, seed=seed))
    settings = {"population": 8, "generations": 2, **RATES}
    first = Run(toolbox)
    for _ in generations_of(first, None, settings):
        pass
    snapshot = first.snapshot()
    twin = unpack_toolbox(*pack_toolbox(toolbox))

    def go_on(toolbox):
        run = Run(toolbox)
        run.go_back(snapshot)
        for _ in generations_of(run, None, settings | {"generations": 4}):
            pass
        return values(run.population), list(run.logbook), pickle.dumps(toolbox.state())

    by_twin = go_on(twin)
    assert pickle.dumps(toolbox.state()) == pickle.dumps(snapshot.toolbox), "nothing is shared"
    assert go_on(toolbox) == by_twin
    assert go_on(twin) == by_twin
    if seed is not None:
        assert by_twin[2] != pickle.dumps(snapshot.toolbox)


def test_a_replaced_development_and_its_toolbox_travel():
    toolbox = start(graft("mge", "classification", objectives=("error",)))
    toolbox.register("develop", KINDS["classification"].constant)
    twin = unpack_toolbox(*pack_toolbox(toolbox))
    one, other = twin.population(n=2)
    constant = twin.evaluate(one)
    assert twin.evaluate(other) == constant
    twin.register("develop", graft("mge", "classification").develop)
    assert {twin.evaluate(one), twin.evaluate(other)} != {constant}


@pytest.mark.parametrize(("name", "kind"), POPULATIONS)
def test_a_users_operator_takes_part_where_the_toolbox_is_pickled(name, kind):
    def run(engine, *, replaced=True):
        toolbox = start(graft(name, kind), engine)
        if replaced:
            toolbox.register("mutate", unchanged)
        return outcome(evolve(toolbox))

    serial = run(None)
    same(run(pickling()), serial)
    assert run(None, replaced=False)[0] != serial[0]


def test_large_arrays_go_once_to_each_worker_and_the_toolbox_stays_one():
    sent: list[Any] = []
    data = np.zeros(20_000)
    toolbox = start(ones_toolbox(), pickling(sent))
    toolbox.register("evaluate", sum_with, data)
    toolbox.data = data
    evolve(toolbox, generations=6)
    epochs = [parcel for parcel in sent if isinstance(pickle.loads(parcel.rows)[0][0], tuple)]
    assert len(epochs) == 9, "three islands, three epochs"
    assert len({parcel.function for parcel in epochs}) == 1
    assert all(len(parcel.function) < 5000 and len(parcel.digests) == 1 for parcel in epochs)
    assert sum(bool(parcel.arrays) for parcel in sent) == 2, "with the initial population"
    twin = unpack_toolbox(*pack_toolbox(toolbox))
    assert twin.data is twin.evaluate.args[0] is data


@pytest.mark.parametrize("pickled", [False, True])
def test_who_fails_on_an_island_comes_back(pickled):
    toolbox = start(foreign(few_ones_only), pickling() if pickled else None)
    population = individuals(*[9] * 12)
    for individual in population:
        individual += [0] * 11
    with pytest.warns(UserWarning, match="too many ones and 1[0-9]; the individual gets the worst"):
        run = evolve(toolbox, population=population, generations=4)
    assert run.failures
    for failure in run.failures:
        assert 1 <= failure.generation <= 4
        assert sum(failure.individual) >= 10
        assert failure.individual.fitness.values == (-1e8,)
        assert "too many ones" in "".join(
            [str(failure.error), *getattr(failure.error, "__notes__", [])]
        )


def test_what_does_not_pickle_is_named(two_processes):
    toolbox = start(ones_toolbox())
    toolbox.register("mutate", lambda individual: (individual,))
    serial = evolve(toolbox)
    assert serial.generation == 5
    toolbox.register("map", two_processes)
    with pytest.raises(ValueError, match=r"toolbox must pickle .* got mutate=functools.partial"):
        evolve(toolbox)
