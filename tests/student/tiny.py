"""Tiny random students with the chat templates of the real families, and chats to train them on."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

from synthforge.records import Message

RULES = [f"Drivers shall rest at least {hours} hours after {hours + 3} hours of driving." for hours in range(2, 40)]

CHATML = (
    "{% for message in messages %}<|im_start|>{{ message['role'] }}\n"
    "{{ message['content'] }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)


class Lines:
    """A progress that remembers what was said and how far its bars came."""

    def __init__(self) -> None:
        self.said: list[str] = []
        self.bars: dict[str, list[int]] = {}

    def say(self, text: str) -> None:
        self.said.append(text)

    @contextmanager
    def bar(self, stage: str, total: int) -> Iterator[SimpleNamespace]:
        count = self.bars.setdefault(stage, [total, 0])

        def advance(by: int = 1) -> None:
            count[1] += by

        yield SimpleNamespace(advance=advance)


def chat(number: int, turns: int = 1, system: str = "Judge by the excerpt.") -> list[Message]:
    messages = [Message(role="system", content=system)] if system else []
    for turn in range(turns):
        rule = RULES[(number + turn) % len(RULES)]
        messages.append(Message(role="user", content=f"{rule} [{number}.{turn}]\nA driver rests {number} hours. Fine?"))
        messages.append(Message(role="assistant", content=f"Quote: {rule} [{number}.{turn}]\nVerdict: violation"))
    return messages


def checkpoint(family: str, folder: Path) -> Path:
    import torch
    import transformers
    import trl
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

    templates = Path(trl.__file__).parent / "chat_templates"
    gemma = family == "gemma2"
    special = ["<pad>", "<eos>", "<bos>", "<start_of_turn>", "<end_of_turn>"] if gemma else []
    special = special or ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
    core = Tokenizer(models.BPE())
    core.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    core.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    texts = RULES * 3 + ["Quote: Verdict: violation compliant", "system user assistant model"]
    core.train_from_iterator(
        texts,
        trainers.BpeTrainer(vocab_size=400, special_tokens=special, initial_alphabet=alphabet, show_progress=False),
    )
    if gemma:  # Gemma's tokenizer puts <bos> before whatever it is given, and its template writes it too
        from tokenizers.processors import TemplateProcessing

        core.post_processor = TemplateProcessing(
            single="<bos> $A", special_tokens=[("<bos>", core.token_to_id("<bos>"))]
        )
    tokenizer = transformers.PreTrainedTokenizerFast(
        tokenizer_object=core,
        bos_token="<bos>" if gemma else None,
        # As in Qwen's base models: the tokenizer's eos is not what ends a turn.
        eos_token="<eos>" if gemma else "<|endoftext|>",
        pad_token="<pad>" if gemma else "<|endoftext|>",
        additional_special_tokens=special[-2:],
    )
    named = {"qwen2_5": "qwen2_5", "qwen3_hub": "qwen3", "gemma2": "gemma"}
    text = (templates / f"{named[family]}.jinja").read_text() if family in named else CHATML
    tokenizer.chat_template = text
    tokenizer.save_pretrained(folder)

    shape = dict(
        vocab_size=len(tokenizer), hidden_size=32, intermediate_size=48,
        num_hidden_layers=2, num_attention_heads=2,
        num_key_value_heads=1, head_dim=16, max_position_embeddings=512,
        tie_word_embeddings=True, initializer_range=0.2,
        pad_token_id=tokenizer.pad_token_id, eos_token_id=tokenizer.eos_token_id,
        bos_token_id=tokenizer.bos_token_id,
    )  # fmt: skip
    kinds = {"gemma2": "Gemma2", "qwen2_5": "Qwen2"}
    kind = kinds.get(family, "Qwen3")
    config = getattr(transformers, f"{kind}Config")(**shape)
    torch.manual_seed(0)
    model = getattr(transformers, f"{kind}ForCausalLM")(config)
    if family == "qwen2_5":  # what Qwen ships with: sampling, and a repetition penalty that greedy would still apply
        model.generation_config.update(do_sample=True, temperature=0.7, top_p=0.8, repetition_penalty=1.5)
    model.save_pretrained(folder)
    return folder
