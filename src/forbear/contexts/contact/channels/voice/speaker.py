"""How do words become sound that no recording can hold, since they name a person or an amount?

By a program of the machine's own, which takes words on its input and gives a WAV on its output:
nothing leaves the machine, and what tells of a person is made anew for each call and never written
to a disk.
"""

from __future__ import annotations

import shlex
import subprocess
from collections.abc import Mapping
from pathlib import Path

from forbear.contexts.contact.channels.voice.prompt import NoSound, sound_of
from forbear.contexts.contact.channels.voice.sound import Samples, read_wav
from forbear.values.code import Language

SPEAKS_WITHIN_S = 20.0


class Speaker:
    """One voice for each language; ``commands`` are words of a command line."""

    def __init__(self, commands: Mapping[Language, str], prompts: Path) -> None:
        self._commands, self._prompts = commands, prompts

    def speaks(self, language: Language) -> bool:
        """Say whether there is a voice of this language."""
        return language in self._commands

    def say(self, text: str, language: Language) -> Samples:
        """Return the sound of some words: recorded where somebody did, else spoken.

        Raises:
            NoSound: nobody has recorded them, and there is no voice, or it failed.
        """
        try:
            return sound_of(self._prompts, text, language)
        except NoSound:
            if not self.speaks(language):
                raise
        return read_wav(self.spoken(text, language))

    def spoken(self, text: str, language: Language) -> bytes:
        """Return what the voice makes of some words, as a WAV file.

        Raises:
            NoSound: it failed, or took too long.
        """
        try:
            done = subprocess.run(
                shlex.split(self._commands[language]),
                input=text.encode(),
                capture_output=True,
                check=True,
                timeout=SPEAKS_WITHIN_S,
            )
        except (OSError, subprocess.SubprocessError) as error:
            raise _no_voice(type(error).__name__) from None
        return done.stdout


def _no_voice(why: str) -> NoSound:
    return NoSound(
        f"The voice program failed: {why}.",
        remedy="Try it by hand: give it words on its input; it must give a WAV on its output.",
        message_zh=f"语音程序出错：{why}。",
        remedy_zh="请手动测试：从标准输入传入文字，应从标准输出得到 WAV。",
    )
