"""Pre-train the embedded student: tokenizer, a stream of invented dialogues, training, export."""

import argparse
import os
import shutil
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

import torch
from tokenizers import Tokenizer
from torch import Tensor

from embedded_student.model import Shape, Student, load_weights, save_model, start_embeddings
from embedded_student.text import Message, dialogue
from embedded_student.tokenizer import save_tokenizer, train_tokenizer

PROMPT_SHARE = 0.02  # of the prompt's tokens are trained on too: it teaches the words themselves
MUON_RATE, ADAM_RATE = 0.02, 2.5e-3
STEP = 4096  # tokens
LONGEST = 640
POOL = 512  # dialogues drawn at once, sorted by length and cut into batches of like lengths


@dataclass
class Batch:
    ids: Tensor  # (batch, length)
    at: Tensor  # flat positions whose next token is trained on
    target: Tensor
    weight: Tensor
    tokens: int


def encode(tokenizer: Tokenizer, messages: list[Message], rng: Random) -> tuple[list[int], list[float]]:
    """Token ids and each one's weight as a training target (0: none).

    Copying and judging are learnt from every token of an answer; *which* section to quote is settled in the
    quote's first token alone, so that one weighs more (without this, it was right in 58 of 100 answers).
    """
    ids: list[int] = []
    weights: list[float] = []
    for message in messages:
        head = tokenizer.encode(f"<|im_start|>{message['role']}\n").ids
        body = tokenizer.encode(f"{message['content']}<|im_end|>")
        ids += head + body.ids
        weights += [0.0] * len(head)
        if message["role"] != "assistant":
            weights += [float(rng.random() < PROMPT_SHARE) for _ in body.ids]
        else:
            key = message.get("key", "")
            start = message["content"].find(key) if key else -1
            for left, right in body.offsets:
                chosen = start >= 0 and left <= start < right
                near = start >= 0 and start - 2 <= left < start + 24
                weights.append(8.0 if chosen else 2.5 if near else 1.0)
        ids += tokenizer.encode("\n").ids
        weights += [0.0] * (len(ids) - len(weights))
    return ids, weights


def batches(tokenizer: Tokenizer, seed: int, size: int, easy: list[float]) -> Iterator[Batch]:
    """Batches of about `size` tokens, for ever; `easy`: the present shares of easy excerpts and of drills."""
    rng = Random(seed)
    while True:
        rows: list[tuple[list[int], list[float]]] = []
        while len(rows) < POOL:
            row = encode(tokenizer, dialogue(rng, easy[0], easy[1]), rng)
            if len(row[0]) <= LONGEST:
                rows.append(row)
        rows.sort(key=lambda row: len(row[0]))
        groups, group = [], [rows[0]]
        for row in rows[1:]:
            if (len(group) + 1) * len(row[0]) > size:
                groups.append(group)
                group = []
            group.append(row)
        rng.shuffle(groups)  # the last, unfinished group is left out
        for group in groups:
            length = max(len(ids) for ids, _ in group)
            ids = torch.zeros(len(group), length, dtype=torch.long)
            weights = torch.zeros(len(group), length)
            for i, (row_ids, row_weights) in enumerate(group):
                ids[i, : len(row_ids)] = torch.tensor(row_ids)
                weights[i, : len(row_ids)] = torch.tensor(row_weights)
            at = weights[:, 1:].nonzero()
            line, column = at[:, 0], at[:, 1]
            yield Batch(
                ids,
                line * length + column,
                ids[line, column + 1],
                weights[line, column + 1],
                sum(len(r[0]) for r in group),
            )


def orthogonal(g: Tensor) -> Tensor:
    """Newton-Schulz steps towards the nearest orthogonal matrix; g: (n, rows, columns).

    The coefficients are those of Muon (Jordan et al. 2024).
    """
    x: Tensor = g / (g.norm(dim=(-2, -1), keepdim=True) + 1e-7)
    tall = g.shape[-2] > g.shape[-1]
    x = x.mT if tall else x
    for _ in range(5):
        a = x @ x.mT
        x = 3.4445 * x + (-4.7750 * a + 2.0315 * a @ a) @ x
    return x.mT if tall else x


class Muon:
    """Momentum with orthogonalised steps, for the hidden matrices; those of one form are stepped together."""

    def __init__(self, weights: list[Tensor], momentum: float = 0.95, decay: float = 0.01) -> None:
        forms: dict[tuple[int, ...], list[Tensor]] = {}
        for weight in weights:
            forms.setdefault(tuple(weight.shape), []).append(weight)
        self.groups = [(group, torch.zeros(len(group), *form)) for form, group in forms.items()]
        self.momentum, self.decay = momentum, decay

    def step(self, rate: float) -> None:
        for group, state in self.groups:
            grads = torch.stack([weight.grad for weight in group if weight.grad is not None])
            state.lerp_(grads, 1 - self.momentum)
            moves = orthogonal(grads.lerp(state, self.momentum))
            scale = max(1.0, group[0].shape[0] / group[0].shape[1]) ** 0.5
            for weight, move in zip(group, moves, strict=True):
                weight.data.mul_(1 - rate * self.decay).add_(move, alpha=-rate * scale)
                weight.grad = None


def train(out: Path, minutes: float, seed: int, first: Path | None, simple: float, top: float) -> None:
    """Train for `minutes`, from `first` where given; a usable model is in `out` every five minutes."""
    shape, flat = Shape(), 0.3 if top == 1 else 0.0
    torch.manual_seed(seed)
    tokenizer = Tokenizer.from_file(str(first / "tokenizer.json")) if first else train_tokenizer()
    save_tokenizer(tokenizer, out)
    model = Student(shape)
    tokens = [tokenizer.id_to_token(i) or "" for i in range(shape.vocabulary)]
    model.embed.data.copy_(start_embeddings(tokens, shape.width, seed))
    if first:
        load_weights(model, first)
    hidden: list[Tensor] = [w for w in model.blocks.parameters() if w.ndim == 2]
    muon = Muon(hidden)
    adam = torch.optim.AdamW(
        [
            {"params": [model.embed], "weight_decay": 0.0},
            {"params": [w for w in model.parameters() if w.ndim == 1], "weight_decay": 0.0},
        ],
        lr=ADAM_RATE,
        betas=(0.9, 0.98),
        eps=1e-10,
        foreach=True,
    )
    for block in model.blocks:
        block.compile(dynamic=True)  # a fifth faster on a CPU, after half a minute of compiling
    easy = [simple, 0.3 * simple]
    stream = batches(tokenizer, seed, STEP, easy)
    begun, saved, seen, step, mean = time.time(), time.time(), 0, 0, 0.0
    print(
        f"{sum(w.numel() for w in model.parameters())} parameters, {minutes} minutes, {time.ctime()}",
        flush=True,
    )
    while True:
        part = (time.time() - begun) / (minutes * 60)
        if part >= 1:
            break
        # short excerpts and drills at first, then ever fewer
        easy[0], easy[1] = max(0.1, simple * (1 - part / 0.5)), max(0.05, 0.3 * simple * (1 - part / 0.4))
        pace = min(1.0, (step + 1) / 60) * top * (1.0 if part < flat else max(0.02, (1 - part) / (1 - flat)))
        batch = next(stream)
        loss = model.loss(batch.ids, batch.at, batch.target, batch.weight)
        torch.autograd.backward(loss)
        for group in adam.param_groups:
            group["lr"] = ADAM_RATE * pace
        adam.step()
        adam.zero_grad(set_to_none=True)
        muon.step(MUON_RATE * pace)
        seen, step = seen + batch.tokens, step + 1
        mean = loss.item() if step == 1 else 0.98 * mean + 0.02 * loss.item()
        if step % 50 == 0:
            spent = time.time() - begun
            print(
                f"step {step} loss {mean:.4f} tokens {seen / 1e6:.2f}M {seen / spent:.0f} tok/s "
                f"easy {easy[0]:.2f} pace {pace:.2f} {spent / 60:.1f} min",
                flush=True,
            )
        if time.time() - saved > 300:
            save_model(model, out)
            saved = time.time()
    save_model(model, out)
    print(
        f"done: {step} steps, {seen} tokens, loss {mean:.4f}, {(time.time() - begun) / 60:.1f} min",
        flush=True,
    )


def keep_memory() -> None:
    """Start again with a malloc that keeps freed blocks: handing them back took a fifth of the time."""
    if "MALLOC_TRIM_THRESHOLD_" not in os.environ:
        os.environ |= {
            "MALLOC_MMAP_THRESHOLD_": "4294967296",
            "MALLOC_TRIM_THRESHOLD_": "8589934592",
            "MALLOC_TOP_PAD_": "268435456",
        }
        os.execv(sys.executable, [sys.executable, "-m", "embedded_student.train", *sys.argv[1:]])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    add = parser.add_argument
    add("--out", type=Path, default=Path("outputs/embedded_student"), help="checkpoints go here")
    add("--export", type=Path, default=Path("synthforge/student/embedded"), help="the last one goes here")
    add("--minutes", type=float, default=75)
    add("--seed", type=int, default=7)
    add("--init", type=Path, help="go on from this folder's weights and tokenizer")
    add("--simple", type=float, default=1.0, help="share of short, plain excerpts at the start")
    add("--top", type=float, default=1.0, help="learning rates at the start; below 1 they fall at once")
    args = parser.parse_args()
    keep_memory()
    torch.set_num_threads(1)
    train(args.out, args.minutes, args.seed, args.init, args.simple, args.top)
    args.export.mkdir(parents=True, exist_ok=True)
    for path in args.out.iterdir():
        shutil.copyfile(path, args.export / path.name)


if __name__ == "__main__":
    main()
