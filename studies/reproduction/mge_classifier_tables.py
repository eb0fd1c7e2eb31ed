"""The tables of the MGE paper (arXiv 2208.02787) with classifiers that are not evolved."""

from collections.abc import Iterator, Sequence
from functools import partial

from evograft.representations import _check
from evograft.studies.reproduction.claims import Claim, Pair
from evograft.studies.reproduction.classifiers import (
    FOLDS,
    IMAGES,
    QUICK_SAMPLES,
    SMALL,
    classifier_runs,
)
from evograft.studies.reproduction.request import Request
from evograft.studies.reproduction.section import Section
from evograft.studies.reproduction.study_tables import StudyTable, reproduce_table

OPERATIONS = (
    "operations of a prediction: evolved and dense networks 2 · connections + 4 · neurons, k-NN "
    "n · d, CART log2 n, SVM support vectors · d (the paper: n · d), linear SVM 2 · weights"
)


def table6(request: Request) -> Iterator[Section]:
    """Reproduce Table 6: MGE, k-NN, CART and SVM on the same splits with the same scaling."""
    pairs = tuple(Pair("mge", name) for name in SMALL)
    table = StudyTable(
        "Table 6 of the MGE paper",
        "mge-table6",
        ("folds", "holdout"),
        claims=(
            Claim("MGE is more accurate", "compared without a test", pairs),
            Claim("MGE needs fewer operations", "compared without a test", pairs, "operations"),
        ),
        beside=partial(classifier_runs, SMALL, progress=request.progress),
        notes=(
            OPERATIONS,
            "k-NN, CART and SVM: scikit-learn's default settings; -selected: the features with the "
            f"largest F statistic, as many as {FOLDS}-fold cross-validation of the training part "
            "finds best",
        ),
    )
    return reproduce_table(request, table)


def table7(
    request: Request,
    *,
    classifiers: Sequence[str] = tuple(IMAGES),
    training_samples: int | None = 10_000,
) -> Iterator[Section]:
    """Reproduce Table 7: MGE and others on MNIST.

    Parameters
    ----------
    request : Request
    classifiers : sequence of str
        Which of `IMAGES` to fit.
    training_samples : int, at least 100, or None for all
        The first training images, on which the classifiers are fitted; MGE has all.
    """
    for name in (classifiers := [classifiers] if isinstance(classifiers, str) else classifiers):
        _check.known("classifier", name, IMAGES)
    if training_samples is not None:
        _check.integer("training_samples", training_samples, minimum=100)
    if request.quick:
        training_samples = min(training_samples or QUICK_SAMPLES, QUICK_SAMPLES)
    fitted = f"the first {training_samples}" if training_samples else "all"
    table = StudyTable(
        "Table 7 of the MGE paper",
        "mge-table7",
        ("mnist",),
        beside=partial(
            classifier_runs,
            {name: IMAGES[name] for name in classifiers},
            training_samples=training_samples,
            progress=request.progress,
        ),
        notes=(OPERATIONS, f"other classifiers than MGE: fitted on {fitted} training images"),
    )
    return reproduce_table(request, table)
