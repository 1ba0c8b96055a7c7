"""Callbacks are opened and refused as the platforms publish it, byte for byte."""

from __future__ import annotations

import base64
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wechatpy.crypto import WeChatCrypto

from forbear.contexts.contact.channels.wechat.crypt import (
    CallbackRefused,
    Envelopes,
    demand_signed,
    signature,
)
from forbear.contexts.contact.channels.wechat.said import read_xml
from tests.support.wechat import AES_KEY, opened, sealed

# From the sample that comes with the platforms' own libraries.
TOKEN, CORP = "QDG6eK", "wx5823bf96d3bd56c7"
ECHO = "P9nAzCzyDtyTWESHep1vC5X9xho/qYX3Zpb4yKa9SKld1DsH3Iyt3tP3zNdtp+4RPcs8TgAE7OaBO+FZXvnaqQ=="
MESSAGE = (
    "RypEvHKD8QQKFhvQ6QleEB4J58tiPdvo+rtK1I9qca6aM/wvqnLSV5zEPeusUiX5L5X/0lWfrf0QADHHhGd3QczcdCUp"
    "j911L3vg3W/sYYvuJTs3TUUkSUXxaccAS0qhxchrRYt66wiSpGLYL42aM6A8dTT+6k4aSknmPj48kzJs8qLjvd4Xgpue"
    "06DOdnLxAUHzM6+kDZ+HMZfJYuR+LtwGc2hgf5gsijff0ekUNXZiqATP7PF5mZxZ3Izoun1s4zG4LUMnvw2r+KqCKIw+"
    "3IQH03v+BCA9nMELNqbSf6tiWSrXJB3LAVGUcallcrw8V2t9EL4EhzJWrQUax5wLVMNS0+rUPA3k22Ncx4XXZS9o0MBH"
    "27Bo6BpNelZpS+/uh9KsNlY6bHCmJU9p8g7m3fVKn28H3KDYA5Pl/T8Z1ptDAVe0lXdQ2YoyyH2uyPIGHBZZIs2pDBS8"
    "R07+qN+E7Q=="
)
ENVELOPES = Envelopes(AES_KEY, CORP)


def test_the_published_message_is_opened_and_its_signature_is_ours():
    assert signature(TOKEN, "1409659813", "1372623149", MESSAGE) == (
        "477715d11cdb4164915debcba66cb864d751f3e6"
    )
    said = read_xml(ENVELOPES.opened(MESSAGE))
    assert (said.of("Content"), said.of("FromUserName"), said.of("MsgId")) == (
        "hello",
        "mycreate",
        "4561255354251345929",
    )


def test_the_published_greeting_is_opened():
    demand_signed(
        "5c45ff5e21c57e6ad56bac8758b79b1d9ac89fd3", TOKEN, "1409659589", "263014780", ECHO
    )
    assert ENVELOPES.opened(ECHO).isdigit()


@pytest.mark.parametrize("length", [0, 1, 11, 12, 13, 31, 32, 33, 500])
def test_both_ways_agree_with_another_implementation(length):
    rng = random.Random(length)
    message = "".join(rng.choice("abc示例𠮷<>&") for _ in range(length))

    assert ENVELOPES.opened(sealed(message, receiver=CORP)) == message.encode()
    plain = opened(ENVELOPES.closed(message.encode()))
    assert plain[20:].startswith(message.encode() + CORP.encode())
    assert 1 <= plain[-1] <= 32
    assert not len(plain) % 32


@given(
    message=st.text(
        st.characters(codec="utf-8", exclude_categories=["Cc"]), min_size=1, max_size=2_000
    ),
    nonce=st.text("0123456789abcdef", min_size=1, max_size=12),
)
def test_a_library_that_lenders_use_seals_and_opens_the_same(message, nonce):
    library, at = WeChatCrypto(TOKEN, AES_KEY, CORP), "1409659813"

    sealed_there = read_xml(library.encrypt_message(message, nonce, at).encode())
    theirs = sealed_there.of("Encrypt")
    demand_signed(sealed_there.of("MsgSignature"), TOKEN, at, nonce, theirs)
    assert ENVELOPES.opened(theirs) == message.encode()

    ours = ENVELOPES.closed(message.encode())
    signed = signature(TOKEN, at, nonce, ours)
    assert library.decrypt_message({"Encrypt": ours}, signed, at, nonce) == message


def test_what_is_damaged_or_for_somebody_else_is_refused():
    octets = bytearray(base64.b64decode(MESSAGE))
    rng = random.Random(7)
    damaged = ["", "====", MESSAGE[:-4], MESSAGE + "AAAA", "示例"]
    for _ in range(200):
        at = rng.randrange(len(octets) - 64, len(octets))
        changed = bytearray(octets)
        changed[at] ^= rng.randrange(1, 256)
        damaged.append(base64.b64encode(changed).decode())
    damaged.append(base64.b64encode(octets[:-16]).decode())
    for cipher in damaged:
        with pytest.raises(CallbackRefused):
            ENVELOPES.opened(cipher)
    with pytest.raises(CallbackRefused):
        Envelopes(AES_KEY, "wx0000000000000000").opened(MESSAGE)
    with pytest.raises(CallbackRefused):
        demand_signed("0" * 40, TOKEN, "1409659813", "1372623149", MESSAGE)


@pytest.mark.parametrize(
    "octets",
    [
        b"",
        b"hello",
        b"<xml><a>1</a>",
        b'<!DOCTYPE x [<!ENTITY a "aaaa">]><xml><Content>&a;</Content></xml>',
        b'<!DOCTYPE x SYSTEM "file:///etc/passwd"><xml/>',
        b'<xml><Content a="1">x</Content></xml>',
        b"<xml><?php x?></xml>",
        b"<a><b><c><d><e><f/></e></d></c></b></a>",
        b"<xml>" + b"<a>1</a>" * 500 + b"</xml>",
        b"<xml>" + b" " * 70_000 + b"</xml>",
        b"<xml><a>\x00</a></xml>",
        b'<?xml version="1.0" encoding="utf-7"?><xml/>',
    ],
)
def test_xml_that_the_platforms_do_not_send_is_refused(octets):
    with pytest.raises(CallbackRefused):
        read_xml(octets)
