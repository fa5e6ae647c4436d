"""Citations in many shapes: numbers, letters, signs and heading paths."""

from random import Random

from embedded_student.words import COMMON, capital, invented

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
ROMAN = "i ii iii iv v vi vii viii ix x".split()


def _title(rng: Random) -> str:
    word = invented(rng) if rng.random() < 0.4 else rng.choice(COMMON)
    return capital(word) if rng.random() < 0.6 else capital(f"{word} {rng.choice(COMMON)}")


def _letters(rng: Random, low: int, high: int) -> str:
    return "".join(rng.choice(LETTERS) for _ in range(rng.randint(low, high)))


def citations(rng: Random, n: int) -> list[str]:
    """`n` different ids of one document: one family, so that often only their ends tell them apart."""
    code, num, zero = _letters(rng, 1, 4), rng.randint(1, 999), f"{rng.randint(0, 99):02d}"
    word, year, top = _title(rng), rng.randint(1990, 2030), rng.randint(1, 30)
    codes = f"{_letters(rng, 2, 4)}.{_letters(rng, 2, 5)}"

    def small(high: int = 12) -> int:
        return rng.randint(1, high)

    def family(kind: int) -> str:
        letter = rng.choice("abcdefgh")
        return (
            lambda: f"{code}-{zero} §{top}.{small()}",
            lambda: f"{top} {code} {num}.{small(40)}({letter})({small(6)})",
            lambda: f"{top} {code} {num}.{small(9)}({letter})({small(5)})({rng.choice(ROMAN)})",
            lambda: f"{code}-{num:03d} §{small(9)}.{small(9)}.{small(5)}",
            lambda: f"{codes}.{small(9)}.{small(9)}v{small(3)}",
            lambda: f"{word} > {_title(rng)}",
            lambda: f"{word} > {rng.choice(('Rules', 'Use', 'Care', 'Limits', 'Safety'))} > {_title(rng)}",
            lambda: f"{code[0]}-{rng.randint(1000, 9999)}",
            lambda: f"{top}.{small()}",
            lambda: f"Art. {small(99)}({small(9)})",
            lambda: f"Annex {rng.choice(LETTERS)}.{small()}",
            lambda: f"§{top}-{small(40)}",
            lambda: f"§ {small(400)}",
            lambda: f"{code}{rng.randint(10, 999)}",
            lambda: f"KB{rng.randint(100000, 999999)}",
            lambda: f"{word.lower().replace(' ', '-')}-{small(99)}",
            lambda: f"Clause {top}.{small()}",
            lambda: f"{code} {num}:{year} {small(12)}.{small(9)}",
            lambda: f"#{rng.randint(10, 9999)}",
            lambda: f"{word} {top}.{small()}({letter})",
            lambda: f"{code}-{zero}-{num} {small()}.{small()}",
            lambda: f"{code} §{top}.{small()}.{small()}",
            lambda: f"{num}.{small(200)}({letter})",
            lambda: f"Rule {small(60)}{letter}",
            lambda: f"{_letters(rng, 2, 3)}-{small(20)}({small(5)})",
            lambda: f"<{num}> {small()}.{small()}",
            lambda: f"p. {small(90)}, line {small(40)}",
            lambda: f"{word} {small(20)}",
        )[kind]()

    kind = rng.randrange(28)
    out: list[str] = []
    while len(out) < n:
        name = family(kind)
        if name not in out:
            out.append(name)
    return out
