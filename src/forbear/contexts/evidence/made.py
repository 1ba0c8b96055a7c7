"""In which forms is a document handed out?"""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from datetime import datetime

from forbear.contexts.audit.verify_log import key_text
from forbear.contexts.evidence.render import pages
from forbear.contexts.evidence.seal import sealed
from forbear.contexts.evidence.sign import pages_key_sha256, signed_pages
from forbear.contexts.evidence.verifier import verifier_text
from forbear.contexts.protection.signing import RingSigner
from forbear.contexts.rulebook.library import open_documents
from forbear.policy.debt.steps import Row
from forbear.values.code import Code, Language

_README = """\
python3 verify_pack.py evidence.json          (or a PDF in its place)

It needs Python 3.11 or newer and nothing else, no network. It answers OK, or names what was
altered. The key stands in key.txt: compare it with the one that you were given by another way, or
name that one with --key. The PDFs hold evidence.json as an attachment.

只需 Python 3.11 或更新版本，无需网络。结果为 OK，或指出哪一处被改动。key.txt 中是公钥：
请与另行得到的公钥比对，或用 --key 指定。PDF 内附 evidence.json。中文结果：加 --lang zh。
"""


class Form(Code):
    """As what a document is handed out."""

    JSON = "JSON"
    """The sealed data."""
    PDF = "PDF"
    """Signed pages in one language, with the data attached."""
    ZIP = "ZIP"
    """The data, the pages in both languages, and the program that checks them."""


@dataclass(frozen=True, slots=True)
class Made:
    """A document. ``content`` holds personal values: it is handed over and kept nowhere."""

    id: str
    kind: str
    content: bytes
    content_type: str
    name: str
    sha256: str


TYPES = {Form.JSON: "application/json", Form.PDF: "application/pdf", Form.ZIP: "application/zip"}


@dataclass(frozen=True, slots=True)
class Sealed:
    """A document's sealed data, and what they were made from."""

    told: Row
    document: bytes
    signer: RingSigner


def seal(told: Row, signer: RingSigner) -> Sealed:
    """Seal what a document says."""
    whole = {**told, "pdf_key_sha256": pages_key_sha256(signer)}
    return Sealed(whole, sealed(whole, signer), signer)


def content_of(one: Sealed, form: Form, language: Language, *, now: datetime) -> bytes:
    """Return a sealed document in a form.

    Raises:
        CannotRender: a defect of the pages.
    """
    if form is Form.JSON:
        return one.document
    if form is Form.PDF:
        return _signed(one, language)
    return _zipped(one, now)


def _signed(one: Sealed, language: Language) -> bytes:
    issuer = one.told["issuer"]
    title = open_documents().texts_named(one.told["wording"])["title"]
    zh = language is Language.ZH
    return signed_pages(
        pages(one.document, one.told, language, key=_key(one)),
        one.signer,
        lender=issuer["zh"] if zh else issuer["en"],
        title=title.zh if zh else title.en,
    )


def _zipped(one: Sealed, now: datetime) -> bytes:
    files = {
        "evidence.json": one.document,
        "evidence-zh.pdf": _signed(one, Language.ZH),
        "evidence-en.pdf": _signed(one, Language.EN),
        "verify_pack.py": verifier_text().encode(),
        "key.txt": f"{_key(one)}\n".encode(),
        "README.txt": _README.encode(),
    }
    out, stamp = io.BytesIO(), now.timetuple()[:6]
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name, stamp), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _key(one: Sealed) -> str:
    return key_text(one.signer.origin, one.signer.public_key)
