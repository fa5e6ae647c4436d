"""Sentences and clauses that sound like the document and stand nowhere in it, by the domain they fit."""

from collections.abc import Mapping

DOMAINS: Mapping[str, tuple[str, ...]] = {
    "transport": (
        "driver",
        "vehicle",
        "carrier",
        "truck",
        "duty",
        "fleet",
        "motor",
        "trailer",
        "tachograph",
        "freight",
    ),
    "pharma": (
        "batch",
        "drug",
        "sterile",
        "manufactur",
        "pharmac",
        "deviation",
        "swab",
        "validation",
        "device",
        "patient",
    ),
    "software": (
        "password",
        "access",
        "server",
        "encrypt",
        "account",
        "user",
        "software",
        "network",
        "backup",
        "mdm",
    ),
}
"""Word stems by which a claim's domain is told."""

SLOTS: Mapping[str, tuple[str, ...]] = {
    "n": ("2", "3", "5", "7", "10", "14", "21", "30", "45", "60", "90"),
    "word": ("two", "three", "four", "five", "ten", "thirty"),
    "days": ("business days", "calendar days", "working days", "days"),
    "years": ("two years", "three years", "five years", "seven years", "18 months"),
    "percent": ("5", "10", "15", "20", "25"),
    "head": (
        "the department head",
        "the site manager",
        "senior management",
        "the steering committee",
        "the legal department",
        "the responsible director",
    ),
    "paper": (
        "a written justification",
        "a signed waiver",
        "a deviation form",
        "a documented risk assessment",
        "a photographic record",
        "a signed checklist",
    ),
    "body": ("an external auditor", "the insurer", "the supervisory authority", "the works council"),
    "money": ("$500", "$1,000", "$2,500", "$10,000"),
}

GENERIC = (
    "This must be confirmed in writing by {head}.",
    "A copy must be sent to {head} within {n} {days}.",
    "{Head} may grant an exception on written request.",
    "The records of this must be kept for {years}.",
    "Failure to do so results in disciplinary action.",
    "Repeated non-compliance leads to a suspension of up to {n} {days}.",
    "This does not apply to temporary staff.",
    "This requirement also applies to subcontractors and visitors.",
    "In an emergency, oral approval is sufficient.",
    "An exception applies on weekends and public holidays.",
    "{Paper} must be attached.",
    "The review must be repeated every {n} {days}.",
    "Two independent witnesses must sign.",
    "The cost is borne by the person who caused the deviation.",
    "A fine of up to {money} may be imposed.",
    "{Body} must be informed beforehand.",
    "Exceptions have to be renewed once a year.",
    "The person concerned has {n} {days} to appeal.",
    "The deadline may be extended once by {n} {days}.",
    "Staff must complete refresher training every {years} to be allowed to do this.",
    "At least {word} people must be present.",
    "A tolerance of {percent} % is accepted.",
    "Small deviations need not be recorded.",
    "This is checked at random by {body}.",
    "Sites with fewer than {n} employees are exempt.",
    "The requirement is waived when the equipment is less than {word} years old.",
    "It must be announced on the notice board beforehand.",
    "Photographs of the result must be filed with the record.",
)
"""Whole sentences that follow a claim or an answer."""

BY_DOMAIN: Mapping[str, tuple[str, ...]] = {
    "transport": (
        "The driver must notify dispatch at least {n} minutes beforehand.",
        "A second driver must be on board for trips of more than {n}0 miles.",
        "Refrigerated loads are exempt.",
        "The carrier must report each such event to its insurer.",
        "The vehicle may not be moved until a mechanic has inspected it.",
        "This counts double for night driving.",
        "Drivers with less than {word} years of experience need a supervisor's consent.",
    ),
    "pharma": (
        "The batch is quarantined for {n} {days} in any case.",
        "Quality assurance must countersign within {n} hours.",
        "A second swab must be taken from the least accessible surface.",
        "The equipment must be requalified afterwards.",
        "Placebo batches are exempt.",
        "The qualified person must be informed by telephone.",
        "An environmental monitoring sample must be taken at the same time.",
    ),
    "software": (
        "The account is locked automatically after {n} failed attempts.",
        "Administrators are exempt when they work from the office network.",
        "The change must be rolled back if no approval is given within {n} hours.",
        "A ticket with high priority must be opened.",
        "The logs must be exported to an offline medium every {n} {days}.",
        "Test environments are exempt.",
        "Multi-factor authentication may be switched off for service accounts.",
    ),
}
"""Sentences that a reader of the domain would not stumble over."""

CLAUSES = (
    ", unless {head} decides otherwise",
    ", provided that {head} has agreed",
    " and only after {head} has been informed",
    ", except during the first {n} {days} of employment",
    ", subject to prior approval by {head}",
    " and {paper} is on file",
    ", unless the equipment is out of service",
    ", with a grace period of {n} {days}",
    ", and the result must be reported to {body}",
    ", provided that no more than {word} cases occur in a month",
    ", except where local practice differs",
    ", but only during normal working hours",
)
"""Conditions that slip in before a claim's full stop."""
