"""What can be reproduced, by name: the one place to add to.

A reproduction is a function ``(request, *, option=default, …)`` that returns an iterator of
sections. It checks everything before it returns, and runs while it is iterated; what it has made is
in the folder of the request, so that it can go on from there.
"""

import inspect
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

from evograft.representations import _check
from evograft.representations.directory_lock import LOCK, locked
from evograft.studies.reproduction.request import Request
from evograft.studies.reproduction.section import CLAIMS, Section, save_sections

_HERE = "evograft.studies.reproduction"

# Name to (module:function, summary). The function is imported when it is needed.
REPRODUCTIONS: dict[str, tuple[str, str]] = {
    "mge-table3": (f"{_HERE}.mge_tables:table3", "the five variants of MGE on ten data sets"),
    "mge-table3-literal": (
        f"{_HERE}.mge_tables:table3_literal",
        "the same with the paper's prose word for word, on raw data",
    ),
    "mge-table4": (
        f"{_HERE}.mge_locality:table4",
        "locality of MGE, GE, structured GE and dynamic SGE at one and two bits",
    ),
    "mge-table5": (f"{_HERE}.mge_tables:table5", "MGE beside other methods"),
    "mge-table6": (
        f"{_HERE}.mge_classifier_tables:table6",
        "MGE beside k-NN, CART and SVM: accuracy and operations, by folds and 80/20 splits",
    ),
    "mge-table7": (
        f"{_HERE}.mge_classifier_tables:table7",
        "MGE beside other classifiers on MNIST: accuracy and operations",
    ),
    "mge-budgets": (
        f"{_HERE}.mge_tables:budgets",
        "MGE with the smaller budgets of the methods beside it",
    ),
    "mge-figure9": (
        f"{_HERE}.mge_locality:figure9",
        "locality over the number of neurons",
    ),
    "mge-figure10": (
        f"{_HERE}.mge_curves:figure10",
        "how many connections the four methods make where nothing else counts",
    ),
    "mge-figure11": (
        f"{_HERE}.mge_curves:figure11",
        "the four methods' error over the generations on six data sets of two classes",
    ),
    "mge-sparsity": (
        f"{_HERE}.mge_sparsity:sparsity",
        "accuracy of MGE with grammars that make denser and sparser networks",
    ),
}


def options_of(name: str) -> dict[str, Any]:
    """The options of a reproduction with their defaults.

    Examples
    --------
    >>> options_of("mge-table3")
    {}
    >>> options_of("mge-tabel3")
    Traceback (most recent call last):
    ValueError: unknown reproduction 'mge-tabel3': did you mean 'mge-table3' or 'mge-table7' or \
'mge-table6'?
    """
    parameters = inspect.signature(_function(name)).parameters.values()
    return {p.name: p.default for p in parameters if p.kind is p.KEYWORD_ONLY}


def reproduce(name: str, request: Request, **options: Any) -> Iterator[Section]:
    """Reproduce a paper's table, and save the report of what is there after every section.

    The folder of the request gets ``table.md``, ``table.csv`` with our figures beside the paper's,
    ``claims.csv`` where claims can be tested, and the runs themselves.

    Parameters
    ----------
    name : str
        A key of `REPRODUCTIONS`.
    request : Request
    **options
        See `options_of`.

    Returns
    -------
    iterator of Section
        It runs while it is iterated.

    Raises
    ------
    TypeError, ValueError
        At once, where a name, an option or a part is unknown, data cannot be had, or the folder is
        not empty and not resumed; while it is iterated, where the folder is in use or runs failed.
    KeyboardInterrupt
        On Ctrl-C; every run under way is saved first.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     request = Request(Path(folder), runs=1, generations=1, parts=["wine"], progress=False)
    ...     sections = list(reproduce("mge-table3", request))
    >>> [section.title for section in sections]
    ['Table 3 of the MGE paper: wine', 'Table 3 of the MGE paper: its claims']
    """
    known = options_of(name)
    for option in options:
        _check.known(f"option of {name}", option, known)
    _require_free(request)
    return _saved(REPRODUCTIONS[name][1], request, _function(name)(request, **options))


def _function(name: str) -> Callable[..., Iterator[Section]]:
    _check.known("reproduction", name, REPRODUCTIONS)
    module, function = REPRODUCTIONS[name][0].split(":")
    found: Callable[..., Iterator[Section]] = getattr(import_module(module), function)
    return found


def _require_free(request: Request) -> None:
    out = str(request.out)
    if request.resume and not request.out.is_dir():
        raise ValueError(f"out must be the folder of a reproduction to resume, got {out!r}")
    if request.out.exists() and not request.resume and not _is_empty(request.out):
        raise ValueError(
            f"out must be a new or empty directory, got {out!r} (resume goes on with what is there)"
        )


def _is_empty(path: Path) -> bool:
    return path.is_dir() and all(entry.name == LOCK for entry in path.iterdir())


def _saved(title: str, request: Request, sections: Iterator[Section]) -> Iterator[Section]:
    try:
        request.out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ValueError(
            f"out must be a directory that can be written, got {str(request.out)!r}: "
            f"{error.strerror}"
        ) from None
    with locked(request.out):
        done: list[Section] = []
        for section in sections:
            done.append(section)
            files = save_sections(request.out, title, done)
            yield section
        if done and CLAIMS not in files:  # those of an earlier request are not of these runs
            (request.out / CLAIMS).unlink(missing_ok=True)
