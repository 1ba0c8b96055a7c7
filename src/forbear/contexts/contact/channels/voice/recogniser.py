"""What must something be able to do that writes down what was said in a recording?

It hears one side of a call at a time, so who speaks is known and never guessed. It takes sound and
gives sentences, leaves nothing on a disk, and tells no log what it heard.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from forbear.contexts.contact.channels.install import CALLS, CALLS_ZH
from forbear.contexts.contact.channels.voice.recorded import sound_of_pieces
from forbear.contexts.contact.channels.voice.sound import Samples
from forbear.values.code import Language
from forbear.values.errors import InvalidInput

LEG_S_MAX = 2 * 60 * 60
"""What lies behind is not heard: nobody speaks so long, but a line may be left open."""


class NoRecogniser(InvalidInput):
    """Nothing is set up here that could write down what was said, or it cannot run."""

    code = "NO_RECOGNISER"


@dataclass(frozen=True, slots=True)
class Heard:
    """One sentence of one side; ``text`` "": somebody spoke, and no words could be made of it."""

    from_s: float
    to_s: float
    text: str = field(repr=False)


class Recogniser(Protocol):
    """One that is ready; ``name`` says which and of what size, as it stands beside its words."""

    name: str

    def hear(self, sound: Samples, language: Language) -> Iterator[Heard]:
        """Yield what one side says, in the order of time."""
        ...


class BothSides:
    """Hears both sides of a recording, one after the other; ``name`` is the recogniser's."""

    def __init__(self, recogniser: Recogniser) -> None:
        self._recogniser = recogniser
        self.name = recogniser.name

    def sides(
        self, pieces: Sequence[bytes], language: Language
    ) -> Iterator[tuple[bool, float, float, str]]:
        """Yield sentences: whether the person says it, from and to which second, and the words."""
        for theirs, sound in zip((True, False), sound_of_pieces(pieces), strict=True):
            for each in self._recogniser.hear(sound, language):
                yield theirs, each.from_s, each.to_s, each.text


def recogniser_named(name: str, *, models: Path) -> Recogniser:
    """Return a recogniser that is set up here; ``models``: where it may keep what it needs.

    Raises:
        NoRecogniser: none is chosen, it is not known, or what it needs is not installed.
    """
    from forbear.contexts.contact.channels.voice.whisper import Whisper

    refuse_unknown(name)
    return Whisper(name, models)


def look_at(name: str, *, models: Path) -> None:
    """See whether a recogniser could be made ready here; nothing is changed.

    Raises:
        NoRecogniser: none is chosen, it is not known, or what it needs is not installed.
    """
    from forbear.contexts.contact.channels.voice.whisper import look

    refuse_unknown(name)
    look(name, models)


def refuse_unknown(name: str) -> None:
    """Refuse where no recogniser is chosen, or one that is not known.

    Raises:
        NoRecogniser: that is so.
    """
    from forbear.contexts.contact.channels.voice.whisper import SIZES

    if not name:
        raise NoRecogniser(
            "No recogniser is set up here, so no transcript is made.",
            remedy=f"{CALLS}; and set FORBEAR_RECOGNISER=whisper-base; or hand in "
            "transcripts of your own: forbear calls take.",
            message_zh="这里没有启用语音识别，因此不会生成文字记录。",
            remedy_zh=f"{CALLS_ZH}；并设置 FORBEAR_RECOGNISER=whisper-base；"
            "也可提交自有识别结果：forbear calls take。",
        )
    if name not in SIZES:
        raise NoRecogniser(
            f"There is no recogniser {name[:40]!r}.",
            remedy=f"FORBEAR_RECOGNISER may be: {', '.join(SIZES)}.",
            message_zh=f"没有名为 {name[:40]!r} 的语音识别。",
            remedy_zh=f"FORBEAR_RECOGNISER 可选：{'、'.join(SIZES)}。",
        )
