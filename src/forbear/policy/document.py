"""What do a lender's documents say beside their figures? Approved, dated, in both languages.

A document's figures are computed; its sentences are data, and a document names the version of the
sentences it was written with. A sentence may hold {places} that are filled in.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from forbear.policy.reading import Field, read_file
from forbear.policy.wording.field import both, languages
from forbear.policy.wording.form import Both, UnknownWording, placeholders
from forbear.values.code import Jurisdiction

SHARED = "document.pack"
"""Its sentences serve every document."""
_RIGHTS = "rights/"
_WORDS = "words.yaml"
_VERSION = ("version", "effective", "approved_by", "approved_on")


@dataclass(frozen=True, slots=True)
class Texts:
    """One version of a document's sentences, by their names."""

    id: str
    version: int
    effective: date
    approved_by: Both
    approved_on: date
    says: Mapping[str, Both]


@dataclass(frozen=True, slots=True)
class Rights:
    """One version of what a jurisdiction's borrowers are told of their rights."""

    id: str
    version: int
    effective: date
    basis: str
    source: str
    rights: tuple[Both, ...]


@dataclass(frozen=True, slots=True)
class Documents:
    """Every document's sentences; ``words`` by kind and code."""

    texts: tuple[Texts, ...]
    rights: tuple[tuple[Jurisdiction, Rights], ...]
    words: Mapping[str, Mapping[str, Both]]

    def on(self, document: str, day: date) -> Texts:
        """Return the sentences of a document that count on a day.

        Raises:
            UnknownWording: none does.
        """
        found = [t for t in self.texts if t.id == document and t.effective <= day]
        if not found:
            raise _unknown(document, day)
        return found[-1]

    def newest(self, document: str) -> Texts:
        """Return the newest sentences of a document, which name no day of their own."""
        return [each for each in self.texts if each.id == document][-1]

    def texts_named(self, names: Sequence[str]) -> Mapping[str, Both]:
        """Return the sentences of some versions, such as ``document.pack@1``.

        A document's own stand over those that all documents share.
        """
        by_name = {f"{each.id}@{each.version}": each for each in self.texts}
        own = [by_name[name] for name in names if name in by_name]
        says: dict[str, Both] = {}
        for each in sorted(own, key=lambda each: each.id != SHARED):
            says |= each.says
        return says

    def rights_on(self, law: Jurisdiction, day: date) -> Rights:
        """Return what a jurisdiction's borrowers are told on a day.

        Raises:
            UnknownWording: nothing is approved.
        """
        found = [each for where, each in self.rights if where is law and each.effective <= day]
        if not found:
            raise _unknown(f"rights.{law.value.lower()}", day)
        return found[-1]


@dataclass(frozen=True, slots=True)
class Reached:
    """Where a lender can be reached. ``site``: where contacts are checked."""

    licence: Both
    phone: str
    email: str
    address: Both
    site: str


def load_documents(files: Mapping[str, str]) -> Documents:
    """Read every document's file, by names such as ``pack.yaml`` and ``rights/cn.yaml``.

    Raises:
        InvalidRule: a file does not keep its form, or its two languages have other places.
    """
    texts: list[Texts] = []
    rights: list[tuple[Jurisdiction, Rights]] = []
    words: Mapping[str, Mapping[str, Both]] = {}
    for name, text in files.items():
        read = read_file(name, text, what="a document")
        if name == _WORDS:
            kinds = (read.part(kind) for kind in read.value)
            words = {kind.path: {code: both(kind, code) for code in kind.value} for kind in kinds}
        elif name.startswith(_RIGHTS):
            law = Jurisdiction(name.removeprefix(_RIGHTS).removesuffix(".yaml").upper())
            rights += [(law, each) for each in _rights(read)]
        else:
            texts += _texts(read)
    return Documents(tuple(texts), tuple(rights), words)


def load_reached(file: str, text: str) -> Reached:
    """Read where a lender can be reached.

    Raises:
        InvalidRule: the file does not keep its form.
    """
    read = read_file(file, text, what="a lender's addresses").only("licence", "complaints", "site")
    ways = read.part("complaints").only("phone", "email", "address")
    return Reached(
        licence=both(read, "licence"),
        phone=ways.get("phone", str),
        email=ways.get("email", str),
        address=both(ways, "address"),
        site=read.get("site", str),
    )


def _texts(read: Field) -> list[Texts]:
    read.only("id", "versions")
    found = []
    for dated in in_order(read):
        dated.only(*_VERSION, "texts")
        says = {name: _sentence(dated.part("texts"), name) for name in dated.part("texts").value}
        found.append(
            Texts(
                id=read.get("id", str),
                version=dated.get("version", int),
                effective=dated.get("effective", date),
                approved_by=both(dated, "approved_by"),
                approved_on=dated.get("approved_on", date),
                says=says,
            )
        )
    return found


def _sentence(texts: Field, name: str) -> Both:
    found = both(texts, name)
    if placeholders(found.zh) != placeholders(found.en):
        raise texts.fail(name, "has other places in each language", "Use the same {places}.")
    return found


def _rights(read: Field) -> list[Rights]:
    read.only("id", "basis", "source", "versions")
    found = []
    for dated in in_order(read):
        dated.only(*_VERSION, "rights")
        found.append(
            Rights(
                id=read.get("id", str),
                version=dated.get("version", int),
                effective=dated.get("effective", date),
                basis=read.get("basis", str),
                source=read.get("source", str),
                rights=tuple(languages(each.only("zh", "en")) for each in dated.parts("rights")),
            )
        )
    return found


def in_order(read: Field) -> Sequence[Field]:
    """Return the dated versions of a file, numbered 1, 2, 3, each later than the one before.

    Raises:
        InvalidRule: they are not, or one took effect before it was approved.
    """
    versions = read.parts("versions")
    before: date | None = None
    for number, dated in enumerate(versions, 1):
        if dated.get("version", int) != number:
            raise dated.fail("version", "does not follow", "Number versions 1, 2, 3 in order.")
        since = dated.get("effective", date)
        if before is not None and since <= before:
            raise dated.fail("effective", "is not after the version before", "Append versions.")
        if dated.get("approved_on", date) > since:
            raise dated.fail("approved_on", "is after effective", "Approve it before.")
        before = since
    return versions


def _unknown(name: str, day: date) -> UnknownWording:
    return UnknownWording(
        f"No wording of {name} is in force on {day}.",
        remedy="Approve a version that takes effect by then.",
        message_zh=f"{day} 没有生效的 {name} 文案。",
        remedy_zh="请批准一个届时生效的版本。",
    )
