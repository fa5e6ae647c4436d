"""The language that a document is written in."""

from functools import cache, lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

SAMPLE = 2000
"""Characters read from a text's beginning and again from its middle."""
SURE = 0.5
"""py3langid's confidence below which nothing is said: listings, tables and single phrases score under 0.2."""


@lru_cache(maxsize=4096)
def language(text: str) -> str:
    """The ISO 639-1 code of the language most of a text is in; "" for too little text, or mostly code or figures."""
    sample = _sample(text)
    letters, solid = sum(map(str.isalpha, sample)), sum(not char.isspace() for char in sample)
    if 2 * letters <= solid:
        return ""
    code, confidence = _identifier().classify(sample)
    # Longer codes are ISO 639-3: dialects, and `zxx` for what is no language at all.
    return code if confidence >= SURE and len(code) == 2 else ""


def _sample(text: str) -> str:
    if len(text) <= 2 * SAMPLE:
        return text
    middle = max(SAMPLE, len(text) // 2)
    return f"{text[:SAMPLE]}\n{text[middle : middle + SAMPLE]}"


@cache
def _identifier() -> "LanguageIdentifier":
    """Loaded at first use: it takes about half a second and 100 MB."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
