"""The German credit data: its codes and OpenML's words as the same numbers."""

from typing import TYPE_CHECKING

from evograft.problems.catalogue import CREDIT_COLUMNS

if TYPE_CHECKING:
    import pandas as pd

# OpenML's categories in the order of the codes: the first of `savings`, attribute 6, is A61.
_WORDS = {
    "checking_status": ("<0", "0<=X<200", ">=200", "no checking"),
    "credit_history": (
        "no credits/all paid",
        "all paid",
        "existing paid",
        "delayed previously",
        "critical/other existing credit",
    ),
    "purpose": (
        "new car",
        "used car",
        "furniture/equipment",
        "radio/tv",
        "domestic appliance",
        "repairs",
        "education",
        "vacation",
        "retraining",
        "business",
        "other",
    ),
    "savings": ("<100", "100<=X<500", "500<=X<1000", ">=1000", "no known savings"),
    "employment_since": ("unemployed", "<1", "1<=X<4", "4<=X<7", ">=7"),
    "personal_status_sex": (
        "male div/sep",
        "female div/dep/mar",
        "male single",
        "male mar/wid",
        "female single",
    ),
    "other_debtors": ("none", "co applicant", "guarantor"),
    "property": ("real estate", "life insurance", "car", "no known property"),
    "other_installment_plans": ("bank", "stores", "none"),
    "housing": ("rent", "own", "for free"),
    "job": (
        "unemp/unskilled non res",
        "unskilled resident",
        "skilled",
        "high qualif/self emp/mgmt",
    ),
    "telephone": ("none", "yes"),
    "foreign_worker": ("yes", "no"),
}

# The codes of these attributes begin at 0 (A30, A40), all others at 1.
_FROM_ZERO = ("credit_history", "purpose")


def encode_credit(frame: "pd.DataFrame") -> "pd.DataFrame":
    """Replace the codes and words of the credit attributes by numbers.

    A code becomes the number after its attribute's index (A143 of attribute 14 becomes 3, A410 of
    attribute 4 becomes 10), a word the number of the code that it stands for, whatever its case
    and blanks. Numbers, unknown text and other columns stay as they are.

    Parameters
    ----------
    frame : pandas.DataFrame
        Columns named as in the data set's CSV file, in any order, not necessarily all.

    Returns
    -------
    pandas.DataFrame
        A new frame with the same rows and columns.

    Examples
    --------
    >>> import pandas as pd
    >>> frame = pd.DataFrame({"purpose": ["A410", "radio/TV"], "age": [67, 22]})
    >>> encode_credit(frame)["purpose"].tolist()
    [10, 3]
    """
    encoded = frame.copy()
    for index, column in enumerate(CREDIT_COLUMNS, start=1):
        if column in _WORDS and column in frame:
            numbers = _numbers(column, index)
            encoded[column] = [numbers.get(_key(value), value) for value in frame[column]]
    return encoded


def _numbers(column: str, index: int) -> dict[str, int]:
    start = 0 if column in _FROM_ZERO else 1
    numbers = {}
    for number, words in enumerate(_WORDS[column], start):
        numbers[_key(words)] = number
        numbers[_key(f"A{index}{number}")] = number
    return numbers


def _key(value: object) -> str:
    return "".join(str(value).split()).strip("'").lower()
