"""Lets a student answer: greedy, in its training format, in batches that depend on the prompts alone."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from synthforge.context import Run
from synthforge.student import adapter as adapters
from synthforge.student import chat
from synthforge.student.base import Prompt, Student
from synthforge.student.loading import computing, context, load_model, load_tokenizer

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase as Tokenizer


def answer(student: Student, adapter: Path | None, prompts: Sequence[Prompt], run: Run) -> list[str]:
    """The student's answers, in the order of `prompts`; without an adapter, the base model's.

    Equal prompts get equal answers, whatever their order and company: batches are formed by length, then
    text. A prompt that leaves no room to answer gets '' and is counted aloud.

    Raises:
        StageError: the student cannot be loaded, or the adapter was trained in another format or on another
            base.
    """
    import torch

    tokenizer = load_tokenizer(student, "evaluate")
    if adapter is not None:
        adapters.admit(adapter, student, tokenizer, prompts, run)
    end = chat.end_token(tokenizer, student, "evaluate")
    model = _load(student, adapter, tokenizer, end)
    room = context(model)

    asked = [chat.render(tokenizer, prompt, True) for prompt in prompts]
    encoded = {text: chat.encode(tokenizer, text) for text in asked}
    fitting = [text for text in encoded if len(encoded[text]) < room]
    fitting.sort(key=lambda text: (len(encoded[text]), text))
    answers = dict.fromkeys(encoded, "")
    if lost := len(encoded) - len(fitting):
        run.progress.say(f"evaluate: {lost} prompts fill the context of {room} tokens; answered with nothing")
    tokenizer.padding_side = "left"  # a gap between prompt and answer would change the answer
    name = f"answer ({'tuned' if adapter else 'base'})"
    with computing(student), run.progress.bar(name, len(encoded)) as bar, torch.inference_mode():
        bar.advance(lost)
        for start in range(0, len(fitting), student.batch_size):
            batch = fitting[start : start + student.batch_size]
            tokens = [encoded[text] for text in batch]
            texts = _generate(model, tokenizer, tokens, student.max_new_tokens, room, end)
            answers.update(zip(batch, texts, strict=True))
            bar.advance(len(batch))
    return [answers[text] for text in asked]


def _load(student: Student, adapter: Path | None, tokenizer: "Tokenizer", end: int) -> Any:
    from transformers import GenerationConfig

    model: Any = load_model(student, "evaluate")
    if adapter is not None:
        from peft import PeftModel

        model = PeftModel.from_pretrained(model, str(adapter))
        if str(model.dtype) == "torch.float32":  # faster; bfloat16 would round the adapter away
            model = model.merge_and_unload()
    # In place of what the base ships with: greedy alone would still apply Qwen's repetition penalty.
    greedy: Any = GenerationConfig
    model.generation_config = greedy(do_sample=False, eos_token_id=end, pad_token_id=tokenizer.pad_token_id)
    return model.eval()


def _generate(
    model: Any, tokenizer: "Tokenizer", prompts: list[list[int]], longest: int, room: int, end: int
) -> list[str]:
    inputs = tokenizer.pad({"input_ids": prompts}, return_tensors="pt").to(model.device)
    width = inputs["input_ids"].shape[1]
    generated = model.generate(**inputs, max_new_tokens=max(1, min(longest, room - width)))
    texts = []
    for tokens in generated[:, width:].tolist():
        finished = tokens[: tokens.index(end)] if end in tokens else tokens
        texts.append(str(tokenizer.decode(finished, skip_special_tokens=True)).strip())
    return texts
