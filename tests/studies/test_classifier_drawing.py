import itertools

import numpy as np
import pytest
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from numpy.testing import assert_allclose, assert_array_equal

from evograft.representations.dense_network import DenseNetwork
from evograft.studies._figure import figure_of
from evograft.studies.classifier_drawing import draw_confusion, draw_weights
from evograft.studies.embedding_drawing import draw_embedding

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def network_of(weights, biases):
    return DenseNetwork(weights, biases)


def random_network(*sizes):
    rng = np.random.default_rng(7)
    weights = [rng.normal(0, 0.2, (b, a)) for a, b in itertools.pairwise(sizes)]
    return network_of(weights, [rng.normal(0, 0.1, b) for b in sizes[1:]])


def texts(ax):
    return [text.get_text() for text in ax.texts]


def drawn(figure):
    """The renderer after a picture in the size in which it is saved."""
    figure.draw_without_rendering()
    return figure.canvas.get_renderer()


def assert_nothing_is_cut_off(figure):
    tight = figure.get_tightbbox(drawn(figure))
    assert tight.x0 >= 0
    assert tight.y0 >= 0
    assert tight.x1 <= figure.get_figwidth()
    assert tight.y1 <= figure.get_figheight()


def legend_of(ax):
    return ax.get_legend()


def size_of(text):
    return text.get_fontsize()


def shares_of(ax):
    return ax.images[0].get_array()


def rgb_of(image):
    return np.array(image.to_rgba(image.get_array()))[..., :3]


def test_counts_stand_in_their_cells_and_zeros_are_left_blank():
    ax = draw_confusion([[8, 0, 2], [0, 0, 0], [1, 3, 6]], ["a", "b", "c"])
    places = {text.get_position(): text.get_text() for text in ax.texts}
    assert places == {(0, 0): "8", (2, 0): "2", (0, 2): "1", (1, 2): "3", (2, 2): "6"}
    shares = shares_of(ax)
    assert_allclose(shares[[0, 2]], [[0.8, 0, 0.2], [0.1, 0.3, 0.6]])
    assert shares.mask[1].all()
    assert not shares.mask[[0, 2]].any()
    assert ax.get_title() == "accuracy 70.00 % (14 of 20)"
    assert [label.get_text() for label in ax.get_yticklabels()] == ["a", "b", "c"]


@pytest.mark.parametrize(("n", "largest"), [(2, 99999), (10, 1135), (26, 9999), (26, 80)])
def test_every_count_fits_into_its_cell(n, largest):
    matrix = np.full((n, n), largest)
    ax = draw_confusion(matrix, [f"name {i}" for i in range(n)])
    figure = figure_of(ax)
    assert_nothing_is_cut_off(figure)
    renderer = drawn(figure)
    cell = ax.get_window_extent(renderer).width / n
    assert len(ax.texts) == n * n
    assert max(text.get_window_extent(renderer).width for text in ax.texts) < cell
    names = [label.get_window_extent(renderer) for label in ax.get_xticklabels()]
    assert all(a.x1 <= b.x0 for a, b in itertools.pairwise(names))


def test_numbers_are_legible_on_their_cells():
    """The contrast of the Web Content Accessibility Guidelines, of text in both colours."""
    rows = [[share, 100 - share] for share in range(1, 100)]
    matrix = np.zeros((99, 99), int)
    matrix[:, :2] = rows
    figure = Figure(figsize=(80, 80))
    ax = draw_confusion(matrix, [str(i) for i in range(99)], figure.subplots())
    colours = rgb_of(ax.images[0])
    for text in ax.texts:
        column, row = map(int, text.get_position())
        levels = colours[row, column]
        linear = np.where(levels <= 0.04045, levels / 12.92, ((levels + 0.055) / 1.055) ** 2.4)
        darker, lighter = float(linear @ [0.2126, 0.7152, 0.0722]), 1.0
        if text.get_color() == "black":
            darker, lighter = 0.0, darker
        contrast = (lighter + 0.05) / (darker + 0.05)
        assert contrast > 4, (text.get_text(), contrast)


def test_counts_are_left_out_where_cells_are_too_small_and_smaller_in_small_ones():
    few, many = (draw_confusion(np.full((n, n), 1000), LETTERS[:n]).texts[0] for n in (10, 26))
    assert size_of(few) > size_of(many)
    assert not draw_confusion(np.full((150, 150), 10), ["x"] * 150).texts


def test_long_names_are_not_cut_off():
    names = ["a", "a class with a name that is long indeed", "c"]
    assert_nothing_is_cut_off(figure_of(draw_confusion(np.eye(3, dtype=int), names)))


@pytest.mark.parametrize(
    ("matrix", "names", "message"),
    [
        ([[1, 2]], "a", r"matrix must have shape \(n_classes, n_classes\), got \(1, 2\)"),
        ([[0.5, 0], [0, 1]], "ab", "matrix must hold counts"),
        ([[-1, 0], [0, 1]], "ab", "matrix must hold counts"),
        ([[0, 0], [0, 0]], "ab", "matrix must count at least one sample"),
        ([[1, 0], [0, 1]], "abc", "class_names must be 2, got 3"),
    ],
)
def test_what_is_no_confusion_matrix_is_refused(matrix, names, message):
    with pytest.raises(ValueError, match=message):
        draw_confusion(matrix, names)


def test_images_are_the_rows_of_the_weights_on_one_scale_about_zero():
    network = random_network(9, 5, 2)
    ax, bar = draw_weights(network).axes
    assert texts(ax) == ["h1", "h2", "h3", "h4", "h5"]
    for image, row in zip(ax.images, network.weights[0], strict=True):
        assert_array_equal(image.get_array(), row.reshape(3, 3))
        assert image.get_clim() == ax.images[0].get_clim()
        assert image.origin == "upper"
    low, high = ax.images[0].get_clim()
    assert low == -high
    assert high == pytest.approx(np.percentile(np.abs(network.weights[0]), 99))
    assert bar.get_ylabel() == "weight"
    middle = ax.images[0].cmap(ax.images[0].norm(0.0))
    assert min(middle[:3]) > 0.95


def test_images_do_not_overlap():
    figure = draw_weights(random_network(16, 32, 2))
    renderer = drawn(figure)
    assert_nothing_is_cut_off(figure)
    ax = figure.axes[0]
    boxes = [artist.get_window_extent(renderer) for artist in (*ax.images, *ax.texts)]
    for i, box in enumerate(boxes):
        for other in boxes[:i]:
            width = min(box.x1, other.x1) - max(box.x0, other.x0)
            height = min(box.y1, other.y1) - max(box.y0, other.y0)
            assert width < 1 or height < 1


def test_of_many_neurons_those_with_the_largest_outgoing_weights_are_drawn():
    first = np.ones((70, 4))
    outgoing = np.ones((2, 70))
    weak = [0, 10, 20, 30, 40, 69]
    outgoing[:, weak] = [[1.3], [0.0]]  # norm 1.3 and not 1.41, though the largest entry
    network = network_of([first, outgoing], [np.zeros(70), np.zeros(2)])
    figure = draw_weights(network)
    assert texts(figure.axes[0]) == [f"h{i + 1}" for i in range(70) if i not in weak]
    assert figure.axes[0].get_title() == "incoming weights of 64 of 70 hidden neurons"
    chosen = draw_weights(network, side=2, units=[69, 0])
    assert texts(chosen.axes[0]) == ["h70", "h1"]


def test_without_hidden_layers_there_is_one_image_per_output():
    figure = draw_weights(random_network(4, 3))
    assert texts(figure.axes[0]) == ["output1", "output2", "output3"]


def test_weights_that_are_all_zero_can_be_drawn():
    figure = draw_weights(network_of([np.zeros((1, 4))], [[0.0]]))
    assert figure.axes[0].images[0].get_clim() == (-1, 1)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({}, "inputs must be the pixels of a square, got 6"),
        ({"side": 2}, "inputs must be the pixels of a square of side 2, got 6"),
        ({"side": 0}, "side must be an integer of at least 1, got 0"),
    ],
)
def test_inputs_that_are_no_square_are_refused(options, message):
    with pytest.raises(ValueError, match=message):
        draw_weights(random_network(6, 2), **options)


@pytest.mark.parametrize(
    ("units", "message"),
    [([3], "units must be an integer from 0 to 2, got 3"), ([], "units must be at least one")],
)
def test_units_that_are_not_there_are_refused(units, message):
    with pytest.raises(ValueError, match=message):
        draw_weights(random_network(4, 3), units=units)


def looks(ax):
    """The colours and the paths of the markers, by the points they are drawn at."""
    found = {}
    for artist in ax.collections:
        shape = artist.get_paths()[0].vertices.tobytes()
        colours = (
            artist.get_facecolors() if len(artist.get_facecolors()) else artist.get_edgecolors()
        )
        for place, colour in zip(artist.get_offsets().tolist(), colours, strict=True):
            found[tuple(place)] = (to_hex(colour), shape)
    return found


@pytest.mark.parametrize("n", [2, 10, 26])
def test_classes_can_be_told_apart(n):
    labels = np.arange(3 * n) % n
    points = np.random.default_rng(0).normal(size=(3 * n, 2))
    ax = draw_embedding(points, labels, LETTERS[:n])
    found = looks(ax)
    by_class = [{found[tuple(points[i])] for i in np.flatnonzero(labels == k)} for k in range(n)]
    assert all(len(look) == 1 for look in by_class)
    assert len(set.union(*by_class)) == n
    assert [text.get_text() for text in legend_of(ax).get_texts()] == list(LETTERS[:n])


def test_the_legend_shows_the_colours_of_the_points():
    ax = draw_embedding([[0.0, 0.0], [1.0, 0.0], [2.0, 1.0]], [2, 0, 1], "abc")
    keys = [to_hex(handle.get_color()) for handle in legend_of(ax).legend_handles]
    found = looks(ax)
    assert [found[place][0] for place in [(1, 0), (2, 1), (0, 0)]] == keys


def test_the_embedding_has_equal_axes_no_ticks_and_a_legend_outside():
    points = np.random.default_rng(0).normal(size=(50, 2)) * [30, 1]
    ax = draw_embedding(points, np.arange(50) % 26, LETTERS)
    figure = figure_of(ax)
    assert_nothing_is_cut_off(figure)
    frame = ax.get_window_extent(drawn(figure))
    assert legend_of(ax).get_window_extent().x0 >= frame.x1
    assert not ax.get_xticks().size
    assert not ax.get_yticks().size
    assert all(artist.get_rasterized() for artist in ax.collections)
    scale = ax.transData.transform([[0, 0], [1, 1]])
    assert np.diff(scale[:, 0]) == pytest.approx(np.diff(scale[:, 1]), rel=1e-3)
    assert all(ax.viewLim.contains(x, y) for x, y in points)


@pytest.mark.parametrize(
    ("points", "labels", "message"),
    [
        ([[0.0, 0.0, 0.0]], [0], r"points must have shape \(n_samples, 2\), got \(1, 3\)"),
        (np.zeros((0, 2)), [], r"points must have shape"),
        ([[0.0, np.inf]], [0], "points must be finite"),
        ([[0.0, 0.0]], [0, 1], r"labels must have shape \(1,\), got \(2,\)"),
        ([[0.0, 0.0]], [2], "labels must be from 0 to 1, got 2 to 2"),
        ([[0.0, 0.0]], ["a"], "labels must be integers"),
    ],
)
def test_points_and_labels_that_do_not_fit_are_refused(points, labels, message):
    with pytest.raises(ValueError, match=message):
        draw_embedding(points, labels, ["a", "b"])
