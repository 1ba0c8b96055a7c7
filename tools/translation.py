"""Keep the Chinese words of the pages whole: every English one has its own, compiled and fresh.

python tools/translation.py           collect words from the source, keep translations, compile
python tools/translation.py --check   say what is missing or stale, write nothing

English words stand in the source; Chinese ones in the one file beside which the compiled one lies.
Collecting needs Debian's gettext; without it only what is written down already is checked.
"""

from __future__ import annotations

import ast
import re
import shutil
import struct
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src" / "forbear"
WORDS = SOURCE / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"
COMPILED = WORDS.with_suffix(".mo")
HEAD = (
    "Content-Type: text/plain; charset=UTF-8\n"
    "Content-Transfer-Encoding: 8bit\n"
    "Language: zh_Hans\n"
    "MIME-Version: 1.0\n"
    "Plural-Forms: nplurals=1; plural=0;\n"
)
_CALLS = (
    "gettext_noop",
    "gettext_lazy",
    "ngettext_lazy:1,2",
    "pgettext:1c,2",
    "npgettext:1c,2,3",
    "pgettext_lazy:1c,2",
    "npgettext_lazy:1c,2,3",
)
_ASKED = frozenset({"_", "gettext", "gettext_lazy", "ngettext", "pgettext", "npgettext"})


@dataclass(frozen=True)
class Word:
    """One English text, its plural where it has one, its context, and the Chinese for it."""

    english: str
    plural: str = ""
    context: str = ""
    chinese: str = ""

    @property
    def key(self) -> tuple[str, str, str]:
        """What makes it one."""
        return (self.english, self.plural, self.context)


def can_collect() -> bool:
    """Return whether words can be collected from the source here."""
    return shutil.which("xgettext") is not None


def collect() -> set[tuple[str, str, str]]:
    """Return every English text of the pages: text, plural, context."""
    from django.utils.translation.template import templatize

    with tempfile.TemporaryDirectory() as scratch:
        files = []
        for number, path in enumerate(sorted(_sources())):
            text = path.read_text(encoding="utf-8")
            if path.suffix != ".py":
                text = templatize(text, origin=str(path))
            copy = Path(scratch) / f"{number}.py"
            copy.write_text(text, encoding="utf-8")
            files.append(str(copy))
        done = subprocess.run(
            [
                "xgettext",
                "--language=Python",
                "--from-code=UTF-8",
                "--no-location",
                "--no-wrap",
                "--output=-",
                *(f"--keyword={call}" for call in _CALLS),
                *files,
            ],
            check=True,
            capture_output=True,
            text=True,
        )
    return {word.key for word in read(done.stdout)}


def _sources() -> Iterator[Path]:
    for folder in ("interfaces", "contexts"):
        yield from (SOURCE / folder).rglob("*.py")
    yield from (SOURCE / "interfaces").rglob("templates/**/*.html")
    yield from (SOURCE / "interfaces").rglob("templates/**/*.txt")


def read(text: str) -> list[Word]:
    """Return the words of a file of translations, without its head."""
    found = []
    for block in re.split(r"\n\s*\n", text.strip()):
        parts: dict[str, str] = {}
        name = ""
        for line in block.splitlines():
            if line.startswith("#"):
                continue
            named, quoted = re.fullmatch(r'(?:(\w+(?:\[\d\])?) )?("(?:.*)")', line).groups()
            name = named or name
            parts[name] = parts.get(name, "") + ast.literal_eval(quoted)
        if parts.get("msgid"):
            found.append(
                Word(
                    parts["msgid"],
                    parts.get("msgid_plural", ""),
                    parts.get("msgctxt", ""),
                    parts.get("msgstr", "") or parts.get("msgstr[0]", ""),
                )
            )
    return found


def written(words: Iterable[Word]) -> str:
    """Return the file of translations, sorted, so that two branches seldom touch one place."""
    head = "".join(f"{_quoted(line)}\n" for line in HEAD.splitlines(keepends=True))
    blocks = [f'msgid ""\nmsgstr ""\n{head}']
    for word in sorted(words, key=lambda each: each.key):
        lines = [f"msgctxt {_quoted(word.context)}"] if word.context else []
        lines.append(f"msgid {_quoted(word.english)}")
        if word.plural:
            lines.append(f"msgid_plural {_quoted(word.plural)}")
        lines.append(f"msgstr{'[0]' if word.plural else ''} {_quoted(word.chinese)}")
        blocks.append("\n".join(lines) + "\n")
    return "\n".join(blocks)


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def compiled(words: Iterable[Word]) -> bytes:
    """Return the compiled form, as gettext reads it."""
    pairs = {b"": HEAD.encode()}
    for word in words:
        key = f"{word.context}\x04{word.english}" if word.context else word.english
        key = f"{key}\0{word.plural}" if word.plural else key
        pairs[key.encode()] = word.chinese.encode()
    rows = sorted(pairs.items())
    start = 7 * 4
    text_at = start + 16 * len(rows)
    tables: list[bytes] = []
    texts = b""
    for part in (0, 1):
        for row in rows:
            tables.append(struct.pack("<II", len(row[part]), text_at + len(texts)))
            texts += row[part] + b"\0"
    head = struct.pack("<7I", 0x950412DE, 0, len(rows), start, start + 8 * len(rows), 0, text_at)
    return head + b"".join(tables) + texts


def hidden() -> list[str]:
    """Return where a word is asked for inside an f-string, in which nobody collects it."""
    found = []
    for path in sorted(each for each in _sources() if each.suffix == ".py"):
        for outer in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            asked = ast.walk(outer) if isinstance(outer, ast.JoinedStr) else ()
            found += [
                f"asked for inside an f-string: {path.relative_to(ROOT)}:{each.lineno}"
                for each in asked
                if isinstance(each, ast.Call) and getattr(each.func, "id", "") in _ASKED
            ]
    return found


def faults() -> list[str]:
    """Return what is missing or stale; empty when all is well."""
    words = read(WORDS.read_text(encoding="utf-8"))
    found = [f"no Chinese for: {word.english}" for word in words if not word.chinese]
    found += hidden()
    for word in words:
        places = [sorted(re.findall(r"%\(\w+\)\w", text)) for text in (word.english, word.chinese)]
        if places[0] != places[1]:
            found.append(f"other places to fill in than the English: {word.english}")
    if can_collect():
        known, used = {word.key for word in words}, collect()
        found += [f"not in the file: {key[0]}" for key in sorted(used - known)]
        found += [f"no longer used: {key[0]}" for key in sorted(known - used)]
    if WORDS.read_text(encoding="utf-8") != written(words):
        found.append("the file is not in its order")
    if not COMPILED.exists() or COMPILED.read_bytes() != compiled(words):
        found.append("the compiled file is stale")
    return found


def main() -> None:
    if "--check" in sys.argv:
        found = faults()
        if found:
            sys.exit("\n".join([*found, "Run: python tools/translation.py"]))
        return
    if not can_collect():
        print("Debian's gettext is missing, so no new words are collected: apt-get install gettext")
    kept = (
        {word.key: word for word in read(WORDS.read_text(encoding="utf-8"))}
        if WORDS.exists()
        else {}
    )
    keys = collect() if can_collect() else set(kept)
    words = [kept.get(key, Word(*key)) for key in keys]
    WORDS.parent.mkdir(parents=True, exist_ok=True)
    WORDS.write_text(written(words), encoding="utf-8")
    COMPILED.write_bytes(compiled(words))
    for word in words:
        if not word.chinese:
            print(f"Write the Chinese for: {word.english}")


if __name__ == "__main__":
    main()
