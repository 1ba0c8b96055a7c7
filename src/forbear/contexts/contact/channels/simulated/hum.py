"""What does an invented call sound like? A hum for each side, at the times at which it speaks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from forbear.contexts.contact.call.recording import PIECE_S
from forbear.contexts.contact.channels.voice.sound import RATE, silence, to_mulaw, tone
from forbear.contexts.contact.transcript.form import Sentence
from forbear.contexts.contact.transcript.word import Side

HERTZ = {Side.PERSON: 190.0, Side.US: 240.0}
_LEVEL = 0.06


def hummed(sentences: Sequence[Sentence], *, seconds: float) -> Iterator[bytes]:
    """Yield a call piece by piece, as a recording keeps it: the person's side, then ours."""
    sides = {side: silence(seconds) for side in HERTZ}
    for each in sentences:
        hum = tone(HERTZ[each.side], (each.to_ms - each.from_ms) / 1000, level=_LEVEL)
        begins = each.from_ms * RATE // 1000
        sides[each.side][begins : begins + hum.size] = hum
    size = int(PIECE_S * RATE)
    for begins in range(0, sides[Side.US].size, size):
        parts = (to_mulaw(sides[side][begins : begins + size]) for side in HERTZ)
        yield b"".join(part.tobytes() for part in parts)
