import re
from pathlib import Path

import pytest

from synthforge.compose import load
from synthforge.errors import RecipeError, StageError
from synthforge.pipeline.check import check
from synthforge.records import Claim, Decision, Evidence
from synthforge.validators.cfr import Cfr
from synthforge.validators.nist import Nist
from tests import rooms
from tests.validators.domains import OWN, judged, registry

WRONG = "49 CFR 395.99 asks for it."
DOCS = Path(__file__).parents[2] / "docs" / "validators.md"


def test_claims_reasoning_answer_and_what_is_missing_are_read(tmp_path: Path) -> None:
    run = rooms.run(tmp_path)
    for place in ("reasoning", "answer", "missing"):
        verdict = Cfr().check(rooms.example(turns=(rooms.turn(**{place: WRONG}),)), run)
        assert (verdict.code, verdict.said and verdict.said.place) == ("cfr.unknown_section", place)
    claim = Claim(text=WRONG, evidence=Evidence(section="FP-07#FP-07 §1", quote="q"))
    turns = (rooms.turn(), rooms.turn(claims=(claim,)))
    verdict = Cfr().check(rooms.example(turns=turns), run)
    assert verdict.said and (verdict.said.place, verdict.said.start, verdict.said.end) == ("turn 2 claim 1", 0, 13)
    assert verdict.found == "49 CFR 395.99"


def test_questions_and_quotes_are_not(tmp_path: Path) -> None:
    claim = Claim(text="x", evidence=Evidence(section="FP-07#FP-07 §1", quote=WRONG))
    turn = rooms.turn(question=WRONG, claims=(claim,), answer="Yes.")
    assert Cfr().check(rooms.example(turns=(turn,)), rooms.run(tmp_path)).code == ""


@pytest.mark.parametrize(("decision", "code"), [("answered", "cfr.unknown_section"), ("false_premise", "")])
def test_an_answer_that_gives_none_may_take_up_what_the_question_names(
    tmp_path: Path, decision: Decision, code: str
) -> None:
    verdict = judged(Cfr(), tmp_path, "There is no 49 CFR 395.99.", decision, "What does 49 CFR 395.99 ask for?")
    assert verdict.code == code


def test_the_client_s_own_words_come_before_the_registry(tmp_path: Path) -> None:
    shown = rooms.sections((WRONG, "Nothing."))
    assert judged(Cfr(), tmp_path, WRONG, corpus=shown).code == ""
    elsewhere = rooms.sections(("Nothing.", "Nothing.", WRONG))  # neither cited nor shown
    assert judged(Cfr(), tmp_path, WRONG, corpus=elsewhere).code == "cfr.unknown_section"


def test_what_the_corpus_has_a_section_for_exists(tmp_path: Path) -> None:
    section = rooms.sections(("Nothing.",))["FP-07#FP-07 §1"]
    own = section.model_copy(update={"id": "49 CFR 395#49 CFR 395.99(a)", "citation": "49 CFR 395.99(a)"})
    corpus = {section.id: section, own.id: own}
    assert judged(Cfr(), tmp_path, WRONG, corpus=corpus).code == ""
    assert judged(Cfr(), tmp_path, "49 CFR 395.98 asks for it.", corpus=corpus).code == "cfr.unknown_section"


def test_the_worst_is_said_and_of_equals_the_first(tmp_path: Path) -> None:
    verdict = judged(Cfr(), tmp_path, "See 49 CFR 382.3, 49 CFR 395.8(a)(i), 49 CFR 395.98 and 49 CFR 395.97.")
    assert (verdict.outcome, verdict.found) == ("failed", "49 CFR 395.98")


def test_what_is_recalled_warns_and_what_has_a_source_rejects(tmp_path: Path) -> None:
    assert judged(Nist(), tmp_path, "SA-6 applies.").outcome == "passed"
    own = registry(tmp_path, "SA-6,withdrawn,,no,2020-09,NIST SP 800-53 Rev. 5\n")
    verdict = judged(Nist(registry=own), tmp_path, "SA-6 applies.")
    assert (verdict.outcome, verdict.code) == ("failed", "nist.withdrawn")
    assert verdict.reason == "'SA-6' is withdrawn (NIST SP 800-53 Rev. 5, as of 2020-09)"


def test_another_registry_is_another_identity_and_its_place_is_none(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    row = "SA-6,withdrawn,,no,2020-09,us\n"
    first, second = (Nist(registry=registry(tmp_path / name, row)) for name in ("a", "b"))
    assert first.identity() == second.identity() != Nist().identity()
    before = first.identity()
    registry(tmp_path / "a", row.replace("2020-09", "2020-10"))
    assert first.identity() != before


def test_a_registry_that_went_away_stops_the_stage_and_says_how_to_go_on(tmp_path: Path) -> None:
    part = Nist(registry=registry(tmp_path, "SA-6,withdrawn,,no,2020-09,us\n"))
    (tmp_path / "own.csv").unlink()
    with pytest.raises(StageError, match=r"own.csv' cannot be read: No such file[^\0]*put it right and run again"):
        judged(part, tmp_path, "SA-6 applies.")


RECIPE = """\
# @package _global_
# Are our forms named rightly?
defaults:
  - _self_
sources:
  documents: {path: documents/*.md, category: policy}
orders: 4
"""


@pytest.fixture
def client(tmp_path: Path) -> Path:
    """A client's folder with the validator, registry and settings that the page shows."""
    home = tmp_path / "client"
    (home / "recipes").mkdir(parents=True)
    part = DOCS.read_text(encoding="utf-8").split("## A domain of your own")[1]
    code, rows, settings = re.findall(r"```(?:python|csv|yaml)\n(.*?)```", part, re.DOTALL)[:3]
    (home / "house.py").write_text(code, encoding="utf-8")
    (home / "forms.csv").write_text(rows, encoding="utf-8")
    (home / "recipes" / "acme.yaml").write_text(RECIPE + settings, encoding="utf-8")
    return home


def test_a_client_adds_a_domain_with_one_class_in_their_own_folder(client: Path, tmp_path: Path) -> None:
    recipe = load(client / "recipes" / "acme.yaml").recipe
    part = {"forms": recipe.validators["forms"]}
    turns = [rooms.turn(answer=answer) for answer in ("Use FRM-012.", "Use FRM-009.", "Use FRM-013.", "Use FRM-012-3.")]
    examples = [rooms.example(id=str(n), turns=(turn,)) for n, turn in enumerate(turns)]
    judged = check(examples, part, {}, rooms.run(tmp_path))
    verdicts = [next(v for v in example.verdicts if v.by == "forms") for example in judged]
    assert [(v.outcome, v.code) for v in verdicts] == [
        ("passed", ""), ("failed", "forms.withdrawn"), ("failed", "forms.unknown"), ("passed", ""),
    ]  # fmt: skip
    assert [example.fate for example in judged] == ["kept", "rejected", "rejected", "kept"]


@pytest.mark.parametrize(
    ("settings", "key", "reason"),
    [
        (
            "{_target_: house.Forms}",
            "forms.registry",
            "no registry of 'forms' is packaged; name a CSV file",
        ),
        ("{_target_: house.Forms, registry: no.csv}", "forms.registry", "no file 'no.csv' (looked from "),
        ("{_target_: house.Forms, registry: bad.csv}", "forms.registry", "registry 'bad.csv', line 2: status: "),
    ],
)
def test_a_faulty_registry_is_a_fault_of_the_recipe(client: Path, settings: str, key: str, reason: str) -> None:
    (client / "bad.csv").write_text(OWN + "FRM-012,lost,,no,undated,us\n")
    recipe = client / "recipes" / "acme.yaml"
    recipe.write_text(f"{RECIPE}validators:\n  forms: {settings}\n")
    with pytest.raises(RecipeError) as caught:
        load(recipe)
    (finding,) = caught.value.findings
    assert finding.key == f"validators.{key}"
    assert finding.reason.startswith(reason)
