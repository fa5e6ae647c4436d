"""Dialogues over invented excerpts: what the embedded student reads before it meets any client's documents.

The layout and labels of synthforge's own deployment format are never written here, so the base does not know
them; everything underneath is (finding the section, copying it with its id, comparing, naming a given label).
"""

from collections.abc import Iterator
from random import Random

from embedded_student.amounts import amount, limit_value, near, relation
from embedded_student.citations import citations
from embedded_student.excerpts import Item, excerpt, pool
from embedded_student.styles import BRACKETS, SYSTEMS, Style, answer, draw_style, instruction, shown_sections
from embedded_student.words import ATTRIBUTES, COMMON, DAYS, NAMES, capital, invented

Message = dict[str, str]


def reply(style: Style, item: Item) -> Message:
    """The answer, and as its `key` the words that show whether the right section was found."""
    key = "" if not {"quote", "cite"} & set(style.fields) else style.none
    if item.cite:
        key = item.quote if "quote" in style.fields else item.cite if "cite" in style.fields else ""
    return {"role": "assistant", "content": answer(style, item), "key": key}


def reading(rng: Random, easy: float) -> list[Message]:
    """One excerpt, one to four questions, one answer style."""
    style = draw_style(rng)
    turns = rng.choices((1, 2, 3, 4), (22, 26, 27, 25))[0]
    page = excerpt(rng, easy, turns)
    what = instruction(rng, style)
    place = rng.random()
    header = f"{style.header}:\n" if rng.random() < 0.85 else ""
    asked = f"{style.asked}: " if style.asked else ""
    body = f"{header}{shown_sections(style, page.sections)}\n\n{asked}{page.items[0].case.text}"
    messages: list[Message] = []
    if place < 0.72:
        body = f"{what}\n\n{body}"
    elif place < 0.86:
        body = f"{body}\n\n{what}"
    if place >= 0.86:
        messages.append({"role": "system", "content": f"{rng.choice(SYSTEMS)} {what}"})
    elif rng.random() < 0.6:
        messages.append({"role": "system", "content": rng.choice(SYSTEMS)})
    messages += [
        {"role": "user", "content": body},
        reply(style, page.items[0]),
    ]
    for item in page.items[1:]:
        messages += [
            {"role": "user", "content": f"{asked}{item.case.text}"},
            reply(style, item),
        ]
    return messages


def drill(rng: Random) -> list[Message]:
    """Short exercises of the parts: comparing amounts, finding a line by its id or its words, copying."""
    kind = rng.random()
    if kind < 0.45:
        lines = []
        for _ in range(rng.randint(2, 6)):
            unit = rng.choice(rng.choice(ATTRIBUTES)[2])
            v = limit_value(rng, unit)
            x = v if rng.random() < 0.1 else near(rng, v, rng.random() < 0.5, rng.random() < 0.5)
            words = {"below": "less than", "above": "more than", "equal to": "equal to"}[relation(x, v)]
            flip = rng.random() < 0.2
            lines.append(
                (
                    f"{amount(x, unit, flip)} and {amount(v, unit, rng.random() < 0.2)}",
                    f"{amount(x, unit, flip)} is {words} {amount(v, unit)}",
                )
            )
        ask = rng.choice(("Compare", "Which is more?", "Say which is less or more.", "Compare the amounts."))
        return [
            {"role": "user", "content": ask + "\n" + "\n".join(q for q, _ in lines)},
            {"role": "assistant", "content": "\n".join(a for _, a in lines)},
        ]
    n = rng.randint(2, 5)
    rules = [rule for rule, _ in pool(rng, n)]
    ids = citations(rng, n)
    left, right = rng.choice(BRACKETS)
    rows = "\n".join(f"{rule.text} {left}{name}{right}" for rule, name in zip(rules, ids, strict=True))
    turns = rng.sample(range(n), min(n, rng.randint(1, 3)))
    messages: list[Message] = []
    ask_id = kind < 0.75
    for i in turns:
        question = f"Which line is about {rules[i].topic}?" if ask_id else f"Repeat {ids[i]}."
        reply = f"{ids[i]}: {rules[i].text}" if rng.random() < 0.5 else rules[i].text + f" {left}{ids[i]}{right}"
        if ask_id:
            reply = f"{rules[i].text} {left}{ids[i]}{right}"
        messages += [
            {"role": "user", "content": question},
            {"role": "assistant", "content": reply if ask_id else rules[i].text},
        ]
    messages[0]["content"] = f"{rows}\n\n{messages[0]['content']}"
    return messages


def chat(rng: Random) -> list[Message]:
    """A little talk that is no task at all."""
    name, a, b, word = rng.choice(NAMES), rng.randint(1, 20), rng.randint(1, 20), invented(rng)
    day = rng.randrange(7)
    question, reply = rng.choice(
        (
            ("Hello!", "Hello! How can I help you?"),
            ("Hi, who are you?", "I am a small assistant. I read texts and answer questions about them."),
            (f"My name is {name}.", f"Hello {name}, how can I help you?"),
            (f"What is {a} plus {b}?", f"{a} plus {b} is {a + b}."),
            (f"Which day comes after {DAYS[day]}?", f"{DAYS[(day + 1) % 7]}."),
            ("Thank you.", "You are welcome."),
            (f"Say {word}.", f"{capital(word)}."),
            (f"Write {word} three times.", f"{word} {word} {word}"),
            ("Can you help me?", "Yes. Send me the text and your question."),
            (
                f"Is {a} more than {b}?",
                f"{'Yes' if a > b else 'No'}, "
                f"{a} is {'more than' if a > b else 'less than' if a < b else 'equal to'} {b}.",
            ),
            (f"What is the plural of {rng.choice(COMMON)}?", "Add an s, most of the time."),
            ("Goodbye.", "Goodbye!"),
            (f"What does {word} mean?", f"I do not know the word {word}."),
            ("What can you do?", "I can look up lines in a text, quote them and compare numbers."),
        )
    )
    return [{"role": "user", "content": question}, {"role": "assistant", "content": reply}]


def dialogues(seed: int, easy: float = 0.1, drills: float = 0.06) -> Iterator[list[Message]]:
    """An endless stream of dialogues; the same seed gives the same stream."""
    rng = Random(seed)
    while True:
        yield dialogue(rng, easy, drills)


def dialogue(rng: Random, easy: float, drills: float) -> list[Message]:
    kind = rng.random()
    if kind < drills:
        return drill(rng)
    return chat(rng) if kind < drills + 0.015 else reading(rng, easy)
