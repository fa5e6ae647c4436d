"""Street addresses in the US."""

import re
from collections.abc import Iterator

from synthforge.privacy.found import Found, folded
from synthforge.privacy.numbers import GAP
from synthforge.privacy.patterns import program, starts
from synthforge.privacy.people import OPEN, SEPARATOR

_STATES = (
    "AL|AK|AZ|AR|CA|CO|CT|DE|DC|FL|GA|HI|ID|IL|IN|IA|KS|KY|LA|ME|MD|MA|MI|MN|MS|MO|MT|NE|NV|NH|NJ|NM|NY|NC|ND|OH|OK"
    "|OR|PA|PR|RI|SC|SD|TN|TX|UT|VT|VA|WA|WV|WI|WY|D\\.C\\.|Alabama|Alaska|Arizona|Arkansas|California|Colorado"
    "|Connecticut|Delaware|Florida|Georgia|Hawaii|Idaho|Illinois|Indiana|Iowa|Kansas|Kentucky|Louisiana|Maine|Maryland"
    "|Massachusetts|Michigan|Minnesota|Mississippi|Missouri|Montana|Nebraska|Nevada|New Hampshire|New Jersey|New Mexico"
    "|New York|North Carolina|North Dakota|Ohio|Oklahoma|Oregon|Pennsylvania|Rhode Island|South Carolina|South Dakota"
    "|Tennessee|Texas|Utah|Vermont|Virginia|Washington|West Virginia|Wisconsin|Wyoming"
)
_WAYS = (
    "Street|St|Avenue|Ave|Road|Rd|Boulevard|Blvd|Drive|Dr|Lane|Ln|Court|Ct|Place|Pl|Way|Terrace|Ter|Circle|Cir|Parkway"
    "|Pkwy|Highway|Hwy|Square|Sq|Trail|Trl|Loop|Alley|Plaza|Pike|Row|Crescent|Close"
)
_CODE = rf"(?:{_STATES}),?(?:[ \x{{a0}}]|[ \t]*\n[ \t]*){{1,2}}\d{{5}}(?:-\d{{4}})?"
"""State and ZIP code, for RE2: an address ends in them."""
_HOUSE = (
    rf"\d(?<![\w.,$-]\d)\d{{0,5}}[A-Za-z]?(?:-\d{{1,4}})?[ \xa0](?:[A-Z0-9][\w.'’-]{{0,20}}[ \xa0]){{1,5}}?"
    rf"(?:{_WAYS})\b\.?"
)
_UPWARD = re.compile(
    rf"(?:{_HOUSE}|\b[Pp]\.? ?[Oo]\.? [Bb]ox \d{{1,7}})(?:[, ]{{1,2}}(?:[NS]\.?[EW]?\.?|[EW]\.?)(?=[,\s]))?"
    rf"(?:[,.]?{GAP}{{1,2}}[A-Z#\d][\w.#&'’-]{{0,30}}){{0,8}}[,.]?{GAP}{{1,2}}\Z"
)
_LIVES = rf"(?i:address|lives at|resides at|residing at)(?:{SEPARATOR}|[ \n]){OPEN}"
_HOME = re.compile(rf"{_LIVES}({_HOUSE}(?:,? (?:Apt|Suite|Unit|#)\.? ?\w{{1,6}})?)")
_LONGEST = 150


def address(text: str) -> Iterator[Found]:
    """A house or a post box down to the ZIP code, over several lines too; behind "lives at", down to the street."""
    last = 0
    for code in program(_CODE).finditer(text):
        start, end = code.span()
        left = max(last, start - _LONGEST)
        above = _UPWARD.search(text[left:start])
        if above and not text[end : end + 1].isalnum():
            yield Found(left + above.start(), end, "address", folded(text[left + above.start() : end]))
        last = end
    for place in starts(rf"{_LIVES}\d", text):
        if match := _HOME.match(text, place):
            street = match[1].rstrip(".")
            yield Found(match.start(1), match.start(1) + len(street), "address", folded(street))
