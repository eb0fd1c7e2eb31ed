"""A table of scores that answers as an evaluation would."""

import numpy as np
import pandas as pd
import pytest
from bench_functions import SAMPLER

from evograft.operators import mut_genome_default
from evograft.problems.benchmark_generation.lookup import (
    Answer,
    BudgetSpentError,
    Lookup,
)
from evograft.problems.benchmark_generation.operation_counts import growth_operations
from evograft.problems.benchmark_generation.storage.columns import exact_bytes
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
    assert exact_bytes(twin) == exact_bytes(genomes[1])
    twin.diffusion_rate = np.nextafter(twin.diffusion_rate, 1)
    assert twin.to_bytes() == genomes[1].to_bytes()
    assert exact_bytes(twin) != exact_bytes(genomes[1])
    with pytest.raises(ValueError, match="genome must be an entry of the table"):
        Lookup(table, TASKS).query(twin, task="wine", fidelity="low")


def test_equal_genomes_share_the_first_answer_and_equal_networks_do_not(genomes, frame):
    """Of what grows nothing, as no cell divides, the network is the same whatever the genome."""
    barren = [Genome(size_x=4, size_y=4, max_growth_steps=2, diffusion_rate=d) for d in (0.1, 0.2)]
    assert [develop(genome).n_neurons for genome in barren] == [0, 0]
    values = [0.1, 0.2, 0.3, 0.4]
    table = Table([genomes[0], *barren, genomes[0].snapshot()], frame.assign(wine_low_0=values))
    lookup = Lookup(table, TASKS)

    def value(asked):
        return lookup.query(asked, task="wine", fidelity="low").value

    assert [value(number) for number in (2, 3, 17, 90)] == values
    assert value(genomes[0]) == 0.1
    assert lookup.number(genomes[0]) == 2
    assert [value(genome) for genome in barren] == [0.2, 0.3]


def test_integers_are_told_from_floats_as_they_grow_otherwise():
    genome, twin = (Genome(progenitor_secretion_rates=rates) for rates in ([1, 0, 1], [1.0, 0, 1]))
    assert genome == twin
    assert genome.development_seed() != twin.development_seed()
    assert exact_bytes(genome) != exact_bytes(twin)


@pytest.mark.parametrize("rates", [[0, 1, 0], [-0.0, 1.0, 0.0]])
def test_equal_genomes_are_found_even_if_their_bytes_differ(genomes, frame, rates):
    held = Genome.from_dict(genomes[1].to_dict() | {"neuron_secretion_rates": [0.0, 1.0, 0.0]})
    twin = Genome.from_dict(held.to_dict() | {"neuron_secretion_rates": rates})
    assert held == twin
    assert exact_bytes(held) != exact_bytes(twin)
    table = Table([genomes[0], held, *genomes[2:]], frame)
    assert Lookup(table, TASKS).number(twin) == Lookup(table, TASKS).number(held) == 3


def test_integers_are_grown_as_the_floats_that_a_table_holds(frame):
    """So that an evaluation gives what the table would hold."""
    drawn = SAMPLER.genome(3).to_dict()
    held = Genome.from_dict(drawn | {"neuron_secretion_rates": [0.0, 0.0, 1.0]})
    twin = Genome.from_dict(drawn | {"neuron_secretion_rates": [0, 0, 1]})
    asked = {"task": "wine", "fidelity": "low"}
    one, other = (
        Lookup(Table([], frame.iloc[:0]), TASKS, on_missing="evaluate").query(genome, **asked)
        for genome in (held, twin)
    )
    assert one == other
    assert TASKS[1].score(develop(twin), "low", 0) != TASKS[1].score(develop(held), "low", 0)


def test_all_answers_are_those_of_queries(table, frame):
    holed = frame.copy()
    holed.loc[2, "wine_low_1"] = np.nan
    lookup = Lookup(Table([table.genome(n) for n in table.numbers.tolist()], holed), TASKS[1:2])
    found = [*lookup.answers(fidelity="low", seed=1)]
    assert (lookup.spent, lookup.queries) == (0, 0)
    expected = [lookup.query(number, fidelity="low", seed=1) for number in (2, 3, 90)]
    assert [answer for _, answer in found] == expected
    assert [genome for genome, _ in found] == [table.genome(number) for number in (2, 3, 90)]
    assert [*lookup.answers(fidelity="high")] == []


def test_the_only_task_need_not_be_named_and_several_are(table):
    one = Lookup(table, TASKS[:1])
    assert one.query(2, fidelity="low") == one.query(2, task="cartpole", fidelity="low")
    with pytest.raises(ValueError, match="where there are several, 'cartpole', 'wine', 'robustn"):
        Lookup(table, TASKS).query(2, fidelity="low")
    with pytest.raises(ValueError, match="must have scores to be asked for, got one without tasks"):
        Lookup(table, []).query(2)


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
    with pytest.raises(ValueError, match="genome must be that of one of the 4 entries, got 5"):
        lookup.query(5, task="wine", fidelity="low")
    with pytest.raises(ValueError, match="genome must be that of one of the 4 entries, got 91"):
        lookup.query(91, task="wine", fidelity="low")
    with pytest.raises(TypeError, match="genome must be a Genome or the number"):
        lookup.query("2", task="wine", fidelity="low")
    with pytest.raises(TypeError, match="genome must be an integer, got True"):
        lookup.query(True, task="wine", fidelity="low")
    with pytest.raises(ValueError, match="on_missing must be one of 'refuse', 'evaluate'"):
        Lookup(table, TASKS, on_missing="guess")
    with pytest.raises(ValueError, match="budget must be a number above 0, got 0"):
        Lookup(table, TASKS, budget=0)
    with pytest.raises(ValueError, match="seed must be an integer from 0"):
        Lookup(table, TASKS, on_missing="evaluate").query(
            genomes[0], task="wine", fidelity="low", seed=-1
        )
