"""Genotypes of grammatical evolution and their mapping to sentences, for any grammar.

- :mod:`.compiled`: a grammar as arrays
- :mod:`.ge`: codons that choose modulo; :mod:`.sge`: a gene of fixed length for each non-terminal,
  after :mod:`.recursion` is unfolded; :mod:`.dsge`: genes that grow on demand
- :mod:`.sentences`: what they are mapped to

Genotypes are plain lists of integers, or lists of such lists, which DEAP's own operators can vary.
"""

from evograft.representations.grammatical.compiled import CompiledGrammar
from evograft.representations.grammatical.dsge import DSGEMapping
from evograft.representations.grammatical.ge import GEMapping
from evograft.representations.grammatical.recursion import bounded
from evograft.representations.grammatical.sentences import Sentences
from evograft.representations.grammatical.sge import SGEMapping

__all__ = [
    "CompiledGrammar",
    "DSGEMapping",
    "GEMapping",
    "SGEMapping",
    "Sentences",
    "bounded",
]
