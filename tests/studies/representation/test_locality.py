import numpy as np
import pandas as pd
import pytest
from scipy.stats import linregress

from evograft.studies.representation import draw_locality, measure_locality, summarise_locality
from evograft.studies.representation.encoding import Expressed
from evograft.studies.representation.locality import _distances
from evograft.studies.representation.network_grammars import read_network

METHODS = ("mge", "ge", "sge", "dsge")


def measure(methods=METHODS, **settings):
    settings = {"individuals": 30, "neurons": (2, 3)} | settings
    return measure_locality(methods, **settings, progress=False)


@pytest.fixture(scope="module")
def table():
    return measure(individuals=150, neurons=(2, 5, 8))


def test_the_modular_genotype_is_the_most_local_one_and_flat(table):
    rows = {
        (row["bits"], row["method"]): row for row in summarise_locality(table).to_dict("records")
    }
    for bits in (1, 2):
        modular = rows[bits, "mge"]
        assert modular["rank"] == 1
        assert abs(modular["slope"]) < 0.1
        for method in ("sge", "dsge"):
            assert rows[bits, method]["mean"] > 3 * modular["mean"]
            assert rows[bits, method]["slope"] > 0.2
            assert bits == 1 or rows[bits, method]["slope_low"] > 0


def test_every_mutant_is_counted_once(table):
    assert (table["distances"] + table["invalid"] == 150).all()
    assert (table["unchanged"] <= table["distances"]).all()
    assert (table.loc[table["method"].isin(["sge", "dsge"]), "invalid"] == 0).all()


def test_a_row_depends_on_seed_and_settings_alone(table):
    again = measure(["sge"], individuals=150, neurons=(5, 8))
    before = table[(table["method"] == "sge") & (table["neurons"] > 2)]
    pd.testing.assert_frame_equal(again, before.reset_index(drop=True), check_exact=True)
    other = measure(["sge"], individuals=150, neurons=(5, 8), seed=1)
    assert not (other["mean"] == again["mean"]).any()


def test_a_file_is_gone_on_with(tmp_path, table):
    file = tmp_path / "locality.csv"
    measure(["mge"], individuals=150, neurons=(2, 8), file=file)
    resumed = measure(individuals=150, neurons=(2, 5, 8), file=file)
    pd.testing.assert_frame_equal(resumed, table, check_exact=True)


def test_used_codons_change_more_than_all(table):
    everywhere = summarise_locality(measure(individuals=150, neurons=(2, 5), sites="all"))
    used = summarise_locality(table)
    for method, least in (("mge", 2), ("ge", 2), ("sge", 2)):
        pairs = [t[(t["method"] == method) & (t["bits"] == 1)] for t in (used, everywhere)]
        assert pairs[0]["mean"].item() > least * pairs[1]["mean"].item()


def test_two_bits_of_one_codon_change_about_as_much_as_one():
    means = summarise_locality(measure(["mge"], individuals=400, second_bit="same"))["mean"]
    assert 0.8 < means[1] / means[0] < 1.3
    means = summarise_locality(measure(["mge"], individuals=400, second_bit="other"))["mean"]
    assert 1.6 < means[1] / means[0] < 2.4


def test_digits_count_one_by_one_and_the_lowest_bit_most():
    base = summarise_locality(measure(["mge"], individuals=300))["mean"]
    digits = summarise_locality(measure(["mge"], individuals=300, leaves="digits"))["mean"]
    lowest = summarise_locality(measure(["mge"], individuals=300, flips="lowest"))["mean"]
    assert digits[0] > base[0]
    assert lowest[0] > 1.4 * base[0]


def test_invalid_mutants_have_no_distance():
    one, other = read_network("output1:+1.00*sig(+1.00)"), read_network("output1:+2.00*sig(+1.00)")
    before = Expressed([one, one, one, other], [])
    after = Expressed([one, other, None, None], [])
    assert _distances(before, after, "numbers") == [0, 1, None, None]


def cells_of(samples):
    """The rows of populations whose distances are known one by one."""
    return pd.DataFrame(
        [
            {
                "method": "mge",
                "bits": 1,
                "neurons": n,
                "distances": len(values),
                "invalid": n,
                "unchanged": int((values == 0).sum()),
                "mean": values.mean(),
                "sd": values.std(ddof=1),
            }
            for n, values in samples.items()
        ]
    )


def test_pooled_figures_are_those_of_all_distances_together():
    rng = np.random.default_rng(1)
    samples = {n: rng.integers(0, 3 + n, 40 + 10 * n).astype(float) for n in (2, 3, 7)}
    (row,) = summarise_locality(cells_of(samples)).to_dict("records")
    every = np.concatenate(list(samples.values()))
    neurons = np.repeat(list(samples), [len(v) for v in samples.values()])
    assert row["distances"] == every.size
    assert row["mean"] == pytest.approx(every.mean())
    assert row["sd"] == pytest.approx(every.std(ddof=1))
    assert row["unchanged"] == (every == 0).mean()
    assert row["invalid"] == 12 / (12 + every.size)
    assert row["slope"] == pytest.approx(linregress(neurons, every).slope)
    assert row["slope_low"] < row["slope"] < row["slope_high"]
    assert (row["paper_mean"], row["paper_sd"]) == (1.24, 3.31)


def test_the_interval_of_the_slope_covers_it_as_often_as_it_says():
    rng = np.random.default_rng(2)
    covered = 0
    for _ in range(200):
        samples = {n: 0.5 * n + n * rng.standard_normal(60) for n in (2, 4, 9)}
        (row,) = summarise_locality(cells_of(samples)).to_dict("records")
        covered += row["slope_low"] < 0.5 < row["slope_high"]
    assert 181 <= covered <= 199  # 95 % of 200, give or take three deviations


def test_one_population_has_no_slope():
    (row,) = summarise_locality(cells_of({4: np.array([1.0, 2.0])})).to_dict("records")
    assert np.isnan([row["slope"], row["slope_low"], row["slope_high"]]).all()
    assert row["mean"] == 1.5


def test_the_figure_has_a_line_for_every_method(table):
    figure = draw_locality(table)
    assert [ax.get_title() for ax in figure.axes] == ["Hamming distance 1", "Hamming distance 2"]
    for bits, ax in zip((1, 2), figure.axes, strict=True):
        for method, container in zip(METHODS, ax.containers, strict=True):
            part = table[(table["method"] == method) & (table["bits"] == bits)]
            x, y = container[0].get_data()
            assert list(x) == [2, 5, 8]
            assert list(y) == part["mean"].tolist()
        low, high = ax.get_ylim()
        assert low == 0
        assert high > table["mean"].max()


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"methods": ["neat"]}, "unknown method with an encoding to analyse 'neat'"),
        ({"methods": []}, "methods must be a list of names"),
        ({"methods": "mge"}, "methods must be a list of names"),
        ({"individuals": 1}, "individuals must be an integer of at least 2, got 1"),
        ({"neurons": [0]}, "neurons must be an integer of at least 1, got 0"),
        ({"neurons": []}, "neurons must be one number at least"),
        ({"sites": "some"}, "sites must be one of 'used', 'all', got 'some'"),
        ({"leaves": "bits"}, "leaves must be one of"),
        ({"second_bit": "any"}, "second_bit must be one of"),
        ({"flips": "highest"}, "flips must be one of"),
        ({"flips": "lowest", "second_bit": "same"}, "second_bit, where only the lowest bit is"),
        ({"seed": -1}, "seed must be an integer of at least 0, got -1"),
    ],
)
def test_bad_input_is_named(settings, message):
    with pytest.raises(ValueError, match=message):
        measure(**settings)
