"""A person or a machine? Judged on invented sound, with how often it errs."""

from __future__ import annotations

import numpy as np
import pytest

from forbear.contexts.contact.channels.voice.answering import Heard, Listener
from forbear.contexts.contact.channels.voice.sound import RATE, clipped, silence, tone

CALLS = 25
PERSONS_TAKEN_FOR_MACHINES_MAX = 0.02
MACHINES_TAKEN_FOR_PERSONS_MAX = 0.10
BEEPS_MISSED_MAX = 0.05


def voice(luck, seconds):
    """Something like speech: a gliding pitch with its overtones, in syllables, with breath."""
    count = int(seconds * RATE)
    at = np.arange(count) / RATE
    pitch = luck.uniform(90, 240) * (1 + 0.15 * np.sin(2 * np.pi * luck.uniform(0.5, 2) * at))
    phase = 2 * np.pi * np.cumsum(pitch) / RATE
    wide = sum(np.sin(n * phase) / n ** luck.uniform(0.6, 1.2) for n in range(1, 12))
    syllables = 0.55 + 0.45 * np.sin(2 * np.pi * luck.uniform(3, 5) * at + luck.uniform(0, 6))
    return wide * syllables * luck.uniform(900, 2600) + luck.normal(0, 120, count)


def line(luck, sound, *, before_s, after_s):
    """The same on a telephone line, with its noise."""
    whole = np.concatenate((np.zeros(int(before_s * RATE)), sound, np.zeros(int(after_s * RATE))))
    return clipped(whole + luck.normal(0, luck.uniform(5, 50), whole.size))


def judged(sound):
    listener, first = Listener(), Heard.NOTHING
    for at in range(0, sound.size, RATE // 50):
        listener(sound[at : at + RATE // 50], silence(0))
        if first is Heard.NOTHING:
            first = listener.heard
    return first, listener.heard


def person(luck):
    return line(luck, voice(luck, luck.uniform(0.3, 1.6)), before_s=luck.uniform(0, 0.8), after_s=4)


def machine(luck, *, beeps=True):
    parts = [voice(luck, luck.uniform(1.5, 4.0))]
    for _ in range(luck.integers(1, 4)):
        pause = np.zeros(int(luck.uniform(0.1, 0.5) * RATE))
        parts += [pause, voice(luck, luck.uniform(1.0, 3.0))]
    beep = tone(luck.uniform(400, 1800), luck.uniform(0.3, 0.8), level=0.3) if beeps else silence(0)
    parts += [np.zeros(int(luck.uniform(0.2, 0.6) * RATE)), beep.astype(np.float64)]
    return line(luck, np.concatenate(parts), before_s=luck.uniform(0, 0.8), after_s=1)


def test_persons_are_seldom_taken_for_machines():
    luck = np.random.default_rng(7)
    wrong = sum(judged(person(luck))[1] in {Heard.MACHINE, Heard.BEEP} for _ in range(CALLS))
    assert wrong / CALLS <= PERSONS_TAKEN_FOR_MACHINES_MAX


def test_machines_are_seldom_taken_for_persons():
    luck = np.random.default_rng(8)
    first = [judged(machine(luck, beeps=False))[0] for _ in range(CALLS)]
    assert (
        sum(each is not Heard.MACHINE for each in first) / CALLS <= MACHINES_TAKEN_FOR_PERSONS_MAX
    )


def test_a_beep_is_seldom_missed():
    luck = np.random.default_rng(9)
    missed = sum(judged(machine(luck))[1] is not Heard.BEEP for _ in range(CALLS))
    assert missed / CALLS <= BEEPS_MISSED_MAX


@pytest.mark.parametrize("seconds", [0.5, 6.0])
def test_silence_is_nothing(seconds):
    luck = np.random.default_rng(10)
    sound = line(luck, np.zeros(0), before_s=seconds, after_s=0)
    assert judged(sound) == (Heard.NOTHING, Heard.NOTHING)
