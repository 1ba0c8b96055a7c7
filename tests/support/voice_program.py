"""A voice for tests: words in, and out comes a WAV with one tone for each kind of words."""

from __future__ import annotations

import math
import struct
import sys
import wave

RATE = 8000
KINDS = (
    (("请按1；", "press 1."), 350.0),
    (("我们还没有收到", "has not reached us"), 1300.0),
    (("不会再用语音助手", "will not call you again"), 450.0),
    (("打扰您了", "sorry to have troubled"), 1000.0),
    (("请您方便时回电", "Please call me or any"), 850.0),
)
OTHER = 1150.0


def main() -> None:
    said = sys.stdin.read()
    hertz = next((tone for words, tone in KINDS if any(w in said for w in words)), OTHER)
    sound = (int(8000 * math.sin(2 * math.pi * hertz * i / RATE)) for i in range(RATE))
    with wave.open(sys.stdout.buffer, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.setnframes(RATE)
        file.writeframesraw(b"".join(struct.pack("<h", each) for each in sound))


if __name__ == "__main__":
    main()
