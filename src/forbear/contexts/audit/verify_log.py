"""Is a record of what was done still, entry by entry, the one that was signed?

This file needs Python 3.11 and nothing else, so that whoever checks installs nothing and believes
nobody: python verify_log.py FOLDER. It exits with 0 when all is well, 1 when something is wrong,
2 when the question was not understood. An entry's line with a zero byte before it is hashed to a
leaf of the tree of RFC 6962; checkpoints are C2SP signed notes (Ed25519, RFC 8032).
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from itertools import count
from pathlib import Path

Leaf = tuple[int, int, bytes]
Signature = tuple[bytes, bytes, bytes]
"""Public key, message, signature."""
_sha = hashlib.sha256
_HEAD = re.compile(rb'\{"v":1,"index":(null|-?\d+),("id":(-?\d+),.*)', re.DOTALL)
SEARCH_MAX = 1000
TOGETHER = 500
TRIALS_MAX = 2_000_000
ID_MIN = -(2**63)
_TELL_EVERY = 20_000


# --- The tree of RFC 6962 -------------------------------------------------------------------------


def leaf_hash(data: bytes) -> bytes:
    """Return the hash of a leaf."""
    return _sha(b"\0" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of a node over two others."""
    return _sha(b"\1" + left + right).digest()


class Tree:
    """A tree that grows at its right end and remembers only the roots of its full parts."""

    def __init__(self, size: int = 0, parts: Iterable[bytes] = ()) -> None:
        self.size, self.parts = size, list(parts)

    def append(self, leaf: bytes) -> list[bytes]:
        """Add a leaf's hash; return the hashes of the full subtrees that it ends, small to big."""
        made, rest = [], self.size
        while rest & 1:
            leaf = _sha(b"\1" + self.parts.pop() + leaf).digest()
            made.append(leaf)
            rest >>= 1
        self.parts.append(leaf)
        self.size += 1
        return made

    def root(self) -> bytes:
        """Return the root."""
        if not self.parts:
            return _sha(b"").digest()
        found = self.parts[-1]
        for part in reversed(self.parts[:-1]):
            found = node_hash(part, found)
        return found


def root_by_inclusion(index: int, size: int, leaf: bytes, path: Sequence[bytes]) -> bytes | None:
    """Return the root that a proof of inclusion leads to; None: it is no proof for this place."""
    if not 0 <= index < size:
        return None
    here, last, found = index, size - 1, leaf
    for step in path:
        if last == 0:
            return None
        if here & 1 or here == last:
            found = node_hash(step, found)
            while here and not here & 1:
                here, last = here >> 1, last >> 1
        else:
            found = node_hash(found, step)
        here, last = here >> 1, last >> 1
    return found if last == 0 else None


def consistent(old: int, old_root: bytes, new: int, new_root: bytes, path: Sequence[bytes]) -> bool:
    """Say whether a proof shows that the tree of size ``new`` only added to that of ``old``."""
    if old == new:
        return old_root == new_root and not path
    if not 0 < old < new:
        return old == 0 and not path
    steps = list(path) if old & (old - 1) else [old_root, *path]
    if not steps:
        return False
    here, last = old - 1, new - 1
    while here & 1:
        here, last = here >> 1, last >> 1
    first = second = steps[0]
    for step in steps[1:]:
        if last == 0:
            return False
        if here & 1 or here == last:
            first, second = node_hash(step, first), node_hash(step, second)
            while here and not here & 1:
                here, last = here >> 1, last >> 1
        else:
            second = node_hash(second, step)
        here, last = here >> 1, last >> 1
    return last == 0 and first == old_root and second == new_root


# --- Ed25519, only to verify ----------------------------------------------------------------------

_P = 2**255 - 19
_L = 2**252 + 27742317777372353535851937790883648493
_D = -121665 * pow(121666, -1, _P) % _P
_ROOT = pow(2, (_P - 1) // 4, _P)
Point = tuple[int, int, int, int]


def _added(a: Point, b: Point) -> Point:
    low, high = (a[1] - a[0]) * (b[1] - b[0]) % _P, (a[1] + a[0]) * (b[1] + b[0]) % _P
    t, z = 2 * a[3] * b[3] * _D % _P, 2 * a[2] * b[2] % _P
    e, f, g, h = high - low, z - t, z + t, high + low
    return e * f % _P, g * h % _P, f * g % _P, e * h % _P


def _point(raw: bytes) -> Point | None:
    y = int.from_bytes(raw, "little")
    sign, y = y >> 255, y & (2**255 - 1)
    if y >= _P:
        return None
    u, v = (y * y - 1) % _P, (_D * y * y + 1) % _P
    x = u * v**3 * pow(u * v**7 % _P, (_P - 5) // 8, _P) % _P
    if (v * x * x - u) % _P:
        x = x * _ROOT % _P
    if (v * x * x - u) % _P or (x == 0 and sign):
        return None
    x = _P - x if x & 1 != sign else x
    return x, y, 1, x * y % _P


_G = _point((4 * pow(5, -1, _P) % _P).to_bytes(32, "little"))
_ZERO: Point = (0, 1, 1, 0)


def signed(public_key: bytes, message: bytes, signature: bytes) -> bool:
    """Say whether a signature of 64 bytes is the key's over a message."""
    if len(public_key) != 32 or len(signature) != 64:
        return False
    key, spot = _point(public_key), _point(signature[:32])
    s = int.from_bytes(signature[32:], "little")
    if key is None or spot is None or _G is None or s >= _L:
        return False
    told = hashlib.sha512(signature[:32] + public_key + message).digest()
    h = int.from_bytes(told, "little") % _L
    minus = (_P - key[0], key[1], 1, _P - key[3])
    table: tuple[Point, ...] = (_ZERO, _G, minus, _added(_G, minus))
    found = _ZERO
    for bit in range(max(s.bit_length(), h.bit_length()) - 1, -1, -1):
        found = _added(found, found)
        chosen = (s >> bit & 1) | (h >> bit & 1) << 1
        if chosen:
            found = _added(found, table[chosen])
    x, y, z, _ = found
    return (x - spot[0] * z) % _P == 0 and (y - spot[1] * z) % _P == 0


def _sum_of(terms: Sequence[tuple[int, Point]]) -> Point:
    """Return the sum of multiples of points, eight bits of all factors at a time."""
    found = _ZERO
    for shift in range(max(factor.bit_length() for factor, _ in terms) // 8 * 8, -1, -8):
        for _ in range(8):
            found = _added(found, found)
        piles: list[Point | None] = [None] * 256
        for factor, point in terms:
            digit = factor >> shift & 255
            pile = piles[digit]
            piles[digit] = point if pile is None else _added(pile, point)
        running = whole = _ZERO
        for pile in piles[:0:-1]:
            running = running if pile is None else _added(running, pile)
            whole = _added(whole, running)
        found = _added(found, whole)
    return found


def together(some: Sequence[Signature]) -> bool:
    """Say whether all of some signatures are good, much quicker than one by one.

    The sum of all their equations, each by a factor that nobody can foresee, must hold.
    """
    factors: dict[bytes, int] = {}
    terms, base = [], 0
    for key, message, signature in some:
        spot, s = _point(signature[:32]), int.from_bytes(signature[32:], "little")
        if len(signature) != 64 or len(key) != 32 or spot is None or s >= _L:
            return False
        told = hashlib.sha512(signature[:32] + key + message).digest()
        z = int.from_bytes(os.urandom(16), "little")
        base += z * s
        factors[key] = factors.get(key, 0) + z * int.from_bytes(told, "little")
        terms.append((z, spot))
    for key, factor in factors.items():
        point = _point(key)
        if point is None:
            return False
        terms.append((factor % _L, point))
    assert _G is not None
    left = _sum_of([*terms, (-base % _L, _G)])
    for _ in range(3):
        left = _added(left, left)
    return left[0] % _P == 0 and (left[1] - left[2]) % _P == 0


def all_signed(every: Sequence[Signature]) -> list[bool]:
    """Say of each signature whether it is good."""
    found: list[bool] = []
    for start in range(0, len(every), TOGETHER):
        some = every[start : start + TOGETHER]
        if len(some) > 1 and together(some):
            found += [True] * len(some)
        else:
            found += [signed(*each) for each in some]
    return found


# --- Checkpoints: C2SP signed notes ---------------------------------------------------------------


@dataclass(frozen=True)
class Checkpoint:
    """What was signed: the tree's size and root, when, and up to which id nothing can follow.

    ``settled``: every entry with an id up to it is among the first ``size``, or never was.
    """

    origin: str
    size: int
    root: bytes
    time: str
    settled: int
    signature: bytes = b""
    key_hash: bytes = b""

    def text(self) -> str:
        """Return the text that is signed."""
        root = base64.b64encode(self.root).decode()
        return f"{self.origin}\n{self.size}\n{root}\ntime {self.time}\nsettled {self.settled}\n"

    def note(self) -> str:
        """Return the text with its signature, as it is kept and handed about."""
        mark = base64.b64encode(self.key_hash + self.signature).decode()
        return f"{self.text()}\n\u2014 {self.origin} {mark}\n"


_NOTE = re.compile(
    r"([^\s+]+)\n(\d+)\n([A-Za-z0-9+/]{43}=)\ntime (\S+)\nsettled (-?\d+)\n"
    r"\n\u2014 ([^\s+]+) ([A-Za-z0-9+/]+=*)\n"
)


def parse_note(note: str) -> Checkpoint | None:
    """Return the checkpoint of a signed note; None: it is no such note."""
    found = _NOTE.fullmatch(note)
    if found is None or found[1] != found[6]:
        return None
    mark = base64.b64decode(found[7])
    made = Checkpoint(
        found[1],
        int(found[2]),
        base64.b64decode(found[3]),
        found[4],
        int(found[5]),
        mark[4:],
        mark[:4],
    )
    return made if len(mark) == 68 and made.note() == note else None


def key_hash(origin: str, public_key: bytes) -> bytes:
    """Return the four bytes by which a note names its key."""
    return _sha(origin.encode() + b"\n\x01" + public_key).digest()[:4]


def key_text(origin: str, public_key: bytes) -> str:
    """Return a key in the form name+hash+key, to be handed about and compared."""
    public = base64.b64encode(b"\1" + public_key).decode()
    return f"{origin}+{key_hash(origin, public_key).hex()}+{public}"


def parse_key(text: str) -> tuple[str, bytes] | None:
    """Return name and key; None: it is no such key."""
    parts = text.strip().split("+", 2)
    try:
        raw = base64.b64decode(parts[2], validate=True)
    except (IndexError, ValueError):
        return None
    good = len(raw) == 33 and raw[:1] == b"\1" and key_text(parts[0], raw[1:]) == text.strip()
    return (parts[0], raw[1:]) if good else None


# --- What is wrong --------------------------------------------------------------------------------

_SAID = {
    "CHANGED": (
        "Entry {entry} (place {index}) was changed.",
        "条目 {entry}（位置 {index}）被改动。",
    ),
    "DROPPED": (
        "Entry {entry} (place {index}) was dropped.",
        "条目 {entry}（位置 {index}）被删除。",
    ),
    "INSERTED": (
        "Entry {entry} (place {index}) was inserted afterwards.",
        "条目 {entry}（位置 {index}）是事后插入的。",
    ),
    "REORDERED": (
        "Entry {entry} stands at place {index} and belongs at {belongs}.",
        "条目 {entry} 现处位置 {index}，应在位置 {belongs}。",
    ),
    "LEAF_CHANGED": (
        "The leaf of entry {entry} (place {index}) was changed; the entry itself is genuine.",
        "条目 {entry}（位置 {index}）的叶被改动；条目本身属实。",
    ),
    "LEAF_DROPPED": (
        "The leaf of entry {entry} (place {index}) was dropped; the entry itself is genuine.",
        "条目 {entry}（位置 {index}）的叶被删除；条目本身属实。",
    ),
    "REWRITTEN": (
        "Among places {index} to {belongs} entries and leaves were changed together.",
        "位置 {index} 至 {belongs} 之间的条目与叶被一并改动。",
    ),
    "CUT_OFF": (
        "A checkpoint covers {belongs} entries; only {index} are there.",
        "检查点覆盖 {belongs} 条，现仅有 {index} 条。",
    ),
    "FORKED": (
        "Two signed checkpoints of {index} entries differ.",
        "有两份已签署的 {index} 条检查点互不相符。",
    ),
    "NOT_IN_TREE": (
        "The entry at place {index} is not in the tree that was signed.",
        "位置 {index} 的条目不在已签署的树中。",
    ),
    "UNREADABLE": ("Line {index} is not an entry.", "第 {index} 行不是条目。"),
    "NODE_CHANGED": (
        "A hash kept to prove that checkpoint {belongs} continues {index} was changed.",
        "用于证明检查点 {belongs} 延续 {index} 的哈希被改动。",
    ),
    "CHECKPOINT_FORGED": (
        "The checkpoint of {index} entries is not as it was signed.",
        "{index} 条的检查点与签署时不符。",
    ),
    "KEY_UNKNOWN": (
        "The checkpoint of {index} entries is signed with a key that is not believed.",
        "{index} 条的检查点由不受信任的密钥签署。",
    ),
    "CHECKPOINT_DROPPED": (
        "A copy tells of a checkpoint of {index} entries that the database no longer holds.",
        "副本中有 {index} 条的检查点，数据库中已不存在。",
    ),
}


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong. ``entry`` null: its id is not known; ``index`` counts from 0."""

    code: str
    index: int | None = None
    entry: int | None = None
    belongs: int | None = None

    def said(self, lang: str = "en") -> str:
        """Return a sentence."""
        values = {name: "?" if value is None else value for name, value in asdict(self).items()}
        return _SAID[self.code][lang == "zh"].format(**values)


@dataclass
class Report:
    """What was found. ``waiting`` entries are not in the tree yet; that is no fault."""

    entries: int = 0
    leaves: int = 0
    checkpoints: int = 0
    signatures: int = 0
    waiting: int = 0
    findings: list[Finding] = field(default_factory=list)


@dataclass
class Log:
    """A record: ``entries`` and ``leaves`` can be read twice, both in the order of the leaves."""

    entries: Callable[[], Iterable[bytes]]
    leaves: Callable[[], Iterable[Leaf]]
    stored: Sequence[Checkpoint] = ()
    copies: Sequence[Checkpoint] = ()
    keys: Sequence[tuple[str, bytes]] = ()


Judge = Callable[[Sequence[Signature]], list[bool]]


def examine(
    log: Log, tell: Callable[[int], None] = lambda _done: None, judge: Judge = all_signed
) -> Report:
    """Check everything against everything; name what is wrong."""
    report = Report(checkpoints=len(log.stored))
    good = _genuine(log, report, judge)
    if not _read_through(log, good, report, tell):
        report.findings += Explanation(log, good, report).findings
    report.findings.sort(key=lambda each: (each.index or 0, each.code))
    return report


def _genuine(log: Log, report: Report, judge: Judge) -> list[Checkpoint]:
    """Return the checkpoints that a known key signed, the smallest first."""
    keys = {(origin, key_hash(origin, key)): key for origin, key in log.keys}
    every = list(dict.fromkeys((*log.stored, *log.copies)))
    given = [(keys.get((one.origin, one.key_hash), b""), one) for one in every]
    known = [(key, one) for key, one in given if key]
    verdicts = judge([(key, one.text().encode(), one.signature) for key, one in known])
    good = [one for (_, one), fine in zip(known, verdicts, strict=True) if fine]
    report.signatures = len(known)
    forged = [one for (_, one), fine in zip(known, verdicts, strict=True) if not fine]
    strange = [one for key, one in given if not key]
    report.findings += [Finding("CHECKPOINT_FORGED", one.size) for one in forged]
    report.findings += [Finding("KEY_UNKNOWN", one.size) for one in strange]
    held = {(one.size, one.root) for one in log.stored}
    copies, fine = set(log.copies), set(good)
    lost = {one for one in copies & fine if (one.size, one.root) not in held}
    report.findings += [Finding("CHECKPOINT_DROPPED", one.size) for one in lost]
    return sorted(good, key=lambda one: one.size)


def _read_through(
    log: Log, good: list[Checkpoint], report: Report, tell: Callable[[int], None]
) -> bool:
    """Read once, quickly; say whether every single thing was as it must be."""
    tree, floor, ahead = Tree(), ID_MIN, iter([*good, None])
    entries, append, number = iter(log.entries()), tree.append, 0
    coming = next(ahead)
    for number, (index, entry_id, leaf) in zip(count(1), log.leaves()):  # endless
        line = next(entries, b"")
        if (
            index != number - 1
            or entry_id <= floor
            or not line.startswith(b'{"v":1,"index":%d,"id":%d,' % (index, entry_id))
            or _sha(b"\0" + line).digest() != leaf
        ):
            return False
        append(leaf)
        while coming is not None and number == coming.size:
            if tree.root() != coming.root:
                return False
            floor = max(floor, coming.settled)
            coming = next(ahead)
        if not number % _TELL_EVERY:
            tell(number)
    for line in entries:
        found = _HEAD.fullmatch(line)
        if found is None or found[1] != b"null" or int(found[3]) <= floor:
            return False
        report.waiting += 1
    report.leaves, report.entries = number, number + report.waiting
    return coming is None


class Explanation:
    """Names what is wrong in a record that is not as it must be. Holds all of it in memory."""

    def __init__(self, log: Log, good: list[Checkpoint], report: Report) -> None:
        self.findings: list[Finding] = []
        self.good = good
        self.tails: dict[int, bytes] = {}
        self._read_entries(log.entries())
        self.held: dict[int, tuple[int, bytes]] = {}
        for index, entry_id, leaf in log.leaves():
            self.held[index] = (entry_id, leaf)
        self.placed: dict[int, int] = {}
        self.hashes: dict[int, bytes] = {}
        self.odd = {i: self._tail_of(i) for i in sorted(self.held) if not self._fits(i)}
        self.size = max(self.held, default=-1) + 1
        self.missing = [i for i in range(self.size) if i not in self.held]
        report.leaves, report.entries = len(self.held), len(self.tails)
        self.orphans = sorted(set(self.tails) - {entry_id for entry_id, _ in self.held.values()})
        self._name_odd()
        self._check_roots()
        self._name_orphans(report)
        self._name_late()

    def _read_entries(self, lines: Iterable[bytes]) -> None:
        for number, line in enumerate(lines, 1):
            found = _HEAD.fullmatch(line)
            if found is None:
                self.findings.append(Finding("UNREADABLE", number))
            elif int(found[3]) in self.tails:
                self.findings.append(Finding("INSERTED", None, int(found[3])))
            else:
                self.tails[int(found[3])] = found[2]

    def _tail_of(self, index: int) -> bytes | None:
        return self.tails.get(self.held[index][0])

    @staticmethod
    def _at(index: int, tail: bytes) -> bytes:
        return leaf_hash(b'{"v":1,"index":%d,' % index + tail)

    def _fits(self, index: int) -> bool:
        tail = self._tail_of(index)
        return tail is not None and self._at(index, tail) == self.held[index][1]

    def _name_odd(self) -> None:
        moved: dict[int, int] = {}
        step = tries = 0
        search = [*self.odd, *self.missing] if len(self.odd) <= SEARCH_MAX else []
        for index, tail in self.odd.items():
            entry_id, leaf = self.held[index]
            if tail is None:
                self.findings.append(Finding("DROPPED", index, entry_id))
                continue
            tries += 1
            near = range(index - 50, index + 51) if tries < 50 else (index - 1, index + 1)
            tried = (index + step, *near, *search)
            belongs = next((j for j in tried if self._at(j, tail) == leaf), None)
            if belongs is None:
                self.findings.append(Finding("CHANGED", index, entry_id))
            else:
                moved[index], step = belongs, belongs - index
        self._name_moved(moved)

    def _name_moved(self, moved: dict[int, int]) -> None:
        """Tell places that were exchanged from a whole end that was moved up or down."""
        last = self.size - 1
        by = moved[last] - last if last in moved else 0
        start = self.size
        while by and start - 1 in moved and moved[start - 1] - (start - 1) == by:
            start -= 1
        extra = range(start + by, start) if by < 0 else range(0)
        if any(index in moved for index in extra):
            start, extra = self.size, range(0)
        for index in extra:
            self.findings.append(Finding("INSERTED", index, self.held[index][0]))
        for index, belongs in moved.items():
            if index < start:
                entry_id = self.held[index][0]
                self.findings.append(Finding("REORDERED", index, entry_id, belongs))
        kept = {moved.get(i, i): each for i, each in self.held.items() if i not in extra}
        self.placed = {index: entry_id for index, (entry_id, _) in kept.items()}
        self.hashes = {index: leaf for index, (_, leaf) in kept.items()}
        self.end = max(self.hashes, default=-1) + 1
        signed_end = max((one.size for one in self.good), default=0)
        if self.end < signed_end <= self.end + len(self.orphans):
            # The last leaves are gone, but entries that may have had them are there.
            self.end = signed_end
        self.gaps = [index for index in range(self.end) if index not in self.hashes]

    def _name_orphans(self, report: Report) -> None:
        """Name places without a leaf, and entries without one that are no newcomers."""
        settled = max((one.settled for one in self.good), default=ID_MIN)
        named = {each.index for each in self.findings if each.code == "DROPPED"}
        filled = self._between([index for index in self.gaps if index not in named])
        for index in self.gaps:
            if index in filled:
                self.orphans.remove(filled[index])
                self.findings.append(Finding("LEAF_DROPPED", index, filled[index]))
            elif index not in named:
                self.findings.append(Finding("DROPPED", index))
        late = [one for one in self.orphans if one <= settled]
        self.findings += [Finding("INSERTED", None, one) for one in late]
        report.waiting = len(self.orphans) - len(late)

    def _between(self, gaps: Sequence[int]) -> dict[int, int]:
        """Return for places without a leaf the entry that fits by its id, where there is one."""
        found: dict[int, int] = {}
        for index in gaps:
            before, after = self.placed.get(index - 1, ID_MIN), self.placed.get(index + 1, -ID_MIN)
            free = (one for one in self.orphans if one not in found.values())
            fit = next((one for one in free if before < one < after), None)
            if fit is not None:
                found[index] = fit
        return found

    def _name_late(self) -> None:
        """Name entries that stand behind a checkpoint after which they could not come."""
        named = {each.entry for each in self.findings}
        ahead = iter([*self.good, None])
        coming, floor = next(ahead), ID_MIN
        for index, entry_id in sorted(self.placed.items()):
            while coming is not None and coming.size <= index:
                floor, coming = max(floor, coming.settled), next(ahead)
            if entry_id <= floor and entry_id not in named:
                self.findings.append(Finding("INSERTED", index, entry_id))

    def _check_roots(self) -> None:
        """Hold the leaves against every checkpoint, and see which of entry and leaf is genuine."""
        tree: Tree | None = Tree()
        for one in self.good:
            if one.size > self.end:
                self.findings.append(Finding("CUT_OFF", self.end, None, one.size))
                return
            assert tree is not None
            if tree.size == one.size and one.size:
                if tree.root() != one.root:
                    self.findings.append(Finding("FORKED", one.size))
                continue
            tree = self._grown(tree, range(tree.size, one.size), one.root)
            if tree is None:
                return

    def _grown(self, tree: Tree, part: range, root: bytes) -> Tree | None:
        """Grow the tree up to a checkpoint in whichever way it fits; None: it fits in none."""
        doubted = {f.index: f for f in self.findings if f.code == "CHANGED" and f.index in part}
        own = {i: self._at(i, tail) for i in doubted if (tail := self.odd[i or 0]) is not None}
        gaps = [index for index in self.gaps if index in part]
        for filled in self._fillings(gaps, len(part)):
            told = {i: self._at(i, self.tails[entry_id]) for i, entry_id in filled.items()}
            for instead in ({}, own) if own else ({},):
                trial = Tree(tree.size, tree.parts)
                for index in part:
                    trial.append(instead.get(index) or told.get(index) or self.hashes[index])
                if trial.root() == root:
                    self._believe(filled, told, [doubted[i] for i in instead])
                    return trial
        if gaps:
            whole = max(self.hashes, default=-1) + 1
            self.findings += [Finding("DROPPED", index) for index in gaps if index < whole]
            if gaps[-1] >= whole:
                self.findings.append(Finding("CUT_OFF", whole, None, part.stop))
                self.gaps = [index for index in self.gaps if index < whole]
        else:
            self.findings.append(Finding("REWRITTEN", part.start, None, part.stop - 1))
        return None

    def _fillings(self, gaps: Sequence[int], length: int) -> Sequence[dict[int, int]]:
        """Return which entries without a leaf may belong to places without one."""
        if not gaps:
            return [{}]
        if len(gaps) == 1:
            return [{gaps[0]: one} for one in self.orphans[: 1 + TRIALS_MAX // length]]
        found = self._between(gaps)
        return [found] if len(found) == len(gaps) else []

    def _believe(
        self, filled: dict[int, int], told: dict[int, bytes], genuine: Sequence[Finding]
    ) -> None:
        """The checkpoint fits with these: so it was the leaf that was dropped or changed."""
        self.hashes.update(told)
        self.gaps = [index for index in self.gaps if index not in told]
        for index, entry_id in filled.items():
            self.orphans.remove(entry_id)
            self.placed[index] = entry_id
            self.findings.append(Finding("LEAF_DROPPED", index, entry_id))
        for each in genuine:
            self.findings.remove(each)
            self.findings.append(Finding("LEAF_CHANGED", each.index, each.entry))


# --- Reading an export ----------------------------------------------------------------------------


def _lines(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        for line in file:
            yield line.rstrip(b"\n")


def _leaves(path: Path) -> Iterator[Leaf]:
    fromhex = bytes.fromhex
    with path.open(encoding="ascii") as file:
        for line in file:
            index, entry_id, leaf = line.split()
            yield int(index), int(entry_id), fromhex(leaf)


def _notes(folder: Path | None) -> list[Checkpoint]:
    found = []
    for path in sorted(folder.glob("checkpoint-*.txt")) if folder else ():
        one = parse_note(path.read_text(encoding="utf-8"))
        if one is None:
            raise ValueError(f"{path} is not a checkpoint")
        found.append(one)
    return found


def open_export(folder: Path, copies: Path | None, key: str | None) -> Log:
    """Return the record in a folder; ``key`` is one that was received by another way."""
    stored = []
    for line in _lines(folder / "checkpoints.jsonl"):
        one = parse_note(json.loads(line)["note"])
        if one is None:
            raise ValueError(f"{folder}: a line of checkpoints.jsonl is not a checkpoint")
        stored.append(one)
    told = [key] if key else (folder / "keys.txt").read_text(encoding="utf-8").split()
    keys = [found for each in told if (found := parse_key(each)) is not None]
    if len(keys) != len(told):
        raise ValueError("a key is not one: name+hash+key is expected")
    return Log(
        lambda: _lines(folder / "entries.jsonl"),
        lambda: _leaves(folder / "leaves.txt"),
        stored,
        _notes(copies),
        keys,
    )


def examine_proofs(path: Path, key: str | None) -> tuple[Log, Report]:
    """Check a file of proofs against its checkpoint."""
    told = json.loads(path.read_text(encoding="utf-8"))
    found, one = parse_key(key or told["key"]), parse_note(told["checkpoint"])
    if found is None or one is None:
        raise ValueError("the checkpoint or the key is not readable")
    log = Log(lambda: (), lambda: (), [one], [], [found])
    report = Report(checkpoints=1)
    _genuine(log, report, all_signed)
    for each in told["entries"]:
        report.entries += 1
        line, index = str(each["entry"]).encode("ascii"), int(each["index"])
        steps = [bytes.fromhex(step) for step in each["path"]]
        placed = line.startswith(b'{"v":1,"index":%d,' % index)
        if not placed or root_by_inclusion(index, one.size, leaf_hash(line), steps) != one.root:
            report.findings.append(Finding("NOT_IN_TREE", index))
    report.leaves = report.entries
    return log, report


def main(arguments: Sequence[str] | None = None) -> int:
    """Check a folder or a file of proofs, and say what was found."""
    asked = argparse.ArgumentParser(prog="verify_log.py", description=__doc__)
    asked.add_argument("what", type=Path, help="an export's folder, or a file of proofs")
    asked.add_argument("--copies", type=Path, help="a folder of checkpoints kept elsewhere")
    asked.add_argument("--key", help="the public key, received by another way than the export")
    asked.add_argument("--lang", choices=("en", "zh"), default="en")
    asked.add_argument("--json", action="store_true", dest="as_json")
    given = asked.parse_args(arguments)
    try:
        if given.what.is_file():
            log, report = examine_proofs(given.what, given.key)
        else:
            log = open_export(given.what, given.copies, given.key)
            report = examine(log)
    except (OSError, ValueError, KeyError, TypeError) as error:
        print(f"{given.what}: {error}", file=sys.stderr)  # noqa: T201  # it talks to a terminal
        return 2
    if given.as_json:
        told = [json.dumps({**asdict(report), "ok": not report.findings})]
    else:
        told = _told(log, report, given.lang, given_key=bool(given.key))
    print("\n".join(told))  # noqa: T201
    return 1 if report.findings else 0


def _told(log: Log, report: Report, lang: str, *, given_key: bool) -> list[str]:
    zh = lang == "zh"
    counts = f"{report.leaves:,} / {report.checkpoints:,} / {report.waiting:,}"
    head = "条目 / 检查点 / 待入树" if zh else "entries / checkpoints / not yet in the tree"
    told = [f"{head}: {counts}"]
    newest = max(log.stored, key=lambda one: one.size, default=None)
    if newest is not None:
        covers = "最新检查点" if zh else "newest checkpoint"
        told.append(f"{covers}: {newest.size:,}, {newest.time}")
    if not given_key:
        beside = (
            "公钥取自被核验的文件本身，请与另行得到的公钥比对："
            if zh
            else "The key came with what was checked; compare it with one from elsewhere:"
        )
        told += [beside, *(f"  {key_text(*key)}" for key in log.keys)]
    told += [each.said(lang) for each in report.findings]
    return told if report.findings else [*told, "OK"]


if __name__ == "__main__":
    sys.exit(main())
