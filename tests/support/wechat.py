"""WeChat as its public documentation describes it, on this machine, for tests.

What seals callbacks is another implementation than the one under test: the ``openssl`` program.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import struct
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

APP_ID, SECRET, TOKEN = "wx0123456789abcdef", "app-secret", "QDG6eK"
AES_KEY = "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"
TEMPLATE_ID = "ngqIpbwh8bUfcSsECmogfXcV14J0tQlEpBO27izEYtY"
TEMPLATE = "还款提醒\n机构：{{thing1.DATA}}\n金额：{{amount2.DATA}}\n回复退订不再接收"
WORDS = "还款提醒\n机构：示例消费金融\n金额：1,200.00元\n回复退订不再接收"


def file_text(url: str, *, name: str = "account") -> str:
    """Return a file of channels with one official account."""
    form = TEMPLATE.replace("\n", "\n          ")
    return f"""
channels:
  - name: {name}
    kind: wechat
    settings:
      app_id: {APP_ID}
      secret: "env:WECHAT_SECRET"
      token: "env:WECHAT_TOKEN"
      aes_key: "env:WECHAT_AES_KEY"
      base_url: {url}
      timeout_s: 2
      templates:
      - message: cn.wechat.notice
        template_id: {TEMPLATE_ID}
        url: "https://lender.example/p/"
        text: |-
          {form}
"""


def set_secrets(monkeypatch) -> None:
    """Set what the file refers to."""
    monkeypatch.setenv("WECHAT_SECRET", SECRET)
    monkeypatch.setenv("WECHAT_TOKEN", TOKEN)
    monkeypatch.setenv("WECHAT_AES_KEY", AES_KEY)


class Platform:
    """What it took, what it does with the next message, and who follows."""

    def __init__(self) -> None:
        self.taken: list[tuple[str, dict]] = []
        self.next: int | str = 0
        self.fetched, self.made = 0, 0
        self.lasts_s = 7200
        self.words: dict[str, str] = {}
        self._lock = threading.Lock()

    @property
    def token(self) -> str:
        """The token that counts now."""
        return f"token-{self.made}"

    def breaks(self, path: str) -> bool:
        """Say whether what goes wrong next goes wrong here."""
        return "message" in path

    def answer(self, path: str, asked: dict[str, str], said: dict) -> dict:
        """Answer one request."""
        if path == "/cgi-bin/stable_token":
            return self._stable_token(said)
        if path == "/sns/oauth2/access_token":
            return self._person_of(asked)
        if asked.get("access_token") != self.token:
            return {"errcode": 40001, "errmsg": "invalid credential"}
        if path == "/cgi-bin/template/get_all_private_template":
            return {"template_list": [{"template_id": TEMPLATE_ID, "content": TEMPLATE}]}
        return self._message(path, said)

    def _stable_token(self, said: dict) -> dict:
        if (said.get("appid"), said.get("secret")) != (APP_ID, SECRET):
            return {"errcode": 40125, "errmsg": "invalid appsecret"}
        assert said["grant_type"] == "client_credential"
        assert said["force_refresh"] is False
        with self._lock:
            self.fetched += 1
            self.made = self.made or 1
        return {"access_token": self.token, "expires_in": self.lasts_s}

    def _person_of(self, asked: dict[str, str]) -> dict:
        assert (asked["appid"], asked["secret"]) == (APP_ID, SECRET)
        openid = self.words.pop(asked["code"], None)
        if openid is None:
            return {"errcode": 40029, "errmsg": "invalid code"}
        return {"access_token": "own", "expires_in": 7200, "openid": openid, "scope": "snsapi_base"}

    def _message(self, path: str, said: dict) -> dict:
        code, self.next = self.next, 0
        if isinstance(code, int) and code:
            return {"errcode": code, "errmsg": "refused"}
        self.taken.append((path, said))
        told = {"errcode": 0, "errmsg": "ok"}
        if "custom" not in path:
            told["msgid"] = 200228332 + len(self.taken)
        return told


@contextmanager
def platform(made: Platform | None = None) -> Iterator[tuple[Platform, str]]:
    """Listen on this machine; yield the platform and its address."""
    made = made or Platform()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self):
            said = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            self._do(said)

        def do_GET(self):
            self._do({})

        def log_message(self, *_):
            pass

        def _do(self, said):
            parts = urlsplit(self.path)
            asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
            wrong = made.next if made.breaks(parts.path) else 0
            told = made.answer(parts.path, asked, said)
            if wrong == "reset":
                self.close_connection = True
                return
            body = b"<html>" if wrong == "garbled" else json.dumps(told).encode()
            self.send_response(500 if wrong == "error" else 200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield made, f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()


def sealed(message: str, *, receiver: str = APP_ID, key: str = AES_KEY) -> str:
    """Seal a message as the platform does, by the ``openssl`` program."""
    octets = message.encode()
    plain = os.urandom(16) + struct.pack(">I", len(octets)) + octets + receiver.encode()
    pad = 32 - len(plain) % 32
    secret = base64.b64decode(f"{key}=")
    made = subprocess.run(
        ["openssl", "enc", "-aes-256-cbc", "-nopad", "-K", secret.hex(), "-iv", secret[:16].hex()],
        input=plain + bytes([pad]) * pad,
        capture_output=True,
        check=True,
    )
    return base64.b64encode(made.stdout).decode()


def opened(cipher: str, *, key: str = AES_KEY) -> bytes:
    """Open what was sealed, by the ``openssl`` program; padding and all."""
    secret = base64.b64decode(f"{key}=")
    return subprocess.run(
        [
            *("openssl", "enc", "-d", "-aes-256-cbc", "-nopad"),
            *("-K", secret.hex(), "-iv", secret[:16].hex()),
        ],
        input=base64.b64decode(cipher),
        capture_output=True,
        check=True,
    ).stdout


def signed(*parts: str) -> str:
    """Sign some parts as the platform does."""
    return hashlib.sha1("".join(sorted(parts)).encode(), usedforsecurity=False).hexdigest()


def called_back(
    inner: str,
    at: datetime,
    *,
    nonce: str = "1372623149",
    token: str = TOKEN,
    cipher: str | None = None,
    **given: str,
) -> tuple[dict[str, str], str]:
    """Return the query and the body with which the platform tells something."""
    cipher = sealed(inner, **given) if cipher is None else cipher
    when = str(int(at.timestamp()))
    query = {
        "signature": signed(token, when, nonce),
        "timestamp": when,
        "nonce": nonce,
        "encrypt_type": "aes",
        "msg_signature": signed(token, when, nonce, cipher),
    }
    inside = f"<ToUserName><![CDATA[gh_1]]></ToUserName><Encrypt><![CDATA[{cipher}]]></Encrypt>"
    return query, f"<xml>{inside}</xml>"


def words(text: str, sender: str, at: datetime, *, ident: str = "4561255354251345929") -> str:
    """Return the XML by which the platform tells of words that somebody wrote."""
    return (
        f"<xml><ToUserName><![CDATA[gh_1]]></ToUserName>"
        f"<FromUserName><![CDATA[{sender}]]></FromUserName>"
        f"<CreateTime>{int(at.timestamp())}</CreateTime><MsgType><![CDATA[text]]></MsgType>"
        f"<Content><![CDATA[{text}]]></Content><MsgId>{ident}</MsgId></xml>"
    )


def event(name: str, sender: str, at: datetime, **given: str) -> str:
    """Return the XML by which the platform tells of an event."""
    more = "".join(f"<{key}>{value}</{key}>" for key, value in given.items())
    return (
        f"<xml><ToUserName><![CDATA[gh_1]]></ToUserName>"
        f"<FromUserName><![CDATA[{sender}]]></FromUserName>"
        f"<CreateTime>{int(at.timestamp())}</CreateTime><MsgType><![CDATA[event]]></MsgType>"
        f"<Event><![CDATA[{name}]]></Event>{more}</xml>"
    )
