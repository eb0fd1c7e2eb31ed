"""The four genotypes in one form, so that the same analyses measure all of them."""

from collections.abc import Callable

from evograft.studies.representation.codon_encodings import GEEncoding, MGEEncoding
from evograft.studies.representation.encoding import Encoding
from evograft.studies.representation.index_encodings import DSGEEncoding, SGEEncoding

ENCODINGS: dict[str, Callable[..., Encoding]] = {
    "mge": MGEEncoding,
    "ge": GEEncoding,
    "sge": SGEEncoding,
    "dsge": DSGEEncoding,
}
"""By the name of the method."""
