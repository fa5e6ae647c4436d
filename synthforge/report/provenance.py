"""From a piece of evidence back to the section and the document it was copied from."""

from collections.abc import Sequence

from synthforge.records import Document, Evidence, Section


class Sources:
    """A corpus by section key; where training and evaluation documents share one, the one that holds the quote."""

    def __init__(self, corpus: Sequence[Document]) -> None:
        self._found: dict[str, list[tuple[Section, Document]]] = {}
        for document in sorted(corpus, key=lambda d: (d.id, d.edition)):
            for section in document.sections:
                self._found.setdefault(section.key, []).append((section, document))

    def find(self, evidence: Evidence) -> tuple[Section, Document] | tuple[None, None]:
        candidates = self._found.get(evidence.section, [])
        holding = [(s, d) for s, d in candidates if d.text[evidence.start : evidence.end] == evidence.quote]
        found = holding or candidates
        return found[0] if found else (None, None)
