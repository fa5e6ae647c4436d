import pytest

from synthforge.meaning.support import Ground, unsupported

GROUND = Ground.of(
    (
        "Under SOP-014 section 5.2, rinse for at least 10 minutes at 40 °C, since 20 May 2024.",
        "He drove 12 hours; the limit is 11 hours.",
    )
)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Rinse for 15 minutes.", "number.unsupported"),
        ("Rinse for 10 hours.", "unit.mismatch"),
        ("In force since 21 May 2024.", "date.unsupported"),
        ("See SOP-015.", "identifier.unsupported"),
        ("See section 5.3.", "identifier.unsupported"),
        ("It is 7 hours over.", "number.unsupported"),
    ],
)
def test_what_the_ground_does_not_carry(text: str, code: str) -> None:
    found = unsupported(text, GROUND, derived=True)
    assert found is not None
    assert found.code == code


@pytest.mark.parametrize(
    "text",
    ["Rinse for 600 seconds.", "SOP-014 §5.2 of May 2024.", "1 hour over the limit", "Section 5.2.1 too."],
)
def test_what_it_carries(text: str) -> None:
    assert unsupported(text, GROUND, derived=True) is None


def test_small_counts_are_free_only_where_wording_is() -> None:
    assert unsupported("Three conditions apply.", GROUND, counts=False) is None
    assert unsupported("Three conditions apply.", GROUND) is not None
