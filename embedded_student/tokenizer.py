"""The student's tokenizer: byte-level BPE of 5,120 tokens in which every number up to 999 is one token."""

import json
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from random import Random

from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers, trainers

from embedded_student.citations import citations
from embedded_student.text import dialogues
from embedded_student.words import (
    ADJECTIVES,
    COMMON,
    MATERIALS,
    NAMES,
    PLACES,
    ROLES,
    VERBS,
    capital,
    gerund,
    past,
    plural,
)

VOCABULARY = 5120
SPECIAL = ("<|pad|>", "<|im_start|>", "<|im_end|>")
SPLIT = r"'(?:s|t|re|ve|m|ll|d)| ?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+|\n+|\s+(?!\S)|\s"
SYMBOLS = "§ ° µ % € £ $ ± ≤ ≥ × ² ³ – — … • “ ” ‘ ’ « » / & @ # < > = + * _ ~ | [ ] ( ) { } ä ö ü ß é è ñ ç ½"

# the template carries trl's generation markers, so loss on the assistant's words needs no second template
TEMPLATE = (
    "{%- for message in messages %}"
    "{{- '<|im_start|>' + message['role'] + '\\n' }}"
    "{%- if message['role'] == 'assistant' %}"
    "{% generation %}{{- message['content'] + '<|im_end|>' }}{% endgeneration %}"
    "{%- else %}{{- message['content'] + '<|im_end|>' }}{%- endif %}"
    "{{- '\\n' }}"
    "{%- endfor %}"
    "{%- if add_generation_prompt %}{{- '<|im_start|>assistant\\n' }}{%- endif %}"
)

PROSE = """
The case is compliant. This is a violation of the policy. There is insufficient information to determine the
compliance status of the scenario. The scenario requires human review. Judge the case against the excerpt.
Quote the rule, cite it, and give a decision. Check the excerpt first. Answer the question from the
document, with a citation to the section. The decision is final. Each employee should know the procedure.
According to the standard, the following requirements apply unless otherwise specified by the manufacturer.
Personnel who have not completed the training are not authorized to perform maintenance. Where necessary,
appropriate protective equipment should be provided immediately. Which of these statements is correct? How
many? Whose? What happened then? Nobody could explain it, because they were not there yet. Multi-factor
authentication should be enforced for all users. Devices that do not respond will be replaced under warranty
within the period. Drivers may drive after being off duty. Vehicles over the road. Batch records,
deviations, calibration, sterility and stability are reviewed.
"""


def corpus(seed: int, n: int) -> Iterator[str]:
    """What the merges are learnt from: dialogues, every listed word, every number, many citations."""
    rng = Random(seed)
    for number in range(1000):
        yield f"{number} " * 400
    for number in range(100):
        yield f"{number:02d} " * 200
    words = [*COMMON, *ROLES, *ADJECTIVES, *PLACES, *MATERIALS]
    forms = [*(plural(w) for w in [*COMMON, *ROLES]), *(past(v) for v in VERBS), *(gerund(v) for v in VERBS)]
    for word in [*words, *VERBS, *NAMES, *forms]:
        yield f" {word}" * (3 if word in forms else 15)
        yield f" {capital(word)}" * 2
    yield (SYMBOLS + " ") * 300
    yield PROSE * 40
    for messages in islice(dialogues(seed), n):
        yield "\n".join(message["content"] for message in messages)
    for _ in range(n // 10):
        yield " ".join(citations(rng, 4))


def train_tokenizer(seed: int = 1, n: int = 12000) -> Tokenizer:
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(SPLIT), "isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.train_from_iterator(
        corpus(seed, n),
        trainers.BpeTrainer(
            vocab_size=VOCABULARY,
            special_tokens=list(SPECIAL),
            initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
            show_progress=False,
        ),
    )
    return tokenizer


def save_tokenizer(tokenizer: Tokenizer, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer.save(str(folder / "tokenizer.json"))
    config = {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "bos_token": None,
        "eos_token": "<|im_end|>",
        "pad_token": "<|pad|>",
        "unk_token": None,
        "model_max_length": 2048,
        "padding_side": "left",
        "clean_up_tokenization_spaces": False,
        "add_prefix_space": False,
    }
    (folder / "tokenizer_config.json").write_text(json.dumps(config, indent=2) + "\n")
    (folder / "chat_template.jinja").write_text(TEMPLATE + "\n")
