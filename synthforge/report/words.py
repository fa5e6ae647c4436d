"""The codes, metrics and fault kinds of a run in plain English; what is not listed speaks for itself."""

from collections.abc import Iterable

CODES = {
    "reply.schema": "the teacher's reply lacks required fields or has the wrong form",
    "reply.declined": "the teacher said that this section cannot carry such an example",
    "reply.empty": "the teacher's reply holds no question and answer",
    "reply.incomplete": "the teacher's reply lacks what its task demands",
    "reply.missing": "the file of drafts has none for what was ordered",
    "reply.refused": "the model refused to write it",
    "reply.unusable": "every reply to it broke off or did not fit its form",
    "reply.gave_up": "no usable reply came in all attempts; the next run asks again",
    "request.refused": "the server would not take the request; the next run asks again",
    "budget.spent": "the budget was used up before it was asked for; raise budget_usd and run again",
    "reply.unsupported": "the teacher cannot write this kind of example",
    "schema.no_turns": "the example holds no question and answer",
    "quote.not_found": "the quoted words do not stand in the section they are said to come from",
    "quote.missing": "the answer quotes nothing",
    "quote.wrong_section": "the quoted words stand in another section than the one cited",
    "schema.answer_in_question": "the question gives its own answer away",
    "trivial.answer_in_question": "the question gives its own answer away",
    "trivial.copy": "the question is the rule itself with a question mark",
    "citation.unknown": "the cited section does not exist in the documents",
    "citation.not_shown": "the cited section is not in the excerpt that the student sees",
    "citation.outranked": "another section says much more of the matter than the one cited",
    "decision.fact_absent": "the case does not say what its verdict turns on",
    "judge.unanswered": "the judge gave no answer this time; the next run asks again",
    "judge.no_verdict": "the judge would or could not decide",
    "judge.misleading": "a judging model found it true and misleading, as by a condition left out",
    "entailment.unsure": "a model is not sure that the statement follows from its source",
    "entailment.too_long": "statement and source are too long for the model that is to compare them",
    "number.elsewhere": "a number of the answer stands in the source beside another matter",
    "quote.repaired": "a quote was copied badly; the source's own words took its place",
    "plan.surplus": "the plan had no place for it: its shares and the target are met without it",
    "number.unsupported": "a number in the answer does not follow from the quoted text or the case",
    "unit.mismatch": "a quantity in the answer has another unit than in its source",
    "unit.unsupported": "a unit in the answer differs from the one in the quoted text",
}
"""Exact codes, where the family's phrase would say too little."""

FAMILIES = {
    "abstention": "it abstains although a section shown decides the question",
    "addition": "the answer adds something that its source does not say",
    "balance": "its group already had its share of the dataset",
    "budget": "the budget did not allow another request",
    "cfr": "a citation of the Code of Federal Regulations is not one, or is not in the registry",
    "cis": "a CIS control is not one, or its version is not named",
    "citation": "the cited section does not exist, or does not say this",
    "claim": "a statement does not rest on its quote",
    "comparator": "at least, at most, before or after in the answer differs from the source",
    "condition": "a condition of the rule is left out",
    "cve": "a CVE identifier is not one",
    "date": "a date in the answer is not supported by its source",
    "decision": "the decision does not fit the rule and the facts of the case",
    "dialogue": "two turns of the conversation contradict each other",
    "edge": "the case is not the special case that was ordered",
    "edge_case": "the case is not the special case that was ordered",
    "entailment": "the statement does not follow from the quoted text",
    "exact": "word for word the same as an example that was kept",
    "frequency": "how often something happens is not said so in the source",
    "grounding": "the answer is not carried by its source",
    "hygiene": "it shows what only teacher and prompt should know, or does not read like an answer",
    "identifier": "an identifier in the answer does not stand in its source",
    "judge": "a judging model found the answer unsupported",
    "language": "it is not in the language of its source",
    "leak": "it resembles the evaluation set, or the question gives its answer away",
    "length": "it is longer or shorter than the recipe allows",
    "logic": "the decision contradicts the comparison that leads to it",
    "missing": "the answer does not name what is missing",
    "modality": "must, may or must not in the answer differs from the rule",
    "near": "nearly the same as an example that was kept",
    "negation": "the answer negates what its source says, or the reverse",
    "nist": "a NIST SP 800-53 control is not one, was withdrawn, or is not in the registry",
    "number": "a number in the answer is not supported by its source",
    "os_versions": "a version of an operating system is not one, or is not in the registry",
    "parameters": "a process parameter is impossible, implausible or of the wrong dimension",
    "privacy": "it holds personal data or a secret that its source does not hold",
    "quote": "the quoted words are not the source's own",
    "reply": "the teacher gave no usable reply",
    "row": "the row could not be read as an example",
    "schema": "the example does not have the form that its task requires",
    "semantic": "it says the same as an example that was kept",
    "teacher": "the teacher gave no usable reply",
    "trivial": "the question can be answered without understanding the rule",
    "usp": "a USP general chapter does not exist, or is called a requirement and is informational",
    "unit": "a unit in the answer is not supported by its source",
}
"""By what stands before the first dot of a code."""

METRICS = {
    "decision_accuracy": "decision right",
    "decision_accuracy_lenient": "decision right in any wording",
    "citation_exact": "citations exactly right",
    "quote_exact": "quotes exactly right",
    "quote_grounded": "quotes stand in the excerpt",
    "abstention_precision": "abstention precision: of the answers that abstained, those that should have",
    "abstention_recall": "abstention recall: of the cases that called for abstaining, those that did",
    "false_abstention": "abstained although the excerpt decides (lower is better)",
    "format_compliance": "in the required format",
    "all_correct": "everything right at once",
}

MAIN = (
    "decision_accuracy", "citation_exact", "abstention_precision", "abstention_recall", "format_compliance",
    "all_correct",
)  # fmt: skip
"""What a table shows where there is no room for every metric."""

LOWER_IS_BETTER = ("false_abstention",)

FAULTS = {
    "addition": "invented addition",
    "citation": "wrong section cited",
    "decision": "flipped decision",
    "modality": "must and may exchanged",
    "near_copy": "near-copy of another question",
    "number": "wrong number",
    "quote": "altered quote",
    "trivial": "trivial question",
    "unit": "wrong unit",
}

STAGES = {
    "collect": "read the documents and cut them into citable sections",
    "generate": "ask the teacher for one draft per order",
    "check": "hold every draft against its source",
    "filter": "drop what repeats or teaches nothing",
    "tune": "LoRA-tune the student on what was kept",
    "evaluate": "answer held-out questions with the base and the tuned student",
}
"""By the kind of a stage."""


def base_code(code: str) -> str:
    """A code without its detail: `near.duplicate_of:3f2a` counts as `near.duplicate_of`."""
    return code.partition(":")[0]


def meaning(code: str) -> str:
    """What a code says to somebody who has not read the program."""
    code = base_code(code)
    return CODES.get(code) or FAMILIES.get(code.partition(".")[0]) or code


def metric(name: str) -> str:
    return METRICS.get(name, name.replace("_", " "))


def main(names: Iterable[str]) -> list[str]:
    """The main ones among metric names; all of them when none is known."""
    names = list(dict.fromkeys(names))
    return [name for name in MAIN if name in names] or names


def fault(kind: str) -> str:
    return FAULTS.get(kind, kind.replace("_", " "))


def stage(name: str) -> str:
    """The kind of a stage: `check (round 2)` is a `check`, `evaluate base` an `evaluate`."""
    return name.partition(" ")[0]
