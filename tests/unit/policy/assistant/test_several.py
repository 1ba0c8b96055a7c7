"""Several matters in one message are each found, and one matter in many words stays one."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
import yaml

from forbear.contexts.rulebook.library import open_understanding
from forbear.policy.assistant.intent import Intent

FILE = yaml.safe_load(
    (Path(__file__).resolve().parents[3] / "data" / "assistant" / "several.yaml").read_text("utf-8")
)
TODAY = date(2026, 11, 26)
RECALL_MIN = {"tune": 0.9, "held": 0.9}
EXTRA_MAX = {"tune": 0.2, "held": 0.35}


def read(part, language):
    for line in FILE[part][language]:
        text, _, names = line.rpartition(" | ")
        found = open_understanding().understand(text, as_of=TODAY).meant
        yield text, {Intent(each) for each in names.split(",")}, found


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("part", ["tune", "held"])
def test_each_matter_is_found_and_hardly_one_too_many(part, language):
    rows = list(read(part, language))

    found = sum(len(wanted & set(meant)) for _, wanted, meant in rows)
    assert found / sum(len(wanted) for _, wanted, _ in rows) >= RECALL_MIN[part]
    extra = [(text, each) for text, wanted, meant in rows for each in set(meant) - wanted]
    assert len(extra) / len(rows) <= EXTRA_MAX[part], extra


@pytest.mark.parametrize(
    ("text", "order"),
    [
        ("罚息怎么算，失业了还不上", [Intent.JOB_LOSS, Intent.HOW_COMPUTED]),
        ("我欠多少，另外金额不对，我快崩溃了", [Intent.DISTRESS, Intent.WRONG_AMOUNT, Intent.OWED]),
        ("what do i owe, and i lost my job", [Intent.JOB_LOSS, Intent.OWED]),
        ("stop calling me, and this isn't my debt", [Intent.NOT_MINE, Intent.STOP_CONTACT]),
    ],
)
def test_what_protects_people_comes_first(text, order):
    meant = open_understanding().understand(text, as_of=TODAY).meant

    assert list(meant) == order


@pytest.mark.parametrize("text", ["我没有说不还", "i didn't say i won't pay"])
def test_who_says_only_what_they_do_not_mean_is_asked(text):
    found = open_understanding().understand(text, as_of=TODAY)

    assert found.meant == ()
    assert Intent.NOT_MINE not in found.near
    assert found.near


def test_a_corrected_day_is_the_day():
    found = open_understanding().understand("我下周五还，说错了，下周三还", as_of=TODAY)

    assert found.meant == (Intent.PROMISE,)
    assert str(found.detail.day) == "2026-12-02"


def test_danger_is_found_beside_anything_and_before_a_correction():
    found = open_understanding().understand("我不想活了，说错了，我欠多少", as_of=TODAY)

    assert found.meant[0] is Intent.SELF_HARM
