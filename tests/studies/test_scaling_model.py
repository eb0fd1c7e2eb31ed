import dataclasses
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scaling_model import (
    NEAR,
    Network,
    Workload,
    default_chunk,
    load,
    makespan,
    rate,
    recommend,
    save,
    table,
    thousands,
)

AT_ONCE = Network(bandwidth=math.inf, latency=0.0)
"""A network that takes no time."""

CONSTANT = Workload("constant", 1000, times=(0.01,))

chunks = st.lists(st.floats(0, 10), min_size=1, max_size=30)


def span(work, workers, *, handled=0.0, sent=0.0, latency=0.0):
    return makespan(work, [handled] * len(work), [sent] * len(work), workers, latency)


@pytest.mark.parametrize("workers", [1, 2, 5, 10, 20, 100, 200, 500, 1000])
def test_without_overhead_the_rate_is_linear_up_to_one_individual_for_each_worker(workers):
    assert rate(CONSTANT, AT_ONCE, workers, 1) == pytest.approx(workers / 0.01)


def test_more_workers_than_chunks_add_nothing():
    ten_chunks = [rate(CONSTANT, AT_ONCE, workers, 100) for workers in (10, 11, 100, 1000)]
    assert ten_chunks == pytest.approx([10 / 0.01] * 4)


@pytest.mark.parametrize(("workers", "chunk"), [(1, 7), (3, 7), (7, 50), (64, 3), (1000, 400)])
def test_constant_times_without_overhead_take_as_many_turns_as_chunks_for_the_busiest(
    workers, chunk
):
    workload = dataclasses.replace(CONSTANT, population=chunk * 12)
    turns = -(-12 // workers)
    expected = workload.population / (turns * chunk * 0.01)
    assert rate(workload, AT_ONCE, workers, chunk) == pytest.approx(expected)


def test_the_last_chunk_is_what_is_left():
    workload = dataclasses.replace(CONSTANT, population=25)
    assert rate(workload, AT_ONCE, 2, 10) == pytest.approx(25 / (15 * 0.01))


@pytest.mark.parametrize("chunk", [1, 10, 100])
@pytest.mark.parametrize("workers", [1, 1000])
def test_a_scheduler_that_is_the_bottleneck_gives_chunks_at_its_own_rate(chunk, workers):
    slow = dataclasses.replace(CONSTANT, times=(0.0,), per_chunk=0.2)
    assert rate(slow, AT_ONCE, workers, chunk) == pytest.approx(chunk / 0.2)


def test_a_link_that_is_the_bottleneck_carries_its_bandwidth():
    heavy = dataclasses.replace(CONSTANT, times=(0.0,), individual_bytes=500.0, chunk_bytes=100.0)
    found = rate(heavy, Network(bandwidth=1e4, latency=0.0), 1000, 10)
    assert found == pytest.approx(10 / ((5000 + 100) / 1e4))


def test_handling_and_sending_go_on_at_the_same_time():
    # The first chunk passes both, and each of the other nine the slower of the two.
    assert span([0.0] * 10, 3, handled=0.2, sent=0.5) == pytest.approx(0.7 + 9 * 0.5)
    assert span([0.0] * 10, 3, handled=0.5, sent=0.2) == pytest.approx(0.7 + 9 * 0.5)


def test_latency_counts_once_there_and_once_back():
    assert span([1.0] * 6, 2, latency=0.25) == pytest.approx(3 + 0.5)


def test_one_worker_waits_for_the_first_chunk_alone_where_evaluation_takes_longer():
    assert span([1.0] * 6, 1, handled=0.1, sent=0.2, latency=0.05) == pytest.approx(6 + 0.3 + 0.1)


def test_workers_that_wait_for_the_scheduler_end_with_its_last_chunk():
    # A chunk leaves every second and takes half of one.
    assert span([0.5] * 8, 4, handled=1.0) == pytest.approx(8 + 0.5)


def test_a_map_adds_pickling_its_own_time_and_the_pause():
    workload = dataclasses.replace(
        CONSTANT, per_map=0.5, pickling=0.002, unpickling=0.01, pause=1.5
    )
    # 1000 individuals on ten workers: 0.02 s each, unpickled and evaluated.
    assert rate(workload, AT_ONCE, 10, 10) == pytest.approx(1000 / (2 + 0.5 + 2 + 1.5))


def test_individuals_cost_the_scheduler_their_number():
    workload = dataclasses.replace(CONSTANT, times=(0.0,), per_chunk=0.01, per_individual=0.003)
    assert rate(workload, AT_ONCE, 5, 10) == pytest.approx(10 / (0.01 + 0.03))


def test_a_smaller_share_takes_longer_by_the_measured_factor():
    workload = dataclasses.replace(CONSTANT, slower=((1, 1.0), (10, 3.0), (100, 4.0)))
    assert [workload.factor(n) for n in (1, 10, 100, 1000)] == pytest.approx([1, 3, 4, 4])
    assert workload.factor(4) == pytest.approx(1 + 2 * math.log10(4))
    assert rate(workload, AT_ONCE, 10, 100) == pytest.approx(10 / (3 * 0.01))


@given(chunks, st.integers(1, 12), st.floats(0, 2), st.floats(0, 2), st.floats(0, 1))
def test_the_end_is_within_the_bounds_of_list_scheduling(work, workers, handled, sent, latency):
    found = span(work, workers, handled=handled, sent=sent, latency=latency)
    stages = handled + sent + (len(work) - 1) * max(handled, sent)
    least = max(sum(work) / workers, max(work))
    assert found >= max(handled + sent + least, stages + work[-1]) + 2 * latency - 1e-9
    # No worker is idle while a chunk that has arrived waits: Graham's bound after all have arrived.
    most = sum(work) / workers + (1 - 1 / workers) * max(work)
    assert found <= stages + most + 2 * latency + 1e-9


@given(chunks, st.floats(0, 2), st.floats(0, 1))
def test_with_a_worker_for_each_chunk_none_waits(work, handled, latency):
    arrivals = handled * np.arange(1, len(work) + 1) + latency
    expected = (arrivals + work).max() + latency
    assert span(work, len(work), handled=handled, latency=latency) == pytest.approx(expected)


@given(chunks, st.integers(1, 8), st.floats(0, 2))
def test_twice_as_slow_in_everything_ends_twice_as_late(work, workers, handled):
    once = span(work, workers, handled=handled, sent=0.5, latency=0.25)
    twice = span([2 * w for w in work], workers, handled=2 * handled, sent=1.0, latency=0.5)
    assert twice == pytest.approx(2 * once)


def test_uneven_times_lose_what_the_slowest_worker_takes_longer():
    # Half of the individuals take nothing: of two on a worker each, the slower one counts.
    uneven = dataclasses.replace(CONSTANT, population=2, times=(0.0, 1.0))
    # The longer of two takes 0, 1, 1, 1: 0.75 on average, over 10 000 maps.
    assert rate(uneven, AT_ONCE, 2, 1) == pytest.approx(2 / 0.75, rel=0.03)


def test_chunks_that_the_scheduler_can_keep_up_with_are_recommended():
    # A chunk costs as much as ten evaluations: 100 workers starve unless chunks are 1000 or more.
    workload = Workload("stream", 1_000_000, times=(0.01,), per_chunk=0.1)
    row = recommend(workload, AT_ONCE, 100)
    assert row.chunk >= 1000
    assert row.efficiency > 0.9
    assert row.rate >= NEAR * rate(workload, AT_ONCE, 100, 1000)
    assert row.efficiency == pytest.approx(row.rate * 0.01 / 100)


def test_without_overhead_the_largest_chunks_that_keep_all_busy_are_recommended():
    row = recommend(CONSTANT, AT_ONCE, 4)
    assert row.chunk == 250
    assert row.efficiency == pytest.approx(1.0)


def test_the_engines_own_choice_is_four_chunks_for_each_worker():
    assert [default_chunk(200, n) for n in (1, 2, 3, 50, 1000)] == [50, 25, 17, 1, 1]
    row = recommend(CONSTANT, AT_ONCE, 4)
    assert (row.default_chunk, row.default_rate) == (63, rate(CONSTANT, AT_ONCE, 4, 63))


def test_draws_are_the_same_each_time():
    workload = dataclasses.replace(CONSTANT, times=(0.001, 0.02, 0.3))
    assert rate(workload, Network(), 7, 20) == rate(workload, Network(), 7, 20)


def test_what_is_saved_is_loaded(tmp_path):
    workload = dataclasses.replace(
        CONSTANT, times=(0.1, 0.2), slower=((1, 1.0), (10, 2.5)), individual_bytes=7.0
    )
    save([workload, CONSTANT], tmp_path / "scaling.json")
    assert load(tmp_path / "scaling.json") == [workload, CONSTANT]


def test_the_table_has_a_row_for_each_number_of_workers():
    lines = table(CONSTANT, AT_ONCE).splitlines()
    assert lines[2].startswith("| 1 | 1000 | 100 | 100 % |")
    assert [line.split(" | ")[0] for line in lines[2:]] == [
        f"| {n}" for n in (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)
    ]
    assert {line.count("|") for line in lines} == {7}


@pytest.mark.parametrize(
    ("number", "text"), [(0.4, "0"), (7.3, "7"), (587.6, "588"), (1234567.0, "1 230 000")]
)
def test_rates_are_written_with_three_digits(number, text):
    assert thousands(number) == text
