"""Mapping many genes to neurons at once, for any grammar of neuron sentences."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from evograft.representations import _check, gene_weights
from evograft.representations import _neuron_kernels as kernels
from evograft.representations import neuron_automaton as automaton
from evograft.representations._neuron_lexemes import operations
from evograft.representations.codon_bytes import join_codons
from evograft.representations.grammar import (
    Derivation,
    Family,
    Grammar,
    GrammarError,
    NonTerminal,
    Option,
)
from evograft.representations.network import Network
from evograft.representations.neuron_automaton import Rule, check_neurons
from evograft.representations.neuron_grammar import Neuron, read_neuron

Integers = npt.NDArray[np.int32]
Table = tuple[npt.NDArray[np.uint32], ...]
Floats = npt.NDArray[np.float64]
Buffers = tuple[npt.NDArray[Any], ...]


@dataclass(frozen=True)
class MappedGenes:
    """Neurons of n genes, inputs and outputs in compressed rows; invalid genes have empty ones.

    Attributes
    ----------
    valid : (n,) bool
    used : (n,) int32
        Codons read, from the front of each gene.
    used_reals : (n,) int32
        Real weights read, from the front of those of each gene.
    function : (n,) int8
        Index into :data:`~evograft.representations.neuron_grammar.FUNCTIONS`.
    bias : (n,) float64
    inputs : (n + 1,) int32
        Row limits of ``sources`` (feature index, or number of features + index of a hidden
        neuron among the valid ones of the genotype) and ``weights`` (float64).
    outputs : (n + 1,) int32
        Row limits of ``targets`` (output index) and ``out_weights`` (float64).
    """

    valid: npt.NDArray[np.bool_]
    used: Integers
    used_reals: Integers
    function: npt.NDArray[np.int8]
    bias: Floats
    inputs: Integers
    sources: Integers
    weights: Floats
    outputs: Integers
    targets: Integers
    out_weights: Floats

    @classmethod
    def of_buffers(
        cls,
        valid: npt.NDArray[np.bool_],
        used: Integers,
        used_reals: Integers,
        function: npt.NDArray[np.int8],
        bias: Floats,
        in_end: Integers,
        sources: Integers,
        weights: Floats,
        out_end: Integers,
        targets: Integers,
        out_weights: Floats,
    ) -> Self:
        """Return what kernels leave: where the terms of genes end, and terms with room behind."""
        inputs = np.concatenate(([0], in_end)).astype(np.int32)
        outputs = np.concatenate(([0], out_end)).astype(np.int32)
        return cls(
            valid=valid,
            used=used,
            used_reals=used_reals,
            function=function,
            bias=bias,
            inputs=inputs,
            sources=sources[: inputs[-1]],
            weights=weights[: inputs[-1]],
            outputs=outputs,
            targets=targets[: outputs[-1]],
            out_weights=out_weights[: outputs[-1]],
        )

    def network(self, n_features: int, n_outputs: int, output: str) -> Network:
        """Return the network of all valid neurons, which are those of one genotype."""
        fan_in = np.diff(self.inputs)[self.valid]
        fan_out = np.diff(self.outputs)[self.valid]
        return Network(
            n_inputs=n_features,
            n_outputs=n_outputs,
            function=self.function[self.valid],
            bias=self.bias[self.valid],
            indptr=np.concatenate(([0], np.cumsum(fan_in))),
            sources=self.sources,
            weights=self.weights,
            out_sources=np.repeat(np.arange(n_features, n_features + fan_out.size), fan_out),
            out_targets=self.targets,
            out_weights=self.out_weights,
            output=output,
        )

    def arrays(self) -> Buffers:
        """The arrays as the forward kernels take them: all but those of use, in order."""
        return (
            self.valid,
            self.function,
            self.bias,
            self.inputs,
            self.sources,
            self.weights,
            self.outputs,
            self.targets,
            self.out_weights,
        )


class NeuronMapper:
    """The fast mapper for one neuron grammar, numbers of features and outputs.

    Parameters
    ----------
    grammar : Grammar
        Its sentences are neurons as :mod:`evograft.representations.neuron_grammar` defines
        them. Families ``x*`` and ``output*`` are bound here, ``h*`` during the mapping.
    n_features, n_outputs : int, at least 1
    n_weights : int, at least 0
        Real weights after the codons of each gene, for the grammar's ``w``; see
        :mod:`evograft.representations.gene_weights`.

    Raises
    ------
    GrammarError
        Where a terminal cannot occur in a neuron, names a feature or output that does not
        exist, a rule has ``h*`` in more than one option, or there is a ``w`` without real
        weights or are real weights without a ``w``.

    Examples
    --------
    >>> from evograft.representations.neuron_grammar import neuron_bnf
    >>> mapper = NeuronMapper(Grammar.parse(neuron_bnf()), n_features=30, n_outputs=2)
    >>> mapped = mapper.map([bytes([1, 1, 2, 0, 5, 0, 0, 1, 0, 5, 2, 1, 0, 0, 4])])
    >>> mapped.targets, mapped.out_weights, mapped.sources, mapped.weights, mapped.bias
    (array([1], dtype=int32), array([2.5]), array([2], dtype=int32), array([-1.5]), array([0.4]))
    """

    def __init__(
        self, grammar: Grammar, n_features: int, n_outputs: int, n_weights: int = 0
    ) -> None:
        _check.integer("n_features", n_features, minimum=1)
        _check.integer("n_outputs", n_outputs, minimum=1)
        _check.integer("n_weights", n_weights, minimum=0)
        self.grammar = grammar.bind(x=n_features, output=n_outputs)
        self.n_features = n_features
        self.n_outputs = n_outputs
        self.n_weights = n_weights
        self._table, self._longest = self._compile()
        if _reads_weights(self.grammar) != (n_weights > 0):
            raise GrammarError(
                f"grammar: n_weights must be above 0 where a terminal is 'w', else 0, "
                f"got {n_weights}"
            )

    def largest_rule(self) -> int:
        """The largest number of options of any rule, hidden neurons left aside."""
        return max(len(options) for options in self.grammar.bind(h=0).rules.values())

    def derive(
        self, codons: Sequence[int], n_hidden: int = 0, weights: npt.ArrayLike = ()
    ) -> Derivation:
        """Map one gene the plain way, step by step, with *n_hidden* neurons before it.

        *weights* are its real ones, and stand in the sentence instead of ``w``.
        """
        derivation = self.grammar.bind(h=n_hidden).derive(codons)
        return gene_weights.spell_weights(derivation, weights) if self.n_weights else derivation

    def read(
        self, codons: Sequence[int], n_hidden: int = 0, weights: npt.ArrayLike = ()
    ) -> Neuron | None:
        """Map one gene the plain way to its :class:`Neuron`, None where it is invalid."""
        sentence = self.derive(codons, n_hidden, weights).sentence
        return None if sentence is None else read_neuron(sentence)

    def map(
        self,
        genes: Sequence[bytes],
        *,
        codon_bits: int = 8,
        scopes: npt.NDArray[np.int8] | None = None,
        multi_layer: bool = False,
    ) -> MappedGenes:
        """Map *genes* (bytes of 8- or little-endian 16-bit codons, then real weights) in order.

        Parameters
        ----------
        scopes : (n,) int8, optional
            What begins with each gene: 0 nothing, 1 a module (earlier neurons are no inputs), 2 a
            genotype. Only the first gene begins a genotype if not given.
        multi_layer : bool
            Whether each neuron becomes an input option of the genes after it in its scope.

        Raises
        ------
        ValueError
            Where a gene of 16-bit codons has an odd number of bytes, or one has too few for its
            real weights.
        """
        n = len(genes)
        genes, reals = gene_weights.split_genes(genes, self.n_weights)
        codons, starts = join_codons(genes, codon_bits)
        if scopes is None:
            scopes = np.zeros(n, np.int8)
        longest = int(np.diff(starts).max(initial=0))
        room = (longest + 2) * self._longest
        out = _allocate(n, 8 * n + room)
        done = 0
        while True:
            done = kernels.map_genes(
                codons,
                starts,
                reals,
                scopes,
                multi_layer,
                self.n_features,
                self._table,
                room,
                out,
                done,
            )
            if done == n:
                break
            out = _enlarge(out, room)
        return MappedGenes.of_buffers(*out)

    def _compile(self) -> tuple[Table, int]:
        """Tables of rules, options and symbols, for no hidden neuron and for some."""
        names = list(self.grammar.rules)
        rules: list[tuple[int, int, int]] = []
        options: list[int] = []
        symbols: list[int] = []
        longest = 0
        for half, grammar in enumerate((self.grammar.bind(h=0), self.grammar)):
            lexed = {name: [self._lex(o) for o in rule] for name, rule in grammar.rules.items()}
            check_neurons(grammar.start, lexed)
            longest = max(longest, _longest_without_codons(lexed))
            for name in names:
                rule = lexed.get(name, [])
                rules.append((len(options), len(rule), _family_option(name, grammar)))
                for option in rule:
                    options.append(len(symbols))
                    symbols.extend(_encode(option, lexed, names, half * len(names)))
        for half in (0, 1):
            options.append(len(symbols))
            symbols.append(kernels.LAST_RULE + 8 * half * len(names))
        table = tuple(np.array(part, np.uint32) for part in (rules, options, symbols))
        return table, longest

    def _lex(self, option: Option) -> list[int | str]:
        """*option* with its terminals as operations and its non-terminals as names."""
        lexed: list[int | str] = []
        for symbol in option:
            if isinstance(symbol, NonTerminal):
                lexed.append(symbol.name)
            elif isinstance(symbol, Family):
                lexed.append(automaton.HIDDEN)
            else:
                lexed.extend(operations(symbol, self.n_features, self.n_outputs))
        if not lexed:
            raise GrammarError('grammar: an option of a neuron grammar cannot be ""')
        return lexed


def _reads_weights(grammar: Grammar) -> bool:
    """Whether a terminal has a ``w`` in it; in a neuron it can only be a real weight."""
    symbols = (symbol for rule in grammar.rules.values() for option in rule for symbol in option)
    return any(isinstance(symbol, str) and "w" in symbol for symbol in symbols)


def _family_option(name: str, grammar: Grammar) -> int:
    """Index + 1 of the option that holds ``h*``, 0 where none does."""
    rule = grammar.rules.get(name, ())
    found = [i for i, option in enumerate(rule) for symbol in option if isinstance(symbol, Family)]
    if not found:
        return 0
    if len(found) > 1 or any(isinstance(symbol, NonTerminal) for symbol in rule[found[0]]):
        raise GrammarError(f"grammar: <{name}> must mention h* once, beside terminals only")
    return found[0] + 1


def _longest_without_codons(rules: Mapping[str, Rule]) -> int:
    """Most symbols that one choice of an option can lead to before the next codon is read."""
    sizes: dict[str, int] = {}

    def size(symbol: int | str) -> int:
        if isinstance(symbol, int) or len(rules[symbol]) > 1:
            return 1
        if symbol not in sizes:
            sizes[symbol] = 1 + sum(map(size, rules[symbol][0]))
        return sizes[symbol]

    return max(sum(map(size, option)) for rule in rules.values() for option in rule)


def _encode(
    option: Sequence[int | str], lexed: Mapping[str, Rule], names: list[str], offset: int
) -> Iterator[int]:
    """The symbols of *option* as the kernel's table holds them."""
    for place, symbol in enumerate(option):
        last = place == len(option) - 1
        if isinstance(symbol, int):
            yield kernels.TERMINAL + last + 8 * symbol
        else:
            leaf = all(len(o) == 1 and isinstance(o[0], int) for o in lexed[symbol])
            kind = kernels.LEAF if leaf else kernels.RULE
            yield kind + last + 8 * (offset + names.index(symbol))


def _allocate(n: int, terms: int) -> Buffers:
    return (
        np.empty(n, np.bool_),
        np.empty(n, np.int32),
        np.empty(n, np.int32),
        np.empty(n, np.int8),
        np.empty(n),
        np.empty(n, np.int32),
        np.empty(terms, np.int32),
        np.empty(terms),
        np.empty(n, np.int32),
        np.empty(terms, np.int32),
        np.empty(terms),
    )


def _enlarge(out: Buffers, room: int) -> Buffers:
    """*out* with twice the room for terms, and at least *room* more."""
    *per_gene, sources, weights, out_end, targets, out_weights = out
    grown = [np.concatenate((a, np.empty(a.size + room, a.dtype))) for a in (sources, weights)]
    out_grown = [
        np.concatenate((a, np.empty(a.size + room, a.dtype))) for a in (targets, out_weights)
    ]
    return (*per_gene, *grown, out_end, *out_grown)
