"""The check stage: every validator speaks, and an example must be the kind that was ordered."""

import importlib
import random
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import ClassVar

import pytest

from synthforge.context import Run
from synthforge.errors import StageError
from synthforge.pipeline.check import Strictness, as_ordered, check, transient
from synthforge.plugin import Cost
from synthforge.records import Claim, Evidence, Example, Section, Verdict
from synthforge.validators import Citation, Coverage, Facts, Logic, Nist, Quote, Schema
from synthforge.validators.base import Validator
from tests import rooms


class Grumpy(Validator):
    """Fails everything."""

    def check(self, example: Example, run: Run) -> Verdict:
        return self.failed("mood.bad", "it is Monday")


class Content(Validator):
    """Passes everything."""

    def check(self, example: Example, run: Run) -> Verdict:
        return self.passed()


def test_every_validator_signs_with_the_name_the_recipe_gave_it(tmp_path: Path) -> None:
    [example] = check([rooms.example()], {"b": Grumpy(), "a": Content()}, rooms.EDGE_CASES, rooms.run(tmp_path))
    assert [(v.by, v.outcome) for v in example.verdicts] == [("order", "passed"), ("a", "passed"), ("b", "failed")]
    assert example.fate == "rejected"
    assert example.cause is not None and example.cause.code == "mood.bad"


def test_a_failed_draft_is_not_checked(tmp_path: Path) -> None:
    failed = rooms.example(verdicts=[Verdict(stage="generate", by="teacher", outcome="failed", code="reply.schema")])
    [example] = check([failed], {"a": Content()}, rooms.EDGE_CASES, rooms.run(tmp_path))
    assert (example, example.fate) == (failed, "failed")


@pytest.mark.parametrize(
    ("edge_case", "decision", "code"),
    [
        ("none", "violation", ""),
        ("none", "human_review", "edge_case.not_ordered"),
        ("human_review", "human_review", ""),
        ("human_review", "compliant", "edge_case.not_shown"),
        ("insufficient_information", "answered", "edge_case.not_shown"),
        ("none", "false_premise", "edge_case.not_ordered"),
        ("none", "conflicting_sources", "edge_case.not_ordered"),
    ],
)
def test_an_example_must_be_the_kind_that_was_ordered(edge_case: str, decision: str, code: str) -> None:
    turn = rooms.turn(decision=decision, missing="who signed")
    verdict = as_ordered(rooms.example(order=rooms.order(edge_case=edge_case), turns=(turn,)), rooms.EDGE_CASES)
    assert (verdict.outcome, verdict.code) == ("failed" if code else "passed", code)


def test_insufficient_information_must_name_what_is_missing() -> None:
    turn = rooms.turn(decision="insufficient_information", missing="")
    order = rooms.order(edge_case="insufficient_information")
    verdict = as_ordered(rooms.example(order=order, turns=(turn,)), rooms.EDGE_CASES)
    assert verdict.reason == "does not name what is missing"


class Broken(Validator):
    """Raises, exits or returns nonsense, as told."""

    how: str

    def check(self, example: Example, run: Run) -> Verdict:
        if self.how == "raises":
            raise KeyError("no such key")
        if self.how == "exits":
            raise SystemExit(0)
        return None  # type: ignore[return-value]


@pytest.mark.parametrize(
    ("how", "said"), [("raises", "KeyError: 'no such key'"), ("exits", "SystemExit: 0"), ("nothing", "not NoneType")]
)
def test_a_validator_that_breaks_is_named_with_its_line(tmp_path: Path, how: str, said: str) -> None:
    with pytest.raises(StageError, match=rf"test_check\.Broken failed on example a: .*{said}.*\.py:\d+"):
        check([rooms.example()], {"b": Broken(how=how)}, {}, rooms.run(tmp_path))


@pytest.mark.parametrize(
    ("decisions", "reason"),
    [
        (("answered", "insufficient_information", "human_review"), ""),
        (("answered", "violation", "human_review"), "turn 2: answered with violation what calls for none"),
        (("human_review", "human_review", "human_review"), "turn 1: an ordinary order was answered with human_review"),
        (("answered", "human_review", "violation"), "turn 3: decided violation, ordered human_review"),
    ],
)
def test_every_turn_of_a_conversation_is_held_against_what_was_planned_for_it(
    decisions: tuple[str, ...], reason: str
) -> None:
    order = rooms.order(edge_case="human_review", moves=("opening", "refusal", "edge_case"))
    turns = tuple(rooms.turn(decision=decision, missing="x") for decision in decisions)
    assert as_ordered(rooms.example(order=order, turns=turns), rooms.EDGE_CASES).reason == reason


class Counting(Validator):
    """Counts what it is asked; its verdict is its settings'."""

    asked: ClassVar[list[str]] = []

    outcome: str = "passed"
    code: str = ""
    settles: tuple[str, ...] = ()

    def check(self, example: Example, run: Run) -> Verdict:
        self.asked.append(example.id)
        verdict = Verdict.model_validate(
            {"stage": "filter", "by": "itself", "outcome": self.outcome, "code": self.code}
        )
        return verdict.model_copy(update={"settles": self.settles})


class Reading(Counting):
    """Stands for one that asks a model."""

    cost: ClassVar[Cost] = "model"

    def reads(self, example: Example, run: Run) -> object:
        return [verdict.code for verdict in example.unsettled]


@pytest.fixture
def asked() -> Iterator[list[str]]:
    Counting.asked.clear()
    yield Counting.asked
    Counting.asked.clear()


def drafts(*hours: int) -> list[Example]:
    turns = [rooms.turn(question=f"A driver rested for {n} hours. Does this comply?") for n in hours]
    return [rooms.example(f"draft-{n}", turns=(turn,)) for n, turn in zip(hours, turns, strict=True)]


def judge(
    examples: Sequence[Example], run: Run, strictness: Strictness = "balanced", **parts: Validator
) -> list[Example]:
    return check(examples, parts, rooms.EDGE_CASES, run, strictness)


def test_a_second_pass_asks_no_check_and_says_the_same(tmp_path: Path, asked: list[str]) -> None:
    parts = {"a": Counting(), "b": Counting(outcome="failed", code="x.y"), "m": Reading()}
    first = judge(drafts(7, 8), rooms.run(tmp_path), **parts)
    assert asked == ["draft-7", "draft-8"] * 2  # rejected ones reach no model
    again = judge(drafts(7, 8), rooms.run(tmp_path), **parts)
    assert len(asked) == 4
    assert again == first


def test_only_what_is_new_is_asked_about(tmp_path: Path, asked: list[str]) -> None:
    judge(drafts(7), rooms.run(tmp_path), a=Counting())
    judge(drafts(6, 7, 8), rooms.run(tmp_path), a=Counting())
    assert asked == ["draft-7", "draft-6", "draft-8"]


def test_the_same_draft_twice_is_asked_about_once(tmp_path: Path, asked: list[str]) -> None:
    [one] = drafts(7)
    twins = [one, one.model_copy(update={"id": "twin", "replies": ("r",)})]
    made = judge(twins, rooms.run(tmp_path), a=Counting(outcome="uncertain", code="x.y"))
    assert len(asked) == 1
    assert [(e.id, e.fate, e.verdicts) for e in made] == [(e.id, "held", made[0].verdicts) for e in twins]


def test_a_verdict_is_signed_by_the_recipe_and_kept_under_no_name(tmp_path: Path, asked: list[str]) -> None:
    run = rooms.run(tmp_path)
    [first], [second] = judge(drafts(7), run, mine=Counting()), judge(drafts(7), run, other=Counting())
    assert len(asked) == 1
    assert [(v.stage, v.by) for e in (first, second) for v in e.verdicts[1:]] == [("check", "mine"), ("check", "other")]


def changed(corpus: Mapping[str, Section], **fields: object) -> dict[str, Section]:
    key = next(iter(corpus))
    return {**corpus, key: corpus[key].model_copy(update=fields)}


@pytest.mark.parametrize(
    "fields",
    [{"text": "A driver must rest for at least 9 hours."}, {"lead_in": "At night:"}, {"citation": "FP-07 §1a"},
     {"edition": "2025"}, {"path": ("Sleep",)}],
)  # fmt: skip
def test_another_corpus_is_asked_about_again(tmp_path: Path, asked: list[str], fields: dict[str, object]) -> None:
    judge(drafts(7), rooms.run(tmp_path), a=Counting())
    judge(drafts(7), rooms.run(tmp_path, changed(rooms.sections(), **fields)), a=Counting())
    assert len(asked) == 2


def test_the_corpus_in_another_order_is_the_same(tmp_path: Path, asked: list[str]) -> None:
    judge(drafts(7), rooms.run(tmp_path), a=Counting())
    judge(drafts(7), rooms.run(tmp_path, dict(reversed(rooms.sections().items()))), a=Counting())
    assert len(asked) == 1


def test_two_of_one_class_with_other_settings_do_not_share(tmp_path: Path, asked: list[str]) -> None:
    strict, mild = Counting(outcome="failed", code="x.y"), Counting()
    for _ in range(2):
        [example] = judge(drafts(7), rooms.run(tmp_path), a=strict, b=mild)
        assert [(v.by, v.outcome) for v in example.verdicts[1:]] == [("a", "failed"), ("b", "passed")]
    assert len(asked) == 2


@pytest.mark.parametrize("field", ["turns", "order", "messages"])
def test_another_turn_order_or_message_is_another_draft(tmp_path: Path, asked: list[str], field: str) -> None:
    [one] = drafts(7)
    others = {
        "turns": drafts(8)[0].turns,
        "order": rooms.order(length="long"),
        "messages": ({"role": "user", "content": "Hello."},),
    }
    other = Example.model_validate({**one.model_dump(), field: others[field]})
    judge([one, other], rooms.run(tmp_path), a=Counting())
    assert len(asked) == 2


def test_edited_code_of_the_package_is_asked_again(
    tmp_path: Path, asked: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    judge(drafts(7), rooms.run(tmp_path), a=Counting())
    monkeypatch.setattr("synthforge.pipeline.check.code_version", lambda *only: f"edited {only}")
    judge(drafts(7), rooms.run(tmp_path), a=Counting())
    assert len(asked) == 2


OWN = """
from synthforge.validators.base import Validator

class Own(Validator):
    def check(self, example, run):
        return self.failed("own.code", "{reason}")
"""


def test_an_edited_validator_of_the_client_is_asked_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    file, reasons = tmp_path / "clients_own.py", []
    for reason in ("first", "secondly"):
        file.write_text(OWN.format(reason=reason))
        importlib.invalidate_caches()
        sys.modules.pop("clients_own", None)
        own = importlib.import_module("clients_own").Own()
        reasons += [e.verdicts[-1].reason for e in judge(drafts(7), rooms.run(tmp_path), a=own)]
    sys.modules.pop("clients_own")
    assert reasons == ["first", "secondly"]


def test_a_changed_registry_is_asked_again(tmp_path: Path) -> None:
    claim = Claim(text="Control AC-2 applies.", evidence=Evidence(section="FP-07#FP-07 §1", quote=rooms.RULES[0]))
    draft = rooms.example(turns=(rooms.turn(claims=(claim,)),))
    file, run = tmp_path / "own.csv", rooms.run(tmp_path)
    outcomes = []
    for status in ("current", "withdrawn", "current"):
        file.write_text(f"id,status,as_of,source\nAC-2,{status},2030-01,our auditor\n")
        outcomes += [e.verdicts[-1].code for e in judge([draft], run, nist=Nist(registry=str(file)))]
    assert outcomes == ["", "nist.withdrawn", ""]


@pytest.mark.parametrize(("code", "times"), [("judge.unanswered", 2), ("judge.unsure", 1), ("unanswered", 1)])
def test_what_was_not_answered_is_asked_the_next_time(tmp_path: Path, asked: list[str], code: str, times: int) -> None:
    part = Counting(outcome="uncertain", code=code)
    for _ in range(2):
        [example] = judge(drafts(7), rooms.run(tmp_path), a=part)
        assert (example.fate, example.verdicts[-1].code) == ("held", code)
    assert len(asked) == times
    assert transient(example.verdicts[-1]) is (times == 2)


class Stopping(Counting):
    """Ends the process at its second example, as a full disk or a Ctrl-C would."""

    cost: ClassVar[Cost] = "cheap"

    def check(self, example: Example, run: Run) -> Verdict:
        if len(self.asked) == 3:
            raise KeyboardInterrupt
        return super().check(example, run)


def test_what_was_said_before_a_run_was_cut_off_is_not_asked_again(tmp_path: Path, asked: list[str]) -> None:
    parts = {"a": Counting(), "b": Stopping()}
    with pytest.raises(KeyboardInterrupt):
        judge(drafts(7, 8), rooms.run(tmp_path), **parts)
    assert asked == ["draft-7", "draft-8", "draft-7"]
    judge(drafts(7, 8), rooms.run(tmp_path), a=Counting())
    assert len(asked) == 3
    asked.clear()
    judge(drafts(7, 8), rooms.run(tmp_path), **parts)
    assert asked == ["draft-7", "draft-8"]  # of the check that was cut off nothing was kept by halves


def test_a_model_is_asked_about_what_the_rules_have_left(tmp_path: Path, asked: list[str]) -> None:
    run = rooms.run(tmp_path)
    doubt = Counting(outcome="uncertain", code="logic.x")
    [example] = judge(drafts(7), run, z_rule=doubt, a_model=Reading(settles=("logic.x",)))
    assert [v.by for v in example.verdicts] == ["order", "z_rule", "a_model"]
    assert (example.fate, len(asked)) == ("kept", 2)
    [rejected] = judge(drafts(8), run, rule=Grumpy(), a_model=Reading())
    assert ([v.by for v in rejected.verdicts], len(asked)) == (["order", "rule"], 2)


def test_every_rule_speaks_of_what_another_one_rejects(tmp_path: Path, asked: list[str]) -> None:
    [example] = judge(drafts(7), rooms.run(tmp_path), a=Grumpy(), b=Counting())
    assert ([v.by for v in example.verdicts], len(asked)) == (["order", "a", "b"], 1)


def test_a_model_s_verdict_goes_by_what_the_rules_left_open(tmp_path: Path, asked: list[str]) -> None:
    for code in ("logic.x", "logic.y", "logic.x"):
        judge(drafts(7), rooms.run(tmp_path), a=Counting(outcome="uncertain", code=code), m=Reading())
    assert len(asked) == 4  # two rules, and the model under each


@pytest.mark.parametrize(("strictness", "fate"), [("balanced", "held"), ("strict", "rejected")])
def test_strictness_decides_what_stays_uncertain(tmp_path: Path, strictness: Strictness, fate: str) -> None:
    doubts = {"b": Counting(outcome="uncertain", code="logic.x"), "a": Counting(outcome="uncertain", code="logic.w")}
    [example] = judge(drafts(7), rooms.run(tmp_path), strictness, **doubts)
    assert example.fate == fate
    assert example.cause is not None and example.cause.code == "logic.w"
    if strictness == "strict":
        last = example.verdicts[-1]
        assert (last.by, last.outcome, last.code) == ("strictness", "failed", "logic.w")
        assert last.reason.startswith("left uncertain by 'a': ")


@pytest.mark.parametrize("part", [Content(), Grumpy(), Counting(outcome="passed", code="cfr.unverified")])
def test_strictness_adds_nothing_to_what_is_decided(tmp_path: Path, part: Validator) -> None:
    settled = {"a": Counting(outcome="uncertain", code="x.y"), "m": Reading(settles=("x.y",))}
    for parts in ({"a": part}, settled):
        assert judge(drafts(7), rooms.run(tmp_path), "strict", **parts) == judge(
            drafts(7), rooms.run(tmp_path), **parts
        )


def test_a_stored_verdict_is_as_strict_as_the_recipe_is_now(tmp_path: Path, asked: list[str]) -> None:
    doubt = Counting(outcome="uncertain", code="x.y")
    fates = [
        judge(drafts(7), rooms.run(tmp_path), strictness, a=doubt)[0].fate
        for strictness in ("balanced", "strict", "balanced")
    ]
    assert (fates, len(asked)) == (["held", "rejected", "held"], 1)


class Short(Validator):
    """Forgets one."""

    def check(self, example: Example, run: Run) -> Verdict:
        return self.passed()

    def check_many(self, examples: Sequence[Example], run: Run) -> list[Verdict]:
        return super().check_many(examples[1:], run)


def test_a_check_that_forgets_an_example_is_named_and_nothing_is_kept(tmp_path: Path) -> None:
    run = rooms.run(tmp_path)
    with pytest.raises(StageError, match="check_many must return 2 verdicts, one per example, not 1"):
        judge(drafts(7, 8), run, a=Short())
    assert run.store._rows("SELECT COUNT(*) FROM verdicts") == [(0,)]


CASCADE = {
    "schema": Schema(), "quote": Quote(), "citation": Citation(), "facts": Facts(), "coverage": Coverage(),
    "logic": Logic(),
}  # fmt: skip


def mixed() -> list[Example]:
    made = []
    for number, (key, section) in enumerate(rooms.sections().items()):
        for wrong, text in enumerate(
            (section.text, section.text.replace("must", "may"), "Insurers pay hotel invoices.")
        ):
            claim = Claim(text=text, evidence=Evidence(section=key, quote=section.text))
            turn = rooms.turn(
                claims=(claim,), answer=text, decision="answered", question="What does the rule say?", reasoning=""
            )
            order = rooms.order(key, excerpt=(key,))
            made.append(rooms.example(f"{number}-{wrong}", order=order, turns=(turn,)))
    return made


def test_verdicts_do_not_depend_on_order_company_or_cache(tmp_path: Path) -> None:
    run = rooms.run(tmp_path / "fresh")
    expected = {example.id: example for example in judge(mixed(), run, **CASCADE)}
    assert {example.fate for example in expected.values()} == {"kept", "rejected"}
    for seed in range(3):
        some = mixed()
        random.Random(seed).shuffle(some)
        for where in (run, rooms.run(tmp_path / f"{seed}")):
            assert judge(some, where, **CASCADE) == [expected[example.id] for example in some]
    alone = replace(run, store=rooms.run(tmp_path / "alone").store)
    for example in mixed()[:4]:
        assert judge([example], alone, **CASCADE) == [expected[example.id]]
