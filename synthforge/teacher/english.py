"""Just enough English grammar to turn a rule into a report of what happened."""

import re

_IRREGULAR = dict(
    pair.split(":")
    for pair in """
    be:was have:had do:did go:went take:took keep:kept hold:held leave:left make:made give:gave get:got drive:drove
    write:wrote read:read put:put set:set cut:cut shut:shut let:let begin:began bring:brought build:built buy:bought
    choose:chose come:came draw:drew eat:ate fall:fell feel:felt find:found fly:flew forget:forgot hear:heard hit:hit
    hurt:hurt know:knew lay:laid lead:led lend:lent lie:lay lose:lost mean:meant meet:met pay:paid ride:rode
    ring:rang rise:rose run:ran say:said see:saw seek:sought sell:sold send:sent shake:shook show:showed sink:sank
    sit:sat sleep:slept speak:spoke spend:spent spin:spun stand:stood steal:stole stick:stuck strike:struck swear:swore
    swim:swam teach:taught tear:tore tell:told think:thought throw:threw understand:understood wake:woke wear:wore
    win:won wind:wound withdraw:withdrew undergo:underwent undertake:undertook overtake:overtook withhold:withheld
    stop:stopped refer:referred submit:submitted permit:permitted transfer:transferred occur:occurred commit:committed
    omit:omitted admit:admitted control:controlled cancel:canceled travel:traveled label:labeled equip:equipped
    log:logged tag:tagged plan:planned ship:shipped drop:dropped slip:slipped grip:gripped pin:pinned plug:plugged
    unplug:unplugged wrap:wrapped trap:trapped trip:tripped strap:strapped rub:rubbed scan:scanned swap:swapped
    reset:reset spread:spread cost:cost program:programmed prefer:preferred defer:deferred confer:conferred
    """.split()
)
"""Irregular pasts, and regular ones that double their consonant."""

ADVERBS = frozenset(
    "also always promptly immediately either first then fully never not only clearly directly personally thereafter "
    "subsequently normally at once again carefully regularly both themselves therefore additionally".split()
)

_NOW = re.compile(r"\b(is|are|has|have|does|do|must|can|will)\b(?! not\b)")
_THEN = {"is": "was", "are": "were", "has": "had", "have": "had", "does": "did", "do": "did", "must": "had to",
         "can": "could", "will": "would"}  # fmt: skip


def past(verb: str, plural: bool) -> str:
    """Simple past of a base form; only `be` asks for the number."""
    if verb == "be":
        return "were" if plural else "was"
    if verb in _IRREGULAR:
        return _IRREGULAR[verb]
    if verb.endswith("e"):
        return verb + "d"
    if re.search(r"[^aeiou]y$", verb):
        return verb[:-1] + "ied"
    return verb + "ed"


def happened(verb_phrase: str, plural: bool) -> str | None:
    """A base verb phrase in the past ('be raised fully' → 'was raised fully'); None when it opens with no verb."""
    return _inflected(verb_phrase, plural, negated=False)


def did_not_happen(verb_phrase: str, plural: bool) -> str | None:
    """Its negation ('keep the log' → 'did not keep the log')."""
    return _inflected(verb_phrase, plural, negated=True)


def _inflected(verb_phrase: str, plural: bool, negated: bool) -> str | None:
    words = verb_phrase.split()
    adverbs = []
    while words and words[0] in ADVERBS:
        adverbs.append(words.pop(0))
    if not words or not re.fullmatch(r"[a-z]+(-[a-z]+)?", words[0]):
        return None
    verb, rest = words[0], [*words[1:]]
    if not negated:
        said = [*adverbs, past(verb, plural)] if verb != "be" else [past(verb, plural), *adverbs]
    elif verb == "be":
        said = [past(verb, plural), "not"]
    else:
        said = ["did not", verb]
    # 'must be cleaned and be dried', 'must stop and call': what follows 'and' stays readable in the base form only
    # after 'did not'; otherwise its verb is put into the past too.
    text = " ".join([*said, *rest])
    if not negated:
        text = re.sub(r"\band (be|have|keep|take|make|give)\b", lambda m: f"and {past(m[1], plural)}", text)
    return text


def is_plural(subject: str) -> bool:
    """Whether a subject phrase takes 'were'; judged by its head noun, the last word before a preposition."""
    head = re.split(
        r"\b(?:\w+ed\b(?<!^)|heavier|longer|of|in|on|at|for|with|from|to|that|who|which|under|outside|inside|without)\b",
        subject,
    )[0]
    words = head.split() or subject.split()[:2]
    if " and " in head and not head.lower().startswith(("each", "every", "any", "no ")):
        return True
    last = words[-1].lower().strip(",")
    if words[0].lower() in ("each", "every", "any", "a", "an", "one", "everyone", "nobody", "anyone"):
        return False
    return last in ("people", "personnel", "staff", "they", "children") or bool(re.search(r"[^s]s$|ies$|sses$", last))


def reported(text: str) -> str:
    """A trailing clause in reported tense ('before the trailer is moved' → 'before the trailer was moved')."""
    return _NOW.sub(lambda match: _THEN[match[1]], text)


def capitalised(text: str) -> str:
    return text[:1].upper() + text[1:]


def lowered(subject: str) -> str:
    """A sentence's opening in mid-sentence; acronyms, codes and single-word names keep their capitals."""
    words = subject.split()
    first = words[0] if words else ""
    word = re.fullmatch(r"[A-Z][a-z'-]*,?|A", first)
    name = len(words) == 1 and not first.endswith("s") and first != "You"
    return subject[:1].lower() + subject[1:] if word and not name else subject
