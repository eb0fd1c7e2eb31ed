"""The published split: golden, and a function of the number alone."""

import hashlib

import numpy as np
import pytest
from scipy.stats import chisquare

from evograft.problems.benchmark_generation.splits import (
    fold_of,
    folds_of,
    part_of,
    parts,
    sampled,
)

NUMBERS = np.arange(20_000)


def test_the_split_is_the_published_one():
    first = "train test train train validation train train train train train"
    assert [part_of(n) for n in range(10)] == first.split()
    assert [fold_of(n) for n in range(10)] == [2, None, 0, 1, 1, 0, 0, 3, 4, 0]
    digest = hashlib.sha256(" ".join(parts(NUMBERS).tolist()).encode()).hexdigest()
    assert digest[:16] == "769831dd54582500"
    digest = hashlib.sha256(folds_of(NUMBERS).astype("<i8").tobytes()).hexdigest()
    assert digest[:16] == "a32a44614e467707"
    assert sampled(NUMBERS, 5).tolist() == [4214, 7773, 9969, 14430, 18217]


def test_it_is_what_the_data_card_says():
    for number in (0, 7, 123_456, 2**40):
        text = f"evograft split 0 {number}"
        digest = int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "little")
        part = {8: "validation", 9: "test"}.get(digest % 10, "train")
        assert part_of(number) == part
        assert fold_of(number) == (None if part == "test" else digest // 10 % 5)


def test_parts_and_folds_have_their_shares_and_are_independent():
    found, folds = parts(NUMBERS), folds_of(NUMBERS)
    counts = [(found == name).sum() for name in ("train", "validation", "test")]
    assert chisquare(counts, np.array([0.8, 0.1, 0.1]) * len(NUMBERS)).pvalue > 0.001
    assert ((folds == -1) == (found == "test")).all()
    for name in ("train", "validation"):
        assert chisquare(np.bincount(folds[found == name], minlength=5)).pvalue > 0.001
    # The sample too takes no notice of parts.
    chosen = np.isin(NUMBERS, sampled(NUMBERS, 5000))
    counts = [(found[chosen] == name).sum() for name in ("train", "validation", "test")]
    assert chisquare(counts, np.array([0.8, 0.1, 0.1]) * 5000).pvalue > 0.001


def test_order_and_company_do_not_matter():
    shuffled = np.random.default_rng(1).permutation(NUMBERS)[:500]
    assert parts(shuffled).tolist() == parts(NUMBERS)[shuffled].tolist()
    assert folds_of(shuffled, 7).tolist() == folds_of(NUMBERS, 7)[shuffled].tolist()
    assert sampled(shuffled, 40).tolist() == sampled(np.sort(shuffled), 40).tolist()
    assert {*sampled(shuffled, 40)} < {*sampled(shuffled, 41)}
    assert sampled(shuffled, None).tolist() == np.sort(shuffled).tolist()
    assert sampled(shuffled, 10**6).tolist() == np.sort(shuffled).tolist()
    assert parts(NUMBERS, seed=1).tolist() != parts(NUMBERS).tolist()
    assert len(parts([])) == len(folds_of([])) == 0


def test_bad_input_is_told():
    with pytest.raises(ValueError, match="folds must be an integer of at least 2, got 1"):
        fold_of(3, 1)
    with pytest.raises(ValueError, match="n must be an integer of at least 1, got 0"):
        sampled([1, 2], 0)
    with pytest.raises(TypeError, match="numbers must be a row of integers, got float64"):
        parts([0.5])
