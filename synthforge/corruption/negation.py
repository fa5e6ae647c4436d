"""A negation put in or lost: not, never, no, without, fails to, no longer, un- and their like."""

import re
from collections.abc import Iterator, Mapping
from random import Random

from synthforge.corruption.inflection import third_person
from synthforge.corruption.misstatement import Edit, Misstatement
from synthforge.corruption.swaps import Swap, is_negated, swap, swapped
from synthforge.records import Section

_NOT_AFTER = r"(?! (?:also|then|now|only|both|always|either|not|never|no|at least|at most|such as|to be)\b)"
_VERBS = (
    "accept allow alter amend apply approve authorise authorize bind capture change comply confirm consent "
    "contain count cover create depend describe disclose end entitle exceed exclude extend fall form grant hold "
    "identify imply impose include indicate involve keep lapse limit meet need permit prevent prohibit protect "
    "provide qualify record refer relate release remain remove replace report require reside restrict run satisfy "
    "specify start state survive terminate transfer treat trigger use waive"
).split()
_THIRDS = "|".join(third_person(verb) for verb in _VERBS)
_BASES = {third_person(verb): verb for verb in _VERBS}

_PREDICATIVE = (
    "able/unable affected/unaffected appropriate/inappropriate aware/unaware changed/unchanged correct/incorrect "
    "likely/unlikely necessary/unnecessary possible/impossible relevant/irrelevant willing/unwilling"
).split()
"""Turned only after a form of be: "the irrelevant method" is nobody's mistake."""
_UNDONE = (
    "acceptable/unacceptable adequate/inadequate authorised/unauthorised authorized/unauthorized "
    "available/unavailable compatible/incompatible complete/incomplete compliant/non-compliant "
    "conditional/unconditional confirmed/unconfirmed consistent/inconsistent controlled/uncontrolled "
    "eligible/ineligible encrypted/unencrypted expired/unexpired identified/unidentified lawful/unlawful "
    "licensed/unlicensed opened/unopened qualified/unqualified reasonable/unreasonable registered/unregistered "
    "related/unrelated reliable/unreliable restricted/unrestricted secured/unsecured signed/unsigned "
    "sterile/non-sterile sufficient/insufficient suitable/unsuitable supervised/unsupervised valid/invalid"
).split()
"""Turned wherever they stand."""
_IS = r"(?:(?<=is )|(?<=are )|(?<=be )|(?<=was )|(?<=were )|(?<=not )|(?<=if )|(?<=deemed )|(?<=considered ))"


def _prefixed() -> Iterator[Swap]:
    for words, where in ((_PREDICATIVE, _IS), (_UNDONE, "(?<!been )")):
        for one, other in (pair.split("/") for pair in words):
            yield swap("prefix", where + one, other)
            yield swap("prefix_lost", where + other, one)


INSERTED: tuple[Swap, ...] = (
    swap("not", rf"(?P<aux>must|shall|should|may|will|would|is|are|was|were){_NOT_AFTER}(?= [a-z])", r"\g<aux> not"),
    swap("not", rf"can{_NOT_AFTER}(?= [a-z])", "cannot"),
    swap(
        "not",
        rf"(?P<aux>has|have|had){_NOT_AFTER}(?= (?:been|\w+ed|made|given|taken|sent|held|kept)\b)",
        r"\g<aux> not",
    ),
    swap("contracted", rf"(?P<aux>should|would|is|are|was|were){_NOT_AFTER}(?= [a-z])", r"\g<aux>n't"),
    swap("never", rf"(?P<aux>must|shall|should|may|will){_NOT_AFTER}(?= [a-z])", r"\g<aux> never"),
    swap("never", r"always", "never"),
    swap(
        "no_longer",
        rf"(?P<be>is|are){_NOT_AFTER}(?= (?:\w+ed|subject|responsible|liable|entitled|bound|valid)\b)",
        r"\g<be> no longer",
    ),
    swap("no", r"(?<=[.;] )all(?= [a-z]+s\b)", "no"),
    swap(
        "no",
        r"(?P<verb>has|have|is|are) (?:an? )(?=(?:obligation|duty|right|requirement|option|need|obligations|rights)\b)",
        r"\g<verb> no ",
    ),
    swap(
        "without",
        r"with(?= (?:the |an? )?(?:prior |written |express |explicit )*(?:consent|approval|authori[sz]ation"
        r"|permission|notice|supervision|justification)\b)",
        "without",
    ),
    swap("subject_denied", r"(?<=^)all(?= (?!of\b)[a-z]+)", "not all"),
    swap("subject_denied", r"(?<=^)(?:each|every)(?= (?!of\b)[a-z]+)", "not every"),
)
"""Words that a negation goes to, with it."""

REMOVED: tuple[Swap, ...] = (
    swap(
        "not_lost",
        r"(?P<aux>must|shall|should|may|will|would|is|are|was|were|has|have|had) not(?! (?:only|limited|later|more"
        r"|less|necessarily|yet|merely|just|earlier|fewer)\b)",
        r"\g<aux>",
    ),
    swap("not_lost", r"cannot", "can"),
    swap("not_lost", r"need not(?= [a-z])", "need to"),
    swap("not_lost", r"do not(?= [a-z]+)", ""),
    swap("contracted_lost", r"(?P<aux>must|should|would|is|are|was|were|has|have|had)n['’]t", r"\g<aux>"),
    swap("never_lost", r"never", "always"),
    swap("no_longer_lost", r"(?P<be>is|are) no longer", r"\g<be> still", r"\g<be>"),
    swap(
        "no_lost",
        r"(?P<verb>has|have|is|there is) no (?=(?:obligation|duty|right|requirement|option|need|exception"
        r"|exemption|limit|claim)\b)",
        r"\g<verb> a ",
    ),
    swap(
        "no_lost",
        r"no(?= (?!later|more|less|longer|earlier|fewer|one\b|"
        r"greater|higher|lower)[a-z-]+(?: [a-z-]+)? (?:may|shall|must|can|is|will)\b)",
        "every",
        "any",
    ),
    swap("neither_lost", r"neither(?P<one> [^.;]{3,60}?) nor", r"both\g<one> and"),
    swap(
        "nothing_lost",
        r"nothing in (?P<text>(?:this|the) \w+)(?= (?:prevents|limits|restricts|requires|obliges|affects|shall|may))",
        r"\g<text>",
    ),
    swap(
        "without_lost",
        r"without(?! (?:regard|prejudice|limitation|limiting|undue|delay|fail)\b)"
        r"(?= (?:the |an? |any |its |their )?(?:prior |written |express |explicit |further )*\w+)",
        "with",
    ),
    swap("absence_lost", r"in the absence of", "in the presence of", "where there is"),
    swap("fails_lost", r"unable to", "able to"),
)
"""Words with a negation, and what is left without it."""
PREFIXED = tuple(_prefixed())
_FAILS = re.compile(r"\b(?P<does>does not|fails to) (?P<verb>[a-z]+)\b")
_FAIL = re.compile(r"\b(?:fail|failed) to (?=[a-z]+)")
_THIRD = re.compile(rf"(?<![\w-])(?P<verb>{_THIRDS})(?![\w-]|['’])")
_NOUNS = frozenset(
    "amends approves captures changes controls counts covers ends excludes forms grants holds limits meets needs "
    "permits records refers releases removes replaces reports runs starts states transfers treats triggers uses".split()
)
_OBJECT = re.compile(
    r" (?:the|an?|any|all|its|their|each|such|this|that|those|these|only|for|to|at|on|into|until|from)\b"
)
_NOT_VERBS = frozenset("ever already yet also otherwise necessarily themselves itself in of".split())


class WrongNegation(Misstatement):
    """Puts one negation into a claim, or takes one out."""

    kind = "negation"

    def edits(self, text: str, quote: str, sections: Mapping[str, Section], rng: Random) -> Iterator[Edit]:
        for edit in (*swapped(text, (*INSERTED, *PREFIXED)), *_denied(text)):
            if not is_negated(text, edit) and not _asks(text, edit):
                yield edit
        for edit in (*swapped(text, REMOVED), *_affirmed(text)):
            if not re.search(r"\b(?:either|any|yet|nor|but|or)\b", re.split(r"[.;,]", text[edit.end :])[0][:25]):
                yield edit


def _denied(text: str) -> Iterator[Edit]:
    """applies → does not apply, complies with → fails to comply with."""
    for match in _THIRD.finditer(text):
        before = text[: match.start()].rstrip()
        if re.search(
            r"\b(?:the|a|an|of|its|their|these|those|and|or|such|all|any|other|to|in|two|for|by|with)$", before
        ):
            continue
        if match["verb"] in _NOUNS and not _OBJECT.match(text, match.end()):
            continue
        base = _BASES[match["verb"].casefold()]
        yield Edit("does_not", *match.span(), f"does not {base}")
        yield Edit("fails_to", *match.span(), f"fails to {base}")


def _affirmed(text: str) -> Iterator[Edit]:
    """does not apply → applies, fail to report → report."""
    for match in _FAILS.finditer(text):
        if match["verb"] not in _NOT_VERBS and match["verb"] not in ("have", "need"):
            label = "does_not_lost" if match["does"].startswith("does") else "fails_lost"
            yield Edit(label, *match.span(), third_person(match["verb"]))
    for match in _FAIL.finditer(text):
        yield Edit("fails_lost", *match.span(), "")


def _asks(text: str, edit: Edit) -> bool:
    """Whether the edit falls in words like "whether it is", which mean the same with a "not"."""
    return bool(
        re.search(r"\b(?:whether|if and only|rather than|how|what|not only)\b(?:\W+\w+){0,8}\W*$", text[: edit.start])
    )
