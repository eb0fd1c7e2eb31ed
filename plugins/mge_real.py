"""MGE with real-valued weights beside the codons.

The MGE paper (arXiv 2208.02787) names as its first limitation that codons spell the weights, and
names Gaussian mutation and median crossover of real ones as the way out, without saying more. Here
a gene has float32 weights after its codons: codons still choose the output, the inputs and their
count, and each number of the neuron is the gene's next weight.
"""

from dataclasses import dataclass
from functools import partial
from typing import Any

from evograft import operators
from evograft.plugins._loop import LARGEST
from evograft.plugins._modular import Numbers
from evograft.plugins.mge import REFERENCE, ClassifierParameters, Variant, wire
from evograft.plugins.registry import Defaults, Graft, Plugin
from evograft.representations import _check
from evograft.representations.gene_weights import MAX_WEIGHT


@dataclass(frozen=True)
class MGERealParameters(ClassifierParameters):
    """Parameters of MGE, and those of the real weights.

    Attributes
    ----------
    pm : tuple of float, each 0 to 1
        As for MGE, but about three times the paper's: a neuron reads five codons where it read 29
        when they spelled its numbers, and so would seldom change.
    gene_length : int, at least 1
        Codons per gene; fewer than for MGE, as they spell no numbers.
    n_weights : int, at least 1
        Real weights per gene. A neuron that needs more begins again with the first.
    max_weight : float above 0 and up to 1 000 000
        Weights are drawn uniformly from plus or minus this, and never go beyond.
    weight_indpb : float, 0 to 1
        Probability of every weight to be mutated.
    weight_sigma : float, 0 to 1 000 000
        Standard deviation of the noise added to it.
    median_indpb : float, 0 to 1
        Probability of every pair of aligned genes, when two parents mate, that one of the two gets
        the medians of their weights.
    """

    pm: tuple[float, ...] = (0.003, 0.006, 0.01, 0.03)
    gene_length: int = 30
    n_weights: int = 16
    max_weight: float = MAX_WEIGHT
    weight_indpb: float = 0.05
    weight_sigma: float = 0.5
    median_indpb: float = 0.2

    def __post_init__(self) -> None:
        super().__post_init__()
        _check.integer("n_weights", self.n_weights, minimum=1, maximum=LARGEST)
        _check.above_zero("max_weight", self.max_weight, maximum=LARGEST)
        _check.real("weight_sigma", self.weight_sigma, minimum=0, maximum=LARGEST)
        for name in ("weight_indpb", "median_indpb"):
            _check.real(name, getattr(self, name), minimum=0, maximum=1)


def register(graft: Graft) -> Defaults:
    """Wire MGE with real weights, and let its operators change those too."""
    toolbox, parameters = graft.toolbox, graft.parameters
    n_weights, max_weight = parameters.n_weights, parameters.max_weight
    defaults = wire(graft, Variant(), Numbers("real", n_weights, max_weight))
    cross = partial(
        operators.cx_median_gene_weights,
        indpb=parameters.median_indpb,
        n_weights=n_weights,
        rng=graft.rng,
    )
    toolbox.register("mate", in_turn, first=toolbox.mate, second=cross)
    add_noise = partial(
        operators.mut_gaussian_gene_weights,
        indpb=parameters.weight_indpb,
        sigma=parameters.weight_sigma,
        n_weights=n_weights,
        max_weight=max_weight,
        rng=graft.rng,
    )
    toolbox.register("mutate", in_turn, first=toolbox.mutate, second=add_noise)
    return defaults


def in_turn(*individuals: Any, first: Any, second: Any) -> Any:
    """Apply two operators that work in place, one after the other."""
    return second(*first(*individuals))


MGE_REAL = Plugin(
    name="mge-real",
    summary="MGE with real-valued weights beside the codons",
    reference=REFERENCE,
    parameters=MGERealParameters,
    register=register,
    # What a gene means, and what a loss is.
    fixed=("n_weights", "output", "inputs", "codon_bits", "clip_inputs", "parsimony", "grammar"),
)
