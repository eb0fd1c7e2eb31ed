"""How right each decision of a classifier is."""

import numpy as np

from evograft.representations._jit import kernel
from evograft.representations._xoshiro_kernels import fill_state, next_unit

SAMPLED, EXPECTED, LOGARITHMIC = 0, 2, 3

_SMALLEST = np.float32(1e-12)


@kernel
def judge(P, labels, decision, seed, right):
    """Fill *right* (n_samples,) from the class probabilities *P* (n_classes, n_samples).

    Of a decision drawn from the probabilities only its being right counts, so one uniform number
    a sample tells. NaN is never right.
    """
    state = np.empty(4, np.uint64)
    fill_state(seed, state)
    for i in range(labels.size):
        p = P[labels[i], i]
        if decision == EXPECTED:
            right[i] = p if p >= np.float32(0.0) else np.float32(0.0)
        elif decision == LOGARITHMIC:
            # Comparisons with NaN fail, so that it counts as improbable.
            right[i] = np.float32(1.0) + np.float32(np.log10(p if p > _SMALLEST else _SMALLEST))
        elif decision == SAMPLED:
            right[i] = next_unit(state) <= p
        else:
            first = 0
            for j in range(1, P.shape[0]):
                if P[j, i] > P[first, i]:
                    first = j
            right[i] = first == labels[i] and p >= np.float32(0.0)
