import numpy as np
import pytest

from evograft.representations.network import Network
from evograft.studies.network_drawing import SIGN_COLOURS, draw_network
from evograft.studies.network_layout import MODULE_COLOURS
from evograft.studies.pictures import save_pictures
from evograft.studies.progress_plot import plot_progress

LOG = [
    {"gen": 0, "best": 0.9, "mean": 1e8, "train_accuracy": 0.5, "neurons": 3},
    {"gen": 1, "best": 0.5, "mean": 0.8, "train_accuracy": 0.7, "neurons": 4},
    {"gen": 2, "best": 0.4, "mean": 0.6, "train_accuracy": 0.8, "neurons": 4},
]


def small_network(weights=(1.0, -2.0, 3.0)):
    """Three hidden neurons: one for each output, and one for both."""
    return Network(
        n_inputs=3,
        n_outputs=2,
        function=[1, 1, 1],
        bias=[0.0, 0.0, 0.0],
        indptr=[0, 1, 2, 3],
        sources=[0, 1, 1],
        weights=weights,
        out_sources=[3, 4, 5, 5],
        out_targets=[0, 1, 0, 1],
        out_weights=[1.0, 1.0, 1.0, 1.0],
    )


def collection(ax, gid):
    (found,) = [artist for artist in ax.collections if artist.get_gid() == gid]
    return found


def hexes(colours):
    from matplotlib.colors import to_hex

    return [to_hex(colour).upper() for colour in colours]


def texts(ax):
    return {text.get_text() for text in ax.texts}


def test_a_neuron_has_the_colour_of_its_module_and_several_outputs_none():
    ax = draw_network(small_network())
    colours = hexes(collection(ax, "hidden").get_facecolors())
    expected = [MODULE_COLOURS[0].upper(), MODULE_COLOURS[1].upper(), "#FFFFFF"]
    assert sorted(colours) == sorted(expected)


def test_an_edge_has_the_colour_of_its_sign_and_the_width_of_its_weight():
    edges = collection(draw_network(small_network((1.0, -2.0, 3.0))), "edges")
    assert len(edges.get_segments()) == 7
    drawn = list(zip(hexes(edges.get_colors()), edges.get_linewidths(), strict=True))
    negative = [width for colour, width in drawn if colour == SIGN_COLOURS[-1]]
    positive = [width for colour, width in drawn if colour == SIGN_COLOURS[1]]
    assert len(negative) == 1
    assert max(positive) > negative[0] > min(positive)


def test_names_are_written_and_unused_inputs_left_out():
    network = small_network()
    ax = draw_network(network, feature_names=["a", "b", "c"], class_names=["no", "yes"])
    assert {"a", "b", "no", "yes", "2 of 3 inputs"} <= texts(ax)
    assert "c" not in texts(ax)
    assert ax.get_title() == "3 neurons · 7 connections · 34 operations"
    with pytest.raises(ValueError, match="feature_names must be 3, got 1"):
        draw_network(network, feature_names=["a"])


def test_one_output_is_named_as_the_probability_of_the_second_class():
    one = Network(2, 1, [1], [0.0], [0, 1], [0], [1.0], [2], [0], [1.0])
    assert "P(malignant)" in texts(draw_network(one, class_names=["benign", "malignant"]))


def test_a_network_without_neurons_can_be_drawn():
    empty = Network(2, 2, [], [], [0], [], [], [], [], [])
    assert draw_network(empty).get_title() == "0 neurons · 0 connections · 8 operations"


def test_a_large_network_drops_input_names_that_would_not_be_legible():
    n = 180
    network = Network(
        n_inputs=n,
        n_outputs=10,
        function=[1] * 60,
        bias=[0.0] * 60,
        indptr=range(0, n + 1, 3),
        sources=range(n),
        weights=[1.0] * n,
        out_sources=range(n, n + 60),
        out_targets=[i % 10 for i in range(60)],
        out_weights=[1.0] * 60,
    )
    names = [f"pixel{i}" for i in range(n)]
    ax = draw_network(network, feature_names=names)
    assert len(collection(ax, "hidden").get_offsets()) == 60
    assert not set(names) & texts(ax)


def test_a_network_can_be_drawn_into_the_users_axes():
    from matplotlib.figure import Figure

    axes = Figure().subplots()
    assert draw_network(small_network(), ax=axes) is axes


def test_progress_has_a_panel_for_what_the_log_holds():
    assert [ax.get_ylabel() for ax in plot_progress(LOG)] == ["fitness", "accuracy", "size"]
    rows = [{"gen": row["gen"], "best": row["best"]} for row in LOG]
    (ax,) = plot_progress(rows)
    assert [line.get_label() for line in ax.lines] == ["best"]
    assert ax.lines[0].get_ydata() == pytest.approx([0.9, 0.5, 0.4])
    assert len(plot_progress(LOG[:1])) == 3
    with pytest.raises(ValueError, match="log must hold numbers in a known column"):
        plot_progress([{"gen": 1}])


def test_a_penalty_in_the_mean_does_not_squash_the_picture():
    low, high = plot_progress(LOG)[0].get_ylim()
    assert high < 100
    assert low < 0.4


def test_pictures_are_written_whole_and_no_figure_stays_open(tmp_path):
    import matplotlib.pyplot as plt

    paths = save_pictures(tmp_path, LOG, small_network(), ["a", "b", "c"], ["no", "yes"])
    assert {path.name for path in paths} == {path.name for path in tmp_path.iterdir()}
    assert all(path.read_bytes().startswith(b"\x89PNG") for path in paths)
    assert plt.get_fignums() == []


def test_a_name_with_a_dollar_is_no_formula(tmp_path):
    network = small_network()
    assert save_pictures(tmp_path, LOG, network, ["$a", "b$", "$x^$"], ["no", "yes"])
    assert np.all([path.stat().st_size > 1000 for path in tmp_path.iterdir()])


def test_narrow_axes_keep_the_inputs_left_of_the_outputs():
    from matplotlib.figure import Figure

    axes = Figure(figsize=(8, 4)).subplots(2, 4)[0, 0]
    names = ["a name as long as any can be", "another long name of it all", "c"]
    ax = draw_network(small_network(), feature_names=names, class_names=names[:2], ax=axes)
    left, right = (collection(ax, gid).get_offsets()[:, 0] for gid in ("inputs", "outputs"))
    assert max(left) < min(right)


def test_a_perfect_best_beside_a_penalised_mean_has_limits():
    rows = [{"gen": i, "best": 0.0, "mean": 1e8 if i == 0 else 0.0} for i in range(5)]
    low, high = plot_progress(rows)[0].get_ylim()
    assert low < high


def test_a_failing_write_leaves_the_old_picture(tmp_path, monkeypatch):
    from matplotlib.figure import Figure

    (tmp_path / "progress.png").write_bytes(b"old")

    def fail(self, file, **_):
        file.write(b"half of a new one")
        raise OSError("disk full")

    monkeypatch.setattr(Figure, "savefig", fail)
    with pytest.raises(OSError, match="disk full"):
        save_pictures(tmp_path, LOG, small_network())
    assert [path.name for path in tmp_path.iterdir()] == ["progress.png"]
    assert (tmp_path / "progress.png").read_bytes() == b"old"
