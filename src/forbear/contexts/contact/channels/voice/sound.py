"""How is sound cut, converted and written, as numbers?

Everything that is played, recorded or listened to is mono, 8,000 samples a second, 16 bits; legs
may run at other rates, and are converted at their edge.
"""

from __future__ import annotations

import io
import struct
import wave
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from forbear.values.errors import InvalidInput

RATE = 8_000
TICK_S = 0.02
PEAK = 32_767
Samples = NDArray[np.int16]
_TAPS_A_PHASE = 16
_MU, _BIAS, _CLIP = 255, 132, 32_635
_MULAW_FORMAT = 7


class UnusableSound(InvalidInput):
    """A sound file is not what it should be."""

    code = "UNUSABLE_SOUND"


class Converter:
    """Turns a stream of one rate into another; one rate is a whole multiple of the other."""

    def __init__(self, rate_in: int, rate_out: int) -> None:
        self._up, self._down = max(1, rate_out // rate_in), max(1, rate_in // rate_out)
        ratio = max(self._up, self._down)
        assert rate_in * self._up == rate_out * self._down, "rates are multiples"
        self._filter = _low_pass(ratio) * self._up
        self._before = np.zeros(len(self._filter) - 1)
        self._skip = 0

    def __call__(self, samples: Samples) -> Samples:
        """Return the next part of the stream."""
        if self._up == self._down or samples.size == 0:
            return samples
        wide = np.zeros(samples.size * self._up)
        wide[:: self._up] = samples
        whole = np.concatenate((self._before, wide))
        self._before = whole[-(len(self._filter) - 1) :]
        heard = np.convolve(whole, self._filter, "valid")
        taken = heard[self._skip :: self._down]
        self._skip = (self._skip - heard.size) % self._down
        return clipped(taken)


@lru_cache(maxsize=8)
def _low_pass(ratio: int) -> NDArray[np.float64]:
    width = _TAPS_A_PHASE * ratio
    at = np.arange(-width // 2, width // 2 + 1)
    taps: NDArray[np.float64] = np.sinc(at * 0.92 / ratio) * np.hamming(at.size)
    return taps / taps.sum()


def clipped(samples: NDArray[Any]) -> Samples:
    """Return samples that fit into 16 bits."""
    return np.clip(np.rint(samples), -PEAK - 1, PEAK).astype(np.int16)


def mono(raw: bytes, channels: int) -> Samples:
    """Return raw interleaved samples as one channel."""
    samples = np.frombuffer(raw, np.int16)
    if channels == 1:
        return samples
    return clipped(samples.reshape(-1, channels).mean(axis=1))


def interleaved(samples: Samples, channels: int) -> bytes:
    """Return one channel's samples on each of several."""
    return (samples if channels == 1 else np.repeat(samples, channels)).tobytes()


def tone(hertz: float, seconds: float, *, level: float = 0.25, rate: int = RATE) -> Samples:
    """Return a tone."""
    at = np.arange(int(seconds * rate)) / rate
    return clipped(np.sin(2 * np.pi * hertz * at) * level * PEAK)


def silence(seconds: float) -> Samples:
    """Return nothing to hear."""
    return np.zeros(int(seconds * RATE), np.int16)


def to_mulaw(samples: Samples) -> NDArray[np.uint8]:
    """Return samples in the eight bits of G.711 mu-law."""
    wide = samples.astype(np.int32)
    sign = np.where(wide < 0, 0x80, 0)
    size = np.minimum(np.abs(wide), _CLIP) + _BIAS
    exponent = np.floor(np.log2(size)).astype(np.int32) - 7
    mantissa = (size >> (exponent + 3)) & 0x0F
    return (~(sign | (exponent << 4) | mantissa) & 0xFF).astype(np.uint8)


def from_mulaw(coded: NDArray[np.uint8]) -> Samples:
    """Return the samples of eight-bit mu-law."""
    plain = ~coded.astype(np.int32) & 0xFF
    exponent, mantissa = (plain >> 4) & 7, plain & 0x0F
    size = (((mantissa << 3) + _BIAS) << exponent) - _BIAS
    return np.where(plain & 0x80, -size, size).astype(np.int16)


def read_wav(content: bytes) -> Samples:
    """Return a WAV file's sound as mono at 8,000 samples a second.

    Raises:
        UnusableSound: not 16-bit PCM, or of a rate that is no multiple of 8,000.
    """
    try:
        with wave.open(io.BytesIO(content)) as file:
            rate, channels, width = file.getframerate(), file.getnchannels(), file.getsampwidth()
            raw = file.readframes(file.getnframes())
    except (wave.Error, EOFError):
        raise _unusable("is no WAV file", "不是 WAV 文件") from None
    if width != 2:
        raise _unusable("is not 16-bit PCM", "不是 16 位 PCM")
    if rate % RATE == 0:
        return Converter(rate, RATE)(mono(raw, channels))
    return _stretched(mono(raw, channels), rate)


def _stretched(samples: Samples, rate: int) -> Samples:
    """Return sound of any rate, such as the 22,050 of many voices."""
    if rate > RATE:
        width = 4 * rate // RATE + 1
        samples = clipped(np.convolve(samples, np.hamming(width) / np.hamming(width).sum(), "same"))
    at = np.arange(int(samples.size * RATE / rate)) * rate / RATE
    return clipped(np.interp(at, np.arange(samples.size), samples))


def wav_of(left: NDArray[np.uint8], right: NDArray[np.uint8]) -> bytes:
    """Return a WAV file with two mu-law channels, which ordinary players open."""
    body = np.stack((left, right), axis=1).tobytes()
    form = struct.pack("<HHIIHHH", _MULAW_FORMAT, 2, RATE, RATE * 2, 2, 8, 0)
    facts = struct.pack("<4sII", b"fact", 4, left.size)
    head = struct.pack("<4sI", b"fmt ", len(form)) + form + facts
    whole = b"WAVE" + head + struct.pack("<4sI", b"data", len(body)) + body
    return b"RIFF" + struct.pack("<I", len(whole)) + whole


def plain_wav(samples: Samples) -> bytes:
    """Return a WAV file of one 16-bit channel."""
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(samples.tobytes())
    return out.getvalue()


def strength(samples: Samples, hertz: float) -> float:
    """Return how much of the sound's power lies at a frequency, from 0 to 1."""
    if samples.size == 0:
        return 0.0
    wide = samples.astype(np.float64)
    power = float(np.mean(wide**2))
    if power == 0.0:
        return 0.0
    turn = np.exp(-2j * np.pi * hertz * np.arange(wide.size) / RATE)
    return float(2 * np.abs(np.mean(wide * turn)) ** 2 / power)


def _unusable(en: str, zh: str) -> UnusableSound:
    return UnusableSound(
        f"The sound file {en}.",
        remedy="Save it as WAV, 16-bit PCM, mono, 8,000 samples a second.",
        message_zh=f"声音文件{zh}。",
        remedy_zh="请另存为 WAV：16 位 PCM、单声道、每秒 8000 采样。",
    )
