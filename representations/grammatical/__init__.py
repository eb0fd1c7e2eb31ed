"""Genotypes of grammatical evolution and their mapping to sentences, for any grammar.

- :mod:`.compiled`: a grammar as arrays
- :mod:`.ge`: codons that choose modulo; :mod:`.sge`: a gene of fixed length for each non-terminal,
  after :mod:`.recursion` is unfolded; :mod:`.dsge`: genes that grow on demand
- :mod:`.sentences`: what they are mapped to; :mod:`.network_reader`: networks of sentences of
  grammars such as those of :mod:`.network_grammar`
- :mod:`.option_sentences`: a sentence for every option, to try what reads a grammar

Genotypes are lists of integers, or lists of such lists, which DEAP's own operators can vary;
:mod:`.genotypes` has them with a fitness. :mod:`.sentence_networks` joins all this to networks.
"""

from evograft.representations.grammatical.compiled import CompiledGrammar
from evograft.representations.grammatical.dsge import DSGEMapping
from evograft.representations.grammatical.ge import GEMapping
from evograft.representations.grammatical.genotypes import (
    CodonVector,
    StructuredGenotype,
    random_codons,
)
from evograft.representations.grammatical.network_grammar import network_bnf
from evograft.representations.grammatical.network_reader import NetworkReader
from evograft.representations.grammatical.option_sentences import option_sentences
from evograft.representations.grammatical.recursion import bounded
from evograft.representations.grammatical.sentence_networks import SentenceNetworks
from evograft.representations.grammatical.sentences import Sentences
from evograft.representations.grammatical.sge import SGEMapping

__all__ = [
    "CodonVector",
    "CompiledGrammar",
    "DSGEMapping",
    "GEMapping",
    "NetworkReader",
    "SGEMapping",
    "SentenceNetworks",
    "Sentences",
    "StructuredGenotype",
    "bounded",
    "network_bnf",
    "option_sentences",
    "random_codons",
]
