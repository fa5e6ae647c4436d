"""Rounds: exactly the target survives, in the declared shares, wherever orders are lost and however they arrive."""

import math
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import combinations
from pathlib import Path
from random import Random

import pytest

from synthforge.errors import StageError
from synthforge.pipeline.generate import generate
from synthforge.pipeline.rounds import AVOIDED, Rounds, avoided, rounds
from synthforge.pipeline.summary import Summary
from synthforge.plan import Planner, Waves
from synthforge.plan.quotas import largest_remainder, scaled
from synthforge.records import Example, Order, Turn, Verdict, fingerprint
from synthforge.templates import CitedAnswer, ComplianceCheck, Extraction, SimulatedDialogue, TicketTriage
from tests import rooms
from tests.conftest import Execute

TEMPLATES = {
    "check": ComplianceCheck(weight=2), "ask": CitedAnswer(weight=2), "expert": CitedAnswer(), "value": Extraction(),
    "ticket": TicketTriage(), "talk": SimulatedDialogue(),
}  # fmt: skip
CATEGORIES = {"FP": "policy", "REG": "regulation", "MAN": "manual"}
DECLARED: dict[str, dict[str, float]] = {
    "template": scaled({name: each.weight for name, each in TEMPLATES.items()}),
    "difficulty": {"easy": 0.2, "medium": 0.5, "hard": 0.3},
    "edge_case": {"none": 0.75, "insufficient_information": 0.15, "human_review": 0.1},
    "category": {"policy": 0.5, "regulation": 0.3, "manual": 0.2},
    "length": {"short": 0.25, "medium": 0.5, "long": 0.25},
    "turns": {"2": 0.3, "3": 0.4, "4": 0.3},
}
Yield = Callable[[Order], float]


def flat(order: Order) -> float:
    return 0.35


def uneven(order: Order) -> float:
    """From 9 % to 90 %, a third on average."""
    by_template = {"check": 0.6, "ask": 0.7, "expert": 0.5, "value": 0.9, "ticket": 0.6, "talk": 0.4}
    by_case = {"none": 1.0, "insufficient_information": 0.6, "human_review": 0.45}
    return (
        by_template[order.template]
        * by_case[order.edge_case]
        * {"easy": 1.0, "medium": 0.9, "hard": 0.5}[order.difficulty]
    )


def planner(folder: Path) -> Planner:
    run = rooms.run(folder)
    corpus = [section for family in CATEGORIES for section in rooms.sections(family=family).values()]
    return Planner(
        TEMPLATES, rooms.EDGE_CASES, DECLARED["difficulty"],
        {"insufficient_information": 0.15, "human_review": 0.1}, corpus, CATEGORIES, run,
        length=DECLARED["length"], turns={2: 0.3, 3: 0.4, 4: 0.3}, category=DECLARED["category"],
    )  # fmt: skip


class Recipe:
    """As much of a recipe as the rounds look at."""

    def __init__(self, target: int, most: int = 20_000, until: str = "filter") -> None:
        self.orders, self.target, self.max_orders, self.until = None, target, most, until


class Maker:
    """Makes an example of every order; which survive is drawn for each order's id, not in the order they come in."""

    def __init__(self, share: Yield, seed: int = 0, shuffled: int | None = None) -> None:
        self.share, self.seed, self.shuffled = share, seed, shuffled
        self.waves: list[list[Order]] = []

    def __call__(self, number: int, orders: Sequence[Order], before: Sequence[Example]) -> list[Example]:
        self.waves.append(list(orders))
        made = [self.example(order) for order in orders]
        if self.shuffled is not None:
            Random(self.shuffled).shuffle(made)
        return made

    def example(self, order: Order) -> Example:
        survives = Random(fingerprint(self.seed, order.id)).random() < self.share(order)
        lost = Verdict(stage="check", by="quote", outcome="failed", code="quote.not_found")
        return Example(id=fingerprint(order.id), order=order, verdicts=() if survives else (lost,))


def reached(plan: Planner, recipe: Recipe, make: Maker) -> Rounds:
    return rounds(recipe, plan, make, lambda: True)  # type: ignore[arg-type]


def kept(done: Rounds) -> list[Example]:
    return [example for example in done.examples if example.fate == "kept"]


def value(order: Order, factor: str) -> str:
    """'' where a factor means nothing to the order's template."""
    heeded = {"length": order.template in ("ask", "expert", "talk"), "turns": order.template == "talk"}
    return str(getattr(order, factor)) if heeded.get(factor, True) else ""


def crossing(*factors: str) -> dict[tuple[str, ...], float]:
    """The declared share of each combination of values, from the declared shares alone."""
    found: dict[tuple[str, ...], float] = {}
    for template, weight in DECLARED["template"].items():
        of: list[dict[str, float]] = []
        for factor in factors:
            blank = value(rooms.order(template=template), factor) == ""
            of.append({template: 1.0} if factor == "template" else {"": 1.0} if blank else DECLARED[factor])
        values = [(name,) for name in of[0]] if len(of) == 1 else [(a, b) for a in of[0] for b in of[1]]
        for each in values:
            share = math.prod(shares[name] for shares, name in zip(of, each, strict=True))
            found[each] = found.get(each, 0.0) + weight * share
    return dict(sorted(found.items()))


def offs(examples: Sequence[Example]) -> dict[tuple[str, ...], int]:
    """For each marginal and two-way crossing how far the farthest value is off its largest-remainder share."""
    found: dict[tuple[str, ...], int] = {}
    for factors in [(name,) for name in DECLARED] + list(combinations(DECLARED, 2)):
        shares = crossing(*factors)
        due = dict(zip(shares, largest_remainder(list(shares.values()), len(examples)), strict=True))
        counts = Counter(tuple(value(e.order, factor) for factor in factors) for e in examples)
        assert counts.keys() <= due.keys()
        found[factors] = max(abs(counts[name] - number) for name, number in due.items())
    return found


@pytest.mark.parametrize("share", [flat, uneven])
@pytest.mark.parametrize("seed", range(4))
def test_exactly_500_survive_with_every_marginal_and_crossing_within_one(
    tmp_path: Path, share: Yield, seed: int
) -> None:
    make = Maker(share, seed)
    done = reached(planner(tmp_path), Recipe(500), make)
    survivors = kept(done)
    assert len(survivors) == 500 and done.notes == []
    assert {factors: off for factors, off in offs(survivors).items() if off > 1} == {}
    ordered = sum(map(len, make.waves))
    assert len(done.examples) == ordered == len({e.order.id for e in done.examples})
    ideal = sum(1 / share(e.order) for e in survivors)
    assert ordered < 1.3 * ideal and len(make.waves) <= 15


@pytest.mark.parametrize(("target", "share"), [(20, 0.1), (20, 0.2), (45, 0.1), (100, 0.1), (100, 0.2)])
def test_where_little_survives_not_much_more_is_ordered_than_that_takes(
    tmp_path: Path, target: int, share: float
) -> None:
    spent = []
    for seed in range(4):
        make = Maker(lambda order: share, seed)
        assert len(kept(reached(planner(tmp_path), Recipe(target), make))) == target
        spent.append(sum(map(len, make.waves)) / (target / share))
    assert sum(spent) / len(spent) < 1.5 and max(spent) < 2.0


def test_surplus_is_rejected_with_its_code_and_nothing_else_is(tmp_path: Path) -> None:
    done = reached(planner(tmp_path), Recipe(60), Maker(flat))
    surplus = [e for e in done.examples if e.cause and e.cause.by == "plan"]
    assert surplus and {(e.fate, e.cause.stage, e.cause.code) for e in surplus if e.cause} == {
        ("rejected", "filter", "plan.surplus")
    }
    assert sum(e.cause is None for e in done.examples) == 60


def test_of_one_stratum_the_first_survivors_are_chosen(tmp_path: Path) -> None:
    plan = planner(tmp_path)
    done = reached(plan, Recipe(60), Maker(flat))
    survivors = [e for e in done.examples if e.cause is None or e.cause.by == "plan"]
    assert survivors == sorted(survivors, key=lambda e: (e.order.round, e.id))
    for stratum in {plan.stratum(e.order) for e in survivors}:
        fates = [e.fate for e in survivors if plan.stratum(e.order) == stratum]
        assert fates == sorted(fates), "kept before rejected"


def test_the_order_in_which_replies_arrive_changes_nothing(tmp_path: Path) -> None:
    first, *others = (reached(planner(tmp_path), Recipe(80), Maker(uneven, shuffled=n)) for n in (None, 1, 2))
    assert all(each == first for each in others)


def test_what_is_lost_is_ordered_again_in_its_own_strata(tmp_path: Path) -> None:
    def no_hard_ones_at_first(order: Order) -> float:
        return 0.0 if order.round == 1 and order.difficulty == "hard" else 1.0

    make = Maker(no_hard_ones_at_first)
    done = reached(planner(tmp_path), Recipe(100), make)
    assert {order.difficulty for order in make.waves[1]} == {"hard"}
    assert len(kept(done)) == 100 and max(offs(kept(done)).values()) <= 1


def test_a_crossing_that_nothing_comes_of_is_given_up_and_told_and_the_others_make_up_for_it(tmp_path: Path) -> None:
    def never(order: Order) -> float:
        return 0.0 if (order.template, order.edge_case) == ("value", "human_review") else 0.5

    make = Maker(never)
    done = reached(planner(tmp_path), Recipe(400), make)
    assert len(kept(done)) == 400
    [note] = done.notes
    asked = sum(o.template == "value" and o.edge_case == "human_review" for wave in make.waves for o in wave)
    told = f"({asked} asked, 0 survived, 5 wanted); its share went to the others"
    assert note == f"given up: template value, edge case human_review {told}"
    assert 50 <= asked <= 110
    off = offs(kept(done))
    assert all(off[factor,] <= 1 for factor in DECLARED), "the marginals are met all the same"


def test_nothing_survives_and_the_run_ends(tmp_path: Path) -> None:
    make = Maker(lambda order: 0.0)
    done = reached(planner(tmp_path), Recipe(100), make)
    assert len(make.waves) == 1 and kept(done) == []
    assert done.notes == [
        "given up: nothing more came of any stratum (100 asked, 0 survived)",
        "0 of the 100 examples asked for survived 100 orders",
    ]


def test_orders_end_at_max_orders_and_nothing_good_is_called_surplus_then(tmp_path: Path) -> None:
    make = Maker(flat)
    done = reached(planner(tmp_path), Recipe(300, most=400), make)
    assert sum(map(len, make.waves)) == 400
    assert not [e for e in done.examples if e.cause and e.cause.by == "plan"]
    assert done.notes[-1] == f"{len(kept(done))} of the 300 examples asked for survived 400 orders"


def test_a_target_that_is_met_off_its_shares_says_how_far(tmp_path: Path) -> None:
    plan = planner(tmp_path)
    waves = Waves(plan, 40, 60)
    easy = [cell for cell in plan.quotas.cells if cell[1] == "easy"]
    waves.learn([Maker(lambda order: 1.0).example(order) for order in plan.place(1, easy[:60])])
    assert len(waves.chosen()) == 40
    assert list(waves.told()) == ["farthest from its share: difficulty easy, 40 kept, 8 wanted"]


def test_before_the_filters_a_target_is_one_wave_and_nothing_is_surplus(tmp_path: Path) -> None:
    make = Maker(lambda order: 1.0)
    done = rounds(Recipe(40, until="check"), planner(tmp_path), make, lambda: False)  # type: ignore[arg-type]
    assert len(make.waves) == 1 and len(kept(done)) == 40 == len(done.examples)


def test_what_the_world_kept_from_being_made_says_nothing_of_its_stratum(tmp_path: Path) -> None:
    class Stormy(Maker):
        def example(self, order: Order) -> Example:
            lost = Verdict(stage="generate", by="teacher", outcome="failed", code="reply.gave_up")
            made = super().example(order)
            stormy = order.round == 1 and order.edge_case == "human_review"
            return made.model_copy(update={"verdicts": (lost,)}) if stormy else made

    done = reached(planner(tmp_path), Recipe(600), Stormy(lambda order: 0.9))
    assert len(kept(done)) == 600 and done.notes == []


def test_a_wave_is_told_the_last_questions_that_were_kept_for_a_section() -> None:
    def asked(n: int, target: str, fate: str = "kept") -> Example:
        lost = (Verdict(stage="check", by="quote", outcome="failed", code="x"),) if fate != "kept" else ()
        turns: tuple[Turn, ...] = (rooms.turn(question=f"{target} {n}?"), rooms.turn(question="And then?"))
        return rooms.example(f"{n:03}", lost, order=rooms.order(target, round=1 + n // 10), turns=turns)

    before = [*(asked(n, "a") for n in range(30)), asked(1, "b"), asked(2, "b", "rejected")]
    Random(0).shuffle(before)
    assert avoided(before) == {"a": tuple(f"a {n}?" for n in range(30 - AVOIDED, 30)), "b": ("b 1?",)}
    assert avoided([]) == {}


def test_a_category_that_no_document_has_is_refused(tmp_path: Path) -> None:
    plan = planner(tmp_path)
    plan.category = {"polcy": 1.0}
    with pytest.raises(StageError, match=r"mix\.category names 'polcy', which no document has \(there are: manual, p"):
        plan.wave(1, 5)


def of_run(summary: Summary) -> list[Example]:
    places = ("round-*/4-filtered/*.jsonl", "4-surplus/surplus.jsonl")
    files = [file for place in places for file in sorted(Path(summary.folder).glob(place))]
    found = [Example.model_validate_json(line) for file in files for line in file.read_text().splitlines()]
    return list({example.id: example for example in found}.values())


def test_a_run_ends_with_exactly_its_target_whatever_the_number_of_workers(runs: Execute) -> None:
    moves = "templates.dialogue.moves={follow_up: 1}"
    settings = ("orders=null", "target=40", "until=filter", "teacher.fault_rate=0.5", moves)
    done = [runs(*settings, f"teacher.concurrency={n}", cache=str(n)) for n in (1, 16, 100)]
    assert all(summary.fates.kept == 40 and summary.redone for summary in done)
    one, *more = [(Path(summary.folder) / "dataset" / "train.jsonl").read_bytes() for summary in done]
    assert more == [one, one] and one.count(b"\n") == 40
    assert len(list(Path(done[0].folder).glob("round-*"))) > 1
    assert Counter(e.fate for e in of_run(done[0])) == {
        name: count for name in ("kept", "rejected", "held", "failed") if (count := getattr(done[0].fates, name))
    }
    assert done[0].declared["turns"] == {"2": 0.3, "3": 0.4, "4": 0.3}
    report = (Path(done[0].folder) / "report.md").read_text()
    assert "| Turns | Asked | Made | Kept | Rejected | Held | Failed | Kept of asked | Declared | Reached |" in report
    surplus = sum(stage.dropped.get("plan.surplus", 0) for stage in done[0].stages)
    assert surplus == sum("plan.surplus" in {v.code for v in e.verdicts} for e in of_run(done[0]))
    rows = (Path(done[0].folder) / "strata.csv").read_text().splitlines()
    assert sum(int(row.split(",")[6]) for row in rows[1:]) == done[0].fates.orders


def test_later_waves_are_told_what_earlier_ones_kept(runs: Execute, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[dict[str, tuple[str, ...]]] = []

    def overheard(*arguments: object, **named: object) -> list[Example]:
        told.append(dict(arguments[4]))  # type: ignore[call-overload]
        return generate(*arguments, **named)  # type: ignore[arg-type]

    monkeypatch.setattr("synthforge.pipeline.stages.generate", overheard)
    examples = of_run(runs("orders=null", "target=40", "until=filter", "teacher.fault_rate=0.5"))
    survivors = [e.model_copy(update={"verdicts": ()}) for e in examples if e.cause is None or e.cause.by == "plan"]
    assert len(told) == max(e.order.round for e in examples) > 1
    for number, avoid in enumerate(told, start=1):
        assert avoid == avoided([e for e in survivors if e.order.round < number])
    assert told[0] == {} != told[1]
