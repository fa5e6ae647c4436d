"""Words that turn a rule into its contrary when one stands for the other, and the beginnings words are compared by."""

from collections import defaultdict
from collections.abc import Collection
from functools import lru_cache

_PAIRS = """
minimum/maximum minimal/maximal more/less more/fewer longer/shorter greater/less greater/lower higher/lower
above/below over/under before/after prior/after preceding/following least/most earlier/later earliest/latest
early/late increase/decrease increase/reduce increased/decreased increased/reduced increases/decreases
increases/reduces increasing/decreasing increasing/reducing rise/fall rises/falls raise/lower raises/lowers
upward/downward include/exclude includes/excludes included/excluded including/excluding inclusive/exclusive
enable/disable enables/disables enabled/disabled internal/external internally/externally open/closed opened/closed
open/close opens/closes always/never accept/reject accepts/rejects accepted/rejected acceptance/rejection
allow/prevent allow/prohibit allows/prohibits allows/prevents permit/prohibit permits/prohibits permitted/prohibited
permitted/forbidden allowed/prohibited allowed/forbidden permissible/impermissible mandatory/optional
mandatory/voluntary required/optional compulsory/voluntary compulsory/optional start/stop starts/stops started/stopped
start/end starts/ends begin/end begins/ends beginning/end commence/cease commences/ceases commencement/end
commencement/expiry upper/lower exceed/meet inside/outside within/outside first/last with/without valid/invalid
compliant/noncompliant sufficient/insufficient adequate/inadequate appropriate/inappropriate direct/indirect
directly/indirectly active/inactive complete/incomplete approve/reject approved/rejected approves/rejects
approval/rejection grant/refuse granted/refused grants/refuses grant/deny granted/denied retain/discard
retained/discarded retain/delete retained/deleted keep/discard kept/discarded retain/destroy retained/destroyed
disclose/withhold disclosed/withheld disclose/conceal public/private public/confidential written/oral writing/orally
individual/collective individually/collectively individual/aggregate joint/several single/multiple all/none all/some
any/no both/neither either/neither gross/net inflow/outflow inflows/outflows asset/liability assets/liabilities
credit/debit buy/sell buyer/seller purchase/sale borrower/lender debtor/creditor positive/negative long/short high/low
strong/weak strict/lenient strengthen/weaken strengthens/weakens apply/disapply applies/disapplies
applicable/inapplicable continue/cease continues/ceases continued/ceased continue/stop continues/stops add/remove
added/removed adds/removes attach/detach connect/disconnect install/remove installed/removed on/off hot/cold warm/cool
wet/dry day/night weekday/weekend full/partial fully/partially wholly/partly entire/partial temporary/permanent
temporarily/permanently short/long current/former new/old recent/old present/absent presence/absence pass/fail
passes/fails passed/failed success/failure successful/unsuccessful safe/unsafe known/unknown encrypted/unencrypted
lock/unlock locked/unlocked load/unload loaded/unloaded loading/unloading send/receive sent/received sender/recipient
discloser/recipient disclosing/receiving employer/employee parent/subsidiary home/host domestic/foreign local/remote
manual/automatic manually/automatically primary/secondary major/minor material/immaterial relevant/irrelevant
significant/insignificant frequent/infrequent frequently/rarely often/rarely usually/rarely normally/exceptionally
generally/exceptionally equal/unequal identical/different same/different similar/different separate/combined
separately/together separately/jointly independent/dependent independently/jointly voluntary/involuntary liable/exempt
subject/exempt subject/immune responsible/exempt accountable/exempt restrict/permit restricted/permitted
restricts/permits restricted/unrestricted limited/unlimited conditional/unconditional qualified/unqualified
supported/unsupported secured/unsecured covered/uncovered consistent/inconsistent accurate/inaccurate
correct/incorrect reliable/unreliable protect/expose protected/exposed prevent/cause prevents/causes prevent/permit
prevents/permits avoid/cause confirm/deny confirmed/denied confirms/denies agree/disagree support/oppose
supports/opposes forward/backward ascending/descending entry/exit arrival/departure receipt/dispatch advance/arrears
advance/retrospect beforehand/afterwards immediately/eventually promptly/eventually continuous/intermittent
regular/irregular regularly/occasionally consecutive/cumulative conservative/aggressive prudent/imprudent narrow/broad
narrower/broader narrowly/broadly specific/general specifically/generally front/back top/bottom ceiling/floor
cap/floor unless/if until/after despite/because exceeds/meets maximise/minimise maximize/minimize expand/contract
expands/contracts extend/shorten extended/shortened widen/narrow accelerate/delay accelerates/delays deny/allow
denied/allowed denied/granted encourage/discourage encourages/discourages encouraged/discouraged disabled/enabled
"""
_PREFIXES = ("non-", "non", "un", "in", "im", "dis", "ir")


@lru_cache(maxsize=1)
def _table() -> dict[str, tuple[str, ...]]:
    table: dict[str, list[str]] = defaultdict(list)
    for pair in _PAIRS.split():
        one, other = pair.split("/")
        table[one].append(other)
        table[other].append(one)
    return {word: tuple(dict.fromkeys(others)) for word, others in table.items()}


def opposite(word: str, among: Collection[str]) -> str:
    """An opposite of a word that stands among others; '' when none does."""
    for other in _table().get(word, ()):
        if other in among:
            return other
    for prefix in _PREFIXES:
        bare = word.removeprefix(prefix)
        if bare != word and len(bare) > 4 and bare in among:
            return bare
        if len(word) > 4 and prefix + word in among:
            return prefix + word
    return ""


def has_opposite(word: str) -> bool:
    """Whether one is known of a word, by itself or by a prefix."""
    return word in _table() or word.startswith(_PREFIXES)


def root(word: str) -> str:
    """The beginning of a word, by which its forms are compared: "notif" of notify, notified and notification."""
    return word if len(word) <= 5 else word[: max(5, min(6, len(word) - 3))]
