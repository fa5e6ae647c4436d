"""Metrics and intervals: known answers, known widths, and what must hold for any set of items."""

import random
import time
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synthforge.evaluation.intervals import doubt
from synthforge.evaluation.items import Item
from synthforge.evaluation.metrics import breakdown, compare, metrics, named, score
from synthforge.records import EXCEPTIONAL, ORDINARY, Answer, Decision

DECISIONS: tuple[Decision, ...] = (*ORDINARY, *EXCEPTIONAL)


def an_item(
    number: int = 0, decision: Decision = "violation", given: Decision | None = "violation", **other: Any
) -> Item:
    read: dict[str, Any] = {
        "citations": ("§1",),
        "quotes": ("rest ten hours",),
        "well_formed": given is not None,
    }
    base: dict[str, Any] = {
        "example": f"e{number}", "turn": 0, "document": f"d{number % 5}", "template": "t",
        "edge_case": "none", "difficulty": "easy", "question": "q",
        "excerpt": ("Drivers shall\nrest ten hours daily.",),
        "decision": decision, "citations": ("§1",), "quotes": ("rest ten hours",),
        "text": str(given or "no idea"),
        "answer": Answer(decision=given, **read),
    }  # fmt: skip
    return Item(**(base | other))


def values(items: list[Item]) -> dict[str, float | None]:
    return {name: found.value for name, found in score(items, 200, Random(0)).items()}


def test_a_student_that_is_always_right_scores_one_and_an_interval_that_admits_doubt() -> None:
    items = [an_item(n, decision, decision) for n, decision in enumerate(DECISIONS * 8)]
    found = score(items, 500, Random(0))
    for name, interval in found.items():
        assert interval.value == (0 if name == "false_abstention" else 1)
    assert found["decision_accuracy"].high == 1
    assert found["decision_accuracy"].low == pytest.approx(0.9440, abs=1e-4)  # Clopper-Pearson, 64 of 64
    assert found["decision_accuracy"].n == 64 and found["abstention_recall"].n == 32


def test_unreadable_answers_are_wrong_but_the_lenient_accuracy_reads_them() -> None:
    items = [
        an_item(0, "violation", None, text="This driver is not compliant."),
        an_item(1, "compliant", None, text="It is in compliance, no violation."),
        an_item(2, "compliant", None, text="not in compliance"),
        an_item(3, "answered", None, text="Ten hours."),
        an_item(4, "answered", None, text=""),
    ]
    found = values(items)
    assert found["decision_accuracy"] == 0 and found["format_compliance"] == 0
    assert found["decision_accuracy_lenient"] == pytest.approx(3 / 5)


@pytest.mark.parametrize(
    ("text", "decision"),
    [
        ("Verdict: NON-COMPLIANT", "violation"),
        ("not a violation", "compliant"),
        ("It looks like a violation, but it complies.", "compliant"),
        ("There is not enough\ninformation here", "insufficient_information"),
        ("I would ask for human review", "human_review"),
        ("Geht nicht zu sagen", "insufficient_information"),
        ("noncompliantly compliantish", None),
        ("", None),
    ],
)
def test_the_decision_a_free_text_names_last(text: str, decision: Decision | None) -> None:
    assert named(text, {"insufficient_information": "geht nicht zu sagen"}) == decision


def test_citations_are_compared_as_sets_and_only_where_some_are_due() -> None:
    def cited(number: int, gold: tuple[str, ...], *names: str) -> Item:
        return an_item(number, citations=gold, answer=Answer(decision="violation", citations=names))

    items = [
        cited(0, ("§1", "§2"), "§2", "§1"),
        cited(1, ("§1", "§2"), "§1"),
        cited(2, ("§1",), "§1", "§9"),
        cited(3, ("§ 1",), "§  1"),
        cited(4, (), "§1"),
    ]
    found = score(items, 200, Random(0))["citation_exact"]
    assert (found.value, found.n) == (0.5, 4)


def test_a_quote_is_grounded_when_the_excerpt_has_it_word_for_word() -> None:
    def quoted(number: int, *given: str, gold: tuple[str, ...] = ("rest ten hours",)) -> Item:
        return an_item(number, quotes=gold, answer=Answer(decision="violation", quotes=given))

    items = [
        quoted(0, "rest ten hours"),
        quoted(1, "shall rest ten hours"),  # grounded, across a line break, yet not the reference quote
        quoted(2, "rest nine hours"),
        quoted(3),
        quoted(4, gold=()),  # nothing due, nothing quoted: not asked
        quoted(5, "invented", gold=()),
        quoted(6, ""),
    ]
    found = score(items, 200, Random(0))
    assert (found["quote_grounded"].value, found["quote_grounded"].n) == (pytest.approx(2 / 6), 6)
    assert (found["quote_exact"].value, found["quote_exact"].n) == (pytest.approx(1 / 5), 5)


def test_abstentions() -> None:
    pairs: list[tuple[Decision, Decision | None]] = [
        ("insufficient_information", "insufficient_information"),
        ("insufficient_information", "human_review"),  # abstained, for the wrong reason
        ("human_review", "violation"),
        ("violation", "human_review"),
        ("violation", "violation"),
        ("compliant", None),
    ]
    found = values([an_item(n, gold, given) for n, (gold, given) in enumerate(pairs)])
    assert found["abstention_precision"] == pytest.approx(2 / 3)
    assert found["abstention_recall"] == pytest.approx(2 / 3)
    assert found["false_abstention"] == pytest.approx(1 / 3)
    assert found["insufficient_information_precision"] == 1
    assert found["insufficient_information_recall"] == pytest.approx(1 / 2)
    assert found["human_review_precision"] == 0 and found["human_review_recall"] == 0


def test_a_metric_that_nothing_was_asked_of_has_no_value() -> None:
    found = score([an_item(0, citations=(), quotes=())], 100, Random(0))
    assert found["citation_exact"].n == 0 and found["citation_exact"].value is None
    assert found["abstention_precision"].low is None
    assert all(interval.n == 0 for interval in score([], 100, Random(0)).values())


def test_the_width_is_the_textbooks_when_every_item_is_its_own_document() -> None:
    items = [an_item(n, given="violation" if n % 5 else "compliant", document=f"d{n}") for n in range(400)]
    found = score(items, 4000, Random(0))["decision_accuracy"]
    assert found.value == pytest.approx(0.8)
    assert found.high is not None and found.low is not None
    # 1.96 * sqrt(.8 * .2 / 400); resampling within documents of one item adds nothing
    assert (found.high - found.low) / 2 == pytest.approx(0.0392, rel=0.06)


def test_items_that_stand_and_fall_with_their_document_count_as_one() -> None:
    alone = [an_item(n, given="violation" if n < 80 else None, document=f"d{n}") for n in range(100)]
    together = [an_item(n, given="violation" if n < 80 else None, document=f"d{n // 20}") for n in range(100)]
    narrow, wide = (score(items, 2000, Random(0))["decision_accuracy"] for items in (alone, together))
    assert narrow.low is not None and wide.low is not None
    assert wide.low < 0.5 < 0.7 < narrow.low


def test_none_of_160_is_not_certainly_none() -> None:
    found = score([an_item(n, given=None) for n in range(160)], 200, Random(0))["decision_accuracy"]
    assert found.value == found.low == 0
    assert found.high == pytest.approx(0.0228, abs=1e-4)  # Clopper-Pearson, 0 of 160


def test_the_breakdown_scores_each_group_as_if_alone() -> None:
    items = [an_item(n, given="violation" if n % 2 else None, edge_case="none" if n % 2 else "gap") for n in range(20)]
    found = breakdown(items, "edge_case", 200, Random(0))
    assert list(found) == ["gap", "none"]
    assert (found["gap"]["decision_accuracy"].value, found["none"]["decision_accuracy"].value) == (0, 1)
    assert sum(group["decision_accuracy"].n for group in found.values()) == 20


def test_comparing_a_student_with_itself_shows_no_difference() -> None:
    items = [an_item(n, given="violation" if n % 3 else None) for n in range(60)]
    for interval in compare(items, items[::-1], 300, Random(0)).values():
        assert interval.value in (0, None)
        assert interval.value is None or interval.low is None or interval.low <= 0 <= (interval.high or 0)


def test_pairing_sees_what_two_separate_intervals_hide() -> None:
    """Ten of 200 questions more, all others alike: separate intervals overlap, the paired one excludes 0."""
    luck = random.Random(1)
    base = [luck.random() < 0.6 for _ in range(200)]
    better = [ok or n % 16 == 0 for n, ok in enumerate(base)]
    one, two = (
        [an_item(n, given="violation" if ok else None, document=f"d{n // 2}") for n, ok in enumerate(oks)]
        for oks in (base, better)
    )
    a, b = (score(items, 2000, Random(0))["decision_accuracy"] for items in (one, two))
    paired = compare(one, two, 2000, Random(0))["decision_accuracy"]
    assert a.high is not None and b.low is not None and paired.low is not None and a.value is not None
    assert b.low < a.high and paired.low > 0
    assert paired.value == pytest.approx((b.value or 0) - a.value)


def test_two_different_sets_cannot_be_compared() -> None:
    with pytest.raises(ValueError, match="same questions"):
        compare([an_item(0)], [an_item(1)], 100, Random(0))


def test_2000_resamples_of_1000_items_are_quick() -> None:
    items = [an_item(n, given="violation" if n % 3 else None, document=f"d{n % 40}") for n in range(1000)]
    started = time.process_time()
    score(items, 2000, Random(0))
    assert time.process_time() - started < 5


ITEMS = st.lists(
    st.builds(
        lambda document, decision, given, cited: (document, decision, given, cited),
        st.sampled_from(["a", "b", "c"]),
        st.sampled_from(DECISIONS),
        st.sampled_from([None, *DECISIONS]),
        st.sampled_from([(), ("§1",), ("§2",)]),
    ),
    min_size=1,
    max_size=25,
).map(
    lambda rows: [
        an_item(n, decision, given, document=document, answer=Answer(decision=given, citations=cited))
        for n, (document, decision, given, cited) in enumerate(rows)
    ]
)


@settings(max_examples=60, deadline=None)
@given(ITEMS, st.randoms(use_true_random=False))
def test_scores_are_shares_inside_their_intervals_whatever_the_order(items: list[Item], shuffler: Random) -> None:
    found = score(items, 100, Random(3))
    shuffled = list(items)
    shuffler.shuffle(shuffled)
    assert score(shuffled, 100, Random(3)) == found
    for interval in found.values():
        if interval.n == 0:
            assert interval.value is None
        else:
            assert interval.value is not None and interval.low is not None and interval.high is not None
            assert 0 <= interval.low <= interval.value <= interval.high <= 1
    assert found["decision_accuracy"].value <= found["decision_accuracy_lenient"].value  # type: ignore[operator]
    assert set(found) == set(metrics({}))


@settings(max_examples=40, deadline=None)
@given(ITEMS)
def test_a_comparison_is_the_difference_of_the_scores_and_turns_its_sign_round(items: list[Item]) -> None:
    worse = [item.model_copy(update={"answer": Answer()}) for item in items]
    forth, back = compare(worse, items, 100, Random(3)), compare(items, worse, 100, Random(3))
    before, after = score(worse, 100, Random(3)), score(items, 100, Random(3))
    for name, interval in forth.items():
        if interval.value is None:
            continue
        assert interval.value == pytest.approx((after[name].value or 0) - (before[name].value or 0))
        assert interval.low is not None and interval.high is not None and back[name].high is not None
        assert -1 <= interval.low <= interval.value <= interval.high <= 1
        assert interval.low == pytest.approx(-(back[name].high or 0))


def test_doubt_is_the_rule_of_three() -> None:
    assert doubt(100) == pytest.approx(0.0362, abs=1e-4)


@pytest.mark.parametrize("kind", EXCEPTIONAL)
def test_every_edge_case_has_a_precision_and_a_recall_of_its_own(kind: Decision) -> None:
    items = [an_item(0, kind, kind), an_item(1, kind, "answered"), an_item(2, "answered", kind), an_item(3, kind, None)]
    found = values(items)
    assert found[f"{kind}_precision"] == 0.5
    assert found[f"{kind}_recall"] == pytest.approx(1 / 3)


def test_a_false_premise_is_answered_and_no_abstention() -> None:
    found = values([an_item(0, "false_premise", "false_premise"), an_item(1, "false_premise", "out_of_scope")])
    assert found["false_abstention"] == 0.5 and found["abstention_recall"] is None
    assert found["decision_accuracy"] == 0.5
