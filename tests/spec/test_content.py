"""The check of content keeps its quality on the labelled utterances.

The plain test reads what the weights were trained on: it guards against damage to files and code.
The nightly one trains anew without what it tests, file by file. In held_out they only count.
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

    assert found.recall() >= 0.98
    assert found.recall(("zh",)) >= 0.98
    assert found.recall(("en",)) >= 0.98
    assert found.alarms() <= 0.02
    for act in Act:
        assert found.act_recall((act,)) >= 0.9, act


@pytest.mark.nightly
def test_the_check_finds_what_it_never_saw():
    found = measured()

    assert found.recall(("zh",)) >= 0.96
    assert found.recall(("en",)) >= 0.92
    assert found.alarms(locales=("zh",)) <= 0.02
    assert found.alarms(locales=("en",)) <= 0.03


def test_the_labelled_set_is_wide_and_split_by_time():
    numbers = {
        folder: [
            each["n"]
            for path in sorted((UTTERANCES / folder).glob("*.yaml"))
            for each in yaml.safe_load(path.read_text(encoding="utf-8"))
        ]
        for folder in ("tune", "held_out")
    }
    written = numbers["tune"] + numbers["held_out"]

    assert written == list(range(1, len(written) + 1))
    assert len(written) >= 600
    assert abs(len(numbers["held_out"]) / len(written) - 1 / 3) < 0.02
    for folder in numbers:
        labelled = Counter((entry.locale, act) for entry in entries(folder) for act in entry.acts)
        assert set(labelled) == {(locale, act) for locale in ("zh", "en") for act in Act}


def test_what_teaches_is_never_what_measures():
    held_out = {entry.text for entry in entries("held_out")}

    assert held_out.isdisjoint(entry.text for entry in entries("tune") + entries("extra"))
