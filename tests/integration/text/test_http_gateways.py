"""An HTTP gateway is handed a message once; what it says, or fails to say, is understood."""

from __future__ import annotations

import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl
from uuid import uuid4

import pytest

from forbear.contexts.contact.channels.file import InvalidChannels, read_channels
from forbear.contexts.contact.channels.kind import Setting, kind_of
from forbear.contexts.contact.channels.registry import Providers
from forbear.contexts.contact.channels.sms_http.cloud import signature
from forbear.contexts.contact.gate.authorise import Asked, authorise
from forbear.contexts.contact.gate.fetch import fetch_receipts
from forbear.contexts.contact.gate.settle import settle
from forbear.contexts.contact.gate.word import DispatchState, Way
from forbear.contexts.contact.gate.worker import SENDER, Sender
from forbear.values.code import Channel, Outcome
from tests.support.gate import DIALLER, Hand, Said, people, state_of

S, O = DispatchState, Outcome
TEXT = '【示例】您的"款项"今日到期 {number}'
PLAIN = """
channels:
  - name: gateway
    kind: sms_http
    settings:
      dialect: json
      url: {url}/messages
      secret: "env:GATEWAY_SECRET"
      headers: {{Authorization: "Bearer {{secret}}"}}
      body: {{to: "{{number}}", body: {{text: "{{text}}"}}, client_id: "{{id}}", kind: 1}}
      ref_at: data.id
      good_at: status
      good: ok
      look_up_url: {url}/messages/{{id}}
"""
CLOUD = """
channels:
  - name: gateway
    kind: sms_http
    settings:
      dialect: aliyun
      url: {url}/
      secret: "env:GATEWAY_SECRET"
      access_key_id: key
      sign_name: 示例
      template_code: SMS_1
"""


class Gateway:
    """What it took, and what it does with the next request."""

    def __init__(self):
        self.taken, self.next, self.fate = [], "", 1
        self.cloud = False

    def answer(self, path, headers, body):
        if self.cloud:
            return self._cloud(dict(parse_qsl(body.decode())))
        if body:
            assert headers["Authorization"] == "Bearer s3cret"
            said = json.loads(body)
            self.taken.append(said)
            return 200, {"status": "ok", "data": {"id": f"G{len(self.taken)}"}}
        found = [one for one in self.taken if path.endswith(one["client_id"])]
        return (200, {"data": {"id": "G1"}}) if found else (404, {})

    def _cloud(self, asked):
        given = {name: value for name, value in asked.items() if name != "Signature"}
        assert signature(given, "s3cret") == asked["Signature"]
        if asked["Action"] == "SendSms":
            self.taken.append(asked)
            return 200, {"Code": "OK", "BizId": "B1"}
        rows = [
            {"OutId": one["OutId"], "SendStatus": self.fate}
            for one in self.taken
            if one["PhoneNumbers"] == asked["PhoneNumber"]
        ]
        told = {"SmsSendDetailDTO": rows}
        return 200, {"Code": "OK", "TotalCount": len(rows), "SmsSendDetailDTOs": told}


@contextmanager
def listening(gateway):
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self):
            self._do(self.rfile.read(int(self.headers["Content-Length"])))

        def do_GET(self):
            self._do(b"")

        def do_OPTIONS(self):
            self._send(204, b"")

        def log_message(self, *_):
            pass

        def _do(self, body):
            wrong, gateway.next = (gateway.next, "") if body else ("", gateway.next)
            if wrong == "untaken":
                self.close_connection = True
                return
            if wrong == "refused":
                self._send(200, b'{"status": "no", "Code": "isv.MOBILE_NUMBER_ILLEGAL"}')
                return
            status, said = gateway.answer(self.path, self.headers, body)
            if wrong == "reset":
                self.close_connection = True
            elif wrong == "error":
                self._send(500, b"{}")
            elif wrong == "garbled":
                self._send(200, b"<html>")
            else:
                self._send(status, json.dumps(said).encode())

        def _send(self, status, body):
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()


class Line:
    """A gate whose messages go to one gateway."""

    def __init__(self, home, text):
        path = home / "channels.yaml"
        path.write_text(text, encoding="utf-8")
        read_channels.cache_clear()
        (entry,) = read_channels(path)
        self.hand = Hand()
        setting = Setting(home, self.hand, in_earnest=True)
        self.adapter = kind_of(entry.kind).make(entry, setting)
        self.providers = Providers([self.adapter])
        self.sender = Sender(self.providers, lambda _: Said(TEXT), clock=self.hand)

    def carry(self):
        (who,) = people(1)
        asked = Asked(uuid4(), who.wish(Channel.SMS), Way.AGENDA, "gateway", ("cn.sms.due_soon", 1))
        answer = authorise(asked, actor=DIALLER, clock=self.hand)
        self.sender.carry()
        return answer

    def settle(self):
        self.hand.on(minutes=40)
        settle(self.providers, actor=SENDER, clock=self.hand)


@pytest.fixture(params=["json", "aliyun"])
def line(request, portfolio, tmp_path, monkeypatch):
    monkeypatch.setenv("GATEWAY_SECRET", "s3cret")
    gateway = Gateway()
    gateway.cloud = request.param == "aliyun"
    with listening(gateway) as url:
        made = Line(tmp_path, (CLOUD if gateway.cloud else PLAIN).format(url=url))
        made.gateway = gateway
        yield made
        made.adapter.close()


def words_of(one):
    if "body" in one:
        return one["body"]["text"]
    return json.loads(one["TemplateParam"])["content"]


def test_a_message_arrives_word_for_word(line):
    answer = line.carry()

    assert state_of(answer) == (S.ACCEPTED, O.SENT)
    (one,) = line.gateway.taken
    assert words_of(one) == TEXT
    assert answer.id.hex in {one.get("OutId"), one.get("client_id", "").replace("-", "")}


def test_a_refusal_is_definite(line):
    line.gateway.next = "refused"

    assert state_of(line.carry())[0] is S.REJECTED
    assert line.gateway.taken == []


@pytest.mark.parametrize("wrong", ["reset", "error", "garbled", "untaken"])
def test_what_breaks_is_not_known_and_then_found_out_by_our_own_id(line, wrong):
    line.gateway.next = wrong
    answer = line.carry()
    assert state_of(answer)[0] is S.UNKNOWN

    line.settle()

    assert state_of(answer)[0] is (S.REJECTED if wrong == "untaken" else S.ACCEPTED)
    line.sender.carry()
    assert len(line.gateway.taken) == (wrong != "untaken")


@pytest.mark.parametrize("line", ["aliyun"], indirect=True)
def test_the_cloud_is_asked_what_became_of_it(line):
    answer = line.carry()
    line.gateway.fate = 3

    fetch_receipts(line.providers, actor=SENDER, clock=line.hand)

    assert state_of(answer)[1] is O.DELIVERED


def test_nobody_at_the_other_end_costs_nothing(line, tmp_path):
    line.adapter._client.close()
    dead = Line(tmp_path, PLAIN.format(url="http://127.0.0.1:9"))

    assert state_of(dead.carry())[0] is S.REJECTED
    assert not dead.adapter.check()[0].good
    dead.adapter.close()


def test_words_and_numbers_go_over_https_alone(tmp_path):
    path = tmp_path / "channels.yaml"
    path.write_text(PLAIN.format(url="http://gateway.example"), encoding="utf-8")
    read_channels.cache_clear()

    with pytest.raises(InvalidChannels, match="https"):
        read_channels(path)


COMMON = {"Format": "XML", "SignatureMethod": "HMAC-SHA1", "SignatureVersion": "1.0"}
REGIONS = COMMON | {
    "AccessKeyId": "testid",
    "Action": "DescribeRegions",
    "SignatureNonce": "3ee8c1b8-83d3-44af-a94f-4e0ad82fd6cf",
    "Timestamp": "2016-02-23T12:46:24Z",
    "Version": "2014-05-26",
}
MESSAGE = COMMON | {
    "AccessKeyId": "testId",
    "Action": "SendSms",
    "OutId": "123",
    "PhoneNumbers": "15300000001",
    "RegionId": "cn-hangzhou",
    "SignName": "阿里云短信测试专用",
    "SignatureNonce": "45e25e9b-0a6f-4070-8c85-2956eda1b466",
    "TemplateCode": "SMS_71390007",
    "TemplateParam": '{"customer":"test"}',
    "Timestamp": "2017-07-12T02:42:19Z",
    "Version": "2017-05-25",
}


@pytest.mark.parametrize(
    ("given", "secret", "published"),
    [
        (REGIONS, "testsecret", "OLeaidS1JvxuMvnyHOwuJ+uX5qY="),
        (MESSAGE, "testSecret", "zJDF+Lrzhj/ThnlvIToysFRq6t4="),
    ],
    ids=["its_general_example", "its_example_of_a_message"],
)
def test_the_signature_is_that_of_the_service_s_own_examples(given, secret, published):
    assert signature(given, secret, method="GET") == published
