"""Can calls be placed by a trunk: is it there, are its numbers ours, has everything a sound?"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from forbear.contexts.contact.call.job import compared
from forbear.contexts.contact.caller.line import lines
from forbear.contexts.contact.channels.port import Seen
from forbear.contexts.contact.channels.voice.fixed import prompts
from forbear.contexts.contact.channels.voice.probe import probe
from forbear.contexts.contact.channels.voice.prompt import NoSound
from forbear.contexts.contact.channels.voice.setting import VoiceSettings
from forbear.contexts.contact.channels.voice.sound import UnusableSound, read_wav
from forbear.contexts.contact.channels.voice.speaker import Speaker
from forbear.contexts.database.transaction import reading
from forbear.contexts.rulebook.library import open_sending
from forbear.values.code import Language
from forbear.values.principal import system

_READER = system("channels-check")
_WORD = {Language.ZH: "您好", Language.EN: "Hello"}


def check_trunk(trunk: VoiceSettings, folder: Path, *, today: date) -> Iterator[Seen]:
    """Yield what was seen of a trunk, step by step; ``folder`` holds the sound of words."""
    yield from probe(trunk)
    yield _numbers(trunk, today)
    for language in trunk.voices:
        yield _voice(trunk, language)
    yield _words(trunk, folder, today)


def _numbers(trunk: VoiceSettings, today: date) -> Seen:
    with reading(_READER):
        known = {line.compared for line in lines(on=today) if line.agency is None}
    named = [number for pool in trunk.pools for number in pool.numbers]
    strange = [number for number in named if compared(number) not in known]
    if strange:
        said = f"not registered, so never shown: {', '.join(strange)}"
        return Seen("lines", said, good=False)
    return Seen("lines", f"{len(named)} registered", good=bool(named))


def _words(trunk: VoiceSettings, folder: Path, today: date) -> Seen:
    """Look whether what is always the same has a sound, in the languages of the trunk's laws."""
    senders = open_sending().senders
    spoken = {senders[pool.law].language for pool in trunk.pools if pool.law in senders}
    fixed = [each for each in prompts(folder, as_of=today) if each.language in spoken]
    missing = sum(not each.there for each in fixed)
    said = f"{missing} of {len(fixed)} have no sound; run: forbear voice prompts --make"
    return Seen("words", said if missing else f"{len(fixed)} have a sound", good=not missing)


def _voice(trunk: VoiceSettings, language: Language) -> Seen:
    step = f"voice {language.value}"
    try:
        sound = read_wav(Speaker(trunk.voices, Path()).spoken(_WORD[language], language))
    except (NoSound, UnusableSound) as wrong:
        return Seen(step, wrong.message, good=False)
    return Seen(step, f"speaks ({sound.size} samples)", good=bool(sound.any()))
