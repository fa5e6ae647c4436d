from synthforge.records import Document
from tests.sources.files import checked, read, unify

SOP = "# SOP-014 Press\n\nRev: 3\n\n## 1 Purpose\n\nTo clean.\n\n## 2 Scope\n\nPresses.\n"


def named(document: Document, uri: str) -> Document:
    return document.model_copy(update={"uri": uri})


def ids(documents: list[Document]) -> list[tuple[str, str]]:
    return [(s.id, s.edition) for d in documents for s in d.sections]


def test_the_same_text_twice_is_used_once() -> None:
    text = SOP.replace("## ", "").replace("# ", "")
    documents, warnings = unify([named(read(SOP), "b.md"), named(read(text, "a.txt"), "a.txt")])
    assert [(d.uri, d.id, len(d.sections)) for d in documents] == [
        ("a.txt", "SOP-014@rev 3", 2), ("b.md", "SOP-014@rev 3 [2]", 0)
    ]  # fmt: skip
    assert warnings == ["b.md: same text as a.txt (SOP-014@rev 3); 2 sections are used once"]


def test_another_edition_is_another_document() -> None:
    documents, warnings = unify([named(read(SOP), "a.md"), named(read(SOP.replace("Rev: 3", "Rev: 4")), "b.md")])
    assert [d.id for d in documents] == ["SOP-014@rev 3", "SOP-014@rev 4"]
    assert len(set(ids(documents))) == 4
    assert warnings == []


def test_other_text_under_one_id_is_told_apart_and_reported() -> None:
    other = SOP.replace("Presses.", "Mixers.")
    documents, warnings = unify([named(read(SOP), "a.md"), named(read(other), "b.md")])
    assert [i for i, _ in ids(documents)] == [
        "SOP-014#SOP-014 §1", "SOP-014#SOP-014 §2", "SOP-014#SOP-014 §2 [2]"
    ]  # fmt: skip
    assert warnings == [
        "b.md: 1 sections have the same text as in a.md and are used once",
        "b.md: 1 sections have an id used in a.md but other text; they get the suffix [2]: "
        "give the documents an identifier or version of their own",
    ]
    for document in documents:
        checked(document.model_copy(update={"warnings": ("told",)}))


def test_documents_that_share_only_a_title_are_cited_by_file_name() -> None:
    first, second = read("# Access\n\n## Rules\n\nOne key.\n"), read("# Access\n\n## Rules\n\nTwo keys.\n")
    documents, warnings = unify([named(first, "p/policy_access.md"), named(second, "q/procedure_access.md")])
    assert [i for i, _ in ids(documents)] == [
        "access#Access > Rules", "procedure-access#Procedure access > Rules"
    ]  # fmt: skip
    assert "cited as 'Procedure access' instead" in warnings[0]
