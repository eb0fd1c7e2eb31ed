import numpy as np
import pytest

from evograft.representations.morphogenesis import Genome, develop
from evograft.studies.bench.view.growth_events import DIRECTIONS, growth_events, played_growth


def random_genome(seed, **settings):
    return Genome.random(np.random.default_rng(seed), **({"max_growth_steps": 60} | settings))


def replayed(events, step):
    """Cells, neurons and axons after *step*, from the events alone."""
    torus, cells = events["size"], events["cells"]
    ids, neurons, axons = np.zeros(torus, int), np.zeros(torus, bool), []
    stories = iter(events["axons"])
    for cell, (x, y, born, since) in enumerate(zip(*cells.values(), strict=True), start=1):
        if born <= step:
            ids[x, y] = cell
        story = next(stories) if since >= 0 else ""
        if 0 <= since <= step:
            neurons[x, y] = True
            sites = [[x, y]]
            for letter in story[: step - since + 1]:
                if letter == "-":
                    del sites[1:]
                elif letter != ".":
                    way = DIRECTIONS["abcdefgh".index(letter)]
                    sites.append([(sites[-1][i] + way[i]) % torus[i] for i in range(2)])
            axons.append(sites)
    return ids, neurons, axons


@pytest.mark.parametrize(
    "genome",
    [
        random_genome(34, size_x=10, size_y=10),
        random_genome(57, size_x=10, size_y=14, num_morphogens=5),
        random_genome(5, size_x=20, size_y=20),
        random_genome(89, size_x=20, size_y=20),
        random_genome(34, size_x=2, size_y=3),  # where directions lead to the same site
        random_genome(34, size_x=1, size_y=1),
        random_genome(1, size_x=4, size_y=4, max_growth_steps=1),
    ],
    ids=repr,
)
def test_playing_the_events_gives_every_recorded_state(genome):
    organism = develop(genome, record=1)
    events = growth_events(organism)
    assert events["steps"] == genome.max_growth_steps
    for stage in organism.history or ():
        cells, neurons, axons = replayed(events, stage.step)
        np.testing.assert_array_equal(cells, stage.cells)
        np.testing.assert_array_equal(neurons, stage.neurons)
        assert axons == [axon.tolist() for axon in stage.axons]


def test_the_growths_of_the_test_above_are_not_empty():
    organism = develop(random_genome(89, size_x=20, size_y=20))
    assert organism.n_neurons > 100
    assert len(organism.edges) > 100


def test_connections_are_those_that_a_growth_of_so_many_steps_has():
    genome = random_genome(89, size_x=20, size_y=20)
    genome.self_connect_isolated_neurons_fraction = 0.0
    edges = played_growth(genome.to_dict())["edges"]
    pairs = np.column_stack((edges["source"], edges["target"]))
    made = np.array(edges["made"])
    assert made.min() > 1
    for step in (1, int(np.median(made)), int(made.max()) - 1, genome.max_growth_steps):
        shorter = genome.snapshot()
        shorter.max_growth_steps = step
        np.testing.assert_array_equal(pairs[made <= step], develop(shorter).edges)


def test_loops_of_neurons_without_input_are_made_last():
    genome = random_genome(89, size_x=20, size_y=20)
    genome.self_connect_isolated_neurons_fraction = 1.0
    edges = played_growth(genome.to_dict())["edges"]
    loops = np.array(edges["source"]) == edges["target"]
    assert loops.any()
    assert set(np.array(edges["made"])[loops]) == {genome.max_growth_steps}


def test_weights_are_those_of_the_organism():
    genome = random_genome(89, size_x=20, size_y=20)
    assert played_growth(genome.to_dict())["edges"]["weight"] == develop(genome).weights.tolist()


@pytest.mark.parametrize("record", [None, 2])
def test_every_step_must_have_been_recorded(record):
    organism = develop(random_genome(34, size_x=5, size_y=5), record=record)
    with pytest.raises(ValueError, match=r"organism must be grown with every step recorded"):
        growth_events(organism)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"size_x": 200, "size_y": 200}, "numbers, got 80160000 with 0 neurons"),
        ({"max_axon_length": 1000}, r"numbers, got \d+ with \d\d\d neurons"),
        ({"size_x": 1, "size_y": 1, "max_growth_steps": 5001}, "at most 5000, got 5001"),
    ],
    ids=["fields", "axons", "steps"],
)
def test_a_growth_too_large_to_be_played_is_refused_before_it_is_recorded(
    settings, said, monkeypatch
):
    def unrecorded(genome, record=None):
        assert record is None
        return develop(genome)

    monkeypatch.setattr("evograft.representations.morphogenesis.develop", unrecorded)
    fields = random_genome(89, size_x=20, size_y=20, max_growth_steps=500).to_dict()
    with pytest.raises(ValueError, match=f"a growth that is played must .*{said}.*evograft grow"):
        played_growth(fields | settings)
