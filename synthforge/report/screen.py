"""What came of a screened dataset, for the terminal: the sum, what was wrong how often, and a row for each of it."""

from collections.abc import Iterator

from synthforge.pipeline.screening import Sample, Screened
from synthforge.report import words
from synthforge.report.text import clip, counted, share

CODES = {
    "citation.missing": "the row cites nothing that its answer could be held against",
    "quote.none_found": "the cited sections have no sentence that says this",
    "row.not_json": "the line is no JSON",
    "row.not_object": "the row is no JSON object",
    "row.cells": "the row has more cells than the table has columns",
    "row.nested": "the row is nested too deep to be one",
    "row.form": "the row has no question and answer under any known name",
    "row.messages": "the messages are not written as such",
    "row.role": "somebody speaks who is no user, assistant or system",
    "row.order": "the messages do not alternate between user and assistant",
    "row.text": "a question or an answer is no text",
    "row.empty": "a question or an answer is empty",
    "row.long": "a question or an answer is too long for an example",
    "row.citation": "a citation does not say where it points",
    "row.decision": "the decision is none that is known",
    "row.example": "it looks like an example of a run, and lacks parts of one",
}
"""What only screening says."""


def screen_lines(screened: Screened) -> Iterator[str]:
    """The sum first; where the rows are last."""
    yield ""
    yield (
        f"{counted(screened.rows, 'row')} = {screened.passed:,} passed + {screened.rejected:,} rejected + "
        f"{screened.held:,} held + {screened.unreadable:,} unreadable "
        f"({share(screened.passed, screened.rows)} passed)"
    )
    yield f"by {', '.join(screened.checks)}" + (f"; then {', '.join(screened.filters)}" if screened.filters else "")
    yield from (f"note: {note}" for note in screened.notes)
    if screened.codes:
        yield ""
        yield from _counts(screened)
        yield ""
        for sample in screened.samples:
            yield from _sampled(sample)
    yield ""
    yield f"passed.jsonl, rejected.jsonl, held.jsonl, summary.json: {screened.folder}"


def _counts(screened: Screened) -> Iterator[str]:
    width = max(map(len, screened.codes))
    for code, count in screened.codes.items():
        yield f"{count:>7,}  {code:<{width}}  {CODES.get(code) or words.meaning(code)}"


def _sampled(sample: Sample) -> Iterator[str]:
    yield f"{sample.place}, {sample.end} by {sample.by}: {sample.code}"
    if sample.question:
        yield f"    {clip(sample.question, 110)}"
    yield f"    {clip(sample.reason, 300)}"
