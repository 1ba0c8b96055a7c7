"""A decision is told in both languages: the answer, what was seen, and when it changes."""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime, timedelta

import pytest

from forbear.contexts.rulebook.library import open_library, open_words
from forbear.policy.ask.contact import decide, next_change
from forbear.policy.words import lifts, tell, tell_whole, when
from forbear.values.code import (
    ConsentKind,
    ConsentState,
    HoldKind,
    Jurisdiction,
    Origin,
    PointQuality,
    Relation,
)
from forbear.values.decision import About, Decision, Effect, Finding
from tests.support.person import ZONE, ordinary

WORDS = open_words()
NOW = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)  # noon in Shanghai
PACK = open_library().pack(Jurisdiction.CN, as_of=date(2026, 11, 24))


def _shanghai(month: int, day: int, hour: int = 0) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=UTC) - timedelta(hours=8)


class TestWhen:
    @pytest.mark.parametrize(
        ("instant", "en", "zh"),
        [
            (_shanghai(11, 24, 20), "from 20:00 today", "今天 20:00 起"),
            (_shanghai(11, 25, 8), "from 08:00 tomorrow", "明天 08:00 起"),
            (_shanghai(11, 30, 8), "from 08:00 on 2026-11-30", "2026-11-30 08:00 起"),
            (_shanghai(11, 25), "after today", "今天之后"),
            (_shanghai(11, 26), "after tomorrow", "明天之后"),
            (_shanghai(12, 22), "after 2026-12-21", "2026-12-21 之后"),
        ],
    )
    def test_an_instant_is_told_as_people_say_it(self, instant, en, zh):
        assert when(instant, WORDS, now=NOW, zone=ZONE, language="en") == en
        assert when(instant, WORDS, now=NOW, zone=ZONE, language="zh") == zh


class TestTell:
    @pytest.mark.parametrize(
        ("kinds", "en", "zh"),
        [
            ([HoldKind.DISPUTE], "when closed: dispute", "异议解除后"),
            (
                [HoldKind.DISPUTE, HoldKind.HARDSHIP, HoldKind.DISPUTE],
                "when closed: dispute, hardship",
                "异议、经济困难解除后",
            ),
        ],
    )
    def test_an_open_hold_is_named(self, kinds, en, zh):
        about = About(
            "r", "hold_scope", Effect.BLOCK, "A.", "甲。", "s", "", "P", date(2026, 1, 1), True
        )
        finding = Finding(about, False, tuple(("hold", kind) for kind in kinds))

        assert lifts(finding, WORDS, language="en") == en
        assert lifts(finding, WORDS, language="zh") == zh

    def test_a_refusal_says_why_how_strongly_by_which_text_and_until_when(self):
        late = _shanghai(11, 24, 23)
        decision = decide(PACK, ordinary(), now=late)
        finding = next(f for f in decision.refusals if f.rule_id == "cn.hours.cba")

        told = tell(finding, WORDS, now=late, zone=ZONE, language="en")

        assert told.answer == "refused"
        assert told.severity == "the rule forbids it"
        assert told.source.endswith("[S]")
        assert told.facts == (f"{ZONE}: 23:00",)
        assert told.changes == "from 08:00 tomorrow"

    def test_a_whole_refusal_names_the_instant_that_ends_the_last_of_its_reasons(self):
        late = _shanghai(11, 24, 23)
        decision = decide(PACK, ordinary(), now=late)
        turns = next_change(PACK, ordinary(), now=late)

        said = tell_whole(decision, WORDS, now=late, zone=ZONE, language="en", turns=turns)

        assert said == "refused, allowed from 08:30 tomorrow"

    def test_whatever_a_contact_rule_sees_has_words_in_both_languages(self):
        seen = {
            *Relation,
            *PointQuality,
            *Origin,
            *HoldKind,
            *ConsentState,
            "nothing stated",
            "not known",
            "yes",
            "ever",
        }

        assert {each for each in seen if str(each) not in WORDS.phrases["values"]} == set()
        assert {k for k in ConsentKind if k.value not in WORDS.phrases["facts"]} == set()
        assert {f.about.kind for f in decide(PACK, ordinary(), now=NOW).findings} <= set(
            WORDS.phrases["lifts"]
        )


class TestRecord:
    def test_a_decision_is_written_the_same_each_time_and_changes_with_what_it_saw(self):
        one, two = (decide(PACK, ordinary(), now=NOW) for _ in range(2))
        other = decide(PACK, ordinary(), now=NOW + timedelta(minutes=1))

        assert one.as_dict() == two.as_dict()
        assert one.sha256 == two.sha256
        assert other.sha256 != one.sha256

    def test_the_hash_is_that_of_the_plain_text(self):
        """A record made today must be found unchanged by whoever checks it later."""
        about = About(
            "r", "cool_off", Effect.BLOCK, "A.", "甲。", "s", "a", "P", date(2026, 1, 1), False
        )
        finding = Finding(about, False, (("days", 2),), NOW)
        text = (
            '{"allowed": false, "at": "2026-11-24T04:00:00+00:00", '
            '"changes_at": "2026-11-24T04:00:00+00:00", "findings": [{"address": "a", '
            '"allows": false, "basis": "P", "effect": "BLOCK", "effective": "2026-01-01", '
            '"facts": [["days", "2"]], "kind": "cool_off", "origin": "law", "rule_id": "r", '
            '"source": "s", "text_en": "A.", "text_zh": "甲。", '
            '"until": "2026-11-24T04:00:00+00:00"}], "pack": "pack"}'
        )

        found = Decision((finding,), "pack", NOW).sha256

        assert found == hashlib.sha256(text.encode()).hexdigest()
