"""Generation: the same entries however it is cut, spread or laid out."""

import json
import re
import sys
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import bench_functions as parts
import numpy as np
import pytest
from bench_functions import SAMPLER, assert_same_files, both_layouts, make_bench

from evograft.problems.benchmark_generation.dataset import Bench
from evograft.problems.benchmark_generation.function_names import function_name
from evograft.problems.benchmark_generation.generation import generate
from evograft.problems.benchmark_generation.operation_counts import growth_operations
from evograft.problems.benchmark_generation.quality import Quality
from evograft.problems.benchmark_generation.samplers import StratifiedSampler
from evograft.problems.benchmark_generation.storage.columns import (
    content_hash,
    entry_hash,
    growth_digest,
)
from evograft.problems.benchmark_generation.tasks import ReadoutTask
from evograft.problems.graph_target.graphs import tally
from evograft.representations.morphogenesis import Organism, develop, develop_many


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """An uninterrupted one of each layout."""
    return both_layouts(tmp_path_factory)


def plain_entries(accepted, quality):
    """Number and organism of the first so many, and all reasons up to there."""
    reasons: list[str | None] = []
    entries: list[tuple[int, Organism]] = []
    while len(entries) < accepted:
        organism = develop(SAMPLER.genome(len(reasons)))
        (reason,) = quality.reasons(tally([organism]))
        if reason is None:
            entries.append((len(reasons), organism))
        reasons.append(reason)
    return entries, reasons


def test_entries_are_the_first_attempts_that_are_good_enough(whole):
    entries, reasons = plain_entries(30, Quality())
    for layout, report in whole.items():
        bench = Bench.open(report.directory)
        assert bench.numbers.tolist() == [number for number, _ in entries]
        assert report.attempts == len(reasons) == bench.metadata["attempts"]
        counted = {name: reasons.count(name) for name in report.rejected}
        assert report.rejected == counted == bench.metadata["rejected"]
        assert sum(counted.values()) + 30 == report.attempts
        assert report.content_hash == content_hash(
            entry_hash(number, organism.genome, growth_digest(organism))
            for number, organism in entries
        )
        assert len(bench.metadata["shards"]) > 2, layout
        for number, organism in entries:
            assert bench.genome(number) == organism.genome
            places = np.searchsorted(organism.neuron_ids, organism.edges).T
            assert np.array_equal(bench.edge_index(number), places)
            assert np.array_equal(bench.positions(number), organism.positions)
            assert np.array_equal(bench.organism(number).weights, organism.weights)
        table = bench.table()
        assert list(table.columns) == ["number", "nodes", "density", "never"]
        assert table["nodes"].tolist() == [organism.n_neurons for _, organism in entries]
        assert table["never"].isna().all()


def test_both_layouts_hold_the_same(whole):
    parquet, json_files = (Bench.open(whole[name].directory) for name in ("parquet", "json"))
    assert whole["parquet"].content_hash == whole["json"].content_hash
    for one, other in zip(parquet.entries(), json_files.entries(), strict=True):
        assert one.keys() == other.keys()
        for name in one:
            np.testing.assert_array_equal(one[name], other[name])
            assert np.asarray(one[name]).dtype == np.asarray(other[name]).dtype, name
    assert parquet.table().equals(json_files.table())
    published = json.loads(next(json_files.directory.glob("genome_*.json")).read_text())
    assert sorted(published) == ["genome", "metrics", "network", "number"]
    assert len(published["genome"]) == 17
    assert published["metrics"]["never"] is None


@pytest.mark.parametrize(("shard", "unit"), [(10**6, 7), (13, 13), (7, 100), (5, 1)])
def test_entries_do_not_depend_on_shards_and_units(whole, tmp_path, shard, unit):
    report = make_bench(tmp_path, attempts_per_shard=shard, attempts_per_unit=unit)
    expected = whole["parquet"]
    assert report.content_hash == expected.content_hash
    assert (report.attempts, report.rejected) == (expected.attempts, expected.rejected)


@pytest.mark.parametrize("engine", ["pool", "spawned", "clustered"])
def test_entries_do_not_depend_on_who_works(whole, tmp_path, engine, request):
    if engine == "pool":
        with ThreadPoolExecutor(3) as pool:
            make_bench(tmp_path, measure=parts.sizes, map=pool.map, attempts_per_unit=5)
    else:
        mapper = request.getfixturevalue(engine)
        make_bench(tmp_path, measure=parts.sizes, map=mapper, attempts_per_unit=5)
    assert_same_files(tmp_path, whole["parquet"].directory)


def test_no_more_attempts_are_made_than_there_may_be(tmp_path):
    made = make_bench(tmp_path / "a", attempts=100)
    assert made.attempts == 100
    assert made.accepted == len(Bench.open(tmp_path / "a")) == 100 - sum(made.rejected.values())
    assert 0 < made.accepted < 30
    none = make_bench(tmp_path / "b", attempts=100, quality=Quality(neurons=10**6))
    assert (none.accepted, none.rejected["neurons"]) == (0, 100)
    bench = Bench.open(tmp_path / "b")
    assert len(bench) == len(bench.table()) == len([*bench.entries()]) == 0


def test_thresholds_decide(tmp_path):
    everything = Quality(0, 0, 0.0, None)
    report = make_bench(tmp_path, quality=everything)
    assert Bench.open(tmp_path).numbers.tolist() == list(range(30))
    assert report.acceptance == 1


def test_stratified_genomes_are_written_and_read(tmp_path):
    drawn = StratifiedSampler(2, size=(6, 6), max_growth_steps=20, num_morphogens=(3, 4))
    generate(tmp_path, drawn, accepted=20, quality=Quality(0, 0, 0.0, None))
    bench = Bench.open(tmp_path)
    for number, genome in bench.genomes():
        assert genome == drawn.genome(number)
    assert bench.table(["num_morphogens"])["num_morphogens"].tolist() == [3, 4] * 10


def test_tasks_give_columns_for_each_seed_and_fidelity(tmp_path):
    make_bench(
        tmp_path, tasks=[parts.EdgeTask()], task_seeds=2, fidelities=("low", "high"), accepted=10
    )
    bench = Bench.open(tmp_path)
    table = bench.table()
    names = ["edges_of_low_0", "edges_of_low_1", "edges_of_0", "edges_of_1"]
    assert list(table.columns) == [
        "number",
        *(name + suffix for name in names for suffix in ("", "_cost")),
    ]
    edges = [bench.edge_index(number).shape[1] for number in bench.numbers]
    assert table["edges_of_0"].tolist() == edges
    assert table["edges_of_1"].tolist() == [m + 1 for m in edges]
    assert set(table["edges_of_low_1_cost"]) == {20.0}
    # A table is asked in place of an evaluation.
    number = int(bench.numbers[3])
    answer = bench.query(bench.genome(number), task="edges_of", fidelity="low", seed=1)
    assert (answer.value, answer.known) == (edges[3] + 1, True)
    assert answer.cost == 20.0 + growth_operations(bench.genome(number))
    assert bench.query(number, task="edges_of").value == edges[3]
    with pytest.raises(ValueError, match="scored so in the table"):
        bench.query(number, task="edges_of", fidelity="medium")
    with pytest.raises(ValueError, match="tasks must be given to evaluate"):
        bench.lookup(on_missing="evaluate")
    evaluating = bench.lookup([parts.EdgeTask()], on_missing="evaluate")
    assert evaluating.query(number, task="edges_of", fidelity="medium").cost == pytest.approx(
        20.0 + growth_operations(bench.genome(number))
    )


def test_a_measure_or_task_of_other_settings_is_another_one(tmp_path):
    make_bench(tmp_path / "a", measure=partial(parts.scaled, scale=1), accepted=10)
    with pytest.raises(ValueError, match=r"measure must be as before .*scaled\(scale=1\)"):
        make_bench(tmp_path / "a", measure=partial(parts.scaled, scale=9), accepted=20, resume=True)
    make_bench(tmp_path / "b", tasks=[ReadoutTask("wine", rounds=1)], task_seeds=1, accepted=2)
    bench = Bench.open(tmp_path / "b")
    assert bench.lookup([ReadoutTask("wine", rounds=1)], on_missing="evaluate")
    with pytest.raises(ValueError, match="tasks must be those that the entries were scored in"):
        bench.lookup([ReadoutTask("wine", rounds=2)], on_missing="evaluate")


def test_measures_that_cannot_be_told_from_others_are_refused(tmp_path):
    make_bench(tmp_path / "a", measure=parts.Scaled(1.0), accepted=10)
    with pytest.raises(ValueError, match=r"measure must be as before .*Scaled\(.*1000\.0"):
        make_bench(tmp_path / "a", measure=parts.Scaled(1000.0), accepted=20, resume=True)
    make_bench(tmp_path / "a", measure=parts.Scaled(1.0), accepted=20, resume=True)
    settled = partial(parts.scaled, scale=2.0)
    for unnamed in (
        lambda organism: settled(organism),
        partial(settled, object()),
        partial(parts.scaled, scale=np.ones(2)),
        parts.Scaled(2.0).measured,
    ):
        with pytest.raises(TypeError, match="measure must be a function of a module, a partial"):
            function_name("measure", unnamed)
    with pytest.raises(TypeError, match="measure must be a function of a module"):
        make_bench(tmp_path / "b", measure=lambda organism: settled(organism))
    assert not (tmp_path / "b").exists()
    assert function_name("measure", partial(sorted, key=len)) == "builtins.sorted(key=builtins.len)"


def test_fidelities_are_known_ones(tmp_path):
    with pytest.raises(ValueError, match="fidelities must be one of"):
        make_bench(tmp_path, fidelities=("full",))


def test_progress_tells_of_entries_and_attempts_and_ends_with_all(tmp_path):
    seen = []
    report = make_bench(tmp_path, progress=lambda *now: seen.append(now))
    assert (seen[0], seen[-1]) == ((0, 0), (30, report.attempts))
    for told in zip(*seen, strict=True):
        assert [*told] == sorted(told)
    number = Bench.open(tmp_path).numbers
    for accepted, attempts in seen:
        assert accepted == (number < attempts).sum()
    seen.clear()
    make_bench(tmp_path, progress=lambda *now: seen.append(now), accepted=60, resume=True)
    assert seen[0][0] > 0  # what was there comes first


def test_a_lazy_map_makes_no_attempt_too_many(tmp_path):
    made = []

    def noting(function, units):
        for unit in units:
            made.append(unit[0])
            yield function(unit)

    report = make_bench(tmp_path, map=noting, attempts_per_unit=1)
    assert made == [*range(report.attempts)]


def test_an_eager_map_is_soon_done_with_what_it_gets_first(tmp_path):
    calls = []

    def noting(function, units):
        calls.append(len(units))
        return [function(unit) for unit in units]

    make_bench(
        tmp_path, map=noting, attempts_per_unit=1, attempts_per_shard=10**6, attempts=100,
        quality=Quality(neurons=10**6),
    )  # fmt: skip
    assert calls == [16, 16, 32, 36]


def test_a_map_that_mixes_results_up_is_found_out(tmp_path):
    with pytest.raises(ValueError, match="in the order of its input"):
        make_bench(tmp_path / "a", map=lambda f, units: [f(unit) for unit in units][::-1])
    with pytest.raises(ValueError, match="a result for each of 2 calls, got fewer"):
        make_bench(tmp_path / "b", map=lambda f, units: [f(unit) for unit in units][:-1])


@pytest.mark.parametrize(
    ("settings", "kind", "message"),
    [
        ({"accepted": 0}, ValueError, "accepted must be an integer of at least 1, got 0"),
        ({"attempts": 0}, ValueError, "attempts must be"),
        ({"attempts_per_unit": 0}, ValueError, "attempts_per_unit must be"),
        ({"layout": "csv"}, ValueError, "layout must be one of 'parquet', 'json', got 'csv'"),
        ({"task_seeds": 0}, ValueError, "task_seeds must be"),
        ({"measure": parts.fickle}, ValueError, "same metrics for every network, .*for attempt"),
        ({"measure": parts.infinite}, ValueError, "or NaN, got inf for k of attempt"),
        (
            {"measure": partial(parts.called, name="xs")},
            ValueError,
            "names of their own, got 'xs' again",
        ),
        (
            {"tasks": [parts.EdgeTask(), parts.EdgeTask()]},
            ValueError,
            "tasks must be different from each other, got 'edges_of' twice",
        ),
        (
            {"fidelities": ("low", "high", "low")},
            ValueError,
            "fidelities must be different from each other, got 'low' twice",
        ),
    ],
)
def test_bad_settings_are_told(tmp_path, settings, kind, message):
    with pytest.raises(kind, match=message):
        make_bench(tmp_path / "new" / "out", **settings)
    began = re.search("(of|for) attempt$", message)
    left = [str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file()]
    assert left == (["new/out/generation_metadata.json"] if began else [])
    assert (tmp_path / "new").exists() == bool(began)


def test_which_attempt_could_not_be_measured_is_told(tmp_path):
    with pytest.raises(ZeroDivisionError) as raised:
        make_bench(tmp_path, measure=parts.failing)
    (note,) = raised.value.__notes__
    told = re.fullmatch(r"while attempt (\d+) of the sampler was measured", note)
    assert told
    number = int(told[1])
    assert develop(SAMPLER.genome(number)).n_neurons > 20


def test_without_pyarrow_the_extra_is_named(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(ValueError, match=r'pip install "evograft\[parquet\]"'):
        make_bench(tmp_path / "out")
    assert not (tmp_path / "out").exists()
    assert make_bench(tmp_path / "out", layout="json").accepted == 30


def test_the_attempts_of_a_unit_grow_as_they_do_alone():
    genomes = [*SAMPLER.genomes(0, 70)]
    for one, other in zip(develop_many(genomes, threads=1), map(develop, genomes), strict=True):
        assert growth_digest(one) == growth_digest(other)
