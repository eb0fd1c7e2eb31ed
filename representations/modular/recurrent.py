"""From genotypes to recurrent networks: every gene's neuron is an input option of all genes."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from evograft.representations import _check
from evograft.representations.grammar import Grammar, GrammarError
from evograft.representations.neat_network import NeatNetwork
from evograft.representations.neuron_grammar import FUNCTIONS
from evograft.representations.neuron_mapper import MappedGenes, NeuronMapper

_HIDDEN = re.compile(r"h([1-9]\d*)")
_OTHER_CALLS = tuple(f"*{function}(" for function in FUNCTIONS if function != "sig")
KEPT = 64
"""Mappers, each for one number of genes: more than a generation usually has."""

_LARGEST = float(np.finfo(np.float32).max)


@dataclass(frozen=True)
class RecurrentMapping:
    """Maps genotypes whose genes may read any neuron of the genotype, their own too.

    The hidden neurons are known before the first gene is mapped: one per gene, ``h1`` that of the
    first. They stand where the grammar has ``h*``, in the paper's flat rule after the features, so
    that what a codon means depends on the number of genes. A gene that is invalid has no neuron;
    what would read it, does not.

    Parameters
    ----------
    grammar : Grammar
        As :class:`~evograft.representations.neuron_mapper.NeuronMapper` takes it; its neurons are
        sigmoid ones.
    n_features, n_outputs : int, at least 1
    codon_bits : int
        8 or 16.
    clip_inputs : bool
        Whether input weights, equal inputs merged, are clipped to [-1, 1].
    output : str
        One of :data:`~evograft.representations.network.OUTPUTS`.
    rounds : int, at least 1
        How often all neurons answer an observation, each from what the others gave a round before.
        Outputs too: from 2 on, an observation reaches them through hidden neurons at once.

    Raises
    ------
    GrammarError
        Where a neuron could be no sigmoid one, or :class:`NeuronMapper` refuses the grammar.

    Examples
    --------
    One gene, whose neuron reads itself: 1.5 * sig(2 * h1 + 0.5) goes to the output.

    >>> from evograft.representations.neuron_grammar import neuron_bnf
    >>> mapping = RecurrentMapping(Grammar.parse(neuron_bnf()), n_features=1, n_outputs=1)
    >>> gene = bytes([1, 1, 0, 5, 0, 1, 2, 0, 0, 1, 1, 0, 0, 5])
    >>> network = mapping.develop([gene])
    >>> [round(network.step([0.0]).item(), 3) for _ in range(3)]
    [0.934, 1.351, 1.366]
    """

    grammar: Grammar
    n_features: int
    n_outputs: int
    codon_bits: int = 8
    clip_inputs: bool = False
    output: str = "linear_softmax"
    rounds: int = 2

    def __post_init__(self) -> None:
        _check.choice("codon_bits", self.codon_bits, (8, 16))
        _check.integer("rounds", self.rounds, minimum=1)
        for options in self.grammar.rules.values():
            for symbol in (symbol for option in options for symbol in option):
                if isinstance(symbol, str) and any(call in symbol for call in _OTHER_CALLS):
                    raise GrammarError(
                        f"grammar: neurons of a recurrent network must be sig(…), got {symbol!r}"
                    )
        self.largest_rule(1)

    def __reduce__(self) -> tuple[type["RecurrentMapping"], tuple[Any, ...]]:
        # Without the mappers, which every process makes as it needs them.
        return type(self), tuple(getattr(self, part.name) for part in fields(self))

    @cached_property
    def _plain(self) -> NeuronMapper:
        return NeuronMapper(self.grammar, self.n_features, self.n_outputs)

    @cached_property
    def _mappers(self) -> Callable[[int], NeuronMapper]:
        return lru_cache(KEPT)(self._make_mapper)

    def mapper(self, n_genes: int) -> NeuronMapper:
        """The mapper for genotypes of *n_genes*; to it, neuron j is feature n_features + j.

        The :data:`KEPT` that were used last are kept.
        """
        return self._mappers(n_genes)

    def _make_mapper(self, n_genes: int) -> NeuronMapper:
        rules = self._plain.grammar.bind(h=n_genes).rules
        closed = {
            head: tuple(tuple(map(self._as_feature, option)) for option in options)
            for head, options in rules.items()
        }
        return NeuronMapper(Grammar(closed), self.n_features + n_genes, self.n_outputs)

    def _as_feature(self, symbol: Any) -> Any:
        """*symbol*, with a hidden neuron as the feature that it is to the mapper."""
        found = _HIDDEN.fullmatch(symbol) if isinstance(symbol, str) else None
        return symbol if found is None else f"x{self.n_features + int(found[1])}"

    def largest_rule(self, n_genes: int) -> int:
        """The largest number of options of any rule, for genotypes of *n_genes*."""
        return self.mapper(n_genes).largest_rule()

    def develop(self, individual: Sequence[bytes]) -> NeatNetwork:
        """Grow the network of one individual; its hidden neurons are those of valid genes.

        Raises
        ------
        TypeError
            Where the individual is no sequence of ``bytes`` genes.
        """
        for gene in individual:
            if not isinstance(gene, bytes):
                raise TypeError(f"individual must be a sequence of bytes genes, got {gene!r}")
        mapped = self.mapper(len(individual)).map(list(individual), codon_bits=self.codon_bits)
        n_hidden = int(mapped.valid.sum())
        rows, sources, weights = self._connections(mapped, n_hidden)
        order = np.argsort(rows, kind="stable")
        counts = np.bincount(rows, minlength=n_hidden + self.n_outputs)
        return NeatNetwork(
            n_inputs=self.n_features,
            n_outputs=self.n_outputs,
            indptr=np.concatenate(([0], np.cumsum(counts))).astype(np.int32),
            sources=sources[order].astype(np.int32),
            # A grammar of the user's may have numbers that float32 has not.
            weights=np.clip(weights[order], -_LARGEST, _LARGEST).astype(np.float32),
            recurrent=True,
            rounds=self.rounds,
            output=self.output,
        )

    def _connections(
        self, mapped: MappedGenes, n_hidden: int
    ) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.float64]]:
        """Row, source and weight of each connection: biases, those from inputs, those to outputs.

        Rows and sources are numbered as :class:`NeatNetwork` has them.
        """
        bias = self.n_features
        place = np.cumsum(mapped.valid, dtype=np.int64) - 1
        readers = np.repeat(place, np.diff(mapped.inputs))
        sources = mapped.sources.astype(np.int64)
        gene = np.maximum(sources - bias, 0)
        from_neuron = sources >= bias
        there = ~from_neuron | mapped.valid[gene]
        sources = np.where(from_neuron, bias + 1 + place[gene], sources)
        weights = np.clip(mapped.weights, -1.0, 1.0) if self.clip_inputs else mapped.weights
        senders = np.repeat(place, np.diff(mapped.outputs))
        return (
            np.concatenate((np.arange(n_hidden), readers[there], n_hidden + mapped.targets)),
            np.concatenate((np.full(n_hidden, bias), sources[there], bias + 1 + senders)),
            np.concatenate((mapped.bias[mapped.valid], weights[there], mapped.out_weights)),
        )

    def explain(self, individual: Sequence[bytes]) -> str:
        """Return the derivation of every gene, step by step, as text; ``h3`` is gene 3's neuron."""
        dtype = np.uint8 if self.codon_bits == 8 else np.dtype("<u2")
        return "\n\n".join(
            f"gene {place + 1}\n"
            f"{self._plain.derive(np.frombuffer(gene, dtype).tolist(), len(individual))}"
            for place, gene in enumerate(individual)
        )
