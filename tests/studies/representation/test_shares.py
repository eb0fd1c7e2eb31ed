"""Redundancy and invalidity."""

import numpy as np
import pytest

from evograft.studies.representation import (
    measure_random_invalidity,
    measure_redundancy,
    measure_run_invalidity,
    summarise_redundancy,
    summarise_run_invalidity,
)


def redundancy(methods, **settings):
    settings = {"individuals": 400, "neurons": (2, 4)} | settings
    return measure_redundancy(methods, **settings, progress=False).set_index(["method", "neurons"])


def test_choices_that_are_used_always_change_the_network():
    """But for the sign of a zero, a hundredth or less of the signs."""
    rows = redundancy(["sge", "dsge"], sites="used")
    assert (rows["neutral"] <= 0.01).all()
    assert (rows["invalid"] == 0).all()
    assert (rows["networks"] == 400).all()


def test_most_codons_are_not_used():
    used, every = (redundancy(["mge", "ge"], sites=sites)["neutral"] for sites in ("used", "all"))
    # Of 256 values for 2, 10 or 30 options, some 1 / 2, 1 / 10 or 1 / 30 mean the same.
    assert (used.between(0.08, 0.3)).all()
    assert (every > 0.75).all()


def test_two_bits_of_a_rule_of_two_options():
    """A flip of any bit but the lowest is neutral there, so bits are more often neutral."""
    codon = redundancy(["mge"], sites="used", individuals=1000)["neutral"].mean()
    bit = redundancy(["mge"], sites="used", mutation="bit", individuals=1000)["neutral"].mean()
    assert codon + 0.03 < bit < codon + 0.2


def test_the_summary_is_over_all_sizes():
    frame = measure_redundancy(["mge"], individuals=50, neurons=(2, 5), progress=False)
    (row,) = summarise_redundancy(frame).to_dict("records")
    assert row["individuals"] == row["networks"] == 100
    assert row["neutral"] == frame["neutral"].mean()


def codons_of_a_neuron(most):
    """The probabilities that a neuron takes 0, 1, … *most* codons, from the grammar's choices."""

    def add(*parts):
        total = np.eye(1, most + 1)[0]
        for part in parts:
            total = np.convolve(total, part)[: most + 1]
        return total

    def repeat(part):
        """The codons of one *part*, or of two with probability 1 / 2, and so on."""
        total, several = np.zeros(most + 1), part
        for times in range(1, most + 1):
            total += several / 2**times
            several = add(several, part)
        return total

    two = np.eye(1, most + 1, 2)[0]
    number = add(two, repeat(two))  # sign and digit; a choice and a digit for each decimal
    return add(number, repeat(add(two, number)), number)  # a choice and an input for each term


@pytest.mark.parametrize("length", [20, 50, 100])
def test_genes_of_mge_fail_as_often_as_they_should(length):
    expected = 1 - codons_of_a_neuron(length).sum()
    frame = measure_random_invalidity(["mge"], individuals=4000, gene_length=length, progress=False)
    genes = 6 * 4000
    deviation = (expected * (1 - expected) / genes) ** 0.5
    assert frame["failed_genes"].item() == pytest.approx(expected, abs=4 * deviation)


def test_only_codons_can_run_out():
    frame = measure_random_invalidity(individuals=600, codons=60, progress=False)
    shares = frame.set_index("method")["invalid"]
    assert shares["ge"] > 0.03
    assert shares["mge"] < 0.001
    assert shares["sge"] == shares["dsge"] == 0


SMALL = {"generations": 3, "population": 10, "runs": 2, "progress": False}


def test_every_evaluation_of_a_run_is_counted():
    rows = measure_run_invalidity(["mge"], **SMALL)
    assert rows["run"].tolist() == [0, 1]
    assert (rows["evaluations"] >= 10).all()
    assert (rows["evaluations"] <= 40).all()
    assert (rows["invalid"] == 0).all()


def test_genes_that_are_too_short_make_invalid_individuals():
    settings = {"mge": {"gene_length": 1}}
    rows = measure_run_invalidity(["mge"], settings=settings, **SMALL)
    (row,) = summarise_run_invalidity(rows).to_dict("records")
    assert row["share"] == 1
    assert row["invalid"] == row["evaluations"] == rows["evaluations"].sum()
    assert row["paper"] == 0.0005


def test_runs_repeat_and_go_on(tmp_path):
    file = tmp_path / "runs.csv"
    first = measure_run_invalidity(["mge"], **SMALL | {"runs": 1}, file=file)
    both = measure_run_invalidity(["mge"], **SMALL, file=file)
    assert both.to_dict("records")[:1] == first.to_dict("records")
    assert both.to_dict("records") == measure_run_invalidity(["mge"], **SMALL).to_dict("records")


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"methods": ["mgee"]}, "unknown method 'mgee': did you mean 'mge'"),
        ({"settings": {"neat": {}}}, "unknown method to be set 'neat'"),
        ({"settings": {"mge": {"genes": 3}}}, "genes"),
        ({"runs": 0}, "runs must be an integer of at least 1, got 0"),
        ({"population": 1}, "population must be an integer of at least 2, got 1"),
        ({"problem": "wyne"}, "wyne"),
    ],
)
def test_bad_runs_are_named(settings, message):
    with pytest.raises(ValueError, match=message):
        measure_run_invalidity(**{"methods": ["mge"]} | SMALL | settings)
