"""A conversation simulated turn by turn: a user who has never seen the source asks, an assistant who has it answers."""

from collections.abc import Sequence
from typing import ClassVar

from pydantic import BaseModel, Field

from synthforge.context import Run
from synthforge.fencing import Fences, defused, environment
from synthforge.records import Message, Order, Section, Turn
from synthforge.templates.base import Ask, prompted
from synthforge.templates.dialogue import Dialogue
from synthforge.templates.drafts import Draft, ReplyDraft, Said, Unsuitable
from synthforge.templates.hearing import retold
from synthforge.templates.moves import EDGE_CASE, PARTS, Move
from synthforge.templates.prompting import PROMPTS
from synthforge.templates.queries import drawn


class UserDraft(Draft):
    """What the user says next."""

    message: Said = Field(description="The user's message alone, as it would be typed.")


class AssistantDraft(ReplyDraft):
    """What the assistant answers."""

    unsuitable: Unsuitable = ""


class SimulatedDialogue(Dialogue):
    """Each turn is two requests: one for the user's message, one for its answer, which is checked on its own.

    The user's side is told what there are rules on (headings), who it is and what to do next, and hears the answers;
    the text of the documents reaches it neither in its prompt nor repeated in an answer.
    """

    moves: dict[Move, float] = {
        "clarification": 0.25, "follow_up": 0.35, "multi_step": 0.15, "topic_change": 0.15, "refusal": 0.1,
    }  # fmt: skip

    prompt_file: ClassVar[str] = "assistant.jinja"
    response: ClassVar[type[BaseModel]] = AssistantDraft

    def requests(self, order: Order) -> int:
        return 2 * len(order.moves)

    def ask(self, order: Order, replies: Sequence[BaseModel], run: Run, avoid: Sequence[str] = ()) -> Ask | None:
        if len(replies) >= self.requests(order):
            return None
        before = self.turns(replies)
        pending = replies[-1] if len(replies) % 2 else None
        if isinstance(pending, UserDraft):
            return self._assistant(order, before, pending.message, run)
        return self._user(order, before, run, () if before else avoid)

    def instructions(self, order: Order, run: Run) -> str:
        """Of both sides, for all moves at once."""
        jinja, known, moves = environment((PROMPTS,)), self.variables(order, run), [PARTS[m] for m in order.moves]
        said: dict[str, object] = {"titles": (), "said": (), "queries": (), "avoid": (), "fence": Fences(())}
        user = jinja.get_template("user.jinja").render(
            **said, persona=known["persona"], scenario=known["scenario"],
            move="\n".join([*(move.user for move in moves), run.user_brief(order)]),
        )  # fmt: skip
        task = jinja.get_template(self.prompt_file).render(
            **known, said=(), part="\n".join(move.assistant for move in moves), fence=Fences(())
        )
        bare = self.model_copy(update={"queries": ()})
        assistant = bare.messages_to_teacher(task, order, (), run)
        system = jinja.get_template("user_system.jinja").render()
        return "\n".join([system, user, *(message.content for message in assistant)])

    def turns(self, replies: Sequence[BaseModel]) -> tuple[Turn, ...]:
        return tuple(
            reply.answering(asked.message)
            for asked, reply in zip(replies[::2], replies[1::2], strict=False)
            if isinstance(asked, UserDraft) and isinstance(reply, AssistantDraft)
        )

    def _user(self, order: Order, before: Sequence[Turn], run: Run, avoid: Sequence[str]) -> Ask:
        source = [text for section in prompted(order, run) for text in (section.text, section.lead_in)]
        heard = [_heard(turn, source) for turn in before]
        topics = _topics(order, len(before), run)
        move = order.moves[len(before)]
        titles = [defused(" > ".join(topic.path) or topic.document) for topic in topics]
        said = [defused(text) for turn in heard for text in (turn.question, turn.answer)]
        queries = drawn(self.queries, self.anchors, run.rng("queries", order.id), run)
        known = self.variables(order, run)
        user = environment((PROMPTS,)).get_template("user.jinja").render(
            persona=known["persona"], scenario=known["scenario"], titles=titles, said=said, queries=queries,
            move=run.user_brief(order) if move == EDGE_CASE else PARTS[move].user, avoid=avoid,
            fence=Fences([*titles, *said, *queries, *avoid]),
        )  # fmt: skip
        system = environment((PROMPTS,)).get_template("user_system.jinja").render()
        messages = (Message(role="system", content=system.strip()), Message(role="user", content=user.strip()))
        return Ask(messages, UserDraft, tuple(map(_outline, topics)), tuple(heard))

    def _assistant(self, order: Order, before: Sequence[Turn], question: str, run: Run) -> Ask:
        sections = prompted(order, run)
        move = order.moves[len(before)]
        said = [defused(text) for turn in before for text in (turn.question, _told(turn))]
        said.append(defused(question))
        task = environment((PROMPTS,)).get_template(self.prompt_file).render(
            **self.variables(order, run), said=said, part=PARTS[move].assistant, fence=Fences(said)
        )  # fmt: skip
        brief = run.brief(order) if move == EDGE_CASE else ""
        messages = self.messages_to_teacher(task, order, sections, run, brief=brief)
        return Ask(messages, self.shape(), sections, tuple(before), question)


def _topics(order: Order, number: int, run: Run) -> list[Section]:
    """The matter of a turn; where the user changes it, the present one and the next.

    Conversations begin with what the order is about, unless that is withheld: then only the last turn is about it.
    """
    shown = [section for section in prompted(order, run) if section.key in order.excerpt]
    target = run.sections[order.targets[0]]
    if order.moves[number] == EDGE_CASE or not shown:
        return [target]
    at = order.moves[:number].count("topic_change") % len(shown)
    changing = order.moves[number] == "topic_change" and len(shown) > 1
    return [shown[at], *([shown[(at + 1) % len(shown)]] if changing else [])]


def _heard(turn: Turn, source: Sequence[str]) -> Turn:
    """A turn as its user hears it."""
    parts = (retold(part, source) for part in (turn.reasoning, turn.answer, turn.missing) if part)
    said = ". ".join(dict.fromkeys(part.rstrip(".") for part in parts))
    return Turn(
        question=turn.question, answer=f"{said} ({turn.decision.replace('_', ' ')})".strip(), decision=turn.decision
    )


def _outline(section: Section) -> Section:
    """A section as its heading alone."""
    return Section(id=section.id, document=section.document, citation="", path=section.path, text="", start=0, end=0)


def _told(turn: Turn) -> str:
    """A turn's answer as the assistant's side is reminded of it."""
    quotes = (f'"{claim.evidence.quote}" [{claim.evidence.section}]' for claim in turn.claims)
    return " ".join([*quotes, *filter(None, (turn.reasoning, turn.answer)), f"({turn.decision})"])
