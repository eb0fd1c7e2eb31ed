"""``evograft bench analyse``, on benchmarks that were generated for it."""

import numpy as np
import pandas as pd
import pytest
from made_up_modes import METRICS

from evograft.problems.benchmark_generation.controls import control
from evograft.problems.benchmark_generation.dataset import Bench
from evograft.problems.benchmark_generation.generation import generate
from evograft.problems.benchmark_generation.metrics import measure
from evograft.problems.benchmark_generation.quality import Quality
from evograft.problems.benchmark_generation.samplers import RandomSampler, StratifiedSampler
from evograft.representations.morphogenesis import Genome
from evograft.studies.bench.analysis.analysis_files import save_analysis
from evograft.studies.bench.analysis.analysis_text import summary_text
from evograft.studies.bench.analysis.bench_analysis import analyse
from evograft.studies.bench.analysis.control_comparison import compare_controls
from evograft.studies.bench.analysis.graph_duplicates import count_duplicates
from evograft.studies.bench.analysis.metric_summary import spearman_correlations, summarise
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
    assert "12 of 12 networks, drawn with seed 0, each beside a random network" in said
    names = ["analysis.md", "control-pairs.csv", "controls.csv", "controls.png"]
    names += ["correlations.csv", "correlations.png", "distributions.png", "entropy-size.png"]
    assert sorted(file.name for file in out.iterdir()) == [*names, "summary.csv", "yield.png"]
    table = Bench.open(modes["random"]).table()
    summary = pd.read_csv(out / "summary.csv").set_index("metric")
    assert summary.loc["degree_entropy", "mean"] == pytest.approx(table["degree_entropy"].mean())
    assert summary.loc["n", "n"] == 12
    text = (out / "analysis.md").read_text(encoding="utf-8")
    assert text.startswith("# Analysis of random\n\n- of 12 graphs ")
    assert "| degree_entropy " in text
    assert "## Beside random networks\n\n- 12 of 12 networks" in text
    pairs = pd.read_csv(out / "control-pairs.csv").set_index("number")
    assert pairs["degree_entropy"].tolist() == pytest.approx(table["degree_entropy"].tolist())
    beside = pd.read_csv(out / "controls.csv").set_index("metric")
    assert beside.loc["degree_entropy", "n"] == pairs["control_degree_entropy"].count() > 3
    assert "wiring_mean" not in beside.index


def test_controls_can_be_left_out(modes, tmp_path, capsys):
    alone = analyse(Bench.open(modes["stratified"]), controls=0)
    assert alone.controls is None
    assert "random networks" not in summary_text(alone)
    said = refused(capsys, modes["stratified"], "--controls", -1, "--out", tmp_path / "other")
    assert "controls must be an integer of at least 0, got -1" in said
    both = (modes["random"], modes["stratified"])
    said = refused(capsys, *both, "--controls", 5, "--out", tmp_path / "other")
    assert "--controls goes with one benchmark, got 5 with two" in said
    assert not (tmp_path / "other").exists()


def test_networks_are_measured_beside_their_controls(modes):
    bench = Bench.open(modes["random"])
    done: list[int] = []
    found = compare_controls(bench, sample=8, seed=3, progress=done.append)
    assert done == [*range(1, 9)]
    pairs = found.values.set_index("number")
    assert len(pairs) == 8
    assert set(pairs.index) < set(bench.numbers.tolist())
    for number, pair in pairs.iterrows():
        own = measure(bench.organism(number))
        names = [name for name in own if not name.startswith("wiring")]
        assert pair[names].tolist() == pytest.approx([own[name] for name in names], nan_ok=True)
        if own["n"] >= 6:
            drawn = control(int(own["n"]), int(own["m"]), number=number, seed=3)
            expected = [measure(drawn)[name] for name in names]
            beside = pair[[f"control_{name}" for name in names]].tolist()
            assert beside == pytest.approx(expected, nan_ok=True)
    row = found.table.set_index("metric").loc["degree_entropy"]
    known = pairs.dropna(subset="control_degree_entropy")
    differences = known["degree_entropy"] - known["control_degree_entropy"]
    assert row["n"] == len(differences) > 3
    assert row["difference"] == pytest.approx(differences.mean())
    assert row["d"] == pytest.approx(differences.mean() / differences.std())
    assert row["A"] == pytest.approx((differences > 0).mean() + (differences == 0).mean() / 2)
    assert row["control_mean"] == pytest.approx(known["control_degree_entropy"].mean())
    same = found.table.set_index("metric").loc["n"]
    assert [same[name] for name in ("difference", "d", "A", "p")] == [0, 0, 0.5, 1]
    assert compare_controls(bench, sample=8, seed=3).values.equals(found.values)
    assert not compare_controls(bench, sample=8, seed=4).values.equals(found.values)


def test_networks_that_are_all_too_small_have_no_controls(modes, tmp_path, monkeypatch):
    monkeypatch.setattr("evograft.problems.benchmark_generation.controls.SMALLEST", 1000)
    found = analyse(Bench.open(modes["stratified"]))
    assert found.controls is not None
    assert found.controls.table.empty
    assert "3 networks of fewer than 6 nodes have none" in found.controls.sentence()
    assert "controls.png" not in {file.name for file in save_analysis(tmp_path, found)}


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
    found = spearman_correlations(
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
