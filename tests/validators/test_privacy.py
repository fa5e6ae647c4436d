import os
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synthforge.meaning.sentences import sentences
from synthforge.privacy import Allow, Redact
from synthforge.privacy.detector import Detector
from synthforge.records import Claim, Evidence, Span, Verdict
from synthforge.validators import Privacy
from tests import rooms

CORPORA = Path(os.environ.get("SYNTHFORGE_SHARED", Path(__file__).parents[3] / "shared")) / "corpora"
SECRET = "ghp_" + "q7Rw2Zx9" * 4 + "Kd3f"
PASSED, PERSONAL, GIVEN_AWAY = "", "privacy.personal_data", "privacy.secret"


def verdict(tmp_path: Path, text: str, check: Privacy | None = None, redact: Redact | None = None) -> Verdict:
    run = replace(rooms.run(tmp_path), redact=redact)
    return (check or Privacy()).check(rooms.example(turns=(rooms.turn(question=text),)), run)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Mail the log to ilka.brandt@northyard-freight.com. Is that right?", PERSONAL),
        ("The driver called +1 212 736 5000 first. Is that right?", PERSONAL),
        ("His SSN is 219-09-9998. May he drive?", PERSONAL),
        ("Passport no. X1234567 was shown. Does this comply?", PERSONAL),
        ("The trailer was left at 12 Mill Street, Dayton, OH 45402. Does this comply?", PERSONAL),
        (f"The tablet was set up with {SECRET}. Does this comply?", GIVEN_AWAY),
        ("The log said password: Xk9#ab12. Does this comply?", GIVEN_AWAY),
        ("-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG\n-----END PRIVATE KEY-----", GIVEN_AWAY),
        ("Mail the log to [EMAIL-1] or call [PHONE-2], [NAME-1] said. Is that right?", PASSED),
        ("Mail the log to jane@example.com or call (212) 555-0142. Is that right?", PASSED),
        ("Call 555-0199 or 1-800-356-9377. Is that right?", PASSED),
        ("Mr. Brandt, born on 3 May 1980, rested for 8 hours. Does this comply?", PASSED),
        ("The device has the address 10.20.30.40 and ran for 8 hours. Does this comply?", PASSED),
        ("A driver rested for 8 consecutive hours. Does this comply?", PASSED),
    ],
)
def test_drops_what_reaches_a_person_or_opens_a_door(tmp_path: Path, text: str, code: str) -> None:
    found = verdict(tmp_path, text)
    assert (found.outcome, found.code) == ("failed" if code else "passed", code)


@pytest.mark.parametrize("field", ["question", "reasoning", "answer", "missing"])
def test_a_verdict_says_where_and_not_what(tmp_path: Path, field: str) -> None:
    value = "ilka.brandt@northyard-freight.com"
    turns = (rooms.turn(), rooms.turn(**{field: f"Ask {value} about it"}))
    found = Privacy().check(rooms.example(turns=turns), rooms.run(tmp_path))
    assert found.said == Span(place=f"turn 2 {field}", start=4, end=4 + len(value))
    assert value not in found.model_dump_json()


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("Call +1 212-736-5000 about spills.", PASSED),
        ("Call (212) 736-5000 about spills.", PASSED),
        ("Call (212) 736-5001 about spills.", PERSONAL),
        (f"The key is {SECRET} for all.", GIVEN_AWAY),
    ],
)
def test_what_a_section_shown_has_is_no_leak_unless_it_is_a_secret(tmp_path: Path, said: str, code: str) -> None:
    corpus = rooms.sections([f"Spills are reported on 212-736-5000. The key is {SECRET} for all.", rooms.RULES[1]])
    run = rooms.run(tmp_path, corpus)
    assert Privacy().check(rooms.example(turns=(rooms.turn(answer=said),)), run).code == code


def test_another_sections_value_was_not_shown(tmp_path: Path) -> None:
    corpus = rooms.sections([rooms.RULES[0], rooms.RULES[1], "Spills are reported on 212-736-5000."])
    turn = rooms.turn(answer="Call 212-736-5000.")
    assert Privacy().check(rooms.example(turns=(turn,)), rooms.run(tmp_path, corpus)).code == PERSONAL


def test_quotes_and_claims_are_read_too(tmp_path: Path) -> None:
    claim = Claim(text="Call it in.", evidence=Evidence(section="FP-07#FP-07 §1", quote="Call 212-736-5000."))
    found = Privacy().check(rooms.example(turns=(rooms.turn(claims=(claim,)),)), rooms.run(tmp_path))
    assert found.said == Span(place="quote 1", start=5, end=17)


def test_what_the_recipe_masks_counts_here_as_well(tmp_path: Path) -> None:
    text = "Ms. Brandt, badge Q4411, wrote to night@northyard-freight.com. Does this comply?"
    masked = Redact(patterns={"badge": r"Q\d{4}"}, kinds=(), allow=Allow(domains=("northyard-freight.com",)))
    assert verdict(tmp_path, text).code == PERSONAL
    assert "badge" in verdict(tmp_path, text, redact=masked).reason
    named = masked.model_copy(update={"patterns": {}, "kinds": ("name",)})
    assert "name" in verdict(tmp_path, text, redact=named).reason
    assert verdict(tmp_path, text, redact=masked.model_copy(update={"patterns": {}})).code == PASSED


def test_settings_decide(tmp_path: Path) -> None:
    assert verdict(tmp_path, "Mr. Brandt rested. Does this comply?", Privacy(kinds=("name",))).code == PERSONAL
    assert verdict(tmp_path, "Mail it to a@northyard.com today.", Privacy(kinds=("phone",))).code == PASSED
    manual = Privacy(allow=Allow(values=("Xk9#ab12",)))
    assert verdict(tmp_path, "The first password: Xk9#ab12. Is it changed?", manual).code == PASSED


def test_a_stored_verdict_does_not_outlive_what_is_masked(tmp_path: Path) -> None:
    run, example = rooms.run(tmp_path), rooms.example()
    assert Privacy().reads(example, run) == Privacy().reads(example, run)
    assert Privacy().reads(example, run) != Privacy().reads(example, replace(run, redact=Redact()))


@given(st.integers(0, 99), st.sampled_from(("", " ", "-", ".")))
def test_numbers_kept_for_fiction_are_nobodys(number: int, gap: str) -> None:
    text = f"Phone: 212{gap or '-'}555{gap or '-'}01{number:02d}"
    detector = Detector(Privacy().looked_for(None))
    assert list(detector.find(text)) == []


def test_real_sentences_pass_as_answers(tmp_path: Path) -> None:
    """Addresses and numbers of offices stand in their sections; no secret is found in any document."""
    if not CORPORA.exists():
        pytest.skip(f"real documents are not here: {CORPORA}")
    files = [file for folder in ("regulation", "policy", "sop", "qa") for file in (CORPORA / folder).glob("*.md")]
    pieces = (file.read_text(encoding="utf-8", errors="replace") for file in sorted(files))
    corpus = rooms.sections([text[a:b] for text in pieces for a, b in sentences(text)])
    run, dropped = rooms.run(tmp_path, corpus), []
    for key, section in corpus.items():
        turn = rooms.turn(answer=section.text, claims=())
        found = Privacy().check(rooms.example(order=rooms.order(key, excerpt=(key,)), turns=(turn,)), run)
        dropped += [f"{found.code}: {section.text}"] if found.outcome != "passed" else []
    assert len(corpus) > 3000
    assert dropped == []
