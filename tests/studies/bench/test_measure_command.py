"""``evograft bench measure``: genomes that others have published, as a benchmark."""

import csv
import json
import pickle
import shutil

import numpy as np
import pytest
from bench_functions import SAMPLER, sizes

from evograft.problems.benchmark_generation.dataset import Bench
from evograft.problems.benchmark_generation.given_genomes import GivenGenomes, measure_genomes
from evograft.problems.benchmark_generation.metrics import measure
from evograft.problems.benchmark_generation.storage.columns import as_stored, growth_digest
from evograft.problems.benchmark_generation.validation import validate
from evograft.representations.morphogenesis import Genome, develop
from evograft.studies.bench.analysis.bench_analysis import analyse
from evograft.studies.bench.analysis.mode_values import attempts_of, mode_of
from evograft.studies.cli import main


def run(*arguments):
    return main(["bench", *map(str, arguments)])


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    """Files as the 1000-genome benchmark has them, bare and wrapped; their genomes in order."""
    folder = tmp_path_factory.mktemp("published")
    for i in (1, 9, 10):
        SAMPLER.genome(i).save(folder / f"genome_{i}.json")
    wrapped = {"genome": SAMPLER.genome(3).to_dict(), "fitness": 0.5, "metrics": {"n": "many"}}
    (folder / "network_3.json").write_text(json.dumps(wrapped))
    (folder / "generation_metadata.json").write_text(json.dumps({"mode": "FullyStratified"}))
    return folder


@pytest.fixture(scope="module")
def measured(published, tmp_path_factory):
    folder = tmp_path_factory.mktemp("measured") / "out"
    given = GivenGenomes.read([published])
    measure_genomes(folder, given, layout="json")
    return folder


def test_entries_are_the_genomes_of_the_files_grown_and_measured(published, measured):
    bench = Bench.open(measured)
    assert bench.numbers.tolist() == [0, 1, 2, 3]
    table = bench.table().set_index("number")
    for number, i in enumerate((1, 9, 10, 3)):
        organism = develop(SAMPLER.genome(i))
        assert bench.genome(number) == SAMPLER.genome(i)
        expected = measure(organism)
        assert table.loc[number].to_dict() == pytest.approx(expected, nan_ok=True)
        assert len(bench.organism(number).edges) == len(organism.edges)
    with (measured / "sources.csv").open(newline="") as file:
        names = ("genome_1.json", "genome_9.json", "genome_10.json", "network_3.json")
        assert [*csv.DictReader(file)] == [
            {"number": str(i), "file": str(published / name)} for i, name in enumerate(names)
        ]


def test_what_was_given_is_validated_and_named_so(published, measured, tmp_path):
    result = validate(measured)
    assert (result.findings, result.lacking, result.regrown) == ([], None, 4)
    (unchecked,) = result.unchecked
    assert "attempts: they were given in files" in unchecked
    result = validate(measured, sampler=GivenGenomes.read([published]))
    assert (result.findings, result.unchecked, result.redrawn) == ([], [], 4)
    bench = Bench.open(measured)
    assert mode_of(bench) == "given"
    assert attempts_of(bench.metadata) is None  # nobody knows
    card = (measured / "README.md").read_text()
    assert "`evograft bench measure` has read them" in card
    assert "## Yield" not in card
    assert "bench generate" not in card


def test_the_file_of_each_entry_is_there_before_the_benchmark_is_complete(
    published, measured, tmp_path
):
    def full(done, files):
        complete = json.loads((tmp_path / "out/generation_metadata.json").read_text())["complete"]
        seen.append((complete, (tmp_path / "out/sources.csv").read_text()))
        if done == files:
            raise OSError("disk is full")

    seen: list[tuple[bool, str]] = []
    given = GivenGenomes.read([published])
    with pytest.raises(OSError, match="disk is full"):
        measure_genomes(tmp_path / "out", given, layout="json", measure=sizes, progress=full)
    expected = (measured / "sources.csv").read_text()
    assert {*seen} == {(False, expected)}
    (tmp_path / "out/sources.csv").unlink()
    measure_genomes(tmp_path / "out", given, layout="json", measure=sizes, resume=True)
    assert (tmp_path / "out/sources.csv").read_text() == expected


@pytest.mark.parametrize(
    ("edit", "told"),
    [
        (None, "file must be a table with the file of each of 4 entries, got none"),
        (lambda text: "", "of 4 entries, got another"),
        (lambda text: text.replace("number,", "name,"), "of 4 entries, got another"),
        (lambda text: text.replace("2,", ""), "of 4 entries, got another"),
        (lambda text: text.replace("2,", "7,"), "number must be 0, 1 and so on, got others"),
        (lambda text: text[: text.index("3,")], "of 4 entries, got one of 3"),
        (lambda text: text + "\0\n", "sources.csv: file must be"),
    ],
)
def test_a_lost_or_edited_table_of_files_is_found(measured, tmp_path, edit, told):
    path = shutil.copytree(measured, tmp_path / "out") / "sources.csv"
    text = path.read_text()
    path.unlink()
    if edit is not None:
        path.write_text(edit(text))
    (one,) = validate(tmp_path / "out", regrow=0).findings
    assert one.file == "sources.csv"
    assert told in str(one)


def test_the_command_measures_for_the_others(published, tmp_path, capsys):
    out = tmp_path / "out"
    files = [published / "genome_9.json", published / "network_3.json", published]
    assert run("measure", *files, out, "--mode", "random") == 0
    said = capsys.readouterr()
    assert "6 genomes grown and measured" in said.out
    assert "6/6" in said.err
    bench = Bench.open(out)
    assert mode_of(bench) == "random"
    assert [genome for _, genome in bench.genomes()] == [
        SAMPLER.genome(i) for i in (9, 3, 1, 9, 10, 3)
    ]
    assert run("validate", out) == 0
    assert capsys.readouterr().out.endswith("what was compared agrees\n")
    analysis = analyse(bench)
    assert set(analysis.entries["mode"]) == {"random"}
    assert (analysis.attempts, analysis.duplicates.entries) == (None, 6)
    assert run("view", out, "--export", tmp_path / "page.html", "--growths", 1) == 0
    capsys.readouterr()
    for mode in ([], ["--mode", "random"]):
        assert run("measure", *files, out, *mode, "--resume") == 0
        assert " kB\n" in capsys.readouterr().out
    assert run("measure", *files, out, "--mode", "stratified", "--resume") == 2
    assert "sampler must be as before to resume" in capsys.readouterr().err
    assert run("measure", *files, tmp_path / "none", "--workers", 0) == 2
    assert capsys.readouterr().err.startswith("evograft: error: --workers must be")
    assert run("measure", published, out, "--mode", "random", "--resume") == 2
    assert "sampler must be as before to resume" in capsys.readouterr().err
    assert run("generate", "--out", out, "--resume") == 2
    said = capsys.readouterr().err
    assert f"got 'given' in '{out}': evograft bench measure GENOMES {out} --resume goes" in said


def test_an_interrupted_one_says_what_goes_on(published, tmp_path):
    def interrupted(function, units):
        raise KeyboardInterrupt

    given = GivenGenomes.read([published])
    with pytest.raises(KeyboardInterrupt):
        measure_genomes(tmp_path / "out", given, layout="json", map=interrupted)
    with pytest.raises(ValueError, match=r"bench measure GENOMES .*out --resume goes on"):
        Bench.open(tmp_path / "out")
    measure_genomes(tmp_path / "out", given, layout="json", resume=True)
    assert len(Bench.open(tmp_path / "out")) == 4


@pytest.mark.parametrize("change", ["edit", "swap", "remove"])
def test_a_file_that_changes_after_it_was_read_is_named(published, tmp_path, change):
    folder = shutil.copytree(published, tmp_path / "in")
    given = GivenGenomes.read([folder])
    assert given.digest == GivenGenomes.read([published]).digest
    one, other = folder / "genome_1.json", folder / "genome_9.json"
    if change == "edit":
        one.write_text(json.dumps(SAMPLER.genome(1).to_dict() | {"max_axon_length": 1}))
    elif change == "swap":
        one.rename(folder / "kept")
        other.rename(one)
        (folder / "kept").rename(other)
    else:
        one.unlink()
    with pytest.raises((ValueError, FileNotFoundError), match=r"in/genome_1\.json must"):
        measure_genomes(tmp_path / "out", given, layout="json")
    assert not [*(tmp_path / "out").glob("genome_*")]


def test_a_unit_is_sent_with_the_paths_of_its_own_files(published, tmp_path):
    """As pickles, as engines send them: a path is in one unit and no other."""
    many = tmp_path / "in"
    many.mkdir()
    for i in range(150):
        shutil.copy(published / f"genome_{(1, 9, 10)[i % 3]}.json", many / f"genome_{i}.json")
    sent = []

    def pickling(function, units):
        for unit in units:
            sent.append(pickle.dumps((function, unit)))
            loaded, own = pickle.loads(sent[-1])
            yield loaded(own)

    given = GivenGenomes.read([many])
    measure_genomes(tmp_path / "out", given, measure=sizes, map=pickling)
    assert len(sent) == 2
    for i in range(150):
        assert sum(f"genome_{i}.json".encode() in parcel for parcel in sent) == 1
    bench = Bench.open(tmp_path / "out")
    assert [genome for _, genome in bench.genomes()] == [given.genome(i) for i in range(150)]


def test_integers_in_a_file_are_the_floats_that_are_stored(tmp_path):
    """Growth draws otherwise for integers: what is stored is grown as it is stored."""
    (tmp_path / "in").mkdir()
    path = tmp_path / "in/genome_3.json"
    path.write_text(json.dumps(SAMPLER.genome(3).to_dict() | {"neuron_secretion_rates": [0, 0, 1]}))
    genome = Genome.load(path)
    digests = {growth_digest(develop(one)) for one in (genome, as_stored(genome))}
    assert (genome == as_stored(genome), len(digests)) == (True, 2)
    given = GivenGenomes.read([path])
    for layout in ("parquet", "json"):
        measure_genomes(tmp_path / layout, given, measure=sizes, layout=layout)
        result = validate(tmp_path / layout, sampler=given, measure=sizes)
        assert (result.findings, result.unchecked, result.redrawn) == ([], [], 1)
        measure_genomes(tmp_path / layout, given, measure=sizes, layout=layout, resume=True)
    for folder, number in (("in", 3), ("parquet", 0), ("json", 0)):
        bench = Bench.open(tmp_path / folder)
        assert bench.number(genome) == bench.number(bench.genome(number)) == number
        grown = bench.organism(number)
        assert np.array_equal(grown.positions, bench.positions(number))
        assert len(grown.edges) == bench.edge_index(number).shape[1] > 0


def test_files_without_metrics_point_to_the_command(published, tmp_path, capsys):
    assert run("analyse", published, "--out", tmp_path / "out") == 2
    assert "evograft bench measure gives genomes those" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "x.json must be a genome's JSON file, got no file"),
        ("{", "x.json must be a genome's JSON file, got no JSON"),
        ({"a": 1}, "x.json must hold a genome, or one under"),
        (Genome().to_dict() | {"diffusion_rate": 2}, "x.json must hold a valid genome"),
        (
            Genome().to_dict() | {"diffusion_patterns": [[[1.0]]] * 3},
            "x.json must hold a genome of the benchmark: diffusion_patterns must be 3 x 3",
        ),
        (
            Genome().to_dict() | {"size_x": 10**5, "size_y": 10**5},
            "x.json must hold a genome of the benchmark: max_growth_steps * size_x",
        ),
    ],
)
def test_a_file_that_cannot_be_measured_is_named_before_anything_is_made(
    published, tmp_path, capsys, content, message
):
    path = tmp_path / "x.json"
    if content is not None:
        path.write_text(content if isinstance(content, str) else json.dumps(content))
    assert run("measure", published, path, tmp_path / "out") == 2
    assert message in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_directories_that_will_not_do_are_told(published, measured, tmp_path, capsys):
    with pytest.raises(ValueError, match="paths must name at least one file of a genome, got none"):
        GivenGenomes.read([])
    (tmp_path / "empty").mkdir()
    assert run("measure", tmp_path / "empty", tmp_path / "out") == 2
    assert "empty must hold files of genomes, got no *.json" in capsys.readouterr().err
    assert run("measure", published, measured) == 2
    assert "directory must be new or empty" in capsys.readouterr().err
