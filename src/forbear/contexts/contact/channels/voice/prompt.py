"""Where does the sound of words come from that are always the same?

Each is a WAV file that bears the hash of its words, recorded by a person or made once by a voice
program. So new words have no sound until somebody gives it to them, and old sound is never played
for other words.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

from forbear.contexts.contact.channels.voice.sound import Samples, read_wav, tone
from forbear.values.code import Language
from forbear.values.errors import NotFound

RINGBACK_S = (1.0, 4.0)
_BELL_HERTZ, _BELL_TURN_S = (520.0, 660.0), 0.05
_RINGBACK_HERTZ = {Language.ZH: 450.0, Language.EN: 440.0}


class NoSound(NotFound):
    """Some words have no sound yet."""

    code = "NO_SOUND"


def name_of(text: str, language: Language) -> str:
    """Return the name of the file that holds the sound of some words."""
    said = f"{language.value}\n{text}"
    return f"{hashlib.sha256(said.encode()).hexdigest()[:32]}.wav"


def sound_of(folder: Path, text: str, language: Language) -> Samples:
    """Return the sound of some words.

    Raises:
        NoSound: nobody has recorded or made it.
        UnusableSound: the file is not what it should be.
    """
    path = folder / name_of(text, language)
    try:
        changed = path.stat().st_mtime_ns
    except OSError:
        raise NoSound(
            f"There is no sound for some words: {path.name}.",
            remedy="Run: forbear voice prompts. It lists what is missing and can make it.",
            message_zh=f"部分用语没有录音：{path.name}。",
            remedy_zh="请运行 forbear voice prompts，查看缺失的录音或生成录音。",
            file=path.name,
        ) from None
    return _read(path, changed)


@lru_cache(maxsize=256)
def _read(path: Path, _changed: int) -> Samples:
    return read_wav(path.read_bytes())


@lru_cache(maxsize=4)
def ringback(language: Language) -> Samples:
    """Return what whoever waits for an answer is used to hear, once."""
    import numpy as np

    on, off = RINGBACK_S
    return np.concatenate((tone(_RINGBACK_HERTZ[language], on, level=0.1), tone(0, off)))


@lru_cache(maxsize=1)
def bell() -> Samples:
    """Return what a browser rings with, once: softer than speech, since it comes to the ear."""
    import numpy as np

    on, off = RINGBACK_S
    turns = [tone(each, _BELL_TURN_S, level=0.08) for each in _BELL_HERTZ]
    return np.concatenate(
        (np.tile(np.concatenate(turns), int(on / (2 * _BELL_TURN_S))), tone(0, off))
    )
