"""What the limit of a rule says of a case: the value that is compared with it, and whether that complies."""

import re
from collections.abc import Iterable

from synthforge.meaning.quantities import Quantity, quantities
from synthforge.meaning.rules import Rule, rules

_NEGATED = re.compile(r"\b(?:not|never|no longer|without)\b|n't\b")
_JUDGED = re.compile(
    r"(?i)\b(?:exceed\w*|within|limit|too|late|on time|in time|beyond|more|less|fewer|longer|shorter|above|below"
    r"|under|over|enough|until|before|after|early|immediately|at once|same|next|previous|ago|since|yesterday|today"
    r"|always|ever)\b"
)


def limiting(sentences: Iterable[str]) -> Rule | None:
    """The one rule with a limit that can be compared with a value; None where there are several, or it is conditional
    or a matter of judgement."""
    limited = {
        (rule.limit.size, rule.limit.dimension, rule.allowed): rule
        for sentence in sentences
        for rule in rules(sentence)
        if rule.limit and rule.limit.unit
    }
    rule = next(iter(limited.values())) if len(limited) == 1 else None
    if rule is None or rule.discretion or rule.condition or rule.modality in ("fact", "need_not"):
        return None
    return rule


def scenario(case: str, rule: Rule, argued: str = "") -> Quantity | None:
    """The one value of a case that is compared with a rule's limit, named again where the case is `argued`."""
    if rule.limit is None or _NEGATED.search(case):  # "did not keep it for 6 months" says nothing of 6 months
        return None
    limit = rule.limit
    rivals = [q for q in quantities(rule.text) if q.dimension == limit.dimension and not q.equals(limit)]
    values = [
        q
        for q in quantities(case)
        if q.dimension == limit.dimension and q.kind in ("number", "ordinal") and q.comparator == "="
    ]
    amounts = {q.size for q in values}
    repeated = {q.size for q in quantities(argued) if q.dimension == limit.dimension}
    if len(amounts) != 1 or rivals or (repeated and not amounts <= repeated):
        return None
    return values[0]


def silent(case: str, rule: Rule) -> bool:
    """Whether a case says nothing at all of what a rule's limit is held against: no value, and no judgement of it."""
    if rule.limit is None or _NEGATED.search(case) or _JUDGED.search(case):
        return False
    return all(quantity.dimension != rule.limit.dimension for quantity in quantities(case))
