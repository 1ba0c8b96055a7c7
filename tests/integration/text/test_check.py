"""``forbear channels check`` and ``forbear mail take``, as they are run."""

from __future__ import annotations

from django.test import override_settings

from forbear.contexts.contact.channels.file import read_channels
from forbear.contexts.contact.channels.registry import Setting, chosen, try_channel
from tests.support.gate import Hand
from tests.support.mailroom import mailroom
from tests.support.smsc import free_port, rust_smsc

FILE = """
channels:
  - name: carrier
    kind: smpp
    settings: {{host: 127.0.0.1, port: {smpp}, system_id: forbear, password: "env:SMSC_PASSWORD",
               source: "10690000", timeout_s: 1}}
  - name: post
    kind: mail
    settings: {{host: 127.0.0.1, port: {mail}, tls: none, from_address: care@lender.example,
               from_name: 示例, return_domain: bounces.lender.example, timeout_s: 1}}
"""


def seen_of(tmp_path, *, smpp, mail):
    path = tmp_path / "channels.yaml"
    path.write_text(FILE.format(smpp=smpp, mail=mail), encoding="utf-8")
    read_channels.cache_clear()
    setting = Setting(tmp_path, Hand(), in_earnest=True)
    with override_settings(FORBEAR_CHANNELS=path):
        entries = chosen([], read_channels(path))
        return {
            (entry.name, seen.step): seen
            for entry in entries
            for seen in try_channel(entry, setting)
        }


def test_each_channel_is_tried_and_says_what_it_saw(portfolio, tmp_path, monkeypatch):
    monkeypatch.setenv("SMSC_PASSWORD", "secret")
    with rust_smsc() as smsc, mailroom() as room:
        seen = seen_of(tmp_path, smpp=smsc.port, mail=room.port)

        assert {step: each.good for step, each in seen.items()} == {
            ("carrier", "bind"): True,
            ("carrier", "enquire_link"): True,
            ("post", "connect"): True,
            ("post", "sender"): True,
        }
        assert (smsc.taken, room.mails) == ([], [])


def test_a_channel_that_does_not_work_says_why_and_stops_no_other(portfolio, tmp_path, monkeypatch):
    monkeypatch.delenv("SMSC_PASSWORD", raising=False)
    with mailroom() as room:
        seen = seen_of(tmp_path, smpp=free_port(), mail=room.port)

        assert "SMSC_PASSWORD" in seen["carrier", "settings"].saw
        assert seen["post", "sender"].good
