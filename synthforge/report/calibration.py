"""What a calibration found, for a reader: tables, the figure, and the mistakes that slipped through, to be read."""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from synthforge.artifacts import write_rows, write_text
from synthforge.corruption import MISTAKES
from synthforge.evaluation.intervals import Interval
from synthforge.pipeline.calibration import Calibration, Detection, LeftOut, Untouched
from synthforge.pipeline.mutants import Good, Style
from synthforge.pipeline.thresholds import Threshold
from synthforge.report import words
from synthforge.report.figure import Bar, Row, figure
from synthforge.report.slipped import change, in_words, listing, various
from synthforge.report.text import (
    Markdown,
    bold,
    bullets,
    clip,
    code,
    counted,
    escape,
    fenced,
    interval,
    number,
    percent,
    plain_table,
    section,
    share,
    table,
)


def write_calibration(made: Calibration, command: str, folder: Path) -> str:
    """Write everything into the folder; what a terminal shows comes back."""
    write_text(folder / "calibration.md", page(made, command))
    write_text(folder / "calibration.svg", drawn(made))
    write_text(folder / "slipped.md", listing(made))
    write_rows(folder / "slipped.jsonl", made.slipped)
    write_rows(folder / "false_rejections.jsonl", made.false_rejections)
    summary = {"command": command, **made.model_dump(mode="json")}
    write_text(folder / "summary.json", json.dumps(summary, indent=2, ensure_ascii=False) + "\n")
    return for_terminal(made, folder)


def drawn(made: Calibration) -> str:
    """A bar for each kind and style; the last row is what was stopped although it was true."""
    styles = [each.style for each in made.untouched]
    found = {(each.kind, each.style): each for each in made.detections}
    kinds = [kind for kind in MISTAKES if any(kind == each.kind for each in made.detections)]
    rows = [Row(in_words(kind), tuple(_bar(found.get((kind, style))) for style in styles)) for kind in kinds]
    true = tuple(
        Bar((("rejected", u.rejected), ("held", u.held), ("passed", u.n - u.rejected - u.held)), u.lost)
        for u in made.untouched
    )
    title = f"{made.recipe}: what its checks stop, by kind of mistake"
    return figure(title, styles, [*rows, Row("no mistake (false alarms)", true, True)])


def _bar(found: Detection | None) -> Bar | None:
    if found is None:
        return None
    return Bar((("rejected", found.rejected), ("held", found.held), ("slipped", found.slipped)), found.caught)


def for_terminal(made: Calibration, folder: Path) -> str:
    parts = [
        f"{made.recipe}: {_asked(made)}",
        _detected(made),
        _checks(made),
        "\n".join(line for each in made.thresholds for line in _proposed(each)),
        "\n".join([*map(_unasked, made.left_out), *(f"note: {note}" for note in made.notes)]),
        f"slipped through, to be read: {folder / 'slipped.md'}\nreport: {folder / 'calibration.md'}",
    ]
    return "\n\n".join(part for part in parts if part)


def _asked(made: Calibration) -> str:
    """What was planted into what, in a sentence."""
    good = sum(each.n for each in made.untouched)
    planted = sum(each.n for each in made.detections)
    said = f"{counted(planted, 'mistake')} planted in {counted(good, 'good example')}, one at a time"
    return f"{said}, and what the checks ({', '.join(made.validators)}) stopped of them, with 95 % intervals"


def _detected(made: Calibration) -> str:
    """A line for each kind: the share stopped in each style, and how many slipped through in all."""
    styles = [each.style for each in made.untouched]
    found = {(each.kind, each.style): each for each in made.detections}
    rows = []
    for kind in dict.fromkeys(each.kind for each in made.detections):
        cells = [found.get((kind, style)) for style in styles]
        slipped = sum(each.slipped for each in cells if each)
        rows.append([in_words(kind), *(c for each in cells for c in _cell(each)), f"{slipped:,}"])
    true = [cell for each in made.untouched for cell in (interval(each.lost), f"{each.n:,}")]
    rows.append(["no mistake (false alarms)", *true, "–"])
    header = ["mistake", *(cell for style in styles for cell in (style, "of")), "slipped"]
    return plain_table(header, rows)


def _cell(found: Detection | None) -> tuple[str, str]:
    return (interval(found.caught), f"{found.n:,}") if found else ("–", "–")


def _checks(made: Calibration) -> str:
    by, alone, false = (_totals(each, codes=False) for each in _counts(made))
    rows = [[name, f"{count:,}", f"{alone[name]:,}", f"{false[name]:,}"] for name, count in by.most_common()]
    rows += [[name, "0", "0", f"{false[name]:,}"] for name in made.validators if name not in by]
    return plain_table(("check", "mistakes stopped", "only by it", "good ones stopped"), rows)


Counts = Sequence[dict[str, int]]


def _counts(made: Calibration) -> tuple[Counts, Counts, Counts]:
    """By check and code: mistakes stopped, those that nothing else stopped, and true examples stopped."""
    return [d.by for d in made.detections], [d.alone for d in made.detections], [u.by for u in made.untouched]


def _totals(counts: Counts, codes: bool) -> Counter[str]:
    total = Counter[str]()
    for each in counts:
        for name, count in each.items():
            total[name if codes else name.partition(":")[0]] += count
    return total


def _proposed(found: Threshold) -> Iterator[str]:
    now = found.now
    yield f"{found.key}={now.value:g} is set: {_worth(now.caught, now.false_alarms)}"
    for most, point in found.proposed.items():
        setting = "no value that its other settings allow"
        if point is not None:
            setting = f"{found.key}={point.value:g}  {_worth(point.caught, point.false_alarms)}"
        yield f"  at most {percent(float(most))} false alarms: {setting}"


def _worth(caught: Interval, false_alarms: Interval) -> str:
    return f"stops {interval(caught)} of the mistakes, {interval(false_alarms)} of the good examples"


def _unasked(left: LeftOut) -> str:
    model = "a paid model" if left.cost == "money" else "a model"
    cost = "" if left.usd is None else f", about ${left.usd:,.2f}"
    return (
        f"'{left.validator}' asks {model} and was left out; with --with-models it is asked about "
        f"{counted(left.questions, 'example')} of about {left.tokens:,} tokens{cost}"
    )


def page(made: Calibration, command: str) -> str:
    parts = [
        f"# {escape(made.recipe)}: what its checks catch",
        escape(f"{_asked(made)} (Wilson's)."),
        "![By kind of mistake, what was rejected, held and slipped through](calibration.svg)",
        section("What was corrupted", bullets(list(_sources(made))), bullets(made.notes)),
        section("By kind of mistake", _by_kind(made)),
        section("By check", _by_code(made)),
        section("Good examples that were stopped", _false_alarms(made)),
        section("Thresholds", bullets([line.strip() for each in made.thresholds for line in _proposed(each)])),
        section("Checks that were not asked", bullets([_unasked(each) for each in made.left_out])),
        section("Slipped through", _some_slipped(made)),
        section("Running it again", fenced(command, "sh")),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _sources(made: Calibration) -> Iterator[Markdown]:
    said: dict[Style, str] = {
        "accepted": f"kept by a run ({made.source}), whose checks they had passed before",
        "extractive": "made of rules of the documents, word for word, with a plain question",
        "paraphrased": "the same in other words",
    }
    for each in made.untouched:
        yield Markdown(f"{bold(each.style)}: {counted(each.n, 'example')}, {escape(said[each.style])}")
    kinds = f"at most {made.at_most:,} of a kind in each of these"
    yield Markdown(f"A mistake was planted only in what passed untouched, {kinds}, one at a time.")


def _by_kind(made: Calibration) -> Markdown:
    rows = [
        [in_words(d.kind), d.style, number(d.n), share(d.rejected, d.n), share(d.held, d.n), share(d.slipped, d.n),
         interval(d.caught), _named(d)]
        for d in made.detections
    ]  # fmt: skip
    header = ("Mistake", "In", "n", "Rejected", "Held", "Slipped", "Stopped", "By (only by it)")
    return table(header, rows, 200)


def _named(found: Detection) -> Markdown:
    names = (f"{code(name)} {count} ({found.alone.get(name, 0)})" for name, count in found.by.items())
    return Markdown(", ".join(names) or "–")


def _by_code(made: Calibration) -> Markdown:
    by, alone, false = (_totals(each, codes=True) for each in _counts(made))
    names = sorted({*by, *false}, key=lambda name: (-by[name], name))
    rows = [
        [code(name), words.meaning(name.partition(":")[2]), number(by[name]), number(alone[name]), number(false[name])]
        for name in names
    ]
    silent = [name for name in made.validators if not any(each.startswith(f"{name}:") for each in names)]
    rows += [[code(name), "stopped nothing", "0", "0", "0"] for name in silent]
    return table(("Check and code", "In words", "Mistakes stopped", "Only by it", "Good ones stopped"), rows, 200)


def _false_alarms(made: Calibration) -> Markdown:
    rows = [[u.style, number(u.n), number(u.rejected), number(u.held), interval(u.lost), _codes(u)]
            for u in made.untouched]  # fmt: skip
    said = "Accepted examples were chosen by checks: of those, only what has changed since can stop one."
    found = [_false(good) for good in made.false_rejections]
    parts = [
        said if any(u.style == "accepted" for u in made.untouched) else "",
        table(("In", "n", "Rejected", "Held", "Stopped", "By"), rows),
        bullets(found, 10),
        "false_rejections.jsonl has all of them." if found else "",
    ]
    return Markdown("\n\n".join(part for part in parts if part))


def _false(good: Good) -> str:
    turn, cause = good.example.turns[-1], good.example.cause
    why = f" ({cause.by}: {clip(cause.reason, 200)})" if cause else ""
    return f"{good.style}: {clip(turn.answer or turn.reasoning or turn.question, 200)}{why}"


def _codes(found: Untouched) -> Markdown:
    return Markdown(", ".join(f"{code(name)} {count}" for name, count in found.by.items()) or "–")


def _some_slipped(made: Calibration, each_kind: int = 2) -> Markdown:
    if not made.slipped:
        return Markdown("Nothing slipped through.")
    said = (
        "slipped.md lists them to be read, slipped.jsonl has them all. Not every one is untrue: read before you tune."
    )
    kinds = dict.fromkeys(mutant.kind for mutant in made.slipped)
    lines = [
        f"{in_words(kind)}: {change(mutant)}"
        for kind in kinds
        for mutant in various([m for m in made.slipped if m.kind == kind], each_kind)
    ]
    return Markdown(f"{said}\n\n{bullets(lines, 60)}")
