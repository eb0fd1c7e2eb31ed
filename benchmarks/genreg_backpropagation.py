"""The network of GENREG, trained by trust and by scikit-learn's MLPClassifier, side by side.

Run ``python benchmarks/genreg_backpropagation.py [--seed 1]`` with ``EVOGRAFT_DATA`` set to a
folder with ``mnist.npz``. Both networks are 784-64-10 and see the training images divided by 255.
GENREG runs with its preset ``published`` and with ``improved``, MLPClassifier with its defaults
(ReLU, Adam, batches of 200) but for the size, 20 epochs and the seed. Printed are test accuracy,
seconds, and of the hidden activations of the 10 000 test images silhouette (on 5000 of them) and
the accuracy of a vote of ten neighbours (five-fold cross-validation).
"""

import argparse
import random
import time
import warnings
from typing import Any

import numpy as np
from deap import base
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier

from evograft import plugins, problems, studies
from evograft.representations.dense_network import DenseNetwork
from evograft.studies.hidden_embedding import embedding_quality


def by_trust(problem: Any, preset: str, seed: int) -> DenseNetwork:
    """The network with the most trust at the end."""
    random.seed(seed)
    toolbox = plugins.graft(base.Toolbox(), "genreg", problem, preset=preset)
    toolbox.measured_every = 10**9  # the other one is not measured on its way either
    network: DenseNetwork = studies.evolve(toolbox, progress=False).network
    return network


def by_backpropagation(problem: Any, seed: int) -> DenseNetwork:
    """The network that scikit-learn trains."""
    classifier = MLPClassifier((64,), max_iter=20, random_state=seed)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # 20 epochs are enough here
        classifier.fit(problem.X_train, problem.y_train)
    return DenseNetwork(
        weights=[matrix.T for matrix in classifier.coefs_],
        biases=classifier.intercepts_,
        activation="relu",
    )


def main() -> None:
    """Train all of them and print a line each."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seed", type=int, default=1)
    seed = parser.parse_args().seed
    problem = problems.load("mnist")
    for name, train in (
        ("genreg, published", lambda: by_trust(problem, "published", seed)),
        ("genreg, improved", lambda: by_trust(problem, "improved", seed)),
        ("MLPClassifier", lambda: by_backpropagation(problem, seed)),
    ):
        began = time.perf_counter()
        network = train()
        seconds = time.perf_counter() - began
        hidden = network.hidden(problem.X_test)
        quality = embedding_quality(np.asarray(hidden, np.float64), problem.y_test, seed)
        print(
            f"{name:18} test accuracy {problem.score(network):.4f}, {seconds:.0f} s, silhouette "
            f"{quality['silhouette']:.3f}, ten neighbours {quality['knn_accuracy']:.4f}",
            flush=True,
        )


if __name__ == "__main__":
    main()
