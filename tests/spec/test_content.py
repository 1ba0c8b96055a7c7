"""The check of content keeps its quality on the labelled utterances.

One test reads what the weights were trained on: it guards against damage to files and code. Two
read held_out and blind, of which no word taught anything, and tell only how much was found. The
nightly one trains anew without what it tests, one hand after another.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
import yaml

from forbear.contexts.rulebook.library import open_content
from forbear.values.wording import Act
from tests.support.content import measure, measured
from tools.content_tally import entries

UTTERANCES = Path(__file__).resolve().parent.parent / "data" / "utterances"


def test_the_shipped_check_keeps_what_it_learnt():
    found = measure(entries("tune"), open_content())

    assert found.recall() >= 0.99
    assert found.recall(("zh",)) >= 0.99
    assert found.recall(("en",)) >= 0.99
    assert found.alarms() <= 0.01
    for act in Act:
        assert found.act_recall((act,)) >= 0.95, act


def test_the_shipped_check_finds_what_was_written_last():
    found = measure(entries("held_out"), open_content())

    assert found.recall(("zh",)) >= 0.97
    assert found.recall(("en",)) >= 0.95
    assert found.alarms(locales=("zh",)) <= 0.035
    assert found.alarms(locales=("en",)) <= 0.03
    assert found.act_recall() >= 0.96


def test_the_shipped_check_finds_what_a_new_hand_wrote():
    found = measure(entries("blind"), open_content())

    assert found.recall(("zh",)) >= 0.83
    assert found.recall(("en",)) >= 0.87
    assert found.alarms(locales=("zh",)) <= 0.01
    assert found.alarms(locales=("en",)) <= 0.035
    assert found.alarms(("lawful_firm",)) == 0


@pytest.mark.nightly
def test_the_check_finds_what_it_never_saw():
    found = measured()

    assert found.recall(("zh",)) >= 0.92
    assert found.recall(("en",)) >= 0.88
    assert found.alarms(locales=("zh",)) <= 0.05
    assert found.alarms(locales=("en",)) <= 0.09


def test_the_labelled_set_is_wide_and_split_by_time():
    numbers = {
        folder: [
            each["n"]
            for path in sorted((UTTERANCES / folder).glob("*.yaml"))
            for each in yaml.safe_load(path.read_text(encoding="utf-8"))
        ]
        for folder in ("tune", "held_out", "blind")
    }
    written = sorted(number for each in numbers.values() for number in each)

    assert written == list(range(1, len(written) + 1))
    assert len(written) >= 600
    assert (len(written) - len(numbers["tune"])) / len(written) >= 1 / 3
    for folder in numbers:
        labelled = Counter((entry.locale, act) for entry in entries(folder) for act in entry.acts)
        assert set(labelled) == {(locale, act) for locale in ("zh", "en") for act in Act}


def test_what_teaches_is_never_what_measures():
    measuring = {entry.text for entry in entries("held_out") + entries("blind")}

    assert measuring.isdisjoint(entry.text for entry in entries("tune") + entries("extra"))
