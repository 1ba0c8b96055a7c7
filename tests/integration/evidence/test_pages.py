"""Pages are whole: tagged, in the right language, every font in them, and they say the figures."""

from __future__ import annotations

import hashlib
import io
import json
import random
import re
from typing import Any

import pikepdf
import pypdfium2
import pytest

from forbear.contexts.evidence.actions.make_document import make_pack
from forbear.contexts.evidence.made import Form
from forbear.contexts.evidence.verify_pack import check, check_file, read_pack
from forbear.contexts.people.role import Permission
from forbear.contexts.protection.reveal import RevealReason
from forbear.values.code import Language
from forbear.values.money import format_minor
from tests.support.evidence import TODAY, contacted, sign_record, somebody, told_of
from tests.support.pdf_clauses import broken_clauses
from tests.support.portfolio import NOW, SETUP, clerk

GIVEN = {"form": Form.PDF, "today": TODAY, "now": NOW}
MAY = clerk(Permission.EVIDENCE_MAKE, Permission.PERSON_SEE, Permission.VALUE_REVEAL)
# Signs that few fonts have; the last is in none, and is written by its number.
RARE = "𠮷㛃䶮𬍛堃"
LONG = "买买提·阿不都热西提·" * 6
PDFA = "http://www.aiim.org/pdfa/ns/id/"


def text_of(content: bytes) -> str:
    """Return all that the pages say, without the breaks between lines and words."""
    document = pypdfium2.PdfDocument(content)
    pages = (page.get_textpage().get_text_range() for page in document)
    return re.sub(r"[\s\u200b\ufffe]", "", "".join(pages))


def figures_of(loan: dict[str, Any]) -> set[str]:
    """Return every amount that the pages of a loan must show."""
    owed = {v for k, v in loan["owed"].items() if k.endswith("_minor") and v}
    asked = {row[f"{k}_minor"] for row in loan["instalments"] for k in ("fee", "interest")}
    paid = {row["amount_minor"] for row in loan["postings"]}
    spans = {span["exact"] for span in loan["spans"]}
    return {format_minor(each) for each in owed | asked | paid} | spans


def held(content: bytes) -> dict[str, Any]:
    return read_pack(content)


class TestPagesOfAPack:
    @pytest.mark.parametrize(
        ("instalments", "payments", "name"),
        [
            (0, 0, RARE),
            (36, 3, LONG),
            pytest.param(60, 2, "Robin Shaw", marks=pytest.mark.nightly),
        ],
    )
    def test_are_an_archive_that_says_the_figures(self, portfolio, instalments, payments, name):
        who = somebody(name, instalments=instalments, payments=payments)
        contacted(who, times=2)
        told_of(who, 300 if instalments == 60 else 3)
        sign_record()
        reason = RevealReason.PREPARE_DOCUMENT
        for language in Language:
            made = make_pack(who.ref, language=language, actor=MAY, reason=reason, **GIVEN)

            is_an_archive(made.content, language)
            pack = held(made.content)
            assert check(pack).wrong == []
            kinds = {"/Table", "/TH", "/TD"} if instalments else {"/Table"}
            assert kinds <= kinds_in(made.content)
            text = text_of(made.content)
            assert name.replace(" ", "") in text
            assert pack["loans"][0]["ref"] in text
            for loan in pack["loans"]:
                if loan["owed"] is not None:
                    assert {each for each in figures_of(loan) if each not in text} == set()
            shown = sum(row["local"].replace(" ", "") in text for row in pack["contacts"])
            assert shown == len(pack["contacts"])

    def test_write_a_sign_that_no_font_has_by_its_number(self, portfolio):
        who = somebody("龙𪚥", instalments=3, payments=0)

        made = make_pack(who.ref, actor=MAY, reason=RevealReason.PREPARE_DOCUMENT, **GIVEN)

        assert "龙(U+2A6A5)" in text_of(made.content)
        assert held(made.content)["person"]["name"] == "龙𪚥"

    @pytest.mark.parametrize(
        ("name", "shown"),
        [("བསོད་ནམས་", "(U+0F560F660F7C0F510F0B0F530F580F660F0B)"), ("ئابدۇرېھىم", "(U+0626")],
        ids=["tibetan", "uyghur"],
    )
    def test_write_a_name_in_a_script_that_no_font_has_by_its_numbers(self, portfolio, name, shown):
        who = somebody(name, instalments=1, payments=0)

        made = make_pack(who.ref, actor=MAY, reason=RevealReason.PREPARE_DOCUMENT, **GIVEN)

        assert shown in text_of(made.content)
        assert held(made.content)["person"]["name"] == name
        assert check(held(made.content)).wrong == []

    def test_are_signed_by_the_key_that_the_data_name(self, portfolio):
        from pyhanko.pdf_utils.reader import PdfFileReader
        from pyhanko.sign.validation import validate_pdf_signature
        from pyhanko_certvalidator import ValidationContext

        who = somebody(instalments=3, payments=1)
        made = make_pack(who.ref, actor=SETUP, **GIVEN)
        (signature,) = PdfFileReader(io.BytesIO(made.content)).embedded_signatures
        trusted = ValidationContext(trust_roots=[signature.signer_cert], allow_fetching=False)

        status = validate_pdf_signature(signature, trusted)

        assert status.intact
        assert status.valid
        assert status.trusted
        assert status.coverage.name == "ENTIRE_FILE"
        told = signature.signer_cert.public_key.dump()
        assert held(made.content)["pdf_key_sha256"] == hashlib.sha256(told).hexdigest()
        assert check_file(made.content).wrong == []
        dice = random.Random(11)
        places = [dice.randrange(len(made.content)) for _ in range(20)]
        for at in places:
            bent = bytearray(made.content)
            bent[at] ^= 1
            assert faults(bytes(bent)), at
        spoilt = made.content.replace(b"%PDF-1.7", b"%PDF-1.6", 1)
        (signature,) = PdfFileReader(io.BytesIO(spoilt)).embedded_signatures
        assert not validate_pdf_signature(signature, trusted).intact


def faults(content: bytes) -> bool:
    """Say whether the verifier finds something wrong, or cannot read the file at all."""
    try:
        return bool(check_file(content).wrong)
    except (ValueError, KeyError, TypeError, AttributeError):
        return True


def is_an_archive(content: bytes, language: Language) -> None:
    """Assert what can be seen of PDF/A-3a and PDF/UA-1 in the file itself."""
    assert set(broken_clauses(content, language.value.lower())) == set()
    with pikepdf.open(io.BytesIO(content)) as pdf:
        root = pdf.Root
        assert root.MarkInfo.Marked
        assert "/K" in root.StructTreeRoot
        assert str(root.Lang).startswith(language.value.lower())
        assert pdf.open_metadata().get(f"{{{PDFA}}}part") == "3"
        assert pdf.open_metadata().get(f"{{{PDFA}}}conformance") == "A"
        assert pdf.open_metadata().get("dc:title")
        assert root.OutputIntents
        assert str(root.AF[0].UF) == "evidence.json"
        assert json.loads(root.AF[0].EF.F.read_bytes())["format"] == "forbear.evidence"
        fonts = list(fonts_of(pdf))
        assert fonts
        for font in fonts:
            assert any(f"/FontFile{n}" in font for n in ("", "2", "3")), font
    assert {"/H1", "/H2"} <= kinds_in(content)


def kinds_in(content: bytes) -> set[str]:
    with pikepdf.open(io.BytesIO(content)) as pdf:
        return {str(kind) for kind in kinds_of(pdf.Root.StructTreeRoot)}


def fonts_of(pdf: pikepdf.Pdf):
    for each in pdf.objects:
        if isinstance(each, pikepdf.Dictionary) and each.get("/Type") == "/FontDescriptor":
            yield each


def kinds_of(node: Any):
    if isinstance(node, pikepdf.Array):
        for each in node:
            yield from kinds_of(each)
    elif isinstance(node, pikepdf.Dictionary):
        if "/S" in node:
            yield node.S
        if "/K" in node:
            yield from kinds_of(node.K)
