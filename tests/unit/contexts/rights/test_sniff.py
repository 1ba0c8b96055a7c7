"""A file is what its bytes show; whatever could run, hide something or blow up is refused."""

from __future__ import annotations

import time

import pytest

from forbear.contexts.rights.sniff import (
    ENDINGS,
    REFUSALS,
    TYPES,
    FileKind,
    FileRefused,
    Refusal,
    sniffed,
)
from tests.support.sniffing import FILES, PLAIN_PDF, SCRIPT, pdf, stream


@pytest.mark.parametrize("file", FILES, ids=lambda each: each.what)
def test_each_file_is_taken_or_refused_for_its_own_reason(file):
    if file.why is None:
        assert file.name.lower().endswith(ENDINGS[sniffed(file.name, file.content)])
        return
    with pytest.raises(FileRefused) as refused:
        sniffed(file.name, file.content)
    assert refused.value.data["why"] == file.why.value


def test_every_reason_is_met_and_said_in_both_languages():
    assert {file.why for file in FILES} - {None} == set(Refusal)
    assert set(REFUSALS) == set(Refusal)
    assert set(TYPES) == set(ENDINGS) == set(FileKind)


@pytest.mark.parametrize("at", range(0, len(PLAIN_PDF), 7))
def test_a_page_cut_anywhere_raises_nothing_else(at):
    try:
        sniffed("page.pdf", PLAIN_PDF[:at])
    except FileRefused:
        return
    assert at == len(PLAIN_PDF)


@pytest.mark.parametrize("spaces", [b"", b" ", b"\r\n", b"\0"])
def test_a_script_is_found_whatever_stands_around_it(spaces):
    for body in (SCRIPT, stream(b"%" * 900 + SCRIPT)):
        with pytest.raises(FileRefused):
            sniffed("page.pdf", pdf(b"<<" + spaces + b">>", body))


def test_looking_takes_no_longer_than_the_file_is_long():
    """A page of many small streams, and one that never ends, are looked at in a moment."""
    many = pdf(*[stream(b"x" * 200) for _ in range(5_000)])
    started = time.process_time()

    sniffed("many.pdf", many)
    with pytest.raises(FileRefused):
        sniffed("many.pdf", pdf(*[stream(b"x")] * 20_001))
    sniffed("open.pdf", b"%PDF-1.7\n" + b"stream\n" * 200_000 + b"%%EOF\n")

    assert time.process_time() - started < 5
