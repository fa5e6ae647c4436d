"""No personal data that the documents do not have, and no secret whatever has it, gets into what a student learns."""

from collections.abc import Iterator, Sequence

from synthforge.context import Run
from synthforge.meaning.quotes import find
from synthforge.privacy import Allow, Redact
from synthforge.privacy.detector import Detector
from synthforge.privacy.found import Found
from synthforge.privacy.settings import KINDS, Kind
from synthforge.records import Example, Section, Span, Verdict
from synthforge.validators.base import Validator

_SECRETS: tuple[Kind, ...] = ("private_key", "token", "password")
_FICTION = r"(?:.*\D)?555[-. ]?01\d\d"
"""US numbers that are given to nobody, for use in stories."""


class Privacy(Validator):
    """Rejects secrets, and personal data that stands in none of the sections shown: made up, or remembered.

    What `collect.redact` masks counts as well, with its patterns, regions and exceptions. Labels of masked values
    (`[EMAIL-1]`), addresses at example.com and the like, and US phone numbers from 555-0100 on are nobody's. A verdict
    says where a value stands and not what it is.
    """

    kinds: tuple[Kind, ...] = tuple(kind for kind in KINDS if kind not in ("ip", "name", "birth_date"))
    """Which kinds are looked for. Names and dates of birth are not, unless named: a made-up case may need them."""
    allow: Allow = Allow()
    """What is no secret although it looks like one: the password in a manual's own example."""

    def check(self, example: Example, run: Run) -> Verdict:
        detector = Detector(self.looked_for(run.redact))
        sections = [run.sections[key] for key in _shown(example) if key in run.sections]
        for where, text in _texts(example):
            for found in detector.find(text):
                kind, place = found.kind.replace("_", " "), Span(place=where, start=found.start, end=found.end)
                if found.kind in _SECRETS:
                    return self.failed("privacy.secret", f"the {where} gives a {kind} away", said=place)
                if not any(_stands(found, text, section, detector) for section in sections):
                    reason = f"the {where} has a value ({kind}) that no section shown has"
                    return self.failed("privacy.personal_data", reason, said=place)
        return self.passed()

    def reads(self, example: Example, run: Run) -> object:
        redact = run.redact.model_dump(mode="json") if run.redact else None
        return redact, [(s.text, s.lead_in, s.path) for key in _shown(example) if (s := run.sections.get(key))]

    def looked_for(self, redact: Redact | None) -> Redact:
        """What the recipe masks, and what this check looks for beside it."""
        masked = redact or Redact(kinds=())
        allow = Allow(
            domains=(*self.allow.domains, *masked.allow.domains),
            values=(*self.allow.values, *masked.allow.values),
            patterns=(*self.allow.patterns, *masked.allow.patterns, _FICTION),
        )
        return masked.model_copy(update={"kinds": (*self.kinds, *masked.kinds), "allow": allow})


def _shown(example: Example) -> Sequence[str]:
    return tuple(dict.fromkeys((*example.order.excerpt, *example.order.targets)))


def _texts(example: Example) -> Iterator[tuple[str, str]]:
    """Everything that the teacher wrote, and where it stands."""
    for number, turn in enumerate(example.turns, 1):
        turn_at = f"turn {number} " if len(example.turns) > 1 else ""
        for name in ("question", "reasoning", "answer", "missing"):
            yield f"{turn_at}{name}", getattr(turn, name)
        for count, claim in enumerate(turn.claims, 1):
            yield f"{turn_at}claim {count}", claim.text
            yield f"{turn_at}quote {count}", claim.evidence.quote


def _stands(found: Found, text: str, section: Section, detector: Detector) -> bool:
    """Whether a section has a value, in this spelling or another one."""
    value, source = text[found.start : found.end], "\n".join((section.lead_in, section.text, *section.path))
    return find(value, source) is not None or any(
        (each.kind, each.key) == (found.kind, found.key) for each in detector.find(source)
    )
