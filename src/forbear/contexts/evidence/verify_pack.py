"""Is this evidence as it was signed, and does what it says is owed follow from its own lines?

This file needs Python 3.11 and nothing else, so that whoever checks installs nothing and believes
nobody: python verify_pack.py FILE, where FILE is the pack as JSON, or the PDF that holds it. It
exits with 0 when all is well, 1 when something is wrong, 2 when the question was not understood.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import re
import sys
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

# --- What the file that is handed out holds itself, in the place of these lines ---
from forbear.contexts.audit.verify_log import (
    leaf_hash,
    parse_key,
    parse_note,
    root_by_inclusion,
    signed,
)
from forbear.contexts.evidence.recompute import differences_of
from forbear.contexts.evidence.verify_pages import pages_fault

# --- End of what is taken from elsewhere ---

FORMAT, VERSION = "forbear.evidence", 1
SEALED_AS = b"forbear.evidence/1\n"
_PDF = b"%PDF-"
Row = dict[str, Any]


# --- One way of writing, and what is sealed -------------------------------------------------------


def canonical_bytes(value: object) -> bytes:
    """Return the one way of writing a value: sorted keys, no spaces, UTF-8."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return text.encode("utf-8", "surrogatepass")


def pieces(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Part a pack into what is hashed one by one: each row of a list, and what stands beside."""
    if isinstance(value, dict):
        inner = {k: v for k, v in value.items() if _has_rows(v)}
        yield path or "/", {k: v for k, v in value.items() if k not in inner}
        for name in sorted(inner):
            yield from pieces(inner[name], f"{path}/{name}")
    elif isinstance(value, list) and _has_rows(value):
        yield f"{path}#", len(value)
        for number, row in enumerate(value, 1):
            yield from pieces(row, f"{path}/{number}")
    else:
        yield path, value


def _has_rows(value: Any) -> bool:
    if isinstance(value, list):
        return any(isinstance(each, dict) for each in value)
    return isinstance(value, dict) and any(_has_rows(each) for each in value.values())


def manifest_of(pack: Row) -> list[list[str]]:
    """Return the name and hash of every piece of a pack, but for its seal."""
    told = {name: each for name, each in pack.items() if name != "seal"}
    hashed = ((path, hashlib.sha256(canonical_bytes(each))) for path, each in pieces(told))
    return [[path, each.hexdigest()] for path, each in hashed]


def sealed_text(manifest: Sequence[Sequence[str]]) -> bytes:
    """Return what is signed: the hash of the list of all pieces."""
    return SEALED_AS + hashlib.sha256(canonical_bytes(manifest)).hexdigest().encode() + b"\n"


# --- What is wrong --------------------------------------------------------------------------------

_WORDS = {
    "NOT_EVIDENCE": ("This is not a pack of evidence of version 1.", "这不是第 1 版证据包。"),
    "SEAL_BROKEN": (
        "The seal is not the signer's: what it covers cannot be believed.",
        "签名与签署人不符：其所涵盖的内容不可信。",
    ),
    "KEY_OTHER": (
        "It is sealed with another key than the one that you believe.",
        "签名所用的密钥并非您所信任的密钥。",
    ),
    "ALTERED": ("{where} was altered after sealing.", "{where} 在签名后被改动。"),
    "DROPPED_ROW": ("{where} was dropped after sealing.", "{where} 在签名后被删除。"),
    "ADDED_ROW": ("{where} was added after sealing.", "{where} 是签名后添加的。"),
    "SUM_OFF": (
        "{where} says {told}; the lines give {found}.",
        "{where} 写为 {told}；由明细算得 {found}。",
    ),
    "NOT_RECOMPUTED": ("{where} cannot be recomputed: {told}.", "{where} 无法复算：{told}。"),
    "CHECKPOINT_BAD": (
        "The checkpoint of the record is not signed by the pack's key.",
        "记录的检查点并非由证据包的密钥签署。",
    ),
    "ENTRY_NOT_IN_RECORD": (
        "{where} is not in the record that was signed.",
        "{where} 不在已签署的记录中。",
    ),
    "ENTRY_OTHER": (
        "{where} does not say what the record's entry says.",
        "{where} 与记录条目所载不符。",
    ),
    "PAGES_ALTERED": (
        "The pages are not those that were signed; the data inside may still be whole.",
        "页面与签署时不符；所附数据仍可能完整。",
    ),
    "PAGES_UNSIGNED": (
        "The pages bear no signature over the whole file.",
        "页面没有覆盖整个文件的签名。",
    ),
    "PAGES_OTHER_KEY": (
        "The pages are signed by another key than the data name.",
        "页面签名所用的密钥与数据所示不符。",
    ),
}


@dataclass(frozen=True)
class Wrong:
    """One thing that is wrong, and where."""

    code: str
    where: str = ""
    told: object = None
    found: object = None

    def sentence(self, lang: str = "en") -> str:
        """Return it in words."""
        text = _WORDS[self.code][lang == "zh"]
        return text.format(where=self.where, told=self.told, found=self.found)


@dataclass
class Checked:
    """What was looked at, and what is wrong. ``waiting``: entries too young to be in the tree."""

    kind: str = ""
    pieces: int = 0
    loans: int = 0
    entries: int = 0
    waiting: int = 0
    key: str = ""
    wrong: list[Wrong] = field(default_factory=list)


def check(pack: Any, *, key: str | None = None) -> Checked:
    """Check a pack against its seal, its own arithmetic, and the signed record it quotes.

    ``key``: the signer's, in the form name+hash+key, received by another way than the pack.
    """
    done = Checked()
    told = isinstance(pack, dict) and (pack.get("format"), pack.get("version"))
    if told != (FORMAT, VERSION) or not isinstance(pack.get("seal"), dict):
        done.wrong.append(Wrong("NOT_EVIDENCE"))
        return done
    done.kind = str(pack.get("kind", ""))
    done.wrong += _seal_faults(pack, key, done)
    for number, loan in enumerate(pack.get("loans", []), 1):
        done.loans += 1
        done.wrong += loan_faults(loan, f"/loans/{number}")
    done.wrong += _record_faults(pack, done)
    return done


def check_file(content: bytes, *, key: str | None = None) -> Checked:
    """Check a file: the data, and where it is a PDF, whether its pages are those that were signed.

    Raises:
        ValueError, KeyError, TypeError, AttributeError: the file holds no document.
    """
    pack = read_pack(content)
    done = check(pack, key=key)
    if content.startswith(_PDF):
        fault = pages_fault(content, str(pack.get("pdf_key_sha256")))
        done.wrong += [Wrong(f"PAGES_{fault}")] if fault else []
    return done


def _seal_faults(pack: Row, key: str | None, done: Checked) -> Iterator[Wrong]:
    seal = pack["seal"]
    done.key = str(seal.get("key", ""))
    known, sealed = parse_key(done.key), seal.get("manifest")
    signature = _from_base64(seal.get("signature"))
    if key is not None and key.strip() != done.key:
        yield Wrong("KEY_OTHER")
    if set(seal) != {"key", "manifest", "signature"} or known is None:
        yield Wrong("SEAL_BROKEN")
        return
    if not signed(known[1], sealed_text(sealed), signature):
        yield Wrong("SEAL_BROKEN")
    before, now = _as_map(sealed), dict(manifest_of(pack))
    done.pieces = len(now)
    for path, digest in now.items():
        if path not in before:
            yield Wrong("ADDED_ROW", path)
        elif before[path] != digest:
            yield Wrong("ALTERED", path)
    for path in before:
        if path not in now:
            yield Wrong("DROPPED_ROW", path)


def _as_map(manifest: Any) -> dict[str, str]:
    rows = manifest if isinstance(manifest, list) else []
    pairs = (row for row in rows if isinstance(row, list) and len(row) == 2)
    return {str(path): str(digest) for path, digest in pairs}


def _from_base64(text: Any) -> bytes:
    try:
        return base64.b64decode(str(text), validate=True)
    except ValueError:
        return b""


# --- The record -----------------------------------------------------------------------------------


def _record_faults(pack: Row, done: Checked) -> Iterator[Wrong]:
    proof = pack.get("proof")
    if not isinstance(proof, dict):
        return
    entries: dict[int, Row] = {}
    done.waiting = len(proof.get("waiting", []))
    known = parse_key(done.key)
    note = parse_note(str(proof.get("checkpoint")))
    if proof.get("entries"):
        believed = known and note and note.origin == known[0]
        if not believed or not signed(known[1], note.text().encode(), note.signature):
            yield Wrong("CHECKPOINT_BAD")
            return
        for number, each in enumerate(proof["entries"], 1):
            done.entries += 1
            found = _entry_in(each, note)
            if found is None:
                yield Wrong("ENTRY_NOT_IN_RECORD", f"/proof/entries/{number}")
            else:
                entries[found["id"]] = found
    yield from _quoted(pack, entries, set(proof.get("waiting", [])))


def _entry_in(each: Row, note: Any) -> Row | None:
    """Return an entry that is in the signed tree, read; None: it is not, or says otherwise."""
    line, index = str(each["entry"]).encode(), int(each["index"])
    steps = [bytes.fromhex(step) for step in each["path"]]
    if root_by_inclusion(index, note.size, leaf_hash(line), steps) != note.root:
        return None
    read: Row = json.loads(line)
    body = read["body"].encode("utf-8", "surrogateescape")
    same = hashlib.sha256(body).hexdigest() == read["body_sha256"] and read["index"] == index
    return {**read, "said": json.loads(body)} if same else None


def _quoted(pack: Row, entries: dict[int, Row], waiting: set[int]) -> Iterator[Wrong]:
    """Hold what the pack says of postings and contacts against the record's entries of them."""
    named = {e["said"].get("decision_sha256") for e in entries.values()} - {None}
    for place, row in _with_entries(pack):
        for entry_id in row["entries"]:
            entry = entries.get(entry_id)
            if entry is None:
                if entry_id not in waiting:
                    yield Wrong("ENTRY_NOT_IN_RECORD", place)
            elif any(row.get(name, said) != said for name, said in _claims(entry).items()):
                yield Wrong("ENTRY_OTHER", place)
        for number, one in enumerate(row.get("decisions", []), 1):
            text = str(one.get("text", "")).encode("utf-8", "surrogatepass")
            digest = hashlib.sha256(text).hexdigest()
            if digest != one.get("sha256") or not _says(one, json.loads(text)):
                yield Wrong("ENTRY_OTHER", f"{place}/decisions/{number}")
            elif digest not in named and not waiting & set(row["entries"]):
                yield Wrong("ENTRY_NOT_IN_RECORD", f"{place}/decisions/{number}")


def _says(one: Row, text: Row) -> bool:
    """Say whether what is shown of a decision is what its whole text says."""
    reasons = [{name: why[name] for name in ("en", "zh", "detail")} for why in text["reasons"]]
    return one["allowed"] is text["allowed"] and one["reasons"] == reasons


def _with_entries(pack: Row) -> Iterator[tuple[str, Row]]:
    for number, loan in enumerate(pack.get("loans", []), 1):
        for at, row in enumerate(loan.get("postings", []), 1):
            yield f"/loans/{number}/postings/{at}", row
    for at, row in enumerate(pack.get("contacts", []), 1):
        yield f"/contacts/{at}", row


def _claims(entry: Row) -> Row:
    """Return what an entry says under the names that a pack's row has, too."""
    said = entry["said"]
    names = {
        "posting.recorded": ("amount_minor", "value_date", "posting_date", "purpose"),
        "contact.authorised": ("permit", "channel", "purpose", "way"),
    }.get(entry["event"], ())
    reversal = said.get("reverses") is not None
    return {} if reversal else {name: said[name] for name in names if name in said}


# --- What is owed ---------------------------------------------------------------------------------


def loan_faults(loan: Row, place: str) -> Iterator[Wrong]:
    """Recompute a loan, and tell what its lines say otherwise."""
    if loan.get("owed") is None:
        return
    try:
        differs = differences_of(loan)
    except (KeyError, TypeError, ValueError, ArithmeticError, IndexError) as error:
        yield Wrong("NOT_RECOMPUTED", place, type(error).__name__)
        return
    for where, told, found in differs:
        yield Wrong("SUM_OFF", place + where, told, found)


# --- Reading a file -------------------------------------------------------------------------------

_STREAM = re.compile(rb"stream\r?\n(.*?)endstream", re.DOTALL)


def read_pack(content: bytes) -> Any:
    """Return the pack in a file: JSON, or the JSON that a PDF holds as an attachment.

    Raises:
        ValueError: there is none, or something is said twice in it.
    """
    if not content.startswith(_PDF):
        return json.loads(content, object_pairs_hook=_once)
    head = b'{"' + b"as_of" + b'"'
    for found in _STREAM.finditer(content):
        inside = _unpacked(found[1])
        if inside.startswith(head) and FORMAT.encode() in inside:
            return json.loads(inside, object_pairs_hook=_once)
    raise ValueError("the PDF holds no evidence of its own")


def _unpacked(stream: bytes) -> bytes:
    """Return what a stream holds, packed or not.

    A packed one says itself where it ends; the end of line behind it may look like its last byte.
    """
    unpacker = zlib.decompressobj()
    try:
        unpacked = unpacker.decompress(stream)
    except zlib.error:
        return stream
    return unpacked if unpacker.eof else stream


def _once(pairs: Sequence[tuple[str, Any]]) -> Row:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice")
    return found


def run(arguments: Sequence[str] | None = None) -> int:
    """Check a file, and say what was found."""
    asked = argparse.ArgumentParser(prog="verify_pack.py", description=__doc__)
    asked.add_argument("file", type=Path, help="the pack as JSON, or the PDF that holds it")
    asked.add_argument("--key", help="the signer's key, received by another way than the pack")
    asked.add_argument("--lang", choices=("en", "zh"), default="en")
    given = asked.parse_args(arguments)
    try:
        done = check_file(given.file.read_bytes(), key=given.key)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        print(f"{given.file}: {error}", file=sys.stderr)  # noqa: T201  # it talks to a terminal
        return 2
    print("\n".join(sentences(done, given.lang, given_key=given.key is not None)))  # noqa: T201
    return 1 if done.wrong else 0


def sentences(done: Checked, lang: str, *, given_key: bool) -> list[str]:
    """Return what was found, in words."""
    zh = lang == "zh"
    counts = f"{done.pieces:,} / {done.loans:,} / {done.entries:,} / {done.waiting:,}"
    head = (
        "已核：片段 / 借款 / 记录条目 / 尚未入树"
        if zh
        else "checked: pieces / loans / entries of the record / too young for the tree"
    )
    lines = [f"{head}: {counts}"]
    if not given_key:
        beside = (
            "公钥取自证据包本身，请与另行得到的公钥比对："
            if zh
            else "The key came with the pack; compare it with one from elsewhere:"
        )
        lines += [beside, f"  {done.key}"]
    lines += [each.sentence(lang) for each in done.wrong]
    return lines if done.wrong else [*lines, "OK"]


if __name__ == "__main__":
    sys.exit(run())
