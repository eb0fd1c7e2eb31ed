import pandas as pd
import pytest

from evograft.problems.credit import encode_credit


@pytest.mark.parametrize(
    ("column", "value", "number"),
    [
        ("checking_status", "A14", 4),
        ("checking_status", "0<=X<200", 2),
        ("credit_history", "A30", 0),
        ("purpose", "A410", 10),
        ("purpose", " Domestic  Appliance", 4),
        ("purpose", "business", 9),
        ("other_debtors", "none", 1),
        ("other_installment_plans", "none", 3),
        ("other_installment_plans", "A143", 3),
        ("telephone", "none", 1),
        ("foreign_worker", "'no'", 2),
        ("job", "A171", 1),
    ],
)
def test_codes_and_words_become_the_number_of_their_attribute(column, value, number):
    assert encode_credit(pd.DataFrame({column: [value]}))[column].tolist() == [number]


def test_numbers_other_columns_and_unknown_text_stay(tmp_path):
    frame = pd.DataFrame({"purpose": [3, 10], "age": [30, 40], "note": ["A410", "none"]})
    pd.testing.assert_frame_equal(encode_credit(frame), frame)
    # A code of another attribute is unknown to this one.
    assert encode_credit(pd.DataFrame({"purpose": ["A11"]}))["purpose"].tolist() == ["A11"]


def test_the_callers_frame_is_left_alone():
    frame = pd.DataFrame({"purpose": ["A40"]})
    encode_credit(frame)
    assert frame["purpose"].tolist() == ["A40"]
