"""The student's network: Qwen3's arithmetic in plain torch, so that it exports to transformers unchanged."""

import json
import math
from dataclasses import dataclass
from pathlib import Path

import torch
import torch.nn.functional as F
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from embedded_student.words import SMALL_NUMBERS, TENS


@dataclass(frozen=True)
class Shape:
    vocabulary: int = 5120
    width: int = 128
    layers: int = 5
    heads: int = 4
    head_width: int = 32
    inner: int = 256
    theta: float = 10000.0
    eps: float = 1e-6


class Block(nn.Module):
    def __init__(self, shape: Shape) -> None:
        super().__init__()
        d, h = shape.width, shape.heads * shape.head_width
        self.shape = shape
        self.norm1, self.norm2 = nn.Parameter(torch.ones(d)), nn.Parameter(torch.ones(d))
        self.q_norm, self.k_norm = (
            nn.Parameter(torch.ones(shape.head_width)),
            nn.Parameter(torch.ones(shape.head_width)),
        )
        self.q, self.k, self.v = (nn.Parameter(torch.randn(h, d) / math.sqrt(d)) for _ in range(3))
        self.o = nn.Parameter(torch.randn(d, h) * 0.1 / math.sqrt(h))
        self.gate, self.up = (nn.Parameter(torch.randn(shape.inner, d) / math.sqrt(d)) for _ in range(2))
        self.down = nn.Parameter(torch.randn(d, shape.inner) * 0.1 / math.sqrt(shape.inner))

    def forward(self, x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
        """x: (batch, length, width). Causal; the padding stands at the right and is never looked at."""
        shape = self.shape
        b, t, d = x.shape
        y = F.rms_norm(x, (d,), self.norm1, shape.eps)
        size = (b, t, shape.heads, shape.head_width)
        q = F.rms_norm(F.linear(y, self.q).view(size), (shape.head_width,), self.q_norm, shape.eps).transpose(1, 2)
        k = F.rms_norm(F.linear(y, self.k).view(size), (shape.head_width,), self.k_norm, shape.eps).transpose(1, 2)
        v = F.linear(y, self.v).view(size).transpose(1, 2)
        a = F.scaled_dot_product_attention(turn(q, cos, sin), turn(k, cos, sin), v, is_causal=True)
        x = x + F.linear(a.transpose(1, 2).reshape(b, t, -1), self.o)
        y = F.rms_norm(x, (d,), self.norm2, shape.eps)
        return x + F.linear(F.silu(F.linear(y, self.gate)) * F.linear(y, self.up), self.down)


def turn(x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    """Rotary position: transformers' half-split convention."""
    left, right = x.chunk(2, -1)
    return torch.cat((left * cos - right * sin, right * cos + left * sin), -1)


class Student(nn.Module):
    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        self.embed = nn.Parameter(torch.randn(shape.vocabulary, shape.width) * 0.06)
        self.blocks = nn.ModuleList(Block(shape) for _ in range(shape.layers))
        self.norm = nn.Parameter(torch.ones(shape.width))

    def forward(self, ids: Tensor) -> Tensor:
        """ids: (batch, length) → normed hidden states (batch, length, width)."""
        half = self.shape.head_width // 2
        turns = torch.arange(ids.shape[1])[:, None] * self.shape.theta ** (-torch.arange(half) / half)
        cos, sin = turns.cos(), turns.sin()
        x = F.embedding(ids, self.embed)
        for block in self.blocks:
            x = block(x, cos, sin)
        return F.rms_norm(x, (self.shape.width,), self.norm, self.shape.eps)

    def loss(self, ids: Tensor, at: Tensor, target: Tensor, weight: Tensor) -> Tensor:
        """Weighted cross entropy at the flat positions `at`; the head runs on these alone."""
        hidden = self(ids).reshape(-1, self.shape.width)[at]
        each = F.cross_entropy(F.linear(hidden, self.embed), target, reduction="none")
        return (each * weight).sum() / weight.sum()


def start_embeddings(tokens: list[str], width: int, seed: int, scale: float = 0.06) -> Tensor:
    """Embeddings that start out knowing spelling and size: like spellings lie close, numbers in order.

    A row is a random vector plus its letter trigrams' random vectors; numbers get waves of log(1 + n).
    """
    made = torch.Generator().manual_seed(seed)
    grams: dict[str, Tensor] = {}
    rows = torch.randn(len(tokens), width, generator=made)
    spelled = {word: n for n, word in enumerate(SMALL_NUMBERS)} | {word: n for n, word in TENS.items()}
    for i, token in enumerate(tokens):
        word = token.replace("Ġ", "").lower()
        number = int(word) if word.isascii() and word.isdigit() and len(word) <= 3 else spelled.get(word)
        if number is not None:
            place = math.log1p(number) / math.log(1000)
            waves = torch.tensor(
                [f(math.pi * k * place) for k in (0.5, 1, 2, 4, 8) for f in (math.sin, math.cos)]
                + [number / 500 - 1, place * 2 - 1]
            )
            rows[i] *= 0.7
            rows[i, : len(waves)] = waves * 2
        elif len(word) > 1 and word.isalpha():
            parts = [word] + [f"<{word}>"[j : j + 3] for j in range(len(word))]
            for part in parts:
                if part not in grams:
                    grams[part] = torch.randn(width, generator=made)
            shared = torch.stack([grams[part] for part in parts]).sum(0) / math.sqrt(len(parts))
            rows[i] = 0.7 * rows[i] + 0.7 * shared
    return rows * scale


HF = {
    "norm1": "input_layernorm",
    "norm2": "post_attention_layernorm",
    "q_norm": "self_attn.q_norm",
    "k_norm": "self_attn.k_norm",
    "q": "self_attn.q_proj",
    "k": "self_attn.k_proj",
    "v": "self_attn.v_proj",
    "o": "self_attn.o_proj",
    "gate": "mlp.gate_proj",
    "up": "mlp.up_proj",
    "down": "mlp.down_proj",
}


def named(model: Student) -> dict[str, Tensor]:
    """The weights under transformers' names."""
    out: dict[str, Tensor] = {"model.embed_tokens.weight": model.embed, "model.norm.weight": model.norm}
    for i, block in enumerate(model.blocks):
        out |= {f"model.layers.{i}.{HF[name]}.weight": weight for name, weight in block.named_parameters()}
    return out


def save_model(model: Student, folder: Path) -> None:
    """Write config, generation config and fp16 weights as a transformers folder."""
    folder.mkdir(parents=True, exist_ok=True)
    shape = model.shape
    config = {
        "architectures": ["Qwen3ForCausalLM"],
        "model_type": "qwen3",
        "vocab_size": shape.vocabulary,
        "hidden_size": shape.width,
        "intermediate_size": shape.inner,
        "num_hidden_layers": shape.layers,
        "num_attention_heads": shape.heads,
        "num_key_value_heads": shape.heads,
        "head_dim": shape.head_width,
        "hidden_act": "silu",
        "max_position_embeddings": 2048,
        "rms_norm_eps": shape.eps,
        "rope_parameters": {"rope_type": "default", "rope_theta": shape.theta},
        "tie_word_embeddings": True,
        "attention_bias": False,
        "attention_dropout": 0.0,
        "initializer_range": 0.02,
        "use_cache": True,
        "dtype": "float16",
        "pad_token_id": 0,
        "bos_token_id": None,
        "eos_token_id": 2,
    }
    generation = {"do_sample": False, "eos_token_id": 2, "pad_token_id": 0, "max_new_tokens": 256}
    (folder / "config.json").write_text(json.dumps(config, indent=2) + "\n")
    (folder / "generation_config.json").write_text(json.dumps(generation, indent=2) + "\n")
    save_file(
        {name: w.detach().half().contiguous() for name, w in named(model).items()},
        folder / "model.safetensors",
        {"format": "pt"},
    )


def load_weights(model: Student, folder: Path) -> None:
    """Fill the model from a folder written by `save_model`."""
    stored = load_file(folder / "model.safetensors")
    with torch.no_grad():
        for name, weight in named(model).items():
            weight.copy_(stored[name])
