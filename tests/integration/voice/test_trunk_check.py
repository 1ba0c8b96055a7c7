"""``forbear channels check`` of a trunk: is it there, does it let us in, can we speak there?"""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.test import override_settings

from forbear.contexts.contact.channels.kind import Entry
from forbear.contexts.contact.channels.registry import Setting, try_channel
from forbear.contexts.contact.channels.secret import Reference
from forbear.contexts.contact.channels.voice.probe import answers_in, place_of, probe
from forbear.contexts.contact.channels.voice.setting import Pool, Transport
from forbear.values.code import Channel, Jurisdiction
from tests.support.exchange import PASSWORD, USER, exchange
from tests.support.phones import LINE, free_port, say_notice, settings_for, telephones
from tests.support.tls import certificate


def seen_of(trunk, tmp_path):
    entry = Entry("trunk", "sip", frozenset({Channel.VOICE}), trunk)
    setting = Setting(tmp_path, lambda: datetime.now(UTC), in_earnest=True)
    with override_settings(FORBEAR_PROMPTS=tmp_path / "prompts"):
        return {each.step: each for each in try_channel(entry, setting)}


@pytest.mark.nightly
def test_a_trunk_that_is_there_is_asked_and_nobody_is_called(phones, portfolio, tmp_path):
    say_notice(tmp_path / "prompts")
    seen = seen_of(settings_for(phones.port), tmp_path)

    assert seen["trunk"].good, seen["trunk"].saw
    assert f"127.0.0.1:{phones.port} by udp" in seen["trunk"].saw
    assert seen["lines"].good
    assert seen["voice ZH"].good
    assert seen["voice EN"].good
    assert "sign-in" not in seen


def test_whatever_keeps_calls_from_a_trunk_is_said(portfolio, tmp_path):
    nowhere = settings_for(
        free_port(),
        transport=Transport.TCP,
        pools=(Pool(Jurisdiction.CN, (), (LINE, "010-1234-5678")),),
        voices={},
    )
    seen = seen_of(nowhere, tmp_path / "empty")
    assert (seen["trunk"].good, seen["lines"].good, seen["words"].good) == (False, False, False)
    assert "010-1234-5678" in seen["lines"].saw
    assert LINE not in seen["lines"].saw


def test_an_answer_is_read_when_it_is_whole_and_the_last_one():
    ringing = b"SIP/2.0 100 Trying\r\nCSeq: 2 OPTIONS\r\n\r\n"
    whole = b'SIP/2.0 401 No\r\nCSeq: 2 REGISTER\r\nWWW-Authenticate: Digest nonce="n"\r\n'

    assert list(answers_in(ringing + whole, 2)) == []
    (answer,) = answers_in(ringing + whole + b"\r\n", 2)
    assert (answer.status, answer.reason, answer.challenge) == (401, "No", 'Digest nonce="n"')
    assert list(answers_in(whole + b"\r\n", 3)) == []


@pytest.mark.parametrize(
    ("given", "place"),
    [
        ({"domain": "sip.carrier.example"}, ("sip.carrier.example", 5060)),
        ({"domain": "x.example", "transport": Transport.TLS}, ("x.example", 5061)),
        ({"domain": "x", "proxy": "sip:10.0.0.1:5080;transport=tcp"}, ("10.0.0.1", 5080)),
        ({"domain": "[2001:db8::1]:5070"}, ("[2001:db8::1]", 5070)),
    ],
)
def test_it_is_asked_where_calls_would_go(given, place):
    assert place_of(settings_for(1, **given)) == place


@pytest.mark.nightly
def test_an_exchange_that_others_wrote_lets_in_who_knows_the_password(tmp_path, monkeypatch):
    monkeypatch.setenv("RIGHT", PASSWORD)
    monkeypatch.setenv("WRONG", "not-the-word")
    with telephones() as there, exchange(there.port, tmp_path) as port:
        seen = {
            name: {each.step: each for each in probe(trunk)}
            for name in ("RIGHT", "WRONG", "MISSING")
            if (
                trunk := settings_for(
                    port, user=USER, password=Reference("env", name, "file"), register=True
                )
            )
        }
    assert [seen[name]["sign-in"].good for name in seen] == [True, False, False]
    assert "401" in seen["WRONG"]["sign-in"].saw
    assert all(PASSWORD not in each.saw for steps in seen.values() for each in steps.values())


@pytest.mark.nightly
def test_one_for_whom_no_known_authority_vouches_is_not_there(tmp_path):
    known, both = certificate(tmp_path)
    stranger, _ = certificate(tmp_path, "stranger")
    with telephones("mediaenc=srtp-mand", str(both)) as there:
        for authority, good in ((known, True), (stranger, False)):
            trunk = settings_for(there.port + 1, transport=Transport.TLS, ca_file=str(authority))
            (seen,) = probe(trunk)
            assert seen.good is good, seen.saw
