"""The ledger: what each stage asked of a teacher, how that ended, and what it cost."""

from synthforge.pipeline.summary import StageCount, Summary
from synthforge.records import Usage
from synthforge.report.text import Markdown, bold, code, counted, escape, number, table

HEADER = ("Stage", "Replies used", "Asked now", "Good", "Asked again, since", "Tokens in", "of them cached",
          "Tokens out", "USD now", "USD of the replies used")  # fmt: skip
AGAIN = {
    "overloaded": "told to slow down",
    "unusable": "of no use",
    "failed": "server or connection failed",
    "lost": "no answer",
    "refused": "refused as invalid",
}
"""Endings of a request after which it may be sent again, in words."""
GOOD = ("reply", "declined")


def ledger(summary: Summary) -> Markdown:
    """A row for each stage that used a teacher, and the sums; nothing where no stage did."""
    asking = [stage for stage in summary.stages if stage.requests or stage.asked]
    if not asking:
        return Markdown("")
    return Markdown(f"{table(HEADER, [_row(stage) for stage in asking])}\n\n{_sums(summary)}")


def _row(stage: StageCount) -> list[object]:
    paid = stage.paid
    return [
        code(stage.name), number(stage.requests), number(stage.asked),
        number(sum(stage.endings.get(ending, 0) for ending in GOOD)), escape(again(stage)),
        number(paid.input_tokens), number(paid.cache_read_tokens), number(paid.output_tokens),
        dollars(paid.cost_usd), dollars(stage.usage.cost_usd),
    ]  # fmt: skip


def again(stage: StageCount) -> str:
    """'12 told to slow down, 3 of no use'; a dash for none."""
    found = (f"{number(stage.endings[name])} {said}" for name, said in AGAIN.items() if stage.endings.get(name))
    return ", ".join(found) or "–"


def _sums(summary: Summary) -> Markdown:
    asked, paid = sum(stage.asked for stage in summary.stages), summary.paid
    said = (
        f"This run sent {counted(asked, 'request')} and paid {dollars(paid.cost_usd)} USD for "
        f"{number(paid.input_tokens)} tokens in and {number(paid.output_tokens)} out, requests that came to nothing "
        "included. Replies that were stored before are used again and cost nothing."
    )
    spent = f"All runs of this recipe so far: {dollars(summary.spent_usd)} USD"
    budget = f" of {dollars(summary.budget_usd)}" if summary.budget_usd is not None else ""
    return Markdown(f"{said}\n\n{bold(f'{spent}{budget}')}. {escape(_open(summary.paid))}")


def _open(paid: Usage) -> str:
    if not paid.cost_usd:
        return "A teacher without a price counts as free."
    return "A request that a kill cut off counts as the most that it may have cost."


def dollars(amount: float) -> str:
    """Two digits after the point; four below ten cents, where they are what there is to see."""
    return f"{amount:,.4f}" if 0 < amount < 0.1 else f"{amount:,.2f}"
