"""Checks of one example by itself: complete, quoted, cited, true to its sources, and fit to be learned from."""

from synthforge.validators.cfr import Cfr
from synthforge.validators.cis import Cis
from synthforge.validators.citation import Citation
from synthforge.validators.coverage import Coverage
from synthforge.validators.cve import Cve
from synthforge.validators.decision import Decision
from synthforge.validators.entailment import Entailment
from synthforge.validators.facts import Facts
from synthforge.validators.hygiene import Hygiene
from synthforge.validators.judge import Judge
from synthforge.validators.language import Language
from synthforge.validators.logic import Logic
from synthforge.validators.nist import Nist
from synthforge.validators.os_versions import OsVersions
from synthforge.validators.parameters import Parameters
from synthforge.validators.privacy import Privacy
from synthforge.validators.quote import Quote
from synthforge.validators.schema import Schema
from synthforge.validators.usp import Usp

__all__ = [
    "Cfr", "Cis", "Citation", "Coverage", "Cve", "Decision", "Entailment", "Facts", "Hygiene", "Judge", "Language",
    "Logic", "Nist", "OsVersions", "Parameters", "Privacy", "Quote", "Schema", "Usp",
]  # fmt: skip
