"""Is a person's position, and each way's worth, what a plain reading of the facts gives?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import narwhals as nw
import polars as pl
import pytest

from forbear.engine.agenda import option, position
from forbear.values.code import (
    Channel,
    Dialect,
    Direction,
    Jurisdiction,
    Language,
    LoanState,
    PersonState,
    PointKind,
    PointQuality,
    Relation,
)
from tests.support.agenda_book import AS_OF, SCHEMAS, made_up
from tests.support.agenda_house import DEMO

if TYPE_CHECKING:
    from collections.abc import Mapping

PERSON: dict[str, Any] = {
    "debtor_no": 0,
    "debtor_id": "D0",
    "person_hash": 1,
    "jurisdiction": Jurisdiction.CN.number,
    "province": "51",
    "region_confidence_percent": None,
    "language": Language.ZH.number,
    "dialect": Dialect.SICHUANESE.number,
    "officer_id": None,
    "team": None,
    "vulnerable": False,
}
POINT = {
    "contact_point_no": 0,
    "debtor_no": 0,
    "contact_point_id": "P0",
    "kind": PointKind.MOBILE.number,
    "relation": Relation.OWN.number,
    "quality": PointQuality.CONFIRMED.number,
}
LOAN = {"loan_no": 0, "debtor_no": 0, "currency": "CNY", "state": LoanState.OPEN.number}
LATE = {
    "loan_no": 0,
    "debtor_no": 0,
    "days_past_due": 10,
    "bucket": "M1",
    "overdue_minor": 300_000,
    "next_due_day": AS_OF + 9,
    "next_due_minor": 100_000,
}
EVENING = 2


def _frames(**rows: list[Mapping[str, Any]]) -> dict[str, nw.LazyFrame]:
    return {
        name: nw.from_native(pl.LazyFrame(rows.get(name, []), schema=schema))
        for name, schema in SCHEMAS.items()
    }


def _position(*loans: Mapping[str, Any], **facts: Any) -> dict[str, Any]:
    frames = _frames(
        debtor=[PERSON],
        loan=[
            {**LOAN, **{k: one[k] for k in ("loan_no", "currency", "state") if k in one}}
            for one in loans
        ],
        delinquency=[{**LATE, **{k: v for k, v in one.items() if k in LATE}} for one in loans],
        **facts,
    )
    table = position(frames, frames["delinquency"], as_of=AS_OF, settings=DEMO)
    return table.collect().to_native().to_dicts()[0]


def _ways(
    *allowed: tuple[Channel, int],
    person: Mapping[str, Any] = PERSON,
    points: list[Mapping[str, Any]] | None = None,
    attempt: list[Mapping[str, Any]] | None = None,
) -> list[dict[str, Any]]:
    held = points or [POINT]
    frames = _frames(
        debtor=[person],
        loan=[LOAN],
        delinquency=[LATE],
        contact_point=held,
        attempt=attempt or [],
        eligibility=[
            {
                "contact_point_no": point["contact_point_no"],
                "debtor_no": 0,
                "channel": channel.number,
                "slot": slot,
                "allowed": slot >= 0,
                "rule": None,
            }
            for point in held
            for channel, slot in allowed
        ],
    )
    where = position(frames, frames["delinquency"], as_of=AS_OF, settings=DEMO)
    table = option(frames, where, frames["eligibility"], as_of=AS_OF, settings=DEMO)
    return table.sort("option_no").collect().to_native().to_dicts()


def _names(ways: list[dict[str, Any]]) -> list[str]:
    return [DEMO.teams[way["team"]].name for way in ways]


class TestPosition:
    def test_speaks_first_of_the_most_overdue_loan(self):
        told = _position(
            {"loan_no": 0, "days_past_due": 10}, {"loan_no": 1, "days_past_due": 40, "bucket": "M2"}
        )

        assert told["state"] == PersonState.OVERDUE.number
        assert (told["lead_loan_no"], told["days_past_due"], told["bucket"]) == (1, 40, "M2")
        assert (told["loans_open"], told["loans_overdue"]) == (2, 2)
        assert told["overdue_minor"] == told["goal_minor"] == 600_000

    def test_of_equally_late_loans_speaks_of_the_one_with_the_lower_number(self):
        assert _position({"loan_no": 0}, {"loan_no": 1})["lead_loan_no"] == 0

    def test_counts_only_the_currency_of_the_lead_loan_and_converts_the_goal(self):
        told = _position({"loan_no": 0, "days_past_due": 40, "currency": "GBP"}, {"loan_no": 1})

        assert (told["currency"], told["overdue_minor"]) == ("GBP", 300_000)
        assert told["goal_minor"] == 2_760_000

    def test_is_due_soon_within_the_days_and_not_after(self):
        calm = {"days_past_due": 0, "overdue_minor": 0, "bucket": "M0"}

        soon = _position({**calm, "next_due_day": AS_OF + 3})
        later = _position({**calm, "next_due_day": AS_OF + 4})
        assert (soon["state"], soon["goal_minor"]) == (PersonState.DUE_SOON.number, 100_000)
        assert (later["state"], later["goal_minor"]) == (PersonState.NOTHING_DUE.number, 0)

    def test_is_due_soon_while_an_amount_is_within_grace(self):
        told = _position({"days_past_due": 0, "overdue_minor": 5_000, "bucket": "M0"})

        assert (told["state"], told["goal_minor"]) == (PersonState.DUE_SOON.number, 5_000)

    def test_a_settled_loan_is_not_spoken_of_and_a_written_off_one_is(self):
        settled = _position({"state": LoanState.SETTLED.number})
        lost = _position({"state": LoanState.WRITTEN_OFF.number})

        assert (settled["state"], settled["lead_loan_no"]) == (PersonState.NOTHING_DUE.number, None)
        assert (lost["state"], lost["loans_open"]) == (PersonState.OVERDUE.number, 1)


class TestOption:
    def test_is_worth_the_goal_times_its_chance_less_cost_and_harm(self):
        way = _ways((Channel.VOICE, EVENING))[0]

        chance = 95_000 * 1_100_000 // 10**6 * (1_080_000 * 1_050_000 // 10**6) // 10**6
        assert way["chance_ppm"] == chance
        assert way["value_micro"] == 300_000 * chance - (260 + 350) * 10**6
        assert way["seconds"] == 240

    def test_counts_recent_contacts_and_vulnerability_as_harm(self):
        recent = {"debtor_no": 0, "direction": Direction.OUTBOUND.number, "local_day": AS_OF - 6}
        others = [
            {**recent, "local_day": AS_OF - 7},
            {**recent, "local_day": AS_OF + 1},
            {**recent, "direction": Direction.INBOUND.number},
        ]

        calm = _ways((Channel.SMS, 0))[0]["value_micro"]
        tried = _ways((Channel.SMS, 0), attempt=[recent, recent, *others])[0]["value_micro"]
        frail = _ways((Channel.SMS, 0), attempt=[recent], person={**PERSON, "vulnerable": True})[0][
            "value_micro"
        ]
        assert calm - tried == 60 * 2 * 450_000
        assert calm - frail == 60 * (1_450_000 * 25 // 10 - 10**6)

    def test_holds_no_way_that_a_rule_refuses(self):
        assert _ways((Channel.VOICE, -1), (Channel.SMS, -1)) == []

    def test_holds_no_way_by_a_channel_that_the_lender_does_not_use(self):
        assert _ways((Channel.VISIT, 0)) == []

    def test_keeps_of_ways_that_use_the_same_thing_only_the_best(self):
        doubtful = {**POINT, "quality": PointQuality.DOUBTFUL.number}
        second = {**POINT, "contact_point_no": 1}
        ways = _ways((Channel.SMS, 0), (Channel.SMS, EVENING), points=[doubtful, second])

        assert [(way["contact_point_no"], way["slot"]) for way in ways] == [(1, EVENING)]

    def test_takes_a_point_that_nobody_has_judged_for_untried(self):
        values = [
            _ways((Channel.SMS, 0), points=[{**POINT, "quality": quality}])[0]["value_micro"]
            for quality in (None, PointQuality.UNTRIED.number)
        ]

        assert values[0] == values[1]

    def test_lists_the_best_way_first(self):
        ways = _ways((Channel.VOICE, 0), (Channel.VOICE, 1), (Channel.VOICE, 2), (Channel.SMS, 0))

        assert [way["option_no"] for way in ways] == list(range(len(ways)))
        values = [way["value_micro"] for way in ways]
        assert values == sorted(values, reverse=True)


class TestTeam:
    def test_prefers_the_local_team_and_adds_a_reserve(self):
        assert _names(_ways((Channel.VOICE, 0))) == ["chengdu", "wuhan"]

    def test_among_local_teams_prefers_the_one_that_speaks_the_dialect(self):
        person = {**PERSON, "province": "44", "dialect": Dialect.MIN.number}

        assert _names(_ways((Channel.VOICE, 0), person=person)) == ["shantou", "guangzhou"]

    def test_keeps_the_officer_whom_the_person_knows(self):
        person = {**PERSON, "team": "lhasa"}

        assert _names(_ways((Channel.VOICE, 0), person=person)) == ["chengdu", "lhasa"] or _names(
            _ways((Channel.VOICE, 0), person=person)
        ) == ["lhasa", "chengdu"]
        assert _names(_ways((Channel.SMS, 0), person=person)) == ["lhasa"]

    def test_serves_nobody_under_another_law_or_in_another_language(self):
        american = {
            **PERSON,
            "jurisdiction": Jurisdiction.US.number,
            "province": "US-NY",
            "team": "chengdu",
            "language": None,
            "dialect": None,
        }
        chinese_in_leeds = {
            **american,
            "jurisdiction": Jurisdiction.UK.number,
            "language": Language.ZH.number,
        }

        assert _names(_ways((Channel.VOICE, 0), person=american)) == ["phoenix"]
        assert _ways((Channel.VOICE, 0), person=chinese_in_leeds) == []

    @pytest.mark.parametrize("province", [None, "99"])
    def test_a_person_of_no_known_place_gets_a_reserve_team(self, province):
        person = {**PERSON, "province": province, "dialect": None}

        assert _names(_ways((Channel.VOICE, 0), person=person)) == ["wuhan", "beijing"]


class TestMadeUpBook:
    def test_no_option_was_refused_or_belongs_to_somebody_else(self):
        data = made_up(300, seed=4, settings=DEMO)
        frames = {name: nw.from_native(table.lazy()) for name, table in data.items()}
        where = position(frames, frames["delinquency"], as_of=AS_OF, settings=DEMO)
        ways = option(frames, where, frames["eligibility"], as_of=AS_OF, settings=DEMO)

        table = ways.collect().to_native()
        key = ["contact_point_no", "debtor_no", "channel", "slot"]
        allowed = data["eligibility"].filter("allowed").select(key)
        assert table.height > 100
        assert table.join(allowed, on=key, how="anti").is_empty()
