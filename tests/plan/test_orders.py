"""The planner: sections in rotation, excerpts around their target, edge cases bent, nothing by chance of order."""

from collections import Counter
from pathlib import Path

from synthforge.edge_cases import ConflictingSources, HumanReview, SupersededVersion
from synthforge.plan import Planner
from synthforge.records import Link, Section
from synthforge.templates import CitedAnswer, ComplianceCheck, Extraction, MultiSection, SimulatedDialogue
from tests import rooms


def planner(folder: Path, **changes: object) -> Planner:
    run = rooms.run(folder)
    settings: dict[str, object] = {
        "templates": {"check": ComplianceCheck(), "ask": CitedAnswer()},
        "edge_cases": rooms.EDGE_CASES,
        "difficulty": {"easy": 0.5, "hard": 0.5},
        "edge_shares": {"insufficient_information": 0.25},
        "sections": list(run.sections.values()),
        "categories": {"FP-07": "policy"},
        "run": run,
        **changes,
    }
    return Planner(**settings)  # type: ignore[arg-type]


def test_a_wave_keeps_the_declared_shares(tmp_path: Path) -> None:
    orders = planner(tmp_path).wave(1, 40)
    assert Counter(o.edge_case for o in orders) == {"none": 30, "insufficient_information": 10}
    assert Counter(o.template for o in orders) == {"check": 20, "ask": 20}


def test_a_section_serves_again_only_when_all_others_have(tmp_path: Path) -> None:
    orders = planner(tmp_path).wave(1, 24)
    served = Counter(o.targets[0] for o in orders)
    assert max(served.values()) - min(served.values()) <= 1
    assert len(served) == len(rooms.RULES)


def test_orders_are_distinct_and_repeatable(tmp_path: Path) -> None:
    ids = [o.id for o in planner(tmp_path).wave(1, 60)]
    assert len(set(ids)) == 60
    assert ids == [o.id for o in planner(tmp_path).wave(1, 60)]


def test_the_target_is_in_the_excerpt_unless_an_edge_case_takes_it_out(tmp_path: Path) -> None:
    orders = planner(tmp_path).wave(1, 60)
    out = [o for o in orders if o.targets[0] not in o.excerpt]
    assert out
    assert {o.edge_case for o in out} == {"insufficient_information"}
    assert all(o.excerpt for o in orders)


def test_harder_orders_show_more_sections(tmp_path: Path) -> None:
    ordinary = [o for o in planner(tmp_path).wave(1, 60) if o.edge_case == "none"]
    assert {len(o.excerpt) for o in ordinary if o.difficulty == "easy"} == {2}
    assert {len(o.excerpt) for o in ordinary if o.difficulty == "hard"} == {4}


def test_a_template_without_a_suitable_section_gets_no_orders_and_is_named(tmp_path: Path) -> None:
    corpus = list(rooms.sections([rooms.RULES[4]]).values())
    plan = planner(tmp_path, sections=corpus, templates={"value": Extraction(), "ask": CitedAnswer()})
    assert plan.unsuited == ["value"]
    assert {o.template for o in plan.wave(1, 10)} == {"ask"}


def test_no_rule_anywhere_means_no_orders(tmp_path: Path) -> None:
    corpus = list(rooms.sections(["This manual describes the press and its parts."]).values())
    assert planner(tmp_path, sections=corpus).wave(1, 10) == []


def editions() -> list[Section]:
    """Two editions of one section that both have neighbours."""
    made = []
    for number, hours in ((1, 8), (2, 10)):
        corpus = rooms.sections([rooms.RULES[0].replace("10", str(hours)), rooms.RULES[5]], "SOP")
        made += [
            each.model_copy(update={"document": f"SOP@{number}", "edition": f"version {number}", "versioned": True,
                                    "citation": f"{each.citation} (version {number})"})
            for each in corpus.values()
        ]  # fmt: skip
    return made


def test_two_editions_are_shown_together_and_the_one_in_force_comes_first(tmp_path: Path) -> None:
    corpus = editions()
    cases = {"superseded_version": SupersededVersion()}
    plan = planner(
        tmp_path, sections=corpus, categories={"SOP@1": "sop", "SOP@2": "sop"}, edge_cases=cases,
        edge_shares={"superseded_version": 0.5},
    )  # fmt: skip
    orders = [order for order in plan.wave(1, 20) if order.edge_case == "superseded_version"]
    assert len(orders) == 10 and not list(plan.impossible)
    for order in orders:
        assert order.targets == ("SOP#SOP §1 (version 2)", "SOP#SOP §1 (version 1)")
        assert set(order.targets) <= set(order.excerpt)


def test_what_the_corpus_cannot_carry_is_said_and_never_replaced_in_silence(tmp_path: Path) -> None:
    cases = {"superseded_version": SupersededVersion(), "human_review": HumanReview()}
    plan = planner(tmp_path, edge_cases=cases, edge_shares={"superseded_version": 0.2, "human_review": 0.2})
    assert Counter(order.edge_case for order in plan.wave(1, 40)) == {"none": 30, "human_review": 10}
    [said] = plan.impossible
    assert said.startswith("no superseded_version is ordered: it needs two editions of one section")
    only = planner(tmp_path, edge_cases=cases, edge_shares={"superseded_version": 1.0})
    assert only.wave(1, 5) == []


def joint(folder: Path, **changes: object) -> Planner:
    corpus = rooms.sections()
    links = tuple(Link(kind="reference", start=0, end=1, target="§", section=f"FP-07#FP-07 §{n}") for n in (5, 6))
    corpus["FP-07#FP-07 §1"] = corpus["FP-07#FP-07 §1"].model_copy(update={"links": links})
    return planner(
        folder, sections=list(corpus.values()), templates={"joint": MultiSection(), "ask": CitedAnswer()}, **changes
    )


def test_linked_sections_are_targets_together_in_turn_and_shown(tmp_path: Path) -> None:
    orders = [o for o in joint(tmp_path, edge_shares={}).wave(1, 12) if o.template == "joint"]
    first, five, six = (f"FP-07#FP-07 §{n}" for n in (1, 5, 6))
    assert Counter(o.targets for o in orders) == {(first, five): 2, (first, six): 2, (first, five, six): 2}
    assert all(set(o.targets) <= set(o.excerpt) for o in orders)


def test_a_task_with_sections_of_its_own_is_not_crossed_with_a_case_that_needs_others(tmp_path: Path) -> None:
    shares = {"conflicting_sources": 0.25}
    plan = joint(tmp_path, edge_cases={"conflicting_sources": ConflictingSources()}, edge_shares=shares)
    assert [said.partition(":")[0] for said in plan.impossible] == ["no conflicting_sources is ordered"]
    texts = [*rooms.RULES, rooms.RULES[5].replace("6", "9")]
    corpus = list(rooms.sections(texts).values())
    links = (Link(kind="reference", start=0, end=1, target="§", section=corpus[3].key),)
    corpus[0] = corpus[0].model_copy(update={"links": links})
    plan = planner(
        tmp_path, sections=corpus, templates={"joint": MultiSection(), "ask": CitedAnswer()}, edge_shares=shares,
        edge_cases={"conflicting_sources": ConflictingSources()},
    )  # fmt: skip
    orders = plan.wave(1, 40)
    assert 9 <= sum(o.edge_case == "conflicting_sources" for o in orders) <= 10
    assert {o.template for o in orders if o.edge_case != "none"} == {"ask"}
    assert list(plan.impossible) == [
        "no conflicting_sources is ordered of joint: no section is both; other tasks make up for it"
    ]


def test_a_closed_book_question_has_no_excerpt_and_the_held_out_one_another_number(tmp_path: Path) -> None:
    closed: dict[str, object] = {"templates": {"ask": CitedAnswer(context="none", instruction="Answer.")}}
    trained, examined = planner(tmp_path, **closed), planner(tmp_path, purpose="evaluation", **closed)
    orders, exam = trained.wave(1, 30), examined.wave(1, 30)
    assert {o.excerpt for o in (*orders, *exam)} == {()}
    assert max(o.sample for o in orders) < min(o.sample for o in exam)


def test_a_conversation_is_planned_move_by_move(tmp_path: Path) -> None:
    plan = planner(tmp_path, templates={"talk": SimulatedDialogue()}, turns={4: 1.0})
    orders = plan.wave(1, 40)
    assert {len(o.moves) for o in orders} == {4} and {o.moves[0] for o in orders} == {"opening"}
    assert all((o.moves[-1] == "edge_case") == (o.edge_case != "none") for o in orders)
    assert len({o.moves for o in orders}) > 10
    assert orders == planner(tmp_path, templates={"talk": SimulatedDialogue()}, turns={4: 1.0}).wave(1, 40)
