"""DPEL: a large model's answers about a rulebook, by sentence, on the passages that each of them cites."""

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

from counting import HEAD, TEMPLATES, answered, causes, judged, row, run_over, stopped

from synthforge.context import Run
from synthforge.corruption.citation import carries
from synthforge.meaning.ranking import terms
from synthforge.pipeline.adoption import Adoption
from synthforge.pipeline.library import Library
from synthforge.pipeline.mutants import Good, Mutant, mutants
from synthforge.records import Document, Example, Link, Section
from synthforge.validators import Citation
from synthforge.validators.statements import statements

HALVES = ("development", "held-out")
_TAG = re.compile(r"\[#(?:SRC|TGT):([0-9a-f]+)\]")


@dataclass(frozen=True)
class Statement:
    """One sentence of an answer, on the words found for it in the passages that it cites; shown are the two passages
    that its question is about."""

    good: Good
    text: str
    cited: tuple[str, ...]
    other: str = ""
    """The question's other passage, where the sentence cites but one."""


@dataclass(frozen=True)
class Rulebook:
    """The passages, each a document of its own, and the sentences of each half, in an order drawn once."""

    documents: Sequence[Document]
    run: Run
    adoption: Adoption
    stated: Mapping[str, Sequence[Statement]]
    wordless: Mapping[str, int]
    """Sentences without support in the passages that they cite, for which nothing could be quoted."""

    def far(self, each: Statement, rng: Random) -> Section:
        """Any passage that the question is not about."""
        shown = each.good.example.order.excerpt
        return rng.choice([section for key, section in self.run.sections.items() if key not in shown])

    def neighbour(self, each: Statement, rng: Random) -> Section | None:
        return self.run.sections.get(each.other)


def read(file: Path) -> Rulebook:
    rows = [json.loads(line) for line in file.read_text().splitlines()]
    texts: dict[str, str] = {}
    linked: dict[str, list[str]] = defaultdict(list)
    for each in rows:
        texts |= {each[f"{end}_passage_uid"]: each["debug_context"][f"{end}_text"] for end in ("source", "target")}
        linked[each["source_passage_uid"]].append(each["target_passage_uid"])
    names = {uid: f"RULE-{number:03}" for number, uid in enumerate(texts, 1)}
    documents = [_document(names[uid], text, [names[to] for to in linked[uid]]) for uid, text in texts.items()]
    run = run_over(section for document in documents for section in document.sections)
    adoption = Adoption(Library(documents), {}, {}, run)
    stated: dict[str, list[Statement]] = {half: [] for half in HALVES}
    wordless: Counter[str] = Counter()
    for each in rows:
        half = HALVES[int(each["source_passage_uid"][:6], 16) % 2]
        answer = _TAG.sub(lambda tag: f"[{_cite(names[tag[1]])}]" if tag[1] in names else "", each["expected_answer"])
        shown = [_cite(names[each[f"{end}_passage_uid"]]) for end in ("source", "target")]
        said = {"question": each["question"], "answer": answer, "context_ids": shown}
        example = adoption.example(said, each["qa_uid"])
        stated[half] += _apart(example)
        wordless[half] += len(example.verdicts)
    for found in stated.values():
        Random("rulebook").shuffle(found)
    return Rulebook(documents, run, adoption, stated, wordless)


def _cite(name: str) -> str:
    return f"{name} §1"


def _key(name: str) -> str:
    return f"{name}#§1"


def _document(name: str, text: str, linked: Sequence[str]) -> Document:
    """A passage, with links to those that are read together with it."""
    links = tuple(Link(kind="reference", start=0, end=0, target=_cite(to), section=_key(to)) for to in linked)
    section = Section(
        id=_key(name), document=name, citation=_cite(name), text=text, start=0, end=len(text), links=links
    )
    return Document(id=name, uri=f"{name}.md", title=name, category="regulation", text=text, sections=(section,))


def _apart(example: Example) -> Iterator[Statement]:
    """Each sentence of an answer as an example, so that none hides behind another that is stopped."""
    (turn,), shown = example.turns, example.order.excerpt
    for number, each in enumerate(statements(turn), 1):
        claims = [claim for claim in turn.claims if claim.text == each.text]
        cited = tuple(dict.fromkeys(claim.evidence.section for claim in claims))
        left = [key for key in shown if key not in cited]
        alone = answered(claims, shown, turn.question, f"{example.id}/{number}")
        other = left[0] if len(cited) == len(left) == 1 else ""
        yield Statement(Good(style="paraphrased", example=alone), each.text, cited, other)


def planted(book: Rulebook, limit: int) -> dict[str, list[Mutant]]:
    """The sentences with a mistake, by half; at most so many of a kind."""
    good = {half: [each.good for each in stated] for half, stated in book.stated.items()}
    return {half: list(mutants(found, TEMPLATES, book.documents, book.run, limit)) for half, found in good.items()}


def detections(book: Rulebook, made: Mapping[str, Sequence[Mutant]], limit: int) -> Iterator[str]:
    for half in HALVES:
        stated = book.stated[half]
        yield f"{half} half: {len(stated)} sentences; {book.wordless[half]} more have no words to quote"
        yield from stopped([each.good for each in stated], made[half], book.run)
        yield f"\n{half} half, without quotes and under one citation"
        yield from _unquoted(book, stated, limit)
        yield ""


def _unquoted(book: Rulebook, stated: Sequence[Statement], limit: int) -> Iterator[str]:
    """A passage that carries the sentence as well is no wrong one."""
    yield HEAD
    after = judged([_screened(each, each.cited, book) for each in stated], book.run)
    passing = {example.id for example in after if example.fate == "kept"}
    yield row("untouched", after)
    for name, choose in (("wrong_section_near", book.neighbour), ("wrong_section_far", book.far)):
        rng = Random(name)
        pairs = [(each, section) for each in stated if (section := choose(each, rng))]
        wrong = [(each, section) for each, section in pairs if not carries(section, each.text)][:limit]
        after = judged([_screened(each, [section.key], book) for each, section in wrong], book.run)
        yield row(name, after, [example for example in after if example.id in passing])
        yield from causes(after)


def _screened(each: Statement, cited: Sequence[str], book: Rulebook) -> Example:
    """What `synthforge screen` makes of the sentence with these citations beside it."""
    citations = [book.run.sections[key].citation for key in cited]
    question = each.good.example.turns[0].question
    said = {"question": question, "answer": each.text, "citations": citations}
    return book.adoption.example(said, each.good.example.id)


def ranks(book: Rulebook) -> Iterator[str]:
    """Sentences that are too short for the citation check are left out here too."""
    asked, index = Citation.model_validate({}), book.run.index
    yield f"  {'':<12} {'passage':<10} {'n':>5} {'first':>7} {'top 3':>7} {f'>= {asked.rank} of the best':>18}"
    for half in HALVES:
        stated = [each for each in book.stated[half] if len(set(terms(each.text))) >= asked.min_terms]
        n = len(stated)
        above = [_above(each, book) for each in stated]
        top = " ".join(f"{sum(count < k for count in above) / n:>7.1%}" for k in (1, 3))
        passed = sum(index.standing(each.text, each.cited) >= asked.rank for each in stated)
        yield f"  {half:<12} {'cited':<10} {n:>5} {top} {passed / n:>18.1%}"
        for name, choose in (("neighbour", book.neighbour), ("far", book.far)):
            rng = Random(name)
            pairs = [(each.text, section.key) for each in stated if (section := choose(each, rng))]
            passed = sum(index.standing(text, [key]) >= asked.rank for text, key in pairs)
            yield f"  {half:<12} {name:<10} {len(pairs):>5} {'':>15} {passed / len(pairs):>18.1%}"


def _above(each: Statement, book: Rulebook) -> int:
    """How many passages score higher than the best of those cited."""
    scores, at = book.run.index.scores(each.text), book.run.index.places
    return int((scores > max(scores[at[key]] for key in each.cited)).sum())
