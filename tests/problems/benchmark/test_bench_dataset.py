"""What a benchmark gives."""

import json
import shutil
from pathlib import Path
from unittest.mock import Mock

import numpy as np
import pytest
from bench_functions import SAMPLER, both_layouts, change

from evograft.problems.benchmark_generation.dataset import Bench
from evograft.problems.benchmark_generation.storage.metadata import FILE
from evograft.problems.benchmark_generation.validation import validate
from evograft.representations.morphogenesis import Genome, develop

LAYOUTS = ("parquet", "json")


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return {name: report.directory for name, report in both_layouts(tmp_path_factory).items()}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_columns_are_had_by_name(made, layout):
    bench = Bench.open(made[layout])
    table = bench.table(["number", "diffusion_rate", "edge_sources", "digest", "density"])
    assert list(table.columns) == ["number", "diffusion_rate", "edge_sources", "digest", "density"]
    assert table["number"].dtype == np.int64
    assert table["density"].dtype == np.float64
    for number, rate, sources in table[["number", "diffusion_rate", "edge_sources"]].itertuples(
        index=False
    ):
        assert bench.genome(number).diffusion_rate == rate
        assert np.array_equal(bench.edge_index(number)[0], sources)
    assert [entry["number"] for entry in bench.entries(["number"])] == bench.numbers.tolist()
    assert set(bench.row(int(bench.numbers[3]))) == set(bench.columns)
    assert len(bench) == 30
    assert repr(bench).startswith("<Bench of 30 entries in")


@pytest.mark.parametrize("layout", LAYOUTS)
def test_what_is_not_there_is_told(made, layout):
    bench = Bench.open(made[layout])
    missing = int(bench.numbers[-1]) + 1
    with pytest.raises(ValueError, match=f"one of the 30 entries, got {missing}"):
        bench.genome(missing)
    with pytest.raises(TypeError, match="number must be an integer"):
        bench.edge_index(1.5)
    with pytest.raises(ValueError, match="unknown column 'densiti': did you mean 'density'"):
        bench.table(["densiti"])
    with pytest.raises(ValueError, match="unknown column"):
        list(bench.entries(["densiti"]))


def test_genome_files_of_others_are_read_without_metadata(tmp_path):
    SAMPLER.genome(1).save(tmp_path / "genome_7.json")
    wrapped = {"genome": SAMPLER.genome(2).to_dict() | {"colour": "red"}, "seed": 3, "metrics": 5}
    (tmp_path / "genome_000003.json").write_text(json.dumps(wrapped))
    for told in ('{"mode": "FullyStratified", "accepted": 2}', '{"format": "json"}', "[]", "null"):
        (tmp_path / FILE).write_text(told)
        bench = Bench.open(tmp_path)
        assert bench.metadata == {}
        assert str(validate(tmp_path).lacking).startswith(f"one without {FILE}")
    assert bench.numbers.tolist() == [3, 7]
    assert bench.genome(3) == SAMPLER.genome(2)
    organism = develop(SAMPLER.genome(1))
    assert np.array_equal(bench.positions(7), organism.positions)
    assert bench.edge_index(7).shape == (2, len(organism.edges))
    assert bench.table().to_dict("list") == {"number": [3, 7]}
    (tmp_path / "genome_x.json").write_text(json.dumps(wrapped))
    assert Bench.open(tmp_path).numbers.tolist() == [0, 1, 2]


def test_a_file_is_parsed_once_for_an_entry(made, monkeypatch):
    bench = Bench.open(made["json"])
    parse = Mock(wraps=json.loads)
    monkeypatch.setattr(json, "loads", parse)
    assert len([*bench.entries()]) == parse.call_count == 30


def test_a_directory_without_a_benchmark_is_told(tmp_path):
    with pytest.raises(ValueError, match=r"must hold a benchmark, got no .* nor genome_\*\.json"):
        Bench.open(tmp_path)
    with pytest.raises(ValueError, match=r"must be that of a benchmark, got '.*nowhere'"):
        Bench.open(tmp_path / "nowhere")


def test_metrics_of_files_without_metadata_are_read(made, tmp_path):
    folder = Path(shutil.copytree(made["json"], tmp_path / "json"))
    (folder / FILE).unlink()
    told, bench = Bench.open(made["parquet"]), Bench.open(folder)
    assert bench.measured == ("nodes", "density", "never")
    assert bench.table().equals(told.table())
    first, second = sorted(folder.glob("genome_*.json"))[:2]
    change(first, lambda data: data["metrics"].update(never="often", own=1, xs=2, sure=True))
    change(second, lambda data: data.pop("metrics"))
    bench = Bench.open(folder)
    assert bench.measured == ("nodes", "density", "own")  # the numbers that the first file has
    table = bench.table()
    assert np.isnan(table["nodes"][1])
    assert table["own"].tolist()[:1] == [1.0]
    assert table["own"][1:].isna().all()
    change(second, lambda data: data.update(metrics={"own": "<b>"}))
    with pytest.raises(ValueError, match=f"{second.name} must hold an entry: own must be a number"):
        bench.table()


def test_numbers_that_are_too_long_for_one_do_not_number(tmp_path):
    genome = Genome(size_x=5, size_y=5)
    for name in ("genome_20250101120000123456.json", "genome_7.json"):
        genome.save(tmp_path / name)
    assert Bench.open(tmp_path).numbers.tolist() == [0, 1]
