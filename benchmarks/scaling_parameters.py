"""The parameters of ``scaling_model.py``, measured on a Dask cluster of two local processes.

Times that matter beside each other are taken in rounds, in a random order. The check is what the
model says of one and of two workers on this machine, without a network, beside what they do; its
times are not fitted to the check. A round of the check lets one worker and two evaluate the same
individuals, and spin.
"""

import copy
import dataclasses
import pickle
import random
import statistics
import time
from contextlib import ExitStack
from typing import Any

import numpy as np
from engine_workloads import (
    SPIN,
    Stored,
    Workload,
    assign,
    breed,
    local_client,
    mge,
    morphonas,
    seconds,
    spin,
)
from scaling_model import Network, default_chunk, rate
from scaling_model import Workload as Modelled
from scipy.optimize import nnls

from evograft.studies import engines

SHARES = (1, 2, 5, 20, 100, 200)
"""Numbers of workers for which the slowdown by a smaller share of the genes is measured."""

MILLION = 1_000_000
WARM_UP = 8
SAMPLE = 2000
"""Times of individuals that are kept."""

CHUNKS = ((200, 1), (200, 10), (200, 50), (1000, 5), (1000, 50), (1000, 250))
"""Individuals and chunk sizes of the maps that tell what the scheduler does."""


def measure(rounds: int) -> tuple[list[Modelled], str]:
    """The workloads of the model, and the check of the model as a Markdown table."""
    sources = [mge("mnist"), morphonas(target="K06")]
    with ExitStack() as stack:
        clients = {workers: local_client(stack, workers) for workers in (1, 2)}
        parameters, checks = [], []
        for source in sources:
            costs = scheduler_costs(source, clients[2], rounds)
            workload = parameters_of(source, costs, rounds)
            parameters.append(workload)
            checks += check(source, workload, clients, rounds)
    sent = dataclasses.replace(
        parameters[1], name="A million genomes of MorphoNAS, sent", population=MILLION, pause=0.0
    )
    workloads = [*parameters, sent, drawn_by_workers(sources[1], sent, rounds)]
    head = [
        f"Model and machine, without a network ({rounds} rounds, median and range):\n",
        "| | evaluations/s, 1 worker | 2 workers | speed-up |",
        "|---|---|---|---|",
    ]
    return workloads, "\n".join(head + checks)


def scheduler_costs(source: Workload, client: Any, rounds: int) -> dict[str, float]:
    """Seconds for each map, chunk and individual, from maps of an evaluation that does nothing.

    Pickling and unpickling are timed apart, here; the rest is fitted by least squares.
    """
    individuals: list[Any] = []
    while len(individuals) < max(n for n, _ in CHUNKS):
        individuals += next(source.generations)
    stored = Stored(source.toolbox.problem, [(0.0,)] * len(individuals))
    pickling, unpickling = pickling_seconds(individuals, rounds)
    order, rows, rest = random.Random(1), [], []
    for turn in range(rounds + 1):
        for n, chunk in order.sample(CHUNKS, len(CHUNKS)):
            with engines.dask(client, chunksize=chunk) as engine:
                passed = seconds(engine, stored, individuals[:n])
            if turn:  # the first sends what the workers lack
                # Two workers unpickle at the same time.
                known = n * (pickling + unpickling / 2)
                rows.append(np.array([1.0, n / chunk, float(n)]) / passed)
                rest.append(max(0.0, passed - known) / passed)
    # Relative errors: a map of 200 chunks must not outweigh one of 4.
    (per_map, per_chunk, per_individual), _ = nnls(np.array(rows), np.array(rest))
    return {
        "per_map": float(per_map),
        "per_chunk": float(per_chunk),
        "per_individual": float(per_individual),
        "pickling": pickling,
        "unpickling": unpickling,
    }


def drawn_by_workers(source: Workload, sent: Modelled, rounds: int) -> Modelled:
    """The same without genomes on their way: a worker gets seeds, and draws genomes from them."""
    seeds = list(range(MILLION // 1000))
    pickling, unpickling = pickling_seconds(seeds, rounds)
    drawing = [seconds(source.toolbox.population, len(seeds)) for _ in range(rounds)]
    each = statistics.median(drawing) / len(seeds)
    return dataclasses.replace(
        sent,
        name="A million genomes of MorphoNAS, drawn by the workers from seeds",
        times=tuple(growing + each for growing in sent.times),
        per_individual=0.0,
        pickling=pickling,
        unpickling=unpickling,
        individual_bytes=len(pickle.dumps(seeds)) / len(seeds),
    )


def pickling_seconds(individuals: list[Any], rounds: int) -> tuple[float, float]:
    """Of an individual in a list, there and back."""
    pickled = pickle.dumps(individuals)
    there = [seconds(pickle.dumps, individuals) for _ in range(rounds)]
    back = [seconds(pickle.loads, pickled) for _ in range(rounds)]
    return statistics.median(there) / len(individuals), statistics.median(back) / len(individuals)


def parameters_of(source: Workload, costs: dict[str, float], rounds: int) -> Modelled:
    """Everything that the model asks for."""
    toolbox, times, pauses, sizes = source.toolbox, [], [], []
    for turn in range(WARM_UP + rounds):
        individuals = next(source.generations)
        batch = seconds(toolbox.evaluate.batch, individuals)
        if turn < WARM_UP:
            continue
        # One by one tells how they differ, the batch how long they take: it has fewer calls.
        one_by_one = [seconds(toolbox.evaluate, individual) for individual in individuals]
        times += [one * batch / sum(one_by_one) for one in one_by_one]
        assign(toolbox, individuals)
        pauses.append(breeding_seconds(toolbox, individuals))
        sizes.append(len(pickle.dumps(individuals)) / len(individuals))
    return Modelled(
        name=source.name,
        population=len(individuals),
        times=tuple(np.random.default_rng(1).choice(times, SAMPLE).tolist()),
        slower=slowdown(source, rounds) if source.name.startswith("MGE") else ((1, 1.0),),
        chunk_bytes=float(len(pickle.dumps(toolbox.evaluate))),
        individual_bytes=statistics.median(sizes),
        pause=statistics.median(pauses),
        **costs,
    )


def breeding_seconds(toolbox: Any, parents: list[Any]) -> float:
    """Time to breed as many offspring; where the method breeds fewer, in proportion."""
    start = time.perf_counter()
    offspring = breed(toolbox, parents)
    return (time.perf_counter() - start) * len(parents) / len(offspring)


def slowdown(source: Workload, rounds: int) -> tuple[tuple[int, float], ...]:
    """How many times as long an individual takes a worker that gets a share of each generation."""
    # Copies of the evaluation, each with a cache of its own.
    workers = {count: copy.deepcopy(source.toolbox.evaluate.func) for count in SHARES}
    ratios: dict[int, list[float]] = {count: [] for count in SHARES}
    draw = random.Random(1)
    for turn in range(WARM_UP + rounds):
        individuals = next(source.generations)
        spent = {}
        for count in draw.sample(SHARES, len(SHARES)):
            evaluate = workers[count]
            share = draw.sample(individuals, max(1, len(individuals) // count))
            spent[count] = seconds(evaluate.batch, share) / len(share)
        for count in SHARES if turn >= WARM_UP else ():
            ratios[count].append(spent[count] / spent[1])
    return tuple((count, statistics.median(found)) for count, found in ratios.items())


def check(
    source: Workload, workload: Modelled, clients: dict[int, Any], rounds: int
) -> list[str]:  # fmt: skip
    """Rows of the model's rates of one and two workers, the machine's, and spinning."""
    rates: dict[tuple[str, int], list[float]] = {}
    with ExitStack() as stack:
        maps = {n: stack.enter_context(engines.dask(client)) for n, client in clients.items()}
        for turn in range(WARM_UP + rounds):
            individuals = next(source.generations)
            for n, engine in maps.items():
                evaluated = len(individuals) / seconds(engine, source.toolbox.evaluate, individuals)
                spun = 2 / seconds(engine, spin, [SPIN, SPIN])
                if turn >= WARM_UP:
                    rates.setdefault(("machine", n), []).append(evaluated)
                    rates.setdefault(("spinning", n), []).append(spun)
    unpaused, none = dataclasses.replace(workload, pause=0.0), Network(float("inf"), 0.0)
    for n in clients:
        chunk = default_chunk(workload.population, n)
        rates["model", n] = [rate(unpaused, none, n, chunk)]
    return [row(f"{workload.name}, {who}", rates[who, 1], rates[who, 2])
            for who in ("model", "machine", "spinning")]  # fmt: skip


def row(name: str, one: list[float], two: list[float]) -> str:
    """Rates of one and two workers, and the speed-up round by round."""
    gains = [b / a for a, b in zip(one, two, strict=True)]
    cells = [f"{statistics.median(values):.4g}" for values in (one, two)]
    spread = f" ({min(gains):.2f} to {max(gains):.2f})" if len(gains) > 1 else ""
    return f"| {name} | {' | '.join(cells)} | {statistics.median(gains):.2f}{spread} |"
