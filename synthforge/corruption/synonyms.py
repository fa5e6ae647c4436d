"""Words and phrases that may stand for each other in a rule without changing it; each row goes one way only.

Directions are kept apart because few pairs are safe both ways: what is retained is kept, but a door that is
kept closed is not retained. Nothing here decides a rule's force, numbers, conditions or terms.
"""

import re
from dataclasses import dataclass

_VERBS = """
inform informed > notify notified
notify notified > inform informed
verify verified > check checked
check checked > verify verified
retain retained > keep kept
perform performed > carry_out carried_out
conduct conducted > carry_out carried_out
execute - > carry_out -
carry_out carried_out > perform performed
undertake undertaken > carry_out carried_out
utilize utilized > use used
utilise utilised > use used
use used > utilize utilized
commence commenced > begin begun
start - > begin -
begin - > start -
terminate terminated > end ended
examine examined > inspect inspected
inspect inspected > examine examined
assess assessed > evaluate evaluated
evaluate evaluated > assess assessed
document documented > record recorded
record recorded > document documented
display displayed > show shown
delete deleted > erase erased
erase erased > delete deleted
disclose disclosed > reveal revealed
purchase purchased > buy bought
assist assisted > help helped
select selected > choose chosen
choose chosen > select selected
modify modified > change changed
alter altered > change changed
protect protected > safeguard safeguarded
safeguard safeguarded > protect protected
transmit transmitted > send sent
affix affixed > attach attached
rectify rectified > correct corrected
establish established > set_up set_up
dispose_of disposed_of > discard discarded
demonstrate demonstrated > show shown
investigate investigated > look_into looked_into
address addressed > deal_with dealt_with
calculate calculated > compute computed
compute computed > calculate calculated
supervise supervised > oversee overseen
oversee overseen > supervise supervised
collect collected > gather gathered
gather gathered > collect collected
occur - > take_place -
happen - > occur -
take_place - > occur -
finish finished > complete completed
cease ceased > stop stopped
restrict restricted > limit limited
limit limited > restrict restricted
grant granted > give given
revoke revoked > withdraw withdrawn
adhere_to adhered_to > comply_with complied_with
abide_by - > comply_with -
follow followed > adhere_to adhered_to
contact contacted > get_in_touch_with -
obtain - > get -
consider considered > take_into_account taken_into_account
authorise authorised > authorize authorized
rinse rinsed > flush flushed
notice noticed > spot spotted
"""

_PHRASES = """
employee > staff member
employees > staff members
staff member > employee
staff members > employees
individuals > people
personnel > staff
mistake > error
mistakes > errors
errors > mistakes
objective of > aim of
aim of > objective of
goal of > objective of
quantity of > amount of
amount of > quantity of
duration of > length of
modifications to > changes to
modification to > change to
alterations to > changes to
assistance > help
the start of > the beginning of
the beginning of > the start of
at the beginning > at the start
immediately > at once
at once > immediately
without delay > promptly
without undue delay > promptly
promptly > without delay
prior to > before
subsequent to > after
in order to > to
in the event that > if
in the event of > in case of
in case of > in the event of
in accordance with > in line with
pursuant to > under
with respect to > regarding
with regard to > regarding
in relation to > regarding
concerning > regarding
approximately > about
roughly > approximately
sufficient time > enough time
sufficient detail > enough detail
additional > further
the entire > the whole
the whole > the entire
annually > every year
once a year > every year
every year > annually
once a month > every month
once a week > every week
each month > every month
each year > every year
each day > every day
every day > each day
every month > each month
on a regular basis > regularly
on a quarterly basis > every quarter
on a monthly basis > every month
on a weekly basis > every week
on a daily basis > every day
on an annual basis > every year
currently > at present
at present > currently
solely > only
upon receipt > on receipt
upon request > on request
upon completion > on completion
on request > upon request
on receipt > upon receipt
whether or not > whether
via > through
by means of > by way of
due to > because of
because of > due to
owing to > because of
as a result of > because of
for example > for instance
for instance > for example
e.g., > for example,
i.e., > that is,
in addition to > besides
additionally > in addition
as soon as possible > at the earliest opportunity
as soon as practicable > as soon as is practicable
suitable > appropriate
if necessary > if needed
where necessary > where needed
as necessary > as needed
as needed > as necessary
when necessary > when needed
pertinent > relevant
defective > faulty
faulty > defective
identical to > the same as
numerous > many
various > different
ensure that > make sure that
be implemented > be put in place
in writing > in written form
by hand > manually
manually > by hand
at the same time > simultaneously
simultaneously > at the same time
unless otherwise specified > unless stated otherwise
unless otherwise stated > unless stated otherwise
responsible for > in charge of
is prohibited > is forbidden
are prohibited > are forbidden
is forbidden > is prohibited
are forbidden > are prohibited
is permitted > is allowed
are permitted > are allowed
is allowed > is permitted
are allowed > are permitted
is mandatory > is obligatory
are mandatory > are obligatory
a copy of each > a copy of every
every employee > each employee
each employee > every employee
each driver > every driver
every driver > each driver
each user > every user
for the purpose of > for
with the exception of > except for
except for > with the exception of
in advance > beforehand
beforehand > in advance
at least once a year > at least annually
at least annually > at least once a year
at least once every year > at least once a year
located in > situated in
third parties > outside parties
as described in > as set out in
as set out in > as described in
as specified in > as set out in
described in this > set out in this
in this document > in the present document
"""


@dataclass(frozen=True)
class Synonym:
    """Where the wording may stand, and what may replace it there."""

    pattern: re.Pattern[str]
    after: str


_NOT_VERB = r"(?!\s+(?:of|for|up|down|off|out|in|on|by|from|into|over|to|against|with)\b|-)"


def _verb(line: str) -> list[Synonym]:
    (base, done), (new_base, new_done) = (side.replace("\n", "").split() for side in line.split(">"))
    rows = [
        (
            rf"(?<=\b)(?:(?<=^)|(?<=must )|(?<=shall )|(?<=should )"
            rf"|(?<=must also )|(?<=must not )|(?<=shall not )"
            rf"|(?<=shall also )|(?<=to )|(?<=may )|(?<=will )|(?<=can )){_spaced(base)}\b",
            new_base,
        )
    ]
    if done != "-" and new_done != "-":
        rows.append(
            (
                rf"(?:(?<=\bbe )|(?<=\bis )|(?<=\bare )|(?<=\bbeen )|(?<=\bwas )|(?<=\bwere ))"
                rf"{_spaced(done)}\b",
                new_done,
            )
        )
    made = []
    for pattern, after in rows:
        guard = _NOT_VERB if "_" not in base and after == rows[0][1] and "used" not in done else r"(?!-)"
        guard = r"(?! to\b|-)" if done in ("used", "utilized", "utilised") else guard
        made.append(Synonym(re.compile(pattern + guard), after.replace("_", " ")))
    return made


def _spaced(word: str) -> str:
    return re.escape(word.replace("_", " "))


def _phrase(line: str) -> Synonym:
    before, after = (side.strip() for side in line.split(">"))
    ending = r"(?![\w-])" if before[-1].isalnum() else ""
    return Synonym(re.compile(rf"(?<![\w-]){re.escape(before)}{ending}", re.IGNORECASE), after)


SYNONYMS: tuple[Synonym, ...] = (
    *(synonym for line in _VERBS.strip().splitlines() for synonym in _verb(line)),
    *(_phrase(line) for line in _PHRASES.strip().splitlines()),
)
PAIRS = len(_VERBS.strip().splitlines()) + len(_PHRASES.strip().splitlines())
