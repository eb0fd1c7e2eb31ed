"""CMA-ES over genomes: what it holds, how it stays inside, when it begins anew."""

import random

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from toy_targets import SMALL, nearness, recorded, run_searcher

from evograft import studies
from evograft.studies.bench.leaderboard.covariance_search import HELD, reflected
from evograft.studies.bench.leaderboard.searchers import searcher


def test_cma_es_finds_what_random_search_does_not():
    drawn, found = (
        run_searcher(name, 600)[1]["improvements"][-1][2] for name in ("random", "cma-es")
    )
    assert found > drawn / 10


def test_cma_es_leaves_alone_what_it_holds():
    asked, _ = run_searcher("cma-es", 60)
    start = max(asked[:12], key=nearness)
    for genome in asked[12:]:
        assert [getattr(genome, name) for name in HELD] == [getattr(start, name) for name in HELD]
        assert not np.diagonal(genome.inhibition_matrix).any()
        assert not np.array_equal(genome.inhibition_matrix, start.inhibition_matrix)


def test_cma_es_begins_anew_where_it_has_converged():
    target, asked = recorded()
    random.seed(1)
    np.random.seed(1)  # noqa: NPY002
    # A generation that makes the step any smaller is the last before a new start.
    toolbox = searcher(
        "cma-es", evaluations=150, initial=12, sigma=0.05, tolerance=0.0499999, **SMALL
    )(target)
    run = studies.evolve(toolbox, evaluations=150, progress=False)
    sizes = [row["nevals"] for row in run.logbook]
    assert sizes.count(12) > 1
    assert set(sizes[:-1]) == {12, 15}
    assert len(asked) == 150


@given(arrays(float, 4, elements=st.floats(-10, 10)))
def test_reflection_folds_into_the_bounds_and_leaves_what_is_inside(values):
    folded = reflected(values)
    assert ((folded >= 0) & (folded <= 1)).all()
    np.testing.assert_allclose(reflected(-values), folded, atol=1e-12)
    np.testing.assert_allclose(reflected(2 - values), folded, atol=1e-12)
    np.testing.assert_allclose(reflected(folded), folded, atol=1e-12)
