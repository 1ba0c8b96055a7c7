"""The check of content keeps its quality on the labelled utterances.

One test reads what the weights were trained on: it guards against damage to files and code. Others
read held_out, of which no word taught anything, and tell only how much was found. By day the reader
of meaning reads a slice, since it takes some 25 ms an utterance; at night all of it. One nightly
test trains the tally anew without what it tests, one hand after another.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from forbear.contexts.rulebook.library import open_content
from forbear.policy.content.form import nobody
from forbear.values.wording import Act
from tests.support.content import measure, measured
from tools.content_tally import Entry, entries

UTTERANCES = Path(__file__).resolve().parent.parent / "data" / "utterances"


def written(first: int, last: int) -> list[Entry]:
    """Return the entries of some files of held_out."""
    return [entry for entry in entries("held_out") if first <= entry.file <= last]


WORDS = replace(open_content(), reader=nobody)
"""The check by claims and tally alone, as it is where the reader's file is absent."""
SLICE = 12
"""Of so many utterances one is read by day with the reader."""


def test_claims_and_tally_alone_keep_what_they_learnt():
    found = measure(entries("tune"), WORDS)

    assert found.recall() >= 0.99
    assert found.recall(("zh",)) >= 0.99
    assert found.recall(("en",)) >= 0.99
    assert found.alarms() <= 0.01
    for act in Act:
        assert found.act_recall((act,)) >= 0.95, act


def test_claims_and_tally_alone_find_what_was_written_last():
    found = measure(written(18, 25), WORDS)

    assert found.recall(("zh",)) >= 0.97
    assert found.recall(("en",)) >= 0.95
    assert found.alarms(locales=("zh",)) <= 0.035
    assert found.alarms(locales=("en",)) <= 0.03
    assert found.act_recall() >= 0.96


def test_claims_and_tally_alone_find_what_a_new_hand_wrote():
    found = measure(written(34, 37), WORDS)

    assert found.recall(("zh",)) >= 0.92
    assert found.recall(("en",)) >= 0.92
    assert found.alarms() <= 0.03
    assert found.alarms(("lawful_firm",)) <= 0.02


def test_with_the_reader_a_slice_is_found():
    found = measure(written(34, 37)[::SLICE], open_content())

    assert found.recall() >= 0.85
    assert found.alarms() <= 0.1


@pytest.mark.nightly
def test_the_shipped_check_keeps_what_it_learnt():
    found = measure(entries("tune"), open_content())

    assert found.recall() >= 0.99
    assert found.alarms() <= 0.01


@pytest.mark.nightly
def test_with_the_reader_more_is_found_of_a_new_hand_for_no_more_alarms():
    found = measure(written(34, 37), open_content())

    assert found.recall(("zh",)) >= 0.93
    assert found.recall(("en",)) >= 0.96
    assert found.alarms(locales=("zh",)) <= 0.01
    assert found.alarms(locales=("en",)) <= 0.03
    assert found.alarms(("lawful_firm",)) == 0


@pytest.mark.nightly
def test_with_the_reader_what_was_written_last_is_found():
    found = measure(written(18, 25), open_content())

    assert found.recall() >= 0.97
    assert found.alarms() <= 0.035


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
    ordered = sorted(number for each in numbers.values() for number in each)

    assert ordered == list(range(1, len(ordered) + 1))
    assert len(ordered) >= 600
    assert (len(ordered) - len(numbers["tune"])) / len(ordered) >= 1 / 3
    # `blind` is empty until another hand has written it.
    for folder in [each for each in numbers if numbers[each]]:
        labelled = Counter((entry.locale, act) for entry in entries(folder) for act in entry.acts)
        assert set(labelled) == {(locale, act) for locale in ("zh", "en") for act in Act}


def test_what_teaches_is_never_what_measures():
    measuring = {entry.text for entry in entries("held_out") + entries("blind")}

    assert measuring.isdisjoint(entry.text for entry in entries("tune") + entries("extra"))
