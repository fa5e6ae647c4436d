"""On real documents: a sentence that is claimed, quoted and answered as it stands is never dropped."""

import os
import re
from itertools import pairwise
from pathlib import Path

import pytest

from synthforge.meaning.rules import rules
from synthforge.meaning.sentences import sentences
from synthforge.records import Claim, Evidence, Example, Section
from synthforge.validators import Citation, Coverage, Facts, Logic, Quote, Schema
from tests import rooms
from tests.sources.files import read_shared

SHARED = Path(os.environ.get("SYNTHFORGE_SHARED", Path(__file__).parents[3] / "shared"))
FILES = (
    "sop/SOP-014_rev3.md", "regulation/21cfr820.md", "policy/scuba_aad.md",
    "policy/comply/policies_access.md",
    "regulation/fmcsa-hos-395-drivers-guide-2022-04-28.md", "manual/openflexure_1_actuator_assembly.md",
)  # fmt: skip
ALLOWED = 0.05


def cut(path: Path) -> dict[str, Section]:
    text = path.read_text(encoding="utf-8", errors="replace")
    starts = sorted({0, *(match.start() + 1 for match in re.finditer(r"\n#", text))})
    made = {}
    for number, (start, end) in enumerate(zip(starts, [*starts[1:], len(text)], strict=True)):
        citation = f"{path.stem} §{number}"
        made[f"{path.stem}#{citation}"] = Section(
            id=f"{path.stem}#{citation}",
            document=path.stem,
            citation=citation,
            text=text[start:end],
            start=start,
            end=end,
        )
    return made


def examples(corpus: dict[str, Section]) -> list[Example]:
    made = []
    for section in corpus.values():
        spans = [(a, b) for a, b in sentences(section.text) if 6 <= len(section.text[a:b].split()) <= 80]
        made += [itself(section, section.text[a:b]) for a, b in spans[:4]]
    return made


def itself(section: Section, said: str) -> Example:
    """What a section says as statement, quote and answer."""
    claim = Claim(text=said, evidence=Evidence(section=section.key, quote=said))
    turn = rooms.turn(
        question="What does this section say?", claims=(claim,), answer=said, reasoning="", decision="answered"
    )
    return rooms.example(order=rooms.order(section.key, excerpt=(section.key,)), turns=(turn,))


@pytest.mark.parametrize("name", FILES)
def test_true_statements_pass(tmp_path: Path, name: str) -> None:
    path = SHARED / "corpora" / name
    if not path.exists():
        pytest.skip(f"real documents are not here: {path}")
    corpus = cut(path)
    run = rooms.run(tmp_path, corpus)
    drafts = examples(corpus)
    checks = (Schema(), Quote(), Citation(), Facts())
    verdicts = [check.check(draft, run) for draft in drafts for check in checks]
    dropped = [f"{verdict.code}: {verdict.reason}" for verdict in verdicts if verdict.outcome != "passed"]
    assert len(drafts) >= 5
    assert len(dropped) <= ALLOWED * len(drafts), dropped


NORMS = {
    "sop/SOP-014_rev3.md": 6,
    "regulation/21cfr820.md": 200,
    "regulation/21cfr806.md": 20,
    "regulation/21usc353.md": 100,
    "regulation/eu-tachograph_20-computation-of-driving-time.md": 40,
    "regulation/fmcsa-hos-395-drivers-guide-2022-04-28.md": 150,
    "regulation/fda_guidance/377_general_principles_of_software_validation_guidance_for_industry_and_fda_staff.md": 150,
    "policy/scuba_aad.md": 80,
    "policy/comply/policies_information.md": 5,
}
"""Documents, and how many rules they have at least."""


@pytest.mark.parametrize("name", NORMS)
def test_no_rule_is_turned_added_to_or_outranked_as_its_own_claim(tmp_path: Path, name: str) -> None:
    corpus = {section.key: section for section in read_shared(name).sections}
    run = rooms.run(tmp_path, corpus)
    said = []
    for section in corpus.values():
        spans = [(a, b) for a, b in sentences(section.text) if len(section.text[a:b].split()) >= 5]
        # One sentence by itself, and together with the next one.
        places = [*spans, *((a, c) for (a, b), (_, c) in pairwise(spans) if section.text[b - 1] == ".")]
        said += [itself(section, section.text[a:b]) for a, b in places if rules(section.text[a:b])]
    checks = (Quote(), Citation(), Facts(), Coverage(), Logic())
    verdicts = [check.check(example, run) for example in said for check in checks]
    assert len(said) >= NORMS[name]
    assert [f"{verdict.code}: {verdict.reason}" for verdict in verdicts if verdict.outcome != "passed"] == []
