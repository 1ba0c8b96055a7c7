"""How do the pieces of a recording become sound again?"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from forbear.contexts.contact.channels.voice.sound import RATE, Samples, from_mulaw, wav_of


def sides_of(pieces: Sequence[bytes]) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Return both sides of a recording, coded: what the person said, and what was said to them."""
    coded = [np.frombuffer(piece, np.uint8) for piece in pieces]
    none = np.zeros(0, np.uint8)
    left = np.concatenate([none, *(each[: each.size // 2] for each in coded)])
    right = np.concatenate([none, *(each[each.size // 2 :] for each in coded)])
    return left, right


def sound_of_pieces(pieces: Sequence[bytes]) -> tuple[Samples, Samples]:
    """Return the same as samples."""
    left, right = sides_of(pieces)
    return from_mulaw(left), from_mulaw(right)


def wav_of_pieces(pieces: Sequence[bytes], *, from_s: int = 0) -> bytes:
    """Return the same, from a second on, as a WAV file of two channels."""
    left, right = sides_of(pieces)
    return wav_of(left[from_s * RATE :], right[from_s * RATE :])
