"""Split: documents to train on and documents to be examined on; what belongs together stays on one side."""

from collections import Counter
from collections.abc import Sequence

from synthforge.context import Run
from synthforge.errors import StageError
from synthforge.records import Document, Section

NEIGHBOURS = 20
"""Other documents that each holder of a widespread text is compared with."""


def sides(
    training: list[Document], others: list[Document] | None, share: float, examined: bool, run: Run
) -> tuple[list[Document], list[Document], list[str]]:
    """Documents to train on, to be examined on, and what was taken out of the latter; those without sections aside.

    Args:
        others: the recipe's evaluation.sources, if it names any; else a `share` of the training documents is held out.
        examined: the run goes on to the examination; without one a single document may be trained on.

    Raises:
        StageError: nothing can be held out, or a document is on both sides.
    """
    training = [document for document in training if document.sections]
    if others is not None:
        return training, *without_shared(training, [d for d in others if d.sections], named=True)
    if not examined and len(related(training)) < 2:
        return training, [], []
    training, held_out = hold_out(training, share, run)
    return training, *without_shared(training, held_out, named=False)


def hold_out(documents: list[Document], share: float, run: Run) -> tuple[list[Document], list[Document]]:
    """(training, held-out) documents: whole groups of related ones, drawn by seed in each category.

    At least one group stays on either side.

    Raises:
        StageError: there are fewer than two.
    """
    usable = [d for d in documents if d.sections]
    groups = related(usable)
    if len(groups) < 2:
        raise StageError(
            "split",
            "only one document has sections of its own, so none can be held out for the evaluation",
            "add documents, set evaluation.sources to documents of the same kind, or stop before: until=tune",
        )
    wanted = min(max(1, round(share * len(groups))), len(groups) - 1)
    by_category: dict[str, list[str]] = {}
    for name in sorted(groups, key=lambda name: run.rng("hold out", name).random()):
        by_category.setdefault(groups[name][0].category, []).append(name)
    held: set[str] = set()
    # One from each category in turn; a category gives its last one only when no other has one to spare.
    while len(held) < wanted:
        spare = [names for names in by_category.values() if len(names) > 1] or [n for n in by_category.values() if n]
        for names in spare[: wanted - len(held)]:
            held.add(names.pop())
    out = {document.id for name in held for document in groups[name]}
    return [d for d in usable if d.id not in out], [d for d in usable if d.id in out]


def related(documents: Sequence[Document]) -> dict[str, list[Document]]:
    """Documents by group: all editions of one, and those that have more than half of their sections in common."""
    families: dict[str, list[Document]] = {}
    holders: dict[str, list[str]] = {}
    sizes = Counter[str]()
    for document in documents:
        own = family(document)
        families.setdefault(own, []).append(document)
        sizes[own] += len(document.sections)
        for text in {_folded(s) for s in document.sections if len(s.text.split()) >= SHARED_WORDS}:
            holders.setdefault(text, []).append(own)
    shared = Counter[tuple[str, str]]()
    for names in map(sorted, map(set, holders.values())):
        # A text that stands in thousands of documents links each to its next ones: enough to find those that are alike.
        shared.update((one, other) for i, one in enumerate(names) for other in names[i + 1 : i + 1 + NEIGHBOURS])
    root = {name: name for name in families}

    def top(name: str) -> str:
        while root[name] != name:
            root[name] = name = root[root[name]]
        return name

    for (one, other), count in sorted(shared.items()):
        if count > min(sizes[one], sizes[other]) / 2:
            root[top(other)] = top(one)
    groups: dict[str, list[Document]] = {}
    for name, members in families.items():
        groups.setdefault(top(name), []).extend(members)
    return groups


def family(document: Document) -> str:
    """What all editions of a document share: its first section's id up to the citation."""
    return document.sections[0].id.partition("#")[0] if document.sections else document.id


SHARED_WORDS = 8
"""Sections shorter than this ("Not applicable.") may stand on both sides."""


def without_shared(
    training: Sequence[Document], held_out: Sequence[Document], named: bool
) -> tuple[list[Document], list[str]]:
    """The held-out documents without the sections that training has word for word, and what was taken out.

    Args:
        named: they are the recipe's evaluation.sources, so that a document on both sides is a mistake in it.

    Raises:
        StageError: such a document has more than half of its sections in common with training.
    """
    known = {_folded(s): d for d in training for s in d.sections if len(s.text.split()) >= SHARED_WORDS}
    kept: list[Document] = []
    warnings: list[str] = []
    for document in held_out:
        rest = tuple(section for section in document.sections if _folded(section) not in known)
        shared = [section for section in document.sections if _folded(section) in known]
        if shared:
            other = known[_folded(shared[0])].uri
            if named and len(shared) > len(document.sections) / 2:
                pair = f"'{document.uri}'" + ("" if other == document.uri else f" and '{other}'")
                raise StageError(
                    "collect",
                    f"the same document is in sources and in evaluation.sources: {pair}",
                    "a student must not be examined on what it was trained on; take it out of one of the two",
                )
            warnings.append(f"{document.uri}: {len(shared)} sections stand in {other} too, and are not examined")
        kept.append(document.model_copy(update={"sections": rest}))
    return kept, warnings


def _folded(section: Section) -> str:
    return " ".join(section.text.split()).casefold()
