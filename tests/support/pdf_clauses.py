"""Which main clauses of PDF/A-3 level A and of PDF/UA-1 does a file break?

No validator of either standard is at hand, so what can be read off the file's own objects is held
here, apart from the renderer that claims it. What it says of each clause is its own words.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pikepdf

_PDFA = "{http://www.aiim.org/pdfa/ns/id/}"
_PDFUA = "{http://www.aiim.org/pdfua/ns/id/}"
_RUNS = {"/JavaScript", "/Launch", "/ImportData", "/Movie", "/Sound", "/ResetForm", "/SubmitForm"}
_SHOWN = {"Tj", "TJ", "'", '"', "Do", "sh", "f", "F", "f*", "S", "s", "B", "B*", "b", "b*"}
_HEADINGS = {f"/H{number}": number for number in range(1, 7)}


def broken_clauses(content: bytes, language: str) -> list[str]:
    """Return the clauses that a file breaks, each as a short sentence; none where it keeps them."""
    with pikepdf.open(io.BytesIO(content)) as pdf:
        found = [*_identified(pdf), *_sealed(pdf), *_fonts(pdf), *_nothing_runs(pdf)]
        found += [*_attached(pdf), *_tagged(pdf, language), *_pages(pdf)]
    return found


def _identified(pdf: pikepdf.Pdf) -> Iterator[str]:
    with pdf.open_metadata() as told:
        if (told.get(f"{_PDFA}part"), told.get(f"{_PDFA}conformance")) != ("3", "A"):
            yield "the metadata do not say PDF/A-3, level A"
        if told.get(f"{_PDFUA}part") != "1":
            yield "the metadata do not say PDF/UA-1"
        if not told.get("dc:title"):
            yield "the metadata name no title"
    if "/Filter" in pdf.Root.Metadata:
        yield "the metadata are compressed"


def _sealed(pdf: pikepdf.Pdf) -> Iterator[str]:
    if pdf.is_encrypted:
        yield "the file is encrypted"
    if "/ID" not in pdf.trailer:
        yield "the file has no identifier"
    intents = list(pdf.Root.get("/OutputIntents", []))
    if not any("/DestOutputProfile" in each and each.S == "/GTS_PDFA1" for each in intents):
        yield "no colour profile says how colours are meant"
    for each in pdf.objects:
        if isinstance(each, pikepdf.Stream):
            if "/LZWDecode" in str(each.get("/Filter", "")):
                yield "a stream is compressed by LZW"
            if "/F" in each and each.get("/Type") != "/EmbeddedFile":
                yield "a stream lies outside the file"


def _fonts(pdf: pikepdf.Pdf) -> Iterator[str]:
    for each in pdf.objects:
        if not isinstance(each, pikepdf.Dictionary):
            continue
        if each.get("/Type") == "/FontDescriptor" and not any(
            f"/FontFile{number}" in each for number in ("", "2", "3")
        ):
            yield f"the font {each.get('/FontName')} is not in the file"
        if each.get("/Subtype") == "/Type0" and "/ToUnicode" not in each:
            yield f"the signs of {each.get('/BaseFont')} cannot be read back as text"


def _nothing_runs(pdf: pikepdf.Pdf) -> Iterator[str]:
    for each in pdf.objects:
        if isinstance(each, pikepdf.Dictionary) and str(each.get("/S")) in _RUNS:
            yield f"an action {each.S} would run"
    if "/JavaScript" in pdf.Root.get("/Names", {}) or "/AA" in pdf.Root:
        yield "a script stands in the file"
    form = pdf.Root.get("/AcroForm", {})
    if "/XFA" in form or form.get("/NeedAppearances") is True:
        yield "a form is drawn only when it is opened"


def _attached(pdf: pikepdf.Pdf) -> Iterator[str]:
    for each in pdf.objects:
        if isinstance(each, pikepdf.Dictionary) and each.get("/Type") == "/Filespec":
            lacks = [name for name in ("/F", "/UF", "/AFRelationship", "/EF") if name not in each]
            if lacks:
                yield f"an attachment lacks {', '.join(lacks)}"


def _tagged(pdf: pikepdf.Pdf, language: str) -> Iterator[str]:
    root = pdf.Root
    if not root.get("/MarkInfo", {}).get("/Marked", False):
        yield "the file does not say that it is tagged"
    if root.get("/MarkInfo", {}).get("/Suspects", False):
        yield "the tags are in doubt"
    if not str(root.get("/Lang", "")).lower().startswith(language):
        yield "the language is not said, or another"
    if not root.get("/ViewerPreferences", {}).get("/DisplayDocTitle", False):
        yield "the title is not shown in place of the file's name"
    nodes = list(_nodes(root.StructTreeRoot.K))
    levels = [_HEADINGS[kind] for kind, _ in nodes if kind in _HEADINGS]
    if (
        not levels
        or levels[0] != 1
        or any(after > before + 1 for before, after in pairwise(levels))
    ):
        yield "headings do not begin at the first level, or skip one"
    for kind, node in nodes:
        inside = {each for each, _ in _nodes(node.get("/K", pikepdf.Array()))}
        if kind in {"/Figure", "/Formula"} and not node.get("/Alt"):
            yield f"{kind} has no words in its place"
        if kind == "/TR" and not inside & {"/TH", "/TD"}:
            yield "a row of a table has no cells"
        if kind == "/Table" and "/TH" not in inside:
            yield "a table has no heading cell"
        if kind == "/TH" and "/Scope" not in str(node.get("/A", "")):
            yield "a heading cell does not say of what"


def _nodes(inside: Any) -> Iterator[tuple[str, Any]]:
    for node in inside if isinstance(inside, pikepdf.Array) else [inside]:
        if isinstance(node, pikepdf.Dictionary) and "/S" in node:
            yield str(node.S), node
            if "/K" in node:
                yield from _nodes(node.K)


def _pages(pdf: pikepdf.Pdf) -> Iterator[str]:
    for number, page in enumerate(pdf.pages, start=1):
        if "/StructParents" not in page:
            yield f"page {number} is not tied to the tags"
        if "/Annots" in page and page.get("/Tabs") != "/S":
            yield f"on page {number} the keyboard does not follow the tags"
        depth = 0
        for step in pikepdf.parse_content_stream(page):
            name = str(step.operator)
            depth += (name in {"BMC", "BDC"}) - (name == "EMC")
            if name in _SHOWN and depth == 0:
                yield f"page {number} shows something that is neither tagged nor an artifact"
                break
