"""The embedded teacher's pen: turns about one section, by rule and without a model."""

import re
from collections.abc import Callable, Sequence
from random import Random

from synthforge.meaning.rules import rules
from synthforge.meaning.sentences import sentences
from synthforge.records import Claim, Decision, Evidence, Section, Turn
from synthforge.teacher import cases
from synthforge.teacher.english import lowered
from synthforge.teacher.norms import Norm, norm

Reword = Callable[[str], str]
"""How a claim says its quote; the identity for an extractive style."""

NO_RULE = "the excerpt gives no rule on this"

_MARK = re.compile(r"^\s*(?:[-•*]\s+|\([A-Za-z0-9]{1,5}\)\s+|\d{1,2}[.)]\s+)+")
"""A list mark or paragraph designator in front of a sentence; a quote starts after it."""


class Unwritable(Exception):
    """The section cannot carry the example that was ordered; the message says why."""


class Writer:
    """Writes turns about one section; every random choice comes from `rng`."""

    def __init__(self, target: Section, difficulty: str, reword: Reword, rng: Random) -> None:
        self.target = target
        self.difficulty = difficulty
        self.reword = reword
        self.rng = rng
        spans = spoken_sentences(target)
        self.norms = [n for n in map(norm, spans) if n is not None]
        self.plain = [" ".join(s.split()) for s in spans if norm(s) is None and _says_a_rule(s)]
        """Normative sentences too knotty to make a case of; they can still be asked for."""
        rng.shuffle(self.norms)

    def judged(self, edge_case: str, shown: bool) -> Turn:
        """A case and its judgement."""
        for rule in self.known_norms("has no rule that a case can be judged by"):
            if edge_case == "insufficient_information" and shown:
                if case := cases.undisclosed(rule, self.rng):
                    return self.turn(rule, case.told, case.check, "insufficient_information", case.open)
                continue
            if edge_case == "human_review":
                if dispute := cases.disputed(rule, self.difficulty, self.rng):
                    return self.turn(rule, dispute.told, dispute.check, "human_review", dispute.open)
                continue
            if case_ := self.case(rule, self.rng.random() < 0.5):
                if not shown:
                    return self.unanswerable(self._question(case_.told))
                return self.turn(rule, case_.told, case_.check, "compliant" if case_.complies else "violation")
        raise Unwritable(f"no case could be made from the rules of {self.target.citation}")

    def asked(self, edge_case: str, shown: bool, value: bool) -> Turn:
        """A plain question, for the rule or for one value in it."""
        for rule in self.norms:
            if value and rule.limit is None:
                continue
            question = self._value_question(rule) if value else self.rule_question(rule)
            if edge_case == "human_review":
                if dispute := cases.disputed(rule, self.difficulty, self.rng):
                    return self.turn(rule, dispute.told, dispute.check, "human_review", dispute.open, ask=question)
                continue
            if edge_case == "insufficient_information":
                return self.beyond(rule, value) if shown else self.unanswerable(question)
            turn = self.turn(rule, "", "", "answered", ask=question)
            answer = rule.limit.phrase if value and rule.limit else turn.claims[0].text
            return turn.model_copy(update={"answer": answer})
        if edge_case == "none":
            if value and (found := self._bare_value()):
                return self._recited(*found, shown)
            if self.plain and not value:
                sentence = self.rng.choice(self.plain)
                return self._recited(sentence, "", shown)
        raise Unwritable(f"{self.target.citation} states no {'limit' if value else 'rule'} that can be asked for")

    def _bare_value(self) -> tuple[str, str] | None:
        """A sentence with one bounded quantity, and that quantity as written."""
        for rule in rules(self.target.text):
            if rule.limit is not None and len(rule.limits) == 1:
                return " ".join(rule.text.split()), rule.text[rule.limit.start : rule.limit.end]
        return None

    def _recited(self, sentence: str, value: str, shown: bool) -> Turn:
        """A question about the section as a whole, answered with its rule, or with one value of it."""
        asked, set_ = ("What value does", "set") if value else ("What does", "require")
        question = f"{asked} the rule on {self.topic()} {set_}?"
        if not shown:
            return self.unanswerable(question)
        claim = self.claim(sentence)
        return Turn(question=question, claims=(claim,), answer=value or claim.text, decision="answered")

    def dialogue(self, edge_case: str, shown: bool, others: Sequence[Section]) -> tuple[Turn, ...]:
        """The rule is asked for, a case is judged, a fact changes; an edge case comes last."""
        if not shown:
            return self._strays(others)
        opening = self.asked("none", True, value=False)
        if edge_case != "none":
            return opening, self.judged(edge_case, True)
        for rule in self.norms:
            first, second = self.case(rule, True), self.case(rule, False)
            if first is None or second is None:
                continue
            told = [first, second] if self.rng.random() < 0.5 else [second, first]
            return opening, *(
                self.turn(
                    rule, f"{'And now: ' if i else ''}{c.told}", c.check, "compliant" if c.complies else "violation"
                )
                for i, c in enumerate(told)
            )
        raise Unwritable(f"no pair of cases could be made from the rules of {self.target.citation}")

    def _strays(self, others: Sequence[Section]) -> tuple[Turn, ...]:
        """A conversation that leaves the excerpt: an answerable opening where a shown section has one."""
        last = self.unanswerable(self.rule_question(self.known_norms("has no rule to ask for")[0]))
        for other in others:
            writer = Writer(other, self.difficulty, self.reword, self.rng)
            if writer.norms:
                return writer.asked("none", True, value=False), last
        return (last,)

    def known_norms(self, otherwise: str) -> list[Norm]:
        if not self.norms:
            raise Unwritable(f"{self.target.citation} {otherwise}")
        return self.norms

    def case(self, rule: Norm, comply: bool) -> cases.Case | None:
        if rule.limit is not None:
            value = cases.pick(rule.limit, comply, self.difficulty, self.rng)
            case = cases.numeric(rule, value, self.rng) if value is not None else None
        else:
            case = cases.boolean(rule, comply != rule.forbidden, self.rng)
        if case and self.difficulty == "hard":
            return cases.Case(f"{case.told} {cases.aside(self.rng)}", case.check, case.complies)
        return case

    def claim(self, sentence: str) -> Claim:
        return Claim(text=self.reword(sentence), evidence=Evidence(section=self.target.key, quote=sentence))

    def turn(self, rule: Norm, told: str, check: str, decision: Decision, missing: str = "", ask: str = "") -> Turn:
        claim = self.claim(rule.sentence)
        question = f"{told} {ask}".strip() if ask else self._question(told)
        return Turn(question=question, claims=(claim,), reasoning=check, decision=decision, missing=missing)

    def unanswerable(self, question: str) -> Turn:
        return Turn(
            question=question,
            reasoning=NO_RULE,
            decision="insufficient_information",
            missing=f"the rule on {self.topic()}",
        )

    def beyond(self, rule: Norm, value: bool) -> Turn:
        """A question that the shown rule touches but does not answer."""
        subject = lowered(rule.subject)
        what, gap = self.rng.choice((
            ("What is the fine for breaking the rule on {0}?", "the fine"),
            ("Since when has the rule on {0} been in force?", "the date the rule took effect"),
            ("Which form must be used to report a breach of the rule on {0}?", "the form"),
            ("Who may grant a waiver from the rule on {0}?", "who may grant a waiver"),
        ))  # fmt: skip
        if value:
            what, gap = "What amount is charged when the rule on {0} is broken?", "the amount"
        return Turn(
            question=what.format(subject),
            claims=(self.claim(rule.sentence),),
            reasoning=f"the rule does not state {gap}",
            decision="insufficient_information",
            missing=gap,
        )

    def _question(self, told: str) -> str:
        return f"{told} {self.rng.choice(cases.QUESTIONS)}"

    def topic(self) -> str:
        return topic(self.target)

    def rule_question(self, rule: Norm) -> str:
        subject = lowered(rule.subject)
        when = f" {rule.lead_word.lower()} {rule.lead}" if rule.lead else ""
        verb = "not be allowed to do" if rule.forbidden else "have to do"
        be = re.match(r"be\b", rule.verb_phrase)
        if be:
            verb = "not be done with" if rule.forbidden else "be done with"
            return self.rng.choice((
                f"What must {verb} {subject}{when}?",
                f"What does the rule on {self.topic()} say about {subject}{when}?",
            ))  # fmt: skip
        return self.rng.choice((
            f"What must {subject} {'not ' if rule.forbidden else ''}do{when}?",
            f"What does the rule on {self.topic()} say about {subject}{when}?",
            f"Regarding {self.topic()}: what would {subject} {verb}{when}?",
        ))  # fmt: skip

    def _value_question(self, rule: Norm) -> str:
        assert rule.limit is not None
        subject, side = lowered(rule.subject), rule.limit.side
        return self.rng.choice((
            f"Which {side} applies to {subject} under the rule on {self.topic()}?",
            f"What {side} is set for {subject}? Give the value and its unit.",
            f"Regarding {self.topic()}: what is the {side} for {subject}?",
        ))  # fmt: skip


def topic(section: Section) -> str:
    """What a section is about: its heading without its number."""
    heading = re.sub(r"^[\d.()a-z§ ]+(?=[A-Z])|,? *\d+ CFR.*$", "", section.heading).strip(" ,:")
    return lowered(heading) if len(heading.split()) > 1 and not heading.endswith("?") else f"'{heading}'"


def spoken_sentences(section: Section) -> list[str]:
    """The section's sentences without their list marks."""
    return [unmarked(section.text[start:end]) for start, end in sentences(section.text)]


def unmarked(sentence: str) -> str:
    return _MARK.sub("", sentence)


def _says_a_rule(sentence: str) -> bool:
    return sentence.rstrip().endswith(".") and any(rule.modality != "fact" for rule in rules(sentence))
