import itertools

import numpy as np
import pytest
from matplotlib.figure import Figure

from evograft.studies._figure import figure_of
from evograft.studies.statistics.comparison_drawing import draw_critical_difference
from evograft.studies.statistics.ranking import rank_arms


def ranking_of(names, n_problems=14, gap=0.4):
    """The ranks of arms that are better by *gap* than the next, with noise of deviation 1."""
    rng = np.random.default_rng(1)
    rows = [
        {"arm": name, "problem": problem, "seed": 0, "value": gap * place + rng.normal()}
        for problem in range(n_problems)
        for place, name in enumerate(names)
    ]
    return rank_arms(rows, larger_is_better=False)


def lines(ax, gid):
    return [line for line in ax.lines if line.get_gid() == gid]


def texts(ax):
    return [text.get_text() for text in ax.texts]


def boxes_of(ax):
    """The boxes of all words of a picture in the size in which it is saved."""
    figure = figure_of(ax)
    figure.draw_without_rendering()
    return [text.get_window_extent() for text in (*ax.texts, ax.title)]


def test_a_line_leads_from_every_average_rank_to_its_name():
    ranking = ranking_of(["a", "b", "c", "d", "e"])
    ax = draw_critical_difference(ranking)
    drawn = lines(ax, "arm")
    for line, (name, rank) in zip(drawn, ranking.ranks.items(), strict=True):
        x, y = line.get_data()
        assert (x[0], y[0], x[1]) == (rank, 0, rank)
        (label,) = [text for text in ax.texts if name in text.get_text().split()]
        assert f"{rank:.2f}" in label.get_text()
        assert label.get_position()[1] == y[-1]
        # Best arms are on the left, where ranks are low, and names outside of the lines.
        on_left = name in ranking.ranks.index[:3]
        assert (label.get_position()[0] < x[-1]) == on_left
        assert (x[-1] < 1) == on_left
    left, right = ax.get_xlim()
    assert left < right


def test_lines_of_names_cross_no_line_of_another_rank():
    """From the middle outwards names are higher, so that a level line ends at its own rank."""
    drawn = lines(draw_critical_difference(ranking_of("abcdefgh")), "arm")
    for line, other in itertools.permutations(drawn, 2):
        (rank, _, end), (_, y, _) = line.get_data()
        (x, _, _), (_, depth, _) = other.get_data()
        between = min(rank, end) < x < max(rank, end)
        assert not (between and depth > y)


def test_bars_span_the_groups_without_touching_each_other_or_the_names():
    ranking = ranking_of("abcdefgh", gap=0.6)
    groups = ranking.groups()
    assert len(groups) > 1
    ax = draw_critical_difference(ranking)
    bars = lines(ax, "group")
    for bar, group in zip(bars, groups, strict=True):
        x, y = bar.get_data()
        inside = [name for name, rank in ranking.ranks.items() if x[0] <= rank <= x[1]]
        assert inside == group
        assert y[0] == y[1]
    heights = [bar.get_ydata()[0] for bar in bars]
    highest_name = min(line.get_ydata()[-1] for line in lines(ax, "arm"))
    assert min(heights) > 0
    assert max(heights) < highest_name
    scale = figure_of(ax).dpi / 72
    figure_of(ax).draw_without_rendering()
    pixels = sorted(ax.transData.transform([(1, height) for height in heights])[:, 1])
    assert min(np.diff(pixels)) > 3 * scale


def test_no_bar_where_all_arms_differ():
    rows = [
        {"arm": arm, "problem": problem, "seed": 0, "value": value}
        for problem in range(40)
        for value, arm in enumerate("abc")
    ]
    ax = draw_critical_difference(rank_arms(rows, larger_is_better=True))
    assert not lines(ax, "group")


@pytest.mark.parametrize("n_problems", [2, 14])
def test_the_critical_difference_is_drawn_to_scale_and_lies_inside(n_problems):
    ranking = ranking_of("ab", n_problems)
    ax = draw_critical_difference(ranking)
    (scale,) = lines(ax, "scale")
    x = scale.get_xdata()
    assert x[-1] - x[0] == pytest.approx(ranking.critical_difference)
    assert ax.get_xlim()[0] < min(x)
    assert max(x) < ax.get_xlim()[1]
    assert f"critical difference {ranking.critical_difference:.2f}" in texts(ax)


@pytest.mark.parametrize(
    ("names", "n_problems"),
    [
        (["a", "b"], 2),
        (["C4.5", "C4.5+m", "C4.5+cf", "C4.5+m+cf"], 14),
        (["x" * 60, "y" * 60, "a method with a long name", "z"], 5),
        ([f"arm {i}" for i in range(12)], 10),
        ([f"arm number {i}" for i in range(40)], 30),
    ],
)
def test_words_neither_overlap_nor_are_cut_off(names, n_problems):
    ax = draw_critical_difference(ranking_of(names, n_problems))
    boxes = boxes_of(ax)
    whole = figure_of(ax).bbox
    for i, box in enumerate(boxes):
        assert whole.x0 <= box.x0 < box.x1 <= whole.x1
        assert whole.y0 <= box.y0 < box.y1 <= whole.y1
        assert not any(box.overlaps(other) for other in boxes[:i])
    # Names are long, but most of the picture's height is theirs and the line is not squeezed out.
    assert ax.get_window_extent().width > 0.25 * whole.width


def test_equal_arms_have_one_rank_and_one_bar():
    rows = [
        {"arm": arm, "problem": problem, "seed": 0, "value": 0.5}
        for problem in range(4)
        for arm in "abcde"
    ]
    ax = draw_critical_difference(rank_arms(rows, larger_is_better=True))
    assert {line.get_xdata()[0] for line in lines(ax, "arm")} == {3}
    (bar,) = lines(ax, "group")
    assert bar.get_xdata()[0] < 3 < bar.get_xdata()[1]
    assert ax.get_title() == "average ranks over 4 problems, Friedman p = 1"


def test_the_title_of_two_arms_has_no_friedman_test():
    title = draw_critical_difference(ranking_of("ab", 5)).get_title()
    assert title == "average ranks over 5 problems"


def test_a_name_with_dollars_is_no_formula():
    ax = draw_critical_difference(ranking_of(["$a", "b$", "$x^$"]))
    assert len(boxes_of(ax)) == 8
    assert any("$x^$" in text for text in texts(ax))


def test_it_can_be_drawn_into_the_users_axes():
    ax = Figure().subplots()
    assert draw_critical_difference(ranking_of("abc"), ax) is ax


def test_pyplot_knows_of_no_figure():
    from matplotlib import pyplot

    draw_critical_difference(ranking_of("abc"))
    assert pyplot.get_fignums() == []
