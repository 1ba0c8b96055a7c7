"""The line between mixer and browser, how loud somebody is, and the settings."""

import subprocess
from base64 import b64encode
from datetime import UTC, datetime

import numpy as np
import pytest

from forbear.contexts.contact.channels.voice.headset import (
    HEARD_LEVEL,
    QUIET_LEVEL,
    HeadsetLeg,
    level_of,
)
from forbear.contexts.contact.channels.voice.headset_setting import read_headset
from forbear.contexts.contact.channels.voice.line import SAID_MS_MAX, Line
from forbear.contexts.contact.channels.voice.sound import silence, tone
from forbear.policy.reading import Field
from forbear.values.errors import ForbearError

TURN = tone(700, 0.02)


def _field(told):
    return Field("channels.yaml", "headset", told, 1)


class TestLine:
    def test_keeps_what_is_said_only_while_somebody_listens(self):
        line = Line()
        line.take(TURN)
        assert line.hear().size == 0
        line.open()
        line.take(TURN)
        assert np.array_equal(line.hear(), TURN)
        line.close()
        line.take(TURN)
        assert line.hear().size == 0

    def test_waits_for_a_little_then_gives_every_sample_and_silence_after_the_last(self):
        line = Line()
        line.say(TURN)
        assert line.give(160) is None
        line.say(TURN)
        assert np.array_equal(line.give(160), TURN)
        assert np.array_equal(line.give(160), TURN)
        assert not line.give(160).any()
        assert line.give(160) is None

    def test_drops_the_oldest_of_what_would_only_grow_older(self):
        line = Line()
        for _ in range(SAID_MS_MAX // 20 + 1):
            line.say(TURN)
        assert line.lost_ms == SAID_MS_MAX + 20 - 80

    def test_tells_for_how_long_nothing_came(self):
        now = [5.0]
        line = Line(clock=lambda: now[0])
        leg = HeadsetLeg(line)
        assert (line.silent_s, leg.there) == (None, False)
        line.take(TURN)
        assert leg.there
        now[0] += 1.6
        assert not leg.there


def test_tells_speech_from_a_whisper_and_from_nothing():
    assert level_of(tone(700, 1, level=0.1)) > HEARD_LEVEL
    assert QUIET_LEVEL < level_of(tone(700, 1, level=0.003)) < HEARD_LEVEL
    assert level_of(silence(1)) < QUIET_LEVEL


def test_settings_may_all_be_left_out_and_give_a_password_for_some_hours(monkeypatch):
    monkeypatch.setenv("TURN_SECRET", "s")
    plain = read_headset(_field({}))
    told = {"ports": "40000-40009", "turn": "turn:t.example", "turn_secret": "env:TURN_SECRET"}
    full = read_headset(_field(told))
    now = datetime(2026, 11, 27, tzinfo=UTC)

    assert (plain.ports, plain.servers("staff-7", now=now)) == (None, [])
    assert (full.seats_max, len(full.ports)) == (10, 10)
    (server,) = full.servers("staff-7", now=now)
    until, _, whose = server["username"].partition(":")
    assert (int(until) - now.timestamp(), whose) == (12 * 3600, "staff-7")
    assert server["credential"] == by_openssl("s", server["username"])


def by_openssl(secret, name):
    """Return the password as another program makes it; it refuses none that is right."""
    made = subprocess.run(
        ["openssl", "dgst", "-sha1", "-hmac", secret, "-binary"],
        input=name.encode(),
        check=True,
        capture_output=True,
    )
    return b64encode(made.stdout).decode()


def test_a_line_may_name_several_servers_and_a_file_for_the_secret(tmp_path):
    (tmp_path / "turn").write_text("s3cret\n")
    told = {
        "stun": ["stun:a.example", "stun:b.example:3478"],
        "turn": ["turn:t.example", "turns:t.example:5349?transport=tcp"],
        "turn_secret": f"file:{tmp_path / 'turn'}",
    }
    stun, turn = read_headset(_field(told)).servers("x", now=datetime(2026, 11, 27, tzinfo=UTC))

    assert (stun, turn["urls"]) == ({"urls": told["stun"]}, told["turn"])
    assert turn["credential"] == by_openssl("s3cret", turn["username"])
    assert "s3cret" not in str((stun, turn))


@pytest.mark.parametrize(
    "told",
    [
        {"interface": "here"},
        {"ports": "1-2"},
        {"ports": "40009-40000"},
        {"ports": "40000-40001", "seats_max": 3},
        {"stun": "http://x"},
        {"turn": "turn:x"},
        {"turn_secret": "env:TURN_SECRET"},
        {"turn": [], "turn_secret": "env:TURN_SECRET"},
        {"turn": ["turn:x"] * 5, "turn_secret": "env:TURN_SECRET"},
        {"turn": "turns:x?transport=udp", "turn_secret": "env:TURN_SECRET"},
        {"stun": [1]},
        {"turn": "turn:x", "turn_secret": "plain"},
    ],
)
def test_settings_that_are_wrong_are_named(told):
    with pytest.raises(ForbearError):
        read_headset(_field(told))
