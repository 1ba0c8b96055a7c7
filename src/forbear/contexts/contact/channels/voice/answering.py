"""Has a person answered, or a machine?

Who answers in person says a word or two and waits. A machine speaks on, and then beeps. Both are
told from the sound alone, while our own words are already being said, so that nobody waits in
silence for it. In doubt it is a person.
"""

from __future__ import annotations

import numpy as np

from forbear.contexts.contact.channels.voice.sound import RATE, Samples, silence
from forbear.values.code import Code

FRAME = RATE // 50
GREETING_S_MAX = 3.0
"""Whoever speaks for so long without a pause is a machine."""
PAUSE_S = 0.7
LISTENS_S = 12.0
"""A greeting that began so late is nobody's any more."""
BEEP_S = 0.20
_BEEP_SHARE = 0.75
_BEEP_HERTZ = (350.0, 2100.0)
_LOUD_MIN = 180.0
_WINDOW = 4 * FRAME


class Heard(Code):
    """What the sound tells so far."""

    NOTHING = "NOTHING"
    PERSON = "PERSON"
    MACHINE = "MACHINE"
    BEEP = "BEEP"
    """A machine, and it is our turn to speak."""


class Listener:
    """Listens to one call; ``heard`` is what it knows so far."""

    def __init__(self) -> None:
        self.heard = Heard.NOTHING
        self._rest: Samples = silence(0)
        self._window: Samples = silence(0)
        self._floor = _LOUD_MIN / 3
        self._frames = 0
        self._speaks_s = self._pause_s = self._beep_s = 0.0
        self._pitch = 0.0

    def __call__(self, heard: Samples, _said: Samples) -> None:
        """Take in what was heard in one turn."""
        whole = np.concatenate((self._rest, heard)) if self._rest.size else heard
        count = whole.size // FRAME
        for number in range(count):
            self._take(whole[number * FRAME : (number + 1) * FRAME])
        self._rest = whole[count * FRAME :]

    def _take(self, frame: Samples) -> None:
        self._frames += 1
        loud = float(np.sqrt(np.mean(frame.astype(np.float64) ** 2)))
        speaks = loud > max(_LOUD_MIN, 3.0 * self._floor)
        if not speaks:
            self._floor = 0.95 * self._floor + 0.05 * loud
        self._listen_for_beep(frame, speaks=speaks)
        if self.heard is not Heard.NOTHING or self._frames * FRAME > LISTENS_S * RATE:
            return
        seconds = FRAME / RATE
        if speaks:
            self._speaks_s += seconds + (self._pause_s if self._speaks_s else 0.0)
            self._pause_s = 0.0
        elif self._speaks_s:
            self._pause_s += seconds
        if self._speaks_s >= GREETING_S_MAX:
            self.heard = Heard.MACHINE
        elif self._pause_s >= PAUSE_S:
            self.heard = Heard.PERSON

    def _listen_for_beep(self, frame: Samples, *, speaks: bool) -> None:
        """A beep is one steady pitch that nothing else is heard beside."""
        self._window = np.concatenate((self._window, frame))[-_WINDOW:]
        pitch = _pitch_of(self._window) if speaks and self._window.size == _WINDOW else 0.0
        same = pitch > 0.0 and abs(pitch - self._pitch) <= 2 * RATE / _WINDOW
        self._beep_s = self._beep_s + FRAME / RATE if same else 0.0
        self._pitch = pitch
        if self._beep_s >= BEEP_S:
            self.heard = Heard.BEEP


def _pitch_of(window: Samples) -> float:
    """Return the frequency in which nearly all of the power lies; 0: there is none."""
    wide = window.astype(np.float64) * np.hanning(window.size)
    power = np.abs(np.fft.rfft(wide)) ** 2
    peak = int(np.argmax(power))
    share = power[max(0, peak - 2) : peak + 3].sum() / max(power.sum(), 1.0)
    hertz = peak * RATE / window.size
    low, high = _BEEP_HERTZ
    return hertz if share >= _BEEP_SHARE and low <= hertz <= high else 0.0
