import itertools
import sys

import numpy as np
import pandas as pd
import pytest
from fixtures import fixture_path
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.figure import Figure
from numpy.testing import assert_allclose, assert_array_equal

from evograft import problems
from evograft.problems.classification import ClassificationProblem
from evograft.problems.scaling import fit_scaler
from evograft.representations.dense_network import DenseNetwork
from evograft.representations.genreg_file import load_genreg
from evograft.studies import classifier_analysis
from evograft.studies.classifier_analysis import save_analysis
from evograft.studies.classifier_measures import class_accuracies, confusion_matrix
from evograft.studies.hidden_embedding import embedding_quality, hidden_embedding


class Reader:
    """Decides for the class number that stands in the first feature."""

    def __init__(self, n_outputs):
        self.n_outputs = n_outputs

    def forward(self, X):
        numbers = X[:, 0].astype(np.int64)
        return numbers[:, None] if self.n_outputs == 1 else np.eye(self.n_outputs)[numbers]


def problem_of(true, decided, n_classes, n_features=1):
    """A problem on whose test part `Reader` decides as told."""
    X = np.zeros((len(true), n_features), np.float32)
    X[:, 0] = decided
    names = tuple(f"x{i}" for i in range(n_features))
    train = np.zeros((n_classes, n_features), np.float32)
    return ClassificationProblem(
        "told",
        train,
        np.arange(n_classes),
        X,
        np.array(true),
        names,
        tuple("ABCDE"[:n_classes]),
        {},
        fit_scaler("none", train),
    )


def images_problem(n=40, n_classes=3, side=8):
    """Random images, each class around another one."""
    rng = np.random.default_rng(3)
    y = np.arange(n) % n_classes
    X = rng.normal(size=(n_classes, side * side))[y] + 0.3 * rng.normal(size=(n, side * side))
    return problems.from_arrays(X, y, X_test=X, y_test=y, scaling="none")


def network_of(weights, biases, activation="tanh"):
    return DenseNetwork(weights, biases, activation)


def random_network(*sizes):
    rng = np.random.default_rng(7)
    weights = [rng.normal(0, 0.2, (b, a)) for a, b in itertools.pairwise(sizes)]
    return network_of(weights, [rng.normal(0, 0.1, b) for b in sizes[1:]])


@settings(deadline=None)  # the first example imports scikit-learn
@given(st.data())
def test_the_matrix_counts_every_pair_of_class_and_decision(data):
    n_classes = data.draw(st.integers(2, 5))
    number = st.integers(0, n_classes - 1)
    pairs = data.draw(st.lists(st.tuples(number, number), min_size=1, max_size=30))
    true, decided = zip(*pairs, strict=True)
    problem = problem_of(true, decided, n_classes)
    phenotype = Reader(problem.n_outputs)
    expected = np.zeros((n_classes, n_classes), int)
    for row, column in pairs:
        expected[row, column] += 1
    matrix = confusion_matrix(problem, phenotype)
    assert matrix.dtype == np.int64
    assert_array_equal(matrix, expected)
    table = class_accuracies(problem, phenotype)
    assert table["right"].sum() / table["images"].sum() == problem.score(phenotype)


def test_accuracies_of_classes_with_and_without_images():
    table = class_accuracies(problem_of([0, 0, 0, 2], [0, 0, 1, 1], 3), Reader(3))
    expected = pd.DataFrame(
        {
            "class": ["A", "B", "C"],
            "images": [3, 0, 1],
            "right": [2, 0, 0],
            "accuracy": [2 / 3, np.nan, 0.0],
        }
    )
    pd.testing.assert_frame_equal(table, expected)


def test_the_published_controller_has_its_published_accuracy():
    network = load_genreg(fixture_path("genreg", "published_784-32-10_gen565.pkl"))
    problem = problems.load("mnist")
    matrix = confusion_matrix(problem, network)
    assert np.trace(matrix) == 7252
    # Digits are not equally many in the official test part.
    assert matrix.sum(axis=1).tolist() == [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]
    quality = embedding_quality(network.hidden(problem.X_test[:2000]), problem.y_test[:2000], 0)
    assert 0.7 < quality["knn_accuracy"] < 0.95
    pixels = embedding_quality(problem.X_test[:2000, :32], problem.y_test[:2000], 0)
    assert quality["silhouette"] > pixels["silhouette"]


def test_pca_is_the_projection_on_the_first_singular_vectors():
    network, X = random_network(5, 8, 6, 2), np.random.default_rng(1).normal(size=(50, 5))
    points = hidden_embedding(network, X)
    activations = network.hidden(X).astype(float)
    u, s, _ = np.linalg.svd(activations - activations.mean(axis=0), full_matrices=False)
    assert_allclose(np.abs(points), np.abs(u[:, :2] * s[:2]), atol=1e-8)
    assert points.dtype == np.float64


def test_tsne_keeps_apart_what_is_apart_and_is_the_same_for_a_seed():
    problem, network = images_problem(), random_network(64, 10, 3)
    points = hidden_embedding(network, problem.X_test, "tsne")
    assert points.shape == (40, 2)
    assert_array_equal(points, hidden_embedding(network, problem.X_test, "tsne", seed=42))
    middles = np.array([points[problem.y_test == k].mean(axis=0) for k in range(3)])
    nearest = np.linalg.norm(points[:, None] - middles, axis=2).argmin(axis=1)
    assert np.mean(nearest == problem.y_test) > 0.8


def test_tsne_is_set_as_published(monkeypatch):
    import sklearn.manifold

    seen = {}

    class Recorder:
        def __init__(self, **settings):
            seen.update(settings)

        def fit_transform(self, X):
            return X[:, :2]

    monkeypatch.setattr(sklearn.manifold, "TSNE", Recorder)
    hidden_embedding(random_network(64, 10, 3), images_problem().X_test, "tsne")
    assert seen == {"perplexity": 30, "max_iter": 1000, "init": "pca", "random_state": 42}


@pytest.mark.parametrize("method", ["pca", "tsne"])
def test_samples_with_the_same_activations_are_one_point(method):
    network = network_of([np.zeros((3, 4)), np.ones((2, 3))], [np.ones(3), np.zeros(2)])
    points = hidden_embedding(network, np.random.default_rng(0).normal(size=(40, 4)), method)
    assert_array_equal(points, np.zeros((40, 2)))


@pytest.mark.parametrize("method", ["pca", "tsne"])
@pytest.mark.parametrize(("bias", "spread"), [(1.0, 2e-7), (0.0, 1e-30), (0.0, 1e-44)])
def test_activations_that_hardly_differ_are_two_groups(method, bias, spread):
    weights = [[[spread], [spread]], np.ones((1, 2))]
    network = network_of(weights, [[bias, bias], [0.0]], "relu")
    X = np.repeat([[0.0], [1.0]], 20, axis=0)
    assert len(np.unique(network.hidden(X), axis=0)) == 2
    first = hidden_embedding(network, X, method)[:, 0]
    assert np.isfinite(first).all()
    assert max(first[:20]) < min(first[20:]) or max(first[20:]) < min(first[:20])


def test_umap_without_its_package_says_how_to_install_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "umap", None)
    with pytest.raises(ValueError, match=r'pip install "evograft\[embedding\]"'):
        hidden_embedding(random_network(64, 10, 3), images_problem().X_test, "umap")


def test_umap_keeps_apart_what_is_apart_and_is_the_same_for_a_seed():
    pytest.importorskip("umap", reason="umap-learn, the extra embedding, is not installed")
    problem, network = images_problem(), random_network(64, 10, 3)
    points = hidden_embedding(network, problem.X_test, "umap")
    assert_array_equal(points, hidden_embedding(network, problem.X_test, "umap"))
    middles = np.array([points[problem.y_test == k].mean(axis=0) for k in range(3)])
    nearest = np.linalg.norm(points[:, None] - middles, axis=2).argmin(axis=1)
    assert np.mean(nearest == problem.y_test) > 0.8


@pytest.mark.parametrize(
    ("network", "n", "options", "message"),
    [
        ((4, 3, 2), 30, {"method": "tsne"}, "at least 31 samples for 'tsne'.*perplexity is 30"),
        ((4, 3, 2), 15, {"method": "umap"}, "at least 16 samples for 'umap', got 15"),
        ((4, 3, 2), 1, {}, "at least 2 samples for 'pca', got 1"),
        ((4, 1, 2), 9, {}, "at least 2 neurons in its last hidden layer, got 1"),
        ((4, 2), 9, {}, "must have a hidden layer"),
        ((4, 3, 2), 9, {"method": "lda"}, "method must be one of 'pca', 'tsne', 'umap', got 'lda'"),
        ((4, 3, 2), 9, {"seed": -1}, "seed must be an integer from 0 to 4294967295, got -1"),
    ],
)
def test_what_cannot_be_embedded_is_refused(network, n, options, message):
    X = np.random.default_rng(0).normal(size=(n, 4))
    with pytest.raises(ValueError, match=message):
        hidden_embedding(random_network(*network), X, **options)


def test_quality_tells_classes_that_part_from_labels_that_mean_nothing():
    rng = np.random.default_rng(2)
    labels = np.arange(200) % 4
    apart = 10 * np.eye(4)[labels] + rng.normal(0, 0.1, (200, 4))
    quality = embedding_quality(apart, labels, 0)
    assert quality["knn_accuracy"] == 1.0
    assert quality["silhouette"] > 0.9
    nothing = embedding_quality(apart, rng.permutation(labels), 0)
    assert abs(nothing["knn_accuracy"] - 0.25) < 0.12
    assert nothing["silhouette"] < 0.05


def test_the_silhouette_is_that_of_its_definition():
    rng = np.random.default_rng(4)
    X, labels = rng.normal(size=(24, 3)), np.arange(24) % 3
    distances = np.linalg.norm(X[:, None] - X, axis=2)
    widths = []
    for i in range(24):
        own = (labels == labels[i]) & (np.arange(24) != i)
        a = distances[i, own].mean()
        b = min(distances[i, labels == k].mean() for k in range(3) if k != labels[i])
        widths.append((b - a) / max(a, b))
    assert embedding_quality(X, labels, 0)["silhouette"] == pytest.approx(np.mean(widths))


def test_the_silhouette_is_of_5000_samples_drawn_where_there_are_more():
    from sklearn.metrics import silhouette_score

    rng = np.random.default_rng(5)
    X, labels = rng.normal(size=(5001, 2)), np.arange(5001) % 2
    first, other = (embedding_quality(X, labels, seed)["silhouette"] for seed in (0, 1))
    assert first != other
    all_5000 = embedding_quality(X[:5000], labels[:5000], 0)["silhouette"]
    assert all_5000 == silhouette_score(X[:5000], labels[:5000])


def test_the_folds_are_drawn_by_the_seed():
    X, labels = np.random.default_rng(6).normal(size=(60, 2)), np.arange(60) % 2
    qualities = [embedding_quality(X, labels, seed) for seed in range(5)]
    assert qualities == [embedding_quality(X, labels, seed) for seed in range(5)]
    assert len({quality["silhouette"] for quality in qualities}) == 1
    assert len({quality["knn_accuracy"] for quality in qualities}) > 1


@pytest.mark.parametrize(
    ("X", "labels", "message"),
    [
        (np.zeros(20), [0] * 20, "hidden_activations must have shape"),
        (np.full((20, 2), np.nan), [0, 1] * 10, "hidden_activations must be finite"),
        (np.zeros((20, 2)), [0] * 19, r"labels must have shape \(20,\), got \(19,\)"),
        (np.zeros((20, 2)), [0] * 20, r"at least 2 classes .* got classes of \[20\]"),
        (np.zeros((20, 2)), [0] * 16 + [1] * 4, r"got classes of \[16, 4\]"),
        (np.zeros((12, 2)), [0, 1] * 6, r"13 in all, got classes of \[6, 6\]"),
    ],
)
def test_what_has_no_quality_is_refused(X, labels, message):
    with pytest.raises(ValueError, match=message):
        embedding_quality(X, labels, 0)


def test_13_samples_are_enough():
    assert embedding_quality(np.arange(26.0).reshape(13, 2), [0] * 6 + [1] * 7, 0)


def written(folder):
    return sorted(path.name for path in folder.iterdir())


def test_of_a_dense_network_on_images_everything_is_written(tmp_path):
    problem, network = images_problem(), random_network(64, 10, 3)
    paths = save_analysis(tmp_path / "new" / "one", problem, network)
    names = ["classes.csv", "confusion.png", "weights.png", "embedding-pca.png"]
    assert [path.name for path in paths] == names
    assert written(tmp_path / "new" / "one") == sorted(names)
    table = pd.read_csv(paths[0], dtype={"class": str})
    pd.testing.assert_frame_equal(table, class_accuracies(problem, network), check_dtype=False)
    for path in paths[1:]:
        assert path.read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("sizes", "names"),
    [
        ((64, 3), ["classes.csv", "confusion.png", "weights.png"]),
        ((64, 1, 3), ["classes.csv", "confusion.png", "weights.png"]),
        ((60, 4, 3), ["classes.csv", "confusion.png", "embedding-pca.png"]),
        ((49, 4, 3), ["classes.csv", "confusion.png", "embedding-pca.png"]),
    ],
)
def test_pictures_that_cannot_be_are_left_out(tmp_path, sizes, names):
    whole = images_problem()
    X, y = whole.X_test[:, : sizes[0]], whole.y_test
    problem = problems.from_arrays(X, y, X_test=X, y_test=y)
    save_analysis(tmp_path, problem, random_network(*sizes))
    assert written(tmp_path) == names


def test_a_class_without_images_and_another_kind_of_phenotype(tmp_path):
    problem = problem_of([0, 0, 2], [0, 1, 2], 3, n_features=64)
    save_analysis(tmp_path, problem, Reader(3))
    assert written(tmp_path) == ["classes.csv", "confusion.png"]
    lines = (tmp_path / "classes.csv").read_text().splitlines()
    assert lines == ["class,images,right,accuracy", "A,2,1,0.5", "B,0,0,", "C,1,1,1.0"]
    save_analysis(tmp_path, problem, random_network(64, 5, 3))
    assert len(written(tmp_path)) == 4


def test_a_network_with_one_output(tmp_path):
    problem, network = images_problem(n_classes=2), random_network(64, 5, 1)
    paths = save_analysis(tmp_path, problem, network)
    assert [path.name for path in paths][2:] == ["weights.png", "embedding-pca.png"]
    table = pd.read_csv(paths[0])
    assert table["right"].sum() / 40 == problem.score(network)


def test_the_first_images_of_each_class_are_embedded(tmp_path, monkeypatch):
    seen = []

    def watched(network, X, method):
        seen.append(X[:, 0].tolist())
        return hidden_embedding(network, X, method)

    monkeypatch.setattr(classifier_analysis, "hidden_embedding", watched)
    # Sorted by class, and only one image of the last: the feature tells the place.
    problem = problem_of([0] * 10 + [1] * 10 + [2], range(21), 3)
    network = random_network(1, 4, 3)
    save_analysis(tmp_path, problem, network, images=7)
    save_analysis(tmp_path, problem, network)
    assert seen == [[0, 1, 2, 10, 11, 12, 20], list(range(21))]


def test_nothing_is_written_where_the_embedding_is_refused(tmp_path):
    with pytest.raises(ValueError, match="perplexity"):
        save_analysis(
            tmp_path, images_problem(), random_network(64, 9, 3), embedding="tsne", images=30
        )
    assert not written(tmp_path)


def test_a_picture_that_fails_leaves_the_old_one(tmp_path, monkeypatch):
    (tmp_path / "confusion.png").write_text("old")

    def fail(self, file, **options):
        file.write(b"half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Figure, "savefig", fail)
    with pytest.raises(OSError, match=r"confusion\.png cannot be written: No space left"):
        save_analysis(tmp_path, images_problem(), random_network(64, 3))
    assert (tmp_path / "confusion.png").read_text() == "old"
    assert written(tmp_path) == ["classes.csv", "confusion.png"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"embedding": "lda"}, "embedding must be one of 'pca', 'tsne', 'umap', got 'lda'"),
        ({"images": 1}, "images must be an integer of at least 2, got 1"),
    ],
)
def test_options_that_break_their_rule_are_refused(tmp_path, options, message):
    with pytest.raises(ValueError, match=message):
        save_analysis(tmp_path, images_problem(), random_network(64, 3), **options)
    assert not written(tmp_path)


def test_pyplot_knows_of_no_figure(tmp_path):
    from matplotlib import pyplot

    save_analysis(tmp_path, images_problem(), random_network(64, 10, 3))
    assert pyplot.get_fignums() == []
