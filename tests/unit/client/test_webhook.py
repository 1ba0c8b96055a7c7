"""A receiver takes what is genuine, once."""

from __future__ import annotations

import base64

import pytest

from forbear.client import NotGenuine, Receiver
from forbear.contexts.exchange.signature import secret_bytes, signed

SECRET = "whsec_" + base64.b64encode(bytes(range(32))).decode()
BODY = b'{"type":"hold.placed"}'
NOW_S = 1_764_000_000


def headers(*, secret: str = SECRET, at_s: int = NOW_S, name: str = "msg_1") -> dict[str, str]:
    return signed(secret_bytes(secret), name, at_s=at_s, body=BODY)


def test_a_genuine_webhook_is_taken_once():
    receiver = Receiver(SECRET)

    assert receiver.receive(headers(), BODY, now_s=NOW_S) == {"type": "hold.placed"}
    assert receiver.receive(headers(), BODY, now_s=NOW_S) is None
    assert receiver.receive(headers(name="msg_2"), BODY, now_s=NOW_S) is not None


def test_two_secrets_are_good_while_one_follows_the_other():
    other = "whsec_" + base64.b64encode(bytes(32)).decode()

    assert Receiver(other, SECRET).receive(headers(), BODY, now_s=NOW_S)


@pytest.mark.parametrize(
    ("sent", "body"),
    [
        (headers(), BODY + b" "),
        (headers(secret="whsec_" + base64.b64encode(bytes(32)).decode()), BODY),
        ({**headers(), "webhook-id": "msg_9"}, BODY),
        ({**headers(), "webhook-timestamp": str(NOW_S + 1)}, BODY),
        (headers(at_s=NOW_S - 301), BODY),
        (headers(at_s=NOW_S + 301), BODY),
        ({"webhook-id": "msg_1"}, BODY),
        ({**headers(), "webhook-signature": "v1,é"}, BODY),
    ],
    ids=["body", "secret", "id", "time", "old", "new", "headers", "no signature"],
)
def test_anything_else_is_refused(sent, body):
    with pytest.raises(NotGenuine):
        Receiver(SECRET).receive(sent, body, now_s=NOW_S)


def test_the_signature_is_that_of_the_standard():
    """The example that the specification of Standard Webhooks gives."""
    body = b'{"test": 2432232314}'
    made = signed(
        secret_bytes("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"),
        "msg_p5jXN8AQM9LWM0D4loKWxJek",
        at_s=1614265330,
        body=body,
    )

    assert made["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
