"""Items: what an example's turn becomes beside a student's answer."""

from pathlib import Path

from synthforge.artifacts import read_rows, write_rows
from synthforge.evaluation import Item, item
from synthforge.records import Answer, Claim, Evidence, Example, Order, Section, Turn


def section(name: str, text: str) -> Section:
    return Section(id=f"sop#{name}", document="sop", citation=f"SOP-7 §{name}", text=text, start=0, end=len(text))


SECTIONS = {s.id: s for s in (section("1", "Rest 10 hours."), section("2", "Log every stop."))}
ORDER = Order(template="t", targets=("sop#1",), excerpt=("sop#1", "sop#2"), category="sop", difficulty="hard")


def example() -> Example:
    quote = Claim(text="c", evidence=Evidence(section="sop#1", quote="Rest 10 hours."))
    turns = (
        Turn(question="Rested 4 hours?", claims=(quote, quote), decision="violation"),
        Turn(question="And at night?", decision="insufficient_information"),
    )
    return Example(id="e1", order=ORDER, turns=turns)


def test_an_item_carries_the_reference_and_the_answer() -> None:
    read = Answer(decision="violation", citations=("SOP-7 §1",), quotes=("Rest 10 hours.",), well_formed=True)
    made = item(example(), 0, "Verdict: violation", read, SECTIONS)
    assert (made.key, made.document, made.decision) == (("e1", 0), "sop", "violation")
    assert made.citations == ("SOP-7 §1",) and made.quotes == ("Rest 10 hours.",)
    assert made.excerpt == ("Rest 10 hours.", "Log every stop.")
    assert made.question == "Rested 4 hours?" and made.difficulty == "hard" and made.edge_case == "none"


def test_a_turn_without_claims_has_no_gold_citation() -> None:
    made = item(example(), 1, "", Answer(), SECTIONS)
    assert made.turn == 1 and made.citations == made.quotes == () and made.decision == "insufficient_information"


def test_items_read_back_from_their_file(tmp_path: Path) -> None:
    items = [item(example(), turn, "text ‑ §", Answer(), SECTIONS) for turn in (0, 1)]
    write_rows(tmp_path / "items.jsonl", items)
    assert list(read_rows(tmp_path / "items.jsonl", Item)) == items


def test_a_closed_book_answer_may_quote_from_what_it_should_cite_and_from_what_it_cites() -> None:
    closed = example().model_copy(update={"order": ORDER.model_copy(update={"excerpt": ()})})
    assert item(closed, 0, "", Answer(), SECTIONS).excerpt == ("Rest 10 hours.",)
    read = Answer(decision="violation", citations=("SOP-7  §2",), quotes=("Log every stop.",))
    assert item(closed, 0, "", read, SECTIONS).excerpt == ("Rest 10 hours.", "Log every stop.")
