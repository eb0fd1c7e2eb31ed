"""A table of scores that answers as an evaluation would."""

import numpy as np
import pandas as pd
import pytest

from evograft.operators import mut_genome_default
from evograft.problems.benchmark_generation.lookup import (
    Answer,
    BudgetSpentError,
    Lookup,
    genome_digest,
)
from evograft.problems.benchmark_generation.operation_counts import growth_operations
from evograft.problems.benchmark_generation.tasks import score_columns, task
from evograft.representations.morphogenesis import Genome, develop

TASKS = [task("cartpole"), task("wine"), task("robustness", mutate=mut_genome_default)]
SEEDS = (0, 1)


class Table:
    """A benchmark in memory; counts how often it is asked for a genome."""

    def __init__(self, genomes, frame):
        self.numbers = frame["number"].to_numpy()
        self.columns = [*frame.columns]
        self.reads = 0
        self._genomes = dict(zip(self.numbers.tolist(), genomes, strict=True))
        self._frame = frame

    def genome(self, number):
        self.reads += 1
        return Genome.from_dict(self._genomes[number].to_dict())

    def genomes(self):
        for number in self.numbers.tolist():
            yield number, self.genome(number)

    def table(self, columns):
        return self._frame[[*columns]]


@pytest.fixture(scope="module")
def genomes():
    rng = np.random.default_rng(34)
    return [Genome.random(rng, size_x=8, size_y=8, max_growth_steps=100) for _ in range(4)]


@pytest.fixture(scope="module")
def frame(genomes):
    rows = [
        {"number": number}
        | score_columns(develop(genome), TASKS, seeds=SEEDS, fidelities=("low", "medium"))
        for number, genome in zip((2, 3, 17, 90), genomes, strict=True)
    ]
    return pd.DataFrame.from_records(rows)


@pytest.fixture
def table(genomes, frame):
    return Table(genomes, frame)


@pytest.mark.parametrize("name", [made.name for made in TASKS])
@pytest.mark.parametrize("fidelity", ["low", "medium"])
def test_looked_up_is_what_an_evaluation_gives(table, genomes, frame, name, fidelity):
    bare = Table([], frame.iloc[:0])
    for seed in SEEDS:
        for number, genome in zip((2, 3, 17, 90), genomes, strict=True):
            asked = {"task": name, "fidelity": fidelity, "seed": seed}
            known = Lookup(table, TASKS).query(genome, **asked)
            assert known == Lookup(table, TASKS).query(number, **asked)
            found = Lookup(bare, TASKS, on_missing="evaluate").query(genome, **asked)
            assert known == found._replace(known=True)
            assert not found.known


def test_costs_add_up_and_count_growth_every_time(table, genomes):
    lookup = Lookup(table, TASKS, on_missing="evaluate")
    answers = [
        lookup.query(17, task="cartpole", fidelity="low"),
        lookup.query(np.int64(17), task="cartpole", fidelity="low"),
        lookup.query(genomes[0], task="wine", fidelity="high", seed=5),
    ]
    assert [answer.known for answer in answers] == [True, True, False]
    assert lookup.queries == 3
    assert lookup.spent == sum(answer.cost for answer in answers)
    own = TASKS[0].score(develop(genomes[2]), "low")
    expected = Answer(own.value, own.cost + growth_operations(genomes[2]), True)
    assert answers[0] == answers[1] == expected


def test_budget_is_reached_and_not_gone_beyond(table):
    cost = Lookup(table, TASKS).query(2, task="wine", fidelity="low").cost
    lookup = Lookup(table, TASKS, budget=1.5 * cost)
    lookup.query(2, task="wine", fidelity="low")
    lookup.query(2, task="wine", fidelity="low")
    with pytest.raises(BudgetSpentError, match=r"budget of .* operations is spent"):
        lookup.query(2, task="wine", fidelity="low")
    assert (lookup.spent, lookup.queries) == (2 * cost, 2)


def test_what_is_missing_is_refused(table, genomes):
    lookup = Lookup(table, TASKS)
    stranger = Genome(size_x=5, size_y=5)
    with pytest.raises(ValueError, match=r"genome must be an entry of the table.*<Genome 5x5"):
        lookup.query(stranger, task="cartpole", fidelity="low")
    with pytest.raises(ValueError, match=r"genome must be scored so in the table.*'high', seed 0"):
        lookup.query(genomes[0], task="cartpole")
    assert (lookup.spent, lookup.queries) == (0, 0)


def test_nan_in_the_table_is_not_known(genomes, frame):
    holed = frame.copy()
    holed.loc[1, "wine_low_0"] = np.nan
    lookup = Lookup(Table(genomes, holed), TASKS, on_missing="evaluate")
    found = lookup.query(3, task="wine", fidelity="low")
    assert not found.known
    assert found.value == frame.loc[1, "wine_low_0"]
    assert lookup.query(2, task="wine", fidelity="low").known


def test_genomes_are_told_apart_beyond_the_methods_own_key(table, genomes):
    twin = genomes[1].snapshot()
    assert genome_digest(twin) == genome_digest(genomes[1])
    twin.diffusion_rate = np.nextafter(twin.diffusion_rate, 1)
    assert twin.to_bytes() == genomes[1].to_bytes()
    assert genome_digest(twin) != genome_digest(genomes[1])
    with pytest.raises(ValueError, match="genome must be an entry of the table"):
        Lookup(table, TASKS).query(twin, task="wine", fidelity="low")


def test_genomes_are_read_once(table, genomes):
    lookup = Lookup(table, TASKS)
    lookup.query(2, task="wine", fidelity="low")
    assert table.reads == 1
    for genome in genomes:
        lookup.query(genome, task="wine", fidelity="low")
    assert table.reads == 5


def test_bad_arguments(table, genomes):
    lookup = Lookup(table, TASKS)
    with pytest.raises(ValueError, match="unknown task 'cartpol': did you mean 'cartpole'"):
        lookup.query(2, task="cartpol")
    with pytest.raises(ValueError, match="fidelity must be one of"):
        lookup.query(2, task="wine", fidelity="full")
    with pytest.raises(ValueError, match="genome must be the number of an entry, got 5"):
        lookup.query(5, task="wine", fidelity="low")
    with pytest.raises(ValueError, match="genome must be the number of an entry, got 91"):
        lookup.query(91, task="wine", fidelity="low")
    with pytest.raises(TypeError, match="genome must be a Genome or the number"):
        lookup.query("2", task="wine", fidelity="low")
    with pytest.raises(TypeError, match="genome must be an integer of at least 0, got True"):
        lookup.query(True, task="wine", fidelity="low")
    with pytest.raises(ValueError, match="on_missing must be one of 'refuse', 'evaluate'"):
        Lookup(table, TASKS, on_missing="guess")
    with pytest.raises(ValueError, match="budget must be a number above 0, got 0"):
        Lookup(table, TASKS, budget=0)
    with pytest.raises(ValueError, match="seed must be an integer from 0"):
        Lookup(table, TASKS, on_missing="evaluate").query(
            genomes[0], task="wine", fidelity="low", seed=-1
        )
