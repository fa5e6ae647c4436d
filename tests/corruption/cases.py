"""Turns of five fields as a model would write them: claims in other words, answers that repeat or reword them."""

from synthforge.records import Claim, Evidence, Link, Section, Turn


def section(document: str, local: str, text: str, links: tuple[Link, ...] = ()) -> Section:
    key = f"{document}#{local}"
    return Section(id=key, document=document, citation=f"{document} {local}", text=text, start=0, end=1, links=links)


SECTIONS = {
    one.id: one
    for one in (
        section(
            "Rulebook",
            "12.3",
            "A firm must notify the Authority within 10 business days if its liquid assets fall below 25 % of its "
            "short-term liabilities, unless the Authority has granted a waiver under rule 12.7. The notice must "
            "state the amount of the shortfall. The auditor must confirm the amount within 20 business days.",
            (Link(kind="exception", start=150, end=160, target="Rulebook 12.7", section="Rulebook#12.7"),),
        ),
        section(
            "Rulebook", "12.7", "The Authority may grant a waiver for up to 6 months. A bank may ask for it in writing."
        ),
        section(
            "NDA",
            "§3",
            "The Receiving Party shall not disclose Confidential Information to any third party without the prior "
            "written consent of the Disclosing Party. The Receiving Party may disclose it to its affiliates, "
            "provided that they are bound by obligations no less strict. The duty ends 3 years after termination of "
            "this Agreement.",
        ),
        section(
            "NDA",
            "§4",
            "Upon request, the Receiving Party shall return or destroy all copies within 30 days. Backup copies "
            "need not be destroyed before 90 days have passed. Each licensee bears its own costs.",
        ),
        section(
            "Hours",
            "395.4(a)",
            "A driver may drive a maximum of 11 hours after 10 consecutive hours off duty. A driver of a "
            "passenger-carrying vehicle must not drive more than 10 hours following 8 consecutive hours off duty. "
            "The motor carrier keeps the record of duty status for 6 months.",
        ),
        section(
            "Hours",
            "395.4(b)",
            "The dispatcher is not required to sign the trip log. Records are kept at the terminal.",
        ),
        section(
            "SOP-021",
            "§5.2",
            "The operator must rinse the filling line with purified water for at least 15 minutes before the next "
            "batch. If the rinse water shows more than 50 ppb of residue, the line is blocked and quality assurance "
            "is informed immediately. The analyst takes 3 samples.",
        ),
        section("SOP-021", "§5.3", "The microbiologist releases the isolator. The autoclave is opened after 2 hours."),
        section(
            "IT-Policy",
            "AC-2",
            "System administrators must review all user accounts every 90 days and disable accounts that have been "
            "inactive for 45 days. Users should not share passwords. Laptops must be encrypted before they leave "
            "the site. The help desk may reset a password only if the user has been identified.",
        ),
        section(
            "IT-Policy", "AC-3", "Service accounts are exempt from the review. The line manager approves exceptions."
        ),
    )
}


def turn(key: str, quote: str, claim: str, answer: str | None = None, **changes: object) -> Turn:
    assert quote in SECTIONS[key].text, quote
    one = Claim(text=claim, evidence=Evidence(section=key, quote=quote, start=0, end=len(quote)))
    told = answer or f"{claim} [{SECTIONS[key].citation}]"
    base = Turn(question="What applies here?", claims=(one,), answer=told, decision="answered")
    return base.model_copy(update=changes)


LIQUIDITY = turn(
    "Rulebook#12.3",
    "A firm must notify the Authority within 10 business days if its liquid assets fall below 25 % of its short-term "
    "liabilities, unless the Authority has granted a waiver under rule 12.7.",
    "A firm has to inform the Authority within 10 business days if its liquid assets drop below 25 % of its "
    "short-term liabilities, unless it holds a waiver granted under rule 12.7.",
)
CONFIDENCE = turn(
    "NDA#§3",
    "The Receiving Party shall not disclose Confidential Information to any third party without the prior written "
    "consent of the Disclosing Party.",
    "The Receiving Party is not permitted to pass Confidential Information on to a third party without the prior "
    "written consent of the Disclosing Party.",
    "No. Without the prior written consent of the Disclosing Party, the Receiving Party is not permitted to pass "
    "Confidential Information on to a third party. [NDA §3]",
)
BACKUPS = turn(
    "NDA#§4",
    "Upon request, the Receiving Party shall return or destroy all copies within 30 days. Backup copies need not be "
    "destroyed before 90 days have passed.",
    "All copies are to be returned or destroyed within 30 days; backup copies need not be destroyed before 90 days.",
)
DRIVING = turn(
    "Hours#395.4(a)",
    "A driver of a passenger-carrying vehicle must not drive more than 10 hours following 8 consecutive hours off "
    "duty.",
    "After 8 consecutive hours off duty, a driver of a passenger-carrying vehicle must not drive more than 10 hours.",
    "Yes, this violates the rule. After 8 consecutive hours off duty, a driver of a passenger-carrying vehicle must "
    "not drive more than 10 hours. [Hours 395.4(a)]",
    decision="violation",
    reasoning="12 hours exceeds 10 hours.",
)
RINSING = turn(
    "SOP-021#§5.2",
    "The operator must rinse the filling line with purified water for at least 15 minutes before the next batch.",
    "Before the next batch, the operator must rinse the filling line with purified water for at least 15 minutes.",
)
RESIDUE = turn(
    "SOP-021#§5.2",
    "If the rinse water shows more than 50 ppb of residue, the line is blocked and quality assurance is informed "
    "immediately.",
    "If more than 50 ppb of residue is found in the rinse water, the line is blocked and quality assurance is "
    "informed.",
    "The line is blocked and quality assurance is informed if more than 50 ppb of residue is found in the rinse water.",
)
ACCOUNTS = turn(
    "IT-Policy#AC-2",
    "System administrators must review all user accounts every 90 days and disable accounts that have been inactive "
    "for 45 days.",
    "System administrators are required to review all user accounts every 90 days and to disable accounts that have "
    "been inactive for 45 days.",
    "Under AC-2, system administrators are required to review all user accounts every 90 days and to disable accounts "
    "that have been inactive for 45 days.",
)
RESETS = turn(
    "IT-Policy#AC-2",
    "The help desk may reset a password only if the user has been identified.",
    "The help desk is allowed to reset a password only if the user has been identified.",
)
TURNS = {
    "liquidity": LIQUIDITY,
    "confidence": CONFIDENCE,
    "backups": BACKUPS,
    "driving": DRIVING,
    "rinsing": RINSING,
    "residue": RESIDUE,
    "accounts": ACCOUNTS,
    "resets": RESETS,
}
ABSTAINED = Turn(
    question="Is a fee due for the waiver?",
    decision="insufficient_information",
    answer="The rule does not say whether a fee is due.",
    missing="a fee",
)
