"""The tables of the MGE paper (arXiv 2208.02787) that are studies of evolved networks.

To add a method to a table, add its arm to the files in the table's folder.
"""

from collections.abc import Iterator

from evograft.studies.reproduction.claims import Claim, Pair
from evograft.studies.reproduction.request import Request
from evograft.studies.reproduction.section import Section
from evograft.studies.reproduction.study_tables import StudyTable, reproduce_table

PARTS = ("two-class", "wine", "digits", "letter", "mnist")
BUDGET_PARTS = ("half-budget", "full-budget", "digits", "letter", "mnist")

TWO_CLASS = ("flame", "wdbc", "ionosphere", "sonar", "heart", "credit")

VARIANTS = (
    Claim(
        "single-layer variants are better than multi-layer ones",
        "8 wins, 5 ties and 1 loss of 14 pairs, which it does not name",
        (
            Pair("mge", "mu-mge", TWO_CLASS),
            Pair("mge", "alpha-mge"),
            Pair("mge", "beta-mge"),
            Pair("eta-mge", "mu-mge"),
        ),
    ),
    Claim(
        "modular variants are better than monolithic ones",
        "on all four multi-class data sets",
        (Pair("mge", "eta-mge"), Pair("alpha-mge", "mu-mge"), Pair("beta-mge", "mu-mge")),
    ),
)

# Each method with the evaluations that the paper gives it, which are not MGE's.
OTHERS = (
    Claim("MGE is better than GE and SGE", "everywhere", (Pair("mge", "ge"), Pair("mge", "sge"))),
    Claim("MGE is better than DSGE", "5 wins, ties on WDBC and Sonar", (Pair("mge", "dsge"),)),
    Claim("MGE is better than NEAT", "on Digits, Letter and MNIST", (Pair("mge", "neat"),)),
    Claim(
        "MGE is better than OVA-NEAT",
        "on Letter and MNIST, a tie on Digits",
        (Pair("mge", "ova-neat"),),
    ),
    Claim(
        "MGE's networks have fewer neurons than NEAT's and OVA-NEAT's",
        "14 % to 37 % fewer than NEAT's on Letter and MNIST, 6 % and 32 % by its own table",
        (Pair("mge", "neat"), Pair("mge", "ova-neat")),
        measure="neurons",
    ),
)


def table3(request: Request) -> Iterator[Section]:
    """Reproduce Table 3, the five variants of MGE on ten data sets."""
    return reproduce_table(
        request, StudyTable("Table 3 of the MGE paper", "mge-table3", PARTS, claims=VARIANTS)
    )


def table3_literal(request: Request) -> Iterator[Section]:
    """Reproduce Table 3 with the preset ``literal``: the paper's prose word for word, raw data."""
    return reproduce_table(
        request,
        StudyTable(
            "Table 3 of the MGE paper, its prose word for word",
            "mge-table3-literal",
            PARTS,
            figures="mge-table3",
            claims=VARIANTS,
        ),
    )


def table5(request: Request) -> Iterator[Section]:
    """Reproduce Table 5, MGE beside other methods."""
    return reproduce_table(
        request, StudyTable("Table 5 of the MGE paper", "mge-table5", BUDGET_PARTS, claims=OTHERS)
    )


def budgets(request: Request) -> Iterator[Section]:
    """Reproduce the figures of MGE with the smaller budgets of the methods beside it."""
    parts = tuple(part for part in BUDGET_PARTS if part != "full-budget")
    table = StudyTable(
        "MGE with the budgets of other methods", "mge-budgets", parts, claims=OTHERS[:1]
    )
    return reproduce_table(request, table)
