import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from numpy.testing import assert_allclose, assert_array_equal
from study_results import curves_of, results_of

from evograft.studies._figure import figure_of
from evograft.studies.reports.boxes import draw_all_boxes, draw_boxes
from evograft.studies.reports.convergence import draw_convergence, step_values
from evograft.studies.statistics.measure import Measure

ACCURACY = Measure("test_accuracy", larger_is_better=True)
LONG = "mutation=neuron_parameters crossover=module_swap rate 0.5 selection=lexicase"


def made_up(n_arms, n_problems, n_runs=6, arm="arm {}"):
    rng = np.random.default_rng(0)
    return results_of(
        {
            f"problem {i}": {arm.format(j): rng.random(n_runs) + j for j in range(n_arms)}
            for i in range(n_problems)
        }
    )


def artists(ax, gid):
    return [line for line in [*ax.lines, *ax.collections] if line.get_gid() == gid]


def legend_of(ax):
    return ax.get_legend()


def labels(ax):
    return [label.get_text() for label in ax.get_yticklabels()]


def test_every_run_is_a_point_in_the_row_of_its_arm():
    arms = {"a": [0.1, 0.5, 0.2], "b": [0.9], "c": []}
    results = results_of({"p": arms, "q": {"a": [7.0], "b": [8.0], "c": [9.0]}})
    ax = draw_boxes(results, ACCURACY, problem="p")
    first, second = artists(ax, "runs")
    assert first.get_xdata().tolist() == arms["a"]
    assert np.abs(first.get_ydata()).max() < 0.3
    assert len(set(first.get_ydata())) == 3
    assert (second.get_xdata().tolist(), second.get_ydata().tolist()) == ([0.9], [1])
    assert labels(ax) == ["a (n = 3)", "b (n = 1)", "c (n = 0)"]
    # The first arm is the highest, and all rows are in sight.
    assert ax.get_ylim() == (2.5, -0.5)
    assert ax.get_title() == "p"
    assert ax.get_xlabel() == "test_accuracy (larger is better)"


def test_a_box_spans_the_quartiles_around_the_median():
    values = [1.0, 2.0, 4.0, 8.0, 16.0]
    ax = draw_boxes(results_of({"p": {"a": values}}), ACCURACY, problem="p")
    (box,) = ax.patches
    assert box.get_path().get_extents().intervalx.tolist() == [2, 8]
    assert any(line.get_xdata() == pytest.approx([4, 4]) for line in ax.lines)


def test_failed_runs_and_those_without_a_number_are_not_drawn():
    results = results_of({"p": {"a": [0.1, 0.2, np.nan, np.inf]}})
    results.loc[0, "status"] = "failed"
    ax = draw_boxes(results, ACCURACY, problem="p")
    assert labels(ax) == ["a (n = 1)"]
    assert artists(ax, "runs")[0].get_xdata().tolist() == [0.2]


def test_the_panels_are_the_problems_that_have_the_measure():
    results = made_up(3, 5)
    results.loc[results["problem"] == "problem 1", "test_accuracy"] = np.nan
    results.loc[(results["problem"] == "problem 2") & (results["arm"] == "arm 1"), "status"] = (
        "failed"
    )
    axes = draw_all_boxes(results, ACCURACY).axes
    assert [ax.get_title() for ax in axes] == [f"problem {i}" for i in (0, 2, 3, 4)]
    assert labels(axes[0]) == [f"arm {i} (n = 6)" for i in range(3)]
    # Names are on the left of a row, numbers of runs at every panel.
    assert labels(axes[1]) == ["n = 6", "n = 0", "n = 6"]
    assert labels(axes[3]) == labels(axes[0])
    assert [bool(ax.get_xlabel()) for ax in axes] == [False, True, True, True]


def ticks_in_sight(axis):
    """The labels of the ticks that are drawn: there are others beyond the ends."""
    low, high = sorted(axis.get_view_interval())
    return [tick.label1 for tick in axis.get_major_ticks() if low <= tick.get_loc() <= high]


def assert_words_are_whole_and_apart(figure):
    figure.draw_without_rendering()
    boxes = []
    for ax in figure.axes:
        words = [*ticks_in_sight(ax.xaxis), *ticks_in_sight(ax.yaxis), ax.title]
        words += [ax.xaxis.label, ax.yaxis.label]
        words += [] if ax.get_legend() is None else [ax.get_legend()]
        drawn = [word for word in words if not hasattr(word, "get_text") or word.get_text()]
        boxes += [word.get_window_extent() for word in drawn]
    for box in boxes:
        assert figure.bbox.x0 <= box.x0 < box.x1 <= figure.bbox.x1
        assert figure.bbox.y0 <= box.y0 < box.y1 <= figure.bbox.y1
    for box, other in itertools.combinations(boxes, 2):
        assert not box.overlaps(other)


@pytest.mark.parametrize(
    ("n_arms", "n_problems", "arm"),
    [(1, 1, "{}"), (2, 1, "arm {}"), (5, 10, "arm {}"), (12, 4, LONG + " {}"), (2, 2, "x{0}" * 60)],
)
def test_names_in_box_plots_neither_overlap_nor_are_cut_off(n_arms, n_problems, arm):
    figure = draw_all_boxes(made_up(n_arms, n_problems, arm=arm), ACCURACY)
    assert_words_are_whole_and_apart(figure)
    for ax in figure.axes:
        assert ax.get_window_extent().width > 150


def test_names_with_dollars_are_no_formulas():
    results = results_of({"$p^": {"$a^$": [0.1, 0.2]}}, "$m^$")
    ax = draw_boxes(results, Measure("$m^$", larger_is_better=False), problem="$p^")
    curves = curves_of({"$p^": {"$a^$": [[1, 2]]}})
    for axes in (ax, draw_convergence(curves, "$p^")):
        figure_of(axes).draw_without_rendering()
        assert axes.get_title() == "$p^"


def test_the_line_is_the_median_and_the_band_the_quartiles():
    rng = np.random.default_rng(1)
    runs = rng.random((7, 12))
    for by, x in (("gen", np.arange(12)), ("evaluations", 10 * np.arange(1, 13))):
        ax = draw_convergence(curves_of({"p": {"a": runs.tolist()}}), "p", by)
        (line,) = artists(ax, "median")
        assert_array_equal(line.get_xdata(), x)
        assert_allclose(line.get_ydata(), np.median(runs, axis=0))
        assert line.get_drawstyle() == "steps-post"
        (band,) = artists(ax, "quartiles")
        low, high = np.quantile(runs, [0.25, 0.75], axis=0)
        y = band.get_paths()[0].vertices[:, 1]
        assert_allclose(sorted(set(y.round(12))), sorted({*low.round(12), *high.round(12)}))


def test_a_run_that_has_ended_holds_its_last_value_and_a_dot_marks_the_last_end():
    arms = {"short": [[5, 1], [5, 4, 3]], "long": [[9, 8, 7, 6, 5]]}
    ax = draw_convergence(curves_of({"p": arms}), "p", "gen")
    short, long = artists(ax, "median")
    assert (short.get_xdata().tolist(), short.get_ydata().tolist()) == (
        [0, 1, 2, 4],
        [5, 2.5, 2, 2],
    )
    assert long.get_ydata().tolist() == [9, 8, 7, 6, 5]
    (dot,) = artists(ax, "end")
    assert (dot.get_xdata(), dot.get_ydata(), dot.get_color()) == ([2], [2], short.get_color())


def test_runs_that_count_evaluations_differently_meet_on_one_grid():
    rows = [("a", 0, 10, 4.0), ("a", 0, 30, 2.0), ("a", 1, 15, 8.0), ("a", 1, 25, 6.0)]
    curves = pd.DataFrame(rows, columns=["arm", "seed", "evaluations", "best"])
    (line,) = artists(draw_convergence(curves.assign(problem="p", gen=0), "p"), "median")
    # It begins where both runs have reported.
    assert line.get_xdata().tolist() == [15, 25, 30]
    assert line.get_ydata().tolist() == [6, 5, 4]


@given(
    st.lists(st.integers(0, 50), min_size=1, max_size=8, unique=True).map(sorted),
    st.lists(st.integers(-5, 60), min_size=1, max_size=8),
)
def test_step_values_are_the_last_that_were_reported(x, grid):
    y = np.arange(len(x)) + 0.5
    found = step_values(np.array(grid, float), np.array(x, float), y)
    for at, value in zip(grid, found, strict=True):
        reported = [v for place, v in zip(x, y, strict=True) if place <= at]
        assert value == reported[-1] if reported else np.isnan(value)


def test_a_long_run_is_thinned_without_changing_its_ends():
    values = np.arange(9000)[::-1].tolist()
    (line,) = artists(draw_convergence(curves_of({"p": {"a": [values]}}), "p", "gen"), "median")
    x, y = line.get_data()
    assert len(x) <= 4000
    assert (x[0], x[-1], y[0], y[-1]) == (0, 8999, 8999, 0)
    assert_array_equal(y, 8999 - x)


def test_arms_differ_in_colour_or_line_and_look_the_same_on_every_problem():
    arms = {f"arm {i}": [[i + 1, i]] for i in range(28)}
    some = dict(list(arms.items())[5:9])
    curves = curves_of({"p": arms, "q": some})
    looks = {}
    for problem in ("p", "q"):
        ax = draw_convergence(curves, problem)
        names = [text.get_text().removesuffix(" (n = 1)") for text in legend_of(ax).get_texts()]
        lines = artists(ax, "median")
        assert len(lines) == len(names)
        looks[problem] = {
            name: (to_hex(line.get_color()), line.get_linestyle())
            for name, line in zip(names, lines, strict=True)
        }
    assert len(set(looks["p"].values())) == 28
    assert list(looks["p"]) == list(arms)
    assert len({line for _, line in list(looks["p"].values())[:7]}) == 1
    assert looks["q"] == {name: looks["p"][name] for name in some}


@pytest.mark.parametrize(
    ("larger", "low", "scale"),
    [
        (False, 0.01, "log"),
        (False, 0.1, "linear"),
        (False, 0.0, "linear"),
        (False, -1.0, "linear"),
        (True, 0.01, "linear"),
        (None, 0.01, "linear"),
    ],
)
def test_the_scale_is_logarithmic_for_positive_values_to_be_made_small(larger, low, scale):
    ax = draw_convergence(curves_of({"p": {"a": [[1, low]]}}), "p", larger_is_better=larger)
    assert ax.get_yscale() == scale
    words = {None: "", True: " (larger is better)", False: " (smaller is better)"}
    assert ax.get_ylabel() == f"best fitness{words[larger]}"


def test_values_that_are_not_finite_are_left_out():
    ax = draw_convergence(curves_of({"p": {"a": [[np.inf, 3, np.nan, 1]]}}), "p", "gen")
    (line,) = artists(ax, "median")
    assert (line.get_xdata().tolist(), line.get_ydata().tolist()) == ([1, 3], [3, 1])


@pytest.mark.parametrize(
    ("n_arms", "arm"), [(1, "_x{}"), (5, "arm {}"), (12, LONG + " {}"), (40, "arm {}")]
)
def test_the_legend_is_whole_and_covers_nothing(n_arms, arm):
    arms = {arm.format(i): [[i + 3, i + 2, i]] * 2 for i in range(n_arms)}
    ax = draw_convergence(curves_of({"p": arms}), "p")
    texts = [text.get_text() for text in legend_of(ax).get_texts()]
    assert [text.replace("\n", " ") for text in texts] == [f"{name} (n = 2)" for name in arms]
    figure = figure_of(ax)
    assert_words_are_whole_and_apart(figure)
    legend, panel = legend_of(ax).get_window_extent(), ax.get_window_extent()
    assert not legend.overlaps(panel)
    assert panel.width > 350


def test_pictures_can_be_drawn_into_the_users_axes():
    ax = Figure().subplots()
    assert draw_boxes(made_up(2, 1), ACCURACY, ax, problem="problem 0") is ax
    ax = Figure().subplots()
    assert draw_convergence(curves_of({"p": {"a": [[1, 2]]}}), "p", ax=ax) is ax


def test_pyplot_knows_of_no_figure():
    from matplotlib import pyplot

    draw_all_boxes(made_up(2, 2), ACCURACY)
    draw_convergence(curves_of({"p": {"a": [[1, 2]]}}), "p")
    assert pyplot.get_fignums() == []


def test_bad_input_is_refused():
    results, curves = made_up(2, 2), curves_of({"wine": {"a": [[1, 2]]}})
    with pytest.raises(ValueError, match="unknown problem 'problem': did you mean 'problem"):
        draw_boxes(results, ACCURACY, problem="problem")
    with pytest.raises(ValueError, match="unknown measure 'loss'"):
        draw_all_boxes(results, Measure("loss", larger_is_better=False))
    with pytest.raises(ValueError, match="must have the measure, got none with 'test_accuracy'"):
        draw_all_boxes(results.assign(status="failed"), ACCURACY)
    with pytest.raises(ValueError, match="unknown problem 'vine': did you mean 'wine'"):
        draw_convergence(curves, "vine")
    message = "by must be one of 'evaluations', 'gen', 'cost', got 'seconds'"
    with pytest.raises(ValueError, match=message):
        draw_convergence(curves, "wine", "seconds")
    with pytest.raises(ValueError, match=r"curves must have the columns .* none named 'best'"):
        draw_convergence(curves.drop(columns="best"), "wine")
