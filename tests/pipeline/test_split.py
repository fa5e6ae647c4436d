from pathlib import Path

from synthforge.pipeline.split import NEIGHBOURS, hold_out, related, without_shared
from synthforge.records import Document, Section
from tests.rooms import run

RULE = "The clerk must file the report within {n} days of the visit to site {n}."


def document(name: str, numbers: range, category: str = "policy") -> Document:
    sections, start = [], 0
    for n in numbers:
        text = RULE.format(n=n)
        citation = f"{name} §{n}"
        sections.append(
            Section(id=f"{name}#{citation}", document=name, citation=citation, text=text, start=start,
                    end=start + len(text))
        )  # fmt: skip
        start += len(text) + 1
    text = "\n".join(s.text for s in sections)
    return Document(id=name, uri=f"{name}.md", title=name, category=category, text=text, sections=tuple(sections))


def test_documents_that_share_most_of_their_text_are_on_one_side(tmp_path: Path) -> None:
    documents = [document(f"S-{n}", range(0, 10)) for n in range(2 * NEIGHBOURS)]
    documents += [document(f"T-{n}", range(100 * n, 100 * n + 10)) for n in range(1, 5)]
    assert sorted(len(members) for members in related(documents).values()) == [1, 1, 1, 1, 2 * NEIGHBOURS]
    for seed in range(8):
        training, held_out = hold_out(documents, 0.4, run(tmp_path, seed=seed))
        assert len(training) + len(held_out) == len(documents)
        assert not {d.id for d in training if d.id[0] == "S"} or not {d.id for d in held_out if d.id[0] == "S"}
        assert without_shared(training, held_out, named=True)[1] == []


def test_a_few_sections_in_common_do_not_join_documents() -> None:
    documents = [document("A", range(0, 10)), document("B", range(6, 16)), document("C", range(15, 30))]
    assert len(related(documents)) == 3
    assert len(related([document("A", range(0, 10)), document("B", range(4, 14))])) == 1
