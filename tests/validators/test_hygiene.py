import csv
import json
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synthforge.compose import load
from synthforge.context import Run
from synthforge.meaning.sentences import sentences
from synthforge.pipeline.generate import instructed
from synthforge.records import Claim, Evidence, Message, Verdict
from synthforge.validators import Hygiene
from synthforge.validators.hygiene import leaked, runs
from synthforge.validators.phrases import Speaker, phrases
from synthforge.validators.repetition import repeated
from tests import rooms

CORPORA = Path(os.environ.get("SYNTHFORGE_SHARED", Path(__file__).parents[3] / "shared")) / "corpora"
ANSWERED = {"question": "How long must a driver rest?", "reasoning": "", "decision": "answered"}
RULE = rooms.RULES[0]
FILES = ("policy/scuba_teams.md", "policy/comply/policies_development.md", "regulation/21cfr820.md")
FRAMES = ("According to the document, ", "As set out in the text, ", "The document says that ", "Under this rule, ")


def verdict(tmp_path: Path, answer: str = RULE, length: str = "medium", **changes: object) -> Verdict:
    turn = rooms.turn(**{**ANSWERED, "answer": answer, **changes})
    example = rooms.example(order=rooms.order(length=length), turns=(turn,))
    return Hygiene().check(example, rooms.run(tmp_path))


@pytest.mark.parametrize(
    "changes",
    [
        {},
        *({"answer": f"{frame}a driver must rest for at least 10 consecutive hours."} for frame in FRAMES),
        {"answer": "", "reasoning": "the excerpt gives no rule on this", "decision": "insufficient_information"},
        {"answer": "", "reasoning": "the rule does not state who may grant a waiver", "decision": "human_review"},
        {"question": "Does a rest of 8 hours comply with the excerpt?", "answer": "", "decision": "violation"},
        {"question": "I cannot access the internet from the cab. Please let me know if I must rest.", "answer": RULE},
        {"answer": "As an AI system provider says in its manual, a driver must rest."},
        {"answer": "The driver must hand in the information provided by the carrier, and keep the passage clear."},
        {"answer": "The driver must type the command at the prompt as requested, and measure again."},
        {"answer": "(1) Stop. (2) Rest. (3) Write it down. (4) Tell the dispatcher. (5) Drive on with care."},
    ],
)
def test_keeps_what_the_production_format_intends(tmp_path: Path, changes: dict[str, object]) -> None:
    found = verdict(tmp_path, **changes)  # type: ignore[arg-type]
    assert (found.outcome, found.code, found.reason) == ("passed", "", "")


@pytest.mark.parametrize(
    ("field", "text", "found"),
    [
        ("answer", "As an AI language model, I would say at least 10 hours.", "As an AI language model"),
        ("question", "As an AI, can you tell me how long to rest?", "As an AI"),
        ("reasoning", "my training data says 10 hours", "my training data"),
        ("answer", "I cannot browse the regulations, but it is 10 hours.", "I cannot browse"),
        ("answer", "Based on the provided context, a driver must rest.", "Based on the provided context"),
        ("answer", "According to the information given, a driver must rest.", "According to the information given"),
        ("answer", "The passage states that a driver must rest.", "The passage states"),
        ("answer", "According to the section above, a driver must rest.", "According to the section above"),
        ("reasoning", "the prompt asks for 10 hours", "the prompt asks"),
        ("reasoning", "I was asked to write a hard case", "I was asked to write"),
        ("question", "What does the withheld section say about rest?", "the withheld section"),
        ("reasoning", "the student will not see the rule", "the student will not see"),
        ("answer", "Sure, a driver must rest for at least 10 consecutive hours.", "Sure,"),
        ("answer", "Here is the answer. Rest for 10 hours.", "Here is the answer"),
        ("answer", "A driver must rest. I hope this helps!", "I hope this helps"),
    ],
)
def test_drops_meta_talk(tmp_path: Path, field: str, text: str, found: str) -> None:
    said = verdict(tmp_path, **{field: text})  # type: ignore[arg-type]
    assert (said.outcome, said.code, said.found) == ("failed", "hygiene.meta_talk", found)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("I'm sorry, but I can't help with that.", "hygiene.refusal"),
        ("I cannot provide legal advice on rest times.", "hygiene.refusal"),
        ("A driver must rest. Please consult a qualified attorney.", "hygiene.refusal"),
        ("A driver must rest for at least 10 hours [1].", "hygiene.leftover"),
        ("A driver must rest for at least 10 hours.【4†source】", "hygiene.leftover"),
        ("</think> A driver must rest.", "hygiene.leftover"),
        ("Answer: a driver must rest.", "hygiene.leftover"),
        ('{"answer": "a driver must rest"}', "hygiene.leftover"),
        ("A driver must rest.<|im_end|>", "hygiene.leftover"),
        ("The answer is insufficient_information.", "hygiene.prompt_leak"),
        ("<section 2 0123456789ab> A driver must rest.", "hygiene.prompt_leak"),
        ("You told me [the rule, word for word].", "hygiene.prompt_leak"),
    ],
)
def test_drops_refusals_and_leftovers(tmp_path: Path, text: str, code: str) -> None:
    assert verdict(tmp_path, text).code == code


def test_what_the_documents_say_is_not_the_teachers(tmp_path: Path) -> None:
    said = "The form is filled in based on the information above [1]."
    corpus = rooms.sections([said, rooms.RULES[1]])
    example = rooms.example(turns=(rooms.turn(**{**ANSWERED, "answer": said}),))
    assert Hygiene().check(example, rooms.run(tmp_path)).code == "hygiene.leftover"
    assert Hygiene().check(example, rooms.run(tmp_path, corpus)).code == ""


def test_a_words_end_is_not_the_phrase(tmp_path: Path) -> None:
    corpus = rooms.sections(["If in doubt, measure, and measure again."])
    example = rooms.example(turns=(rooms.turn(**{**ANSWERED, "answer": "Sure, measure again."}),))
    assert Hygiene().check(example, rooms.run(tmp_path, corpus)).found == "Sure,"


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("reasoning", "the excerpt gives no rule on this"),
        ("question", "According to the document, how long must a driver rest?"),
    ],
)
def test_nothing_is_pointed_at_where_nothing_is_shown(tmp_path: Path, field: str, text: str) -> None:
    turn = rooms.turn(**{**ANSWERED, "answer": RULE, field: text})
    shown = rooms.example(turns=(turn,))
    closed_book = rooms.example(order=rooms.order(excerpt=()), turns=(turn,))
    assert Hygiene().check(shown, rooms.run(tmp_path)).code == ""
    assert Hygiene().check(closed_book, rooms.run(tmp_path)).code == "hygiene.meta_talk"


def test_a_closed_book_answer_may_name_its_source(tmp_path: Path) -> None:
    turn = rooms.turn(**{**ANSWERED, "answer": f"{FRAMES[0]}a driver must rest for at least 10 consecutive hours."})
    example = rooms.example(order=rooms.order(excerpt=()), turns=(turn,))
    assert Hygiene().check(example, rooms.run(tmp_path)).code == ""


PROMPT = """Use nothing but the sections given, and quote every statement that is made.
Who asks: a clerk who has to file the record correctly
Say in `missing` what a person has to settle, and decide human_review: 'the case is open and a person must look at it'.
"""


@pytest.mark.parametrize(
    ("answer", "leaked"),
    [
        ("I am a clerk who has to file the record correctly.", "a clerk who has to file the record"),
        ("Use nothing but the sections given, and quote it.", "use nothing but the sections given and quote"),
        ("The clerk has to file the record correctly.", ""),
        ("The case is open and a person must look at it.", ""),
        ("Students answer from the excerpt alone and quote the rule.", ""),
        (RULE, ""),
    ],
)
def test_drops_what_repeats_the_prompt(tmp_path: Path, answer: str, leaked: str) -> None:
    rule = f"Students answer from the excerpt alone and quote the rule. {RULE}"
    run = replace(rooms.run(tmp_path), instructions=lambda order: PROMPT + rule)
    served = Message(role="system", content="Students answer from the excerpt alone and quote the rule.")
    turn = rooms.turn(**{**ANSWERED, "answer": answer})
    found = Hygiene().check(rooms.example(turns=(turn,), messages=(served,)), run)
    assert found.found == leaked
    assert found.code == ("hygiene.prompt_leak" if leaked else "")


def test_a_stored_verdict_does_not_outlive_its_prompt(tmp_path: Path) -> None:
    run, example = rooms.run(tmp_path), rooms.example()
    other = replace(run, instructions=lambda order: PROMPT)
    assert Hygiene().reads(example, run) == Hygiene().reads(example, run) != Hygiene().reads(example, other)


@pytest.mark.parametrize(
    ("length", "count", "code"),
    [("short", 2, ""), ("short", 3, "hygiene.length"), ("medium", 3, ""), ("medium", 4, "hygiene.length"),
     ("long", 1, ""), ("long", 9, ""), ("long", 10, "hygiene.length"), ("whole page", 30, "")],
)  # fmt: skip
def test_an_answer_is_as_long_as_ordered(tmp_path: Path, length: str, count: int, code: str) -> None:
    answer = " ".join(f"Rule {n} is that the driver of truck {n} must rest." for n in range(count))
    found = verdict(tmp_path, answer, length)
    assert (found.code, found.reason[:25]) == (code, code and f"the answer has {count} sentence"[:25])


def test_an_answer_without_stops_is_counted_in_words(tmp_path: Path) -> None:
    answer = ", ".join(f"driver {n} must rest" for n in range(12))
    assert verdict(tmp_path, answer, "short").reason == "the answer has 48 words; 'short' allows 45"


def test_an_answer_no_longer_than_its_quotes_is_never_too_long(tmp_path: Path) -> None:
    rule = " ".join(f"Driver {n} must rest for {n} hours." for n in range(2, 8))
    claims = (Claim(text=rule, evidence=Evidence(section="FP-07#FP-07 §1", quote=rule)),)
    assert verdict(tmp_path, rule, "short").code == "hygiene.length"
    assert verdict(tmp_path, rule, "short", claims=claims).code == ""


@pytest.mark.parametrize(
    "answer",
    [
        "A driver must rest. A driver may eat. A driver must rest for 10 hours. A driver must rest for 10 hours.",
        "A driver must rest for for for for 10 hours.",
        "A driver must rest must rest must rest for 10 hours.",
    ],
)
def test_drops_loops(tmp_path: Path, answer: str) -> None:
    assert verdict(tmp_path, answer, "long").code == "hygiene.repetition"


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("A driver must rest for 10 hours. A driver may rest for 12 hours. A helper must rest for 10 hours.", ""),
        ("It is a very, very, very old seal, and readings were 0 0 0 0 0 and 5 5 5 5 5.", ""),
        ("Lift it. Hold it for 30 seconds. Turn it. Hold it for 30 seconds.",
         "Lift it for a while, then hold it for 30 seconds. Turn it over. Hold it for 30 seconds."),
        ("Press stop stop stop stop.", "Press stop stop stop stop until it halts."),
    ],
)  # fmt: skip
def test_what_only_looks_like_a_loop_is_none(text: str, source: str) -> None:
    assert repeated(text, source) == ""


def test_a_source_that_says_it_once_excuses_no_second_time() -> None:
    said = "Hold it for 30 seconds. Turn it. Hold it for 30 seconds."
    assert repeated(said, "Lift it, then hold it for 30 seconds.") == "Hold it for 30 seconds."


@given(st.lists(st.sampled_from("ab cd ef gh 1".split()), min_size=1, max_size=6), st.integers(4, 9))
def test_words_over_and_over_are_a_loop_unless_they_are_figures(cycle: list[str], times: int) -> None:
    assert bool(repeated(" ".join(cycle * times))) == any(word.isalpha() for word in cycle)


def test_drops_an_answer_that_says_the_question_again(tmp_path: Path) -> None:
    echo = "How long must a driver rest? A driver must rest for at least 10 consecutive hours."
    assert verdict(tmp_path, echo).code == "hygiene.copied_question"
    assert verdict(tmp_path, echo, question="How long?").code == ""


def test_a_conversation_that_asks_twice_is_dropped_unless_the_rule_is_another(tmp_path: Path) -> None:
    first = rooms.turn(question="And if that was not done, would the case comply?")
    other = rooms.RULES[1]
    claim = Claim(text=other, evidence=Evidence(section="FP-07#FP-07 §2", quote=other))
    again = first.model_copy(update={"claims": (claim,)})
    run = rooms.run(tmp_path)
    assert Hygiene().check(rooms.example(turns=(first, again)), run).code == ""
    assert Hygiene().check(rooms.example(turns=(first, again, first)), run).code == "hygiene.repetition"


def test_a_conversations_turn_is_named(tmp_path: Path) -> None:
    turns = (rooms.turn(), rooms.turn(**{**ANSWERED, "answer": "Sure, a driver must rest."}))
    assert Hygiene().check(rooms.example(turns=turns), rooms.run(tmp_path)).reason.startswith("turn 2: the answer")


@pytest.fixture
def told(tmp_path: Path) -> Run:
    """A run that knows what the packaged templates say."""
    everything = "cited_answer,compliance_check,dialogue,extraction,multi_section,procedure,simulated_dialogue"
    return instructed(rooms.run(tmp_path), load("quickstart", [f"templates=[{everything}]"]).recipe.templates)


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("cited_answer", "Write it as somebody at work would ask it, without the wording of the section."),
        ("compliance_check", "It is a case of one to three sentences as it would be reported, with its facts."),
        ("simulated_dialogue", "I have not read the rules and do not know their wording, numbers or section names."),
        ("simulated_dialogue", "Change one fact of your case, another number, time, person or place."),
    ],
)
def test_the_packaged_prompts_are_known(told: Run, template: str, text: str) -> None:
    moves = ("opening", "follow_up") if template == "simulated_dialogue" else ()
    order = rooms.order(template=template, moves=moves, turns=max(1, len(moves)))
    question = rooms.turn(**{**ANSWERED, "question": text, "answer": RULE})
    assert Hygiene().check(rooms.example(order=order, turns=(question,)), told).code == "hygiene.prompt_leak"


def test_no_section_is_part_of_what_a_prompt_says_itself(told: Run) -> None:
    assert not any(rule in told.instructions(rooms.order(template="cited_answer")) for rule in rooms.RULES)


def asked_and_told() -> Iterator[tuple[Speaker, str]]:
    """Questions that people asked, and sentences of real documents."""
    for file in sorted(CORPORA.rglob("*.md")):
        text = file.read_text(encoding="utf-8", errors="replace")
        yield from (("answer", text[a:b]) for a, b in sentences(text) if "<" not in text[a:b] and "|" not in text[a:b])
    with (CORPORA / "ticket" / "banking77_test.csv").open(encoding="utf-8") as rows:
        yield from (("question", row["text"]) for row in csv.DictReader(rows))
    with (CORPORA / "ticket" / "it_support_tickets_500.csv").open(encoding="utf-8") as rows:
        yield from (("question", row["description"]) for row in csv.DictReader(rows))
    for row in json.loads((CORPORA / "qa" / "ObliQA_MultiPassage_val.json").read_text(encoding="utf-8")):
        yield "question", row["Question"]


def test_real_text_is_neither_talk_nor_loop_nor_prompt(told: Run) -> None:
    """Judged without what excuses it in a run, that it stands in its section: footnotes and links, and one "above"."""
    if not CORPORA.exists():
        pytest.skip(f"real documents are not here: {CORPORA}")
    templates = ("cited_answer", "compliance_check", "dialogue", "procedure", "simulated_dialogue")
    prompt = " ".join(told.instructions(rooms.order(template=name)) for name in templates)
    known = runs(prompt, Hygiene().leaked_words)
    texts = list(dict.fromkeys(asked_and_told()))
    talk = [phrase.said for speaker, text in texts for phrase in phrases(text, speaker)]
    assert len(texts) > 15_000
    assert sorted(talk) == ["[3]", "[9]", "[^1]", "[^1]", "based on the information above"]
    assert [text for _, text in texts if repeated(text)] == []
    assert [text for _, text in texts if leaked(text, known, Hygiene().leaked_words)] == []


def test_real_sentences_pass_as_answers(tmp_path: Path) -> None:
    if not CORPORA.exists():
        pytest.skip(f"real documents are not here: {CORPORA}")
    text = "\n\n".join((CORPORA / name).read_text(encoding="utf-8", errors="replace") for name in FILES)
    corpus = rooms.sections([text[a:b] for a, b in sentences(text)])
    run, dropped = rooms.run(tmp_path, corpus), []
    for key, section in corpus.items():
        claims = (Claim(text=section.text, evidence=Evidence(section=key, quote=section.text)),)
        turn = rooms.turn(**{**ANSWERED, "answer": section.text, "claims": claims})
        found = Hygiene().check(rooms.example(order=rooms.order(key, excerpt=(key,)), turns=(turn,)), run)
        dropped += [found.reason] if found.outcome != "passed" else []
    assert len(corpus) > 500
    assert dropped == []
