"""Do features say what a plain reading of the past says, and nothing of what comes after?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import narwhals as nw
import polars as pl

from forbear.engine.delinquency import as_known
from forbear.engine.risk.feature import FEATURES
from forbear.engine.risk.gather import BOOK_TABLES, features
from forbear.engine.risk.outcome import Asked, Target, complained, outcome
from forbear.engine.tables import BOOK
from forbear.values.code import Channel, Direction, HoldKind, Outcome, Purpose, Relation
from forbear.values.day import DAY_S
from tests.support.book import DTYPE

AS_OF = 20_000
RATE = 1_800
DUE = [AS_OF - 100, AS_OF - 70, AS_OF - 40, AS_OF - 10, AS_OF + 20, AS_OF + 50]


def table(name: str, rows: list[dict[str, Any]]) -> pl.DataFrame:
    schema = {column.name: DTYPE[column.kind] for column in BOOK[name].columns}
    return pl.DataFrame([{n: row.get(n) for n in schema} for row in rows], schema=schema)


def paid(
    number: int, day: int, amount: int, *, posted: int | None = None, **more
) -> dict[str, Any]:
    return {
        "payment_no": number, "payment_id": f"P{number}", "loan_no": 0, "value_day": day,
        "posting_day": day if posted is None else posted, "amount_minor": amount,
        "purpose": Purpose.SCHEDULE.number, "paid_before_minor": 0, **more,
    }  # fmt: skip


def attempt(number: int, day: int, outcome_: Outcome, **more) -> dict[str, Any]:
    return {
        "attempt_no": number, "debtor_no": 0, "channel": Channel.VOICE.number,
        "direction": Direction.OUTBOUND.number, "started_s": day * DAY_S + 100, "local_day": day,
        "outcome": outcome_.number, **more,
    }  # fmt: skip


PAYMENTS = [
    paid(1, AS_OF - 103, 100),  # three days early
    paid(2, AS_OF - 65, 100),  # five days late
    paid(3, AS_OF - 41, 100, void_posting_day=AS_OF - 38),  # bounced
    paid(4, AS_OF - 30, 100),  # ten days late
]
ATTEMPTS = [
    attempt(1, AS_OF - 35, Outcome.CONVERSATION),  # too long ago
    attempt(2, AS_OF - 12, Outcome.RANG),
    attempt(3, AS_OF - 8, Outcome.RIGHT_PARTY),
    attempt(4, AS_OF - 2, Outcome.CONVERSATION, direction=Direction.INBOUND.number),
]


def book(
    *,
    payments: list[dict[str, Any]] = PAYMENTS,
    attempts: list[dict[str, Any]] = ATTEMPTS,
    consents: Sequence[dict[str, Any]] = (),
    known_at: int = AS_OF,
) -> dict[str, nw.LazyFrame]:
    """One person with a loan of six instalments of 100, and one who has nothing."""
    schedule = [
        {
            "loan_no": 0, "instalment_no": n + 1, "start_day": due - 30, "due_day": due,
            "principal_minor": 90, "interest_minor": 10, "fee_minor": 0,
            "due_before_minor": 100 * n, "principal_before_minor": 90 * n,
        }
        for n, due in enumerate(DUE)
    ]  # fmt: skip
    rows = {
        "debtor": [{"debtor_no": 0}, {"debtor_no": 1}],
        "loan": [
            {"loan_no": 0, "debtor_no": 0, "disbursed_day": AS_OF - 130, "annual_rate_bp": RATE}
        ],
        "instalment": schedule,
        "payment": payments,
        "contact_point": [
            {"contact_point_no": n, "debtor_no": 0, "relation": relation.number,
             "recorded_s": (AS_OF + day) * DAY_S}
            for n, (relation, day) in enumerate(
                [(Relation.OWN, -90), (Relation.OWN, 3), (Relation.GUARANTOR, -90)]
            )
        ],
        "attempt": attempts,
        "consent": consents,
    }  # fmt: skip
    frames = {name: nw.from_native(table(name, list(rows[name])).lazy()) for name in BOOK_TABLES}
    return as_known(frames, known_at=known_at)


def first(frames: dict[str, nw.LazyFrame]) -> dict[str, float | None]:
    return features(frames, as_of=AS_OF).collect().to_native().row(0, named=True)


class TestFeatures:
    def test_say_what_a_plain_reading_says(self):
        said = first(book())

        expected = {
            "debtor_no": 0, "loans_open": 1, "age_days": 130, "newest_days": 130, "rate_bp": RATE,
            # Three of six are settled: by days 103, 65 and 30 before.
            "left_share": 0.5, "late_days": 10, "unpaid_count": 1, "due_half_year": 4,
            "late_half_year": 3, "late_quarter": 3, "late_share": 0.75,
            "delay_mean": (5 + 10 + 10) / 4, "delay_max": 10, "ahead_mean": 1.0,
            "since_late_days": 10, "since_paid_days": 30, "paid_quarter": 2,
            "reversed_half_year": 1, "next_due_days": 20, "next_share": 1.0, "left_count": 2,
            "contacts_month": 2, "reached_month": 1, "unanswered_month": 1,
            "since_reached_days": 2, "wrote_month": 1, "points": 1,
        }  # fmt: skip
        assert said == expected

    def test_of_somebody_without_a_loan_are_nothing_or_missing(self):
        said = features(book(), as_of=AS_OF).collect().to_native().row(1, named=True)

        assert said == {"debtor_no": 1} | {f.name: None if f.null else 0 for f in FEATURES}

    def test_do_not_use_what_came_or_became_known_later(self):
        later = [
            *PAYMENTS,
            paid(5, AS_OF - 5, 100, posted=AS_OF + 1),
            paid(6, AS_OF + 2, 200),
            paid(7, AS_OF + 1, 50, void_posting_day=AS_OF + 2),
        ]
        later[3] = {**later[3], "void_posting_day": AS_OF + 4}
        calls = [
            *ATTEMPTS,
            attempt(5, AS_OF, Outcome.RIGHT_PARTY),
            attempt(6, AS_OF + 3, Outcome.CONVERSATION),
        ]

        assert first(book(payments=later, attempts=calls)) == first(book())

    def test_use_what_was_known_in_time(self):
        said = first(book(payments=[*PAYMENTS, paid(5, AS_OF - 5, 100, posted=AS_OF)]))

        assert (said["late_days"], said["unpaid_count"], said["since_paid_days"]) == (0, 0, 5)


class TestOutcome:
    def asked(self, target: Target, *payments: dict[str, Any]) -> list[tuple[int, int]]:
        later = book(payments=[*PAYMENTS, *payments], known_at=AS_OF + 200)
        return outcome(later, Asked(target, AS_OF)).collect().to_native().rows()

    def test_of_the_late_is_a_cure_or_a_roll_or_neither(self):
        whole, part, nothing = (
            paid(5, AS_OF + 30, 100),
            paid(5, AS_OF + 30, 60),
            paid(5, AS_OF + 31, 100),
        )

        assert self.asked(Target.CURE, whole) == [(0, 1)]
        assert self.asked(Target.CURE, part) == [(0, 0)]
        assert self.asked(Target.CURE, nothing) == [(0, 0)]
        assert self.asked(Target.ROLL, whole) == [(0, 0)]
        assert self.asked(Target.ROLL, part) == [(0, 1)]

    def test_an_early_warning_is_not_asked_of_the_late(self):
        assert self.asked(Target.MISS) == []
        assert self.asked(Target.LATE30) == []

    def test_an_early_warning_comes_true_only_after_its_days_of_grace(self):
        current = paid(5, AS_OF - 3, 100)
        on_time, late = paid(6, AS_OF + 23, 100), paid(6, AS_OF + 24, 100)

        assert self.asked(Target.MISS, current, on_time) == [(0, 0)]
        assert self.asked(Target.MISS, current, late) == [(0, 1)]
        # The next falls due in 20 days and is 30 days late 50 days from now.
        assert self.asked(Target.LATE30, current, paid(6, AS_OF + 50, 200)) == [(0, 0)]
        assert self.asked(Target.LATE30, current, paid(6, AS_OF + 51, 200)) == [(0, 1)]


class TestComplained:
    def hits(self, calls: list[dict[str, Any]], told: list[tuple[int, float, HoldKind]]) -> dict:
        holds = [
            {"hold_no": n, "debtor_no": debtor, "kind": kind.number,
             "recorded_s": int((AS_OF + day) * DAY_S)}
            for n, (debtor, day, kind) in enumerate(told)
        ]  # fmt: skip
        attempts, held = (
            nw.from_native(table(name, rows).lazy())
            for name, rows in (("attempt", calls), ("hold", holds))
        )
        found = complained(attempts, held, since=AS_OF - 30, until=AS_OF).collect().to_native()
        day = found["started_s"] // DAY_S - AS_OF
        return dict(zip(day, found["hit"], strict=True))

    def test_is_held_against_the_last_contact_before_it(self):
        calls = [attempt(n, AS_OF - day, Outcome.RANG) for n, day in enumerate((20, 9, 5))]

        assert self.hits(calls, [(0, -7, HoldKind.COMPLAINT)]) == {-20: 0, -9: 1, -5: 0}

    def test_counts_once_and_only_within_two_weeks_and_of_the_same_person(self):
        calls = [attempt(1, AS_OF - 20, Outcome.RANG)]
        twice = [(0, -19, HoldKind.COMPLAINT), (0, -18, HoldKind.COMPLAINT)]
        late, other = (0, -5, HoldKind.COMPLAINT), (1, -19, HoldKind.COMPLAINT)

        assert self.hits(calls, twice) == {-20: 1}
        assert self.hits(calls, [late, other, (0, -19, HoldKind.DISPUTE)]) == {-20: 0}

    def test_leaves_out_what_they_began_themselves_and_visits_and_other_days(self):
        calls = [
            attempt(1, AS_OF - 12, Outcome.CONVERSATION, direction=Direction.INBOUND.number),
            attempt(2, AS_OF - 11, Outcome.CONVERSATION, channel=Channel.VISIT.number),
            attempt(3, AS_OF - 31, Outcome.RANG),
            attempt(4, AS_OF, Outcome.RANG),
            attempt(5, AS_OF - 10, Outcome.SENT, channel=Channel.LETTER.number),
        ]

        assert self.hits(calls, [(0, -9, HoldKind.COMPLAINT)]) == {-10: 1}
