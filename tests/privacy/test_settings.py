import pytest
from pydantic import ValidationError

from synthforge.privacy import Allow, Redact
from synthforge.privacy.mask import Masker
from synthforge.privacy.settings import KINDS


def mask(text: str, redact: Redact) -> str:
    return Masker(redact).mask([text]).texts[0]


def test_own_patterns_match_whole_words() -> None:
    own = Redact(patterns={"employee_id": r"E\d{6}"})
    assert mask("E123456, SITE123456, E1234567, badge_E654321.pdf", own) == (
        "[EMPLOYEE_ID-1], SITE123456, E1234567, badge_[EMPLOYEE_ID-2].pdf"
    )


def test_a_group_says_what_of_a_pattern_is_masked() -> None:
    assert mask("Badge 4412 of gate 4412", Redact(patterns={"badge": r"Badge (\d+)"})) == "Badge [BADGE-1] of gate 4412"


def test_lines_begin_and_end_within_a_text() -> None:
    assert mask("x\nUnit 7\ny", Redact(patterns={"unit": "^Unit \\d$"})) == "x\n[UNIT-1]\ny"


@pytest.mark.parametrize(
    ("patterns", "reason"),
    [
        ({"badge": "[0-9"}, r"patterns\.badge\n.*'\[0-9' is no regular expression of RE2 \(missing \]"),
        ({"badge": r"(?<=B)\d+"}, r"patterns\.badge\n.*put a group around what is to be masked"),
        ({"badge": r"(\d)\1"}, r"patterns\.badge\n.*invalid escape sequence: \\1"),
        ({"badge": r"\d*"}, r"patterns\.badge\n.*matches the empty text"),
        ({"Badge No": r"\d+"}, r"patterns\.Badge No\.\[key\]\n.*named in lower-case letters"),
        ({"email": r"\S+@\S+"}, r"patterns\.email\.\[key\]\n.*is a built-in kind"),
    ],
)
def test_a_pattern_that_cannot_be_used_is_named(patterns: dict[str, str], reason: str) -> None:
    with pytest.raises(ValidationError, match=reason):
        Redact(patterns=patterns)


def test_every_bad_pattern_is_named_at_once() -> None:
    with pytest.raises(ValidationError) as caught:
        Redact(patterns={"one": "(", "two": ")"})
    assert [error["loc"] for error in caught.value.errors()] == [("patterns", "one"), ("patterns", "two")]


def test_a_pattern_that_backtracks_for_ever_elsewhere_ends_here() -> None:
    assert mask("a" * 50_000 + "!", Redact(patterns={"trap": "(a|aa)+$"})) == "a" * 50_000 + "!"


@pytest.mark.parametrize(
    ("allow", "text"),
    [
        (Allow(domains=("harborline.io",)), "ada@harborline.io ops@eu.Harborline.io [EMAIL-1]"),
        (Allow(domains=("@harborline.io",)), "ada@harborline.io ops@eu.Harborline.io [EMAIL-1]"),
        (Allow(patterns=(r"\w+@(eu\.)?[Hh]arborline\.io",)), "ada@harborline.io ops@eu.Harborline.io [EMAIL-1]"),
        (Allow(values=("ADA@harborline.io",)), "ada@harborline.io [EMAIL-1] [EMAIL-2]"),
    ],
)
def test_what_is_allowed_stays(allow: Allow, text: str) -> None:
    assert mask("ada@harborline.io ops@eu.Harborline.io x@notharborline.io", Redact(allow=allow)) == text


def test_an_allowed_pattern_must_match_the_whole_value() -> None:
    assert mask("ada@harborline.io", Redact(allow=Allow(patterns=("ada",)))) == "[EMAIL-1]"


def test_only_the_kinds_asked_for_are_masked() -> None:
    text = "ada@harborline.io, 312-555-0142"
    assert mask(text, Redact(kinds=("phone",))) == "ada@harborline.io, [PHONE-1]"
    assert mask(text, Redact(kinds=())) == text
    assert set(KINDS) - set(Redact().kinds) == {"ip"}


@pytest.mark.parametrize(
    ("region", "text"),
    [
        ("GB", "ring 020 7946 0958 or 07400 123456"),
        ("DE", "unter 030 901820 oder 0151 23456789"),
        ("FR", "au 01 42 68 53 00 ou 06 12 34 56 78"),
        ("ES", "al 912 34 56 78 o 612 34 56 78"),
    ],
)
def test_phone_numbers_of_other_countries_are_found_where_they_are_named(region: str, text: str) -> None:
    assert mask(text, Redact()) == text
    assert mask(text, Redact(regions=(region,))).count("[PHONE-") == 2


def test_an_unknown_country_is_named() -> None:
    with pytest.raises(ValidationError, match="no such country: UK"):
        Redact(regions=("UK", "DE"))


def test_misspelled_settings_are_refused() -> None:
    with pytest.raises(ValidationError, match="extra"):
        Redact.model_validate({"kind": ["email"]})
    with pytest.raises(ValidationError, match="emails"):
        Redact.model_validate({"kinds": ["emails"]})


def test_settings_survive_the_way_to_a_worker() -> None:
    redact = Redact(patterns={"employee_id": r"E\d{6}"}, allow=Allow(domains=("harborline.io",)))
    assert Redact.model_validate_json(redact.model_dump_json()) == redact
