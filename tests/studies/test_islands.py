import pickle
import random
import shutil
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.pool import ThreadPool
from typing import Any

import numpy as np
import pytest
from contract_kinds import ELSEWHERE as PAIRS
from contract_kinds import KINDS, genes
from deap import base, tools
from engine_functions import sum_with
from island_functions import (
    few_ones_only,
    noisy_ones,
    ones,
    ones_toolbox,
    still_toolbox,
    unchanged,
)

from evograft import plugins, problems, studies
from evograft.studies import engines
from evograft.studies._generations import generations_of
from evograft.studies._global_random import alone_with_random
from evograft.studies.engines import guarded_map
from evograft.studies.islands.migration import Migration
from evograft.studies.islands.streams import apart
from evograft.studies.islands.toolbox_pickling import pack_toolbox, unpack_toolbox
from evograft.studies.run import Run
from evograft.studies.run_directory import RunDirectory

SETTINGS: dict[str, dict[str, Any]] = {
    "morphonas": {"size_x": 6, "size_y": 6, "max_growth_steps": 30},
    "genreg": {"hidden": (4,), "base_rate": 0.5, "final_scale": 0.01},
    "lowrank-es": {"population": 8},
}


def load(name, kind):
    if (name, kind) == ("genreg", "classification"):
        return problems.load("digits", scaling="unit")
    return KINDS[kind].load()


def graft(name, kind, **settings):
    settings = SETTINGS.get(name, {}) | settings
    return plugins.graft(base.Toolbox(), name, load(name, kind), **settings)


POPULATIONS = [pair for pair in PAIRS if not hasattr(graft(*pair), "generate")]
IDS = [" on ".join(pair) for pair in PAIRS]
RATES = {"cxpb": 0.8, "mutpb": 0.5}


@pytest.fixture(scope="module")
def two_processes():
    with engines.processes(2) as engine:
        yield engine


def pickling(sent=None):
    """An engine in this process that pickles as others do, and notes what it sends."""

    def mapper(function, parcels):
        if sent is not None:
            sent.extend(parcels)
        return [function(parcel) for parcel in parcels]

    return guarded_map(mapper, workers=2)


def start(toolbox, engine=None):
    random.seed(7)
    np.random.seed(7)  # noqa: NPY002
    if engine is not None:
        toolbox.register("map", engine)
    return toolbox


def evolve(toolbox, **settings):
    given: dict[str, Any] = {"population": 13, "generations": 5, "islands": 3, **RATES}
    given |= {"migration": Migration(every=2, k=2), "progress": False, **settings}
    return studies.evolve(toolbox, **given)


def values(individuals):
    return [(genes(one), one.fitness.values, one.fitness.valid) for one in individuals]


def plain(state):
    """A state of ``numpy.random`` that can be compared."""
    return [np.asarray(part).tolist() for part in state]


def outcome(run):
    """What two equal runs have in common: all that they found, and every state they end with."""
    states = [(one.toolbox, one.random, plain(one.numpy)) for one in run.islands]
    streams = random.getstate(), plain(np.random.get_state())  # noqa: NPY002
    own = run.toolbox.state() if hasattr(run.toolbox, "state") else None
    return (
        values(run.population),
        values(run.hall_of_fame),
        list(run.logbook),
        run.generation,
        run.evaluations,
        states,
        streams,
        own,
    )


def same(a, b):
    for part, other in zip(outcome(a) if isinstance(a, Run) else a, b, strict=True):
        assert part == other


# The same run, wherever the islands are.


@pytest.mark.parametrize("seed", [None, 3])
@pytest.mark.parametrize(("name", "kind"), POPULATIONS)
def test_islands_of_every_method_are_the_same_where_they_are_pickled(name, kind, seed):
    serial = outcome(evolve(start(graft(name, kind, seed=seed))))
    same(evolve(start(graft(name, kind, seed=seed), pickling())), serial)


@pytest.mark.parametrize(
    ("name", "kind"), [("mge", "classification"), ("genreg", "control"), ("morphonas", "graph")]
)
def test_two_processes_give_the_serial_run(name, kind, two_processes):
    serial = outcome(evolve(start(graft(name, kind))))
    same(evolve(start(graft(name, kind), two_processes)), serial)


def foreign(evaluate):
    toolbox = ones_toolbox()
    toolbox.register("evaluate", evaluate)
    return toolbox


def test_a_foreign_toolbox_draws_in_workers_what_it_draws_here(two_processes):
    # The initial population is evaluated as without islands: what that draws in a worker is not
    # what it draws here.
    def run(engine):
        toolbox = start(foreign(ones), engine)
        population = toolbox.population(n=13)
        # An alias may be a method of a global generator.
        toolbox.register("evaluate", noisy_ones, random.random, np.random.normal)
        for individual in population:
            individual.fitness.values = toolbox.evaluate(individual)
        return evolve(toolbox, population=population)

    serial = outcome(run(map))
    assert len({value for _, value, _ in serial[0]}) > 6
    same(run(two_processes), serial)
    with engines.threads(2) as engine, ThreadPool(2) as pool:
        same(run(engine), serial)
        same(run(pool.map), serial)


@pytest.mark.parametrize("seed", [None, 3])
@pytest.mark.parametrize(("name", "kind"), PAIRS, ids=IDS)
def test_the_aliases_of_a_pickled_toolbox_share_what_they_shared(name, kind, seed):
    toolbox = start(graft(name, kind, seed=seed))
    settings = {"population": 8, "generations": 2, **RATES}
    first = Run(toolbox)
    for _ in generations_of(first, None, settings):
        pass
    snapshot = first.snapshot()
    twin = unpack_toolbox(*pack_toolbox(toolbox))

    def go_on(toolbox):
        run = Run(toolbox)
        run.go_back(snapshot)
        for _ in generations_of(run, None, settings | {"generations": 4}):
            pass
        return values(run.population), list(run.logbook), pickle.dumps(toolbox.state())

    by_twin = go_on(twin)
    assert pickle.dumps(toolbox.state()) == pickle.dumps(snapshot.toolbox), "nothing is shared"
    assert go_on(toolbox) == by_twin
    assert go_on(twin) == by_twin
    if seed is not None:
        assert by_twin[2] != pickle.dumps(snapshot.toolbox)


def test_a_replaced_development_and_its_toolbox_travel():
    toolbox = start(graft("mge", "classification", objectives=("error",)))
    toolbox.register("develop", KINDS["classification"].constant)
    twin = unpack_toolbox(*pack_toolbox(toolbox))
    one, other = twin.population(n=2)
    constant = twin.evaluate(one)
    assert twin.evaluate(other) == constant
    twin.register("develop", graft("mge", "classification").develop)
    assert {twin.evaluate(one), twin.evaluate(other)} != {constant}


@pytest.mark.parametrize(("name", "kind"), POPULATIONS)
def test_a_users_operator_takes_part_where_the_toolbox_is_pickled(name, kind):
    def run(engine, *, replaced=True):
        toolbox = start(graft(name, kind), engine)
        if replaced:
            toolbox.register("mutate", unchanged)
        return outcome(evolve(toolbox))

    serial = run(None)
    same(run(pickling()), serial)
    assert run(None, replaced=False)[0] != serial[0]


def test_large_arrays_go_once_to_each_worker_and_the_toolbox_stays_one():
    sent: list[Any] = []
    data = np.zeros(20_000)
    toolbox = start(ones_toolbox(), pickling(sent))
    toolbox.register("evaluate", sum_with, data)
    toolbox.data = data
    evolve(toolbox, generations=6)
    epochs = [parcel for parcel in sent if isinstance(pickle.loads(parcel.rows)[0][0], tuple)]
    assert len(epochs) == 9, "three islands, three epochs"
    assert len({parcel.function for parcel in epochs}) == 1
    assert all(len(parcel.function) < 5000 and len(parcel.digests) == 1 for parcel in epochs)
    assert sum(bool(parcel.arrays) for parcel in sent) == 2, "with the initial population"
    twin = unpack_toolbox(*pack_toolbox(toolbox))
    assert twin.data is twin.evaluate.args[0] is data


def test_nobody_else_draws_an_islands_random_numbers():
    def draws(other):
        random.seed(3)
        with alone_with_random():
            for _ in range(5):
                other.submit(random.random).result()
                other.submit(lambda: random.sample(range(9), 2)).result()
                other.submit(randint, 0, 9).result()
                other.submit(random.seed, 1).result()
                yield random.random()
                yield random.getrandbits(64)
                yield randint(0, 99)

    randint = random.randint
    before = dict(vars(random))
    with ThreadPoolExecutor(1) as one, ThreadPoolExecutor(1) as other:
        found = one.submit(lambda: list(draws(other))).result()
    assert dict(vars(random)) == before
    random.seed(3)
    expected = [
        draw()
        for _ in range(5)
        for draw in (random.random, lambda: random.getrandbits(64), lambda: randint(0, 99))
    ]
    assert found == expected


# Resuming.


@pytest.mark.parametrize(("name", "seed"), [("mge", None), ("genreg", None), ("genreg", 3)])
def test_a_resumed_run_equals_an_uninterrupted_one(name, seed, tmp_path):
    def run(out, **settings):
        toolbox = start(graft(name, "classification", seed=seed))
        return evolve(
            toolbox, generations=7, out=tmp_path / out, checkpoint_seconds=0, pictures=False,
            **settings,
        )  # fmt: skip

    def keep_and_interrupt(run):
        if run.generation == 4:
            shutil.copytree(tmp_path / "cut", tmp_path / "old")
            raise KeyboardInterrupt

    whole = outcome(run("whole"))
    with pytest.raises(studies.Interrupted) as stopped:
        run("cut", callbacks=[keep_and_interrupt])
    assert stopped.value.run.generation == 4
    for out in ("cut", "old"):  # saved at the interruption, and two generations before
        generation = RunDirectory(tmp_path / out).snapshot().generation
        assert generation == (4 if out == "cut" else 2)
        same(run(out, resume=True), whole)


def test_a_run_that_ended_within_an_epoch_goes_on_as_one_that_did_not(tmp_path):
    whole = outcome(evolve(start(ones_toolbox()), generations=7))
    evolve(start(ones_toolbox()), generations=3, out=tmp_path / "run")
    longer = evolve(start(ones_toolbox()), generations=7, out=tmp_path / "run", resume=True)
    same(longer, whole)


def test_an_interruption_within_an_epoch_leaves_the_last_one():
    toolbox = start(ones_toolbox())
    calls = iter(range(80))

    def interrupted(individual):
        if next(calls, None) is None:
            raise KeyboardInterrupt
        return ones(individual)

    toolbox.register("evaluate", interrupted)
    with pytest.raises(studies.Interrupted) as stopped:
        evolve(toolbox, generations=100)
    run = stopped.value.run
    assert run.generation % 2 == 0 < run.generation
    assert len(run.logbook) == run.generation + 1
    same(run, outcome(evolve(start(ones_toolbox()), generations=run.generation)))


@pytest.mark.parametrize(("n", "sizes"), [(7, [3, 2, 2]), (20, [7, 7, 6])])
def test_another_population_changes_every_island(n, sizes, tmp_path):
    before = evolve(start(ones_toolbox()), out=tmp_path / "run")
    best = [max(map(sum, island.population)) for island in before.islands]
    toolbox = ones_toolbox()
    toolbox.register("breed", lambda population, n: list(population))
    run = evolve(toolbox, population=n, generations=6, out=tmp_path / "run", resume=True)
    assert [len(island.population) for island in run.islands] == sizes
    assert [max(map(sum, island.population)) for island in run.islands] >= best
    assert all(individual.fitness.valid for individual in run.population)


def test_too_small_a_population_leaves_the_run_as_it_was(tmp_path):
    whole = outcome(evolve(start(ones_toolbox()), generations=7))
    evolve(start(ones_toolbox()), out=tmp_path / "run", generations=4)
    with pytest.raises(ValueError, match="population must be at least 2 for each of 3 islands"):
        evolve(ones_toolbox(), population=5, out=tmp_path / "run", resume=True)
    with pytest.raises(ValueError, match="k must be at most the 4 individuals of an island"):
        evolve(ones_toolbox(), migration=Migration(k=5), out=tmp_path / "run", resume=True)
    same(evolve(ones_toolbox(), generations=7, out=tmp_path / "run", resume=True), whole)


def test_an_individual_that_is_there_twice_is_on_one_island_only():
    one, other = individuals(3, 9)
    run = evolve(start(still_toolbox()), population=[one, other] * 3, generations=0)
    assert run.population[:2] == [one, other]
    assert len({id(individual) for individual in run.population}) == 6
    assert [id(a) for island in run.islands for a in island.population] == [
        *map(id, run.population)
    ]


def test_another_number_of_islands_is_refused(tmp_path):
    evolve(start(ones_toolbox()), out=tmp_path / "islands")
    evolve(start(ones_toolbox()), out=tmp_path / "none", islands=None, migration=None)
    for out, islands, had in (("islands", 2, 3), ("islands", None, 3), ("none", 3, None)):
        with pytest.raises(ValueError, match=f"islands must be .* resume, {had}, got {islands}"):
            evolve(ones_toolbox(), out=tmp_path / out, resume=True, islands=islands, migration=None)


# What islands are.


def test_islands_without_migration_are_runs_of_their_own():
    toolbox = start(graft("genreg", "classification", seed=3))
    begun = evolve(toolbox, generations=0)
    assert [len(island.population) for island in begun.islands] == [5, 4, 4]
    assert values(begun.population) == values(
        one for island in begun.islands for one in island.population
    )
    apart_all = evolve(
        start(graft("genreg", "classification", seed=3)), migration=Migration(every=9, k=1)
    )
    for island, found in zip(begun.islands, apart_all.islands, strict=True):
        alone = Run(toolbox)
        alone.go_back(island)
        alone.record(0)
        for _ in generations_of(alone, None, {"generations": 5}):
            pass
        assert values(alone.population) == values(found.population)
        assert list(alone.logbook[1:]) == found.log
        assert alone.snapshot().toolbox == found.toolbox
    never = evolve(
        start(graft("genreg", "classification", seed=3)), migration=Migration(every=2, k=0)
    )
    same(never, outcome(apart_all))


def test_no_two_islands_draw_the_same():
    for seed in (None, 3):
        islands = evolve(start(graft("mge", "classification", seed=seed)), generations=0).islands
        assert len({island.random for island in islands}) == 3
        assert len({island.numpy[1].tobytes() for island in islands}) == 3
        kept = [pickle.dumps(island.toolbox) for island in islands]
        assert len(set(kept)) == (1 if seed is None else 3)


def test_a_generator_that_cannot_jump_is_refused():
    state = {"rng": [np.random.SFC64(1).state]}
    with pytest.raises(ValueError, match=r"Generators that can jump ahead.*got SFC64"):
        apart(state, 1)
    assert apart({"rng": None, "seeds": (1, [2])}, 1) == {"rng": None, "seeds": (1, [2])}


def test_the_log_is_that_of_all_islands():
    seen = []

    def look(run):
        row = run.logbook[-1]
        assert row["gen"] == run.generation == len(run.logbook) - 1
        found = [one.fitness.values[0] for one in run.population]
        assert row["mean"] == pytest.approx(np.mean(found))
        assert row["genes"] == pytest.approx(np.mean([*map(len, run.population)]))
        assert row["best"] == run.best.fitness.values[0] == min(found)  # the elite survives
        if run.generation:
            assert row["nevals"] == sum(island.log[-1]["nevals"] for island in run.islands)
        assert row["neurons"] == run.network.complexity().neurons
        seen.append(run.generation)

    run = evolve(start(graft("mge", "classification", elite=0.2)), callbacks=[look], population=30)
    assert seen == [0, 2, 4, 5]
    assert run.logbook.select("gen") == [0, 1, 2, 3, 4, 5]
    assert run.evaluations == sum(run.logbook.select("nevals"))
    bests = run.logbook.select("best")
    assert bests == sorted(bests, reverse=True)


def test_the_initial_population_is_that_of_a_run_without_islands():
    with_islands = evolve(start(graft("mge", "classification")), generations=0)
    without = evolve(
        start(graft("mge", "classification")), generations=0, islands=None, migration=None
    )
    assert values(with_islands.population) == values(without.population)
    assert list(with_islands.logbook) == list(without.logbook)


def test_a_sampled_run_has_the_best_of_its_last_generation():
    run = evolve(start(graft("genreg", "classification")))
    best = max(run.population, key=lambda one: one.fitness.values)
    assert values([run.best]) == values([best])


def test_evaluations_are_counted_over_all_islands_and_end_the_run_with_an_epoch():
    # Each generation but the first evaluates about 12 of 13.
    run = evolve(start(ones_toolbox()), generations=None, evaluations=30)
    assert run.evaluations >= 30
    assert run.generation % 2 == 0
    before = sum(run.logbook.select("nevals")[:-2])
    assert before < 30
    assert evolve(start(ones_toolbox()), generations=3, evaluations=10**6).generation == 3


def test_stop_is_asked_after_each_epoch():
    run = evolve(start(ones_toolbox()), generations=50, stop=lambda run: run.generation >= 3)
    assert run.generation == 4


def test_the_configuration_names_islands_and_migration(tmp_path):
    evolve(start(ones_toolbox()), generations=1, out=tmp_path / "run")
    recorded = RunDirectory(tmp_path / "run").config()["run"]
    assert recorded["islands"] == 3
    assert recorded["migration"] == {
        "every": 2,
        "k": 2,
        "selection": "deap.tools.selection:selBest",
        "replacement": None,
        "array": None,
    }
    evolve(
        start(ones_toolbox()), generations=1, islands=None, migration=None, out=tmp_path / "other"
    )
    assert not {"islands", "migration"} & set(RunDirectory(tmp_path / "other").config()["run"])


# Migration.


def individuals(*counts):
    made = []
    for count in counts:
        individual = ones_toolbox().individual()
        individual[:] = [1] * count
        individual.fitness.values = ones(individual)
        made.append(individual)
    return made


def counts(islands):
    return [[len(individual) for individual in island] for island in islands]


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({"k": 1}, [[7, 1, 2], [3, 5, 4], [8, 6, 6]]),
        ({"k": 2}, [[7, 1, 6], [3, 2, 4], [8, 5, 6]]),
        ({"k": 1, "replacement": tools.selWorst}, [[3, 7, 2], [8, 5, 3], [7, 8, 6]]),
        ({"k": 1, "array": (2, 0, 1)}, [[8, 1, 2], [7, 5, 4], [3, 6, 6]]),
        ({"k": 1, "array": [0, 1, 2]}, [[3, 1, 2], [8, 5, 4], [7, 6, 6]]),
        ({"k": 1, "selection": tools.selWorst}, [[3, 6, 2], [8, 5, 1], [7, 4, 6]]),
        ({"k": 0}, [[3, 1, 2], [8, 5, 4], [7, 6, 6]]),
    ],
)
def test_a_migration_is_that_of_deap(settings, expected):
    islands = [individuals(3, 1, 2), individuals(8, 5, 4), individuals(7, 6, 6)]
    assert counts(Migration(**settings).exchange(islands)) == expected
    assert counts(islands) == [[3, 1, 2], [8, 5, 4], [7, 6, 6]], "nothing is changed in place"


def test_the_best_go_round_once_every_so_many_generations():
    run = evolve(
        start(still_toolbox()),
        population=individuals(9, 1, 8, 2, 7, 3),
        generations=7,
        migration=Migration(every=3, k=1),
    )
    # After the generations 3 and 6: from each island to the next, twice.
    assert counts(island.population for island in run.islands) == [[8, 1], [7, 2], [9, 3]]
    assert [row["best"] for row in run.logbook] == [9.0] * 8
    assert [row["nevals"] for row in run.logbook] == [0] * 8


def test_a_copy_arrives_of_those_that_stay():
    run = evolve(
        start(still_toolbox()),
        population=individuals(9, 1, 2, 2, 3, 3),
        generations=2,
        migration=Migration(every=1, k=1, replacement=tools.selWorst),
    )
    assert counts(island.population for island in run.islands) == [[9, 3], [9, 2], [2, 3]]
    assert len({id(individual) for individual in run.population}) == 6


def test_individuals_are_found_as_themselves():
    class Vector:
        """Like a numpy array, it has no truth value when compared."""

        def __init__(self, value):
            self.value = value
            self.fitness = value

        def __eq__(self, other):
            return np.zeros(2) == 0

        def __hash__(self):
            return hash(self.value)

    islands = [[Vector(1), Vector(2)], [Vector(3), Vector(4)]]
    best = Migration(k=1).exchange(islands)
    assert [[one.value for one in island] for island in best] == [[1, 4], [3, 2]]


def test_a_selection_that_gives_others_is_refused():
    islands = [individuals(1, 2), individuals(3, 4)]
    for k, selection, text in (
        (1, lambda island, k: island, "selection must give the k=1 individuals .* got 2"),
        (2, lambda island, k: [island[0]] * k, "must give different individuals of the island"),
        (1, lambda island, k: individuals(5), "must give different individuals of the island"),
    ):
        with pytest.raises(ValueError, match=text):
            Migration(k=k, selection=selection).exchange(islands)


def test_a_selection_draws_from_the_runs_own_stream():
    def drawing(island, k):
        return random.sample(island, k)

    migration = Migration(every=2, k=2, selection=drawing)
    serial = outcome(evolve(start(ones_toolbox()), migration=migration))
    same(evolve(start(ones_toolbox(), pickling()), migration=migration), serial)


# Faults.


@pytest.mark.parametrize("pickled", [False, True])
def test_who_fails_on_an_island_comes_back(pickled):
    toolbox = start(foreign(few_ones_only), pickling() if pickled else None)
    population = individuals(*[9] * 12)
    for individual in population:
        individual += [0] * 11
    with pytest.warns(UserWarning, match="too many ones and 1[0-9]; the individual gets the worst"):
        run = evolve(toolbox, population=population, generations=4)
    assert run.failures
    for failure in run.failures:
        assert 1 <= failure.generation <= 4
        assert sum(failure.individual) >= 10
        assert failure.individual.fitness.values == (-1e8,)
        assert "too many ones" in "".join(
            [str(failure.error), *getattr(failure.error, "__notes__", [])]
        )


def test_what_does_not_pickle_is_named(two_processes):
    toolbox = start(ones_toolbox())
    toolbox.register("mutate", lambda individual: (individual,))
    serial = evolve(toolbox)
    assert serial.generation == 5
    toolbox.register("map", two_processes)
    with pytest.raises(ValueError, match=r"toolbox must pickle .* got mutate=functools.partial"):
        evolve(toolbox)


def test_a_toolbox_is_left_as_it_was():
    toolbox = start(graft("genreg", "classification", seed=3))
    aliases = dict(vars(toolbox))
    run = evolve(toolbox)
    assert dict(vars(toolbox)) == aliases
    assert toolbox.state() == run.snapshot().toolbox
    assert toolbox.state()["generation"] == 0


@pytest.mark.parametrize(
    ("settings", "error", "text"),
    [
        ({"islands": 1}, ValueError, "islands must be an integer of at least 2, got 1"),
        ({"islands": 2.0}, TypeError, "islands must be an integer"),
        ({"islands": None}, ValueError, "islands must be given for a migration, got None"),
        ({"migration": 5}, TypeError, "migration must be a Migration, got 5"),
        ({"population": 5}, ValueError, "population must be at least 2 for each of 3 islands"),
        ({"migration": Migration(k=5)}, ValueError, "k must be at most the 4 individuals"),
        ({"migration": Migration(k=1, array=(0, 1))}, ValueError, "array must have each number"),
        ({"migration": Migration(k=1, array=(1, 2, 2))}, ValueError, r"got \[1, 2, 2\]"),
    ],
)
def test_bad_settings_are_refused_before_anything_is_evaluated(settings, error, text, tmp_path):
    toolbox = ones_toolbox()
    toolbox.unregister("evaluate")
    with pytest.raises(error, match=text):
        evolve(toolbox, out=tmp_path / "run", **settings)
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize(
    ("settings", "error", "text"),
    [
        ({"every": 0}, ValueError, "every must be an integer of at least 1, got 0"),
        ({"k": -1}, ValueError, "k must be an integer of at least 0, got -1"),
        ({"selection": "best"}, TypeError, "selection must be callable, got 'best'"),
        ({"replacement": 3}, TypeError, "replacement must be callable or None, got 3"),
        ({"array": 3}, TypeError, "array must be a sequence of integers, got 3"),
    ],
)
def test_a_migration_that_cannot_be_is_refused(settings, error, text):
    with pytest.raises(error, match=text):
        Migration(**settings)


def test_a_method_without_a_population_is_refused():
    with pytest.raises(ValueError, match="islands must be left out for a method with generate"):
        evolve(graft("lowrank-es", "classification"), population=None)
