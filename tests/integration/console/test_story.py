"""What a demonstration begins with: calls with words and sound, own rules, a model to agree to."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from django.test import override_settings

from forbear.contexts.contact.call.models import Recording
from forbear.contexts.contact.call.recording import open_recording
from forbear.contexts.contact.channels.voice.recorded import sound_of_pieces
from forbear.contexts.contact.channels.voice.sound import RATE, strength
from forbear.contexts.contact.transcript.table import Moment
from forbear.contexts.database.transaction import reading
from forbear.contexts.house.models import OwnRule
from forbear.contexts.nightly.insight.registry import TRAINED, Registry
from forbear.contexts.nightly.workspace import Workspace
from forbear.contexts.people.demo import seed_demo
from forbear.contexts.people.models import Team
from forbear.interfaces.commands.story import last_in_hours, tell_story
from forbear.interfaces.commands.story_said import CALLS
from forbear.interfaces.workers import tasks
from tests.support.desk import Shop
from tests.support.home import home_with_book
from tests.support.portfolio import SETUP, portfolio, ring

__all__ = ["portfolio", "ring"]
pytestmark = pytest.mark.usefixtures("portfolio")


@pytest.fixture
def told(tmp_path):
    """Tell the story twice to a lender with two late persons in each of two teams."""
    now = datetime.now(UTC)
    today = (now + timedelta(hours=8)).date()
    with override_settings(FORBEAR_DEMO=True, FORBEAR_RECORDINGS=tmp_path):
        seed_demo(now=now)
        for code in ("chengdu", "guangzhou"):
            shop = Shop(Team.objects.get(code=code).pk, today)
            for _ in range(2):
                shop.late()
        for _ in range(2):
            tell_story(today=today, now=now)
        yield tmp_path


def test_calls_have_words_and_what_somebody_should_look_at(told):
    with reading(SETUP):
        kinds = sorted(Moment.objects.values_list("kind", "code", "held"))
        rows = list(Recording.objects.order_by("began_at"))

    assert kinds == [
        ("ACT", "DISCLOSE", False),
        ("DISTRESS", "SELF_HARM", True),
        ("STOP", "STOP", False),
    ]
    assert len(rows) == len(CALLS)
    row, first = rows[0], CALLS[0].sentences()[0]
    person, us = sound_of_pieces(
        open_recording(row.permit_id, told, actor=SETUP, now=datetime.now(UTC))
    )
    assert abs(us.size / RATE - row.seconds) <= 1
    begins, ends = (ms * RATE // 1000 for ms in (first.from_ms, first.to_ms))
    assert strength(us[begins:ends], 240.0) > strength(person[begins:ends], 240.0)


@pytest.mark.parametrize(
    ("now", "last"),
    [
        ("2026-11-27T23:50", "2026-11-27T18:00"),
        ("2026-11-28T11:59", "2026-11-27T18:00"),
        ("2026-11-28T12:05", "2026-11-28T12:05"),
    ],
)
def test_nobody_speaks_in_it_at_night(now, last):
    now, last = (datetime.fromisoformat(f"{each}+08:00") for each in (now, last))

    assert last_in_hours(now.astimezone(UTC)) == last


def test_one_own_rule_counts_and_another_waits(told):
    assert sorted(OwnRule.objects.values_list("rule_id", "verdict")) == [
        ("own.cn.calls_five", "APPROVED"),
        ("own.cn.new_year", None),
    ]


def test_a_model_is_learned_in_a_demonstration_alone_and_once(tmp_path, monkeypatch):
    ran = []

    async def runs(*words, quiet):
        ran.append(words)
        (tmp_path / "models" / "miss").mkdir(parents=True, exist_ok=True)
        return 0

    monkeypatch.setattr(tasks, "_in_own_process", runs)
    with override_settings(FORBEAR_HOME=tmp_path):
        assert asyncio.run(tasks.learn_for_demonstration()) == "nothing to learn"
        with override_settings(FORBEAR_DEMO=True):
            assert asyncio.run(tasks.learn_for_demonstration()) == "learned"
            assert asyncio.run(tasks.learn_for_demonstration()) == "nothing to learn"

    assert [words[:2] for words in ran] == [("models", "train"), ("models", "activate")]


@pytest.mark.nightly
def test_a_first_model_is_learned_and_waits_for_its_second_person(tmp_path, monkeypatch):
    monkeypatch.delenv("DATABASE_URL", raising=False)
    home = home_with_book(tmp_path, loans=4_000).root
    with override_settings(FORBEAR_HOME=home, FORBEAR_DEMO=True):
        assert asyncio.run(tasks.learn_for_demonstration()) == "learned"

    registry = Registry(Workspace(home))
    (event,) = [each for each in registry.events() if each.what != TRAINED]
    assert (registry.names(), registry.trusted().models) == (["miss"], ())
    assert (event.name, event.version, event.by) == ("miss", 1, "penrose")
