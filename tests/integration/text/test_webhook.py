"""The lender's own service gets each permitted message once, signed, and tells its fate."""

from __future__ import annotations

import base64
import json
import threading
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from uuid import uuid4

import pytest
from django.test import Client

from forbear.contexts.contact.channels.file import InvalidChannels, read_channels
from forbear.contexts.contact.channels.kind import Setting, kind_of
from forbear.contexts.contact.channels.registry import Providers, try_channel
from forbear.contexts.contact.gate.authorise import Asked, authorise
from forbear.contexts.contact.gate.settle import settle
from forbear.contexts.contact.gate.word import DispatchState, Way
from forbear.contexts.contact.gate.worker import SENDER, Sender
from forbear.contexts.exchange.actions.source import add_source
from forbear.contexts.protection.webhook import genuine, secret_bytes, signed
from forbear.values.code import Channel, Outcome
from tests.support.gate import DIALLER, Hand, Said, people, state_of
from tests.support.portfolio import SETUP

S, O = DispatchState, Outcome
SECRET = f"whsec_{base64.b64encode(b'k' * 32).decode()}"
TEXT = '您的"款项"今日到期'


def file_text(url, **more):
    lines = "".join(f"\n      {name}: {value}" for name, value in more.items())
    return f"""
channels:
  - name: app
    kind: webhook
    carries: [SMS]
    settings:
      url: {url}
      timeout_s: 2
      secret: "env:APP_SECRET"{lines}
"""


class App:
    """The service: what it took, and what it does with the next message."""

    def __init__(self):
        self.taken, self.next = [], 200


@contextmanager
def listening(app):
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            self._demand_signed(body)
            code, app.next = app.next, 200
            if code == "untaken":
                self.close_connection = True
                return
            if code in {200, "reset"}:
                app.taken.append(json.loads(body))
            if code == "reset":
                self.close_connection = True
                return
            self._send(code)

        def do_GET(self):
            self._demand_signed(b"")
            known = any(self.path.endswith(one["data"]["permit_id"]) for one in app.taken)
            self._send(200 if known else 404)

        def do_OPTIONS(self):
            self._send(204)

        def log_message(self, *_):
            pass

        def _demand_signed(self, body):
            names = ("webhook-id", "webhook-timestamp", "webhook-signature")
            ident, at, signature = (self.headers[name] for name in names)
            key = secret_bytes(SECRET)
            assert genuine([key], ident, at, signature, now_s=int(at), body=body)

        def _send(self, status):
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}/messages"
        finally:
            server.shutdown()
            thread.join()


class Line:
    """A gate whose messages go to one service."""

    def __init__(self, home, text):
        path = home / f"{uuid4().hex}.yaml"
        path.write_text(text, encoding="utf-8")
        (self.entry,) = read_channels(path)
        self.hand = Hand()
        self.setting = Setting(home, self.hand, in_earnest=True)
        self.adapter = kind_of("webhook").make(self.entry, self.setting)
        self.providers = Providers([self.adapter])
        self.sender = Sender(self.providers, lambda _: Said(TEXT), clock=self.hand)

    def carry(self):
        (self.who,) = people(1)
        wish = self.who.wish(Channel.SMS)
        asked = Asked(uuid4(), wish, Way.AGENDA, "app", ("cn.sms.due_soon", 1))
        answer = authorise(asked, actor=DIALLER, clock=self.hand)
        self.sender.carry()
        return answer

    def settle(self):
        self.hand.on(minutes=40)
        settle(self.providers, actor=SENDER, clock=self.hand)


@pytest.fixture
def app(portfolio, tmp_path, monkeypatch):
    monkeypatch.setenv("APP_SECRET", SECRET)
    made = App()
    with listening(made) as url:
        made.url = url
        yield made


def test_a_message_goes_once_signed_without_a_number_and_its_receipt_counts(app, tmp_path):
    line = Line(tmp_path, file_text(app.url))
    answer = line.carry()

    assert state_of(answer) == (S.ACCEPTED, O.SENT)
    (said,) = app.taken
    assert (said["data"]["text"], said["data"]["person_ref"]) == (TEXT, line.who.ref)
    assert "address" not in said["data"]
    add_source("app", secret=SECRET, actor=SETUP, now=datetime.now(UTC))
    at = datetime.now(UTC)
    body = json.dumps(
        {
            "type": "contact.receipt",
            "timestamp": at.isoformat(),
            "data": {"permit_id": str(answer.id), "outcome": "DELIVERED", "at": at.isoformat()},
        }
    ).encode()
    headers = signed(secret_bytes(SECRET), "msg_1", at_s=int(at.timestamp()), body=body)
    for good in (True, False):
        told = headers if good else {**headers, "webhook-signature": "v1,AAAA"}
        got = Client().post(
            "/api/v1/receipts/app", body, content_type="application/json", headers=told
        )
        assert (got.status_code == 200) is good
    assert state_of(answer) == (S.ACCEPTED, O.DELIVERED)

    number = Line(tmp_path, file_text(app.url, addresses="true"))
    number.carry()
    assert app.taken[-1]["data"]["address"].isdecimal()
    for each in (line, number):
        assert [seen.good for seen in each.adapter.check()] == [True]
        each.adapter.close()


def test_each_answer_is_understood_and_nothing_is_sent_again(app, tmp_path):
    line = Line(tmp_path, file_text(app.url, asks="true"))
    for code, stands, settled in (
        (400, S.REJECTED, S.REJECTED),
        (429, S.REJECTED, S.REJECTED),
        (302, S.UNKNOWN, S.REJECTED),
        (503, S.UNKNOWN, S.REJECTED),
        ("untaken", S.UNKNOWN, S.REJECTED),
        ("reset", S.UNKNOWN, S.ACCEPTED),
    ):
        app.next = code
        answer = line.carry()
        assert state_of(answer)[0] is stands, code
        line.settle()
        assert state_of(answer)[0] is settled, code
    assert len(app.taken) == 1
    line.adapter.close()


def test_a_wrong_file_or_secret_is_told(app, tmp_path, monkeypatch):
    path = tmp_path / "wrong.yaml"
    path.write_text(file_text("http://app.example"), encoding="utf-8")
    with pytest.raises(InvalidChannels, match="https"):
        read_channels(path)
    line = Line(tmp_path, file_text(app.url))
    monkeypatch.setenv("APP_SECRET", "short")
    (seen,) = try_channel(line.entry, line.setting)
    assert not seen.good
    line.adapter.close()
