"""The mistakes that `calibrate` plants in good examples, one kind of error a name, worst first."""

from collections.abc import Mapping

from synthforge.corruption.additions import Addition
from synthforge.corruption.base import Corruption
from synthforge.corruption.comparator import WrongComparator
from synthforge.corruption.condition import DroppedCondition
from synthforge.corruption.entity import WrongEntity
from synthforge.corruption.force import WrongForce
from synthforge.corruption.limited import Limited
from synthforge.corruption.negation import WrongNegation
from synthforge.corruption.number import WrongNumber
from synthforge.corruption.number_swap import SwappedNumber
from synthforge.corruption.overconfident import Overconfident
from synthforge.corruption.quote import AlteredQuote
from synthforge.corruption.section_id import WrongSectionId
from synthforge.corruption.unit import WrongUnit
from synthforge.corruption.verdict import FlippedDecision
from synthforge.corruption.wrong_section import WrongSection

MISTAKES: Mapping[str, Corruption] = {
    corruption.kind: corruption
    for corruption in (
        Limited("number", WrongNumber(), frozenset({"near", "transposed", "factor_ten"})),
        SwappedNumber(),
        Limited("unit", WrongUnit()),
        WrongSectionId(),
        WrongSection("wrong_section_near", near=True),
        WrongSection("wrong_section_far", near=False),
        WrongForce(),
        WrongNegation(),
        WrongComparator(),
        WrongEntity("entity_foreign", foreign=True),
        WrongEntity("entity_in_document", foreign=False),
        Addition("addition_generic", domain=False),
        Addition("addition_domain", domain=True),
        DroppedCondition(),
        Limited("quote_altered", AlteredQuote()),
        FlippedDecision(),
        Overconfident(),
    )
}
