import io
from types import SimpleNamespace

import numpy as np
import pytest
from matplotlib.colors import to_hex

from evograft.representations.morphogenesis import Genome, develop
from evograft.studies._torus import axon_lines, shortest
from evograft.studies.grown_network_drawing import FED, UNFED, draw_grown_network
from evograft.studies.tissue_drawing import draw_organism


def organism(neurons, edges=(), *, size=(6, 6), axons=None, progenitors=(), k=3, weights=None):
    """A stand-in with neurons 1, 2, ... at the given sites."""
    sites = np.array(neurons, dtype=np.int64).reshape(-1, 2)
    return SimpleNamespace(
        genome=Genome(size_x=size[0], size_y=size[1], max_growth_steps=7),
        neuron_ids=np.arange(1, len(sites) + 1),
        positions=sites,
        edges=np.array(edges, dtype=np.int64).reshape(-1, 2),
        weights=np.linspace(0.1, 0.2, len(edges)) if weights is None else np.array(weights),
        fields=np.random.default_rng(1).random((k, *size)),
        progenitors=np.array(progenitors, dtype=np.int64).reshape(-1, 3),
        axons=[np.array(a) for a in axons] if axons else [site[None] for site in sites],
    )


def collection(ax, gid):
    (found,) = [artist for artist in ax.collections if artist.get_gid() == gid]
    return found


def centres(patches):
    return np.array([path.get_extents().get_points().mean(axis=0) for path in patches.get_paths()])


def tissue_of(figure):
    return figure.subfigs[0].axes[0]


def test_cells_are_drawn_at_their_sites_x_to_the_right():
    grown = organism([(1, 4), (3, 0)], progenitors=[(3, 5, 2)], axons=[[(1, 4), (2, 5)], [(3, 0)]])
    ax = tissue_of(draw_organism(grown))
    np.testing.assert_allclose(centres(collection(ax, "neurons")), [(1, 4), (3, 0)])
    np.testing.assert_allclose(centres(collection(ax, "progenitors")), [(5, 2)])
    np.testing.assert_allclose(centres(collection(ax, "tips")), [(2, 5)])
    (line,) = collection(ax, "axons").get_segments()
    np.testing.assert_array_equal(line, [(1, 4), (2, 5)])
    (image,) = ax.images
    np.testing.assert_array_equal(image.get_array(), grown.fields[2].T)
    assert ax.get_xlim() == ax.get_ylim() == (-0.5, 5.5)


def test_the_title_counts_and_every_morphogen_has_a_panel_with_its_role():
    figure = draw_organism(organism([(1, 1)], progenitors=[(2, 0, 0), (3, 0, 1)], k=8))
    assert (
        figure.get_suptitle() == "1 neuron · 2 progenitors · 0 connections · 7 steps on 6x6 sites"
    )
    titles = [ax.get_title() for ax in figure.subfigs[1].axes if ax.get_title()]
    assert titles == [
        *("0: division", "1: differentiation", "2: axons", "3: connections", "4: weights"),
        *("5: inhibition only", "6: inhibition only", "7: inhibition only"),
    ]


@pytest.mark.parametrize(
    ("k", "last"), [(3, "2: axons, connections, weights"), (4, "3: connections, weights")]
)
def test_few_morphogens_share_the_roles(k, last):
    figure = draw_organism(organism([(1, 1)], k=k))
    assert [ax.get_title() for ax in figure.subfigs[1].axes if ax.get_title()][-1] == last


def test_an_axon_over_the_border_never_crosses_the_picture():
    rng = np.random.default_rng(5)
    for _ in range(50):
        torus = tuple(rng.integers(3, 9, size=2))
        steps = rng.integers(-1, 2, size=(12, 2))
        axon = (rng.integers(0, torus) + np.cumsum(steps, axis=0)) % torus
        lines = axon_lines([axon], torus)
        drawn = np.vstack([np.diff(line, axis=0) for line in lines])
        assert np.abs(drawn).max(initial=0) <= 1
        # Every site is passed, and the lines of one border step are each other's image.
        points = np.vstack(lines)
        assert {tuple(site) for site in axon} <= {tuple(point) for point in points}
        assert {tuple(p) for p in points % torus} == {tuple(site) for site in axon}


def test_the_shortest_way_is_shortest_of_all():
    torus = (5, 8)
    images = [np.array([5 * i, 8 * j]) for i in (-1, 0, 1) for j in (-1, 0, 1)]
    for difference in np.ndindex(5, 8):
        way = shortest(np.array(difference, dtype=float), torus)
        assert np.hypot(*way) == min(np.hypot(*(difference + image)) for image in images)
        np.testing.assert_array_equal(way % torus, difference)


def test_an_edge_goes_from_its_source_to_its_target_and_two_ways_apart():
    grown = organism([(2, 2), (4, 2)], edges=[(1, 2), (2, 1)], weights=[0.3, 0.2])
    ax = draw_grown_network(grown)
    light, heavy = collection(ax, "edges").get_segments()  # heavy ones last
    assert heavy[0, 0] < heavy[-1, 0]
    assert light[0, 0] > light[-1, 0]
    assert heavy[12, 1] > 2 > light[12, 1]  # each to the left of its way
    tips = [head.vertices[0] for head in collection(ax, "heads").get_paths()]
    np.testing.assert_allclose(tips, [light[-1], heavy[-1]])


def test_an_edge_that_is_shorter_over_the_border_leaves_and_comes_in():
    ax = draw_grown_network(organism([(0, 3), (5, 3)], edges=[(1, 2)]))
    ways = sorted((line[0, 0], line[-1, 0]) for line in collection(ax, "edges").get_segments())
    np.testing.assert_allclose(ways, [(-0.3, -0.7), (5.7, 5.3)], atol=0.05)
    assert ax.get_xlim() == (-0.5, 5.5)


def test_only_the_part_with_neurons_is_shown_where_no_edge_crosses_the_border():
    ax = draw_grown_network(organism([(2, 2), (3, 3)], edges=[(1, 2)], size=(20, 20)))
    assert (ax.get_xlim(), ax.get_ylim()) == ((1, 4), (1, 4))


def test_neurons_without_input_are_hollow_and_counted():
    grown = organism([(1, 1), (2, 1), (4, 4)], edges=[(1, 2), (3, 3)])
    ax = draw_grown_network(grown)
    faces = [to_hex(c).upper() for c in collection(ax, "neurons").get_facecolors()]
    assert faces == [UNFED, FED, FED]
    legend = ax.get_legend()
    assert legend is not None
    words = [text.get_text() for text in legend.get_texts()]
    assert words == ["neuron with incoming connections: 2", "without: 1"]
    assert [text.get_text() for text in ax.texts] == ["1", "2", "3"]


def test_a_loop_stays_within_the_site():
    (loop,) = collection(
        draw_grown_network(organism([(3, 2)], edges=[(1, 1)])), "edges"
    ).get_segments()
    assert np.abs(loop - (3, 2)).max() < 0.5


def test_one_outlier_among_many_weights_does_not_pale_the_others():
    sites = list(np.ndindex(10, 10))
    edges = [(i, i + 1) for i in range(1, 100)]
    weights = [*np.linspace(0.12, 0.13, 98), 1.0]
    ax = draw_grown_network(organism(sites, edges, size=(10, 10), weights=weights))
    assert collection(ax, "edges").norm.vmax < 0.14
    assert not ax.texts  # too many for ids


@pytest.mark.parametrize(
    "grown",
    [
        organism([]),
        organism([], size=(1, 1)),
        organism([(0, 0)], edges=[(1, 1)], size=(1, 1)),
        organism([(0, 0), (0, 7)], edges=[(1, 2), (2, 1)], size=(1, 8)),
    ],
    ids=["no neuron", "one site", "one neuron", "one column"],
)
def test_odd_organisms_can_be_drawn(grown):
    file = io.BytesIO()
    draw_organism(grown).savefig(file, format="png", dpi=40)
    assert file.getvalue().startswith(b"\x89PNG")


def test_no_neuron_is_said():
    ax = draw_grown_network(organism([]))
    assert [text.get_text() for text in ax.texts] == ["no neuron has grown"]


def test_a_developed_organism_is_drawn_without_overlaps():
    rng = np.random.default_rng(34)
    grown = develop(Genome.random(rng, size_x=10, size_y=10, max_growth_steps=100))
    figure = draw_organism(grown)
    figure.canvas.draw()
    ax = tissue_of(figure)
    assert len(collection(ax, "neurons").get_paths()) == grown.n_neurons > 0
    window = figure.bbox
    boxes = [box for part in figure.subfigs for ax in part.axes if (box := ax.get_tightbbox())]
    assert len(boxes) >= 5
    for box in boxes:
        assert window.x0 <= box.x0 < box.x1 <= window.x1
        assert window.y0 <= box.y0 < box.y1 <= window.y1
    for i, one in enumerate(boxes):
        assert not any(one.overlaps(other) for other in boxes[:i])
