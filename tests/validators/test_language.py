import csv
import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synthforge.meaning.sentences import sentences
from synthforge.records import Verdict
from synthforge.validators import Language
from tests import rooms

CORPORA = Path(os.environ.get("SYNTHFORGE_SHARED", Path(__file__).parents[3] / "shared")) / "corpora"

RULES = {
    "en": "A driver must rest for at least 10 consecutive hours before a new shift begins.",
    "de": "Der Fahrer muss vor jeder neuen Schicht mindestens 10 Stunden am Stück geruht haben.",
    "fr": "Le conducteur doit se reposer au moins 10 heures de suite avant chaque nouveau service.",
    "ja": "運転者は新しい勤務の前に少なくとも10時間続けて休息しなければならない。",
    "ru": "Водитель обязан отдыхать не менее 10 часов подряд перед новой сменой.",
}
ASKED = {
    "en": "How long does a driver have to rest before a new shift?",
    "de": "Wie lange muss ein Fahrer vor einer neuen Schicht ruhen?",
    "fr": "Combien de temps le conducteur doit-il se reposer avant son service ?",
    "ja": "運転者は勤務の前に何時間休息しなければならないか。",
    "ru": "Сколько часов водитель должен отдыхать перед новой сменой?",
}


def verdict(tmp_path: Path, source: str, question: str, answer: str = "", check: Language | None = None) -> Verdict:
    corpus = rooms.sections([source, source])
    turn = rooms.turn(question=question, answer=answer, reasoning="", claims=())
    return (check or Language()).check(rooms.example(turns=(turn,)), rooms.run(tmp_path, corpus))


@pytest.mark.parametrize("code", RULES)
def test_keeps_one_language_throughout(tmp_path: Path, code: str) -> None:
    assert verdict(tmp_path, RULES[code], ASKED[code], RULES[code]).outcome == "passed"


@pytest.mark.parametrize("source", RULES)
@pytest.mark.parametrize("asked", RULES)
def test_drops_questions_in_another_language(tmp_path: Path, source: str, asked: str) -> None:
    found = verdict(tmp_path, RULES[source], ASKED[asked])
    assert found.code == ("" if source == asked else "language.other")
    assert source == asked or found.reason == f"the question is in '{asked}', expected is {source}"


@pytest.mark.parametrize("asked", RULES)
@pytest.mark.parametrize("answered", RULES)
def test_drops_answers_in_another_language_than_their_question(tmp_path: Path, asked: str, answered: str) -> None:
    found = verdict(tmp_path, RULES["en"], ASKED[asked], RULES[answered], Language(languages=tuple(RULES)))
    assert found.code == ("" if asked == answered else "language.mixed")


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ("at least 10 hours", ""),
        ("maxima et minima", ""),
        ('The sign says "Der Fahrer muss vor jeder neuen Schicht geruht haben", and it is binding.', ""),
        ("The notice is to be kept for α and β, at 5 µm and 20 Ω.", ""),
        ("The driver must 必须 rest for at least 10 hours.", "language.mixed"),
        ("at least 10 часов", "language.mixed"),
    ],
)
def test_short_values_quotations_and_symbols_pass_and_borrowed_letters_do_not(
    tmp_path: Path, answer: str, code: str
) -> None:
    assert verdict(tmp_path, RULES["en"], ASKED["en"], answer).code == code


def test_letters_that_the_source_has_are_at_home(tmp_path: Path) -> None:
    source = f"{RULES['en']} The label must read 運転者."
    assert verdict(tmp_path, source, ASKED["en"], "The label must read 運転者 in full.").code == ""


def test_a_source_without_a_language_is_asked_about_in_any(tmp_path: Path) -> None:
    table = "10 | 20 | 30\n40 | 50 | 60"
    assert verdict(tmp_path, table, ASKED["de"], RULES["de"]).code == ""
    assert verdict(tmp_path, table, ASKED["de"], RULES["en"]).code == "language.mixed"


def test_near_kin_is_not_told_apart(tmp_path: Path) -> None:
    asked = "¿Cuántas horas seguidas debe descansar el conductor?"
    kin = "O condutor deve descansar pelo menos 10 horas seguidas antes de cada turno."
    source = "El conductor debe descansar al menos 10 horas seguidas antes de cada turno."
    assert verdict(tmp_path, source, asked, kin).code == ""


def test_a_conversations_turn_is_named(tmp_path: Path) -> None:
    turns = (rooms.turn(), rooms.turn(reasoning=RULES["de"]))
    found = Language().check(rooms.example(turns=turns), rooms.run(tmp_path))
    assert found.reason == "turn 2: the reasoning is in 'de', its question in en"


@pytest.mark.parametrize("wrong", ["english", "EN", ""])
def test_a_language_is_a_code(wrong: str) -> None:
    with pytest.raises(ValueError, match="languages"):
        Language(languages=(wrong,))


@settings(max_examples=50, deadline=None)
@given(text=st.text())
def test_any_text_gets_a_verdict(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    found = verdict(tmp_path_factory.mktemp("run"), RULES["en"], text, text)
    assert found.code in ("", "language.other", "language.mixed")


def asked_and_told() -> Iterator[tuple[str, str]]:
    """Questions that people asked, and sentences of real documents, all of them English but for the signs that reading
    a picture has made of the tachograph's symbols (`0/火/日`)."""
    for file in sorted(CORPORA.rglob("*.md")):
        text = file.read_text(encoding="utf-8", errors="replace")
        yield from (("answer", text[a:b]) for a, b in sentences(text)[:60] if "tachograph" not in file.name)
    with (CORPORA / "ticket" / "banking77_test.csv").open(encoding="utf-8") as rows:
        yield from (("question", row["text"]) for row in csv.DictReader(rows))
    for row in json.loads((CORPORA / "qa" / "ObliQA_MultiPassage_val.json").read_text(encoding="utf-8")):
        yield "question", row["Question"]


def test_real_text_is_taken_for_english(tmp_path: Path) -> None:
    if not CORPORA.exists():
        pytest.skip(f"real documents are not here: {CORPORA}")
    run, texts, dropped = rooms.run(tmp_path), list(dict.fromkeys(asked_and_told())), []
    for field, text in texts:
        turn = rooms.turn(**{"claims": (), "reasoning": "", field: text})
        found = Language().check(rooms.example(turns=(turn,)), run)
        dropped += [f"{found.reason}: {text}"] if found.outcome != "passed" else []
    assert len(texts) > 5000
    assert dropped == []
