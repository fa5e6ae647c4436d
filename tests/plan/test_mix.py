"""The mix: shares by factor, and what of them no template or source of the recipe could follow."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from synthforge.compose import load
from synthforge.errors import RecipeError
from synthforge.recipe import Mix


def test_null_drops_a_share_and_a_number_of_turns_may_come_as_text() -> None:
    mix = Mix.model_validate({"turns": {"2": 1, 3: None}, "length": {"short": 1, "long": None}})
    assert mix.turns == {2: 1} and mix.length == {"short": 1}
    assert Mix.model_validate({"turns": None, "length": None}) == Mix()


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ({"length": {"meduim": 1}}, "is no answer length; did you mean 'medium'"),
        ({"length": {"short": 0}}, "the length shares add up to 0; say for example length: {medium: 1}"),
        ({"turns": {3: 0}}, "the turns shares add up to 0; say for example turns: {3: 1}"),
        ({"turns": {1: 1}}, "greater than or equal to 2"),
        ({"category": {"policy": -1}}, "shares cannot be negative"),
        (
            {"category": {"policy": 0}},
            "the category shares add up to 0; leave them out to go by the number of sections",
        ),
    ],
)
def test_shares_that_make_no_plan_are_refused(said: dict[str, object], reason: str) -> None:
    with pytest.raises(ValidationError, match="(?s)" + reason.replace("{", r"\{")):
        Mix.model_validate(said)


def test_shares_that_nothing_could_follow_are_findings(client: Path) -> None:
    mix = "mix={turns: {3: 1}, length: {short: 1}, category: {polcy: 1}}"
    drop = [f"templates.{name}=null" for name in ("cited_answer", "dialogue")]
    with pytest.raises(RecipeError) as caught:
        load(client / "recipes" / "yard.yaml", [mix, *drop])
    said = str(caught.value)
    assert "mix.turns\n    no template here plans a conversation (simulated_dialogue, or dialogue with moves)" in said
    assert "mix.length\n    no template here tells the teacher a length" in said
    assert "mix.category.polcy\n    names no category of this recipe's sources (they have: policy)" in said


def test_shares_that_a_template_follows_are_taken(client: Path) -> None:
    said = [
        "mix.turns={3: 1}",
        "mix.length={short: 1}",
        "mix.category={policy: 1}",
        "templates.dialogue.moves={follow_up: 1}",
    ]
    mix = load(client / "recipes" / "yard.yaml", said).recipe.mix
    assert (mix.turns, mix.length, mix.category) == ({3: 1}, {"short": 1}, {"policy": 1})
