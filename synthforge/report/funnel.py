"""The funnel: stage by stage what came in, what went out, and why the rest did not."""

import csv
import io
from collections import Counter
from collections.abc import Iterator, Sequence

from synthforge.pipeline.summary import StageCount, Summary, fates
from synthforge.records import Example
from synthforge.report import words
from synthforge.report.text import Markdown, bold, code, escape, number, plain_table, seconds, share, table

HEADER = ("Stage", "In", "Out", "Dropped", "Seconds", "CPU seconds", "Result")
COUNTS = "At collect, In counts documents and Out sections; everywhere else both count examples."
PASSED = {
    "generate": "gave a usable draft; no check has run",
    "check": "passed every check; no filter has run",
}
"""What kept means in a run that was stopped early."""
LOSING = ("generate", "check", "filter")
"""The stages in which every example that does not come out must have been dropped for a reason."""
CSV_HEADER = ("stage", "in", "out", "dropped", "code", "meaning", "seconds", "cached", "requests", "asked",
              "input_tokens", "output_tokens", "cost_usd", "paid_usd")  # fmt: skip


def stages(summary: Summary) -> Markdown:
    """The funnel's table, its totals, and what the stages do."""
    if not summary.stages:
        return Markdown("No stage was run.")
    rows = [_stage(stage) for stage in summary.stages]
    total = (
        f"In all: {seconds(summary.seconds)} seconds, {number(round(summary.peak_mb))} MB at most. A cached stage's "
        "seconds are those of looking it up."
    )
    again = "Nothing was redone: every stage was there already." if not summary.redone else ""
    kinds = dict.fromkeys(words.stage(s.name) for s in summary.stages)
    does = [f"{code(kind)} = {words.STAGES[kind]}" for kind in kinds if kind in words.STAGES]
    lost = [f"**{escape(text)}**" for s in summary.stages if (text := unaccounted(s))]
    return Markdown(
        "\n\n".join(filter(None, [table(HEADER, rows), "; ".join(does) + f". {COUNTS}", total, again, *lost]))
    )


def _stage(stage: StageCount) -> list[object]:
    return [
        code(stage.name), number(stage.came_in), number(stage.went_out), number(sum(stage.dropped.values())),
        seconds(stage.seconds), seconds(stage.cpu_seconds), "from cache" if stage.cached else "computed",
    ]  # fmt: skip


def unaccounted(stage: StageCount) -> str:
    """A complaint when a stage lost items for which it names no reason; '' otherwise."""
    dropped = sum(stage.dropped.values())
    if words.stage(stage.name) not in LOSING or stage.went_out + dropped == stage.came_in:
        return ""
    return f"{stage.name} does not add up: {stage.came_in} in, {stage.went_out} out, {dropped} dropped"


def drops(summary: Summary) -> Markdown:
    """Every code of every stage with what it means, the most frequent first within a stage."""
    rows: list[list[object]] = []
    for stage in summary.stages:
        counts = Counter[str]()
        for each, count in stage.dropped.items():
            counts[words.base_code(each)] += count
        for each, count in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
            rows.append(
                [
                    code(stage.name),
                    code(each),
                    number(count),
                    share(count, stage.came_in),
                    words.meaning(each),
                ]
            )
    if not rows:
        return Markdown("No stage dropped anything.")
    header = ("Stage", "Code", "Dropped", "Of what came in", "In words")
    return Markdown(f"{table(header, rows)}\n\nAn example counts once, under the first code that kept it out.")


def warned(summary: Summary) -> Markdown:
    """What kept examples passed with, for a person to look into."""
    rows = [[code(each), number(count), words.meaning(each)] for each, count in summary.warnings.items()]
    if not rows:
        return Markdown("")
    said = "Kept, but with a warning: nothing speaks against these examples, and something could not be looked up."
    return Markdown(f"{said}\n\n{table(('Code', 'Kept examples', 'In words'), rows)}")


def add_up(summary: Summary, examples: Sequence[Example]) -> Markdown:
    """The sum that must come out even, and a complaint where it does not."""
    f = summary.fates
    even = f.kept + f.rejected + f.held + f.failed == f.orders
    said = (
        f"kept {number(f.kept)} + rejected {number(f.rejected)} + held {number(f.held)} + failed "
        f"{number(f.failed)} {'=' if even else '≠'} {number(f.orders)} orders"
    )
    if not even:
        return bold(f"{said}: this does not add up, please report it")
    if examples and fates(examples) != f:
        counted = fates(examples)
        return bold(f"{said}, but the examples of this run count as {counted.kept} kept of {counted.orders}")
    explained = (
        f"Kept examples {PASSED.get(summary.until, 'passed every check and filter')}. Rejected ones failed "
        "one. Held ones could not be decided by a check: they wait for a person, never trained on. Failed "
        "ones are orders for which no usable draft came."
    )
    return Markdown(f"{bold(said)}\n\n{explained}")


def as_plain(summary: Summary) -> str:
    """The funnel for a terminal."""
    rows = [
        [s.name, number(s.came_in), number(s.went_out), number(sum(s.dropped.values())), seconds(s.seconds),
         "cache" if s.cached else "computed"]
        for s in summary.stages
    ]  # fmt: skip
    return plain_table(("stage", "in", "out", "dropped", "seconds", "result"), rows)


def as_csv(summary: Summary) -> str:
    """One row a stage, `code` empty, and under it one row for each code that dropped something there."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(CSV_HEADER)
    for stage in summary.stages:
        writer.writerows(_csv_rows(stage))
    return out.getvalue()


def _csv_rows(stage: StageCount) -> Iterator[list[object]]:
    usage = stage.usage
    dropped = sum(stage.dropped.values())
    yield [stage.name, stage.came_in, stage.went_out, dropped, "", "", round(stage.seconds, 3), stage.cached,
           stage.requests, stage.asked, usage.input_tokens, usage.output_tokens, usage.cost_usd,
           stage.paid.cost_usd]  # fmt: skip
    for each, count in sorted(stage.dropped.items(), key=lambda item: (-item[1], item[0])):
        yield [stage.name, "", "", count, each, words.meaning(each), *[""] * 8]
