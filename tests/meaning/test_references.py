import pytest

from synthforge.meaning.references import agrees, references


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("sections 4.1 and 4.2", ["4.1", "4.2"]),
        ("49 CFR 395.3(a)(1) and (2)", ["395.3(a)(1)", "(2)"]),
        ("§ 5.2.1", ["5.2.1"]),
        ("section 5.2", ["5.2"]),
        ("Table 2, form F-014-1", ["table 2", "form f-014-1"]),
        ("Section 5 for 3 days", ["5"]),
        ("<711> applies", ["711"]),
        ("29 September 2020", ["2020-09-29"]),
        ("4 a.m. or 16:30", ["04:00", "16:30"]),
    ],
)
def test_values_are_comparable(text: str, values: list[str]) -> None:
    assert [found.value for found in references(text)] == values


def test_a_less_exact_date_is_carried_by_an_exact_one() -> None:
    (exact,), (wide,), (other,) = map(references, ("May 20, 2024", "May 2024", "June 2024"))
    assert agrees(wide, exact)
    assert not agrees(exact, wide)
    assert not agrees(other, exact)
