"""Surrogates find relations that are there, none where there is none, and are read safely."""

import hashlib
import json
import sys

import numpy as np
import pytest
import skops.io
from sklearn.linear_model import Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler

from evograft.problems.benchmark_generation.dataset import Bench
from evograft.problems.benchmark_generation.generation import generate
from evograft.problems.benchmark_generation.quality import Quality
from evograft.problems.benchmark_generation.samplers import RandomSampler
from evograft.problems.benchmark_generation.splits import folds_of, parts
from evograft.studies.bench.surrogates.genome_features import feature_table
from evograft.studies.bench.surrogates.surrogate import Surrogate
from evograft.studies.bench.surrogates.surrogate_evaluation import evaluate, prediction_scores
from evograft.studies.bench.surrogates.surrogate_models import MODELS

SAMPLER = RandomSampler(1, size=(3, 3), max_growth_steps=2)
ENTRIES = 400


def made_up(organism):
    """Relations to the genome that are known."""
    genome = organism.genome
    linear = genome.diffusion_rate + genome.division_threshold
    noise = int.from_bytes(hashlib.blake2b(genome.to_bytes(), digest_size=4).digest(), "little")
    return {
        "linear": linear,
        "monotone": float(np.exp(10 * linear)),
        "bump": (genome.division_threshold - 0.5) ** 2,
        "noise": float(noise),
        "constant": 1.0,
        "partial": linear if genome.max_axon_length > 5 else float("nan"),
        "nowhere": float("nan"),
    }


@pytest.fixture(scope="module")
def bench(tmp_path_factory):
    folder = tmp_path_factory.mktemp("bench")
    generate(
        folder,
        SAMPLER,
        accepted=ENTRIES,
        quality=Quality(0, 0, 0, None),
        measure=made_up,
    )
    return Bench.open(folder)


def table(bench, targets, model, **settings):
    return evaluate(bench, targets, model, **settings).set_index("target")


def test_ridge_finds_what_is_linear_and_nothing_in_noise(bench):
    found = table(bench, ["linear", "monotone", "bump", "noise"], "ridge")
    assert found.loc["linear", ["spearman", "kendall", "r2"]].min() > 0.97
    assert found.loc["monotone", "spearman"] > 0.9
    assert found.loc["monotone", "r2"] < 0.9
    assert abs(found.loc["bump", "spearman"]) < 0.2
    assert abs(found.loc["noise", "spearman"]) < 0.2
    assert found.loc["noise", "r2"] < 0.05


@pytest.mark.parametrize("model", ["forest", "boosting"])
def test_trees_find_what_is_not_linear_and_nothing_in_noise(bench, model):
    found = table(bench, ["bump", "noise"], model, folds=2)
    assert found.loc["bump", "spearman"] > 0.7
    assert abs(found.loc["noise", "spearman"]) < 0.2


def test_figures_are_those_of_fits_by_hand(bench):
    features = feature_table(genome for _, genome in bench.genomes())
    values = bench.table(["monotone"])["monotone"].to_numpy()
    fold = folds_of(bench.numbers)
    expected = []
    for k in range(5):
        learned, held_out = (fold >= 0) & (fold != k), fold == k
        fitted = make_pipeline(StandardScaler(), Ridge()).fit(features[learned], values[learned])
        sides = values[held_out], fitted.predict(features[held_out])
        expected.append(np.corrcoef([np.argsort(np.argsort(side)) for side in sides])[0, 1])
    row = table(bench, ["monotone"], "ridge").loc["monotone"]
    assert row["spearman"] == pytest.approx(np.mean(expected), abs=1e-12)
    assert row["spearman_sd"] == pytest.approx(np.std(expected, ddof=1), abs=1e-12)
    assert row["entries"] == (fold >= 0).sum() < ENTRIES  # test entries are left out
    assert (row["folds"], row["runs"], row["seeds"]) == (5, 5, "0")


def test_spread_over_folds_and_seeds(bench):
    one, other = (table(bench, ["bump"], "forest", folds=2, seeds=[s], entries=100) for s in (1, 2))
    both = table(bench, ["bump"], "forest", folds=2, seeds=[1, 2], entries=100)
    for name in ("spearman", "kendall", "r2"):
        assert both.loc["bump", name] == pytest.approx(np.mean([one[name], other[name]]))
        assert one.loc["bump", name] != other.loc["bump", name]
        assert both.loc["bump", f"{name}_sd"] > 0
    assert (both.loc["bump", "runs"], both.loc["bump", "seeds"]) == (4, "1 2")
    again = table(bench, ["bump"], "forest", folds=2, seeds=[1], entries=100)
    assert again.equals(one)


def test_undefined_values_are_left_out_and_counted(bench):
    found = table(bench, ["partial", "nowhere", "constant"], "ridge")
    missing = int((bench.table()["partial"].isna() & (parts(bench.numbers) != "test")).sum())
    assert found.loc["partial", "undefined"] == missing > 50
    assert found.loc["partial", "spearman"] > 0.95
    assert (found["entries"] + found["undefined"]).nunique() == 1
    assert found.loc["nowhere", "entries"] == 0
    assert np.isnan(found.loc[["nowhere", "constant"], ["spearman", "r2_sd"]].to_numpy()).all()
    with pytest.raises(ValueError, match="at least 2 entries of the train part, got 0 of 'nowh"):
        Surrogate.fit(bench, "nowhere")


def test_correlations_of_degenerate_predictions():
    up, flat = np.arange(5.0), np.ones(5)
    assert prediction_scores(up, up) == pytest.approx({"spearman": 1, "kendall": 1, "r2": 1})
    assert prediction_scores(up, -up)["kendall"] == pytest.approx(-1)
    assert prediction_scores(up, np.full(5, 2.0))["r2"] == pytest.approx(0)
    for values, predicted in ((up, flat), (flat, up), (up[:1], up[:1]), (up[:0], up[:0])):
        assert np.isnan(prediction_scores(values, predicted)["spearman"])


@pytest.mark.parametrize("model", MODELS)
def test_surrogates_are_saved_and_read_again(bench, tmp_path, model):
    surrogate = Surrogate.fit(bench, "linear", model, entries=300)
    genomes = [SAMPLER.genome(i) for i in range(1000, 1040)]
    path = tmp_path / "linear.skops"
    surrogate.save(path)
    again = Surrogate.load(path)
    assert np.array_equal(again.predict(genomes), surrogate.predict(genomes))
    expected = [made_up_linear(genome) for genome in genomes]
    assert prediction_scores(np.array(expected), again.predict(genomes))["spearman"] > 0.8
    described = json.loads(path.with_suffix(".json").read_text())
    assert described == again.description
    assert described["content_hash"] == bench.metadata["content_hash"]
    assert described["split"] == {"seed": 0, "part": "train", "of_entries": 300}
    counts = [
        described["entries"],
        *(described[name]["entries"] for name in ("validation", "test")),
    ]
    assert sum(counts) == 300
    assert counts[0] > 200
    assert described["test"]["spearman"] > 0.7
    assert {"numpy", "scikit-learn", "skops"} <= described["versions"].keys()
    assert (again.target, repr(again)) == ("linear", f"<Surrogate of 'linear': {model}>")
    assert again.predict([]).shape == (0,)


def made_up_linear(genome):
    return genome.diffusion_rate + genome.division_threshold


@pytest.fixture
def saved(bench, tmp_path):
    path = tmp_path / "one.skops"
    Surrogate.fit(bench, "linear", "ridge").save(path)
    return path


def test_a_hostile_model_is_refused_and_not_run(saved, tmp_path):
    touched = tmp_path / "touched"
    hostile = make_pipeline(FunctionTransformer(touched.write_text), Ridge())
    skops.io.dump(hostile, saved)
    with pytest.raises(ValueError, match=r"must hold only objects of types .* got .*write_text"):
        Surrogate.load(saved)
    skops.io.dump({"model": Ridge(), "of": Quality()}, saved)
    with pytest.raises(ValueError, match="must hold only objects of types that"):
        Surrogate.load(saved)
    assert not touched.exists()


def test_other_models_and_damaged_files_are_refused(saved):
    whole = saved.read_bytes()
    saved.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(ValueError, match="must be a model that skops can read, got"):
        Surrogate.load(saved)
    for other in (Ridge(), make_pipeline(StandardScaler(), Ridge()).fit(np.eye(3), np.ones(3)), 3):
        skops.io.dump(other, saved)
        with pytest.raises(ValueError, match=r"must hold a Pipeline of .* features, got a"):
            Surrogate.load(saved)
    saved.unlink()
    with pytest.raises(ValueError, match="must be a model that skops can read"):
        Surrogate.load(saved)


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        (lambda data: data.update(format=2), "must describe a surrogate in format 1"),
        (lambda data: data.pop("target"), "must describe a surrogate in format 1"),
        (lambda data: data["features"].pop(), "must name the 74 features of now, got others"),
        (lambda data: data.update(model="oracle"), "must name one of the models .* got 'oracle'"),
        (lambda data: data.update(model=[]), "must name one of the models"),
        (lambda data: data.update(model="forest"), "must hold a RandomForestRegressor"),
    ],
)
def test_another_description_is_refused(saved, edit, message):
    path = saved.with_suffix(".json")
    data = json.loads(path.read_text())
    edit(data)
    path.write_text(json.dumps(data))
    with pytest.raises(ValueError, match=message):
        Surrogate.load(saved)
    path.write_text("[")
    with pytest.raises(ValueError, match="must be the JSON file beside a surrogate"):
        Surrogate.load(saved)


def test_bad_input_is_told(bench, tmp_path, monkeypatch):
    for arguments, message in (
        ((["lineer"], "ridge"), "unknown target 'lineer': did you mean 'linear'"),
        ((["linear"], "rigde"), "unknown model 'rigde': did you mean 'ridge'"),
        (([], "ridge"), "targets must be names"),
        (("linear", "ridge"), "targets must be names"),
        ((["linear"], "ridge", 1), "folds must be an integer of at least 2, got 1"),
    ):
        with pytest.raises(ValueError, match=message):
            evaluate(bench, *arguments)
    with pytest.raises(ValueError, match="seeds must be at least one integer"):
        evaluate(bench, ["linear"], seeds=[])
    surrogate = Surrogate.fit(bench, "linear", "ridge")
    with pytest.raises(ValueError, match=r"path must end in \.skops, got"):
        surrogate.save(tmp_path / "model.pickle")
    monkeypatch.setitem(sys.modules, "skops.io", None)
    monkeypatch.setitem(sys.modules, "skops", None)
    with pytest.raises(ValueError, match=r'pip install "evograft\[surrogate\]"'):
        surrogate.save(tmp_path / "model.skops")
