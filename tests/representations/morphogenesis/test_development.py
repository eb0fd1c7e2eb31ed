"""Growth: equality with what was recorded, and with the slow twin."""

import hashlib
import random
import signal
import subprocess
import sys
import textwrap
import time

import numpy as np
import pytest
from fixtures import fixture
from hypothesis import given, settings
from hypothesis import strategies as st
from twin_growth import grow_slowly

from evograft.representations.morphogenesis import Genome, Grid, Organism, develop, develop_many
from evograft.representations.morphogenesis._layout import Edges
from evograft.representations.morphogenesis.development import _first_of_shuffled
from evograft.representations.morphogenesis.tissue import Tissue


def recorded():
    items = fixture("morphonas", "development")["items"]
    return items, [Genome.from_dict(item["genome"]) for item in items]


def edges_of(organism):
    return [
        [source, target, weight]
        for (source, target), weight in zip(
            organism.edges.tolist(), organism.weights.tolist(), strict=True
        )
    ]


def draw(seed, size_x=9, size_y=7, **options):
    return Genome.random(
        np.random.default_rng(seed), size_x, size_y, **({"max_growth_steps": 120} | options)
    )


def test_recorded_genomes_grow_into_the_recorded_graphs_to_the_last_bit():
    items, genomes = recorded()
    for item, genome in zip(items, genomes, strict=True):
        organism = develop(genome)
        assert organism.neuron_ids.tolist() == item["graph"]["nodes"]
        assert organism.positions.tolist() == item["graph"]["pos"]
        assert edges_of(organism) == item["graph"]["edges"]
        assert organism.progenitors.tolist() == item["progenitors"]
        assert organism.n_cells == item["n_cells"]
        assert hashlib.sha256(organism.fields.tobytes()).hexdigest() == item["field_sha256"]
        ids = organism.neuron_ids.tolist()
        for cell, axon in item["axons"].items():
            assert organism.axons[ids.index(int(cell))].tolist() == axon


def test_fused_arithmetic_grows_the_recorded_counts():
    items, genomes = recorded()
    differ = 0
    for item, genome in zip(items, genomes, strict=True):
        organism = develop(genome, arithmetic="fused")
        counts = {"neurons": organism.n_neurons, "edges": len(organism.edges)}
        assert counts == {name: item["fma_mode"][name] for name in counts}
        differ += edges_of(organism) != item["graph"]["edges"]
    assert differ > 0


def test_published_pools_grow_as_published_with_fused_arithmetic():
    for item in fixture("morphonas", "published_pools")["items"]:
        organism = develop(Genome.from_dict(item["genome"]), arithmetic="fused")
        stats = item["published"]["network_stats"]
        assert (organism.n_neurons, len(organism.edges)) == (stats["neurons"], stats["connections"])


def test_many_grow_as_one_by_one_in_their_order_whatever_the_threads():
    genomes = [draw(seed, size_x=None, size_y=[3, 8]) for seed in range(70)]
    alone = [develop(genome) for genome in genomes]
    for threads in (1, 2, 3):
        for one, other in zip(alone, develop_many(iter(genomes), threads=threads), strict=True):
            assert one.to_dict() == other.to_dict()
            assert one.genome == other.genome
            np.testing.assert_array_equal(one.fields, other.fields)


def test_many_takes_genomes_only_as_they_are_needed():
    taken = []

    def genomes():
        for seed in range(1000):
            taken.append(seed)
            yield draw(seed)

    stream = develop_many(genomes(), threads=2)
    next(stream)
    assert len(taken) < 500
    stream.close()


@pytest.mark.parametrize("threads", [1, 2])
def test_a_wrong_genome_among_many_ends_the_stream_after_those_before_it(threads):
    wrong = draw(1, max_growth_steps=10**9)
    stream = develop_many([draw(1)] * 100 + [wrong] + [draw(1)] * 100, threads=threads)
    grown: list[Organism] = []
    with pytest.raises(ValueError, match="max_site_updates"):
        grown.extend(stream)
    assert len(grown) == 100
    with pytest.raises(ValueError, match="arithmetic"):
        develop_many([], arithmetic="x")


def test_a_genome_may_be_changed_once_it_has_been_taken():
    genome = draw(34)
    (organism,) = develop_many([genome])
    expected = develop(genome).fields
    genome.update(size_x=3, max_growth_steps=2)
    assert organism.genome == draw(34)
    np.testing.assert_array_equal(organism.fields, expected)
    assert organism.fields is organism.fields

    def one_in_many_states():
        for steps in (5, 50, 100):
            genome.max_growth_steps = steps
            yield genome

    grown = [organism.genome.max_growth_steps for organism in develop_many(one_in_many_states())]
    assert grown == [5, 50, 100]


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_what_grows_is_sound(seed):
    genome = draw(seed, size_x=None, num_morphogens=None)
    organism = develop(genome)
    ids = organism.neuron_ids
    cells = np.concatenate((ids, organism.progenitors[:, 0]))
    assert sorted(cells.tolist()) == list(range(1, len(cells) + 1))
    sites = np.concatenate((organism.positions, organism.progenitors[:, 1:]))
    assert len(np.unique(sites, axis=0)) == len(sites)
    assert np.isin(organism.edges, ids).all()
    assert len(np.unique(organism.edges, axis=0)) == len(organism.edges)
    assert (organism.weights >= 0.01).all()
    assert all(len(axon) <= genome.max_axon_length for axon in organism.axons)
    assert ((organism.fields >= 0) & np.isfinite(organism.fields)).all()


def test_growth_is_a_function_of_the_genome_alone():
    genome = draw(5)
    first = develop(genome).to_dict()
    develop(draw(6))
    assert develop(genome).to_dict() == first


def test_a_skipped_end_changes_nothing():
    """Where everything repeats, the steps left are not done; recording stops in between."""
    for seed in range(30):
        genome = draw(seed, max_growth_steps=300)
        whole, stopped = develop(genome), develop(genome, record=1)
        assert whole.to_dict() == stopped.to_dict()
        for one, other in zip(whole.axons, stopped.axons, strict=True):
            np.testing.assert_array_equal(one, other)
        np.testing.assert_array_equal(whole.fields, stopped.fields)


def test_recording_keeps_the_first_every_nth_and_the_last_state():
    genome = draw(3, max_growth_steps=25)
    history = develop(genome, record=10).history
    assert history is not None
    assert [stage.step for stage in history] == [0, 10, 20, 25]
    assert history[0].cells.sum() == 1
    assert history[0].cells[genome.size_x // 2, genome.size_y // 2] == 1
    np.testing.assert_array_equal(history[-1].fields, develop(genome).fields)
    for stage, steps in zip(history[1:], (10, 20, 25), strict=True):
        genome.max_growth_steps = steps
        np.testing.assert_array_equal(stage.fields, develop(genome).fields)


@settings(max_examples=50, deadline=None)
@given(seed=st.integers(0, 2**128), n=st.integers(1, 300), share=st.floats(0, 1))
def test_the_isolated_are_shuffled_as_by_sample(seed, n, share):
    values, count = [*range(5, 5 + n)], int(n * share)
    expected = random.Random(seed).sample(values, n)[:count]
    assert _first_of_shuffled(values, count, random.Random(seed)) == expected


def test_without_progenitor_secretion_nothing_happens():
    organism = develop(Genome(size_x=6, size_y=5, max_growth_steps=30))
    assert organism.n_neurons == 0
    assert organism.edges.shape == (0, 2)
    assert organism.positions.shape == (0, 2)
    assert organism.progenitors.tolist() == [[1, 3, 2]]
    assert not organism.fields.any()
    assert organism.to_networkx().number_of_nodes() == 0
    assert organism.axons == []


def test_no_axon_grows_with_a_length_of_one():
    grown = develop(draw(34))
    genome = draw(34)
    genome.max_axon_length = 1
    genome.self_connect_isolated_neurons_fraction = 0
    assert len(grown.edges) > 0
    assert len(develop(genome).edges) == 0


@pytest.mark.parametrize("size", [(1, 1), (1, 9), (9, 1), (2, 2), (2, 9)])
def test_narrow_tissues_grow_as_in_the_slow_twin(size):
    cells = 0
    for seed in range(8):
        genome = draw(seed, *size, max_growth_steps=40)
        genome.update(division_threshold=0.05, cell_differentiation_threshold=0.1)
        organism = develop(genome)
        assert_equals_the_twin(organism, grow_slowly(genome))
        cells = max(cells, organism.n_cells)
    assert cells == size[0] * size[1]


def test_fifty_morphogens_grow():
    assert develop(draw(1, num_morphogens=50)).fields.shape == (50, 9, 7)


def test_a_very_long_axon_is_bounded_by_the_sites():
    genome = draw(34)
    genome.max_axon_length = 2**31 - 1
    assert all(len(axon) <= 63 for axon in develop(genome).axons)


def test_too_much_growth_is_refused_and_the_limit_named():
    with pytest.raises(ValueError, match="max_site_updates"):
        develop(draw(1, max_growth_steps=10**9))
    with pytest.raises(ValueError, match="must be at most 268435456"):
        develop(draw(1, size_x=100_000, size_y=100_000, max_growth_steps=1))
    with pytest.raises(ValueError, match="record must be so large"):
        develop(draw(1, size_x=4096, size_y=4096, max_growth_steps=100), record=1)
    for limit in (0, -1, 2.5, float("nan"), "x"):
        with pytest.raises((TypeError, ValueError), match="max_site_updates must be an integer"):
            develop(draw(1), max_site_updates=limit)
    with pytest.raises(ValueError, match="max_site_updates"):
        list(develop_many([draw(1)], max_site_updates=100))
    assert develop(draw(1), max_site_updates=9 * 7 * 120).n_cells > 0


def test_wrong_arguments_are_named():
    with pytest.raises(ValueError, match="arithmetic must be one of 'plain', 'fused'"):
        develop(draw(1), arithmetic="fma")
    with pytest.raises(ValueError, match="record"):
        develop(draw(1), record=0)
    with pytest.raises(ValueError, match="threads"):
        develop_many([], threads=0)


@pytest.mark.parametrize(("threads", "kernel"), [(1, 3), (2, 3), (1, 51)])
def test_a_long_growth_can_be_interrupted(threads, kernel):
    script = """
        import numpy as np
        from evograft.representations.morphogenesis import Genome, develop_many
        genome = Genome.random(np.random.default_rng(1), 200, 200, max_growth_steps=250_000)
        genome.progenitor_secretion_rates = [0.01, 0, 0.3]
        small = Genome.random(np.random.default_rng(1), 5, 5, max_growth_steps=5)
        list(develop_many([small] * 9, threads=threads))  # kernels are loaded: it is growth that is
        print("growing", flush=True)  # interrupted below
        if kernel > 3:
            genome.diffusion_patterns = [np.full((kernel, kernel), 0.01)] * 3
        list(develop_many([genome] * 9, threads=threads))
    """
    script = f"threads, kernel = {threads}, {kernel}\n" + textwrap.dedent(script)
    with subprocess.Popen(
        [sys.executable, "-c", script],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "growing\n"
        time.sleep(0.3)
        process.send_signal(signal.SIGINT)
        try:
            _, errors = process.communicate(timeout=10)
        finally:
            process.kill()
    assert "KeyboardInterrupt" in errors


def test_the_tissue_provides_room_as_it_is_needed():
    """From room for almost nothing, growth ends the same."""
    genome = draw(33, size_x=20, size_y=20)
    tissue = Tissue(20, 20, 3)
    for group, names in (("_cells", ["site_of"]), ("_axons", ["length", "path"])):
        arrays = getattr(tissue, group)
        cut = {
            name: getattr(arrays, name)[tuple(slice(0, 3) for _ in getattr(arrays, name).shape)]
            for name in names
        }
        setattr(tissue, group, arrays._replace(**{n: a.copy() for n, a in cut.items()}))
    tissue._edges = Edges(*(array[:3].copy() for array in tissue._edges))
    tissue.sow([genome], use_fused=False)
    (harvest,) = tissue.grow_all()
    np.testing.assert_array_equal(tissue.fields(), develop(genome).fields)
    np.testing.assert_array_equal(harvest.grown.neuron_ids, develop(genome).neuron_ids)


def test_the_authors_examples_run_on_the_grid():
    genome = draw(34)
    grid = Grid(genome)
    with pytest.raises(RuntimeError, match="run_simulation"):
        grid.get_graph()
    grid.run_simulation(verbose=False)
    organism = develop(genome)
    graph = grid.get_graph()
    assert list(graph.nodes) == organism.neuron_ids.tolist()
    assert [[*edge] for edge in graph.edges.data("weight")] == edges_of(organism)
    assert grid.neuron_count() + grid.progenitor_count() == grid.cell_count() == organism.n_cells


def assert_equals_the_twin(organism, expected):
    np.testing.assert_array_equal(organism.neuron_ids, expected["neuron_ids"])
    np.testing.assert_array_equal(organism.edges, np.reshape(expected["edges"], (-1, 2)))
    np.testing.assert_array_equal(organism.weights, expected["weights"])
    np.testing.assert_array_equal(organism.fields, expected["fields"])
    np.testing.assert_array_equal(
        organism.progenitors, np.reshape(expected["progenitors"], (-1, 3))
    )
    for axon, other in zip(organism.axons, expected["axons"], strict=True):
        np.testing.assert_array_equal(axon, other)


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 2**32), data=st.data())
def test_growth_equals_that_of_the_slow_twin(seed, data):
    """Any sizes, numbers of morphogens and kernels, thresholds low enough that much happens."""
    sizes = [data.draw(st.integers(1, 9)) for _ in range(2)]
    genome = draw(seed, *sizes, num_morphogens=data.draw(st.integers(3, 6)), max_growth_steps=40)
    rng = np.random.default_rng(seed)
    if data.draw(st.booleans()):
        shapes = rng.integers(1, 7, size=(genome.num_morphogens, 2))
        kernels = [rng.uniform(0, 1, shape) for shape in shapes]
        genome.diffusion_patterns = [
            kernel / kernel.sum() if rng.random() < 0.7 else kernel for kernel in kernels
        ]
    genome.update(
        division_threshold=rng.uniform(0, 0.4),
        cell_differentiation_threshold=rng.uniform(0, 0.6),
        axon_growth_threshold=rng.uniform(0, 0.5),
        axon_connect_threshold=rng.uniform(0, 0.9),
        self_connect_isolated_neurons_fraction=rng.uniform(0, 1),
    )
    assert_equals_the_twin(develop(genome), grow_slowly(genome))


def test_a_growth_that_takes_long_tells_how_far_it_is():
    genome = draw(34, size_x=40, size_y=40, max_growth_steps=10_000)
    done: list[int] = []
    develop(genome, progress=done.append)
    assert len(done) >= 2
    assert done == sorted(done)
    assert done[-1] == 10_000
