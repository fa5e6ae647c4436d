"""What an answer from elsewhere rests on: its citations, and in the sections they name the words for each sentence."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from synthforge.errors import RowError
from synthforge.meaning.agreement import content
from synthforge.meaning.evidence import supporting
from synthforge.meaning.quantities import quantities
from synthforge.meaning.quotes import locate
from synthforge.meaning.references import identifiers
from synthforge.meaning.sentences import Span, sentences
from synthforge.pipeline.foreign import structured
from synthforge.pipeline.library import Library
from synthforge.records import Claim, Evidence, Section

CITATIONS = ("citations", "sources", "evidence")
CONTEXTS = ("context_ids", "context")
NAMES = ("section", "citation", "id", "document")
"""Under which of its keys an entry of such a list says where it points."""

_BRACKET = re.compile(r"\s*\[(?P<said>[^\[\]\n]{1,300})\](?!\()")
_MARKED = re.compile(r"(?:#\w{2,12}|(?i:src|source|cite|citation|ref|doc)):\s*(?P<name>.+)")
_FILLER = content(
    "yes no short sum summary brief conclusion overall therefore thus hence accordingly however also indeed sure "
    "certainly course correct right true false wrong answer here why follows following below above see source section "
    "per according"
)
"""Words that say nothing by themselves."""


@dataclass(frozen=True, slots=True)
class Citation:
    """Where a row says that something stands: a name as it wrote it, and the words quoted from there, if any."""

    name: str
    quote: str = ""


@dataclass(frozen=True, slots=True)
class Tagged:
    """An answer without the citations that stood in brackets, and these by where they stood in it."""

    text: str
    tags: tuple[tuple[int, Citation], ...] = ()


@dataclass
class Resting:
    """Claims with their evidence, and the sentences for which the cited sections have no words."""

    claims: list[Claim] = field(default_factory=list)
    unsupported: list[tuple[Span, Sequence[Section]]] = field(default_factory=list)


def citations(row: Mapping[str, object], library: Library) -> list[Citation]:
    """Where a row says, beside its answer, that the answer stands.

    Raises:
        RowError: an entry names no section.
    """
    return [each for name in CITATIONS for each in _listed(name, structured(row.get(name)), library)]


def context(row: Mapping[str, object], library: Library) -> list[Section]:
    """The sections that a row says were shown with its question; a passage's own text is no name of one."""
    names = (entry for key in CONTEXTS for entry in _entries(structured(row.get(key))) if isinstance(entry, str))
    return [section for name in names for each in _apart(name, library) for section in library.find(each)]


def stated(row: Mapping[str, object], library: Library) -> list[Claim]:
    """The claims that a row lists itself, each with the section and the quote that it gives.

    Raises:
        RowError: a claim names no section.
    """
    found: list[Claim] = []
    for entry in _entries(structured(row.get("claims"))):
        text = entry.get("text") if isinstance(entry, dict) else ""
        where = entry.get("evidence", entry) if isinstance(entry, dict) else entry
        for cited in _listed("claims", where, library):
            found += _claimed(text if isinstance(text, str) and text.strip() else cited.quote, cited, library)
    return found


def _claimed(text: str, cited: Citation, library: Library) -> Sequence[Claim]:
    found = [] if cited.quote else _carrying(text, library.find(cited.name), (), library)
    return found or [Claim(text=text, evidence=evidence(cited, library))]


def _entries(said: object) -> Sequence[object]:
    return said if isinstance(said, list) else () if said in (None, "") else (said,)


def _listed(name: str, said: object, library: Library) -> Iterator[Citation]:
    for number, entry in enumerate(_entries(said), 1):
        if isinstance(entry, str):
            yield from map(Citation, _apart(entry, library))
            continue
        keyed = entry if isinstance(entry, dict) else {"id": entry}
        place = next((str(at) for key in NAMES if isinstance(at := keyed.get(key), str | int) and str(at).strip()), "")
        if not place:
            reason = f"entry {number} of '{name}' names no section: write its citation, or {{section, quote}}"
            raise RowError("row.citation", reason)
        quote = keyed.get("quote")
        yield Citation(place, quote if isinstance(quote, str) else "")


def _apart(said: str, library: Library) -> Sequence[str]:
    """The names in a list of them; one that is known as a whole stays whole."""
    said = said.strip()
    parts = [part for each in re.split(r"[;|\n]", said) if (part := each.strip(" []"))]
    finer = [part for each in re.split(r"[;|\n,]| and ", said) if (part := each.strip(" []"))]
    known = (names for names in ([said], parts, finer) if all(map(library.find, names)))
    return next(known, parts)


def evidence(cited: Citation, library: Library) -> Evidence:
    """A quote where it stands; one that does not stand where it is said to is left to the checks."""
    sections = library.find(cited.name)
    for section in sections:
        if cited.quote and (span := locate(cited.quote, section)):
            return _sliced(section, span[0] - section.start, span[1] - section.start)
    return Evidence(section=sections[0].key if sections else cited.name, quote=cited.quote)


def _sliced(section: Section, start: int, end: int) -> Evidence:
    return Evidence(
        section=section.key, quote=section.text[start:end], start=section.start + start, end=section.start + end
    )


def tagged(text: str, listed: Sequence[Citation], library: Library) -> Tagged:
    """An answer's bracketed citations apart from its words; "[2]" is the second of those `listed`."""
    said, at, tags = "", 0, list[tuple[int, Citation]]()
    for bracket in _BRACKET.finditer(text):
        if cited := _cited(bracket["said"].strip(), listed, library):
            said += text[at : bracket.start()]
            tags += [(len(said), each) for each in cited]
            at = bracket.end()
    said += text[at:]
    lead = len(said) - len(said.lstrip())
    return Tagged(said.strip(), tuple((max(place - lead, 0), each) for place, each in tags))


def _cited(said: str, listed: Sequence[Citation], library: Library) -> Sequence[Citation]:
    """What a bracket cites; nothing when it is an ordinary one."""
    if marked := _MARKED.fullmatch(said):
        return [Citation(name) for name in _apart(marked["name"], library)]
    if listed and re.fullmatch(r"\d{1,3}(?:\s?[,;]\s?\d{1,3})*", said):
        return [listed[int(n) - 1] for n in re.findall(r"\d+", said) if 0 < int(n) <= len(listed)]
    written = identifiers(said)
    named = bool(written) and written[0].start == 0 and written[0].kind != "label"
    return [Citation(name) for name in _apart(said, library)] if named or library.find(said) else ()


def resting(question: str, said: Tagged, listed: Sequence[Citation], library: Library) -> Resting:
    """What each sentence rests on: what it cites itself, else the row, else the rest of the answer.

    An answer that says nothing by itself ("Yes.") rests on what the question asks about.
    """
    spans, found = sentences(said.text), Resting()
    cited = listed or [each for _, each in said.tags]
    general = [*_found(cited, library), *library.mentioned(said.text)]
    for number, span in enumerate(spans):
        sentence = said.text[span[0] : span[1]]
        own = [each for place, each in said.tags if _at(place, spans) == number]
        sections = list({s.key: s for s in (_found(own, library) if own else general)}.values())
        if sections and not says_nothing(sentence):
            quotes = [each for each in own or cited if each.quote]
            claims = _carrying(sentence, sections, quotes, library)
            found.claims += claims
            found.unsupported += [] if claims else [(span, sections)]
    if general and not (found.claims or found.unsupported):
        carried = _carrying(question, general, [each for each in cited if each.quote], library)
        found.claims += (claim.model_copy(update={"text": said.text}) for claim in carried)
    return found


def _found(cited: Iterable[Citation], library: Library) -> list[Section]:
    return [section for each in cited for section in library.find(each.name)]


def _at(place: int, spans: Sequence[Span]) -> int:
    """The sentence that a tag stands in or behind; the first one for a tag before it."""
    return max((number for number, (start, _) in enumerate(spans) if start < place), default=0)


def _carrying(statement: str, sections: Sequence[Section], quotes: Sequence[Citation], library: Library) -> list[Claim]:
    """The statement on each sentence of the sections that carries it; words that the row quotes come first."""
    passages = [*(each.quote for each in quotes), *(section.text for section in sections)]
    found = []
    for place, (start, end) in supporting(statement, passages, library.rarity):
        given = place < len(quotes)
        there = evidence(quotes[place], library) if given else _sliced(sections[place - len(quotes)], start, end)
        found.append(Claim(text=statement, evidence=there))
    return found


def says_nothing(sentence: str) -> bool:
    """Whether a sentence only connects others ("In short, no."), cites or asks, so that no source has to carry it."""
    if sentence.endswith("?"):
        return True
    for reference in reversed(identifiers(sentence)):
        sentence = f"{sentence[: reference.start]} {sentence[reference.end :]}"
    return not (content(sentence) - _FILLER or quantities(sentence))
