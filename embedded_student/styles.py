"""Answer styles: which fields an answer has, their names, labels, order and layout."""

from dataclasses import dataclass
from random import Random

from embedded_student.excerpts import Item
from embedded_student.words import capital

VERDICTS = [
    ("meets the rule", "breaks the rule"),
    ("ok", "not ok"),
    ("pass", "fail"),
    ("allowed", "not allowed"),
    ("yes", "no"),
    ("conforms", "does not conform"),
    ("within the rule", "against the rule"),
    ("fine", "breach"),
    ("in order", "out of order"),
    ("green", "red"),
    ("accepted", "rejected"),
    ("approve", "refuse"),
    ("lawful", "unlawful"),
    ("conforming", "nonconforming"),
    ("in compliance", "not in compliance"),
    ("rule kept", "rule broken"),
    ("complies", "does not comply"),
    ("good", "bad"),
    ("satisfied", "violated"),
    ("permitted", "forbidden"),
    ("right", "wrong"),
    ("true", "false"),
]
UNKNOWN = """cannot be told|unknown|not enough information|open|unclear|missing information
no basis|undetermined|cannot determine status|insufficient|grey|not stated
insufficient evidence|cannot say|information missing|not known|unanswerable""".replace("\n", "|").split("|")
REVIEW = """ask a person|refer|needs a human|escalate|send to a person|for review|yellow
expert needed|pass on to staff|human must decide|manual check|judgement needed
requires a supervisor|call the office|review by a human|discuss""".replace("\n", "|").split("|")
ANSWERED = ("replied|told|done|solved|given|found|reply given|stated|information|blue|explained|resolved").split("|")
QUOTES = (
    "Rule|Text|Line|Passage|Evidence|Source|Basis|It says|Wording|Found|"
    "From the text|Sentence|Reference text|Clause text|Read"
).split("|")
CHECKS = ("Reason|Why|Compare|Test|Because|Reasoning|Comparison|Thought|Working|Step|Facts|Analysis|Note|Match").split(
    "|"
)
VERDICT_NAMES = (
    "Finding|Verdict|Result|Outcome|Status|Conclusion|Ruling|Judgement|Label|Class|Final|Therefore|Mark|Opinion"
).split("|")
ANSWERS = "Reply|Response|Information|In short|Statement|Told".split("|")
NO_RULE = ["none", "no line", "-", "nothing found", "no rule", "n/a", "no such section", ""]
MARKS = [('"', '"'), ("'", "'"), ("“", "”"), ("«", "»"), ("", ""), ('"', '"')]
BRACKETS = [("[", "]"), ("(", ")"), ("- ", ""), ("{", "}"), ("[", "]"), ("<", ">"), ("id ", ""), ("| ", "")]
HEADERS = (
    "Text|Sections|Rules|Document|Context|Passages|Material|Lines|Handbook|From the manual|Source text|Here is the text"
).split("|")
SYSTEMS = [
    "You check cases against rules.",
    "You are a careful reader.",
    "You answer from the given text only.",
    "You help staff with questions about their handbook.",
    "Read the text, then answer.",
    "You are an assistant for rule questions. Use only the lines given.",
    "You work with documents. Never guess.",
    "Stay with the text. Give the id of the line that you use.",
    "You are a helpful assistant.",
    "You review records and say what the rules make of them.",
    "Act as a clerk who looks things up.",
    "Answer in the format that is asked for.",
]


@dataclass
class Style:
    """How one dialogue is laid out; drawn anew for every dialogue."""

    fields: list[str]
    names: dict[str, str]
    labels: dict[str, str]
    layout: str
    sep: str
    marks: tuple[str, str]
    bracket: tuple[str, str]
    mode: int
    none: str
    bullet: str
    header: str
    asked: str


def draw_style(rng: Random) -> Style:
    fields = rng.choices(
        (
            ["quote", "check", "verdict"],
            ["quote", "verdict"],
            ["check", "verdict"],
            ["cite", "check", "verdict"],
            ["quote"],
            ["cite"],
            ["quote", "cite", "check", "verdict"],
            ["cite", "verdict"],
            ["quote", "check"],
        ),
        (60, 4, 4, 7, 5, 2, 11, 2, 5),
    )[0]
    ok, bad = rng.choice(VERDICTS)
    labels = {
        "ok": ok,
        "bad": bad,
        "unknown": rng.choice(UNKNOWN),
        "review": rng.choice(REVIEW),
        "answered": rng.choice(ANSWERED),
    }
    case = rng.random()
    if case < 0.15:
        labels = {key: value.upper() for key, value in labels.items()}
    elif case < 0.35:
        labels = {key: capital(value) for key, value in labels.items()}
    names = {
        "quote": rng.choice(QUOTES),
        "check": rng.choice(CHECKS),
        "verdict": rng.choice(VERDICT_NAMES),
        "answer": rng.choice(ANSWERS),
        "cite": rng.choice(("Id", "Section", "Where", "Reference", "Place")),
    }
    layout = rng.choices(
        ("lines", "numbers", "pipes", "tags", "json", "bold", "prose", "bare", "dashes"),
        (54, 6, 6, 5, 5, 6, 6, 6, 6),
    )[0]
    if layout in ("tags", "json") or rng.random() < 0.15:
        names = {key: value.lower().replace(" ", "_") for key, value in names.items()}
    return Style(
        fields,
        names,
        labels,
        layout,
        rng.choice((":", ":", ":", " =", " -", " ->", " >")),
        rng.choice(MARKS),
        rng.choice(BRACKETS),
        rng.choices((0, 1, 2), (74, 13, 13))[0],
        rng.choice(NO_RULE),
        rng.choice(("- ", "- ", "* ", "", "• ", "1")),
        rng.choice(HEADERS),
        rng.choice(("Question", "Case", "Situation", "", "", "", "Asked")),
    )


def instruction(rng: Random, style: Style) -> str:
    """What to write, naming the style's fields and labels; now and then left out by the caller."""
    ways = ("in words", "with signs", "as a list")
    about = {"quote": "the deciding line and its id", "check": ways[style.mode], "cite": "its id"}
    about["quote"] = about["quote"] if "cite" not in style.fields else "the deciding line"
    parts = []
    for name in style.fields:
        if name == "verdict":
            choices = " / ".join(style.labels.values()) if rng.random() < 0.5 else ", ".join(style.labels.values())
            parts.append(f"{style.names[name]} ({choices})")
        else:
            parts.append(f"{style.names[name]} ({about[name]})")
    shape = {
        "lines": f"with '{style.sep.strip()}'",
        "numbers": "numbered",
        "pipes": "in one line with bars",
        "tags": "in tags",
        "json": "as JSON",
        "bold": "in bold",
        "prose": "in sentences",
        "bare": "without names",
        "dashes": "with dashes",
    }[style.layout]
    lead = rng.choice(
        (
            "Write",
            "Give",
            "Return",
            "Quote and judge. Write",
            "Read the text. Give",
            "Decide from the text. Write",
            "Check the case. Give",
            "Answer with",
        )
    )
    none = (
        f" If no line fits: {style.none}."
        if style.none and {"quote", "cite"} & set(style.fields) and rng.random() < 0.6
        else ""
    )
    return f"{lead} {', '.join(parts)}, {shape}.{none}"


def answer(style: Style, item: Item) -> str:
    case = item.case
    left, right = style.bracket
    left = " " + left
    absent = not item.cite
    values: list[tuple[str, str]] = []
    for name in style.fields:
        if name == "quote":
            cited = "" if "cite" in style.fields else f"{left}{item.cite}{right}"
            text = style.none if absent else f"{style.marks[0]}{item.quote}{style.marks[1]}{cited}"
        elif name == "cite":
            text = style.none if absent else item.cite
        elif name == "check":
            text = case.check[style.mode]
        else:
            if case.outcome == "answered" and style.layout != "prose":
                values.append(("answer", case.answer))
            text = style.labels[case.outcome]
        if text:
            values.append((name, text))
    if not values:
        values = [("check", case.check[0])]
    shown = [(style.names[name], text) for name, text in values]
    if style.layout == "numbers":
        return "\n".join(f"{i}. {text}" for i, (_, text) in enumerate(shown, 1))
    if style.layout == "pipes":
        return " | ".join(text for _, text in shown)
    if style.layout == "tags":
        return "\n".join(f"<{name}>{text}</{name}>" for name, text in shown)
    if style.layout == "json":
        return "{" + ", ".join(f'"{name}": "{text.strip(chr(34))}"' for name, text in shown) + "}"
    if style.layout == "bold":
        return "\n".join(f"**{name}** {text}" for name, text in shown)
    if style.layout == "bare":
        return "\n".join(text for _, text in shown)
    if style.layout == "dashes":
        return "\n".join(f"- {name}{style.sep} {text}" for name, text in shown)
    if style.layout == "prose":
        told = {
            "quote": "The text says {}.",
            "cite": "See {}.",
            "check": "Here {}.",
            "verdict": "So it is: {}.",
            "answer": "{}",
        }
        return " ".join(
            told[name].format(text.rstrip(".") if name != "quote" or not style.marks[1] else text)
            for name, text in values
        )
    return "\n".join(f"{name}{style.sep} {text}" for name, text in shown)


def shown_sections(style: Style, sections: list[tuple[str, str]]) -> str:
    left, right = style.bracket
    rows = []
    for i, (text, name) in enumerate(sections, 1):
        bullet = f"{i}. " if style.bullet == "1" else style.bullet
        rows.append(f"{bullet}{text} {left}{name}{right}")
    return "\n".join(rows)
