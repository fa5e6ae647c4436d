"""Edge cases by rule: wrong premises, questions from elsewhere, sources that disagree, editions that are past."""

from collections.abc import Sequence
from dataclasses import replace

from synthforge.meaning.disagreement import disagree
from synthforge.meaning.rules import Rule, rules
from synthforge.records import Section, Turn
from synthforge.teacher import cases
from synthforge.teacher.english import capitalised, lowered
from synthforge.teacher.norms import Limit, Norm, norm
from synthforge.teacher.writing import Unwritable, Writer, topic, unmarked

ELSEWHERE = (
    ("How do I get a refund for a cancelled concert ticket?", "concert tickets"),
    ("Which vaccinations are advisable for a holiday in the tropics?", "holiday vaccinations"),
    ("Can you recommend a restaurant for the summer party?", "restaurants"),
    ("How many days of parental leave does my partner get?", "parental leave"),
    ("What is the capital of Mongolia?", "geography"),
    ("Who won the football championship last year?", "football"),
    ("How do I train a puppy to walk on a leash?", "dog training"),
    ("Which mortgage has the better interest rate at the moment?", "mortgages"),
    ("How long does a soft-boiled egg take?", "cooking"),
    ("Does my private pension count towards my income tax?", "private pensions"),
)
"""Questions that the documents of no trade answer, and what each is about."""


def false_premise(writer: Writer, ask: str = "") -> Turn:
    """A question that takes another limit for granted, or a duty or ban for absent; `ask` is one put already."""
    for rule in writer.norms:
        premise = _wrong_limit(writer, rule) if rule.limit else _no_rule(rule)
        if premise is not None:
            question, check = premise
            claim = writer.claim(rule.sentence)
            return Turn(
                question=ask or question, claims=(claim,), reasoning=check, answer=claim.text, decision="false_premise"
            )
    raise Unwritable(f"{writer.target.citation} states no rule that a question could get wrong")


def _wrong_limit(writer: Writer, rule: Norm) -> tuple[str, str] | None:
    assert rule.limit is not None
    said = rule.verb_phrase[rule.limit.start : rule.limit.end]
    value = cases.pick(rule.limit, writer.rng.random() < 0.5, "medium", writer.rng)
    if value is None or value == rule.limit.value or rule.sentence.count(said) != 1:
        return None
    wrong: Limit = replace(rule.limit, value=value, number=f"{value:g}")
    taken = rule.sentence.replace(said, f"{rule.limit.comparator} {wrong.quantity(value)}")
    question = f"Since {lowered(taken).rstrip('.')}, can we plan with {wrong.quantity(value)}?"
    return question, f"the question presupposes {wrong.phrase}, the rule says {rule.limit.phrase}"


def _no_rule(rule: Norm) -> tuple[str, str] | None:
    subject = lowered(rule.subject)
    if rule.forbidden:
        question = f"Given that {subject} may {rule.verb_phrase}, when is the best time for it?"
        return question, "the question presupposes that this is allowed, the rule forbids it"
    question = f"Given that {subject} need not {rule.verb_phrase}, what is there to do instead?"
    return question, "the question presupposes that this is not needed, the rule requires it"


def out_of_scope(writer: Writer, shown: Sequence[Section], ask: str = "") -> Turn:
    """A question that nothing shown has to do with; the answer says what is covered."""
    words = {word for section in shown for word in section.text.lower().split()}
    foreign = [(q, about) for q, about in ELSEWHERE if not words & set(about.split())] or list(ELSEWHERE)
    question, about = next((each for each in ELSEWHERE if each[0] == ask), writer.rng.choice(foreign))
    covered = list(dict.fromkeys(topic(section) for section in shown or [writer.target]))
    return Turn(
        question=ask or question,
        reasoning=f"none of the sections is about {about}",
        answer=f"The documents cover {' and '.join(covered[:3])}.",
        decision="out_of_scope",
        missing=about,
    )


def conflicting(writer: Writer, other: Section, ask: str = "") -> Turn:
    """Both sides of what two sections disagree on, and no choice between them."""
    for one in rules(writer.target.text):
        for against in rules(other.text):
            if disagree(one, against):
                there = Writer(other, writer.difficulty, writer.reword, writer.rng)
                said = norm(unmarked(one.text))
                question = writer.rule_question(said) if said else f"What does the rule on {writer.topic()} require?"
                return Turn(
                    question=ask or question,
                    claims=(writer.claim(_plain(one)), there.claim(_plain(against))),
                    reasoning=f"the first section says {_stand(one)}, the second {_stand(against)}",
                    decision="conflicting_sources",
                    missing="which of the two sections prevails",
                )
    raise Unwritable(f"{writer.target.citation} and {other.citation} do not disagree")


def _plain(rule: Rule) -> str:
    return " ".join(unmarked(rule.text).split())


def _stand(rule: Rule) -> str:
    if rule.limit is not None:
        return rule.text[rule.limit.start : rule.limit.end]
    return {"must": "that it is required", "must_not": "that it is forbidden"}.get(rule.modality, "that it is allowed")


def superseding(turn: Turn, older: Section, wording: str) -> Turn:
    """An ordinary turn about the edition in force, with what is to be said of the other one."""
    if all(claim.evidence.quote in " ".join(older.text.split()) for claim in turn.claims):
        raise Unwritable("the two editions say the same on this")
    if turn.answer:
        answer = turn.answer if turn.answer.endswith(".") else f"{capitalised(turn.answer)}."
        return turn.model_copy(update={"answer": f"{answer} {capitalised(wording)}."})
    return turn.model_copy(update={"reasoning": "; ".join(filter(None, (turn.reasoning, wording)))})
