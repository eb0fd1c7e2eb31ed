import re

from hypothesis import given
from hypothesis import strategies as st
from study_results import results_of

from evograft.studies.reports._markup import Cell, Grid, latex, markdown, to_markdown
from evograft.studies.reports.result_table import result_table
from evograft.studies.statistics.measure import Measure

ACCURACY = Measure("test_accuracy", larger_is_better=True)
HOSTILE = r"[a]*_&%#${}~^\|<>`"


def three_arms(n_problems):
    arms = {"low": [0.1, 0.2, 0.3], "high": [0.7, 0.8, 0.9], "other": [0.2, 0.3, 0.4]}
    return results_of({f"p{i}": arms for i in range(n_problems)})


def test_wide_tables_are_in_panels_that_repeat_the_arms():
    table = result_table(three_arms(10), ACCURACY)
    text = table.to_text(width=60)
    panels = [part for part in text.split("\n\n") if part.startswith("test_accuracy")]
    assert len(panels) > 2
    assert [name for panel in panels for name in panel.splitlines()[2].split()[1:]] == [
        f"p{i}" for i in range(10)
    ]
    for panel in panels:
        assert max(map(len, panel.splitlines())) <= 60
        assert [line.split()[0] for line in panel.splitlines()[4:]] == ["low", "high", "other"]
    header = table.to_markdown().splitlines()[2]
    assert re.findall(r"p\d", header) == [f"p{i}" for i in range(10)]
    assert table.to_latex().count("test\\_accuracy (larger is better)") > 1
    # A column that is wider than any panel has one of its own.
    (whole,) = Grid("t", ["arm", "x" * 90], [[Cell("a"), Cell("1")]]).panels(20)
    assert whole.header == ["arm", "x" * 90]


def unescaped(text):
    """What LaTeX would print of an escaped text."""
    words = {"textasciitilde": "~", "textasciicircum": "^", "textbackslash": "\\"}
    words |= {"textless": "<", "textgreater": ">", "textbar": "|"}
    token = re.compile(r"\\(text[a-z]+)\{\}|\\([_&%#${}])|\{([\[\]*])\}|([^\\_&%#${}~^|<>\[\]*])")
    place, found = 0, ""
    while place < len(text):
        match = token.match(text, place)
        assert match, f"{text!r} is not escaped at {place}"
        word, escaped, braced, plain = match.groups()
        found += words[word] if word else escaped or braced or plain
        place = match.end()
    return found


@given(st.text(alphabet=st.sampled_from(HOSTILE + "ab 1é"), max_size=30))
def test_names_come_out_of_latex_and_markdown_as_they_are(name):
    assert unescaped(latex(name)) == name
    escaped = markdown(name)
    assert re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", escaped) == name
    assert not re.search(r"(?<!\\)(?:\\\\)*\|", escaped.replace(r"\|", ""))


def test_names_stay_in_their_cell_in_every_table():
    results = three_arms(1)
    results["arm"] = results["arm"].map({"low": HOSTILE, "high": "a\nb & c", "other": "$x$"})
    results["problem"] = "data/set_1.csv | 50 %"
    table = result_table(results, ACCURACY, baseline=HOSTILE, notes=["two\nlines & 50 %"])
    text, marked, set_in_latex = table.to_text(), table.to_markdown(), table.to_latex()
    for line in marked.splitlines():
        if line.startswith("| "):
            cells = re.split(r"(?<!\\)\|", line)
            assert len(cells) in (2 + 2, 9 + 2)
    body = [line for line in set_in_latex.splitlines() if line.endswith(r"\\") and " & " in line]
    assert {len(re.findall(r"(?<!\\)&", line)) for line in body} == {1, 8}
    assert set_in_latex.count("{") - set_in_latex.count("\\{") == (
        set_in_latex.count("}") - set_in_latex.count("\\}")
    )
    assert "a b & c" in text
    assert r"\item two lines \& 50 \%" in set_in_latex


def test_long_names_are_broken_in_latex():
    name = "mutation=neuron_parameters,crossover=module_swap"
    results = three_arms(1).replace({"arm": {"low": name}})
    text = result_table(results, ACCURACY).to_latex()
    assert r"\begin{longtable}{p{16em}r}" in text
    assert r"\begin{longtable}{lp{8em}lrrrrrrr}" in text
    broken = re.findall(r"\{\\raggedright (mutation.*?)\\par\}", text)[0]
    assert unescaped(broken.replace(r"\allowbreak{}", "")) == name


def test_a_table_without_numbers_is_still_one():
    assert to_markdown(Grid("t", ["arm"], [])).splitlines()[2:] == ["| arm |", "| --- |"]


def test_blanks_that_align_stay_outside_of_the_stars():
    grid = Grid("t", ["arm", "value"], [[Cell("a"), Cell("1 ± 2  ", bold=True)]])
    assert "| **1 ± 2**   |" in to_markdown(grid)
