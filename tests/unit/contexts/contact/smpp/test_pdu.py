"""What is written on the wire is what another implementation reads, and the other way round."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forbear.contexts.contact.channels.smpp.craft import Form, messages_of, read_piece, target_of
from forbear.contexts.contact.channels.smpp.pdu import (
    HEADER,
    Command,
    Malformed,
    Message,
    Numbered,
    Pdu,
    Tag,
    head,
    read_message,
)
from forbear.contexts.contact.channels.smpp.receipt import is_receipt, read_receipt, same_form
from forbear.values.code import Outcome

smpp34 = pytest.importorskip("smpp34")
SOURCE, TARGET = Numbered("10690000", 0, 1), Numbered("8613800138000", 1, 1)


@given(st.binary(max_size=400), st.integers(0, 255), st.integers(0, 255), st.integers(1, 65535))
def test_another_implementation_reads_what_is_written(octets, esm, coding, reference):
    tlvs = {int(Tag.USER_REFERENCE): reference.to_bytes(2, "big")}
    message = Message(SOURCE, TARGET, octets, esm, coding, 1, tlvs)

    read = smpp34.decode(Pdu(Command.SUBMIT, 0, 7, message.encode()).encode())

    payload = {tlv.tag: tlv.value for tlv in read.tlvs}
    assert (read.source_addr, read.destination_addr) == (SOURCE.address, TARGET.address)
    assert payload.get(int(Tag.PAYLOAD), read.short_message) == octets
    assert (read.esm_class, read.data_coding, read.registered_delivery) == (esm, coding, 1)
    assert payload[int(Tag.USER_REFERENCE)] == reference.to_bytes(2, "big")
    assert read.sequence_number == 7


@given(st.binary(max_size=254), st.integers(0, 255))
def test_what_another_implementation_writes_is_read(octets, esm):
    wire = smpp34.DeliverSm("861", "2", octets, esm_class=esm, source_addr_ton=1).encode()

    length, command, _, _ = head(wire[: HEADER.size])
    read = read_message(wire[HEADER.size :])

    assert (length, command) == (len(wire), Command.DELIVER)
    assert (read.octets, read.esm, read.source.ton) == (octets, esm, 1)


@given(st.binary(max_size=80))
def test_whatever_comes_is_read_or_refused(octets):
    try:
        message = read_message(octets)
    except Malformed:
        return
    read_piece(message)
    read_receipt(message)
    is_receipt(message)


@pytest.mark.parametrize("length", [0, 15, 80_000])
def test_a_length_that_cannot_be_is_refused(length):
    with pytest.raises(Malformed):
        head(HEADER.pack(length, 4, 0, 1))


@pytest.mark.parametrize("form", ["header", "sar", "payload"])
@pytest.mark.parametrize("wide", [False, True])
def test_the_parts_of_a_text_say_which_they_are(form, wide):
    text = "【示例】请查看您的账单。" * 12
    made = messages_of(text, TARGET, reference=300, form=Form(SOURCE, long=form, wide=wide))

    pieces = [read_piece(message) for message in made]

    assert "".join(piece.text for piece in pieces) == text
    assert [piece.number for piece in pieces] == list(range(1, len(made) + 1))
    assert {piece.total for piece in pieces} == {len(made)}
    assert len({piece.group for piece in pieces}) == 1


@pytest.mark.parametrize(
    ("numbers", "address", "wanted"),
    [
        ("international", "13800138000", ("8613800138000", 1)),
        ("international", "+44 20 7946 0000", ("442079460000", 1)),
        ("national", "+8613800138000", ("13800138000", 2)),
    ],
)
def test_a_number_is_written_as_the_carrier_wants_it(numbers, address, wanted):
    found = target_of(address, Form(SOURCE, numbers=numbers))

    assert (found.address, found.ton) == wanted


@pytest.mark.parametrize(
    ("text", "tlvs", "wanted"),
    [
        (b"id:7 sub:1 stat:DELIVRD err:000 text:x", {}, ("7", Outcome.DELIVERED)),
        (b"ID:7 STAT:undeliv ERR:1", {}, ("7", Outcome.NOT_CONNECTED)),
        (b"id:7 stat:ENROUTE", {}, ("7", None)),
        (b"", {0x1E: b"9\0", 0x427: b"\2"}, ("9", Outcome.DELIVERED)),
        (b"id:7 stat:EXPIRED", {0x1E: b"9\0", 0x427: b"\2"}, ("9", Outcome.DELIVERED)),
        (b"nothing of use", {}, ("", None)),
    ],
)
def test_a_receipt_says_what_became_of_a_message(text, tlvs, wanted):
    message = Message(TARGET, SOURCE, text, 4, 0, 0, tlvs)

    found = read_receipt(message)

    assert is_receipt(message)
    assert (found.message_id, found.fate) == wanted


def test_ids_are_compared_in_one_form():
    assert same_form("1A", "hex") == same_form("26", "decimal") == "26"
    assert same_form("1A", "text") == "1A"
    assert same_form("no number", "hex") == "no number"
