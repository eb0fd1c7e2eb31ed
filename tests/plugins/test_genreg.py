"""GENREG: what its parameters are, and that a network learns by it."""

from dataclasses import asdict

import numpy as np
import pytest
from deap import base
from fixtures import fixture_path
from genreg_population import graft, problem, trust
from scipy import stats

from evograft import plugins, studies
from evograft.plugins.genreg import GENREG, GENREGParameters
from evograft.representations.dense_layout import DenseLayout
from evograft.representations.genreg_file import load_genreg


def test_the_defaults_are_the_published_configuration():
    published = GENREG.configure("published", {})
    assert published == GENREG.configure(None, {}) == GENREGParameters()
    assert {
        name: value
        for name, value in asdict(GENREGParameters()).items()
        if name not in ("threads", "cxpb", "mutpb")
    } == {
        "hidden": (64,),
        "activation": "tanh",
        "initial_weights": 0.5,
        "initial_biases": 0.1,
        "images_per_class": None,
        "augment": False,
        "max_shift": 0,
        "decision": "sampled",
        "reward": 10.0,
        "penalty": -1.5,
        "decay": 0.2,
        "decay_per": "generation",
        "population": 200,
        "generations": 600,
        "inheritance": 0.03,
        "cutoff": 0.2,
        "parents": 2,
        "crossover": "weights",
        "weighting": "raw",
        "rate": 0.07,
        "scale": 0.1,
        "patch": 1,
        "final_scale": None,
        "base_rate": 0.0,
    }
    assert len(graft("digits").evaluate.sample().labels) == 20 * 10


@pytest.mark.parametrize(
    ("preset", "changed"),
    [
        ("readme", {"parents": 1, "decision": "argmax"}),
        ("later-code", {"weighting": "shifted", "decay": 0.001, "decay_per": "image"}),
    ],
)
def test_a_reading_of_the_method_differs_from_the_default_in_what_it_says(preset, changed):
    assert asdict(GENREG.configure(preset, {})) == asdict(GENREGParameters()) | changed


def test_the_improved_preset_stays_with_trust():
    improved = GENREG.configure("improved", {})
    published = GENREGParameters()
    same = ("hidden", "activation", "population", "reward", "penalty", "decay", "cutoff", "scale")
    assert all(getattr(improved, name) == getattr(published, name) for name in same)
    assert (improved.decision, improved.crossover, improved.patch) == ("logarithmic", "neurons", 3)
    assert improved.initial_weights is None
    assert improved.final_scale is not None
    assert improved.final_scale < improved.scale


def test_initial_weights_lie_within_their_bounds_and_reach_them():
    layout = DenseLayout((64, 64, 10))
    for settings, bounds in (({}, (0.5, 0.5)), ({"initial_weights": None}, (1 / 8, 1 / 8))):
        layers = layout.layers(graft("digits", seed=1, **settings).individual().values)
        for (matrix, bias), bound in zip(layers, bounds, strict=True):
            assert 0.95 * bound < abs(matrix).max() <= np.float32(bound)
            assert stats.kstest(matrix.ravel() / bound, "uniform", (-1, 2)).pvalue > 0.001
            assert 0 < abs(bias).max() <= np.float32(0.1)


@pytest.mark.parametrize("settings", [{}, {"crossover": "neurons", "parents": 4, "patch": 3}])
def test_results_do_not_depend_on_the_threads(settings):
    def run(threads):
        toolbox = graft("digits", seed=18, threads=threads, **settings)
        run = studies.evolve(toolbox, population=30, generations=3, progress=False)
        return [(individual.values.tobytes(), trust(individual)) for individual in run.population]

    assert run(1) == run(2) == run(5)


@pytest.mark.parametrize(
    ("settings", "bound"), [({}, 0.35), ({"preset": "improved", "generations": 120}, 0.5)]
)
def test_digits_are_learned_far_above_chance(settings, bound):
    toolbox = graft("digits", seed=20, hidden=(16,), **settings)
    run = studies.evolve(toolbox, population=60, generations=120, progress=False)
    assert toolbox.problem.score(run.network) > bound  # chance is a tenth


def test_a_published_genome_as_an_individual_scores_its_published_count():
    network = load_genreg(fixture_path("genreg", "published_784-32-10_gen565.pkl"))
    try:
        mnist = problem("mnist")
    except ValueError as error:
        pytest.skip(f"MNIST is absent: {error}")
    toolbox = plugins.graft(base.Toolbox(), "genreg", mnist, hidden=(32,))
    individual = toolbox.individual()
    individual.values[:] = DenseLayout((784, 32, 10)).flatten(network)
    assert round(mnist.score(toolbox.develop(individual)) * 10_000) == 7252
    assert toolbox.develop(individual) == network
