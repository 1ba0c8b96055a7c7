"""Sound keeps its pitch and length, whatever it is carried by."""

from __future__ import annotations

import numpy as np
import pytest

from forbear.contexts.contact.channels.voice.sound import (
    RATE,
    Converter,
    UnusableSound,
    from_mulaw,
    plain_wav,
    read_wav,
    strength,
    to_mulaw,
    tone,
)


@pytest.mark.parametrize("rate", [8_000, 16_000, 48_000])
def test_a_tone_survives_to_another_rate_and_back_in_turns_of_any_size(rate):
    there, back = Converter(RATE, rate), Converter(rate, RATE)
    sound, turns = tone(700, 1.0), [37, 160, 161, 320, 5]
    came, at = [], 0
    while at < sound.size:
        size = turns[len(came) % len(turns)]
        came.append(back(there(sound[at : at + size])))
        at += size
    heard = np.concatenate(came)
    assert heard.size == sound.size
    assert strength(heard[400:], 700) > 0.98


def test_coding_loses_little():
    sound = tone(1000, 0.5)
    error = from_mulaw(to_mulaw(sound)).astype(int) - sound
    assert np.abs(error).max() < 500
    assert np.sqrt(np.mean(error**2.0)) < 120


def test_a_wav_is_read_as_it_was_written():
    sound = tone(500, 0.2)
    assert (read_wav(plain_wav(sound)) == sound).all()
    with pytest.raises(UnusableSound):
        read_wav(b"RIFF no sound")
