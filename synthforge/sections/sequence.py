"""A section's designators settled together: (i) is a letter or a numeral by what the whole sequence makes of it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice, pairwise

from synthforge.sections.designators import KINDS, Token

SKIP, JUMP, UNUSUAL, LONE, OMITTED = 4, 6, 2, 1, 1
"""What a reading costs: a designator that fits nowhere, one that leaves others out, a list under an unusual parent, a
list of one item, and a designator after stars. The cheapest reading of a whole section is taken."""

_WIDEST, _MARGIN = 16, 3 * SKIP
"""Readings kept side by side, and by how much they may cost more than the best: what comes later may speak for them."""


_PARENTS = {
    "lower": ("", "number", "term", "caption"),
    "number": ("", "lower", "upper", "term", "caption"),
    "lower roman": ("number", "upper", "term", "caption"),
    "upper": ("lower roman", "number", "term", "caption"),
    "upper roman": ("lower roman",),
    "double": ("upper roman",),
    "upper double": ("double",),
}
"""What each kind stands under in the CFR, (a)(1)(i)(A)(1)(i), and in the U.S. Code, (a)(1)(A)(i)(I)(aa)(AA)."""


_DEEPEST, _BACK = 9, 64
"""No code of law nests deeper; how many tokens back the place is looked for at which two readings part."""


@dataclass(frozen=True)
class Step:
    """One open designator: its kind, its ordinal, and as printed; `count` of its list seen so far."""

    kind: str
    ordinal: int
    shown: str
    italic: bool | None = None
    count: int = 1
    defines: bool = False


Stack = tuple[Step, ...]


def shown(stack: Sequence[Step]) -> str:
    return "".join(step.shown for step in stack)


@dataclass(frozen=True)
class Settled:
    """One token settled: the stack after it, and what there is to report about it."""

    stack: Stack
    note: str = ""
    placed: bool = True


@dataclass(frozen=True, eq=False)
class _Path:
    """A way to read the tokens so far; `rivals` cost the same and end in the same stack."""

    cost: int
    stack: Stack
    before: "_Path | None" = None
    placed: bool = True
    jumped: bool = False
    rivals: tuple["_Path", ...] = ()


def resolve(tokens: Sequence[Token], defines: bool = False) -> list[Settled]:
    """The cheapest reading of a section's designators, one for each token.

    `defines` says that the section itself is one of definitions. Where two readings cost the same, the deeper one is
    taken and the token at which they part is noted.
    """
    paths = [_Path(0, ())]
    for token in tokens:
        best: dict[Stack, _Path] = {}
        for path in paths:
            for nxt in _next(path, token, defines):
                held = best.get(nxt.stack)
                if held is None or nxt.cost < held.cost:
                    best[nxt.stack] = nxt
                elif nxt.cost == held.cost and len(held.rivals) < 4:
                    best[nxt.stack] = replace(held, rivals=(*held.rivals, nxt))
        ranked = sorted(best.values(), key=lambda path: path.cost)
        paths = [path for path in ranked[:_WIDEST] if path.cost <= ranked[0].cost + _MARGIN]
    closed = [replace(path, cost=path.cost + _lone(path.stack)) for path in paths]
    closed.sort(key=lambda p: (p.cost, -len(p.stack)))
    tied = [path for path in closed[1:] if path.cost == closed[0].cost]
    return _told(tokens, closed[0], tied)


def _next(path: _Path, token: Token, defines: bool) -> Iterator[_Path]:
    """Every way to go on: continue an open list, open one, or leave the token as text."""
    stack = path.stack
    if token.term:
        depth = _term_depth(stack, defines)
        if depth is None:
            yield _Path(path.cost, stack, path, placed=False)
            return
        yield _Path(path.cost + _lone(stack[depth + 1 :]), (*stack[:depth], Step("term", 0, token.text)), path)
        return
    if token.caption:
        same = (depth for depth, step in enumerate(stack) if step.kind == "caption")
        depth = next(same, len(stack) if token.nested else 0)
        yield _Path(path.cost + _lone(stack[depth:]), (*stack[:depth], Step("caption", 0, token.text)), path)
        return
    for depth in range(len(stack) - 1, -1, -1):
        step = stack[depth]
        value = KINDS[step.kind](token.text) if step.kind in KINDS and _alike(step.italic, token.italic) else 0
        ahead = value - step.ordinal
        again = ahead == 0 and token.gap and depth < len(stack) - 1  # `(i) * * *` once more, for another below it
        if ahead >= 1 or again:
            cost = 0 if ahead == 1 else _omitted(ahead) if token.gap else JUMP
            reached = _step(step.kind, value, token, step.count)
            yield _Path(
                path.cost + cost + _lone(stack[depth + 1 :]),
                (*stack[:depth], reached),
                path,
                jumped=ahead > 1 and not token.gap,
            )
    for kind, reader in KINDS.items():
        value = reader(token.text)
        opens = value == 1 or (token.gap and value > 1)
        if opens and len(stack) < _DEEPEST and not _open(stack, kind, token.italic):
            usual = (stack[-1].kind if stack else "") in _PARENTS[kind]
            cost = (0 if usual else UNUSUAL) + (_omitted(value) if value > 1 else 0)
            yield _Path(path.cost + cost, (*stack, _step(kind, value, token, 0)), path)
    yield _Path(path.cost + SKIP, stack, path, placed=False)


def _omitted(ahead: int) -> int:
    """After stars: (ii) is two places into its list as a numeral, and 35 as a letter."""
    return OMITTED + (ahead > 26)


def _step(kind: str, value: int, token: Token, before: int) -> Step:
    last = KINDS[kind](token.last) if token.last else value
    text = f"({token.text})-({token.last})" if token.last else f"({token.text})"
    count = before + 1 + max(0, last - value)
    if token.gap or value > 1:
        count = max(count, 2)
    return Step(kind, max(value, last), text, token.italic, count, token.defines)


def _alike(first: bool | None, second: bool | None) -> bool:
    """Italic and upright designators never stand in one list."""
    return first is None or second is None or first == second


def _open(stack: Stack, kind: str, italic: bool | None) -> bool:
    """Whether such a list is open just above, so that none can start there; nothing upright stands below italics."""
    if italic is False and any(step.italic for step in stack):
        return True
    for step in reversed(stack[-2:]):
        if step.kind in ("term", "caption"):
            return False
        if step.kind == kind and _alike(step.italic, italic):
            return True
    return False


def _term_depth(stack: Stack, defines: bool) -> int | None:
    """Where a defined term stands: next to the terms before it, else below what announces definitions."""
    open_term = next((depth for depth, step in enumerate(stack) if step.kind == "term"), None)
    announced = next((depth + 1 for depth in range(len(stack) - 1, -1, -1) if stack[depth].defines), None)
    return open_term if open_term is not None else announced if announced is not None else 0 if defines else None


def _lone(closed: Sequence[Step]) -> int:
    return LONE * sum(1 for step in closed if step.kind in KINDS and step.count < 2)


def _told(tokens: Sequence[Token], best: _Path, tied: Sequence[_Path]) -> list[Settled]:
    """The chosen path from its start, with notes on what did not fit and on what could be read otherwise."""
    chain = list(_back(best))[::-1]
    pairs = [(path, rival) for path in chain for rival in path.rivals] + [(best, rival) for rival in tied]
    doubtful = {id(path) for a, b in pairs if (path := _parting(a, b)) is not None}
    readings: list[Settled] = []
    before: Stack = ()
    for token, path in zip(tokens, chain, strict=True):
        note = ""
        after = shown(before) or "no designator"
        if not path.placed and not token.term:
            note = f"({token.text}) after {after}"
        elif path.jumped:
            note = f"({token.text}) after {after}; what stands between is missing"
        elif id(path) in doubtful:
            note = f"({token.text}) after {after} may be a letter or a numeral"
        readings.append(Settled(path.stack, note, path.placed))
        before = path.stack
    return readings


def _back(path: _Path) -> Iterator[_Path]:
    here: _Path | None = path
    while here is not None and here.before is not None:
        yield here
        here = here.before


def _parting(chosen: _Path, rival: _Path) -> _Path | None:
    """The first token that the rival reads otherwise, if it gives it a place too; only as far back as they differ."""
    first: tuple[_Path, _Path] | None = None
    for a, b in islice(zip(_back(chosen), _back(rival), strict=False), _BACK):
        if a is b:
            break
        if a.stack != b.stack:
            first = (a, b)
    return first[0] if first and first[0].placed and first[1].placed else None


def counts_anew(tokens: Sequence[Token]) -> bool:
    """Whether captions divide the paragraphs: the count starts again below two of them or more."""
    firsts = (b.text in ("a", "1", "A") for a, b in pairwise(tokens) if a.caption and not b.caption)
    return sum(firsts) > 1
