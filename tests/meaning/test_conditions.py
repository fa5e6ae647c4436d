"""A condition that is left out where all else is repeated is a doubt; told anywhere, it is none."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synthforge.meaning.conditions import dropped

WAIVER = "The firm may count intragroup deposits as liquid assets if the Authority has granted a waiver."
DROPPED = [
    (
        "The carrier must keep the log for 6 months.",
        "The carrier must keep the log for 6 months unless the inspector asks for a longer period.",
        "unless the inspector asks for a longer period",
    ),
    (
        "A vial of vaccine may be used for 28 days.",
        "A vial of vaccine may be used for 28 days, provided that the stopper shows no damage.",
        "provided that the stopper shows no damage",
    ),
    (
        "The help desk may reset the password of a user.",
        "The help desk may reset the password of a user only if the supervisor confirms the identity.",
        "if the supervisor confirms the identity",
    ),
    (
        "The Receiving Party may disclose Confidential Information to its affiliates.",
        "The Receiving Party may disclose Confidential Information to its affiliates, provided they are bound by "
        "equally strict obligations; the rest stays.",
        "provided they are bound by equally strict obligations",
    ),
    (
        "The operator must rinse the filling line before use.",
        "Except during a campaign of one product, the operator must rinse the filling line before use.",
        "Except during a campaign of one product",
    ),
    ("The firm may count intragroup deposits as liquid assets.", WAIVER, "if the Authority has granted a waiver"),
]


@pytest.mark.parametrize(("statement", "source", "condition"), DROPPED)
def test_a_condition_that_is_left_out_is_doubted_and_named(statement: str, source: str, condition: str) -> None:
    [fault] = dropped(statement, statement, [source])
    assert (fault.code, fault.reason) == ("condition.dropped", f"the source says so only '{condition}'")


@pytest.mark.parametrize(("statement", "source", "condition"), DROPPED)
def test_told_anywhere_in_the_turn_it_is_not_left_out(statement: str, source: str, condition: str) -> None:
    told = f"{statement} This holds {condition.lower()}."
    assert list(dropped(statement, told, [source])) == []


@pytest.mark.parametrize(
    ("statement", "source"),
    [
        ("With a waiver granted by the Authority, the firm may count intragroup deposits as liquid assets.", WAIVER),
        ("The log is kept.", DROPPED[0][1]),  # says too little of the rule to repeat it
        ("A waiver is granted by the Authority.", WAIVER),
        ("The trailer is cleaned.", "The trailer is cleaned if needed."),  # "if needed" is too little to miss
        ("Anything at all.", ""),
    ],
)
def test_other_statements_are_not_doubted(statement: str, source: str) -> None:
    assert list(dropped(statement, statement, [source])) == []


def test_how_much_may_be_missing_is_for_the_caller_to_say() -> None:
    said, source, _ = DROPPED[0]
    told = f"{said} The inspector was there."  # one of four words
    assert list(dropped(said, told, [source])) != []
    assert list(dropped(said, told, [source], missing=0.2)) == []
    assert list(dropped(said, said, [source], said=1.01)) == []


@settings(deadline=None)
@given(st.lists(st.sampled_from([*"if unless must , ; . driver log 6 months valve keep not where before a".split()])))
def test_a_sentence_leaves_out_nothing_of_itself(words: list[str]) -> None:
    text = " ".join(words)
    assert list(dropped(text, text, [text])) == []
