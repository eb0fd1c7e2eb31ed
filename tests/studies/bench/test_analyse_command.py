"""``evograft bench analyse``, on benchmarks that were generated for it."""

import numpy as np
import pandas as pd
import pytest
from made_up_modes import METRICS

from evograft.problems.benchmark_generation.dataset import Bench
from evograft.problems.benchmark_generation.generation import generate
from evograft.problems.benchmark_generation.metrics import measure
from evograft.problems.benchmark_generation.quality import Quality
from evograft.problems.benchmark_generation.samplers import RandomSampler, StratifiedSampler
from evograft.representations.morphogenesis import Genome
from evograft.studies.bench.analysis.graph_duplicates import count_duplicates
from evograft.studies.bench.analysis.metric_summary import rank_correlations, summarise
from evograft.studies.bench.analysis.mode_comparison import compare
from evograft.studies.cli import main

ANY = Quality(neurons=2, edges=1, coverage=0.0, connected=None)


def few(organism):
    """Some metrics, for small tables and pictures."""
    found = measure(organism)
    return {name: found[name] for name in ("n", "m", "density", *METRICS)}


def made(folder, sampler, accepted, measure=few):
    generate(folder, sampler, accepted=accepted, quality=ANY, measure=measure, layout="json")
    return folder


@pytest.fixture(scope="module")
def modes(tmp_path_factory):
    folder = tmp_path_factory.mktemp("modes")
    options = {"size": (8, 8), "max_growth_steps": 100}
    return {
        "random": made(folder / "random", RandomSampler(1, **options), 12),
        "stratified": made(folder / "stratified", StratifiedSampler(1, **options), 3),
    }


def run(*arguments):
    return main(["bench", "analyse", *map(str, arguments)])


def refused(capsys, *arguments):
    assert run(*arguments) == 2
    said = capsys.readouterr().err.strip()
    assert "\n" not in said
    return said


def test_two_modes_are_compared(modes, tmp_path, capsys):
    out = tmp_path / "out"
    assert run(modes["stratified"], modes["random"], "--out", out) == 0
    said = capsys.readouterr().out
    assert "random has higher graph entropy" in said
    assert f"saved in {out}: analysis.md, comparison.csv, distributions.png" in said
    findings = pd.read_csv(out / "findings.csv")
    first = findings.iloc[0]
    assert (first["n_random"], first["n_stratified"]) == (12, 3)
    expected = compare(Bench.open(modes["random"]), Bench.open(modes["stratified"]))
    assert findings["verdict"].tolist() == expected.findings["verdict"].tolist()
    assert expected.values.attempts["random"].accepted == 12


def test_one_benchmark_is_described(modes, tmp_path, capsys):
    out = tmp_path / "out"
    assert run(modes["random"], "--out", out) == 0
    said = capsys.readouterr().out
    assert "of 12 graphs " in said
    assert "degree_entropy" in said
    names = ["analysis.md", "correlations.csv", "correlations.png", "distributions.png"]
    assert sorted(file.name for file in out.iterdir()) == [
        *names,
        "entropy-size.png",
        "summary.csv",
        "yield.png",
    ]
    table = Bench.open(modes["random"]).table()
    summary = pd.read_csv(out / "summary.csv").set_index("metric")
    assert summary.loc["degree_entropy", "mean"] == pytest.approx(table["degree_entropy"].mean())
    assert summary.loc["n", "n"] == 12
    text = (out / "analysis.md").read_text(encoding="utf-8")
    assert text.startswith("# Analysis of random\n\n- of 12 graphs ")
    assert "| degree_entropy " in text


def test_duplicates_are_counted(modes, tmp_path):
    (_, genome), (_, other), *_ = Bench.open(modes["random"]).genomes()
    for number, one in enumerate([genome, other, genome]):
        one.save(tmp_path / f"genome_{number}.json")
    found = count_duplicates(Bench.open(tmp_path))
    assert found.groups == [[0, 2]]
    assert found.redundant == 1
    assert found.sentence() == "of 3 graphs 1 are isomorphic to one before them, in 1 group"


def test_summaries_leave_nan_out():
    table = pd.DataFrame({"a": [1.0, np.nan, 3.0, 5.0], "b": [np.nan] * 4, "c": [2.0, 2, 2, 2]})
    a, b, c = summarise(table).to_dict("records")
    assert [a[name] for name in ("metric", "n", "nan", "mean", "median")] == ["a", 3, 1, 3.0, 3.0]
    assert (b["n"], b["nan"]) == (0, 4)
    assert np.isnan([b[name] for name in ("mean", "sd", "min", "max")]).all()
    assert c["sd"] == 0.0
    assert np.isnan(summarise(table[:1])["sd"][0])


def test_rank_correlations_are_of_pairs_without_nan():
    a = [1.0, 2.0, 3.0, 4.0, np.nan]
    found = rank_correlations(
        pd.DataFrame(
            {"a": a, "b": [1.0, 10, 100, 1000, 0], "c": [7.0] * 5, "d": [1.0, 2, *a[4:] * 3]}
        )
    )
    assert found.loc["a", "b"] == pytest.approx(1.0)
    assert np.isnan(found.loc["a", "c"])
    assert np.isnan(found.loc["a", "d"])  # two pairs are too few


def test_the_same_directory_twice(modes, tmp_path, capsys):
    folder = modes["random"]
    said = refused(capsys, folder, folder / ".." / "random", "--out", tmp_path / "out")
    assert "DIR2 must be another directory than DIR" in said
    assert not (tmp_path / "out").exists()


def test_the_same_mode_twice(modes, tmp_path, capsys):
    other = made(tmp_path / "other", RandomSampler(2, size=(8, 8), max_growth_steps=50), 2)
    said = refused(capsys, modes["random"], other, "--out", tmp_path / "out")
    assert "of the modes 'random' and 'stratified', got 'random' and 'random'" in said
    assert not (tmp_path / "out").exists()


def test_no_metrics(modes, tmp_path, capsys):
    sampler = RandomSampler(1, size=(8, 8), max_growth_steps=50)
    bare = made(tmp_path / "bare", sampler, 2, measure=None)
    said = refused(capsys, bare, modes["stratified"], "--out", tmp_path / "out")
    assert f"{bare} must have metrics to compare, got none of degree_entropy, " in said
    said = refused(capsys, bare, "--out", tmp_path / "out")
    assert f"{bare} must have metrics or scores, got none" in said
    assert not (tmp_path / "out").exists()


def test_a_benchmark_of_unknown_mode(modes, tmp_path, capsys):
    Genome.random(np.random.default_rng(34), size_x=8, size_y=8).save(tmp_path / "genome_1.json")
    said = refused(capsys, modes["random"], tmp_path, "--out", tmp_path / "out")
    assert "got 'random' and no known mode" in said


def test_a_directory_that_is_not_empty_is_left_alone(modes, tmp_path, capsys):
    (tmp_path / "kept").touch()
    said = refused(capsys, modes["random"], "--out", tmp_path)
    assert "--out must be a new or empty directory" in said
    assert [file.name for file in tmp_path.iterdir()] == ["kept"]


def test_no_benchmark(tmp_path, capsys):
    said = refused(capsys, tmp_path / "none", "--out", tmp_path / "out")
    assert "must be that of a benchmark" in said
