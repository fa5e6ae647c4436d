"""A client's own task: one YAML file, checked before anything is asked."""

from pathlib import Path

import pytest

from synthforge.compose import load
from synthforge.errors import RecipeError
from synthforge.templates import Custom
from tests import rooms

BASE = "# @package _global_\n# Is it right?\nsources:\n  documents: {path: documents/*.md}\norders: 4\n"
TASK = """\
# What happened, and what it means for the shift.
handover:
  _target_: synthforge.templates.Custom
  instruction: "Write the handover note from the excerpt."
  about: [trailer, spill]
  fields: {risk: What can go wrong., next_step: What the next shift does.}
  prompt: |
    Write `question` as a note between two shifts ({{ length }}).
    {% if order.difficulty == "hard" %}Bury the fact.{% endif %}
"""


@pytest.fixture
def client(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A client's folder whose recipe takes one task of its own."""
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "handover.yaml").write_text(TASK)
    (tmp_path / "acme.yaml").write_text(
        BASE.replace("sources:", "defaults:\n  - override /templates: [handover]\n  - _self_\nsources:")
    )
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_task_in_one_yaml_file(client: Path) -> None:
    template = load("acme.yaml").recipe.templates["handover"]
    assert isinstance(template, Custom)
    run = rooms.run(client)
    ask = template.ask(rooms.order(difficulty="hard"), (), run)
    assert ask is not None
    assert "a note between two shifts (one or two sentences).\nBury the fact." in ask.messages[1].content
    properties = ask.response.model_json_schema()["properties"]
    assert properties["next_step"]["description"] == "What the next shift does."
    assert properties["decision"]["enum"][0] == "answered" and "violation" not in properties["decision"]["enum"]


def test_its_fields_make_the_answer_and_none_may_be_empty(tmp_path: Path) -> None:
    template = Custom(instruction="i", prompt="p", fields={"risk": "r", "next_step": "n"}, decisions=("compliant",))
    reply = {"question": "q", "decision": "compliant", "risk": "a slip.", "next_step": ""}
    [turn] = template.turns([template.shape().model_validate(reply)])
    assert turn.answer == "Risk: a slip; Next step:"
    assert template.lacks([turn], rooms.order(), rooms.run(tmp_path)) == "the answer gives no next_step"
    assert template.closed_set()[:2] == ("compliant", "insufficient_information")


def test_it_suits_sections_that_have_one_of_its_words_or_a_rule() -> None:
    sections = list(rooms.sections().values())
    template = Custom(instruction="i", prompt="p", about=("Trailer", "spill"))
    assert [template.suits(each, "none") for each in sections] == [False, True, True, False, False, False]
    assert all(Custom(instruction="i", prompt="p").suits(each, "none") for each in sections)


@pytest.mark.parametrize(
    ("old", "new", "key", "said", "line"),
    [
        ("{{ length }}", "{{ lenght }}", "prompt", "line 1: there is no 'lenght' (there is: order, ", 7),
        ("{% endif %}", "", "prompt", "line 2: Unexpected end of template", 7),
        ("order.difficulty", "order.dificulty", "prompt", "line 2: 'synthforge.records.Order object' has no", 7),
        ("{{ length }}", "{{ length.__class__.__mro__ }}", "prompt", "line 1: access to attribute '__class__'", 7),
        ("{{ length }}", "{{ 1 / 0 }}", "prompt", "line 1: division by zero", 7),
        ("{risk:", "{claims:", "fields", "every answer has claims of its own; choose other names", 6),
        ("{risk:", "{Risk at hand:", "fields", "lower-case letters, digits and '_' (got Risk at hand)", 6),
    ],
)
def test_a_faulty_task_is_refused_with_its_line(
    client: Path, old: str, new: str, key: str, said: str, line: int
) -> None:
    (client / "templates" / "handover.yaml").write_text(TASK.replace(old, new))
    with pytest.raises(RecipeError) as caught:
        load("acme.yaml")
    (finding,) = caught.value.findings
    assert finding.key == f"templates.handover.{key}"
    assert said in finding.reason
    assert finding.place == f"templates/handover.yaml:{line}"
