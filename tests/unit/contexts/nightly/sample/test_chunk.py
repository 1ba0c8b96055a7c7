"""Does a chunk keep the contract, and do its tables agree with one another?"""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from forbear.contexts.nightly.sample import SampleSettings
from forbear.contexts.nightly.sample.chunk import make_chunk
from forbear.engine.schema import Kind
from forbear.engine.tables import EXTRACT
from forbear.values.day import DAY_S, day_number

BOOK_DAY = day_number(date(2026, 11, 24))
COLUMNS = [(table, column) for table in EXTRACT.values() for column in table.columns]
REFERRING = [(table, column) for table, column in COLUMNS if column.refers]


@pytest.mark.parametrize("table", EXTRACT.values(), ids=EXTRACT)
class TestTable:
    def test_has_the_columns_of_the_contract_in_their_order(self, chunk, table):
        assert tuple(chunk.tables[table.name].columns) == table.names

    def test_has_unique_keys(self, chunk, table):
        frame = chunk.tables[table.name]

        assert frame.height > 0
        assert frame.select(table.key).n_unique() == frame.height

    def test_shares_no_key_with_another_chunk(self, chunk, table, regions):
        settings = SampleSettings(loans=50_200, seed=11, book_date=date(2026, 11, 24))
        other = make_chunk(settings, chunk=1, regions=regions).tables[table.name]

        both = other.join(chunk.tables[table.name], on=table.key, how="inner")

        assert other.height > 0
        assert both.is_empty()


@pytest.mark.parametrize(
    ("table", "column"), COLUMNS, ids=[f"{t.name}.{c.name}" for t, c in COLUMNS]
)
class TestColumn:
    def test_is_filled_where_the_contract_asks_for_it(self, chunk, table, column):
        nulls = chunk.tables[table.name][column.name].null_count()

        assert column.null is not None or nulls == 0

    def test_says_only_words_of_its_list_and_numbers_within_its_bounds(self, chunk, table, column):
        values = chunk.tables[table.name][column.name].drop_nulls()

        if column.kind is Kind.CODE:
            assert set(values.unique()) <= set(column.codes.numbers())
        if column.low is not None:
            assert values.min() >= column.low
        if column.high is not None:
            assert values.max() <= column.high


@pytest.mark.parametrize(
    ("table", "column"), REFERRING, ids=[f"{t.name}.{c.name}" for t, c in REFERRING]
)
class TestReference:
    def test_leads_to_a_row_that_exists(self, chunk, table, column):
        target, key = column.refers.split(".")
        pointing = chunk.tables[table.name].filter(pl.col(column.name).is_not_null())
        there = chunk.tables[target].select(pl.col(key))

        assert pointing.height > 0
        assert pointing.join(there, left_on=column.name, right_on=key, how="anti").is_empty()


class TestPersons:
    def test_a_contact_point_a_hold_and_an_attempt_concern_one_person(self, chunk):
        owner = chunk.tables["loan"].select("loan_id", of_loan="debtor_id")
        point = chunk.tables["contact_point"].select("contact_point_id", of_point="debtor_id")

        attempts = (
            chunk.tables["attempt"].join(owner, on="loan_id").join(point, on="contact_point_id")
        )
        holds = chunk.tables["hold"].join(owner, on="loan_id")
        consents = chunk.tables["consent"].join(point, on="contact_point_id")

        assert (attempts["debtor_id"] == attempts["of_loan"]).all()
        assert (attempts["debtor_id"] == attempts["of_point"]).all()
        assert (holds["debtor_id"] == holds["of_loan"]).all()
        assert (consents["debtor_id"] == consents["of_point"]).all()

    def test_have_about_fourteen_loans_in_ten(self, chunk):
        each = chunk.tables["loan"].height / chunk.tables["debtor"].height

        assert 1.35 < each < 1.45

    def test_every_kind_of_behaviour_is_there(self, chunk):
        assert chunk.truth["behaviour"]["behaviour"].n_unique() == 7


class TestTime:
    def test_nothing_is_later_than_the_book(self, chunk):
        end_s = (BOOK_DAY + 1) * DAY_S

        assert chunk.tables["payment"]["posting_date"].max() <= BOOK_DAY
        assert chunk.tables["payment"]["value_date"].max() <= BOOK_DAY
        assert chunk.tables["loan"]["disbursed_date"].max() <= BOOK_DAY
        assert chunk.tables["hold"]["start_date"].max() <= BOOK_DAY
        for table, column in (
            ("attempt", "started_at"),
            ("consent", "recorded_at"),
            ("contact_point", "recorded_at"),
            ("hold", "recorded_at"),
        ):
            assert chunk.tables[table][column].max() < end_s

    def test_nobody_agrees_by_or_is_contacted_on_a_point_not_yet_known(self, chunk):
        known = chunk.tables["contact_point"].select("contact_point_id", known_s="recorded_at")
        attempts = chunk.tables["attempt"].join(known, on="contact_point_id")
        consents = chunk.tables["consent"].join(known, on="contact_point_id")

        assert (attempts["started_at"] >= attempts["known_s"]).all()
        assert (consents["recorded_at"] >= consents["known_s"]).all()

    def test_a_withdrawal_follows_what_it_withdraws(self, chunk):
        consent = chunk.tables["consent"]
        key = ["debtor_id", "contact_point_id", "channel", "kind"]
        given = consent.filter(pl.col("state") == "GIVEN").select(*key, given_s="recorded_at")
        withdrawn = consent.filter(pl.col("state") == "WITHDRAWN")

        pairs = withdrawn.join(given, on=key, nulls_equal=True)

        assert pairs.height == withdrawn.height > 0
        assert (pairs["recorded_at"] > pairs["given_s"]).all()

    def test_a_hold_begins_after_the_money_was_paid_out(self, chunk):
        loans = chunk.tables["loan"].group_by("debtor_id").agg(pl.col("disbursed_date").min())
        holds = chunk.tables["hold"].join(loans, on="debtor_id")

        assert holds.height == chunk.tables["hold"].height
        assert (holds["start_date"] >= holds["disbursed_date"]).all()

    def test_some_holds_stand_some_have_ended_and_some_were_entered_late(self, chunk):
        hold = chunk.tables["hold"]

        assert hold["end_date"].null_count() > 0
        assert (hold["end_date"].drop_nulls() <= BOOK_DAY).any()
        assert (hold["recorded_at"] // DAY_S > hold["start_date"]).any()
