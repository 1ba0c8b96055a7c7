"""Which words are always the same in calls, and have they a sound yet?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from forbear.contexts.contact.channels.kind import Entry
from forbear.contexts.contact.channels.voice.desk import VOICE_WORDS
from forbear.contexts.contact.channels.voice.prompt import name_of
from forbear.contexts.contact.channels.voice.setting import VoiceSettings
from forbear.contexts.contact.channels.voice.speaker import Speaker
from forbear.contexts.rulebook.library import open_documents, open_menus, open_wordings
from forbear.values.code import Language


@dataclass(frozen=True, slots=True)
class Prompt:
    """Some words, the file that holds their sound, and whether it is there."""

    file: str
    language: Language
    text: str
    there: bool


def prompts(folder: Path, *, as_of: date) -> tuple[Prompt, ...]:
    """Return all words that name nobody and no amount, in both languages."""
    found = dict.fromkeys(_words(as_of))
    return tuple(
        Prompt(name_of(text, language), language, text, (folder / name_of(text, language)).exists())
        for language, text in found
    )


def make_prompts(
    folder: Path, trunks: Sequence[Entry], *, as_of: date
) -> tuple[tuple[Prompt, ...], int]:
    """Make what has no sound, with the voices of the trunks; return all, and how many were made.

    Raises:
        NoSound: a voice failed.
    """
    voices: dict[Language, str] = {}
    for entry in trunks:
        settings: VoiceSettings = entry.settings
        voices = {**settings.voices, **voices}
    speaker, made = Speaker(voices, folder), 0
    folder.mkdir(parents=True, exist_ok=True)
    for each in prompts(folder, as_of=as_of):
        if not each.there and speaker.speaks(each.language):
            scratch = folder / f".{each.file}"
            scratch.write_bytes(speaker.spoken(each.text, each.language))
            scratch.replace(folder / each.file)
            made += 1
    return prompts(folder, as_of=as_of), made


def _words(as_of: date) -> Iterator[tuple[Language, str]]:
    for said in open_documents().newest(VOICE_WORDS).says.values():
        for language in Language:
            yield language, said.of(language)
    for menu in open_menus().values():
        for ident in menu.says.values():
            wording = open_wordings().on(ident, as_of=as_of)
            for language in Language:
                if not wording.variables:
                    yield language, wording.template(language)
