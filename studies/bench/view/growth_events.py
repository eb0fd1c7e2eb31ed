"""A recorded growth as what happened in it, for the page to play it step by step."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from evograft.representations.morphogenesis import Genome, Organism
    from evograft.representations.morphogenesis.organism import Stage

Integers = npt.NDArray[np.int64]

DIRECTIONS = ((-1, 0), (1, 0), (0, -1), (0, 1), (-1, -1), (-1, 1), (1, -1), (1, 1))
"""What the letters ``a`` to ``h`` in the story of an axon add to x and y."""

IDLE, CONNECTED = ".", "-"
"""The other letters: nothing happened; it connected, and is as short as its neuron again."""

MOST_STEPS = 5000
"""Of a growth that is played: to record as many takes a second or two."""

MOST_RECORDED = 2**25
"""Numbers that its states may hold while it is recorded, 256 MiB."""

AXON = 16
"""Numbers that the array of an axon takes besides its sites."""


def played_growth(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Grow the genome of these fields with every step recorded; return its events.

    Parameters
    ----------
    fields : mapping
        As :meth:`Genome.to_dict` gives them.

    Raises
    ------
    TypeError, ValueError
        Where the genome is not valid, has more than 5000 steps, or the record of its growth would
        take more than 256 MiB.
    """
    from evograft.representations.morphogenesis import Genome, develop

    genome = Genome.from_dict(fields)
    if genome.max_growth_steps > MOST_STEPS:
        raise ValueError(
            f"max_growth_steps of a growth that is played must be at most {MOST_STEPS}, got "
            f"{genome.max_growth_steps}; evograft grow draws it"
        )
    _check_record(genome, neurons=0)
    # How much there is to record of axons is known once it has grown; unrecorded that is quick.
    _check_record(genome, neurons=develop(genome).n_neurons)
    return growth_events(develop(genome, record=1))


def _check_record(genome: "Genome", neurons: int) -> None:
    stages = genome.max_growth_steps + 1
    sites = genome.size_x * genome.size_y
    axons = neurons * (AXON + 2 * min(genome.max_axon_length, stages))
    values = stages * (sites * (genome.num_morphogens + 1) + axons)
    if values > MOST_RECORDED:
        raise ValueError(
            f"states of a growth that is played must hold at most {MOST_RECORDED} numbers, got "
            f"{values} with {neurons} neurons; evograft grow draws it"
        )


def growth_events(organism: "Organism") -> dict[str, Any]:
    """Return the events of a growth of which every step was recorded.

    Parameters
    ----------
    organism : Organism
        Grown with ``develop(genome, record=1)``.

    Returns
    -------
    dict
        Of plain numbers, lists and strings:

        ``size``: sites in x and y. ``steps``: done in all.
        ``cells``: ``x``, ``y``, ``born`` and ``differentiated`` of the cells 1, 2, … in that order:
        sites, and the steps after which the cell was there and was a neuron (-1 if it never was).
        ``axons``: for every neuron, by id, one letter for each step from that in which it
        differentiated: see :data:`DIRECTIONS`, :data:`IDLE`, :data:`CONNECTED`; nothing happens
        after the last letter.
        ``edges``: ``source``, ``target`` (ids), ``weight`` and ``made``, the step in which the
        connection was first made; loops of neurons without input are made in the last one.

    Raises
    ------
    ValueError
        Where not every step was recorded.

    Examples
    --------
    >>> from evograft.representations.morphogenesis import Genome, develop
    >>> genome = Genome.random(np.random.default_rng(34), 10, 10, max_growth_steps=20)
    >>> events = growth_events(develop(genome, record=1))
    >>> events["cells"]["born"][:3], events["cells"]["differentiated"][:3], events["axons"][0]
    ([0, 2, 4], [2, 4, 6], '..h-h-d-h-h-h-h-h-h')
    """
    history = organism.history or []
    steps = organism.genome.max_growth_steps
    if [stage.step for stage in history] != [*range(steps + 1)]:
        raise ValueError(
            f"organism must be grown with every step recorded: develop(genome, record=1), "
            f"got {organism!r}"
        )
    cells = _cells(history)
    stories, made = _axons(history, cells)
    return {
        "size": [organism.genome.size_x, organism.genome.size_y],
        "steps": steps,
        "cells": {name: values.tolist() for name, values in cells.items()},
        "axons": [story.rstrip(IDLE) for story in stories],
        "edges": {
            "source": organism.edges[:, 0].tolist(),
            "target": organism.edges[:, 1].tolist(),
            "weight": organism.weights.tolist(),
            "made": [made.get(pair, steps) for pair in map(tuple, organism.edges.tolist())],
        },
    }


def _cells(history: "list[Stage]") -> dict[str, Integers]:
    """Where the cells are, and when they were first seen as cells and as neurons."""
    sites = np.argwhere(history[-1].cells > 0)
    sites = sites[np.argsort(history[-1].cells[tuple(sites.T)])]
    x, y = sites.T
    there = np.array([stage.cells[x, y] > 0 for stage in history])
    neuron = np.array([stage.neurons[x, y] for stage in history])
    return {
        "x": x,
        "y": y,
        "born": there.argmax(axis=0),
        "differentiated": np.where(neuron.any(axis=0), neuron.argmax(axis=0), -1),
    }


def _axons(
    history: "list[Stage]", cells: dict[str, Integers]
) -> tuple[list[str], dict[tuple[int, int], int]]:
    """The stories of the axons by their neurons' ids, and the steps of the connections."""
    torus = np.array(history[-1].cells.shape)
    letters = _letters(*history[-1].cells.shape)
    told = np.full((len(history), len(cells["x"]) + 1), ord(IDLE), np.uint8)
    length = np.ones(len(cells["x"]) + 1, np.int64)
    tip = np.column_stack((cells["x"], cells["y"]))[np.arange(len(length)) - 1]
    made: dict[tuple[int, int], int] = {}
    for stage in history:
        ids = np.sort(stage.cells[stage.neurons])
        if len(ids) == 0:
            continue
        lengths = np.array([len(axon) for axon in stage.axons])
        tips = np.concatenate(stage.axons)[np.cumsum(lengths) - 1]
        grew, connected = lengths > length[ids], lengths < length[ids]
        dx, dy = ((tips - tip[ids]) % torus)[grew].T
        told[stage.step, ids[grew]] = letters[dx, dy]
        told[stage.step, ids[connected]] = ord(CONNECTED)
        sources = ids[connected]
        targets = stage.cells[tuple(tip[sources].T)]
        for pair in zip(sources.tolist(), targets.tolist(), strict=True):
            made.setdefault(pair, stage.step)
        length[ids], tip[ids] = lengths, tips
    stories = [
        told[since:, i].tobytes().decode("ascii")
        for i, since in enumerate(cells["differentiated"].tolist(), start=1)
        if since >= 0
    ]
    return stories, made


def _letters(size_x: int, size_y: int) -> npt.NDArray[np.uint8]:
    """What a step so far on the torus is called; on a small one several are the same step."""
    letters = np.zeros((size_x, size_y), np.uint8)
    for i, (dx, dy) in enumerate(DIRECTIONS):
        letters[dx % size_x, dy % size_y] = ord("a") + i
    return letters
