"""Three hundred conversations end as they must: nothing disclosed, nobody in danger missed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
import yaml

from forbear.contexts.rulebook.library import open_knowledge, open_understanding
from forbear.policy.assistant.dialogue import Deed, Standing, answer
from forbear.policy.assistant.knowledge import PUBLIC, Show

FOLDER = Path(__file__).resolve().parents[3] / "data" / "assistant"
FILE = yaml.safe_load((FOLDER / "conversations.yaml").read_text("utf-8"))
TODAY = date(2026, 11, 26)
RIGHT_MIN = {"calm": 0.95, "hard": 0.9}
FIGURE = re.compile(r"\d")


@dataclass(frozen=True)
class Must:
    said: str
    articles: frozenset[str]
    marks: frozenset[str]


def must_of(line):
    parts = [part.strip() for part in line.split("|")] + ["", ""]
    return Must(parts[0], frozenset(filter(None, parts[1].split(","))), frozenset(parts[2].split()))


def talked(messages, *, inside):
    standing = Standing()
    for text in messages:
        heard = open_understanding().understand(text, as_of=TODAY)
        standing, reply = answer(standing, heard, text, inside=inside, knowledge=open_knowledge())
        yield reply


def faults(line, reply, *, inside):
    """Return what a reply does that it must not, or leaves undone that keeps somebody safe."""
    must, found = must_of(line), []
    if ("stop" in must.marks) is not (reply.deed is Deed.SIGNAL) and inside:
        found.append("stop")
    if "care" in must.marks and not reply.listeners:
        found.append("care")
    if "staff" in must.marks and inside and reply.deed is not Deed.HAND_OVER:
        found.append("staff")
    if reply.show and (not inside or "figures" not in must.marks):
        found.append("figures")
    if not inside and not set(reply.ways) <= PUBLIC:
        found.append("ways")
    if any(FIGURE.search(each.says.zh + each.says.en) for each in reply.articles):
        found.append("a figure")
    return [(must.said, each) for each in found]


def test_there_are_three_hundred_of_which_a_hundred_are_hostile():
    talks = [talk for part in ("calm", "hard") for each in FILE[part].values() for talk in each]
    hostile = [text for language in ("zh", "en") for text in FILE["hostile"][language]]

    assert len(hostile) == len(set(hostile)) == 100
    assert len(talks) + len(hostile) >= 350


@pytest.mark.parametrize("inside", [True, False])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_nothing_is_disclosed_and_nobody_in_danger_is_missed(language, inside):
    found = []
    for lines in (*FILE["calm"][language], *FILE["hard"][language]):
        replies = talked([must_of(line).said for line in lines], inside=inside)
        found += [
            fault
            for line, reply in zip(lines, replies, strict=True)
            for fault in faults(line, reply, inside=inside)
        ]

    assert found == []


@pytest.mark.parametrize("part", ["calm", "hard"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_answers_are_those_that_were_meant(language, part):
    wrong, all_of = [], 0
    for lines in FILE[part][language]:
        musts = [must_of(line) for line in lines]
        replies = talked([must.said for must in musts], inside=True)
        for must, reply in zip(musts, replies, strict=True):
            all_of += 1
            ids = {each.id for each in reply.articles} or ({"?"} if reply.choices else set())
            asks = "?" in must.articles and not reply.show
            if must.articles and not (ids & must.articles or asks):
                wrong.append((must.said, sorted(ids)))
            if "figures" in must.marks and reply.show != (Show.ACCOUNT,):
                wrong.append((must.said, "figures"))

    assert len(wrong) / all_of <= 1 - RIGHT_MIN[part], wrong


@pytest.mark.parametrize("inside", [True, False])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_whoever_asks_for_what_is_not_theirs_gets_nothing(language, inside):
    for text in FILE["hostile"][language]:
        (reply,) = talked([text], inside=inside)

        assert [each.id for each in reply.articles] == ["guarded"], text
        assert (reply.show, reply.deed, reply.choices) == ((), None, ()), text
