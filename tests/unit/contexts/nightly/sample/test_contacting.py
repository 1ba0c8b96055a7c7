"""Were people contacted at hours and for reasons that one would expect?"""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl
import pytest

from forbear.contexts.nightly.sample.draw import local_instant_s
from forbear.values.day import DAY_S, day_number

BOOK_DAY = day_number(date(2026, 11, 24))


@pytest.fixture(scope="module")
def local(chunk):
    """Attempts on people of one known zone, with the local hour on their clock."""
    people = chunk.tables["debtor"].select("debtor_id", "time_zones")
    attempts = chunk.tables["attempt"].join(people, on="debtor_id").drop_nulls("time_zones")
    hours = [
        rows.with_columns(
            local=pl.from_epoch(pl.col("started_at"))
            .dt.replace_time_zone("UTC")
            .dt.convert_time_zone(zone)
            .dt.replace_time_zone(None)
        )
        for (zone,), rows in attempts.filter(
            ~pl.col("time_zones").str.contains("|", literal=True)
        ).group_by("time_zones")
    ]
    return pl.concat(hours)


class TestHour:
    def test_lies_in_the_working_day_but_for_a_handful(self, local):
        hour = local["local"].dt.hour()
        stray = (hour < 8) | (hour >= 22)

        assert local["time_zones"].n_unique() >= 6
        assert 0 < stray.sum() < local.height * 0.002
        assert set(hour.filter(stray).unique()) == {22}

    @pytest.mark.parametrize(
        ("zone", "day"),
        [
            ("America/New_York", date(2026, 3, 8)),
            ("America/New_York", date(2026, 11, 1)),
            ("America/Phoenix", date(2026, 11, 1)),
            ("Europe/London", date(2026, 3, 29)),
            ("Europe/London", date(2026, 10, 25)),
            ("Asia/Shanghai", date(2026, 10, 25)),
        ],
    )
    def test_holds_on_days_when_clocks_change(self, zone, day):
        instant = local_instant_s(
            [zone],
            np.zeros(2, np.int64),
            day=np.full(2, day_number(day)),
            second_of_day=np.array([8 * 3_600, 22 * 3_600 - 1]),
        )

        shown = [datetime.fromtimestamp(s, tz=UTC).astimezone(ZoneInfo(zone)) for s in instant]

        assert [(each.date(), each.hour) for each in shown] == [(day, 8), (day, 21)]


class TestHistory:
    def test_goes_back_half_a_year_and_no_further(self, local):
        day = (local["local"].dt.date() - date(1970, 1, 1)).dt.total_days()

        assert day.min() >= BOOK_DAY - 180
        assert day.max() <= BOOK_DAY - 1
        assert (day < BOOK_DAY - 150).any()

    def test_has_as_many_as_were_asked_for(self, chunk):
        assert chunk.tables["attempt"].height / 50_000 == pytest.approx(2.0, rel=0.03)

    def test_concerns_only_loans_paid_out_by_then(self, chunk):
        loans = chunk.tables["loan"].select("loan_id", "disbursed_date")
        attempts = chunk.tables["attempt"].join(loans, on="loan_id")

        assert (attempts["started_at"] // DAY_S >= attempts["disbursed_date"]).all()

    def test_of_calls_follows_lateness(self, chunk):
        calls = (
            chunk.tables["attempt"].filter(pl.col("channel") == "VOICE").group_by("debtor_id").len()
        )
        each = (
            chunk.truth["behaviour"]
            .join(calls, on="debtor_id", how="left")
            .group_by("behaviour")
            .agg(pl.col("len").fill_null(0).mean())
        )
        mean = dict(each.iter_rows())

        assert mean["PUNCTUAL"] * 3 < mean["FORGETFUL"] < mean["WILL_NOT_PAY"]

    def test_follows_what_was_believed_late_on_that_day(self, chunk):
        due = chunk.tables["instalment"].select("loan_id", "due_date")
        calls = chunk.tables["attempt"].filter(
            (pl.col("channel") == "VOICE") & pl.col("loan_id").is_not_null()
        )
        day = pl.col("started_at") // DAY_S
        near = (
            calls.with_columns(day=day)
            .join(due, on="loan_id")
            .filter(pl.col("due_date") <= pl.col("day") + 4)
        )

        # A call long before anything falls due would have no reason.
        assert calls.join(near, on="attempt_id", how="anti").is_empty()


class TestOutcome:
    def test_is_of_the_kind_that_the_channel_has(self, chunk):
        spoken = {"NOT_CONNECTED", "RANG", "VOICEMAIL", "ANSWERED", "WRONG_PERSON", "RIGHT_PARTY",
                  "CONVERSATION"}  # fmt: skip
        by = chunk.tables["attempt"].group_by("channel").agg(pl.col("outcome").unique())
        outcomes = {channel: set(words) for channel, words in by.iter_rows()}

        assert outcomes["VOICE"] == spoken
        assert outcomes["BOT"] <= spoken
        assert outcomes["SMS"] == {"DELIVERED", "SENT", "REPLIED", "FAILED", "UNKNOWN"}

    def test_is_never_a_talk_with_the_person_on_a_strangers_number(self, chunk):
        attempts = chunk.tables["attempt"].join(chunk.truth["contact_point"], on="contact_point_id")
        talked = attempts.filter(pl.col("outcome").is_in(["CONVERSATION", "RIGHT_PARTY"]))
        wrong = attempts.filter(pl.col("outcome") == "WRONG_PERSON")

        assert set(talked["holder"].unique()) == {"DEBTOR"}
        assert set(wrong["holder"].unique()) == {"STRANGER"}

    def test_names_the_team_that_called(self, chunk):
        attempt = chunk.tables["attempt"]
        made = (attempt["channel"] == "VOICE") & (attempt["direction"] == "OUTBOUND")

        assert (attempt["team"].is_not_null() <= made).all()
        assert attempt["team"].n_unique() > 15
