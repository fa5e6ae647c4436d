"""Where free words may turn their source: what is doubted, under which code, and what is only said otherwise."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synthforge.meaning.logic import about, doubts, read

REST = "A driver must rest for at least 10 consecutive hours before a new shift."
BREAK = "The driver must take a 30 minute break after 8 hours of driving."
TRAILER = "The trailer temperature shall not exceed 5 °C during loading."
VACCINES = "Vaccines must not be frozen."
CLEANING = "The operator must record every cleaning in the batch record."
DEVIATION = "A deviation must not be closed without approval by quality assurance."
PASSWORDS = "Users must not share passwords with the help desk."
INACTIVE = "Accounts are disabled after 45 days of inactivity."
SECRECY = "The Receiving Party shall not disclose Confidential Information to any third party."
NOTICE = "Each party can terminate this Agreement by giving 30 days' notice."
INTRAGROUP = "A bank shall exclude intragroup exposures from the calculation."
LIQUID = "Liquid assets must not fall below 25 % of liabilities."
WAIVER = "The Authority may grant a waiver for up to 6 months."
BACKUPS = "Backup copies need not be destroyed before 90 days have passed."

TURNED = [
    ("Drivers may skip the rest of ten consecutive hours before a new shift.", REST, "modality.flip"),
    ("It is left to the driver: he may take the 30 minute break after 8 hours of driving.", BREAK, "modality.flip"),
    ("The trailer is allowed to be above 5 °C during loading.", TRAILER, "modality.flip"),
    ("Vaccines have to be kept frozen at all times.", VACCINES, "negation.flip"),
    ("Vaccines may be frozen.", VACCINES, "negation.flip"),
    ("The operator need not record the cleaning in the batch record.", CLEANING, "negation.flip"),
    ("The operator is free to record the cleaning in the batch record.", CLEANING, "modality.flip"),
    ("A deviation may be closed without approval by quality assurance.", DEVIATION, "negation.flip"),
    ("Users can share passwords with the help desk.", PASSWORDS, "negation.flip"),
    ("Users must share their passwords with the help desk.", PASSWORDS, "negation.flip"),
    ("Accounts are enabled after 45 days of inactivity.", INACTIVE, "comparator.flip"),
    ("Accounts are not disabled after 45 days of inactivity.", INACTIVE, "negation.flip"),
    ("Remote access is unencrypted.", "Remote access is encrypted.", "comparator.flip"),
    ("Remote access is encrypted.", "Remote access is not encrypted.", "negation.flip"),
    ("The Receiving Party is free to disclose Confidential Information.", SECRECY, "negation.flip"),
    ("The licence fee is due in advance.", "The licence fee is payable in arrears.", "comparator.flip"),
    ("The deposit is refunded to the buyer.", "The deposit is refunded to the seller.", "comparator.flip"),
    ("A bank shall include intragroup exposures in the calculation.", INTRAGROUP, "comparator.flip"),
    ("The Authority must grant a waiver for up to 6 months.", WAIVER, "modality.flip"),
    ("The Authority cannot grant a waiver for 6 months.", WAIVER, "negation.flip"),
    ("Backup copies must be destroyed before 90 days have passed.", BACKUPS, "negation.flip"),
    ("The clerk may sign the report.", "The clerk signs the report.", "modality.flip"),
]
REWORDED = [
    ("Drivers have to rest ten hours in a row prior to a shift.", REST),
    ("A driver is required to take the 30-minute break after 8 hours at the wheel.", BREAK),
    ("During loading, the temperature in the trailer must stay at or below 5 °C.", TRAILER),
    ("Freezing vaccines is prohibited.", VACCINES),
    ("Never freeze a vaccine.", VACCINES),
    ("Every cleaning has to be recorded in the batch record by the operator.", CLEANING),
    ("Passwords are not to be shared with the help desk.", PASSWORDS),
    ("Disclosure of Confidential Information to third parties is barred.", SECRECY),
    ("Either party may terminate on 30 days' notice.", NOTICE),
    ("Intragroup exposures are left out of the calculation.", INTRAGROUP),
    ("The firm's liquid assets must stay at or over 25 %.", LIQUID),
    ("A waiver for 6 months may be granted by the Authority.", WAIVER),
    ("There is no obligation to destroy backup copies before 90 days have passed.", BACKUPS),
    ("Not only drivers must rest for at least 10 hours before a new shift.", REST),
    ("Coffee may be served.", REST + " Coffee may be served."),
    ("Drivers must rest for 10 hours.", "A driver must rest for 10 hours, and a driver may rest for 12 hours."),
]
WORDS = (
    "a the driver operator bank must shall may should will can not never no need only unless except if without before "
    "after more less minimum maximum enabled disabled is are required to prohibited allowed close share 10 hours , . ;"
).split()
SENTENCES = st.lists(st.sampled_from(WORDS), max_size=16).map(" ".join) | st.text(max_size=60)


def codes(statement: str, *sources: str) -> list[str]:
    return [fault.code for fault in doubts(statement, sources)]


@pytest.mark.parametrize(("statement", "source", "code"), TURNED)
def test_what_is_turned_is_doubted_and_the_surest_first(statement: str, source: str, code: str) -> None:
    assert codes(statement, source)[:1] == [code]


@pytest.mark.parametrize(("statement", "source"), REWORDED)
def test_what_is_only_reworded_is_not(statement: str, source: str) -> None:
    assert codes(statement, source) == []


@pytest.mark.parametrize(
    ("statement", "source", "reason"),
    [
        ("Drivers may rest for 10 hours before a new shift.", REST, "'may' (may) where the source has 'must'"),
        ("The operator need not record any cleaning.", CLEANING, "'need not' (need not) where the source has 'must'"),
        ("Accounts are not disabled.", INACTIVE, "'disabled' is denied here and not in the source"),
        ("Accounts are enabled.", INACTIVE, "'enabled' where the source says 'disabled'"),
        ("Access is encrypted.", "Access is not encrypted.", "'encrypted' is denied in the source and not here"),
        (
            "The clerk may sign the report.",
            "The clerk signs the report.",
            "'may' permits what the source simply states",
        ),
    ],
)
def test_the_reason_names_both_words(statement: str, source: str, reason: str) -> None:
    assert reason in [fault.reason for fault in doubts(statement, [source])]


@pytest.mark.parametrize(
    "statement",
    [
        "A driver may rest before a new shift only if relieved.",  # "may only" is "must not unless"
        "Unless relieved, a driver may not leave before a new shift.",
    ],
)
def test_a_restricted_permission_is_no_contrary_of_a_prohibition(statement: str) -> None:
    source = "A driver must not leave or rest before a new shift unless relieved."
    assert "negation.flip" not in codes(statement, source)


def test_a_duty_that_another_source_has_for_the_same_is_not_doubted() -> None:
    statement, against = "Visitors may enter the packing hall.", "Visitors are barred from the cold store."
    assert codes(statement, against) == ["negation.flip"]
    assert codes(statement, against, "The packing hall may be entered by visitors.") == []


@pytest.mark.parametrize(
    ("statement", "source"),
    [
        ("It takes 14 days or less.", "It takes no more than 14 days."),
        ("The limit is 5 °C or lower.", "The limit is no higher than 5 °C."),
    ],
)
def test_one_bound_in_two_voices_is_no_opposite(statement: str, source: str) -> None:
    assert codes(statement, source) == []
    assert "comparator.flip" in codes("The temperature is lower.", "The temperature is higher.")


@settings(deadline=None)
@given(SENTENCES, SENTENCES)
def test_what_a_source_says_itself_is_not_turned_by_another(sentence: str, other: str) -> None:
    assert codes(sentence, sentence) == codes(sentence, other, sentence) == []


@settings(deadline=None)
@given(SENTENCES, SENTENCES)
def test_the_order_of_sources_does_not_matter_and_without_any_nothing_is_doubted(statement: str, source: str) -> None:
    assert codes(statement) == []
    assert sorted(codes(statement, source, REST)) == sorted(codes(statement, REST, source))


@settings(deadline=None)
@given(st.text(max_size=80))
def test_words_are_read_where_they_stand(text: str) -> None:
    found = read(text)
    assert all(text[word.start : word.end].lower().replace("’", "'") == word.text for word in found)
    assert all(one.end <= other.start for one, other in pairwise(found))
    assert about(text) == {word.about for word in found if word.about}
