"""Pairs of opposites as rules use them: bounds, order in time, and the verbs, nouns and adjectives that turn a rule."""

from collections.abc import Iterator

from synthforge.corruption.inflection import paired, plural
from synthforge.corruption.swaps import Swap, swap

_NUM = (
    r"(?= (?:[£$€]?\d|an? |one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|forty"
    r"|fifty|sixty|ninety|the (?:amount|number|value|minimum|maximum|limit|threshold)))"
)
_DIGIT = r"(?= [£$€]?\d)"
_NOT = r"(?<!not )(?<!no )(?<!nor )"
_MODALS = "to must shall may should can cannot will not never".split()
_VERBAL = f"(?:{'|'.join(f'(?<={modal} )' for modal in _MODALS)})"
_AT_END = r"(?=[.,;)]|$| (?:of|in|than|before|after|days|hours))"
_EVENT = r"(?:receipt|completion|termination|expiry|notification|the (?:date|end|close|day|expiry))"
_SPAN = r"(?:\d+|[a-z]+)[ -](?:\w+ )?(?:minutes?|hours?|days?|weeks?|months?|years?)\b"
_OBJECT = r"(?= (?:the|an?|any|all|its|their|each|such|this|that|those|these|both|personal|new|existing)\b)"

BOUNDS: tuple[Swap, ...] = (
    swap("bound", rf"{_NOT}at least", "at most", "no more than", "up to"),
    swap("bound", rf"{_NOT}at most", "at least", "no less than"),
    swap("bound", rf"no(?:t)? (?:more|greater|longer|higher|later) than{_NUM}", "at least", "more than"),
    swap("bound", rf"no(?:t)? (?:less|fewer|lower|earlier) than{_NUM}", "at most", "less than"),
    swap("bound", r"not? later than", "not before"),
    swap("bound", rf"{_NOT}(?:more|greater) than", "less than"),
    swap("bound", rf"{_NOT}(?:less|fewer) than", "more than"),
    swap("bound", rf"up to{_NUM}", "at least", "more than"),
    swap("bound", rf"{_NOT}(?:over|above){_DIGIT}", "below", "under"),
    swap("bound", rf"{_NOT}(?<!fall )(?<!falls )(?<!drop )(?<!drops )(?:under|below){_DIGIT}", "above", "over"),
    swap("bound", r"a minimum of", "a maximum of"),
    swap("bound", r"a maximum of", "a minimum of"),
    swap("bound", rf"or (?:more|longer|greater|higher|above){_AT_END}", "or less"),
    swap("bound", rf"or (?:less|fewer|shorter|lower|below){_AT_END}", "or more"),
    swap("bound", r"exceeds", "falls below", "is less than"),
    swap("bound", r"(?P<modal>must|shall|may|should|does|do|can|will) not exceed", r"\g<modal> not fall below"),
    swap("bound", r"cannot exceed|may not exceed", "must exceed"),
    swap("bound", r"in excess of", "below"),
    swap("bound", r"(?:falls|drops) below", "exceeds", "rises above"),
    swap("bound", r"(?:fall|drop) below", "exceed", "rise above"),
    swap("bound", r"whichever is (?:the )?(?:later|longer)", "whichever is earlier", "whichever is shorter"),
    swap("bound", r"whichever is (?:the )?(?:earlier|sooner|shorter)", "whichever is later", "whichever is longer"),
    swap("bound", r"whichever is (?:the )?(?:greater|higher|larger)", "whichever is less", "whichever is lower"),
    swap("bound", r"whichever is (?:the )?(?:less|lower|smaller)", "whichever is greater", "whichever is higher"),
    swap("order", r"(?<!day )(?<!or )before(?! (?:or|and)\b|,)", "after"),
    swap("order", r"prior to", "after", "following"),
    swap("order", r"(?<!look )(?<!or )(?<!day )(?<!there)after(?! (?:all|that|and|or)\b|,)", "before", "prior to"),
    swap("order", rf"following(?= {_EVENT})", "before"),
    swap("order", r"in advance of|ahead of", "after", "following"),
    swap("order", r"until(?= (?:the|a|an|all|it|its|such|notified|approved)\b)", "after"),
    swap("order", rf"within(?= {_SPAN})", "after", "not before"),
    swap("order", r"from(?= (?:the )?date)", "until"),
    swap("quantity", r"all(?= (?!of\b|such\b|other\b|the\b)[a-z]+s\b)", "some", "most"),
    swap("quantity", r"(?:each|every)(?= (?!of\b|other\b|time\b)[a-z]+)", "at least one"),
    swap("quantity", r"both (?P<one>[^,.;]{3,60}?) and", r"either \g<one> or", r"neither \g<one> nor"),
    swap("quantity", r"(?:always|at all times)", "occasionally", "usually"),
    swap("order", r"end(?= of\b)", "beginning"),
    swap("order", r"beginning(?= of\b)", "end"),
    swap("quantity", r"entire", "partial"),
    swap("quantity", r"in full", "in part"),
    swap("condition", r"(?<!even )unless(?! and until)", "if", "only if"),
    swap("condition", r"only if", "even if", "unless"),
    swap("condition", r"(?:except|other than)(?= (?:for|when|where|if|in|as)\b)", "including"),
    swap("condition", r"regardless of whether|whether or not", "only if"),
    swap("condition", r"(?:excluding|with the exception of)", "including"),
    swap("condition", r"including(?= (?:the|any|all|those|its|their)\b)", "excluding"),
)  # fmt: skip
"""Comparators, order in time, how many and on which condition."""

_VERB_PAIRS = (
    "accept/reject approve/refuse open/close start/stop begin/cease enable/disable lock/unlock encrypt/decrypt "
    "connect/disconnect add/remove enter/leave send/receive import/export buy/sell lend/borrow increase/decrease "
    "increase/reduce raise/lower include/exclude attach/detach install/uninstall upgrade/downgrade "
    "upload/download retain/destroy retain/discard keep/discard strengthen/weaken expand/narrow extend/shorten "
    "accelerate/delay acquire/dispose_of confirm/deny succeed/fail activate/deactivate assemble/dismantle "
    "load/unload disclose/withhold reveal/conceal maintain/abandon support/oppose prevent/cause join/leave "
    "heat/cool fill/empty tighten/loosen deposit/withdraw register/deregister join/separate permit/forbid "
    "allow/forbid restrict/extend overstate/understate strengthen/relax hire/dismiss assign/revoke suspend/resume "
    "protect/expose satisfy/breach comply_with/depart_from block/release minimise/maximise minimize/maximize "
    "exceed/undershoot precede/follow terminate/renew affirm/deny include/omit"
).split()
"""Both verbs take the same complements; each pair counts both ways."""
_VERBS_ONE_WAY = (
    "grant/withdraw submit/withhold notify/bypass document/delete record/erase save/delete verify/ignore review/skip"
).split()
"""What is left undone, or done to the contrary; nobody writes these the other way round."""

_NOUN_PAIRS = (
    "minimum/maximum increase/decrease increase/reduction gain/loss profit/loss asset/liability import/export "
    "buyer/seller lender/borrower creditor/debtor employer/employee landlord/tenant lessor/lessee "
    "licensor/licensee majority/minority advantage/disadvantage acceptance/rejection approval/refusal "
    "inclusion/exclusion strength/weakness acquisition/disposal inflow/outflow income/expenditure entry/exit"
).split()
_ADJECTIVE_PAIRS = (
    "internal/external higher/lower greater/smaller longer/shorter larger/smaller earlier/later upper/lower "
    "oldest/newest highest/lowest greatest/smallest longest/shortest earliest/latest first/last initial/final "
    "public/confidential domestic/foreign direct/indirect active/inactive positive/negative temporary/permanent "
    "short-term/long-term fixed/variable gross/net manual/automatic automated/manual clean/dirty front/rear "
    "left-hand/right-hand online/offline on-duty/off-duty oral/written formal/informal explicit/implicit "
    "exclusive/non-exclusive prospective/retrospective inbound/outbound incoming/outgoing local/remote "
    "physical/electronic primary/secondary old/new current/former full-time/part-time interior/exterior wet/dry "
    "hot/cold heavy/light strong/weak broad/narrow minor/major frequent/rare mandatory/optional "
    "voluntary/compulsory solvent/insolvent junior/senior upstream/downstream secured/unsecured "
    "quantitative/qualitative individual/collective separately/jointly directly/indirectly manually/automatically "
    "internally/externally orally/in_writing upwards/downwards inside/outside continuous/intermittent "
    "stricter/looser tighter/looser favourable/unfavourable proportionate/disproportionate central/local "
    "essential/incidental absolute/relative"
).split()


def _rows() -> Iterator[Swap]:
    for one, other in _split(_VERB_PAIRS, both=True):
        yield from _verbs(one, other)
    for one, other in _split(_VERBS_ONE_WAY, both=False):
        yield from _verbs(one, other)
    for one, other in _split(_NOUN_PAIRS, both=True):
        yield swap("noun", rf"{one}(?! (?:up|down)\b)", other)
        yield swap("noun", plural(one), plural(other))
    for one, other in _split(_ADJECTIVE_PAIRS, both=True):
        yield swap("adjective", rf"(?<!to ){one}(?!,)", other)


def _verbs(one: str, other: str) -> Iterator[Swap]:
    """The base form only where a verb must stand, those in -s and -ing only before an object, as many are nouns too."""
    forms = paired(one, other)
    yield swap("verb", _VERBAL + forms[0][0], forms[0][1])
    for before, after in dict(forms[2:4]).items():
        yield swap("verb", rf"{before}(?! to\b)", after)
    for before, after in (forms[1], forms[4]):
        yield swap("verb", rf"{before}{_OBJECT}", after)


def _split(pairs: list[str], both: bool) -> Iterator[tuple[str, str]]:
    for pair in pairs:
        one, other = pair.replace("_", " ").split("/")
        yield one, other
        if both:
            yield other, one


OPPOSITES: tuple[Swap, ...] = tuple(_rows())
"""Verbs, nouns and adjectives with their opposites, in all their forms."""
