"""Mapping of the network grammar by GE, structured GE and dynamic SGE, beside GRAPE's mapper.

Run ``python benchmarks/grammatical_mapping.py [--rounds 5]`` with the extra ``bench`` installed.
Everything runs on one thread. In each round both sides map the same random genotypes of 200 codons
for 30 inputs, one after the other; figures are medians of the rounds, ratios are taken round by
round and counted in neurons of valid genotypes.

- *sentences*: our GE maps them by GRAPE's own grammar; that all sentences are equal is checked.
- *networks*: our GE maps them by the network grammar of the plug-in, and reads the sentences as
  arrays of neurons, which are what is evaluated. GRAPE's are still text, to be compiled and run.

Structured GE and dynamic SGE stand beside the throughput that was measured for sge3 (PyPI, its
``mapping``) and PonyGE2 on a machine of the same kind: 26 300 and 65 000 neurons a second, and 14
000 and 27 000 to 36 000 with a grammar of whole networks.
"""

import argparse
import random
import statistics
import time
from array import array
from collections.abc import Callable
from typing import Any

import grape
import numpy as np
import peer_grape
from deap import base

from evograft import plugins, problems
from evograft.plugins.ge import derive
from evograft.representations.grammar import Grammar
from evograft.representations.grammatical import CodonVector, CompiledGrammar, GEMapping

GENOTYPES, CODONS, INPUTS = 4000, 200, 30
NO_LIMIT = 10**9
"""Of GRAPE's depth, which ours does not have: only the end of the codons makes one invalid."""


def timed(function: Callable[[], Any]) -> tuple[float, Any]:
    """Seconds that *function* takes, and what it returns."""
    start = time.perf_counter()
    result = function()
    return time.perf_counter() - start, result


def their_grammar() -> CompiledGrammar:
    """GRAPE's grammar as ours."""
    names = " | ".join(f'"x[{i}]"' for i in range(INPUTS))
    rules = peer_grape.NET_RULE + peer_grape.NEURON_RULES.format(inputs=names)
    return CompiledGrammar.of(Grammar.parse(rules.replace("sigmoid(", '"sigmoid("')))


def networks_of(toolbox: Any, individuals: list[Any]) -> int:
    """Map *individuals* to networks, and return how many neurons these have."""
    neurons, _ = toolbox.mapping.map(individuals)
    return int(neurons.valid.size)


def main() -> None:
    """Print medians and ratios."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    problem = problems.load("wdbc")
    toolboxes = {
        name: plugins.graft(base.Toolbox(), name, problem, preset="comparison")
        for name in ("ge", "sge", "dsge")
    }
    bnf, mapping = peer_grape.grammar(INPUTS), GEMapping(their_grammar())
    figures: dict[str, list[float]] = {}
    for seed in range(options.rounds + 1):  # the first one compiles the kernels
        random.seed(seed)
        genomes = [random.choices(range(256), k=CODONS) for _ in range(GENOTYPES)]
        vectors = [CodonVector(array("B", genome)) for genome in genomes]
        their_seconds, theirs = timed(
            lambda: [grape.mapper_lazy(genome, bnf, NO_LIMIT) for genome in genomes]  # noqa: B023
        )
        our_seconds, (sentences, _) = timed(lambda: derive(mapping, vectors))  # noqa: B023
        # GRAPE keeps the blanks around what a rule joins.
        texts = [
            None if invalid else text.replace(" ", "") for text, _, _, _, invalid, *_ in theirs
        ]
        if [sentences.text(i) for i in range(GENOTYPES)] != texts:
            raise SystemExit("the sentences differ")
        neurons = sum(text.count("sigmoid(") for text in texts if text)
        row = {"GRAPE": neurons / their_seconds, "sentences": neurons / our_seconds}
        for name, toolbox in toolboxes.items():
            individuals = vectors if name == "ge" else toolbox.population(n=GENOTYPES)
            seconds, count = timed(lambda: networks_of(toolbox, individuals))  # noqa: B023
            row[f"{name} networks"] = count / seconds
        if seed:
            for name, rate in row.items():
                figures.setdefault(name, []).append(rate)
    peer = np.array(figures["GRAPE"])
    for name, rates in figures.items():
        ratios = np.array(rates) / peer
        print(
            f"{name}: {statistics.median(rates) / 1e3:.1f} thousand neurons/s, "
            f"{np.median(ratios):.1f} times GRAPE ({ratios.min():.0f} to {ratios.max():.0f})"
        )


if __name__ == "__main__":
    main()
