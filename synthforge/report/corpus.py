"""The documents: what was read, what was left out and why, and what has changed since the last collect."""

import csv
import io
from collections.abc import Sequence

from synthforge.pipeline.intake import Changes, Intake
from synthforge.records import Document
from synthforge.report.text import Markdown, bold, bullets, counted, escape, number, share, table

HEADER = ("Document", "Category", "Edition", "Sections", "Words", "Text read", "File")
CSV_HEADER = (
    "file", "document", "category", "edition", "language", "sections", "visible", "extracted", "dropped", "masked",
    "needs_ocr", "error", "warnings",
)  # fmt: skip
BAR = 30
"""Characters of the longest bar."""


def documents(corpus: Sequence[Document], intake: Intake) -> Markdown:
    """What was read: by category, document by document, and what could not be used."""
    if not corpus:
        return Markdown("")
    read = [d for d in corpus if d.sections]
    sections = sum(len(d.sections) for d in read)
    warnings = [f"{d.uri}: {warning.removeprefix(f'{d.uri}: ')}" for d in corpus for warning in d.warnings]
    parts = [
        f"{counted(len(read), 'document')} with {counted(sections, 'section')}. files.csv lists every file.",
        f"{bold(counted(len(intake.errors), 'file'))} without a section:\n\n{bullets(intake.errors, 40)}"
        if intake.errors
        else "",
        _categories(corpus, intake),
        _lengths(intake),
        _characters(intake),
        _links(intake),
        _changed(intake.changes) if intake.changes else "",
        table(HEADER, [_document(d) for d in sorted(read, key=lambda d: (d.category, d.id))], 20),
        f"{counted(len(warnings), 'warning')}:\n\n{bullets(warnings, 10)}" if warnings else "No warnings.",
    ]
    return Markdown("\n\n".join(part for part in parts if part))


def _document(d: Document) -> list[object]:
    read = share(d.account.extracted, d.account.visible)
    sections, words = number(len(d.sections)), number(len(d.text.split()))
    return [d.title or d.id, d.category, d.edition or "–", sections, words, read, d.uri]


def _categories(corpus: Sequence[Document], intake: Intake) -> Markdown:
    if not intake.categories:
        names = sorted({d.category for d in corpus})
        rows = [[name, sum(d.category == name for d in corpus)] for name in names]
        return table(("Category", "Documents"), rows)
    rows = [
        [name, number(group.documents), number(group.sections), _languages(group.languages)]
        for name, group in intake.categories.items()
    ]
    return table(("Category", "Documents", "Sections", "Languages"), rows)


def _languages(counts: dict[str, int]) -> str:
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return ", ".join(f"{name or 'unknown'} {count:,}" for name, count in ordered) or "–"


def _lengths(intake: Intake) -> Markdown:
    most = max(intake.lengths.values(), default=0)
    if not most:
        return Markdown("")
    rows = [[words, number(count), "▇" * round(BAR * count / most)] for words, count in intake.lengths.items()]
    return table(("Words in a section", "Sections", ""), rows)


def _characters(intake: Intake) -> Markdown:
    """The account of every visible character, as far as readers could count them."""
    if not intake.visible:
        return Markdown("")
    dropped = ", ".join(f"{number(count)} {kind}" for kind, count in intake.dropped.items())
    masked = ", ".join(f"{kind} {number(count)}" for kind, count in intake.masked.items())
    ocr = [f"{uri}: {_pages(pages)}" for uri, pages in intake.needs_ocr.items()]
    said = [
        f"{share(intake.extracted, intake.visible)} of {number(intake.visible)} visible characters were read.",
        f"Left out on purpose: {dropped}." if dropped else "",
        f"Masked: {masked}." if masked else "",
    ]
    text = escape(" ".join(filter(None, said)))
    return Markdown(f"{text}\n\nPages that need OCR:\n\n{bullets(ocr)}" if ocr else text)


def _pages(pages: Sequence[int]) -> str:
    """`2, 5-7` of 2, 5, 6, 7."""
    runs: list[list[int]] = []
    for page in pages:
        if runs and page == runs[-1][-1] + 1:
            runs[-1].append(page)
        else:
            runs.append([page])
    return ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]}-{run[-1]}" for run in runs)


def _links(intake: Intake) -> str:
    counts = intake.links
    linked = [
        f"{counted(counts[kind], kind)} ({number(counts.get(f'{kind}, resolved', 0))} to a section of this corpus)"
        for kind in ("reference", "exception")
        if counts.get(kind)
    ]
    defined = [counted(counts["definition"], "definition")] if counts.get("definition") else []
    return f"Links: {', '.join([*linked, *defined])}." if linked or defined else ""


def _changed(changes: Changes) -> Markdown:
    """Against the recipe's collect before."""
    counts = {"added": changes.added, "changed": changes.changed, "removed": changes.removed}
    said = ", ".join(f"{number(len(names))} {what}" for what, names in counts.items())
    lists = [
        f"{what.capitalize()}: {', '.join(names[:12])}{f' and {len(names) - 12:,} more' if len(names) > 12 else ''}"
        for what, names in counts.items()
        if names
    ]
    opening = escape(f"Since the last collect: {said}, {number(changes.unchanged)} unchanged sections.")
    return Markdown(f"{opening}\n\n{bullets(lists)}" if lists else opening)


def as_csv(corpus: Sequence[Document]) -> str:
    """One row a file, with everything that is known of it."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(CSV_HEADER)
    for d in sorted(corpus, key=lambda d: d.uri):
        account = d.account
        writer.writerow(
            [
                d.uri, d.id, d.category, d.edition, d.language, len(d.sections), account.visible, account.extracted,
                _pairs(account.dropped), _pairs(account.masked), _pages(account.needs_ocr), d.error,
                " | ".join(d.warnings),
            ]
        )  # fmt: skip
    return out.getvalue()


def _pairs(counts: dict[str, int]) -> str:
    return ", ".join(f"{kind} {count}" for kind, count in counts.items())
