"""Every plug-in ends where a serial run ends, on every engine."""

import pickle
import random

import numpy as np
import pytest
from contract_kinds import ELSEWHERE as PAIRS
from contract_kinds import KINDS, genes
from deap import algorithms, base

from evograft import plugins
from evograft.studies import engines


@pytest.fixture(scope="module")
def threaded():
    with engines.threads(2) as engine:
        yield engine


def run(case, engine):
    """Two generations, and everything that they leave behind."""
    name, kind = case
    random.seed(31)
    np.random.seed(31)  # noqa: NPY002
    toolbox = plugins.graft(base.Toolbox(), name, KINDS[kind].load(), population=8)
    toolbox.register("map", engine)
    if hasattr(toolbox, "generate"):
        population, _ = algorithms.eaGenerateUpdate(toolbox, ngen=2, verbose=False)
    else:
        population, _ = algorithms.eaSimple(
            toolbox.population(n=8), toolbox, cxpb=0.5, mutpb=0.4, ngen=2, verbose=False
        )
    return (
        [pickle.dumps(genes(individual)) for individual in population],
        [individual.fitness.values for individual in population],
        random.getstate(),
        pickle.dumps(np.random.get_state()),  # noqa: NPY002
    )


@pytest.fixture(scope="module", params=PAIRS, ids="-".join)
def case(request):
    return request.param


@pytest.fixture(scope="module")
def expected(case):
    with engines.serial() as serial:
        return run(case, serial)


@pytest.mark.parametrize("engine", ["threaded", "spawned", "clustered"])
def test_an_engine_ends_where_a_serial_run_ends(case, expected, engine, request):
    assert run(case, request.getfixturevalue(engine)) == expected


def test_the_plug_ins_own_map_is_the_serial_engine(case, expected):
    own = plugins.graft(base.Toolbox(), case[0], KINDS[case[1]].load()).map
    assert run(case, own) == expected


def test_runs_that_must_differ_do(case, expected):
    """Else nothing above could fail."""

    def wrong(function, *iterables):
        with engines.serial() as serial:
            return serial(function, *iterables)[::-1]

    assert run(case, wrong) != expected
