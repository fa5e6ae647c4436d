"""The planner: sections in rotation, excerpts around their target, edge cases bent, nothing by chance of order."""

from collections import Counter
from pathlib import Path

from synthforge.plan import Planner
from synthforge.templates import CitedAnswer, ComplianceCheck, Extraction
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
